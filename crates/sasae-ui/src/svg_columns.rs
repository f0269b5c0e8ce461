//! Which box stands in which column of the picture of a thread, and what is
//! written in it.

use std::collections::HashMap;

use jiff::civil::Date;

use super::svg_text::{EM, text_width, wrap};
use super::svg_thread::{ArrowKind, End, ThreadPicture};
use sasae_core::lang::Lang;

/// Room between the edge of a box and its text.
pub(super) const BOX_PAD: i32 = 9;
/// Width of the text in a box: eight full-width characters.
pub(super) const TEXT_WIDTH: i32 = 8 * EM;
/// Width of every box.
pub(super) const BOX_WIDTH: i32 = TEXT_WIDTH + 2 * BOX_PAD;
/// At most so many boxes stand over one another in a cell.
const STACK: usize = 3;
/// A line of text in a box.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub class: &'static str,
    pub text: String,
}

/// A box before it has a place.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub node: Option<usize>,
    pub turn: Option<usize>,
    pub lane: usize,
    pub column: usize,
    pub lines: Vec<Line>,
    pub full_text: String,
}

/// One box for each record and open end, and the day of each column.
pub(super) fn place_in_columns(picture: &ThreadPicture) -> (Vec<Item>, Vec<Option<Date>>) {
    let last_lane = picture.lanes.len().saturating_sub(1);
    let mut order: Vec<usize> = (0..picture.nodes.len()).collect();
    order.sort_by_key(|index| (picture.nodes[*index].at, *index));
    let mut days = Vec::new();
    let mut items = Vec::new();
    for day in order.chunk_by(|a, b| picture.nodes[*a].at == picture.nodes[*b].at) {
        let ranks = ranks_within_a_day(picture, day);
        let mut rank = 0;
        while ranks.iter().any(|other| *other >= rank) {
            let here: Vec<usize> = (0..day.len()).filter(|at| ranks[*at] == rank).collect();
            let base = days.len();
            let mut in_lane: HashMap<usize, usize> = HashMap::new();
            for at in here {
                let node = &picture.nodes[day[at]];
                let lane = node.lane.min(last_lane);
                let stacked = in_lane.entry(lane).or_default();
                let column = base + *stacked / STACK;
                *stacked += 1;
                while days.len() <= column {
                    days.push(Some(node.at));
                }
                items.push(Item {
                    node: Some(day[at]),
                    turn: None,
                    lane,
                    column,
                    lines: node_lines(picture, day[at]),
                    full_text: picture.node_name(node),
                });
            }
            rank += 1;
        }
    }
    let base = days.len();
    let mut in_lane: HashMap<usize, usize> = HashMap::new();
    for (index, arrow) in picture.arrows.iter().enumerate() {
        let End::Open { lane, whose_turn } = &arrow.to else {
            continue;
        };
        if !picture.nodes.iter().any(|node| node.id == arrow.from) {
            continue;
        }
        let lane = (*lane).min(last_lane);
        let stacked = in_lane.entry(lane).or_default();
        let column = base + *stacked / STACK;
        *stacked += 1;
        while days.len() <= column {
            days.push(None);
        }
        let (head, text) = match picture.lang {
            Lang::Ja => ("返事待ち", format!("{whose_turn}の番")),
            Lang::En => ("Waiting", format!("Turn of {whose_turn}")),
        };
        items.push(Item {
            node: None,
            turn: Some(index),
            lane,
            column,
            lines: box_lines(head, &text, None),
            full_text: format!("{head}{}{text}", picture.lang.t("：", ": ")),
        });
    }
    (items, days)
}

/// For the records of one day: what was handed over stands right of where it
/// came from. A circle of hand-overs ends at as many steps as there are records.
fn ranks_within_a_day(picture: &ThreadPicture, day: &[usize]) -> Vec<usize> {
    let place = |id: &str| day.iter().position(|index| picture.nodes[*index].id == id);
    let pairs: Vec<(usize, usize)> = picture
        .arrows
        .iter()
        .filter(|arrow| arrow.kind != ArrowKind::Answer)
        .filter_map(|arrow| match &arrow.to {
            End::Node(to) => Some((place(&arrow.from)?, place(to)?)),
            End::Open { .. } => None,
        })
        .filter(|(from, to)| from != to)
        .collect();
    let mut ranks = vec![0; day.len()];
    for _ in 0..day.len() {
        for (from, to) in &pairs {
            ranks[*to] = ranks[*to].max(ranks[*from] + 1).min(day.len() - 1);
        }
    }
    ranks
}

fn node_lines(picture: &ThreadPicture, index: usize) -> Vec<Line> {
    let node = &picture.nodes[index];
    let closed = picture.lang.t("内容は表示できません", "Not open to you");
    let title = if node.restricted { closed } else { &node.title };
    let state = node.state.as_deref().filter(|_| !node.restricted);
    // Beside the kind where it fits, which keeps the box low.
    let beside = state.map(|word| match picture.lang {
        Lang::Ja => format!("{}（{word}）", node.kind),
        Lang::En => format!("{} ({word})", node.kind),
    });
    match beside {
        Some(head) if text_width(&head) <= TEXT_WIDTH => box_lines(&head, title, None),
        _ => box_lines(&node.kind, title, state),
    }
}

fn box_lines(kind: &str, title: &str, state: Option<&str>) -> Vec<Line> {
    let of = |class, texts: Vec<String>| texts.into_iter().map(move |text| Line { class, text });
    let state = state.map(|word| wrap(word, TEXT_WIDTH, 1));
    of("node-kind", wrap(kind, TEXT_WIDTH, 1))
        .chain(of("node-title", wrap(title, TEXT_WIDTH, 3)))
        .chain(of("node-state", state.unwrap_or_default()))
        .collect()
}
