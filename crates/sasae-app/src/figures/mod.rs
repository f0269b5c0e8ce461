//! 数字: counts over the facts, by month and area; each number leads to the records
//! behind it.
//!
//! Deliberately absent: an entry screen; and any knowledge of a room — the kinds of
//! fact come from the list of rooms.

pub mod may;
pub mod pages;
pub mod store;
mod suppress;
#[cfg(test)]
mod tests;

use crate::lang::Words;
use crate::profile::Needs;
use crate::room::{NavEntry, NavSection, Room};
use crate::web::{Gate, Routes};

/// What this room offers.
pub static ROOM: Room = Room {
    routes,

    nav: &[NavEntry {
        section: NavSection::Plans,
        label: Words("数字", "Figures"),
        href: "/figures",
        shown: |ctx| ctx.may(&may::READ),
    }],
    needs: Needs { functions: &[&may::READ], ..Needs::NONE },
    ..Room::new("figures", Words("数字", "Figures"))
};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const NAME: Words = Words("数字", "Figures");
    let reads = Gate::Function(&may::READ);
    routes
        .get("/figures", reads, NAME, pages::show)
        .get("/figures/behind", reads, Words("数字のもとの記録", "Records behind a figure"), pages::behind)
        .api_get("/api/figures", reads, NAME, pages::show_json)
}
