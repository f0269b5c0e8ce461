//! Which area goes on where one has ended.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::ctx::Ctx;
use crate::error::Result;

record! {
    /// An area that has ended, with the one that goes on where that is known.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EndedArea {
        /// The area.
        pub id: Id,
        /// Its name.
        pub name: String,
        /// Code of its tier.
        pub tier: String,
        /// Its last day.
        pub valid_to: Date,
        /// The one area that goes on.
        pub successor: Option<Id>,
        /// Its name.
        pub successor_name: Option<String>,
    }
}

/// `(area, successor)` where exactly one area goes on and somebody has said so.
pub async fn list_successors(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<(Id, Id)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT s.area_id, s.successor_id FROM area_successor s WHERE s.tenant = ?1 AND s.named = TRUE ",
                "AND NOT EXISTS (SELECT 1 FROM area_successor o WHERE o.tenant = ?1 AND o.area_id = s.area_id ",
                "AND o.named = TRUE AND o.successor_id <> s.successor_id) ORDER BY s.area_id, s.successor_id"
            ),
            args![ctx.tenant()],
        )
        .await?)
}

/// The one area that goes on where another has ended, and whether somebody has said so: one that was named
/// goes before those that were only proposed; of several nobody can tell which.
pub async fn find_successor(ctx: &Ctx, conn: &mut Conn, area: Id) -> Result<Option<(Id, bool)>> {
    let all: Vec<(Id, bool)> = conn
        .query(
            sql!(
                "SELECT s.successor_id, s.named FROM area_successor s WHERE s.tenant = ?1 AND s.area_id = ?2 ",
                "ORDER BY s.named DESC, s.successor_id"
            ),
            args![ctx.tenant(), area],
        )
        .await?;
    let named: Vec<(Id, bool)> = all.iter().copied().filter(|(_, named)| *named).collect();
    Ok(match (named.as_slice(), all.as_slice()) {
        ([one], _) => Some(*one),
        ([], [one]) => Some(*one),
        _ => None,
    })
}

/// Says which area goes on. What was only proposed gives way to what is named.
pub async fn put_successor(ctx: &Ctx, tx: &mut Tx, area: Id, successor: Id, named: bool) -> Result<()> {
    if named {
        tx.execute(
            sql!("DELETE FROM area_successor WHERE tenant = ?1 AND area_id = ?2 AND named = FALSE"),
            args![ctx.tenant(), area],
        )
        .await?;
    }
    tx.execute(
        sql!(
            "INSERT INTO area_successor (tenant, area_id, successor_id, named) VALUES (?1, ?2, ?3, ?4) ",
            "ON CONFLICT (tenant, area_id, successor_id) DO UPDATE SET named = excluded.named"
        ),
        args![ctx.tenant(), area, successor, named],
    )
    .await?;
    Ok(())
}

/// The areas that have ended by today, in the order of their days.
pub async fn list_ended(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<EndedArea>> {
    Ok(conn
        .query(
            sql!(
                "SELECT a.id, a.name, a.tier, a.valid_to, n.id AS successor, n.name AS successor_name FROM area a ",
                "LEFT JOIN area_successor s ON s.tenant = a.tenant AND s.area_id = a.id AND NOT EXISTS ",
                "(SELECT 1 FROM area_successor o WHERE o.tenant = ?1 AND o.area_id = a.id ",
                "AND o.successor_id <> s.successor_id) ",
                "LEFT JOIN area n ON n.tenant = a.tenant AND n.id = s.successor_id ",
                "WHERE a.tenant = ?1 AND a.valid_to < ?2 ORDER BY a.valid_to DESC, a.code, a.id"
            ),
            args![ctx.tenant(), ctx.today()],
        )
        .await?)
}

/// An area, whatever its days, and the areas in which it lies today.
pub async fn list_around(ctx: &Ctx, conn: &mut Conn, area: Id) -> Result<Vec<Id>> {
    let rows: Vec<(Id,)> = conn
        .query(
            sql!(
                "SELECT w.ancestor_id FROM area_within w WHERE w.tenant = ?1 AND w.area_id = ?2 ",
                "AND w.valid_from <= ?3 AND w.valid_to >= ?3 ORDER BY w.ancestor_id"
            ),
            args![ctx.tenant(), area, ctx.today()],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
