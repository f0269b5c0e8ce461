//! The shape of the fictional place that `sasae demo` builds.

use serde::Deserialize;

use super::model::{Label, MAIN, Tier};

/// `[demo]`: the shape of the fictional place that `sasae demo` builds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demo {
    /// Fictional name; no municipality of Japan is called so.
    pub ja: String,
    /// English.
    pub en: String,
    /// A 6-digit code with a right check digit whose number no municipality has.
    pub tenant: String,
    /// Households in the small size.
    pub households: u32,
    /// How many areas each area of the tier of `main` above is cut into.
    #[serde(default)]
    pub tier: Vec<DemoTier>,
    /// How many people hold each role.
    #[serde(default)]
    pub staff: Vec<DemoStaff>,
}

/// `[[demo.tier]]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoTier {
    /// Code of a tier.
    pub tier: String,
    /// One number for each area of the tier above, in order; a single number holds for each.
    pub counts: Vec<u32>,
    /// Fictional names in order, as many as there are areas; absent names are made up by the demo.
    #[serde(default)]
    pub names: Vec<Label>,
}

/// `[[demo.staff]]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoStaff {
    /// Code of a role.
    pub role: String,
    /// One number for each area of the role's tier, in order; a single number holds for each.
    pub counts: Vec<u32>,
}

/// The counts of a demo row spread over `areas` areas: a single number holds
/// for each, otherwise there is one number per area.
pub fn spread(counts: &[u32], areas: usize) -> Vec<u32> {
    match counts {
        [one] => vec![*one; areas],
        many => many.to_vec(),
    }
}

/// What [`spread`] adds up to, without building the list: a file that is
/// being checked may hold absurd numbers.
pub(super) fn spread_total(counts: &[u32], areas: usize) -> usize {
    match counts {
        [one] => (*one as usize).saturating_mul(areas),
        many => many.iter().fold(0usize, |sum, count| sum.saturating_add(*count as usize)),
    }
}

impl Demo {
    /// More areas than this at one tier are refused as a slip.
    pub const MOST_AREAS: usize = 100_000;

    /// How many areas the demo has at each tier: `(tier code, number)`; `main`
    /// from the top, then the tiers of other hierarchies that have a row.
    pub fn areas(&self, tiers: &[Tier]) -> Vec<(String, usize)> {
        let mut rows: Vec<(&Tier, usize)> = Vec::new();
        let (main, other): (Vec<&Tier>, Vec<&Tier>) = tiers.iter().partition(|tier| tier.hierarchy == MAIN);
        for tier in main.into_iter().chain(other) {
            let above = above(tier, &rows);
            match self.tier.iter().find(|row| row.tier == tier.code) {
                Some(row) => rows.push((tier, spread_total(&row.counts, above))),
                None if tier.hierarchy == MAIN => rows.push((tier, above)),
                None => {}
            }
        }
        let named = rows.into_iter();
        named.map(|(tier, number)| (tier.code.clone(), number)).collect()
    }

    /// How many areas a tier's `counts` are spread over: those of the tier of
    /// `main` that is one level above it.
    pub fn areas_above(&self, tier: &Tier, tiers: &[Tier]) -> usize {
        let areas = self.areas(tiers);
        let parent = tiers.iter().rfind(|other| other.hierarchy == MAIN && other.level < tier.level);
        let number = |parent: &Tier| areas.iter().find(|(code, _)| *code == parent.code);
        parent.and_then(number).map_or(1, |(_, number)| *number)
    }
}

fn above(tier: &Tier, rows: &[(&Tier, usize)]) -> usize {
    let parent = rows.iter().rfind(|(other, _)| other.hierarchy == MAIN && other.level < tier.level);
    parent.map_or(1, |(_, number)| *number)
}
