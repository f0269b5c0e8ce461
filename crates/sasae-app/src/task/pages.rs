//! The page 今日.

use axum::extract::Query;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{DueBody, DuePage, PAGE, Today};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Lang;
use crate::listing::{PageOf, range_words};
use crate::room::Due;
use crate::web::row_page::page_of;
use crate::web::ui::parts::{date_pair, empty, link_button, pager, post_button, primary_link};
use crate::web::ui::records::{DueRow, due_list};
use crate::web::{Page, Reply, encode};

/// Most rows of a part of the page that is open.
const SHOWN: usize = 60;
/// Most rows of what comes after this week.
const SHOWN_LATER: usize = 20;

fn row(ctx: &Ctx, due: &Due) -> DueRow {
    let (lang, today) = (ctx.lang(), ctx.today());
    due.note(ctx);
    let late = (today - due.until).get_days();
    DueRow {
        who: html! { (due.about) },
        what: due.kind.words.get(lang).to_owned(),
        until: match due.seen_by {
            Some(_) => html! { (lang.t("届いた日：", "Came on ")) (date_pair(due.until, lang)) },
            None => html! { (lang.t("期限：", "Until ")) (date_pair(due.until, lang)) },
        },
        overdue: (late > 0 && due.seen_by.is_none()).then(|| match lang {
            Lang::Ja => format!("{late}日すぎています"),
            Lang::En => format!("{late} days late"),
        }),
        why: due.kind.why.get(lang).to_owned(),
        action: html! {
            a class="button" href=(due.href) { (due.kind.action.get(lang)) }
            @if let Some(path) = &due.seen_by {
                " " (post_button(path, ctx.csrf(), &ctx.new_id().to_string(), lang.t("見ました", "Seen")))
            }
        },
    }
}

/// Which steps are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct TodayQuery {
    /// The code of a kind of step; every kind when it is left out.
    kind: String,
    /// Which page, from 1; pages have 40 rows.
    page: Option<i64>,
}

impl TodayQuery {
    fn kind(&self) -> Option<&str> {
        (!self.kind.is_empty()).then_some(self.kind.as_str())
    }

    /// The address of a page of the same, as a reference from the one that was called.
    fn reference(&self, page: i64) -> String {
        match self.kind() {
            Some(kind) => format!("?kind={}&page={page}", encode(kind)),
            None => format!("?page={page}"),
        }
    }
}

/// `GET /api/today`: what is due, the oldest first.
pub async fn show_json(ctx: Ctx, Query(query): Query<TodayQuery>) -> Result<PageOf<DueBody>> {
    let mut read = ctx.read().await?;
    let listed = super::list_page(&ctx, &mut read, query.kind(), page_of(query.page)?).await?;
    listed.due.iter().for_each(|due| due.note(&ctx));
    let rows = listed.due.iter().map(DueBody::of).collect();
    PageOf::counted(rows, listed.count, (listed.page, listed.more), |page| query.reference(page))
}

/// `GET /today`: the day's work, or page by page all steps of one kind.
pub async fn show(ctx: Ctx, Query(query): Query<TodayQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let title = ctx.lang().t("今日", "Today");
    let main = match query.kind() {
        None => render(&ctx, &super::list_first(&ctx, &mut read).await?),
        Some(kind) => {
            let listed = super::list_page(&ctx, &mut read, Some(kind), page_of(query.page)?).await?;
            of_kind(&ctx, &listed, &query)
        }
    };
    Ok(Page::new(title, main).reply(&ctx))
}

/// A page of the steps of one kind.
fn of_kind(ctx: &Ctx, listed: &DuePage, query: &TodayQuery) -> Markup {
    let lang = ctx.lang();
    let rows: Vec<DueRow> = listed.due.iter().map(|due| row(ctx, due)).collect();
    let before = (listed.page > 1).then(|| query.reference(listed.page - 1));
    let after = listed.more.then(|| query.reference(listed.page + 1));
    html! {
        h1 { (lang.t("今日", "Today")) " " span class="sub" { (date_pair(ctx.today(), lang)) } }
        @if let Some(first) = listed.due.first() {
            p class="list-count" role="status" { (range_words(listed.page, PAGE, rows.len(), listed.count, lang)) }
            (due_list(lang, first.kind.words.get(lang), &listed.count.words(lang), &rows))
        } @else {
            (empty(lang.t("ここには、することがありません。", "There is nothing to do here."), None))
        }
        (pager(lang, before.as_deref(), after.as_deref()))
        p { (back(lang)) }
    }
}

fn back(lang: Lang) -> Markup {
    link_button("/today", lang.t("今日にもどる", "Back to today"))
}

fn render(ctx: &Ctx, listed: &Today) -> Markup {
    let due = &listed.due;
    let lang = ctx.lang();
    let today = ctx.today();
    let week_end = today.saturating_add(jiff::Span::new().days(6));
    let news: Vec<&Due> = due.iter().filter(|due| due.seen_by.is_some()).collect();
    let part = |from: Option<Date>, to: Option<Date>| -> Vec<&Due> {
        let due = due.iter().filter(|due| due.seen_by.is_none());
        due.filter(|d| from.is_none_or(|from| d.until >= from) && to.is_none_or(|to| d.until <= to)).collect()
    };
    let day = jiff::Span::new().days(1);
    let overdue = part(None, Some(today.saturating_sub(day)));
    let now = part(Some(today), Some(today));
    let week = part(Some(today.saturating_add(day)), Some(week_end));
    let later = part(Some(week_end.saturating_add(day)), None);
    let (most, most_later) = (SHOWN, SHOWN_LATER);
    let cut =
        news.len() > most || overdue.len() > most || now.len() > most || week.len() > most || later.len() > most_later;
    let count = |due: &[&Due], last: Date| listed.count_of(due, last).words(lang);
    let first = |title: &str, due: &[&Due], last: Date, most: usize| first(ctx, title, &count(due, last), due, most);
    html! {
        h1 { (lang.t("今日", "Today")) " " span class="sub" { (date_pair(today, lang)) } }
        @if cut || listed.more {
            p class="due-more" {
                (lang.t("ここに出しているのは、古いものからの一部です。", "What stands here is a part, the oldest first.")) " "
                (link_button("/today/kinds", lang.t("種類ごとに、すべて見る", "See all, by kind")))
            }
        }
        @if overdue.is_empty() && now.is_empty() && week.is_empty() {
            (empty(lang.t("今週することは、すべて終わっています。", "Everything due this week is done."), None))
        }
        @if !news.is_empty() { (first(lang.t("届いた返事", "Answers that came"), &news, Date::MAX, most)) }
        @if !overdue.is_empty() { (first(lang.t("期限をすぎたもの", "Overdue"), &overdue, today.saturating_sub(day), most)) }
        @if !now.is_empty() { (first(lang.t("今日", "Today"), &now, today, most)) }
        @if !week.is_empty() { (first(lang.t("今週", "This week"), &week, week_end, most)) }
        @if !later.is_empty() {
            details { summary { (lang.t("来週から先", "Later")) " (" (count(&later, Date::MAX)) ")" }
                (first(lang.t("来週から先", "Later"), &later, Date::MAX, most_later)) }
        }
        p { (primary_link("/record", lang.t("記録する", "Record"))) }
    }
}

/// `GET /today/kinds`: how many steps of each kind there are; leads to all of them.
pub async fn show_kinds(ctx: Ctx) -> Reply {
    let mut read = ctx.read().await?;
    let kinds = super::count_kinds(&ctx, &mut read).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("今日：種類ごとの件数", "Today: how many of each kind");
    let main = html! {
        h1 { (title) }
        @if kinds.is_empty() {
            (empty(lang.t("ここには、することがありません。", "There is nothing to do here."), None))
        } @else {
            ul class="ways-on" {
                @for one in &kinds {
                    li { a href={ "/today?kind=" (encode(one.kind.code)) } { (one.kind.words.get(lang)) " " (one.count.words(lang)) } }
                }
            }
        }
        p { (back(lang)) }
    };
    Ok(Page::new(title, main).reply(&ctx))
}

/// The oldest rows of a part, and how many more there are.
fn first(ctx: &Ctx, title: &str, count: &str, due: &[&Due], most: usize) -> Markup {
    let lang = ctx.lang();
    let more = due.len().saturating_sub(most);
    let rows: Vec<DueRow> = due.iter().take(most).map(|due| row(ctx, due)).collect();
    html! {
        (due_list(lang, title, count, &rows))
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
