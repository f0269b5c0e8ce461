//! The closure of the tree of areas in time; pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;
use sasae_core::id::Id;

/// `(ancestor, area, first day, last day)`: on each of these days `area` lies
/// within `ancestor`. Periods of one pair that touch or overlap become one, so
/// that no day counts twice where two hierarchies lead to the same ancestor.
pub fn closure(
    areas: &[(Id, Date, Date)],
    parents: &[(Id, Id, Date, Date)],
) -> Vec<(Id, Id, Date, Date)> {
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
