//! The closure of the tree of areas in time; pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;
use sasae_core::id::Id;

/// An area as the closure needs it: id, tier, code, first and last day.
pub type Cut = (Id, String, String, Date, Date);

/// Lets an area that was cut anew lie within its new cut (same tier and code)
/// from that day on, so that what still names the old one — a person, an open
/// case — stays in sight of those who are there now. Gives the areas with how
/// long they count, and these links; pass both on to [`closure`].
pub fn with_new_cuts(mut cuts: Vec<Cut>) -> (Vec<(Id, Date, Date)>, Vec<(Id, Id, Date, Date)>) {
    cuts.sort_by(|a, b| (&a.1, &a.2, a.3, a.0).cmp(&(&b.1, &b.2, b.3, b.0)));
    let mut areas: Vec<(Id, Date, Date)> = Vec::with_capacity(cuts.len());
    let mut links = Vec::new();
    for (at, (id, tier, code, from, to)) in cuts.iter().enumerate().rev() {
        let mut last = *to;
        let next = cuts.get(at + 1).filter(|next| next.1 == *tier && next.2 == *code);
        if let (Some(next), Some((_, _, end))) = (next, areas.last())
            && next.3 > *to
        {
            links.push((*id, next.0, next.3, *end));
            last = *end;
        }
        areas.push((*id, *from, last));
    }
    (areas, links)
}

/// `(ancestor, area, first day, last day)`: on each of these days `area` lies
/// within `ancestor`. Periods of one pair that touch or overlap become one, so
/// that no day counts twice where two hierarchies lead to the same ancestor.
pub fn closure(areas: &[(Id, Date, Date)], parents: &[(Id, Id, Date, Date)]) -> Vec<(Id, Id, Date, Date)> {
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
        let mut parents = vec![
            (id(1), id(9), date(2000, 4, 1), date(2019, 3, 31)),
            (id(2), id(9), date(2019, 4, 1), date(2024, 3, 31)),
            (id(3), id(9), date(2024, 4, 1), date(9999, 12, 31)),
        ];

        let (areas, links) = with_new_cuts(cuts);
        parents.extend(links);
        let rows = closure(&areas, &parents);

        let on = |outer: u128, inner: u128, day: Date| {
            rows.iter().any(|row| row.0 == id(outer) && row.1 == id(inner) && row.2 <= day && day <= row.3)
        };
        assert!(on(3, 1, date(2025, 6, 1)) && on(9, 1, date(2025, 6, 1)) && on(9, 1, date(2020, 6, 1)));
        assert!(!on(3, 1, date(2020, 6, 1)) && !on(1, 3, date(2025, 6, 1)));
        assert!(on(9, 1, date(2010, 6, 1)) && !on(2, 1, date(2010, 6, 1)));
    }
}
