//! Out again: CSV for other programs, with no character lost on the way.
//!
//! **Formula injection.** A cell that a spreadsheet would run as a formula (it
//! begins with `= + - @`, their full-width forms, a tab or a line break) gets an
//! apostrophe in front, which spreadsheets take as "this is text". Numbers and
//! dashes alone stay as they are. [`crate::read`] takes the apostrophe off again,
//! so that a file written here and read here is unchanged.

use std::io::{self, Write};

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

/// Stands where CP932 lacks a character: the sign that printers use for a missing letter.
const GETA: char = '〓';
/// Most missing characters that are told one by one.
const MOST_TOLD: usize = 1000;

/// Writes CSV row by row: comma, every text in quotes, lines ended by CR LF. Nothing is kept of a
/// row that was written but the characters that CP932 lacks.
pub struct CsvWriter<W> {
    out: W,
    encoding: CsvEncoding,
    line: String,
    row: usize,
    missing: Vec<MissingChar>,
}

impl<W: Write> CsvWriter<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(mut out: W, encoding: CsvEncoding) -> io::Result<CsvWriter<W>> {
        if encoding == CsvEncoding::Utf8Bom {
            out.write_all(b"\xEF\xBB\xBF")?;
        }
        Ok(CsvWriter { out, encoding, line: String::new(), row: 0, missing: Vec::new() })
    }

    /// Adds a row. A character that CP932 lacks becomes 〓 there and is told by [`finish`](Self::finish).
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        self.row += 1;
        self.line.clear();
        for (column, cell) in cells.into_iter().enumerate() {
            if column > 0 {
                self.line.push(',');
            }
            let mut cell = guard_formula(cell);
            if self.encoding == CsvEncoding::Cp932 {
                cell = self.in_cp932(&cell, column + 1);
            }
            self.line.push('"');
            self.line.push_str(&cell.replace('"', "\"\""));
            self.line.push('"');
        }
        self.line.push_str("\r\n");
        match self.encoding {
            CsvEncoding::Cp932 => self.out.write_all(&SHIFT_JIS.encode(&self.line).0),
            CsvEncoding::Utf8Bom | CsvEncoding::Utf8 => self.out.write_all(self.line.as_bytes()),
        }
    }

    fn in_cp932(&mut self, cell: &str, column: usize) -> String {
        let missing = cp932_missing(cell);
        let room = MOST_TOLD.saturating_sub(self.missing.len());
        let row = self.row;
        self.missing.extend(missing.iter().take(room).map(|ch| MissingChar { row, column, ch: *ch }));
        with_cp932_signs(cell).chars().map(|c| if missing.contains(&c) { GETA } else { c }).collect()
    }

    /// Ends the file: gives back where it was written, and which characters CP932 lacks, the first
    /// thousand of them.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn finish(mut self) -> io::Result<(W, Vec<MissingChar>)> {
        self.out.flush()?;
        Ok((self.out, self.missing))
    }
}

/// Writes rows as CSV, all at once.
///
/// # Errors
/// Every character that CP932 lacks, with row and column; nothing is written
/// then, since a name with a hole is worse than no file.
pub fn write_csv<R, C>(rows: &[R], encoding: CsvEncoding) -> Result<Vec<u8>, Vec<MissingChar>>
where
    R: AsRef<[C]>,
    C: AsRef<str>,
{
    // Memory does not refuse.
    let write = || -> io::Result<(Vec<u8>, Vec<MissingChar>)> {
        let mut csv = CsvWriter::new(Vec::new(), encoding)?;
        for cells in rows {
            csv.write_row(cells.as_ref().iter().map(AsRef::as_ref))?;
        }
        csv.finish()
    };
    match write().unwrap_or_default() {
        (text, missing) if missing.is_empty() => Ok(text),
        (_, missing) => Err(missing),
    }
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
    fn a_file_written_row_by_row_marks_what_is_missing_and_tells_it() {
        let mut csv = CsvWriter::new(Vec::new(), CsvEncoding::Cp932).unwrap();
        csv.write_row(["氏名", "件数"]).unwrap();
        csv.write_row(["𠮷田", "=1"]).unwrap();

        let (bytes, missing) = csv.finish().unwrap();

        let (text, _, bad) = SHIFT_JIS.decode(&bytes);
        assert!(!bad);
        assert_eq!(text, "\"氏名\",\"件数\"\r\n\"〓田\",\"'=1\"\r\n");
        assert_eq!(missing, [MissingChar { row: 2, column: 1, ch: '𠮷' }]);
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
