//! No page and no asset sends a reader's browser anywhere but home.

use crate::tree::{self, File, Tree};

/// Addresses that a page may hold although they look like outside ones, and why.
const HARMLESS: [(&str, &str); 5] = [
    ("http://www.w3.org/", "the name of a namespace, never fetched"),
    ("https://spdx.org/", "the name of a licence, never fetched"),
    ("http://127.0.0.1", "this machine"),
    ("http://localhost", "this machine"),
    ("http://{", "an address that is filled in with the server's own"),
];

/// Folders with what a browser receives beside the pages.
const ASSETS: &str = "crates/sasae-ui/assets/";

/// The parts that pages are put together from.
const PARTS: &str = "crates/sasae-ui/src/";

/// Complaints about addresses outside.
pub fn check(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.ending(&[".rs"]).filter(|file| tree::inside(&file.path).is_some() || file.path.starts_with(PARTS))
    {
        for literal in &file.production().strings {
            complaints.extend(outside(file, literal.start, &literal.text));
            let text = literal.text.as_str();
            if text.starts_with("//") && text[2..].starts_with(char::is_alphanumeric) {
                complaints.push(complaint(file, literal.start, text));
            }
        }
    }
    for file in tree.ending(&[".css", ".js", ".svg", ".html", ".webmanifest"]) {
        if file.path.starts_with(ASSETS) {
            complaints.extend(outside(file, 0, &file.text));
        }
    }
    complaints
}

fn outside(file: &File, start: usize, text: &str) -> Vec<String> {
    ["http://", "https://"]
        .into_iter()
        .flat_map(|scheme| text.match_indices(scheme))
        .filter(|(at, _)| !HARMLESS.iter().any(|(known, _)| text[*at..].starts_with(known)))
        .map(|(at, _)| complaint(file, start + at, &text[at..]))
        .collect()
}

fn complaint(file: &File, offset: usize, text: &str) -> String {
    let address: String = text.chars().take_while(|c| !c.is_whitespace()).take(60).collect();
    format!("{}: {address} is outside", file.at(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outside_address_is_found_in_pages_and_assets() {
        let page = "crates/sasae-app/src/web/pages.rs";
        let style = "crates/sasae-ui/assets/a.css";
        for (path, text) in [
            (page, "html! { script src=\"https://cdn.example/x.js\" {} }"),
            (page, "html! { img src=\"//cdn.example/x.png\"; }"),
            (style, "@import url(http://fonts.example/a.css);"),
        ] {
            assert_eq!(check(&Tree::of(&[(path, text)])).len(), 1, "{text}");
        }
    }

    #[test]
    fn comments_namespaces_and_tests_may_name_addresses() {
        let tree = Tree::of(&[
            ("crates/sasae-app/src/a.rs", "//! https://example.org\nconst N: &str = \"http://www.w3.org/2000/svg\";"),
            ("crates/sasae-app/src/tests.rs", "const N: &str = \"https://example.org\";"),
        ]);

        assert!(check(&tree).is_empty());
    }
}
