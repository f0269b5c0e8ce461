//! The facts: what was done, once. Rooms write them in the transaction of the
//! record; every figure reads them, none has an entry screen of its own.
//!
//! **Architecture Invariant:** a fact belongs to one subject and one kind; when
//! the subject changes, its fact is replaced, and when it is struck out, its fact
//! goes, so figures follow at once. A fact opens with the record that it names,
//! under that record's row rules.
//!
//! Deliberately absent: reading. The views over the facts stand above all rooms.

pub mod store;

use std::fmt;

use jiff::civil::Date;
use sasae_core::fiscal::FiscalYear;
use sasae_core::id::Id;
use sasae_db::Tx;

use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::room::Room;

/// What this room offers.
pub static ROOM: Room = Room {
    tables: store::TABLES,
    migrations: &[sasae_db::migration!("0001_fact")],
    ..Room::new("fact", Words("活動実績", "Facts"))
};

/// A kind of fact, as its room declares it.
pub struct FactKind {
    /// How it stands in the database, in the API and in targets.
    pub code: &'static str,
    /// What was done.
    pub words: Words,
    /// The vocabulary of what it was about, where there is one.
    pub about: Option<&'static str>,
    /// What its quantity measures where it is a number of days: the median is shown with the figures.
    pub days: Option<Words>,
}

impl FactKind {
    /// A kind that is counted and nothing more.
    pub const fn new(code: &'static str, words: Words) -> FactKind {
        FactKind { code, words, about: None, days: None }
    }

    /// A kind about something of a vocabulary.
    pub const fn about(code: &'static str, words: Words, vocabulary: &'static str) -> FactKind {
        FactKind { code, words, about: Some(vocabulary), days: None }
    }
}

impl PartialEq for FactKind {
    fn eq(&self, other: &FactKind) -> bool {
        self.code == other.code
    }
}

impl Eq for FactKind {}

impl fmt::Debug for FactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// By whom something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoneBy {
    /// By whoever acts now.
    Actor,
    /// By somebody with a staff record, or by nobody who has one: a correction leaves it as it was.
    Known(Option<Id>),
}

/// A fact before it is written.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What was done.
    pub kind: &'static FactKind,
    /// When.
    pub on: Date,
    /// In which area (the smallest known), as it was then.
    pub area: Option<Id>,
    /// By whom.
    pub by: DoneBy,
    /// For whom.
    pub person: Option<Id>,
    /// For which household.
    pub household: Option<Id>,
    /// The record with which it opens.
    pub record: (Kind, Id),
    /// What it belongs to: the record itself, or an entry of it.
    pub subject: Id,
    /// What it was about: a code of the room (channel, kind of contact, outcome).
    pub about: String,
    /// How: a code of the room.
    pub method: String,
    /// How many or how much; days for a duration.
    pub quantity: i64,
    /// How many people took part.
    pub people: i64,
}

impl Fact {
    /// A fact of one thing done once with a record.
    pub fn new(kind: &'static FactKind, on: Date, record: (Kind, Id)) -> Fact {
        Fact {
            kind,
            on,
            area: None,
            by: DoneBy::Actor,
            person: None,
            household: None,
            record,
            subject: record.1,
            about: String::new(),
            method: String::new(),
            quantity: 1,
            people: 0,
        }
    }

    /// The same of an entry of the record.
    pub fn of_entry(self, entry: Id) -> Fact {
        Fact { subject: entry, ..self }
    }
}

/// Writes a fact, or replaces the one that the subject had.
pub async fn record(ctx: &Ctx, tx: &mut Tx, fact: &Fact) -> Result<()> {
    store::put(ctx, tx, fact, FiscalYear::of(fact.on)).await
}

/// The facts of a record that name a person name another, or nobody: the person was named by mistake.
pub async fn rename_person(
    ctx: &Ctx,
    tx: &mut Tx,
    record: Id,
    from: Id,
    to: Option<Id>,
    household: Option<Id>,
) -> Result<()> {
    store::set_person(ctx, tx, record, from, (to, household)).await
}

/// The facts of a person's own record that name one household name the other one: the person was there all
/// along. Facts of other records (`kind` says which is the person's) stay with the household that their
/// record names.
pub async fn move_household(ctx: &Ctx, tx: &mut Tx, (kind, person): (Kind, Id), from: Id, to: Id) -> Result<()> {
    store::set_household(ctx, tx, (kind, person), from, to).await
}

/// Takes every fact of a record back, those of its entries too: the record was struck out.
pub async fn remove_all(ctx: &Ctx, tx: &mut Tx, record: Id) -> Result<()> {
    store::delete_of_record(ctx, tx, record).await
}

/// Takes a fact back: what it tells did not happen, or not so.
pub async fn remove(ctx: &Ctx, tx: &mut Tx, subject: Id, kind: &'static FactKind) -> Result<()> {
    store::delete(ctx, tx, subject, kind).await
}
