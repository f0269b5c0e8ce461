//! The one list of rooms, the views over all of them, and the import of files.
//!
//! A concern flows `notice → consultation → case`, is drawn by `thread`, is due
//! in `task`, is counted by `figures`. The rooms of care stand in `sasae-care`, what every room
//! uses in `sasae-house`; both are named here as if they were one crate.

#[macro_use]
extern crate sasae_house;
#[cfg(test)]
#[macro_use]
extern crate sasae_care;

pub mod figures;
pub mod holderless;
pub mod import;
pub mod migrations;
pub mod openapi;
pub mod record;
pub mod rooms;
pub mod search;
pub mod task;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod thread;

pub use sasae_care::*;
pub use sasae_house::*;
