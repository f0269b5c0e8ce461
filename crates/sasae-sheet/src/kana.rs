//! The reading of a name as lists hold it: kana of either width, with wrong dashes, or no kana at all.

use sasae_core::fold::is_kana;
use unicode_normalization::UnicodeNormalization;

/// What a cell of readings says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A reading, in full width.
    Kana(String),
    /// A reading after wrong characters were repaired; somebody should look at it.
    Repaired(String),
    /// The cell says that the reading is not known.
    Unknown,
    /// Something that is no reading: Latin letters, kanji.
    Other,
}

/// Reads a reading. A dash or the kanji 一 behind a kana is the long vowel mark ー, `.` and `=`
/// between kana are ・, and a remark in brackets is left out.
#[must_use]
pub fn reading(cell: &str) -> Reading {
    let plain: String = cell.nfkc().collect();
    let plain = plain.trim();
    if is_kana(plain) {
        return Reading::Kana(plain.to_owned());
    }
    let unknown = ["不明", "不詳", "未登録", "未記入", "未入力", "なし", "無し", "無", "空欄", "?", "*"];
    if unknown.contains(&plain) {
        return Reading::Unknown;
    }
    let mended = mended(plain);
    if is_kana(&mended) { Reading::Repaired(mended) } else { Reading::Other }
}

fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    for c in text.chars() {
        let behind_kana = out.ends_with(|c: char| matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー'));
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '-' | '\u{2010}'..='\u{2015}' | '−' | '─' | '━' | '﹘' | '一' | '~' | '〜' | '|' if behind_kana => {
                out.push('ー')
            }
            '.' | '=' | '゠' | '･' | '·' if behind_kana => out.push('・'),
            ',' | '、' | '/' if behind_kana => out.push(' '),
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_read_repaired_or_left() {
        for (cell, expected) in [
            ("シケン　ローラ", Reading::Kana("シケン ローラ".to_owned())),
            ("ｼｹﾝ ﾛｰﾗ", Reading::Kana("シケン ローラ".to_owned())),
            ("しけん みち", Reading::Kana("しけん みち".to_owned())),
            ("シケン ロ－ラ", Reading::Repaired("シケン ローラ".to_owned())),
            ("シケン ロ-ラ", Reading::Repaired("シケン ローラ".to_owned())),
            ("シケン ロ−ラ", Reading::Repaired("シケン ローラ".to_owned())),
            ("シケン ロ一ラ", Reading::Repaired("シケン ローラ".to_owned())),
            ("マリア＝ルイサ", Reading::Repaired("マリア・ルイサ".to_owned())),
            ("シケン ハナ（旧姓ベツ）", Reading::Repaired("シケン ハナ".to_owned())),
            ("不明", Reading::Unknown),
            ("TRIAL MARIA", Reading::Other),
            ("試験 道", Reading::Other),
            ("シケン 一", Reading::Other),
        ] {
            assert_eq!(reading(cell), expected, "{cell}");
        }
    }
}
