//! Towns by name, by 町字ID, and inside an address.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use sasae_core::fold::fold_address;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::book::Book;
use super::store::{self, Town};
use crate::ctx::Ctx;
use crate::error::Result;

/// The towns of one day, for looking up.
#[derive(Debug, Clone, Default)]
pub struct TownBook {
    towns: Vec<(String, Town)>,
    areas: HashMap<Id, Vec<Id>>,
}

impl TownBook {
    /// The towns that exist on a day, and the areas they belong to then.
    pub async fn load(ctx: &Ctx, conn: &mut Conn, on: Date) -> Result<TownBook> {
        let towns = store::list_towns(ctx, conn).await?;
        let links = store::list_town_areas(ctx, conn).await?;
        let mut areas: HashMap<Id, Vec<Id>> = HashMap::new();
        for link in links.into_iter().filter(|l| l.valid_from <= on && on <= l.valid_to) {
            areas.entry(link.town).or_default().push(link.area);
        }
        let towns = towns.into_iter().filter(|town| town.valid_from <= on && on <= town.valid_to);
        Ok(TownBook { towns: towns.map(|town| (fold_address(&town.name), town)).collect(), areas })
    }

    /// Whether any town of a municipality is known; of any where `None`.
    pub fn knows(&self, municipality: Option<&str>) -> bool {
        self.in_municipality(municipality).next().is_some()
    }

    fn in_municipality<'a, 'm>(
        &'a self,
        municipality: Option<&'m str>,
    ) -> impl Iterator<Item = &'a (String, Town)> + use<'a, 'm> {
        self.towns.iter().filter(move |(_, town)| municipality.is_none_or(|code| town.municipality == code))
    }

    /// The town with a 町字ID.
    pub fn by_code(&self, municipality: Option<&str>, code: &str) -> Option<&Town> {
        self.in_municipality(municipality).find(|(_, town)| town.code == code).map(|(_, town)| town)
    }

    /// The towns that a name means: the one of that name, or every 丁目 of it.
    pub fn by_name(&self, municipality: Option<&str>, name: &str) -> Vec<&Town> {
        let wanted = fold_address(name);
        let exact: Vec<&Town> =
            self.in_municipality(municipality).filter(|(key, _)| *key == wanted).map(|(_, town)| town).collect();
        if !exact.is_empty() || wanted.is_empty() {
            return exact;
        }
        self.in_municipality(municipality)
            .filter(|(key, _)| {
                key.strip_prefix(&wanted)
                    .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()))
            })
            .map(|(_, town)| town)
            .collect()
    }

    /// The town in which an address lies: the longest name that begins the
    /// address or follows 市, 区, 町, 村 or 郡.
    pub fn in_address(&self, municipality: Option<&str>, address: &str) -> Option<&Town> {
        let address = fold_address(address);
        self.in_municipality(municipality)
            .filter(|(key, _)| stands_in(&address, key))
            .max_by_key(|(key, _)| key.chars().count())
            .map(|(_, town)| town)
    }

    /// The town in which an address lies, in whichever municipality; none where
    /// towns of the same name in two municipalities fit equally well.
    pub fn in_any(&self, address: &str) -> Option<&Town> {
        let municipalities: BTreeSet<&str> = self.towns.iter().map(|(_, town)| town.municipality.as_str()).collect();
        let mut found: Vec<&Town> =
            municipalities.into_iter().filter_map(|code| self.in_address(Some(code), address)).collect();
        let length = |town: &&Town| fold_address(&town.name).chars().count();
        let longest = found.iter().map(length).max()?;
        found.retain(|town| length(town) == longest);
        match found.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// All towns.
    pub fn all(&self) -> impl Iterator<Item = &Town> {
        self.towns.iter().map(|(_, town)| town)
    }

    /// Every area of the main hierarchy to which a town was given.
    pub fn areas_of(&self, town: Id, book: &Book, main: &[&str]) -> Vec<Id> {
        let areas = self.areas.get(&town).into_iter().flatten().filter_map(|id| book.get(*id));
        areas.filter(|area| main.contains(&area.tier.as_str())).map(|area| area.id).collect()
    }

    /// The smallest area of the main hierarchy that a town belongs to.
    pub fn area_of(&self, town: Id, book: &Book, main: &[&str]) -> Option<Id> {
        let areas = self.areas.get(&town)?.iter().filter_map(|id| book.get(*id));
        areas.filter(|area| main.contains(&area.tier.as_str())).max_by_key(|area| book.level(area)).map(|a| a.id)
    }

    /// All names, for offering the nearest.
    pub fn names<'a>(&'a self, municipality: Option<&'a str>) -> impl Iterator<Item = &'a str> {
        self.in_municipality(municipality).map(|(_, town)| town.name.as_str())
    }
}

fn stands_in(address: &str, key: &str) -> bool {
    address.match_indices(key).any(|(at, _)| {
        let before = address[..at].chars().next_back();
        let after = address[at + key.len()..].chars().next();
        let begins = before.is_none_or(|c| matches!(c, '市' | '区' | '町' | '村' | '郡'));
        let number_goes_on = key.ends_with(|c: char| c.is_ascii_digit()) && after.is_some_and(|c| c.is_ascii_digit());
        begins && !number_goes_on && !key.is_empty()
    })
}
