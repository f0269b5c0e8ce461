//! The page on which the household of a person is put right. It says what will change before it is done.

use axum::extract::Path;
use maud::html;
use sasae_core::id::Id;

use crate::access::{self, Act};
use crate::correction::pages::{find_field, reason_field};
use crate::correction::step::FormStep;
use crate::ctx::Ctx;
use crate::lang::Words;
use crate::own::choices;
use crate::person::correct::{self, HouseholdCorrection, correct_household};
use crate::person::store;
use crate::person::{self, PERSON, PersonRow, find_row, household_of, name_of};
use crate::web::ui::form::{Choice, choice_field, select_field};
use crate::web::ui::parts::{SideBySide, compare, data_list};
use crate::web::{Faults, Form, Reply};

/// Most persons offered.
const OFFERED: i64 = 20;

fn step<'a>(ctx: &'a Ctx, id: Id, page: &'a str, action: &'a str) -> FormStep<'a> {
    FormStep {
        ctx,
        record: (&PERSON, id),
        title: Words("世帯の入れまちがいを直す", "Put the household of a person right"),
        verb: Words("直す", "Put it right"),
        action,
        page,
        after: page,
        list: "/persons",
        done: "corrected",
    }
}

async fn page(ctx: &Ctx, id: Id, form: &HouseholdCorrection, find: &str, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    let sight = access::sight(ctx, &mut read, &PERSON, id, &[Act::EDIT]).await?;
    sight.require(Act::EDIT)?;
    let record = store::get(ctx, &mut read, id).await?;
    let membership = correct::get_membership(ctx, &mut read, &record).await?;
    let household = household_of(ctx, &mut read, id).await?;
    let found: Vec<PersonRow> = match find.trim() {
        "" => Vec::new(),
        find => person::search(ctx, &mut read, find, OFFERED).await?,
    };
    let chosen = match form.with.parse::<Id>() {
        Ok(other) => find_row(ctx, &mut read, other).await?,
        Err(_) => None,
    };
    drop(read);
    let members = household.map(|view| view.members).unwrap_or_default();
    let mut offered = vec![
        Choice::new(
            "",
            lang.t("いまの世帯のまま（続柄だけを直す）", "Stays in the household (only the relation is wrong)"),
        ),
        Choice::new(
            "own",
            lang.t("だれとも同じ世帯ではない（1人の世帯にする）", "Lives with none of them (a household of their own)"),
        ),
    ];
    let mut known: Vec<Id> = members.iter().map(|one| one.person).chain([id]).collect();
    for row in chosen.iter().chain(&found) {
        if !known.contains(&row.id) {
            known.push(row.id);
            let name = match lang {
                crate::lang::Lang::Ja => format!("{}さんと同じ世帯", row.name()),
                crate::lang::Lang::En => format!("The household of {}", row.name()),
            };
            let birth = row.birth_on.map(|on| lang.date(on));
            let facts: Vec<String> = birth.into_iter().chain([row.area_name.clone()]).collect();
            offered.push(Choice::new(row.id.to_string(), name).hint(facts.join(lang.t("・", ", "))));
        }
    }
    let relation = |code: &str| ctx.profile().label("relation", code, lang).to_owned();
    let others: Vec<String> = members
        .iter()
        .filter(|one| one.person != id)
        .map(|one| format!("{}（{}）", one.name, relation(&one.relation)))
        .collect();
    let said = data_list(&[
        (lang.t("本人", "The person"), html! { a href={ "/persons/" (id) } { (name_of(&record)) } }),
        (
            lang.t("いま同じ世帯の人", "In the same household now"),
            html! {
                @if others.is_empty() { (lang.t("いません", "nobody")) } @else { (others.join(lang.t("、", ", "))) }
            },
        ),
        (lang.t("続柄", "Relation"), html! { (relation(&membership.relation)) }),
    ]);
    let error = |name: &str| faults.get(name, lang);
    let body = html! {
        section id="who" {
            (find_field(lang, find))
            @if !find.trim().is_empty() && found.is_empty() {
                p role="status" { (lang.t("見つかりませんでした。", "Nobody was found.")) }
            }
            (choice_field(lang, "with", lang.t("正しい世帯", "The right household"), offered).values([form.with.as_str()]).error(error("with")))
        }
        (select_field(lang, "relation", lang.t("世帯主から見た続柄", "Relation to the head of the household"), choices(ctx, "relation"))
            .values([form.relation.as_str()]).unchosen(lang.t("いまのまま（世帯を移るときは、1人なら世帯主、ほかは不明）", "As it stands (in another household: head if alone, otherwise not known)")).error(error("relation")))
        (reason_field(lang, &form.reason, &faults.fields))
    };
    let row = SideBySide {
        label: lang.t("続柄", "Relation"),
        yours: &relation(&form.relation),
        theirs: &relation(&membership.relation),
    };
    let page = format!("/persons/{id}");
    let action = format!("{page}/household");
    let both = compare(lang, "", &[row]);
    Ok(step(ctx, id, &page, &action).form((record.revision, &sight.why), &said, &body, &both, faults))
}

/// `GET /persons/{id}/household`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    page(&ctx, id, &HouseholdCorrection::default(), "", &Faults::default()).await
}

/// `POST /persons/{id}/household`
pub async fn correct(ctx: Ctx, Path(id): Path<Id>, form: Form<HouseholdCorrection>) -> Reply {
    let seen = form.seen()?;
    let place = format!("/persons/{id}");
    step(&ctx, id, &place, &format!("{place}/household"))
        .post(
            &form.sent,
            seen,
            async |work| correct_household(&ctx, work, id, &form.input, seen).await,
            async |faults| page(&ctx, id, &form.input, form.sent.one("find"), &faults).await,
        )
        .await
}
