//! Persons as JSON, from the same room functions as the pages.

mod body;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query};
use sasae_core::id::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use body::{FoundBody, HouseholdBody, LookBody, PersonBody, PersonRowBody};

use super::correct::{self, HouseholdCorrection};
use super::list::{self, Persons};
use super::model::{EntrustmentForm, LeaveForm, PersonForm, RestrictionForm};
use super::{looks, store};
use crate::access::{self, Act};
use crate::audit::Look;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::input::Check;
use crate::listing::{ListRequest, PageIn, PageOf};
use crate::person::PERSON;
use crate::route::Table;
use crate::web::api::{IdBody, LedTo, Made, Shown, StepBody};
use crate::web::{Form, PageQuery, Seen};

/// The last day of an entrustment.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct EndForm {
    /// The day; today when empty.
    pub on: String,
}

/// `GET /api/persons?q=…&page=…`: the list that the page shows.
pub async fn search(ctx: Ctx, ListRequest { asked, .. }: ListRequest<Persons>) -> Result<PageIn<FoundBody>> {
    let asked = asked.readable()?;
    let mut read = ctx.read().await?;
    let listed = list::list(&ctx, &mut read, &asked).await?;
    let more = listed.more;
    Ok(PageOf::of(&asked, listed, PersonRowBody::from)?.within(|persons| FoundBody { persons, more }))
}

/// `POST /api/persons`: likely duplicates are refused until `not_same` is `yes`.
pub async fn register(ctx: Ctx, form: Form<PersonForm>) -> Result<Made<IdBody>> {
    let mut work = ctx.begin().await?;
    if form.input.not_same != "yes" && !super::find_similar(&ctx, &mut work, &form.input).await?.is_empty() {
        return Err(Error::field(
            "not_same",
            "同じ人かもしれない記録があります。別の人なら not_same を yes にして送ってください。",
            "There is a record that may be the same person. Send not_same = yes if it is another one.",
        ));
    }
    let input = super::place::settled(&ctx, &mut work, &form.input, None).await?;
    let id = super::register(&ctx, &mut work, &input).await?;
    work.commit(&format!("/api/persons/{id}")).await?;
    Ok(Made(IdBody { id }))
}

async fn shown(ctx: &Ctx, id: Id) -> Result<Shown<PersonBody>> {
    let mut read = ctx.read().await?;
    access::require_sight(ctx, &mut read, &PERSON, id).await?;
    Ok(Shown(store::get(ctx, &mut read, id).await?.into()))
}

impl StepBody for PersonBody {
    async fn again(ctx: Ctx, led_to: LedTo) -> Result<PersonBody> {
        Ok(shown(&ctx, led_to.record()?).await?.0)
    }
}

/// `GET /api/persons/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<PersonBody>> {
    shown(&ctx, id).await
}

/// `POST /api/persons/{id}`
pub async fn change(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<PersonForm>,
) -> Result<Shown<PersonBody>> {
    let mut work = ctx.begin().await?;
    super::change(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/persons/{id}")).await?;
    shown(&ctx, id).await
}

/// `POST /api/persons/{id}/leave`
pub async fn leave(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen, form: Form<LeaveForm>) -> Result<Shown<PersonBody>> {
    let mut work = ctx.begin().await?;
    super::leave(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/persons/{id}")).await?;
    shown(&ctx, id).await
}

/// `GET /api/persons/{id}/household`
pub async fn household(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<HouseholdBody>> {
    let mut read = ctx.read().await?;
    let sight = access::sight(&ctx, &mut read, &PERSON, id, &[Act::EDIT]).await?;
    let household = super::household_of(&ctx, &mut read, id).await?.ok_or(Error::NotFound)?;
    Ok(Shown(HouseholdBody::new(&ctx, household, &sight)))
}

/// `POST /api/persons/{id}/restrictions`
pub async fn restrict(ctx: Ctx, Path(id): Path<Id>, form: Form<RestrictionForm>) -> Result<Made<IdBody>> {
    let mut work = ctx.begin().await?;
    let made = super::restrict(&ctx, &mut work, id, &form.input).await?;
    work.commit(&format!("/api/persons/{id}#{made}")).await?;
    Ok(Made(IdBody { id: made }))
}

/// `POST /api/persons/{id}/restrictions/{restriction}/lift`
pub async fn lift(ctx: Ctx, Path((id, restriction)): Path<(Id, Id)>, Seen(seen): Seen) -> Result<Shown<IdBody>> {
    let mut work = ctx.begin().await?;
    super::lift_restriction(&ctx, &mut work, id, restriction, seen).await?;
    work.commit(&format!("/api/persons/{id}#{restriction}")).await?;
    Ok(Shown(IdBody { id: restriction }))
}

/// `POST /api/persons/{id}/entrustments`
pub async fn entrust(ctx: Ctx, Path(id): Path<Id>, form: Form<EntrustmentForm>) -> Result<Made<IdBody>> {
    let mut work = ctx.begin().await?;
    let made = super::entrust(&ctx, &mut work, id, &form.input).await?;
    work.commit(&format!("/api/persons/{id}#{made}")).await?;
    Ok(Made(IdBody { id: made }))
}

/// `POST /api/persons/{id}/entrustments/{entrustment}/end`
pub async fn end(ctx: Ctx, Path((id, entrustment)): Path<(Id, Id)>, form: Form<EndForm>) -> Result<Shown<IdBody>> {
    let on = last_day(&ctx, &form.input)?;
    let mut work = ctx.begin().await?;
    super::end_entrustment(&ctx, &mut work, id, entrustment, on).await?;
    work.commit(&format!("/api/persons/{id}#{entrustment}")).await?;
    Ok(Shown(IdBody { id: entrustment }))
}

/// The day on which something ends: today when nothing is said.
pub(super) fn last_day(ctx: &Ctx, form: &EndForm) -> Result<jiff::civil::Date> {
    let mut check = Check::new(ctx);
    let on = check.date("on", &form.on).unwrap_or(ctx.today());
    check.done()?;
    Ok(on)
}

/// `GET /api/persons/{id}/looks?page=`: who has looked, the latest first, page by page as on the page.
pub async fn looks(
    ctx: Ctx,
    Extension(table): Extension<Arc<Table>>,
    Path(id): Path<Id>,
    Query(query): Query<PageQuery>,
) -> Result<PageOf<LookBody>> {
    let page = query.number()?;
    let mut read = ctx.read().await?;
    let looks = looks::list(&ctx, &mut read, &table, id, page).await?;
    let body = |(look, what): (Look, String)| LookBody { at: look.at, who: look.actor_label, verb: look.verb, what };
    PageOf::of_rows(looks.map(body), |page| format!("?page={page}"))
}

/// `POST /api/persons/{id}/household`
pub async fn correct_household(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<HouseholdCorrection>,
) -> Result<Shown<IdBody>> {
    let mut work = ctx.begin().await?;
    correct::correct_household(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/persons/{id}")).await?;
    Ok(Shown(IdBody { id }))
}
