//! The pages of what was found, and the list as JSON.

use axum::extract::{Path, Query};
use maud::{Markup, html};
use sasae_core::id::Id;

use super::store::{self, Item};
use super::{GIVE_BACK, ITEM, ItemForm, WHAT};
use crate::access::{self, Act};
use crate::attachment;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::web::api::Listed;
use crate::web::ui::form::hidden;
use crate::web::ui::parts::{date_pair, link_button};
use crate::web::{Form, Page, Reply, see};

/// Most rows of the list.
const MOST: i64 = 50;

/// `GET /lost`
pub async fn list(ctx: Ctx) -> Reply {
    let mut read = ctx.read().await?;
    let items = store::list(&ctx, &mut read, MOST).await?;
    let title = ctx.lang().t("落とし物", "Lost and found");
    let main = html! {
        h1 { (title) }
        ul { @for item in &items { li { a href={ "/lost/" (item.id) } { (item.what) } " " (item.area_name) } } }
    };
    Ok(Page::new(title, main).reply(&ctx))
}

/// What was found, in the list of the API.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct ItemBody {
    /// The item.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// What it is.
    what: String,
    /// The area's name.
    area_name: String,
}

impl From<Item> for ItemBody {
    fn from(item: Item) -> ItemBody {
        ItemBody { id: item.id, what: item.what, area_name: item.area_name }
    }
}

/// `GET /api/lost`
pub async fn list_json(ctx: Ctx) -> Result<Listed<ItemBody>> {
    let mut read = ctx.read().await?;
    let items = store::list(&ctx, &mut read, MOST).await?;
    Ok(Listed(items.into_iter().map(ItemBody::from).collect()))
}

/// The form's beginning and its end, with the fields between them.
fn form(ctx: &Ctx, action: &str, words: &str, fields: &Markup) -> Markup {
    html! {
        form class="form" method="post" action=(action) {
            (hidden("_csrf", ctx.csrf()))
            (hidden("_once", &ctx.new_id().to_string()))
            (fields)
            button class="button button-primary" type="submit" { (words) }
        }
    }
}

/// `GET /lost/new`
pub async fn show_new(ctx: Ctx, Query(typed): Query<ItemForm>) -> Reply {
    let lang = ctx.lang();
    let title = lang.t("落とし物を預かる", "Take in an item");
    let area = ctx.staff()?.posts.first().map(|post| post.area.to_string()).unwrap_or_default();
    let fields = html! {
        label for="what" { (lang.t("届いたもの", "What was handed in")) }
        input id="what" name="what" maxlength=(WHAT);
        (hidden("area", &area))
        (hidden("owner", &typed.owner))
        (hidden("notice", &typed.notice))
    };
    let main = html! { h1 { (title) } (form(&ctx, "/lost", lang.t("預かる", "Take in"), &fields)) };
    Ok(Page::new(title, main).reply(&ctx))
}

/// `POST /lost`
pub async fn take_in(ctx: Ctx, form: Form<ItemForm>) -> Reply {
    let mut work = ctx.begin().await?;
    let id = super::take_in(&ctx, &mut work, &form.input).await?;
    Ok(see(&work.commit(&format!("/lost/{id}")).await?))
}

/// `GET /lost/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    let sight = access::sight(&ctx, &mut read, &ITEM, id, &[GIVE_BACK, Act::EDIT]).await?;
    let item = store::get(&ctx, &mut read, id).await?;
    let may = sight.may(GIVE_BACK) && item.returned_on.is_none();
    let files = attachment::section(&ctx, &mut read, &ITEM, id, &sight).await?;
    let main = html! { (render(&ctx, &item, may)) (files) };
    Ok(Page::new(item.what, main).why(sight.why).reply(&ctx))
}

fn render(ctx: &Ctx, item: &Item, may_give_back: bool) -> Markup {
    let lang = ctx.lang();
    let action = format!("/lost/{}/give-back", item.id);
    html! {
        h1 { (item.what) }
        p { (item.area_name) " " (date_pair(item.found_on, lang)) " " (item.keeper_name) }
        @if let Some(on) = item.returned_on { p { (lang.t("返した日：", "Given back: ")) (date_pair(on, lang)) } }
        @if may_give_back {
            (form(ctx, &action, lang.t("返した", "Given back"), &hidden("_revision", &item.revision.to_string())))
        }
        p { (link_button(&format!("/thread/lost_item/{}", item.id), lang.t("支援の流れ", "The thread"))) }
    }
}

/// `POST /lost/{id}/give-back`
pub async fn give_back(ctx: Ctx, Path(id): Path<Id>, form: Form<ItemForm>) -> Reply {
    let seen = form.seen()?;
    let mut work = ctx.begin().await?;
    super::give_back(&ctx, &mut work, id, seen).await?;
    Ok(see(&work.commit(&format!("/lost/{id}")).await?))
}
