//! Areas, windows and posts as JSON.

use axum::extract::Query;
use axum::http::StatusCode;

use super::overview;
use super::pages::AreaQuery;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::web::{Reply, json};

/// `GET /api/organisation?area=`
pub async fn show(ctx: Ctx, Query(query): Query<AreaQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let seen = overview::look(&ctx, &mut read, query.area).await?;
    json(StatusCode::OK, &seen.ok_or(Error::NotFound)?)
}
