//! The links between records: this one came of that one. Rooms link their records in the
//! transaction that makes them; the thread and the pages of records follow the links.
//!
//! **Architecture Invariant:** one who may not know of a record is not told of its links either;
//! [`list_after`] asks the policy for each.

pub mod store;

pub use store::list;

use sasae_core::id::Id;
use sasae_db::{Conn, Tx};

use crate::access::{self, Kind};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::room::Room;

/// What this room offers.
pub static ROOM: Room = Room {
    tables: store::TABLES,
    migrations: &[sasae_db::migration!("0001_link")],
    ..Room::new("link", Words("由来", "Links"))
};

/// Links two records: `to` came of `from`.
pub async fn link(ctx: &Ctx, tx: &mut Tx, from: (Kind, Id), to: (Kind, Id)) -> Result<()> {
    store::put(ctx, tx, from, to, "became").await
}

/// Takes a link back: the later record was struck out, or did not come of the earlier one.
pub async fn unlink(ctx: &Ctx, tx: &mut Tx, from: Id, to: Id) -> Result<()> {
    store::delete(ctx, tx, from, to).await
}

/// The records that came of a record and that the reader may see.
pub async fn list_after(ctx: &Ctx, conn: &mut Conn, record: Id) -> Result<Vec<(Kind, Id)>> {
    let mut after = Vec::new();
    for (_, from, kind, to) in store::list(ctx, conn, record).await? {
        if let Some(kind) = ctx.app().kind(&kind)
            && from == record
            && access::can_see(ctx, conn, kind, to).await?
        {
            after.push((kind, to));
        }
    }
    Ok(after)
}
