//! The pages of cases, and what they share: the head of a form, what went wrong
//! in it, how persons are named, and texts that are shortened.

pub mod assessment;
pub mod close;
pub mod contact;
pub mod correct;
pub mod correct_case;
pub mod correct_course;
pub mod correct_head;
pub mod list;
pub mod monitoring;
pub mod open;
pub mod own;
pub mod plan;
pub mod show;
mod show_parts;
pub mod team;

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use sasae_core::age::age_on;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use super::closed;
use super::store::{self, Case, CasePerson};
use crate::access::{self, Act, Sight};
use crate::case::CASE;
use crate::correction::pages::struck_out;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Lang;
use crate::web::ui::form::{Choice, Draft, FormShell};
use crate::web::ui::page_error;
use crate::web::ui::parts::{Tone, callout, chip, data_list};
use crate::web::{Faults, Page};

/// Characters of a long text on the page of a case; the whole stands on its own page.
const EXCERPT: usize = 300;

/// What came of the step before.
#[derive(Debug, Default, Deserialize)]
pub struct DoneQuery {
    #[serde(default)]
    done: String,
    /// The case to which an entry was moved.
    #[serde(default)]
    to: String,
}

/// A form about a case.
struct CaseForm<'a> {
    title: &'a str,
    action: String,
    submit: &'a str,
    consequence: &'a str,
    /// Key and time of the draft, for long forms.
    draft: Option<(&'a str, Option<&'a str>)>,
    revision: Option<i64>,
    body: Markup,
}

impl CaseForm<'_> {
    fn shell(&self, ctx: &Ctx, case: Id) -> Markup {
        let once = ctx.new_id().to_string();
        let cancel = format!("/cases/{case}");
        let shell = FormShell {
            draft: self.draft.map(|(key, kept_at)| Draft { key, kept_at }),
            consequence: (!self.consequence.is_empty()).then_some(self.consequence),
            cancel: Some(&cancel),
            revision: self.revision,
            ..FormShell::new(ctx.lang(), &self.action, ctx.csrf(), &once, self.submit, self.body.clone())
        };
        html! { (shell) }
    }

    fn page(&self, ctx: &Ctx, opened: &Opened, faults: &Faults) -> Response {
        let lang = ctx.lang();
        let main = html! {
            h1 { (self.title) }
            (which(lang, &opened.case))
            (support_needed(ctx, &opened.persons))
            (faults.summary(lang))
            (self.shell(ctx, opened.case.id))
        };
        Page::new(self.title, main).why(opened.sight.why.clone()).status(faults.status()).reply(ctx)
    }
}

/// Which case a page is about.
fn which(lang: Lang, case: &Case) -> Markup {
    html! {
        p { (lang.t("支援：", "Case: ")) a href={ "/cases/" (case.id) } { (case.number) " " (case.title) } }
    }
}

/// A case as a form about it needs it.
struct Opened {
    case: Case,
    persons: Vec<CasePerson>,
    sight: Sight,
}

/// The case for a form that writes to it; a closed one says what to do instead.
async fn open_for(ctx: &Ctx, conn: &mut Conn, id: Id, act: Act) -> Result<Opened> {
    let opened = load_for(ctx, conn, id, &[act]).await?;
    opened.sight.require(act)?;
    if opened.case.struck_at.is_some() {
        return Err(struck_out());
    }
    if !opened.case.is_open() {
        return Err(closed());
    }
    Ok(opened)
}

/// The case for a page that shows it, whether it is open or not.
async fn load(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Opened> {
    load_for(ctx, conn, id, &[]).await
}

/// As [`load`], with what of `acts` the reader may do.
async fn load_for(ctx: &Ctx, conn: &mut Conn, id: Id, acts: &[Act]) -> Result<Opened> {
    // The history of a case tells areas to those alone who may see the address.
    let acts = [acts, &[Act::SEE_ADDRESS]].concat();
    let sight = access::sight(ctx, conn, &CASE, id, &acts).await?;
    let case = store::get(ctx, conn, id).await?;
    let persons = store::list_persons(ctx, conn, id).await?;
    Ok(Opened { case, persons, sight })
}

/// What a stale edit shows: both sides, and the form to send again.
fn conflict(ctx: &Ctx, case: Id, both_sides: &Markup) -> Response {
    let lang = ctx.lang();
    let record = format!("/cases/{case}");
    let main = page_error::conflict(lang, both_sides, &record);
    Page::new(lang.t("ほかの人が先に保存しました", "Somebody else saved this first"), main)
        .status(StatusCode::CONFLICT)
        .reply(ctx)
}

/// The choices of a vocabulary that hold today.
fn choices<'a>(ctx: &'a Ctx, vocabulary: &str) -> Vec<Choice<'a>> {
    let lang = ctx.lang();
    ctx.profile()
        .words(vocabulary)
        .iter()
        .filter(|word| word.holds_on(ctx.today()))
        .map(|word| Choice::new(word.code.as_str(), lang.t(&word.ja, &word.en)))
        .collect()
}

/// Whom the reader may not see has no name and no link.
fn hidden_person(lang: Lang) -> &'static str {
    lang.t("（表示できない人）", "(a person not shown)")
}

/// Name with a link, where the reader may see the person.
fn name_link(lang: Lang, id: Option<Id>, family: Option<&str>, given: Option<&str>) -> Markup {
    html! {
        @match id {
            Some(id) => a href={ "/persons/" (id) } { (family.unwrap_or_default()) " " (given.unwrap_or_default()) }
            None => span class="muted" { (hidden_person(lang)) }
        }
    }
}

impl CasePerson {
    fn link(&self, ctx: &Ctx) -> Markup {
        let lang = ctx.lang();
        let age = self.birth_on.and_then(|birth| age_on(birth, self.died_on.unwrap_or(ctx.today())));
        html! {
            (name_link(lang, self.id, self.family.as_deref(), self.given.as_deref()))
            @if let Some(age) = age { " " (age) (lang.t("歳", " years")) }
            @if self.died_on.is_some() { " " (chip(Tone::Plain, lang.t("亡くなりました", "Died"))) }
        }
    }

    /// Name without a link, for a choice.
    fn name(&self) -> String {
        format!("{} {}", self.family.as_deref().unwrap_or_default(), self.given.as_deref().unwrap_or_default())
    }

    /// Language and communication support in words; empty for nobody who needs any.
    fn support(&self, ctx: &Ctx) -> Vec<String> {
        let lang = ctx.lang();
        let language = self.language.as_deref().filter(|code| !code.is_empty() && *code != "ja");
        let mut words: Vec<String> =
            language.map(|code| ctx.profile().label("language", code, lang).to_owned()).into_iter().collect();
        // Codes are words of lower-case letters; whatever stands between them divides.
        let codes = self.communication.as_deref().unwrap_or_default();
        for code in codes.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            if ctx.profile().word("communication_support", code).is_some() {
                words.push(ctx.profile().label("communication_support", code, lang).to_owned());
            }
        }
        words
    }
}

/// Language and communication support of the persons, on top of every page on
/// which somebody is about to meet them (issue 2, what a user gets, 3).
fn support_needed(ctx: &Ctx, persons: &[CasePerson]) -> Markup {
    let lang = ctx.lang();
    let needing: Vec<(String, Vec<String>)> = persons
        .iter()
        .map(|person| (person.name(), person.support(ctx)))
        .filter(|(_, words)| !words.is_empty())
        .collect();
    html! {
        @if !needing.is_empty() {
            (callout(lang, Tone::Caution, lang.t("ことば・伝え方の支援", "Language and communication support"), html! {
                ul { @for (name, words) in &needing { li { (name) (lang.t("：", ": ")) (words.join(lang.t("、", ", "))) } } }
            }))
        }
    }
}

/// The beginning of a long text; the whole stands at `href`.
fn excerpt(lang: Lang, text: &str, href: &str) -> Markup {
    let short: String = text.chars().take(EXCERPT).collect();
    let cut = short.len() < text.len();
    html! {
        span class="lines" { (short) @if cut { "…" } }
        @if cut { " " a href=(href) { (lang.t("続きを読む", "Read on")) } }
    }
}

/// Terms with texts, leaving out the empty ones.
fn texts(rows: &[(&str, &str)]) -> Markup {
    let rows: Vec<(&str, Markup)> = rows
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(term, text)| (*term, html! { span class="lines" { (text) } }))
        .collect();
    data_list(&rows)
}
