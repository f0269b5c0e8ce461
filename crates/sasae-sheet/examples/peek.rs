//! Prints what the reader makes of a file: `cargo run -p sasae-sheet --example peek -- FILE…`

#![expect(clippy::print_stdout, reason = "printing is what this example does")]

use sasae_sheet::{Lang, ReadOptions, Report, Row, Serial, Table, aliases, read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        println!("== {path}");
        let sheet = match read(&path, &bytes, &ReadOptions::default()) {
            Ok(sheet) => sheet,
            Err(error) => {
                println!("   {}", error.message(Lang::Ja));
                continue;
            }
        };
        println!("   {} {:?} rows {}", sheet.encoding, sheet.delimiter, sheet.rows.len());
        for (name, columns) in [
            ("organisation", aliases::ORGANISATION),
            ("area", aliases::AREA),
            ("municipalities", aliases::MUNICIPALITIES),
            ("person", aliases::PERSON),
            ("staff", aliases::STAFF),
        ] {
            match Table::locate(&sheet, columns) {
                Ok(table) => {
                    println!("-- as {name}: {:?}", table.recognised());
                    println!("{}", check(&table).to_text(Lang::Ja));
                }
                Err(error) => println!("-- as {name}: {error}"),
            }
        }
    }
    Ok(())
}

/// Tries the parsers of the columns that the table has.
fn check(table: &Table<'_>) -> Report {
    let mut report = Report::new(table);
    for row in table.rows() {
        if !report.begin(&row) {
            continue;
        }
        check_row(table, &row, &mut report);
        if !report.is_refused(row.line()) {
            report.accepted += 1;
        }
    }
    report
}

fn check_row(table: &Table<'_>, row: &Row<'_>, report: &mut Report) {
    for (key, _) in table.recognised() {
        match key {
            "municipality_code" | "code" => note(report.take(row.code(key))),
            "latitude" => note(report.take(row.coordinates("latitude", "longitude"))),
            "phone" | "mobile" | "fax" => note(report.take(row.phone(key))),
            "opens" | "closes" => note(report.take(row.time(key))),
            "open_days" => note(report.take(row.weekdays(key))),
            "capacity" | "households" | "population" => {
                note(report.take(row.integer(key, 0..=10_000_000, &["人", "名"])));
            }
            "birth_date" | "valid_from" | "valid_to" | "term_start" | "term_end" => {
                note(report.take(row.date(key, Serial::Refused)));
            }
            "record_id" | "town_id" => note(report.take(row.identifier(key, 100))),
            "name" => note(report.take(row.required_text(key, 200))),
            _ => note(report.take(row.text(key, 2000))),
        }
    }
}

/// The value itself is of no interest here; the report has what was refused.
fn note<T>(_value: Option<T>) {}
