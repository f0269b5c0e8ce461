//! Notices as JSON, from the same room functions as the pages.

use axum::extract::Path;
use axum::http::StatusCode;
use sasae_core::id::Id;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{NoticeForm, TriageForm};
use super::store::{self, Which};
use crate::access;
use crate::ctx::Ctx;
use crate::notice::NOTICE;
use crate::web::{Form, Reply, json};

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
pub async fn list(ctx: Ctx) -> Reply {
    let mut read = ctx.read().await?;
    json(StatusCode::OK, &store::list(&ctx, &mut read, Which::All, 200).await?)
}

/// `POST /api/notices`
pub async fn report(ctx: Ctx, form: Form<NoticeForm>) -> Reply {
    let mut work = ctx.begin().await?;
    let reported = super::report(&ctx, &mut work, &form.input).await?;
    work.commit(&format!("/api/notices/{}", reported.id)).await?;
    json(StatusCode::CREATED, &ReportedBody { id: reported.id, receipt: reported.receipt })
}

/// `GET /api/notices/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    access::require_sight(&ctx, &mut read, &NOTICE, id).await?;
    json(StatusCode::OK, &store::get(&ctx, &mut read, id).await?)
}

/// `POST /api/notices/{id}/triage`
pub async fn triage(ctx: Ctx, Path(id): Path<Id>, form: Form<TriageForm>) -> Reply {
    let seen = form.seen()?;
    let mut work = ctx.begin().await?;
    super::triage(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/notices/{id}")).await?;
    let mut read = ctx.read().await?;
    json(StatusCode::OK, &store::get(&ctx, &mut read, id).await?)
}
