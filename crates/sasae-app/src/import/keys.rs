//! By what a row is known again: the file's own id where it is one, else what
//! identifies the record.

use std::collections::{HashMap, HashSet};

use sasae_core::text;
use sasae_sheet::{Report, Row, Table};
use sha2::{Digest, Sha256};

use super::Options;

/// What identifies rows of one file.
pub(super) struct Keys {
    /// The list in which the keys count.
    pub source: String,
    /// The column with an id of its own, if it has one.
    column: Option<&'static str>,
    repeats: Repeats,
}

/// The rows of a file by their keys.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    seen: HashMap<String, (usize, Vec<u8>)>,
}

/// What to do with a row, seen against the rows before it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Repeated {
    /// The first of its key.
    No,
    /// Says the same as an earlier row.
    Same,
    /// An earlier row of this line has the key but says something else.
    Other(usize),
}

impl Keys {
    /// Looks for a column of ids among `columns`. A column that only counts the
    /// rows (1, 2, 3 …, also 001, 002 …) is none: with a row more at the top every number would
    /// mean another record. A column that is named after a number (事業所番号, 職員番号) counts in every list,
    /// whatever the file is called; a bare ID counts within lists of one name.
    pub(super) fn of(table: &Table<'_>, columns: &[&'static str], options: &Options) -> Keys {
        let column = columns.iter().copied().find(|key| table.has(key) && is_id(table, key));
        let source = match (options.source.as_str(), column) {
            ("", Some("record_id")) => list_name(&table.sheet().name),
            ("", Some(column)) => column.to_owned(),
            // Without ids the same record is known in every list.
            ("", None) => "file".to_owned(),
            (given, _) => text::clean(given),
        };
        Keys { source, column, repeats: Repeats::default() }
    }

    /// The key of a row: its id, or a digest of the parts that identify it.
    pub(super) fn key(&self, row: &Row<'_>, parts: &[&str]) -> String {
        let id = self.column.and_then(|column| row.get(column)).map(text::clean);
        match id {
            Some(id) => format!("id:{id}"),
            None => format!("#{}", hex::encode(&fingerprint(parts)[..16])),
        }
    }

    /// Compares a row with those before it.
    pub(super) fn repeated(&mut self, line: usize, key: &str, fingerprint: &[u8]) -> Repeated {
        self.repeats.see(line, key, fingerprint)
    }
}

impl Repeats {
    /// Compares a row with those before it.
    pub(super) fn see(&mut self, line: usize, key: &str, fingerprint: &[u8]) -> Repeated {
        match self.seen.get(key) {
            None => {
                self.seen.insert(key.to_owned(), (line, fingerprint.to_vec()));
                Repeated::No
            }
            Some((_, before)) if before == fingerprint => Repeated::Same,
            Some((before, _)) => Repeated::Other(*before),
        }
    }
}

/// Refuses a row whose key an earlier row has with other content.
pub(super) fn refuse_repeated(report: &mut Report, row: &Row<'_>, key: &str, before: usize) {
    report.refuse(row.refuse(
        key,
        format!("{before}行目と同じものですが、内容がちがいます。どちらか1つにしてください"),
        format!("the same as line {before} but with other content; keep one of them"),
    ));
}

/// SHA-256 over texts, each with its length before it.
pub(super) fn fingerprint(parts: &[&str]) -> Vec<u8> {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part.as_bytes());
    }
    sha.finalize().to_vec()
}

/// Whether the column holds ids: each row another one, and not just a count. A blank
/// concerns its row alone, which is then known by what it says.
fn is_id(table: &Table<'_>, key: &str) -> bool {
    let mut seen = HashSet::new();
    let (mut short, mut consecutive) = (true, true);
    let mut next = None;
    let mut rows = 0;
    for row in table.rows().filter(|row| !row.is_note()) {
        let Some(id) = row.get(key) else { continue };
        rows += 1;
        let id = text::clean(id);
        let number = id.parse::<u32>().ok().filter(|_| id.chars().count() <= 5);
        short &= number.is_some() && !id.starts_with('0');
        consecutive &= number.is_some_and(|number| next.map_or(number <= 1, |next| number == next));
        next = number.map(|number| number + 1);
        if !seen.insert(id) {
            return false;
        }
    }
    rows > 0 && !short && !consecutive
}

/// The name of a list without folder, ending and dates, so that next year's
/// file is the same list.
fn list_name(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let name: String = stem.chars().filter(|c| !c.is_numeric()).collect();
    let name = name.trim_matches(['_', '-', ' ', '(', ')', '年', '月', '日', '版']).to_lowercase();
    if name.is_empty() { "file".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use sasae_sheet::{ReadOptions, aliases, read};

    use super::*;

    fn column_of(text: &str) -> Option<&'static str> {
        let sheet = read("x.csv", text.as_bytes(), &ReadOptions::default()).unwrap();
        let table = Table::locate(&sheet, aliases::ORGANISATION).unwrap();
        Keys::of(&table, &["facility_number", "record_id"], &Options::default()).column
    }

    #[test]
    fn a_column_that_only_counts_rows_is_no_id() {
        assert_eq!(column_of("NO,名称\n1,甲\n2,乙\n"), None);
        assert_eq!(column_of("ID,名称\n0000000001,甲\n0000000002,乙\n"), Some("record_id"));
        assert_eq!(column_of("事業所番号,名称\n4071500012,甲\n4071500013,乙\n"), Some("facility_number"));
        assert_eq!(column_of("事業所番号,名称\n4071500012,甲\n4071500012,乙\n"), None);
        assert_eq!(column_of("ID,名称\n001,甲\n002,乙\n"), None);
        assert_eq!(column_of("ID,名称\nA-1,甲\n,乙\n"), Some("record_id"), "a blank concerns its row alone");
    }

    #[test]
    fn a_list_keeps_its_name_from_year_to_year() {
        assert_eq!(list_name("/tmp/community_center_20240401.csv"), "community_center");
        assert_eq!(list_name("令和6年版_名簿.xlsx"), "令和年版_名簿");
        assert_eq!(list_name("2024.csv"), "file");
    }
}
