//! A form as it was sent, kept while a request runs: where the step fails for a
//! reason that is not in the form, the page that says so gives it back.

use axum::http::request::Parts;
use maud::{Markup, html};
use sasae_core::id::Id;

use super::pairs::Pairs;
use super::sent::{Sent, Shape};
use super::ui::page_error;
use crate::lang::Lang;
use crate::route::Route;

/// The fields of a form in the order in which they came.
pub(super) struct Typed {
    action: String,
    fields: Pairs,
    /// The form carried the session's token, so that its own reader sent it.
    own: bool,
}

impl Typed {
    /// The form of a request; `None` for anything else, where nobody typed, and for what is secret.
    /// A file cannot be given back, so a form with one is not offered to be sent again.
    pub fn of(route: &Route, parts: &Parts, sent: &Sent, csrf: &str) -> Option<Typed> {
        if !matches!(sent.shape, Shape::Form | Shape::Files) || route.draft || route.secret {
            return None;
        }
        let path = parts.uri.path();
        let action = parts.uri.path_and_query().map_or(path, |whole| whole.as_str()).to_owned();
        Some(Typed {
            action,
            own: sent.shape == Shape::Form && (csrf.is_empty() || sent.token() == csrf),
            fields: sent.pairs.clone(),
        })
    }

    /// What was typed; with `again` also a button that sends the very same once
    /// more, under the same key, so that it is never entered twice. `easy` chooses the words for residents.
    pub fn render(&self, lang: Lang, again: bool, easy: bool) -> Markup {
        let fields: Vec<(&str, &str)> = self.fields.iter().collect();
        let typed = |(name, value): &&(&str, &str)| {
            !name.starts_with('_') && !value.trim().is_empty() && value.parse::<Id>().is_err() && !is_code(value)
        };
        let texts: Vec<&str> = fields.iter().filter(typed).map(|(_, value)| *value).collect();
        let form = (again && self.own).then_some((self.action.as_str(), fields.as_slice()));
        if texts.is_empty() && form.is_none() {
            return html! {};
        }
        match easy {
            true => page_error::kept_easy(lang, &texts, form),
            false => page_error::kept(lang, &texts, form),
        }
    }
}

/// Whether a value is that of a box or a choice rather than something that was typed: `yes`, `not_seen`.
fn is_code(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_lowercase())
        && value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
