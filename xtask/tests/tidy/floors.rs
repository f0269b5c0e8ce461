//! The floors of the house: which file may name which room.
//!
//! Rooms stand in one list, `rooms.rs`. A room uses only rooms that stand before it, and never the
//! store of another; its policy speaks of no later one, nor of a reason that another room writes. What stands in no room — the house, the commands — names none, except the
//! rooms of the house itself; and the views over all rooms walk the list. Tests that look at all rooms
//! walk it too: what a room gives to them stands in its folder.

use std::collections::BTreeSet;

use crate::lexer;
use crate::tree::{self, File, Tree};

/// The one list of rooms.
const LIST: &str = "crates/sasae-app/src/rooms.rs";

/// Where rooms may be named: the list itself, the crate that says where they are, the stories of the demo, the city of measure, and
/// what tests build with.
const FREE: [&str; 5] = [
    LIST,
    "crates/sasae-app/src/lib.rs",
    "crates/sasae-demo/src/",
    "crates/sasae-bench/src/",
    "crates/sasae-app/src/testing.rs",
];

/// Ways around the rules, each with its reason. One that nothing needs is a complaint.
pub struct Floors {
    /// Rooms of the house, which every file may name.
    pub house: &'static [(&'static str, &'static str)],
    /// Rooms that show what all rooms offer, and name none but those of the house.
    pub views: &'static [&'static str],
    /// Beginning of a path, the room that is named there although it may not be, and why.
    pub names: &'static [(&'static str, &'static str, &'static str)],
    /// Beginning of a path, the folder whose store is used there, and why.
    pub stores: &'static [(&'static str, &'static str, &'static str)],
    /// Folders of tests that look at all rooms and name none but those of the house.
    pub walks: &'static [&'static str],
    /// Files and folders in them that name rooms, and why.
    pub stories: &'static [(&'static str, &'static str)],
}

/// The floors of the real tree.
pub const FLOORS: &Floors = &Floors {
    house: &[
        ("area", "everything lies in an area"),
        ("staff", "whoever acts has a record"),
        ("account", "the shell signs people in"),
        ("draft", "every form can be kept"),
        ("ground", "the row rules ask for the reasons beyond area and post"),
        ("fact", "a room declares its kinds of fact"),
        ("link", "a record comes of a record"),
        ("attachment", "files go with any record"),
        ("listing", "a room says what its lists are"),
        ("correction", "any record is put right, and its history stays"),
        ("message", "whoever is handed something is told"),
    ],
    views: &["figures", "thread", "holderless", "task", "record", "search", "openapi"],
    names: &[
        ("crates/sasae/src/commands/import.rs", "import", "the command is the way into the room"),
        ("crates/sasae/src/commands/user.rs", "import", "somebody named on the command line is found as in a file"),
    ],
    stores: &[
        ("crates/sasae-app/src/import/", "area", "files are registers, which are written row by row"),
        ("crates/sasae-app/src/import/", "staff", "files are registers, which are written row by row"),
    ],
    walks: &["crates/sasae-app/src/tests/", "crates/sasae-house/src/access/tests/"],
    stories: &[
        ("crates/sasae-app/src/tests/city.rs", "one concern goes from room to room"),
        ("crates/sasae-app/src/tests/lost_and_found/", "a room, which names earlier ones"),
    ],
};

/// A folder of the application that a file names.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Named<'a> {
    folder: &'a str,
    /// Whether its store is named.
    store: bool,
    offset: usize,
}

/// Complaints about names that reach up, sideways into a store, or out of the house into a room.
pub fn check(tree: &Tree, floors: &Floors) -> Vec<String> {
    let Some(list) = tree.file(LIST) else {
        return vec![format!("{LIST} is missing")];
    };
    let listed = listed(&list.production().code);
    let mut complaints = Vec::new();
    let (mut needed_names, mut needed_stores) = (BTreeSet::new(), BTreeSet::new());
    for file in tree.ending(&[".rs"]).filter(|file| file.path.starts_with("crates/")) {
        if FREE.iter().any(|free| file.path.starts_with(free)) {
            continue;
        }
        let owner = owner(&file.path);
        // Outside of the application `crate` is something else.
        let roots = if owner.is_some() { &ROOTS[..] } else { &ROOTS[1..] };
        for Named { folder, store, offset } in named(&file.production().code, owner, roots) {
            let except = |ways: &[(&str, &str, &str)]| {
                ways.iter().position(|(path, to, _)| file.path.starts_with(path) && *to == folder)
            };
            if let Some(why) = refused(&listed, floors, owner, folder) {
                match except(floors.names) {
                    Some(at) => drop(needed_names.insert(at)),
                    None => complaints.push(format!("{}: {why}", file.at(offset))),
                }
            }
            if store {
                match except(floors.stores) {
                    Some(at) => drop(needed_stores.insert(at)),
                    None => complaints
                        .push(format!("{}: the store of `{folder}` is its own: call its functions", file.at(offset))),
                }
            }
        }
    }
    for (ways, needed) in [(floors.names, needed_names), (floors.stores, needed_stores)] {
        let rest = ways.iter().enumerate().filter(|(at, _)| !needed.contains(at));
        complaints
            .extend(rest.map(|(_, (path, folder, _))| format!("{path} needs no exception for `{folder}` any more")));
    }
    for room in floors.house.iter().map(|(room, _)| room).chain(floors.views) {
        if !listed.iter().any(|known| known == room) {
            complaints.push(format!("{LIST}: there is no room `{room}`"));
        }
    }
    complaints.extend(unlisted(tree, &listed));
    complaints.extend(ruled(tree, &listed));
    complaints.extend(walked(tree, floors, &listed));
    complaints
}

/// Complaints about policies that speak of records of later rooms, or of a reason that their own room does
/// not write.
fn ruled(tree: &Tree, listed: &[String]) -> Vec<String> {
    let place = |room: &str| listed.iter().position(|known| known == room);
    let mut complaints = Vec::new();
    for file in tree.ending(&[".cedar"]) {
        let Some((owner, own)) = owner(&file.path).and_then(|owner| Some((owner, place(owner)?))) else { continue };
        let rules: Vec<&str> = file.text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let rules = rules.join("\n");
        let named = |before: &'static str, is_of: fn(char) -> bool| {
            let behind = rules.split(before).skip(1).map(str::trim_start);
            behind.map(move |rest| rest.split(|c| !is_of(c)).next().unwrap_or_default()).collect::<BTreeSet<&str>>()
        };
        for kind in named("resource is ", lexer::is_word) {
            if place(kind).is_some_and(|at| at > own) {
                complaints.push(format!("{}: `{kind}` stands after `{owner}` in the list", file.path));
            }
        }
        let mut reasons = named("@ground(\"", |c| c != '"');
        reasons.extend(named("grounds.contains(\"", |c| c != '"'));
        for reason in reasons {
            let written = format!("\"{reason}\"");
            let is_own = |code: &&File| code.path.starts_with("crates/") && tree::folder(&code.path) == Some(owner);
            if !tree.ending(&[".rs"]).filter(is_own).any(|code| !code.is_test && code.text.contains(&written)) {
                complaints.push(format!("{}: another room than `{owner}` writes the reason `{reason}`", file.path));
            }
        }
    }
    complaints
}

/// Complaints about rooms that are named by tests which look at all rooms.
fn walked(tree: &Tree, floors: &Floors, listed: &[String]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut needed = BTreeSet::new();
    let walks = |file: &&File| floors.walks.iter().any(|walk| file.path.starts_with(walk));
    for file in tree.ending(&[".rs"]).filter(walks) {
        let story = floors.stories.iter().position(|(path, _)| file.path.starts_with(path));
        for Named { folder, offset, .. } in named(&file.source().code, None, &ROOTS_OF_TESTS) {
            let of_house = floors.house.iter().any(|(room, _)| *room == folder);
            if of_house || !listed.iter().any(|room| room == folder) {
                continue;
            }
            match story {
                Some(at) => drop(needed.insert(at)),
                None => complaints.push(format!(
                    "{}: these tests look at all rooms; what `{folder}` gives to them stands in its folder",
                    file.at(offset)
                )),
            }
        }
    }
    let rest = floors.stories.iter().enumerate().filter(|(at, _)| !needed.contains(at));
    complaints.extend(rest.map(|(_, (path, _))| format!("{path} names no room any more")));
    complaints
}

/// Why a file of `owner` may not name a room; `None` where it may, or where it is no room.
fn refused(listed: &[String], floors: &Floors, owner: Option<&str>, folder: &str) -> Option<String> {
    let place = |room: &str| listed.iter().position(|known| known == room);
    let named = place(folder)?;
    let of_house = floors.house.iter().any(|(room, _)| *room == folder);
    match owner.and_then(|owner| Some((owner, place(owner)?))) {
        Some((owner, _)) if floors.views.contains(&owner) && !of_house => {
            Some(format!("`{owner}` shows what all rooms offer and names none, but here `{folder}`"))
        }
        Some((owner, own)) if named > own => Some(format!("`{folder}` stands after `{owner}` in the list")),
        None if !of_house => Some(format!("the room `{folder}` is named outside of the rooms")),
        _ => None,
    }
}

/// The rooms in the order of the list.
fn listed(code: &str) -> Vec<String> {
    let rooms = code.match_indices("::ROOM").filter(|(at, name)| {
        let behind = code[at + name.len()..].chars().next();
        !behind.is_some_and(lexer::is_word)
    });
    rooms.map(|(at, _)| code[..at].rsplit(|c| !lexer::is_word(c)).next().unwrap_or_default().to_owned()).collect()
}

/// Rooms that say what they offer and stand in no list, so that nobody asks them.
fn unlisted(tree: &Tree, listed: &[String]) -> Vec<String> {
    tree.rooms()
        .into_iter()
        .filter(|room| !listed.iter().any(|known| known == room))
        .filter_map(|room| tree.head(room))
        .filter(|file| file.production().code.contains("pub static ROOM: Room"))
        .map(|file| format!("{}: the room does not stand in {LIST}", file.path))
        .collect()
}

/// The folder of the application, or the file without its ending, to which a path belongs.
fn owner(path: &str) -> Option<&str> {
    let inside = tree::inside(path)?;
    Some(inside.split_once('/').map_or_else(|| inside.trim_end_matches(".rs"), |(folder, _)| folder))
}

/// How the folders of the application are named.
const ROOTS: [&str; 4] = ["crate", "sasae_app", "sasae_care", "sasae_house"];
/// The same in tests, which also name the tests of rooms.
const ROOTS_OF_TESTS: [&str; 5] = ["crate", "sasae_app", "sasae_care", "sasae_house", "of_rooms"];

/// What a file names of the application's folders besides its own.
fn named<'a>(code: &'a str, owner: Option<&str>, roots: &[&str]) -> BTreeSet<Named<'a>> {
    let mut found = BTreeSet::new();
    for root in roots {
        for at in lexer::words(code, root) {
            if let Some(start) = code[at + root.len()..].strip_prefix("::").map(|rest| code.len() - rest.len()) {
                tree_of(code, start, &mut |folder, rest, offset| {
                    found.insert(Named { folder, store: begins_with_store(rest), offset });
                });
            }
        }
    }
    // `use crate::notice;` and then `notice::store::get`.
    let folders: BTreeSet<&str> = found.iter().map(|named| named.folder).collect();
    for folder in folders {
        for at in lexer::words(code, folder) {
            let bare = !code[..at].ends_with("::") && !code[..at].ends_with('.');
            if bare && begins_with_store(&code[at + folder.len()..]) {
                found.insert(Named { folder, store: true, offset: at });
            }
        }
    }
    found.retain(|named| Some(named.folder) != owner);
    found
}

/// Calls `name` with each first name of a path or of a group of paths that begins at `start`, and
/// with what follows it.
fn tree_of<'a>(code: &'a str, start: usize, name: &mut impl FnMut(&'a str, &'a str, usize)) {
    let rest = &code[start..];
    if !rest.starts_with('{') {
        let end = rest.find(|c| !lexer::is_word(c)).unwrap_or(rest.len());
        name(&rest[..end], &rest[end..], start);
        return;
    }
    let end = lexer::closing(code, start) - 1;
    let mut at = start + 1;
    while at < end {
        at += code[at..end].find(|c: char| !c.is_whitespace() && c != ',').unwrap_or(end - at);
        if at < end {
            tree_of(code, at, name);
            // On to the comma that ends this element, past the groups in it.
            let mut depth = 0;
            let comma = code[at..end].find(|c| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                c == ',' && depth == 0
            });
            at = comma.map_or(end, |comma| at + comma);
        }
    }
}

/// Whether what follows a folder's name leads into its store.
fn begins_with_store(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix("::") else { return false };
    let is_store = |name: &str| name == "store";
    if !rest.starts_with('{') {
        return is_store(rest.split(|c| !lexer::is_word(c)).next().unwrap_or_default());
    }
    let mut found = false;
    tree_of(rest, 0, &mut |name, _, _| found |= is_store(name));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOMS_RS: (&str, &str) = (
        LIST,
        "use crate::{area, case, notice, task};\npub static ROOMS: Rooms = &[&area::ROOM, &notice::ROOM, &case::ROOM, &task::ROOM];",
    );

    const SMALL: &Floors = &Floors {
        house: &[("area", "everything lies in one")],
        views: &["task"],
        names: &[("crates/sasae-app/src/app.rs", "notice", "a test")],
        stores: &[("crates/sasae-app/src/case/", "notice", "a test")],
        walks: &["crates/sasae-app/src/tests/"],
        stories: &[("crates/sasae-app/src/tests/city.rs", "a test")],
    };

    const NOTHING: &Floors = &Floors { names: &[], stores: &[], stories: &[], ..*SMALL };

    fn complaints(floors: &Floors, path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[ROOMS_RS, (path, text)]), floors)
    }

    #[test]
    fn the_list_is_read_in_its_order() {
        assert_eq!(listed(ROOMS_RS.1), ["area", "notice", "case", "task"]);
    }

    #[test]
    fn each_name_against_the_floors_is_found() {
        for (path, text, word) in [
            ("crates/sasae-app/src/notice/mod.rs", "use crate::case::CASE;", "`case` stands after `notice`"),
            ("crates/sasae-app/src/notice/pages.rs", "use crate::{area, case};", "`case` stands after `notice`"),
            (
                "crates/sasae-app/src/notice/pages.rs",
                "use crate::{error::{Error, Result}, case::{self}};",
                "stands after",
            ),
            ("crates/sasae-app/src/task/mod.rs", "use crate::notice::NOTICE;", "names none, but here `notice`"),
            ("crates/sasae-app/src/app.rs", "use crate::notice::Limit;", "outside of the rooms"),
            ("crates/sasae-app/src/web/nav.rs", "fn a() { crate::case::b() }", "outside of the rooms"),
            ("crates/sasae/src/commands/user.rs", "use sasae_app::case;", "outside of the rooms"),
            ("crates/sasae-app/src/case/pages.rs", "use crate::notice::store::get;", "the store of `notice`"),
            ("crates/sasae-app/src/case/pages.rs", "use crate::notice::{self, store};", "the store of `notice`"),
            (
                "crates/sasae-app/src/case/pages.rs",
                "use crate::{notice};\nfn a() { notice::store::get() }",
                "pages.rs:2",
            ),
            ("crates/sasae-app/src/ctx.rs", "fn a() { crate::audit::store::append() }", "the store of `audit`"),
            ("crates/sasae-app/src/watch/mod.rs", "pub static ROOM: Room = Room {};", "does not stand in"),
            ("crates/sasae-app/src/tests/pages.rs", "use crate::case::CASE;", "stands in its folder"),
            ("crates/sasae-app/src/tests/pages.rs", "use super::of_rooms::{access, notice};", "stands in its folder"),
            ("crates/sasae-app/src/tests/walls/mod.rs", "fn a() { crate::task::b() }", "stands in its folder"),
            (
                "crates/sasae-care/src/notice/policy.cedar",
                "permit (principal, action, resource is case);",
                "`case` stands after `notice`",
            ),
            (
                "crates/sasae-care/src/notice/policy.cedar",
                "permit (principal, action, resource is notice) when { resource.grounds.contains(\"team\") };",
                "writes the reason `team`",
            ),
            (
                "crates/sasae-care/src/notice/policy.cedar",
                "@ground(\"team\")\npermit (principal, action, resource);",
                "the reason",
            ),
        ] {
            let found = complaints(NOTHING, path, text).join("\n");
            assert!(found.contains(word), "{text}: {found}");
        }
    }

    #[test]
    fn names_along_the_floors_tests_and_the_demo_are_accepted() {
        for (path, text) in [
            (
                "crates/sasae-app/src/case/mod.rs",
                "use crate::notice::{self, NOTICE};\nfn a() { store::b(); case::store::c() }",
            ),
            ("crates/sasae-app/src/case/pages.rs", "// crate::task\nfn a() { b(\"crate::task\") }"),
            ("crates/sasae-app/src/notice/mod.rs", "#[cfg(test)]\nmod tests { use crate::case::CASE; }"),
            ("crates/sasae-app/src/notice/tests.rs", "use crate::case::store;"),
            ("crates/sasae-app/src/web/nav.rs", "use crate::area::AREA;"),
            (
                "crates/sasae-care/src/case/policy.cedar",
                "// resource is task\npermit (principal, action, resource is notice);",
            ),
            ("crates/sasae-app/src/tests/pages.rs", "use crate::area::AREA;\nuse super::of_rooms::access;"),
            ("crates/sasae-demo/src/mod.rs", "use sasae_app::case::store;"),
            ("crates/sasae-core/src/lib.rs", "use crate::case;"),
        ] {
            assert_eq!(complaints(NOTHING, path, text), [""; 0], "{text}");
        }
    }

    #[test]
    fn an_exception_is_kept_and_one_that_nothing_needs_is_a_complaint() {
        let needed = check(
            &Tree::of(&[
                ROOMS_RS,
                ("crates/sasae-app/src/app.rs", "use crate::notice;"),
                ("crates/sasae-app/src/case/mod.rs", "use crate::notice::store;"),
                ("crates/sasae-app/src/tests/city.rs", "use crate::case::CASE;"),
            ]),
            SMALL,
        );
        let idle = check(&Tree::of(&[ROOMS_RS]), SMALL);

        assert!(needed.is_empty(), "{needed:?}");
        assert_eq!(idle.len(), 3, "{idle:?}");
        let says =
            |complaint: &String| complaint.contains("needs no exception") || complaint.contains("no room any more");
        assert!(idle.iter().all(says), "{idle:?}");
    }
}
