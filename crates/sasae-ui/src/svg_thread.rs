//! The picture of a thread: how a concern went from tier to tier and what came
//! back.
//!
//! Lanes are tiers, time runs to the right (one column for each day on which
//! something happened, never to scale), a record is a box, a hand-over a solid
//! arrow with the days it took, an answer a dashed arrow that comes back. An
//! open end is a dashed box in the last column that says whose turn it is. A
//! long thread continues in a second band below, where a letter in a circle
//! stands for the same arrow on both sides.
//!
//! [`ThreadPicture::in_words`] says the same as a list.
//!
//! Every element is closed with `{}`: a shape that maud left open would
//! swallow the ones after it.
//!
//! What the reader may not know of must not be passed in: an arrow whose end
//! is missing is left out, and nothing shows that it was there.

use jiff::civil::Date;
use maud::{Markup, html};

use super::dates::short_date;
use super::parts::{Tone, chip, date_pair};
use super::svg_columns::{BOX_PAD, BOX_WIDTH};
use super::svg_layout::{Drawn, Layout, LegDrawn, lay_out};
use super::svg_text::{EM, fit, text_width};
use sasae_core::lang::Lang;

/// A tier: 住民, 小地域, 圏域, 区, 市, 県.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Its local name.
    pub label: String,
}

/// A record in the thread.
#[derive(Clone, Debug)]
pub struct Node {
    /// Names it for the arrows; unique in the picture.
    pub id: String,
    /// Index of its lane; one too large falls into the last lane.
    pub lane: usize,
    /// The day it happened.
    pub at: Date,
    /// What kind of record: 気づき, 相談受付, つなぎ.
    pub kind: String,
    /// Its title, cut after three lines. Not shown where `restricted`.
    pub title: String,
    /// The record, where the reader may open it.
    pub href: Option<String>,
    /// Whether the reader may know that it exists, but not what it says.
    pub restricted: bool,
    /// How it stands, in a word: 支援中, 終結.
    pub state: Option<String>,
}

/// What an arrow means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrowKind {
    /// Passed on: solid, filled head.
    HandOver,
    /// What came back: dashed, open head.
    Answer,
    /// Belongs together (a contact to its case): dotted, no head.
    Belongs,
}

/// Where an arrow ends.
#[derive(Clone, Debug)]
pub enum End {
    /// At the record with this id.
    Node(String),
    /// Nowhere yet: the answer is awaited.
    Open {
        /// Lane of whoever has to answer.
        lane: usize,
        /// Who that is, for example 門司区 統括支援センター.
        whose_turn: String,
    },
}

/// A way from one record to another, or to whoever has to act next.
#[derive(Clone, Debug)]
pub struct Arrow {
    /// Id of the record where it starts.
    pub from: String,
    /// Where it ends.
    pub to: End,
    /// What it means.
    pub kind: ArrowKind,
    /// Said beside it: the days it took (2日), or for how long it has been open.
    pub label: String,
}

/// A thread, ready to be drawn.
#[derive(Clone, Debug)]
pub struct ThreadPicture {
    /// Language of the page.
    pub lang: Lang,
    /// What the thread is about; the name of the picture.
    pub title: String,
    /// Tiers from the top down.
    pub lanes: Vec<Lane>,
    /// Records.
    pub nodes: Vec<Node>,
    /// Ways between them.
    pub arrows: Vec<Arrow>,
}

impl ThreadPicture {
    /// The picture in a figure that scrolls by itself, with a legend in words.
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        let layout = lay_out(self);
        // In rem, so that it grows with the reader's text size.
        let rem = |units: i32| format!("{}.{:02}rem", units / EM, units % EM * 100 / EM);
        html! {
            figure class="thread" {
                div class="thread-scroll" role="region" tabindex="0" aria-label=(self.title) {
                    svg xmlns="http://www.w3.org/2000/svg" role="group"
                        viewBox={ "0 0 " (layout.width) " " (layout.height) }
                        width=(rem(layout.width)) height=(rem(layout.height))
                        aria-labelledby="thread-title thread-desc" {
                        title id="thread-title" { (self.title) }
                        desc id="thread-desc" { (self.description(&layout)) }
                        (self.lanes_drawn(&layout))
                        @for leg in &layout.legs { (self.leg_drawn(leg)) }
                        @for drawn in &layout.boxes { (self.box_drawn(drawn)) }
                        @for leg in &layout.legs { (label_drawn(leg)) }
                    }
                }
                figcaption { (legend(lang)) }
            }
        }
    }

    fn description(&self, layout: &Layout) -> String {
        let count = |kind| {
            let arrows = layout.arrows.iter().map(|index| &self.arrows[*index]);
            arrows.filter(|arrow| arrow.kind == kind).count()
        };
        let open = layout.boxes.iter().filter(|drawn| drawn.turn.is_some()).count();
        let (passed, answers) = (count(ArrowKind::HandOver), count(ArrowKind::Answer));
        let records = layout.boxes.len() - open;
        match self.lang {
            Lang::Ja => format!(
                "左から右へ時間が進みます。記録{records}件、引き継ぎ{passed}件、回答{answers}件、返事を待っているところ{open}件。"
            ),
            Lang::En => format!(
                "Time runs from left to right. Records: {records}, handed over: {passed}, answers: {answers}, waiting for an answer: {open}."
            ),
        }
    }

    fn lanes_drawn(&self, layout: &Layout) -> Markup {
        html! {
            @for band in &layout.bands {
                g class="lanes" {
                    @for (index, lane) in band.lanes.iter().enumerate() {
                        rect class=(if index % 2 == 0 { "lane" } else { "lane lane-odd" })
                            x="0" y=(lane.y) width=(layout.width) height=(lane.height) {}
                        @for (row, line) in lane.label.iter().enumerate() {
                            text class="lane-label" x="8" y=(lane.y + 20 + to_i32(row) * 20) { (line) }
                        }
                    }
                    @for column in &band.columns {
                        @if let Some(day) = column.day {
                            text class="column-day" x=(column.x) y=(band.dates_y + 20) {
                                (short_date(self.lang, day, column.shows_year))
                            }
                        } @else {
                            text class="column-day" x=(column.x) y=(band.dates_y + 20) {
                                (self.lang.t("いま", "Now"))
                            }
                        }
                    }
                }
            }
        }
    }

    fn box_drawn(&self, drawn: &Drawn) -> Markup {
        let texts = html! {
            rect x=(drawn.x) y=(drawn.y) width=(BOX_WIDTH) height=(drawn.height) rx="6" {}
            @for (row, line) in drawn.lines.iter().enumerate() {
                text class=(line.class) x=(drawn.x + BOX_PAD) y=(drawn.y + 22 + to_i32(row) * 22) { (line.text) }
            }
        };
        let Some(node) = drawn.node.map(|index| &self.nodes[index]) else {
            return html! { g class="turn" { title { (drawn.full_text) } (texts) } };
        };
        let class = if node.restricted { "node node-closed" } else { "node" };
        let title = html! { title { (drawn.full_text) } };
        html! {
            g class=(class) {
                @match &node.href {
                    Some(href) if !node.restricted => { a href=(href) { (title) (texts) } }
                    _ => { (title) (texts) }
                }
            }
        }
    }

    fn leg_drawn(&self, leg: &LegDrawn) -> Markup {
        let arrow = &self.arrows[leg.arrow];
        let class = match arrow.kind {
            ArrowKind::HandOver => "arrow arrow-on",
            ArrowKind::Answer => "arrow arrow-back",
            ArrowKind::Belongs => "arrow arrow-with",
        };
        let points: Vec<String> = leg.points.iter().map(|(x, y)| format!("{x},{y}")).collect();
        html! {
            g class=(class) {
                title { (self.arrow_in_words(arrow)) }
                polyline points=(points.join(" ")) fill="none" {}
                @if let Some((x, y, towards)) = leg.head.filter(|_| arrow.kind != ArrowKind::Belongs) {
                    @let back = x - 9 * towards;
                    polyline class="head" points={
                        (back) "," (y - 6) " " (x) "," (y) " " (back) "," (y + 6)
                    } {}
                }
                @if let Some((x, y, letter)) = &leg.tag {
                    circle class="tag" cx=(x) cy=(y) r="10" {}
                    text class="tag-letter" x=(x) y=(y + 6) text-anchor="middle" { (letter) }
                }
            }
        }
    }

    /// The arrow as a sentence without its starting point.
    fn arrow_in_words(&self, arrow: &Arrow) -> String {
        let lang = self.lang;
        let label = if arrow.label.is_empty() {
            String::new()
        } else {
            match lang {
                Lang::Ja => format!("（{}）", arrow.label),
                Lang::En => format!(" ({})", arrow.label),
            }
        };
        match &arrow.to {
            End::Open { whose_turn, .. } => match lang {
                Lang::Ja => format!("返事を待っています：{whose_turn}の番です{label}"),
                Lang::En => format!("Waiting: it is the turn of {whose_turn}{label}"),
            },
            End::Node(id) => {
                let name = self.nodes.iter().find(|node| node.id == *id);
                let name = name.map(|node| self.node_name(node)).unwrap_or_default();
                let word = match arrow.kind {
                    ArrowKind::HandOver => lang.t("引き継ぎ先", "Handed over to"),
                    ArrowKind::Answer => lang.t("回答を返した先", "Answered to"),
                    ArrowKind::Belongs => lang.t("つながり", "Belongs to"),
                };
                format!("{word}{}{name}{label}", lang.t("：", ": "))
            }
        }
    }

    /// Kind and title, or kind alone where the reader may not read it.
    pub(super) fn node_name(&self, node: &Node) -> String {
        if node.restricted {
            let closed = self.lang.t("内容は表示できません", "content not open to you");
            format!("{}{}{closed}", node.kind, self.lang.t("：", ": "))
        } else {
            format!("{}{}{}", node.kind, self.lang.t("：", ": "), node.title)
        }
    }

    /// The same thread as a list: each record in the order of time, with what
    /// was passed on from it.
    pub fn in_words(&self) -> Markup {
        let lang = self.lang;
        let mut nodes: Vec<&Node> = self.nodes.iter().collect();
        nodes.sort_by_key(|node| node.at);
        let known = |arrow: &&Arrow| match &arrow.to {
            End::Node(id) => self.nodes.iter().any(|node| node.id == *id),
            End::Open { .. } => true,
        };
        html! {
            ol class="thread-list" {
                @for node in nodes {
                    li {
                        p class="thread-when" {
                            (date_pair(node.at, lang)) " "
                            @if let Some(lane) = self.lanes.get(node.lane.min(self.lanes.len().saturating_sub(1))) {
                                (chip(Tone::Plain, &lane.label)) " "
                            }
                            @if let Some(state) = &node.state { (chip(Tone::Info, state)) }
                        }
                        p class="thread-what" {
                            @match &node.href {
                                Some(href) if !node.restricted => { a href=(href) { (self.node_name(node)) } }
                                _ => { (self.node_name(node)) }
                            }
                        }
                        @let ways: Vec<&Arrow> = self.arrows.iter()
                            .filter(|arrow| arrow.from == node.id).filter(known).collect();
                        @if !ways.is_empty() {
                            ul { @for arrow in ways { li { (self.arrow_in_words(arrow)) } } }
                        }
                    }
                }
            }
        }
    }
}

fn label_drawn(leg: &LegDrawn) -> Markup {
    html! {
        @if let Some(label) = &leg.label {
            text class="arrow-label" x=(label.x) y=(label.y) { (label.text) }
        }
    }
}

fn legend(lang: Lang) -> Markup {
    let entries = [
        ("arrow arrow-on", lang.t("実線：引き継ぎ（日数）", "Solid: handed over (days)")),
        ("arrow arrow-back", lang.t("破線：返ってきた回答", "Dashed: the answer that came back")),
        ("arrow arrow-with", lang.t("点線：つながりのある記録", "Dotted: belongs together")),
    ];
    html! {
        ul class="legend" {
            @for (class, words) in entries {
                li {
                    svg width="2.5rem" height="1rem" viewBox="0 0 40 16" aria-hidden="true" {
                        g class=(class) { polyline points="0,8 40,8" fill="none" {} }
                    }
                    (words)
                }
            }
            li { (lang.t("破線の枠：返事を待っているところ", "Dashed frame: an answer is awaited")) }
        }
    }
}

fn to_i32(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

/// Lines of a lane's label, cut to fit beside the lanes.
pub(super) fn lane_label_width(lanes: &[Lane]) -> i32 {
    let widest = lanes.iter().map(|lane| text_width(&lane.label)).max();
    widest.unwrap_or_default().clamp(2 * EM, 6 * EM)
}

/// A label beside an arrow, cut to at most seven characters.
pub(super) fn arrow_label(label: &str) -> String {
    fit(label, 7 * EM)
}
