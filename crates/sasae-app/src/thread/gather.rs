//! Gathers the records of a thread and lays them out as a picture.

use std::collections::{BTreeMap, VecDeque};

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::Conn;

use crate::access::{self, Kind};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::room::part::{LaneOf, days_between};
use crate::room::{Draw, Part};
use crate::web::ui::svg_thread::{Arrow, ArrowKind, End, Lane, Node, ThreadPicture};
use crate::{link, staff};

/// Most records that one thread follows; longer ones say so.
const MOST: usize = 60;

/// A thread, ready to be drawn.
pub struct Thread {
    /// The picture.
    pub picture: ThreadPicture,
    /// Whether there is more than the picture shows.
    pub cut: bool,
}

/// Gathers everything linked to a record that the reader may see. The record
/// itself must be visible.
pub async fn gather(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<Thread> {
    access::require_sight(ctx, conn, kind, id).await?;
    let mut found: BTreeMap<Id, Kind> = BTreeMap::from([(id, kind)]);
    let mut links = Vec::new();
    let mut todo = VecDeque::from([id]);
    let mut cut = false;
    while let Some(at) = todo.pop_front() {
        for (from_kind, from, to_kind, to) in link::list(ctx, conn, at).await? {
            let (other, other_kind) = if from == at { (to, to_kind) } else { (from, from_kind) };
            let known = found.contains_key(&other);
            let Some(other_kind) = ctx.app().kind(&other_kind) else { continue };
            if !known && !access::can_see(ctx, conn, other_kind, other).await? {
                continue;
            }
            if !links.contains(&(from, to)) {
                links.push((from, to));
            }
            if known {
                continue;
            }
            if found.len() >= MOST {
                cut = true;
                continue;
            }
            found.insert(other, other_kind);
            todo.push_back(other);
        }
    }
    let mut builder = Builder::new(ctx);
    for (id, kind) in &found {
        ctx.saw(kind, *id);
        if let Some(draw) = drawn_by(ctx, kind) {
            let part = draw(ctx, conn, kind, *id).await?;
            builder.add(conn, kind, *id, part).await?;
        }
    }
    builder.join(&links);
    Ok(Thread { picture: builder.picture, cut })
}

/// Where a record's part of the picture begins and ends.
struct Ends {
    first: String,
    last: String,
    last_on: Date,
    first_on: Date,
}

struct Builder<'a> {
    ctx: &'a Ctx,
    lang: Lang,
    /// Tier code → lane; lane 0 is the residents.
    lanes: Vec<String>,
    picture: ThreadPicture,
    ends: BTreeMap<Id, Ends>,
    /// Records whose beginner was answered: id, day.
    answered: Vec<(Id, Date)>,
}

impl<'a> Builder<'a> {
    fn new(ctx: &'a Ctx) -> Builder<'a> {
        let lang = ctx.lang();
        let mut tiers: Vec<_> = ctx.profile().main_tiers().collect();
        tiers.reverse();
        let mut lanes = vec![Lane { label: lang.t("住民", "Residents").to_owned() }];
        lanes.extend(tiers.iter().map(|tier| Lane {
            label: match lang {
                Lang::Ja => tier.short.clone(),
                Lang::En => tier.en.clone(),
            },
        }));
        Builder {
            ctx,
            lang,
            lanes: tiers.into_iter().map(|tier| tier.code.clone()).collect(),
            picture: ThreadPicture {
                lang,
                title: lang.t("支援の流れ", "The thread").to_owned(),
                lanes,
                nodes: Vec::new(),
                arrows: Vec::new(),
            },
            ends: BTreeMap::new(),
            answered: Vec::new(),
        }
    }

    fn lane_of_tier(&self, tier: &str) -> usize {
        self.lanes.iter().position(|code| code == tier).map_or(1, |at| at + 1)
    }

    async fn lane(&self, conn: &mut Conn, lane: &LaneOf, on: Date) -> Result<usize> {
        Ok(match lane {
            LaneOf::Residents => 0,
            LaneOf::Tier(tier) => self.lane_of_tier(tier),
            LaneOf::Organisations => self.lanes.len().min(2),
            LaneOf::Staff(staff) => {
                let tiers = staff::list_tiers_of(self.ctx, conn, *staff, on).await?;
                tiers.iter().map(|tier| self.lane_of_tier(tier)).max().unwrap_or(1)
            }
        })
    }

    /// Adds what a room shows of a record.
    async fn add(&mut self, conn: &mut Conn, kind: Kind, id: Id, part: Part) -> Result<()> {
        let Some(first) = part.stations.first() else { return Ok(()) };
        let ends = Ends { first: first.key.clone(), last: part.last.0, last_on: part.last.1, first_on: first.on };
        self.ends.insert(id, ends);
        self.answered.extend(part.answered_on.map(|on| (id, on)));
        for station in part.stations {
            let lane = self.lane(conn, &station.lane, station.on).await?;
            self.picture.nodes.push(Node {
                id: station.key,
                lane,
                at: station.on,
                kind: station.kind,
                title: station.title,
                href: kind.href(id),
                restricted: false,
                state: station.state,
            });
        }
        for way in part.handed_on {
            self.arrow(&way.from, &way.to, ArrowKind::HandOver, Some(way.days));
        }
        for waiting in part.waiting {
            let lane = self.lane(conn, &waiting.lane, waiting.since).await?;
            self.open(&waiting.from, lane, &waiting.whose_turn, waiting.since);
        }
        Ok(())
    }

    fn arrow(&mut self, from: &str, to: &str, kind: ArrowKind, days: Option<i32>) {
        let label = days.map_or_else(String::new, |days| self.days(days));
        self.picture.arrows.push(Arrow { from: from.to_owned(), to: End::Node(to.to_owned()), kind, label });
    }

    fn open(&mut self, from: &str, lane: usize, whose_turn: &str, since: Date) {
        let days = days_between(since, self.ctx.today());
        let label = match self.lang {
            Lang::Ja => format!("{days}日待ち"),
            Lang::En => format!("open for {}", self.days(days)),
        };
        let to = End::Open { lane, whose_turn: whose_turn.to_owned() };
        self.picture.arrows.push(Arrow { from: from.to_owned(), to, kind: ArrowKind::HandOver, label });
    }

    fn days(&self, days: i32) -> String {
        match (self.lang, days) {
            (Lang::Ja, 0) => "当日".to_owned(),
            (Lang::Ja, _) => format!("{days}日"),
            (Lang::En, 0) => "same day".to_owned(),
            (Lang::En, 1) => "1 day".to_owned(),
            (Lang::En, _) => format!("{days} days"),
        }
    }

    /// Draws the links between records and the answers that came back.
    fn join(&mut self, links: &[(Id, Id)]) {
        for (from, to) in links {
            let (Some(a), Some(b)) = (self.ends.get(from), self.ends.get(to)) else { continue };
            let (from, to, days) = (a.last.clone(), b.first.clone(), days_between(a.last_on, b.first_on));
            self.arrow(&from, &to, ArrowKind::HandOver, Some(days));
        }
        for (asked, on) in std::mem::take(&mut self.answered) {
            // The answer comes from wherever the concern had got to by then.
            let Some(back) = self.ends.get(&asked) else { continue };
            let to = back.first.clone();
            let received = back.first_on;
            let from = self
                .reached(asked, links)
                .into_iter()
                .filter_map(|id| self.ends.get(&id))
                .filter(|ends| ends.last_on <= on)
                .max_by_key(|ends| ends.last_on)
                .map_or_else(|| back.last.clone(), |ends| ends.last.clone());
            if from != to {
                self.arrow(&from, &to, ArrowKind::Answer, Some(days_between(received, on)));
            }
        }
    }

    /// Every record that came of another, itself included.
    fn reached(&self, from: Id, links: &[(Id, Id)]) -> Vec<Id> {
        let mut reached = vec![from];
        let mut at = 0;
        while let Some(id) = reached.get(at).copied() {
            for (_, to) in links.iter().filter(|(from, _)| *from == id) {
                if !reached.contains(to) {
                    reached.push(*to);
                }
            }
            at += 1;
        }
        reached
    }
}

/// The kind in an address, or 404.
pub(super) fn kind_of(ctx: &Ctx, name: &str) -> Result<Kind> {
    ctx.app().kind(name).filter(|kind| drawn_by(ctx, kind).is_some()).ok_or(Error::NotFound)
}

/// How the room of a kind draws its records; `None` for kinds that are no points of a thread.
fn drawn_by(ctx: &Ctx, kind: Kind) -> Option<Draw> {
    let room = ctx.app().rooms().find(|room| room.kinds.contains(&kind))?;
    room.draw.filter(|_| kind.guard.is_some() && kind.path.is_some())
}
