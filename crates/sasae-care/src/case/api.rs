//! Cases as JSON, from the same room functions as the pages.

mod body;

use axum::extract::{Path, Query};
use sasae_core::era::parse_date;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use body::{AfterBody, CaseRowBody, CaseSeenBody, ContactsBody};

use super::model::{
    AnswerForm, AssessmentForm, CloseForm, ContactForm, GoalForm, LeadForm, MonitoringForm, OpenForm, PersonForm,
    PlanForm, RoleForm,
};
use super::pages;
use super::pages::list::Cases;
use super::store::{self, Cursor};
use crate::access;
use crate::case::CASE;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::listing::{ListRequest, PageOf};
use crate::web::api::{IdBody, LedTo, Made, Shown, StepBody};
use crate::web::{Form, Seen};

/// From which contact on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct ContactsQuery {
    /// What the page before gave as `older`.
    from: String,
}

/// When a role was done.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct DoneForm {
    /// On which day; today when empty.
    pub on: String,
}

/// `GET /api/cases`
pub async fn list(ctx: Ctx, ListRequest { asked, .. }: ListRequest<Cases>) -> Result<PageOf<CaseRowBody>> {
    let asked = asked.readable()?;
    let mut read = ctx.read().await?;
    let listed = pages::list::list(&ctx, &mut read, &asked).await?;
    PageOf::of(&asked, listed, CaseRowBody::from)
}

impl StepBody for AfterBody {
    async fn again(ctx: Ctx, led_to: LedTo) -> Result<AfterBody> {
        let mut read = ctx.read().await?;
        after(&ctx, &mut read, led_to.record()?).await
    }
}

/// The case after a step, which may have taken away the reason to see it.
async fn after(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<AfterBody> {
    match body::body(ctx, conn, case).await {
        Ok(body) => Ok(AfterBody::Case(Box::new(body))),
        Err(Error::NotFound) => Ok(AfterBody::Left(IdBody { id: case })),
        Err(other) => Err(other),
    }
}

async fn made(work: Work, case: Id, id: Id) -> Result<Made<IdBody>> {
    work.commit(&format!("/api/cases/{case}#{id}")).await?;
    Ok(Made(IdBody { id }))
}

async fn changed(ctx: &Ctx, mut work: Work, case: Id) -> Result<Shown<AfterBody>> {
    let body = after(ctx, &mut work, case).await;
    work.commit(&format!("/api/cases/{case}")).await?;
    Ok(Shown(body?))
}

/// `POST /api/cases`
pub async fn open(ctx: Ctx, form: Form<OpenForm>) -> Result<Made<IdBody>> {
    let mut work = ctx.begin().await?;
    let id = super::open(&ctx, &mut work, &form.input).await?;
    made(work, id, id).await
}

/// `GET /api/cases/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<CaseSeenBody>> {
    let mut read = ctx.read().await?;
    Ok(Shown(body::seen(&ctx, &mut read, id).await?))
}

/// `POST /api/cases/{id}/persons`
pub async fn name_person(ctx: Ctx, Path(id): Path<Id>, form: Form<PersonForm>) -> Result<Shown<AfterBody>> {
    let mut work = ctx.begin().await?;
    super::name_person(&ctx, &mut work, id, &form.input).await?;
    changed(&ctx, work, id).await
}

/// `POST /api/cases/{id}/roles`
pub async fn ask(ctx: Ctx, Path(id): Path<Id>, form: Form<RoleForm>) -> Result<Made<IdBody>> {
    let mut work = ctx.begin().await?;
    let role = super::ask(&ctx, &mut work, id, &form.input).await?;
    made(work, id, role).await
}

/// `POST /api/cases/{id}/roles/{role}/answer`
pub async fn answer_role(
    ctx: Ctx,
    Path((id, role)): Path<(Id, Id)>,
    form: Form<AnswerForm>,
) -> Result<Shown<AfterBody>> {
    let mut work = ctx.begin().await?;
    super::answer_role(&ctx, &mut work, id, role, &form.input).await?;
    changed(&ctx, work, id).await
}

/// `POST /api/cases/{id}/roles/{role}/done`
pub async fn done_role(ctx: Ctx, Path((id, role)): Path<(Id, Id)>, form: Form<DoneForm>) -> Result<Shown<AfterBody>> {
    let on = match form.input.on.trim() {
        "" => ctx.today(),
        text => parse_date(text)
            .map_err(|error| Error::field("on", error.ja(), format!("This is not a date ({error}).")))?,
    };
    let mut work = ctx.begin().await?;
    super::done_role(&ctx, &mut work, id, role, on).await?;
    changed(&ctx, work, id).await
}

/// `POST /api/cases/{id}/roles/{role}/end`
pub async fn end_role(ctx: Ctx, Path((id, role)): Path<(Id, Id)>) -> Result<Shown<AfterBody>> {
    let mut work = ctx.begin().await?;
    super::end_role(&ctx, &mut work, id, role).await?;
    changed(&ctx, work, id).await
}

/// `POST /api/cases/{id}/agree`
pub async fn agree(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen) -> Result<Shown<AfterBody>> {
    let mut work = ctx.begin().await?;
    super::agree(&ctx, &mut work, id, seen).await?;
    changed(&ctx, work, id).await
}

/// `POST /api/cases/{id}/lead`
pub async fn change_lead(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<LeadForm>,
) -> Result<Shown<AfterBody>> {
    let mut work = ctx.begin().await?;
    super::change_lead(&ctx, &mut work, id, &form.input, seen).await?;
    changed(&ctx, work, id).await
}

/// `POST /api/cases/{id}/lead/seen`
pub async fn note_lead(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<AfterBody>> {
    let mut work = ctx.begin().await?;
    super::note_lead(&ctx, &mut work, id).await?;
    changed(&ctx, work, id).await
}

/// `POST /api/cases/{id}/assessments`
pub async fn assess(ctx: Ctx, Path(id): Path<Id>, form: Form<AssessmentForm>) -> Result<Made<IdBody>> {
    let mut work = ctx.begin().await?;
    let record = super::assess(&ctx, &mut work, id, &form.input).await?;
    made(work, id, record).await
}

/// `POST /api/cases/{id}/plans`
pub async fn make_plan(ctx: Ctx, Path(id): Path<Id>, form: Form<PlanForm>) -> Result<Made<IdBody>> {
    let mut work = ctx.begin().await?;
    let record = super::make_plan(&ctx, &mut work, id, &form.input).await?;
    made(work, id, record).await
}

/// `POST /api/cases/{id}/goals/{goal}`
pub async fn judge_goal(
    ctx: Ctx,
    Path((id, goal)): Path<(Id, Id)>,
    Seen(seen): Seen,
    form: Form<GoalForm>,
) -> Result<Shown<AfterBody>> {
    let mut work = ctx.begin().await?;
    super::judge_goal(&ctx, &mut work, id, goal, &form.input, seen).await?;
    changed(&ctx, work, id).await
}

/// `GET /api/cases/{id}/contacts`
pub async fn contacts(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<ContactsQuery>) -> Result<Shown<ContactsBody>> {
    let mut read = ctx.read().await?;
    access::require_sight(&ctx, &mut read, &CASE, id).await?;
    ctx.saw(&CASE, id);
    let page = store::list_contacts(&ctx, &mut read, id, Cursor::parse(&query.from), 100).await?;
    Ok(Shown(page.into()))
}

/// `POST /api/cases/{id}/contacts`
pub async fn contact(ctx: Ctx, Path(id): Path<Id>, form: Form<ContactForm>) -> Result<Made<IdBody>> {
    let mut work = ctx.begin().await?;
    let record = super::contact(&ctx, &mut work, id, &form.input).await?;
    made(work, id, record).await
}

/// `POST /api/cases/{id}/monitoring`
pub async fn monitor(ctx: Ctx, Path(id): Path<Id>, form: Form<MonitoringForm>) -> Result<Made<IdBody>> {
    let mut work = ctx.begin().await?;
    let record = super::monitor(&ctx, &mut work, id, &form.input).await?;
    made(work, id, record).await
}

/// `POST /api/cases/{id}/close`
pub async fn close(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen, form: Form<CloseForm>) -> Result<Shown<AfterBody>> {
    let mut work = ctx.begin().await?;
    super::close(&ctx, &mut work, id, &form.input, seen).await?;
    changed(&ctx, work, id).await
}
