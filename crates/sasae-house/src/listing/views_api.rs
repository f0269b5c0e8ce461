//! Saved views as JSON, from the same functions as the page; each is its owner's alone.

use axum::extract::Path;
use sasae_core::id::Id;
use serde::Serialize;
use utoipa::ToSchema;

use super::store;
use super::views::{self, ViewForm};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::web::Form;
use crate::web::api::{IdBody, Listed, Made, Shown};

/// A saved view.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewBody {
    /// It.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// What it is called.
    name: String,
    /// Conditions, order and columns, as an address says them.
    query: String,
}

/// `GET /api/lists/{list}/views`
pub async fn list(ctx: Ctx, Path(code): Path<String>) -> Result<Listed<ViewBody>> {
    let list = super::find(&ctx, &code).ok_or(Error::NotFound)?;
    let mut read = ctx.read().await?;
    let views = store::list_views(&ctx, &mut read, list.code).await?;
    Ok(Listed(views.into_iter().map(|view| ViewBody { id: view.id, name: view.name, query: view.query }).collect()))
}

/// `POST /api/lists/{list}/views`
pub async fn save(ctx: Ctx, Path(code): Path<String>, form: Form<ViewForm>) -> Result<Made<IdBody>> {
    let list = super::find(&ctx, &code).ok_or(Error::NotFound)?;
    let mut work = ctx.begin().await?;
    let id = views::save(&ctx, &mut work, list, &form.input).await?;
    work.commit(&format!("/api/lists/{}/views#{id}", list.code)).await?;
    Ok(Made(IdBody { id }))
}

/// `POST /api/views/{id}`: another name; the view stays as it was saved.
pub async fn rename(ctx: Ctx, Path(id): Path<Id>, form: Form<ViewForm>) -> Result<Shown<IdBody>> {
    let mut work = ctx.begin().await?;
    views::rename(&ctx, &mut work, id, &form.input).await?;
    work.commit(&format!("/api/views/{id}")).await?;
    Ok(Shown(IdBody { id }))
}

/// `POST /api/views/{id}/delete`
pub async fn delete(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<IdBody>> {
    let mut work = ctx.begin().await?;
    let view = store::get_view(&ctx, &mut work, id).await?;
    store::delete_view(&ctx, &mut work, view.id).await?;
    work.commit(&format!("/api/views/{id}")).await?;
    Ok(Shown(IdBody { id }))
}
