//! Reading what a form or an API client sends.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use sasae_core::id::Id;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::lang::Text;

/// Most bytes of a form or a JSON body; files have their own limit.
pub const BODY_LIMIT: usize = 512 * 1024;

/// The input of a form or a JSON body, with what travels beside it.
#[derive(Debug)]
pub struct Form<T> {
    /// The room's input.
    pub input: T,
    /// The revision that the writer saw (`_revision`, or `If-Match`).
    pub revision: Option<i64>,
    /// Whether 下書き was pressed instead of the verb.
    pub draft: bool,
    /// Under which key the draft is kept.
    pub draft_key: Option<String>,
}

impl<T> Form<T> {
    /// The revision, or a request to say which one was seen.
    pub fn seen(&self) -> Result<i64> {
        self.revision.ok_or_else(|| {
            Error::Bad(Text::new(
                "どの版を見て直したかが送られていません（If-Match）。",
                "The revision that you saw is missing (If-Match).",
            ))
        })
    }
}

/// The hidden fields of every form.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Control {
    #[serde(default, rename = "_csrf")]
    pub csrf: String,
    #[serde(default, rename = "_once")]
    once: Option<Id>,
    #[serde(default, rename = "_revision")]
    revision: Option<i64>,
    #[serde(default, rename = "_draft")]
    draft: Option<String>,
    #[serde(default, rename = "_draft_key")]
    draft_key: Option<String>,
}

impl Control {
    /// The submission's key; a form that is only kept as a draft does not use it up.
    pub fn key(&self) -> Option<Id> {
        if self.draft.is_some() { None } else { self.once }
    }
}

/// Whether the request carries JSON.
pub(super) fn is_json(headers: &axum::http::HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/json"))
}

pub(super) fn unreadable(cause: impl std::fmt::Display) -> Error {
    Error::Bad(Text::new(
        "送られた内容を読めませんでした。前の画面にもどって、もう一度送ってください。",
        format!("The request body cannot be read: {cause}"),
    ))
}

/// Reads the hidden fields of a form body.
pub(super) fn control(body: &[u8]) -> Result<Control> {
    serde_html_form::from_bytes(body).map_err(unreadable)
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Form<T>> {
        let json = is_json(request.headers());
        let if_match = request
            .headers()
            .get(header::IF_MATCH)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.trim().trim_matches('"').parse().ok());
        let body = Bytes::from_request(request, state).await.map_err(unreadable)?;
        if json {
            let input = serde_json::from_slice(&body).map_err(unreadable)?;
            return Ok(Form { input, revision: if_match, draft: false, draft_key: None });
        }
        let control = control(&body)?;
        Ok(Form {
            input: serde_html_form::from_bytes(&body).map_err(unreadable)?,
            revision: control.revision.or(if_match),
            draft: control.draft.is_some(),
            draft_key: control.draft_key,
        })
    }
}
