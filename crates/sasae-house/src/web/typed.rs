//! A form as it was sent, kept while a request runs: where the step fails for a
//! reason that is not in the form, the page that says so gives it back.

use axum::http::request::Parts;
use maud::{Markup, html};

use super::kept::Kept;
use super::pairs::Pairs;
use super::sent::{Sent, Shape};
use super::ui::page_error;
use crate::lang::Lang;
use crate::route::{Gate, Route};

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
        // A form for anyone carries no token; where it came from is looked at instead.
        let anyone = route.gate == Gate::Public && sent.token().is_empty();
        let own = csrf.is_empty() || sent.token() == csrf || anyone;
        let action = parts.uri.path_and_query().map_or(path, |whole| whole.as_str()).to_owned();
        Some(Typed { action, own: sent.shape == Shape::Form && own, fields: sent.pairs.clone() })
    }

    /// What was typed; with `again` also a button that sends the very same once
    /// more, under the same key, so that it is never entered twice. `easy` chooses the words for residents.
    pub fn render(&self, lang: Lang, again: bool, easy: bool) -> Markup {
        let fields: Vec<(&str, &str)> = self.fields.iter().collect();
        let texts = self.fields.texts();
        let form = (again && self.own).then_some((self.action.as_str(), fields.as_slice()));
        if texts.is_empty() && form.is_none() {
            return html! {};
        }
        match easy {
            true => page_error::kept_easy(lang, &texts, form),
            false => page_error::kept(lang, &texts, form),
        }
    }

    /// The same as it travels through signing in; `None` where it was not the reader who sent it, or where
    /// files came along.
    pub fn kept(&self) -> Option<Kept> {
        self.own.then(|| Kept::new(&self.action, &self.fields))
    }
}
