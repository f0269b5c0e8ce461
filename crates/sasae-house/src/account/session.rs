//! The session cookie and what hangs on it.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::store;
use crate::access;
use crate::app::App;
use crate::ctx::StaffActor;
use crate::error::Result;

/// Name of the cookie; its value is 32 random bytes in hex.
pub const COOKIE: &str = "sasae_session";

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(cookie::Cookie::split_parse)
        .filter_map(std::result::Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// The session token of a request: from the cookie, or as `Authorization: Bearer`
/// for clients of the API.
pub fn token_of(headers: &HeaderMap) -> Option<String> {
    let bearer = bearer(headers).map(str::to_owned);
    bearer.or_else(|| cookie(headers, COOKIE)).filter(|token| token.len() == 64)
}

/// Whether the token came as `Authorization: Bearer`, which no page of another site can send.
pub fn is_bearer(headers: &HeaderMap) -> bool {
    bearer(headers).is_some()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// What the database holds of a token.
pub fn hash_of(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// The token that forms of the session carry: it follows from the session's
/// token but does not give it away.
pub fn csrf_of(token: &str) -> String {
    hex::encode(Sha256::digest(format!("csrf:{token}")))
}

/// Who is signed in with this token, with the posts of today; ends the session
/// when it was idle or open for too long. A session that still waits for the
/// second factor counts only where `pending` is wanted.
pub async fn find_actor(app: &App, tenant: &str, token: &str, pending: bool) -> Result<Option<Arc<StaffActor>>> {
    let token_hash = hash_of(token);
    let mut read = app.db().read(tenant).await?;
    let Some(row) = store::find_session(&mut read, tenant, &token_hash).await? else {
        return Ok(None);
    };
    let now = app.clock().now();
    let idle = now.duration_since(row.seen_at);
    let settings = app.settings();
    if now >= row.expires_at
        || idle > SignedDuration::from_mins(settings.idle_minutes)
        || (row.second_factor_pending && !pending)
    {
        return Ok(None);
    }
    let posts = access::list_held_posts(&mut read, tenant, row.staff_id, app.clock().today()).await?;
    drop(read);
    // Once a minute is enough to know when a session was last used.
    if idle >= SignedDuration::from_mins(1)
        && let Err(error) = touch(app, tenant, &token_hash, now).await
    {
        // A disk that is full for this is full for no page that only reads.
        tracing::warn!(%error, "the last use of a session could not be noted");
    }
    Ok(Some(Arc::new(StaffActor { staff: row.staff_id, account: Some(row.account_id), name: row.staff_name, posts })))
}

/// How many sessions of a municipality are open and were used of late.
pub async fn count_open(app: &App, tenant: &str) -> Result<usize> {
    let now = app.clock().now();
    let used_since = now - SignedDuration::from_mins(app.settings().idle_minutes);
    let mut read = app.db().read(tenant).await?;
    let count = store::count_sessions(&mut read, tenant, now, used_since).await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

async fn touch(app: &App, tenant: &str, token_hash: &[u8], now: Timestamp) -> Result<()> {
    let mut tx = app.db().begin(tenant).await?;
    store::touch_session(&mut tx, tenant, token_hash, now).await?;
    Ok(tx.commit().await?)
}

/// The `Set-Cookie` value of a cookie of ours.
pub fn set_cookie(name: &str, value: &str, secure: bool, max_age_seconds: i64) -> String {
    cookie::Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(cookie::SameSite::Lax)
        .max_age(cookie::time::Duration::seconds(max_age_seconds))
        .build()
        .to_string()
}
