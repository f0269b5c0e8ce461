//! What a room is: all that it offers to the house, as one value.
//!
//! A room lives in one folder and stands as one line in `rooms::ROOMS`. The views over all rooms —
//! 今日, search, thread, figures, a person's timeline, navigation, the description of the API —
//! walk the list and name no room.
//!
//! **Architecture Invariant:** what a view needs of a room is a field here, and a room uses only
//! rooms that stand before it in the list.

use std::future::Future;
use std::pin::Pin;

use crate::access::{Act, Kind};
use crate::attachment::AttachmentRule;
use crate::error::Result;
use crate::lang::Words;
use crate::profile::Needs;
use crate::web::Routes;

/// What a function of a room will answer; a table of rooms holds functions of one type.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// The rooms of a house, in the order in which a concern flows.
pub type Rooms = &'static [&'static Room];

/// A room of the house.
pub struct Room {
    /// The folder's name.
    pub code: &'static str,
    /// What it is called.
    pub name: Words,
    /// Its routes, each with its gate.
    pub routes: fn(Routes) -> Routes,
    /// The tables that it alone writes.
    pub tables: &'static [&'static str],
    /// Kinds of record that it keeps.
    pub kinds: &'static [Kind],
    /// What may be done to its records beyond seeing and editing.
    pub acts: &'static [Act],
    /// Its rules, in the language of the policy engine.
    pub policy: &'static str,
    /// Which of its records have files.
    pub attachments: &'static [AttachmentRule],
    /// What it asks of every profile.
    pub needs: Needs,
}

impl Room {
    /// A room that offers nothing yet.
    pub const fn new(code: &'static str, name: Words) -> Room {
        Room {
            code,
            name,
            routes: no_routes,
            tables: &[],
            kinds: &[],
            acts: &[],
            policy: "",
            attachments: &[],
            needs: Needs::NONE,
        }
    }
}

fn no_routes(routes: Routes) -> Routes {
    routes
}
