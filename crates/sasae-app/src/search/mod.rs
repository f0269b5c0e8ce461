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
use crate::listing::Count;
use crate::room::{Hit, Room};
use crate::web::{Gate, Routes};

/// Rows of a page of one kind.
pub const ROWS: i64 = 20;
/// So many rows of one kind are counted exactly.
pub const COUNTED: i64 = 50;
/// The last page that is opened.
const LAST: i64 = 500;

/// What this room offers.
pub static ROOM: Room = Room { routes, ..Room::new("search", Words("さがす", "Search")) };

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/search", Gate::Staff, Words("検索", "Search"), pages::show)
}

/// Records of one kind that were found: one page of them.
#[derive(Debug, Clone)]
pub struct Group {
    /// The code of the room whose records they are.
    pub code: &'static str,
    /// What they are.
    pub title: &'static str,
    /// The records of the page.
    pub hits: Vec<Hit>,
    /// Which page, from 1.
    pub page: i64,
    /// How many there are in all.
    pub count: Count,
    /// Whether further pages follow.
    pub more: bool,
}

/// What is found: the first page of each kind, in the order of the rooms, with one entry for each
/// that is searched; or one page of one kind.
pub async fn list_groups(ctx: &Ctx, conn: &mut Conn, text: &str, only: Option<(&str, i64)>) -> Result<Vec<Group>> {
    let mut groups = Vec::new();
    for room in ctx.app().rooms() {
        let Some(search) = room.search else { continue };
        let page = match only {
            None => 1,
            Some((code, page)) if code == room.code => page.clamp(1, LAST),
            Some(_) => continue,
        };
        let most = (page * ROWS).max(COUNTED) + 1;
        let all = search(ctx, conn, text, most).await?;
        let found = all.len() as i64;
        let count = if found < most { Count::Exactly(found) } else { Count::AtLeast(most - 1) };
        let hits: Vec<Hit> = all.into_iter().skip(((page - 1) * ROWS) as usize).take(ROWS as usize).collect();
        for hit in &hits {
            ctx.saw(hit.record.0, hit.record.1);
        }
        let title = room.name.get(ctx.lang());
        groups.push(Group { code: room.code, title, hits, page, count, more: found > page * ROWS && page < LAST });
    }
    Ok(groups)
}
