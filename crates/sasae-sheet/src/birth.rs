//! Birth dates as people write them.
//!
//! A birth date that cannot be read keeps nobody out: the importer leaves it blank, keeps what was
//! written with the person, and says so.

use jiff::civil::Date;
use sasae_core::era::{DateError, ERAS, parse_date};
use unicode_normalization::UnicodeNormalization;

use crate::value::Reason;
use crate::when::{Serial, day};

/// A birth date that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Birth {
    /// The day.
    pub on: Date,
    /// What somebody should look at although the day was read.
    pub remark: Option<Reason>,
}

/// Reads a birth date: all forms of [`day`], and 昭和15年4月1日生, S.23.1.5, 昭１５・４・１,
/// 3-150401 (era digit), 1940年（昭和15年）4月1日, 昭和15年4月1日（85歳）. The year in which an era
/// ended may be written in either era to its end (昭和64年2月1日 is 平成元年2月1日), with a remark.
///
/// # Errors
/// What is no day: a year or month alone, an unknown day, a year without its era.
pub fn birth(cell: &str) -> Result<Birth, Reason> {
    let plain = plain(cell);
    let (outside, inside) = split_brackets(&plain);
    let tried: Vec<Result<Birth, Reason>> = std::iter::once(outside.as_str())
        .chain(inside.iter().map(String::as_str))
        .map(|text| one(cell, text))
        .collect();
    let mut read: Vec<&Birth> = tried.iter().filter_map(|tried| tried.as_ref().ok()).collect();
    read.dedup_by_key(|birth| birth.on);
    match read.as_slice() {
        [only] => Ok((*only).clone()),
        [] => tried.into_iter().next().unwrap_or_else(|| Err(unclear())),
        _ => Err(Reason::new("ちがう日付が2つ書かれています", "two different dates are written")),
    }
}

fn unclear() -> Reason {
    Reason::new(
        "生まれた日まではわかりません（年や月だけ、または不詳）",
        "the day of birth is not known (a year or month alone, or unknown)",
    )
}

/// One width, no spaces but between digits (there a dot), one kind of dot.
fn plain(cell: &str) -> String {
    let chars: Vec<char> = cell.nfkc().collect();
    let mut out = String::with_capacity(cell.len());
    let mut gap = false;
    for c in chars {
        let c = match c {
            '・' | '･' | '，' | ',' | '、' | '。' => '.',
            '\u{2010}'..='\u{2015}' | '−' | 'ー' | '─' => '-',
            c => c,
        };
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap && c.is_ascii_digit() && out.ends_with(|c: char| c.is_ascii_digit()) {
            out.push('.');
        }
        gap = false;
        out.push(c);
    }
    out
}

/// The text without its brackets, and what stands in each.
fn split_brackets(text: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside, mut depth) = (String::new(), Vec::new(), 0_usize);
    for c in text.chars() {
        match c {
            '(' | '[' | '〔' | '【' => {
                depth += 1;
                inside.push(String::new());
            }
            ')' | ']' | '〕' | '】' => depth = depth.saturating_sub(1),
            c if depth > 0 => {
                if let Some(last) = inside.last_mut() {
                    last.push(c);
                }
            }
            c => outside.push(c),
        }
    }
    (outside, inside)
}

fn one(cell: &str, text: &str) -> Result<Birth, Reason> {
    let text = text.trim_start_matches("生年月日").trim_start_matches([':', '.']);
    let text = ["生まれ", "生れ", "うまれ", "出生", "誕生", "生"]
        .iter()
        .find_map(|end| text.strip_suffix(end))
        .unwrap_or(text);
    let text = without_age(text).trim_end_matches('.');
    let text = era_digit(text).unwrap_or_else(|| without_dot(text));
    let simple = text == cell.trim();
    match parse_date(&text) {
        Ok(on) => Ok(Birth { on, remark: None }),
        Err(DateError::OutsideEra { actual, .. }) => match parse_date(&actual) {
            Ok(on) if ERAS.iter().any(|era| era.first.year() == on.year()) => {
                let remark = Reason::new(
                    format!("元号の期間外の日付です。{actual}と読みました。確かめてください"),
                    format!("the day lies outside its era and was read as {on}; please check"),
                );
                Ok(Birth { on, remark: Some(remark) })
            }
            _ => Err(Reason::new(
                format!("元号の期間外の日付です（{actual}ではありませんか）"),
                format!("the day lies outside its era ({actual}?)"),
            )),
        },
        // Times behind a date and numbers of a spreadsheet are known to the usual reader.
        Err(_) if simple || text.contains(':') || text.len() == 5 => {
            let read = day(cell, Serial::Refused).map(|on| Birth { on, remark: None });
            read.map_err(|reason| if says_part(&text) { unclear() } else { reason })
        }
        Err(DateError::NoEra(_)) => {
            Err(Reason::new("元号がないため、何年かわかりません", "the era is missing, so the year is not clear"))
        }
        Err(DateError::Impossible(_)) if has_zero_part(&text) => Err(unclear()),
        Err(DateError::Impossible(_)) => Err(Reason::new("その日はありません", "there is no such day")),
        Err(DateError::OldCalendar(_)) => Err(Reason::new("旧暦の日付です", "the date follows the old calendar")),
        Err(DateError::NotADate(_) | DateError::Empty) => Err(unclear()),
    }
}

/// `昭和15年4月1日満85歳` → `昭和15年4月1日`.
fn without_age(text: &str) -> &str {
    let Some(front) = text.strip_suffix('歳').or(text.strip_suffix('才')) else { return text };
    front.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['満', '.', '/'])
}

/// `S.23.1.5`, `昭.23.1.5`, `S-23-1-5` → `S23.1.5`.
fn without_dot(text: &str) -> String {
    for era in &ERAS {
        let short: String = era.name.chars().take(1).collect();
        let letters = [era.name.to_owned(), short, era.letter.to_string(), era.letter.to_ascii_lowercase().to_string()];
        for letter in letters {
            let Some(rest) = text.strip_prefix(&letter) else { continue };
            let bare = rest.trim_start_matches(['.', '-', '/', ':']);
            if bare.len() < rest.len() && bare.starts_with(|c: char| c.is_ascii_digit() || c == '元') {
                return format!("{letter}{bare}");
            }
        }
    }
    text.to_owned()
}

/// `3-150401`, `3.15.4.1`: the digit of the era, then year, month and day.
fn era_digit(text: &str) -> Option<String> {
    let (digit, rest) = text.split_once(['-', '.', '/'])?;
    let era = ERAS.iter().find(|era| digit.len() == 1 && digit.starts_with(era.digit))?;
    let parts: Vec<&str> = rest.split(['-', '.', '/']).collect();
    let digits = |part: &&str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [compact] if compact.len() == 6 && compact.bytes().all(|b| b.is_ascii_digit()) => {
            Some(format!("{digit}{compact}"))
        }
        [_, _, _] if parts.iter().all(digits) => Some(format!("{}{}", era.letter, parts.join("."))),
        _ => None,
    }
}

/// 昭和15年以下不詳, 1940年頃: a year, and that no more is known.
fn says_part(text: &str) -> bool {
    text.contains(['年', '不', '頃', '?']) || text.ends_with("ごろ")
}

/// 昭和15年0月0日, 19400400: a day or month that is not known.
fn has_zero_part(text: &str) -> bool {
    let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    match numbers.as_slice() {
        [compact] if compact.len() >= 6 => compact.ends_with("00") || compact[..compact.len() - 2].ends_with("00"),
        parts => parts.iter().skip(1).any(|part| part.bytes().all(|b| b == b'0')),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn births_are_read_as_people_write_them() {
        for cell in [
            "昭和15年4月1日",
            "昭和15年4月1日生",
            "昭和15年4月1日 生まれ",
            "昭１５・４・１",
            "S.15.4.1",
            "S15.4.1",
            "s 15. 4. 1",
            "昭.15.4.1",
            "S15年4月1日生",
            "3-150401",
            "3 150401",
            "3150401",
            "3-15-04-01",
            "3.15.4.1",
            "S150401",
            "19400401",
            "1940/4/1",
            "1940-04-01 00:00:00",
            "1940年（昭和15年）4月1日",
            "昭和15年(1940年)4月1日",
            "昭和15年4月1日（85歳）",
            "昭和15年4月1日(月)",
            "昭和十五年四月一日",
            "1940.4.1(昭和15年4月1日)",
        ] {
            assert_eq!(birth(cell).map(|birth| (birth.on, birth.remark)), Ok((date(1940, 4, 1), None)), "{cell}");
        }
    }

    #[test]
    fn the_year_in_which_an_era_ended_is_read_with_a_remark() {
        for (cell, on, remark) in [
            ("昭和元年12月25日", date(1926, 12, 25), false),
            ("大正15.12.25", date(1926, 12, 25), false),
            ("大正15年12月28日", date(1926, 12, 28), true),
            ("昭和64年2月1日", date(1989, 2, 1), true),
        ] {
            let read = birth(cell).unwrap();

            assert_eq!((read.on, read.remark.is_some()), (on, remark), "{cell}");
        }
    }

    #[test]
    fn a_day_that_is_not_known_is_no_date() {
        for cell in [
            "昭和15年以下不詳",
            "昭和15年4月日不詳",
            "昭和15年",
            "昭和15年頃",
            "昭和15年0月0日",
            "19400000",
            "1940-00-00",
            "1940",
            "不明",
            "12/5",
            "15.4.1",
            "14702",
            "昭和65年1月1日",
            "1940-02-30",
            "1940年4月1日（昭和16年4月1日）",
            "明治3年1月1日",
            "３",
        ] {
            assert!(birth(cell).is_err(), "{cell}");
        }
    }
}
