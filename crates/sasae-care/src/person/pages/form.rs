//! Registering a person and putting a record right.

use std::collections::HashSet;
use std::sync::OnceLock;

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use maud::{Markup, html};
use sasae_core::clock::tokyo_datetime;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use crate::access::{self, Act};
use crate::ctx::Ctx;
use crate::draft::{self, Tab};
use crate::error::{Error, Fields, Result};
use crate::lang::Lang;
use crate::person::PERSON;
use crate::person::model::{LINE, NAME, NOTE, PersonForm, way_back};
use crate::person::similar::{Similar, find_similar};
use crate::person::store::{self, Person};
use crate::person::{self, HouseholdView, place};
use crate::web::ui::form::{
    Choice, Draft, FormShell, choice_field, date_field, hidden, long_field, many_field, select_field, text_field,
    tick_field,
};
use crate::web::ui::parts::{SideBySide, Tone, callout, chip, compare, saved_first, table};
use crate::web::{Faults, Form, Page, Reply, Step};
use crate::{area, audit};

/// What the draft of a new person is about: the household that the person joins, or the form that waits for
/// the person; never another person who was begun before.
fn about(household: &str, back: &str) -> String {
    match household.parse::<Id>() {
        Ok(id) => format!("person:household:{id}"),
        Err(_) if back.is_empty() => "person:new".to_owned(),
        Err(_) => draft::about_text("person:way", back),
    }
}

/// As the key of a draft says it, whatever was chosen in the form since.
fn about_of_key(key: &str) -> Option<String> {
    match key.split(':').collect::<Vec<_>>().as_slice() {
        ["person", "new", ..] => Some("person:new".to_owned()),
        ["person", kind @ ("household" | "way"), id, ..] => Some(format!("person:{kind}:{id}")),
        _ => None,
    }
}

/// What a new person begins with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewQuery {
    household: String,
    back: String,
    family: String,
    draft: String,
}

/// A form on its way to the reader.
struct PersonFormPage<'a> {
    form: &'a PersonForm,
    faults: &'a Faults,
    similar: &'a [Similar],
    /// The person and the revision that the form was made from; `None` for a new one.
    record: Option<(&'a Person, i64)>,
    /// Both sides of a stale edit.
    sides: Option<Markup>,
    /// Where a draft of a new person is kept, and where its form is opened.
    tab: Option<(&'a Tab, &'a str)>,
}

impl PersonFormPage<'_> {
    /// Records that are alike are no fault, but the form is not done either.
    fn status(&self) -> StatusCode {
        if self.similar.is_empty() { self.faults.status() } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

/// `GET /persons/new?household=&back=`
pub async fn show_new(ctx: Ctx, Query(query): Query<NewQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let about = about(&query.household, &query.back);
    let tab = Tab::open(&ctx, &mut read, &about, &query.draft).await?;
    let mut form: PersonForm = tab.read().unwrap_or_default();
    if !query.household.is_empty() {
        form.household = query.household;
    }
    if !query.back.is_empty() {
        form.back = query.back;
    }
    if form.family.is_empty() {
        form.family = query.family;
    }
    let household = form_household(&ctx, &mut read, &form).await?;
    if let Some(household) = &household
        && form.address.is_empty()
    {
        form.address.clone_from(&household.address);
    }
    drop(read);
    let faults = Faults::default();
    let opened = opened_at(&form)?;
    let tab = Some((&tab, opened.as_str()));
    let shown = PersonFormPage { form: &form, faults: &faults, similar: &[], record: None, sides: None, tab };
    page(&ctx, &shown).await
}

/// Where the form of a new person is opened again.
fn opened_at(form: &PersonForm) -> Result<String> {
    let query = serde_html_form::to_string([("household", &form.household), ("back", &form.back)]);
    Ok(format!("/persons/new?{}", query.map_err(Error::internal)?))
}

/// `POST /persons`
pub async fn register(ctx: Ctx, form: Form<PersonForm>) -> Reply {
    let about =
        about_of_key(form.sent.one("_draft_key")).unwrap_or_else(|| about(&form.input.household, &form.input.back));
    let tab = Tab::of(&form.sent, &about);
    let opened = opened_at(&form.input)?;
    let back = tab.address(&opened);
    // What the step found out stays for the page that comes back.
    let found: OnceLock<(PersonForm, Vec<Similar>)> = OnceLock::new();
    Step::new(&ctx)
        .kept(&form.sent, &about, &back)
        .run(
            async |work| {
                let input = place::settled(&ctx, work, &form.input, None).await?;
                let similar = match input.not_same.as_str() {
                    "yes" => Vec::new(),
                    _ => find_similar(&ctx, work, &input).await?,
                };
                let (input, similar) = found.get_or_init(|| (input, similar));
                if !similar.is_empty() {
                    // The rest of the form is checked at the same time, so that it comes back only once.
                    crate::person::model::check_person(&ctx, input)?;
                    return Err(Error::Invalid(Fields::default()));
                }
                let id = person::register(&ctx, work, input).await?;
                Ok(way_back(&input.back, id))
            },
            async |faults| {
                let (form, similar) = match found.get() {
                    Some((input, similar)) => (input, similar.as_slice()),
                    None => (&form.input, [].as_slice()),
                };
                let tab = Some((&tab, opened.as_str()));
                let shown = PersonFormPage { form, faults: &faults, similar, record: None, sides: None, tab };
                page(&ctx, &shown).await
            },
        )
        .await
}

/// `GET /persons/{id}/edit`
pub async fn show_edit(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    person::require(&ctx, &mut read, id, Act::EDIT).await?;
    let record = store::get(&ctx, &mut read, id).await?;
    let household = person::household_of(&ctx, &mut read, id).await?;
    drop(read);
    let form = form_of(&record, household.as_ref());
    let faults = Faults::default();
    let shown = PersonFormPage {
        form: &form,
        faults: &faults,
        similar: &[],
        record: Some((&record, record.revision)),
        sides: None,
        tab: None,
    };
    page(&ctx, &shown).await
}

/// The form that a record stands in.
fn form_of(record: &Person, household: Option<&HouseholdView>) -> PersonForm {
    let relation = household
        .and_then(|household| household.members.iter().find(|member| member.person == record.id))
        .map(|member| member.relation.clone())
        .unwrap_or_default();
    PersonForm {
        family: record.family.clone(),
        given: record.given.clone(),
        family_kana: record.family_kana.clone(),
        given_kana: record.given_kana.clone(),
        birth: record.birth_on.map(sasae_core::wareki).unwrap_or_default(),
        sex: record.sex.clone(),
        area: if record.address_shown { record.area_id.to_string() } else { String::new() },
        address: record.address.clone(),
        phone: record.phone.clone(),
        care_level: record.care_level.clone(),
        language: record.language.clone(),
        communication: record.communication().map(str::to_owned).collect(),
        note: record.note.clone(),
        relation,
        ..PersonForm::default()
    }
}

/// `POST /persons/{id}`
pub async fn change(ctx: Ctx, Path(id): Path<Id>, form: Form<PersonForm>) -> Reply {
    let seen = form.seen()?;
    Step::new(&ctx)
        .run(
            async |work| {
                person::require(&ctx, work, id, Act::EDIT).await?;
                let record = store::get(&ctx, work, id).await?;
                let input = place::settled(&ctx, work, &form.input, Some(&record)).await?;
                person::change(&ctx, work, id, &input, seen).await?;
                Ok(format!("/persons/{id}?done=changed"))
            },
            async |faults| {
                let mut read = ctx.read().await?;
                let record = store::get(&ctx, &mut read, id).await?;
                let household = person::household_of(&ctx, &mut read, id).await?;
                let sides = match faults.is_stale() {
                    true => Some(both_sides(&ctx, &mut read, &form.input, &record, household.as_ref()).await?),
                    false => None,
                };
                drop(read);
                // Whoever has seen both sides saves over the revision that stands.
                let revision = faults.stale.unwrap_or(seen);
                let (form, faults) = (&form.input, &faults);
                let record = Some((&record, revision));
                page(&ctx, &PersonFormPage { form, faults, similar: &[], record, sides, tab: None }).await
            },
        )
        .await
}

/// What was typed beside what somebody else saved meanwhile.
async fn both_sides(
    ctx: &Ctx,
    conn: &mut Conn,
    yours: &PersonForm,
    record: &Person,
    household: Option<&HouseholdView>,
) -> Result<Markup> {
    let lang = ctx.lang();
    let writer = audit::find_last_writer(conn, ctx.tenant(), record.id).await?;
    let saved_by =
        writer.map_or_else(String::new, |(who, at)| format!("{who} {}", tokyo_datetime(at).strftime("%Y-%m-%d %H:%M")));
    let theirs = form_of(record, household);
    let sides: Vec<(&str, String, String)> = fields(lang, yours)
        .into_iter()
        .zip(fields(lang, &theirs))
        .filter(|((name, ..), _)| record.address_shown || !matches!(*name, "address" | "phone"))
        .map(|((name, label, mine), (_, _, saved))| (label, words(ctx, name, &mine), words(ctx, name, &saved)))
        .collect();
    let rows: Vec<SideBySide<'_>> =
        sides.iter().map(|(label, yours, theirs)| SideBySide { label, yours, theirs }).collect();
    Ok(compare(lang, &saved_by, &rows))
}

/// The fields of a form with their labels, for a comparison.
fn fields<'a>(lang: Lang, form: &PersonForm) -> Vec<(&'static str, &'a str, String)> {
    [
        ("family", lang.t("姓", "Family name"), &form.family),
        ("given", lang.t("名", "Given name"), &form.given),
        ("family_kana", lang.t("姓のよみ", "Reading of the family name"), &form.family_kana),
        ("given_kana", lang.t("名のよみ", "Reading of the given name"), &form.given_kana),
        ("birth", lang.t("生年月日", "Birth date"), &form.birth),
        ("sex", lang.t("性別", "Sex"), &form.sex),
        ("address", lang.t("住所", "Address"), &form.address),
        ("phone", lang.t("電話", "Telephone"), &form.phone),
        ("care_level", lang.t("介護度", "Care level"), &form.care_level),
        ("language", lang.t("使うことば", "Language"), &form.language),
        ("communication_support", lang.t("伝え方の支援", "Communication support"), &form.communication.join(",")),
        ("relation", lang.t("続柄", "Relation"), &form.relation),
        ("note", lang.t("知っておくこと", "Good to know"), &form.note),
    ]
    .map(|(name, label, value)| (name, label, value.clone()))
    .into()
}

/// A value as people read it: codes of a vocabulary by their labels.
fn words(ctx: &Ctx, vocabulary: &str, value: &str) -> String {
    value
        .split(',')
        .map(|code| ctx.profile().label(vocabulary, code, ctx.lang()))
        .collect::<Vec<_>>()
        .join(if vocabulary == "communication_support" { "、" } else { "," })
}

/// The household that the form names, when the reader may see somebody in it.
async fn form_household(ctx: &Ctx, conn: &mut Conn, form: &PersonForm) -> Result<Option<HouseholdView>> {
    match form.household.parse() {
        Ok(id) => person::household(ctx, conn, id).await,
        Err(_) => Ok(None),
    }
}

/// The areas in which the reader may register someone, the smallest tier first;
/// the one where the person is stays among them.
async fn list_areas(ctx: &Ctx, conn: &mut Conn, record: Option<&Person>) -> Result<Vec<(String, String)>> {
    let mut areas = Vec::new();
    let mut seen = HashSet::new();
    if let Some(record) = record.filter(|record| record.address_shown) {
        seen.insert(record.area_id);
        areas.push((record.area_id.to_string(), record.area_name.clone()));
    }
    let tiers: Vec<String> = ctx.profile().main_tiers().map(|tier| tier.code.clone()).collect();
    for tier in tiers.iter().rev() {
        for post in &ctx.staff()?.posts {
            if !post.carries(&crate::person::may::REGISTER) {
                continue;
            }
            for area in area::list_within(ctx, conn, tier, post.area).await? {
                if seen.insert(area.id) {
                    areas.push((area.id.to_string(), area.name));
                }
            }
        }
    }
    Ok(areas)
}

fn choices<'a>(ctx: &'a Ctx, vocabulary: &str) -> Vec<Choice<'a>> {
    let today = ctx.today();
    ctx.profile()
        .words(vocabulary)
        .iter()
        .filter(|word| word.holds_on(today))
        .map(|word| Choice::new(word.code.as_str(), ctx.lang().t(&word.ja, &word.en)))
        .collect()
}

async fn page(ctx: &Ctx, shown: &PersonFormPage<'_>) -> Reply {
    let lang = ctx.lang();
    let record = shown.record.map(|(record, _)| record);
    let mut read = ctx.read().await?;
    let areas = list_areas(ctx, &mut read, record).await?;
    let by_town = area::has_towns(ctx, &mut read).await?;
    let household = form_household(ctx, &mut read, shown.form).await?;
    let why = match record {
        Some(record) => access::require_sight(ctx, &mut read, &PERSON, record.id).await?,
        None => Vec::new(),
    };
    drop(read);
    let once = ctx.new_id().to_string();
    let (title, action, submit, cancel) = match record {
        Some(record) => (
            lang.t("記録を直す", "Put the record right"),
            format!("/persons/{}", record.id),
            lang.t("保存する", "Save"),
            format!("/persons/{}", record.id),
        ),
        None => (
            lang.t("人を登録する", "Register a person"),
            "/persons".to_owned(),
            lang.t("登録する", "Register"),
            "/persons".to_owned(),
        ),
    };
    let body = html! {
        (name_fields(lang, shown))
        (life_fields(ctx, shown, &areas, by_town))
        (support_fields(ctx, shown))
        (household_fields(ctx, shown, household.as_ref()))
        (hidden("back", &shown.form.back))
        @if let Some((tab, _)) = shown.tab { (tab.field()) }
        @if !shown.similar.is_empty() {
            (tick_field(lang, "not_same", lang.t("上の人たちとは別の人です", "It is none of the people above")).value(&shown.form.not_same))
        }
    };
    let shell = FormShell {
        revision: shown.record.map(|(_, revision)| revision),
        draft: shown.tab.map(|(tab, _)| Draft { key: &tab.key, kept_at: tab.kept_at.as_deref() }),
        consequence: Some(lang.t(
            "この区域の担当者と、この人を託された人・支援に入っている人に見えます。",
            "Those in charge of the area will see it, and those to whom the person is entrusted or who support them.",
        )),
        cancel: Some(&cancel),
        ..FormShell::new(lang, &action, ctx.csrf(), &once, submit, body)
    };
    let main = html! {
        h1 { (title) }
        (shown.faults.summary(lang))
        @if let Some((tab, opened)) = shown.tab { (tab.ways(lang, opened)) }
        @if let Some(sides) = &shown.sides { (saved_first(lang, sides)) }
        @if !shown.similar.is_empty() { (duplicates(ctx, shown)) }
        (shell)
    };
    Ok(Page::new(title, main).why(why).status(shown.status()).reply(ctx))
}

fn name_fields(lang: Lang, shown: &PersonFormPage<'_>) -> Markup {
    let (form, faults) = (shown.form, shown.faults);
    let error = |name: &str| faults.get(name, lang);
    let kana_hint = lang.t("ひらがなでもカタカナでもかまいません", "Hiragana or katakana");
    html! {
        (text_field(lang, "family", lang.t("姓", "Family name")).value(&form.family).required().maxlength(NAME).autocomplete("off").error(error("family")))
        (text_field(lang, "given", lang.t("名", "Given name")).value(&form.given).maxlength(NAME).autocomplete("off").error(error("given")))
        (text_field(lang, "family_kana", lang.t("姓のよみ", "Reading of the family name")).value(&form.family_kana).maxlength(NAME).autocomplete("off").hint(kana_hint).error(error("family_kana")))
        (text_field(lang, "given_kana", lang.t("名のよみ", "Reading of the given name")).value(&form.given_kana).maxlength(NAME).autocomplete("off").hint(kana_hint).error(error("given_kana")))
        (date_field(lang, "birth", lang.t("生年月日", "Birth date")).value(&form.birth).error(error("birth")))
    }
}

fn life_fields(ctx: &Ctx, shown: &PersonFormPage<'_>, areas: &[(String, String)], by_town: bool) -> Markup {
    let lang = ctx.lang();
    let (form, faults) = (shown.form, shown.faults);
    let error = |name: &str| faults.get(name, lang);
    let area_choices = areas.iter().map(|(id, name)| Choice::new(id.as_str(), name.as_str())).collect();
    let address_shown = shown.record.is_none_or(|(record, _)| record.address_shown);
    let area_field = select_field(lang, "area", lang.t("区域", "Area"), area_choices)
        .values([form.area.as_str()])
        .error(error("area"));
    let area_field = match (by_town, shown.record) {
        (false, _) => area_field.required(),
        (true, None) => area_field.hint(
            lang.t("選ばないときは、住所の町名から決まります", "Left open, it follows from the town in the address"),
        ),
        (true, Some(_)) => area_field.hint(
            lang.t("住所を直すと、町名に合わせて変わります", "Follows from the town when the address is changed"),
        ),
    };
    html! {
        (choice_field(lang, "sex", lang.t("性別", "Sex"), choices(ctx, "sex")).values([form.sex.as_str()]).error(error("sex")))
        @if address_shown {
            (text_field(lang, "address", lang.t("住所", "Address")).value(&form.address).maxlength(LINE).autocomplete("off").error(error("address")))
            (area_field)
            (text_field(lang, "phone", lang.t("電話", "Telephone")).value(&form.phone).maxlength(NAME).inputmode("tel").autocomplete("off").error(error("phone")))
        } @else {
            (callout(lang, Tone::Caution, lang.t("住所は出していません", "Address hidden"), html! {
                p { (lang.t("住所・区域・電話は、いまの記録のまま残ります。", "Address, area and telephone stay as they are on record.")) }
                // Only a form from elsewhere, or one that was open before, names them.
                @for name in ["address", "area", "phone"] {
                    @if let Some(error) = error(name) { p class="error" id=(format!("f-{name}")) { (error) } }
                }
            }))
        }
    }
}

fn support_fields(ctx: &Ctx, shown: &PersonFormPage<'_>) -> Markup {
    let lang = ctx.lang();
    let (form, faults) = (shown.form, shown.faults);
    let error = |name: &str| faults.get(name, lang);
    html! {
        (select_field(lang, "care_level", lang.t("介護度", "Care level"), choices(ctx, "care_level")).values([form.care_level.as_str()]).error(error("care_level")))
        (select_field(lang, "language", lang.t("使うことば", "Language"), choices(ctx, "language")).values([form.language.as_str()]).error(error("language")))
        (many_field(lang, "communication", lang.t("伝え方の支援", "Communication support"), choices(ctx, "communication_support"))
            .values(form.communication.iter().map(String::as_str))
            .hint(lang.t("訪問や会議の画面にも出ます", "Shown on every visit and meeting, too"))
            .error(error("communication")))
        @if shown.record.is_some() {
            (text_field(lang, "reason", lang.t("なぜ直すか", "Why it is changed")).value(&form.reason).maxlength(crate::correction::model::REASON)
                .hint(lang.t("書きまちがい、転居など。前の内容といっしょに、訂正の記録に残ります", "A slip, a move. It stays with what stood before")).error(error("reason")))
        }
        (long_field(lang, "note", lang.t("会う人が知っておくこと", "Good to know for whoever meets the person")).value(&form.note).maxlength(NOTE).rows(3).error(error("note")))
    }
}

fn household_fields(ctx: &Ctx, shown: &PersonFormPage<'_>, household: Option<&HouseholdView>) -> Markup {
    let lang = ctx.lang();
    let (form, faults) = (shown.form, shown.faults);
    html! {
        @if shown.record.is_some() {
            (choice_field(lang, "household", lang.t("世帯", "Household"), vec![
                Choice::new("", lang.t("いまの世帯のまま", "Stays in the household")),
                Choice::new("new", lang.t("世帯を分ける（ひとりの世帯を作る）", "Leaves it for a household of their own")),
            ]).values([form.household.as_str()]).error(faults.get("household", lang)))
        } @else if let Some(household) = household {
            (hidden("household", &form.household))
            (callout(lang, Tone::Info, lang.t("この世帯に加えます", "Joins this household"), html! {
                ul { @for member in &household.members { li { (member.name) "（" (ctx.profile().label("relation", &member.relation, lang)) "）" } } }
            }))
        } @else if let Some(error) = faults.get("household", lang) {
            // Only a forged or outdated address leads here; without the value a household is made.
            p class="error" id="f-household" { (error) }
        }
        (select_field(lang, "relation", lang.t("世帯主から見た続柄", "Relation to the head of the household"), choices(ctx, "relation"))
            .values([form.relation.as_str()])
            .hint(lang.t("書かないときは、新しい世帯では世帯主になります", "In a new household the head, unless you say otherwise"))
            .error(faults.get("relation", lang)))
    }
}

/// Likely duplicates beside what was typed, with the reasons.
fn duplicates(ctx: &Ctx, shown: &PersonFormPage<'_>) -> Markup {
    let lang = ctx.lang();
    let form = shown.form;
    let yours = lang.t("いま入力した人", "Typed now");
    let names: Vec<String> = shown.similar.iter().map(|similar| similar.row.name()).collect();
    let mut headers = vec![lang.t("項目", "Field"), yours];
    headers.extend(names.iter().map(String::as_str));
    let sex = |code: &str| ctx.profile().label("sex", code, lang).to_owned();
    let mut rows = vec![vec![html! { (lang.t("似ているところ", "What is alike")) }, html! {}]];
    rows[0].extend(shown.similar.iter().map(|similar| {
        html! { ul { @for reason in &similar.reasons { li { (chip(Tone::Caution, reason.get(lang))) } } } }
    }));
    let mut add = |label: &str, typed: String, theirs: &dyn Fn(&Similar) -> Markup| {
        let mut row = vec![html! { (label) }, html! { (typed) }];
        row.extend(shown.similar.iter().map(theirs));
        rows.push(row);
    };
    let name = crate::person::model::joined(&form.family, &form.given);
    let kana = crate::person::model::joined(&form.family_kana, &form.given_kana);
    add(lang.t("名前", "Name"), name, &|s| html! { (s.row.name()) (super::gone(lang, &s.row)) });
    add(lang.t("よみ", "Reading"), kana, &|s| html! { (s.row.kana()) });
    add(lang.t("生年月日", "Birth date"), form.birth.clone(), &|s| super::birth(ctx, &s.row));
    add(lang.t("性別", "Sex"), sex(&form.sex), &|s| html! { (sex(&s.row.sex)) });
    add(
        lang.t("住所", "Address"),
        form.address.clone(),
        &|s| html! { (s.row.area_name) " " (super::address(lang, &s.row)) },
    );
    add(lang.t("電話", "Telephone"), form.phone.clone(), &|s| html! { (s.row.phone) });
    let opens = lang.t("この人の記録を開く", "Open this record");
    add(lang.t("同じ人なら", "If it is the same"), String::new(), &|s| {
        let href = match form.back.as_str() {
            "" => format!("/persons/{}", s.row.id),
            back => way_back(back, s.row.id).replace("?done=registered", ""),
        };
        html! { a class="button" href=(href) { (if form.back.is_empty() { opens } else { lang.t("この人にする", "Take this person") }) } }
    });
    html! {
        section aria-labelledby="alike" {
            h2 id="alike" { (lang.t("同じ人かもしれません", "It may be somebody on record")) }
            p { (lang.t(
                "まだ登録していません。見比べて、別の人なら下の欄に印をつけて、もう一度登録してください。",
                "Nothing has been saved yet. Compare; if it is somebody else, tick the box below and register again.",
            )) }
            (table(lang.t("似ている人", "Likely the same"), &headers, rows))
        }
    }
}
