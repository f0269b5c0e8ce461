//! What holds on every sample page.

use std::collections::HashSet;

use maud::html;
use scraper::{Html, Selector};

use super::super::assets::{asset_href, asset_response, find_asset};
use super::super::samples::samples;
use super::super::shell::Shell;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use sasae_core::lang::Lang;

fn pages() -> Vec<(&'static str, String, Html)> {
    let render = |(name, page): (&'static str, maud::Markup)| {
        let text = page.into_string();
        let dom = Html::parse_document(&text);
        (name, text, dom)
    };
    samples().into_iter().map(render).collect()
}

fn all<'a>(dom: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("a selector");
    dom.select(&selector).collect()
}

#[test]
fn every_page_has_its_language_one_title_and_one_main_heading() {
    for (name, _, dom) in pages() {
        let lang = if name.ends_with("-en") { "en" } else { "ja" };

        assert_eq!(all(&dom, &format!("html[lang={lang}]")).len(), 1, "{name}");
        assert_eq!(all(&dom, "head > title").len(), 1, "{name}");
        assert_eq!(all(&dom, "main h1").len(), 1, "{name}");
        assert_eq!(all(&dom, "main").len(), 1, "{name}");
    }
}

#[test]
fn every_id_is_given_once_and_every_reference_has_its_target() {
    for (name, _, dom) in pages() {
        let mut ids = HashSet::new();
        for element in all(&dom, "[id]") {
            let id = element.attr("id").unwrap_or_default();
            assert!(ids.insert(id), "{name}: #{id} stands twice");
        }

        for attribute in ["for", "aria-describedby", "aria-labelledby", "aria-controls", "data-fills"] {
            for element in all(&dom, &format!("[{attribute}]")) {
                for id in element.attr(attribute).unwrap_or_default().split(' ') {
                    assert!(ids.contains(id), "{name}: {attribute}={id} leads nowhere");
                }
            }
        }
        for element in all(&dom, "a[href^='#']") {
            let id = &element.attr("href").unwrap_or_default()[1..];
            assert!(ids.contains(id), "{name}: #{id} leads nowhere");
        }
    }
}

#[test]
fn every_control_has_a_label() {
    for (name, _, dom) in pages() {
        for control in all(&dom, "input, select, textarea") {
            if control.attr("type") == Some("hidden") || control.attr("aria-label").is_some() {
                continue;
            }
            let id = control.attr("id").unwrap_or_default();
            let labels = all(&dom, &format!("label[for='{id}']"));
            let text: String = labels.iter().flat_map(|label| label.text()).collect();
            assert!(!text.trim().is_empty(), "{name}: {} has no label", control.html());
        }
    }
}

#[test]
fn nothing_on_a_page_breaks_the_content_security_policy() {
    for (name, text, dom) in pages() {
        for element in all(&dom, "*") {
            for (attribute, _) in element.value().attrs() {
                assert!(attribute != "style", "{name}: inline style");
                assert!(!attribute.starts_with("on"), "{name}: inline script in {attribute}");
            }
        }
        for script in all(&dom, "script") {
            assert!(script.attr("nonce").is_some() && script.attr("src").is_some(), "{name}");
            assert!(script.inner_html().is_empty(), "{name}: inline script");
        }
        assert!(all(&dom, "style").is_empty(), "{name}: inline style sheet");
        let outside = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!outside.contains("http://") && !outside.contains("https://"), "{name} leads outside");
    }
}

#[test]
fn every_form_that_changes_something_carries_a_token() {
    for (name, _, dom) in pages() {
        for form in all(&dom, "form[method=post]") {
            let token = Selector::parse("input[name=_csrf][value]").expect("a selector");
            assert!(form.select(&token).next().is_some(), "{name}: {}", form.html());
        }
    }
}

#[test]
fn every_page_has_at_most_one_primary_action() {
    for (name, _, dom) in pages() {
        assert!(all(&dom, ".button-primary").len() <= 1, "{name}");
    }
}

#[test]
fn the_shell_alone_is_under_twelve_kilobytes() {
    let with_nav = samples().into_iter().find(|(name, _)| *name == "error-404-ja");
    let (_, page) = with_nav.expect("a page that is nearly all shell");

    assert!(page.into_string().len() < 12 * 1024);
}

#[test]
fn an_english_page_has_no_japanese_left_but_in_names_of_the_calendar() {
    let is_japanese = |c: char| ('\u{3040}'..='\u{30ff}').contains(&c) || ('\u{4e00}'..='\u{9fff}').contains(&c);
    for (name, _, dom) in pages() {
        if !name.ends_with("-en") {
            continue;
        }
        for element in all(&dom, "body *") {
            let own: String =
                element.children().filter_map(|child| child.value().as_text().map(|text| text.to_string())).collect();
            // The way back to Japanese, era names, and kana of names stay.
            let known = own.contains("日本語") || own.contains("令和") || own.contains("平成");
            let kana = element.attr("class") == Some("person-kana");
            assert!(known || kana || !own.chars().any(is_japanese), "{name}: {own}");
        }
    }
}

#[test]
fn a_hostile_title_is_shown_as_text() {
    let shell = Shell {
        lang: Lang::Ja,
        title: "</title><script>alert(1)</script>",
        nonce: "n",
        here: "/a?b=\"><script>&c=1",
        nav: None,
        flash: None,
        main: html! { h1 { "x" } },
        wide: false,
        why: None,
    };

    let text = shell.render().into_string();

    assert!(!text.contains("<script>"));
    assert!(text.contains("back=/a%3Fb%3D%22%3E%3Cscript%3E%26c%3D1"));
}

#[test]
fn only_the_entry_of_the_page_itself_is_marked() {
    let page = samples().into_iter().find(|(name, _)| *name == "visit-ja");
    let dom = Html::parse_document(&page.expect("the visit").1.into_string());

    let marked: Vec<_> = all(&dom, ".side [aria-current]").iter().map(|a| a.attr("href")).collect();

    assert_eq!(marked, [Some("/watch/visit")]);
}

#[test]
fn an_asset_is_sent_once_and_then_confirmed() {
    let css = find_asset("app.css").expect("the style sheet");
    let mut again = HeaderMap::new();
    let tag = format!("\"{}\"", css.hash);
    again.insert(header::IF_NONE_MATCH, HeaderValue::from_str(&tag).expect("a tag"));

    let first = asset_response("app.css", &HeaderMap::new());
    let second = asset_response("app.css", &again);
    let missing = asset_response("../Cargo.toml", &HeaderMap::new());

    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(first.headers()[header::ETAG], tag.as_str());
    assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    assert_eq!(asset_href("app.css"), format!("/assets/app.css?v={}", css.hash));
}
