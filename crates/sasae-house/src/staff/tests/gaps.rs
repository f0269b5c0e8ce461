//! Which posts are missing, on the numbers of a shipped profile.

use std::collections::HashMap;

use sasae_core::id::Id;

use crate::staff::gaps::{StaffedArea, needs, sums};

fn place(number: u128, tier: &str, code: &str, households: u32) -> StaffedArea {
    StaffedArea {
        id: Id::from_u128(number),
        tier: tier.to_owned(),
        code: code.to_owned(),
        name: code.to_owned(),
        households,
    }
}

#[test]
fn sixteen_coordinators_are_asked_for_and_a_spare_one_fills_no_gap_elsewhere() {
    let profile = crate::rooms::load_profile("kitakyushu").unwrap();
    let codes = ["401013", "401064", "401072", "401030", "401081", "401099", "401056"];
    let places: Vec<StaffedArea> =
        codes.iter().enumerate().map(|(at, code)| place(at as u128 + 1, "ward", code, 0)).collect();
    let there = [3, 3, 3, 2, 1, 3, 1];
    let filled: HashMap<(String, Id), u32> =
        places.iter().zip(there).map(|(place, number)| (("coordinator".to_owned(), place.id), number)).collect();

    let needs = needs(&profile, &places, &filled);
    let sums = sums(&profile, &needs);

    let coordinators = sums.iter().find(|sum| sum.role == "coordinator").unwrap();
    assert_eq!((coordinators.required, coordinators.filled), (16, 16));
    assert_eq!((coordinators.missing, coordinators.areas), (1, 1));
    assert_eq!(needs[0].beyond(), 1);
}

#[test]
fn a_district_of_230_households_needs_three_volunteers() {
    let profile = crate::rooms::load_profile("kitakyushu").unwrap();

    let needs = needs(&profile, &[place(9, "district", "A1", 230)], &HashMap::new());

    let volunteer = needs.iter().find(|need| need.role == "welfare_volunteer").unwrap();
    assert_eq!((volunteer.at_least, volunteer.at_most, volunteer.missing()), (3, Some(4), 3));
    assert!(volunteer.roughly);
}
