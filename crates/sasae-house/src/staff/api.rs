//! Areas, windows and posts as JSON.

use axum::extract::Query;

use super::overview::{self, Overview};
use super::pages::AreaQuery;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::web::api::Shown;

/// `GET /api/organisation?area=`
pub async fn show(ctx: Ctx, Query(query): Query<AreaQuery>) -> Result<Shown<Overview>> {
    let mut read = ctx.read().await?;
    let seen = overview::look(&ctx, &mut read, query.area).await?;
    Ok(Shown(seen.ok_or(Error::NotFound)?))
}
