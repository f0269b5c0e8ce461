//! What stands around every handler.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use sasae_core::id::Id;
use subtle::ConstantTimeEq;

use super::api::Again;
use super::kept::page_before;
use super::refusal::{Carried, Reader};
use super::reply::see;
use super::routes::Run;
use super::sent::{Sent, header_text};
use super::typed::Typed;
use super::watch::Number;
use crate::account::session;
use crate::app::App;
use crate::ctx::{Actor, Ctx, Visit};
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::route::{Gate, Route};

/// The cookie that keeps the language of a reader.
pub const LANGUAGE_COOKIE: &str = "sasae_lang";

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
    before: String,
    token: Option<String>,
    csrf: String,
}

/// Makes the context, keeps the gate, lets the handler work, and puts the audit
/// rows of what was read on disk before the answer leaves.
pub(super) async fn enter(
    app: App,
    route: Arc<Route>,
    (run, again): (Run, Option<Again>),
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let api = parts.uri.path().starts_with(crate::route::API);
    let asks_page = parts.method == Method::GET && !api;
    let token = session::token_of(&parts.headers);
    let knock = Knock {
        number: parts.extensions.get().map_or_else(|| app.clock().new_id(), |Number(id)| *id),
        lang: language(&parts.headers),
        nonce: base64::engine::general_purpose::STANDARD_NO_PAD.encode(app.clock().random_bytes::<16>()),
        here: parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned(),
        before: page_before(&parts.headers).unwrap_or_default(),
        csrf: token.as_deref().map(session::csrf_of).unwrap_or_default(),
        token,
    };
    let sent = Sent::read(&route, &parts, body).await;
    let typed = sent.as_ref().ok().and_then(|sent| Typed::of(&route, &parts, sent, &knock.csrf));
    let made = match sent {
        Ok(sent) => context(&app, &route, parts, sent, &knock).await,
        Err(error) => Err(error),
    };
    let (mut response, ctx) = match made {
        Ok((ctx, parts)) => {
            let response = answer(&ctx, &route, (run, again), parts).await.unwrap_or_else(IntoResponse::into_response);
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
            tracing::error!(%error, %request, path = route.path, "a request failed");
        }
        let reader = Reader {
            lang: knock.lang,
            nonce: &knock.nonce,
            here: &knock.here,
            before: &knock.before,
            request,
            ctx: ctx.as_ref(),
            resident: route.is_for_residents()
                && ctx.as_ref().map_or(knock.token.is_none(), |ctx| ctx.staff().is_err()),
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

async fn context(app: &App, route: &Route, mut parts: Parts, sent: Sent, knock: &Knock) -> Result<(Ctx, Parts)> {
    let host = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let tenant = app.tenant_of_host(host).await?;
    let signed_in = match &knock.token {
        Some(token) => session::find_actor(app, &tenant.code, token, route.gate == Gate::Account).await?,
        None => None,
    };
    // The token of a session that has ended guards nothing.
    let csrf = if signed_in.is_some() { knock.csrf.clone() } else { String::new() };
    let actor = signed_in.map_or(Actor::Public, Actor::Staff);
    let visit = Visit {
        lang: knock.lang,
        request: Some(knock.number),
        act: format!("{} {}", parts.method, route.path),
        here: knock.here.clone(),
        csrf,
        nonce: knock.nonce.clone(),
        once: sent.once(route, &parts)?,
    };
    let ctx = Ctx::new(app.clone(), tenant, actor, visit);
    parts.extensions.insert(ctx.clone());
    parts.extensions.insert(sent);
    Ok((ctx, parts))
}

async fn answer(ctx: &Ctx, route: &Route, (run, again): (Run, Option<Again>), parts: Parts) -> Result<Response> {
    keep_gate(ctx, route.gate)?;
    // The body has been read; its bytes stay for a handler that wants them as they came.
    let sent = Sent::of(&parts)?;
    let body = sent.bytes.clone();
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        check_origin(ctx, route, &parts, sent)?;
        if let Some(location) = ctx.earlier_submission().await? {
            return accepted_before(ctx, again, location).await;
        }
    }
    let response = run(Request::from_parts(parts, body.into()), ctx.app().clone()).await;
    let twin = match ctx.twin() {
        Some(location) => Some(location.to_owned()),
        None if response.status().is_client_error() => ctx.twin_after_refusal().await,
        None => None,
    };
    match twin {
        Some(location) => accepted_before(ctx, again, location).await,
        None => explained(response),
    }
}

/// The answer to a submission that was accepted before: a browser is led to where the first one led, and
/// a program gets the same answer once more.
async fn accepted_before(ctx: &Ctx, again: Option<Again>, location: String) -> Result<Response> {
    match again {
        Some(again) => again(ctx.clone(), location).await,
        None => Ok(see(&location)),
    }
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
        Gate::AnyOf(functions) => {
            ctx.staff()?;
            if functions.iter().any(|function| ctx.may(function)) { Ok(()) } else { Err(Error::NotFound) }
        }
    }
}

/// A browser says where a form comes from, and it must be from here: also where nobody is signed in yet, or
/// another site could sign a visitor in as somebody else. A form of a signed-in person carries the
/// session's token as well; what anyone may send carries none, so that an old page in an open tab can
/// still be sent. JSON and a bearer token cannot be sent by another site's form.
fn check_origin(ctx: &Ctx, route: &Route, parts: &Parts, sent: &Sent) -> Result<()> {
    let headers = &parts.headers;
    match header_text(headers, "sec-fetch-site") {
        Some("cross-site" | "same-site") => return Err(Error::Elsewhere),
        Some(_) => {}
        None if is_from_elsewhere(ctx.app(), parts) => {
            tracing::warn!("a form came from a page of another origin than the host that was called");
            return Err(Error::Elsewhere);
        }
        None => {}
    }
    let json = header_text(headers, "content-type").is_some_and(|kind| kind.starts_with("application/json"));
    if ctx.csrf().is_empty() || json || route.gate == Gate::Public || session::is_bearer(headers) {
        return Ok(());
    }
    if bool::from(sent.token().as_bytes().ct_eq(ctx.csrf().as_bytes())) { Ok(()) } else { Err(Error::Token) }
}

/// Whether `Origin` names another host than the one that was called, or than the one that the settings say a
/// proxy stands for. A program that is no browser sends no `Origin`.
fn is_from_elsewhere(app: &App, parts: &Parts) -> bool {
    let Some(origin) = header_text(&parts.headers, header::ORIGIN.as_str()) else { return false };
    // Behind a proxy the scheme is not known here; the port of the scheme is left out by browsers.
    let host_of = |address: &str| -> String {
        let host = address.split_once("://").map_or(address, |(_, rest)| rest).trim_end_matches('/');
        let host = host.strip_suffix(":443").or_else(|| host.strip_suffix(":80")).unwrap_or(host);
        host.to_ascii_lowercase()
    };
    let from = host_of(origin);
    let called = header_text(&parts.headers, header::HOST.as_str())
        .or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str));
    let ours = [called, Some(app.settings().origin.as_str()).filter(|origin| !origin.is_empty())];
    !ours.into_iter().flatten().any(|host| host_of(host) == from)
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
pub fn encode(text: &str) -> String {
    serde_html_form::to_string([("", text)]).map(|pair| pair[1..].to_owned()).unwrap_or_default()
}
