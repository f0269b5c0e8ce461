//! That each closed set holds the words that its column allows, and that every column which allows only
//! a few words is read as one.

use std::collections::{BTreeMap, BTreeSet};

use sasae_db::CLOSED_SETS;
use sasae_test::{Engine, TestDb, both_engines};

use crate::migrations::MIGRATIONS;

/// The column and the words of `state IN ('a', 'b')` or `state = ANY (ARRAY['a'::text, …])`.
fn words_of(check: &str) -> Option<(String, BTreeSet<String>)> {
    let check = check.trim_start_matches(['(', ' ']);
    let (column, list) = check.split_once(" IN (").or_else(|| check.split_once(" = ANY (ARRAY["))?;
    let list = list.split([')', ']']).next()?;
    let word = |c: char| c.is_ascii_lowercase() || c == '_';
    let words = list.split('\'').skip(1).step_by(2).map(str::to_owned).collect();
    column.chars().all(word).then(|| (column.to_owned(), words))
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_closed_set_is_what_the_check_of_its_column_allows(db: TestDb) {
        let text = match db.engine() {
            Engine::Sqlite => "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK (%'",
            Engine::Postgres => {
                "SELECT CAST(conrelid::regclass AS TEXT) AS name, pg_get_constraintdef(oid) AS sql \
                 FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
            }
        };
        let mut read = db.db.read("").await.unwrap();
        let tables: Vec<(String, String)> = read.query_text(text, &[]).await.unwrap();
        let mut allowed: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for (table, sql) in tables {
            for (column, words) in sql.split("CHECK (").skip(1).filter_map(words_of) {
                allowed.insert((table.clone(), column), words);
            }
        }
        let set = |(table, column): (&str, &str)| (table.to_owned(), column.to_owned());

        let mut declared: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for one in CLOSED_SETS {
            declared.insert(set((one.table, one.column)), (one.codes)().into_iter().map(str::to_owned).collect());
        }
        assert_eq!(declared, allowed);
        assert_eq!(declared.len(), CLOSED_SETS.len(), "two sets are kept in one column");
    }
}
