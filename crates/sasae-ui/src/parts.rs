//! Small parts that stand on many pages: chips, boxes, tables, links to
//! figures, dates in both calendars.
//!
//! A tone never stands alone: the word in the chip or on the box says what the
//! colour says.

use jiff::civil::Date;
use maud::{Markup, Render, html};
use sasae_core::wareki;

use super::dates::era_year;
pub use super::records::{
    CourseStep, DueRow, PersonHead, SideBySide, StepState, TimelineItem, compare, due_list, due_row, person_head,
    saved_first, steps, timeline,
};
use sasae_core::lang::Lang;

/// How much something calls for attention. Colour and border follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A plain fact.
    Plain,
    /// Good to know.
    Info,
    /// Done, agreed, in order.
    Good,
    /// Look at it soon.
    Caution,
    /// Urgent, overdue or refused.
    Danger,
}

impl Tone {
    /// The class that carries the colours.
    pub(super) fn class(self) -> &'static str {
        match self {
            Tone::Plain => "tone-plain",
            Tone::Info => "tone-info",
            Tone::Good => "tone-good",
            Tone::Caution => "tone-caution",
            Tone::Danger => "tone-danger",
        }
    }

    /// The word in front of a message of this tone; empty for a plain one.
    pub(super) fn word(self, lang: Lang) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Info => lang.t("お知らせ", "Note"),
            Tone::Good => lang.t("できました", "Done"),
            Tone::Caution => lang.t("ご注意", "Take care"),
            Tone::Danger => lang.t("重要", "Important"),
        }
    }
}

/// A short word in a frame, for example 同意あり.
pub fn chip(tone: Tone, text: &str) -> Markup {
    html! { span class={ "chip " (tone.class()) } { (text) } }
}

/// What came of the step before, shown once on top of the next page.
#[derive(Clone, Debug)]
pub struct Flash {
    /// Usually [`Tone::Good`].
    pub tone: Tone,
    /// What happened, in a sentence.
    pub text: String,
    /// The next sensible step: words and path.
    pub next: Option<(String, String)>,
}

impl Flash {
    /// The message as a block that is read aloud when it appears.
    pub fn render(&self, lang: Lang) -> Markup {
        html! {
            div class={ "flash " (self.tone.class()) } role="status" {
                p {
                    @if !self.tone.word(lang).is_empty() {
                        strong { (self.tone.word(lang)) } (lang.t("：", ": "))
                    }
                    (self.text)
                }
                @if let Some((words, href)) = &self.next { a class="button" href=(href) { (words) } }
            }
        }
    }
}

/// [`Flash::render`] as a function.
pub fn flash(lang: Lang, flash: &Flash) -> Markup {
    flash.render(lang)
}

/// A box with something good to know, in the given tone.
pub fn callout(lang: Lang, tone: Tone, title: &str, body: Markup) -> Markup {
    html! {
        div class={ "box " (tone.class()) } {
            p class="box-title" {
                @if !tone.word(lang).is_empty() { (tone.word(lang)) (lang.t("：", ": ")) }
                (title)
            }
            (body)
        }
    }
}

/// A titled block. The title is an `h2`.
pub fn card(title: &str, body: Markup) -> Markup {
    html! { section class="card" { h2 { (title) } (body) } }
}

/// Terms and what is known of each.
pub fn data_list(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl class="data-list" {
            @for (term, value) in rows { div { dt { (term) } dd { (value) } } }
        }
    }
}

/// An empty list: says that it is empty and what to do; `action` is path and
/// words, as for [`link_button`].
pub fn empty(text: &str, action: Option<(&str, &str)>) -> Markup {
    html! {
        div class="empty" {
            p { (text) }
            @if let Some((href, words)) = action { (link_button(href, words)) }
        }
    }
}

/// The beginning of a text, with a mark where it goes on.
pub fn beginning(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// A link that looks like a button.
pub fn link_button(href: &str, words: &str) -> Markup {
    html! { a class="button" href=(href) { (words) } }
}

/// The one primary action of a page, as a link.
pub fn primary_link(href: &str, words: &str) -> Markup {
    html! { a class="button button-primary" href=(href) { (words) } }
}

/// One button that does one thing at once. `once` is the idempotency key.
pub fn post_button(action: &str, csrf: &str, once: &str, words: &str) -> Markup {
    html! {
        form class="one-button" action=(action) method="post" data-once-only {
            input type="hidden" name="_csrf" value=(csrf);
            input type="hidden" name="_once" value=(once);
            button class="button" type="submit" { (words) }
        }
    }
}

/// One of the big buttons for the thumb on a visit: 変わりない, 変化あり,
/// 会えなかった, 緊急. Stands inside a form; sends `name=value`.
pub fn thumb_button(name: &str, value: &str, tone: Tone, words: &str) -> Markup {
    html! {
        button class={ "button thumb-button " (tone.class()) } type="submit" name=(name) value=(value) {
            (words)
        }
    }
}

/// A big button for the thumb that leads somewhere: a word, and what it is for.
pub fn thumb_link(href: &str, tone: Tone, word: &str, purpose: &str) -> Markup {
    html! {
        a class={ "button thumb-button " (tone.class()) } href=(href) { span { (word) br; span { (purpose) } } }
    }
}

/// The four (or however many) [`thumb_button`]s in their grid.
pub fn thumb_buttons(buttons: &[Markup]) -> Markup {
    html! { div class="thumb-buttons" { @for button in buttons { (button) } } }
}

/// A column of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// Its heading.
    pub label: &'a str,
    /// Whether it holds numbers, which stand right and align.
    pub numeric: bool,
}

/// A table in the form the office knows.
#[derive(Debug)]
pub struct Table<'a> {
    /// What it shows, with period and area.
    pub caption: &'a str,
    /// Its columns from the left.
    pub columns: &'a [Column<'a>],
    /// Rows of as many cells as there are columns; the first cell heads its row.
    pub rows: Vec<Vec<Markup>>,
    /// A last row of sums.
    pub sums: Option<Vec<Markup>>,
}

impl Render for Table<'_> {
    fn render(&self) -> Markup {
        // Words become cards on a phone; figures stay a table, for they are compared down a column.
        let cards = self.sums.is_none() && !self.columns.iter().any(|column| column.numeric);
        let class_of = |index: usize| {
            let column = self.columns.get(index);
            column.is_some_and(|column| column.numeric).then_some("number")
        };
        let label_of = |index: usize| {
            let label = self.columns.get(index).map(|column| column.label);
            label.filter(|label| cards && !label.is_empty())
        };
        // A browser forgets the roles where a table is laid out as something else.
        let role = |role: &'static str| cards.then_some(role);
        let row = |cells: &[Markup]| {
            html! {
                tr role=[role("row")] {
                    @for (index, cell) in cells.iter().enumerate() {
                        @if index == 0 {
                            th scope="row" role=[role("rowheader")] class=[class_of(index).or(role("card-title"))] { (cell) }
                        } @else {
                            td role=[role("cell")] class=[class_of(index)] data-label=[label_of(index)] { (cell) }
                        }
                    }
                }
            }
        };
        html! {
            // Wide tables scroll by themselves; the tab stop makes that possible without a mouse.
            div class="table-scroll" role="region" aria-label=(self.caption) tabindex="0" {
                table class=[role("cards")] role=[role("table")] {
                    caption { (self.caption) }
                    thead role=[role("rowgroup")] {
                        tr role=[role("row")] {
                            @for (index, column) in self.columns.iter().enumerate() {
                                th scope="col" role=[role("columnheader")] class=[class_of(index)] { (column.label) }
                            }
                        }
                    }
                    tbody role=[role("rowgroup")] { @for cells in &self.rows { (row(cells)) } }
                    @if let Some(sums) = &self.sums { tfoot { (row(sums)) } }
                }
            }
        }
    }
}

/// A [`Table`] without numbers or sums.
pub fn table(caption: &str, headers: &[&str], rows: Vec<Vec<Markup>>) -> Markup {
    let columns: Vec<Column<'_>> = headers.iter().map(|label| Column { label, numeric: false }).collect();
    Table { caption, columns: &columns, rows, sums: None }.render()
}

/// Ways to the page before and the page after.
pub fn pager(lang: Lang, before: Option<&str>, after: Option<&str>) -> Markup {
    html! {
        @if before.is_some() || after.is_some() {
            nav class="pager" aria-label=(lang.t("ページ", "Pages")) {
                @if let Some(href) = before {
                    a class="button" rel="prev" href=(href) { (lang.t("前へ", "Previous")) }
                }
                @if let Some(href) = after {
                    a class="button" rel="next" href=(href) { (lang.t("次へ", "Next")) }
                }
            }
        }
    }
}

/// `1234567` as `1,234,567`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A figure that leads to the list of records behind it; `None`
/// where the reader may not open the list.
pub fn figure_link(number: i64, href: Option<&str>) -> Markup {
    html! {
        @if let Some(href) = href {
            a class="figure" href=(href) { (grouped(number)) }
        } @else {
            span class="figure" { (grouped(number)) }
        }
    }
}

/// One of several views of the same thing.
#[derive(Clone, Debug)]
pub struct Tab<'a> {
    /// Its word.
    pub label: &'a str,
    /// Its address.
    pub href: &'a str,
    /// Whether it is the view in sight.
    pub current: bool,
    /// How many records it holds, where that helps.
    pub count: Option<i64>,
}

/// Views of the same thing, as links; `label` says what they are views of.
pub fn tabs(label: &str, tabs: &[Tab<'_>]) -> Markup {
    html! {
        nav class="tabs" aria-label=(label) {
            ul {
                @for tab in tabs {
                    li {
                        a href=(tab.href) aria-current=[tab.current.then_some("page")] {
                            (tab.label)
                            @if let Some(count) = tab.count { " " span class="count" { (grouped(count)) } }
                        }
                    }
                }
            }
        }
    }
}

/// A button that opens the printer's dialogue. Hidden without JavaScript,
/// where the browser's own menu prints as well.
pub fn print_button(lang: Lang) -> Markup {
    html! {
        button class="button js-only" type="button" data-print { (lang.t("印刷する", "Print")) }
    }
}

/// Why the reader may see this page, folded away.
pub fn why_box(lang: Lang, why: &Markup) -> Markup {
    html! {
        details class="why" {
            summary { (lang.t("この画面が見える理由", "Why you can see this page")) }
            div { (why) }
        }
    }
}

/// A date as the office writes it with the other calendar beside it:
/// 令和7年4月1日（2025-04-01）, in English 2025-04-01 (令和7年).
pub fn date_pair(date: Date, lang: Lang) -> Markup {
    html! {
        time class="date" datetime=(date) {
            @match lang {
                Lang::Ja => { span class="date-day" { (wareki(date)) } span class="date-other" { "（" (date) "）" } }
                Lang::En => { span class="date-day" { (date) } " " span class="date-other" { "(" (era_year(date)) ")" } }
            }
        }
    }
}
