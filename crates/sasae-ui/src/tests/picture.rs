//! The picture of a thread: everything is there, and nothing covers anything.

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;
use scraper::{Html, Selector};

use super::super::sample_thread::{long_thread, thread};
use super::super::svg_columns::{BOX_WIDTH, TEXT_WIDTH};
use super::super::svg_layout::{Layout, lay_out};
use super::super::svg_text::{EM, text_width};
use super::super::svg_thread::{Arrow, ArrowKind, End, Lane, Node, ThreadPicture};
use sasae_core::lang::Lang;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Area {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Area {
    fn meets(self, other: Area) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }
}

fn boxes(layout: &Layout) -> Vec<Area> {
    let area = |drawn: &super::super::svg_layout::Drawn| Area {
        left: drawn.x,
        top: drawn.y,
        right: drawn.x + BOX_WIDTH,
        bottom: drawn.y + drawn.height,
    };
    layout.boxes.iter().map(area).collect()
}

fn labels(layout: &Layout) -> Vec<Area> {
    let labels = layout.legs.iter().filter_map(|leg| leg.label.as_ref());
    let area = |label: &super::super::svg_layout::LabelDrawn| Area {
        left: label.x,
        top: label.y - 13,
        right: label.x + text_width(&label.text),
        bottom: label.y + 3,
    };
    labels.map(area).collect()
}

fn tags(layout: &Layout) -> Vec<Area> {
    let tags = layout.legs.iter().filter_map(|leg| leg.tag.as_ref());
    let area = |(x, y, _): &(i32, i32, String)| Area { left: x - 10, top: y - 10, right: x + 10, bottom: y + 10 };
    tags.map(area).collect()
}

/// Whether two lines share more than a crossing.
fn runs_along(a: &[(i32, i32)], b: &[(i32, i32)]) -> bool {
    let overlap = |a: [i32; 2], b: [i32; 2]| a[0].min(a[1]).max(b[0].min(b[1])) < a[0].max(a[1]).min(b[0].max(b[1]));
    a.windows(2).any(|a| {
        b.windows(2).any(|b| {
            let level = a[0].1 == a[1].1 && b[0].1 == b[1].1 && a[0].1 == b[0].1;
            let upright = a[0].0 == a[1].0 && b[0].0 == b[1].0 && a[0].0 == b[0].0;
            level && overlap([a[0].0, a[1].0], [b[0].0, b[1].0])
                || upright && overlap([a[0].1, a[1].1], [b[0].1, b[1].1])
        })
    })
}

/// Checks all that must hold of any picture.
fn check(picture: &ThreadPicture) {
    let layout = lay_out(picture);
    let mut solid = boxes(&layout);
    let box_count = solid.len();
    solid.extend(labels(&layout));
    solid.extend(tags(&layout));

    for (index, area) in solid.iter().enumerate() {
        assert!(
            area.left >= 0 && area.top >= 0 && area.right <= layout.width && area.bottom <= layout.height,
            "{area:?} leaves the sheet {} × {}",
            layout.width,
            layout.height
        );
        for other in &solid[index + 1..] {
            assert!(!area.meets(*other), "{area:?} covers {other:?}");
        }
    }
    for leg in &layout.legs {
        for pair in leg.points.windows(2) {
            let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
            assert!(x1 == x2 || y1 == y2, "a line runs level or upright: {:?}", leg.points);
            let line = Area {
                left: x1.min(x2),
                top: y1.min(y2),
                right: x1.max(x2).max(x1.min(x2) + 1),
                bottom: y1.max(y2).max(y1.min(y2) + 1),
            };
            for area in &solid[..box_count] {
                assert!(!line.meets(*area), "a line runs through {area:?}: {:?}", leg.points);
            }
        }
    }
    for (index, leg) in layout.legs.iter().enumerate() {
        for other in &layout.legs[index + 1..] {
            assert!(!runs_along(&leg.points, &other.points), "one line hides another: {leg:?} {other:?}");
        }
    }
    for drawn in &layout.boxes {
        let rows = i32::try_from(drawn.lines.len()).expect("few lines");
        assert!(8 + rows * 22 <= drawn.height, "the text is taller than its box");
        for line in &drawn.lines {
            assert!(text_width(&line.text) <= TEXT_WIDTH, "{} is too wide", line.text);
        }
    }
    for band in &layout.bands {
        for lanes in band.lanes.windows(2) {
            assert_eq!(lanes[0].y + lanes[0].height, lanes[1].y, "lanes leave no gap");
        }
    }
}

fn count(html: &str, selector: &str) -> usize {
    Html::parse_fragment(html).select(&Selector::parse(selector).expect("a selector")).count()
}

#[test]
fn every_record_and_every_arrow_is_drawn() {
    let picture = thread(Lang::Ja);

    let html = picture.render().into_string();

    assert_eq!(count(&html, "svg g.node"), 3);
    assert_eq!(count(&html, "svg g.node a[href]"), 3);
    assert_eq!(count(&html, ".thread-scroll g.arrow-on"), 3);
    assert_eq!(count(&html, ".thread-scroll g.arrow-back"), 1);
    assert_eq!(count(&html, "svg g.turn"), 1);
    assert!(html.contains("門前地域包括支援") && html.contains("4日待ち"));
    check(&picture);
}

#[test]
fn a_thread_that_went_all_the_way_up_and_came_back_stays_readable() {
    let picture = long_thread(Lang::Ja);

    let layout = lay_out(&picture);

    check(&picture);
    assert_eq!(layout.arrows.len(), picture.arrows.len());
    // On an A4 sheet on its side, text of 16 units is at least 6 points tall.
    let scale = (1040.0 / f64::from(layout.width)).min(620.0 / f64::from(layout.height));
    assert!(scale * 16.0 * 0.75 >= 6.0, "{scale}");
}

#[test]
fn a_record_that_may_not_be_read_shows_its_kind_and_nothing_else() {
    let mut picture = thread(Lang::Ja);
    picture.nodes[1].restricted = true;

    let html = picture.render().into_string() + &picture.in_words().into_string();

    assert!(!html.contains("民生委員が訪ね"));
    assert!(!html.contains("/thread/intake"));
    assert!(html.contains("相談受付"));
}

#[test]
fn an_arrow_to_a_record_that_the_reader_may_not_know_leaves_no_sign() {
    let mut picture = thread(Lang::Ja);
    picture.nodes.retain(|node| node.id != "case");

    let html = picture.render().into_string() + &picture.in_words().into_string();

    assert_eq!(count(&html, ".thread-scroll g.arrow-on"), 1);
    assert_eq!(count(&html, "g.turn"), 0);
    assert!(!html.contains("支援センター"));
    assert!(html.contains("記録2件、引き継ぎ1件"));
}

#[test]
fn what_is_handed_over_stands_right_of_where_it_came_from_also_on_the_same_day() {
    let mut picture = thread(Lang::Ja);
    for node in &mut picture.nodes {
        node.at = date(2025, 4, 1);
    }

    let layout = lay_out(&picture);

    let x = |node| layout.boxes.iter().find(|drawn| drawn.node == Some(node)).map(|drawn| drawn.x);
    assert!(x(0) < x(1) && x(1) < x(2));
    check(&picture);
}

#[test]
fn an_open_end_stands_in_the_last_column() {
    let layout = lay_out(&thread(Lang::Ja));

    let turn = layout.boxes.iter().find(|drawn| drawn.turn.is_some()).expect("an open end");
    let last_band = layout.bands.last().expect("a band");
    let last = last_band.columns.last().expect("a column");

    assert_eq!(last.day, None);
    assert_eq!(turn.x, last.x);
}

#[test]
fn an_empty_thread_is_drawn_without_a_box() {
    let empty = ThreadPicture { nodes: Vec::new(), arrows: Vec::new(), ..thread(Lang::Ja) };

    assert_eq!(count(&empty.render().into_string(), "svg g.node"), 0);
    check(&empty);
    check(&ThreadPicture { lanes: Vec::new(), ..thread(Lang::Ja) });
}

#[test]
fn a_hand_over_in_a_circle_and_one_to_itself_are_drawn() {
    let mut picture = thread(Lang::Ja);
    for (from, to) in [("case", "notice"), ("case", "case"), ("notice", "case")] {
        picture.arrows.push(Arrow {
            from: from.into(),
            to: End::Node(to.into()),
            kind: ArrowKind::HandOver,
            label: String::new(),
        });
    }

    check(&picture);
    assert_eq!(lay_out(&picture).arrows.len(), picture.arrows.len());
}

fn any_picture() -> impl Strategy<Value = ThreadPicture> {
    let title = "[ぁ-ん一-龥a-zA-Z 、。]{0,40}";
    let node = (0usize..7, 0i32..12, title, any::<bool>(), any::<bool>());
    let arrow = (0usize..14, 0usize..14, 0u8..4, "[0-9]{0,3}[日一-龥a-z]{0,9}", 0usize..7);
    let nodes = prop::collection::vec(node, 0..14);
    let arrows = prop::collection::vec(arrow, 0..18);
    (nodes, arrows, 1usize..7).prop_map(|(nodes, arrows, lanes)| ThreadPicture {
        lang: Lang::Ja,
        title: "t".into(),
        lanes: (0..lanes).map(|lane| Lane { label: "小地域".repeat(lane) }).collect(),
        nodes: nodes
            .into_iter()
            .enumerate()
            .map(|(index, (lane, day, title, restricted, state))| Node {
                id: index.to_string(),
                lane,
                at: date(2025, 3, 25).saturating_add((day * 3).days()),
                kind: title.chars().take(9).collect(),
                title,
                href: None,
                restricted,
                state: state.then(|| "支援中です".into()),
            })
            .collect(),
        arrows: arrows
            .into_iter()
            .map(|(from, to, kind, label, lane)| Arrow {
                from: from.to_string(),
                to: if kind == 3 { End::Open { lane, whose_turn: label.clone() } } else { End::Node(to.to_string()) },
                kind: [ArrowKind::HandOver, ArrowKind::Answer, ArrowKind::Belongs][usize::from(kind % 3)],
                label,
            })
            .collect(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_covers_anything_and_nothing_is_missing(picture in any_picture()) {
        check(&picture);

        let layout = lay_out(&picture);
        let known = |id: &str| picture.nodes.iter().any(|node| node.id == id);
        let arrows = picture.arrows.iter().filter(|arrow| {
            known(&arrow.from) && match &arrow.to {
                End::Node(to) => known(to),
                End::Open { .. } => true,
            }
        });
        let open = picture.arrows.iter().filter(|arrow| {
            known(&arrow.from) && matches!(arrow.to, End::Open { .. })
        });
        prop_assert_eq!(layout.arrows.len(), arrows.count());
        prop_assert_eq!(layout.boxes.len(), picture.nodes.len() + open.count());
        prop_assert!(layout.width >= 2 * EM);
    }
}

#[test]
fn a_short_thread_stays_in_one_band_that_fits_on_a_screen() {
    for lang in [Lang::Ja, Lang::En] {
        let layout = lay_out(&thread(lang));

        assert_eq!(layout.bands.len(), 1, "{} wide", layout.width);
        assert!(layout.width <= 1150, "{} wide", layout.width);
    }
}
