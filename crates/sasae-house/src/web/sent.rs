//! What a request carries, read once by the layer around every handler and kept beside the request:
//! the token, the key and the typed text are read from here, and the handler's input as well.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use sasae_core::id::Id;
use sha2::{Digest as _, Sha256};

use super::form::unreadable;
use super::multipart::{SentFile, take_apart};
use super::pairs::Pairs;
use crate::ctx::Once;
use crate::error::{Error, Result};
use crate::lang::Text;
use crate::route::Route;

/// In what form it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing was sent.
    Nothing,
    /// Names and values.
    Form,
    /// Names and values, and files.
    Files,
    /// A JSON document.
    Json,
    /// Anything else.
    Other,
}

/// The body of a request.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub shape: Shape,
    /// The whole of it; empty where files came, so that they are not kept twice.
    pub bytes: Bytes,
    /// Names and values, where it is a form.
    pub pairs: Pairs,
    /// The files that came with it.
    pub files: Vec<SentFile>,
}

impl Sent {
    /// Nothing at all.
    pub fn nothing() -> Sent {
        Sent { shape: Shape::Nothing, bytes: Bytes::new(), pairs: Pairs::default(), files: Vec::new() }
    }

    /// Reads the body of a request.
    pub async fn read(route: &Route, parts: &Parts, body: Body) -> Result<Sent> {
        if matches!(parts.method, Method::GET | Method::HEAD) {
            return Ok(Sent::nothing());
        }
        let bytes = whole(body, route.limit).await?;
        let kind = header_text(&parts.headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(Sent::nothing());
        }
        if kind.starts_with("multipart/") {
            let (pairs, files) = take_apart(kind, bytes).await?;
            return Ok(Sent { shape: Shape::Files, bytes: Bytes::new(), pairs, files });
        }
        let shape = match kind {
            kind if kind.starts_with("application/json") => Shape::Json,
            kind if kind.starts_with("application/x-www-form-urlencoded") => Shape::Form,
            _ => Shape::Other,
        };
        let pairs = if shape == Shape::Form { Pairs::parse(&bytes) } else { Pairs::default() };
        Ok(Sent { shape, bytes, pairs, files: Vec::new() })
    }

    /// What the layer has read of this request.
    pub fn of(parts: &Parts) -> Result<&Sent> {
        parts.extensions.get::<Sent>().ok_or_else(|| Error::internal("a route was mounted outside the table of routes"))
    }

    /// The token that the form carries; the first one counts.
    pub fn token(&self) -> &str {
        self.pairs.one("_csrf")
    }

    /// The key of the submission: the header `Idempotency-Key`, or the form's own. One that cannot be
    /// read is refused where it was sent on purpose. A form that is only kept as a draft uses none up, and
    /// neither does one with a password: typed again on the same page it is another attempt.
    pub fn once(&self, route: &Route, parts: &Parts) -> Result<Option<Once>> {
        if route.draft {
            return Ok(None);
        }
        let key: Option<Id> = match header_text(&parts.headers, "idempotency-key") {
            Some(key) => Some(key.trim().trim_matches('"').parse().map_err(|_| {
                Error::Bad(Text::new(
                    "Idempotency-Key は UUID で送ってください。",
                    "The header Idempotency-Key must be a UUID.",
                ))
            })?),
            None if route.secret || self.pairs.has("_draft") => None,
            None => self.pairs.one("_once").parse().ok(),
        };
        Ok(key.map(|key| Once { key, fingerprint: self.fingerprint(route, parts) }))
    }

    /// What the same body gives again, sent by the same method to the same address.
    fn fingerprint(&self, route: &Route, parts: &Parts) -> Vec<u8> {
        let mut hash = Sha256::new();
        let address = parts.uri.path_and_query().map_or("", |address| address.as_str());
        for part in [parts.method.as_str(), address] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        // From the hash of a password the password could be guessed.
        if route.secret {
            return hash.finalize().to_vec();
        }
        hash.update(&self.bytes);
        if self.shape == Shape::Files {
            // A browser draws the lines between the parts anew each time that it sends them.
            let mut part = |bytes: &[u8]| {
                hash.update((bytes.len() as u64).to_be_bytes());
                hash.update(bytes);
            };
            for (name, value) in self.pairs.iter() {
                part(name.as_bytes());
                part(value.as_bytes());
            }
            part(b"files");
            for file in &self.files {
                part(file.field.as_bytes());
                part(file.name.as_bytes());
                part(&file.bytes);
            }
        }
        hash.finalize().to_vec()
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

/// A body of at most `limit` bytes. What is longer is still taken in, up to ten times the limit, and
/// let go: a browser that is interrupted while it sends shows its own words instead of the answer.
async fn whole(mut body: Body, limit: usize) -> Result<Bytes> {
    let (mut kept, mut seen) = (Vec::new(), 0_usize);
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame.map_err(unreadable)?.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        match seen <= limit {
            true => kept.extend_from_slice(&data),
            false => kept = Vec::new(),
        }
        if seen > limit.saturating_mul(10) {
            break;
        }
    }
    if seen <= limit { Ok(kept.into()) } else { Err(Error::TooLarge { limit }) }
}
