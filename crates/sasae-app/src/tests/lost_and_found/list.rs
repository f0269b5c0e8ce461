//! The list of what was found.

use maud::html;
use sasae_db::Conn;

use super::store::{self, Item};
use super::{ITEM, pages};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::{Lang, Words};
use crate::listing::{
    self, Cell, Column, Filter, List, ListFrame, ListQuery, ListRequest, Options, Order, PageOf, Row, Source,
};
use crate::web::ui::parts::{date_pair, empty, primary_link};
use crate::web::{Page, Reply};

/// The list.
pub static ITEMS: List = List {
    code: "lost_item",
    name: Words("落とし物", "Lost items"),
    path: "/lost",
    opens: listing::every_tab,
    plain: List::ALL,
    columns: &[
        Column::title("what", Words("届いたもの", "What was handed in")),
        Column::new("state", Words("ようす", "State")),
        Column::new("found", Words("届いた日", "Handed in on")),
        Column::new("area", Words("区域", "Area")),
        Column::chosen("keeper", Words("預かっている人", "Kept by")),
    ],
    filters: &[Filter {
        code: "show",
        words: Words("ようす", "State"),
        options: Options::Tabs(&[
            ("kept", Words("預かっているもの", "Kept")),
            ("all", Words("すべて", "All")),
            ("struck", Words("取り消したもの", "Struck out")),
        ]),
    }],
    orders: &[
        Order::new("newest", Words("新しいものから", "Newest first")),
        Order::new("oldest", Words("古いものから", "Oldest first")),
    ],
    count: |ctx, conn, asked, most| Box::pin(store::count(ctx, conn, asked, most)),
    rows: |ctx, conn, asked, window, sink| {
        Box::pin(store::each(ctx, conn, asked, window, move |item| sink(row(ctx.lang(), &item))))
    },
};

/// Names the list in addresses.
pub struct Items;

impl Source for Items {
    fn list() -> &'static List {
        &ITEMS
    }
}

fn row(lang: Lang, item: &Item) -> Row {
    let title = html! { a href={ "/lost/" (item.id) } { (item.what) } };
    let state = match (item.struck_at, item.returned_on) {
        (Some(_), _) => lang.t("取り消し", "Struck out"),
        (None, Some(_)) => lang.t("返した", "Given back"),
        (None, None) => lang.t("預かり中", "Kept"),
    };
    Row {
        records: vec![(&ITEM, item.id)],
        cells: vec![
            Cell::shown(item.what.as_str(), title),
            Cell::text(state),
            Cell::shown(item.found_on.to_string(), date_pair(item.found_on, lang)),
            Cell::text(item.area_name.as_str()),
            Cell::text(item.keeper_name.as_str()),
        ],
    }
}

/// `GET /lost`
pub async fn show(ctx: Ctx, ListRequest { asked, .. }: ListRequest<Items>) -> Reply {
    let mut read = ctx.read().await?;
    let listed = listing::load(&ctx, &mut read, &asked).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("落とし物", "Lost and found");
    let nothing = empty(lang.t("落とし物はありません。", "There is no lost item."), None);
    let main = html! {
        h1 { (title) }
        p { (primary_link("/lost/new", lang.t("落とし物を預かる", "Take in an item"))) }
        (listing::show(&ctx, &asked, &listed, &ListFrame { title, empty: nothing, unmatched: None }))
    };
    Ok(Page::new(title, main).wide().status(asked.status()).reply(&ctx))
}

/// `GET /api/lost`
pub async fn list_json(ctx: Ctx, ListRequest { asked, .. }: ListRequest<Items>) -> Result<PageOf<pages::ItemBody>> {
    let asked = asked.readable()?;
    let mut read = ctx.read().await?;
    PageOf::of(&asked, load(&ctx, &mut read, &asked).await?, pages::ItemBody::from)
}

async fn load(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery) -> Result<listing::ListPage<Item>> {
    let mut rows = Vec::new();
    let take = |item: Item| {
        ctx.saw(&ITEM, item.id);
        rows.push(item);
        Ok(())
    };
    store::each(ctx, conn, asked, listing::Window::of_page(asked.page()), take).await?;
    listing::cut(ctx, conn, asked, rows).await
}
