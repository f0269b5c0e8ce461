//! Ages as welfare work needs them: in full years, and in decades where a person must not be
//! identified.

use jiff::ToSpan;
use jiff::civil::Date;

/// Age in full years on the day `on`, the number that changes on the birthday; `None` before
/// birth.
///
/// Someone born on 29 February is a year older from 1 March in a common year: the year ends
/// with 28 February (民法143条2項). For a limit that the law ties to *reaching* an age, see
/// [`reaches`].
#[must_use]
pub fn age_on(birth: Date, on: Date) -> Option<u16> {
    if on < birth {
        return None;
    }
    let had_birthday = (on.month(), on.day()) >= (birth.month(), birth.day());
    let years = i32::from(on.year()) - i32::from(birth.year()) - i32::from(!had_birthday);
    u16::try_from(years).ok()
}

/// The day on which the law says the age is reached: the day *before* the birthday, at whose
/// end the year is full (年齢計算ニ関スル法律, 民法143条). Care insurance, for example, begins
/// on the day before the 65th birthday.
///
/// `None` when that day lies beyond the calendar (year 9999).
#[must_use]
pub fn reaches(birth: Date, age: u16) -> Option<Date> {
    let year = birth.year().checked_add(i16::try_from(age).ok()?)?;
    let birthday = Date::new(year, birth.month(), birth.day())
        // 29 February in a common year: the year ends with 28 February.
        .or_else(|_| Date::new(year, 3, 1))
        .ok()?;
    birthday.checked_sub(1.day()).ok()
}

/// The decade in which an age lies, the finest form in which tiers above a case see it:
/// 「10歳未満」, 「10代」 … 「90代」, 「100歳以上」.
#[must_use]
pub fn decade(age: u16) -> &'static str {
    match age / 10 {
        0 => "10歳未満",
        1 => "10代",
        2 => "20代",
        3 => "30代",
        4 => "40代",
        5 => "50代",
        6 => "60代",
        7 => "70代",
        8 => "80代",
        9 => "90代",
        _ => "100歳以上",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn age_changes_on_the_birthday() {
        let birth = date(1940, 5, 20);

        assert_eq!(age_on(birth, date(2023, 5, 19)), Some(82));
        assert_eq!(age_on(birth, date(2023, 5, 20)), Some(83));
        assert_eq!(age_on(birth, birth), Some(0));
        assert_eq!(age_on(birth, date(1940, 5, 19)), None);
    }

    #[test]
    fn a_leap_day_child_is_older_from_march_in_a_common_year() {
        let birth = date(1940, 2, 29);

        assert_eq!(age_on(birth, date(2023, 2, 28)), Some(82));
        assert_eq!(age_on(birth, date(2023, 3, 1)), Some(83));
        assert_eq!(age_on(birth, date(2024, 2, 28)), Some(83));
        assert_eq!(age_on(birth, date(2024, 2, 29)), Some(84));
    }

    #[test]
    fn the_law_counts_an_age_as_reached_the_day_before() {
        assert_eq!(reaches(date(1958, 4, 1), 65), Some(date(2023, 3, 31)));
        assert_eq!(reaches(date(1958, 1, 1), 65), Some(date(2022, 12, 31)));
        assert_eq!(reaches(date(1960, 2, 29), 65), Some(date(2025, 2, 28)));
        assert_eq!(reaches(date(1960, 2, 29), 64), Some(date(2024, 2, 28)));
        assert_eq!(reaches(date(9990, 1, 1), 65), None);
    }

    #[test]
    fn decades_have_open_ends() {
        assert_eq!(decade(9), "10歳未満");
        assert_eq!(decade(10), "10代");
        assert_eq!(decade(89), "80代");
        assert_eq!(decade(99), "90代");
        assert_eq!(decade(100), "100歳以上");
        assert_eq!(decade(u16::MAX), "100歳以上");
    }

    proptest! {
        #[test]
        fn age_is_the_number_of_birthdays_seen(birth in 0i64..40_000, lived in 0i64..44_000) {
            let birth = date(1900, 1, 1).checked_add(birth.days()).unwrap();
            let on = birth.checked_add(lived.days()).unwrap();
            // The legal day is the one before the birthday, so a birthday has passed when the
            // legal day is earlier than `on`.
            let birthdays = (1..).take_while(|&age| reaches(birth, age).unwrap() < on).count();
            prop_assert_eq!(age_on(birth, on).map(usize::from), Some(birthdays));
        }
    }
}
