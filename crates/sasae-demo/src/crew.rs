//! Who acts where in the fictional city: roles go by what they may do, so that
//! every profile's city has a history, whatever it calls its people.

use std::collections::HashMap;

use sasae_app::profile::{Profile, Reach, Role};
use sasae_core::id::Id;

use super::City;
use super::dice::Dice;

/// What one needs who takes concerns in and leads cases.
pub const TAKES: &[&str] = &["notice_triage", "consultation_take", "case_lead", "person_register"];

/// The roles that a story means by a word, the likeliest first.
const MEANT: &[(&str, &[&str])] = &[
    ("coordinator", &["coordinator", "life_coordinator", "local_csw"]),
    ("csw", &["csw", "inclusion_promoter", "local_csw", "coordinator"]),
    ("center", &["support_center_staff", "lead_center_staff", "life_coordinator"]),
    ("officer", &["ward_officer", "municipal_officer", "inclusion_promoter", "csw"]),
    ("network", &["life_network_officer", "ward_officer", "municipal_officer", "csw"]),
    ("commissioner", &["minsei"]),
];

/// Everyone who acts, by where they may.
pub struct Crew<'a> {
    city: &'a City,
    profile: &'a Profile,
    around: HashMap<Id, Vec<Id>>,
}

impl<'a> Crew<'a> {
    /// The crew of a city.
    pub fn new(city: &'a City, profile: &'a Profile) -> Crew<'a> {
        let parents: HashMap<Id, Option<Id>> = city.areas.iter().map(|area| (area.id, area.parent)).collect();
        let around = city
            .areas
            .iter()
            .map(|area| {
                let up = std::iter::successors(Some(area.id), |id| parents.get(id).copied().flatten());
                (area.id, up.collect())
            })
            .collect();
        Crew { city, profile, around }
    }

    /// An area and those around it, the smallest first.
    pub fn around(&self, area: Id) -> &[Id] {
        self.around.get(&area).map_or(&[], Vec::as_slice)
    }

    /// The area from which a resident chooses on the public page: just below the whole.
    pub fn public_area(&self, area: Id) -> Id {
        let around = self.around(area);
        around.len().checked_sub(2).and_then(|at| around.get(at)).copied().unwrap_or(area)
    }

    /// The area that a resident names on the public page, as far as `reader`
    /// reads notices there: in some profiles only the small areas have readers.
    pub fn area_told(&self, area: Id, reader: usize) -> Id {
        let reads = |area: &Id| self.list(*area, &["notice_triage"]).contains(&reader);
        let public = self.public_area(area);
        std::iter::once(public).chain(self.around(area).iter().rev().copied()).find(reads).unwrap_or(area)
    }

    /// Whether someone's post lies at an area or around it.
    pub fn covers(&self, member: usize, area: Id) -> bool {
        self.around(area).contains(&self.city.members[member].area)
    }

    /// Whether someone's post carries every one of some functions.
    pub fn may(&self, member: usize, functions: &[&str]) -> bool {
        let Some(role) = self.profile.role(&self.city.members[member].role) else { return false };
        role.reach != Reach::Figures && functions.iter().all(|wanted| role.may.iter().any(|has| has == *wanted))
    }

    /// Those whose post lies at an area or around it and carries the functions.
    pub fn list(&self, area: Id, functions: &[&str]) -> Vec<usize> {
        (0..self.city.members.len()).filter(|at| self.covers(*at, area) && self.may(*at, functions)).collect()
    }

    /// One of them whom a story means by a word, else any.
    pub fn choose(&self, dice: &mut Dice, area: Id, meant: &str, functions: &[&str]) -> Option<usize> {
        let all = self.list(area, functions);
        for role in meant_roles(meant) {
            let fitting: Vec<usize> = all.iter().copied().filter(|at| self.city.members[*at].role == *role).collect();
            if !fitting.is_empty() {
                return dice.pick(&fitting).copied();
            }
        }
        // A 民生委員 is no professional, and the other way round.
        let hands = meant == "commissioner";
        let rest: Vec<usize> = all.into_iter().filter(|at| self.is_hands(*at) == hands).collect();
        dice.pick(&rest).copied()
    }

    /// Whether someone sees only those entrusted.
    pub fn is_hands(&self, member: usize) -> bool {
        self.profile.role(&self.city.members[member].role).is_some_and(|role| role.reach == Reach::Hands)
    }

    /// Those who notice in a neighbourhood: commissioners, or volunteers.
    pub fn neighbours(&self, area: Id, commissioners: bool) -> Vec<usize> {
        let mut all = self.list(area, &["notice_report"]);
        all.retain(|at| self.is_hands(*at) && self.may(*at, &["case_member"]) == commissioners);
        all
    }

    /// Commissioners of the whole city: those to whom people are entrusted.
    pub fn commissioners(&self) -> Vec<usize> {
        (0..self.city.members.len())
            .filter(|at| self.is_hands(*at) && self.may(*at, &["notice_report", "case_member"]))
            .filter(|at| self.city.members[*at].role == "minsei")
            .collect()
    }

    /// Those whose accounts the demo shows and who may do some functions: the
    /// first member of each role, in the order of the profile.
    pub fn accounts(&self, functions: &[&str]) -> Vec<usize> {
        let first = |role: &Role| self.city.members.iter().position(|member| member.role == role.code);
        self.profile.roles.iter().filter_map(first).filter(|at| self.may(*at, functions)).collect()
    }

    /// The account that the demo shows of the likeliest role that a story means
    /// by a word, as far as it may do some functions.
    pub fn shown(&self, meant: &str, functions: &[&str]) -> Option<usize> {
        let accounts = self.accounts(functions);
        let of = |role: &&str| accounts.iter().copied().find(|at| self.city.members[*at].role == **role);
        meant_roles(meant).iter().find_map(of)
    }
}

/// The roles that a story means by a word.
fn meant_roles(word: &str) -> &'static [&'static str] {
    MEANT.iter().find(|(known, _)| *known == word).map_or(&[], |(_, roles)| roles)
}
