//! Words that must not stand in the code.

use crate::lexer;
use crate::tree::Tree;

/// Text that names one machine or one package registry, split so that this file does not hold it.
const PLACES: [&str; 6] = [
    concat!("/", "work/"),
    concat!("/", "root/"),
    concat!("/", "home/"),
    concat!("registry.", "npmjs"),
    concat!("static.", "crates.io"),
    concat!("deb.", "debian.org"),
];

/// Complaints about `unwrap`, silenced lints and the names of machines.
pub fn check(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.ending(&[".rs"]) {
        let code = &file.production().code;
        for (at, _) in code.match_indices(".unwrap()") {
            complaints.push(format!("{}: `.unwrap()` outside tests", file.at(at)));
        }
        let everything = &file.source().code;
        for (at, _) in everything.match_indices("#[").chain(everything.match_indices("#![")) {
            let open = at + everything[at..].find('[').unwrap_or(0);
            let attribute = &everything[open..lexer::closing(everything, open)];
            if lexer::words(attribute, "allow").next().is_some() {
                complaints.push(format!("{}: `expect` with a reason, not `allow`", file.at(at)));
            }
        }
    }
    for file in tree.ending(&["Cargo.toml"]) {
        for (number, line) in file.text.lines().enumerate() {
            if line.replace(' ', "").contains("=\"allow\"") {
                complaints.push(format!("{}:{}: a lint is silenced", file.path, number + 1));
            }
        }
    }
    for file in tree.files().filter(|file| file.path != "Cargo.lock") {
        for (at, place) in PLACES.iter().filter_map(|place| Some((file.text.find(place)?, place))) {
            complaints.push(format!("{}: {place} is a place of one machine", file.at(at)));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_forbidden_word_is_found() {
        for (path, text, word) in [
            ("crates/a/src/b.rs", "fn a() { b().unwrap(); }", "outside tests"),
            ("crates/a/src/b.rs", "#[allow(dead_code)] fn a() {}", "not `allow`"),
            ("crates/a/src/tests.rs", "#![cfg_attr(test, allow(dead_code))]", "not `allow`"),
            ("crates/a/Cargo.toml", "[lints.rust]\nunsafe_code = \"allow\"", "silenced"),
            ("docs/a.md", concat!("see /", "home/me"), "one machine"),
        ] {
            let found = check(&Tree::of(&[(path, text)])).join("\n");
            assert!(found.contains(word), "{text}: {found}");
        }
    }

    #[test]
    fn the_same_words_in_tests_strings_and_comments_are_no_breach() {
        let text = "// .unwrap() #[allow(x)]\nfn a() { b(\".unwrap()\").unwrap_or(1) }\n\
                    #[cfg(test)]\nmod tests { fn t() { a().unwrap(); } }\nfn allow(x: u8) {}";

        assert!(check(&Tree::of(&[("crates/a/src/b.rs", text)])).is_empty());
    }
}
