//! Who lives with whom, as a register says by the number of the household.
//!
//! A household has one address, that of most who live in it. Whoever has moved away from it, though the
//! number is still the same, lives in a household of their own: a new address is never carried to the
//! others, nor shown to them.

use std::collections::HashMap;

use sasae_core::fold::fold_address;
use sasae_core::id::Id;

use super::people::Numbers;
use crate::ctx::{Ctx, Work};
use crate::error::Result;
use crate::import::store as rows;
use crate::person::listed::{self, Home};

/// One row, as far as households are concerned.
#[derive(Debug, Clone)]
pub(super) struct Resident {
    /// Line in the file.
    pub line: usize,
    /// The person, where known.
    pub id: Option<Id>,
    /// The number of the household, as on record.
    pub number: Option<String>,
    /// The address that the record will have; `None` where the row changes nothing, so that the record tells.
    pub address: Option<String>,
    /// The area that the record will have.
    pub area: Option<Id>,
    pub is_head: bool,
    /// The row says another household than before.
    pub joins: bool,
    /// The row has said nothing of a household before.
    pub is_first: bool,
    /// The person lives where an import put them: nobody has moved them by hand.
    pub by_list: bool,
}

/// Where a row's person is to live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In the household with this key.
    Under(String),
    /// In a household that is there.
    In(Id),
}

/// The households of one list.
pub(super) struct Homes {
    source: String,
    residents: Vec<Resident>,
    by_number: HashMap<String, Vec<usize>>,
    by_id: HashMap<Id, usize>,
    /// The place of every resident of a number that was looked at.
    planned: HashMap<String, HashMap<usize, Place>>,
    /// Households that were found or made, by key.
    known: HashMap<String, Id>,
    /// Households whose members were looked at for a move without a number.
    moved: HashMap<(Id, String), Option<Place>>,
}

impl Homes {
    pub(super) fn new(source: String, residents: Vec<Resident>) -> Homes {
        let mut by_number: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_id = HashMap::new();
        for (at, one) in residents.iter().enumerate() {
            if let Some(number) = &one.number {
                by_number.entry(number.clone()).or_default().push(at);
            }
            if let Some(id) = one.id {
                by_id.insert(id, at);
            }
        }
        Homes {
            source,
            residents,
            by_number,
            by_id,
            planned: HashMap::new(),
            known: HashMap::new(),
            moved: HashMap::new(),
        }
    }

    /// Where the person of a row lives: the household, or none yet with its key.
    pub(super) async fn place(&mut self, ctx: &Ctx, work: &mut Work, at: usize) -> Result<Option<Place>> {
        let one = self.residents[at].clone();
        match &one.number {
            Some(number) => {
                if !self.planned.contains_key(number) {
                    let plan = self.plan(ctx, work, number).await?;
                    self.planned.insert(number.clone(), plan);
                }
                Ok(self.planned.get(number).and_then(|plan| plan.get(&at)).cloned())
            }
            None => match (one.id, &one.address) {
                (Some(id), Some(address)) => self.move_without_number(ctx, work, id, address, one.area).await,
                _ => Ok(None),
            },
        }
    }

    /// The household under a key, where there is one.
    pub(super) async fn find(&mut self, ctx: &Ctx, work: &mut Work, key: &str) -> Result<Option<Id>> {
        if let Some(id) = self.known.get(key) {
            return Ok(Some(*id));
        }
        let found = rows::find_row(ctx, work, "household", (&self.source, key)).await?.map(|(id, _)| id);
        if let Some(id) = found {
            self.known.insert(key.to_owned(), id);
        }
        Ok(found)
    }

    /// A household was made under a key.
    pub(super) async fn put(&mut self, ctx: &Ctx, work: &mut Work, key: &str, household: Id) -> Result<()> {
        rows::put_row(ctx, work, "household", (&self.source, key), household, &[]).await?;
        self.known.insert(key.to_owned(), household);
        Ok(())
    }

    async fn plan(&mut self, ctx: &Ctx, work: &mut Work, number: &str) -> Result<HashMap<usize, Place>> {
        let key = format!("id:{number}");
        let all = self.by_number.get(number).cloned().unwrap_or_default();
        let mut existing = self.find(ctx, work, &key).await?;
        if existing.is_none() {
            // Somebody whom the register names for the first time may have a household on record.
            let first = all.iter().filter(|at| self.residents[**at].is_first);
            if let Some(id) = first.filter_map(|at| self.residents[*at].id).next()
                && let Some((home, _)) = listed::find_home(ctx, work, id).await?
            {
                existing = Some(home);
                self.put(ctx, work, &key, home).await?;
            }
        }
        let recorded = match existing {
            Some(home) => listed::list_household_addresses(ctx, work, home).await?,
            None => Vec::new(),
        };
        let mut live: Vec<(usize, String)> = Vec::new();
        for at in all {
            let one = &self.residents[at];
            let known = one.id.and_then(|id| recorded.iter().find(|(member, _)| *member == id));
            // Whom somebody moved elsewhere by hand stays there while the list says the same.
            if one.id.is_none() || known.is_some() || one.joins || one.by_list {
                let address = one.address.clone().or(known.map(|(_, address)| address.clone())).unwrap_or_default();
                live.push((at, address));
            }
        }
        let stay = recorded.iter().any(|(id, _)| match self.by_id.get(id).map(|at| &self.residents[*at]) {
            None => true,
            Some(other) => other.number.as_deref() != Some(number) && !other.joins,
        });
        let stands = match existing {
            Some(home) => listed::find_household_address(ctx, work, home).await?,
            None => None,
        };
        let at_home = |address: &str| stands.as_deref().is_some_and(|stands| same_place(address, stands));
        let remains = stay || live.iter().any(|(_, address)| at_home(address));
        let main = match (&stands, remains) {
            (Some(stands), true) => stands.clone(),
            _ => self.main_address(&live),
        };
        if let (Some(home), false) = (existing, stay) {
            self.follow(ctx, work, home, (&main, stands.as_deref()), &live).await?;
        }
        Ok(live
            .into_iter()
            .map(|(at, address)| {
                let place = match same_place(&address, &main) {
                    true => existing.map_or_else(|| Place::Under(key.clone()), Place::In),
                    false => Place::Under(format!("at:{number}:{}", fold_address(&address))),
                };
                (at, place)
            })
            .collect())
    }

    /// The household takes the address of those who live in it.
    async fn follow(
        &self,
        ctx: &Ctx,
        work: &mut Work,
        home: Id,
        (main, stands): (&str, Option<&str>),
        live: &[(usize, String)],
    ) -> Result<()> {
        let here: Vec<&(usize, String)> =
            live.iter().filter(|(_, address)| !address.is_empty() && same_place(address, main)).collect();
        let Some((first, text)) = here.first().copied() else { return Ok(()) };
        let one_text = here.iter().all(|(_, address)| address == text);
        if !one_text || Some(text.as_str()) == stands {
            return Ok(());
        }
        let area = here.iter().find_map(|(at, _)| self.residents[*at].area).or(self.residents[*first].area);
        if let Some(area) = area {
            listed::move_household(ctx, work, home, area, text).await?;
        }
        Ok(())
    }

    /// The address at which most of a household live; of equals that of the head, else of the first.
    fn main_address(&self, live: &[(usize, String)]) -> String {
        let count = |address: &str| live.iter().filter(|(_, other)| same_place(other, address)).count();
        let rated = live.iter().filter(|(_, address)| !address.is_empty()).map(|(at, address)| {
            let head = self.residents[*at].is_head;
            ((count(address), head, std::cmp::Reverse(self.residents[*at].line)), address)
        });
        rated.max_by_key(|(rank, _)| *rank).map(|(_, address)| address.clone()).unwrap_or_default()
    }

    /// A new address in a list without numbers of households: the household moves where all of it does, and else
    /// those who move live by themselves.
    async fn move_without_number(
        &mut self,
        ctx: &Ctx,
        work: &mut Work,
        id: Id,
        address: &str,
        area: Option<Id>,
    ) -> Result<Option<Place>> {
        let Some((home, _)) = listed::find_home(ctx, work, id).await? else { return Ok(None) };
        let key = (home, fold_address(address));
        if let Some(known) = self.moved.get(&key) {
            return Ok(known.clone());
        }
        let stands = listed::find_household_address(ctx, work, home).await?.unwrap_or_default();
        let members = listed::list_household_addresses(ctx, work, home).await?;
        let after = |member: &(Id, String)| {
            let row = self.by_id.get(&member.0).map(|at| &self.residents[*at]);
            row.and_then(|row| row.address.clone()).unwrap_or_else(|| member.1.clone())
        };
        let all = members.iter().all(|member| same_place(&after(member), address));
        let place = if all {
            if let Some(area) = area.filter(|_| stands != address) {
                listed::move_household(ctx, work, home, area, address).await?;
            }
            None
        } else if same_place(address, &stands) {
            None
        } else {
            Some(Place::Under(format!("at:{home}:{}", key.1)))
        };
        self.moved.insert(key, place.clone());
        Ok(place)
    }
}

/// What a person's record needs so that the person lives at a place.
pub(super) fn home_of(place: Option<Id>, current: Option<Id>) -> Home {
    match place {
        Some(id) if Some(id) == current => Home::Stays,
        Some(id) => Home::Of(id),
        None => Home::Own,
    }
}

/// Whether two texts mean one place: the same but for the municipality in front or a building behind. A blank
/// address is no other place.
pub(super) fn same_place(a: &str, b: &str) -> bool {
    let (a, b) = (fold_address(a), fold_address(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() || short == long {
        return true;
    }
    if let Some(before) = long.strip_suffix(&short) {
        return before.ends_with(['県', '府', '都', '道', '市', '区', '町', '村', '郡']);
    }
    let Some(at) = long.find(&short) else { return false };
    let (before, behind) = (&long[..at], &long[at + short.len()..]);
    let front = before.is_empty() || before.ends_with(['県', '府', '都', '道', '市', '区', '町', '村', '郡']);
    // 3-1 is not 3-10, but 3-1 with the name of a building or the number of a room (3-1-101).
    let room = behind.starts_with('-') && short.contains('-');
    let building = behind.starts_with(|c: char| !c.is_ascii_digit() && c != '-' && c != '番');
    front && short.ends_with(|c: char| c.is_ascii_digit()) && (room || building)
}

/// The number of a household as it stands on record.
pub(super) async fn number_on_record(
    ctx: &Ctx,
    work: &mut Work,
    numbers: &mut Numbers,
    (source, number): (&str, &str),
) -> Result<String> {
    let (_, on_record) = numbers.find(ctx, work, "household", (source, number)).await?;
    Ok(on_record)
}

#[cfg(test)]
mod tests {
    use super::same_place;

    #[test]
    fn an_address_is_the_same_place_with_the_city_or_a_building_added() {
        for (a, b, same) in [
            ("試験市甲3-1", "試験市甲3-1", true),
            ("試験市甲3-1", "試験市甲3番1号", true),
            ("試験市甲3-1", "甲3-1", true),
            ("試験市甲3-1", "試験市甲3-1 ハイツ101", true),
            ("甲3-1", "試験市甲3-1ハイツ101", true),
            ("試験市甲3-1", "", true),
            ("試験市甲3-1", "試験市甲3-10", false),
            ("試験市甲3-1", "試験市甲3-1-101", true),
            ("試験市甲3", "試験市甲3-1", false),
            ("試験市甲3-1", "試験市乙3-1", false),
            ("試験市甲3-1", "試験市乙9-9シェルター", false),
        ] {
            assert_eq!(same_place(a, b), same, "{a} {b}");
            assert_eq!(same_place(b, a), same, "{b} {a}");
        }
    }
}
