//! What a room shows of one of its records in the thread.

use jiff::civil::Date;
use sasae_core::id::Id;

/// In whose lane something stands.
#[derive(Debug, Clone)]
pub enum LaneOf {
    /// Residents.
    Residents,
    /// That of the widest post which somebody held on the day.
    Staff(Id),
    /// That of a tier, by its code.
    Tier(String),
    /// That of organisations: the second tier from below.
    Organisations,
}

/// A point of a thread.
#[derive(Debug, Clone)]
pub struct Station {
    /// Names it among all points: begins with the record's id.
    pub key: String,
    /// In whose lane.
    pub lane: LaneOf,
    /// On which day.
    pub on: Date,
    /// What it is: 気づき, 受け取り.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// How it stands.
    pub state: Option<String>,
}

/// What was handed on within a record: from a point to a point, and in how many days.
#[derive(Debug, Clone)]
pub struct HandedOn {
    /// From which point.
    pub from: String,
    /// To which point.
    pub to: String,
    /// Days that it took.
    pub days: i32,
}

/// Something that waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// At which point.
    pub from: String,
    /// In whose lane.
    pub lane: LaneOf,
    /// The day for whose posts the lane is chosen, and since when it waits.
    pub since: Date,
    /// Whose turn it is, in words.
    pub whose_turn: String,
}

/// A record's part of a thread. It has at least one station; what follows from the record begins
/// at the last.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its points; the record began at the first of them.
    pub stations: Vec<Station>,
    /// Ways between its points.
    pub handed_on: Vec<HandedOn>,
    /// What waits.
    pub waiting: Vec<Waiting>,
    /// The point at which the record goes on, by its key, and the day.
    pub last: (String, Date),
    /// The day on which an answer came back to whoever began it.
    pub answered_on: Option<Date>,
}

impl Part {
    /// A part of one point.
    pub fn of(first: Station) -> Part {
        let last = (first.key.clone(), first.on);
        Part { stations: vec![first], handed_on: Vec::new(), waiting: Vec::new(), last, answered_on: None }
    }
}

/// The days from one day to another.
pub fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}
