//! Answers: a page in its frame, a redirect, JSON, and the faces of errors.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Serialize;

use super::ui::page_error;
use super::ui::parts::Flash;
use super::ui::shell::{Nav, Shell};
use crate::access::Why;
use crate::ctx::{Actor, Ctx};
use crate::error::{Error, Result};
use crate::router;

/// What a handler returns.
pub type Reply = Result<Response>;

/// A page before it is put into its frame.
pub struct Page {
    title: String,
    main: Markup,
    wide: bool,
    why: Vec<Why>,
    flash: Option<Flash>,
    status: StatusCode,
    bare: bool,
}

impl Page {
    /// A page with its title and its content, which has one `h1`.
    pub fn new(title: impl Into<String>, main: Markup) -> Page {
        Page {
            title: title.into(),
            main,
            wide: false,
            why: Vec::new(),
            flash: None,
            status: StatusCode::OK,
            bare: false,
        }
    }
    /// Uses the whole width.
    pub fn wide(self) -> Page {
        Page { wide: true, ..self }
    }
    /// Says why the reader may see it.
    pub fn why(self, why: Vec<Why>) -> Page {
        Page { why, ..self }
    }
    /// Says what came of the step before.
    pub fn flash(self, flash: Option<Flash>) -> Page {
        Page { flash, ..self }
    }
    /// Answers with another status than 200.
    pub fn status(self, status: StatusCode) -> Page {
        Page { status, ..self }
    }
    /// Without navigation: pages for people without an account.
    pub fn bare(self) -> Page {
        Page { bare: true, ..self }
    }

    /// The answer.
    pub fn reply(self, ctx: &Ctx) -> Response {
        let lang = ctx.lang();
        let why = (!self.why.is_empty()).then(|| {
            html! { ul { @for why in &self.why { li { (why.text.get(lang)) } } } }
        });
        let shell = Shell {
            lang,
            title: &self.title,
            nonce: ctx.nonce(),
            here: ctx.here(),
            nav: if self.bare { None } else { nav(ctx) },
            flash: self.flash,
            main: self.main,
            wide: self.wide,
            why,
        };
        let mut response = (self.status, shell.render()).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        response
    }
}

fn nav(ctx: &Ctx) -> Option<Nav> {
    let Actor::Staff(staff) = ctx.actor() else { return None };
    let lang = ctx.lang();
    let post_name = staff.posts.first().map_or_else(
        || lang.t("役職なし", "No post").to_owned(),
        |post| {
            let more = staff.posts.len() - 1;
            let name = format!("{} {}", post.area_name, lang.t(&post.label.0, &post.label.1));
            if more > 0 { format!("{name} (+{more})") } else { name }
        },
    );
    Some(Nav {
        tenant_name: lang.t(&ctx.municipality().name, &ctx.municipality().name_en).to_owned(),
        user_name: staff.name.clone(),
        post_name,
        other_posts: Vec::new(),
        csrf: ctx.csrf().to_owned(),
        current: ctx.here().to_owned(),
        may_record: true,
        query: String::new(),
        groups: router::nav_groups(ctx),
        below: router::nav_below(ctx),
    })
}

/// Goes to another page after a step, so that reloading does not repeat it.
pub fn see(location: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(value) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// A JSON answer.
pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Reply {
    let text = serde_json::to_vec(body).map_err(Error::internal)?;
    Ok((status, [(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// An error on its way to the layer that knows reader and language.
#[derive(Clone)]
pub(super) struct Carried(pub Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Carried(Arc::new(self)));
        response
    }
}

impl Error {
    /// The HTTP status of the error.
    pub fn status(&self) -> StatusCode {
        match self {
            Error::Invalid(_) | Error::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Forbidden(_) | Error::Token => StatusCode::FORBIDDEN,
            Error::Stale { .. } => StatusCode::CONFLICT,
            Error::SignIn => StatusCode::UNAUTHORIZED,
            Error::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Error::Bad(_) => StatusCode::BAD_REQUEST,
            Error::Db(db) if db.is_passing() => StatusCode::SERVICE_UNAVAILABLE,
            Error::Db(_) | Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The page that helps the reader on. Only the log learns the cause.
    pub(super) fn page(&self, ctx: &Ctx) -> Response {
        let lang = ctx.lang();
        let request = ctx.request().to_string();
        let body = match self {
            Error::NotFound => page_error::not_found(lang),
            Error::Forbidden(text) => page_error::forbidden(lang, Some(text.get(lang))),
            Error::Token => page_error::bad_request(
                lang,
                lang.t(
                    "画面を開いてから時間がたったため、送れませんでした。前の画面を開き直してください。",
                    "This form is too old to be sent. Please open the page again.",
                ),
            ),
            Error::Refused(text) | Error::Bad(text) => page_error::bad_request(lang, text.get(lang)),
            Error::Invalid(fields) => {
                let all: Vec<&str> = fields.iter(lang).map(|(_, message)| message).collect();
                page_error::bad_request(lang, &all.join(" "))
            }
            Error::Stale { .. } => page_error::conflict(lang, &html! {}, ctx.here()),
            Error::SignIn => page_error::sign_in_again(lang, "/sign-in"),
            Error::TooMany => page_error::too_many(lang, 60),
            Error::Db(db) if db.is_passing() => page_error::unavailable(lang, &request),
            Error::Db(_) | Error::Internal(_) => page_error::internal(lang, &request),
        };
        let title = lang.t("できませんでした", "Not done");
        Page::new(title, body).status(self.status()).reply(ctx)
    }

    /// The same as `application/problem+json` (RFC 9457).
    pub(super) fn problem(&self, ctx: &Ctx) -> Response {
        let lang = ctx.lang();
        let mut problem = serde_json::json!({
            "type": "about:blank",
            "status": self.status().as_u16(),
            "title": self.status().canonical_reason().unwrap_or("Error"),
            "instance": format!("urn:uuid:{}", ctx.request()),
        });
        match self {
            Error::Forbidden(text) | Error::Refused(text) | Error::Bad(text) => {
                problem["detail"] = text.get(lang).into();
            }
            Error::Invalid(fields) => {
                problem["errors"] = fields
                    .iter(lang)
                    .map(|(name, message)| serde_json::json!({ "field": name, "message": message }))
                    .collect();
            }
            Error::Stale { now } => problem["revision"] = (*now).into(),
            _ => {}
        }
        let content = [(header::CONTENT_TYPE, "application/problem+json")];
        (self.status(), content, problem.to_string()).into_response()
    }
}
