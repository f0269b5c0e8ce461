//! Whose consultation it is: the search inside the intake, and the page that
//! says it later.

use axum::extract::{Path, Query};
use maud::{Markup, html};
use sasae_core::age::age_on;
use sasae_core::id::Id;
use serde::Deserialize;

use super::find::{self, Candidate};
use super::model::IdentifyForm;
use super::store;
use crate::access::{self, Act};
use crate::consultation::CONSULTATION;
use crate::correction::pages::{find_field, reason_field};
use crate::correction::step::FormStep;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::{Lang, Words};
use crate::person;
use crate::web::ui::form::{Choice, FormShell, SEARCH, choice_field, hidden, text_field};
use crate::web::ui::parts::{SideBySide, compare, empty, link_button, saved_first};
use crate::web::{Faults, Form, Page, Reply, Step};

/// Most persons offered.
const OFFERED: i64 = 20;

/// Where a person is registered, coming back to `back` with `person=ID`.
pub(super) fn register_href(back: &str) -> String {
    let query = serde_html_form::to_string([("back", back)]).unwrap_or_default();
    format!("/persons/new?{query}")
}

/// The search for a person inside a form.
pub(super) struct Search<'a> {
    /// What was searched for.
    pub find: &'a str,
    /// さがす was pressed just now.
    pub searched: bool,
    /// Who stands chosen.
    pub chosen: Option<&'a Candidate>,
    /// Who was found.
    pub candidates: &'a [Candidate],
    /// There are more than those.
    pub more: bool,
    /// What is wrong with the choice.
    pub error: Option<&'a str>,
    /// Where さがす leads, with the place on the page.
    pub action: &'a str,
    /// Whether the form is kept while somebody new is registered.
    pub registers: bool,
    /// Who stands there and is not known to the reader: this may stay so.
    pub unseen: Option<&'a str>,
}

/// The choice of a person, with a button that searches and one that registers;
/// both are sent with the whole form, so that nothing typed is lost.
pub(super) fn choose(ctx: &Ctx, search: &Search<'_>) -> Markup {
    let lang = ctx.lang();
    let offered = offered(search.chosen, search.candidates);
    let nobody =
        Choice::new("", lang.t("まだ決めない（名前のない相談として受け付ける）", "Not yet (taken without a name)"));
    let unseen = search.unseen.map(|id| {
        Choice::new(id, lang.t("（あなたには見えない人）のまま", "Somebody whom you may not see, as it stands"))
    });
    let choices = unseen.into_iter().chain(offered.iter().map(|c| choice(c, ctx))).chain([nobody]).collect();
    let chosen = search.chosen.map(|c| c.id.to_string());
    let value = chosen.or_else(|| search.unseen.map(str::to_owned)).unwrap_or_default();
    html! {
        section id="who" aria-labelledby="who-title" {
            h2 id="who-title" { (lang.t("本人・世帯", "The person and the household")) }
            (hidden("_found", search.find))
            (text_field(lang, "find", lang.t("名前・電話でさがす", "Find by name or telephone")).value(search.find).maxlength(SEARCH).autocomplete("off")
                .hint(lang.t("漢字でも、かなでも、電話番号でもさがせます。世帯は、選んだ人の世帯になります", "Kanji, kana or a telephone number. The household is that of the person chosen")))
            div class="buttons" {
                button class="button" type="submit" name="_find" value="1" formaction=(search.action) { (lang.t("さがす", "Find")) }
                @if search.registers && ctx.may(&crate::person::may::REGISTER) {
                    button class="button" type="submit" name="_draft" value="register" { (lang.t("新しく登録する", "Register someone new")) }
                }
            }
            @if search.searched && search.candidates.is_empty() {
                p role="status" { (nobody_found(lang)) }
            }
            (choice_field(lang, "person", lang.t("だれの相談ですか", "Whose consultation is it?"), choices).values([value.as_str()]).error(search.error))
            @if search.more { (person::only_first(ctx)) }
        }
    }
}

fn nobody_found(lang: Lang) -> &'static str {
    lang.t(
        "見つかりませんでした。ほかの書き方でさがすか、新しく登録してください。",
        "Nobody was found. Try another spelling, or register the person.",
    )
}

/// Who was chosen first, then who was found, each once.
fn offered<'a>(chosen: Option<&'a Candidate>, candidates: &'a [Candidate]) -> Vec<&'a Candidate> {
    let others = candidates.iter().filter(|c| chosen.is_none_or(|chosen| chosen.id != c.id));
    chosen.into_iter().chain(others).collect()
}

fn choice<'a>(candidate: &Candidate, ctx: &Ctx) -> Choice<'a> {
    let lang = ctx.lang();
    let mut facts = vec![candidate.kana.clone()];
    if let Some(birth) = candidate.birth_on {
        let age = age_on(birth, ctx.today()).map_or_else(String::new, |age| match lang {
            Lang::Ja => format!("（{age}歳）"),
            Lang::En => format!(" (aged {age})"),
        });
        facts.push(match lang {
            Lang::Ja => format!("{}生まれ{age}", sasae_core::wareki(birth)),
            Lang::En => format!("born {birth}{age}"),
        });
    }
    facts.push(candidate.area_name.clone());
    facts.retain(|fact| !fact.trim().is_empty());
    Choice::new(candidate.id.to_string(), candidate.name.clone()).hint(facts.join(lang.t("・", ", ")))
}

/// Search words, and who was registered just now.
#[derive(Debug, Default, Deserialize)]
pub struct WhoQuery {
    #[serde(default)]
    find: String,
    #[serde(default)]
    person: String,
}

/// `GET /consultations/{id}/person`
pub async fn show(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<WhoQuery>) -> Reply {
    page(&ctx, id, &query, &Faults::default()).await
}

async fn page(ctx: &Ctx, id: Id, query: &WhoQuery, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    access::require(ctx, &mut read, &CONSULTATION, id, Act::EDIT).await?;
    let consultation = store::get(ctx, &mut read, id).await?;
    super::require_open(&consultation)?;
    if consultation.person_id.is_some() && !faults.is_stale() {
        drop(read);
        let form = IdentifyForm { person: query.person.clone(), ..IdentifyForm::default() };
        return change_page(ctx, id, &form, &query.find, faults).await;
    }
    let chosen = match query.person.parse::<Id>() {
        Ok(person) => find::find_candidate(ctx, &mut read, person).await?,
        Err(_) => None,
    };
    let (candidates, more) = find::list_candidates(ctx, &mut read, &query.find, OFFERED).await?;
    drop(read);
    let title = lang.t("だれの相談かを決める", "Say whose consultation it is");
    let here = format!("/consultations/{id}/person");
    let offered = offered(chosen.as_ref(), &candidates);
    let main = html! {
        h1 { (title) }
        @if faults.is_stale() {
            @let row = SideBySide {
                label: lang.t("だれの相談ですか", "Whose consultation is it?"),
                yours: chosen.as_ref().map_or("", |one| one.name.as_str()),
                theirs: consultation.person_name.as_deref().unwrap_or_default(),
            };
            (saved_first(lang, &compare(lang, "", &[row])))
        }
        (faults.summary(lang))
        form class="form" action=(here) method="get" role="search" aria-label=(lang.t("相談の人をさがす", "Find the person")) {
            (text_field(lang, "find", lang.t("名前・電話でさがす", "Find by name or telephone")).value(&query.find).maxlength(SEARCH).autocomplete("off").without_word())
            div class="buttons" {
                button class=(if offered.is_empty() { "button button-primary" } else { "button" }) type="submit" { (lang.t("さがす", "Find")) }
                @if ctx.may(&crate::person::may::REGISTER) {
                    (link_button(&register_href(&here), lang.t("新しく登録する", "Register someone new")))
                }
            }
        }
        @if !query.find.trim().is_empty() && offered.is_empty() {
            (empty(nobody_found(lang), None))
        }
        @if more { (person::only_first(ctx)) }
        @if !offered.is_empty() {
            (confirm(ctx, &here, consultation.revision, &offered, chosen.as_ref(), faults))
        }
    };
    Ok(Page::new(title, main).status(faults.status()).reply(ctx))
}

fn confirm(
    ctx: &Ctx,
    here: &str,
    revision: i64,
    offered: &[&Candidate],
    chosen: Option<&Candidate>,
    faults: &Faults,
) -> Markup {
    let lang = ctx.lang();
    let once = ctx.new_id().to_string();
    let value = chosen.map(|c| c.id.to_string()).unwrap_or_default();
    let choices = offered.iter().map(|c| choice(c, ctx)).collect();
    let error = faults.get("person", lang).or_else(|| faults.get("household", lang));
    let body = html! {
        (choice_field(lang, "person", lang.t("だれの相談ですか", "Whose consultation is it?"), choices).values([value.as_str()]).required().error(error))
    };
    let cancel = here.trim_end_matches("/person");
    let shell = FormShell {
        revision: Some(revision),
        consequence: Some(lang.t(
            "この人の世帯の相談になり、支援を始められます。",
            "It becomes a consultation of this person's household, and support can begin.",
        )),
        cancel: Some(cancel),
        ..FormShell::new(lang, here, ctx.csrf(), &once, lang.t("この人の相談にする", "It is this person's"), body)
    };
    html! { (shell) }
}

fn step<'a>(ctx: &'a Ctx, id: Id, page: &'a str, action: &'a str) -> FormStep<'a> {
    FormStep {
        ctx,
        record: (&CONSULTATION, id),
        title: Words("ちがう人の相談に直す", "It is somebody else's consultation"),
        verb: Words("この人の相談に直す", "It is this person's"),
        action,
        page,
        after: page,
        list: "/consultations",
        done: "identified",
    }
}

/// The page where somebody else was named before: with a reason, and a preview.
async fn change_page(ctx: &Ctx, id: Id, form: &IdentifyForm, find: &str, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let sight = access::sight(ctx, &mut read, &CONSULTATION, id, &[Act::EDIT, Act::CORRECT]).await?;
    sight.require(Act::CORRECT)?;
    let consultation = store::get(ctx, &mut read, id).await?;
    super::require_open(&consultation)?;
    let chosen = match form.person.parse::<Id>() {
        Ok(person) => find::find_candidate(ctx, &mut read, person).await?,
        Err(_) => None,
    };
    let (candidates, more) = find::list_candidates(ctx, &mut read, find, OFFERED).await?;
    drop(read);
    let value = chosen.as_ref().map(|one| one.id.to_string()).unwrap_or_default();
    let choices = offered(chosen.as_ref(), &candidates).into_iter().map(|one| choice(one, ctx)).collect::<Vec<_>>();
    let said = html! {
        p { (lang.t(
            "この相談か、もとの気づきは、もうほかの人のことになっています。ちがう人の相談に直すと、気づきもいっしょに直ります。",
            "The consultation, or the notice that it came from, names somebody else already. Both name the other person then.",
        )) }
    };
    let error = faults.get("person", lang).or_else(|| faults.get("household", lang));
    let body = html! {
        (find_field(lang, find))
        @if !find.trim().is_empty() && candidates.is_empty() { p role="status" { (nobody_found(lang)) } }
        @if !choices.is_empty() {
            (choice_field(lang, "person", lang.t("だれの相談ですか", "Whose consultation is it?"), choices).values([value.as_str()]).required().error(error))
        }
        @if more { (person::only_first(ctx)) }
        (reason_field(lang, &form.reason, &faults.fields))
    };
    let row = SideBySide {
        label: lang.t("だれの相談ですか", "Whose consultation is it?"),
        yours: chosen.as_ref().map_or("", |one| one.name.as_str()),
        theirs: consultation.person_name.as_deref().unwrap_or_default(),
    };
    let page = format!("/consultations/{id}");
    let action = format!("{page}/person");
    let both = compare(lang, "", &[row]);
    Ok(step(ctx, id, &page, &action).form((consultation.revision, &sight.why), &said, &body, &both, faults))
}

/// Whether the step takes the way of a correction.
async fn corrects(ctx: &Ctx, id: Id, form: &Form<IdentifyForm>) -> Result<bool> {
    let mut read = ctx.read().await?;
    access::require(ctx, &mut read, &CONSULTATION, id, Act::EDIT).await?;
    let consultation = store::get(ctx, &mut read, id).await?;
    match form.input.person.trim().parse::<Id>() {
        // The fields of the other page were sent: a search in it, or nobody was chosen.
        _ if form.sent.has("reason") => Ok(true),
        Ok(chosen) => super::replaces(ctx, &mut read, &consultation, chosen).await,
        Err(_) => Ok(false),
    }
}

/// `POST /consultations/{id}/person`
pub async fn identify(ctx: Ctx, Path(id): Path<Id>, form: Form<IdentifyForm>) -> Reply {
    let seen = form.seen()?;
    if corrects(&ctx, id, &form).await? {
        let page = format!("/consultations/{id}");
        return step(&ctx, id, &page, &format!("{page}/person"))
            .post(
                &form.sent,
                seen,
                async |work| super::identify(&ctx, work, id, &form.input, seen).await,
                async |faults| change_page(&ctx, id, &form.input, form.sent.one("find"), &faults).await,
            )
            .await;
    }
    Step::new(&ctx)
        .run(
            async |work| {
                super::identify(&ctx, work, id, &form.input, seen).await?;
                Ok(format!("/consultations/{id}?done=identified"))
            },
            async |faults| {
                let query = WhoQuery { find: String::new(), person: form.input.person.clone() };
                page(&ctx, id, &query, &faults).await
            },
        )
        .await
}
