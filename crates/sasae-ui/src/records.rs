//! Parts that show a record: who it is, where it stands, what happened, what
//! is due, and both sides of a stale edit.

use maud::{Markup, html};

use super::parts::{Tone, callout, chip};
use sasae_core::lang::Lang;

/// Where a step of a course stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Behind.
    Done,
    /// Here.
    Current,
    /// Still ahead.
    Todo,
}

/// One step of a course, for example 受付 → 支援 → 終結.
#[derive(Clone, Debug)]
pub struct CourseStep<'a> {
    /// Its word.
    pub label: &'a str,
    /// Where it stands.
    pub state: StepState,
    /// When it was or will be reached.
    pub date: Option<Markup>,
}

/// A course as a line of steps.
pub fn steps(lang: Lang, steps: &[CourseStep<'_>]) -> Markup {
    html! {
        ol class="steps" {
            @for step in steps {
                @let (class, word) = match step.state {
                    StepState::Done => ("step-done", lang.t("済み", "Done")),
                    StepState::Current => ("step-current", lang.t("いまここ", "Now here")),
                    StepState::Todo => ("step-todo", lang.t("これから", "To come")),
                };
                li class=(class) aria-current=[(step.state == StepState::Current).then_some("step")] {
                    span class="step-label" { (step.label) }
                    span class="step-word" { (word) }
                    @if let Some(date) = &step.date { span class="step-date" { (date) } }
                }
            }
        }
    }
}

/// Something that happened, in a timeline.
#[derive(Clone, Debug)]
pub struct TimelineItem {
    /// When; usually a `date_pair`.
    pub when: Markup,
    /// What kind of record: 訪問, つなぎ.
    pub kind: String,
    /// What happened.
    pub what: Markup,
    /// Who did it.
    pub who: String,
    /// The record, where it may be opened.
    pub href: Option<String>,
}

/// What happened, newest first if so given.
pub fn timeline(lang: Lang, items: &[TimelineItem]) -> Markup {
    html! {
        ol class="timeline" {
            @for item in items {
                li {
                    p class="timeline-head" { (item.when) " " (chip(Tone::Plain, &item.kind)) }
                    div class="timeline-what" { (item.what) }
                    p class="timeline-foot" {
                        span { (lang.t("記録した人：", "By ")) (item.who) }
                        @if let Some(href) = &item.href {
                            " " a href=(href) {
                                (lang.t("くわしく", "Open"))
                                span class="unseen" { (lang.t("：", ": ")) (item.kind) " " (item.when) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The head of a person's page.
#[derive(Clone, Debug)]
pub struct PersonHead<'a> {
    /// Name as written; the `h1` of the page.
    pub name: &'a str,
    /// Reading in kana.
    pub kana: &'a str,
    /// Age and sex as they are shown, for example `82歳・女性`.
    pub age: Option<&'a str>,
    /// District, or a word that the address is hidden.
    pub district: Option<&'a str>,
    /// Consent, watch, language and support needed.
    pub chips: Vec<Markup>,
    /// Main actions, at most one primary among them.
    pub actions: Vec<Markup>,
}

/// Renders a [`PersonHead`].
pub fn person_head(head: &PersonHead<'_>) -> Markup {
    html! {
        header class="person-head" {
            div {
                p class="person-kana" { (head.kana) }
                h1 { (head.name) }
                p class="person-facts" {
                    @if let Some(age) = head.age { span { (age) } " " }
                    @if let Some(district) = head.district { span { (district) } }
                }
                @if !head.chips.is_empty() {
                    ul class="chips" { @for chip in &head.chips { li { (chip) } } }
                }
            }
            @if !head.actions.is_empty() {
                div class="buttons" { @for action in &head.actions { (action) } }
            }
        }
    }
}

/// One thing that is due.
#[derive(Clone, Debug)]
pub struct DueRow {
    /// Whom it is about; the link to the record, where there is one.
    pub who: Markup,
    /// What is to be done.
    pub what: String,
    /// Until when, or when it came, in words.
    pub until: Markup,
    /// How long it is overdue, in words (3日過ぎています); `None` while in time.
    pub overdue: Option<String>,
    /// Why it is the reader's.
    pub why: String,
    /// One action right there.
    pub action: Markup,
}

/// One row of the list of what is due; stands in [`due_list`].
pub fn due_row(lang: Lang, row: &DueRow) -> Markup {
    html! {
        li class=(if row.overdue.is_some() { "due due-over" } else { "due" }) {
            div class="due-text" {
                p class="due-who" { (row.who) }
                p class="due-what" { (row.what) }
                p class="due-until" {
                    (row.until)
                    @if let Some(words) = &row.overdue { " " (chip(Tone::Danger, words)) }
                }
                p class="due-why" { (lang.t("あなたの担当である理由：", "Yours because: ")) (row.why) }
            }
            div class="due-action" { (row.action) }
        }
    }
}

/// A titled list of what is due: 期限を過ぎたもの, 今日, 今週. `count` says in words how many there are in
/// all: 12件, or 50件以上 where not all of them stand here.
pub fn due_list(lang: Lang, title: &str, count: &str, rows: &[DueRow]) -> Markup {
    html! {
        section class="due-part" {
            h2 {
                (title) " "
                span class="count" { (count) span class="unseen" { (lang.t("", " to do")) } }
            }
            ul class="due-list" { @for row in rows { (due_row(lang, row)) } }
        }
    }
}

/// One field of a stale edit.
#[derive(Clone, Debug)]
pub struct SideBySide<'a> {
    /// The label of the field.
    pub label: &'a str,
    /// What the reader has just typed.
    pub yours: &'a str,
    /// What somebody else saved meanwhile.
    pub theirs: &'a str,
}

/// Says above a form that is shown once more that somebody else was faster, with both sides.
pub fn saved_first(lang: Lang, both_sides: &Markup) -> Markup {
    let words = lang.t(
        "あなたの入力は消えていません。両方を見比べて、下で直してから、もう一度保存してください。",
        "What you typed is not lost. Compare both sides, put right what is needed below and save again.",
    );
    html! {
        (callout(lang, Tone::Caution, lang.t("ほかの人が先に保存しました", "Somebody else saved this first"), html! { p { (words) } }))
        (both_sides)
    }
}

/// Both sides of a stale edit. `saved_by` says who saved the other
/// side and when. Fields that differ say so in words.
pub fn compare(lang: Lang, saved_by: &str, rows: &[SideBySide<'_>]) -> Markup {
    let caption = lang.t("入力した内容と保存されている内容", "What you typed and what is saved");
    html! {
        div class="table-scroll" role="region" aria-label=(caption) tabindex="0" {
            table class="compare" {
                caption { (caption) }
                thead {
                    tr {
                        th scope="col" { (lang.t("項目", "Field")) }
                        th scope="col" { (lang.t("あなたの入力（未保存）", "Yours (not saved)")) }
                        th scope="col" { (lang.t("いま保存されている内容", "Saved now")) br; (saved_by) }
                    }
                }
                tbody {
                    @for row in rows {
                        @let differs = row.yours != row.theirs;
                        tr class=[differs.then_some("differs")] {
                            th scope="row" {
                                (row.label) " "
                                @if differs { (chip(Tone::Caution, lang.t("違いあり", "Differs"))) }
                            }
                            td { (row.yours) }
                            td { (row.theirs) }
                        }
                    }
                }
            }
        }
    }
}
