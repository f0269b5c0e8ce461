//! What must hold for every input.

use proptest::prelude::*;
use sasae_sheet::{CsvEncoding, ReadOptions, Report, Row, Serial, Table, aliases, cp932_missing, read, write_csv};

/// Cells as people and attackers write them.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~ぁ-んァ-ヴ一-龥０-９ａ-ｚ、・（）]{0,12}",
        "['=+@\\-＝＋\t,;\"' a0-9]{0,6}",
        Just("=\"0123\"".to_owned()),
        Just("一行目\n二行目".to_owned()),
        Just("-".to_owned()),
        Just("sep=;".to_owned()),
    ]
}

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1_usize..5).prop_flat_map(|width| prop::collection::vec(prop::collection::vec(cell(), width), 1..8))
}

/// Something that the reader does not call an empty file, and whose first cell
/// neither names a delimiter nor starts like a page or a JSON file.
fn is_table(rows: &[Vec<String>]) -> bool {
    let first = &rows[0][0];
    rows.iter().flatten().any(|c| !c.trim().is_empty())
        && !(rows[0].len() == 1 && first.starts_with("sep="))
        && rows.iter().all(|row| row.len() > 1 || !row[0].is_empty())
}

fn read_back(bytes: &[u8]) -> Vec<Vec<String>> {
    let sheet = read("x.csv", bytes, &ReadOptions::default()).expect("a file of our own");
    sheet.rows.into_iter().map(|r| r.cells).collect()
}

/// Runs every parser over every cell.
fn parse_all(row: &Row<'_>, report: &mut Report) {
    for key in ["name", "note", "phone", "capacity", "opens", "open_days", "services"] {
        report.take(row.text(key, 10));
        report.take(row.identifier(key, 10));
        report.take(row.date(key, Serial::Allowed));
        report.take(row.integer(key, -5..=5, &["人"]));
        report.take(row.decimal(key, -5.0..=5.0, &["m"]));
        report.take(row.yes_no(key));
        report.take(row.code(key));
        report.take(row.phone(key));
        report.take(row.time(key));
        report.take(row.list(key, 10));
        report.take(row.weekdays(key));
        report.take(row.coordinates(key, "note"));
    }
}

proptest! {
    // A failure prints its smallest input, which then becomes a case by hand.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(sheet) = read("x", &bytes, &ReadOptions::default()) {
            prop_assert!(sheet.rows.iter().all(|r| r.line >= 1 && !r.cells.is_empty()));
        }
    }

    #[test]
    fn damaged_workbooks_never_panic(
        start in prop::sample::select(vec![
            b"PK\x03\x04".to_vec(),
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..2000),
    ) {
        let bytes = [start, rest].concat();
        prop_assert!(read("x", &bytes, &ReadOptions::default()).is_err());
    }

    #[test]
    fn arbitrary_text_never_panics_in_a_parser(cells in prop::collection::vec(".{0,12}", 7)) {
        let heading = ["名称", "備考", "電話番号", "定員", "開始時間", "利用可能曜日", "実施サービス"];
        let heading: Vec<String> = heading.map(str::to_owned).to_vec();
        let bytes = write_csv(&[heading, cells], CsvEncoding::Utf8Bom).unwrap();
        if let Ok(sheet) = read("x", &bytes, &ReadOptions::default()) {
            let table = Table::locate(&sheet, aliases::ORGANISATION).unwrap();
            let mut report = Report::new(&table);
            for row in table.rows() {
                report.begin(&row);
                parse_all(&row, &mut report);
            }
            prop_assert!(report.refused.iter().all(|r| r.line >= 2 && !r.reason_ja.is_empty()));
        }
    }

    #[test]
    fn what_is_written_is_read_again_unchanged(rows in rows()) {
        prop_assume!(is_table(&rows));
        let plain = write_csv(&rows, CsvEncoding::Utf8).unwrap();
        let marked = write_csv(&rows, CsvEncoding::Utf8Bom).unwrap();

        prop_assert_eq!(&read_back(&plain), &rows);
        prop_assert_eq!(&read_back(&marked), &rows);
    }

    #[test]
    fn cp932_and_utf8_give_the_same_cells(rows in rows()) {
        prop_assume!(is_table(&rows));
        match write_csv(&rows, CsvEncoding::Cp932) {
            Ok(bytes) => prop_assert_eq!(read_back(&bytes), rows),
            Err(missing) => {
                for gone in missing {
                    let cell = &rows[gone.row - 1][gone.column - 1];
                    prop_assert!(cell.contains(gone.ch));
                    prop_assert!(cp932_missing(cell).contains(&gone.ch));
                }
            }
        }
    }

    #[test]
    fn a_file_cut_anywhere_is_never_read_as_more_rows(rows in rows(), cut in any::<prop::sample::Index>()) {
        prop_assume!(is_table(&rows));
        let bytes = write_csv(&rows, CsvEncoding::Utf8).unwrap();
        let cut = cut.index(bytes.len());
        if let Ok(sheet) = read("x", &bytes[..cut], &ReadOptions::default()) {
            prop_assert!(sheet.rows.len() <= rows.len());
        }
    }
}
