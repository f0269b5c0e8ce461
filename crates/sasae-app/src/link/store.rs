//! The table of links.

use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, sql};

use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::Result;

/// The tables of this room.
pub const TABLES: &[&str] = &["thread_link"];

pub(super) async fn put(ctx: &Ctx, tx: &mut Tx, from: (Kind, Id), to: (Kind, Id), relation: &str) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO thread_link (tenant, from_kind, from_id, to_kind, to_id, relation, linked_at, linked_by) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING"
        ),
        args![ctx.tenant(), from.0.code, from.1, to.0.code, to.1, relation, ctx.now(), ctx.staff_id()],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete(ctx: &Ctx, tx: &mut Tx, from: Id, to: Id) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM thread_link WHERE tenant = ?1 AND from_id = ?2 AND to_id = ?3"),
        args![ctx.tenant(), from, to],
    )
    .await?;
    Ok(())
}

/// The links that touch a record, in either direction: from kind, from, to kind, to.
pub async fn list(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Vec<(String, Id, String, Id)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT from_kind, from_id, to_kind, to_id FROM thread_link WHERE tenant = ?1 AND from_id = ?2 ",
                "UNION SELECT from_kind, from_id, to_kind, to_id FROM thread_link WHERE tenant = ?1 AND to_id = ?2"
            ),
            args![ctx.tenant(), id],
        )
        .await?)
}
