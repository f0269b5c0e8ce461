//! How files and folders are laid out.

use crate::tree::Tree;

/// The most lines of a file that people write by hand.
const LONGEST: usize = 600;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 8] = ["util", "utils", "helper", "helpers", "manager", "service", "services", "misc"];

/// Complaints about long files, missing headers, empty names and lock files.
pub fn check(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.ending(&[".rs", ".mjs", ".js", ".css", ".sql", ".cedar"]) {
        let lines = file.text.lines().count();
        if lines > LONGEST && !file.path.ends_with(".min.js") {
            complaints.push(format!("{}: {lines} lines, {LONGEST} is the limit", file.path));
        }
        let named = file.path.split('/').map(|part| part.split('.').next().unwrap_or(part));
        for name in named.filter(|name| EMPTY_NAMES.contains(name)) {
            complaints.push(format!("{}: `{name}` does not say what is inside", file.path));
        }
    }
    for file in tree.ending(&["/mod.rs", "/lib.rs", "/main.rs"]) {
        if !file.text.starts_with("//!") {
            complaints.push(format!("{}: begin with `//!`: what is it for", file.path));
        }
    }
    for room in tree.rooms() {
        if tree.head(room).is_none() {
            complaints.push(format!("{room}: a room begins with mod.rs"));
        }
    }
    for file in tree.ending(&["package-lock.json"]) {
        if file.text.contains("\"resolved\"") {
            complaints.push(format!("{}: a lock file names no registry", file.path));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_breach_of_the_layout_is_found() {
        let long = "//!\n".repeat(LONGEST + 1);
        let full = "//!\n".repeat(LONGEST);
        for (path, text, word) in [
            ("crates/a/src/long.rs", long.as_str(), "601 lines"),
            ("crates/a/src/web/utils.rs", "", "does not say"),
            ("crates/a/src/helper/mod.rs", "//! Text.", "does not say"),
            ("crates/a/src/lib.rs", "mod a;", "begin with"),
            ("crates/sasae-app/src/notice/model.rs", "", "begins with mod.rs"),
            ("e2e/package-lock.json", "{\"resolved\": \"x\"}", "names no registry"),
        ] {
            let found = check(&Tree::of(&[(path, text)])).join("\n");
            assert!(found.contains(word), "{path}: {found}");
        }
        assert!(check(&Tree::of(&[("crates/a/src/lib.rs", &full)])).is_empty());
    }
}
