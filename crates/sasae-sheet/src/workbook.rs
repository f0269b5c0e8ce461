//! Workbooks: xlsx, ods and the old xls.
//!
//! A cell becomes the text that a reader of the sheet would copy out of it. The
//! worksheet of an xlsx file is streamed, so that two cells at opposite corners
//! of a sheet do not make the program allocate everything between them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Range, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsx};

use crate::archive::{self, Kind};
use crate::decode::Encoding;
use crate::marks::{Marks, struck_warning};
use crate::read::{Limits, ReadError, ReadOptions, Sheet, SheetRow, Warning};

/// Cells by row and column, both from 0.
type Cells = BTreeMap<u32, BTreeMap<u32, String>>;

/// First and last cell of merged cells, each as row and column from 0.
type Area = ((u32, u32), (u32, u32));

/// Reads an xlsx or ods file.
pub(crate) fn read_zip(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Sheet, ReadError> {
    let kind = archive::inspect(bytes, &options.limits)?;
    guarded(|| match kind {
        Kind::Xlsx => read_xlsx(name, bytes, options),
        Kind::Ods => {
            let mut book: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|e| match e {
                calamine::OdsError::Password => ReadError::Password,
                other => bad(&other),
            })?;
            let all = book.sheets_metadata().to_vec();
            let range = |sheet: &str| book.worksheet_range(sheet).map_err(|e| bad(&e));
            let mut sheet = read_ranges(name, &all, options, range, |_| Vec::new())?;
            let marks = Marks::of_ods(bytes, sheet.worksheet.as_deref().unwrap_or_default());
            note_marks(&mut sheet, &marks);
            Ok(sheet)
        }
    })
}

/// Reads an xls file (BIFF, Excel 97–2003).
pub(crate) fn read_xls(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Sheet, ReadError> {
    // An xlsx with a password is wrapped into the same container as an xls.
    let marker: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(marker.len()).any(|window| window == marker) {
        return Err(ReadError::Password);
    }
    guarded(|| {
        let book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|e| match e {
            XlsError::Password => ReadError::Password,
            other => bad(&other),
        })?;
        let all = book.sheets_metadata().to_vec();
        let merged: BTreeMap<String, Vec<Area>> = all
            .iter()
            .map(|sheet| {
                let areas = book.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default();
                let areas = areas.iter().map(|d| (d.start, d.end)).collect();
                (sheet.name.clone(), areas)
            })
            .collect();
        let mut book = book;
        read_ranges(
            name,
            &all,
            options,
            |sheet| book.worksheet_range(sheet).map_err(|e| bad(&e)),
            |sheet| merged.get(sheet).cloned().unwrap_or_default(),
        )
    })
}

/// The workbook readers are not ours and the bytes are anybody's: a panic in
/// them is a file that cannot be read, not the end of the server's thread.
fn guarded(read: impl FnOnce() -> Result<Sheet, ReadError>) -> Result<Sheet, ReadError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(ReadError::BadWorkbook { cause: "its structure is damaged".into() }))
}

fn bad(cause: &impl std::fmt::Display) -> ReadError {
    ReadError::BadWorkbook { cause: cause.to_string() }
}

/// The worksheets to try, in their order: the named one, or all visible ones.
fn candidates(sheets: &[calamine::Sheet], options: &ReadOptions) -> Result<Vec<String>, ReadError> {
    if let Some(wanted) = &options.sheet {
        return sheets.iter().find(|s| s.name.trim() == wanted.trim()).map(|s| vec![s.name.clone()]).ok_or_else(|| {
            ReadError::NoSuchWorksheet { name: wanted.clone(), found: sheets.iter().map(|s| s.name.clone()).collect() }
        });
    }
    Ok(sheets
        .iter()
        .filter(|s| s.visible == SheetVisible::Visible && s.typ == SheetType::WorkSheet)
        .map(|s| s.name.clone())
        .collect())
}

fn read_xlsx(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Sheet, ReadError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| match e {
        calamine::XlsxError::Password => ReadError::Password,
        other => bad(&other),
    })?;
    let all = book.sheets_metadata().to_vec();
    let candidates = candidates(&all, options)?;
    for worksheet in &candidates {
        let mut warnings = Vec::new();
        let mut cells = Cells::new();
        let mut struck: BTreeSet<u32> = BTreeSet::new();
        let mut count = 0_usize;
        let mut reader = book.worksheet_cells_reader(worksheet).map_err(|e| bad(&e))?;
        while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|e| bad(&e))? {
            let style = reader.styles().get(style);
            let format = style.and_then(|s| s.number_format.as_ref()).map_or("General", |f| f.format_code.as_str());
            let is_struck = style.and_then(|s| s.font.as_ref()).is_some_and(|font| font.strikethrough);
            let text = match cell.get_value() {
                DataRef::Empty => continue,
                DataRef::SharedString(s) => (*s).to_owned(),
                other => shown(&Data::from(other.clone()), format),
            };
            if text.is_empty() {
                continue;
            }
            let (row, column) = cell.get_position();
            if is_struck {
                struck.insert(row);
            }
            put(&mut cells, &mut count, (row, column), text, &options.limits)?;
        }
        drop(reader);
        if cells.is_empty() {
            continue;
        }
        let merged = book.merge_cells_by_sheet_name(worksheet).map_err(|e| bad(&e))?;
        let areas: Vec<Area> = merged.iter().map(|d| (d.start, d.end)).collect();
        fill_merged(&mut cells, &areas, &mut warnings);
        warnings.extend(struck.iter().map(|row| struck_warning(*row as usize + 1)));
        let mut sheet = finish(name, worksheet, &all, options, cells, warnings);
        note_marks(&mut sheet, &Marks::of_xlsx(bytes, worksheet));
        return Ok(sheet);
    }
    Err(ReadError::Empty)
}

/// Says what the marks of a worksheet mean for its rows.
fn note_marks(sheet: &mut Sheet, marks: &Marks) {
    let filled: BTreeSet<usize> = sheet.rows.iter().filter(|row| !row.is_blank()).map(|row| row.line).collect();
    sheet.warnings.extend(marks.warnings(|line| filled.contains(&line)));
}

/// Readers that hand out a rectangle of cells (ods, xls).
fn read_ranges(
    name: &str,
    all: &[calamine::Sheet],
    options: &ReadOptions,
    mut range_of: impl FnMut(&str) -> Result<Range<Data>, ReadError>,
    merged_of: impl Fn(&str) -> Vec<Area>,
) -> Result<Sheet, ReadError> {
    for worksheet in candidates(all, options)? {
        let range = range_of(&worksheet)?;
        let Some((top, left)) = range.start() else {
            continue;
        };
        let mut cells = Cells::new();
        let mut count = 0_usize;
        for (row, column, value) in range.used_cells() {
            let text = shown(value, "General");
            if text.is_empty() {
                continue;
            }
            let at = (
                top.saturating_add(u32::try_from(row).unwrap_or(u32::MAX)),
                left.saturating_add(u32::try_from(column).unwrap_or(u32::MAX)),
            );
            put(&mut cells, &mut count, at, text, &options.limits)?;
        }
        if cells.is_empty() {
            continue;
        }
        let mut warnings = Vec::new();
        fill_merged(&mut cells, &merged_of(&worksheet), &mut warnings);
        return Ok(finish(name, &worksheet, all, options, cells, warnings));
    }
    Err(ReadError::Empty)
}

/// Stores a cell, within the limits.
fn put(
    cells: &mut Cells,
    count: &mut usize,
    (row, column): (u32, u32),
    text: String,
    limits: &Limits,
) -> Result<(), ReadError> {
    let line = row as usize + 1;
    if column as usize >= limits.max_columns {
        return Err(ReadError::TooManyColumns { line, limit: limits.max_columns });
    }
    if text.len() > limits.max_cell_chars && text.chars().count() > limits.max_cell_chars {
        return Err(ReadError::CellTooLong { line, column: column as usize + 1, limit: limits.max_cell_chars });
    }
    *count += 1;
    let too_many_rows = !cells.contains_key(&row) && cells.len() >= limits.max_rows;
    // 64 cells a row on average is more than any register has; beyond the
    // product the sheet is a bomb of shared strings.
    if too_many_rows || *count > limits.max_rows.saturating_mul(64) {
        return Err(ReadError::TooManyRows { limit: limits.max_rows });
    }
    cells.entry(row).or_default().insert(column, text);
    Ok(())
}

/// Repeats the value of cells that are merged downwards in each row they cover:
/// that is what the merge means to its reader (one district, many rows).
fn fill_merged(cells: &mut Cells, areas: &[Area], warnings: &mut Vec<Warning>) {
    let mut filled = 0_usize;
    for ((top, left), (bottom, _)) in areas {
        if bottom <= top {
            continue;
        }
        let Some(value) = cells.get(top).and_then(|row| row.get(left)).cloned() else {
            continue;
        };
        for (_, row) in cells.range_mut(top.saturating_add(1)..=*bottom) {
            if !row.contains_key(left) {
                row.insert(*left, value.clone());
                filled += 1;
            }
        }
    }
    if filled > 0 {
        warnings.push(Warning::about_file(
            format!("縦に結合されたセルの値を、{filled} 個のセルに補いました"),
            format!("values of vertically merged cells were repeated in {filled} cells"),
        ));
    }
}

fn finish(
    name: &str,
    worksheet: &str,
    all: &[calamine::Sheet],
    options: &ReadOptions,
    cells: Cells,
    mut warnings: Vec<Warning>,
) -> Sheet {
    let worksheets: Vec<String> = all.iter().map(|s| s.name.clone()).collect();
    if options.sheet.is_none() && worksheets.len() > 1 {
        let others: Vec<&str> = worksheets.iter().map(String::as_str).filter(|other| *other != worksheet).collect();
        warnings.push(Warning::about_file(
            format!("シート「{worksheet}」だけを読みました（読んでいないシート：{}）", others.join("、")),
            format!("only worksheet {worksheet:?} was read (not read: {})", others.join(", ")),
        ));
    }
    let rows = cells
        .into_iter()
        .map(|(row, cells)| {
            let width = cells.keys().next_back().map_or(0, |last| *last as usize + 1);
            let mut written = vec![String::new(); width];
            for (column, text) in cells {
                if let Some(cell) = written.get_mut(column as usize) {
                    *cell = text;
                }
            }
            SheetRow { line: row as usize + 1, cells: written }
        })
        .collect();
    Sheet {
        name: name.to_owned(),
        encoding: Encoding::Workbook,
        delimiter: None,
        worksheet: Some(worksheet.to_owned()),
        worksheets,
        rows,
        warnings,
    }
}

/// The text of a value as its reader sees it, without the thousands separators
/// and units that a number format adds.
fn shown(value: &Data, format: &str) -> String {
    match value {
        Data::Empty => String::new(),
        Data::String(s) => s.replace("_x000D_", "").replace("\r\n", "\n"),
        Data::Bool(b) => if *b { "TRUE" } else { "FALSE" }.to_owned(),
        Data::Error(e) => e.to_string(),
        Data::Int(i) => padded(&i.to_string(), format),
        Data::Float(f) => padded(&number(*f), format),
        Data::DateTime(moment) => moment_text(moment),
        Data::DateTimeIso(iso) => iso_moment(iso),
        Data::DurationIso(iso) => iso_duration(iso).unwrap_or_else(|| iso.clone()),
    }
}

/// A number with the fifteen digits that Excel shows (it stores 34.33895 as
/// 34.338950000000004), never in scientific notation.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    format!("{rounded}")
}

/// Leading zeros and hyphens of a format such as `000000` or `000-0000`.
fn padded(digits: &str, format: &str) -> String {
    let pattern: String = format.chars().filter(|c| !matches!(c, '\\' | '"')).collect();
    let zeros = pattern.chars().filter(|c| *c == '0').count();
    let only_places = pattern.chars().all(|c| matches!(c, '0' | '-'));
    if !only_places || zeros < 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return digits.to_owned();
    }
    let mut left = format!("{digits:0>zeros$}").into_bytes();
    let mut shown = Vec::new();
    for place in pattern.bytes().rev() {
        shown.push(if place == b'-' { b'-' } else { left.pop().unwrap_or(b'0') });
    }
    left.reverse();
    shown.extend(left);
    shown.reverse();
    String::from_utf8(shown).unwrap_or_else(|_| digits.to_owned())
}

fn moment_text(moment: &ExcelDateTime) -> String {
    let value = moment.as_f64();
    if moment.is_duration() {
        let minutes = (value * 1440.0).round();
        let (hours, rest) = ((minutes / 60.0).floor(), minutes.rem_euclid(60.0));
        return format!("{hours:02}:{rest:02}");
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time =
        if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") };
    if (0.0..1.0).contains(&value) {
        time
    } else if value.fract() == 0.0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {time}")
    }
}

/// `2024-04-01T00:00:00` is a date in OpenDocument.
fn iso_moment(iso: &str) -> String {
    match iso.split_once('T') {
        Some((date, time)) if time.trim_end_matches('Z').chars().all(|c| matches!(c, '0' | ':' | '.')) => {
            date.to_owned()
        }
        Some((date, time)) => format!("{date} {time}"),
        None => iso.to_owned(),
    }
}

/// `PT09H00M00S` is 09:00 in OpenDocument.
fn iso_duration(iso: &str) -> Option<String> {
    let rest = iso.strip_prefix("PT")?;
    let (hours, rest) = rest.split_once('H')?;
    let (minutes, seconds) = rest.split_once('M')?;
    let hours: u32 = hours.parse().ok()?;
    let minutes: u32 = minutes.parse().ok()?;
    let seconds: f64 = seconds.trim_end_matches('S').parse().ok()?;
    Some(if seconds == 0.0 {
        format!("{hours:02}:{minutes:02}")
    } else {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    })
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn numbers_are_shown_as_excel_shows_them() {
        for (value, format, expected) in [
            (34.338_950_000_000_004, "General", "34.33895"),
            (12.0, "General", "12"),
            (-3.5, "General", "-3.5"),
            (1_234_567_890_123.0, "General", "1234567890123"),
            (0.000_001, "General", "0.000001"),
            (11_002.0, "000000", "011002"),
            (8_020_031.0, "000\\-0000", "802-0031"),
            (8_020_031.0, "000-0000", "802-0031"),
            (12.0, "0", "12"),
            (1_234.0, "#,##0", "1234"),
            (1_234_567.0, "00000", "1234567"),
        ] {
            assert_eq!(shown(&Data::Float(value), format), expected, "{value} {format}");
        }
    }

    #[test]
    fn moments_become_iso_text() {
        let moment = |value, kind| Data::DateTime(ExcelDateTime::new(value, kind, false));

        for (value, expected) in [
            (moment(45_383.0, ExcelDateTimeType::DateTime), "2024-04-01"),
            (moment(0.375, ExcelDateTimeType::DateTime), "09:00"),
            (moment(45_383.437_5, ExcelDateTimeType::DateTime), "2024-04-01 10:30"),
            (moment(0.75, ExcelDateTimeType::TimeDelta), "18:00"),
            (Data::DateTimeIso("2024-04-01T00:00:00".into()), "2024-04-01"),
            (Data::DateTimeIso("2024-04-01".into()), "2024-04-01"),
            (Data::DurationIso("PT09H30M00S".into()), "09:30"),
        ] {
            assert_eq!(shown(&value, "General"), expected);
        }
    }
}
