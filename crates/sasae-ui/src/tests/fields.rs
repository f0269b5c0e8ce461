//! Fields and forms as the browser reads them.

use maud::{Markup, Render, html};
use scraper::{Html, Selector};

use super::super::form::{
    Choice, Draft, FormShell, date_field, error_summary, long_field, many_with_worst_field, name_errors, text_field,
    yes_no,
};
use super::super::parts::{figure_link, grouped};
use sasae_core::lang::Lang;

fn dom(markup: &Markup) -> Html {
    Html::parse_fragment(&markup.0)
}

fn count(dom: &Html, selector: &str) -> usize {
    dom.select(&Selector::parse(selector).expect("a selector")).count()
}

#[test]
fn a_wrong_field_names_its_error_and_keeps_what_was_typed() {
    let field =
        date_field(Lang::Ja, "met_on", "会った日").required().value("令和7年13月1日").error(Some("13月はありません。"));

    let dom = dom(&field.render());

    let input =
        "input#f-met_on[aria-invalid=true][value='令和7年13月1日'][aria-describedby='f-met_on-hint f-met_on-error']";
    assert_eq!(count(&dom, input), 1);
    assert_eq!(count(&dom, "#f-met_on-error"), 1);
    assert_eq!(count(&dom, "label[for=f-met_on] .must"), 1);
}

#[test]
fn a_right_field_says_nothing_of_errors() {
    let dom = dom(&text_field(Lang::Ja, "name", "名前").value("高橋").render());

    assert_eq!(count(&dom, "[aria-invalid], [aria-describedby], .error"), 0);
    assert_eq!(count(&dom, ".may"), 1);
}

#[test]
fn an_error_of_a_group_leads_to_its_first_control() {
    let group = yes_no(Lang::Ja, "urgent", "急ぎますか").error(Some("選んでください。"));
    let page = html! { (error_summary(Lang::Ja, &[("urgent", "選んでください。")])) (group) };

    let dom = dom(&page);

    assert_eq!(count(&dom, "[role=alert] a[href='#f-urgent']"), 1);
    assert_eq!(count(&dom, "input[type=radio]#f-urgent"), 1);
    assert_eq!(count(&dom, "fieldset[aria-describedby=f-urgent-error]"), 1);
}

#[test]
fn a_line_of_the_summary_names_its_field() {
    let group = yes_no(Lang::Ja, "urgent", "急ぎますか").error(Some("選んでください。"));
    let line = text_field(Lang::Ja, "name", "名前").error(Some("書いてください。"));
    let errors = [("urgent", "選んでください。"), ("name", "書いてください。"), ("none", "だめです。")];
    let page = html! { (error_summary(Lang::Ja, &errors)) (group) (line) };

    let named = name_errors(&page.0, Lang::Ja);

    assert!(named.contains("\">急ぎますか：選んでください。</a>"), "{named}");
    assert!(named.contains("\">名前：書いてください。</a>"), "{named}");
    assert!(named.contains("\">だめです。</a>"), "{named}");
}

#[test]
fn no_error_means_no_summary() {
    assert!(error_summary(Lang::Ja, &[]).0.is_empty());
}

#[test]
fn boxes_remember_what_was_ticked_and_which_is_the_worst() {
    let choices = vec![Choice::new("money", "お金"), Choice::new("home", "住まい")];

    let field = many_with_worst_field(Lang::Ja, "p", "困りごと", choices, "worst", "home");
    let dom = dom(&field.values(["money", "home"]).render());

    assert_eq!(count(&dom, "input[type=checkbox][name=p][checked]"), 2);
    assert_eq!(count(&dom, "input[type=radio][name=worst][checked][value=home]"), 1);
}

#[test]
fn a_long_text_keeps_its_first_line_break() {
    let dom = dom(&long_field(Lang::Ja, "note", "メモ").value("\n二行目").render());

    let area = dom.select(&Selector::parse("textarea").expect("a selector")).next();
    let text: String = area.expect("a text area").text().collect();
    // The parser has dropped the one break that stands there for it.
    assert_eq!(text.trim_start_matches('\n'), "二行目");
    assert!(long_field(Lang::Ja, "n", "n").value("\nx").render().0.contains(">\n\nx<"));
}

#[test]
fn a_form_carries_what_makes_it_safe_and_its_verb_comes_first() {
    let body = html! { (text_field(Lang::Ja, "name", "名前")) };
    let form = FormShell {
        revision: Some(3),
        draft: Some(Draft { key: "intake:new", kept_at: None }),
        ..FormShell::new(Lang::Ja, "/consultation", "token", "once", "受け付ける", body)
    };

    let dom = dom(&form.render());

    for (name, value) in [("_csrf", "token"), ("_once", "once"), ("_revision", "3"), ("_draft_key", "intake:new")] {
        assert_eq!(count(&dom, &format!("input[name={name}][value='{value}']")), 1, "{name}");
    }
    let first = dom.select(&Selector::parse("button").expect("a selector")).next();
    let first = first.expect("a button");
    assert_eq!(first.text().collect::<String>(), "受け付ける");
    assert_eq!(first.attr("name"), None);
    assert_eq!(count(&dom, "button[name=_draft][value='1']"), 1);
}

#[test]
fn figures_are_grouped_by_three_and_link_only_where_a_list_opens() {
    assert_eq!(grouped(0), "0");
    assert_eq!(grouped(999), "999");
    assert_eq!(grouped(1_234_567), "1,234,567");
    assert_eq!(grouped(-1_000), "-1,000");
    assert_eq!(grouped(i64::MIN), "-9,223,372,036,854,775,808");
    assert_eq!(count(&dom(&figure_link(5, Some("/case"))), "a[href='/case']"), 1);
    assert_eq!(count(&dom(&figure_link(5, None)), "a"), 0);
}
