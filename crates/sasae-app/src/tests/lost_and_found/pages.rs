//! The pages of what was found, and the list as JSON.

use axum::extract::{Path, Query};
use jiff::civil::Date;
use maud::{Markup, html};
use sasae_core::id::Id;
use serde::Deserialize;

use super::store::{self, Item};
use super::{GIVE_BACK, ITEM, ItemForm, WHAT};
use crate::access::{self, Act};
use crate::correction::pages::{put_right, struck_out_box};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::handover;
use crate::web::api::Shown;
use crate::web::ui::form::hidden;
use crate::web::ui::parts::{date_pair, link_button};
use crate::web::{Form, Page, Reply, see};
use crate::{attachment, correction, message};

/// What was found, in the API.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct ItemBody {
    /// The item.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// What it is.
    what: String,
    /// The area's name.
    area_name: String,
    /// When it was handed in.
    #[schema(value_type = String, format = "date")]
    found_on: Date,
    /// Who keeps it.
    keeper_name: String,
    /// When it was given back.
    #[schema(value_type = Option<String>, format = "date")]
    returned_on: Option<Date>,
}

impl From<Item> for ItemBody {
    fn from(item: Item) -> ItemBody {
        ItemBody {
            id: item.id,
            what: item.what,
            area_name: item.area_name,
            found_on: item.found_on,
            keeper_name: item.keeper_name,
            returned_on: item.returned_on,
        }
    }
}

/// `GET /api/lost/{id}`
pub async fn show_json(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<ItemBody>> {
    let mut read = ctx.read().await?;
    access::require_sight(&ctx, &mut read, &ITEM, id).await?;
    Ok(Shown(store::get(&ctx, &mut read, id).await?.into()))
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

/// What is said after a step.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DoneQuery {
    done: String,
}

/// `GET /lost/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<DoneQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let sight = access::sight(&ctx, &mut read, &ITEM, id, &[GIVE_BACK, Act::EDIT, Act::CORRECT]).await?;
    let item = store::get(&ctx, &mut read, id).await?;
    let (struck, lang) = (item.struck_at.is_some(), ctx.lang());
    let may = sight.may(GIVE_BACK) && item.returned_on.is_none() && !struck;
    let files = attachment::section(&ctx, &mut read, &ITEM, id, &sight).await?;
    let corrections = correction::section(&ctx, &mut read, &ITEM, id, &sight).await?;
    let told = message::list_told(&ctx, &mut read, id).await?;
    let asked = handover::list_of(&ctx, &mut read, id).await?;
    let step = match struck {
        false => (format!("/lost/{id}/strike"), lang.t("取り消す", "Strike it out")),
        true => (format!("/lost/{id}/restore"), lang.t("元にもどす", "Restore it")),
    };
    let main = html! {
        (render(&ctx, &item, may))
        @if struck { (struck_out_box(lang)) }
        @for one in asked { p { (lang.t("持ち主さがし", "Looking for the owner")) (message::beside(&ctx, &told, one.id)) } }
        (files)
        (put_right(lang, if sight.may(Act::CORRECT) { std::slice::from_ref(&step) } else { &[] }))
        (corrections)
    };
    Ok(Page::new(item.what, main).why(sight.why).flash(correction::flash(lang, &query.done, &[])).reply(&ctx))
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
