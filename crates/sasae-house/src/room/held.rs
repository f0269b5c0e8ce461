//! What lies with somebody who can no longer see to it: a post has ended, somebody has moved, an area was cut
//! anew. A room derives it from its records, proposes who can go on, and passes it on; 担当者のいないもの shows
//! it, and so do 今日, the page of the organisation and `sasae doctor`.

use sasae_core::id::Id;
use sasae_db::Conn;

use super::{DueKind, DueLimit, Pending};
use crate::access::{self, Kind};
use crate::ctx::{Ctx, Work};
use crate::error::Result;
use crate::profile::Function;

/// A kind of thing that can lie with nobody, in the words of its room.
#[derive(Debug)]
pub struct HeldKind {
    /// How it stands in 今日.
    pub due: DueKind,
    /// The kind of the record that shows it.
    pub record: Kind,
    /// Whether somebody can be chosen who goes on; otherwise a post has to be filled first.
    pub passes: bool,
}

impl PartialEq for HeldKind {
    fn eq(&self, other: &HeldKind) -> bool {
        self.due.code == other.due.code
    }
}

impl Eq for HeldKind {}

/// Something that lies with nobody.
#[derive(Debug, Clone)]
pub struct Held {
    /// What kind of thing.
    pub kind: &'static HeldKind,
    /// What is passed on: the record, or a part of it.
    pub item: Id,
    /// The record that shows it.
    pub record: Id,
    /// About whom or what, in words, as far as the reader may know.
    pub about: String,
    /// With whom it lies, in words; empty where it never lay with anybody.
    pub holder: String,
    /// Who with, where it is one person.
    pub holder_id: Option<Id>,
    /// The records of which the row tells.
    pub tells_of: Vec<(Kind, Id)>,
}

/// Somebody who can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heir {
    /// Who.
    pub staff: Id,
    /// The name.
    pub name: String,
    /// By which role, in both languages.
    pub role: (String, String),
    /// In which area.
    pub area_name: String,
    /// How well it fits: 0 follows in the same post, 1 has the same role, 2 can do it.
    pub rank: i64,
}

/// The rank of one who can go on, but by another role.
const OTHER_ROLE: i64 = 2;

/// How a room tells what lies with nobody.
pub struct HeldBy {
    /// The kinds of thing.
    pub kinds: &'static [&'static HeldKind],
    /// What the reader can see to, under the row rules.
    pub list: for<'a> fn(&'a Ctx, &'a mut Conn, &'a DueLimit) -> Pending<'a, Vec<Held>>,
    /// How many there are of each kind in the whole municipality, for commands.
    pub count: for<'a> fn(&'a Ctx, &'a mut Conn) -> Pending<'a, Vec<(&'static HeldKind, i64)>>,
    /// Who can go on with one, the best first.
    pub heirs: for<'a> fn(&'a Ctx, &'a mut Conn, &'a Held) -> Pending<'a, Vec<Heir>>,
    /// Passes one on, for a reason that stays. The room asks the policy.
    pub pass_on: for<'a> fn(&'a Ctx, &'a mut Work, &'a Held, Id, &'a str) -> Pending<'a, ()>,
}

/// How a room tells which of its records name an area, and lets them follow where another one goes on.
pub struct PlacedBy {
    /// How many of each kind name the area and are under way.
    pub count: for<'a> fn(&'a Ctx, &'a mut Conn, Id) -> Pending<'a, Vec<(Kind, i64)>>,
    /// Moves them from one area to the other.
    pub resettle: for<'a> fn(&'a Ctx, &'a mut Work, (Id, Id)) -> Pending<'a, ()>,
}

/// Whether the reader sees anywhere to what lies with nobody: by the function that it needs, as a supervisor, or in
/// charge of protection. Whoever does not is spared the question.
pub fn sees_to(ctx: &Ctx, function: &Function) -> bool {
    ctx.may(function) || ctx.may(&access::may::SUPERVISE) || ctx.may(&access::may::PROTECT)
}

/// The one who goes on by right: the only one who follows in the same post, or the only one who has the same role.
/// Somebody of another role is never chosen beforehand.
pub fn proposed(heirs: &[Heir]) -> Option<&Heir> {
    let best = heirs.iter().map(|heir| heir.rank).min().filter(|rank| *rank < OTHER_ROLE)?;
    let mut of_best = heirs.iter().filter(|heir| heir.rank == best);
    let first = of_best.next()?;
    of_best.all(|other| other.staff == first.staff).then_some(first)
}

/// What lies with nobody and the reader can see to, room by room.
///
/// # Errors
/// When the database fails.
pub async fn list_holderless(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Held>> {
    let mut all = Vec::new();
    for held in ctx.app().rooms().filter_map(|room| room.held.as_ref()) {
        all.extend((held.list)(ctx, conn, limit).await?);
    }
    Ok(all)
}

/// How a kind of thing is passed on.
pub fn way_of(ctx: &Ctx, kind: &HeldKind) -> Option<&'static HeldBy> {
    ctx.app().rooms().filter_map(|room| room.held.as_ref()).find(|held| held.kinds.contains(&kind))
}

/// How many records of each kind name an area and are under way.
///
/// # Errors
/// When the database fails.
pub async fn count_placed(ctx: &Ctx, conn: &mut Conn, area: Id) -> Result<Vec<(Kind, i64)>> {
    let mut all = Vec::new();
    for placed in ctx.app().rooms().filter_map(|room| room.placed.as_ref()) {
        all.extend((placed.count)(ctx, conn, area).await?.into_iter().filter(|(_, count)| *count > 0));
    }
    Ok(all)
}

/// Another area goes on where one has ended: the records of all rooms follow.
///
/// # Errors
/// When the database fails.
pub async fn resettle(ctx: &Ctx, work: &mut Work, areas: (Id, Id)) -> Result<()> {
    for placed in ctx.app().rooms().filter_map(|room| room.placed.as_ref()) {
        (placed.resettle)(ctx, work, areas).await?;
    }
    Ok(())
}
