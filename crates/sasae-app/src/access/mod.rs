//! Who may see and do what.
//!
//! `policy.cedar` holds the rules; this room asks them about one record
//! (`allowed`, `require`) and says why ("visible because you are in the case
//! team since …"). Lists cannot ask row by row: `scope.rs` holds the same rules
//! as SQL conditions, and a property test shows on both engines that a filtered
//! list is exactly the policy asked row by row.
//!
//! **Architecture Invariant:** whoever may not know of a record gets
//! `NotFound`, never `Forbidden`.

#[macro_use]
mod scope;
mod policy;
pub mod store;
#[cfg(test)]
mod tests;

pub use policy::{Act, Facts, Kind, Policy, Why};

use sasae_core::id::Id;
use sasae_db::Conn;

use crate::ctx::{Actor, Ctx};
use crate::error::{Error, Result};

/// The reasons that let the reader see a record, or `NotFound`.
pub async fn require_sight(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<Vec<Why>> {
    let facts = store::get_facts(ctx, conn, kind, id).await?;
    let why = ctx.app().policy().ask(ctx, kind, Act::See, &facts)?;
    if why.is_empty() { Err(Error::NotFound) } else { Ok(why) }
}

/// Whether the reader may see the record.
pub async fn can_see(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<bool> {
    match store::get_facts(ctx, conn, kind, id).await {
        Ok(facts) => ctx.app().policy().permits(ctx, kind, Act::See, &facts),
        Err(Error::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Whether the reader may do `act` to a record; commands may do everything.
pub async fn allowed(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id, act: Act) -> Result<bool> {
    if matches!(ctx.actor(), Actor::System(_)) {
        return Ok(true);
    }
    let facts = store::get_facts(ctx, conn, kind, id).await?;
    ctx.app().policy().permits(ctx, kind, act, &facts)
}

/// Lets the step go on, or says `NotFound` to one who may not see the record
/// and `Forbidden` to one who sees it but may not do this.
pub async fn require(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id, act: Act) -> Result<()> {
    if allowed(ctx, conn, kind, id, act).await? {
        return Ok(());
    }
    if kind != Kind::Area {
        require_sight(ctx, conn, kind, id).await?;
    }
    Err(Error::Forbidden(act.refusal()))
}
