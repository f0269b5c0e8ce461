//! Dates, times of day and days of the week.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use sasae_core::era::parse_date;

use crate::table::Row;
use crate::value::{CellError, Reason, fold_value};

/// Whether a bare number may be the serial day number of a spreadsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serial {
    /// A bare number is refused.
    Refused,
    /// A bare number between 10000 (1927-05-18) and 60000 (2064-04-08) is a day
    /// counted from 1899-12-30, as Excel counts since March 1900.
    Allowed,
}

/// Reads a date in any form that `sasae-core` knows (和暦 and 西暦). A weekday in
/// brackets behind it must fit; a time behind it must be midnight.
///
/// # Errors
/// No date, two readings, a weekday that does not fit, or a time of day.
pub fn day(cell: &str, serial: Serial) -> Result<Date, Reason> {
    let folded = fold_value(cell);
    let (folded, weekday) = match split_weekday(&folded) {
        Some((rest, weekday)) => (rest.to_owned(), Some(weekday)),
        None => (folded, None),
    };
    if (folded.len() == 5 || folded.contains('.'))
        && let Ok(number) = folded.trim_end_matches(".0").parse::<i32>()
        && (10_000..=60_000).contains(&number)
    {
        return match serial {
            Serial::Allowed => Ok(date(1899, 12, 30).saturating_add(number.days())),
            Serial::Refused => Err(Reason::new(
                "日付が表計算ソフトの連番になっています。日付の形で保存し直してください",
                "this is the serial number of a spreadsheet; save it in the form of a date",
            )),
        };
    }
    // The time is split off before spaces disappear: "2024/4/1 0:00".
    let written = cell.trim();
    let parsed = match written.rsplit_once([' ', '\u{3000}', 'T']) {
        Some((front, back)) if weekday.is_none() && time(back).is_ok() => {
            if time(back).is_ok_and(|t| t.minutes() != 0) {
                return Err(Reason::new(
                    "日付に時刻が付いています。日付だけを入力してください",
                    "there is a time behind the date; write the date only",
                ));
            }
            parse_date(front)
        }
        // With a weekday the brackets have to go, so the folded form is read.
        _ if weekday.is_some() => parse_date(&folded),
        _ => parse_date(written),
    };
    let parsed = parsed.map_err(|e| Reason::new(e.ja(), e.to_string()))?;
    match weekday {
        Some(written) if written != parsed.weekday() => Err(Reason::new(
            format!("曜日が日付と合いません（{parsed} は{}曜日）", DAYS[index(parsed.weekday())]),
            format!("the weekday does not fit the date ({parsed} is a {:?})", parsed.weekday()),
        )),
        _ => Ok(parsed),
    }
}

const DAYS: [char; 7] = ['月', '火', '水', '木', '金', '土', '日'];

fn index(weekday: Weekday) -> usize {
    usize::try_from(weekday.to_monday_zero_offset()).unwrap_or(0)
}

/// `2024年4月1日(月)` → the date and the weekday.
fn split_weekday(folded: &str) -> Option<(&str, Weekday)> {
    let (front, inside) = folded.strip_suffix(')')?.rsplit_once('(')?;
    let letter = inside.trim_end_matches("曜日").trim_end_matches('曜');
    let mut letters = letter.chars();
    let at = DAYS
        .iter()
        .position(|d| letters.next() == Some(*d))
        .or_else(|| DAYS.iter().position(|d| letter.starts_with(*d)))?;
    if letter.chars().count() != 1 {
        return None;
    }
    let weekday = Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()?;
    Some((front, weekday))
}

/// A time of day up to 24:00, which closing times use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayTime(u16);

impl DayTime {
    /// Minutes since midnight, 0 to 1440.
    #[must_use]
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl std::fmt::Display for DayTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Reads a time of day: `9:00`, `９時３０分`, `9時半`, `午後5時`, `0900`, `17:00:00`,
/// and the fraction of a day that a spreadsheet stores (0.375).
///
/// # Errors
/// No time, beyond 24:00, or a bare hour, which could be anything.
pub fn time(cell: &str) -> Result<DayTime, Reason> {
    let folded = fold_value(cell);
    let no_time = || Reason::new("時刻は 9:00 のように入力してください", "write the time such as 9:00");
    let (half, rest) = if let Some(rest) = folded.strip_prefix("午前").or(folded.strip_prefix("am")) {
        (Some(0), rest)
    } else if let Some(rest) = folded.strip_prefix("午後").or(folded.strip_prefix("pm")) {
        (Some(12), rest)
    } else if let Some(rest) = folded.strip_suffix("am") {
        (Some(0), rest)
    } else if let Some(rest) = folded.strip_suffix("pm") {
        (Some(12), rest)
    } else {
        (None, folded.as_str())
    };
    let number = |text: &str| -> Result<u16, Reason> {
        if text.is_empty() || text.len() > 2 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(no_time());
        }
        text.parse().map_err(|_| no_time())
    };
    let (hour, minute) = if let Some((hour, minute)) = rest.split_once('時') {
        let minute = match minute {
            "" | "00" | "ちょうど" => 0,
            "半" => 30,
            other => number(other.strip_suffix('分').unwrap_or(other))?,
        };
        (number(hour)?, minute)
    } else if let Some((hour, minute)) = rest.split_once(':') {
        let minute = match minute.split_once(':') {
            Some((minute, "00")) => minute,
            Some(_) => return Err(no_time()),
            None => minute,
        };
        if minute.len() != 2 {
            return Err(no_time());
        }
        (number(hour)?, number(minute)?)
    } else if matches!(rest.len(), 3 | 4) && rest.bytes().all(|b| b.is_ascii_digit()) {
        let (hour, minute) = rest.split_at(rest.len() - 2);
        (number(hour)?, number(minute)?)
    } else if rest.starts_with("0.")
        && let Ok(fraction) = rest.parse::<f64>()
    {
        let minutes = fraction * 1440.0;
        if (minutes - minutes.round()).abs() > 0.01 {
            return Err(no_time());
        }
        // At most 1440, so the conversion is exact.
        let minutes = minutes.round() as u16;
        (minutes / 60, minutes % 60)
    } else {
        return Err(no_time());
    };
    let hour = match half {
        Some(_) if hour > 12 => return Err(no_time()),
        Some(0) if hour == 12 => 0,
        Some(12) if hour == 12 => 12,
        Some(add) => hour + add,
        None => hour,
    };
    if minute > 59 || hour > 24 || (hour == 24 && minute > 0) {
        return Err(Reason::new("その時刻はありません", "there is no such time"));
    }
    Ok(DayTime(hour * 60 + minute))
}

/// Days of the week on which something is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weekdays {
    /// Monday to Sunday.
    pub days: [bool; 7],
    /// Public holidays: named as open, as closed, or not named.
    pub holidays: Option<bool>,
}

impl Weekdays {
    /// Whether the weekday is among them.
    #[must_use]
    pub fn contains(&self, weekday: Weekday) -> bool {
        self.days[index(weekday)]
    }
}

impl std::fmt::Display for Weekdays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (day, open) in DAYS.iter().zip(self.days) {
            if open {
                write!(f, "{day}")?;
            }
        }
        if self.holidays == Some(true) {
            f.write_str("祝")?;
        }
        Ok(())
    }
}

/// Reads `月火水木金`, `月・水・金`, `月～金`, `月曜日から金曜日`, `平日`, `毎日`,
/// `土日祝`, with `（祝日を除く）` behind it.
///
/// # Errors
/// 第2・第4土曜日, 不定期 and everything else that is not a plain set of days.
pub fn weekdays(cell: &str) -> Result<Weekdays, Reason> {
    let refused = || {
        Reason::new(
            "曜日は「月火水木金」のように入力してください（第2土曜日などは備考へ）",
            "write the days such as 月火水木金; put rules such as the second Saturday into the note",
        )
    };
    let folded = fold_value(cell);
    let mut found = Weekdays::default();
    let (main, remark) = match folded.split_once('(') {
        Some((main, remark)) => (main, remark.strip_suffix(')').ok_or_else(refused)?),
        None => match folded.find("祝日を除く").or(folded.find("祝日除く")) {
            Some(at) if at > 0 => folded.split_at(at),
            _ => (folded.as_str(), ""),
        },
    };
    if !remark.is_empty() {
        let rest = remark
            .replace("年末年始", "")
            .replace("を除く", "")
            .replace("除く", "")
            .replace("は休み", "")
            .replace("休館", "")
            .replace("及び", "")
            .replace(['、', ',', '・', '日'], "");
        if !remark.contains(['除', '休']) || !matches!(rest.as_str(), "祝" | "" | "祝休") {
            return Err(refused());
        }
        if remark.contains('祝') {
            found.holidays = Some(false);
        }
    }
    match main {
        "平日" => {
            found.days[..5].fill(true);
            return Ok(found);
        }
        "毎日" | "全日" | "年中無休" | "無休" | "全曜日" => {
            found.days = [true; 7];
            return Ok(found);
        }
        _ => {}
    }
    let plain = main
        .replace("曜日", "")
        .replace('曜', "")
        .replace("から", "~")
        .replace("まで", "")
        .replace("祝日", "祝")
        .replace("休日", "祝")
        .replace("平日", "月~金");
    let mut previous: Option<usize> = None;
    let mut range_from: Option<usize> = None;
    for c in plain.chars() {
        match c {
            '、' | ',' | '・' | '/' | ';' | '|' | '.' | 'と' => {}
            '~' | '-' => range_from = Some(previous.take().ok_or_else(refused)?),
            '祝' => {
                found.holidays = Some(true);
                previous = None;
            }
            _ => {
                let at = DAYS.iter().position(|d| *d == c).ok_or_else(refused)?;
                if let Some(from) = range_from.take() {
                    if from > at {
                        return Err(refused());
                    }
                    found.days[from..=at].fill(true);
                }
                found.days[at] = true;
                previous = Some(at);
            }
        }
    }
    let nothing = found.days == [false; 7] && found.holidays != Some(true);
    if range_from.is_some() || nothing {
        return Err(refused());
    }
    Ok(found)
}

impl Row<'_> {
    /// See [`day`].
    ///
    /// # Errors
    /// See [`day`].
    pub fn date(&self, key: &str, serial: Serial) -> Result<Option<Date>, CellError> {
        self.parse(key, |cell| day(cell, serial))
    }

    /// See [`time`].
    ///
    /// # Errors
    /// See [`time`].
    pub fn time(&self, key: &str) -> Result<Option<DayTime>, CellError> {
        self.parse(key, time)
    }

    /// See [`weekdays`].
    ///
    /// # Errors
    /// See [`weekdays`].
    pub fn weekdays(&self, key: &str) -> Result<Option<Weekdays>, CellError> {
        self.parse(key, weekdays)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_many_forms() {
        for cell in [
            "2024-04-01",
            "2024/4/1",
            "令和6年4月1日",
            "R6.4.1",
            "２０２４年４月１日",
            "2024年4月1日（月）",
            "令和6年4月1日(月曜日)",
            "2024/4/1 0:00",
            "2024-04-01 00:00:00",
            "20240401",
            "2024-04-01T00:00:00",
        ] {
            assert_eq!(day(cell, Serial::Refused), Ok(date(2024, 4, 1)), "{cell}");
        }
        assert_eq!(day("45383", Serial::Allowed), Ok(date(2024, 4, 1)));
        for cell in ["45383", "2024/4/1 10:30", "2024年4月1日（火）", "不明", "6.4.1", "2024-02-30"] {
            assert!(day(cell, Serial::Refused).is_err(), "{cell}");
        }
        assert!(day("9999", Serial::Allowed).is_err());
        assert!(day("60001", Serial::Allowed).is_err());
    }

    #[test]
    fn times_in_many_forms() {
        for (cell, expected) in [
            ("9:00", "09:00"),
            ("９時３０分", "09:30"),
            ("0900", "09:00"),
            ("900", "09:00"),
            ("9時", "09:00"),
            ("9時半", "09:30"),
            ("午後5時15分", "17:15"),
            ("午前12時", "00:00"),
            ("午後12時", "12:00"),
            ("PM 5:15", "17:15"),
            ("17:00:00", "17:00"),
            ("24:00", "24:00"),
            ("0.375", "09:00"),
            ("9：00", "09:00"),
            ("00:00", "00:00"),
        ] {
            assert_eq!(time(cell).map(|t| t.to_string()), Ok(expected.to_owned()), "{cell}");
        }
        for cell in ["9", "25:00", "24:01", "9:60", "9:0", "午後13時", "9-17", "朝", "12345", "1.5"] {
            assert!(time(cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn weekdays_in_many_forms() {
        for (cell, expected, holidays) in [
            ("月火水木金", "月火水木金", None),
            ("月・水・金", "月水金", None),
            ("月～金", "月火水木金", None),
            ("月曜日から金曜日まで", "月火水木金", None),
            ("月〜金、日", "月火水木金日", None),
            ("平日", "月火水木金", None),
            ("平日（祝日を除く）", "月火水木金", Some(false)),
            ("月-土（祝日、年末年始を除く）", "月火水木金土", Some(false)),
            ("毎日", "月火水木金土日", None),
            ("土日祝", "土日祝", Some(true)),
            ("土曜日、日曜日、祝日", "土日祝", Some(true)),
            ("月　火　水", "月火水", None),
        ] {
            let read = weekdays(cell).unwrap();

            assert_eq!((read.to_string().as_str(), read.holidays), (expected, holidays), "{cell}");
        }
        for cell in ["第2・第4土曜日", "不定期", "月～", "金～月", "随時", "月（午前のみ）"] {
            assert!(weekdays(cell).is_err(), "{cell}");
        }
    }
}
