//! Consultations as JSON, from the same room functions as the pages.

use axum::extract::Path;
use sasae_core::id::Id;
use serde::Serialize;

use super::extra::{self, Extra};
use super::model::{IdentifyForm, IntakeCorrection, IntakeForm, SettleForm};
use super::store::{self, Consultation, Which};
use super::{correct, correct_pages};
use crate::access;
use crate::consultation::CONSULTATION;
use crate::correction::ReasonForm;
use crate::correction::step::Place;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::web::api::{IdBody, Listed, Made, Shown};
use crate::web::{Form, Seen};

/// A consultation with its problems and the extra fields that the reader may see.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ConsultationBody {
    #[serde(flatten)]
    consultation: Consultation,
    problems: Vec<String>,
    #[schema(value_type = std::collections::BTreeMap<String, Vec<String>>)]
    extra: Extra,
}

async fn body(ctx: &Ctx, id: Id) -> Result<ConsultationBody> {
    let mut read = ctx.read().await?;
    access::require_sight(ctx, &mut read, &CONSULTATION, id).await?;
    let consultation = store::get(ctx, &mut read, id).await?;
    let problems = store::list_problems(ctx, &mut read, id).await?;
    let extra = extra::seen(ctx, &consultation.extra);
    Ok(ConsultationBody { consultation, problems, extra })
}

/// `GET /api/consultations`
pub async fn list(ctx: Ctx) -> Result<Listed<Consultation>> {
    let mut read = ctx.read().await?;
    Ok(Listed(store::list(&ctx, &mut read, Which::All, 200).await?))
}

/// `POST /api/consultations`
pub async fn take(ctx: Ctx, form: Form<IntakeForm>) -> Result<Made<ConsultationBody>> {
    let mut work = ctx.begin().await?;
    let id = super::take(&ctx, &mut work, &form.input).await?;
    work.commit(&format!("/api/consultations/{id}")).await?;
    Ok(Made(body(&ctx, id).await?))
}

/// `GET /api/consultations/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<ConsultationBody>> {
    Ok(Shown(body(&ctx, id).await?))
}

/// `POST /api/consultations/{id}/settle`
pub async fn settle(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<SettleForm>,
) -> Result<Shown<ConsultationBody>> {
    let mut work = ctx.begin().await?;
    super::settle(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/consultations/{id}")).await?;
    Ok(Shown(body(&ctx, id).await?))
}

/// `POST /api/consultations/{id}/person`
pub async fn identify(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<IdentifyForm>,
) -> Result<Shown<ConsultationBody>> {
    let mut work = ctx.begin().await?;
    super::identify(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/consultations/{id}")).await?;
    Ok(Shown(body(&ctx, id).await?))
}

/// `POST /api/consultations/{id}/correct`; by it the reader may lose the reason to see it.
pub async fn correct(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<IntakeCorrection>,
) -> Result<Shown<IdBody>> {
    let reason = ReasonForm { reason: form.input.reason };
    let mut work = ctx.begin().await?;
    correct::correct(&ctx, &mut work, id, &form.input.intake, &reason, seen).await?;
    work.commit(&format!("/api/consultations/{id}")).await?;
    Ok(Shown(IdBody { id }))
}

/// `POST /api/consultations/{id}/strike`
pub async fn strike(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen, form: Form<ReasonForm>) -> Result<Shown<IdBody>> {
    correct_pages::STRIKE.run(&ctx, Place::of(&CONSULTATION, id), &form.input, seen).await
}

/// `POST /api/consultations/{id}/restore`
pub async fn restore(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen, form: Form<ReasonForm>) -> Result<Shown<IdBody>> {
    correct_pages::RESTORE.run(&ctx, Place::of(&CONSULTATION, id), &form.input, seen).await
}

/// `POST /api/consultations/{id}/take-back`
pub async fn take_back(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<ReasonForm>,
) -> Result<Shown<IdBody>> {
    correct_pages::TAKE_BACK.run(&ctx, Place::of(&CONSULTATION, id), &form.input, seen).await
}
