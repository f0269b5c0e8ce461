//! アカウントと安全: one's own password, second factor and sessions.

use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::device::device_words;
use super::pages::{Next, add_cookie, safe_next};
use super::signing::Opened;
use super::{password, second_factor, session, signing, store};
use crate::account::ACCOUNT;
use crate::ctx::Ctx;
use crate::error::{Error, Fields, Result};
use crate::lang::Lang;
use crate::room;
use crate::web::api::{LedTo, Made, StepBody};
use crate::web::kept::{FIELD, Kept};
use crate::web::ui::form::{FormShell, error_summary, hidden, text_field};
use crate::web::ui::parts::{Tone, callout, chip, post_button};
use crate::web::{Form, Page, PageQuery, Reply, RowPage, row_page, see};

/// Most characters of a code, with the spaces that people put into it.
const CODE: usize = 20;

/// A code from the app, or a recovery code.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    code: String,
    next: String,
    #[serde(rename = "_kept")]
    kept: String,
}

/// The present password, before the second factor is given up.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StopForm {
    factor_password: String,
}

/// The old and the new password.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    old: String,
    password: String,
}

/// `GET /sign-in/code?next=`
pub async fn show_code(ctx: Ctx, Query(query): Query<Next>) -> Reply {
    Ok(code_page(&ctx, ctx.csrf(), &query.next, None, None))
}

/// Asks for the code. `csrf` is that of the session that was just opened; `next` and what was typed before
/// travel along.
pub(super) fn code_page(ctx: &Ctx, csrf: &str, next: &str, kept: Option<&str>, error: Option<&str>) -> Response {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    let body = html! {
        (hidden("next", next))
        @if let Some(kept) = kept { (hidden(FIELD, kept)) }
        (text_field(lang, "code", lang.t("認証アプリの6けたの数字", "The six digits of your app")).required().maxlength(CODE).inputmode("numeric").autocomplete("one-time-code")
            .hint(lang.t("電話をなくしたときは、回復コードを入れてください", "If the phone is lost, type a recovery code")).error(error))
    };
    let main = html! {
        h1 { (lang.t("2つめの確認", "Second factor")) }
        (FormShell::new(lang, "/sign-in/code", csrf, &once, lang.t("確認する", "Confirm"), body))
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Page::new(lang.t("2つめの確認", "Second factor"), main).bare().status(status).reply(ctx)
}

/// `POST /sign-in/code`
pub async fn give_code(ctx: Ctx, headers: HeaderMap, Form { input, .. }: Form<CodeForm>) -> Reply {
    let token = session::token_of(&headers).ok_or(Error::SignIn)?;
    let account = ctx.staff()?.account.ok_or(Error::SignIn)?;
    if !signing::give_code(&ctx, account, &token, &input.code).await? {
        let wrong = ctx.lang().t(
            "数字がちがうか、しばらく使えなくなっています。新しい数字でもう一度入れてください。",
            "The code is wrong, or the account is resting for a while. Try again with a new code.",
        );
        let kept = Some(input.kept.as_str()).filter(|kept| !kept.is_empty());
        return Ok(code_page(&ctx, ctx.csrf(), &input.next, kept, Some(wrong)));
    }
    match Kept::read(&input.kept) {
        Some(kept) => kept.answer(&ctx, account, ctx.csrf(), &input.next).await,
        None => Ok(see(safe_next(&input.next))),
    }
}

/// `GET /account?page=`
pub async fn show(ctx: Ctx, headers: HeaderMap, Query(query): Query<PageQuery>) -> Reply {
    page_from(&ctx, &headers, query.number()?, &Fields::default(), None, StatusCode::OK).await
}

async fn page(ctx: &Ctx, headers: &HeaderMap, errors: &Fields, fresh: Option<Markup>, status: StatusCode) -> Reply {
    page_from(ctx, headers, 1, errors, fresh, status).await
}

/// The same with a page of the places where one is signed in.
async fn page_from(
    ctx: &Ctx,
    headers: &HeaderMap,
    at: i64,
    errors: &Fields,
    fresh: Option<Markup>,
    status: StatusCode,
) -> Reply {
    let own = session::token_of(headers).map(|token| session::hash_of(&token));
    let account = ctx.staff()?.account.ok_or(Error::NotFound)?;
    let mut read = ctx.read().await?;
    let row = store::get_factor(&mut read, ctx.tenant(), account).await?;
    let sessions = store::list_sessions(&mut read, ctx.tenant(), account, ctx.now(), row_page::window(at)).await?;
    let sessions = RowPage::of(at, sessions);
    let codes_left = store::count_recovery_codes(&mut read, ctx.tenant(), account).await?;
    let next_steps = room::list_next_steps(ctx, &mut read, &ACCOUNT, account).await?;
    drop(read);
    let lang = ctx.lang();
    let list: Vec<(&str, &str)> = errors.iter(lang).collect();
    let once = || ctx.new_id().to_string();
    let change = html! {
        (text_field(lang, "old", lang.t("いまのパスワード", "Present password")).input_type("password").required().maxlength(password::LONGEST).autocomplete("current-password").error(errors.get("old", lang)))
        (text_field(lang, "password", lang.t("新しいパスワード", "New password")).input_type("password").required().maxlength(password::LONGEST).autocomplete("new-password")
            .hint(lang.t("10文字以上", "At least 10 characters")).error(errors.get("password", lang)))
    };
    let main = html! {
        h1 { (lang.t("アカウントと安全", "Account and security")) }
        (error_summary(lang, &list))
        @if let Some(fresh) = fresh { (fresh) }
        section aria-labelledby="factor" {
            h2 id="factor" { (lang.t("2つめの確認（認証アプリ）", "Second factor (authenticator app)")) }
            (factor(ctx, &row, codes_left, errors))
        }
        section aria-labelledby="pw" {
            h2 id="pw" { (lang.t("パスワードを変える", "Change the password")) }
            (FormShell::new(lang, "/account/password", ctx.csrf(), &once(), lang.t("変える", "Change"), change))
        }
        section aria-labelledby="sessions" {
            h2 id="sessions" { (lang.t("サインインしている端末", "Where you are signed in")) }
            ul { @for (seen_at, agent, hash) in &sessions.rows {
                li {
                    (device_words(agent, lang)) " "
                    @if own.as_ref() == Some(hash) { (chip(Tone::Info, lang.t("この端末", "This device"))) " " }
                    span class="muted" { (lang.t("さいごに使った日時：", "last used ")) (lang.moment(*seen_at)) }
                }
            } }
            (sessions.ways(lang, |page| format!("/account?page={page}#sessions")))
            (post_button("/account/sign-out-everywhere", ctx.csrf(), &once(), lang.t("すべての端末でサインアウトする", "Sign out everywhere")))
        }
        @for step in &next_steps {
            section {
                h2 { (step.label.get(lang)) }
                p { (step.hint.get(lang)) }
                p { (step.link(lang, false)) }
            }
        }
    };
    Ok(Page::new(lang.t("アカウントと安全", "Account and security"), main).status(status).reply(ctx))
}

fn factor(ctx: &Ctx, row: &store::Factor, codes_left: i64, errors: &Fields) -> Markup {
    let lang = ctx.lang();
    let once = || ctx.new_id().to_string();
    match (&row.totp_secret, row.totp_confirmed_at) {
        (Some(_), Some(_)) => html! {
            p { (chip(Tone::Good, lang.t("使っています", "In use"))) " "
                (lang.t("残っている回復コード：", "Recovery codes left: ")) (codes_left) }
            (FormShell { secondary: true, ..FormShell::new(lang, "/account/second-factor/stop", ctx.csrf(), &once(), lang.t("やめる", "Stop using it"), html! {
                (text_field(lang, "factor_password", lang.t("2つめの確認をやめるには、いまのパスワードを入れてください", "To stop using the second factor, type your present password")).input_type("password").required().maxlength(password::LONGEST).autocomplete("current-password").error(errors.get("factor_password", lang)))
            }) })
        },
        (Some(secret), None) => {
            let address = second_factor::address(secret, &row.login).unwrap_or_default();
            let body = html! {
                (text_field(lang, "code", lang.t("アプリに出た6けたの数字", "The six digits that the app shows")).required().maxlength(CODE).inputmode("numeric").autocomplete("one-time-code").error(errors.get("code", lang)))
            };
            html! {
                p { (lang.t("認証アプリでこの図を読み取るか、下の文字を入れてください。", "Scan this with your authenticator app, or type the key below.")) }
                (qr(lang, &address))
                p { code { (grouped(secret)) } }
                (FormShell::new(lang, "/account/second-factor/confirm", ctx.csrf(), &once(), lang.t("使いはじめる", "Start using it"), body))
            }
        }
        (None, _) => html! {
            p { (lang.t("パスワードを知られても、電話がなければサインインできなくなります。", "Even with your password, nobody signs in without your phone.")) }
            (post_button("/account/second-factor", ctx.csrf(), &once(), lang.t("準備する", "Set it up")))
        },
    }
}

fn grouped(secret: &str) -> String {
    secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

fn qr(lang: Lang, text: &str) -> Markup {
    let rows = second_factor::qr_rows(text).unwrap_or_default();
    let size = rows.len() + 8;
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        for (x, dark) in row.iter().enumerate() {
            if *dark {
                path.push_str(&format!("M{} {}h1v1h-1z", x + 4, y + 4));
            }
        }
    }
    html! {
        svg class="qr" role="img" width="240" height="240" viewBox=(format!("0 0 {size} {size}"))
            aria-label=(lang.t("認証アプリで読み取る図", "Code for the authenticator app")) {
            rect width=(size) height=(size) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}

/// `POST /account/second-factor`: a fresh secret, not yet in use.
pub async fn start(ctx: Ctx) -> Reply {
    let account = ctx.staff()?.account.ok_or(Error::NotFound)?;
    let secret = second_factor::new_secret(ctx.app().clock());
    let mut work = ctx.begin().await?;
    if store::get_factor(&mut work, ctx.tenant(), account).await?.totp_confirmed_at.is_some() {
        return Err(Error::refused("もう使っています。", "It is already in use."));
    }
    store::set_secret(&mut work, ctx.tenant(), account, Some(&secret), None).await?;
    ctx.wrote(&ACCOUNT, account);
    Ok(see(&work.commit("/account").await?))
}

/// `POST /account/second-factor/confirm`: the first right code puts it in use
/// and shows the recovery codes, once.
pub async fn confirm(ctx: Ctx, headers: HeaderMap, Form { input, .. }: Form<CodeForm>) -> Reply {
    let account = ctx.staff()?.account.ok_or(Error::NotFound)?;
    let mut work = ctx.begin().await?;
    let row = store::get_factor(&mut work, ctx.tenant(), account).await?;
    let secret = row.totp_secret.clone().filter(|_| row.totp_confirmed_at.is_none()).ok_or(Error::NotFound)?;
    let Some(step) = second_factor::check(&secret, &row.login, &input.code, ctx.now(), None)? else {
        drop(work);
        let mut errors = Fields::default();
        errors.put(
            "code",
            "数字がちがいます。いま出ている数字を入れてください。",
            "Wrong code. Type the one shown now.",
        );
        return page(&ctx, &headers, &errors, None, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let codes = second_factor::new_recovery_codes(ctx.app().clock());
    store::set_secret(&mut work, ctx.tenant(), account, Some(&secret), Some(ctx.now())).await?;
    store::take_step(&mut work, ctx.tenant(), account, step).await?;
    for code in &codes {
        store::insert_recovery_code(&mut work, ctx.tenant(), account, &second_factor::hash_of(code)).await?;
    }
    ctx.wrote(&ACCOUNT, account);
    work.commit("/account").await?;
    let lang = ctx.lang();
    let fresh = callout(
        lang,
        Tone::Caution,
        lang.t("回復コードを紙に書いてください", "Write down the recovery codes"),
        html! {
            p { (lang.t("電話をなくしたときに1回ずつ使えます。この画面でしか見られません。", "Each works once if the phone is lost. They are shown only here.")) }
            ul class="codes" { @for code in &codes { li { code { (code) } } } }
        },
    );
    page(&ctx, &headers, &Fields::default(), Some(fresh), StatusCode::OK).await
}

/// `POST /account/second-factor/stop`: asks for the password, so that a screen left open is not enough.
pub async fn stop(ctx: Ctx, headers: HeaderMap, Form { input, .. }: Form<StopForm>) -> Reply {
    let account = ctx.staff()?.account.ok_or(Error::NotFound)?;
    match signing::require_password(&ctx, account, "factor_password", &input.factor_password).await {
        Ok(_) => {}
        Err(Error::Invalid(errors)) => {
            return page(&ctx, &headers, &errors, None, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        Err(other) => return Err(other),
    }
    let mut work = ctx.begin().await?;
    signing::drop_factor(&ctx, &mut work, account).await?;
    Ok(see(&work.commit("/account").await?))
}

/// `POST /account/password`: ends every session but this one.
pub async fn change_password(ctx: Ctx, headers: HeaderMap, Form { input, .. }: Form<PasswordForm>) -> Reply {
    let account = ctx.staff()?.account.ok_or(Error::NotFound)?;
    let keep = session::token_of(&headers).map(|token| session::hash_of(&token)).unwrap_or_default();
    let changed = async {
        signing::require_password(&ctx, account, "old", &input.old).await?;
        signing::set_password(&ctx, account, &input.password, &keep).await
    };
    match changed.await {
        Ok(()) => Ok(see("/account")),
        Err(Error::Invalid(errors)) => page(&ctx, &headers, &errors, None, StatusCode::UNPROCESSABLE_ENTITY).await,
        Err(other) => Err(other),
    }
}

/// `POST /account/sign-out-everywhere`
pub async fn sign_out_everywhere(ctx: Ctx) -> Reply {
    let account = ctx.staff()?.account.ok_or(Error::NotFound)?;
    let mut work = ctx.begin().await?;
    store::delete_sessions(&mut work, ctx.tenant(), account, &[]).await?;
    ctx.wrote(&ACCOUNT, account);
    work.commit("/sign-in").await?;
    let mut response = see("/sign-in");
    add_cookie(&ctx, &mut response, session::COOKIE, "", 0);
    Ok(response)
}

impl StepBody for SessionBody {
    /// A token is given once: who has lost the answer signs in again, with another key.
    async fn again(_: Ctx, _: LedTo) -> Result<SessionBody> {
        Err(Error::SignIn)
    }
}

/// A client of the API signs in with the same account: `POST /api/session`
/// gives a bearer token that lives as long as a session of a browser.
pub async fn api_session(
    ctx: Ctx,
    headers: HeaderMap,
    Form { input, .. }: Form<ApiSignIn>,
) -> Result<Made<SessionBody>> {
    let opened = signing::open_session(&ctx, &input.login, &input.password, &headers).await?;
    let Opened { account, token, pending } = opened.ok_or(Error::SignIn)?;
    // The second factor of a pending session is given with the same token.
    if pending && !signing::give_code(&ctx, account, &token, &input.code).await? {
        let mut work = ctx.begin().await?;
        store::delete_session(&mut work, ctx.tenant(), &session::hash_of(&token)).await?;
        work.commit("").await?;
        return Err(Error::SignIn);
    }
    Ok(Made(SessionBody { token, token_type: "Bearer" }))
}

/// What signing in answers to a client of the API.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct SessionBody {
    /// Goes into the header `Authorization: Bearer …`.
    token: String,
    /// Always `Bearer`.
    token_type: &'static str,
}

/// What a client of the API signs in with.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ApiSignIn {
    login: String,
    password: String,
    code: String,
}
