//! Answers: a page in its frame, a redirect, JSON.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Serialize;

use super::nav;
use super::ui::parts::Flash;
use super::ui::shell::{Nav, Shell};
use crate::access::Why;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::Lang;

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
        let nav = if self.bare { None } else { nav::of(ctx) };
        self.framed(ctx.lang(), ctx.nonce(), ctx.here(), nav)
    }

    /// The answer where no context could be made: without navigation.
    pub(super) fn reply_alone(self, lang: Lang, nonce: &str, here: &str) -> Response {
        self.framed(lang, nonce, here, None)
    }

    fn framed(self, lang: Lang, nonce: &str, here: &str, nav: Option<Nav>) -> Response {
        let why = (!self.why.is_empty()).then(|| {
            html! { ul { @for why in &self.why { li { (why.text.get(lang)) } } } }
        });
        let shell = Shell {
            lang,
            title: &self.title,
            nonce,
            here,
            nav,
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

/// How a file is named to a browser: shown `inline`, or kept as an `attachment`.
///
/// # Errors
/// None that a name can cause: what does not belong into a header is written otherwise.
pub fn attachment_named(how: &str, name: &str) -> Result<HeaderValue> {
    let text = format!("{how}; filename=\"{}\"; filename*=UTF-8''{}", plain(name), encoded(name));
    HeaderValue::from_str(&text).map_err(Error::internal)
}

/// The name for programs that read ASCII alone.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "._- ()".contains(c) { c } else { '_' }).collect()
}

/// The name in the encoding of RFC 8187.
fn encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&hex::encode_upper([byte]));
        }
    }
    out
}
