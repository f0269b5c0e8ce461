//! Words that stand in statements as text are words that the program knows.

use std::collections::BTreeSet;

use crate::rooms::{CATALOGUE, ROOMS};
use crate::testing::statements;

/// The values that statements compare a column with.
fn compared_with(column: &str) -> BTreeSet<String> {
    let begin = format!("{column} = '");
    let value = |rest: &str| rest.split('\'').next().map(str::to_owned);
    statements().flat_map(|one| one.text.split(begin.as_str()).skip(1)).filter_map(value).collect()
}

#[test]
fn every_function_that_a_statement_asks_for_can_be_granted() {
    let asked = compared_with("ff.function");

    assert!(asked.len() > 5, "{asked:?}");
    for code in &asked {
        assert!(CATALOGUE.function(code).is_some(), "no room offers {code}");
    }
}

#[test]
fn every_kind_of_record_that_a_statement_asks_for_belongs_to_a_room() {
    let kinds: BTreeSet<&str> = ROOMS.iter().flat_map(|room| room.kinds).map(|kind| kind.code).collect();

    let asked = compared_with("record_kind");

    assert!(asked.len() >= 4, "{asked:?}");
    for code in asked {
        assert!(kinds.contains(code.as_str()), "no room keeps {code}");
    }
}

#[test]
fn codes_of_rooms_kinds_functions_and_acts_are_used_once() {
    let all = |codes: Vec<&'static str>| {
        let one: BTreeSet<&str> = codes.iter().copied().collect();
        assert_eq!(one.len(), codes.len(), "{codes:?}");
    };

    all(ROOMS.iter().map(|room| room.code).collect());
    all(ROOMS.iter().flat_map(|room| room.kinds).map(|kind| kind.code).collect());
    all(ROOMS.iter().flat_map(|room| room.acts).map(|act| act.code).collect());
    all(CATALOGUE.functions().iter().map(|function| function.code).collect());
    all(ROOMS.iter().flat_map(|room| room.tables).copied().collect());
}
