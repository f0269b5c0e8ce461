//! That every statement of the program is one for both engines, and has columns with names.

use std::collections::BTreeSet;

use sasae_test::{TestDb, both_engines};

use crate::migrations::MIGRATIONS;
use crate::testing::statements;

/// Whether each column, given in order of the alphabet, has a name of its own.
fn is_named(columns: &[String]) -> bool {
    let word = |name: &String| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    columns.iter().all(word) && columns.windows(2).all(|pair| pair[0] != pair[1])
}

both_engines! {
    migrations = MIGRATIONS;

    async fn every_statement_is_understood_by_both_engines(db: TestDb) {
        let mut read = db.db.read("401005").await.unwrap();
        let (mut unlike, mut sets) = (Vec::new(), BTreeSet::new());

        for statement in statements() {
            let place = || format!("{}:{}", statement.file, statement.line);
            let mut names = match read.prepare_text(statement.text).await {
                Ok(names) => names,
                Err(error) => panic!("{}: {error}\n{}", place(), statement.text),
            };
            names.sort_unstable();
            if names.len() > 1 && !is_named(&names) {
                unlike.push(format!("{}: {}", place(), names.join(", ")));
            }
            sets.insert(names);
        }
        // A record is read by the names of the columns, so these must be names on both engines: one
        // of them calls an expression by its text.
        let unread = sasae_db::RECORDS.iter().filter(|record| !record.file.contains("/tests/")).filter(|record| {
            let mut fields: Vec<String> = record.columns.iter().map(ToString::to_string).collect();
            fields.sort_unstable();
            !sets.contains(&fields)
        });
        let unread: Vec<String> = unread.map(|one| format!("{}:{} {}", one.file, one.line, one.name)).collect();

        assert!(statements().count() > 40);
        assert!(unlike.is_empty(), "columns without a name, or two of one name:\n{}", unlike.join("\n"));
        assert!(unread.is_empty(), "no statement has the columns of\n{}", unread.join("\n"));
    }
}
