//! Corrections of cases as JSON, from the same room functions as the pages. By each of them the reader
//! may lose the reason to see the case, so that they answer with ids alone.

use axum::extract::Path;
use sasae_core::id::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::correct::{self, PersonEndForm};
use super::correct_course;
use super::correct_head::{self, CaseCorrection};
use super::entry::{self, Entry, MoveForm};
use super::model::{AssessmentForm, ContactForm, MonitoringForm, PlanForm};
use super::pages::correct::{REOPEN, RESTORE, STRIKE};
use super::pages::correct_case;
use crate::case::CASE;
use crate::correction::ReasonForm;
use crate::correction::step::CorrectionTarget;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::web::api::{IdBody, Shown};
use crate::web::{Form, Seen};

/// A contact as it is corrected.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ContactCorrection {
    /// The whole contact as it should be.
    pub contact: ContactForm,
    /// Why it is corrected; it stays. At most 500 characters.
    pub reason: String,
}

/// Why somebody leaves a case, where nothing is said.
const MISTAKE: &str = "まちがえて名前を入れたため";

/// `POST /api/cases/{id}/persons/{person}/end`
pub async fn end_person(
    ctx: Ctx,
    Path((id, person)): Path<(Id, Id)>,
    Seen(seen): Seen,
    form: Form<PersonEndForm>,
) -> Result<Shown<IdBody>> {
    let mut form = form.input;
    // A program that says nothing takes out somebody who was named by mistake.
    if form.reason.trim().is_empty() {
        MISTAKE.clone_into(&mut form.reason);
    }
    let mut work = ctx.begin().await?;
    correct::end_person(&ctx, &mut work, id, person, &form, seen).await?;
    work.commit(&format!("/api/cases/{id}")).await?;
    Ok(Shown(IdBody { id }))
}

/// `POST /api/cases/{id}/correct`
pub async fn correct_case(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<CaseCorrection>,
) -> Result<Shown<IdBody>> {
    let mut work = ctx.begin().await?;
    correct_head::correct(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/cases/{id}")).await?;
    Ok(Shown(IdBody { id }))
}

/// `POST /api/cases/{id}/strike`
pub async fn strike_case(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<ReasonForm>,
) -> Result<Shown<IdBody>> {
    correct_case::STRIKE.run(&ctx, CorrectionTarget::of(&CASE, id), &form.input, seen).await
}

/// `POST /api/cases/{id}/restore`
pub async fn restore_case(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<ReasonForm>,
) -> Result<Shown<IdBody>> {
    correct_case::RESTORE.run(&ctx, CorrectionTarget::of(&CASE, id), &form.input, seen).await
}

/// `POST /api/cases/{id}/reopen`
pub async fn reopen(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen, form: Form<ReasonForm>) -> Result<Shown<IdBody>> {
    REOPEN.run(&ctx, CorrectionTarget::of(&CASE, id), &form.input, seen).await
}

/// `POST /api/cases/{id}/contacts/{record}/correct`
pub async fn correct_contact(
    ctx: Ctx,
    Path((id, record)): Path<(Id, Id)>,
    Seen(seen): Seen,
    form: Form<ContactCorrection>,
) -> Result<Shown<IdBody>> {
    let ContactCorrection { contact, reason } = form.input;
    let mut work = ctx.begin().await?;
    correct::correct_contact(&ctx, &mut work, (id, record), &contact, &ReasonForm { reason }, seen).await?;
    work.commit(&format!("/api/cases/{id}#{record}")).await?;
    Ok(Shown(IdBody { id: record }))
}

/// An assessment as it is corrected.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct AssessmentCorrection {
    /// The whole assessment as it should be.
    pub assessment: AssessmentForm,
    /// Why it is corrected; it stays. At most 500 characters.
    pub reason: String,
}

/// `POST /api/cases/{id}/assessments/{record}/correct`
pub async fn correct_assessment(
    ctx: Ctx,
    Path((id, record)): Path<(Id, Id)>,
    Seen(seen): Seen,
    form: Form<AssessmentCorrection>,
) -> Result<Shown<IdBody>> {
    let AssessmentCorrection { assessment, reason } = form.input;
    let mut work = ctx.begin().await?;
    correct_course::correct_assessment(&ctx, &mut work, (id, record), &assessment, &ReasonForm { reason }, seen)
        .await?;
    work.commit(&format!("/api/cases/{id}#{record}")).await?;
    Ok(Shown(IdBody { id: record }))
}

/// A plan as it is corrected.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct PlanCorrection {
    /// The whole plan as it should be.
    pub plan: PlanForm,
    /// Why it is corrected; it stays. At most 500 characters.
    pub reason: String,
}

/// `POST /api/cases/{id}/plans/{record}/correct`
pub async fn correct_plan(
    ctx: Ctx,
    Path((id, record)): Path<(Id, Id)>,
    Seen(seen): Seen,
    form: Form<PlanCorrection>,
) -> Result<Shown<IdBody>> {
    let PlanCorrection { plan, reason } = form.input;
    let mut work = ctx.begin().await?;
    correct_course::correct_plan(&ctx, &mut work, (id, record), &plan, &ReasonForm { reason }, seen).await?;
    work.commit(&format!("/api/cases/{id}#{record}")).await?;
    Ok(Shown(IdBody { id: record }))
}

/// A monitoring as it is corrected.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct MonitoringCorrection {
    /// The whole monitoring as it should be.
    pub monitoring: MonitoringForm,
    /// Why it is corrected; it stays. At most 500 characters.
    pub reason: String,
}

/// `POST /api/cases/{id}/monitoring/{record}/correct`
pub async fn correct_monitoring(
    ctx: Ctx,
    Path((id, record)): Path<(Id, Id)>,
    Seen(seen): Seen,
    form: Form<MonitoringCorrection>,
) -> Result<Shown<IdBody>> {
    let MonitoringCorrection { monitoring, reason } = form.input;
    let mut work = ctx.begin().await?;
    correct_course::correct_monitoring(&ctx, &mut work, (id, record), &monitoring, &ReasonForm { reason }, seen)
        .await?;
    work.commit(&format!("/api/cases/{id}#{record}")).await?;
    Ok(Shown(IdBody { id: record }))
}

fn target(case: Id, entries: &str, id: Id) -> Result<CorrectionTarget> {
    Ok(CorrectionTarget::entry(case, (Entry::of_path(entries)?.kind(), id)))
}

/// `POST /api/cases/{id}/{entries}/{record}/strike`
pub async fn strike(
    ctx: Ctx,
    Path((id, entries, record)): Path<(Id, String, Id)>,
    Seen(seen): Seen,
    form: Form<ReasonForm>,
) -> Result<Shown<IdBody>> {
    STRIKE.run(&ctx, target(id, &entries, record)?, &form.input, seen).await
}

/// `POST /api/cases/{id}/{entries}/{record}/restore`
pub async fn restore(
    ctx: Ctx,
    Path((id, entries, record)): Path<(Id, String, Id)>,
    Seen(seen): Seen,
    form: Form<ReasonForm>,
) -> Result<Shown<IdBody>> {
    RESTORE.run(&ctx, target(id, &entries, record)?, &form.input, seen).await
}

/// `POST /api/cases/{id}/{entries}/{record}/move`
pub async fn move_entry(
    ctx: Ctx,
    Path((id, entries, record)): Path<(Id, String, Id)>,
    Seen(seen): Seen,
    form: Form<MoveForm>,
) -> Result<Shown<IdBody>> {
    let mut work = ctx.begin().await?;
    entry::move_to(&ctx, &mut work, (id, Entry::of_path(&entries)?, record), &form.input, seen).await?;
    work.commit(&format!("/api/cases/{id}#{record}")).await?;
    Ok(Shown(IdBody { id: record }))
}
