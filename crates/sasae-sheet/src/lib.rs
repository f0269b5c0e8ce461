//! Reading of the tables that Japanese municipalities really have, and writing
//! of tables that their programs can open (requirements #43, #47, #48).
//!
//! The way of a file: [`read`] finds out what it is and yields a [`Sheet`] of
//! text cells; [`Table::locate`] finds the heading row and the wanted columns by
//! their [`aliases`]; each [`Row`] hands out values through parsers that are
//! generous with form and strict with meaning; a [`Report`] holds every refused
//! cell with line, column, value and reason in Japanese and English.
//!
//! ```
//! use sasae_sheet::{Lang, ReadOptions, Report, Table, aliases, read};
//!
//! let bytes = "施設一覧,,\n名称,緯度,経度\n中央公民館,34.1,134.1\n".as_bytes();
//! let sheet = read("shisetsu.csv", bytes, &ReadOptions::default())?;
//! let table = Table::locate(&sheet, aliases::ORGANISATION)?;
//! let mut report = Report::new(&table);
//! for row in table.rows() {
//!     if !report.begin(&row) {
//!         continue;
//!     }
//!     let name = report.take(row.required_text("name", 200));
//!     let place = report.take(row.coordinates("latitude", "longitude"));
//!     if !report.is_refused(row.line()) {
//!         assert_eq!(name.as_deref(), Some("中央公民館"));
//!         assert!(place.flatten().is_some());
//!         report.accepted += 1;
//!     }
//! }
//! assert_eq!(report.header_line, 2);
//! assert!(report.to_text(Lang::En).contains("accepted 1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Architecture invariant:** nothing here knows a room, a database or a
//! business table, and nothing opens a file: bytes in, bytes out.

pub mod aliases;
mod archive;
mod birth;
mod book;
mod damage;
mod decode;
mod ditto;
mod heading;
mod kana;
mod locate;
mod marks;
mod office;
mod phones;
mod place;
mod read;
mod report;
mod table;
mod text;
mod value;
mod when;
mod workbook;
mod write;

pub use birth::{Birth, birth};
pub use book::{BookError, BookWriter, Heading};
pub use damage::{Damage, damage};
pub use decode::Encoding;
pub use ditto::{is_ditto, repeat_ditto};
pub use heading::{Column, HeaderError, MissingColumn, fold_heading};
pub use kana::{Reading, reading};
pub use office::{NotOffice, Office, office, plain_text};
pub use phones::{Phones, phones};
pub use place::{Coordinates, FixedDigits, Phone, ReadCode, Restored, code, fixed_digits, phone};
pub use read::{Limits, ReadError, ReadOptions, Sheet, SheetRow, Warning, read};
pub use report::{Change, NoteRow, Report};
pub use table::{NoteKind, Row, Table};
pub use value::{CellError, Reason, decimal, identifier, integer, list, list_on, text as text_value, yes_no};
pub use when::{DayTime, Serial, Weekdays, day, time, weekdays};
pub use write::{CsvEncoding, CsvWriter, MissingChar, cp932_missing, guard_formula, write_csv};

/// The language of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Japanese.
    Ja,
    /// English.
    En,
}
