//! The key of an address: the numbers of block and house in one form.

use super::{is_dash, is_kanji, letters};
use crate::numeral;

/// The key of an address, for finding the same place written another way: width, case and
/// variant kanji as in [`fold_name`](super::fold_name); 丁目, 番地, 番, 号, の and all dashes
/// between numbers as `-`; kanji numerals before them as digits; が, ガ and ヶ before a kanji as
/// ケ; spaces dropped (between two numbers: `-`).
///
/// 三番町 and 八丁堀 keep their numerals: they are names. 一番町 and 1番町 therefore differ.
#[must_use]
pub fn fold_address(address: &str) -> String {
    let chars = numbers(&spaced(address));
    let mut out = String::with_capacity(address.len());
    let mut rest = chars.as_slice();
    while let Some((&c, after)) = rest.split_first() {
        let behind_digit = out.ends_with(|c: char| c.is_ascii_digit());
        if behind_digit && let Some(after) = separator(rest) {
            if after.first().is_some_and(char::is_ascii_digit) {
                out.push('-');
            }
            rest = after;
            continue;
        }
        let next_is_kanji = after.first().is_some_and(|&next| is_kanji(next));
        out.push(match c {
            'ガ' | 'ケ' if next_is_kanji && !out.is_empty() => 'ケ',
            c if is_dash(c) => '-',
            c => c,
        });
        rest = after;
    }
    out
}

/// One space for a gap between two numbers, no other space.
fn spaced(address: &str) -> Vec<char> {
    let mut out: Vec<char> = Vec::new();
    let mut gap = false;
    for c in letters(address) {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        let digits = c.is_ascii_digit() && out.last().is_some_and(char::is_ascii_digit);
        if gap && digits {
            out.push(' ');
        }
        gap = false;
        out.push(c);
    }
    out
}

/// Kanji numerals before 丁目, 番地, 番 or 号 as digits, where those words count something.
fn numbers(chars: &[char]) -> Vec<char> {
    let mut out = Vec::with_capacity(chars.len());
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|&&c| numeral::is_numeral(c)).count();
        let (word, rest) = chars[at..].split_at(run);
        match numeral::parse(&word.iter().collect::<String>()) {
            Some(value) if counts(rest) => out.extend(value.to_string().chars()),
            _ => out.extend(word),
        }
        out.extend(rest.first());
        at += run + 1;
    }
    out
}

/// Whether a counter stands here: not 番町, 番館 or 号線, which belong to a name.
fn counts(rest: &[char]) -> bool {
    rest.starts_with(&['丁', '目']) || rest.starts_with(&['番', '地']) || {
        matches!(rest.first(), Some('番' | '号'))
            && rest.get(1).is_none_or(|&c| c.is_ascii_digit() || numeral::is_numeral(c) || is_dash(c))
    }
}

/// What follows the separator that begins here, if one does. Longer words are tried first.
fn separator(rest: &[char]) -> Option<&[char]> {
    const WORDS: [&[char]; 8] = [
        &['丁', '目', 'ノ'],
        &['丁', '目'],
        &['番', '地', 'ノ'],
        &['番', '地'],
        &['号', '室'],
        &['番', 'ノ'],
        &['号', 'ノ'],
        &['号'],
    ];
    for word in WORDS {
        if let Some(after) = rest.strip_prefix(word) {
            return Some(skip_dash(after));
        }
    }
    let (&first, after) = rest.split_first()?;
    let number_follows = after.first().is_some_and(char::is_ascii_digit);
    match first {
        // 1番町 is a name; 1番 at the end or before a number counts.
        '番' if after.is_empty() || number_follows => Some(after),
        '番' if after.first().is_some_and(|&c| is_dash(c)) => Some(skip_dash(after)),
        ' ' | 'ノ' | '之' | 'ー' | '~' | '〜' if number_follows => Some(after),
        c if is_dash(c) && (after.is_empty() || number_follows) => Some(after),
        _ => None,
    }
}

/// 2丁目-3 has one separator, not two.
fn skip_dash(rest: &[char]) -> &[char] {
    match rest {
        [dash, digit, ..] if (is_dash(*dash) || *dash == 'ー') && digit.is_ascii_digit() => &rest[1..],
        _ => rest,
    }
}
