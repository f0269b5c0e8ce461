//! Whom a consultation is about: the one door through which this room asks for
//! persons and households. Only those whom the reader may see by name come back.

pub mod store;

use sasae_core::id::Id;
use sasae_db::Conn;

pub use store::Candidate;

use crate::ctx::Ctx;
use crate::error::Result;

/// Persons whom a name, a reading or a telephone number fits.
pub async fn list_candidates(ctx: &Ctx, conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<Candidate>> {
    store::list_candidates(ctx, conn, text, limit).await
}

/// A person who was chosen before, if the reader may see this person.
pub async fn find_candidate(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<Candidate>> {
    store::find_candidate(ctx, conn, id).await
}

/// The household in which a person lives today; the caller has asked the policy.
pub async fn find_household(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Option<Id>> {
    store::find_household(ctx, conn, person).await
}

/// Whether the reader may see anyone of a household.
pub async fn may_see_household(ctx: &Ctx, conn: &mut Conn, household: Id) -> Result<bool> {
    store::may_see_household(ctx, conn, household).await
}
