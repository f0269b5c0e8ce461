//! The table of grounds.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, sql};

use super::Ground;
use crate::ctx::Ctx;
use crate::error::Result;

/// The tables of this room.
pub const TABLES: &[&str] = &["ground"];

/// The reader's grounds of today for a record: the reason, and since when it holds.
pub async fn list_held(ctx: &Ctx, conn: &mut Conn, record: Id) -> Result<Vec<(String, Date)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT g.reason, MIN(g.valid_from) AS since FROM ground g WHERE g.tenant = ?1 AND g.record_id = ?4 ",
                "AND g.holder_id = ?2 AND ",
                valid_today!("g"),
                " AND ",
                held_by_post!("g", "?2"),
                " GROUP BY g.reason ORDER BY g.reason"
            ),
            scoped![ctx, record],
        )
        .await?)
}

pub(super) async fn delete_of(ctx: &Ctx, tx: &mut Tx, source: Id) -> Result<()> {
    tx.execute(sql!("DELETE FROM ground WHERE tenant = ?1 AND source_id = ?2"), args![ctx.tenant(), source]).await?;
    Ok(())
}

/// The post by which a holder holds what follows from a source.
pub(super) async fn find_by(ctx: &Ctx, tx: &mut Tx, source: Id, holder: Id) -> Result<Option<(String, Id)>> {
    Ok(tx
        .query_opt(
            sql!(
                "SELECT g.by_role, g.by_area FROM ground g WHERE g.tenant = ?1 AND g.source_id = ?2 AND g.holder_id = ?3 ",
                "AND g.by_role <> '' AND g.by_area IS NOT NULL ORDER BY g.record_id LIMIT 1"
            ),
            args![ctx.tenant(), source, holder],
        )
        .await?)
}

pub(super) async fn insert(ctx: &Ctx, tx: &mut Tx, source: Id, ground: &Ground) -> Result<()> {
    let (by_role, by_area) = ground.by.columns();
    tx.execute(
        sql!(
            "INSERT INTO ground (tenant, record_id, holder_id, reason, source_id, record_kind, valid_from, valid_to, ",
            "opens_address, by_role, by_area) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        ),
        args![
            ctx.tenant(),
            ground.record,
            ground.holder,
            ground.reason,
            source,
            ground.kind.code,
            ground.from,
            ground.to,
            ground.opens_address,
            by_role,
            by_area
        ],
    )
    .await?;
    Ok(())
}
