//! The page on which the head of a case is corrected. It says what will change before it is done.

use axum::extract::Path;
use maud::html;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::super::correct;
use super::super::correct_head::{self, CaseCorrection};
use super::super::model::TITLE;
use super::super::store;
use super::correct::step;
use super::{Opened, load_for, open, which};
use crate::access::Act;
use crate::area;
use crate::correction::pages::{find_field, reason_field};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::person::{self, PersonRow};
use crate::web::ui::form::{Choice, choice_field, select_field, text_field};
use crate::web::ui::parts::{SideBySide, compare};
use crate::web::{Faults, Form, Reply};

/// Most persons offered.
const OFFERED: i64 = 20;

const CORRECT: (Words, Words, &str) =
    (Words("支援を訂正する", "Correct a case"), Words("訂正する", "Correct it"), "corrected");

/// The areas to which a case may be moved: that which it has, those of the reader's posts, and those from
/// which others take over.
async fn list_areas(ctx: &Ctx, conn: &mut Conn, opened: &Opened) -> Result<Vec<(String, String)>> {
    let mut all = open::list_areas(ctx, conn).await?;
    for tier in ctx.profile().main_tiers().take(2) {
        all.extend(area::list_of_tier(ctx, conn, &tier.code).await?);
    }
    let case = &opened.case;
    let mut areas: Vec<(String, String)> =
        case.shown_area().map(|id| (id.to_string(), case.area_name.clone())).into_iter().collect();
    for area in all {
        let id = area.id.to_string();
        if !areas.iter().any(|(known, _)| *known == id) {
            areas.push((id, area.name));
        }
    }
    Ok(areas)
}

fn choice_of(ctx: &Ctx, row: &PersonRow) -> (String, String) {
    let birth = row.birth_on.map(|on| ctx.lang().date(on)).unwrap_or_default();
    (row.id.to_string(), format!("{} {} {birth} {}", row.family, row.given, row.area_name))
}

async fn page(ctx: &Ctx, case: Id, typed: Option<&CaseCorrection>, find: &str, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let opened = load_for(ctx, &mut read, case, &[Act::CORRECT]).await?;
    opened.sight.require(Act::CORRECT)?;
    correct::get_correctable(ctx, &mut read, case).await?;
    let areas = list_areas(ctx, &mut read, &opened).await?;
    let standing = CaseCorrection::of(&opened.case);
    let form = typed.unwrap_or(&standing);
    let found: Vec<PersonRow> = match find.trim() {
        "" => Vec::new(),
        find => person::search(ctx, &mut read, find, OFFERED).await?,
    };
    let chosen = match form.main.parse::<Id>() {
        Ok(id) => person::find_row(ctx, &mut read, id).await?,
        Err(_) => None,
    };
    let centre = opened.persons.iter().find(|one| one.main);
    let home = match store::list_person_ids(ctx, &mut read, case).await?.into_iter().find(|(_, main)| *main) {
        Some((main, _)) => store::find_household(ctx, &mut read, main).await?,
        None => None,
    };
    drop(read);
    let mut offered: Vec<(String, String)> = opened
        .persons
        .iter()
        .filter(|one| !one.main)
        .filter_map(|one| Some((one.id?.to_string(), one.name())))
        .collect();
    offered.extend(chosen.iter().chain(&found).map(|row| choice_of(ctx, row)));
    let stays = match centre.filter(|one| one.id.is_some()) {
        Some(one) => format!("{}{}", one.name(), lang.t("（いまのまま）", " (as it stands)")),
        None => lang.t("いまのまま", "As it stands").to_owned(),
    };
    let mut choices: Vec<Choice<'_>> = vec![Choice::new("", stays)];
    for (at, (id, name)) in offered.iter().enumerate() {
        let known = offered.iter().take(at).any(|(known, _)| known == id);
        if !known && centre.and_then(|one| one.id).is_none_or(|main| main.to_string() != *id) {
            choices.push(Choice::new(id.as_str(), name.as_str()));
        }
    }
    let error = |name: &str| faults.get(name, lang);
    let area_choices = areas.iter().map(|(id, name)| Choice::new(id.as_str(), name.as_str())).collect();
    let area_field = select_field(lang, "area", lang.t("区域", "Area"), area_choices).values([form.area.as_str()]);
    let area_field = match opened.case.shown_area() {
        Some(_) => area_field.required(),
        None => area_field.unchosen(lang.t("いまのまま（出していません）", "As it stands (hidden)")),
    };
    let body = html! {
        (text_field(lang, "title", lang.t("何の支援か（題名）", "What it is about")).value(&form.title).maxlength(TITLE).required()
            .hint(lang.t("名前は書かないでください", "No names")).error(error("title")))
        (area_field
            .hint(lang.t("ほかの区域を選ぶと、その区域の担当が見られるようになります", "Those in charge of the other area can see it then")).error(error("area")))
        section id="who" aria-labelledby="who-title" {
            h2 id="who-title" { (lang.t("だれの支援か", "Whose case it is")) }
            (find_field(lang, find))
            @if !find.trim().is_empty() && found.is_empty() {
                p role="status" { (lang.t("見つかりませんでした。", "Nobody was found.")) }
            }
            (choice_field(lang, "main", lang.t("中心になる人", "Who is at its centre"), choices).values([form.main.as_str()]).error(error("main")))
            @if home != opened.case.household_id {
                (choice_field(lang, "household", lang.t("世帯", "Household"), vec![
                    Choice::new("", lang.t("いまのまま", "As it stands")),
                    Choice::new("today", lang.t("中心になる人が、いま住んでいる世帯に直す", "The household in which the person at its centre lives today")),
                ]).values([form.household.as_str()]).error(error("household")))
            }
        }
        (reason_field(lang, &form.reason, &faults.fields))
    };
    let named = |id: &str| areas.iter().find(|(known, _)| known == id).map_or("", |(_, name)| name.as_str());
    let rows = [
        SideBySide {
            label: lang.t("何の支援か（題名）", "What it is about"),
            yours: form.title.as_str(),
            theirs: standing.title.as_str(),
        },
        SideBySide { label: lang.t("区域", "Area"), yours: named(&form.area), theirs: named(&standing.area) },
    ];
    let page = format!("/cases/{case}");
    let action = format!("{page}/correct");
    let step = step(ctx, case, CORRECT, (&page, &action, &page));
    let both = compare(lang, "", &rows);
    Ok(step.form((opened.case.revision, &opened.sight.why), &which(lang, &opened.case), &body, &both, faults))
}

/// `GET /cases/{id}/correct`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    page(&ctx, id, None, "", &Faults::default()).await
}

/// `POST /cases/{id}/correct`
pub async fn correct(ctx: Ctx, Path(id): Path<Id>, form: Form<CaseCorrection>) -> Reply {
    let seen = form.seen()?;
    let page_of = format!("/cases/{id}");
    step(&ctx, id, CORRECT, (&page_of, &format!("{page_of}/correct"), &page_of))
        .post(
            &form.sent,
            seen,
            async |work| correct_head::correct(&ctx, work, id, &form.input, seen).await,
            async |faults| page(&ctx, id, Some(&form.input), form.sent.one("find"), &faults).await,
        )
        .await
}
