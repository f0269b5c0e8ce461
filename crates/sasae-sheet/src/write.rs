//! Out again: CSV for other programs, with no character lost on the way.
//!
//! **Formula injection.** A cell that a spreadsheet would run as a formula (it
//! begins with `= + - @`, their full-width forms, a tab or a line break) gets an
//! apostrophe in front, which spreadsheets take as "this is text". Numbers and
//! dashes alone stay as they are. [`crate::read`] takes the apostrophe off again,
//! so that a file written here and read here is unchanged.

use encoding_rs::SHIFT_JIS;

use crate::text::FORMULA_STARTS;

/// How a CSV file is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvEncoding {
    /// UTF-8 with a byte order mark: Excel opens it without questions.
    Utf8Bom,
    /// UTF-8 without a mark.
    Utf8,
    /// CP932, for older systems.
    Cp932,
}

/// A character that CP932 cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct MissingChar {
    /// Row of the cell among those given, from 1.
    pub row: usize,
    /// Column of the cell, from 1.
    pub column: usize,
    /// The character.
    pub ch: char,
}

impl std::fmt::Display for MissingChar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "row {}, column {}: {} (U+{:04X}) does not exist in CP932",
            self.row, self.column, self.ch, self.ch as u32
        )
    }
}

/// Signs that CP932 knows under another code point only: 〜 and ～, − and －, and
/// their kin (requirement #47). Reading CP932 yields the right-hand form.
const SAME_SIGN: [(char, char); 11] = [
    ('〜', '～'),
    ('−', '－'),
    ('‖', '∥'),
    ('—', '―'),
    ('¢', '￠'),
    ('£', '￡'),
    ('¬', '￢'),
    ('¦', '￤'),
    ('¥', '￥'),
    ('‾', '￣'),
    ('\u{A0}', ' '),
];

/// The same text in the code points that CP932 has for its signs.
fn with_cp932_signs(text: &str) -> String {
    text.chars().map(|c| SAME_SIGN.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to)).collect()
}

fn is_in_cp932(c: char) -> bool {
    // The WHATWG table lets U+0080 through as a byte that nobody understands.
    let mut buffer = [0; 4];
    c != '\u{80}' && !SHIFT_JIS.encode(c.encode_utf8(&mut buffer)).2
}

/// The characters of a text that CP932 cannot hold, each once, in their order.
/// 〜, −, ¥ and the like are not among them: they have an equal sign there.
#[must_use]
pub fn cp932_missing(text: &str) -> Vec<char> {
    let mut missing = Vec::new();
    for c in with_cp932_signs(text).chars() {
        if !c.is_ascii() && !missing.contains(&c) && !is_in_cp932(c) {
            missing.push(c);
        }
    }
    missing
}

/// Puts an apostrophe before a cell that a spreadsheet would run as a formula,
/// or that begins with apostrophes before such a sign (so that reading is exact).
#[must_use]
pub fn guard_formula(cell: &str) -> String {
    let harmless = cell.parse::<f64>().is_ok() || cell.chars().all(|c| matches!(c, '-' | '－' | '−' | ' '));
    if cell.trim_start_matches('\'').starts_with(FORMULA_STARTS) && !harmless {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// Writes rows as CSV: comma, every text in quotes, lines ended by CR LF.
///
/// # Errors
/// Every character that CP932 lacks, with row and column; nothing is written
/// then, since a name with a hole is worse than no file.
pub fn write_csv<R, C>(rows: &[R], encoding: CsvEncoding) -> Result<Vec<u8>, Vec<MissingChar>>
where
    R: AsRef<[C]>,
    C: AsRef<str>,
{
    let mut text = String::new();
    let mut missing = Vec::new();
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.as_ref().iter().enumerate() {
            if column > 0 {
                text.push(',');
            }
            let mut cell = guard_formula(cell.as_ref());
            if encoding == CsvEncoding::Cp932 {
                missing.extend(cp932_missing(&cell).into_iter().map(|ch| MissingChar {
                    row: row + 1,
                    column: column + 1,
                    ch,
                }));
                cell = with_cp932_signs(&cell);
            }
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        }
        text.push_str("\r\n");
    }
    if !missing.is_empty() {
        return Err(missing);
    }
    Ok(match encoding {
        CsvEncoding::Utf8Bom => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        CsvEncoding::Utf8 => text.into_bytes(),
        CsvEncoding::Cp932 => SHIFT_JIS.encode(&text).0.into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_cp932_lacks_are_named() {
        assert_eq!(cp932_missing("髙﨑①㈱～－〜−¥"), Vec::<char>::new());
        assert_eq!(cp932_missing("𠮷野家の𠮷と葛\u{E0100}é"), vec!['𠮷', '\u{E0100}', 'é']);
        assert_eq!(cp932_missing("\u{E000}"), vec!['\u{E000}']);
    }

    #[test]
    fn a_missing_character_stops_the_file_and_says_where() {
        let rows = [vec!["氏名", "住所"], vec!["𠮷田", "小倉"]];

        let missing = write_csv(&rows, CsvEncoding::Cp932).unwrap_err();

        assert_eq!(missing, vec![MissingChar { row: 2, column: 1, ch: '𠮷' }]);
        assert!(write_csv(&rows, CsvEncoding::Utf8).is_ok());
    }

    #[test]
    fn the_wave_dash_and_the_minus_survive_cp932() {
        let bytes = write_csv(&[["9時〜17時", "−3"]], CsvEncoding::Cp932).unwrap();

        let (text, _, bad) = SHIFT_JIS.decode(&bytes);

        assert!(!bad);
        assert!(text.contains("9時～17時") && text.contains("－3"), "{text}");
    }

    #[test]
    fn formulas_are_disarmed_and_numbers_are_not() {
        for (cell, expected) in [
            ("=SUM(A1)", "'=SUM(A1)"),
            ("+81-87", "'+81-87"),
            ("-3.5", "-3.5"),
            ("-", "-"),
            ("－", "－"),
            ("@cmd", "'@cmd"),
            ("＝1", "'＝1"),
            ("'=x", "''=x"),
            ("'abc", "'abc"),
            ("\t=x", "'\t=x"),
            ("山田", "山田"),
        ] {
            assert_eq!(guard_formula(cell), expected, "{cell:?}");
        }
    }
}
