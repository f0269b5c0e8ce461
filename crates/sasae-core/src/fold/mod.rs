//! Search keys: what two people typed differently for the same name, place or number becomes
//! the same key (#47). The original is stored beside the key and never changed by it.
//!
//! A key is for finding, not for deciding: 斎藤 and 斉藤 share a key and are two families. Each
//! function except [`fold_address`] is idempotent, so that a stored key can be folded again.

mod address;
mod variants;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

pub use address::fold_address;
use variants::common_form;

use crate::text::is_variation_selector;

/// The key of a name: without variation selectors, width, case, spaces, dots and hyphens;
/// hiragana as katakana; old and variant kanji in their common form (髙→高, 渡邊→渡辺, 齋→斉);
/// 々 and ゝ written out; Latin letters without accents.
#[must_use]
pub fn fold_name(name: &str) -> String {
    // What stood apart may now compose (Hangul letters), so the key is composed once more.
    letters(name).filter(|&c| !is_name_mark(c)).nfc().collect()
}

/// A name in its own letters: without variation selectors and spaces, in one width. 髙 stays 髙, so that two names
/// that only share a key ([`fold_name`]) are told apart.
#[must_use]
pub fn own_letters(name: &str) -> String {
    name.chars().filter(|&c| !is_variation_selector(c)).nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// The key of a reading: as [`fold_name`], and small kana as large, ヂヅヲヰヱ as ジズオイエ,
/// ヴァ as バ, long vowel marks dropped, so that typing variants of a reading meet.
#[must_use]
pub fn fold_kana(reading: &str) -> String {
    let key = fold_name(reading);
    let mut out = String::with_capacity(key.len());
    let mut chars = key.chars().peekable();
    while let Some(c) = chars.next() {
        let c = match c {
            'ー' | '〜' | '~' => continue,
            'ヴ' => {
                let bar = chars.peek().and_then(|&next| v_row(next));
                if bar.is_some() {
                    chars.next();
                }
                bar.unwrap_or('ブ')
            }
            'ヷ' => 'バ',
            'ヸ' => 'ビ',
            'ヹ' => 'ベ',
            'ヺ' => 'ボ',
            'ヂ' => 'ジ',
            'ヅ' => 'ズ',
            'ヲ' => 'オ',
            'ヰ' => 'イ',
            'ヱ' => 'エ',
            c => large(c),
        };
        out.push(c);
    }
    out
}

/// The digits of a text, in any width, as ASCII: for numbers that people write with separators.
#[must_use]
pub fn fold_digits(text: &str) -> String {
    text.nfkc().filter(char::is_ascii_digit).collect()
}

/// The name that somebody signs in with, whatever width, case and blanks it was typed in.
#[must_use]
pub fn fold_login(text: &str) -> String {
    let plain: String = text.nfkc().filter(|&c| !c.is_control() && !crate::text::is_hidden(c)).collect();
    plain.trim().to_lowercase()
}

/// The key of a telephone number: digits only, +81 as 0, an extension (内線) left out.
#[must_use]
pub fn fold_phone(text: &str) -> String {
    let plain: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let number = ["内線", "ext", "x"]
        .iter()
        .fold(plain.as_str(), |rest, mark| rest.split_once(mark).map_or(rest, |(number, _)| number));
    let digits = fold_digits(number);
    let abroad = number.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+');
    match digits.strip_prefix("81") {
        // +81 (0)90… carries the zero already.
        Some(national) if abroad.starts_with('+') => {
            format!("0{}", national.strip_prefix('0').unwrap_or(national))
        }
        _ => digits,
    }
}

/// Two-letter pieces of a note for full-text search, sorted and without repetition; one
/// tokeniser for both engines, for notes and for queries alike.
///
/// White space and punctuation end a piece. A word of one letter gives that letter, so a query
/// of one letter finds only where it stands alone.
#[must_use]
pub fn bigrams(text: &str) -> Vec<String> {
    let folded: Vec<char> = letters(text).collect();
    let mut pieces: Vec<String> = folded
        .split(|c| !c.is_alphanumeric())
        .flat_map(|run| {
            let width = run.len().clamp(1, 2);
            run.windows(width).map(|pair| pair.iter().collect())
        })
        .collect();
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// Whether the text has a kanji (々 and 〇 among them).
#[must_use]
pub fn contains_kanji(text: &str) -> bool {
    text.chars().any(is_kanji)
}

/// Whether the text is a reading: kana of either script and width, long vowel marks, spaces and
/// middle dots only, and at least one kana.
#[must_use]
pub fn is_kana(text: &str) -> bool {
    let kana = |c: char| matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ');
    let mut any = false;
    for c in text.nfkc() {
        any |= kana(c);
        let mark = c.is_whitespace() || matches!(c, 'ー' | '・' | 'ゝ' | 'ゞ' | 'ヽ' | 'ヾ' | '\u{3099}' | '\u{309a}');
        if !kana(c) && !mark {
            return false;
        }
    }
    any
}

fn is_kanji(c: char) -> bool {
    matches!(c, '々' | '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// What every key has in common, before anything is left out.
fn letters(text: &str) -> impl Iterator<Item = char> {
    // Spacing sound marks would turn into a space and a combining mark; as combining marks
    // they join the kana before them.
    let mut folded: Vec<char> = Vec::new();
    let composed = text
        .chars()
        .filter(|&c| !is_variation_selector(c))
        .map(|c| match c {
            '\u{309b}' => '\u{3099}',
            '\u{309c}' => '\u{309a}',
            c => c,
        })
        .nfkc();
    for c in composed.flat_map(char::to_lowercase) {
        let c = match c {
            // Hiragana and katakana stand 0x60 apart.
            'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
            c => common_form(c),
        };
        match c {
            'ヵ' => folded.push('カ'),
            'ヶ' => folded.push('ケ'),
            // An iteration mark stands for the letter before it; alone it stands for itself.
            '々' | '〻' | 'ヽ' => folded.push(last_letter(&folded).unwrap_or(c)),
            'ヾ' => folded.push(last_letter(&folded).map_or(c, voiced)),
            c if is_combining_mark(c) || is_invisible(c) => {}
            c => folded.push(without_accent(c)),
        }
    }
    folded.into_iter()
}

fn last_letter(folded: &[char]) -> Option<char> {
    folded.iter().rev().copied().find(|c| c.is_alphabetic())
}

/// ス as ズ, for ヾ; other letters stay.
fn voiced(c: char) -> char {
    unicode_normalization::char::compose(c, '\u{3099}').unwrap_or(c)
}

/// é as e; only Latin letters, for in kana the mark changes the sound.
fn without_accent(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    match c {
        'đ' => 'd',
        'ø' => 'o',
        'ł' => 'l',
        'ı' => 'i',
        c => {
            let mut base = None;
            decompose_canonical(c, |part| {
                base.get_or_insert(part);
            });
            base.filter(char::is_ascii_alphabetic).unwrap_or(c)
        }
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
        || (c.is_control() && !c.is_whitespace())
}

/// Marks between the parts of a name.
fn is_name_mark(c: char) -> bool {
    c.is_whitespace()
        || is_dash(c)
        || matches!(c, '・' | '·' | '‧' | '∙' | '•' | '⋅' | '.' | ',' | '、' | '\'' | '’' | '‘' | '=' | '゠')
}

/// Dashes other than the long vowel mark, after NFKC.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '−' | '─' | '━' | '⁃' | '﹘')
}

/// ヴ with the vowel after it, small or large.
fn v_row(vowel: char) -> Option<char> {
    Some(match vowel {
        'ァ' | 'ア' => 'バ',
        'ィ' | 'イ' => 'ビ',
        'ゥ' | 'ウ' => 'ブ',
        'ェ' | 'エ' => 'ベ',
        'ォ' | 'オ' => 'ボ',
        _ => return None,
    })
}

fn large(c: char) -> char {
    match c {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        c => c,
    }
}

#[cfg(test)]
mod tests;
