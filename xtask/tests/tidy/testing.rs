//! What a test is called and what it must not do.

use std::ops::Range;

use crate::lexer;
use crate::tree::Tree;

/// The fewest words of a sentence.
const SENTENCE: usize = 3;

/// Complaints about names of tests, skipped tests and tests that sleep.
pub fn check(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in tree.ending(&[".rs"]) {
        let source = file.source();
        let production = &file.production().code;
        for at in lexer::words(&source.code, "ignore") {
            if source.code[..at].trim_end().ends_with("#[") {
                complaints.push(format!("{}: a skipped test proves nothing", file.at(at)));
            }
        }
        for at in lexer::words(&source.code, "sleep") {
            let in_test = production.get(at..at + 5) != Some("sleep");
            if in_test && source.code[at + 5..].starts_with('(') {
                complaints.push(format!("{}: a test waits for what it needs, not for a time", file.at(at)));
            }
        }
        for (at, name) in tests(&source.code) {
            if name.split('_').filter(|word| !word.is_empty()).count() < SENTENCE {
                complaints.push(format!("{}: `{name}` is not a sentence", file.at(at)));
            }
        }
    }
    complaints
}

/// Every function behind `#[test]`, `#[tokio::test]` or the like, and every one
/// inside `both_engines!`, with its place. What a macro makes has no name of its own.
pub fn tests(code: &str) -> Vec<(usize, &str)> {
    let macros = spans(code, "macro_rules!");
    let attributes = lexer::words(code, "test").filter(|at| {
        let line = code[..*at].rsplit('\n').next().unwrap_or_default();
        line.trim_start().starts_with("#[") && !line.contains('(')
    });
    let inside = spans(code, "both_engines!").into_iter().flat_map(|span| {
        let start = span.start;
        lexer::words(&code[span], "async")
            .map(move |at| start + at)
            .filter(|at| code[at + "async".len()..].trim_start().starts_with("fn "))
    });
    attributes
        .chain(inside)
        .filter(|at| !macros.iter().any(|span| span.contains(at)))
        .filter_map(|at| {
            let start = at + lexer::words(&code[at..], "fn").next()? + 3;
            let name = code[start..].split(|c| !lexer::is_word(c)).next()?;
            Some((start, name))
        })
        .collect()
}

/// Where the brackets behind each call of a macro begin and end.
fn spans(code: &str, call: &str) -> Vec<Range<usize>> {
    code.match_indices(call)
        .filter_map(|(at, _)| {
            let open = at + code[at..].find(['{', '(', '['])?;
            Some(open..lexer::closing(code, open))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_of_a_test_is_found() {
        for (text, word) in [
            ("#[test]\nfn works() {}", "`works` is not a sentence"),
            ("#[tokio::test]\nasync fn it_works() {}", "`it_works` is not a sentence"),
            ("both_engines! { async fn it_works(db: Db) { a(async {}) } }", "`it_works` is not a sentence"),
            (concat!("#[test]\n#[", "ignore]\nfn a_long_name_here() {}"), "skipped"),
            ("#[cfg(test)]\nmod tests { fn a() { tokio::time::sleep(x); } }", "waits for"),
        ] {
            let found = check(&Tree::of(&[("crates/a/src/b.rs", text)])).join("\n");
            assert!(found.contains(word), "{text}: {found}");
        }
    }

    #[test]
    fn a_sentence_and_a_sleep_outside_tests_are_accepted() {
        let text = "macro_rules! m { () => { #[test]\nfn sqlite() {} } }\nfn wait() { sleep(x) }\n#[test]\nfn a_closed_case_refuses_notes() {}\n#[cfg(test)]\nfn b() {}";

        assert!(check(&Tree::of(&[("crates/a/src/b.rs", text)])).is_empty());
    }
}
