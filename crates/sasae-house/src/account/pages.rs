//! The pages for signing in and out.

use axum::extract::Query;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

pub use super::signing::add_account;
use super::signing::{Opened, open_session};
use super::{password, security, session, store};
use crate::account::ACCOUNT;
use crate::audit::Outcome;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::web::kept::{self, Kept};
use crate::web::ui::form::{FormShell, hidden, text_field};
use crate::web::ui::parts::{Tone, callout};
use crate::web::{Form, Page, Reply, encode, see};

/// What the sign-in form sends.
#[derive(Debug, Default, Deserialize)]
pub struct SignIn {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
    #[serde(default, rename = "_kept")]
    kept: String,
}

/// Most characters of a login name.
const LOGIN: usize = 100;

/// Where to go after signing in.
#[derive(Debug, Default, Deserialize)]
pub struct Next {
    #[serde(default)]
    pub(super) next: String,
}

/// Only paths on this server; anything else leads to today's page. A browser passes over control
/// characters in an address, so that `/<tab>/host` would lead to that host.
pub(crate) fn safe_next(next: &str) -> &str {
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
    let main = html! {
        h1 { (lang.t("サインイン", "Sign in")) }
        (form_again(ctx, form, error))
        (demo_accounts(ctx))
        p { a href="/" { (lang.t("気づいたことを知らせる（登録はいりません）", "Report a concern (no account needed)")) } }
    };
    Page::new(lang.t("サインイン", "Sign in"), main).status(status).reply(ctx)
}

/// The form alone, for a page that says why one has to sign in: it leads on to `next`, and what was typed
/// travels along.
pub fn form_on_the_way(ctx: &Ctx, next: &str, kept: Option<&Kept>) -> Markup {
    let kept = kept.map(Kept::text).unwrap_or_default();
    form_again(ctx, &SignIn { next: next.to_owned(), kept, ..SignIn::default() }, None)
}

fn form_again(ctx: &Ctx, form: &SignIn, error: Option<&str>) -> Markup {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    let body = html! {
        @if let Some(error) = error { (callout(lang, Tone::Danger, lang.t("サインインできませんでした", "Could not sign in"), html! { p { (error) } })) }
        (hidden("next", &form.next))
        @if !form.kept.is_empty() { (hidden(kept::FIELD, &form.kept)) }
        (text_field(lang, "login", lang.t("ログイン名", "Login name")).value(&form.login).required().maxlength(LOGIN).autocomplete("username"))
        (text_field(lang, "password", lang.t("パスワード", "Password")).input_type("password").required().maxlength(password::LONGEST).autocomplete("current-password"))
        (unencrypted(ctx))
    };
    html! { (FormShell::new(lang, "/sign-in", "", &once, lang.t("サインイン", "Sign in"), body)) }
}

/// Says where passwords travel readably, on an installation that allows it.
fn unencrypted(ctx: &Ctx) -> Markup {
    let lang = ctx.lang();
    let settings = ctx.app().settings();
    html! {
        @if !settings.secure_cookies && settings.demo_accounts.is_empty() {
            (callout(lang, Tone::Caution, lang.t("暗号化されない接続も使えます", "Connections without encryption are allowed"), html! {
                p { (lang.t(
                    "アドレスが https で始まらないときは、パスワードも記録も、途中の機器から読めます。庁内の閉じた網の中だけで使ってください。",
                    "Where the address does not begin with https, passwords and records can be read on the way. Use this only inside a closed network.",
                )) }
            }))
        }
    }
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

/// `POST /sign-in`
pub async fn sign_in(ctx: Ctx, headers: HeaderMap, Form { input, .. }: Form<SignIn>) -> Reply {
    if ctx.app().settings().secure_cookies && came_unencrypted(&headers) {
        let error = ctx.lang().t(
            "この接続は暗号化されていない（http）ため、サインインを保てません。https で始まるアドレスで開き直してください。庁内の閉じた網で http のまま使うときは、管理担当者が設定の [server] に secure_cookies = false と書きます。",
            "This connection is not encrypted (http), so the browser would not keep the sign-in. Open the address that begins with https instead. To use http inside a closed network, the administrator sets secure_cookies = false in [server].",
        );
        let form = SignIn { password: String::new(), ..input };
        return Ok(page(&ctx, &form, Some(error), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let kept = Kept::read(&input.kept);
    let writer = if kept.is_some() { kept::find_writer(&ctx, &headers).await? } else { None };
    match open_session(&ctx, &input.login, &input.password, &headers).await {
        Ok(Some(opened)) => {
            // What somebody else had typed is not handed on.
            let kept = kept.filter(|_| writer.is_none_or(|writer| writer == opened.account));
            led_on(&ctx, kept, &input.next, opened).await
        }
        Ok(None) => {
            let error = ctx.lang().t(
                "ログイン名かパスワードがちがうか、しばらく使えなくなっています。少し待ってから、もう一度入れてください。",
                "The login name or password is wrong, or the account is resting for a while. Wait a little and try again.",
            );
            let form = SignIn { password: String::new(), ..input };
            Ok(page(&ctx, &form, Some(error), StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error @ Error::Busy) => {
            let words = error.advice(ctx.lang()).to_owned();
            let form = SignIn { password: String::new(), ..input };
            let mut response = page(&ctx, &form, Some(&words), error.status());
            error.say_when(&mut response);
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

/// After the right password: to the second factor, or to where one wanted to go.
async fn led_on(ctx: &Ctx, kept: Option<Kept>, next: &str, opened: Opened) -> Reply {
    let csrf = session::csrf_of(&opened.token);
    let mut response = match (opened.pending, &kept) {
        (true, Some(kept)) => security::code_page(ctx, &csrf, next, Some(&kept.text()), None),
        (true, None) => see(&format!("/sign-in/code?next={}", encode(next))),
        (false, Some(kept)) => kept.answer(ctx, opened.account, &csrf, next).await?,
        (false, None) => see(safe_next(next)),
    };
    add_cookie(ctx, &mut response, session::COOKIE, &opened.token, ctx.app().settings().absolute_hours * 3600);
    Ok(response)
}

/// Whether the browser says that the page which sent the form came over a connection without encryption,
/// from another machine: it would not send a cookie back that is for encrypted ones.
fn came_unencrypted(headers: &HeaderMap) -> bool {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(rest) = said(header::ORIGIN)
        .or_else(|| said(header::REFERER))
        .and_then(|from| from.strip_prefix("http:")?.strip_prefix("//"))
    else {
        return false;
    };
    let host = rest.split('/').next().unwrap_or_default();
    let name =
        host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(n, _)| n);
    !matches!(name, "localhost" | "127.0.0.1" | "[::1]") && !name.ends_with(".localhost")
}

/// `POST /sign-out`
pub async fn sign_out(ctx: Ctx, headers: HeaderMap) -> Reply {
    if let Some(token) = session::token_of(&headers) {
        let mut work = ctx.begin().await?;
        store::delete_session(&mut work, ctx.tenant(), &session::hash_of(&token)).await?;
        if let Some(account) = ctx.staff()?.account {
            ctx.wrote(&ACCOUNT, account);
            ctx.came_to(Outcome::SignedOut);
        }
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
