//! Reading what a form or an API client sends.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::pairs::Pairs;
use super::sent::{Sent, Shape};
use super::strict;
use crate::error::{Error, Result};
use crate::lang::Text;

/// The input of a form or a JSON body, with what travels beside it.
#[derive(Debug)]
pub struct Form<T> {
    /// The room's input.
    pub input: T,
    /// The revision that the writer saw (`_revision`, or `If-Match`).
    pub revision: Option<i64>,
    /// Names and values as they were sent; empty for JSON.
    pub sent: Pairs,
}

impl<T> Form<T> {
    /// The revision, or a request to say which one was seen.
    pub fn seen(&self) -> Result<i64> {
        self.revision.ok_or_else(revision_missing)
    }

    /// Whether 下書き was pressed instead of the verb.
    pub fn draft(&self) -> bool {
        self.sent.has("_draft")
    }
}

fn revision_missing() -> Error {
    Error::Bad(Text::new(
        "どの版を見て直したかが送られていません（If-Match）。",
        "The revision that you saw is missing (If-Match).",
    ))
}

pub(super) fn unreadable(cause: impl std::fmt::Display) -> Error {
    Error::Bad(Text::new(
        "送られた内容を読めませんでした。前の画面にもどって、もう一度送ってください。",
        format!("The request body cannot be read: {cause}"),
    ))
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Form<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Form<T>> {
        let sent = Sent::of(parts)?;
        let input = match sent.shape {
            Shape::Json => strict::read(&sent.bytes)?,
            Shape::Form | Shape::Files | Shape::Nothing => sent.pairs.read().map_err(unreadable)?,
            Shape::Other => return Err(unreadable("neither a form nor JSON")),
        };
        Ok(Form { input, revision: sent.revision(&parts.headers)?, sent: sent.pairs.clone() })
    }
}

/// The revision that the writer saw, where a step needs it and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Seen(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Seen {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Seen> {
        let revision = Sent::of(parts)?.revision(&parts.headers)?;
        revision.map(Seen).ok_or_else(revision_missing)
    }
}
