//! Notices as JSON, from the same room functions as the pages.

use axum::extract::Path;
use sasae_core::id::Id;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{NoticeCorrection, NoticeForm, TriageForm};
use super::store::{self, Notice, Which};
use super::{correct, correct_pages};
use crate::access;
use crate::correction::ReasonForm;
use crate::correction::step::Place;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::notice::NOTICE;
use crate::web::api::{IdBody, Listed, Made, Shown};
use crate::web::{Form, Seen};

/// What a report answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedBody {
    /// The notice.
    #[schema(value_type = String, format = "uuid")]
    pub id: Id,
    /// The receipt number.
    pub receipt: String,
}

/// `GET /api/notices`
pub async fn list(ctx: Ctx) -> Result<Listed<Notice>> {
    let mut read = ctx.read().await?;
    Ok(Listed(store::list(&ctx, &mut read, Which::All, 200).await?))
}

/// `POST /api/notices`
pub async fn report(ctx: Ctx, form: Form<NoticeForm>) -> Result<Made<ReportedBody>> {
    let mut work = ctx.begin().await?;
    let reported = super::report(&ctx, &mut work, &form.input).await?;
    work.commit(&format!("/api/notices/{}", reported.id)).await?;
    Ok(Made(ReportedBody { id: reported.id, receipt: reported.receipt }))
}

/// `GET /api/notices/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<Notice>> {
    let mut read = ctx.read().await?;
    access::require_sight(&ctx, &mut read, &NOTICE, id).await?;
    Ok(Shown(store::get(&ctx, &mut read, id).await?))
}

/// `POST /api/notices/{id}/triage`
pub async fn triage(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen, form: Form<TriageForm>) -> Result<Shown<Notice>> {
    let mut work = ctx.begin().await?;
    super::triage(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/notices/{id}")).await?;
    let mut read = ctx.read().await?;
    Ok(Shown(store::get(&ctx, &mut read, id).await?))
}

/// `POST /api/notices/{id}/correct`; by it the reader may lose the reason to see it.
pub async fn correct(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<NoticeCorrection>,
) -> Result<Shown<IdBody>> {
    let mut work = ctx.begin().await?;
    correct::correct(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/notices/{id}")).await?;
    Ok(Shown(IdBody { id }))
}

/// `POST /api/notices/{id}/strike`
pub async fn strike(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen, form: Form<ReasonForm>) -> Result<Shown<IdBody>> {
    correct_pages::STRIKE.run(&ctx, Place::of(&NOTICE, id), &form.input, seen).await
}

/// `POST /api/notices/{id}/restore`
pub async fn restore(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen, form: Form<ReasonForm>) -> Result<Shown<IdBody>> {
    correct_pages::RESTORE.run(&ctx, Place::of(&NOTICE, id), &form.input, seen).await
}

/// `POST /api/notices/{id}/take-back`
pub async fn take_back(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<ReasonForm>,
) -> Result<Shown<IdBody>> {
    correct_pages::TAKE_BACK.run(&ctx, Place::of(&NOTICE, id), &form.input, seen).await
}
