//! 今日: what is due, for whom, until when, and why it is yours.
//!
//! **Architecture Invariant:** nothing here is stored. Each row is derived from
//! the room that holds the record, under the reader's row rules.

pub mod pages;

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::Conn;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::room::{Due, DueLimit, NavEntry, Place, Room, always};
use crate::web::{Gate, Routes};

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    nav: &[NavEntry { place: Place::Today, label: Words("今日", "Today"), href: "/today", shown: always }],
    ..Room::new("task", Words("今日", "Today"))
};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const NAME: Words = Words("今日", "Today");
    routes.get("/today", Gate::Staff, NAME, pages::show).api_get("/api/today", Gate::Staff, NAME, pages::show_json)
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
}

impl DueBody {
    fn of(due: &Due) -> DueBody {
        DueBody { what: due.kind.code, about: due.about.clone(), until: due.until, record: due.record }
    }
}

/// So many rows of each kind are read at first, the oldest: more is no day's work.
pub const ROWS: i64 = 50;
/// So many rows of each kind are read at most.
pub const MOST: i64 = 1600;

/// What is due, and whether there is more of some kind.
#[derive(Debug)]
pub struct Today {
    /// The steps, the oldest first.
    pub due: Vec<Due>,
    /// How many rows of each kind were read at most.
    pub rows: i64,
    /// Whether some kind had more.
    pub more: bool,
}

/// What is due for the reader, the oldest first, at most so many rows of each kind. The caller notes
/// what it shows.
pub async fn list_first(ctx: &Ctx, conn: &mut Conn, rows: i64) -> Result<Today> {
    let limit = DueLimit::new(rows);
    let mut due = Vec::new();
    for list in ctx.app().rooms().filter_map(|room| room.due) {
        due.extend(list(ctx, conn, &limit).await?);
    }
    due.sort_by_key(|due| (due.until, due.record));
    Ok(Today { due, rows, more: limit.is_cut() })
}

/// What is due for the reader, as the page shows it first.
pub async fn list(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    Ok(list_first(ctx, conn, ROWS).await?.due)
}
