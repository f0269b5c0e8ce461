//! What holds of every file that somebody imports: as text, as a workbook, and row by row up to
//! the values that the importers take.

#[path = "../../crates/sasae-sheet/tests/book/mod.rs"]
#[expect(dead_code, reason = "made for the tests of workbooks; a part is enough here")]
mod book;

use sasae_sheet::{
    Column, CsvEncoding, Lang, Limits, ReadOptions, Reading, Report, Row, Serial, Sheet, Table, aliases, birth, damage,
    is_ditto, phone, phones, read, reading, repeat_ditto, write_csv,
};

/// Every list of columns that an importer looks for.
const LISTS: [&[Column]; 5] =
    [aliases::PERSON, aliases::STAFF, aliases::ORGANISATION, aliases::AREA, aliases::MUNICIPALITIES];

/// A heading of a register, so that what follows is read as its rows.
const REGISTER: &str = "氏名,フリガナ,生年月日,性別,住所,電話番号,携帯電話,世帯番号,続柄,要介護度,死亡日,備考\n";

fn options() -> ReadOptions {
    let limits = Limits {
        max_bytes: 1 << 20,
        max_rows: 2_000,
        max_columns: 100,
        max_cell_chars: 4_000,
        max_unpacked_bytes: 4 << 20,
    };
    ReadOptions { limits, ..ReadOptions::default() }
}

/// A file of text, or whatever these bytes are.
pub fn csv(bytes: &[u8]) {
    let Some(sheet) = open(bytes) else { return };
    if !sheet.is_text() {
        return;
    }
    let rows: Vec<&Vec<String>> = sheet.rows.iter().map(|row| &row.cells).collect();
    // What is written is read again, unless it then looks like another kind of file.
    let Ok(written) = write_csv(&rows, CsvEncoding::Utf8Bom) else { panic!("every text has its place in UTF-8") };
    if let Ok(again) = read("again.csv", &written, &options())
        && again.delimiter == Some(',')
    {
        let again: Vec<&Vec<String>> = again.rows.iter().map(|row| &row.cells).collect();
        assert_eq!(again, rows);
    }
}

/// A workbook: the bytes themselves, and as the cells inside one that is whole.
pub fn xlsx(bytes: &[u8]) {
    open(&[&b"PK\x03\x04"[..], bytes].concat());
    open(bytes);
    if let Ok(cells) = std::str::from_utf8(bytes) {
        open(&book::xlsx(&[("名簿", false, &format!("<sheetData>{cells}</sheetData>"))]));
        open(&book::ods(cells));
    }
}

/// The rows of a register.
pub fn import_rows(bytes: &[u8]) {
    open(&[REGISTER.as_bytes(), bytes].concat());
    open(bytes);
}

/// Reads a file and every cell of it in every way that an importer may.
fn open(bytes: &[u8]) -> Option<Sheet> {
    let options = options();
    let sheet = match read("名簿", bytes, &options) {
        Ok(sheet) => sheet,
        Err(error) => {
            assert!(!error.message(Lang::Ja).is_empty() && !error.message(Lang::En).is_empty());
            return None;
        }
    };
    let limits = options.limits;
    assert!(sheet.rows.iter().filter(|row| !row.is_blank()).count() <= limits.max_rows);
    assert!(sheet.rows.windows(2).all(|pair| pair[0].line < pair[1].line), "lines go up");
    for row in &sheet.rows {
        assert!(row.line >= 1 && !row.cells.is_empty() && row.cells.len() <= limits.max_columns);
        assert!(row.cells.iter().all(|cell| cell.chars().count() <= limits.max_cell_chars));
    }
    let mut whole = sheet.clone();
    repeat_ditto(&mut whole);
    assert_eq!(whole.rows.len(), sheet.rows.len());
    for (row, before) in whole.rows.iter().zip(&sheet.rows) {
        let changed = |(now, then): (&String, &String)| now == then || is_ditto(then);
        assert!(row.cells.iter().zip(&before.cells).all(changed));
    }
    for columns in LISTS {
        match Table::locate(&sheet, columns) {
            Ok(table) => rows(&table, columns),
            Err(error) => assert!(!error.message(Lang::Ja).is_empty() && !error.message(Lang::En).is_empty()),
        }
    }
    Some(sheet)
}

fn rows(table: &Table<'_>, columns: &[Column]) {
    let mut report = Report::new(table);
    for row in table.rows() {
        if !report.begin(&row) {
            continue;
        }
        let before = report.refused.len();
        for column in columns {
            cell(&row, column.key, columns[0].key, &mut report);
        }
        assert_eq!(report.is_refused(row.line()), report.refused.len() > before, "line {}", row.line());
        if !report.is_refused(row.line()) {
            report.accepted += 1;
        }
    }
    for refused in &report.refused {
        assert!(refused.line > report.header_line && !refused.reason_ja.is_empty() && !refused.reason_en.is_empty());
    }
    for lang in [Lang::Ja, Lang::En] {
        assert!(!report.to_text(lang).is_empty());
    }
}

fn cell(row: &Row<'_>, key: &str, other: &str, report: &mut Report) {
    if let Some(text) = row.get(key) {
        if let Ok(read) = birth(text) {
            assert_eq!(birth(&read.on.to_string()).map(|again| again.on), Ok(read.on), "{text}");
        }
        if let Reading::Kana(kana) | Reading::Repaired(kana) = reading(text) {
            assert_eq!(reading(&kana), Reading::Kana(kana.clone()), "{text}");
        }
        for one in phones(text).numbers {
            assert!(phone(&one.number).is_ok(), "{text}");
        }
        assert!(damage(text).is_none_or(|damage| !damage.reason().ja.is_empty()));
    }
    report.take(row.text(key, 200));
    report.take(row.required_text(key, 50));
    report.take(row.identifier(key, 50));
    report.take(row.date(key, Serial::Allowed));
    report.take(row.date(key, Serial::Refused));
    report.take(row.integer(key, 0..=1_000_000, &["人", "世帯"]));
    report.take(row.decimal(key, -180.0..=180.0, &["m"]));
    report.take(row.yes_no(key));
    report.take(row.code(key));
    report.take(row.fixed_digits(key, 7));
    report.take(row.time(key));
    report.take(row.list(key, 50));
    report.take(row.weekdays(key));
    report.take(row.coordinates(key, other));
    if let Some(found) = report.take(row.phone(key)).flatten() {
        let again = phone(&found.number).map(|again| again.number);
        assert_eq!(again.as_ref(), Ok(&found.number), "a number that was read is read again");
    }
}
