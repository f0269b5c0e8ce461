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
        sasae_db::migration!("0041_ground_by"),
    ],
    ..Room::new("ground", Words("閲覧の根拠", "Grounds"))
};

/// A reason for which somebody may see a record.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// By which post it is held.
    pub by: HeldByPost,
    /// First day.
    pub from: Date,
    /// Last day; a ground that ends before it begins is not written.
    pub to: Date,
}

/// The post by which somebody holds a ground: the ground holds as long as the holder has a post of this role in this
/// area or around it, so that sight ends with the post on the same day, whoever ends it and however.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum HeldByPost {
    /// It asks for no post.
    #[default]
    Nothing,
    /// By a post of a role, by its code, in an area or around it.
    Post(String, Id),
    /// The holder has no post for it.
    Lapsed,
}

impl HeldByPost {
    /// By what somebody who has such posts, the best first, holds a ground.
    pub fn of(posts: &[(String, Id)]) -> HeldByPost {
        posts.first().map_or(HeldByPost::Lapsed, |(role, area)| HeldByPost::Post(role.clone(), *area))
    }

    fn columns(&self) -> (Option<&str>, Option<Id>) {
        match self {
            HeldByPost::Nothing => (None, None),
            HeldByPost::Post(role, area) => (Some(role), Some(*area)),
            HeldByPost::Lapsed => (Some(""), None),
        }
    }
}

/// By which post a holder holds what follows from a source; nothing where nothing follows from it yet, or
/// where the holder had no post.
pub async fn find_by(ctx: &Ctx, tx: &mut Tx, source: Id, holder: Id) -> Result<Option<HeldByPost>> {
    let found = store::find_by(ctx, tx, source, holder).await?;
    Ok(found.map(|(role, area)| HeldByPost::Post(role, area)))
}

/// Puts everything that follows from one source in the place of what followed from it before.
pub async fn replace(ctx: &Ctx, tx: &mut Tx, source: Id, grounds: &[Ground]) -> Result<()> {
    store::delete_of(ctx, tx, source).await?;
    for ground in grounds.iter().filter(|ground| ground.from <= ground.to) {
        store::insert(ctx, tx, source, ground).await?;
    }
    Ok(())
}
