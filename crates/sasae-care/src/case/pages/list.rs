//! The list of cases.

use axum::extract::Query;
use maud::{Markup, html};
use sasae_db::Conn;
use serde::Deserialize;

use super::super::store::{self, CaseRow};
use super::name_link;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::listing::{
    self, Cell, Column, Filter, List, ListFrame, ListQuery, ListRequest, Options, Order, Row, Source,
};
use crate::web::ui::parts::{Flash, Tone, chip, date_pair, empty, primary_link};
use crate::web::{Page, Reply};

/// The list of cases.
pub static CASES: List = List {
    code: "case",
    name: Words("支援", "Cases"),
    path: "/cases",
    columns: &[
        // What is on and where it stands come first: a phone shows no more at once.
        Column::title("title", Words("何の支援か", "About")).width(40),
        Column::new("person", Words("だれの支援か", "Whose")),
        Column::new("state", Words("ようす", "State")),
        Column::new("lead", Words("主担当", "Lead")),
        Column::new("area", Words("区域", "Area")),
        Column::new("opened", Words("始めた日", "Opened")),
        Column::new("number", Words("番号", "Number")),
        Column::chosen("review", Words("計画を見直す日", "Plan to be reviewed")),
        Column::chosen("closed", Words("終わった日", "Closed")),
    ],
    filters: &[
        Filter {
            code: "show",
            words: Words("どの支援", "Which cases"),
            options: Options::Tabs(&[
                ("mine", Words("自分がかかわる支援", "Mine")),
                ("open", Words("続いている支援", "Open")),
                ("closed", Words("終わった支援", "Closed")),
                ("struck", Words("取り消したもの", "Struck out")),
            ]),
        },
        Filter {
            code: "outcome",
            words: Words("終わり方", "How it ended"),
            options: Options::Vocabulary("closing_outcome"),
        },
        Filter { code: "from", words: Words("始めた日（から）", "Opened from"), options: Options::Day },
        Filter { code: "to", words: Words("始めた日（まで）", "Opened until"), options: Options::Day },
    ],
    opens: listing::every_tab,
    plain: List::ALL,
    orders: &[
        Order::new("newest", Words("新しいものから", "Newest first")),
        Order::new("oldest", Words("古いものから", "Oldest first")),
    ],
    count: |ctx, conn, asked, most| Box::pin(store::count(ctx, conn, asked, most)),
    rows: |ctx, conn, asked, window, sink| {
        Box::pin(store::each(ctx, conn, asked, window, move |one| sink(row(ctx, &one))))
    },
};

/// Names the list in addresses.
pub struct Cases;

impl Source for Cases {
    fn list() -> &'static List {
        &CASES
    }
}

/// What came of the step before.
#[derive(Debug, Default, Deserialize)]
pub struct DoneQuery {
    #[serde(default)]
    done: String,
}

/// `GET /cases`
pub async fn show(ctx: Ctx, Query(query): Query<DoneQuery>, ListRequest { asked, .. }: ListRequest<Cases>) -> Reply {
    let mut read = ctx.read().await?;
    let listed = listing::load(&ctx, &mut read, &asked).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("支援", "Cases");
    let told = |text: &str| Some(Flash { tone: Tone::Good, text: text.to_owned(), next: None });
    let flash = match query.done.as_str() {
        "declined" => told(lang.t("断る返事をしました。", "Your answer has been sent.")),
        "lead" => told(lang.t("主担当を替えました。", "The lead has been changed.")),
        "closed" => told(lang.t("支援を終えました。", "The case is closed.")),
        other => super::correct::flash(lang, other, ""),
    };
    let main = html! {
        h1 { (title) }
        @if ctx.may(&crate::case::may::LEAD) {
            p { (primary_link("/cases/new", lang.t("支援を始める", "Open a case"))) }
        }
        (listing::show(&ctx, &asked, &listed, &ListFrame { title, empty: nothing(&ctx, &asked), unmatched: None }))
    };
    Ok(Page::new(title, main).wide().status(asked.status()).flash(flash).reply(&ctx))
}

/// Cases of the page that is asked for.
pub async fn list(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery) -> Result<listing::ListPage<CaseRow>> {
    let mut rows = Vec::new();
    let take = |one: CaseRow| {
        one.records().into_iter().for_each(|(kind, id)| ctx.saw(kind, id));
        rows.push(one);
        Ok(())
    };
    store::each(ctx, conn, asked, listing::Window::of_page(asked.page()), take).await?;
    listing::cut(ctx, conn, asked, rows).await
}

fn nothing(ctx: &Ctx, asked: &ListQuery) -> Markup {
    let lang = ctx.lang();
    let text = match asked.value("show") {
        "mine" => lang.t("いま、あなたがかかわる支援はありません。", "You have no part in an open case now."),
        "open" => lang.t("続いている支援はありません。", "There is no open case."),
        "struck" => lang.t("取り消した支援はありません。", "No case was struck out."),
        _ => lang.t("終わった支援はありません。", "There is no closed case."),
    };
    empty(text, Some(("/consultations", lang.t("相談の一覧を見る", "See the consultations"))))
}

fn row(ctx: &Ctx, row: &CaseRow) -> Row {
    let lang = ctx.lang();
    let day = |day: Option<jiff::civil::Date>| match day {
        Some(day) => Cell::shown(day.to_string(), date_pair(day, lang)),
        None => Cell::text(""),
    };
    let name = match (&row.family, &row.given) {
        (Some(family), Some(given)) => format!("{family} {given}"),
        _ => String::new(),
    };
    let (tone, words, on) = state(ctx, row);
    let stands = html! { (chip(tone, words)) @if let Some(on) = on { br; (date_pair(on, lang)) } };
    Row {
        records: row.records(),
        cells: vec![
            Cell::shown(row.title.as_str(), html! { a href={ "/cases/" (row.id) } { (row.title) } }),
            Cell::shown(name, name_link(lang, row.person_id, row.family.as_deref(), row.given.as_deref())),
            Cell::shown(words, stands),
            Cell::text(row.lead_name.as_str()),
            Cell::text(row.area_name.as_str()),
            day(Some(row.opened_on)),
            Cell::shown(row.number.as_str(), html! { span class="nowrap" { (row.number) } }),
            day(row.review_on),
            day(row.closed_on),
        ],
    }
}

/// Where a case stands, in a word, and since or until when.
fn state<'a>(ctx: &'a Ctx, row: &'a CaseRow) -> (Tone, &'a str, Option<jiff::civil::Date>) {
    let lang = ctx.lang();
    if row.struck_at.is_some() {
        return (Tone::Plain, lang.t("取り消した", "Struck out"), None);
    }
    match (&row.outcome, row.review_on, row.agreed_at) {
        (Some(outcome), ..) => (Tone::Plain, ctx.profile().label("closing_outcome", outcome, lang), row.closed_on),
        (None, Some(on), _) if on <= ctx.today() => {
            (Tone::Caution, lang.t("見直しの日です", "To be reviewed"), Some(on))
        }
        (None, _, None) => (Tone::Caution, lang.t("役割を調整中", "Roles being agreed"), None),
        (None, ..) => (Tone::Good, lang.t("支援中", "Under way"), None),
    }
}
