//! The list of notices.

use axum::extract::Query;
use maud::html;
use sasae_db::Conn;

use super::correct_pages;
use super::pages::{DoneQuery, state_chip};
use super::store::{self, Notice};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::listing::{
    self, Cell, Column, Filter, List, ListFrame, ListQuery, ListRequest, Options, Order, Row, Source,
};
use crate::notice::NOTICE;
use crate::web::ui::parts::{Tone, beginning, chip, date_pair, empty, primary_link};
use crate::web::{Page, Reply};

/// The list of notices.
pub static NOTICES: List = List {
    code: "notice",
    name: Words("気づき", "Notices"),
    path: "/notices",
    columns: &[
        // What is on and where it stands come first: a phone shows no more at once.
        Column::title("kind", Words("気づいたこと", "What")),
        Column::new("state", Words("ようす", "State")),
        Column::new("received", Words("届いた日", "Received")),
        Column::new("area", Words("区域", "Area")),
        Column::chosen("urgent", Words("今日助けがいる", "Help needed today")),
        Column::chosen("what", Words("くわしく", "In words")).width(60),
        Column::chosen("place", Words("場所", "Place")).width(24),
        Column::chosen("about", Words("だれのこと", "About whom")).width(24),
    ],
    filters: &[
        Filter {
            code: "show",
            words: Words("扱い", "Decision"),
            options: Options::Tabs(&[
                ("open", Words("まだ決めていないもの", "To be decided")),
                ("finished", Words("決めたもの", "Decided")),
                ("all", Words("すべて", "All")),
                ("struck", Words("取り消したもの", "Struck out")),
            ]),
        },
        Filter {
            code: "kind",
            words: Words("気づいたこと", "What was noticed"),
            options: Options::Vocabulary("notice_kind"),
        },
        Filter {
            code: "urgent", words: Words("今日助けがいるものだけ", "Help needed today"), options: Options::Tick
        },
        Filter { code: "from", words: Words("届いた日（から）", "Received from"), options: Options::Day },
        Filter { code: "to", words: Words("届いた日（まで）", "Received until"), options: Options::Day },
    ],
    opens: listing::every_tab,
    plain: List::ALL,
    orders: &[
        Order {
            tabs: &["open"], ..Order::new("urgent", Words("急ぐもの・古いものから", "Urgent and old ones first"))
        },
        Order::new("newest", Words("新しいものから", "Newest first")),
        Order::new("oldest", Words("古いものから", "Oldest first")),
    ],
    count: |ctx, conn, asked, most| Box::pin(store::count(ctx, conn, asked, most)),
    rows: |ctx, conn, asked, window, sink| {
        Box::pin(store::each(ctx, conn, asked, window, move |notice| sink(row(ctx, &notice))))
    },
};

/// Names the list in addresses.
pub struct Notices;

impl Source for Notices {
    fn list() -> &'static List {
        &NOTICES
    }
}

/// `GET /notices`
pub async fn show(ctx: Ctx, Query(query): Query<DoneQuery>, ListRequest { asked, .. }: ListRequest<Notices>) -> Reply {
    let mut read = ctx.read().await?;
    let listed = listing::load(&ctx, &mut read, &asked).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("気づき", "Notices");
    let nothing = match asked.value("show") {
        "open" => lang.t("扱いを決めていない気づきはありません。", "There is no notice to decide on."),
        "struck" => lang.t("取り消した気づきはありません。", "No notice was struck out."),
        "finished" => lang.t("扱いを決めた気づきはありません。", "No notice has been decided on."),
        _ => lang.t("気づきはまだありません。", "There is no notice yet."),
    };
    let main = html! {
        h1 { (title) }
        p { (primary_link("/notices/new", lang.t("気づきを記録する", "Record a notice"))) }
        (listing::show(&ctx, &asked, &listed, &ListFrame { title, empty: empty(nothing, None), unmatched: None }))
    };
    Ok(Page::new(title, main).wide().status(asked.status()).flash(correct_pages::flash(lang, &query.done)).reply(&ctx))
}

/// Notices of the page that is asked for.
pub async fn list(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery) -> Result<listing::ListPage<Notice>> {
    let mut rows = Vec::new();
    let take = |notice: Notice| {
        ctx.saw(&NOTICE, notice.id);
        rows.push(notice);
        Ok(())
    };
    store::each(ctx, conn, asked, listing::Window::of_page(asked.page()), take).await?;
    listing::cut(ctx, conn, asked, rows).await
}

fn row(ctx: &Ctx, notice: &Notice) -> Row {
    let lang = ctx.lang();
    let href = format!("/notices/{}", notice.id);
    let kind = ctx.profile().label("notice_kind", &notice.kind, lang);
    let words = beginning(&notice.what, 40);
    let urgent = lang.t("今日助けがいる", "Help needed today");
    let title = html! {
        a href=(href) { (kind) }
        @if notice.urgent { " " (chip(Tone::Danger, urgent)) }
        @if !words.is_empty() { br; span class="muted" { (words) } }
    };
    let (tone, state) = state_chip(ctx, notice);
    Row {
        records: vec![(&NOTICE, notice.id)],
        cells: vec![
            Cell::shown(kind, title),
            Cell::shown(state, chip(tone, state)),
            Cell::shown(notice.received_on.to_string(), date_pair(notice.received_on, lang)),
            Cell::text(notice.area_name.as_str()),
            Cell::yes(lang, notice.urgent),
            Cell::text(notice.what.as_str()),
            Cell::text(notice.place.as_str()),
            Cell::text(notice.about.as_str()),
        ],
    }
}
