//! A form as it was sent, kept while a request runs: where the step fails for a
//! reason that is not in the form, the page that says so gives it back.

use axum::http::request::Parts;
use axum::http::{Method, header};
use maud::{Markup, html};
use sasae_core::id::Id;

use super::multipart::Multipart;
use super::ui::page_error;
use crate::lang::Lang;

/// Paths whose forms carry passwords or codes; those are never shown again.
const SECRET: [&str; 2] = ["/sign-in", "/account"];

/// The fields of a form in the order in which they came.
pub(super) struct Typed {
    action: String,
    fields: Vec<(String, String)>,
    /// The form carried the session's token, so that its own reader sent it.
    own: bool,
}

impl Typed {
    /// What was typed beside a file. The file itself cannot be given back, so the form is not
    /// offered to be sent again.
    pub fn beside_file(parts: &Parts, form: &Multipart) -> Option<Typed> {
        let path = parts.uri.path();
        let secret = SECRET.iter().any(|secret| path.starts_with(secret));
        (!secret).then(|| Typed { action: path.to_owned(), fields: form.fields().to_vec(), own: false })
    }

    /// The form of a request; `None` for anything else, and where nobody typed.
    pub fn of(parts: &Parts, body: &[u8], csrf: &str) -> Option<Typed> {
        let path = parts.uri.path();
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if parts.method != Method::POST
            || !kind.starts_with("application/x-www-form-urlencoded")
            || path == "/drafts"
            || SECRET.iter().any(|secret| path.starts_with(secret))
        {
            return None;
        }
        let fields: Vec<(String, String)> = serde_html_form::from_bytes(body).ok()?;
        let sent = fields.iter().find(|(name, _)| name == "_csrf").map(|(_, value)| value.as_str());
        let own = csrf.is_empty() || sent == Some(csrf);
        let action = parts.uri.path_and_query().map_or(path, |whole| whole.as_str()).to_owned();
        Some(Typed { action, fields, own })
    }

    /// What was typed; with `again` also a button that sends the very same once
    /// more, under the same key, so that it is never entered twice.
    pub fn render(&self, lang: Lang, again: bool) -> Markup {
        let typed = |(name, value): &&(String, String)| {
            !name.starts_with('_') && !value.trim().is_empty() && value.parse::<Id>().is_err()
        };
        let texts: Vec<&str> = self.fields.iter().filter(typed).map(|(_, value)| value.as_str()).collect();
        let form = (again && self.own).then_some((self.action.as_str(), self.fields.as_slice()));
        if texts.is_empty() && form.is_none() {
            return html! {};
        }
        page_error::kept(lang, &texts, form)
    }
}
