//! Cases as JSON, from the same room functions as the pages.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use sasae_core::era::parse_date;
use sasae_core::id::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{
    AnswerForm, AssessmentForm, CloseForm, ContactForm, GoalForm, LeadForm, MonitoringForm, OpenForm, PersonForm,
    PlanForm, RoleForm,
};
use super::store::{self, Case, CasePerson, ContactPage, Cursor, Goal, Mark, Monitoring, Plan, Role, Which};
use crate::access;
use crate::case::CASE;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::web::{Form, Reply, json};

/// What a step that makes a record answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeBody {
    /// The record.
    #[schema(value_type = String, format = "uuid")]
    pub id: Id,
}

/// A case with its persons, team and present plan.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CaseBody {
    /// The case.
    pub case: Case,
    /// Whom it names, as far as the reader may see them.
    pub persons: Vec<CasePerson>,
    /// Roles, ended ones too.
    pub roles: Vec<Role>,
    /// The present plan.
    pub plan: Option<Plan>,
    /// Its goals.
    pub goals: Vec<Goal>,
    /// Monitoring, the newest first.
    pub monitorings: Vec<Monitoring>,
}

/// Which cases, and from where on.
#[derive(Debug, Default, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    show: String,
    #[serde(default)]
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
pub async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let which = Which::from_code(&query.show);
    json(StatusCode::OK, &store::list(&ctx, &mut read, which, Mark::parse(&query.from), 200).await?)
}

async fn made(work: Work, case: Id, id: Id) -> Reply {
    work.commit(&format!("/api/cases/{case}")).await?;
    json(StatusCode::CREATED, &MadeBody { id })
}

async fn changed(ctx: &Ctx, mut work: Work, case: Id) -> Reply {
    let body = get(ctx, &mut work, case).await;
    work.commit(&format!("/api/cases/{case}")).await?;
    match body {
        Ok(body) => json(StatusCode::OK, &body),
        // Who declined a role, or left the lead, may see nothing of it any more.
        Err(Error::NotFound) => json(StatusCode::OK, &MadeBody { id: case }),
        Err(other) => Err(other),
    }
}

async fn get(ctx: &Ctx, conn: &mut sasae_db::Conn, id: Id) -> Result<CaseBody> {
    access::require_sight(ctx, conn, &CASE, id).await?;
    let plan = store::list_plans(ctx, conn, id).await?.into_iter().next();
    let goals = match &plan {
        Some(plan) => store::list_goals(ctx, conn, plan.id).await?,
        None => Vec::new(),
    };
    Ok(CaseBody {
        case: store::get(ctx, conn, id).await?,
        persons: store::list_persons(ctx, conn, id).await?,
        roles: store::list_roles(ctx, conn, id).await?,
        plan,
        goals,
        monitorings: store::list_monitorings(ctx, conn, id).await?,
    })
}

/// `POST /api/cases`
pub async fn open(ctx: Ctx, form: Form<OpenForm>) -> Reply {
    let mut work = ctx.begin().await?;
    let id = super::open(&ctx, &mut work, &form.input).await?;
    made(work, id, id).await
}

/// `GET /api/cases/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    json(StatusCode::OK, &get(&ctx, &mut read, id).await?)
}

/// `POST /api/cases/{id}/persons`
pub async fn name_person(ctx: Ctx, Path(id): Path<Id>, form: Form<PersonForm>) -> Reply {
    let mut work = ctx.begin().await?;
    super::name_person(&ctx, &mut work, id, &form.input).await?;
    changed(&ctx, work, id).await
}

/// `POST /api/cases/{id}/roles`
pub async fn ask(ctx: Ctx, Path(id): Path<Id>, form: Form<RoleForm>) -> Reply {
    let mut work = ctx.begin().await?;
    let role = super::ask(&ctx, &mut work, id, &form.input).await?;
    made(work, id, role).await
}

/// `POST /api/cases/{id}/roles/{role}/answer`
pub async fn answer_role(ctx: Ctx, Path((id, role)): Path<(Id, Id)>, form: Form<AnswerForm>) -> Reply {
    let mut work = ctx.begin().await?;
    super::answer_role(&ctx, &mut work, id, role, &form.input).await?;
    changed(&ctx, work, id).await
}

/// `POST /api/cases/{id}/roles/{role}/done`
pub async fn done_role(ctx: Ctx, Path((id, role)): Path<(Id, Id)>, form: Form<DoneForm>) -> Reply {
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
pub async fn end_role(ctx: Ctx, Path((id, role)): Path<(Id, Id)>) -> Reply {
    let mut work = ctx.begin().await?;
    super::end_role(&ctx, &mut work, id, role).await?;
    changed(&ctx, work, id).await
}

/// `POST /api/cases/{id}/agree`
pub async fn agree(ctx: Ctx, Path(id): Path<Id>, form: Form<serde_json::Value>) -> Reply {
    let seen = form.seen()?;
    let mut work = ctx.begin().await?;
    super::agree(&ctx, &mut work, id, seen).await?;
    changed(&ctx, work, id).await
}

/// `POST /api/cases/{id}/lead`
pub async fn change_lead(ctx: Ctx, Path(id): Path<Id>, form: Form<LeadForm>) -> Reply {
    let seen = form.seen()?;
    let mut work = ctx.begin().await?;
    super::change_lead(&ctx, &mut work, id, &form.input, seen).await?;
    changed(&ctx, work, id).await
}

/// `POST /api/cases/{id}/assessments`
pub async fn assess(ctx: Ctx, Path(id): Path<Id>, form: Form<AssessmentForm>) -> Reply {
    let mut work = ctx.begin().await?;
    let record = super::assess(&ctx, &mut work, id, &form.input).await?;
    made(work, id, record).await
}

/// `POST /api/cases/{id}/plans`
pub async fn make_plan(ctx: Ctx, Path(id): Path<Id>, form: Form<PlanForm>) -> Reply {
    let mut work = ctx.begin().await?;
    let record = super::make_plan(&ctx, &mut work, id, &form.input).await?;
    made(work, id, record).await
}

/// `POST /api/cases/{id}/goals/{goal}`
pub async fn judge_goal(ctx: Ctx, Path((id, goal)): Path<(Id, Id)>, form: Form<GoalForm>) -> Reply {
    let seen = form.seen()?;
    let mut work = ctx.begin().await?;
    super::judge_goal(&ctx, &mut work, id, goal, &form.input, seen).await?;
    changed(&ctx, work, id).await
}

/// `GET /api/cases/{id}/contacts`
pub async fn contacts(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<ListQuery>) -> Reply {
    let mut read = ctx.read().await?;
    access::require_sight(&ctx, &mut read, &CASE, id).await?;
    ctx.saw(&CASE, id);
    let page: ContactPage = store::list_contacts(&ctx, &mut read, id, Cursor::parse(&query.from), 100).await?;
    json(StatusCode::OK, &page)
}

/// `POST /api/cases/{id}/contacts`
pub async fn contact(ctx: Ctx, Path(id): Path<Id>, form: Form<ContactForm>) -> Reply {
    let mut work = ctx.begin().await?;
    let record = super::contact(&ctx, &mut work, id, &form.input).await?;
    made(work, id, record).await
}

/// `POST /api/cases/{id}/monitoring`
pub async fn monitor(ctx: Ctx, Path(id): Path<Id>, form: Form<MonitoringForm>) -> Reply {
    let mut work = ctx.begin().await?;
    let record = super::monitor(&ctx, &mut work, id, &form.input).await?;
    made(work, id, record).await
}

/// `POST /api/cases/{id}/close`
pub async fn close(ctx: Ctx, Path(id): Path<Id>, form: Form<CloseForm>) -> Reply {
    let seen = form.seen()?;
    let mut work = ctx.begin().await?;
    super::close(&ctx, &mut work, id, &form.input, seen).await?;
    changed(&ctx, work, id).await
}
