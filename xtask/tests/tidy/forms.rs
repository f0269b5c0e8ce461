//! Forms: a limit is declared once, in the model, where the check reads it and the field as well; and
//! a step of a form is taken in one way (`web/step.rs`).

use crate::tree::Tree;

/// What begins a limit in a page, and what stands there where it is no constant.
const CONTROLS: [&str; 3] = ["maxlength(", "maxlength=(", "maxlength="];

/// What checks a text.
const CHECKS: [&str; 2] = ["check.text(", "check.required("];

/// Pages that take a transaction by themselves, each with its reason.
pub const ALONE: &[(&str, &str)] = &[
    ("crates/sasae-house/src/account/", "a wrong password is written down too, and codes are shown once"),
    ("crates/sasae-house/src/draft/", "what is half-written is kept and no step is taken"),
    ("crates/sasae-house/src/web/step.rs", "it is the way"),
    ("crates/sasae-house/src/correction/step.rs", PREVIEW),
];

/// Why corrections go their own way.
const PREVIEW: &str = "a correction is shown before it is done: its transaction is dropped and taken once more";

/// Complaints about limits that are written out, and about handlers that go their own way.
pub fn check(tree: &Tree, alone: &[(&str, &str)]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut needed = vec![false; alone.len()];
    for file in tree.ending(&[".rs"]) {
        let code = &file.production().code;
        for control in CONTROLS {
            for (at, _) in code.match_indices(control) {
                if code[at + control.len()..].starts_with(|c: char| c.is_ascii_digit() || c == '"') {
                    complaints.push(format!("{}: a limit is declared in the model and named here", file.at(at)));
                }
            }
        }
        for (at, call) in CHECKS.iter().flat_map(|call| code.match_indices(call)) {
            let line = code[at + call.len()..].lines().next().unwrap_or_default();
            let last = line.split(')').next().unwrap_or_default().rsplit(',').next().unwrap_or_default().trim();
            if !last.is_empty() && last.chars().all(|c| c.is_ascii_digit() || c == '_') {
                complaints.push(format!("{}: a limit is declared once and named here", file.at(at)));
            }
        }
        if let Some((at, _)) = code.match_indices(".begin()").next().filter(|_| code.contains("-> Reply")) {
            match alone.iter().position(|(path, _)| file.path.starts_with(path)) {
                Some(exception) => needed[exception] = true,
                None => complaints.push(format!("{}: a step of a form is taken by `Step`", file.at(at))),
            }
        }
    }
    let unneeded = alone.iter().zip(needed).filter(|(_, needed)| !needed);
    complaints.extend(unneeded.map(|((path, _), _)| format!("{path} needs no exception any more")));
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_written_out_and_a_way_of_its_own_are_found() {
        for (text, word) in [
            ("fn f() { text_field(x).maxlength(200) }", "declared in the model"),
            ("fn f() { html! { input maxlength=\"200\"; } }", "declared in the model"),
            ("fn f() { html! { input maxlength=(200); } }", "declared in the model"),
            ("fn f() { check.text(name, &form.note, 1_000); }", "declared once"),
            ("async fn f() -> Reply { let work = ctx.begin().await?; }", "taken by `Step`"),
        ] {
            let found = check(&Tree::of(&[("crates/a/src/notice/pages.rs", text)]), &[]).join("\n");
            assert!(found.contains(word), "{text}: {found}");
        }
    }

    #[test]
    fn a_named_limit_and_an_exception_with_its_reason_are_accepted() {
        let fine = "fn f() { text_field(x).maxlength(LINE); check.text(name, &form.note, field.limit()); }";
        let own = "async fn f() -> Reply { let work = ctx.begin().await?; }";
        let tree = Tree::of(&[("crates/a/src/notice/pages.rs", fine), ("crates/a/src/account/pages.rs", own)]);

        assert!(check(&tree, &[("crates/a/src/account/", "why")]).is_empty());
        let unneeded = check(&tree, &[("crates/a/src/account/", "why"), ("crates/a/src/none/", "why")]).join("\n");
        assert!(unneeded.contains("crates/a/src/none/ needs no exception"), "{unneeded}");
    }
}
