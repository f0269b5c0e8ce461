//! From each requirement to the code and the test that show it: `docs/trace.md`.
//!
//! A row is
//! `| #n | summary | room | page or command | code path | test path::name |`,
//! or its last cell is `planned (part k)`. A requirement that is built in
//! parts has a row for each part.

use std::collections::BTreeSet;

use crate::tree::{File, Tree};
use crate::{glossary, lexer};

const PATH: &str = "docs/trace.md";

/// The requirements of the domain are numbered from 1 to this.
const LAST: u32 = 66;

/// The parts of the road map are numbered from 1 to this.
const PARTS: u32 = 11;

/// Stands for nothing in a cell.
const NOTHING: &str = "—";

/// Complaints about numbers without a row and rows that point to nothing.
pub fn check(tree: &Tree) -> Vec<String> {
    let Some(file) = tree.file(PATH) else {
        return vec![format!("{PATH} is missing")];
    };
    let rooms = glossary::identifiers(tree);
    let mut complaints = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, line) in
        file.text.lines().enumerate().filter(|(_, line)| line.starts_with("| #") && !line.starts_with("| # |"))
    {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let mut complain = |why: String| complaints.push(format!("{PATH}:{}: {why}", index + 1));
        let [number, summary, room, page, code, test] = cells[..] else {
            complain(format!("a row has 6 cells, this one {}", cells.len()));
            continue;
        };
        match number.trim_start_matches('#').parse() {
            Ok(number) if (1..=LAST).contains(&number) => drop(seen.insert(number)),
            _ => complain(format!("{number} is not a requirement")),
        }
        if [summary, room, page, code, test].contains(&"") {
            complain("an empty cell".to_owned());
        }
        for room in quoted(room).filter(|room| !rooms.contains(*room)) {
            complain(format!("the room `{room}` is not in the glossary"));
        }
        if quoted(room).next().is_none() {
            complain("a room stands in backticks".to_owned());
        }
        let planned = planned_issue(test);
        if quoted(code).next().is_none() && !(planned && code == NOTHING) {
            complain("a code path stands in backticks".to_owned());
        }
        for path in quoted(code).filter(|path| !tree.has(path)) {
            complain(format!("{path} does not exist"));
        }
        if !planned {
            complaints.extend(missing_tests(tree, test).map(|why| format!("{PATH}:{}: {why}", index + 1)));
        }
    }
    complaints.extend((1..=LAST).filter(|n| !seen.contains(n)).map(|n| format!("{PATH}: no row for #{n}")));
    complaints
}

fn planned_issue(test: &str) -> bool {
    test.strip_prefix("planned (part ")
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|part| part.parse().ok())
        .is_some_and(|part: u32| (1..=PARTS).contains(&part))
}

fn missing_tests<'a>(tree: &'a Tree, cell: &'a str) -> Box<dyn Iterator<Item = String> + 'a> {
    if quoted(cell).next().is_none() {
        let why = "a test is `path::name`, or the cell says: planned (part k)";
        return Box::new(std::iter::once(why.to_owned()));
    }
    Box::new(quoted(cell).filter_map(move |test| {
        let found = test
            .split_once("::")
            .and_then(|(path, name)| Some((tree.file(path)?, name)))
            .is_some_and(|(file, name)| holds_test(file, name));
        (!found).then(|| format!("no test {test}"))
    }))
}

/// Whether a Rust file defines the function, or a flow of the browser tests has the name.
fn holds_test(file: &File, name: &str) -> bool {
    if file.path.ends_with(".mjs") {
        return file.text.contains(&format!("export const name = \"{name}\";"));
    }
    // The name comes last in a path such as `tests::name`; macros that run a
    // test on both engines keep `fn name`, too.
    let name = name.rsplit("::").next().unwrap_or(name);
    let code = &file.source().code;
    lexer::words(code, name).any(|at| code[..at].trim_end().ends_with("fn"))
}

/// What stands between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(row: &str) -> String {
        let others: Vec<String> =
            (2..=LAST).map(|n| format!("| #{n} | s | `notice` | — | — | planned (part 2) |")).collect();
        let text = format!("{row}\n{}", others.join("\n"));
        check(&Tree::of(&[
            (PATH, &text),
            (glossary::PATH, "| `notice` | 気づき | x |"),
            ("crates/a/src/notice.rs", "fn a_notice_is_kept() {}\n// fn a_comment_is_no_test()"),
            ("e2e/flows/01.mjs", "export const name = \"from notice to case\";"),
        ]))
        .join("\n")
    }

    #[test]
    fn each_fault_of_a_row_is_found() {
        for (row, word) in [
            ("", "no row for #1"),
            ("| #67 | s | `notice` | — | — | planned (part 2) |", "not a requirement"),
            ("| #1 | s | `notice` | — | planned (part 2) |", "6 cells"),
            ("| #1 |  | `notice` | — | — | planned (part 2) |", "empty cell"),
            ("| #1 | s | `nowhere` | — | — | planned (part 2) |", "not in the glossary"),
            ("| #1 | s | notice | — | — | planned (part 2) |", "a room stands"),
            ("| #1 | s | `notice` | — | — | planned (part 12) |", "a test is"),
            ("| #1 | s | `notice` | — | — | `crates/a/src/notice.rs::a_notice_is_kept` |", "a code path"),
            ("| #1 | s | `notice` | — | `crates/b.rs` | planned (part 2) |", "does not exist"),
            ("| #1 | s | `notice` | — | `crates/a` | `crates/a/src/notice.rs::a_notice` |", "no test"),
            ("| #1 | s | `notice` | — | `crates/a` | `crates/a/src/notice.rs::a_comment_is_no_test` |", "no test"),
            ("| #1 | s | `notice` | — | `crates/a` | `e2e/flows/01.mjs::from notice` |", "no test"),
            ("| #1 | s | `notice` | — | `crates/a` | later |", "a test is"),
        ] {
            let found = complaints(row);
            assert!(found.contains(word), "{row}: {found}");
        }
    }

    #[test]
    fn rows_that_point_to_code_and_tests_are_accepted() {
        for row in [
            "| #1 | s | `notice` | `/notices` | `crates/a/src/notice.rs` | `crates/a/src/notice.rs::a_notice_is_kept` |",
            "| #1 | s | `notice` | `/notices` | `crates/a/src` | `e2e/flows/01.mjs::from notice to case` |",
            "| #1 | s | `notice` | — | — | planned (part 8) |",
        ] {
            assert_eq!(complaints(row), "", "{row}");
        }
    }
}
