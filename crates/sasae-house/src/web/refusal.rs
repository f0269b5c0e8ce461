//! What the reader gets for an error: a page that says how to go on, or a problem document.
//! What was typed comes back with either page, because it is not saved anywhere.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use sasae_core::id::Id;

use super::reply::Page;
use super::typed::Typed;
use super::ui::page_error;
use crate::account::pages::form_on_the_way;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::lang::Lang;

/// Seconds after which a client may try again what passes by itself.
const WAIT: HeaderValue = HeaderValue::from_static("60");

/// The same, where a few seconds are enough.
const SOON: HeaderValue = HeaderValue::from_static("5");

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

/// Whom an error is shown to; there may be no context, where the database is out of reach.
pub(super) struct Reader<'a> {
    pub lang: Lang,
    pub nonce: &'a str,
    pub here: &'a str,
    /// The page from which a form was sent; empty where it is not known.
    pub before: &'a str,
    /// The number under which the log has the rest.
    pub request: Id,
    pub ctx: Option<&'a Ctx>,
    /// Somebody without an account on a page for residents.
    pub resident: bool,
    /// The form that was sent.
    pub typed: Option<&'a Typed>,
}

/// A number of bytes in words.
fn size_words(bytes: usize) -> String {
    const MEGABYTE: usize = 1024 * 1024;
    if bytes < MEGABYTE { format!("{} KB", bytes / 1024) } else { format!("{} MB", bytes / MEGABYTE) }
}

/// The page of the record that a step is about: the address up to its first id.
fn record_of(here: &str) -> String {
    let path = here.split('?').next().unwrap_or(here);
    let parts: Vec<&str> = path.split('/').collect();
    match parts.iter().position(|part| part.parse::<Id>().is_ok()) {
        Some(at) => parts[..=at].join("/"),
        None => path.to_owned(),
    }
}

impl Error {
    /// The HTTP status of the error.
    pub fn status(&self) -> StatusCode {
        match self {
            Error::Invalid(_) | Error::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Forbidden(_) | Error::Token | Error::Elsewhere => StatusCode::FORBIDDEN,
            Error::Stale { .. } | Error::Twin => StatusCode::CONFLICT,
            Error::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Error::SignIn => StatusCode::UNAUTHORIZED,
            Error::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Error::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Error::Bad(_) => StatusCode::BAD_REQUEST,
            Error::Db(sasae_db::Error::Full) => StatusCode::INSUFFICIENT_STORAGE,
            Error::Db(db) if db.is_passing() => StatusCode::SERVICE_UNAVAILABLE,
            Error::Db(_) | Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Whether the same again may succeed, without anything changed in it.
    fn may_pass(&self) -> bool {
        matches!(self, Error::TooMany | Error::Busy | Error::Db(_) | Error::Internal(_))
    }

    /// The page that helps the reader on. Only the log learns the cause.
    pub(super) fn page(&self, reader: &Reader<'_>) -> Response {
        let lang = reader.lang;
        let request = reader.request.to_string();
        let body = match self {
            Error::NotFound => page_error::not_found(lang),
            Error::Forbidden(text) => page_error::forbidden(lang, Some(text.get(lang))),
            Error::Token | Error::Elsewhere | Error::Twin | Error::Busy => {
                page_error::bad_request(lang, self.advice(lang))
            }
            Error::Refused(text) | Error::Bad(text) => page_error::bad_request(lang, text.get(lang)),
            Error::Invalid(fields) => {
                let all: Vec<&str> = fields.iter(lang).map(|(_, message)| message).collect();
                page_error::bad_request(lang, &all.join(" "))
            }
            Error::Stale { .. } => page_error::conflict(lang, &html! {}, &record_of(reader.here)),
            Error::SignIn => {
                let kept = reader.typed.and_then(Typed::kept);
                let form = reader.ctx.map(|ctx| form_on_the_way(ctx, reader.before, kept.as_ref()));
                page_error::sign_in_again(lang, &form.unwrap_or_default(), kept.is_some())
            }
            Error::TooMany => page_error::too_many(lang, 60),
            Error::TooLarge { limit } => page_error::too_large(lang, &size_words(*limit)),
            Error::Db(_) | Error::Internal(_) if reader.resident => page_error::not_now(lang),
            Error::Db(sasae_db::Error::Full) => page_error::full(lang, &request),
            Error::Db(db) if db.is_passing() => page_error::unavailable(lang, &request),
            Error::Db(_) | Error::Internal(_) => page_error::internal(lang, &request),
        };
        let body = html! {
            (body)
            @if let Some(typed) = reader.typed { (typed.render(lang, self.may_pass(), reader.resident)) }
        };
        let page = Page::new(lang.t("できませんでした", "Not done"), body).status(self.status());
        let mut response = match reader.ctx {
            Some(ctx) => page.reply(ctx),
            None => page.reply_alone(lang, reader.nonce, reader.here),
        };
        self.say_when(&mut response);
        response
    }

    /// The same as `application/problem+json` (RFC 9457).
    pub(super) fn problem(&self, reader: &Reader<'_>) -> Response {
        let lang = reader.lang;
        let mut problem = serde_json::json!({
            "type": "about:blank",
            "status": self.status().as_u16(),
            "title": self.status().canonical_reason().unwrap_or("Error"),
            "detail": self.advice(lang),
            "instance": format!("urn:uuid:{}", reader.request),
        });
        match self {
            Error::Invalid(fields) => {
                problem["errors"] = fields
                    .iter(lang)
                    .map(|(name, message)| serde_json::json!({ "field": name, "message": message }))
                    .collect();
            }
            Error::Stale { now } => problem["revision"] = (*now).into(),
            Error::TooLarge { limit } => problem["limit"] = (*limit).into(),
            _ => {}
        }
        let content = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status(), content, problem.to_string()).into_response();
        self.say_when(&mut response);
        response
    }

    pub(crate) fn say_when(&self, response: &mut Response) {
        if matches!(self, Error::Busy) {
            response.headers_mut().insert(header::RETRY_AFTER, SOON);
        }
        if matches!(self, Error::TooMany) || matches!(self, Error::Db(db) if db.is_passing()) {
            response.headers_mut().insert(header::RETRY_AFTER, WAIT);
        }
    }

    /// What happened and what to do, in a sentence or two.
    pub(crate) fn advice(&self, lang: Lang) -> &str {
        match self {
            Error::Forbidden(text) | Error::Refused(text) | Error::Bad(text) => text.get(lang),
            Error::Invalid(_) => lang.t("errors にある項目を直して、もう一度送ってください。", "Put right what errors names and send again."),
            Error::NotFound => lang.t(
                "番号が違うか、あなたが見られる範囲にない可能性があります。",
                "The number may be wrong, or it may lie outside what you can see.",
            ),
            Error::Stale { .. } => lang.t(
                "ほかの人が先に保存しました。いまの内容を読み直し、revision を If-Match に入れて送り直してください。",
                "Somebody else saved this first. Read it again and send with If-Match set to revision.",
            ),
            Error::SignIn => lang.t("サインインしてください。", "Please sign in."),
            Error::Token => lang.t(
                "画面を開いてから時間がたったため、送れませんでした。前の画面を開き直してください。",
                "This form is too old to be sent. Please open the page again.",
            ),
            Error::Elsewhere => lang.t(
                "別のサイトの画面から送られたため、受け付けませんでした。支えの画面を直接開いて、そこから送ってください。いつもの画面で出るときは、管理担当者に知らせてください（前に立つ中継が Host を書きかえていないか、設定の [server] origin を確かめます）。",
                "This was sent by a page of another site, so nothing was taken. Open Sasae itself and send it there. If this comes on a usual page, tell the administrator (a proxy may rewrite Host; see origin in [server]).",
            ),
            Error::Twin => lang.t(
                "同じ内容は、もう受け付けました。",
                "The very same was accepted already.",
            ),
            Error::Busy => lang.t(
                "サインインが込み合っています。数秒待ってから、もう一度入れてください。",
                "Many are signing in at this moment. Wait a few seconds and try again.",
            ),
            Error::TooMany => lang.t(
                "短い間に続けて送られました。少し待ってから、もう一度送ってください。",
                "Too much was sent in a short time. Wait a little and send again.",
            ),
            Error::TooLarge { .. } => lang.t(
                "送られた内容が大きすぎます。短くするか、分けて送ってください。",
                "What was sent is too large. Shorten it, or send it in parts.",
            ),
            Error::Db(sasae_db::Error::Full) => lang.t(
                "保存する場所がいっぱいで、何も登録していません。ディスクの空きを増やしてから、同じ内容をもう一度送ってください。",
                "No room is left to save anything and nothing was entered. Make room on the disk and send the same again.",
            ),
            Error::Db(db) if db.is_passing() => lang.t(
                "記録の保管場所がいまは使えません。同じ Idempotency-Key で、少しあとにもう一度送ってください。",
                "The store of records cannot be used at the moment. Send again a little later with the same Idempotency-Key.",
            ),
            Error::Db(_) | Error::Internal(_) => lang.t(
                "こちら側の不具合です。保存の途中だった内容は登録されていません。",
                "The fault is on our side. What was being saved has not been entered.",
            ),
        }
    }
}
