//! The intake as the browser sends it: names and values. The form cannot be a
//! plain struct, because the profile adds fields (#37).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::IntakeForm;

/// Names and values; names that begin with `_` steer the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed(BTreeMap<String, Vec<String>>);

impl Typed {
    /// The value of a name; empty without one.
    pub fn one(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map(String::as_str).unwrap_or_default()
    }

    /// Whether a button of that name was pressed.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn many(&self, name: &str) -> Vec<String> {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// The intake in it.
    pub fn intake(&self) -> IntakeForm {
        let one = |name: &str| self.one(name).to_owned();
        IntakeForm {
            received_on: one("received_on"),
            channel: one("channel"),
            base: one("base"),
            area: one("area"),
            person: one("person"),
            household: one("household"),
            from_whom: one("from_whom"),
            from_name: one("from_name"),
            from_contact: one("from_contact"),
            what: one("what"),
            wish: one("wish"),
            wish_words: one("wish_words"),
            urgency: one("urgency"),
            problems: self.many("problems"),
            worst: one("worst"),
            language: one("language"),
            communication: self.many("communication"),
            notice: one("notice"),
            extra: self
                .0
                .iter()
                .filter_map(|(name, values)| Some((name.strip_prefix("extra.")?.to_owned(), values.clone())))
                .collect(),
        }
    }
}
