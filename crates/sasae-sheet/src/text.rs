//! Delimited text: comma, tab or semicolon, quotes, any line ending.
//!
//! The parser is our own because a general CSV reader neither notices a quoted
//! cell that never ends (the sign of a file cut off in transfer) nor counts
//! physical lines where a cell contains line breaks or lines end in CR alone.
//! Written for people: a refused cell must be found again in the file.

use crate::read::{Limits, ReadError, SheetRow, Warning};

/// The delimiters that are recognised.
const DELIMITERS: [char; 3] = [',', '\t', ';'];

/// How much text the recognition of the delimiter looks at, in bytes.
const SAMPLE_BYTES: usize = 64 * 1024;

/// Characters after which a spreadsheet would take a cell for a formula.
/// See [`crate::write::guard_formula`], whose mark is taken off here.
pub(crate) const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Splits text into rows.
pub(crate) fn parse(
    text: &str,
    delimiter: Option<char>,
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Result<(Vec<SheetRow>, char), ReadError> {
    // Excel writes and understands a first line that names the delimiter.
    let (body, first_line, named) = match named_delimiter(text) {
        Some((rest, named)) => (rest, 2, Some(named)),
        None => (text, 1, None),
    };
    let delimiter = delimiter.or(named).unwrap_or_else(|| detect_delimiter(body));
    let mut reader = Splitter::new(body, first_line, delimiter);
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row(limits.max_columns)? {
        if let Some(at) =
            row.cells.iter().position(|c| c.len() > limits.max_cell_chars && c.chars().count() > limits.max_cell_chars)
        {
            return Err(ReadError::CellTooLong { line: row.line, column: at + 1, limit: limits.max_cell_chars });
        }
        if rows.len() >= limits.max_rows {
            return Err(ReadError::TooManyRows { limit: limits.max_rows });
        }
        rows.push(row);
    }
    for line in reader.odd_quotes.iter().take(20) {
        warnings.push(Warning::at(
            *line,
            "引用符（\"）の使い方が正しくありません。文字として読み取りました",
            "a quotation mark stands where none belongs; it was read as text",
        ));
    }
    Ok((rows, delimiter))
}

/// `sep=;` on the first line, as Excel writes it.
fn named_delimiter(text: &str) -> Option<(&str, char)> {
    let end = text.find(['\r', '\n'])?;
    let first = text[..end].trim_matches('"');
    let delimiter = first.strip_prefix("sep=").or(first.strip_prefix("SEP="))?;
    let mut chars = delimiter.chars();
    let found = chars.next().filter(|c| DELIMITERS.contains(c))?;
    if chars.next().is_some() {
        return None;
    }
    let rest = &text[end..];
    let rest = rest.strip_prefix("\r\n").or(rest.strip_prefix(['\r', '\n'])).unwrap_or(rest);
    Some((rest, found))
}

/// The delimiter that gives the most regular table over the first lines; a
/// comma where nothing speaks for another.
fn detect_delimiter(text: &str) -> char {
    let mut end = text.len().min(SAMPLE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let sample = &text[..end];
    let mut best = (',', 0_usize);
    for delimiter in DELIMITERS {
        let mut splitter = Splitter::new(sample, 1, delimiter);
        let mut widths: Vec<usize> = Vec::new();
        while widths.len() < 100 {
            let odd = splitter.odd_quotes.len();
            let width = match splitter.next_row(usize::MAX) {
                Ok(Some(row)) => row.cells.len(),
                Ok(None) => break,
                // The sample ends inside a quoted cell; what came before counts.
                Err(_) => splitter.cells_in_row + 1,
            };
            if width > 1 && splitter.odd_quotes.len() == odd {
                widths.push(width);
            }
        }
        widths.sort_unstable();
        let score = widths
            .chunk_by(|a, b| a == b)
            .map(|same| same.len() * (same[0] - 1))
            .max()
            .unwrap_or(0)
            // Quotation marks out of place are the sign of a wrong delimiter.
            .saturating_sub(10 * splitter.odd_quotes.len());
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

/// Reads one row after another.
struct Splitter<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
    delimiter: char,
    /// Lines with a quotation mark where none belongs.
    odd_quotes: Vec<usize>,
    /// Finished cells of the row that is being read.
    cells_in_row: usize,
}

impl<'a> Splitter<'a> {
    fn new(text: &'a str, line: usize, delimiter: char) -> Self {
        Self { rest: text.chars().peekable(), line, delimiter, odd_quotes: Vec::new(), cells_in_row: 0 }
    }

    /// The next row, or `None` at the end of the text.
    fn next_row(&mut self, max_columns: usize) -> Result<Option<SheetRow>, ReadError> {
        if self.rest.peek().is_none() {
            return Ok(None);
        }
        let line = self.line;
        let mut cells = Vec::new();
        loop {
            self.cells_in_row = cells.len();
            let (cell, end) = self.next_cell()?;
            cells.push(cell);
            if cells.len() > max_columns {
                return Err(ReadError::TooManyColumns { line, limit: max_columns });
            }
            match end {
                End::Delimiter => {}
                End::Row => return Ok(Some(SheetRow { line, cells })),
            }
        }
    }

    fn next_cell(&mut self) -> Result<(String, End), ReadError> {
        let mut cell = String::new();
        // Some programs put a space between delimiter and quotation mark.
        while self.rest.peek() == Some(&' ') {
            cell.push(' ');
            self.rest.next();
        }
        if self.rest.peek() == Some(&'"') {
            cell.clear();
            self.rest.next();
            self.quoted(&mut cell)?;
        }
        loop {
            match self.rest.next() {
                None => return Ok((unguard(cell), End::Row)),
                Some(c) if c == self.delimiter => return Ok((unguard(cell), End::Delimiter)),
                Some('\r') => {
                    if self.rest.peek() == Some(&'\n') {
                        self.rest.next();
                    }
                    self.line += 1;
                    return Ok((unguard(cell), End::Row));
                }
                Some('\n') => {
                    self.line += 1;
                    return Ok((unguard(cell), End::Row));
                }
                // Excel and FileMaker write a line break inside a cell as VT.
                Some('\u{B}') => cell.push('\n'),
                Some(c) => cell.push(c),
            }
        }
    }

    /// The inside of a quoted cell, up to and with the closing mark.
    fn quoted(&mut self, cell: &mut String) -> Result<(), ReadError> {
        let opened = self.line;
        loop {
            match self.rest.next() {
                None => return Err(ReadError::CutOff { line: opened }),
                Some('"') => {
                    if self.rest.peek() == Some(&'"') {
                        self.rest.next();
                        cell.push('"');
                        continue;
                    }
                    let mut spaces = String::new();
                    while self.delimiter != ' ' && self.rest.peek() == Some(&' ') {
                        self.rest.next();
                        spaces.push(' ');
                    }
                    match self.rest.peek() {
                        None | Some('\r' | '\n') => return Ok(()),
                        Some(c) if *c == self.delimiter => return Ok(()),
                        Some(_) => {
                            self.odd_quotes.push(self.line);
                            cell.push('"');
                            cell.push_str(&spaces);
                            return Ok(());
                        }
                    }
                }
                Some('\r') => {
                    if self.rest.peek() == Some(&'\n') {
                        self.rest.next();
                    }
                    self.line += 1;
                    cell.push('\n');
                }
                Some('\n') => {
                    self.line += 1;
                    cell.push('\n');
                }
                Some('\u{B}') => cell.push('\n'),
                Some(c) => cell.push(c),
            }
        }
    }
}

/// What ended a cell.
enum End {
    Delimiter,
    Row,
}

/// Takes off what spreadsheets and [`crate::write_csv`] wrap around a cell so
/// that it stays text: a leading apostrophe before a formula sign, and `="0123"`.
fn unguard(cell: String) -> String {
    if let Some(inner) = cell.strip_prefix('\'')
        && inner.trim_start_matches('\'').starts_with(FORMULA_STARTS)
    {
        return inner.to_owned();
    }
    if let Some(inner) = cell.strip_prefix("=\"").and_then(|c| c.strip_suffix('"'))
        && !inner.contains('"')
    {
        return inner.to_owned();
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
        let (rows, _) = parse(text, None, &Limits::default(), &mut Vec::new()).unwrap();
        rows.into_iter().map(|r| (r.line, r.cells)).collect()
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(|c| (*c).to_owned()).collect())
    }

    #[test]
    fn every_line_ending_counts_physical_lines() {
        let expected = vec![row(1, &["a", "b"]), row(2, &["1\n2", "3"]), row(4, &["x", "y"])];

        for end in ["\n", "\r\n", "\r"] {
            let text = format!("a,b{end}\"1{end}2\",3{end}x,y{end}");

            assert_eq!(rows(&text), expected, "{end:?}");
        }
    }

    #[test]
    fn delimiters_are_recognised() {
        for (text, delimiter) in [
            ("氏名,住所,備考\n山田,小倉;北,x\n", ','),
            ("氏名\t住所\t備考\n山田\t小倉,北\tx\n", '\t'),
            ("氏名;住所;備考\n山田;\"a;b\";x\n", ';'),
            ("一覧表\n\n氏名\t住所\n山田\t小倉\n", '\t'),
            ("sep=;\nname\n", ';'),
            ("単独\n", ','),
        ] {
            let (_, found) = parse(text, None, &Limits::default(), &mut Vec::new()).unwrap();

            assert_eq!(found, delimiter, "{text:?}");
        }
    }

    #[test]
    fn the_line_that_names_the_delimiter_is_counted_but_not_read() {
        assert_eq!(rows("sep=;\r\na;b\r\n"), vec![row(2, &["a", "b"])]);
    }

    #[test]
    fn text_protection_of_spreadsheets_is_taken_off() {
        assert_eq!(
            rows("=\"0123\",\"=\"\"045\"\"\",'=SUM(A1),'abc,''=x\n"),
            vec![row(1, &["0123", "045", "=SUM(A1)", "'abc", "'=x"])]
        );
    }

    #[test]
    fn a_quoted_cell_that_never_ends_means_a_file_cut_off() {
        let error = parse("a,b\n1,\"x\ny", None, &Limits::default(), &mut Vec::new()).unwrap_err();

        assert_eq!(error, ReadError::CutOff { line: 2 });
    }

    #[test]
    fn a_quotation_mark_inside_a_cell_is_kept_and_reported() {
        let mut warnings = Vec::new();

        let (rows, _) = parse("\"a\"b,5\" pipe\n", None, &Limits::default(), &mut warnings).unwrap();

        assert_eq!(rows[0].cells, ["a\"b", "5\" pipe"]);
        assert_eq!(warnings.len(), 1);
    }

    #[test]
    fn a_space_before_the_quotation_mark_is_form_not_content() {
        assert_eq!(rows("\"a\", \"b,c\" ,d\n"), vec![row(1, &["a", "b,c", "d"])]);
    }

    #[test]
    fn limits_name_the_line() {
        let limits = Limits { max_rows: 2, max_columns: 3, max_cell_chars: 4, ..Limits::default() };
        let try_parse = |text| parse(text, None, &limits, &mut Vec::new()).unwrap_err();

        assert_eq!(try_parse("a\nb\nc\n"), ReadError::TooManyRows { limit: 2 });
        assert_eq!(try_parse("a\n1,2,3,4\n"), ReadError::TooManyColumns { line: 2, limit: 3 });
        assert_eq!(try_parse("a\nb,あいうえお\n"), ReadError::CellTooLong { line: 2, column: 2, limit: 4 });
    }
}
