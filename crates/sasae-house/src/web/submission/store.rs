//! The table of accepted submissions.

use jiff::Timestamp;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, sql};

use crate::ctx::Once;

/// The tables of this room.
pub const TABLES: &[&str] = &["once"];

/// Fingerprint and location of an earlier submission with this key.
pub async fn find(conn: &mut Conn, tenant: &str, actor: &str, key: Id) -> sasae_db::Result<Option<(Vec<u8>, String)>> {
    conn.query_opt(
        sql!("SELECT fingerprint, location FROM once WHERE tenant = ?1 AND actor = ?2 AND key = ?3"),
        args![tenant, actor, key],
    )
    .await
}

/// Remembers a submission; fails on `once` when its twin was faster.
pub async fn insert(
    tx: &mut Tx,
    tenant: &str,
    actor: &str,
    once: &Once,
    location: &str,
    at: Timestamp,
) -> sasae_db::Result<u64> {
    tx.execute(
        sql!("INSERT INTO once (tenant, actor, key, fingerprint, location, at) ", "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
        args![tenant, actor, once.key, &once.fingerprint, location, at],
    )
    .await
}
