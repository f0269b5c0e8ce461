//! 記録する: the choice of what to record. Only what the reader may do is
//! offered; each room says what can be recorded in it.
//!
//! Deliberately absent: any form. Each kind of record has its form in the room
//! that keeps it.

pub mod pages;
#[cfg(test)]
mod tests;

use crate::lang::Words;
use crate::room::Room;
use crate::web::{Gate, Routes};

/// What this room offers.
pub static ROOM: Room = Room { routes, ..Room::new("record", Words("記録する", "Record")) };

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/record", Gate::Staff, pages::show)
}
