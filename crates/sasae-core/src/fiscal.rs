//! 年度: the fiscal year, April to March (地方自治法208条), and its names.

use std::str::FromStr;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use crate::era::{ERAS, Era, take_era};
use crate::numeral;

/// A fiscal year, named by the Western year in which it begins: 2023 is 2023-04-01 to
/// 2024-03-31. In JSON it is that number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FiscalYear(pub i16);

/// Why a text is not taken as a fiscal year.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FiscalYearError {
    /// Nothing was written.
    #[error("no fiscal year given")]
    Empty,
    /// The text names no fiscal year, or its two names disagree.
    #[error("not a fiscal year: {0}")]
    NotAYear(String),
    /// No fiscal year of that era has that number.
    #[error("{written} lies outside its era; the fiscal year is {actual}")]
    OutsideEra {
        /// As written: 昭和64年度.
        written: String,
        /// The name that the year has: 平成元年度.
        actual: String,
    },
}

/// The years that can be typed: April to March has held since 1886 (明治19年度), and a year
/// beyond the century after next is a slip of the hand.
const TYPED: std::ops::RangeInclusive<i16> = 1886..=2199;

impl FiscalYear {
    /// The fiscal year in which a day lies.
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self(day.year() - i16::from(day.month() < 4))
    }

    /// Whether it is a year of which somebody may ask.
    #[must_use]
    pub fn is_plausible(self) -> bool {
        TYPED.contains(&self.0)
    }

    /// 1 April. Years beyond the calendar (−9999 to 9998) stop at its ends.
    #[must_use]
    pub fn first_day(self) -> Date {
        date(self.0.clamp(-9999, 9998), 4, 1)
    }

    /// 31 March of the following year.
    #[must_use]
    pub fn last_day(self) -> Date {
        date(self.0.clamp(-9999, 9998) + 1, 3, 31)
    }

    /// Whether the day lies in this fiscal year.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        Self::of(day) == self
    }

    /// The first days of its twelve months, April first.
    #[must_use]
    pub fn months(self) -> [Date; 12] {
        let year = self.0.clamp(-9999, 9998);
        [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3].map(|month| date(year + i16::from(month < 4), month, 1))
    }

    /// The fiscal year before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The fiscal year after.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// 「令和5年度」; with both names where the era changed between April and December of the
    /// year: 「平成31年度・令和元年度」 (#48).
    ///
    /// An era that began between January and March gives its first year's name to the *next*
    /// fiscal year (1988 is 昭和63年度 only, 平成元年度 is 1989).
    #[must_use]
    pub fn label(self) -> String {
        let names: Vec<String> = ERAS
            .iter()
            .filter(|era| self.can_be_named_by(era))
            .map(|era| format!("{}年度", era.spell_year(self.0)))
            .collect();
        if names.is_empty() { format!("{}年度", self.0) } else { names.join("・") }
    }

    /// Whether the era has a day from April to December of the year, the months in which the
    /// era's number for calendar year and fiscal year is the same.
    fn can_be_named_by(self, era: &Era) -> bool {
        let first = self.first_day();
        let december = date(first.year(), 12, 31);
        self.0 == first.year()
            && Era::of(december).is_some()
            && era.first <= december
            && era.last().is_none_or(|last| first <= last)
    }
}

impl FromStr for FiscalYear {
    type Err = FiscalYearError;

    /// Reads 令和5年度, 令和5年, R5, 平成31年度・令和元年度, 2023, 2023年度, FY2023, in any width.
    fn from_str(text: &str) -> Result<Self, FiscalYearError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FiscalYearError::Empty);
        }
        let written: String = text.chars().take(40).collect();
        let not_a_year = || FiscalYearError::NotAYear(written.clone());
        if text.len() > 120 {
            return Err(not_a_year());
        }
        let plain: String = text.nfkc().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let plain = numeral::replace_runs(&plain);
        let mut found = None;
        for name in plain.split(['・', '･']) {
            let year = read_name(name, &written)?;
            if found.is_some_and(|other| other != year) {
                return Err(not_a_year());
            }
            found = Some(year);
        }
        found.ok_or_else(not_a_year)
    }
}

fn read_name(name: &str, written: &str) -> Result<FiscalYear, FiscalYearError> {
    let not_a_year = || FiscalYearError::NotAYear(written.to_owned());
    let name = name.strip_suffix('度').unwrap_or(name);
    let name = name.strip_suffix('年').unwrap_or(name);
    let (era, number) = match name.strip_prefix("FY") {
        Some(number) => (None, number),
        None => take_era(name),
    };
    let digits = |len: std::ops::RangeInclusive<usize>| {
        (len.contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()))
            .then(|| number.parse::<i16>().ok())
            .flatten()
            .ok_or_else(not_a_year)
    };
    let year = match era {
        None => FiscalYear(digits(4..=4)?),
        Some(era) => {
            let n = if number == "元" { 1 } else { digits(1..=2)? };
            let western = era.western(n).filter(|_| n > 0).ok_or_else(not_a_year)?;
            let year = FiscalYear(western);
            if !year.can_be_named_by(era) {
                return Err(FiscalYearError::OutsideEra { written: written.to_owned(), actual: year.label() });
            }
            year
        }
    };
    if TYPED.contains(&year.0) { Ok(year) } else { Err(not_a_year()) }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_fiscal_year_runs_from_april_to_march() {
        let year = FiscalYear(2023);

        assert_eq!(year.first_day(), date(2023, 4, 1));
        assert_eq!(year.last_day(), date(2024, 3, 31));
        assert!(!year.contains(date(2023, 3, 31)));
        assert!(year.contains(date(2023, 4, 1)));
        assert!(year.contains(date(2024, 3, 31)));
        assert!(!year.contains(date(2024, 4, 1)));
        assert_eq!((year.previous(), year.next()), (FiscalYear(2022), FiscalYear(2024)));
    }

    #[test]
    fn its_months_begin_in_april_and_end_in_march() {
        let months = FiscalYear(2023).months();

        assert_eq!(months[0], date(2023, 4, 1));
        assert_eq!(months[8], date(2023, 12, 1));
        assert_eq!(months[9], date(2024, 1, 1));
        assert_eq!(months[11], date(2024, 3, 1));
    }

    #[test]
    fn a_year_with_two_eras_has_both_names() {
        for (year, label) in [
            (2023, "令和5年度"),
            (2020, "令和2年度"),
            (2019, "平成31年度・令和元年度"),
            (2018, "平成30年度"),
            (1989, "平成元年度"),
            (1988, "昭和63年度"),
            (1927, "昭和2年度"),
            (1926, "大正15年度・昭和元年度"),
            (1912, "明治45年度・大正元年度"),
            (1886, "明治19年度"),
            (1872, "1872年度"),
        ] {
            assert_eq!(FiscalYear(year).label(), label);
        }
    }

    #[test]
    fn the_usual_names_are_read() {
        for (text, year) in [
            ("令和5年度", 2023),
            ("令和五年度", 2023),
            ("R5", 2023),
            ("r05年度", 2023),
            ("Ｒ５", 2023),
            ("令和5年", 2023),
            ("2023", 2023),
            ("２０２３年度", 2023),
            ("FY2023", 2023),
            ("FY 2023", 2023),
            ("平成31年度", 2019),
            ("令和元年度", 2019),
            ("平成元年度", 1989),
            ("平成31年度・令和元年度", 2019),
        ] {
            assert_eq!(text.parse(), Ok(FiscalYear(year)), "{text}");
        }
    }

    #[test]
    fn a_year_of_another_era_is_told_by_its_own_name() {
        for (written, actual) in [("昭和64年度", "平成元年度"), ("平成32年度", "令和2年度"), ("H35", "令和5年度")]
        {
            assert_eq!(
                written.parse::<FiscalYear>(),
                Err(FiscalYearError::OutsideEra { written: written.to_owned(), actual: actual.to_owned() })
            );
        }
    }

    #[test]
    fn what_names_no_fiscal_year_is_refused() {
        assert_eq!(" ".parse::<FiscalYear>(), Err(FiscalYearError::Empty));
        for text in [
            "5",
            "23",
            "R0",
            "R100",
            "R",
            "年度",
            "FY23",
            "FY令和5",
            "20230",
            "1885",
            "9999",
            "令和5年度・令和6年度",
            "来年度",
        ] {
            assert_eq!(text.parse::<FiscalYear>(), Err(FiscalYearError::NotAYear(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn every_label_reads_back_as_its_year() {
        for year in 1886..=2117 {
            let year = FiscalYear(year);
            assert_eq!(year.label().parse(), Ok(year));
        }
    }

    #[test]
    fn years_beyond_the_calendar_do_not_panic() {
        for year in [i16::MIN, -9999, 9999, i16::MAX] {
            let year = FiscalYear(year);
            assert!(year.first_day() < year.last_day());
            assert_eq!(year.months().len(), 12);
            assert!(year.label().ends_with("年度"));
        }
    }

    proptest! {
        #[test]
        fn every_day_lies_in_exactly_its_fiscal_year(n in 0i64..90_000) {
            let day = date(1880, 1, 1).checked_add(n.days()).unwrap();
            let year = FiscalYear::of(day);
            prop_assert!(year.first_day() <= day && day <= year.last_day());
            prop_assert!(!year.previous().contains(day) && !year.next().contains(day));
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,20}") {
            let _: Result<FiscalYear, FiscalYearError> = text.parse();
        }
    }
}
