//! Public holidays of Japan, computed from the law of each year, and the days on which public
//! offices are closed.
//!
//! Source: 国民の祝日に関する法律 (昭和23年法律第178号) with its amendments of 1966, 1973, 1985, 1989,
//! 1995, 1998 and 2001 (Happy Monday), 2005, 2014, 2017 and 2018, the single acts for imperial
//! ceremonies, and the Olympic acts for 2020 and 2021. The equinoxes are those of the usual
//! approximation; the Cabinet announces each in February of the year before, and a change of
//! law is not foreseen here.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// From the day on which the law came into force to the end of the equinox formula.
const KNOWN: std::ops::RangeInclusive<Date> = date(1948, 7, 20)..=date(2099, 12, 31);

/// Holidays made for one day only.
const SINGLE: [(Date, &str); 6] = [
    (date(1959, 4, 10), "皇太子明仁親王の結婚の儀"),
    (date(1989, 2, 24), "昭和天皇の大喪の礼"),
    (date(1990, 11, 12), "即位礼正殿の儀"),
    (date(1993, 6, 9), "皇太子徳仁親王の結婚の儀"),
    (date(2019, 5, 1), "天皇の即位の日"),
    (date(2019, 10, 22), "即位礼正殿の儀"),
];

/// The holiday of a day: its name in law, 「振替休日」 for a day in lieu, 「国民の休日」 for a day
/// between two holidays; `None` on other days and outside of 1948-07-20 to 2099-12-31.
#[must_use]
pub fn holiday(day: Date) -> Option<&'static str> {
    if !KNOWN.contains(&day) {
        return None;
    }
    named(day).or_else(|| in_lieu(day)).or_else(|| between(day))
}

/// Whether public offices are closed: Saturday, Sunday, holidays and 29 December to 3 January
/// (地方自治法4条の2; 行政機関の休日に関する法律).
#[must_use]
pub fn is_closed(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
        || matches!((day.month(), day.day()), (12, 29..=31) | (1, 1..=3))
        || holiday(day).is_some()
}

/// The first day from `day` on (itself included) on which offices are open: where a deadline
/// goes that may not fall on a closed day (#48; whether it moves is a setting of the rule).
#[must_use]
pub fn next_open(day: Date) -> Date {
    let mut day = day;
    while is_closed(day) {
        match day.tomorrow() {
            Ok(next) => day = next,
            // The end of the calendar: there is no later day to give.
            Err(_) => return day,
        }
    }
    day
}

/// The last day up to `day` (itself included) on which offices are open: for deadlines that
/// move forward in time.
#[must_use]
pub fn previous_open(day: Date) -> Date {
    let mut day = day;
    while is_closed(day) {
        match day.yesterday() {
            Ok(previous) => day = previous,
            Err(_) => return day,
        }
    }
    day
}

/// A day that the law itself names (国民の祝日), without days in lieu.
fn named(day: Date) -> Option<&'static str> {
    SINGLE
        .iter()
        .find(|(single, _)| *single == day)
        .map(|(_, name)| *name)
        .or_else(|| fixed(day))
        .or_else(|| moving(day))
}

fn fixed(day: Date) -> Option<&'static str> {
    Some(match (day.year(), day.month(), day.day()) {
        (1949.., 1, 1) => "元日",
        (1949..=1999, 1, 15) => "成人の日",
        (1967.., 2, 11) => "建国記念の日",
        (2020.., 2, 23) => "天皇誕生日",
        (1949..=1988, 4, 29) => "天皇誕生日",
        (1989..=2006, 4, 29) => "みどりの日",
        (2007.., 4, 29) => "昭和の日",
        (1949.., 5, 3) => "憲法記念日",
        (2007.., 5, 4) => "みどりの日",
        (1949.., 5, 5) => "こどもの日",
        (1996..=2002, 7, 20) => "海の日",
        (2016..=2019 | 2022.., 8, 11) => "山の日",
        (1966..=2002, 9, 15) => "敬老の日",
        (1966..=1999, 10, 10) => "体育の日",
        (1948.., 11, 3) => "文化の日",
        (1948.., 11, 23) => "勤労感謝の日",
        (1989..=2018, 12, 23) => "天皇誕生日",
        // The Olympic acts moved three holidays in each of two years.
        (2020, 7, 23) | (2021, 7, 22) => "海の日",
        (2020, 7, 24) | (2021, 7, 23) => "スポーツの日",
        (2020, 8, 10) | (2021, 8, 8) => "山の日",
        _ => return None,
    })
}

/// Holidays on the n-th Monday of a month, and the equinoxes.
fn moving(day: Date) -> Option<&'static str> {
    let monday = if day.weekday() == Weekday::Monday { (day.day() - 1) / 7 + 1 } else { 0 };
    Some(match (day.year(), day.month(), monday) {
        (2000.., 1, 2) => "成人の日",
        (2003..=2019 | 2022.., 7, 3) => "海の日",
        (2003.., 9, 3) => "敬老の日",
        (2000..=2019, 10, 2) => "体育の日",
        (2022.., 10, 2) => "スポーツの日",
        (1949.., 3, _) if day.day() == vernal_equinox(day.year()) => "春分の日",
        (1948.., 9, _) if day.day() == autumnal_equinox(day.year()) => "秋分の日",
        _ => return None,
    })
}

/// Day in March; the formula (of the Hydrographic Department's almanac) in millionths of a day.
fn vernal_equinox(year: i16) -> i8 {
    equinox(year, 20_835_700, 20_843_100)
}

/// Day in September.
fn autumnal_equinox(year: i16) -> i8 {
    equinox(year, 23_258_800, 23_248_800)
}

fn equinox(year: i16, before_1980: i32, from_1980: i32) -> i8 {
    let since = i32::from(year) - 1980;
    // The years before 1980 count leap days from 1983, rounded towards zero.
    let (start, leap_days) = if since < 0 { (before_1980, (since - 3) / 4) } else { (from_1980, since / 4) };
    ((start + 242_194 * since) / 1_000_000 - leap_days) as i8
}

/// 振替休日: since 1973-04-12 for a holiday on a Sunday; since 2007 on the next day that is no
/// holiday itself, before that only on the Monday.
fn in_lieu(day: Date) -> Option<&'static str> {
    if day < date(1973, 4, 12) || day.weekday() == Weekday::Sunday {
        return None;
    }
    let mut before = day.yesterday().ok()?;
    if day.year() >= 2007 {
        while before.weekday() != Weekday::Sunday && named(before).is_some() {
            before = before.yesterday().ok()?;
        }
    }
    (before.weekday() == Weekday::Sunday && named(before).is_some()).then_some("振替休日")
}

/// 国民の休日: since 1985-12-27 a day whose neighbours are both holidays. Until 2006 a Sunday did
/// not become one; in practice that excluded 4 May only.
fn between(day: Date) -> Option<&'static str> {
    if day < date(1985, 12, 27) || (day.year() < 2007 && day.weekday() == Weekday::Sunday) {
        return None;
    }
    let before = day.checked_sub(1.day()).ok()?;
    let after = day.checked_add(1.day()).ok()?;
    (named(before).is_some() && named(after).is_some()).then_some("国民の休日")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Holidays of a year as the Cabinet Office lists them: `M/D` and the name's first letters.
    fn check(year: i16, expected: &str) {
        let mut found = Vec::new();
        let mut day = date(year, 1, 1);
        while day.year() == year {
            if let Some(name) = holiday(day) {
                let short: String = name.chars().take(2).collect();
                found.push(format!("{}/{}{short}", day.month(), day.day()));
            }
            day = day.tomorrow().unwrap();
        }
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn the_golden_week_of_1988_has_the_first_day_between_holidays() {
        check(
            1987,
            "1/1元日 1/15成人 2/11建国 3/21春分 4/29天皇 5/3憲法 5/4振替 5/5こど 9/15敬老 \
             9/23秋分 10/10体育 11/3文化 11/23勤労",
        );
        check(
            1988,
            "1/1元日 1/15成人 2/11建国 3/20春分 3/21振替 4/29天皇 5/3憲法 5/4国民 5/5こど \
             9/15敬老 9/23秋分 10/10体育 11/3文化 11/23勤労",
        );
    }

    #[test]
    fn the_mourning_of_1989_and_the_enthronement_of_1990_are_holidays() {
        check(
            1989,
            "1/1元日 1/2振替 1/15成人 1/16振替 2/11建国 2/24昭和 3/21春分 4/29みど \
             5/3憲法 5/4国民 5/5こど 9/15敬老 9/23秋分 10/10体育 11/3文化 11/23勤労 \
             12/23天皇",
        );
        check(
            1990,
            "1/1元日 1/15成人 2/11建国 2/12振替 3/21春分 4/29みど 4/30振替 5/3憲法 \
             5/4国民 5/5こど 9/15敬老 9/23秋分 9/24振替 10/10体育 11/3文化 11/12即位 \
             11/23勤労 12/23天皇 12/24振替",
        );
    }

    #[test]
    fn happy_mondays_began_in_2000_and_2003() {
        check(
            2000,
            "1/1元日 1/10成人 2/11建国 3/20春分 4/29みど 5/3憲法 5/4国民 5/5こど 7/20海の \
             9/15敬老 9/23秋分 10/9体育 11/3文化 11/23勤労 12/23天皇",
        );
        check(
            2003,
            "1/1元日 1/13成人 2/11建国 3/21春分 4/29みど 5/3憲法 5/5こど 7/21海の \
             9/15敬老 9/23秋分 10/13体育 11/3文化 11/23勤労 11/24振替 12/23天皇",
        );
    }

    #[test]
    fn days_in_lieu_pass_over_other_holidays_since_2007() {
        check(
            2006,
            "1/1元日 1/2振替 1/9成人 2/11建国 3/21春分 4/29みど 5/3憲法 5/4国民 5/5こど \
             7/17海の 9/18敬老 9/23秋分 10/9体育 11/3文化 11/23勤労 12/23天皇",
        );
        check(
            2009,
            "1/1元日 1/12成人 2/11建国 3/20春分 4/29昭和 5/3憲法 5/4みど 5/5こど 5/6振替 \
             7/20海の 9/21敬老 9/22国民 9/23秋分 10/12体育 11/3文化 11/23勤労 12/23天皇",
        );
    }

    #[test]
    fn the_enthronement_made_ten_free_days_in_2019() {
        check(
            2019,
            "1/1元日 1/14成人 2/11建国 3/21春分 4/29昭和 4/30国民 5/1天皇 5/2国民 5/3憲法 \
             5/4みど 5/5こど 5/6振替 7/15海の 8/11山の 8/12振替 9/16敬老 9/23秋分 \
             10/14体育 10/22即位 11/3文化 11/4振替 11/23勤労",
        );
    }

    #[test]
    fn the_olympic_years_moved_three_holidays() {
        check(
            2020,
            "1/1元日 1/13成人 2/11建国 2/23天皇 2/24振替 3/20春分 4/29昭和 5/3憲法 \
             5/4みど 5/5こど 5/6振替 7/23海の 7/24スポ 8/10山の 9/21敬老 9/22秋分 \
             11/3文化 11/23勤労",
        );
        check(
            2021,
            "1/1元日 1/11成人 2/11建国 2/23天皇 3/20春分 4/29昭和 5/3憲法 5/4みど 5/5こど \
             7/22海の 7/23スポ 8/8山の 8/9振替 9/20敬老 9/23秋分 11/3文化 11/23勤労",
        );
    }

    #[test]
    fn the_years_of_today_agree_with_the_official_list() {
        check(
            2022,
            "1/1元日 1/10成人 2/11建国 2/23天皇 3/21春分 4/29昭和 5/3憲法 5/4みど 5/5こど \
             7/18海の 8/11山の 9/19敬老 9/23秋分 10/10スポ 11/3文化 11/23勤労",
        );
        check(
            2023,
            "1/1元日 1/2振替 1/9成人 2/11建国 2/23天皇 3/21春分 4/29昭和 5/3憲法 5/4みど \
             5/5こど 7/17海の 8/11山の 9/18敬老 9/23秋分 10/9スポ 11/3文化 11/23勤労",
        );
        check(
            2024,
            "1/1元日 1/8成人 2/11建国 2/12振替 2/23天皇 3/20春分 4/29昭和 5/3憲法 5/4みど \
             5/5こど 5/6振替 7/15海の 8/11山の 8/12振替 9/16敬老 9/22秋分 9/23振替 \
             10/14スポ 11/3文化 11/4振替 11/23勤労",
        );
        check(
            2026,
            "1/1元日 1/12成人 2/11建国 2/23天皇 3/20春分 4/29昭和 5/3憲法 5/4みど 5/5こど \
             5/6振替 7/20海の 8/11山の 9/21敬老 9/22国民 9/23秋分 10/12スポ 11/3文化 \
             11/23勤労",
        );
    }

    #[test]
    fn equinoxes_fall_on_the_days_that_were_announced() {
        for (year, march, september) in [
            (1949, 21, 23),
            (1956, 21, 23),
            (1960, 20, 23),
            (1979, 21, 24),
            (1980, 20, 23),
            (1992, 20, 23),
            (2011, 21, 23),
            (2012, 20, 22),
            (2016, 20, 22),
            (2023, 21, 23),
            (2024, 20, 22),
            (2025, 20, 23),
            (2026, 20, 23),
            (2027, 21, 23),
        ] {
            assert_eq!(vernal_equinox(year), march, "March {year}");
            assert_eq!(autumnal_equinox(year), september, "September {year}");
        }
    }

    #[test]
    fn there_is_no_holiday_before_the_law_nor_beyond_the_formula() {
        assert_eq!(holiday(date(1948, 5, 3)), None);
        assert_eq!(holiday(date(1948, 11, 3)), Some("文化の日"));
        assert_eq!(holiday(date(2100, 1, 1)), None);
    }

    #[test]
    fn offices_close_over_the_new_year() {
        for day in [29, 30, 31] {
            assert!(is_closed(date(2023, 12, day)));
        }
        assert!(is_closed(date(2024, 1, 3)));
        assert!(!is_closed(date(2024, 1, 4)));
        assert!(!is_closed(date(2023, 12, 28)));
    }

    #[test]
    fn a_deadline_moves_to_the_next_open_day() {
        assert_eq!(next_open(date(2023, 4, 28)), date(2023, 4, 28));
        assert_eq!(next_open(date(2023, 4, 29)), date(2023, 5, 1));
        assert_eq!(next_open(date(2023, 5, 3)), date(2023, 5, 8));
        assert_eq!(next_open(date(2023, 12, 29)), date(2024, 1, 4));
        assert_eq!(next_open(date(2019, 4, 27)), date(2019, 5, 7));
        assert_eq!(previous_open(date(2024, 1, 3)), date(2023, 12, 28));
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        assert_eq!(next_open(Date::MAX), Date::MAX);
        assert!(previous_open(Date::MIN) <= Date::MIN);
        assert_eq!(holiday(Date::MIN), None);
    }

    proptest! {
        #[test]
        fn between_a_day_and_its_open_day_all_is_closed(n in 0i64..55_000) {
            let day = date(1949, 1, 1).checked_add(n.days()).unwrap();
            let open = next_open(day);
            prop_assert!(!is_closed(open));
            prop_assert!(day.series(1.day()).take_while(|d| *d < open).all(is_closed));
            // The longest closure so far is that of May 2019: ten days.
            prop_assert!((open - day).get_days() <= 10);
        }
    }

    #[test]
    fn a_sunday_holiday_always_gives_a_free_weekday() {
        let sundays = date(1973, 4, 15).series(7.days()).take_while(|day| day.year() < 2100);

        for day in sundays.filter(|day| named(*day).is_some()) {
            let lieu = day.series(1.day()).skip(1).take(5).find(|day| holiday(*day) == Some("振替休日"));
            assert!(lieu.is_some(), "{day}");
        }
    }
}
