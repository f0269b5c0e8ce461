//! Where everything in the picture of a thread stands. Pure arithmetic: the
//! tests ask it whether anything overlaps.
//!
//! Boxes stand in cells (column × lane). Lines run only where no box can be:
//! upright in the gaps between columns, level in a strip on top of each lane,
//! and in a short stub between a box and the gap beside it. Stubs on the right
//! side of a box and on the left side of the next lie on different heights,
//! except where the two are joined by one straight line.

use std::collections::HashMap;

use jiff::civil::Date;

use super::svg_columns::{BOX_WIDTH, Item, Line, place_in_columns};
use super::svg_text::{text_width, wrap};
use super::svg_thread::{ThreadPicture, arrow_label, lane_label_width};
use super::svg_ways::{Ending, Plan, STACK_GAP, STEP, Side};

const LANE_PAD: i32 = 8;
const EMPTY_LANE: i32 = 28;
const DATES: i32 = 36;
const TRACK: i32 = 12;
const TAG_ROOM: i32 = 30;
/// What is left of an A4 sheet on its side, in CSS pixels, beneath a heading.
const SHEET: (i32, i32) = (1040, 620);
/// What is left for the picture in a window 1,440 pixels wide.
const SCREEN: i32 = 1150;
/// Per cent of the largest print that is enough where the picture then fits on a screen.
const SCREEN_BEFORE_PRINT: i32 = 75;

/// A box where it stands.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// Index of the node, or `None` for an open end.
    pub node: Option<usize>,
    /// Index of the arrow whose open end this is.
    pub turn: Option<usize>,
    pub x: i32,
    pub y: i32,
    pub height: i32,
    pub lines: Vec<Line>,
    /// The whole text, uncut.
    pub full_text: String,
}

/// A label where it stands; `y` is its baseline.
#[derive(Clone, Debug)]
pub(super) struct LabelDrawn {
    pub x: i32,
    pub y: i32,
    pub text: String,
}

/// An arrow, or the part of it in one band.
#[derive(Clone, Debug)]
pub(super) struct LegDrawn {
    pub arrow: usize,
    pub points: Vec<(i32, i32)>,
    /// Tip of the head and its direction: 1 to the right, -1 to the left.
    pub head: Option<(i32, i32, i32)>,
    pub label: Option<LabelDrawn>,
    /// The letter that joins two parts.
    pub tag: Option<(i32, i32, String)>,
}

#[derive(Clone, Debug)]
pub(super) struct LaneDrawn {
    pub y: i32,
    pub height: i32,
    pub label: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct ColumnDrawn {
    pub x: i32,
    /// `None` for the column of open ends.
    pub day: Option<Date>,
    pub shows_year: bool,
}

#[derive(Clone, Debug)]
pub(super) struct BandDrawn {
    pub lanes: Vec<LaneDrawn>,
    pub columns: Vec<ColumnDrawn>,
    pub dates_y: i32,
}

/// The whole picture.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub width: i32,
    pub height: i32,
    pub bands: Vec<BandDrawn>,
    pub boxes: Vec<Drawn>,
    pub legs: Vec<LegDrawn>,
    /// Indices of the arrows that are drawn.
    pub arrows: Vec<usize>,
}

/// Breaks the picture into bands: so that it prints as large as possible on
/// one sheet, and among nearly equal ways so that it fits on a screen unscrolled.
pub(super) fn lay_out(picture: &ThreadPicture) -> Layout {
    let (items, days) = place_in_columns(picture);
    let layouts: Vec<Layout> = (3..=8).map(|columns| Plan::new(picture, &items, &days, columns).draw()).collect();
    let print_scale = |layout: &Layout| {
        // In thousandths, to compare whole numbers.
        (SHEET.0 * 1000 / layout.width.max(1)).min(SHEET.1 * 1000 / layout.height.max(1))
    };
    let largest = layouts.iter().map(print_scale).max().unwrap_or(0);
    let rank = |layout: &Layout| {
        let scale = print_scale(layout);
        let good = scale * 100 >= largest * SCREEN_BEFORE_PRINT;
        (good && layout.width <= SCREEN, scale)
    };
    let best = layouts.into_iter().max_by_key(rank);
    best.unwrap_or_else(|| Plan::new(picture, &items, &days, 6).draw())
}

/// A line upright in a gap.
struct Upright {
    leg: usize,
    at_start: bool,
    top: i32,
    bottom: i32,
}

impl Plan<'_> {
    fn draw(&self) -> Layout {
        let mut layout = Layout {
            width: 0,
            height: 0,
            bands: Vec::new(),
            boxes: Vec::new(),
            legs: Vec::new(),
            arrows: self.arrows.clone(),
        };
        let mut top = 0;
        let mut year = None;
        for band in 0..self.bands {
            top = self.draw_band(band, top, &mut year, &mut layout);
        }
        layout.height = top;
        layout
    }

    fn draw_band(&self, band: usize, top: i32, year: &mut Option<i16>, layout: &mut Layout) -> i32 {
        let label_width = lane_label_width(&self.picture.lanes);
        let lane_count = self.picture.lanes.len().max(1);
        let items: Vec<usize> = (0..self.items.len()).filter(|item| self.band_of(*item) == band).collect();
        let (rows, strip_rows) = self.strips(band, lane_count);

        let mut lanes = Vec::new();
        let mut item_top: HashMap<usize, i32> = HashMap::new();
        let mut y = top;
        for (lane, rows_here) in strip_rows.iter().enumerate() {
            let strip = i32::try_from(*rows_here).unwrap_or(0) * STEP;
            let mut filled: HashMap<usize, i32> = HashMap::new();
            for item in items.iter().filter(|item| self.items[**item].lane == lane) {
                let used = filled.entry(self.items[*item].column).or_default();
                item_top.insert(*item, y + LANE_PAD + strip + *used);
                *used += self.heights[*item] + STACK_GAP;
            }
            let deepest = filled.values().max().copied();
            let label = self.picture.lanes.get(lane);
            let label = wrap(label.map_or("", |lane| &lane.label), label_width, 2);
            let least = if label.len() > 1 { EMPTY_LANE + 18 } else { EMPTY_LANE };
            let height = match deepest {
                Some(deepest) => (strip + deepest - STACK_GAP + 2 * LANE_PAD).max(least),
                None => (strip + LANE_PAD).max(least),
            };
            lanes.push(LaneDrawn { y, height, label });
            y += height;
        }

        let strip_y = |index: usize| {
            let (lane, _, _) = self.strip_of(&self.legs[index])?;
            let row = i32::try_from(*rows.get(&index)?).ok()?;
            Some(lanes[lane].y + LANE_PAD + row * STEP + STEP / 2)
        };
        let port_y = |index: usize, at_start: bool| {
            let leg = &self.legs[index];
            let ending = if at_start { leg.start } else { leg.end };
            match ending {
                Ending::Port { item, .. } => {
                    item_top.get(&item).zip(self.ports.get(&(index, at_start))).map(|(a, b)| a + b)
                }
                Ending::Edge(_) => None,
            }
        };

        let gaps = self.gaps(band, &strip_y, &port_y);
        let mut column_x = Vec::new();
        let mut gap_x = Vec::new();
        let mut x = label_width + 16;
        let columns = self.columns_in(band);
        for (gap, room) in gaps.iter().enumerate() {
            gap_x.push(x);
            x += room.before + room.tracks + room.after;
            if gap < columns {
                column_x.push(x);
                x += BOX_WIDTH;
            }
        }
        let (left, right) = (label_width + 16, x);
        layout.width = layout.width.max(x + 4);

        for item in items {
            let Item { node, turn, ref lines, ref full_text, .. } = self.items[item];
            layout.boxes.push(Drawn {
                node,
                turn,
                x: column_x[self.column_of(item)],
                y: item_top[&item],
                height: self.heights[item],
                lines: lines.clone(),
                full_text: full_text.clone(),
            });
        }

        let port_x = |ending: Ending| match ending {
            Ending::Port { item, side: Side::Left } => column_x[self.column_of(item)],
            Ending::Port { item, side: Side::Right } => column_x[self.column_of(item)] + BOX_WIDTH,
            Ending::Edge(Side::Left) => left + TAG_ROOM / 2,
            Ending::Edge(Side::Right) => right - TAG_ROOM / 2,
        };
        let upright_x = |index: usize, at_start: bool, gap: usize| {
            let room = &gaps[gap];
            let track = room.track_of.get(&(index, at_start)).copied().unwrap_or(0);
            gap_x[gap] + room.before + TRACK / 2 + i32::try_from(track).unwrap_or(0) * TRACK
        };
        for (index, leg) in self.legs.iter().enumerate().filter(|(_, leg)| leg.band == band) {
            let (start_gap, end_gap) = (self.gap_of(leg, leg.start), self.gap_of(leg, leg.end));
            let (start_y, end_y) = (port_y(index, true), port_y(index, false));
            let level = strip_y(index);
            let mut points = Vec::new();
            let (start_x, end_x) = (port_x(leg.start), port_x(leg.end));
            match (start_y, end_y, level) {
                (Some(y), Some(_), _) if leg.straight => {
                    points.extend([(start_x, y), (end_x, y)]);
                }
                (Some(y), Some(end), None) => {
                    let x = upright_x(index, true, start_gap);
                    points.extend([(start_x, y), (x, y), (x, end), (end_x, end)]);
                }
                (start, end, level) => {
                    let level = level.unwrap_or(top);
                    match start {
                        Some(y) => {
                            let x = upright_x(index, true, start_gap);
                            points.extend([(start_x, y), (x, y), (x, level)]);
                        }
                        None => points.push((start_x, level)),
                    }
                    match end {
                        Some(y) => {
                            let x = upright_x(index, false, end_gap);
                            points.extend([(x, level), (x, y), (end_x, y)]);
                        }
                        None => points.push((end_x, level)),
                    }
                }
            }
            let tip = end_y.zip(match leg.end {
                Ending::Port { side: Side::Left, .. } => Some(1),
                Ending::Port { side: Side::Right, .. } => Some(-1),
                Ending::Edge(_) => None,
            });
            let text = arrow_label(&self.picture.arrows[leg.arrow].label);
            let label = tip.filter(|_| !text.is_empty()).map(|(y, towards)| LabelDrawn {
                x: if towards > 0 { end_x - 11 - text_width(&text) } else { end_x + 11 },
                y: y - 5,
                text,
            });
            let edge = match (leg.start, leg.end) {
                (Ending::Edge(_), _) => points.first(),
                (_, Ending::Edge(_)) => points.last(),
                _ => None,
            };
            let tag = edge.zip(leg.letter).map(|((x, y), letter)| (*x, *y, letter_name(letter)));
            layout.legs.push(LegDrawn {
                arrow: leg.arrow,
                points,
                head: tip.map(|(y, towards)| (end_x, y, towards)),
                label,
                tag,
            });
        }

        let first = band * self.per_band;
        let columns = column_x.iter().enumerate().map(|(column, x)| {
            let day = self.days[first + column];
            let shows_year = day.is_some_and(|day| column == 0 || *year != Some(day.year()));
            *year = day.map(|day| day.year()).or(*year);
            ColumnDrawn { x: *x, day, shows_year }
        });
        let columns = columns.collect();
        layout.bands.push(BandDrawn { lanes, columns, dates_y: y });
        y + DATES
    }

    /// Room of each gap of a band and the track of each upright line in it.
    fn gaps(
        &self,
        band: usize,
        strip_y: &dyn Fn(usize) -> Option<i32>,
        port_y: &dyn Fn(usize, bool) -> Option<i32>,
    ) -> Vec<Gap> {
        let count = self.columns_in(band) + 1;
        let mut uprights: Vec<Vec<Upright>> = (0..count).map(|_| Vec::new()).collect();
        let mut gaps: Vec<Gap> = (0..count)
            .map(|gap| Gap {
                before: if gap == 0 { 0 } else { 12 },
                tracks: 0,
                after: if gap + 1 == count { 0 } else { 20 },
                track_of: HashMap::new(),
            })
            .collect();
        for (index, leg) in self.legs.iter().enumerate().filter(|(_, leg)| leg.band == band) {
            let (start_gap, end_gap) = (self.gap_of(leg, leg.start), self.gap_of(leg, leg.end));
            let mut add = |gap: usize, at_start: bool, a: Option<i32>, b: Option<i32>| {
                if let Some((a, b)) = a.zip(b) {
                    let (top, bottom) = (a.min(b), a.max(b));
                    uprights[gap].push(Upright { leg: index, at_start, top, bottom });
                }
            };
            match strip_y(index) {
                Some(level) => {
                    add(start_gap, true, port_y(index, true), Some(level));
                    add(end_gap, false, Some(level), port_y(index, false));
                }
                None if !leg.straight => {
                    add(start_gap, true, port_y(index, true), port_y(index, false));
                }
                None => {}
            }
            let label = arrow_label(&self.picture.arrows[leg.arrow].label);
            let room = text_width(&label) + 20;
            match leg.end {
                Ending::Port { side: Side::Left, .. } => {
                    gaps[end_gap].after = gaps[end_gap].after.max(room);
                }
                Ending::Port { side: Side::Right, .. } => {
                    gaps[end_gap].before = gaps[end_gap].before.max(room);
                }
                Ending::Edge(_) => {}
            }
            for ending in [leg.start, leg.end] {
                match ending {
                    Ending::Edge(Side::Left) => gaps[0].before = TAG_ROOM,
                    Ending::Edge(Side::Right) => gaps[count - 1].after = TAG_ROOM,
                    Ending::Port { .. } => {}
                }
            }
        }
        for (gap, mut lines) in gaps.iter_mut().zip(uprights) {
            lines.sort_by_key(|line| (line.top, line.bottom, line.leg));
            let mut ends: Vec<i32> = Vec::new();
            for line in lines {
                let free = ends.iter().position(|end| *end + 6 < line.top);
                let track = free.unwrap_or_else(|| {
                    ends.push(0);
                    ends.len() - 1
                });
                ends[track] = line.bottom;
                gap.track_of.insert((line.leg, line.at_start), track);
            }
            gap.tracks = i32::try_from(ends.len()).unwrap_or(0) * TRACK;
        }
        gaps
    }
}

/// Room between two columns: for labels into the left box, for upright lines,
/// for labels into the right box.
struct Gap {
    before: i32,
    tracks: i32,
    after: i32,
    track_of: HashMap<(usize, bool), usize>,
}

/// A, B, … Z, A1, B1 …
fn letter_name(index: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(index % 26).unwrap_or(0));
    match index / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{round}"),
    }
}
