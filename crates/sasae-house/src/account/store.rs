//! Accounts, sessions, recovery codes.

use jiff::Timestamp;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::error::Result;

/// The tables of this room.
pub const TABLES: &[&str] = &["account", "session", "recovery_code"];

record! {
    /// An account as signing in needs it.
    #[derive(Debug, Clone)]
    pub struct Account {
        /// The account.
        pub id: Id,
        /// Whose it is.
        pub staff_id: Id,
        /// PHC string.
        pub password_hash: String,
        /// Wrong passwords in a row.
        pub failed: i64,
        /// No password is looked at before this moment.
        pub locked_until: Option<Timestamp>,
        /// Set when the account was closed.
        pub disabled_at: Option<Timestamp>,
        /// Set when a second factor is in use.
        pub totp_confirmed_at: Option<Timestamp>,
    }
}

record! {
    /// A session with whom it stands for.
    #[derive(Debug, Clone)]
    pub struct Session {
        /// The account.
        pub account_id: Id,
        /// The person.
        pub staff_id: Id,
        /// The person's name.
        pub staff_name: String,
        /// Last use, to the minute.
        pub seen_at: Timestamp,
        /// End in any case.
        pub expires_at: Timestamp,
        /// Still waits for the second factor.
        pub second_factor_pending: bool,
    }
}

/// The account with a login.
pub async fn find_account(conn: &mut Conn, tenant: &str, login: &str) -> Result<Option<Account>> {
    Ok(conn
        .query_opt(
            sql!(
                "SELECT id, staff_id, password_hash, failed, locked_until, disabled_at, totp_confirmed_at ",
                "FROM account WHERE tenant = ?1 AND login = ?2"
            ),
            args![tenant, login],
        )
        .await?)
}

/// Makes an account; the login is unique in the municipality.
pub async fn insert_account(
    tx: &mut Tx,
    tenant: &str,
    id: Id,
    staff: Id,
    login: &str,
    password_hash: &str,
    at: Timestamp,
) -> sasae_db::Result<u64> {
    tx.execute(
        sql!(
            "INSERT INTO account (tenant, id, staff_id, login, password_hash, failed, created_at, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, 1)"
        ),
        args![tenant, id, staff, login, password_hash, at],
    )
    .await
}

/// Notes the outcome of an attempt to sign in.
pub async fn note_attempt(
    tx: &mut Tx,
    tenant: &str,
    account: Id,
    failed: i64,
    locked_until: Option<Timestamp>,
) -> Result<()> {
    tx.execute(
        sql!("UPDATE account SET failed = ?3, locked_until = ?4 WHERE tenant = ?1 AND id = ?2"),
        args![tenant, account, failed, locked_until],
    )
    .await?;
    Ok(())
}

/// Opens a session.
pub async fn insert_session(
    tx: &mut Tx,
    tenant: &str,
    token_hash: &[u8],
    account: Id,
    at: Timestamp,
    expires_at: Timestamp,
    second_factor_pending: bool,
    agent: &str,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO session (tenant, token_hash, account_id, created_at, seen_at, expires_at, ",
            "second_factor_pending, agent) VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)"
        ),
        args![tenant, token_hash, account, at, expires_at, second_factor_pending, agent],
    )
    .await?;
    Ok(())
}

/// A session by the hash of its token, unless its account was closed.
pub async fn find_session(conn: &mut Conn, tenant: &str, token_hash: &[u8]) -> Result<Option<Session>> {
    Ok(conn
        .query_opt(
            sql!(
                "SELECT s.account_id, a.staff_id, f.name AS staff_name, s.seen_at, s.expires_at, s.second_factor_pending ",
                "FROM session s JOIN account a ON a.tenant = s.tenant AND a.id = s.account_id ",
                "JOIN staff f ON f.tenant = a.tenant AND f.id = a.staff_id ",
                "WHERE s.tenant = ?1 AND s.token_hash = ?2 AND a.disabled_at IS NULL"
            ),
            args![tenant, token_hash],
        )
        .await?)
}

/// Notes that a session was used.
pub async fn touch_session(tx: &mut Tx, tenant: &str, token_hash: &[u8], at: Timestamp) -> Result<()> {
    tx.execute(
        sql!("UPDATE session SET seen_at = ?3 WHERE tenant = ?1 AND token_hash = ?2"),
        args![tenant, token_hash, at],
    )
    .await?;
    Ok(())
}

/// Counts the sessions that end after `now` and were used since a moment.
pub async fn count_sessions(conn: &mut Conn, tenant: &str, now: Timestamp, used_since: Timestamp) -> Result<i64> {
    let open = sql!("SELECT count(*) FROM session WHERE tenant = ?1 AND expires_at > ?2 AND seen_at >= ?3");
    Ok(conn.scalar(open, args![tenant, now, used_since]).await?)
}

/// Ends a session.
pub async fn delete_session(tx: &mut Tx, tenant: &str, token_hash: &[u8]) -> Result<()> {
    tx.execute(sql!("DELETE FROM session WHERE tenant = ?1 AND token_hash = ?2"), args![tenant, token_hash]).await?;
    Ok(())
}

record! {
    /// What the second factor and one's own account page need.
    #[derive(Debug, Clone)]
    pub struct Factor {
        /// The login.
        pub login: String,
        /// PHC string.
        pub password_hash: String,
        /// Base32, once set up.
        pub totp_secret: Option<String>,
        /// Set when in use.
        pub totp_confirmed_at: Option<Timestamp>,
        /// The last step whose code was taken.
        pub totp_last_step: Option<i64>,
        /// Wrong attempts in a row.
        pub failed: i64,
        /// Resting until then.
        pub locked_until: Option<Timestamp>,
    }
}

/// The second factor of an account.
pub async fn get_factor(conn: &mut Conn, tenant: &str, account: Id) -> Result<Factor> {
    Ok(conn
        .query_one(
            sql!(
                "SELECT login, password_hash, totp_secret, totp_confirmed_at, totp_last_step, failed, locked_until ",
                "FROM account WHERE tenant = ?1 AND id = ?2"
            ),
            args![tenant, account],
        )
        .await?)
}

/// Sets or takes away the secret; with a moment it is in use.
pub async fn set_secret(
    tx: &mut Tx,
    tenant: &str,
    account: Id,
    secret: Option<&str>,
    confirmed_at: Option<Timestamp>,
) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE account SET totp_secret = ?3, totp_confirmed_at = ?4, totp_last_step = NULL, ",
            "revision = revision + 1 WHERE tenant = ?1 AND id = ?2"
        ),
        args![tenant, account, secret, confirmed_at],
    )
    .await?;
    Ok(())
}

/// Remembers the step whose code was taken.
pub async fn set_last_step(tx: &mut Tx, tenant: &str, account: Id, step: i64) -> Result<()> {
    tx.execute(
        sql!("UPDATE account SET totp_last_step = ?3 WHERE tenant = ?1 AND id = ?2"),
        args![tenant, account, step],
    )
    .await?;
    Ok(())
}

/// Sets a new password.
pub async fn set_password(tx: &mut Tx, tenant: &str, account: Id, hash: &str) -> Result<()> {
    tx.execute(
        sql!("UPDATE account SET password_hash = ?3, revision = revision + 1 WHERE tenant = ?1 AND id = ?2"),
        args![tenant, account, hash],
    )
    .await?;
    Ok(())
}

/// Adds a recovery code.
pub async fn insert_recovery_code(tx: &mut Tx, tenant: &str, account: Id, hash: &[u8]) -> Result<()> {
    tx.execute(
        sql!("INSERT INTO recovery_code (tenant, account_id, code_hash) VALUES (?1, ?2, ?3)"),
        args![tenant, account, hash],
    )
    .await?;
    Ok(())
}

/// Uses up a recovery code; false when there is none like it left.
pub async fn use_recovery_code(tx: &mut Tx, tenant: &str, account: Id, hash: &[u8], at: Timestamp) -> Result<bool> {
    let used = tx
        .execute(
            sql!(
                "UPDATE recovery_code SET used_at = ?4 ",
                "WHERE tenant = ?1 AND account_id = ?2 AND code_hash = ?3 AND used_at IS NULL"
            ),
            args![tenant, account, hash, at],
        )
        .await?;
    Ok(used == 1)
}

/// Recovery codes that are left.
pub async fn count_recovery_codes(conn: &mut Conn, tenant: &str, account: Id) -> Result<i64> {
    Ok(conn
        .scalar(
            sql!("SELECT COUNT(*) FROM recovery_code WHERE tenant = ?1 AND account_id = ?2 AND used_at IS NULL"),
            args![tenant, account],
        )
        .await?)
}

/// Takes all recovery codes away.
pub async fn delete_recovery_codes(tx: &mut Tx, tenant: &str, account: Id) -> Result<()> {
    tx.execute(sql!("DELETE FROM recovery_code WHERE tenant = ?1 AND account_id = ?2"), args![tenant, account]).await?;
    Ok(())
}

/// The second factor of a session was given.
pub async fn set_confirmed(tx: &mut Tx, tenant: &str, token_hash: &[u8]) -> Result<()> {
    tx.execute(
        sql!("UPDATE session SET second_factor_pending = FALSE WHERE tenant = ?1 AND token_hash = ?2"),
        args![tenant, token_hash],
    )
    .await?;
    Ok(())
}

/// The open sessions of an account after so many, the latest first: last use, and what the browser called
/// itself.
pub async fn list_sessions(
    conn: &mut Conn,
    tenant: &str,
    account: Id,
    now: Timestamp,
    (offset, limit): (i64, i64),
) -> Result<Vec<(Timestamp, String, Vec<u8>)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT seen_at, agent, token_hash FROM session WHERE tenant = ?1 AND account_id = ?2 AND expires_at > ?3 ",
                "ORDER BY seen_at DESC, token_hash LIMIT ?4 OFFSET ?5"
            ),
            args![tenant, account, now, limit, offset],
        )
        .await?)
}

/// Ends every session of an account but one.
pub async fn delete_sessions(tx: &mut Tx, tenant: &str, account: Id, keep: &[u8]) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM session WHERE tenant = ?1 AND account_id = ?2 AND token_hash <> ?3"),
        args![tenant, account, keep],
    )
    .await?;
    Ok(())
}
