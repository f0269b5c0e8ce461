//! The thread: the whole way of a concern from notice to closing, from any of
//! its records, as a picture and as a list: who passed what to whom, when, and
//! how long each waited.
//!
//! Rooms link their records (`link`) in the transaction that makes them; the
//! page asks each room for its node under the reader's row rules. A record that
//! the reader may not know leaves no node, no arrow and no gap.

pub mod store;

use sasae_core::id::Id;
use sasae_db::Tx;

use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::Result;

/// Links two records: `to` came of `from`.
pub async fn link(ctx: &Ctx, tx: &mut Tx, from: (Kind, Id), to: (Kind, Id)) -> Result<()> {
    store::put_link(ctx, tx, from, to, "became").await
}
