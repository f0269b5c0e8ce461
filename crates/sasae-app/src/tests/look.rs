//! One look at a page: what must hold wherever somebody opens it.

use std::collections::HashSet;

use axum::http::Method;
use scraper::Html;

use super::browser::{all, text_of};
use crate::lang::Lang;
use crate::testing::Answer;
use crate::web::routes::Route;

/// The largest page, before compression.
const LARGEST: usize = 150_000;

/// What is wrong with a page, in words.
pub fn faults(answer: &Answer, lang: Lang, csrf: Option<&str>, table: &[Route]) -> Vec<String> {
    let dom = Html::parse_document(&answer.body);
    let mut found = Vec::new();
    if answer.body.len() > LARGEST {
        found.push(format!("{} bytes", answer.body.len()));
    }
    one_of_each(&dom, lang, &mut found);
    ids(&dom, &mut found);
    labels(&dom, &mut found);
    forms(&dom, csrf, &mut found);
    scripts(&dom, answer, &mut found);
    ways(&dom, table, &mut found);
    found
}

fn one_of_each(dom: &Html, lang: Lang, found: &mut Vec<String>) {
    for (selector, most) in [
        (format!("html[lang={}]", lang.code()), 1),
        ("head > title".to_owned(), 1),
        ("main".to_owned(), 1),
        ("h1".to_owned(), 1),
        ("main h1".to_owned(), 1),
    ] {
        let count = all(dom, &selector).len();
        if count != most {
            found.push(format!("{count} × {selector}"));
        }
    }
    if all(dom, "h1").iter().any(|h1| text_of(h1).is_empty()) {
        found.push("an h1 without words".to_owned());
    }
    let primary: Vec<String> = all(dom, ".button-primary").iter().map(text_of).collect();
    if primary.len() > 1 {
        found.push(format!("{} primary actions: {}", primary.len(), primary.join(" / ")));
    }
    for empty in all(dom, ".empty") {
        if text_of(&empty).is_empty() {
            found.push("an empty state without words".to_owned());
        }
    }
    if all(dom, "main a, main button").iter().any(|way| text_of(way).is_empty() && way.attr("aria-label").is_none()) {
        found.push("a link or button without words".to_owned());
    }
}

fn ids(dom: &Html, found: &mut Vec<String>) {
    let mut ids = HashSet::new();
    for element in all(dom, "[id]") {
        let id = element.attr("id").unwrap_or_default();
        if !ids.insert(id) {
            found.push(format!("#{id} stands twice"));
        }
    }
    for attribute in ["for", "aria-describedby", "aria-labelledby", "aria-controls"] {
        for element in all(dom, &format!("[{attribute}]")) {
            for id in element.attr(attribute).unwrap_or_default().split_whitespace() {
                if !ids.contains(id) {
                    found.push(format!("{attribute}={id} leads nowhere"));
                }
            }
        }
    }
    for link in all(dom, "a[href^='#']") {
        let id = &link.attr("href").unwrap_or_default()[1..];
        if !ids.contains(id) {
            found.push(format!("#{id} leads nowhere"));
        }
    }
}

fn labels(dom: &Html, found: &mut Vec<String>) {
    for control in all(dom, "input:not([type=hidden]), select, textarea") {
        let id = control.attr("id").unwrap_or_default();
        let labels = all(dom, &format!("label[for='{id}']"));
        let named = control.attr("aria-label").is_some_and(|label| !label.trim().is_empty());
        if !named && (id.is_empty() || labels.iter().all(|label| text_of(label).is_empty())) {
            found.push(format!("no label: {}", control.html()));
        }
    }
    for group in all(dom, "fieldset") {
        let legend = scraper::Selector::parse("legend").expect("a selector");
        if group.select(&legend).next().is_none_or(|legend| text_of(&legend).is_empty()) {
            found.push("a group without a legend".to_owned());
        }
    }
}

fn forms(dom: &Html, csrf: Option<&str>, found: &mut Vec<String>) {
    let token = scraper::Selector::parse("input[name=_csrf]").expect("a selector");
    for form in all(dom, "form") {
        let action = form.attr("action").unwrap_or_default();
        let sent = form.select(&token).next().and_then(|input| input.attr("value"));
        match (form.attr("method").unwrap_or("get"), csrf) {
            ("get", _) if sent.is_some() => found.push(format!("the token in the address of {action}")),
            ("post", Some(csrf)) if sent != Some(csrf) => found.push(format!("no token in the form for {action}")),
            _ => {}
        }
    }
}

fn scripts(dom: &Html, answer: &Answer, found: &mut Vec<String>) {
    for element in all(dom, "*") {
        for (attribute, _) in element.value().attrs() {
            if attribute == "style" || attribute.starts_with("on") {
                found.push(format!("inline {attribute}"));
            }
        }
    }
    for script in all(dom, "script") {
        let nonce = script.attr("nonce").unwrap_or_default();
        let allowed = nonce.len() > 8 && answer.policy.contains(&format!("'nonce-{nonce}'"));
        if !allowed || script.attr("src").is_none() || !script.inner_html().is_empty() {
            found.push(format!("a script that the policy does not name: {}", script.html()));
        }
    }
    if !all(dom, "style").is_empty() {
        found.push("an inline style sheet".to_owned());
    }
    let outside = answer.body.replace("http://www.w3.org/2000/svg", "");
    let whose = all(dom, "[src^='//'], [href^='//'], [action^='//']");
    if outside.contains("http://") || outside.contains("https://") || !whose.is_empty() {
        found.push("an address outside".to_owned());
    }
}

/// Every link and form leads to a route of the table.
fn ways(dom: &Html, table: &[Route], found: &mut Vec<String>) {
    let links = all(dom, "a[href]").into_iter().map(|link| (Method::GET, link.attr("href").unwrap_or_default()));
    let method = |word: Option<&str>| if word == Some("post") { Method::POST } else { Method::GET };
    let actions =
        all(dom, "form").into_iter().map(|form| (method(form.attr("method")), form.attr("action").unwrap_or_default()));
    for (method, href) in links.chain(actions).filter(|(_, href)| !href.starts_with('#')) {
        let path = href.split(['?', '#']).next().unwrap_or_default();
        if !table.iter().any(|route| route.method == method && fits(route.path, path)) {
            found.push(format!("{method} {href} is no page"));
        }
    }
}

/// Whether a path is one of those that a route's pattern means.
pub fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern.iter().zip(&path).all(|(part, word)| part == word || (part.starts_with('{') && !word.is_empty()))
}
