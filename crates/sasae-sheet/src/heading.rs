//! Which column is which: headings compared in a folded form.
//!
//! The two generations of the government's open data headings, the English
//! property names of some cities and the lists that offices keep by hand name
//! the same thing differently. A column is given by its aliases; form (width,
//! spaces, brackets, underscores, case, hiragana or katakana) does not count,
//! meaning does: 氏名（カナ） is never taken for 氏名 (requirement #43).

use unicode_normalization::UnicodeNormalization;

use crate::Lang;

/// A column that an importer understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name under which rows give it out.
    pub key: &'static str,
    /// Headings that mean it, the preferred one first.
    pub names: &'static [&'static str],
    /// Whether a file without it is refused.
    pub required: bool,
}

impl Column {
    /// A column that a file may lack.
    #[must_use]
    pub const fn optional(key: &'static str, names: &'static [&'static str]) -> Self {
        Self { key, names, required: false }
    }

    /// A column without which a file is refused.
    #[must_use]
    pub const fn required(key: &'static str, names: &'static [&'static str]) -> Self {
        Self { key, names, required: true }
    }
}

/// A required column that no heading names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingColumn {
    /// Key of the column.
    pub key: &'static str,
    /// The heading that it usually has.
    pub name: &'static str,
    /// Headings of the file that come nearest, best first, at most three.
    pub nearest: Vec<String>,
}

/// Why the heading row of a file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderError {
    /// No row among the first thirty names any known column.
    NotFound {
        /// The first row with more than one cell, to show what was seen.
        seen: Vec<String>,
        /// Headings that would have been understood.
        expected: Vec<&'static str>,
    },
    /// The heading row lacks required columns.
    Missing {
        /// Line of the heading row.
        line: usize,
        /// What is missing.
        missing: Vec<MissingColumn>,
        /// The headings of the file.
        found: Vec<String>,
    },
    /// Two columns carry the same heading, so that it is open which one counts.
    Duplicate {
        /// Line of the heading row.
        line: usize,
        /// First of the two: number from 1 and heading as written.
        first: (usize, String),
        /// Second of the two.
        second: (usize, String),
    },
}

impl HeaderError {
    /// The message for an officer.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NotFound { seen, expected }, Lang::Ja) => format!(
                "見出しの行が見つかりません。最初の行：{}。たとえば次の見出しが必要です：{}",
                quoted(seen, lang),
                expected.join("、")
            ),
            (Self::NotFound { seen, expected }, Lang::En) => format!(
                "no heading row was found; first row: {}; headings such as these are understood: {}",
                quoted(seen, lang),
                expected.join(", ")
            ),
            (Self::Missing { line, missing, found }, Lang::Ja) => {
                let missing: Vec<String> = missing
                    .iter()
                    .map(|m| match m.nearest.as_slice() {
                        [] => format!("「{}」", m.name),
                        near => format!("「{}」（近い見出し：{}）", m.name, quoted(near, lang)),
                    })
                    .collect();
                format!(
                    "{line}行目の見出しに必要な列がありません：{}。ある見出し：{}",
                    missing.join("、"),
                    quoted(found, lang)
                )
            }
            (Self::Missing { line, missing, found }, Lang::En) => {
                let missing: Vec<String> = missing
                    .iter()
                    .map(|m| match m.nearest.as_slice() {
                        [] => format!("{} ({})", m.key, m.name),
                        near => format!("{} ({}; nearest: {})", m.key, m.name, quoted(near, lang)),
                    })
                    .collect();
                format!("the heading row in line {line} lacks: {}; it has: {}", missing.join(", "), quoted(found, lang))
            }
            (Self::Duplicate { line, first, second }, Lang::Ja) => format!(
                "{line}行目の見出しが重複しています：{}列目「{}」と{}列目「{}」。どちらを使うか決められません",
                first.0, first.1, second.0, second.1
            ),
            (Self::Duplicate { line, first, second }, Lang::En) => format!(
                "duplicate headings in line {line}: column {} {:?} and column {} {:?}; it is open which one counts",
                first.0, first.1, second.0, second.1
            ),
        }
    }
}

impl std::fmt::Display for HeaderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for HeaderError {}

fn quoted(headings: &[String], lang: Lang) -> String {
    let headings: Vec<String> = headings
        .iter()
        .filter(|h| !h.trim().is_empty())
        .map(|h| match lang {
            Lang::Ja => format!("「{}」", h.trim()),
            Lang::En => format!("{:?}", h.trim()),
        })
        .collect();
    headings.join(if lang == Lang::Ja { "" } else { ", " })
}

/// Folds a heading for comparison: NFKC, letters and digits only, lower case,
/// hiragana as katakana, 〒 and ☎ in words. `所在地_連結表記` and `所在地 (連結表記)` become equal.
#[must_use]
pub fn fold_heading(heading: &str) -> String {
    heading
        .replace('〒', "郵便番号")
        .replace('☎', "電話番号")
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .map(|c| match c {
            'ヶ' | 'ゖ' => 'ケ',
            'ヵ' | 'ゕ' => 'カ',
            'ぁ'..='ゖ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// The same without brackets whose content says nothing about the meaning
/// (`氏名（漢字）`, `定員（人）`, `緯度（世界測地系）`); `None` where a bracket
/// says something that might matter (`氏名（カナ）`, `電話番号（緊急連絡先）`).
pub(crate) fn fold_without_remark(heading: &str) -> Option<String> {
    const REMARKS: [&str; 33] = [
        "漢字",
        "必須",
        "任意",
        "必須項目",
        "人",
        "名",
        "件",
        "円",
        "世帯",
        "人数",
        "度",
        "10進",
        "10進法",
        "10進数",
        "十進",
        "世界測地系",
        "世界測地系10進法",
        "wgs84",
        "jgd2011",
        "西暦",
        "和暦",
        "半角",
        "全角",
        "半角数字",
        "代表",
        "yyyymmdd",
        "正式名称",
        "年月日",
        "24時間表記",
        "本人",
        "北緯",
        "東経",
        "メートル",
    ];
    let heading: String = heading.nfkc().collect();
    let (start, rest) = heading.split_once(['(', '【', '[', '〔', '<', '［'])?;
    let (inside, after) = rest.split_once([')', '】', ']', '〕', '>', '］'])?;
    let inside = fold_heading(inside);
    REMARKS
        .iter()
        .any(|r| fold_heading(r) == inside)
        .then(|| fold_heading(&format!("{start}{after}")))
        .filter(|f| !f.is_empty())
}
