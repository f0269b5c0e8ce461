//! 一覧: the one way in which rooms show many records.
//!
//! A room says what its list is as a value [`List`]: columns, conditions, orders, and two functions
//! that count and read its rows under the row rules. What is read, with which statement and from
//! which index, is the room's; pages with counts, the form of conditions, cards on the phone, files
//! and saved views are made here once.
//!
//! A list never ends in silence: it says which rows of how many stand here, leads on to every
//! page, and counts exactly up to [`COUNTED`], or [`FOUND`] where a text is searched for; beyond that it says
//! that there are more.
//!
//! A file of a list is written row by row with the rows that the reader may see. It is asked for
//! with a purpose, which stays on record; the trail holds every record in it before it leaves.
//!
//! Deliberately absent: rows in memory beyond one page, a file of more than
//! [`export::MOST`] rows, and any statement put together while the program runs.

mod api;
mod asked;
pub mod export;
pub mod may;
mod model;
mod pages;
mod show;
pub mod store;
pub mod views;
mod views_api;

pub use api::{PageIn, PageOf};
pub use asked::{ListQuery, ListRequest, Source};
pub use model::{
    Card, Cell, Column, Count, Filter, ListPage, Options, Order, Row, Walk, Window, cut, each, load, walk,
};
pub use show::{ListFrame, range_words, show};

use sasae_core::id::Id;
use sasae_db::Conn;

use crate::access::RecordKind;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::profile::Needs;
use crate::room::{Pending, Room};
use crate::web::{Gate, Routes};

/// Rows of a page.
pub const ROWS: i64 = 40;
/// So many rows are counted exactly.
pub const COUNTED: i64 = 1000;
/// So many where a text is searched for: whoever finds more types more of it, and each row costs.
pub const FOUND: i64 = 200;

/// Takes rows one by one; an error ends the reading.
pub type Sink<'a> = &'a mut (dyn FnMut(Row) -> sasae_db::Result<()> + Send);

/// What a list counts with: at most so many rows.
pub type CountRows = for<'a> fn(&'a Ctx, &'a mut Conn, &'a ListQuery, i64) -> Pending<'a, i64>;

/// What a list is read with: the rows of a window, in order, under the row rules.
pub type ReadRows = for<'a> fn(&'a Ctx, &'a mut Conn, &'a ListQuery, Window, Sink<'a>) -> Pending<'a, ()>;

impl List {
    /// Without a condition it holds all that the reader may see.
    pub const ALL: Words = Words("なし（すべて）", "None (all)");
}

/// A list of a room, as data.
pub struct List {
    /// Names it in addresses: the room's code, or that with a word behind it.
    pub code: &'static str,
    /// What it is called; also the name of its files and sheets, so without `[]:*?/\`.
    pub name: Words,
    /// The address of its page.
    pub path: &'static str,
    /// Its columns; the first heads its row and is always shown.
    pub columns: &'static [Column],
    /// By what it can be narrowed down.
    pub filters: &'static [Filter],
    /// Whether the reader is offered a tab; to others there is none. The statements hold to it too.
    pub opens: fn(&Ctx, &str) -> bool,
    /// What it holds where nothing is asked, in the words of the conditions: usually [`List::ALL`].
    pub plain: Words,
    /// In which orders it can be read; the first that is offered is the usual one.
    pub orders: &'static [Order],
    /// Counts its rows.
    pub count: CountRows,
    /// Reads its rows.
    pub rows: ReadRows,
}

/// Every tab, whoever reads.
pub fn every_tab(_: &Ctx, _: &str) -> bool {
    true
}

/// A file of a list that somebody asked for.
pub static EXPORT: RecordKind =
    RecordKind { path: Some("/exports/"), ..RecordKind::plain("export", Words("書き出し", "File of a list")) };

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    migrations: &[sasae_db::migration!("0001_listing")],
    kinds: &[&EXPORT],
    needs: Needs { functions: &[&may::EXPORT], ..Needs::NONE },
    ..Room::new("listing", Words("一覧", "Lists"))
};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const ASK: Words = Words("一覧の書き出し", "Taking a list out as a file");
    const ONE: Words = Words("書き出したファイルの画面", "The page of a file of a list");
    const FILE: Words = Words("書き出したファイル", "A file of a list");
    const VIEWS: Words = Words("保存した見かた", "Saved views of a list");
    const VIEW: Words = Words("保存した見かた", "A saved view of a list");
    let export = Gate::Function(&may::EXPORT);
    routes
        .get("/lists/{list}/views", Gate::Staff, VIEWS, views::show_views)
        .post("/lists/{list}/views", Gate::Staff, VIEWS, views::save_page)
        .get("/views/{id}", Gate::Staff, VIEW, views::open)
        .post("/views/{id}", Gate::Staff, VIEW, views::rename_page)
        .post("/views/{id}/delete", Gate::Staff, VIEW, views::delete_page)
        .get("/lists/{list}/export", export, ASK, pages::show_ask)
        .post("/lists/{list}/export", export, ASK, pages::ask)
        .get("/exports/{id}", export, ONE, pages::show_export)
        .get("/exports/{id}/file", export, FILE, pages::serve)
        .api_get("/api/lists/{list}/views", Gate::Staff, VIEWS, views_api::list)
        .api_post("/api/lists/{list}/views", Gate::Staff, VIEWS, views_api::save)
        .api_post("/api/views/{id}", Gate::Staff, VIEW, views_api::rename)
        .api_post("/api/views/{id}/delete", Gate::Staff, VIEW, views_api::delete)
}

/// The list with a code, of whatever room.
pub fn find(ctx: &Ctx, code: &str) -> Option<&'static List> {
    ctx.app().rooms().flat_map(|room| room.lists).copied().find(|list| list.code == code)
}

/// Notes for the audit trail which records a row tells of.
fn note(ctx: &Ctx, records: &[(crate::access::Kind, Id)]) {
    for (kind, id) in records {
        ctx.saw(kind, *id);
    }
}

/// How many rows a list has under the reader's row rules, counted up to `most` and no further.
pub async fn count_up_to(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery, most: i64) -> Result<i64> {
    (asked.list().count)(ctx, conn, asked, most).await
}
