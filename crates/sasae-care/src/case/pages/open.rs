//! Opening a case, and naming a further person in it.

use axum::extract::{Path, Query};
use maud::{Markup, html};
use sasae_core::age::age_on;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use super::super::model::{CaseState, OpenForm, PersonForm, TITLE};
use super::super::store::{self, Candidate, CaseRow};
use crate::access;
use crate::area::{self, Area, list_within};
use crate::consultation;
use crate::consultation::CONSULTATION;
use crate::consultation::Consultation;
use crate::ctx::Ctx;
use crate::draft;
use crate::error::Result;
use crate::staff::{self, Named};
use crate::web::ui::form::{
    Choice, Draft, FormShell, choice_field, hidden, many_field, only_first, select_field, text_field,
};
use crate::web::ui::parts::{Tone, callout, link_button, primary_link};
use crate::web::{Faults, Form, Page, Reply, Step};

/// Most organisations of one kind that are offered as lead agency.
const LEADING: i64 = 300;

/// From which consultation, or for which person.
#[derive(Debug, Default, Deserialize)]
pub struct NewQuery {
    #[serde(default)]
    consultation: String,
    #[serde(default)]
    person: String,
}

/// What the form offers.
struct Offered {
    consultation: Option<Consultation>,
    persons: Vec<Candidate>,
    areas: Vec<Area>,
    organisations: Vec<Named>,
    /// There are more organisations that may lead.
    more_organisations: bool,
    /// Open cases that name one of the persons already.
    known: Vec<CaseRow>,
    /// Where the consultation lies, or the area that goes on where that one has ended.
    standing: Option<Id>,
}

/// `GET /cases/new`
pub async fn show(ctx: Ctx, Query(query): Query<NewQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let start = OpenForm {
        consultation: query.consultation,
        persons: Some(query.person).filter(|person| !person.is_empty()).into_iter().collect(),
        ..OpenForm::default()
    };
    let offered = offer(&ctx, &mut read, &start).await?;
    let key = draft_key(&start);
    let kept: Option<(OpenForm, String)> = draft::find(&ctx, &mut read, &key).await?;
    drop(read);
    let (form, kept_at) = match kept {
        Some((form, at)) => (form, Some(at)),
        None => (prefilled(start, &offered), None),
    };
    Ok(page(&ctx, &form, &offered, (&key, kept_at.as_deref()), &Faults::default()))
}

/// One draft for each consultation or person that it began with.
fn draft_key(form: &OpenForm) -> String {
    let from = match (form.consultation.parse::<Id>(), form.persons.first().map(|p| p.parse::<Id>())) {
        (Ok(id), _) | (Err(_), Some(Ok(id))) => id.to_string(),
        _ => "direct".to_owned(),
    };
    format!("case:new:{from}")
}

fn prefilled(start: OpenForm, offered: &Offered) -> OpenForm {
    let of_consultation = offered.consultation.as_ref().and_then(|c| c.person_id).map(|id| id.to_string());
    let main = start.persons.first().cloned().or(of_consultation).unwrap_or_default();
    let home = offered.persons.iter().find(|one| one.id.to_string() == main).map(|one| one.area_id);
    // The smallest area known is where the person lives; an intake often names the whole ward.
    let home = home.filter(|home| offered.areas.iter().any(|area| area.id == *home));
    let area = home.or(offered.standing);
    OpenForm {
        persons: Some(main.clone()).filter(|id| !id.is_empty()).into_iter().collect(),
        main,
        area: area.map(|id| id.to_string()).unwrap_or_default(),
        ..start
    }
}

async fn offer(ctx: &Ctx, conn: &mut Conn, form: &OpenForm) -> Result<Offered> {
    let consultation = match form.consultation.trim().parse::<Id>() {
        Ok(id) => {
            access::require_sight(ctx, conn, &CONSULTATION, id).await?;
            Some(consultation::get(ctx, conn, id).await?)
        }
        Err(_) => None,
    };
    let named: Vec<Id> = form.persons.iter().filter_map(|id| id.trim().parse().ok()).collect();
    let first = consultation.as_ref().and_then(|c| c.person_id).or(named.first().copied());
    let household = match (consultation.as_ref().and_then(|c| c.household_id), first) {
        (Some(household), _) => Some(household),
        (None, Some(person)) => store::find_household(ctx, conn, person).await?,
        (None, None) => None,
    };
    let mut persons = match household {
        Some(household) => store::list_household(ctx, conn, household).await?,
        None => Vec::new(),
    };
    for person in first.into_iter().chain(named) {
        if !persons.iter().any(|one| one.id == person) {
            persons.extend(store::find_candidate(ctx, conn, person).await?);
        }
    }
    let mut known: Vec<CaseRow> = Vec::new();
    for person in &persons {
        let rows = store::list_of_person(ctx, conn, person.id, 20).await?;
        known.extend(rows.into_iter().filter(|row| row.state == CaseState::Open));
    }
    known.sort_by_key(|row| row.id);
    known.dedup_by_key(|row| row.id);
    let (organisations, more_organisations) = list_lead_organisations(ctx, conn, "").await?;
    let standing = match &consultation {
        Some(from) => area::find_standing(ctx, conn, from.area_id).await?.map(|area| area.id),
        None => None,
    };
    let areas = list_areas(ctx, conn).await?;
    Ok(Offered { consultation, persons, areas, organisations, more_organisations, known, standing })
}

/// The areas in which the reader may lead.
pub(super) async fn list_areas(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Area>> {
    let mut areas: Vec<Area> = Vec::new();
    for post in ctx.staff()?.posts.iter().filter(|post| post.carries(&crate::case::may::LEAD)) {
        for tier in ctx.profile().main_tiers() {
            for area in list_within(ctx, conn, &tier.code, post.area).await? {
                if !areas.iter().any(|known| known.id == area.id) {
                    areas.push(area);
                }
            }
        }
    }
    Ok(areas)
}

/// Organisations of a kind that may lead (#29), by the beginning of the folded name: of each kind the
/// first, and whether there are more.
pub(super) async fn list_lead_organisations(ctx: &Ctx, conn: &mut Conn, key: &str) -> Result<(Vec<Named>, bool)> {
    let most = usize::try_from(LEADING).unwrap_or(usize::MAX);
    let (mut found, mut more) = (Vec::new(), false);
    for kind in ctx.profile().organisation_kinds.iter().filter(|kind| kind.lead) {
        let mut named = staff::list_organisations_of(ctx, conn, &kind.code, key, LEADING + 1).await?;
        more |= named.len() > most;
        named.truncate(most);
        found.extend(named);
    }
    Ok((found, more))
}

pub(super) fn named_choices(named: &[Named]) -> Vec<Choice<'_>> {
    named.iter().map(|one| Choice::new(one.id.to_string(), one.name.as_str())).collect()
}

fn person_choices<'a>(ctx: &'a Ctx, persons: &'a [Candidate]) -> Vec<Choice<'a>> {
    let lang = ctx.lang();
    let label = |one: &Candidate| {
        let age = one.birth_on.and_then(|birth| age_on(birth, ctx.today()));
        let age = age.map(|age| format!("{age}{}", lang.t("歳", ""))).unwrap_or_default();
        let relation = match one.relation.as_str() {
            "" => "",
            code => ctx.profile().label("relation", code, lang),
        };
        format!("{} {} {age} {relation}", one.family, one.given).trim().to_owned()
    };
    persons.iter().map(|one| Choice::new(one.id.to_string(), label(one))).collect()
}

fn page(
    ctx: &Ctx,
    form: &OpenForm,
    offered: &Offered,
    (key, kept_at): (&str, Option<&str>),
    faults: &Faults,
) -> axum::response::Response {
    let lang = ctx.lang();
    let title = lang.t("支援を始める", "Open a case");
    let main = html! {
        h1 { (title) }
        @if let Some(consultation) = &offered.consultation { (source(ctx, consultation)) }
        (known_cases(ctx, &offered.known))
        (faults.summary(lang))
        @if offered.persons.is_empty() { (choose_person(ctx, form)) } @else {
            (shell(ctx, form, offered, (key, kept_at), faults))
        }
    };
    Page::new(title, main).status(faults.status()).reply(ctx)
}

fn source(ctx: &Ctx, consultation: &Consultation) -> Markup {
    let lang = ctx.lang();
    let words: String = consultation.what.chars().take(super::EXCERPT).collect();
    callout(
        lang,
        Tone::Info,
        lang.t("もとになる相談", "The consultation"),
        html! {
            p { span class="lines" { (words) } }
            p { a href={ "/consultations/" (consultation.id) } { (lang.t("相談を開く", "Open the consultation")) } }
        },
    )
}

fn known_cases(ctx: &Ctx, known: &[CaseRow]) -> Markup {
    let lang = ctx.lang();
    html! {
        @if !known.is_empty() {
            (callout(lang, Tone::Caution, lang.t("同じ人の支援が、もう続いています", "There is an open case for one of them already"), html! {
                ul { @for row in known { li { a href={ "/cases/" (row.id) } { (row.number) " " (row.title) } " " (row.lead_name) } } }
            }))
        }
    }
}

/// Without a person there is no case: how to find or register one.
fn choose_person(ctx: &Ctx, form: &OpenForm) -> Markup {
    let lang = ctx.lang();
    let from_consultation = !form.consultation.is_empty();
    callout(
        lang,
        Tone::Info,
        lang.t("まず、だれの支援かを決めます", "First, whom is it about?"),
        html! {
            @if from_consultation {
                p { (lang.t("この相談には、まだ人が結びついていません。相談の画面で、人をさがすか登録してください。", "No person belongs to this consultation yet. Find or register one on its page.")) }
                p { (primary_link(&format!("/consultations/{}", form.consultation), lang.t("相談を開く", "Open the consultation"))) }
            } @else {
                p { (lang.t("人をさがして、その人の画面から始めてください。見つからないときは登録します。", "Find the person and start from their page, or register them.")) }
                p { (primary_link("/persons", lang.t("人をさがす", "Find a person"))) " " (link_button("/persons/new?back=/cases/new", lang.t("人を登録する", "Register a person"))) }
            }
        },
    )
}

fn shell(
    ctx: &Ctx,
    form: &OpenForm,
    offered: &Offered,
    (key, kept_at): (&str, Option<&str>),
    faults: &Faults,
) -> Markup {
    let lang = ctx.lang();
    let error = |name: &str| faults.get(name, lang);
    let area_choices = offered.areas.iter().map(|a| Choice::new(a.id.to_string(), a.name.as_str())).collect();
    let body = html! {
        (hidden("consultation", &form.consultation))
        (text_field(lang, "title", lang.t("何の支援か", "What it is about")).value(&form.title).maxlength(TITLE).required()
            .hint(lang.t("一覧に出ます。人の名前や病名は書かないでください。例：ごみの片付けと見守り", "Shown in lists. No names, nothing about health. For example: clearing the house")).error(error("title")))
        (many_field(lang, "persons", lang.t("だれの支援か（同じ世帯の人）", "Whom it names (members of the household)"), person_choices(ctx, &offered.persons))
            .values(form.persons.iter().map(String::as_str)).required()
            .hint(lang.t("選んだ人だけが、この支援のチームに名前で見えます。", "Only those chosen are shown by name to the team.")).error(error("persons")))
        @if offered.persons.len() > 1 {
            (choice_field(lang, "main", lang.t("中心になる人", "The person at its centre"), person_choices(ctx, &offered.persons))
                .value(&form.main).error(error("main")))
        } @else {
            (hidden("main", ""))
        }
        (select_field(lang, "area", lang.t("区域", "Area"), area_choices).value(&form.area).required().error(error("area")))
        (select_field(lang, "lead_organisation", lang.t("主担当の機関", "Lead agency"), named_choices(&offered.organisations))
            .value(&form.lead_organisation).hint(lang.t("選ばないときは、主担当の人の所属になります。", "Left open, it is the lead person's own.")).error(error("lead_organisation")))
        @if offered.more_organisations {
            (only_first(lang, lang.t("ないときは選ばずに始めて、「主担当を替える」でさがしてください。", "If it is not among them, leave this open and find it under “Change the lead” afterwards.")))
        }
        (hidden("lead_staff", &form.lead_staff))
        p { (lang.t("主担当の人：あなた（始めたあとで替えられます）", "Lead person: you (it can be changed afterwards)")) }
    };
    let once = ctx.new_id().to_string();
    let shell = FormShell {
        draft: Some(Draft { key, kept_at }),
        consequence: Some(lang.t(
            "支援の番号が付き、あなたが主担当になります。次に、だれが何をするかを頼みます。",
            "The case gets its number and you lead it. Next you ask others to take their part.",
        )),
        cancel: Some("/cases"),
        ..FormShell::new(lang, "/cases", ctx.csrf(), &once, title_of(lang), body)
    };
    html! { (shell) }
}

fn title_of(lang: crate::lang::Lang) -> &'static str {
    lang.t("支援を始める", "Open the case")
}

/// `POST /cases`
pub async fn open(ctx: Ctx, form: Form<OpenForm>) -> Reply {
    let key = form.sent.find("_draft_key").map_or_else(|| draft_key(&form.input), str::to_owned);
    // The key ends with the consultation or the person that the form began with.
    let from = key.rsplit(':').next().unwrap_or_default();
    let back = match (form.input.consultation.is_empty(), from) {
        (false, from) => format!("/cases/new?consultation={from}"),
        (true, "direct") => "/cases/new".to_owned(),
        (true, from) => format!("/cases/new?person={from}"),
    };
    Step::new(&ctx)
        .kept(&form.sent, &key, &back)
        .run(
            async |work| {
                let id = super::super::open(&ctx, work, &form.input).await?;
                Ok(format!("/cases/{id}?done=opened"))
            },
            async |faults| {
                let mut read = ctx.read().await?;
                let offered = offer(&ctx, &mut read, &form.input).await?;
                drop(read);
                Ok(page(&ctx, &form.input, &offered, (&key, None), &faults))
            },
        )
        .await
}

/// `POST /cases/{id}/persons`
pub async fn name_person(ctx: Ctx, Path(id): Path<Id>, form: Form<PersonForm>) -> Reply {
    Step::new(&ctx)
        .press(async |work| {
            super::super::name_person(&ctx, work, id, &form.input).await?;
            Ok(format!("/cases/{id}?done=person"))
        })
        .await
}
