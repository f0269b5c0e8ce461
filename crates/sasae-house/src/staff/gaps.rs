//! Required posts against filled ones (#8); pure.

use std::collections::HashMap;

use sasae_core::id::Id;

use crate::profile::{Posts, Profile, Role};

/// An area as the rules need it.
#[derive(Debug, Clone)]
pub struct StaffedArea {
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
pub fn needs(profile: &Profile, places: &[StaffedArea], filled: &HashMap<(String, Id), u32>) -> Vec<Need> {
    let of_place = |place: &'_ StaffedArea| -> Vec<Need> {
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
