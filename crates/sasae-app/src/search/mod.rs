//! さがす: one box for everything that the reader may see, by the beginning of
//! a number, a title or what was told. Each kind of record is a [`Group`]; what
//! a reader may not know leaves no row and no count.
//!
//! Deliberately absent: search in the middle of a text.

pub mod pages;
#[cfg(test)]
pub(crate) mod tests;

use sasae_db::Conn;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::room::{Hit, Room};
use crate::web::{Gate, Routes};

/// So many rows of one kind are shown at first.
pub const ROWS: i64 = 20;
/// Most rows of one kind.
pub const MOST: i64 = 320;

/// What this room offers.
pub static ROOM: Room = Room { routes, ..Room::new("search", Words("さがす", "Search")) };

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/search", Gate::Staff, Words("検索", "Search"), pages::show)
}

/// Records of one kind that were found.
#[derive(Debug, Clone)]
pub struct Group {
    /// What they are.
    pub title: &'static str,
    /// The records.
    pub hits: Vec<Hit>,
}

/// What is found, at most so many rows of each kind, in the order of the rooms: one entry for each
/// that is searched.
pub async fn list_groups(ctx: &Ctx, conn: &mut Conn, text: &str, rows: i64) -> Result<Vec<Group>> {
    let mut groups = Vec::new();
    for room in ctx.app().rooms() {
        if let Some(search) = room.search {
            groups.push(Group { title: room.name.get(ctx.lang()), hits: search(ctx, conn, text, rows).await? });
        }
    }
    Ok(groups)
}
