//! From a cell to a value: text, numbers, yes or no, lists.
//!
//! Every parser is generous with form (width, spaces, separators, units that the
//! caller allows) and strict with meaning: what could be read in two ways is
//! refused with a reason that says what to write instead (requirement #43).

use std::ops::RangeInclusive;

use unicode_normalization::UnicodeNormalization;

use crate::Lang;
use crate::table::{Row, is_invisible, present};

/// A cell that cannot be taken as it stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CellError {
    /// Line in the file, from 1.
    pub line: usize,
    /// Heading of the column as written.
    pub column: String,
    /// The cell as written.
    pub value: String,
    /// Why, in Japanese.
    pub reason_ja: String,
    /// Why, in English.
    pub reason_en: String,
}

impl CellError {
    /// The reason in the language asked for.
    #[must_use]
    pub fn reason(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.reason_ja,
            Lang::En => &self.reason_en,
        }
    }
}

impl std::fmt::Display for CellError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, {}: {:?}: {}", self.line, self.column, self.value, self.reason_en)
    }
}

impl std::error::Error for CellError {}

/// Why a text is no such value, in both languages. Rows add line and column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

impl Reason {
    /// A reason in both languages.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }
}

/// Folds a cell for recognition, never for storage: NFKC, no spaces, one kind of
/// hyphen, lower case.
pub(crate) fn fold_value(cell: &str) -> String {
    cell.nfkc()
        .filter(|c| !c.is_whitespace() && !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '−' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '─' => '-',
            '~' | '〜' | '∼' => '~',
            _ => c,
        })
        .collect()
}

/// Text of at most `max` characters. Line breaks inside are kept.
///
/// # Errors
/// Too long, a control character, or an error value of a spreadsheet (`#N/A`).
pub fn text(cell: &str, max: usize) -> Result<String, Reason> {
    let spreadsheet_errors = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#DATA!"];
    if spreadsheet_errors.contains(&cell) {
        return Err(Reason::new("表計算ソフトの計算エラーです", "this is an error value of a spreadsheet"));
    }
    let clean: String = cell.chars().filter(|c| !is_invisible(*c)).collect();
    if let Some(control) = clean.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(Reason::new(
            format!("制御文字（U+{:04X}）が含まれています", control as u32),
            format!("it contains the control character U+{:04X}", control as u32),
        ));
    }
    let length = clean.chars().count();
    if length > max {
        return Err(Reason::new(
            format!("{length} 文字あります（上限 {max} 文字）"),
            format!("{length} characters (limit {max})"),
        ));
    }
    Ok(clean)
}

/// An identifier: text, except that a number in scientific notation is refused,
/// because a spreadsheet has destroyed its digits (`4.01E+11`).
///
/// # Errors
/// As [`text`], and for scientific notation.
pub fn identifier(cell: &str, max: usize) -> Result<String, Reason> {
    let folded = fold_value(cell);
    if let Some((mantissa, exponent)) = folded.split_once("e+")
        && !mantissa.is_empty()
        && !exponent.is_empty()
        && mantissa.chars().all(|c| c.is_ascii_digit() || c == '.')
        && exponent.chars().all(|c| c.is_ascii_digit())
    {
        return Err(Reason::new(
            "表計算ソフトが指数表記に変えた番号です。元の桁が失われています",
            "a spreadsheet turned this number into scientific notation; its digits are lost",
        ));
    }
    text(cell, max)
}

/// A whole number: full-width digits, thousands separators, a sign (also ▲ and
/// △), `.0`, and one of the allowed units behind it.
///
/// # Errors
/// No whole number, a unit that is not allowed, or outside the range.
pub fn integer(cell: &str, range: RangeInclusive<i64>, units: &[&str]) -> Result<i64, Reason> {
    let digits = plain_number(cell, units)?;
    let whole = match digits.split_once('.') {
        Some((whole, rest)) if rest.chars().all(|c| c == '0') => whole,
        Some(_) => {
            return Err(Reason::new("整数で入力してください", "a whole number is needed"));
        }
        None => &digits,
    };
    let value: i64 = whole.parse().map_err(|_| Reason::new("数が大きすぎます", "the number is too large"))?;
    in_range(value, &range)
}

/// A decimal number, with the same forms as [`integer`].
///
/// # Errors
/// No number, a unit that is not allowed, or outside the range.
pub fn decimal(cell: &str, range: RangeInclusive<f64>, units: &[&str]) -> Result<f64, Reason> {
    let digits = plain_number(cell, units)?;
    let value: f64 = digits.parse().map_err(|_| Reason::new("数値ではありません", "this is no number"))?;
    in_range(value, &range)
}

fn in_range<T: PartialOrd + std::fmt::Display>(value: T, range: &RangeInclusive<T>) -> Result<T, Reason> {
    if range.contains(&value) {
        return Ok(value);
    }
    let (from, to) = (range.start(), range.end());
    Err(Reason::new(
        format!("{from} から {to} までの数を入力してください"),
        format!("the number must lie between {from} and {to}"),
    ))
}

/// Digits with at most one point and a leading minus.
fn plain_number(cell: &str, units: &[&str]) -> Result<String, Reason> {
    let folded = fold_value(cell);
    let (negative, rest) = match folded.strip_prefix(['-', '▲', '△']) {
        Some(rest) => (true, rest),
        None => (false, folded.strip_prefix('+').unwrap_or(&folded)),
    };
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.')).unwrap_or(rest.len());
    let (number, unit) = rest.split_at(end);
    if !unit.is_empty() && !units.iter().any(|u| fold_value(u) == unit) {
        return Err(match number.is_empty() {
            true => Reason::new("数値ではありません", "this is no number"),
            false => Reason::new(
                format!("数値のほかに「{unit}」があります。数値だけを入力してください"),
                format!("there is {unit:?} beside the number; write the number only"),
            ),
        });
    }
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = whole.contains(',');
    let well_formed = !first.is_empty()
        && (!grouped || first.len() <= 3)
        && groups.all(|g| g.len() == 3)
        && fraction.is_none_or(|f| !f.is_empty() && !f.contains([',', '.']));
    if !well_formed {
        return Err(Reason::new("数値ではありません", "this is no number"));
    }
    let mut plain = String::with_capacity(number.len() + 1);
    if negative {
        plain.push('-');
    }
    plain.extend(whole.chars().filter(|c| *c != ','));
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    Ok(plain)
}

/// Yes or no: ○ 有 あり 可 1 はい … against × 無 なし 不可 0 いいえ …
///
/// # Errors
/// △ and ◎ (somebody has to decide), and every other word.
pub fn yes_no(cell: &str) -> Result<bool, Reason> {
    const YES: [&str; 25] = [
        "○", "〇", "◯", "●", "o", "有", "あり", "有り", "有る", "ある", "可", "可能", "1", "true", "yes", "y", "はい",
        "✓", "✔", "☑", "レ", "該当", "要", "済", "対応",
    ];
    const NO: [&str; 25] = [
        "×",
        "✕",
        "✖",
        "✗",
        "x",
        "╳",
        "無",
        "なし",
        "無し",
        "無い",
        "ない",
        "不可",
        "不可能",
        "0",
        "false",
        "no",
        "n",
        "いいえ",
        "☐",
        "□",
        "非該当",
        "不要",
        "未",
        "非対応",
        "否",
    ];
    let folded = fold_value(cell);
    if YES.contains(&folded.as_str()) {
        return Ok(true);
    }
    if NO.contains(&folded.as_str()) {
        return Ok(false);
    }
    if folded.contains(['△', '▲', '◎', '☆', '?']) {
        return Err(Reason::new(
            format!("「{cell}」は、有か無かを決めてから入力してください"),
            format!("{cell:?} needs a decision: yes or no"),
        ));
    }
    Err(Reason::new("有・無（○・×、1・0）のどちらかで入力してください", "write yes or no (○ or ×, 1 or 0)"))
}

/// Splits a list on 、 , ・ / ; | 全角 space and line breaks, never inside brackets.
#[must_use]
pub fn list(cell: &str) -> Vec<String> {
    let separators = ['、', ',', '，', '・', '･', '/', '／', '\u{3000}', ';', '；', '|', '｜', '\n', '\t'];
    list_on(cell, &separators)
}

/// Splits a list on the separators given, never inside brackets. Blanks and
/// dashes between separators are left out.
#[must_use]
pub fn list_on(cell: &str, separators: &[char]) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    // A bracket that is never closed would swallow the rest of the list.
    let balanced =
        cell.matches(['(', '（', '「', '【', '〔']).count() == cell.matches([')', '）', '」', '】', '〕']).count();
    for c in cell.chars() {
        match c {
            '(' | '（' | '「' | '【' | '〔' => depth += 1,
            ')' | '）' | '」' | '】' | '〕' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if (depth == 0 || !balanced) && separators.contains(&c) {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.iter().filter_map(|p| present(p)).map(str::to_owned).collect()
}

impl Row<'_> {
    /// Applies a parser to a cell that is not blank.
    ///
    /// # Errors
    /// The parser's reason with line, column and value.
    pub fn parse<T>(&self, key: &str, parser: impl FnOnce(&str) -> Result<T, Reason>) -> Result<Option<T>, CellError> {
        self.get(key).map(|cell| parser(cell).map_err(|r| self.refuse(key, r.ja, r.en))).transpose()
    }

    /// Refuses a blank: wraps any other parser's result.
    ///
    /// # Errors
    /// The parser's error, or that the cell is blank.
    pub fn needed<T>(&self, key: &str, value: Result<Option<T>, CellError>) -> Result<T, CellError> {
        value?.ok_or_else(|| self.refuse(key, "必須の項目が空欄です", "this is required but blank"))
    }

    /// See [`text`].
    ///
    /// # Errors
    /// See [`text`].
    pub fn text(&self, key: &str, max: usize) -> Result<Option<String>, CellError> {
        self.parse(key, |cell| text(cell, max))
    }

    /// See [`text`]; a blank is refused.
    ///
    /// # Errors
    /// See [`text`].
    pub fn required_text(&self, key: &str, max: usize) -> Result<String, CellError> {
        self.needed(key, self.text(key, max))
    }

    /// See [`identifier`].
    ///
    /// # Errors
    /// See [`identifier`].
    pub fn identifier(&self, key: &str, max: usize) -> Result<Option<String>, CellError> {
        self.parse(key, |cell| identifier(cell, max))
    }

    /// See [`integer`].
    ///
    /// # Errors
    /// See [`integer`].
    pub fn integer(&self, key: &str, range: RangeInclusive<i64>, units: &[&str]) -> Result<Option<i64>, CellError> {
        self.parse(key, |cell| integer(cell, range, units))
    }

    /// See [`decimal`].
    ///
    /// # Errors
    /// See [`decimal`].
    pub fn decimal(&self, key: &str, range: RangeInclusive<f64>, units: &[&str]) -> Result<Option<f64>, CellError> {
        self.parse(key, |cell| decimal(cell, range, units))
    }

    /// See [`yes_no`].
    ///
    /// # Errors
    /// See [`yes_no`].
    pub fn yes_no(&self, key: &str) -> Result<Option<bool>, CellError> {
        self.parse(key, yes_no)
    }

    /// See [`list`]; a blank is an empty list.
    ///
    /// # Errors
    /// A part longer than `max` characters or with control characters.
    pub fn list(&self, key: &str, max: usize) -> Result<Vec<String>, CellError> {
        let parts = self.parse(key, |cell| list(cell).iter().map(|part| text(part, max)).collect())?;
        Ok(parts.unwrap_or_default())
    }
}
