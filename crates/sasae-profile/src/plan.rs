//! Plans with their pillars and items.

use jiff::civil::Date;
use serde::Deserialize;

use super::model::named;
use super::rule::optional_date;

named!(Plan, Pillar, Item);

/// `[[plan]]`: pillars and items; targets come with the programme room.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Stable code.
    pub code: String,
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
    /// Each area of this tier has its own; absent for one plan of the whole.
    pub tier: Option<String>,
    /// Length of one generation in years (#20).
    pub term_years: Option<u32>,
    /// First day, where the source gives one.
    #[serde(default, deserialize_with = "optional_date")]
    pub valid_from: Option<Date>,
    /// Last day.
    #[serde(default, deserialize_with = "optional_date")]
    pub valid_to: Option<Date>,
    /// Tiers that each item is carried out at (the tier × item matrix of B, #27).
    #[serde(default)]
    pub matrix: Vec<String>,
    /// The pillars in order.
    #[serde(default)]
    pub pillar: Vec<Pillar>,
}

/// A pillar (柱) of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pillar {
    /// Stable code.
    pub code: String,
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
    /// The items (項目, 施策) in order.
    #[serde(default)]
    pub item: Vec<Item>,
}

/// An item or measure of a pillar.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Stable code, unique within the plan.
    pub code: String,
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Plan {
    /// All items with their pillar.
    pub fn items(&self) -> impl Iterator<Item = (&Pillar, &Item)> {
        self.pillar.iter().flat_map(|pillar| pillar.item.iter().map(move |item| (pillar, item)))
    }
}
