//! The page 今日.

use axum::http::StatusCode;
use jiff::civil::Date;
use maud::{Markup, html};

use super::DueBody;
use crate::ctx::Ctx;
use crate::lang::Lang;
use crate::room::Due;
use crate::web::ui::parts::{date_pair, empty, primary_link};
use crate::web::ui::records::{DueRow, due_list};
use crate::web::{Page, Reply, json};

/// Most rows of a part of the page that is open.
const MOST: usize = 60;
/// Most rows of what comes after this week.
const MOST_LATER: usize = 20;

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

/// `GET /api/today`: everything due, the oldest first.
pub async fn show_json(ctx: Ctx) -> Reply {
    let mut read = ctx.read().await?;
    let due = super::list(&ctx, &mut read).await?;
    due.iter().for_each(|due| due.note(&ctx));
    json(StatusCode::OK, &due.iter().map(DueBody::of).collect::<Vec<_>>())
}

/// `GET /today`
pub async fn show(ctx: Ctx) -> Reply {
    let mut read = ctx.read().await?;
    let due = super::list(&ctx, &mut read).await?;
    Ok(Page::new(ctx.lang().t("今日", "Today"), render(&ctx, &due)).reply(&ctx))
}

fn render(ctx: &Ctx, due: &[Due]) -> Markup {
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
    html! {
        h1 { (lang.t("今日", "Today")) " " span class="sub" { (date_pair(today, lang)) } }
        @if overdue.is_empty() && now.is_empty() && week.is_empty() {
            (empty(lang.t("今週することは、すべて終わっています。", "Everything due this week is done."), None))
        }
        @if !overdue.is_empty() { (first(ctx, lang.t("期限をすぎたもの", "Overdue"), &overdue, MOST)) }
        @if !now.is_empty() { (first(ctx, lang.t("今日", "Today"), &now, MOST)) }
        @if !week.is_empty() { (first(ctx, lang.t("今週", "This week"), &week, MOST)) }
        @if !later.is_empty() {
            details { summary { (lang.t("来週から先", "Later")) " (" (later.len()) ")" }
                (first(ctx, lang.t("来週から先", "Later"), &later, MOST_LATER)) }
        }
        p { (primary_link("/record", lang.t("記録する", "Record"))) }
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
                    Lang::Ja => { "このほかに" (more) "件以上あります。上のものが済むと出てきます。" }
                    Lang::En => { (more) " or more besides; they appear as those above are done." }
                }
            }
        }
    }
}
