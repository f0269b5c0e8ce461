//! The closure of the tree of areas in time; pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;
use sasae_core::id::Id;

use super::BEGINNING;
use crate::tenancy::FOREVER;

/// An area as the closure needs it: id, tier, code, first and last day.
pub type Cut = (Id, String, String, Date, Date);

/// What [`closure`] is made of.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Areas with the first and last day on which they count.
    pub areas: Vec<(Id, Date, Date)>,
    /// Child, parent, first and last day.
    pub parents: Vec<(Id, Id, Date, Date)>,
}

/// Keeps in sight what still names an area that is no more — a person, an open
/// case. One that was cut anew (same tier and code) or has a successor of which
/// somebody has said so lies within that one from its first day on; one that was
/// abolished stays where it lay on its last day. What names an area before its
/// first day counts where it lies at its beginning: its day was learnt late, or
/// the record was moved into it.
pub fn with_the_past(mut cuts: Vec<Cut>, mut parents: Vec<(Id, Id, Date, Date)>, successors: &[(Id, Id)]) -> Tree {
    cuts.sort_by(|a, b| (&a.1, &a.2, a.3, a.0).cmp(&(&b.1, &b.2, b.3, b.0)));
    let begins: HashMap<Id, Date> = cuts.iter().map(|cut| (cut.0, cut.3)).collect();
    let mut areas: Vec<(Id, Date, Date)> = Vec::with_capacity(cuts.len());
    let same = |a: &Cut, b: &Cut| a.1 == b.1 && a.2 == b.2;
    let mut ended = Vec::new();
    for (at, cut) in cuts.iter().enumerate() {
        let (id, _, _, from, to) = cut;
        if *to < FOREVER {
            let after = to.saturating_add(1.day());
            let said =
                successors.iter().find(|(old, _)| old == id).and_then(|(_, new)| Some((*new, *begins.get(new)?)));
            let next = cuts.get(at + 1).filter(|next| same(cut, next) && next.3 > *to).map(|next| (next.0, next.3));
            let goes_on = said.or(next).map(|(area, from)| (area, from.max(after)));
            // Until the successor begins, and where there is none, it stays where it lay.
            let stays = goes_on.map_or(FOREVER, |(_, from)| from.saturating_sub(1.day()));
            let at_the_end = parents.iter().filter(|link| link.0 == *id && link.2 <= *to && *to <= link.3);
            ended.extend(at_the_end.filter(|_| after <= stays).map(|link| (*id, link.1, after, stays)));
            ended.extend(goes_on.map(|(area, from)| (*id, area, from, FOREVER)));
        }
        let is_first = at.checked_sub(1).and_then(|before| cuts.get(before)).is_none_or(|before| !same(before, cut));
        if is_first {
            for link in parents.iter_mut().filter(|link| link.0 == *id && link.2 <= *from) {
                link.2 = link.2.min(BEGINNING);
            }
        }
        areas.push((*id, if is_first { BEGINNING.min(*from) } else { *from }, FOREVER));
    }
    parents.extend(ended);
    Tree { areas, parents }
}

/// `(ancestor, area, first day, last day)`: on each of these days `area` lies
/// within `ancestor`. Periods of one pair that touch or overlap become one, so
/// that no day counts twice where two hierarchies lead to the same ancestor.
pub fn closure(Tree { areas, parents }: &Tree) -> Vec<(Id, Id, Date, Date)> {
    let mut up: HashMap<Id, Vec<(Id, Date, Date)>> = HashMap::new();
    for (child, parent, from, to) in parents {
        up.entry(*child).or_default().push((*parent, *from, *to));
    }
    let life: HashMap<Id, (Date, Date)> = areas.iter().map(|(id, from, to)| (*id, (*from, *to))).collect();
    let mut periods: BTreeMap<(Id, Id), BTreeSet<(Date, Date)>> = BTreeMap::new();
    for (id, from, to) in areas {
        let mut seen = BTreeSet::new();
        let mut todo = vec![(*id, *from, *to)];
        while let Some((at, from, to)) = todo.pop() {
            // A loop in the tree would otherwise walk for ever.
            if !seen.insert((at, from, to)) {
                continue;
            }
            periods.entry((at, *id)).or_default().insert((from, to));
            for (parent, parent_from, parent_to) in up.get(&at).into_iter().flatten() {
                let Some((life_from, life_to)) = life.get(parent) else { continue };
                let from = from.max(*parent_from).max(*life_from);
                let to = to.min(*parent_to).min(*life_to);
                if from <= to {
                    todo.push((*parent, from, to));
                }
            }
        }
    }
    let mut rows = Vec::new();
    for ((ancestor, area), spans) in periods {
        let mut merged: Vec<(Date, Date)> = Vec::new();
        for (from, to) in spans {
            match merged.last_mut() {
                Some(last) if from <= last.1.checked_add(1.day()).unwrap_or(Date::MAX) => {
                    last.1 = last.1.max(to);
                }
                _ => merged.push((from, to)),
            }
        }
        rows.extend(merged.into_iter().map(|(from, to)| (ancestor, area, from, to)));
    }
    rows
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_area_that_was_cut_twice_lies_within_each_later_cut() {
        let id = Id::from_u128;
        let cut = |number: u128, from: Date, to: Date| (id(number), "district".to_owned(), "A".to_owned(), from, to);
        let ward = (id(9), "ward".to_owned(), "W".to_owned(), date(2000, 4, 1), date(9999, 12, 31));
        let cuts = vec![
            cut(1, date(2000, 4, 1), date(2019, 3, 31)),
            cut(2, date(2019, 4, 1), date(2024, 3, 31)),
            cut(3, date(2024, 4, 1), date(9999, 12, 31)),
            ward,
        ];
        let parents = vec![
            (id(1), id(9), date(2000, 4, 1), date(2019, 3, 31)),
            (id(2), id(9), date(2019, 4, 1), date(2024, 3, 31)),
            (id(3), id(9), date(2024, 4, 1), date(9999, 12, 31)),
        ];

        let rows = closure(&with_the_past(cuts, parents, &[]));

        let on = |outer: u128, inner: u128, day: Date| {
            rows.iter().any(|row| row.0 == id(outer) && row.1 == id(inner) && row.2 <= day && day <= row.3)
        };
        assert!(on(3, 1, date(2025, 6, 1)) && on(9, 1, date(2025, 6, 1)) && on(9, 1, date(2020, 6, 1)));
        assert!(!on(3, 1, date(2020, 6, 1)) && !on(1, 3, date(2025, 6, 1)));
        assert!(on(9, 1, date(2010, 6, 1)) && !on(2, 1, date(2010, 6, 1)));
    }

    #[test]
    fn an_abolished_area_stays_where_it_lay_on_its_last_day_and_nowhere_else() {
        let id = Id::from_u128;
        let end = date(2024, 3, 31);
        let area = |number: u128, tier: &str, to: Date| {
            (id(number), tier.to_owned(), number.to_string(), date(2000, 4, 1), to)
        };
        let cuts = vec![
            area(1, "district", end),
            area(2, "district", FOREVER),
            area(8, "ward", FOREVER),
            area(9, "ward", end),
            area(10, "city", FOREVER),
        ];
        let parents = vec![
            // The abolished district lay in one ward before, and in the abolished one at the end.
            (id(1), id(8), date(2000, 4, 1), date(2010, 3, 31)),
            (id(1), id(9), date(2010, 4, 1), end),
            // The other one moved on when the ward was abolished.
            (id(2), id(9), date(2000, 4, 1), end),
            (id(2), id(8), date(2024, 4, 1), FOREVER),
            (id(8), id(10), date(2000, 4, 1), FOREVER),
            (id(9), id(10), date(2000, 4, 1), end),
        ];

        let rows = closure(&with_the_past(cuts, parents, &[]));

        let day = date(2025, 6, 1);
        let now = |outer: u128, inner: u128| {
            rows.iter().any(|row| row.0 == id(outer) && row.1 == id(inner) && row.2 <= day && day <= row.3)
        };
        assert!(now(10, 1) && now(9, 1) && now(10, 9) && now(8, 2) && now(10, 2));
        assert!(!now(8, 1) && !now(9, 2));
    }

    #[test]
    fn areas_that_were_merged_lie_within_the_one_that_goes_on() {
        let id = Id::from_u128;
        let end = date(2024, 3, 31);
        let begin = date(2024, 4, 1);
        let area = |number: u128, tier: &str, from: Date, to: Date| {
            (id(number), tier.to_owned(), number.to_string(), from, to)
        };
        let cuts = vec![
            area(1, "district", date(2000, 4, 1), end),
            area(2, "district", date(2000, 4, 1), end),
            area(3, "district", begin, FOREVER),
            area(9, "ward", date(2000, 4, 1), FOREVER),
        ];
        let parents = vec![
            (id(1), id(9), date(2000, 4, 1), end),
            (id(2), id(9), date(2000, 4, 1), end),
            (id(3), id(9), begin, FOREVER),
        ];

        let rows = closure(&with_the_past(cuts, parents, &[(id(1), id(3)), (id(2), id(3))]));

        let on = |outer: u128, inner: u128, day: Date| {
            rows.iter().any(|row| row.0 == id(outer) && row.1 == id(inner) && row.2 <= day && day <= row.3)
        };
        let (before, after) = (date(2023, 6, 1), date(2025, 6, 1));
        assert!(on(3, 1, after) && on(3, 2, after) && on(9, 1, after) && on(9, 2, after));
        assert!(!on(3, 1, before) && on(9, 1, before) && !on(1, 2, after));
        assert!(on(9, 3, before), "a record that was moved into it counts in the ward as before");
    }
}
