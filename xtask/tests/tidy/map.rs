//! The table of rooms in `ARCHITECTURE.md` is the list of rooms, in its order.

use crate::tree::Tree;

/// Where the rooms are listed.
const LIST: &str = "crates/sasae-app/src/rooms.rs";

/// Where they are described.
const MAP: &str = "ARCHITECTURE.md";

/// The head of the table.
const HEAD: &str = "| in the list | holds |";

/// Complaints about rooms without a row, rows without a room, and rows in another order.
pub fn check(tree: &Tree) -> Vec<String> {
    let (Some(list), Some(map)) = (tree.file(LIST), tree.file(MAP)) else {
        return vec![format!("{LIST} or {MAP} is missing")];
    };
    let code = &list.production().code;
    let rooms: Vec<&str> =
        code.split('&').skip(1).filter_map(|rest| rest.split_once("::ROOM")).map(|(room, _)| room).collect();
    let rows: Vec<&str> = map
        .text
        .lines()
        .skip_while(|line| *line != HEAD)
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.split('`').nth(1))
        .collect();
    if rooms.is_empty() {
        return vec![format!("{LIST} lists no room")];
    }
    let mut complaints = Vec::new();
    for room in rooms.iter().filter(|room| !rows.contains(room)) {
        complaints.push(format!("{MAP}: the room `{room}` has no row below \"{HEAD}\""));
    }
    for row in rows.iter().filter(|row| !rooms.contains(row)) {
        complaints.push(format!("{MAP}: `{row}` is no room of {LIST}"));
    }
    if complaints.is_empty() && rooms != rows {
        complaints.push(format!("{MAP}: the rooms stand in another order than in {LIST}: {rows:?}"));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(rows: &str) -> String {
        let map = format!("# Map\n\n{HEAD}\n|---|---|\n{rows}\n\n| house | holds |\n|---|---|\n| `own` | x |\n");
        let list = "pub static ROOMS: Rooms = &[\n    &area::ROOM,\n    &notice::ROOM,\n];";
        check(&Tree::of(&[(LIST, list), (MAP, &map)])).join("\n")
    }

    #[test]
    fn each_fault_of_the_table_of_rooms_is_found() {
        for (rows, word) in [
            ("| `area` | x |", "`notice` has no row"),
            ("| `area` | x |\n| `notice` | x |\n| `handover` | x |", "`handover` is no room"),
            ("| `area` | x |\n| `notice` | x |\n| `notice` | y |", "another order"),
            ("| `notice` | x |\n| `area` | x |", "another order"),
        ] {
            let found = complaints(rows);
            assert!(found.contains(word), "{rows}: {found}");
        }
        assert_eq!(complaints("| `area` | x |\n| `notice` | x |"), "");
    }
}
