//! Which way each arrow takes in the picture of a thread: out of which side of
//! a box, at which height, through which gap and which strip.

use std::collections::HashMap;

use jiff::civil::Date;

use super::svg_columns::Item;
use super::svg_thread::{End, ThreadPicture};

/// Height of a line of text and of a row in a strip; the grid of all stubs.
pub(super) const STEP: i32 = 22;
/// Room between boxes in the same cell.
pub(super) const STACK_GAP: i32 = 14;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    Left,
    Right,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Ending {
    Port { item: usize, side: Side },
    Edge(Side),
}

/// An arrow, or its part in one band, before it is drawn.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub arrow: usize,
    pub band: usize,
    pub start: Ending,
    pub end: Ending,
    pub letter: Option<usize>,
    pub straight: bool,
}

pub(super) struct Plan<'a> {
    pub picture: &'a ThreadPicture,
    pub items: &'a [Item],
    pub days: &'a [Option<Date>],
    pub per_band: usize,
    pub bands: usize,
    /// Place of each item in its cell, counted from the top.
    pub stack: Vec<usize>,
    pub legs: Vec<Leg>,
    pub arrows: Vec<usize>,
    /// Height of each port over the top of its box, by leg and whether it is the start.
    pub ports: HashMap<(usize, bool), i32>,
    pub heights: Vec<i32>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        picture: &'a ThreadPicture,
        items: &'a [Item],
        days: &'a [Option<Date>],
        columns: usize,
    ) -> Plan<'a> {
        let bands = days.len().div_ceil(columns).max(1);
        let mut cells: HashMap<(usize, usize), usize> = HashMap::new();
        let stack = items.iter().map(|item| {
            let taken = cells.entry((item.column, item.lane)).or_default();
            *taken += 1;
            *taken - 1
        });
        let mut plan = Plan {
            picture,
            items,
            days,
            per_band: days.len().div_ceil(bands).max(1),
            bands,
            stack: stack.collect(),
            legs: Vec::new(),
            arrows: Vec::new(),
            ports: HashMap::new(),
            heights: Vec::new(),
        };
        plan.find_legs();
        plan.find_ports();
        plan
    }

    pub(super) fn band_of(&self, item: usize) -> usize {
        self.items[item].column / self.per_band
    }

    pub(super) fn column_of(&self, item: usize) -> usize {
        self.items[item].column % self.per_band
    }

    pub(super) fn columns_in(&self, band: usize) -> usize {
        (self.days.len() - (band * self.per_band).min(self.days.len())).min(self.per_band)
    }

    fn find_legs(&mut self) {
        let item_of = |id: &str| {
            let is = |item: &Item| item.node.is_some_and(|node| self.picture.nodes[node].id == id);
            self.items.iter().position(is)
        };
        let mut legs = Vec::new();
        let mut arrows = Vec::new();
        let mut letters = 0;
        for (index, arrow) in self.picture.arrows.iter().enumerate() {
            let to = match &arrow.to {
                End::Node(id) => item_of(id),
                End::Open { .. } => self.items.iter().position(|item| item.turn == Some(index)),
            };
            let (Some(from), Some(to)) = (item_of(&arrow.from), to) else {
                continue;
            };
            arrows.push(index);
            let forward = self.items[to].column > self.items[from].column;
            let back = self.items[to].column < self.items[from].column;
            let out = if back { Side::Left } else { Side::Right };
            let into = if forward { Side::Left } else { Side::Right };
            let start = Ending::Port { item: from, side: out };
            let end = Ending::Port { item: to, side: into };
            let leg = |band, start, end, letter| Leg { arrow: index, band, start, end, letter, straight: false };
            let (first, second) = (self.band_of(from), self.band_of(to));
            if first == second {
                legs.push(leg(first, start, end, None));
            } else {
                legs.push(leg(first, start, Ending::Edge(out), Some(letters)));
                legs.push(leg(second, Ending::Edge(into), end, Some(letters)));
                letters += 1;
            }
        }
        self.legs = legs;
        self.arrows = arrows;
    }

    /// The gap in which an ending meets the lines; gap 0 is left of column 0.
    pub(super) fn gap_of(&self, leg: &Leg, ending: Ending) -> usize {
        match ending {
            Ending::Port { item, side: Side::Left } => self.column_of(item),
            Ending::Port { item, side: Side::Right } => self.column_of(item) + 1,
            Ending::Edge(Side::Left) => 0,
            Ending::Edge(Side::Right) => self.columns_in(leg.band),
        }
    }

    fn find_ports(&mut self) {
        let mut sides: HashMap<(usize, Side), Vec<(usize, bool)>> = HashMap::new();
        let mut straight_sides: Vec<(usize, Side)> = Vec::new();
        for index in 0..self.legs.len() {
            if let Some(pair) = self.could_be_straight(&self.legs[index])
                && !pair.iter().any(|side| straight_sides.contains(side))
            {
                straight_sides.extend(pair);
                self.legs[index].straight = true;
            }
            let leg = &self.legs[index];
            for (ending, at_start) in [(leg.start, true), (leg.end, false)] {
                if let Ending::Port { item, side } = ending {
                    sides.entry((item, side)).or_default().push((index, at_start));
                }
            }
        }
        let mut needed = vec![0; self.items.len()];
        for ((item, side), mut ports) in sides {
            ports.sort_by_key(|(index, at_start)| {
                let leg = &self.legs[*index];
                let other = if *at_start { leg.end } else { leg.start };
                let place = match other {
                    Ending::Port { item, .. } => (self.items[item].lane, self.items[item].column),
                    Ending::Edge(_) => (0, 0),
                };
                (!leg.straight, place, *index, *at_start)
            });
            for (row, port) in ports.into_iter().enumerate() {
                let offset = match side {
                    Side::Left if !self.legs[port.0].straight => STEP / 2,
                    _ => 0,
                };
                let y = STEP + i32::try_from(row).unwrap_or(0) * STEP + offset;
                needed[item] = needed[item].max(y + STEP / 2);
                self.ports.insert(port, y);
            }
        }
        self.heights = (0..self.items.len())
            .map(|item| {
                let lines = i32::try_from(self.items[item].lines.len()).unwrap_or(0);
                let least = (8 + lines * STEP).max(needed[item]);
                // Whole steps from box to box keep the heights of all stubs on one grid.
                (least + STACK_GAP + STEP - 1) / STEP * STEP - STACK_GAP
            })
            .collect()
    }

    /// Both sides of a leg between neighbours on top of their cells.
    fn could_be_straight(&self, leg: &Leg) -> Option<[(usize, Side); 2]> {
        let (Ending::Port { item: a, side: from }, Ending::Port { item: b, side: to }) = (leg.start, leg.end) else {
            return None;
        };
        let neighbours = from != to && self.gap_of(leg, leg.start) == self.gap_of(leg, leg.end);
        let level = self.items[a].lane == self.items[b].lane;
        (neighbours && level && self.stack[a] == 0 && self.stack[b] == 0).then_some([(a, from), (b, to)])
    }

    /// The lane in whose strip a leg runs, and the gaps it runs over; `None`
    /// for one that stays in its gap.
    pub(super) fn strip_of(&self, leg: &Leg) -> Option<(usize, usize, usize)> {
        let (first, second) = (self.gap_of(leg, leg.start), self.gap_of(leg, leg.end));
        let lanes = [leg.start, leg.end].into_iter().filter_map(|ending| match ending {
            Ending::Port { item, .. } => Some(self.items[item].lane),
            Ending::Edge(_) => None,
        });
        let both_ports = lanes.clone().count() == 2;
        let lane = lanes.max().unwrap_or(0);
        (!both_ports || first != second).then_some((lane, first.min(second), first.max(second)))
    }

    /// Rows in the strips of a band: the row of each leg, and how many rows
    /// each lane's strip has.
    pub(super) fn strips(&self, band: usize, lanes: usize) -> (HashMap<usize, usize>, Vec<usize>) {
        let mut rows: HashMap<usize, usize> = HashMap::new();
        let mut taken: Vec<Vec<Vec<(usize, usize)>>> = vec![Vec::new(); lanes];
        for (index, leg) in self.legs.iter().enumerate().filter(|(_, leg)| leg.band == band) {
            let Some((lane, first, last)) = self.strip_of(leg) else {
                continue;
            };
            let strip = &mut taken[lane];
            let free = strip
                .iter()
                .position(|row| row.iter().all(|(other_first, other_last)| *other_last < first || last < *other_first));
            let row = free.unwrap_or_else(|| {
                strip.push(Vec::new());
                strip.len() - 1
            });
            strip[row].push((first, last));
            rows.insert(index, row);
        }
        (rows, taken.iter().map(Vec::len).collect())
    }
}
