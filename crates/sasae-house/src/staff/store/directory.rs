//! What the page of areas, windows and posts shows.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, args, record, sql};

use crate::ctx::Ctx;
use crate::error::Result;

record! {
    /// A window or base with who runs it.
    #[derive(Debug, Clone)]
    pub struct BaseRow {
        /// The window.
        pub id: Id,
        /// Its name.
        pub name: String,
        /// Code of the profile, or empty.
        pub kind: String,
        /// Who runs it.
        pub organisation: String,
        /// Code of the organisation's kind.
        pub organisation_kind: String,
        /// When it is open.
        pub hours: String,
        /// Telephone.
        pub phone: String,
        /// Address.
        pub address: String,
        /// When the record was last checked.
        pub verified_on: Option<Date>,
    }
}

record! {
    /// Someone at a post.
    #[derive(Debug, Clone)]
    pub struct HolderRow {
        /// The post.
        pub id: Id,
        /// Code of the role.
        pub role: String,
        /// Name of the holder.
        pub name: String,
        /// Since when.
        pub valid_from: Date,
        /// Until when.
        pub valid_to: Date,
    }
}

/// `(role, area, number)`: posts filled today.
pub async fn count_posts(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<(String, Id, i64)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT role, area_id, COUNT(*) AS count FROM post ",
                "WHERE tenant = ?1 AND valid_from <= ?2 AND valid_to >= ?2 GROUP BY role, area_id"
            ),
            args![ctx.tenant(), ctx.today()],
        )
        .await?)
}

/// `(area, number)`: windows and bases open today.
pub async fn count_bases(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<(Id, i64)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT area_id, COUNT(*) AS count FROM base ",
                "WHERE tenant = ?1 AND opened_on <= ?2 AND closed_on >= ?2 GROUP BY area_id"
            ),
            args![ctx.tenant(), ctx.today()],
        )
        .await?)
}

/// The windows and bases of an area itself that are open today.
pub async fn list_bases_of(ctx: &Ctx, conn: &mut Conn, area: Id, (offset, limit): (i64, i64)) -> Result<Vec<BaseRow>> {
    Ok(conn
        .query(
            sql!(
                "SELECT b.id, b.name, b.kind, o.name AS organisation, o.kind AS organisation_kind, b.hours, b.phone, b.address, o.verified_on ",
                "FROM base b JOIN organisation o ON o.tenant = b.tenant AND o.id = b.organisation_id ",
                "WHERE b.tenant = ?1 AND b.area_id = ?2 AND b.opened_on <= ?3 AND b.closed_on >= ?3 ",
                "ORDER BY b.kind, b.name, b.id LIMIT ?4 OFFSET ?5"
            ),
            args![ctx.tenant(), area, ctx.today(), limit, offset],
        )
        .await?)
}

/// Who holds a post at an area itself today.
pub async fn list_holders(ctx: &Ctx, conn: &mut Conn, area: Id, (offset, limit): (i64, i64)) -> Result<Vec<HolderRow>> {
    Ok(conn
        .query(
            sql!(
                "SELECT p.id, p.role, s.name, p.valid_from, p.valid_to FROM post p ",
                "JOIN staff s ON s.tenant = p.tenant AND s.id = p.staff_id ",
                "WHERE p.tenant = ?1 AND p.area_id = ?2 AND p.valid_from <= ?3 AND p.valid_to >= ?3 ",
                "ORDER BY p.role, p.valid_from, p.id LIMIT ?4 OFFSET ?5"
            ),
            args![ctx.tenant(), area, ctx.today(), limit, offset],
        )
        .await?)
}

/// The tiers of the posts that somebody held on a day.
pub async fn list_tiers_of(ctx: &Ctx, conn: &mut Conn, staff: Id, on: Date) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = conn
        .query(
            sql!(
                "SELECT DISTINCT a.tier FROM post p JOIN area a ON a.tenant = p.tenant AND a.id = p.area_id ",
                "WHERE p.tenant = ?1 AND p.staff_id = ?2 AND p.valid_from <= ?3 AND p.valid_to >= ?3"
            ),
            args![ctx.tenant(), staff, on],
        )
        .await?;
    Ok(rows.into_iter().map(|(tier,)| tier).collect())
}
