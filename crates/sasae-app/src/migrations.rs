//! The schema: what the house and its rooms bring, in the order in which it grows.

use std::sync::LazyLock;

use sasae_db::Migration;

use crate::room::Rooms;
use crate::rooms::ROOMS;
use crate::web::submission;
use crate::{audit, tenancy};

/// Every migration of the program.
pub static MIGRATIONS: LazyLock<Vec<Migration>> = LazyLock::new(|| list(ROOMS));

/// What the house brings and then what the rooms bring, in the order of the list: a room refers to
/// tables of earlier rooms only. The number at the front of a name comes first. All that the house
/// began with is 0001; what comes later, from whatever room, takes the next number that is free, so
/// that it stands at the end also where a room in the middle of the list brings it. A migration that
/// has shipped is never edited; the database refuses one whose text has changed.
#[must_use]
pub fn list(rooms: Rooms) -> Vec<Migration> {
    let house = [tenancy::MIGRATION, submission::MIGRATION].into_iter().chain(audit::MIGRATIONS);
    let rooms = rooms.iter().flat_map(|room| room.migrations.iter().copied());
    let mut all: Vec<Migration> = house.chain(rooms).collect();
    all.sort_by_key(|migration| number(migration.name));
    all
}

/// `0001` of `0001_area`.
fn number(name: &'static str) -> &'static str {
    name.split_once('_').map_or(name, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{MIGRATIONS, number};

    #[test]
    fn each_has_a_name_of_its_own_and_after_the_first_a_number_of_its_own() {
        let names: BTreeSet<&'static str> = MIGRATIONS.iter().map(|one| one.name).collect();
        let later: Vec<&str> = MIGRATIONS.iter().map(|one| number(one.name)).filter(|one| *one != "0001").collect();
        let distinct: BTreeSet<&&str> = later.iter().collect();
        let numbered =
            |name: &&'static str| number(name).len() == 4 && number(name).chars().all(|c| c.is_ascii_digit());

        assert_eq!(names.len(), MIGRATIONS.len());
        assert_eq!(distinct.len(), later.len(), "two migrations have one number: {later:?}");
        assert!(names.iter().all(numbered), "{names:?}");
    }
}
