//! Who may depend on whom.

use toml::{Table, Value};

use crate::lexer;
use crate::tree::Tree;

/// What each crate of ours may use of the others, apart from tests.
const INSIDE: [(&str, &[&str]); 13] = [
    ("sasae", &["sasae-app", "sasae-core", "sasae-db", "sasae-demo", "sasae-sheet"]),
    ("sasae-bench", &["sasae-app", "sasae-core", "sasae-db", "sasae-demo"]),
    ("sasae-demo", &["sasae-app", "sasae-core", "sasae-db"]),
    ("sasae-app", &["sasae-care", "sasae-core", "sasae-db", "sasae-house", "sasae-profile", "sasae-sheet"]),
    ("sasae-care", &["sasae-core", "sasae-db", "sasae-house"]),
    ("sasae-house", &["sasae-core", "sasae-db", "sasae-profile", "sasae-sheet", "sasae-ui"]),
    ("sasae-ui", &["sasae-core"]),
    ("sasae-profile", &["sasae-core", "sasae-db"]),
    ("sasae-core", &[]),
    ("sasae-db", &["sasae-core"]),
    ("sasae-sheet", &["sasae-core"]),
    ("sasae-test", &["sasae-db", "sasae-core"]),
    ("xtask", &[]),
];

/// What people start, and what only these use.
const PROGRAMS: &[&str] = &["sasae", "sasae-bench", "sasae-demo", "xtask"];

/// Crates from outside that only some of ours may use, and why.
const OUTSIDE: &[(&[&str], &[&str], &str)] = &[
    (
        &["rusqlite", "tokio-postgres", "deadpool-postgres", "postgres-types"],
        &["sasae-db", "sasae-test"],
        "the engines have one face",
    ),
    (
        &["tokio-rustls", "rustls-native-certs", "percent-encoding"],
        &["sasae-db", "sasae-test"],
        "only the way to the database is encrypted here, and to the mail server of the tests",
    ),
    (&["lettre"], &["sasae-house"], "one room sends mail"),
    (&["prometheus-client", "ipnet"], &["sasae-house"], "what is counted and whom it trusts is the shell's"),
    (&["tower", "tower-http", "cookie", "governor"], &["sasae-house", "sasae-app"], "the shell belongs to the house"),
    (
        &["axum", "maud", "utoipa"],
        &["sasae-ui", "sasae-house", "sasae-care", "sasae-app"],
        "pages and routes belong to rooms",
    ),
    (&["cedar-policy"], &["sasae-house", "sasae-app"], "authority is decided in one room"),
    (&["calamine", "csv", "encoding_rs"], &["sasae-sheet"], "files are read in one crate"),
    (&["anyhow"], PROGRAMS, "libraries have errors that callers can tell apart"),
    (&["clap", "indicatif"], PROGRAMS, "only a program has a command line"),
    (&["argon2", "totp-rs", "subtle"], &["sasae-house"], "sign-in belongs to the house"),
];

/// All that `sasae-core` may use: it is the part that runs anywhere.
const CORE: &[&str] =
    &["icu_calendar", "jiff", "rand", "rand_chacha", "serde", "thiserror", "unicode-normalization", "uuid"];

/// Paths of the standard library that reach out of the process.
const IO: &[&str] = &["std::fs", "std::net", "std::process", "std::env", "std::io", "std::thread", "std::os"];

/// Complaints about manifests and about IO in `sasae-core`.
pub fn check(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.ending(&["Cargo.toml"]) {
        let Some((_, folder)) = file
            .path
            .trim_end_matches("/Cargo.toml")
            .rsplit_once('/')
            .or_else(|| (file.path == "xtask/Cargo.toml").then_some(("", "xtask")))
        else {
            continue;
        };
        let Ok(manifest) = file.text.parse::<Table>() else {
            complaints.push(format!("{} is not TOML", file.path));
            continue;
        };
        let Some((_, inside)) = INSIDE.iter().find(|(name, _)| *name == folder) else {
            complaints.push(format!("{}: say in the tidy test what {folder} may use", file.path));
            continue;
        };
        for (name, value) in dependencies(&manifest, &["dependencies", "build-dependencies"]) {
            let mut complain = |why: &str| complaints.push(format!("{}: {name}: {why}", file.path));
            if name.starts_with("sasae") && !inside.contains(&name) {
                complain("a crate of ours that it may not use");
            }
            if folder == "sasae-core" && !CORE.contains(&name) {
                complain("sasae-core does no IO and has a closed list");
            }
            for (names, users, why) in OUTSIDE {
                if names.contains(&name) && !users.contains(&folder) {
                    complain(why);
                }
            }
            if value.get("workspace").and_then(Value::as_bool) != Some(true) {
                complain("versions stand in the root manifest");
            }
        }
        for (name, _) in dependencies(&manifest, &["dev-dependencies"]) {
            if name.starts_with("sasae") && name != "sasae-test" && !inside.contains(&name) {
                complaints.push(format!("{}: {name}: not even for tests", file.path));
            }
        }
    }
    for file in tree.ending(&[".rs"]).filter(|file| file.path.starts_with("crates/sasae-core/src/")) {
        let code = &file.production().code;
        for path in IO {
            complaints
                .extend(lexer::words(code, path).map(|at| format!("{}: sasae-core does no IO: {path}", file.at(at))));
        }
    }
    complaints
}

fn dependencies<'a>(manifest: &'a Table, kinds: &[&str]) -> Vec<(&'a str, &'a Value)> {
    let plain = kinds.iter().filter_map(|kind| manifest.get(*kind)?.as_table());
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let nested = targets.flat_map(|target| kinds.iter().filter_map(|kind| target.get(*kind)?.as_table()));
    plain.chain(nested).flat_map(|table| table.iter().map(|(name, value)| (name.as_str(), value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(folder: &str, dependencies: &str) -> String {
        let path = format!("crates/{folder}/Cargo.toml");
        check(&Tree::of(&[(&path, dependencies)])).join("\n")
    }

    #[test]
    fn a_dependency_against_the_grain_is_refused() {
        for (folder, manifest, word) in [
            ("sasae-db", "[dependencies]\nsasae-app.workspace = true", "may not use"),
            ("sasae-db", "[dev-dependencies]\nsasae-app.workspace = true", "not even for tests"),
            ("sasae-core", "[dependencies]\ntokio.workspace = true", "closed list"),
            ("sasae-core", "[target.'cfg(unix)'.dependencies]\nlibc.workspace = true", "closed list"),
            ("sasae-sheet", "[dependencies]\nrusqlite.workspace = true", "one face"),
            ("sasae-app", "[dependencies]\nanyhow.workspace = true", "tell apart"),
            ("sasae-app", "[dependencies]\nserde = \"1\"", "root manifest"),
            ("sasae-new", "[dependencies]", "say in the tidy test"),
            ("sasae-app", "[dependencies", "not TOML"),
        ] {
            let found = complaints(folder, manifest);
            assert!(found.contains(word), "{folder}: {manifest}: {found}");
        }
    }

    #[test]
    fn a_dependency_along_the_grain_is_accepted() {
        let found = complaints("sasae-app", "[dependencies]\naxum.workspace = true\nsasae-db.workspace = true");

        assert_eq!(found, "");
    }

    #[test]
    fn a_file_read_in_the_core_is_found_outside_tests_alone() {
        let path = "crates/sasae-core/src/lib.rs";

        let bad = check(&Tree::of(&[(path, "fn a() { std::fs::read(\"x\"); }")]));
        let good = check(&Tree::of(&[(path, "#[cfg(test)]\nmod tests { use std::fs; } // std::fs")]));

        assert_eq!(bad, [format!("{path}:1: sasae-core does no IO: std::fs")]);
        assert!(good.is_empty());
    }
}
