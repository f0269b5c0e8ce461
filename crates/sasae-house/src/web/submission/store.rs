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

/// Takes the key of a submission for a transaction; false where another one has committed it. Whoever comes
/// while that one is still under way waits for it.
pub async fn reserve(tx: &mut Tx, tenant: &str, actor: &str, once: &Once, at: Timestamp) -> sasae_db::Result<bool> {
    let taken = tx
        .execute(
            sql!(
                "INSERT INTO once (tenant, actor, key, fingerprint, location, at) VALUES (?1, ?2, ?3, ?4, '', ?5) ",
                "ON CONFLICT (tenant, actor, key) DO NOTHING"
            ),
            args![tenant, actor, once.key, &once.fingerprint, at],
        )
        .await?;
    Ok(taken == 1)
}

/// Remembers where a submission led.
pub async fn settle(tx: &mut Tx, tenant: &str, actor: &str, once: &Once, location: &str) -> sasae_db::Result<()> {
    tx.execute(
        sql!("UPDATE once SET location = ?4 WHERE tenant = ?1 AND actor = ?2 AND key = ?3"),
        args![tenant, actor, once.key, location],
    )
    .await?;
    Ok(())
}
