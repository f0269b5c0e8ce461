//! The audit trail: one row a request with every id it read or wrote, in an
//! append-only hash chain per municipality.
//!
//! Writes append in their own transaction (`Work::commit`). Reads are noted
//! while the request runs and appended together with those of other requests
//! before the answer is sent, so a thousand readers share one disk flush.
//!
//! **Architecture Invariant:** nothing updates or deletes a row of the chain;
//! the database refuses it too. There is deliberately no page that edits it. Whoever has the database
//! in hand lacks the key (`key.rs`), and whoever has both the head that was noted elsewhere.

pub mod chain;
pub mod key;
pub mod may;
mod queue;
pub mod store;
mod words;

pub use chain::{Break, Verdict};
pub use key::{Anchor, Key, Start};
pub use queue::Queue;
pub use store::{Look, append, change_key, find_head, find_last_writer, list_looks, put_head, verify, verify_by};
pub use words::{Outcome, in_words};

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sasae_core::id::Id;

/// Make its tables.
pub const MIGRATIONS: [sasae_db::Migration; 2] =
    [sasae_db::migration!("0001_audit", both), sasae_db::migration!("0032_audit_key")];

/// What was done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Its content was shown.
    Read,
    /// It was made or changed.
    Wrote,
}

impl Verb {
    /// How the verb stands in the database.
    pub fn code(self) -> &'static str {
        match self {
            Verb::Read => "read",
            Verb::Wrote => "wrote",
        }
    }
}

/// The ids of one request, each once per verb.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail(BTreeMap<(Verb, &'static str, Id), ()>);

impl Trail {
    /// Notes an id.
    pub fn note(&mut self, verb: Verb, kind: &'static str, id: Id) {
        self.0.insert((verb, kind, id), ());
    }
    /// Forgets what was written: the transaction was undone, so nothing was.
    pub fn forget_writes(&mut self) {
        self.0.retain(|(verb, ..), ()| *verb == Verb::Read);
    }
    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Every id with its verb and kind, in a stable order.
    pub fn iter(&self) -> impl Iterator<Item = (Verb, &'static str, Id)> {
        self.0.keys().copied()
    }
    /// Every id once for a verb, of whatever kinds it is.
    pub fn ids(&self) -> BTreeSet<(Id, Verb)> {
        self.iter().map(|(verb, _, id)| (id, verb)).collect()
    }
    /// The canonical text that goes into the row and under the hash:
    /// `read person id,id;wrote case id`.
    pub fn detail(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * 37);
        let mut last = None;
        for (verb, kind, id) in self.iter() {
            if last == Some((verb, kind)) {
                text.push(',');
            } else {
                if last.is_some() {
                    text.push(';');
                }
                text.push_str(verb.code());
                text.push(' ');
                text.push_str(kind);
                text.push(' ');
                last = Some((verb, kind));
            }
            text.push_str(&id.to_string());
        }
        text
    }
}

/// What a row names: [`Trail::ids`] read again from [`Trail::detail`].
pub fn ids_of(detail: &str) -> BTreeSet<(Id, Verb)> {
    let mut found = BTreeSet::new();
    for part in detail.split(';') {
        let verb = if part.starts_with(Verb::Wrote.code()) { Verb::Wrote } else { Verb::Read };
        let ids = part.rsplit(' ').next().unwrap_or_default();
        found.extend(ids.split(',').filter_map(|id| Some((id.parse().ok()?, verb))));
    }
    found
}

/// One row to be.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When the request came.
    pub at: Timestamp,
    /// Who acted, when it was a person with a staff record.
    pub actor: Option<Id>,
    /// The name as it was then, `public`, or the command's name.
    pub actor_label: String,
    /// What was asked for: method and route, or the command.
    pub act: String,
    /// The request's id.
    pub request: Id,
    /// What it touched.
    pub trail: Trail,
}
