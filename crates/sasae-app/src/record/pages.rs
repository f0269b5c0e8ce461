//! The page 記録する.

use maud::html;

use crate::ctx::Ctx;
use crate::web::ui::parts::{thumb_buttons, thumb_link};
use crate::web::{Page, Reply};

/// `GET /record`
pub async fn show(ctx: Ctx) -> Reply {
    let lang = ctx.lang();
    let offered = ctx.app().rooms().flat_map(|room| room.record).filter(|button| (button.shown)(&ctx));
    let buttons: Vec<_> = offered
        .map(|button| thumb_link(button.href, button.tone, button.label.get(lang), button.hint.get(lang)))
        .collect();
    let mut below = Vec::new();
    for section in ctx.app().rooms().filter_map(|room| room.record_below) {
        below.push(section(&ctx).await?);
    }
    let main = html! {
        h1 { (lang.t("記録する", "Record")) }
        (thumb_buttons(&buttons))
        @for section in &below { (section) }
    };
    Ok(Page::new(lang.t("記録する", "Record"), main).reply(&ctx))
}
