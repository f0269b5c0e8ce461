//! Where statements stand, and whose tables they touch.

use std::collections::{BTreeMap, BTreeSet};

use crate::lexer::{self, Source};
use crate::tree::{self, File, Tree};

/// The most places where the engines may differ. Raise it only with a reason
/// that stands at the new place behind `DIALECT:`.
pub const DIALECT_LIMIT: usize = 12;

/// Ways around the two rules, each with its reason. One that nothing needs is a complaint.
pub struct Exceptions {
    /// Files with SQL that are not called store.rs.
    pub files: &'static [(&'static str, &'static str)],
    /// Tables that every room may read, because lists show their names.
    pub directory: &'static [(&'static str, &'static str)],
    /// Rooms that may read every table.
    pub readers: &'static [(&'static str, &'static str)],
    /// Room, foreign table that it may read, and reason.
    pub pairs: &'static [(&'static str, &'static str, &'static str)],
}

/// The exceptions of the real tree.
pub const EXCEPTIONS: &Exceptions = &Exceptions {
    files: &[
        ("crates/sasae-house/src/access/scope.rs", ROW_RULES),
        ("crates/sasae-care/src/case/sight.rs", ROW_RULES),
        ("crates/sasae-care/src/person/sight.rs", ROW_RULES),
    ],
    directory: &[
        ("area", "rows say in which area they are"),
        ("area_within", "figures roll up over the areas of a day"),
        ("fact", "figures count facts and nothing else"),
        ("handover", "what is due follows the clocks of hand-overs"),
        ("ground", "lists of what one may see begin with one's own grounds"),
        ("organisation", "rows say which organisation answers for them"),
        ("staff", "rows say by name who wrote them or is responsible"),
    ],
    readers: &[("access", "the row rules are about the points where rooms meet")],
    pairs: &[
        ("figures", "area_parent", "small counts are held back along the tree of areas"),
        ("case", "post", HOLDERS),
        ("case", "role", HOLDERS),
        ("case", "role_function", HOLDERS),
        ("case", "person", "a case names persons, under the row rule of persons"),
        ("case", "household_member", "a case offers the members of its household"),
        ("consultation", "notice", "an intake follows a notice, under the row rule of notices"),
        ("consultation", "person", "a consultation says by name whom it is about, under the row rules"),
        ("message", "post", "those of an area who carry a function are told"),
        ("message", "role_function", "those of an area who carry a function are told"),
        ("staff", "role", SUCCESSORS),
        ("staff", "role_function", SUCCESSORS),
        ("person", "post", "a person is entrusted to a post in the area"),
        ("person", "role", "those who go from door to door are offered"),
    ],
};

/// Why row rules stand outside of stores.
const ROW_RULES: &str = "the row rules are macros that expand inside the stores' statements";

/// Why the room of staff reads what roles may do.
const SUCCESSORS: &str = "whoever goes on with something holds a post that may do it";

/// Why the case room reads posts and roles.
const HOLDERS: &str = "whoever is asked into a case holds a post of today";

/// A use of a table in a room's code.
struct Use<'a> {
    file: &'a File,
    offset: usize,
    touch: Touch,
}

/// A table in a statement.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Touch {
    table: String,
    writes: bool,
}

/// What stands beside the rooms and could ask the database.
const BESIDE: [&str; 3] = ["crates/sasae/src/", "crates/sasae-demo/src/", "crates/sasae-bench/src/"];

/// Complaints about statements in the wrong place and tables of another room.
pub fn check(tree: &Tree, exceptions: &Exceptions) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut needed_files = Vec::new();
    let mut uses: Vec<(String, Use<'_>)> = Vec::new();
    let program =
        |file: &&File| tree::inside(&file.path).is_some() || BESIDE.iter().any(|beside| file.path.starts_with(beside));
    for file in tree.ending(&[".rs"]).filter(program) {
        let source = file.production();
        let statements = statements(source);
        if !is_store(&file.path)
            && let Some((offset, _)) = statements.first()
        {
            if exceptions.files.iter().any(|(path, _)| *path == file.path) {
                needed_files.push(file.path.as_str());
            } else {
                complaints.push(format!("{}: SQL stands in a store.rs", file.at(*offset)));
            }
        }
        let Some(room) = room(&file.path) else {
            continue;
        };
        for (offset, text) in statements {
            for touch in tables_of(&text) {
                uses.push((room.to_owned(), Use { file, offset, touch }));
            }
        }
    }

    let owners = owners(tree, &mut complaints);
    let mut needed_pairs = Vec::new();
    let mut needed_readers = Vec::new();
    for (room, Use { file, offset, touch }) in uses {
        let Touch { table, writes } = touch;
        let Some(owner) = owners.get(&table).filter(|owner| **owner != room) else {
            continue;
        };
        let in_directory = exceptions.directory.iter().any(|(shared, _)| *shared == table);
        let reads_all = exceptions.readers.iter().any(|(reader, _)| *reader == room);
        if !writes && reads_all {
            needed_readers.push(room);
            continue;
        }
        if !writes && in_directory {
            continue;
        }
        let pair = |(reader, other, _): &(&str, &str, &str)| *reader == room && *other == table;
        if !writes && exceptions.pairs.iter().any(pair) {
            needed_pairs.push((room, table));
            continue;
        }
        let verb = if writes { "writes" } else { "reads" };
        complaints.push(format!(
            "{}: the room `{room}` {verb} the table `{table}` of `{owner}`: call its functions",
            file.at(offset)
        ));
    }

    for (path, _) in exceptions.files.iter().filter(|(path, _)| !needed_files.contains(path)) {
        complaints.push(format!("{path} needs no exception any more"));
    }
    for (room, _) in exceptions.readers {
        if !needed_readers.iter().any(|reader| reader == room) {
            complaints.push(format!("`{room}` needs no exception any more"));
        }
    }
    for (room, table, _) in exceptions.pairs {
        if !needed_pairs.iter().any(|(reader, other)| reader == room && other == table) {
            complaints.push(format!("`{room}` needs no exception for `{table}` any more"));
        }
    }
    complaints
}

/// Which room owns each table. Complains where a table has no owner or two.
pub fn owners(tree: &Tree, complaints: &mut Vec<String>) -> BTreeMap<String, String> {
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for file in tree.ending(&[".rs"]).filter(|file| tree::inside(&file.path).is_some() && !file.is_test) {
        let source = file.production();
        let declared = declared_tables(source);
        let holds_store = file.path.ends_with("/store.rs") || file.path.ends_with("/store/mod.rs");
        if holds_store && declared.is_none() {
            complaints.push(format!("{}: declare `pub const TABLES: &[&str]`", file.path));
        }
        let Some(room) = room(&file.path) else {
            continue;
        };
        for table in declared.into_iter().flatten() {
            if let Some(other) = owners.insert(table.clone(), room.to_owned()) {
                complaints.push(format!("{}: `{table}` belongs to `{other}` already", file.path));
            }
        }
    }
    // As the schema grew: what a later migration drops is gone, unless it is made anew.
    let mut files: Vec<_> = tree.ending(&[".sql"]).filter(|file| !file.is_test).collect();
    let name = |file: &&File| file.path.rsplit('/').next().map(str::to_owned);
    files.sort_by_key(name);
    let mut created = BTreeMap::new();
    for file in files {
        for (table, stays) in made_and_dropped(&file.text) {
            match stays {
                true => drop(created.insert(table, &file.path)),
                false => drop(created.remove(&table)),
            }
        }
    }
    for (table, path) in created.iter().filter(|(table, _)| !owners.contains_key(*table)) {
        complaints.push(format!("{path}: no room's TABLES names `{table}`"));
    }
    for (table, room) in owners.iter().filter(|(table, _)| !created.contains_key(*table)) {
        complaints.push(format!("`{room}` claims the table `{table}`, which no migration creates"));
    }
    let strange = created.iter().filter_map(|(table, path)| {
        let (folder, owner) = (room(path)?, owners.get(table)?);
        (folder != owner).then_some((table, path, owner))
    });
    for (table, path, owner) in strange {
        complaints.push(format!("{path}: the table `{table}` belongs to `{owner}`, whose folder makes it"));
    }
    owners
}

/// The room that a file belongs to: the first folder under the application.
fn room(path: &str) -> Option<&str> {
    tree::folder(path)
}

fn is_store(path: &str) -> bool {
    path.ends_with("/store.rs") || path.contains("/store/")
}

/// The texts of `sql!(…)`, pieces joined, and literals that are SQL by their looks.
pub fn statements(source: &Source) -> Vec<(usize, String)> {
    let mut inside = vec![false; source.strings.len()];
    let mut found = Vec::new();
    for at in lexer::words(&source.code, "sql") {
        if !source.code[at..].starts_with("sql!") {
            continue;
        }
        let end = lexer::closing(&source.code, at + "sql!".len());
        let mut text = String::new();
        for (index, literal) in source.strings.iter().enumerate() {
            if (at..end).contains(&literal.start) {
                inside[index] = true;
                text.push_str(&literal.text);
                text.push(' ');
            }
        }
        found.push((at, text));
    }
    let loose = source.strings.iter().zip(inside).filter(|(literal, inside)| !inside && looks_like_sql(&literal.text));
    found.extend(loose.map(|(literal, _)| (literal.start, literal.text.clone())));
    found
}

fn looks_like_sql(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c| !lexer::is_word(c)).filter(|word| !word.is_empty()).collect();
    let name = |index: usize| words.get(index).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
    (0..words.len()).any(|index| match words[index] {
        "SELECT" => true,
        "FROM" | "JOIN" => name(index + 1),
        "UPDATE" => words.get(index + 2) == Some(&"SET"),
        "INSERT" => words.get(index + 1) == Some(&"INTO"),
        "DELETE" => words.get(index + 1) == Some(&"FROM"),
        "CREATE" => matches!(words.get(index + 1), Some(&"TABLE" | &"INDEX")),
        _ => false,
    })
}

/// The tables that a statement writes.
pub fn written(statement: &str) -> Vec<String> {
    tables_of(statement).into_iter().filter(|touch| touch.writes).map(|touch| touch.table).collect()
}

/// The names behind FROM, JOIN, INTO and UPDATE, with the further ones of a list.
fn tables_of(statement: &str) -> BTreeSet<Touch> {
    let spaced = statement.replace(',', " , ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<String> = spaced
        .split(|c: char| c.is_whitespace() || c == '"' || c == '\\' || c == ';')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let is_name = |word: &String| word.chars().all(lexer::is_word);
    let mut touches = BTreeSet::new();
    for (index, word) in words.iter().enumerate() {
        let deletes = word == "from" && index > 0 && words[index - 1] == "delete";
        let writes = match word.as_str() {
            "from" => deletes,
            "join" => false,
            "into" | "update" => true,
            _ => continue,
        };
        let mut at = index + 1;
        while let Some(table) = words.get(at).filter(|table| is_name(table)) {
            touches.insert(Touch { table: table.clone(), writes });
            // `FROM a, b x, c AS y`: go on behind the comma, past an alias.
            let comma = (at + 1..at + 4).find(|next| words.get(*next).is_some_and(|word| word == ","));
            match comma {
                Some(comma) if word == "from" && words[at + 1..comma].iter().all(is_name) => {
                    at = comma + 1;
                }
                _ => break,
            }
        }
    }
    touches
}

fn declared_tables(source: &Source) -> Option<Vec<String>> {
    let at = lexer::words(&source.code, "TABLES").find(|at| source.code[..*at].trim_end().ends_with("pub const"))?;
    let end = at + source.code[at..].find(';')?;
    let inside = source.strings.iter().filter(|literal| (at..end).contains(&literal.start));
    Some(inside.map(|literal| literal.text.clone()).collect())
}

/// The tables that a migration makes (true) and drops (false), in its order.
fn made_and_dropped(migration: &str) -> Vec<(String, bool)> {
    let words = migration_words(migration);
    let named = |at: usize| words.get(at).cloned();
    let step = |at: usize| match (words.get(at)?.as_str(), words.get(at + 1)?.as_str(), words.get(at + 2)?.as_str()) {
        ("create", "table", "if") => Some((named(at + 5)?, true)),
        ("create", "table", _) => Some((named(at + 2)?, true)),
        ("drop", "table", "if") => Some((named(at + 4)?, false)),
        ("drop", "table", _) => Some((named(at + 2)?, false)),
        _ => None,
    };
    (0..words.len()).filter_map(step).collect()
}

/// The words of a migration outside its comments, in lower case.
fn migration_words(migration: &str) -> Vec<String> {
    let code: Vec<&str> = migration.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    code.join("\n").split(|c: char| !lexer::is_word(c)).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// How many places say that the engines differ there.
pub fn dialect_count(tree: &Tree) -> usize {
    dialects(tree).len()
}

fn dialects(tree: &Tree) -> Vec<String> {
    let ours = |file: &&File| file.path.starts_with("crates/") && !file.is_test;
    let mut places = Vec::new();
    for file in tree.ending(&[".rs"]).filter(ours) {
        let comments = &file.production().comments;
        let mut offset = 0;
        for line in comments.split_inclusive('\n') {
            // `//` and `///` apart from prose that only mentions the marker.
            if line.trim_start().trim_start_matches('/').trim_start_matches('!').trim().starts_with("DIALECT:") {
                places.push(file.at(offset));
            }
            offset += line.len();
        }
    }
    for file in tree.ending(&[".sqlite.sql"]).filter(ours) {
        places.push(file.path.clone());
    }
    places
}

/// Complaints about too many differences and about migrations for one engine alone.
///
/// A pair of migrations counts as one difference.
pub fn check_dialects(tree: &Tree, limit: usize) -> Vec<String> {
    let mut complaints = Vec::new();
    let places = dialects(tree);
    if places.len() > limit {
        complaints.push(format!("{} places differ by engine, {limit} is the limit:", places.len()));
        complaints.extend(places);
    }
    for (here, there) in [(".sqlite.sql", ".postgres.sql"), (".postgres.sql", ".sqlite.sql")] {
        for file in tree.ending(&[here]) {
            let twin = file.path.replace(here, there);
            if tree.file(&twin).is_none() {
                complaints.push(format!("{}: its twin {twin} is missing", file.path));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests;
