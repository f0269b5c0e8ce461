//! What is due: a room derives it from its records, 今日 shows it.

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
}

impl Due {
    /// Notes in the audit trail that the reader was shown this row.
    pub fn note(&self, ctx: &Ctx) {
        for (kind, id) in &self.tells_of {
            ctx.saw(kind, *id);
        }
    }
}
