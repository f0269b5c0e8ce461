//! The list of cases.

use axum::extract::Query;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::store::{self, CaseRow, Mark, Which};
use super::name_link;
use crate::ctx::Ctx;
use crate::web::ui::parts::{Column, Flash, Tab, Table, Tone, chip, date_pair, empty, pager, primary_link, tabs};
use crate::web::{Page, Reply};

/// Rows of one page.
const ROWS: i64 = 50;

/// Which cases, and from where on.
#[derive(Debug, Default, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    show: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    done: String,
}

impl Which {
    fn code(self) -> &'static str {
        match self {
            Which::Mine => "mine",
            Which::Open => "open",
            Which::Closed => "closed",
        }
    }

    /// Reads the word in an address; anything else means one's own.
    pub fn from_code(code: &str) -> Which {
        match code {
            "open" => Which::Open,
            "closed" => Which::Closed,
            _ => Which::Mine,
        }
    }
}

/// `GET /cases`
pub async fn show(ctx: Ctx, Query(query): Query<ListQuery>) -> Reply {
    let which = Which::from_code(&query.show);
    let mut read = ctx.read().await?;
    let mut rows = store::list(&ctx, &mut read, which, Mark::parse(&query.from), ROWS + 1).await?;
    drop(read);
    let more = i64::try_from(rows.len()).is_ok_and(|length| length > ROWS);
    if more {
        rows.pop();
    }
    let after = rows.last().filter(|_| more).map(|row| format!("/cases?show={}&from={}", which.code(), row.mark()));
    let first = format!("/cases?show={}", which.code());
    let before = (!query.from.is_empty()).then_some(first.as_str());
    let lang = ctx.lang();
    let title = lang.t("支援", "Cases");
    let tab = |label, href, current| Tab { label, href, current, count: None };
    let views = [
        tab(lang.t("自分がかかわる支援", "Mine"), "/cases", which == Which::Mine),
        tab(lang.t("続いている支援", "Open"), "/cases?show=open", which == Which::Open),
        tab(lang.t("終わった支援", "Closed"), "/cases?show=closed", which == Which::Closed),
    ];
    let flash = match query.done.as_str() {
        "declined" => Some(lang.t("断る返事をしました。", "Your answer has been sent.")),
        "lead" => Some(lang.t("主担当を替えました。", "The lead has been changed.")),
        "closed" => Some(lang.t("支援を終えました。", "The case is closed.")),
        _ => None,
    };
    let flash = flash.map(|text| Flash { tone: Tone::Good, text: text.to_owned(), next: None });
    let main = html! {
        h1 { (title) }
        (tabs(title, &views))
        @if rows.is_empty() { (nothing(&ctx, which)) } @else { (table(&ctx, title, &rows)) }
        (pager(lang, before, after.as_deref()))
        @if ctx.may(&crate::case::may::LEAD) {
            p { (primary_link("/cases/new", lang.t("支援を始める", "Open a case"))) }
        }
    };
    Ok(Page::new(title, main).wide().flash(flash).reply(&ctx))
}

fn nothing(ctx: &Ctx, which: Which) -> Markup {
    let lang = ctx.lang();
    let text = match which {
        Which::Mine => lang.t("いま、あなたがかかわる支援はありません。", "You have no part in an open case now."),
        Which::Open => lang.t("続いている支援はありません。", "There is no open case."),
        Which::Closed => lang.t("終わった支援はありません。", "There is no closed case."),
    };
    empty(text, Some(("/consultations", lang.t("相談の一覧を見る", "See the consultations"))))
}

fn table(ctx: &Ctx, caption: &str, rows: &[CaseRow]) -> Markup {
    let lang = ctx.lang();
    // What is on and where it stands come first: a phone shows no more at once.
    let head = [
        lang.t("何の・だれの支援か", "About"),
        lang.t("ようす", "State"),
        lang.t("主担当", "Lead"),
        lang.t("区域", "Area"),
        lang.t("始めた日", "Opened"),
        lang.t("番号", "Number"),
    ];
    let columns: Vec<Column<'_>> = head.iter().map(|label| Column { label, numeric: false }).collect();
    let cells = |row: &CaseRow| {
        vec![
            html! {
                a href={ "/cases/" (row.id) } { (row.title) }
                br; (name_link(lang, row.person_id, row.family.as_deref(), row.given.as_deref()))
            },
            state(ctx, row),
            html! { (row.lead_name) },
            html! { (row.area_name) },
            date_pair(row.opened_on, lang),
            html! { (row.number) },
        ]
    };
    html! { (Table { caption, columns: &columns, rows: rows.iter().map(cells).collect(), sums: None }) }
}

fn state(ctx: &Ctx, row: &CaseRow) -> Markup {
    let lang = ctx.lang();
    match (&row.outcome, row.review_on, row.agreed_at) {
        (Some(outcome), ..) => html! {
            (chip(Tone::Plain, ctx.profile().label("closing_outcome", outcome, lang)))
            @if let Some(on) = row.closed_on { br; (date_pair(on, lang)) }
        },
        (None, Some(on), _) if on <= ctx.today() => {
            html! { (chip(Tone::Caution, lang.t("見直しの日です", "To be reviewed"))) br; (date_pair(on, lang)) }
        }
        (None, _, None) => chip(Tone::Caution, lang.t("役割を調整中", "Roles being agreed")),
        (None, ..) => chip(Tone::Good, lang.t("支援中", "Under way")),
    }
}
