//! Areas, their tree, towns.

mod edit;
mod successor;
mod town;

pub use edit::*;
pub use successor::*;
pub use town::*;

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Sql, Tx, args, record, sql};

use crate::ctx::Ctx;
use crate::error::Result;

/// The tables of this room.
pub const TABLES: &[&str] = &["area", "area_parent", "area_within", "area_successor", "town", "town_area"];

/// What the row rules know of one record; see `access::Guard`.
pub const FACTS: Sql = sql!(
    "SELECT a.id AS area_id, CAST(0 AS BIGINT) AS sealed, CAST(0 AS BIGINT) AS barred, ",
    "CAST(0 AS BIGINT) AS address_hidden, CAST(0 AS BIGINT) AS own ",
    "FROM area a ",
    "WHERE a.tenant = ?1 AND a.id = ?4 AND (a.id = ?2 OR a.id <> ?2) AND a.valid_from <= ?3 AND a.valid_to >= ?3"
);

/// The area where it exists today: that an area exists is known to all.
pub const VISIBLE: Sql = sql!(
    "SELECT a.id FROM area a WHERE a.tenant = ?1 AND a.id = ?4 AND (a.id = ?2 OR a.id <> ?2) ",
    "AND a.valid_from <= ?3 AND a.valid_to >= ?3"
);

record! {
    /// An area.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Area {
        /// The area.
        pub id: Id,
        /// Code of its tier in the profile.
        pub tier: String,
        /// The municipality's own code.
        pub code: String,
        /// Name.
        pub name: String,
        /// First day.
        pub valid_from: Date,
        /// Last day; 9999-12-31 while no end is known.
        pub valid_to: Date,
    }
}

/// An area by id, of any time.
pub async fn find_area(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<Area>> {
    Ok(conn
        .query_opt(
            sql!("SELECT id, tier, code, name, valid_from, valid_to FROM area WHERE tenant = ?1 AND id = ?2"),
            args![ctx.tenant(), id],
        )
        .await?)
}

/// The areas of a tier that exist today, in the order of their codes.
pub async fn list_of_tier(ctx: &Ctx, conn: &mut Conn, tier: &str) -> Result<Vec<Area>> {
    Ok(conn
        .query(
            sql!(
                "SELECT id, tier, code, name, valid_from, valid_to FROM area ",
                "WHERE tenant = ?1 AND tier = ?2 AND valid_from <= ?3 AND valid_to >= ?3 ORDER BY code, id"
            ),
            args![ctx.tenant(), tier, ctx.today()],
        )
        .await?)
}

/// The areas of a tier within another area today, in the order of their codes.
pub async fn list_within(ctx: &Ctx, conn: &mut Conn, tier: &str, ancestor: Id) -> Result<Vec<Area>> {
    Ok(conn
        .query(
            sql!(
                "SELECT a.id, a.tier, a.code, a.name, a.valid_from, a.valid_to FROM area a ",
                "JOIN area_within w ON w.tenant = a.tenant AND w.area_id = a.id AND w.ancestor_id = ?4 ",
                "AND w.valid_from <= ?3 AND w.valid_to >= ?3 ",
                "WHERE a.tenant = ?1 AND a.tier = ?2 AND a.valid_from <= ?3 AND a.valid_to >= ?3 ",
                "ORDER BY a.code, a.id"
            ),
            args![ctx.tenant(), tier, ctx.today(), ancestor],
        )
        .await?)
}

/// The names of an area and of those around it today, widest first: 小倉北区, 足原.
pub async fn list_path(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Vec<Area>> {
    let mut path: Vec<Area> = conn
        .query(
            sql!(
                "SELECT a.id, a.tier, a.code, a.name, a.valid_from, a.valid_to FROM area_within w ",
                "JOIN area a ON a.tenant = w.tenant AND a.id = w.ancestor_id ",
                "WHERE w.tenant = ?1 AND w.area_id = ?2 AND w.valid_from <= ?3 AND w.valid_to >= ?3 ",
                "AND a.valid_from <= ?3 AND a.valid_to >= ?3"
            ),
            args![ctx.tenant(), id, ctx.today()],
        )
        .await?;
    let level = |area: &Area| ctx.profile().tier(&area.tier).map_or(u32::MAX, |tier| tier.level);
    path.sort_by(|a, b| level(a).cmp(&level(b)).then_with(|| a.code.cmp(&b.code)));
    Ok(path)
}

/// Adds an area. Call `rebuild_within` when the tree is complete.
pub async fn insert_area(ctx: &Ctx, tx: &mut Tx, area: &Area, kana: &str, households: Option<i64>) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO area (tenant, id, tier, code, name, kana, households, valid_from, valid_to, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)"
        ),
        args![
            ctx.tenant(),
            area.id,
            &area.tier,
            &area.code,
            &area.name,
            kana,
            households,
            area.valid_from,
            area.valid_to
        ],
    )
    .await?;
    Ok(())
}

/// Puts an area under another for a time.
pub async fn insert_parent(
    ctx: &Ctx,
    tx: &mut Tx,
    child: Id,
    parent: Id,
    hierarchy: &str,
    (from, to): (Date, Date),
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO area_parent (tenant, child_id, parent_id, hierarchy, valid_from, valid_to) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ),
        args![ctx.tenant(), child, parent, hierarchy, from, to],
    )
    .await?;
    Ok(())
}

/// Ends an area's places in the tree the day before `on`.
pub async fn end_parents(ctx: &Ctx, tx: &mut Tx, child: Id, on: Date) -> Result<()> {
    let last = on.saturating_sub(jiff::Span::new().days(1));
    tx.execute(
        sql!(
            "UPDATE area_parent SET valid_to = ?3 ",
            "WHERE tenant = ?1 AND child_id = ?2 AND valid_to >= ?3 AND valid_from <= ?3"
        ),
        args![ctx.tenant(), child, last],
    )
    .await?;
    Ok(())
}

/// Rebuilds the closure of the tree: each area within itself, and within every
/// area above it for as long as the whole chain of parents holds.
pub async fn rebuild_within(ctx: &Ctx, tx: &mut Tx) -> Result<()> {
    tx.execute(sql!("DELETE FROM area_within WHERE tenant = ?1"), args![ctx.tenant()]).await?;
    let cuts: Vec<super::closure::Cut> = tx
        .query(sql!("SELECT id, tier, code, valid_from, valid_to FROM area WHERE tenant = ?1"), args![ctx.tenant()])
        .await?;
    let parents: Vec<(Id, Id, Date, Date)> = tx
        .query(
            sql!("SELECT child_id, parent_id, valid_from, valid_to FROM area_parent WHERE tenant = ?1"),
            args![ctx.tenant()],
        )
        .await?;
    let successors = list_successors(ctx, tx).await?;
    let tree = super::closure::with_the_past(cuts, parents, &successors);
    for (ancestor, area, from, to) in super::closure::closure(&tree) {
        tx.execute(
            sql!(
                "INSERT INTO area_within (tenant, ancestor_id, area_id, valid_from, valid_to) ",
                "VALUES (?1, ?2, ?3, ?4, ?5)"
            ),
            args![ctx.tenant(), ancestor, area, from, to],
        )
        .await?;
    }
    Ok(())
}
