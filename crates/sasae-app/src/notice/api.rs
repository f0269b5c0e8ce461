//! Notices as JSON, from the same room functions as the pages.

use axum::extract::Path;
use sasae_core::id::Id;
use serde::Serialize;
use utoipa::ToSchema;

use super::list::{self, Notices};
use super::model::{NoticeForm, TriageForm};
use super::store::{self, Notice};
use crate::access;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::listing::{Asking, PageOf};
use crate::notice::NOTICE;
use crate::web::api::{Made, Shown};
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
pub async fn list(ctx: Ctx, Asking { asked, .. }: Asking<Notices>) -> Result<PageOf<Notice>> {
    let asked = asked.readable()?;
    let mut read = ctx.read().await?;
    let listed = list::list(&ctx, &mut read, &asked).await?;
    PageOf::of(&asked, listed, |notice| notice)
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
