//! Dates as people read them, in both calendars.

use jiff::civil::Date;
use sasae_core::era::Era;
use sasae_core::wareki;

use sasae_core::lang::Lang;

/// The year in the era of that day: 令和7年, 令和元年; before 1873 the plain year.
pub fn era_year(day: Date) -> String {
    match Era::of(day) {
        Some(era) if era.first.year() == day.year() => format!("{}元年", era.name),
        Some(era) => format!("{}{}年", era.name, day.year() - era.first.year() + 1),
        None => format!("{}年", day.year()),
    }
}

/// A day in a narrow place, with its year where that has changed.
pub(super) fn short_date(lang: Lang, day: Date, with_year: bool) -> String {
    match (lang, with_year) {
        (Lang::Ja, true) => wareki(day),
        (Lang::Ja, false) => format!("{}月{}日", day.month(), day.day()),
        (Lang::En, true) => day.strftime("%-d %b %Y").to_string(),
        (Lang::En, false) => day.strftime("%-d %b").to_string(),
    }
}
