//! What rows of imported files have become.

use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, sql};

use crate::ctx::Ctx;
use crate::error::Result;

/// The tables of this room.
pub const TABLES: &[&str] = &["import_row", "import_said"];

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

/// What every list said last of a record: the list, and what it said, as JSON.
pub async fn list_said(ctx: &Ctx, conn: &mut Conn, kind: &str, record: Id) -> Result<Vec<(String, String)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT source, said FROM import_said WHERE tenant = ?1 AND kind = ?2 AND record_id = ?3 ",
                "ORDER BY source"
            ),
            args![ctx.tenant(), kind, record],
        )
        .await?)
}

/// Remembers what a list said last of a record.
pub async fn put_said(ctx: &Ctx, tx: &mut Tx, kind: &str, (record, source): (Id, &str), said: &str) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO import_said (tenant, kind, record_id, source, said, seen_at) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant, kind, record_id, source) ",
            "DO UPDATE SET said = excluded.said, seen_at = excluded.seen_at"
        ),
        args![ctx.tenant(), kind, record, source, said, ctx.now()],
    )
    .await?;
    Ok(())
}

/// Of how many records of a kind a list has said something.
pub async fn count_said(ctx: &Ctx, conn: &mut Conn, kind: &str, source: &str) -> Result<i64> {
    let (count,): (i64,) = conn
        .query_one(
            sql!("SELECT COUNT(*) AS records FROM import_said WHERE tenant = ?1 AND kind = ?2 AND source = ?3"),
            args![ctx.tenant(), kind, source],
        )
        .await?;
    Ok(count)
}

/// The length of the shortest and of the longest number (`id:…`) by which records of a list are known; `None`
/// where none is.
pub async fn find_widths(ctx: &Ctx, conn: &mut Conn, kind: &str, source: &str) -> Result<Option<(i64, i64)>> {
    let (least, most): (Option<i64>, Option<i64>) = conn
        .query_one(
            sql!(
                "SELECT CAST(MIN(length(source_key)) AS BIGINT) AS least, ",
                "CAST(MAX(length(source_key)) AS BIGINT) AS most FROM import_row ",
                "WHERE tenant = ?1 AND kind = ?2 AND source = ?3 AND substr(source_key, 1, 3) = 'id:'"
            ),
            args![ctx.tenant(), kind, source],
        )
        .await?;
    Ok(least.zip(most))
}
