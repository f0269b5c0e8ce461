//! Characters that a file lost on its way, and characters that only one office's machines know.
//!
//! A name that was destroyed must never become a name on record (requirement #47): who reads it
//! afterwards cannot know that it is wrong, and a search for the right name does not find it.

use encoding_rs::{Encoding, SHIFT_JIS, WINDOWS_1252};

use crate::value::Reason;

/// What is wrong with the characters of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// A character stands in the place of one that was lost: U+FFFD, 〓, or ? beside a kanji.
    Lost(char),
    /// The text was read in another encoding than it was written in.
    Mojibake,
    /// A private-use character (外字): it is whole, but shows only where its font is installed.
    Private(char),
}

impl Damage {
    /// Whether characters are gone; a private-use character is still there.
    #[must_use]
    pub fn is_loss(self) -> bool {
        !matches!(self, Self::Private(_))
    }

    /// What is wrong, in both languages.
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Self::Lost(c) => Reason::new(
                format!(
                    "文字化けで失われた文字があります（「{c}」U+{:04X}）。元の一覧から書き出し直してください",
                    c as u32
                ),
                format!("a character was lost ({c:?}, U+{:04X}); export the list again from its source", c as u32),
            ),
            Self::Mojibake => Reason::new(
                "文字化けしています（ほかの文字コードで読まれた文字です）。元の一覧から書き出し直してください",
                "the text was read in a wrong encoding (mojibake); export the list again from its source",
            ),
            Self::Private(c) => Reason::new(
                format!("外字（U+{:04X}）があります。そのまま取り込みますが、表示できないことがあります", c as u32),
                format!("there is a private-use character (U+{:04X}); it is kept but may not display", c as u32),
            ),
        }
    }
}

/// Looks for lost, garbled and private-use characters; the worst is named.
#[must_use]
pub fn damage(text: &str) -> Option<Damage> {
    if let Some(lost) = text.chars().find(|c| matches!(c, '\u{FFFD}' | '〓')) {
        return Some(Damage::Lost(lost));
    }
    if let Some(mark) = question_in_word(text) {
        return Some(Damage::Lost(mark));
    }
    if text.chars().any(|c| matches!(c, '\u{80}'..='\u{9F}')) || is_mojibake(text) {
        return Some(Damage::Mojibake);
    }
    text.chars().find(|c| is_private(*c)).map(Damage::Private)
}

/// Private-use characters: 外字 that only one municipality's machines know.
pub(crate) fn is_private(c: char) -> bool {
    matches!(c as u32, 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFD)
}

/// `?田` and `高?`: what a program writes for a character that its encoding lacks. A question mark
/// at the end of a longer remark is one.
fn question_in_word(text: &str) -> Option<char> {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let is_mark = |c: char| matches!(c, '?' | '？');
    let is_word = |c: Option<&char>| c.is_some_and(|c| sasae_core::fold::contains_kanji(&c.to_string()));
    chars.iter().enumerate().find_map(|(at, c)| {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let inside = is_word(before) || is_word(chars.get(at + 1));
        (is_mark(*c) && inside).then_some(*c)
    })
}

/// UTF-8 that was read as Windows-1252 (`ç”°`) or as CP932 (`逕ｰ`): written back, the bytes are UTF-8.
fn is_mojibake(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    // Latin letters that make one kanji do so in no name; two kanji of a real name may look like one by chance.
    text.split_whitespace().any(|word| is_utf8_read_as(WINDOWS_1252, word, 3) || is_utf8_read_as(SHIFT_JIS, word, 6))
}

fn is_utf8_read_as(codec: &'static Encoding, text: &str, least: usize) -> bool {
    let (bytes, _, unmappable) = codec.encode(text);
    if unmappable {
        return false;
    }
    let high = bytes.iter().filter(|b| **b >= 0x80).count();
    let (mut at, mut inside) = (0, 0);
    while at < bytes.len() {
        let width = bytes.get(at..at + 3).filter(|three| is_common(three)).map_or(1, |_| 3);
        if width == 3 {
            inside += 3;
        }
        at += width;
    }
    inside >= least && inside * 10 >= high * 6
}

/// Three bytes that are a kana or a kanji in UTF-8.
fn is_common(three: &[u8]) -> bool {
    let letter = std::str::from_utf8(three).ok().and_then(|text| text.chars().next());
    letter.is_some_and(|c| matches!(c, 'ぁ'..='ヿ' | '\u{4E00}'..='\u{9FFF}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_and_garbled_names_are_told_from_whole_ones() {
        let read_as =
            |codec: &'static Encoding, text: &str| codec.decode_without_bom_handling(text.as_bytes()).0.into_owned();

        for (text, expected) in [
            ("\u{FFFD}野 太\u{FFFD}", Some(Damage::Lost('\u{FFFD}'))),
            ("〓橋 外三", Some(Damage::Lost('〓'))),
            ("?田 外二", Some(Damage::Lost('?'))),
            ("高？ 外二", Some(Damage::Lost('？'))),
            ("\u{E000}田 外字", Some(Damage::Private('\u{E000}'))),
            (&read_as(WINDOWS_1252, "山田 太郎"), Some(Damage::Mojibake)),
            (&read_as(SHIFT_JIS, "山田"), Some(Damage::Mojibake)),
            ("山田 太郎", None),
            ("髙﨑 ハナ", None),
            ("José Müller", None),
            ("NGUYỄN Văn A", None),
            ("ﾔﾏﾀﾞ ﾀﾛｳ", None),
            ("㐂田 𠮷郎", None),
            ("縺田 蓉子", None),
            ("蓉子", None),
            ("Why?", None),
        ] {
            assert_eq!(damage(text), expected, "{text}");
        }
    }
}
