//! Gathers the records of a thread and lays them out as a picture.

use std::collections::{BTreeMap, VecDeque};

use jiff::civil::Date;
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::store;
use crate::access::{self, Kind};
use crate::area::AREA;
use crate::case::CASE;
use crate::consultation::CONSULTATION;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::handover::{self, Handover};
use crate::lang::Lang;
use crate::notice::NOTICE;
use crate::person::PERSON;
use crate::web::ui::svg_thread::{Arrow, ArrowKind, End, Lane, Node, ThreadPicture};

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
        for (from_kind, from, to_kind, to) in store::list_links(ctx, conn, at).await? {
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
        if **kind == NOTICE {
            builder.notice(conn, *id).await?;
        } else if **kind == CONSULTATION {
            builder.consultation(conn, *id).await?;
        } else if **kind == CASE {
            builder.case(conn, *id).await?;
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
    /// Notices that were answered: id, day.
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

    /// The lane of a person who acted on a day: that of the widest post held.
    async fn lane_of(&self, conn: &mut Conn, staff: Option<Id>, on: Date) -> Result<usize> {
        let Some(staff) = staff else { return Ok(0) };
        let tiers = store::list_tiers_of(self.ctx, conn, staff, on).await?;
        Ok(tiers.iter().map(|tier| self.lane_of_tier(tier)).max().unwrap_or(1))
    }

    fn node(
        &mut self,
        id: String,
        lane: usize,
        at: Date,
        kind: &str,
        title: String,
        state: Option<String>,
        href: String,
    ) {
        self.picture.nodes.push(Node {
            id,
            lane,
            at,
            kind: kind.to_owned(),
            title,
            href: Some(href),
            restricted: false,
            state,
        });
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

    async fn notice(&mut self, conn: &mut Conn, id: Id) -> Result<()> {
        let part = store::get_notice(self.ctx, conn, id).await?;
        let handovers = handover::list_of(self.ctx, conn, id).await?;
        let lane = self.lane_of(conn, part.reporter_staff, part.received_on).await?;
        let href = format!("/notices/{id}");
        let kind = self.lang.t("気づき", "Notice");
        let title = self.ctx.profile().label("notice_kind", &part.kind, self.lang).to_owned();
        let first = id.to_string();
        self.node(first.clone(), lane, part.received_on, kind, title, None, href.clone());
        let mut ends =
            Ends { first: first.clone(), last: first.clone(), last_on: part.received_on, first_on: part.received_on };
        if let (Some(at), Some(outcome)) = (part.triaged_at, &part.triage) {
            let on = tokyo_date(at);
            let lane = self.lane_of(conn, part.triaged_by, on).await?;
            let who = handovers.iter().find_map(|h| h.acknowledged_label.clone()).unwrap_or_default();
            let last = format!("{id}-triage");
            let state = self.ctx.profile().label("notice_outcome", outcome, self.lang).to_owned();
            self.node(last.clone(), lane, on, self.lang.t("受け取り", "Triage"), who, Some(state), href);
            self.arrow(&first, &last, ArrowKind::HandOver, Some(days_between(part.received_on, on)));
            ends.last = last;
            ends.last_on = on;
        } else {
            let lane = self.lane_of_tier(&part.area_tier);
            self.open(&first, lane, &part.area_name, part.received_on);
        }
        if let Some(at) = handovers.iter().filter_map(|h| h.answered_at).max() {
            self.answered.push((id, tokyo_date(at)));
        }
        self.ends.insert(id, ends);
        Ok(())
    }

    async fn consultation(&mut self, conn: &mut Conn, id: Id) -> Result<()> {
        let part = store::get_consultation(self.ctx, conn, id).await?;
        let lane = self.lane_of(conn, Some(part.taken_by), part.received_on).await?;
        let kind = self.lang.t("相談受付", "Consultation");
        let state = match part.outcome.as_str() {
            "case" => self.lang.t("支援へ", "Became a case"),
            "answered" => self.lang.t("答えて終了", "Answered"),
            "referral" => self.lang.t("他機関へ", "Referred"),
            _ => self.lang.t("受付中", "Open"),
        };
        let node = id.to_string();
        self.node(
            node.clone(),
            lane,
            part.received_on,
            kind,
            part.taken_name.clone(),
            Some(state.to_owned()),
            format!("/consultations/{id}"),
        );
        if part.outcome == "open" {
            self.open(&node, lane, &part.taken_name, part.received_on);
        }
        let last_on = part.outcome_at.map_or(part.received_on, tokyo_date);
        self.ends.insert(id, Ends { first: node.clone(), last: node, last_on, first_on: part.received_on });
        Ok(())
    }

    async fn case(&mut self, conn: &mut Conn, id: Id) -> Result<()> {
        let part = store::get_case(self.ctx, conn, id).await?;
        let lane = self.lane_of(conn, Some(part.lead_staff), part.opened_on).await?;
        let href = format!("/cases/{id}");
        let first = id.to_string();
        let state = match (part.closed_on, part.agreed_at) {
            (Some(_), _) => self.lang.t("終了", "Closed"),
            (None, Some(_)) => self.lang.t("支援中", "Under way"),
            (None, None) => self.lang.t("役割を調整中", "Roles being agreed"),
        };
        let title = format!("{} {}", part.number, part.lead_name);
        self.node(
            first.clone(),
            lane,
            part.opened_on,
            self.lang.t("支援", "Case"),
            title,
            Some(state.to_owned()),
            href.clone(),
        );
        for role in store::list_roles(self.ctx, conn, id).await? {
            for h in handover::list_of(self.ctx, conn, role.id).await? {
                self.role(conn, &first, &role, &h, &href).await?;
            }
        }
        let mut ends =
            Ends { first: first.clone(), last: first.clone(), last_on: part.opened_on, first_on: part.opened_on };
        if let Some(on) = part.closed_on {
            let lane = self.lane_of(conn, part.closed_by, on).await?;
            let last = format!("{id}-closed");
            let outcome = part.outcome.as_deref().unwrap_or_default();
            let title = self.ctx.profile().label("closing_outcome", outcome, self.lang).to_owned();
            self.node(last.clone(), lane, on, self.lang.t("支援の終了", "Closing"), title, None, href);
            self.arrow(&first, &last, ArrowKind::HandOver, Some(days_between(part.opened_on, on)));
            ends.last = last;
            ends.last_on = on;
        } else {
            self.open(&first, lane, &part.lead_name, part.opened_on);
        }
        self.ends.insert(id, ends);
        Ok(())
    }

    async fn role(
        &mut self,
        conn: &mut Conn,
        case: &str,
        role: &store::RolePart,
        h: &Handover,
        href: &str,
    ) -> Result<()> {
        let handed = tokyo_date(h.handed_at);
        let lane = match role.staff_id {
            Some(staff) => self.lane_of(conn, Some(staff), handed).await?,
            None => self.lanes.len().min(2),
        };
        let Some(at) = h.answered_at else {
            self.open(case, lane, &h.to_label, handed);
            return Ok(());
        };
        let on = tokyo_date(at);
        let node = h.id.to_string();
        let state = match h.outcome.as_deref() {
            Some("declined") => self.lang.t("辞退", "Declined"),
            Some("passed_on") => self.lang.t("取り下げ", "Withdrawn"),
            Some("done") => self.lang.t("終了", "Ended"),
            _ => self.lang.t("引き受け", "Accepted"),
        };
        let label = self.ctx.profile().label("case_role", &role.role, self.lang).to_owned();
        self.node(node.clone(), lane, on, &label, h.to_label.clone(), Some(state.to_owned()), href.to_owned());
        self.arrow(case, &node, ArrowKind::HandOver, Some(days_between(handed, on)));
        Ok(())
    }

    /// Draws the links between records and the answers that came back.
    fn join(&mut self, links: &[(Id, Id)]) {
        for (from, to) in links {
            let (Some(a), Some(b)) = (self.ends.get(from), self.ends.get(to)) else { continue };
            let (from, to, days) = (a.last.clone(), b.first.clone(), days_between(a.last_on, b.first_on));
            self.arrow(&from, &to, ArrowKind::HandOver, Some(days));
        }
        for (notice, on) in std::mem::take(&mut self.answered) {
            // The answer comes from wherever the concern had got to by then.
            let Some(back) = self.ends.get(&notice) else { continue };
            let to = back.first.clone();
            let received = back.first_on;
            let from = self
                .reached(notice, links)
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

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// The kind in an address, or 404.
pub(super) fn kind_of(ctx: &Ctx, name: &str) -> Result<Kind> {
    ctx.app()
        .kind(name)
        .filter(|kind| **kind != AREA && **kind != PERSON && kind.guard.is_some())
        .ok_or(Error::NotFound)
}
