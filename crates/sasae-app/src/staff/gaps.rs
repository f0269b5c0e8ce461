//! Required posts against filled ones (#8); pure.

use std::collections::HashMap;

use sasae_core::id::Id;

use crate::profile::{Posts, Profile, Role};

/// An area as the rules need it.
#[derive(Debug, Clone)]
pub struct Place {
    /// The area.
    pub id: Id,
    /// Code of its tier.
    pub tier: String,
    /// Its own code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Households, counted up from below where it does not say.
    pub households: u32,
}

/// What a rule asks of one area and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Code of the role.
    pub role: String,
    /// The area.
    pub area: Id,
    /// Its name.
    pub area_name: String,
    /// Fewer than this is a gap.
    pub at_least: u32,
    /// More than this is more than the rule asks for.
    pub at_most: Option<u32>,
    /// The source gives the number only roughly.
    pub roughly: bool,
    /// Posts filled today in the area and below it.
    pub filled: u32,
}

impl Need {
    /// How many are missing.
    pub fn missing(&self) -> u32 {
        self.at_least.saturating_sub(self.filled)
    }

    /// How many are there beyond what the rule asks for.
    pub fn beyond(&self) -> u32 {
        self.at_most.map_or(0, |most| self.filled.saturating_sub(most))
    }
}

/// Everything that rules ask of these areas. `filled` counts posts by role in
/// an area and all below it.
pub fn needs(profile: &Profile, places: &[Place], filled: &HashMap<(String, Id), u32>) -> Vec<Need> {
    let of_place = |place: &'_ Place| -> Vec<Need> {
        let rules: Vec<(&Role, Posts)> = profile.required_posts(&place.tier, &place.code, place.households).collect();
        let need = |(role, posts): (&Role, Posts)| Need {
            role: role.code.clone(),
            area: place.id,
            area_name: place.name.clone(),
            at_least: posts.at_least,
            at_most: posts.at_most,
            roughly: posts.roughly,
            filled: filled.get(&(role.code.clone(), place.id)).copied().unwrap_or(0),
        };
        rules.into_iter().map(need).collect()
    };
    places.iter().flat_map(of_place).collect()
}

/// The needs of one role put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleSum {
    /// Code of the role.
    pub role: String,
    /// Posts asked for in all areas.
    pub required: u32,
    /// Posts filled in those areas.
    pub filled: u32,
    /// Posts missing, area by area: one too many here does not fill one there.
    pub missing: u32,
    /// Areas with a gap.
    pub areas: u32,
}

/// Puts needs together by role, in the order of the profile.
pub fn sums(profile: &Profile, needs: &[Need]) -> Vec<RoleSum> {
    let of_role = |role: &Role| {
        let of: Vec<&Need> = needs.iter().filter(|need| need.role == role.code).collect();
        (!of.is_empty()).then(|| RoleSum {
            role: role.code.clone(),
            required: of.iter().map(|need| need.at_least).sum(),
            filled: of.iter().map(|need| need.filled).sum(),
            missing: of.iter().map(|need| need.missing()).sum(),
            areas: of.iter().filter(|need| need.missing() > 0).count() as u32,
        })
    };
    profile.roles.iter().filter_map(of_role).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(number: u128, tier: &str, code: &str, households: u32) -> Place {
        Place {
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
        let places: Vec<Place> =
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
}
