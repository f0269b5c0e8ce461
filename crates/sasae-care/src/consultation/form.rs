//! 相談受付票 on the page: one long form that keeps what is typed, finds the
//! person without leaving it, and works without JavaScript.

use axum::extract::Query;
use maud::{Markup, html};
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use super::model::{IntakeForm, LINE, NOTE, WHAT};
use super::store::Consultation;
use super::{OWN_FIELDS, find, store, who};
use crate::access;
use crate::correction::pages::searches;
use crate::ctx::Ctx;
use crate::draft::Tab;
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::notice::Notice;
use crate::notice::{NOTICE, TRIAGE};
use crate::own::{Extra, choices};
use crate::web::ui::form::{
    Choice, Draft, FormShell, choice_field, date_field, hidden, long_field, many_field, many_with_worst_field,
    select_field, text_field,
};
use crate::web::ui::parts::{SideBySide, Tone, callout, compare};
use crate::web::{Faults, Form, Page, Reply, Step, see};
use crate::{area, notice, staff};

/// Most persons offered after さがす.
const OFFERED: i64 = 20;

/// Where the part with the search begins.
const WHO: &str = "/consultations#who";

/// From which notice and for whom.
#[derive(Debug, Default, Deserialize)]
pub struct NewQuery {
    #[serde(default)]
    notice: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    draft: String,
}

/// What stands in the form and around it.
#[derive(Default)]
pub(super) struct Intake {
    pub form: IntakeForm,
    pub find: String,
    /// さがす was pressed just now.
    pub searched: bool,
    /// What its draft is about, and in which tab.
    pub about: String,
    pub tab: Tab,
}

/// What a draft is about: the notice or the person that the form was opened for.
fn about(notice: &str, person: &str) -> String {
    match (notice.parse::<Id>(), person.parse::<Id>()) {
        (Ok(id), _) => format!("consultation:notice:{id}"),
        (_, Ok(id)) => format!("consultation:person:{id}"),
        _ => "consultation:new".to_owned(),
    }
}

/// As the key of a draft says it, whoever was chosen in the form since.
fn about_of_key(key: &str) -> Option<String> {
    match key.split(':').collect::<Vec<_>>().as_slice() {
        ["consultation", "notice", id, ..] => Some(about(id, "")),
        ["consultation", "person", id, ..] => Some(about("", id)),
        ["consultation", "new", ..] => Some(about("", "")),
        _ => None,
    }
}

/// Where a form about that is opened.
fn form_of(about: &str) -> String {
    match about.split(':').collect::<Vec<_>>().as_slice() {
        [_, "notice", id] => format!("/consultations/new?notice={id}"),
        [_, "person", id] => format!("/consultations/new?person={id}"),
        _ => "/consultations/new".to_owned(),
    }
}

/// `GET /consultations/new`
pub async fn show_new(ctx: Ctx, Query(query): Query<NewQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let notice = match query.notice.as_str() {
        // Whoever decides on notices takes the intakes that follow them, and no others.
        "" if !ctx.may(&crate::consultation::may::TAKE) => return Err(Error::NotFound),
        "" => None,
        id => {
            let id: Id = id.parse().map_err(|_| Error::NotFound)?;
            access::require_sight(&ctx, &mut read, &NOTICE, id).await?;
            if let Some(taken) = store::find_of_notice(&ctx, &mut read, id).await? {
                return Ok(see(&format!("/consultations/{taken}")));
            }
            Some(notice::get(&ctx, &mut read, id).await?)
        }
    };
    // Somebody new was registered on the way: the draft stays about what it was about.
    let about = about_of_key(&query.draft).unwrap_or_else(|| about(&query.notice, &query.person));
    let tab = Tab::open(&ctx, &mut read, &about, &query.draft).await?;
    let (form, find) = match tab.read() {
        Some(form) => (form, tab.sent.as_ref().map(|sent| sent.one("find").to_owned()).unwrap_or_default()),
        None => (prefilled(&ctx, &mut read, notice.as_ref()).await?, String::new()),
    };
    let mut intake = Intake { form, find, searched: false, about, tab };
    drop(read);
    if !query.person.is_empty() {
        intake.form.person = query.person;
        intake.form.household = String::new();
    }
    page(&ctx, &intake, &Faults::default()).await
}

/// A form that already says what is known.
async fn prefilled(ctx: &Ctx, conn: &mut Conn, notice: Option<&Notice>) -> Result<IntakeForm> {
    let lang = ctx.lang();
    let received_on = lang.date(ctx.today());
    let mut form = IntakeForm { received_on, language: "ja".to_owned(), ..IntakeForm::default() };
    let Some(notice) = notice else { return Ok(form) };
    form.notice = notice.id.to_string();
    form.channel = "notice".to_owned();
    form.from_whom = "neighbour".to_owned();
    if notice.urgent {
        form.urgency = "urgent".to_owned();
    }
    let mut what = vec![ctx.profile().label("notice_kind", &notice.kind, lang).to_owned()];
    let lines = [
        ("", notice.what.as_str()),
        (lang.t("場所：", "Place: "), notice.place.as_str()),
        (lang.t("だれのこと：", "About: "), notice.about.as_str()),
    ];
    what.extend(lines.into_iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| format!("{label}{text}")));
    form.what = what.join("\n");
    // Who reported is for those alone who decide on notices.
    if access::allowed(ctx, conn, &NOTICE, notice.id, TRIAGE).await? {
        form.from_name.clone_from(&notice.reporter_name);
        form.from_contact.clone_from(&notice.reporter_contact);
    }
    if let Some(person) = notice.person_id
        && find::find_candidate(ctx, conn, person).await?.is_some()
    {
        form.person = person.to_string();
    }
    Ok(form)
}

/// `POST /consultations`: takes the intake, or searches, keeps the draft, or
/// goes to register a person, by the button that was pressed.
pub async fn take(ctx: Ctx, Form { input, sent, .. }: Form<IntakeForm>) -> Reply {
    let about = about_of_key(sent.one("_draft_key")).unwrap_or_else(|| about(&input.notice, ""));
    let tab = Tab::of(&sent, &about);
    let back = tab.address(&form_of(&about));
    let intake =
        Intake { form: input, find: sent.one("find").to_owned(), searched: searches(&sent), about: about.clone(), tab };
    let back = if sent.one("_draft") == "register" { who::register_href(&back) } else { back };
    if intake.searched && !sent.has("_draft") {
        return page(&ctx, &intake, &Faults::default()).await;
    }
    Step::new(&ctx)
        .kept(&sent, &about, &back)
        .run(
            async |work| {
                let id = super::take(&ctx, work, &intake.form).await?;
                Ok(format!("/consultations/{id}?done=taken"))
            },
            async |faults| page(&ctx, &intake, &faults).await,
        )
        .await
}

/// Everything there is to choose from.
struct Offer {
    areas: Vec<(String, String)>,
    /// What an area left open means when the person is not known either.
    otherwise: Option<String>,
    bases: Vec<(String, String)>,
    chosen: Option<find::Candidate>,
    candidates: Vec<find::Candidate>,
    more: bool,
    /// The person who stands there and whom the reader may not see.
    unseen: Option<String>,
}

async fn offer(ctx: &Ctx, intake: &Intake) -> Result<Offer> {
    let mut read = ctx.read().await?;
    let bases = staff::list_bases(ctx, &mut read, intake.form.base.parse().ok()).await?;
    let chosen = match intake.form.person.parse::<Id>() {
        Ok(id) => find::find_candidate(ctx, &mut read, id).await?,
        Err(_) => None,
    };
    let (candidates, more) = match intake.searched {
        true => find::list_candidates(ctx, &mut read, &intake.find, OFFERED).await?,
        false => (Vec::new(), false),
    };
    let areas = list_areas(ctx, &mut read, !intake.form.notice.is_empty()).await?;
    let otherwise = super::area_otherwise(ctx, &mut read, intake.form.notice.parse().ok()).await?;
    Ok(Offer {
        otherwise: otherwise
            .and_then(|id| areas.iter().find(|area| area.0 == id.to_string()))
            .map(|area| area.1.clone()),
        areas,
        bases: bases.into_iter().map(|base| (base.id.to_string(), base.name)).collect(),
        chosen,
        candidates,
        more,
        unseen: None,
    })
}

/// The areas in which the writer takes consultations.
async fn list_areas(ctx: &Ctx, conn: &mut Conn, after_notice: bool) -> Result<Vec<(String, String)>> {
    let mut areas: Vec<(String, String)> = Vec::new();
    for post in &ctx.staff()?.posts {
        let decides = after_notice && post.carries(&crate::notice::may::TRIAGE);
        if !post.carries(&crate::consultation::may::TAKE) && !decides {
            continue;
        }
        for tier in ctx.profile().main_tiers() {
            for area in area::list_within(ctx, conn, &tier.code, post.area).await? {
                let id = area.id.to_string();
                if !areas.iter().any(|(known, _)| *known == id) {
                    areas.push((id, area.name));
                }
            }
        }
    }
    Ok(areas)
}

async fn page(ctx: &Ctx, intake: &Intake, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let offer = offer(ctx, intake).await?;
    let once = ctx.new_id().to_string();
    let cancel = match intake.form.notice.parse::<Id>() {
        Ok(id) => format!("/notices/{id}"),
        Err(_) => "/consultations".to_owned(),
    };
    let shell = FormShell {
        draft: Some(Draft { key: &intake.tab.key, kept_at: intake.tab.kept_at.as_deref() }),
        consequence: Some(lang.t(
            "受け付けると、この区域の相談担当とスーパーバイザーが見られるようになります。つぎに、支援を始めるか、答えて終わるか、他の機関へつなぐかを決めます。",
            "Those who take consultations in the area and their supervisor can see it then. Next you decide: support, an answer, or another agency.",
        )),
        cancel: Some(&cancel),
        ..FormShell::new(lang, "/consultations", ctx.csrf(), &once, lang.t("受け付ける", "Take the intake"), html! { (intake.tab.field()) (body(ctx, intake, &offer, WHO, faults)) })
    };
    let title = lang.t("相談を受け付ける", "Take a consultation");
    let main = html! {
        h1 { (title) }
        (faults.summary(lang))
        @if !intake.form.notice.is_empty() {
            (callout(lang, Tone::Info, lang.t("気づきから受け付けます", "This intake follows a notice"), html! {
                p { (lang.t("分かっていることは、もう入っています。足りないところを書いてください。", "What is known is filled in already. Please add what is missing.")) }
            }))
        }
        (intake.tab.ways(lang, &form_of(&intake.about)))
        (shell)
    };
    Ok(Page::new(title, main).status(faults.status()).reply(ctx))
}

/// The same fields for a consultation that is put right: it may be moved to the areas from which
/// others take over, and to any person whom the reader knows. `search` is where さがす leads.
pub(super) async fn correction_fields(
    ctx: &Ctx,
    intake: &Intake,
    it: &Consultation,
    search: &str,
    faults: &Faults,
) -> Result<Markup> {
    let mut offer = offer(ctx, intake).await?;
    let mut areas: Vec<(String, String)> =
        it.shown_area().map(|id| (id.to_string(), it.area_name.clone())).into_iter().collect();
    let mut read = ctx.read().await?;
    for tier in ctx.profile().main_tiers().take(2) {
        let of_tier = area::list_of_tier(ctx, &mut read, &tier.code).await?;
        offer.areas.extend(of_tier.into_iter().map(|area| (area.id.to_string(), area.name)));
    }
    for area in offer.areas {
        if !areas.iter().any(|(known, _)| *known == area.0) {
            areas.push(area);
        }
    }
    let unseen = it.person_id.filter(|_| it.person_name.is_none());
    offer.unseen = unseen.map(|id| id.to_string());
    let stands = match it.shown_area() {
        Some(_) => &it.area_name,
        None => ctx.lang().t("いまのまま（出していません）", "as it stands (hidden)"),
    };
    let offer = Offer { areas, otherwise: Some(stands.to_owned()), ..offer };
    Ok(body(ctx, intake, &offer, search, faults))
}

/// Both sides of a correction that came too late, in the fields that are most often put right.
pub(super) fn both_sides(ctx: &Ctx, form: &IntakeForm, it: &Consultation) -> Markup {
    let lang = ctx.lang();
    let row = |label, yours, theirs| SideBySide { label, yours, theirs };
    let urgency = |code| ctx.profile().label("urgency", code, lang);
    let rows = [
        row(lang.t("話されたこと", "As it was told"), form.what.as_str(), it.what.as_str()),
        row(lang.t("希望（本人の言葉で）", "The wish in words"), form.wish_words.as_str(), it.wish_words.as_str()),
        row(lang.t("緊急度", "Urgency"), urgency(&form.urgency), urgency(&it.urgency)),
        row(lang.t("相談した人の名前", "Name of who came"), form.from_name.as_str(), it.from_name.as_str()),
        row(lang.t("連絡先", "How to reach them"), form.from_contact.as_str(), it.from_contact.as_str()),
    ];
    compare(lang, "", &rows)
}

fn named(rows: &[(String, String)]) -> Vec<Choice<'_>> {
    rows.iter().map(|(id, name)| Choice::new(id.as_str(), name.as_str())).collect()
}

fn body(ctx: &Ctx, intake: &Intake, offer: &Offer, search: &str, faults: &Faults) -> Markup {
    let lang = ctx.lang();
    let form = &intake.form;
    let error = |name: &str| faults.get(name, lang);
    let unsaid = match (&offer.otherwise, lang) {
        (Some(name), Lang::Ja) => format!("本人の住む区域（本人を選ばないときは、{name}）"),
        (Some(name), Lang::En) => format!("Where the person lives (without a person: {name})"),
        (None, _) => lang
            .t(
                "選んでください（本人を選ぶと、その人の住む区域になります）",
                "Please choose (with a person it is where they live)",
            )
            .to_owned(),
    };
    html! {
        (hidden("notice", &form.notice))
        h2 { (lang.t("受付", "How it came in")) }
        (date_field(lang, "received_on", lang.t("受け付けた日", "Received on")).value(&form.received_on).required().error(error("received_on")))
        (choice_field(lang, "channel", lang.t("相談の経路", "Channel"), choices(ctx, "channel")).values([form.channel.as_str()]).required().error(error("channel")))
        @if !offer.bases.is_empty() {
            (select_field(lang, "base", lang.t("受け付けた窓口・拠点", "Window or base"), named(&offer.bases)).values([form.base.as_str()]).error(error("base")))
        }
        (select_field(lang, "area", lang.t("区域", "Area"), named(&offer.areas)).values([form.area.as_str()]).unchosen(&unsaid).error(error("area")))
        h2 { (lang.t("相談した人", "Who came")) }
        (choice_field(lang, "from_whom", lang.t("だれからの相談ですか", "Who came?"), choices(ctx, "from_whom")).values([form.from_whom.as_str()]).required().error(error("from_whom")))
        (text_field(lang, "from_name", lang.t("名前", "Name")).value(&form.from_name).maxlength(LINE).autocomplete("off")
            .hint(lang.t("名乗らない相談も受け付けます", "A name is not needed")).error(error("from_name")))
        (text_field(lang, "from_contact", lang.t("連絡先", "How to reach them")).value(&form.from_contact).maxlength(LINE).autocomplete("off").error(error("from_contact")))
        (who::choose(ctx, &who::Search {
            find: &intake.find,
            searched: intake.searched,
            chosen: offer.chosen.as_ref(),
            unseen: offer.unseen.as_deref(),
            candidates: &offer.candidates,
            more: offer.more,
            error: error("person").or_else(|| error("household")),
            action: search,
            registers: search == WHO,
        }))
        h2 { (lang.t("相談の内容", "What it is about")) }
        (long_field(lang, "what", lang.t("困っていること・話されたこと", "The problem, as it was told")).value(&form.what).maxlength(WHAT).rows(6).required().error(error("what")))
        (many_with_worst_field(lang, "problems", lang.t("困りごと（いくつでも）", "Problems (any number)"), choices(ctx, "problem"), "worst", &form.worst)
            .values(form.problems.iter().map(String::as_str))
            .hint(lang.t("あてはまるものに印をつけ、いちばん困っているものを1つ選びます", "Tick what applies, and mark the one that is the worst"))
            .error(error("problems")))
        (choice_field(lang, "wish", lang.t("本人の希望", "What the person wishes"), choices(ctx, "wish")).values([form.wish.as_str()]).error(error("wish")))
        (long_field(lang, "wish_words", lang.t("希望（本人の言葉で）", "The wish in the person's own words")).value(&form.wish_words).maxlength(NOTE).rows(2).error(error("wish_words")))
        (choice_field(lang, "urgency", lang.t("緊急度", "Urgency"), choices(ctx, "urgency")).values([form.urgency.as_str()]).required().error(error("urgency")))
        h2 { (lang.t("ことばと伝え方", "Language and communication")) }
        (select_field(lang, "language", lang.t("使うことば", "Language"), choices(ctx, "language")).values([form.language.as_str()]).error(error("language")))
        (many_field(lang, "communication", lang.t("伝え方の支援", "Communication support"), choices(ctx, "communication_support"))
            .values(form.communication.iter().map(String::as_str)).error(error("communication")))
        (OWN_FIELDS.controls(ctx, form.extra.as_ref().unwrap_or(&Extra::new()), faults))
    }
}
