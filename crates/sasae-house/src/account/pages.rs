//! The pages for signing in and out.

use axum::extract::Query;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use sasae_core::text;
use serde::Deserialize;

use super::{password, session, store};
use crate::account::ACCOUNT;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::web::ui::form::{FormShell, hidden, text_field};
use crate::web::ui::parts::{Tone, callout};
use crate::web::{Form, Page, Reply, see};

/// What the sign-in form sends.
#[derive(Debug, Default, Deserialize)]
pub struct SignIn {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// Most characters of a login name.
const LOGIN: usize = 100;

/// Where to go after signing in.
#[derive(Debug, Default, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// Only paths on this server; anything else leads to today's page. A browser passes over control
/// characters in an address, so that `/<tab>/host` would lead to that host.
fn safe_next(next: &str) -> &str {
    let odd = |c: char| c == '\\' || c.is_control() || c.is_whitespace();
    let path = next.starts_with('/') && !next.starts_with("//") && !next.contains(odd);
    if path && next != "/" { next } else { "/today" }
}

/// `GET /sign-in`
pub async fn show_sign_in(ctx: Ctx, Query(query): Query<Next>) -> Reply {
    if ctx.staff().is_ok() {
        return Ok(see(safe_next(&query.next)));
    }
    let form = SignIn { next: query.next, ..SignIn::default() };
    Ok(page(&ctx, &form, None, StatusCode::OK))
}

fn page(ctx: &Ctx, form: &SignIn, error: Option<&str>, status: StatusCode) -> Response {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    let body = html! {
        @if let Some(error) = error { (callout(lang, Tone::Danger, lang.t("サインインできませんでした", "Could not sign in"), html! { p { (error) } })) }
        (hidden("next", &form.next))
        (text_field(lang, "login", lang.t("ログイン名", "Login name")).value(&form.login).required().maxlength(LOGIN).autocomplete("username"))
        (text_field(lang, "password", lang.t("パスワード", "Password")).input_type("password").required().maxlength(password::LONGEST).autocomplete("current-password"))
    };
    let main = html! {
        h1 { (lang.t("サインイン", "Sign in")) }
        (FormShell::new(lang, "/sign-in", "", &once, lang.t("サインイン", "Sign in"), body))
        (demo_accounts(ctx))
        p { a href="/" { (lang.t("気づいたことを知らせる（登録はいりません）", "Report a concern (no account needed)")) } }
    };
    Page::new(lang.t("サインイン", "Sign in"), main).status(status).reply(ctx)
}

fn demo_accounts(ctx: &Ctx) -> Markup {
    let lang = ctx.lang();
    let accounts = &ctx.app().settings().demo_accounts;
    html! {
        @if !accounts.is_empty() {
            section aria-labelledby="demo" {
                h2 id="demo" { (lang.t("お試し用のアカウント", "Accounts of this demo")) }
                table class="table" {
                    thead { tr {
                        th scope="col" { (lang.t("ログイン名", "Login")) }
                        th scope="col" { (lang.t("パスワード", "Password")) }
                        th scope="col" { (lang.t("見えるもの", "Sees")) }
                    } }
                    tbody { @for account in accounts { tr {
                        th scope="row" { code { (account.login) } }
                        td { code { (account.password) } }
                        td { (lang.t(&account.what.0, &account.what.1)) }
                    } } }
                }
            }
        }
    }
}

/// How long an account rests after so many wrong passwords in a row: nothing for
/// four, then 30 seconds, doubling to an hour.
pub(super) fn rest_after(failed: i64) -> Option<SignedDuration> {
    let step = u32::try_from(failed - 5).ok()?;
    Some(SignedDuration::from_secs((30_i64 << step.min(7)).min(3600)))
}

/// `POST /sign-in`
pub async fn sign_in(ctx: Ctx, headers: HeaderMap, Form { input, .. }: Form<SignIn>) -> Reply {
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    match open_session(&ctx, input.login.trim(), &input.password, agent).await? {
        Some((token, pending)) => {
            let next = if pending { "/sign-in/code" } else { safe_next(&input.next) };
            let mut response = see(next);
            add_cookie(&ctx, &mut response, session::COOKIE, &token, ctx.app().settings().absolute_hours * 3600);
            Ok(response)
        }
        None => {
            let error = ctx.lang().t(
                "ログイン名かパスワードがちがうか、しばらく使えなくなっています。少し待ってから、もう一度入れてください。",
                "The login name or password is wrong, or the account is resting for a while. Wait a little and try again.",
            );
            let form = SignIn { password: String::new(), ..input };
            Ok(page(&ctx, &form, Some(error), StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// Checks a password and opens a session; `None` for every kind of refusal. The
/// flag says that the second factor is still to be given.
pub async fn open_session(ctx: &Ctx, login: &str, given: &str, agent: &str) -> Result<Option<(String, bool)>> {
    let settings = ctx.app().settings();
    let mut read = ctx.read().await?;
    // A character that no database keeps belongs to no login name.
    let account = store::find_account(&mut read, ctx.tenant(), &text::clean(login)).await?;
    drop(read);
    let now = ctx.now();
    let resting = |until: Option<Timestamp>| until.is_some_and(|until| now < until);
    let usable = account.as_ref().filter(|a| a.disabled_at.is_none() && !resting(a.locked_until));
    let right = password::verify(given, usable.map(|a| a.password_hash.clone()), settings.argon2).await?;
    let Some(account) = account else { return Ok(None) };
    let mut work = ctx.begin().await?;
    if !right {
        if !resting(account.locked_until) {
            let failed = account.failed + 1;
            let until = rest_after(failed).map(|rest| now + rest);
            store::note_attempt(&mut work, ctx.tenant(), account.id, failed, until).await?;
            ctx.wrote(&ACCOUNT, account.id);
        }
        work.commit("/sign-in").await?;
        return Ok(None);
    }
    store::note_attempt(&mut work, ctx.tenant(), account.id, 0, None).await?;
    let token = hex::encode(ctx.app().clock().random_bytes::<32>());
    let expires = now + SignedDuration::from_hours(settings.absolute_hours);
    let pending = account.totp_confirmed_at.is_some();
    let agent: String = agent.chars().take(200).collect();
    store::insert_session(
        &mut work,
        ctx.tenant(),
        &session::hash_of(&token),
        account.id,
        now,
        expires,
        pending,
        &agent,
    )
    .await?;
    ctx.wrote(&ACCOUNT, account.id);
    work.commit("/today").await?;
    Ok(Some((token, pending)))
}

/// `POST /sign-out`
pub async fn sign_out(ctx: Ctx, headers: HeaderMap) -> Reply {
    if let Some(token) = session::token_of(&headers) {
        let mut work = ctx.begin().await?;
        store::delete_session(&mut work, ctx.tenant(), &session::hash_of(&token)).await?;
        work.commit("/sign-in").await?;
    }
    let mut response = see("/sign-in");
    add_cookie(&ctx, &mut response, session::COOKIE, "", 0);
    Ok(response)
}

/// Which language, and where to go back to.
#[derive(Debug, Deserialize)]
pub struct Language {
    #[serde(default)]
    to: String,
    #[serde(default)]
    back: String,
}

/// `GET /language?to=en&back=/today`
pub async fn set_language(ctx: Ctx, Query(query): Query<Language>) -> Reply {
    let to = crate::lang::Lang::from_code(&query.to).code();
    let back = if query.back == "/" { "/" } else { safe_next(&query.back) };
    let mut response = see(back);
    add_cookie(&ctx, &mut response, crate::web::LANGUAGE_COOKIE, to, 365 * 24 * 3600);
    Ok(response)
}

pub(super) fn add_cookie(ctx: &Ctx, response: &mut Response, name: &str, value: &str, seconds: i64) {
    let cookie = session::set_cookie(name, value, ctx.app().settings().secure_cookies, seconds);
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Opens an account for a staff member; used by commands and the demo.
pub async fn add_account(
    ctx: &Ctx,
    work: &mut crate::ctx::Work,
    staff: sasae_core::id::Id,
    login: &str,
    given: &str,
) -> Result<sasae_core::id::Id> {
    password::check(login, given)?;
    let hash = password::hash(given, ctx.app().settings().argon2).await?;
    let id = ctx.new_id();
    match store::insert_account(work, ctx.tenant(), id, staff, login, &hash, ctx.now()).await {
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
