//! Kinds of record and what may be done to one, as values that each room declares.

use std::fmt;

use sasae_db::Sql;

use crate::lang::{Lang, Words};

/// A kind of record. Its code is the one spelling of the kind: in links, hand-overs, facts, the
/// audit trail, addresses and policies.
pub struct RecordKind {
    /// Lower-case, in the singular: `notice`.
    pub code: &'static str,
    /// What one record is called.
    pub name: Words,
    /// The beginning of the address of a record, before its id; `None` where none opens by itself.
    pub path: Option<&'static str>,
    /// How the row rules see it; `None` for what has none of its own.
    pub guard: Option<Guard>,
}

/// The statements by which the row rules see a kind of record. Both take `?1` the municipality,
/// `?2` the reader's staff id, `?3` today, `?4` the record.
pub struct Guard {
    /// One row with what the policy needs to know (`access::Facts`); none where the record is not.
    pub facts: Sql,
    /// One row with the id where the reader may see the record, by the same condition as lists.
    pub visible: Sql,
}

/// A reference to a kind, which is what rooms pass around.
pub type Kind = &'static RecordKind;

impl RecordKind {
    /// A kind without row rules of its own and without a page.
    pub const fn plain(code: &'static str, name: Words) -> RecordKind {
        RecordKind { code, name, path: None, guard: None }
    }

    /// Where a record opens.
    pub fn href(&self, id: sasae_core::id::Id) -> Option<String> {
        self.path.map(|path| format!("{path}{id}"))
    }

    /// What one record is called, in the reader's language.
    pub fn word(&self, lang: Lang) -> &'static str {
        self.name.get(lang)
    }
}

impl PartialEq for RecordKind {
    fn eq(&self, other: &RecordKind) -> bool {
        self.code == other.code
    }
}

impl Eq for RecordKind {}

impl fmt::Debug for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// What may be done to a record; the policies name it as `Action::"code"`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Act {
    /// The code in the policies.
    pub code: &'static str,
    /// What one is told who sees the record but may not do this.
    pub refusal: Words,
}

const NOT_BY_YOUR_POST: Words = Words(
    "いまの役職と担当区域では、この操作はできません。担当のコーディネーターに頼んでください。",
    "Your posts of today do not allow this here. Ask the coordinator in charge.",
);

impl Act {
    /// To see the record with its names.
    pub const SEE: Act = Act::new("see");
    /// To change the record.
    pub const EDIT: Act = Act::new("edit");
    /// To put right what is wrong in the record, to strike it out, or to take back what was decided.
    pub const CORRECT: Act = Act::new("correct");

    /// To see where the person lives whom the record is about.
    pub const SEE_ADDRESS: Act = Act::new("see_address");

    /// What can be asked of every kind of record.
    pub const USUAL: [Act; 3] = [Act::SEE, Act::EDIT, Act::CORRECT];

    /// An act that is refused with the usual sentence.
    pub const fn new(code: &'static str) -> Act {
        Act { code, refusal: NOT_BY_YOUR_POST }
    }

    /// An act that is refused with a sentence of its own.
    pub const fn refused_with(code: &'static str, refusal: Words) -> Act {
        Act { code, refusal }
    }
}

impl fmt::Debug for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}
