//! Areas as imports compare and change them.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::ctx::Ctx;
use crate::error::Result;

record! {
    /// An area with all that is known of it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AreaDetail {
        /// The area.
        pub id: Id,
        /// Code of its tier in the profile.
        pub tier: String,
        /// The municipality's own code.
        pub code: String,
        /// Name.
        pub name: String,
        /// Reading.
        pub kana: String,
        /// Households, where the source says so.
        pub households: Option<i64>,
        /// First day.
        pub valid_from: Date,
        /// Last day.
        pub valid_to: Date,
    }
}

record! {
    /// A place in the tree.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Parent {
        /// The smaller area.
        pub child: Id,
        /// The larger one.
        pub parent: Id,
        /// In which hierarchy.
        pub hierarchy: String,
        /// First day.
        pub valid_from: Date,
        /// Last day.
        pub valid_to: Date,
    }
}

/// Every area of every time, in the order of tiers and codes.
pub async fn list_all(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<AreaDetail>> {
    Ok(conn
        .query(
            sql!(
                "SELECT id, tier, code, name, kana, households, valid_from, valid_to FROM area ",
                "WHERE tenant = ?1 ORDER BY tier, code, valid_from"
            ),
            args![ctx.tenant()],
        )
        .await?)
}

/// The areas that lie directly below another today, in the order of their codes.
pub async fn list_children(ctx: &Ctx, conn: &mut Conn, parent: Id) -> Result<Vec<AreaDetail>> {
    Ok(conn
        .query(
            sql!(
                "SELECT a.id, a.tier, a.code, a.name, a.kana, a.households, a.valid_from, a.valid_to ",
                "FROM area_parent p JOIN area a ON a.tenant = p.tenant AND a.id = p.child_id ",
                "WHERE p.tenant = ?1 AND p.parent_id = ?2 AND p.valid_from <= ?3 AND p.valid_to >= ?3 ",
                "AND a.valid_from <= ?3 AND a.valid_to >= ?3 ORDER BY a.tier, a.code, a.id"
            ),
            args![ctx.tenant(), parent, ctx.today()],
        )
        .await?)
}

/// The whole tree of every time.
pub async fn list_parents(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Parent>> {
    Ok(conn
        .query(
            sql!(
                "SELECT child_id AS child, parent_id AS parent, hierarchy, valid_from, valid_to FROM area_parent ",
                "WHERE tenant = ?1 ORDER BY child_id, valid_from"
            ),
            args![ctx.tenant()],
        )
        .await?)
}

/// `(ancestor, area)` as the tree stands on a day.
pub async fn list_nesting(ctx: &Ctx, conn: &mut Conn, on: Date) -> Result<Vec<(Id, Id)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT ancestor_id, area_id FROM area_within ",
                "WHERE tenant = ?1 AND valid_from <= ?2 AND valid_to >= ?2"
            ),
            args![ctx.tenant(), on],
        )
        .await?)
}

/// `(ancestor, area)` of today for the part of the tree below an area, itself included.
pub async fn list_nesting_below(ctx: &Ctx, conn: &mut Conn, top: Id) -> Result<Vec<(Id, Id)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT w.ancestor_id, w.area_id FROM area_within t ",
                "JOIN area_within w ON w.tenant = t.tenant AND w.ancestor_id = t.area_id ",
                "AND w.valid_from <= ?3 AND w.valid_to >= ?3 ",
                "WHERE t.tenant = ?1 AND t.ancestor_id = ?2 AND t.valid_from <= ?3 AND t.valid_to >= ?3"
            ),
            args![ctx.tenant(), top, ctx.today()],
        )
        .await?)
}

/// Corrects what is known of an area.
pub async fn change_area(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    (name, kana): (&str, &str),
    households: Option<i64>,
) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE area SET name = ?3, kana = ?4, households = ?5, revision = revision + 1 ",
            "WHERE tenant = ?1 AND id = ?2"
        ),
        args![ctx.tenant(), id, name, kana, households],
    )
    .await?;
    Ok(())
}

/// Lets an area end on a day, with its places in the tree and its towns. Call
/// `rebuild_within` when the tree is complete.
pub async fn end_area(ctx: &Ctx, tx: &mut Tx, id: Id, last: Date) -> Result<()> {
    for statement in [
        sql!("UPDATE area SET valid_to = ?3, revision = revision + 1 WHERE tenant = ?1 AND id = ?2"),
        sql!("DELETE FROM area_parent WHERE tenant = ?1 AND (child_id = ?2 OR parent_id = ?2) ", "AND valid_from > ?3"),
        sql!(
            "UPDATE area_parent SET valid_to = ?3 WHERE tenant = ?1 AND (child_id = ?2 OR parent_id = ?2) ",
            "AND valid_to > ?3"
        ),
        sql!("DELETE FROM town_area WHERE tenant = ?1 AND area_id = ?2 AND valid_from > ?3"),
        sql!("UPDATE town_area SET valid_to = ?3 WHERE tenant = ?1 AND area_id = ?2 AND valid_to > ?3"),
    ] {
        tx.execute(statement, args![ctx.tenant(), id, last]).await?;
    }
    Ok(())
}

/// Lets one place in the tree end on a day; one that had not begun by then never was.
pub async fn end_parent(ctx: &Ctx, tx: &mut Tx, child: Id, parent: Id, last: Date) -> Result<()> {
    for statement in [
        sql!("DELETE FROM area_parent WHERE tenant = ?1 AND child_id = ?2 AND parent_id = ?3 ", "AND valid_from > ?4"),
        sql!(
            "UPDATE area_parent SET valid_to = ?4 WHERE tenant = ?1 AND child_id = ?2 AND parent_id = ?3 ",
            "AND valid_to > ?4"
        ),
    ] {
        tx.execute(statement, args![ctx.tenant(), child, parent, last]).await?;
    }
    Ok(())
}

/// Puts right the last day of an area that was said to end earlier than it does, with its places in the tree
/// and its towns, as far as they ended with it.
pub async fn lengthen_area(ctx: &Ctx, tx: &mut Tx, id: Id, (old, last): (Date, Date)) -> Result<()> {
    for statement in [
        sql!("UPDATE area SET valid_to = ?4, revision = revision + 1 WHERE tenant = ?1 AND id = ?2 AND valid_to = ?3"),
        sql!(
            "UPDATE area_parent SET valid_to = ?4 WHERE tenant = ?1 AND (child_id = ?2 OR parent_id = ?2) AND valid_to = ?3"
        ),
        sql!("UPDATE town_area SET valid_to = ?4 WHERE tenant = ?1 AND area_id = ?2 AND valid_to = ?3"),
    ] {
        tx.execute(statement, args![ctx.tenant(), id, old, last]).await?;
    }
    Ok(())
}

/// Says since when an area exists. An earlier day takes its places in the tree and its towns along; with a later
/// one they stay, because what was recorded before still counts where it lay.
pub async fn set_first_day(ctx: &Ctx, tx: &mut Tx, id: Id, (old, first): (Date, Date)) -> Result<()> {
    let area = sql!("UPDATE area SET valid_from = ?3, revision = revision + 1 WHERE tenant = ?1 AND id = ?2");
    tx.execute(area, args![ctx.tenant(), id, first]).await?;
    if first < old {
        for statement in [
            sql!("UPDATE area_parent SET valid_from = ?4 WHERE tenant = ?1 AND child_id = ?2 AND valid_from = ?3"),
            sql!("UPDATE town_area SET valid_from = ?4 WHERE tenant = ?1 AND area_id = ?2 AND valid_from = ?3"),
        ] {
            tx.execute(statement, args![ctx.tenant(), id, old, first]).await?;
        }
    }
    Ok(())
}
