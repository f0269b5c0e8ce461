//! The page 今日.

use axum::extract::Query;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{DueBody, MOST, ROWS, Today};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Lang;
use crate::room::Due;
use crate::web::api;
use crate::web::ui::parts::{date_pair, empty, link_button, primary_link};
use crate::web::ui::records::{DueRow, due_list};
use crate::web::{Page, Reply};

/// Most rows of a part of the page that is open, as long as [`ROWS`] of each kind are read.
const SHOWN: usize = 60;
/// Most rows of what comes after this week then.
const SHOWN_LATER: usize = 20;

fn row(ctx: &Ctx, due: &Due) -> DueRow {
    let (lang, today) = (ctx.lang(), ctx.today());
    due.note(ctx);
    let late = (today - due.until).get_days();
    DueRow {
        who: html! { (due.about) },
        what: due.kind.words.get(lang).to_owned(),
        until: date_pair(due.until, lang),
        overdue: (late > 0).then(|| match lang {
            Lang::Ja => format!("{late}日すぎています"),
            Lang::En => format!("{late} days late"),
        }),
        why: due.kind.why.get(lang).to_owned(),
        action: html! { a class="button" href=(due.href) { (due.kind.action.get(lang)) } },
    }
}

/// How many rows of each kind are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct TodayQuery {
    /// At most so many rows of each kind; 50 when it is left out, 1,600 at most.
    rows: Option<i64>,
}

impl TodayQuery {
    fn rows(&self) -> i64 {
        self.rows.unwrap_or(ROWS).clamp(ROWS, MOST)
    }
}

/// `GET /api/today`: what is due, the oldest first.
pub async fn show_json(ctx: Ctx, Query(query): Query<TodayQuery>) -> Result<api::Listed<DueBody>> {
    let mut read = ctx.read().await?;
    let listed = super::list_first(&ctx, &mut read, query.rows()).await?;
    listed.due.iter().for_each(|due| due.note(&ctx));
    Ok(api::Listed(listed.due.iter().map(DueBody::of).collect()))
}

/// `GET /today`
pub async fn show(ctx: Ctx, Query(query): Query<TodayQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let listed = super::list_first(&ctx, &mut read, query.rows()).await?;
    Ok(Page::new(ctx.lang().t("今日", "Today"), render(&ctx, &listed)).reply(&ctx))
}

fn render(ctx: &Ctx, listed: &Today) -> Markup {
    let due = &listed.due;
    let lang = ctx.lang();
    let today = ctx.today();
    let week_end = today.saturating_add(jiff::Span::new().days(6));
    let part = |from: Option<Date>, to: Option<Date>| -> Vec<&Due> {
        due.iter().filter(|d| from.is_none_or(|from| d.until >= from) && to.is_none_or(|to| d.until <= to)).collect()
    };
    let day = jiff::Span::new().days(1);
    let overdue = part(None, Some(today.saturating_sub(day)));
    let now = part(Some(today), Some(today));
    let week = part(Some(today.saturating_add(day)), Some(week_end));
    let later = part(Some(week_end.saturating_add(day)), None);
    let times = usize::try_from(listed.rows / ROWS).unwrap_or(1);
    let (most, most_later) = (SHOWN * times, SHOWN_LATER * times);
    let cut = overdue.len() > most || now.len() > most || week.len() > most || later.len() > most_later;
    html! {
        h1 { (lang.t("今日", "Today")) " " span class="sub" { (date_pair(today, lang)) } }
        @if overdue.is_empty() && now.is_empty() && week.is_empty() {
            (empty(lang.t("今週することは、すべて終わっています。", "Everything due this week is done."), None))
        }
        @if !overdue.is_empty() { (first(ctx, lang.t("期限をすぎたもの", "Overdue"), &overdue, most)) }
        @if !now.is_empty() { (first(ctx, lang.t("今日", "Today"), &now, most)) }
        @if !week.is_empty() { (first(ctx, lang.t("今週", "This week"), &week, most)) }
        @if !later.is_empty() {
            details { summary { (lang.t("来週から先", "Later")) " (" (later.len()) ")" }
                (first(ctx, lang.t("来週から先", "Later"), &later, most_later)) }
        }
        @if cut || listed.more { (more(listed, lang)) }
        p { (primary_link("/record", lang.t("記録する", "Record"))) }
    }
}

/// Says that there is more than the page shows, and how to see it.
fn more(listed: &Today, lang: Lang) -> Markup {
    let rows = listed.rows;
    html! {
        p class="due-more" {
            @match lang {
                Lang::Ja => { "古いものから、種類ごとに" (rows) "件までを出しています。ほかにもあります。" }
                Lang::En => { "Up to " (rows) " of each kind are shown, the oldest first. There are more." }
            }
            @if rows < MOST { " " (link_button(&format!("/today?rows={}", rows * 2), lang.t("もっと見る", "Show more"))) }
            @else { (lang.t("上のものが済むと出てきます。", " They appear as those above are done.")) }
        }
    }
}

/// The oldest rows of a part, and how many more there are.
fn first(ctx: &Ctx, title: &str, due: &[&Due], most: usize) -> Markup {
    let lang = ctx.lang();
    let more = due.len().saturating_sub(most);
    let rows: Vec<DueRow> = due.iter().take(most).map(|due| row(ctx, due)).collect();
    html! {
        (due_list(lang, title, &rows))
        @if more > 0 {
            p class="muted" {
                @match lang {
                    Lang::Ja => { "このほかに" (more) "件以上あります。" }
                    Lang::En => { (more) " or more besides." }
                }
            }
        }
    }
}
