//! The list of consultations.

use axum::extract::Query;
use maud::html;
use sasae_db::Conn;
use serde::Deserialize;

use super::correct_pages;
use super::pages::{name_of, state, urgency_chip};
use super::store::{self, Consultation};
use crate::access::Kind;
use crate::consultation::CONSULTATION;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::listing::{
    self, Cell, Column, Filter, List, ListFrame, ListQuery, ListRequest, Options, Order, Row, Source,
};
use crate::person::PERSON;
use crate::web::ui::parts::{beginning, chip, date_pair, empty, primary_link};
use crate::web::{Page, Reply};

/// The list of consultations.
pub static CONSULTATIONS: List = List {
    code: "consultation",
    name: Words("相談", "Consultations"),
    path: "/consultations",
    columns: &[
        // What is on and where it stands come first: a phone shows no more at once.
        Column::title("who", Words("だれの・どんな相談", "Whose, and what about")),
        Column::new("state", Words("ようす", "State")),
        Column::new("received", Words("受け付けた日", "Received")),
        Column::new("area", Words("区域", "Area")),
        Column::new("taken_by", Words("受けた人", "Taken by")),
        Column::chosen("urgency", Words("緊急度", "Urgency")),
        Column::chosen("channel", Words("相談の経路", "Channel")),
        Column::chosen("from_whom", Words("だれから", "From whom")),
        Column::chosen("what", Words("話されたこと", "What was told")).width(60),
        Column::chosen("wish", Words("本人の希望", "Wish")).width(24),
    ],
    filters: &[
        Filter {
            code: "show",
            words: Words("結果", "Outcome"),
            options: Options::Tabs(&[
                ("open", Words("結果を決めていないもの", "To be settled")),
                ("settled", Words("決めたもの", "Settled")),
                ("all", Words("すべて", "All")),
                ("struck", Words("取り消したもの", "Struck out")),
            ]),
        },
        Filter { code: "urgency", words: Words("緊急度", "Urgency"), options: Options::Vocabulary("urgency") },
        Filter { code: "channel", words: Words("相談の経路", "Channel"), options: Options::Vocabulary("channel") },
        Filter { code: "mine", words: Words("自分が受けたものだけ", "Taken by me"), options: Options::Tick },
        Filter { code: "from", words: Words("受け付けた日（から）", "Received from"), options: Options::Day },
        Filter { code: "to", words: Words("受け付けた日（まで）", "Received until"), options: Options::Day },
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
        Box::pin(store::each(ctx, conn, asked, window, move |one| sink(row(ctx, &one))))
    },
};

/// Names the list in addresses.
pub struct Consultations;

impl Source for Consultations {
    fn list() -> &'static List {
        &CONSULTATIONS
    }
}

/// What came of the step before.
#[derive(Debug, Default, Deserialize)]
pub struct DoneQuery {
    #[serde(default)]
    done: String,
}

/// `GET /consultations`
pub async fn show(
    ctx: Ctx,
    Query(query): Query<DoneQuery>,
    ListRequest { asked, .. }: ListRequest<Consultations>,
) -> Reply {
    let mut read = ctx.read().await?;
    let listed = listing::load(&ctx, &mut read, &asked).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("相談", "Consultations");
    let nothing = match asked.value("show") {
        "open" => lang.t("結果を決めていない相談はありません。", "There is no consultation to settle."),
        "struck" => lang.t("取り消した相談はありません。", "No consultation was struck out."),
        "settled" => lang.t("結果を決めた相談はありません。", "No consultation has been settled."),
        _ => lang.t("相談はまだありません。", "There is no consultation yet."),
    };
    let main = html! {
        h1 { (title) }
        @if ctx.may(&crate::consultation::may::TAKE) {
            p { (primary_link("/consultations/new", lang.t("相談を受け付ける", "Take a consultation"))) }
        }
        (listing::show(&ctx, &asked, &listed, &ListFrame { title, empty: empty(nothing, None), unmatched: None }))
    };
    Ok(Page::new(title, main).wide().status(asked.status()).flash(correct_pages::flash(lang, &query.done)).reply(&ctx))
}

/// Consultations of the page that is asked for.
pub async fn list(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery) -> Result<listing::ListPage<Consultation>> {
    let mut rows = Vec::new();
    let take = |one: Consultation| {
        for (kind, id) in records(&one) {
            ctx.saw(kind, id);
        }
        rows.push(one);
        Ok(())
    };
    store::each(ctx, conn, asked, listing::Window::of_page(asked.page()), take).await?;
    listing::cut(ctx, conn, asked, rows).await
}

/// Of which records a row tells: the person is among them where the name is shown.
fn records(row: &Consultation) -> Vec<(Kind, sasae_core::id::Id)> {
    let mut records: Vec<(Kind, _)> = vec![(&CONSULTATION, row.id)];
    if let (Some(person), Some(_)) = (row.person_id, &row.person_name) {
        records.push((&PERSON, person));
    }
    records
}

fn row(ctx: &Ctx, row: &Consultation) -> Row {
    let lang = ctx.lang();
    let label = |vocabulary, code: &str| match code {
        "" => String::new(),
        code => ctx.profile().label(vocabulary, code, lang).to_owned(),
    };
    let name = name_of(row, lang);
    let title = html! {
        a href={ "/consultations/" (row.id) } { (name) }
        br; span class="muted" { (beginning(&row.what, 40)) }
    };
    let (tone, words) = state(row, lang);
    let stands = html! { (chip(tone, words)) @if row.is_open() { " " (urgency_chip(ctx, row)) } };
    Row {
        records: records(row),
        cells: vec![
            Cell::shown(name, title),
            Cell::shown(words, stands),
            Cell::shown(row.received_on.to_string(), date_pair(row.received_on, lang)),
            Cell::text(row.area_name.as_str()),
            Cell::text(row.taken_by_name.as_str()),
            Cell::text(label("urgency", &row.urgency)),
            Cell::text(label("channel", &row.channel)),
            Cell::text(label("from_whom", &row.from_whom)),
            Cell::text(row.what.as_str()),
            Cell::text(label("wish", &row.wish)),
        ],
    }
}
