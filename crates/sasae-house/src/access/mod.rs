//! Who may see and do what.
//!
//! The `policy.cedar` of each room holds its rules; this part of the house asks them about one record
//! (`allowed`, `require`) and says why ("visible because you are in the case
//! team since …"). Lists cannot ask row by row: `scope.rs` holds the same rules
//! as SQL conditions, and a property test shows on both engines that a filtered
//! list is exactly the policy asked row by row.
//!
//! **Architecture Invariant:** whoever may not know of a record gets
//! `NotFound`, never `Forbidden`.

#[macro_use]
mod scope;
pub mod kind;
pub mod may;
mod policy;
mod schema;
pub mod store;
pub use kind::{Act, Guard, Kind, RecordKind};
pub use policy::{Facts, Policy, Why, policy_text};
pub use schema::schema_text;
pub use store::{count_areas, list_held_posts};

use sasae_core::id::Id;
use sasae_db::Conn;

use crate::area::AREA;
use crate::audit;
use crate::ctx::{Actor, Ctx};
use crate::error::{Error, Result};
use crate::profile::{Catalogue, Function, Needs};
use crate::room::Rooms;

/// What the house itself asks of every profile: what no single room has to itself.
pub static NEEDS: Needs = Needs { functions: &[&may::SUPERVISE, &may::PROTECT, &audit::may::READ], ..Needs::NONE };

/// What some rooms and the house ask of every profile.
pub fn catalogue(rooms: Rooms) -> Catalogue {
    Catalogue::of(std::iter::once(&NEEDS).chain(rooms.iter().map(|room| &room.needs)))
}

/// Every function that the policies may speak of.
pub fn functions(rooms: Rooms) -> Vec<&'static Function> {
    std::iter::once(&NEEDS)
        .chain(rooms.iter().map(|room| &room.needs))
        .flat_map(|needs| needs.functions)
        .copied()
        .collect()
}

/// A record that the reader may see, with what else the reader may do to it.
#[derive(Debug)]
pub struct Sight {
    /// The reasons that let the reader see it.
    pub why: Vec<Why>,
    answers: Vec<(Act, bool)>,
}

impl Sight {
    /// Whether the reader may do `act`, one of those that were asked for.
    pub fn may(&self, act: Act) -> bool {
        let answer = self.answers.iter().find(|(asked, _)| *asked == act);
        debug_assert!(answer.is_some(), "{act:?} was not asked for");
        answer.is_some_and(|(_, may)| *may)
    }

    /// Lets the step go on, or says `Forbidden`.
    pub fn require(&self, act: Act) -> Result<()> {
        if self.may(act) { Ok(()) } else { Err(Error::Forbidden(act.refusal.into())) }
    }
}

/// The record as the reader may see it, or `NotFound`; of `acts`, which the reader
/// may do. What the rules need to know is fetched once for all questions.
pub async fn sight(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id, acts: &[Act]) -> Result<Sight> {
    let facts = store::get_facts(ctx, conn, kind, id).await?;
    let asking = ctx.app().policy().about(ctx, kind, &facts)?;
    let why = asking.why(Act::SEE)?;
    if why.is_empty() {
        return Err(Error::NotFound);
    }
    let answers = acts.iter().map(|act| Ok((*act, asking.permits(*act)?))).collect::<Result<_>>()?;
    Ok(Sight { why, answers })
}

/// The reasons that let the reader see a record, or `NotFound`.
pub async fn require_sight(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<Vec<Why>> {
    Ok(sight(ctx, conn, kind, id, &[]).await?.why)
}

/// Whether the reader may see the record.
pub async fn can_see(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<bool> {
    match store::get_facts(ctx, conn, kind, id).await {
        Ok(facts) => ctx.app().policy().about(ctx, kind, &facts)?.permits(Act::SEE),
        Err(Error::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Whether the reader may see the record, by the condition of lists: one statement, where
/// [`can_see`] fetches what the policy needs to know.
pub async fn is_visible(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<bool> {
    let Some(guard) = &kind.guard else { return Ok(false) };
    Ok(conn.query_opt::<(Id,)>(guard.visible, scoped![ctx, id]).await?.is_some())
}

/// Whether the reader sees a record and may do `act` to it; commands may do everything. Areas are seen by all.
pub async fn allowed(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id, act: Act) -> Result<bool> {
    if matches!(ctx.actor(), Actor::System(_)) {
        return Ok(true);
    }
    let facts = store::get_facts(ctx, conn, kind, id).await?;
    let asking = ctx.app().policy().about(ctx, kind, &facts)?;
    Ok((*kind == AREA || asking.permits(Act::SEE)?) && asking.permits(act)?)
}

/// Whether a record that the reader sees may be told together with where it is: the address of the person
/// whom it is about is not hidden, or the reader may see it.
pub async fn shows_place(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<bool> {
    let facts = store::get_facts(ctx, conn, kind, id).await?;
    Ok(!facts.address_hidden || ctx.app().policy().about(ctx, kind, &facts)?.permits(Act::SEE_ADDRESS)?)
}

/// Lets the step go on, or says `NotFound` to one who may not see the record
/// and `Forbidden` to one who sees it but may not do this.
pub async fn require(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id, act: Act) -> Result<()> {
    if allowed(ctx, conn, kind, id, act).await? {
        return Ok(());
    }
    if *kind != AREA {
        require_sight(ctx, conn, kind, id).await?;
    }
    Err(Error::Forbidden(act.refusal.into()))
}
