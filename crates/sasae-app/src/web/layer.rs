//! What stands around every handler.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use sasae_core::id::Id;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::form::{self, BODY_LIMIT, Control};
use super::multipart::Multipart;
use super::refusal::{Carried, Reader};
use super::reply::see;
use super::routes::Gate;
use super::typed::Typed;
use super::watch::Number;
use crate::account::session;
use crate::app::App;
use crate::ctx::{Actor, Ctx, Once, Visit};
use crate::error::{Error, Result};
use crate::lang::Lang;

/// The cookie that keeps the language of a reader.
pub(crate) const LANGUAGE_COOKIE: &str = "sasae_lang";

impl<S: Send + Sync> FromRequestParts<S> for Ctx {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Ctx> {
        parts
            .extensions
            .get::<Ctx>()
            .cloned()
            .ok_or_else(|| Error::internal("a route was mounted outside the table of routes"))
    }
}

/// What is known of a request before the database is asked.
struct Knock {
    number: Id,
    lang: Lang,
    nonce: String,
    here: String,
    token: Option<String>,
    csrf: String,
}

/// Makes the context, keeps the gate, lets the handler work, and puts the audit
/// rows of what was read on disk before the answer leaves.
pub(super) async fn enter(
    State((app, gate, path)): State<(App, Gate, &'static str)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let api = parts.uri.path().starts_with("/api/");
    let asks_page = parts.method == Method::GET && !api;
    let token = session::token_of(&parts.headers);
    let knock = Knock {
        number: parts.extensions.get().map_or_else(|| app.clock().new_id(), |Number(id)| *id),
        lang: language(&parts.headers),
        nonce: base64::engine::general_purpose::STANDARD_NO_PAD.encode(app.clock().random_bytes::<16>()),
        here: parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned(),
        csrf: token.as_deref().map(session::csrf_of).unwrap_or_default(),
        token,
    };
    let body = whole(&parts, body, path).await;
    let body = with_files(&mut parts, body).await;
    let typed = match parts.extensions.get::<Multipart>() {
        Some(form) => Typed::beside_file(&parts, form),
        None => body.as_ref().ok().and_then(|body| Typed::of(&parts, body, &knock.csrf)),
    };
    let made = match body {
        Ok(body) => context(&app, gate, path, parts, body, &knock).await,
        Err(error) => Err(error),
    };
    let (mut response, ctx) = match made {
        Ok((ctx, request)) => {
            let response = answer(&ctx, gate, request, next).await.unwrap_or_else(IntoResponse::into_response);
            match ctx.flush_trail().await {
                Ok(()) => (response, Some(ctx)),
                // Without its audit row a personal record must not leave the server.
                Err(error) => {
                    tracing::error!(%error, request = %ctx.request(), "the audit row could not be written");
                    (error.into_response(), Some(ctx))
                }
            }
        }
        Err(error) => (error.into_response(), None),
    };
    if let Some(Carried(error)) = response.extensions_mut().remove::<Carried>() {
        let request = knock.number;
        if error.status().is_server_error() {
            tracing::error!(%error, %request, path, "a request failed");
        }
        let reader = Reader {
            lang: knock.lang,
            nonce: &knock.nonce,
            here: &knock.here,
            request,
            ctx: ctx.as_ref(),
            typed: typed.as_ref(),
        };
        response = match &*error {
            Error::SignIn if asks_page => see(&format!("/sign-in?next={}", encode(&knock.here))),
            error if api => error.problem(&reader),
            error => error.page(&reader),
        };
    }
    super::headers::set(&mut response, &knock.nonce, app.settings().secure_cookies);
    response
}

/// The page for an address that leads nowhere.
pub(super) async fn missing() -> Error {
    Error::NotFound
}

/// The body of a request that may have one.
async fn whole(parts: &Parts, body: Body, path: &str) -> Result<Bytes> {
    match parts.method {
        Method::GET | Method::HEAD => Ok(Bytes::new()),
        _ => collect(body, BODY_LIMIT.max(upload_limit(path))).await,
    }
}

/// A body up to a limit. What is longer is still taken in, up to ten times the limit, and let go:
/// a browser that is interrupted while it sends shows its own words instead of the answer.
async fn collect(mut body: Body, limit: usize) -> Result<Bytes> {
    let (mut kept, mut seen) = (Vec::new(), 0_usize);
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame.map_err(form::unreadable)?.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        match seen <= limit {
            true => kept.extend_from_slice(&data),
            false => kept = Vec::new(),
        }
        if seen > limit.saturating_mul(10) {
            break;
        }
    }
    if seen <= limit {
        return Ok(kept.into());
    }
    Err(Error::Bad(crate::lang::Text::new(
        "送られた内容が大きすぎます。文章を短くするか、ファイルを小さくするか、分けて送ってください。",
        "What was sent is too large. Shorten the text, make the file smaller, or send it in parts.",
    )))
}

/// Reads a form that came with files. Handlers and checks take it from the request, and the body
/// is not kept a second time.
async fn with_files(parts: &mut Parts, body: Result<Bytes>) -> Result<Bytes> {
    let body = body?;
    match Multipart::read(&parts.headers, &body).await? {
        Some(form) => {
            parts.extensions.insert(form);
            Ok(Bytes::new())
        }
        None => Ok(body),
    }
}

/// The hidden fields of a form, with files or without.
fn control_of(parts: &Parts, body: &[u8]) -> Result<Control> {
    match parts.extensions.get::<Multipart>() {
        Some(form) => form.control(),
        None => form::control(body),
    }
}

async fn context(
    app: &App,
    gate: Gate,
    path: &'static str,
    mut parts: Parts,
    body: Bytes,
    knock: &Knock,
) -> Result<(Ctx, Request)> {
    let host = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let tenant = app.tenant_of_host(host).await?;
    let signed_in = match &knock.token {
        Some(token) => session::find_actor(app, &tenant.code, token, gate == Gate::Account).await?,
        None => None,
    };
    // A form being typed is kept again and again: only sending it uses up its key.
    let once = if path == "/drafts" { None } else { once_of(&parts, &body)? };
    let actor = signed_in.map_or(Actor::Public, Actor::Staff);
    let visit = Visit {
        lang: knock.lang,
        request: Some(knock.number),
        act: format!("{} {path}", parts.method),
        here: knock.here.clone(),
        csrf: knock.csrf.clone(),
        nonce: knock.nonce.clone(),
        once,
    };
    let ctx = Ctx::new(app.clone(), tenant, actor, visit);
    parts.extensions.insert(ctx.clone());
    Ok((ctx, Request::from_parts(parts, Body::from(body))))
}

/// Files may be larger than a form. Where a file is a little too large, its form says so itself.
fn upload_limit(path: &str) -> usize {
    const FILE: usize = 20 * 1024 * 1024;
    match path {
        "/files/of/{kind}/{record}" | "/api/files/of/{kind}/{record}" => FILE + FILE / 4,
        path if path.starts_with("/import") => FILE,
        _ => 0,
    }
}

async fn answer(ctx: &Ctx, gate: Gate, request: Request, next: Next) -> Result<Response> {
    keep_gate(ctx, gate)?;
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(Error::internal)?;
        check_origin(ctx, &parts, &body)?;
        if let Some(location) = ctx.earlier_submission().await? {
            return Ok(see(&location));
        }
        return explained(next.run(Request::from_parts(parts, Body::from(body))).await);
    }
    explained(next.run(request).await)
}

/// What is refused before a handler runs (a forged id, a condition given twice) says so in plain
/// English words; the reader gets a page instead.
fn explained(response: Response) -> Result<Response> {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if response.status().is_client_error() && kind.is_some_and(|kind| kind.starts_with("text/plain")) {
        return Err(Error::Bad(crate::lang::Text::new(
            "アドレスか送られた内容を読み取れません。番号や条件を確かめてください。",
            "The address or what was sent cannot be understood. Check its number and conditions.",
        )));
    }
    Ok(response)
}

fn keep_gate(ctx: &Ctx, gate: Gate) -> Result<()> {
    match gate {
        Gate::Public => Ok(()),
        Gate::Account => ctx.staff().map(|_| ()),
        Gate::Staff if ctx.staff()?.posts.is_empty() => Err(Error::Forbidden(crate::lang::Text::new(
            "いまはどの役職にも就いていないため、記録は開けません。役職の期間を、体制の担当者に確かめてください。",
            "You hold no post today, so no records can be opened. Ask those in charge of posts about your term.",
        ))),
        Gate::Staff => Ok(()),
        Gate::Function(function) => {
            ctx.staff()?;
            // To one without the function the page does not exist.
            if ctx.may(function) { Ok(()) } else { Err(Error::NotFound) }
        }
    }
}

/// A form of a signed-in person carries the session's token; JSON and a bearer token cannot be
/// sent by another site's form, and a browser says where a request comes from.
fn check_origin(ctx: &Ctx, parts: &Parts, body: &[u8]) -> Result<()> {
    let headers = &parts.headers;
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if matches!(site, Some("cross-site" | "same-site")) {
        return Err(Error::Token);
    }
    if ctx.csrf().is_empty() || form::is_json(headers) || session::is_bearer(headers) {
        return Ok(());
    }
    let sent = control_of(parts, body)?.csrf;
    if bool::from(sent.as_bytes().ct_eq(ctx.csrf().as_bytes())) { Ok(()) } else { Err(Error::Token) }
}

fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// A key that cannot be read is refused: its sender relies on it.
fn once_of(parts: &Parts, body: &[u8]) -> Result<Option<Once>> {
    let headers = &parts.headers;
    let key: Option<Id> = match header_text(headers, "idempotency-key") {
        Some(key) => Some(key.trim().trim_matches('"').parse().map_err(|_| {
            Error::Bad(crate::lang::Text::new(
                "Idempotency-Key は UUID で送ってください。",
                "The header Idempotency-Key must be a UUID.",
            ))
        })?),
        None if form::is_json(headers) => None,
        None => control_of(parts, body).ok().and_then(|control| control.key()),
    };
    let fingerprint = || match parts.extensions.get::<Multipart>() {
        Some(form) => form.fingerprint(),
        None => Sha256::digest(body).to_vec(),
    };
    Ok(key.map(|key| Once { key, fingerprint: fingerprint() }))
}

fn language(headers: &HeaderMap) -> Lang {
    match session::cookie(headers, LANGUAGE_COOKIE) {
        Some(code) => Lang::from_code(&code),
        None => {
            // Japanese, unless the browser asks for another language first.
            let wanted = header_text(headers, "accept-language").unwrap_or_default();
            if wanted.is_empty() || wanted.starts_with("ja") || wanted.starts_with('*') || !wanted.starts_with("en") {
                Lang::Ja
            } else {
                Lang::En
            }
        }
    }
}

/// Encodes an address as one value of a query string.
pub(crate) fn encode(text: &str) -> String {
    serde_html_form::to_string([("", text)]).map(|pair| pair[1..].to_owned()).unwrap_or_default()
}
