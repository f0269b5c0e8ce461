//! The schema of the policies, made from the list of rooms: what a reader, a record of each kind
//! and an act are. A test holds every rule against it, so that a rule cannot name an attribute, a
//! kind or an act that does not exist.

use std::fmt::Write as _;

use super::policy::REACH;
use super::{Act, Kind};
use crate::room::Rooms;

/// The schema in the language of the policy engine.
pub fn schema_text(rooms: Rooms) -> String {
    let mut text = String::from("entity Staff {\n");
    for name in std::iter::once(REACH).chain(super::functions(rooms).into_iter().map(|function| function.code)) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {name}: Set<String>,");
    }
    text.push_str("};\n");
    let kinds: Vec<Kind> =
        rooms.iter().flat_map(|room| room.kinds).copied().filter(|kind| kind.guard.is_some()).collect();
    for kind in &kinds {
        let _ = writeln!(
            text,
            "entity {} {{\n  areas: Set<String>,\n  sealed: Bool,\n  barred: Bool,\n  address_hidden: Bool,\n  \
             own: Bool,\n  grounds: Set<String>,\n}};",
            kind.code
        );
    }
    let resources: Vec<&str> = kinds.iter().map(|kind| kind.code).collect();
    let mut acts: Vec<Act> = Act::USUAL.to_vec();
    acts.extend(rooms.iter().flat_map(|room| room.acts));
    for act in acts {
        let _ = writeln!(
            text,
            "action \"{}\" appliesTo {{ principal: Staff, resource: [{}] }};",
            act.code,
            resources.join(", ")
        );
    }
    text
}
