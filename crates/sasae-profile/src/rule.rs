//! Rules that carry numbers: cadences, required posts and deadlines. A
//! deadline is a dated row with its source, so that a past month is judged by
//! the rule of that month.

use jiff::Span;
use jiff::civil::Date;
use sasae_core::holiday;
use serde::{Deserialize, Deserializer, de};

use super::model::Counts;

/// How often a body meets (#9–13). Either times a year or every so many
/// months, each with its least and its most; `as_needed` may stand alone or
/// beside a regular cadence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cadence {
    /// Least number of meetings in a fiscal year.
    pub per_year_min: Option<u32>,
    /// Most.
    pub per_year_max: Option<u32>,
    /// Shortest distance in months.
    pub months_min: Option<u32>,
    /// Longest distance in months: after this the body is overdue.
    pub months_max: Option<u32>,
    /// Meets when needed.
    #[serde(default)]
    pub as_needed: bool,
}

/// How a number of required posts is found (#8).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Required {
    /// The kind of rule.
    pub per: Per,
    /// The tier whose areas are counted.
    pub tier: String,
    /// Posts per area (`per = "area"`); 1 when absent.
    pub count: Option<u32>,
    /// Fewest households per post (`per = "households"`).
    pub min_households: Option<u32>,
    /// Most households per post (`per = "households"`).
    pub max_households: Option<u32>,
    /// Posts by area code (`per = "code"`).
    #[serde(default)]
    pub counts: Counts,
    /// The source says 概ね / 程度: a gap is shown, but mildly.
    #[serde(default)]
    pub roughly: bool,
}

/// What a [`Required`] rule counts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// So many posts in each area of the tier.
    Area,
    /// One post for so many households of each area of the tier.
    Households,
    /// A fixed number for each area named by its code.
    Code,
}

/// How many posts one area must have, and at most should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posts {
    /// Fewer than this is a gap.
    pub at_least: u32,
    /// More than this is more than the rule asks for; `None` without a limit.
    pub at_most: Option<u32>,
    /// The source gives the number only roughly.
    pub roughly: bool,
}

impl Required {
    /// The posts that this rule asks of one area of its tier. `code` is the
    /// area's own code. `None` where the rule says nothing about the area.
    pub fn posts(&self, code: &str, households: u32) -> Option<Posts> {
        let exact = |count| Posts { at_least: count, at_most: Some(count), roughly: self.roughly };
        match self.per {
            Per::Area => Some(Posts { at_most: None, ..exact(self.count.unwrap_or(1)) }),
            Per::Code => self.counts.get(code).copied().map(exact),
            Per::Households => {
                let most = self.max_households.filter(|most| *most > 0)?;
                let at_least = households.div_ceil(most);
                let at_most =
                    self.min_households.filter(|fewest| *fewest > 0).map(|fewest| (households / fewest).max(at_least));
                Some(Posts { at_least, at_most, roughly: self.roughly })
            }
        }
    }
}

/// How days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// Every day.
    #[default]
    Calendar,
    /// Only days on which the office is open (#48).
    Open,
}

/// `[[deadline]]`: by when something must have happened. Several rows of a
/// code follow one another in time without overlapping.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Which deadline, such as `notice_acknowledge`.
    pub code: String,
    /// Japanese name.
    pub ja: String,
    /// English name.
    pub en: String,
    /// So many days after the event; 0 is the same day.
    pub days: Option<u32>,
    /// So many months after the event.
    pub months: Option<u32>,
    /// With `months`: the last day of that month (翌月末).
    #[serde(default)]
    pub end_of_month: bool,
    /// How `days` are counted.
    #[serde(default)]
    pub count: Count,
    /// A deadline that falls on a closed day moves to the next open one.
    #[serde(default)]
    pub moves: bool,
    /// The event that starts the clock (vocabulary `deadline_event`).
    pub from: String,
    /// Law, notice, or the municipality's own decision.
    pub source: String,
    /// First day of the rule.
    #[serde(deserialize_with = "date")]
    pub valid_from: Date,
    /// Last day of the rule; open when absent.
    #[serde(default, deserialize_with = "optional_date")]
    pub valid_to: Option<Date>,
}

super::model::named!(Deadline);

impl Deadline {
    /// More days than this are refused as a slip.
    pub const MOST_DAYS: u32 = 3_660;
    /// More months than this are refused as a slip.
    pub const MOST_MONTHS: u32 = 600;

    /// Whether the rule is in force on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    /// The last day on which the thing is still in time, when the event was on `from`.
    ///
    /// Days never count the day of the event (民法140条の初日不算入). A result
    /// beyond the calendar's end stays at its end.
    pub fn due(&self, from: Date) -> Date {
        let mut day = match (self.months, self.days) {
            (Some(months), _) => {
                let day = later(from, Span::new().try_months(months)).unwrap_or(Date::MAX);
                if self.end_of_month { day.last_of_month() } else { day }
            }
            (None, Some(days)) if self.count == Count::Calendar => {
                later(from, Span::new().try_days(days)).unwrap_or(Date::MAX)
            }
            (None, days) => {
                let days = days.unwrap_or(0).min(Deadline::MOST_DAYS);
                (0..days).fold(from, |day, _| day.tomorrow().map_or(Date::MAX, holiday::next_open))
            }
        };
        if (self.moves || self.count == Count::Open) && holiday::is_closed(day) {
            day = holiday::next_open(day);
        }
        day
    }
}

/// `None` beyond the end of the calendar.
fn later(day: Date, span: Result<Span, jiff::Error>) -> Option<Date> {
    day.checked_add(span.ok()?).ok()
}

/// Reads a TOML date such as `2018-10-01`.
pub(super) fn date<'de, D: Deserializer<'de>>(source: D) -> Result<Date, D::Error> {
    civil(toml::value::Datetime::deserialize(source)?)
}

/// Reads a TOML date where one is given.
pub(super) fn optional_date<'de, D: Deserializer<'de>>(source: D) -> Result<Option<Date>, D::Error> {
    toml::value::Datetime::deserialize(source).and_then(civil).map(Some)
}

fn civil<E: de::Error>(value: toml::value::Datetime) -> Result<Date, E> {
    let (Some(date), None, None) = (value.date, value.time, value.offset) else {
        return Err(E::custom("not a date such as 2018-10-01"));
    };
    let year = i16::try_from(date.year).map_err(E::custom)?;
    let small = |number: u8| i8::try_from(number).map_err(E::custom);
    Date::new(year, small(date.month)?, small(date.day)?).map_err(E::custom)
}
