//! 和暦: Japanese eras, dates written in them, and dates read from what people type.
//!
//! Sources: 元号法 (昭和54年法律第43号) and the cabinet orders that began 平成 and 令和; 明治 began
//! retroactively with its New Year, 1868-01-25. The Gregorian calendar holds from 1873-01-01
//! (明治5年太政官布告第337号): before it, months and days of 明治 are lunisolar, so such dates are
//! written and read by their Western year only.

mod parse;

use jiff::civil::{Date, date};

pub(crate) use parse::take_era;
pub use parse::{DateError, parse_date};

/// One era: its names and its first day.
#[derive(Debug, PartialEq, Eq)]
pub struct Era {
    /// 令和
    pub name: &'static str,
    /// R, as forms write it.
    pub letter: char,
    /// The digit of 7-digit dates (元号コード): 5 = 令和.
    pub digit: char,
    /// The first day of year 1.
    pub first: Date,
}

/// All eras of the Gregorian calendar in Japan, oldest first.
pub static ERAS: [Era; 5] = [
    Era { name: "明治", letter: 'M', digit: '1', first: date(1868, 1, 25) },
    Era { name: "大正", letter: 'T', digit: '2', first: date(1912, 7, 30) },
    Era { name: "昭和", letter: 'S', digit: '3', first: date(1926, 12, 25) },
    Era { name: "平成", letter: 'H', digit: '4', first: date(1989, 1, 8) },
    Era { name: "令和", letter: 'R', digit: '5', first: date(2019, 5, 1) },
];

/// The first day of the Gregorian calendar in Japan.
pub(crate) const GREGORIAN: Date = date(1873, 1, 1);

impl Era {
    /// The era of a day; `None` before 1873, when the calendar was another one.
    #[must_use]
    pub fn of(date: Date) -> Option<&'static Self> {
        if date < GREGORIAN {
            return None;
        }
        ERAS.iter().rev().find(|era| era.first <= date)
    }

    /// The last day of the era, or `None` for the present one.
    #[must_use]
    pub fn last(&self) -> Option<Date> {
        let next = ERAS.iter().find(|era| era.first > self.first)?;
        next.first.yesterday().ok()
    }

    /// Whether a day can be called by the era. 大正 and 昭和 began with the day of their cabinet orders,
    /// on which the era before them still stood in the morning: 明治45年7月30日 is 大正元年7月30日.
    /// 平成 and 令和 began with the day after.
    #[must_use]
    pub fn has(&self, date: Date) -> bool {
        let of = Self::of(date);
        let shared = |next: &Era| matches!(next.letter, 'T' | 'S') && next.first == date;
        of == Some(self)
            || of.is_some_and(|next| shared(next) && self.last().is_some_and(|last| last.tomorrow().ok() == Some(date)))
    }

    /// The Western year of the era's year `n` (1 = 元年); `None` beyond the calendar.
    #[must_use]
    pub fn western(&self, n: i16) -> Option<i16> {
        self.first.year().checked_add(n)?.checked_sub(1)
    }

    /// The number of the era's year in which a Western year lies.
    pub(crate) fn year_of(&self, western: i16) -> i16 {
        western.saturating_sub(self.first.year()).saturating_add(1)
    }

    /// 「令和5」, 「令和元」
    pub(crate) fn spell_year(&self, western: i16) -> String {
        match self.year_of(western) {
            1 => format!("{}元", self.name),
            n => format!("{}{n}", self.name),
        }
    }
}

/// 「令和5年」, 「令和元年」, or 「1872年」 before 1873: the year in which the day lies.
fn year(date: Date) -> String {
    match Era::of(date) {
        Some(era) => format!("{}年", era.spell_year(date.year())),
        None => format!("{}年", date.year()),
    }
}

/// The date in full: 「令和5年4月1日」; 「令和元年5月1日」 in the first year of an era. A date before
/// 1873 has its Western year.
#[must_use]
pub fn wareki(date: Date) -> String {
    format!("{}{}月{}日", year(date), date.month(), date.day())
}

/// The month: 「令和5年4月」. In the month in which an era changes, the era is that of `date`.
#[must_use]
pub fn wareki_month(date: Date) -> String {
    format!("{}{}月", year(date), date.month())
}

/// The date as tables write it: `R5.4.1`; year 1 is `R1`. A date before 1873 has its Western
/// year: `1870.4.1`.
#[must_use]
pub fn wareki_short(date: Date) -> String {
    let (month, day) = (date.month(), date.day());
    match Era::of(date) {
        Some(era) => format!("{}{}.{month}.{day}", era.letter, era.year_of(date.year())),
        None => format!("{}.{month}.{day}", date.year()),
    }
}

#[cfg(test)]
mod tests {
    use icu_calendar::cal::Japanese;
    use jiff::ToSpan;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_written_in_the_era_of_their_day() {
        for (day, long, short) in [
            (date(2023, 4, 1), "令和5年4月1日", "R5.4.1"),
            (date(2019, 5, 1), "令和元年5月1日", "R1.5.1"),
            (date(2019, 4, 30), "平成31年4月30日", "H31.4.30"),
            (date(1989, 1, 8), "平成元年1月8日", "H1.1.8"),
            (date(1989, 1, 7), "昭和64年1月7日", "S64.1.7"),
            (date(1926, 12, 25), "昭和元年12月25日", "S1.12.25"),
            (date(1926, 12, 24), "大正15年12月24日", "T15.12.24"),
            (date(1912, 7, 30), "大正元年7月30日", "T1.7.30"),
            (date(1912, 7, 29), "明治45年7月29日", "M45.7.29"),
            (date(1873, 1, 1), "明治6年1月1日", "M6.1.1"),
            (date(1872, 12, 31), "1872年12月31日", "1872.12.31"),
        ] {
            assert_eq!(wareki(day), long);
            assert_eq!(wareki_short(day), short);
        }
    }

    #[test]
    fn a_month_carries_the_era_of_its_day() {
        assert_eq!(wareki_month(date(2023, 4, 1)), "令和5年4月");
        assert_eq!(wareki_month(date(1989, 1, 1)), "昭和64年1月");
        assert_eq!(wareki_month(date(1989, 1, 31)), "平成元年1月");
    }

    #[test]
    fn an_era_ends_on_the_day_before_the_next() {
        assert_eq!(ERAS[3].last(), Some(date(2019, 4, 30)));
        assert_eq!(ERAS[2].last(), Some(date(1989, 1, 7)));
        assert_eq!(ERAS[4].last(), None);
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        assert_eq!(wareki(Date::MAX), "令和7981年12月31日");
        assert_eq!(wareki_short(Date::MIN), "-9999.1.1");
        assert_eq!(ERAS[4].western(i16::MAX), None);
    }

    /// Days of 1850 to 2115: as long as 令和 has two digits.
    fn day() -> impl Strategy<Value = Date> {
        (0i64..97_000).prop_map(|n| date(1850, 1, 1).checked_add(n.days()).unwrap())
    }

    fn as_icu(day: Date) -> (String, i32) {
        let icu =
            icu_calendar::Date::try_new_iso(day.year().into(), day.month().cast_unsigned(), day.day().cast_unsigned())
                .unwrap()
                .to_calendar(Japanese::new())
                .year()
                .era()
                .unwrap();
        (icu.era.to_string(), icu.year)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn eras_agree_with_the_unicode_calendar(day in day()) {
            let (name, year) = as_icu(day);
            match Era::of(day) {
                Some(era) => {
                    let expected = match name.as_str() {
                        "meiji" => "明治",
                        "taisho" => "大正",
                        "showa" => "昭和",
                        "heisei" => "平成",
                        "reiwa" => "令和",
                        other => other,
                    };
                    prop_assert_eq!(era.name, expected);
                    prop_assert_eq!(i32::from(era.year_of(day.year())), year);
                }
                None => prop_assert_eq!(name, "ce"),
            }
        }

        #[test]
        fn a_written_date_reads_back_as_itself(day in day()) {
            prop_assert_eq!(parse_date(&wareki(day)), Ok(day));
            prop_assert_eq!(parse_date(&wareki_short(day)), Ok(day));
            prop_assert_eq!(parse_date(&day.to_string()), Ok(day));
        }
    }

    #[test]
    fn each_era_changes_on_the_day_the_unicode_calendar_says() {
        for era in &ERAS[1..] {
            let before = era.first.yesterday().unwrap();
            assert_eq!(as_icu(era.first).1, 1);
            assert_eq!(Some(as_icu(before).1), Era::of(before).map(|e| i32::from(e.year_of(before.year()))));
        }
    }
}
