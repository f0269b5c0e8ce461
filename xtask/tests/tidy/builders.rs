//! How tests make their records: through the functions and pages of the rooms, so that a test stands on
//! what the program can really hold. A row that is written by hand can be one that no step makes.

use std::collections::BTreeMap;

use crate::sql;
use crate::tree::{File, Tree};

/// Why random worlds write rows by hand.
const MODEL: &str = "the model says which rows there are, also such as no step leaves behind";

/// Tests that write rows by hand: the file, the most statements that may do so, and why.
pub const BY_HAND: &[(&str, usize, &str)] = &[
    ("crates/sasae-app/src/tests/walls/mod.rs", 11, "the texts are read by the check of the walls and never run"),
    ("crates/sasae-care/src/consultation/tests/mod.rs", 1, "no function closes a window yet"),
    ("crates/sasae-care/src/case/tests/rows.rs", 3, MODEL),
    ("crates/sasae-care/src/consultation/tests/rows.rs", 1, MODEL),
    ("crates/sasae-care/src/notice/tests/rows.rs", 1, MODEL),
    ("crates/sasae-care/src/person/tests/rows.rs", 3, MODEL),
    ("crates/sasae-house/src/access/tests/world.rs", 1, MODEL),
    ("crates/sasae-house/src/audit/tests.rs", 9, "somebody tampers with the chain"),
];

/// Complaints about tests that write a table of a room by hand.
pub fn check(tree: &Tree, by_hand: &[(&str, usize, &str)]) -> Vec<String> {
    // Tables that belong to nobody are what the check of the statements complains about.
    let owners = sql::owners(tree, &mut Vec::new());
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    // The face of the database knows no room: its tests make tables of their own, by any name.
    let rooms = |file: &&File| file.path.starts_with("crates/") && !file.path.starts_with("crates/sasae-db/");
    for file in tree.ending(&[".rs"]).filter(rooms) {
        for (offset, text) in in_tests(file) {
            if sql::written(&text).iter().any(|table| owners.contains_key(table)) {
                places.entry(&file.path).or_default().push(file.at(offset));
            }
        }
    }
    let mut complaints = Vec::new();
    for (path, most, _) in by_hand {
        match places.remove(path).map_or(0, |found| found.len()) {
            0 => complaints.push(format!("{path} needs no exception any more")),
            found if found > *most => {
                complaints.push(format!("{path}: {found} rows are written by hand, {most} may be"))
            }
            _ => {}
        }
    }
    let others = places.into_values().flatten();
    complaints
        .extend(others.map(|place| format!("{place}: a test makes its records through the functions of the rooms")));
    complaints
}

/// The statements of a file that stand in tests.
fn in_tests(file: &File) -> Vec<(usize, String)> {
    let program: Vec<usize> = sql::statements(file.production()).into_iter().map(|(offset, _)| offset).collect();
    let mut all = sql::statements(file.source());
    all.retain(|(offset, _)| !program.contains(offset));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: (&str, &str) =
        ("crates/sasae-care/src/person/migrations/0001_person.sql", "CREATE TABLE person (id UUID);");
    const STORE: (&str, &str) = (
        "crates/sasae-care/src/person/store.rs",
        "pub const TABLES: &[&str] = &[\"person\"];\nfn insert() { sql!(\"INSERT INTO person (id) VALUES (?1)\"); }",
    );
    const INSERT: &str = "fn plant() { work.execute_text(\"INSERT INTO person (id) VALUES (?1)\", x); }";

    #[test]
    fn a_row_written_by_hand_is_found_in_files_and_in_modules_of_tests() {
        let inline = format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{ {INSERT} }}");
        for (path, text) in
            [("crates/sasae-care/src/person/tests.rs", INSERT), ("crates/sasae-care/src/person/model.rs", &inline)]
        {
            let found = check(&Tree::of(&[MADE, STORE, (path, text)]), &[]).join("\n");
            assert!(found.contains(path) && found.contains("through the functions"), "{path}: {found}");
        }
    }

    #[test]
    fn stores_reading_tests_and_tables_of_tests_alone_are_accepted() {
        let reads = "fn count() { read.query_text(\"SELECT id AS id FROM person\", x); }";
        let own = "fn plant() { work.execute_text(\"INSERT INTO lost_item (id) VALUES (?1)\", x); }";
        for text in [reads, own] {
            assert!(
                check(&Tree::of(&[MADE, STORE, ("crates/sasae-care/src/person/tests.rs", text)]), &[]).is_empty(),
                "{text}"
            );
        }
    }

    #[test]
    fn an_exception_counts_and_one_that_nothing_needs_is_a_complaint() {
        let path = "crates/sasae-care/src/person/tests.rs";
        let tree = Tree::of(&[MADE, STORE, (path, INSERT)]);

        assert!(check(&tree, &[(path, 1, "why")]).is_empty());
        assert!(check(&tree, &[(path, 0, "why")]).join("\n").contains("1 rows are written by hand, 0 may be"));
        let unneeded = check(&tree, &[(path, 1, "why"), ("crates/a/src/none.rs", 1, "why")]).join("\n");
        assert!(unneeded.contains("crates/a/src/none.rs needs no exception"), "{unneeded}");
    }
}
