//! What a room finds for the one box さがす, and what it tells of a person.

use jiff::civil::Date;
use sasae_core::id::Id;

use crate::access::Kind;
use crate::lang::Words;

/// A record that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Where it opens.
    pub href: String,
    /// What it is called.
    pub title: String,
    /// What tells it from others: number, day, area.
    pub facts: Vec<String>,
    /// The record, which the page notes in the audit trail where it shows it.
    pub record: (Kind, Id),
}

/// Something that happened with a person, as the timeline shows it.
#[derive(Debug, Clone)]
pub struct Happening {
    /// What it was: 気づき, 支援を始めた.
    pub kind: Words,
    /// When.
    pub on: Date,
    /// The record to open.
    pub record: (Kind, Id),
    /// What happened, in words.
    pub title: String,
    /// What was written down, or empty.
    pub text: String,
    /// Who recorded it; empty for a resident.
    pub who: String,
}

/// Something that goes on with a person or went on: a case, later a watch or a referral.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The record to open.
    pub record: (Kind, Id),
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Whether it goes on.
    pub open: bool,
    /// Where it stands, in words.
    pub state: String,
    /// What the one in charge is called: 支援の主担当.
    pub role: Words,
    /// Who is in charge, by name.
    pub lead: String,
    /// The leading organisation, by name.
    pub organisation: Option<String>,
}
