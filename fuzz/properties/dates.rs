//! What holds of every text that somebody writes for a date, a time or a municipality's code.

use jiff::civil::Date;
use sasae_core::municipality::MunicipalityCode;
use sasae_core::{FiscalYear, parse_date, wareki, wareki_short};
use sasae_sheet::{Serial, day, time, weekdays};

/// Panics where something does not hold.
pub fn hold(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    written(&text);
    cells(&text);
    if let Ok([a, b, c, d]) = <[u8; 4]>::try_from(bytes.get(..4).unwrap_or_default()) {
        let year = i16::from_be_bytes([a, b]).rem_euclid(9999) + 1;
        if let Ok(date) = Date::new(year, (c % 12 + 1) as i8, (d % 28 + 1) as i8) {
            printed(date);
        }
    }
}

fn written(text: &str) {
    match parse_date(text) {
        Ok(date) => {
            printed(date);
            assert_eq!(parse_date(&format!("\u{3000}{text} ")), Ok(date), "spaces around change nothing");
        }
        Err(error) => {
            for reason in [error.ja(), error.to_string()] {
                assert!(!reason.is_empty() && reason.chars().count() < 300, "{reason}");
            }
        }
    }
}

/// A date that is printed is read again as the same. No era has lasted a hundred years, and a year
/// of one is written with at most two digits.
fn printed(date: Date) {
    if date.year() >= 1000 {
        assert_eq!(parse_date(&date.to_string()), Ok(date), "{date}");
    }
    if (1000..2118).contains(&date.year()) {
        for text in [wareki(date), wareki_short(date)] {
            assert_eq!(parse_date(&text), Ok(date), "{text}");
        }
    }
    // The fiscal year in which the calendar ends has no last day.
    if date.year() < 9999 {
        let year = FiscalYear::of(date);
        assert!(year.contains(date) && year.first_day() <= date && date <= year.last_day(), "{date}");
    }
}

/// The same in a cell of a table, where more is allowed.
fn cells(text: &str) {
    for serial in [Serial::Allowed, Serial::Refused] {
        if let Err(reason) = day(text, serial) {
            assert!(!reason.ja.is_empty() && !reason.en.is_empty());
        }
    }
    match time(text) {
        Ok(at) => assert_eq!(time(&at.to_string()).map(|again| again.minutes()), Ok(at.minutes()), "{at}"),
        Err(reason) => assert!(!reason.ja.is_empty() && !reason.en.is_empty()),
    }
    if let Err(reason) = weekdays(text) {
        assert!(!reason.ja.is_empty() && !reason.en.is_empty());
    }
    match MunicipalityCode::lenient(text) {
        Ok(code) => {
            assert_eq!(MunicipalityCode::from_six(code.as_str()), Ok(code));
            assert_eq!(MunicipalityCode::from_five(code.five()), Ok(code));
        }
        Err(error) => assert!(!error.ja().is_empty()),
    }
}
