//! 今日: what is due, for whom, until when, and why it is yours.
//!
//! **Architecture Invariant:** nothing here is stored. Each row is derived from
//! the room that holds the record, under the reader's row rules.

pub mod pages;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::Conn;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::listing::Count;
use crate::room::{Due, DueKind, DueLimit, NavEntry, NavSection, Room, always};
use crate::web::{Gate, Routes};

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    nav: &[NavEntry { section: NavSection::Today, label: Words("今日", "Today"), href: "/today", shown: always }],
    ..Room::new("task", Words("今日", "Today"))
};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const NAME: Words = Words("今日", "Today");
    routes
        .get("/today", Gate::Staff, NAME, pages::show)
        .get(
            "/today/kinds",
            Gate::Staff,
            Words("今日の種類ごとの件数", "How many of each kind today"),
            pages::show_kinds,
        )
        .api_get("/api/today", Gate::Staff, NAME, pages::show_json)
}

/// A row of the list, as the API tells it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct DueBody {
    /// What kind of step.
    pub what: &'static str,
    /// About whom or what, in words.
    pub about: String,
    /// Until when.
    pub until: Date,
    /// The record to open.
    #[schema(value_type = String, format = "uuid")]
    pub record: Id,
    /// Of an answer that has come: the path below `/api` to which a `POST` says that it was seen.
    pub seen_by: Option<String>,
}

impl DueBody {
    fn of(due: &Due) -> DueBody {
        DueBody {
            what: due.kind.code,
            about: due.about.clone(),
            until: due.until,
            record: due.record,
            seen_by: due.seen_by.clone(),
        }
    }
}

/// So many rows of each kind are read at first, the oldest: more is no day's work.
pub const ROWS: i64 = 50;
/// Rows of a page of one kind, and of a page of the API.
pub const PAGE: i64 = 40;
/// So many rows of each kind are counted exactly.
pub const COUNTED: i64 = 2000;
/// The last page that is opened.
const LAST: i64 = 1000;

/// How many steps of one kind there are.
#[derive(Debug, Clone, Copy)]
pub struct KindCount {
    /// What is to be done.
    pub kind: &'static DueKind,
    /// How many.
    pub count: Count,
}

/// What is due first.
#[derive(Debug)]
pub struct Today {
    /// The steps, the oldest first.
    pub due: Vec<Due>,
    /// Whether some kind has more than was read.
    pub more: bool,
    /// The first day on which there may be steps that were not read.
    cut_from: Option<Date>,
}

impl Today {
    /// How many steps a part of the day's work has, of which `due` are those that were read: exactly, or
    /// at least so many where its last days reach into what was not read.
    pub fn count_of(&self, due: &[&Due], until: Date) -> Count {
        let count = due.len() as i64;
        if self.cut_from.is_some_and(|cut| cut <= until) { Count::AtLeast(count) } else { Count::Exactly(count) }
    }
}

/// One page of steps.
#[derive(Debug)]
pub struct DuePage {
    /// Its steps.
    pub due: Vec<Due>,
    /// Which page, from 1.
    pub page: i64,
    /// How many there are in all.
    pub count: Count,
    /// Whether further pages follow.
    pub more: bool,
}

/// At most so many rows of each statement of the rooms, the oldest first.
async fn read(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let mut due = Vec::new();
    for list in ctx.app().rooms().filter_map(|room| room.due) {
        due.extend(list(ctx, conn, limit).await?);
    }
    due.sort_by_key(|due| (due.until, due.record));
    Ok(due)
}

/// What is due for the reader, the oldest first, at most [`ROWS`] rows of each kind. The caller notes
/// what it shows.
pub async fn list_first(ctx: &Ctx, conn: &mut Conn) -> Result<Today> {
    let limit = DueLimit::new(ROWS);
    let due = read(ctx, conn, &limit).await?;
    // A statement that was cut gave ROWS steps, so what it left out is no older than the step at that place.
    let at = usize::try_from(ROWS - 1).unwrap_or_default();
    let cut_from = due.get(at).map(|due| due.until).filter(|_| limit.is_cut());
    Ok(Today { due, more: limit.is_cut(), cut_from })
}

/// How many steps of each kind there are for the reader, in the order of their first days. It reads up
/// to [`COUNTED`] of each, so the day's page leaves it to whoever asks.
pub async fn count_kinds(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<KindCount>> {
    let limit = DueLimit::new(COUNTED);
    let mut counts: Vec<(&'static DueKind, i64)> = Vec::new();
    for one in read(ctx, conn, &limit).await? {
        match counts.iter_mut().find(|(kind, _)| *kind == one.kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((one.kind, 1)),
        }
    }
    let count = |rows| if limit.is_cut() { Count::AtLeast(rows) } else { Count::Exactly(rows) };
    Ok(counts.into_iter().map(|(kind, rows)| KindCount { kind, count: count(rows) }).collect())
}

/// One page of what is due, of one kind or of all. A statement of a room may hold several kinds, so
/// it is read on until the page is full or the statement is at its end.
pub async fn list_page(ctx: &Ctx, conn: &mut Conn, kind: Option<&str>, page: i64) -> Result<DuePage> {
    let page = page.clamp(1, LAST);
    let wanted = page * PAGE + 1;
    let mut rows = wanted.max(COUNTED);
    loop {
        let limit = DueLimit::new(rows);
        let mut due = read(ctx, conn, &limit).await?;
        due.retain(|one| kind.is_none_or(|kind| one.kind.code == kind));
        let found = due.len() as i64;
        if found >= wanted || !limit.is_cut() {
            let count = if limit.is_cut() { Count::AtLeast(found) } else { Count::Exactly(found) };
            let due = due.into_iter().skip(((page - 1) * PAGE) as usize).take(PAGE as usize).collect();
            return Ok(DuePage { due, page, count, more: found >= wanted && page < LAST });
        }
        rows *= 2;
    }
}

/// What is due for the reader, as the page shows it first.
pub async fn list(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    Ok(list_first(ctx, conn).await?.due)
}
