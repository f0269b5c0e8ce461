//! Which records of a room take over what an earlier room hands on: a case takes a notice.

use sasae_core::id::Id;
use sasae_db::Conn;

use super::Pending;
use crate::access::Kind;
use crate::ctx::Ctx;
use crate::handover::Receiver;
use crate::lang::Words;
use crate::staff::Named;

/// About whom and where the record is that is handed on, and what was typed to find one that takes it.
#[derive(Debug, Clone, Copy)]
pub struct Handed<'a> {
    /// The person, when known.
    pub person: Option<Id>,
    /// The area.
    pub area: Id,
    /// The beginning of a number or title; empty for those that lie nearest.
    pub find: &'a str,
}

/// Records that take over what is handed on by one outcome of an earlier room.
pub struct Taker {
    /// The kind of record that is handed on.
    pub takes: Kind,
    /// The outcome by which it is handed on, as the vocabulary of that room names it: `case`.
    pub outcome: &'static str,
    /// The kind of record that takes it over.
    pub kind: Kind,
    /// What is asked on the form.
    pub label: Words,
    /// The records of today that the reader sees and that can take it, the nearest first, at most so many.
    pub list: for<'a> fn(&'a Ctx, &'a mut Conn, Handed<'a>, i64) -> Pending<'a, Vec<Named>>,
    /// Who is asked for a record that was chosen; `None` where the reader does not see it, or it takes nothing.
    pub receiver: for<'a> fn(&'a Ctx, &'a mut Conn, Id) -> Pending<'a, Option<Receiver>>,
}

impl std::fmt::Debug for Taker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Taker").field("takes", &self.takes.code).field("outcome", &self.outcome).finish_non_exhaustive()
    }
}
