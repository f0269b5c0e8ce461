//! Grounds: the reasons beyond area and post for which somebody may see a record — a case team, an
//! entrustment, later a watch, a referral, support in an evacuation.
//!
//! The room that has the reason writes the grounds in the transaction of its step, and replaces
//! them when the reason changes or ends. The row rules ask this one table, whatever the number of
//! rooms; the policies name the reason, and so does the page that says why it is visible.
//!
//! **Architecture Invariant:** a ground has one source (the role, the entrustment). Only the room
//! of the source writes it, by [`replace`], which takes everything that follows from the source.

pub mod store;

pub use store::list_held;

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::Tx;

use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::room::Room;

/// What this room offers.
pub static ROOM: Room = Room {
    tables: store::TABLES,
    migrations: &[
        sasae_db::migration!("0001_ground"),
        sasae_db::migration!("0006_ground_address"),
        sasae_db::migration!("0007_ground_holder"),
    ],
    ..Room::new("ground", Words("閲覧の根拠", "Grounds"))
};

/// A reason for which somebody may see a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ground {
    /// Who may see it: a staff record.
    pub holder: Id,
    /// The kind of the record.
    pub kind: Kind,
    /// The record.
    pub record: Id,
    /// The reason, as the policies name it: `team`.
    pub reason: &'static str,
    /// Whether the reason opens a hidden address too; a rule of the room that writes it says the same.
    pub opens_address: bool,
    /// First day.
    pub from: Date,
    /// Last day; a ground that ends before it begins is not written.
    pub to: Date,
}

/// Puts everything that follows from one source in the place of what followed from it before.
pub async fn replace(ctx: &Ctx, tx: &mut Tx, source: Id, grounds: &[Ground]) -> Result<()> {
    store::delete_of(ctx, tx, source).await?;
    for ground in grounds.iter().filter(|ground| ground.from <= ground.to) {
        store::insert(ctx, tx, source, ground).await?;
    }
    Ok(())
}
