//! The thread: the whole way of a concern from notice to closing, from any of
//! its records, as a picture and as a list: who passed what to whom, when, and
//! how long each waited.
//!
//! Rooms link their records in the transaction that makes them, and say what is
//! shown of each; the page gathers every linked record that the reader may see. One that the
//! reader may not know of leaves no node, no arrow and no gap, and the way is
//! not followed beyond it.

mod gather;
pub mod pages;
#[cfg(test)]
mod tests;

pub use gather::{Thread, gather};

use crate::lang::Words;
use crate::room::Room;
use crate::web::{Gate, Routes};

/// What this room offers.
pub static ROOM: Room = Room { routes, ..Room::new("thread", Words("支援の流れ", "The thread")) };

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/thread/{kind}/{id}", Gate::Staff, pages::show).get(
        "/api/thread/{kind}/{id}",
        Gate::Staff,
        pages::show_json,
    )
}
