//! Signing in, step by step: the password, the second factor, and what an attempt leaves behind.
//!
//! **Architecture Invariant:** an attempt is counted by the statement that changes the count, never by
//! what was read before it, so a hundred attempts at once are a hundred.

use axum::http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use sasae_core::fold::fold_login;
use sasae_core::id::Id;

use super::password::Turn;
use super::{ACCOUNT, second_factor, session, store};
use crate::audit::Outcome;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};

/// Most characters of the name of a browser that are kept.
const AGENT: usize = 200;

/// How long an account rests after so many failures in a row: nothing for
/// four, then 30 seconds, doubling to an hour.
fn rest_after(failed: i64) -> Option<SignedDuration> {
    let step = u32::try_from(failed - 5).ok()?;
    Some(SignedDuration::from_secs((30_i64 << step.min(7)).min(3600)))
}

/// A session that was opened.
#[derive(Debug)]
pub struct Opened {
    /// Whose it is.
    pub account: Id,
    /// What the cookie carries.
    pub token: String,
    /// The second factor is still to be given.
    pub pending: bool,
}

/// Checks a password and opens a session; `None` for every kind of refusal, which only the trail tells
/// apart. The session of the token that came along, if any, ends: this one replaces it.
///
/// # Errors
/// [`Error::Busy`] where too many passwords are waiting to be looked at.
pub async fn open_session(ctx: &Ctx, login: &str, given: &str, headers: &HeaderMap) -> Result<Option<Opened>> {
    let app = ctx.app();
    // Held until the outcome is counted: see `Hashing::turn`.
    let turn = app.hashing().turn().await?;
    let mut read = ctx.read().await?;
    let account = store::find_account(&mut read, ctx.tenant(), &fold_login(login)).await?;
    drop(read);
    let now = ctx.now();
    let resting = |until: Option<Timestamp>| until.is_some_and(|until| now < until);
    let usable = account.as_ref().filter(|a| a.disabled_at.is_none() && !resting(a.locked_until));
    let hash = usable.map(|account| account.password_hash.clone());
    let right = turn.verify(given, hash, app.settings().argon2).await?;
    let mut work = ctx.begin().await?;
    let Some(account) = account else {
        // What was typed is not kept: it may be a password in the wrong field.
        return refuse(ctx, work, Id::nil(), Outcome::Unknown).await;
    };
    if account.disabled_at.is_some() {
        return refuse(ctx, work, account.id, Outcome::Closed).await;
    }
    if resting(account.locked_until) {
        return refuse(ctx, work, account.id, Outcome::Locked).await;
    }
    if !right {
        count_failure(ctx, &mut work, account.id).await?;
        return refuse(ctx, work, account.id, Outcome::Failed).await;
    }
    store::clear_failures(&mut work, ctx.tenant(), account.id).await?;
    store::delete_ended_sessions(&mut work, ctx.tenant(), account.id, now).await?;
    if let Some(before) = session::token_of(headers) {
        store::delete_session(&mut work, ctx.tenant(), &session::hash_of(&before)).await?;
    }
    let token = hex::encode(app.clock().random_bytes::<32>());
    let expires = now + SignedDuration::from_hours(app.settings().absolute_hours);
    let pending = account.totp_confirmed_at.is_some();
    let agent = headers.get(axum::http::header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().take(AGENT).collect();
    let hash = session::hash_of(&token);
    store::insert_session(&mut work, ctx.tenant(), &hash, account.id, now, expires, pending, &agent).await?;
    ctx.wrote(&ACCOUNT, account.id);
    ctx.came_to(Outcome::SignedIn);
    work.commit("/today").await?;
    Ok(Some(Opened { account: account.id, token, pending }))
}

/// Ends an attempt: the failure stands in the trail.
async fn refuse<T>(ctx: &Ctx, work: Work, account: Id, outcome: Outcome) -> Result<Option<T>> {
    ctx.wrote(&ACCOUNT, account);
    ctx.came_to(outcome);
    work.commit("/sign-in").await?;
    Ok(None)
}

async fn count_failure(ctx: &Ctx, work: &mut Work, account: Id) -> Result<()> {
    let failed = store::count_failure(work, ctx.tenant(), account).await?;
    let until = rest_after(failed).map(|rest| ctx.now() + rest);
    store::rest_until(work, ctx.tenant(), account, until).await
}

/// Looks at a code of the app or a recovery code. A right one confirms the session; a wrong one is
/// counted, and after some the factor rests, whatever is known of the password.
///
/// # Errors
/// [`Error::SignIn`] for an account without a second factor.
pub async fn give_code(ctx: &Ctx, account: Id, token: &str, typed: &str) -> Result<bool> {
    let mut work = ctx.begin().await?;
    let Some(failed) = store::begin_code(&mut work, ctx.tenant(), account, ctx.now()).await? else {
        let refused: Option<()> = refuse(ctx, work, account, Outcome::CodeLocked).await?;
        return Ok(refused.is_some());
    };
    let row = store::get_factor(&mut work, ctx.tenant(), account).await?;
    let secret = row.totp_secret.as_deref().ok_or(Error::SignIn)?;
    let step = second_factor::check(secret, &row.login, typed, ctx.now(), row.totp_last_step)?;
    let right = match step {
        Some(step) => store::take_step(&mut work, ctx.tenant(), account, step).await?,
        None => {
            let hash = second_factor::hash_of(typed);
            store::use_recovery_code(&mut work, ctx.tenant(), account, &hash, ctx.now()).await?
        }
    };
    if !right {
        let until = rest_after(failed).map(|rest| ctx.now() + rest);
        store::rest_factor_until(&mut work, ctx.tenant(), account, until).await?;
        let refused: Option<()> = refuse(ctx, work, account, Outcome::CodeFailed).await?;
        return Ok(refused.is_some());
    }
    store::clear_factor_failures(&mut work, ctx.tenant(), account).await?;
    store::set_confirmed(&mut work, ctx.tenant(), &session::hash_of(token)).await?;
    ctx.wrote(&ACCOUNT, account);
    ctx.came_to(Outcome::Confirmed);
    work.commit("/today").await?;
    Ok(true)
}

/// Asks somebody who is signed in for the present password again. What is wrong with it stands beside
/// `field` and is counted as it is where one signs in.
///
/// # Errors
/// `Invalid` where it is wrong or the account rests; [`Error::Busy`].
pub async fn require_password(ctx: &Ctx, account: Id, field: &'static str, given: &str) -> Result<store::Factor> {
    let turn = ctx.app().hashing().turn().await?;
    let mut read = ctx.read().await?;
    let row = store::get_factor(&mut read, ctx.tenant(), account).await?;
    drop(read);
    let resting = row.locked_until.is_some_and(|until| ctx.now() < until);
    let hash = (!resting).then(|| row.password_hash.clone());
    let right = turn.verify(given, hash, ctx.app().settings().argon2).await?;
    let mut work = ctx.begin().await?;
    if resting {
        let _refused: Option<()> = refuse(ctx, work, account, Outcome::Locked).await?;
        return Err(Error::field(
            field,
            "まちがいが続いたため、しばらく使えません。少し待ってから、もう一度入れてください。",
            "After several wrong passwords the account rests for a while. Wait a little and try again.",
        ));
    }
    if !right {
        count_failure(ctx, &mut work, account).await?;
        let _refused: Option<()> = refuse(ctx, work, account, Outcome::Failed).await?;
        return Err(Error::field(field, "いまのパスワードがちがいます。", "The present password is wrong."));
    }
    store::clear_failures(&mut work, ctx.tenant(), account).await?;
    work.commit("").await?;
    Ok(row)
}

/// Opens an account for a staff member; used by commands and the demo. One person has one account.
///
/// # Errors
/// `Invalid` beside `login` or `password`.
pub async fn add_account(ctx: &Ctx, work: &mut Work, staff: Id, login: &str, given: &str) -> Result<Id> {
    let login = fold_login(login);
    let names = store::list_names(work, ctx.tenant(), staff).await?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    super::password::check(ctx, &login, &names, given)?;
    let hash = hash(ctx, &ctx.app().hashing().aside(), given).await?;
    let id = ctx.new_id();
    match store::insert_account(work, ctx.tenant(), id, staff, &login, &hash, ctx.now()).await {
        Ok(_) => {
            ctx.wrote(&ACCOUNT, id);
            Ok(id)
        }
        Err(error) if error.is_unique_on("account") => {
            Err(Error::field("login", "このログイン名はもう使われています。", "This login name is already taken."))
        }
        Err(error) => Err(error.into()),
    }
}

/// Gives an account another password: every session ends but the one that is kept, and what was locked
/// is open again.
///
/// # Errors
/// `Invalid` beside `password`.
pub async fn set_password(ctx: &Ctx, account: Id, given: &str, keep: &[u8]) -> Result<()> {
    let mut read = ctx.read().await?;
    let row = store::get_factor(&mut read, ctx.tenant(), account).await?;
    drop(read);
    super::password::check(ctx, &row.login, &[&row.staff_name], given)?;
    let turn = ctx.app().hashing().turn().await?;
    let hash = hash(ctx, &turn, given).await?;
    drop(turn);
    let mut work = ctx.begin().await?;
    store::set_password(&mut work, ctx.tenant(), account, &hash).await?;
    store::clear_failures(&mut work, ctx.tenant(), account).await?;
    store::delete_sessions(&mut work, ctx.tenant(), account, keep).await?;
    ctx.wrote(&ACCOUNT, account);
    work.commit("/account").await?;
    Ok(())
}

/// Ends the rest of an account after wrong passwords and wrong codes.
pub async fn unlock(ctx: &Ctx, work: &mut Work, account: Id) -> Result<()> {
    store::clear_failures(work, ctx.tenant(), account).await?;
    store::clear_factor_failures(work, ctx.tenant(), account).await?;
    ctx.wrote(&ACCOUNT, account);
    Ok(())
}

/// Takes the second factor of an account away, with its recovery codes.
pub async fn drop_factor(ctx: &Ctx, work: &mut Work, account: Id) -> Result<()> {
    store::set_secret(work, ctx.tenant(), account, None, None).await?;
    store::delete_recovery_codes(work, ctx.tenant(), account).await?;
    store::clear_factor_failures(work, ctx.tenant(), account).await?;
    ctx.wrote(&ACCOUNT, account);
    Ok(())
}

/// Closes an account; its sessions end at once.
pub async fn close(ctx: &Ctx, work: &mut Work, account: Id) -> Result<()> {
    store::set_disabled(work, ctx.tenant(), account, ctx.now()).await?;
    store::delete_sessions(work, ctx.tenant(), account, &[]).await?;
    ctx.wrote(&ACCOUNT, account);
    Ok(())
}

async fn hash(ctx: &Ctx, turn: &Turn, given: &str) -> Result<String> {
    turn.hash(given, ctx.app().clock().random_bytes::<16>(), ctx.app().settings().argon2).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_grows_to_an_hour() {
        let seconds = |failed| rest_after(failed).map(|rest| rest.as_secs());

        assert_eq!(
            [1, 4, 5, 6, 11, 12, 500].map(seconds),
            [None, None, Some(30), Some(60), Some(1920), Some(3600), Some(3600)]
        );
    }
}
