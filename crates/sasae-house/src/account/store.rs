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
                "SELECT id, staff_id, password_hash, locked_until, disabled_at, totp_confirmed_at ",
                "FROM account WHERE tenant = ?1 AND login = ?2"
            ),
            args![tenant, login],
        )
        .await?)
}

/// The login name of a person's account, unless it was closed.
pub async fn find_login_of(conn: &mut Conn, tenant: &str, staff: Id) -> Result<Option<String>> {
    let open = sql!("SELECT login FROM account WHERE tenant = ?1 AND staff_id = ?2 AND disabled_at IS NULL");
    Ok(conn.scalar_opt(open, args![tenant, staff]).await?)
}

/// Closes an account from a moment on.
pub async fn set_disabled(tx: &mut Tx, tenant: &str, account: Id, at: Timestamp) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE account SET disabled_at = ?3, revision = revision + 1 ",
            "WHERE tenant = ?1 AND id = ?2 AND disabled_at IS NULL"
        ),
        args![tenant, account, at],
    )
    .await?;
    Ok(())
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

/// Counts a wrong password and gives how many there were in a row. The row stays locked until the
/// transaction ends, so that of a hundred at once each is counted.
pub async fn count_failure(tx: &mut Tx, tenant: &str, account: Id) -> Result<i64> {
    Ok(tx
        .scalar(
            sql!("UPDATE account SET failed = failed + 1 WHERE tenant = ?1 AND id = ?2 RETURNING failed"),
            args![tenant, account],
        )
        .await?)
}

/// No password is looked at before this moment.
pub async fn rest_until(tx: &mut Tx, tenant: &str, account: Id, until: Option<Timestamp>) -> Result<()> {
    tx.execute(
        sql!("UPDATE account SET locked_until = ?3 WHERE tenant = ?1 AND id = ?2"),
        args![tenant, account, until],
    )
    .await?;
    Ok(())
}

/// The password was right: forgets the wrong ones before it. Those of the second factor stay.
pub async fn clear_failures(tx: &mut Tx, tenant: &str, account: Id) -> Result<()> {
    tx.execute(
        sql!("UPDATE account SET failed = 0, locked_until = NULL WHERE tenant = ?1 AND id = ?2"),
        args![tenant, account],
    )
    .await?;
    Ok(())
}

/// Counts an attempt at the second factor before the code is looked at, and gives how many there were in
/// a row; `None` while the factor rests. The row stays locked until the transaction ends: of a hundred
/// codes at once each is looked at after the one before it was counted.
pub async fn begin_code(tx: &mut Tx, tenant: &str, account: Id, now: Timestamp) -> Result<Option<i64>> {
    let counted: Option<(i64,)> = tx
        .query_opt(
            sql!(
                "UPDATE account SET factor_failed = factor_failed + 1 WHERE tenant = ?1 AND id = ?2 ",
                "AND (factor_locked_until IS NULL OR factor_locked_until <= ?3) RETURNING factor_failed"
            ),
            args![tenant, account, now],
        )
        .await?;
    Ok(counted.map(|(failed,)| failed))
}

/// No code is looked at before this moment.
pub async fn rest_factor_until(tx: &mut Tx, tenant: &str, account: Id, until: Option<Timestamp>) -> Result<()> {
    tx.execute(
        sql!("UPDATE account SET factor_locked_until = ?3 WHERE tenant = ?1 AND id = ?2"),
        args![tenant, account, until],
    )
    .await?;
    Ok(())
}

/// The code was right: forgets the wrong ones before it.
pub async fn clear_factor_failures(tx: &mut Tx, tenant: &str, account: Id) -> Result<()> {
    tx.execute(
        sql!("UPDATE account SET factor_failed = 0, factor_locked_until = NULL WHERE tenant = ?1 AND id = ?2"),
        args![tenant, account],
    )
    .await?;
    Ok(())
}

/// Whose session a token opened, whether it has ended or not.
pub async fn find_session_account(conn: &mut Conn, tenant: &str, token_hash: &[u8]) -> Result<Option<Id>> {
    let found: Option<(Id,)> = conn
        .query_opt(
            sql!("SELECT account_id FROM session WHERE tenant = ?1 AND token_hash = ?2"),
            args![tenant, token_hash],
        )
        .await?;
    Ok(found.map(|(account,)| account))
}

/// Takes the sessions of an account away that have ended by themselves.
pub async fn delete_ended_sessions(tx: &mut Tx, tenant: &str, account: Id, now: Timestamp) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM session WHERE tenant = ?1 AND account_id = ?2 AND expires_at <= ?3"),
        args![tenant, account, now],
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

/// The words by which the colleagues of a person know that person: name, reading, organisation.
pub async fn list_names(conn: &mut Conn, tenant: &str, staff: Id) -> Result<Vec<String>> {
    let found: Option<(String, String, Option<String>)> = conn
        .query_opt(
            sql!(
                "SELECT f.name, f.kana, o.name AS organisation FROM staff f ",
                "LEFT JOIN organisation o ON o.tenant = f.tenant AND o.id = f.organisation_id ",
                "WHERE f.tenant = ?1 AND f.id = ?2"
            ),
            args![tenant, staff],
        )
        .await?;
    let Some((name, kana, organisation)) = found else { return Ok(Vec::new()) };
    Ok([name, kana].into_iter().chain(organisation).filter(|word| !word.is_empty()).collect())
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
        /// No password is looked at before this moment.
        pub locked_until: Option<Timestamp>,
        /// Whose account it is, by name.
        pub staff_name: String,
    }
}

/// The second factor of an account.
pub async fn get_factor(conn: &mut Conn, tenant: &str, account: Id) -> Result<Factor> {
    Ok(conn
        .query_one(
            sql!(
                "SELECT a.login, a.password_hash, a.totp_secret, a.totp_confirmed_at, a.totp_last_step, ",
                "a.locked_until, f.name AS staff_name FROM account a ",
                "JOIN staff f ON f.tenant = a.tenant AND f.id = a.staff_id WHERE a.tenant = ?1 AND a.id = ?2"
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

/// Remembers the step whose code was taken; false when that code, or a later one, was taken before.
pub async fn take_step(tx: &mut Tx, tenant: &str, account: Id, step: i64) -> Result<bool> {
    let taken = tx
        .execute(
            sql!(
                "UPDATE account SET totp_last_step = ?3 WHERE tenant = ?1 AND id = ?2 ",
                "AND (totp_last_step IS NULL OR totp_last_step < ?3)"
            ),
            args![tenant, account, step],
        )
        .await?;
    Ok(taken == 1)
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
