//! Reading a date that a person or a spreadsheet wrote. What is in doubt is refused with the
//! reason; nothing is guessed.

use jiff::civil::Date;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::{ERAS, Era, GREGORIAN, wareki};
use crate::numeral;

/// Longer texts are no dates; they are refused before any work is done on them.
const LONGEST: usize = 120;

/// Why a text is not taken as a date. Texts inside are shortened to what fits a message.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DateError {
    /// Nothing was written.
    #[error("no date given")]
    Empty,
    /// The text has no form of a date that is known here.
    #[error("not a date: {0}")]
    NotADate(String),
    /// A year of one or two digits without its era, such as 25.1.1 (昭和, 平成 or 2025?).
    #[error("the era or the full year is missing: {0}")]
    NoEra(String),
    /// There is no such day: 30 February, month 13, year 0.
    #[error("there is no such day: {0}")]
    Impossible(String),
    /// The era had ended, or had not begun, on that day.
    #[error("{written} lies outside its era; the day is {actual}")]
    OutsideEra {
        /// As written: 平成31年5月1日.
        written: String,
        /// The same day in its own era: 令和元年5月1日.
        actual: String,
    },
    /// 明治1–5: months and days of that time are lunisolar and cannot be converted by counting.
    #[error("dates before 明治6年 follow the old calendar; write the Western date: {0}")]
    OldCalendar(String),
}

impl DateError {
    /// The reason in Japanese, for a form or an import report.
    #[must_use]
    pub fn ja(&self) -> String {
        match self {
            Self::Empty => "日付が入力されていません".to_owned(),
            Self::NotADate(text) => {
                format!("「{text}」は日付として読めません（例：令和5年4月1日、2023-04-01）")
            }
            Self::NoEra(text) => {
                format!("「{text}」は年が分かりません。元号か西暦4桁を付けてください（例：R5.4.1、2023.4.1）")
            }
            Self::Impossible(text) => format!("「{text}」という日はありません"),
            Self::OutsideEra { written, actual } => {
                format!("「{written}」は元号の期間外です。{actual}ではありませんか")
            }
            Self::OldCalendar(text) => {
                format!("「{text}」は旧暦の日付です。明治5年までは西暦の日付で入力してください")
            }
        }
    }
}

/// Reads a date in the forms that people and spreadsheets use (#43, #48):
///
/// - 令和5年4月1日, 令和元年五月一日, 昭25.1.1, R5.4.1, R05/04/01, H31-4-30, Ｒ５．４．１
/// - 2023-04-01, 2023/4/1, 2023.4.1, 2023年4月1日, 西暦2023年4月1日
/// - 20230401; R050401; 5050401 (era digit 1–5 = 明治 … 令和, then two digits each)
///
/// # Errors
/// See [`DateError`]. A number of six digits, a year of two digits without an era and a
/// spreadsheet's serial number are refused, because each has more than one reading.
pub fn parse_date(text: &str) -> Result<Date, DateError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DateError::Empty);
    }
    let written = Written { text: text.chars().take(40).collect() };
    if text.len() > LONGEST {
        return Err(written.not_a_date());
    }
    let plain = normalise(text).ok_or_else(|| written.not_a_date())?;
    let (era, rest) = take_era(&plain);
    if rest.bytes().all(|b| b.is_ascii_digit()) {
        written.compact(era, rest)
    } else {
        let (year, month, day) = split(rest).ok_or_else(|| written.not_a_date())?;
        written.date(era, year, month, day)
    }
}

/// The text as the user wrote it, for messages.
struct Written {
    text: String,
}

impl Written {
    fn not_a_date(&self) -> DateError {
        DateError::NotADate(self.text.clone())
    }

    fn impossible(&self) -> DateError {
        DateError::Impossible(self.text.clone())
    }

    /// Digits without any separator.
    fn compact(&self, era: Option<&'static Era>, digits: &str) -> Result<Date, DateError> {
        let (era, digits) = match (era, digits.len()) {
            (None, 8) => (None, digits),
            (None, 7) => {
                let era = ERAS.iter().find(|era| digits.starts_with(era.digit));
                (Some(era.ok_or_else(|| self.not_a_date())?), &digits[1..])
            }
            (Some(era), 6) => (Some(era), digits),
            (None, 6) => return Err(DateError::NoEra(self.text.clone())),
            _ => return Err(self.not_a_date()),
        };
        let (rest, day) = digits.split_at(digits.len() - 2);
        let (year, month) = rest.split_at(rest.len() - 2);
        self.date(era, year, month, day)
    }

    fn date(&self, era: Option<&'static Era>, year: &str, month: &str, day: &str) -> Result<Date, DateError> {
        let number = |digits: &str| digits.parse::<i16>().map_err(|_| self.not_a_date());
        let small = |digits: &str| match digits.len() {
            1 | 2 => digits.parse::<i8>().map_err(|_| self.not_a_date()),
            _ => Err(self.not_a_date()),
        };
        let (month, day) = (small(month)?, small(day)?);
        let Some(era) = era else {
            return match year.len() {
                4 if !year.starts_with('0') => Date::new(number(year)?, month, day).map_err(|_| self.impossible()),
                1 | 2 => Err(DateError::NoEra(self.text.clone())),
                _ => Err(self.not_a_date()),
            };
        };
        let year = match year {
            "元" => 1,
            digits if digits.len() <= 2 => number(digits)?,
            _ => return Err(self.not_a_date()),
        };
        let western = era.western(year).filter(|_| year > 0);
        let western = western.ok_or_else(|| self.impossible())?;
        if western < GREGORIAN.year() {
            return Err(DateError::OldCalendar(self.text.clone()));
        }
        let date = Date::new(western, month, day).map_err(|_| self.impossible())?;
        if era.has(date) {
            Ok(date)
        } else {
            Err(DateError::OutsideEra { written: self.text.clone(), actual: wareki(date) })
        }
    }
}

/// One width, one case, one dash, Arabic digits, no spaces. `None` when a space stands between
/// two digits: joining them would invent a number.
fn normalise(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut space = false;
    for c in text.nfkc() {
        let c = match c.to_ascii_uppercase() {
            '\u{2010}'..='\u{2015}' | '−' | 'ー' => '-',
            c => c,
        };
        if c.is_whitespace() {
            space = true;
            continue;
        }
        let joins = |c: char| c.is_ascii_digit() || numeral::is_numeral(c);
        if space && joins(c) && plain.chars().next_back().is_some_and(joins) {
            return None;
        }
        space = false;
        plain.push(c);
    }
    Some(numeral::replace_runs(&plain))
}

/// The era in front, by its name (令和), its first character (令) or its letter (R).
pub(crate) fn take_era(text: &str) -> (Option<&'static Era>, &str) {
    if let Some(rest) = text.strip_prefix("西暦") {
        return (None, rest);
    }
    for era in &ERAS {
        let short: String = era.name.chars().take(1).collect();
        let rest =
            text.strip_prefix(era.name).or_else(|| text.strip_prefix(&short)).or_else(|| text.strip_prefix(era.letter));
        if let Some(rest) = rest {
            return (Some(era), rest);
        }
    }
    (None, text)
}

/// Year, month and day out of 5年4月1日, 5.4.1, 5/4/1 or 5-4-1.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let (year, month, day) = if let Some((year, rest)) = text.split_once('年') {
        let (month, rest) = rest.split_once('月')?;
        (year, month, rest.strip_suffix('日')?)
    } else {
        let separator = text.chars().find(|c| matches!(c, '.' | '/' | '-'))?;
        let (year, rest) = text.split_once(separator)?;
        let (month, day) = rest.split_once(separator)?;
        (year, month, day)
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    ((digits(year) || year == "元") && digits(month) && digits(day)).then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_usual_forms_are_read() {
        for (text, expected) in [
            ("令和5年4月1日", date(2023, 4, 1)),
            ("令和元年五月一日", date(2019, 5, 1)),
            ("令和五年十二月三十一日", date(2023, 12, 31)),
            ("二〇二三年四月一日", date(2023, 4, 1)),
            ("令和 5年 4月 1日", date(2023, 4, 1)),
            ("R5.4.1", date(2023, 4, 1)),
            ("R05/04/01", date(2023, 4, 1)),
            ("r5-4-1", date(2023, 4, 1)),
            ("R5年4月1日", date(2023, 4, 1)),
            ("令和5.4.1", date(2023, 4, 1)),
            ("R元.5.1", date(2019, 5, 1)),
            ("H31-4-30", date(2019, 4, 30)),
            ("S25.1.1", date(1950, 1, 1)),
            ("昭25.1.1", date(1950, 1, 1)),
            ("大正15年12月24日", date(1926, 12, 24)),
            ("M45.7.29", date(1912, 7, 29)),
            ("Ｒ５．４．１", date(2023, 4, 1)),
            ("　㋿5年4月1日 ", date(2023, 4, 1)),
            ("2023-04-01", date(2023, 4, 1)),
            ("２０２３－０４－０１", date(2023, 4, 1)),
            ("2023−4−1", date(2023, 4, 1)),
            ("2023/4/1", date(2023, 4, 1)),
            ("2023.4.1", date(2023, 4, 1)),
            ("2023年4月1日", date(2023, 4, 1)),
            ("西暦2023年4月1日", date(2023, 4, 1)),
            ("20230401", date(2023, 4, 1)),
            ("5050401", date(2023, 4, 1)),
            ("4310430", date(2019, 4, 30)),
            ("3250101", date(1950, 1, 1)),
            ("R050401", date(2023, 4, 1)),
            ("昭和64年1月7日", date(1989, 1, 7)),
            ("2024-02-29", date(2024, 2, 29)),
            ("1870-02-03", date(1870, 2, 3)),
        ] {
            assert_eq!(parse_date(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn nothing_written_is_empty() {
        for text in ["", "  ", "　\t\n"] {
            assert_eq!(parse_date(text), Err(DateError::Empty));
        }
    }

    #[test]
    fn what_has_no_form_of_a_date_is_refused() {
        for text in [
            "不明",
            "45017",
            "2023",
            "2023-04",
            "令和5年",
            "令和5年4月",
            "2023/4-1",
            "2023-4-1-1",
            "2023 04 01",
            "2023-4-1 0",
            "2023-04-01 00:00:00",
            "2023-004-01",
            "023-04-01",
            "0023-04-01",
            "9050401",
            "+2023-4-1",
            "-2023-4-1",
            "R",
            "R..",
            "元.4.1x",
            "R5..1",
            "R123.4.1",
            "令和5年4月1日頃",
            "十百年1月1日",
        ] {
            assert_eq!(parse_date(text), Err(DateError::NotADate(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_year_without_its_era_is_asked_for_and_not_guessed() {
        for text in ["25.1.1", "5/4/1", "5年4月1日", "050401"] {
            assert_eq!(parse_date(text), Err(DateError::NoEra(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_impossible() {
        for text in [
            "2023-02-29",
            "2023-02-30",
            "令和5年2月29日",
            "R5.13.1",
            "R5.4.31",
            "R5.0.1",
            "R0.4.1",
            "20231301",
            "5050431",
            "2023-04-00",
        ] {
            assert_eq!(parse_date(text), Err(DateError::Impossible(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_day_outside_its_era_is_told_by_its_own_era() {
        for (written, actual) in [
            ("昭和64年1月8日", "平成元年1月8日"),
            ("平成31年5月1日", "令和元年5月1日"),
            ("H35.4.1", "令和5年4月1日"),
            ("令和元年4月30日", "平成31年4月30日"),
            ("S1.12.24", "大正15年12月24日"),
            ("大正元年7月29日", "明治45年7月29日"),
            ("4310501", "令和元年5月1日"),
        ] {
            assert_eq!(
                parse_date(written),
                Err(DateError::OutsideEra { written: written.to_owned(), actual: actual.to_owned() })
            );
        }
    }

    #[test]
    fn the_day_on_which_an_era_began_is_read_by_both_names() {
        for (text, day) in [
            ("明治45年7月30日", date(1912, 7, 30)),
            ("大正元年7月30日", date(1912, 7, 30)),
            ("M45.7.30", date(1912, 7, 30)),
            ("大正15年12月25日", date(1926, 12, 25)),
            ("昭和元年12月25日", date(1926, 12, 25)),
        ] {
            assert_eq!(parse_date(text), Ok(day), "{text}");
        }
        for text in ["明治45年7月31日", "大正15年12月26日", "昭和64年1月8日", "平成31年5月1日"] {
            assert!(matches!(parse_date(text), Err(DateError::OutsideEra { .. })), "{text}");
        }
    }

    #[test]
    fn the_old_calendar_is_not_converted_by_counting() {
        assert_eq!(parse_date("明治6年1月1日"), Ok(date(1873, 1, 1)));
        assert_eq!(parse_date("明治5年12月2日"), Err(DateError::OldCalendar("明治5年12月2日".to_owned())));
    }

    #[test]
    fn a_long_text_is_refused_with_a_short_message() {
        let error = parse_date(&"令和".repeat(10_000)).unwrap_err();

        assert_eq!(error, DateError::NotADate("令和".repeat(20)));
        assert!(error.ja().chars().count() < 100);
    }

    #[test]
    fn the_japanese_reason_says_what_to_write() {
        let error = parse_date("平成31年5月1日").unwrap_err();

        assert_eq!(error.ja(), "「平成31年5月1日」は元号の期間外です。令和元年5月1日ではありませんか");
        assert!(parse_date("25.1.1").unwrap_err().ja().contains("元号か西暦4桁"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,30}") {
            let _: Result<Date, DateError> = parse_date(&text);
        }

        #[test]
        fn texts_near_dates_give_the_date_they_say(
            text in "[MTSHR令昭]{0,1}[0-9元]{1,4}[年./-][0-9一二十]{1,3}[月./-][0-9]{1,3}日?"
        ) {
            if let Ok(day) = parse_date(&text) {
                let numbers: Vec<String> = numeral::replace_runs(&text)
                    .split(|c: char| !c.is_ascii_digit())
                    .filter(|part| !part.is_empty())
                    .map(str::to_owned)
                    .collect();
                let last = numbers.last().and_then(|n| n.parse::<i8>().ok());
                prop_assert_eq!(last, Some(day.day()));
            }
        }
    }
}
