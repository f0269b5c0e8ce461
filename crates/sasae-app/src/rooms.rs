//! The one list of rooms.

use std::sync::LazyLock;

use crate::access;
use crate::profile::{Catalogue, Problem, Profile};
use crate::room::Rooms;
use crate::{
    account, area, attachment, case, consultation, correction, draft, fact, figures, ground, holderless, import, link,
    listing, message, notice, openapi, person, record, search, staff, task, thread,
};

/// Every room, in the order in which a concern flows; a room uses only rooms before it.
pub static ROOMS: Rooms = &[
    &area::ROOM,
    &staff::ROOM,
    &account::ROOM,
    &draft::ROOM,
    &ground::ROOM,
    &fact::ROOM,
    &link::ROOM,
    &attachment::ROOM,
    &listing::ROOM,
    &correction::ROOM,
    &message::ROOM,
    &person::ROOM,
    &notice::ROOM,
    &consultation::ROOM,
    &case::ROOM,
    &figures::ROOM,
    &thread::ROOM,
    &holderless::ROOM,
    &task::ROOM,
    &record::ROOM,
    &search::ROOM,
    &import::ROOM,
    &openapi::ROOM,
];

/// What these rooms and the house ask of every profile.
pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| access::catalogue(ROOMS));

/// A profile that ships, for these rooms.
///
/// # Errors
/// As [`Profile::load`].
pub fn load_profile(name: &str) -> Result<Profile, Vec<Problem>> {
    Profile::load(name, &CATALOGUE)
}
