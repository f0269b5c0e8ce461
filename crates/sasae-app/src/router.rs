//! The table of contents: every room, its routes, and the navigation. The only
//! place besides `thread` and `task` that knows all rooms.

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::app::App;
use crate::ctx::Ctx;
use crate::person;
use crate::web::ui::assets::asset_response;
use crate::web::ui::shell::{NavGroup, NavItem};
use crate::web::{Gate, Routes};

/// All routes with their gates.
pub fn routes(app: &App) -> Routes {
    let assets = Routes::new(app.clone()).get("/assets/{name}", Gate::Public, asset);
    app.rooms().fold(assets, |routes, room| routes.room(room.routes))
}

/// The finished application.
pub fn build(app: &App) -> Router {
    routes(app).into_router()
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    asset_response(&name, &headers)
}

/// The groups of the navigation that the reader has any use for.
pub fn nav_groups(ctx: &Ctx) -> Vec<NavGroup> {
    let lang = ctx.lang();
    let item = |may: bool, ja: &'static str, en: &'static str, href: &'static str| {
        may.then(|| NavItem::new(lang.t(ja, en).to_owned(), href))
    };
    let takes = ctx.may(&crate::consultation::may::TAKE)
        || ctx.may(&crate::access::may::SUPERVISE)
        || ctx.may(&crate::case::may::LEAD);
    let support: Vec<NavItem> = [
        item(true, "気づき", "Notices", "/notices"),
        item(takes, "相談", "Consultations", "/consultations"),
        item(true, "支援", "Cases", "/cases"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut groups = vec![
        NavGroup { label: lang.t("今日", "Today").to_owned().into(), href: Some("/today".into()), items: Vec::new() },
        NavGroup {
            label: lang.t("相談と支援", "Consultation and support").to_owned().into(),
            href: None,
            items: support,
        },
    ];
    if ctx.may(&crate::activity::may::READ) {
        groups.push(NavGroup {
            label: lang.t("計画と統計", "Plans and figures").to_owned().into(),
            href: None,
            items: vec![NavItem::new(lang.t("数字", "Figures").to_owned(), "/figures")],
        });
    }
    groups
}

/// 台帳 and 設定.
pub fn nav_below(ctx: &Ctx) -> Vec<NavItem> {
    let lang = ctx.lang();
    [
        (person::finds_people(ctx), lang.t("人をさがす・登録する", "Find or register a person"), "/persons"),
        (true, lang.t("体制（区域・窓口・役職）", "Areas, windows and posts"), "/organisation"),
    ]
    .into_iter()
    .filter(|(may, ..)| *may)
    .map(|(_, label, href)| NavItem::new(label.to_owned(), href))
    .collect()
}
