//! What rows of imported files have become.

use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, sql};

use crate::ctx::Ctx;
use crate::error::Result;

/// The tables of this room.
pub const TABLES: &[&str] = &["import_row"];

/// The record that a row became, and what the row said then.
pub async fn find_row(
    ctx: &Ctx,
    conn: &mut Conn,
    kind: &str,
    (source, key): (&str, &str),
) -> Result<Option<(Id, Vec<u8>)>> {
    Ok(conn
        .query_opt(
            sql!(
                "SELECT record_id, fingerprint FROM import_row ",
                "WHERE tenant = ?1 AND kind = ?2 AND source = ?3 AND source_key = ?4"
            ),
            args![ctx.tenant(), kind, source, key],
        )
        .await?)
}

/// Remembers what a row became and what it said.
pub async fn put_row(
    ctx: &Ctx,
    tx: &mut Tx,
    kind: &str,
    (source, key): (&str, &str),
    record: Id,
    fingerprint: &[u8],
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO import_row (tenant, kind, source, source_key, record_id, fingerprint, seen_at) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant, kind, source, source_key) ",
            "DO UPDATE SET record_id = excluded.record_id, fingerprint = excluded.fingerprint, ",
            "seen_at = excluded.seen_at"
        ),
        args![ctx.tenant(), kind, source, key, record, fingerprint, ctx.now()],
    )
    .await?;
    Ok(())
}
