//! Workbooks of one sheet, written row by row: what was written stands in a nameless temporary file,
//! so that the memory does not grow with the rows.

use std::io::Write;

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// Most rows below the heading that a sheet can hold.
const MOST_ROWS: u32 = 1_048_575;
/// Most characters of a cell.
const LONGEST: usize = 32_767;

/// Why a workbook cannot be written.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct BookError(#[from] XlsxError);

/// The head of a column.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// Its words.
    pub label: &'a str,
    /// How wide it is, in characters of ASCII.
    pub width: f64,
    /// Whether its cells are numbers.
    pub numeric: bool,
}

/// A workbook of one sheet whose first row is its heading.
pub struct BookWriter {
    workbook: Workbook,
    numeric: Vec<bool>,
    row: u32,
}

impl BookWriter {
    /// Begins a sheet; its name has at most 31 characters and none of `[]:*?/\`.
    ///
    /// # Errors
    /// [`BookError`] when the name is refused, or no temporary file can be made.
    pub fn new(name: &str, headings: &[Heading<'_>]) -> Result<BookWriter, BookError> {
        let mut workbook = Workbook::new();
        let bold = Format::new().set_bold();
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        for (at, heading) in (0..).zip(headings) {
            sheet.set_column_width(at, heading.width)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        for (at, heading) in (0..).zip(headings) {
            sheet.write_string_with_format(0, at, heading.label, &bold)?;
        }
        Ok(BookWriter { workbook, numeric: headings.iter().map(|heading| heading.numeric).collect(), row: 0 })
    }

    /// Adds a row. Everything is text, and never a formula, but what reads as a number in a column
    /// of numbers.
    ///
    /// # Errors
    /// [`BookError`] when the sheet is full or the temporary file cannot grow.
    pub fn write_row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> Result<(), BookError> {
        if self.row >= MOST_ROWS {
            return Err(XlsxError::RowColumnLimitError.into());
        }
        self.row += 1;
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (at, cell) in cells.into_iter().enumerate() {
            let column = u16::try_from(at).map_err(|_| XlsxError::RowColumnLimitError)?;
            let number = cell.parse::<f64>().ok().filter(|_| self.numeric.get(at).copied().unwrap_or_default());
            match number {
                Some(number) => sheet.write_number(self.row, column, number)?,
                None => sheet.write_string(self.row, column, cut(cell))?,
            };
        }
        Ok(())
    }

    /// Writes the finished file.
    ///
    /// # Errors
    /// [`BookError`] when `out` refuses.
    pub fn save<W: Write + Send>(mut self, out: W) -> Result<(), BookError> {
        Ok(self.workbook.save_to_writer(out)?)
    }
}

/// The beginning of a text that a cell can hold; a mark says that it goes on.
fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReadOptions, read};

    #[test]
    fn a_workbook_is_read_back_as_it_was_written() {
        let heading = |label, numeric| Heading { label, width: 10.0, numeric };
        let mut book = BookWriter::new("気づき", &[heading("氏名", false), heading("件数", true)]).unwrap();
        book.write_row(["=SUM(A1)", "12"]).unwrap();
        book.write_row(["𠮷田", "なし"]).unwrap();
        let mut file = Vec::new();

        book.save(&mut file).unwrap();

        let sheet = read("a.xlsx", &file, &ReadOptions::default()).unwrap();
        let cells: Vec<Vec<String>> = sheet.rows.into_iter().map(|row| row.cells).collect();
        assert_eq!(cells, [["氏名", "件数"], ["=SUM(A1)", "12"], ["𠮷田", "なし"]]);
    }

    #[test]
    fn a_cell_that_is_too_long_ends_with_a_mark() {
        assert_eq!(cut("短い"), "短い");
        assert_eq!(cut(&"長".repeat(LONGEST + 1)).chars().count(), LONGEST);
    }
}
