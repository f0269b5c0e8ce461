//! What the API answers is a type of its own, made from a record as its reader may see it. A record
//! that could be sent as it stands in the table would tell everybody everything.

use crate::lexer;
use crate::tree::{File, Tree};

/// What makes a type one that can be sent.
const SENDABLE: [&str; 2] = ["Serialize", "ToSchema"];

/// What wraps the answer of a handler of the API.
const ANSWERS: [&str; 4] = ["Shown", "Made", "Listed", "PageOf"];

/// Complaints about records that can be sent, and about answers that are no bodies.
pub fn check(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.ending(&[".rs"]) {
        let code = &file.production().code;
        if is_store(file) {
            for word in SENDABLE {
                let found = lexer::words(code, word).next();
                complaints.extend(found.map(|at| format!("{}: a record is no body of the API: `{word}`", file.at(at))));
            }
        }
        for answer in ANSWERS.map(|answer| format!("Result<{answer}<")) {
            for (at, _) in code.match_indices(&answer) {
                let behind = &code[at + answer.len()..];
                let sent = behind.split(|c: char| !lexer::is_word(c) && c != ':').next().unwrap_or_default();
                if !sent.ends_with("Body") {
                    complaints.push(format!("{}: `{sent}` is answered; what is sent ends with `Body`", file.at(at)));
                }
            }
        }
    }
    complaints
}

fn is_store(file: &File) -> bool {
    file.path.ends_with("/store.rs") || file.path.contains("/store/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_can_be_sent_and_an_answer_that_is_no_body_are_found() {
        for (path, text, word) in [
            ("crates/a/src/notice/store.rs", "#[derive(serde::Serialize)]\npub struct Notice {}", "no body of the API"),
            ("crates/a/src/case/store/list.rs", "#[derive(utoipa::ToSchema)]\npub struct Row {}", "no body of the API"),
            (
                "crates/a/src/notice/api.rs",
                "fn show() -> Result<Shown<store::Notice>> {}",
                "`store::Notice` is answered",
            ),
        ] {
            let found = check(&Tree::of(&[(path, text)])).join("\n");
            assert!(found.contains(word), "{path}: {found}");
        }
        let fine = [
            ("crates/a/src/notice/store.rs", "record! { pub struct Notice {} }"),
            (
                "crates/a/src/notice/api.rs",
                "#[derive(Serialize)] struct NoticeBody {}\nfn show() -> Result<Listed<NoticeBody>> {}",
            ),
        ];
        assert!(check(&Tree::of(&fine)).is_empty());
    }
}
