//! Guards around zipped workbooks: what they unpack to, and what an OpenDocument
//! sheet repeats, is measured before a workbook reader allocates for it.

use std::io::{Cursor, Read};

use quick_xml::events::Event;
use zip::ZipArchive;

use crate::read::{Limits, ReadError};

/// The kinds of zipped workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Office Open XML spreadsheet.
    Xlsx,
    /// OpenDocument spreadsheet.
    Ods,
}

/// At most this many files stand in a workbook; real ones hold some dozens.
const MAX_ENTRIES: usize = 10_000;

/// Unpacks every entry into nothing, counting, and says what the archive is.
///
/// The sizes that the archive declares are not believed: what is counted is
/// what the decompressor yields.
pub(crate) fn inspect(bytes: &[u8], limits: &Limits) -> Result<Kind, ReadError> {
    let mut archive = open(bytes)?;
    if archive.len() > MAX_ENTRIES {
        return Err(ReadError::UnpacksTooLarge { limit: limits.max_unpacked_bytes });
    }
    let mut left = limits.max_unpacked_bytes;
    let mut kind = Err(ReadError::NotATable { kind: "ZIP" });
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|e| bad(&e))?;
        match entry.name().map_err(|e| bad(&e))?.as_ref() {
            "xl/workbook.xml" => kind = Ok(Kind::Xlsx),
            "content.xml" => kind = Ok(Kind::Ods),
            "xl/workbook.bin" => kind = Err(ReadError::NotATable { kind: "XLSB" }),
            "word/document.xml" => kind = Err(ReadError::NotATable { kind: "Word" }),
            "ppt/presentation.xml" => kind = Err(ReadError::NotATable { kind: "PowerPoint" }),
            _ => {}
        }
        let read = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(|e| bad(&e))?;
        left = left.checked_sub(read).ok_or(ReadError::UnpacksTooLarge { limit: limits.max_unpacked_bytes })?;
    }
    if kind == Ok(Kind::Ods) {
        let content = content_of(&mut archive)?;
        check_whole(&content)?;
        check_repeats(&content, limits)?;
    }
    kind
}

fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ReadError> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|e| bad(&e))
}

fn bad(cause: &impl std::fmt::Display) -> ReadError {
    ReadError::BadWorkbook { cause: cause.to_string() }
}

fn content_of(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Vec<u8>, ReadError> {
    let mut content = Vec::new();
    archive.by_name("content.xml").map_err(|e| bad(&e))?.read_to_end(&mut content).map_err(|e| bad(&e))?;
    if content.starts_with(b"\xFF\xFE") || content.starts_with(b"\xFE\xFF") {
        return Err(ReadError::BadWorkbook { cause: "content.xml is not UTF-8".into() });
    }
    Ok(content)
}

/// Whether every element is closed. The workbook reader looks for the end of a table without
/// looking for the end of the file, and would wait for ever in one that was cut.
fn check_whole(content: &[u8]) -> Result<(), ReadError> {
    let mut reader = quick_xml::Reader::from_reader(content);
    let mut open = 0_usize;
    loop {
        match reader.read_event().map_err(|e| bad(&e))? {
            Event::Start(_) => open += 1,
            Event::End(_) => open = open.saturating_sub(1),
            Event::Eof if open > 0 => return Err(bad(&"content.xml ends in the middle")),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// In OpenDocument a cell or row may stand for thousands of copies of itself.
/// Repeated blanks are ordinary; repeated content is bounded here.
fn check_repeats(content: &[u8], limits: &Limits) -> Result<(), ReadError> {
    let mut extent = Extent::new(limits);
    let mut at = 0;
    while let Some(open) = find(content, at, b'<') {
        let Some(end) = tag_end(content, open) else {
            break;
        };
        let tag = &content[open + 1..end];
        let name_len =
            tag.iter().position(|b| b.is_ascii_whitespace() || *b == b'/').filter(|len| *len > 0).unwrap_or(tag.len());
        match &tag[..name_len] {
            b"table:table" => extent.start_table(),
            b"table:table-row" => extent.start_row(repeated(tag, b"table:number-rows-repeated")?),
            b"table:table-cell" | b"table:covered-table-cell" => {
                extent.start_cell(open, repeated(tag, b"table:number-columns-repeated")?, tag)?;
            }
            _ => {}
        }
        if tag == b"/table:table-row" {
            extent.end_row(open)?;
        }
        at = end;
    }
    Ok(())
}

/// The extent that a table would have once its repetitions are written out.
struct Extent<'a> {
    limits: &'a Limits,
    rows: u64,
    blank_rows: u64,
    width: u64,
    bytes: u64,
    row: Row,
}

#[derive(Default)]
struct Row {
    repeats: u64,
    columns: u64,
    filled: u64,
    bytes: u64,
    cell: Option<(usize, u64)>,
}

impl<'a> Extent<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self { limits, rows: 0, blank_rows: 0, width: 0, bytes: 0, row: Row::default() }
    }

    fn start_table(&mut self) {
        self.rows = 0;
        self.blank_rows = 0;
        self.width = 0;
        self.row = Row::default();
    }

    fn start_row(&mut self, repeats: u64) {
        self.row = Row { repeats, ..Row::default() };
    }

    fn start_cell(&mut self, at: usize, repeats: u64, tag: &[u8]) -> Result<(), ReadError> {
        self.end_cell(at);
        self.row.columns = self.row.columns.saturating_add(repeats);
        if contains(tag, b"value-type") || contains(tag, b"office:") || contains(tag, b"formula") {
            self.row.filled = self.row.columns;
            self.row.cell = Some((at, repeats));
            if self.row.filled > self.limits.max_columns as u64 {
                return Err(ReadError::TooManyColumns {
                    line: usize::try_from(self.rows + self.blank_rows + 1).unwrap_or(usize::MAX),
                    limit: self.limits.max_columns,
                });
            }
        }
        Ok(())
    }

    fn end_cell(&mut self, at: usize) {
        if let Some((start, repeats)) = self.row.cell.take() {
            let each = (at - start) as u64;
            self.row.bytes = self.row.bytes.saturating_add(each.saturating_mul(repeats));
        }
    }

    fn end_row(&mut self, at: usize) -> Result<(), ReadError> {
        self.end_cell(at);
        let row = std::mem::take(&mut self.row);
        if row.filled == 0 {
            self.blank_rows = self.blank_rows.saturating_add(row.repeats);
            return Ok(());
        }
        self.rows = self.rows.saturating_add(self.blank_rows).saturating_add(row.repeats);
        self.blank_rows = 0;
        self.width = self.width.max(row.filled);
        self.bytes = self.bytes.saturating_add(row.bytes.saturating_mul(row.repeats));
        if self.rows > self.limits.max_rows as u64 {
            return Err(ReadError::TooManyRows { limit: self.limits.max_rows });
        }
        // A cell takes some 50 bytes in the reader, whatever it holds.
        let cells = self.rows.saturating_mul(self.width).saturating_mul(50);
        let limit = self.limits.max_unpacked_bytes;
        if self.bytes > limit || cells > limit.saturating_mul(4) {
            return Err(ReadError::UnpacksTooLarge { limit });
        }
        Ok(())
    }
}

/// The value of a repetition attribute, 1 without one.
fn repeated(tag: &[u8], attribute: &[u8]) -> Result<u64, ReadError> {
    let Some(at) = tag.windows(attribute.len()).position(|window| window == attribute) else {
        return Ok(1);
    };
    let rest: Vec<u8> =
        tag[at + attribute.len()..].iter().copied().filter(|b| !b.is_ascii_whitespace()).take(24).collect();
    let rest = rest.strip_prefix(b"=").unwrap_or_default();
    let quote = rest.first().copied().unwrap_or(b'"');
    let digits: Vec<u8> = rest.iter().skip(1).copied().take_while(|b| *b != quote).collect();
    String::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| ReadError::BadWorkbook { cause: "a repetition count is no number".into() })
}

/// Where a byte stands from a place on.
pub(crate) fn find(content: &[u8], from: usize, byte: u8) -> Option<usize> {
    content[from..].iter().position(|b| *b == byte).map(|at| from + at)
}

/// Where the tag that opens at `open` ends; `>` inside quotes does not count.
pub(crate) fn tag_end(content: &[u8], open: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in content.iter().enumerate().skip(open + 1) {
        match (quote, *byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(q), b) if q == b => quote = None,
            _ => {}
        }
    }
    None
}

fn contains(tag: &[u8], part: &[u8]) -> bool {
    tag.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: &str) -> Result<(), ReadError> {
        check_repeats(content.as_bytes(), &Limits::default())
    }

    #[test]
    fn repeated_blanks_are_ordinary() {
        let content = r#"<table:table><table:table-row>
            <table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>
            <table:table-cell table:number-columns-repeated="16383"/></table:table-row>
            <table:table-row table:number-rows-repeated="1048575">
            <table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>"#;

        assert_eq!(check(content), Ok(()));
    }

    #[test]
    fn repeated_content_is_bounded() {
        let wide = r#"<table:table-row><table:table-cell x=">" table:number-columns-repeated="16384"
            office:value-type="string"><text:p>a</text:p></table:table-cell></table:table-row>"#;
        let long = r#"<table:table-row table:number-rows-repeated='1048576'><table:table-cell
            table:number-columns-repeated="900" office:value-type="string"></table:table-cell></table:table-row>"#;
        let odd = r#"<table:table-row table:number-rows-repeated="&#49;000"></table:table-row>"#;

        assert!(matches!(check(wide), Err(ReadError::TooManyColumns { .. })));
        assert!(matches!(check(long), Err(ReadError::UnpacksTooLarge { .. })));
        assert!(matches!(check(odd), Err(ReadError::BadWorkbook { .. })));
    }
}
