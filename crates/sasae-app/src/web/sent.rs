//! What a request carries, read once by the layer around every handler and kept beside the request:
//! the token, the key and the typed text are read from here, and the handler's input as well.

use std::pin::Pin;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use sasae_core::id::Id;
use sha2::{Digest as _, Sha256};

use super::form::unreadable;
use super::pairs::Pairs;
use crate::ctx::Once;
use crate::error::{Error, Result};
use crate::lang::Text;
use crate::route::Route;

/// How much of a body that is too large is still read and dropped, because a browser shows an
/// answer only after it has sent everything.
const DRAINED: usize = 64 * 1024 * 1024;

/// In what form it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing was sent.
    Nothing,
    /// Names and values.
    Form,
    /// A JSON document.
    Json,
    /// Anything else.
    Other,
}

/// The body of a request.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub shape: Shape,
    /// The whole of it.
    pub bytes: Bytes,
    /// Names and values, where it is a form.
    pub pairs: Pairs,
}

impl Sent {
    /// Nothing at all.
    pub fn nothing() -> Sent {
        Sent { shape: Shape::Nothing, bytes: Bytes::new(), pairs: Pairs::default() }
    }

    /// Reads the body of a request.
    pub async fn read(route: &Route, parts: &Parts, body: Body) -> Result<Sent> {
        if matches!(parts.method, Method::GET | Method::HEAD) {
            return Ok(Sent::nothing());
        }
        let bytes = whole(body, route.limit).await?;
        let kind = header_text(&parts.headers, header::CONTENT_TYPE.as_str());
        let shape = match kind {
            _ if bytes.is_empty() => Shape::Nothing,
            Some(kind) if kind.starts_with("application/json") => Shape::Json,
            Some(kind) if kind.starts_with("application/x-www-form-urlencoded") => Shape::Form,
            _ => Shape::Other,
        };
        let pairs = if shape == Shape::Form { Pairs::parse(&bytes) } else { Pairs::default() };
        Ok(Sent { shape, bytes, pairs })
    }

    /// What the layer has read of this request.
    pub fn of(parts: &Parts) -> Result<&Sent> {
        parts
            .extensions
            .get::<Sent>()
            .ok_or_else(|| Error::internal("a route was mounted outside the table of routes"))
    }

    /// The token that the form carries; the first one counts.
    pub fn token(&self) -> &str {
        self.pairs.one("_csrf")
    }

    /// The key of the submission: the header `Idempotency-Key`, or the form's own. One that cannot be
    /// read is refused where it was sent on purpose. A form that is only kept as a draft uses none up.
    pub fn once(&self, route: &Route, headers: &HeaderMap) -> Result<Option<Once>> {
        if route.draft {
            return Ok(None);
        }
        let key: Option<Id> = match header_text(headers, "idempotency-key") {
            Some(key) => Some(key.trim().trim_matches('"').parse().map_err(|_| {
                Error::Bad(Text::new(
                    "Idempotency-Key は UUID で送ってください。",
                    "The header Idempotency-Key must be a UUID.",
                ))
            })?),
            None if self.pairs.has("_draft") => None,
            None => self.pairs.one("_once").parse().ok(),
        };
        // From the hash of a password and a key that is known, the password could be guessed.
        let hashed: &[u8] = if route.secret { b"" } else { &self.bytes };
        Ok(key.map(|key| Once { key, fingerprint: Sha256::digest(hashed).to_vec() }))
    }

    /// The revision that the writer saw: the form's, or that of the header `If-Match`.
    pub fn revision(&self, headers: &HeaderMap) -> Result<Option<i64>> {
        match self.pairs.find("_revision") {
            Some(text) => text.parse().map(Some).map_err(unreadable),
            None => {
                let text = header_text(headers, header::IF_MATCH.as_str());
                Ok(text.and_then(|text| text.trim().trim_matches('"').parse().ok()))
            }
        }
    }
}

pub(super) fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A body of at most `limit` bytes.
async fn whole(mut body: Body, limit: usize) -> Result<Bytes> {
    let mut read: Vec<u8> = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame.map_err(unreadable)?.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            read.extend_from_slice(&data);
        } else if length > limit.saturating_add(DRAINED) {
            break;
        }
    }
    if length > limit { Err(Error::TooLarge { limit }) } else { Ok(read.into()) }
}
