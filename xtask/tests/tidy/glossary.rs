//! One word for one thing: `docs/glossary.md`.

use std::collections::HashSet;

use crate::tree::Tree;

/// Where the words stand.
pub const PATH: &str = "docs/glossary.md";

/// Complaints about rooms without a word and rows that are not whole.
pub fn check(tree: &Tree) -> Vec<String> {
    let Some(file) = tree.file(PATH) else {
        return vec![format!("{PATH} is missing")];
    };
    let mut complaints = Vec::new();
    let mut seen = HashSet::new();
    for (number, cells) in rows(&file.text) {
        let mut complain = |why: &str| complaints.push(format!("{PATH}:{number}: {why}"));
        if cells.len() != 3 || cells.iter().any(|cell| cell.is_empty()) {
            complain("a row is | identifier | 日本語 | 意味 |");
        } else if !seen.insert(cells[0].clone()) {
            complain("this identifier has a row already");
        }
    }
    for room in tree.rooms().into_iter().filter(|room| !seen.contains(*room)) {
        complaints.push(format!("{PATH}: the room `{room}` has no row"));
    }
    complaints
}

/// The identifiers that have a row.
pub fn identifiers(tree: &Tree) -> HashSet<String> {
    let text = tree.file(PATH).map_or("", |file| file.text.as_str());
    rows(text).into_iter().filter_map(|(_, cells)| cells.into_iter().next()).collect()
}

/// The rows of a table whose first cell is an identifier in backticks, with line numbers.
fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("| `"))
        .map(|(index, line)| {
            let cells = line.trim().trim_matches('|').split('|');
            (index + 1, cells.map(|cell| cell.trim().trim_matches('`').to_owned()).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_of_the_glossary_is_found() {
        let room = ("crates/sasae-app/src/notice/mod.rs", "//! Notices.");
        for (text, word) in [
            ("| `watch` | 見守り | x |", "`notice` has no row"),
            ("| `notice` | 気づき | x |\n| `notice` | 気づき | y |", "row already"),
            ("| `notice` | 気づき |  |", "a row is"),
        ] {
            let found = check(&Tree::of(&[room, (PATH, text)])).join("\n");
            assert!(found.contains(word), "{text}: {found}");
        }
        assert_eq!(check(&Tree::of(&[room])), [format!("{PATH} is missing")]);
        assert!(check(&Tree::of(&[room, (PATH, "| `notice` | 気づき | x |")])).is_empty());
    }
}
