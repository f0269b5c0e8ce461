//! Kanji numerals, as far as dates and addresses use them (below ten thousand).

/// The value of one kanji digit.
fn digit(c: char) -> Option<u32> {
    "〇一二三四五六七八九".chars().position(|k| k == c).and_then(|value| u32::try_from(value).ok())
}

/// The value of 十, 百 or 千.
fn unit(c: char) -> Option<u32> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1_000),
        _ => None,
    }
}

/// Whether the character can stand in a kanji number.
pub(crate) fn is_numeral(c: char) -> bool {
    digit(c).is_some() || unit(c).is_some()
}

/// Reads 十二 (12), 百五 (105) and the positional 二〇二三 (2023); `None` for anything whose
/// meaning is in doubt, such as 二三十 or 十百.
pub(crate) fn parse(text: &str) -> Option<u32> {
    let chars: Vec<char> = text.chars().collect();
    if chars.is_empty() || chars.len() > 7 {
        return None;
    }
    if chars.iter().all(|&c| digit(c).is_some()) {
        if chars.len() > 4 {
            return None;
        }
        return chars.iter().try_fold(0, |sum, &c| Some(sum * 10 + digit(c)?));
    }
    let mut sum = 0;
    let mut pending = None;
    let mut last_unit = 10_000;
    for c in chars {
        if let Some(value) = digit(c) {
            if pending.is_some() || value == 0 {
                return None;
            }
            pending = Some(value);
        } else {
            let unit = unit(c)?;
            if unit >= last_unit {
                return None;
            }
            sum += pending.take().unwrap_or(1) * unit;
            last_unit = unit;
        }
    }
    Some(sum + pending.unwrap_or(0))
}

/// Replaces each run of kanji numerals by Arabic digits; a run that [`parse`] refuses stays.
pub(crate) fn replace_runs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars() {
        if is_numeral(c) {
            run.push(c);
        } else {
            flush(&mut run, &mut out);
            out.push(c);
        }
    }
    flush(&mut run, &mut out);
    out
}

fn flush(run: &mut String, out: &mut String) {
    match parse(run) {
        Some(value) => out.push_str(&value.to_string()),
        None => out.push_str(run),
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook way to write a number, as an oracle for reading it.
    fn write(n: u32) -> String {
        let mut out = String::new();
        for (unit, name) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
            let times = n / unit % 10;
            if times > 1 || (times == 1 && unit == 1) {
                out.push("〇一二三四五六七八九".chars().nth(times as usize).unwrap());
            }
            if times > 0 {
                out.push_str(name);
            }
        }
        out
    }

    #[test]
    fn every_number_below_ten_thousand_reads_back() {
        for n in 1..10_000 {
            assert_eq!(parse(&write(n)), Some(n), "{}", write(n));
        }
    }

    #[test]
    fn doubtful_numbers_are_refused() {
        for text in ["", "二三十", "十百", "十〇", "十十", "一二三四五"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn runs_are_replaced_and_the_rest_stays() {
        assert_eq!(replace_runs("五月十一日"), "5月11日");
        assert_eq!(replace_runs("二〇二三年"), "2023年");
        assert_eq!(replace_runs("十百年"), "十百年");
    }
}
