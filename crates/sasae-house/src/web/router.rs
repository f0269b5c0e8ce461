//! The routes of every room in the list, put together.

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;

use super::Routes;
use super::routes::Gate;
use super::ui::assets::asset_response;
use crate::app::App;
use crate::lang::Words;

/// All routes with their gates.
pub fn routes(app: &App) -> Routes {
    let assets =
        Routes::new(app.clone()).get("/assets/{name}", Gate::Public, Words("画面の部品", "Part of the pages"), asset);
    app.rooms().fold(assets, |routes, room| routes.room(room.routes))
}

/// The finished application.
pub fn build(app: &App) -> Router {
    routes(app).into_router()
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    asset_response(&name, &headers)
}
