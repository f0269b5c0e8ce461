//! What is due: a room derives it from its records, 今日 shows it.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;
use sasae_core::id::Id;

use crate::access::Kind;
use crate::ctx::Ctx;
use crate::lang::Words;

/// A kind of step that is due, in the words of its room.
#[derive(Debug)]
pub struct DueKind {
    /// Its code in the API.
    pub code: &'static str,
    /// What is to be done.
    pub words: Words,
    /// Why it is the reader's.
    pub why: Words,
    /// The verb on the button.
    pub action: Words,
}

impl PartialEq for DueKind {
    fn eq(&self, other: &DueKind) -> bool {
        self.code == other.code
    }
}

impl Eq for DueKind {}

/// How many rows of each statement are read, the oldest first; remembers whether any had more.
#[derive(Debug)]
pub struct DueLimit {
    rows: i64,
    cut: AtomicBool,
}

impl DueLimit {
    /// At most so many rows of each statement.
    pub fn new(rows: i64) -> DueLimit {
        DueLimit { rows, cut: AtomicBool::new(false) }
    }

    /// The limit that a statement is given: one row more, which tells whether there are more.
    pub fn most(&self) -> i64 {
        self.rows + 1
    }

    /// What a statement gave, without the row that was one too many.
    pub fn keep<T>(&self, mut rows: Vec<T>) -> Vec<T> {
        let most = usize::try_from(self.rows).unwrap_or_default();
        if rows.len() > most {
            self.cut.store(true, Ordering::Relaxed);
            rows.truncate(most);
        }
        rows
    }

    /// Whether some statement had more rows.
    pub fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }
}

/// A step that is due.
#[derive(Debug, Clone)]
pub struct Due {
    /// What kind of step.
    pub kind: &'static DueKind,
    /// About whom or what, in words.
    pub about: String,
    /// Until when.
    pub until: Date,
    /// The record that it is about.
    pub record: Id,
    /// Where the step is done.
    pub href: String,
    /// The records of which the row tells.
    pub tells_of: Vec<(Kind, Id)>,
    /// For something that has come and only has to be seen: where that is said. It has no last day, and stands
    /// on top.
    pub seen_by: Option<String>,
}

impl Due {
    /// Notes in the audit trail that the reader was shown this row.
    pub fn note(&self, ctx: &Ctx) {
        for (kind, id) in &self.tells_of {
            ctx.saw(kind, *id);
        }
    }
}
