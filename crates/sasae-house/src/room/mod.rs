//! What a room is: all that it offers to the house, as one value.
//!
//! A room lives in one folder and stands as one line in `rooms::ROOMS`. The views over all rooms —
//! 今日, search, thread, figures, a person's timeline, navigation, the description of the API —
//! walk the list and name no room.
//!
//! **Architecture Invariant:** what a view needs of a room is a field here, and a room uses only
//! rooms that stand before it in the list.

pub mod due;
pub mod found;
pub mod held;
pub mod part;
pub mod taker;
pub mod way;

pub use due::{Due, DueKind, DueLimit};
pub use found::{Happening, Hit, Standing};
pub use held::{Heir, Held, HeldBy, HeldKind, PlacedBy, list_holderless, resettle};
pub use part::Part;
pub use taker::{Handed, Taker};
pub use way::{NavEntry, NavSection, NextStep, RecordButton, always};

use std::future::Future;
use std::pin::Pin;

use maud::Markup;
use sasae_core::id::Id;
use sasae_db::{Conn, Migration};

use crate::access::{Act, Kind};
use crate::attachment::AttachmentRule;
use crate::correction::CorrectionRule;
use crate::ctx::{Ctx, Work};
use crate::error::Result;
use crate::fact::FactKind;
use crate::lang::Words;
use crate::listing::List;
use crate::message::Occasion;
use crate::profile::Needs;
use crate::web::Routes;

/// What a function of a room will answer; a table of rooms holds functions of one type.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// How a room draws one of its records into a thread.
pub type Draw = for<'a> fn(&'a Ctx, &'a mut Conn, Kind, Id) -> Pending<'a, Part>;

/// What a room calls one of its records, which the reader sees.
pub type Called = for<'a> fn(&'a Ctx, &'a mut Conn, Kind, Id) -> Pending<'a, Option<String>>;

/// On the page of which record a room shows one of its parts.
pub type PageFor = for<'a> fn(&'a Ctx, &'a mut Conn, Kind, Id) -> Pending<'a, Option<(Kind, Id)>>;

/// The rooms of a house, in the order in which a concern flows.
pub type Rooms = &'static [&'static Room];

/// A room of the house.
pub struct Room {
    /// The folder's name.
    pub code: &'static str,
    /// What it is called.
    pub name: Words,
    /// Its routes, each with its gate.
    pub routes: fn(Routes) -> Routes,
    /// The tables that it alone writes.
    pub tables: &'static [&'static str],
    /// What makes them, in files of its folder: `migrations/0001_code.sql`. See [`Migration`].
    pub migrations: &'static [Migration],
    /// Kinds of record that it keeps.
    pub kinds: &'static [Kind],
    /// What may be done to its records beyond seeing and editing.
    pub acts: &'static [Act],
    /// Its rules, in the language of the policy engine.
    pub policy: &'static str,
    /// Which of its records have files.
    pub attachments: &'static [AttachmentRule],
    /// Which of its records are put right, and who sees their history.
    pub corrections: &'static [CorrectionRule],
    /// What it asks of every profile.
    pub needs: Needs,
    /// Kinds of fact that it writes.
    pub facts: &'static [&'static FactKind],
    /// On what occasions it sends messages.
    pub messages: &'static [&'static Occasion],
    /// Its entries of the navigation.
    pub nav: &'static [NavEntry],
    /// Its buttons of 記録する.
    pub record: &'static [RecordButton],
    /// What it shows below the buttons of 記録する.
    pub record_below: Option<fn(&Ctx) -> Pending<'_, Markup>>,
    /// What is due for the reader, the oldest first.
    pub due: Option<for<'a> fn(&'a Ctx, &'a mut Conn, &'a DueLimit) -> Pending<'a, Vec<Due>>>,
    /// Its lists.
    pub lists: &'static [&'static List],
    /// By what its records are found, as a part of a sentence.
    pub found_by: Words,
    /// The records that answer to a text, at most so many, under the row rules.
    pub search: Option<for<'a> fn(&'a Ctx, &'a mut Conn, &'a str, i64) -> Pending<'a, Vec<Hit>>>,
    /// What happened with a person, under the row rules: of each statement at most so many rows, the
    /// latest. The page notes in the audit trail what it shows.
    pub happenings: Option<for<'a> fn(&'a Ctx, &'a mut Conn, Id, i64) -> Pending<'a, Vec<Happening>>>,
    /// What goes on with a person or went on, under the row rules, open ones first.
    pub standing: Option<for<'a> fn(&'a Ctx, &'a mut Conn, Id) -> Pending<'a, Vec<Standing>>>,
    /// What the thread shows of one of its records, which the reader sees.
    pub draw: Option<Draw>,
    /// What one of its records is called, where a link to it names it: a person's name, a case's number.
    pub called: Option<Called>,
    /// Steps that it offers on the page of a record of an earlier room, which the reader sees.
    pub next_steps: Option<for<'a> fn(&'a Ctx, &'a mut Conn, Kind, Id) -> Pending<'a, Vec<NextStep>>>,
    /// On the page of which record one of its records or parts is shown, unless it was struck out: a role on
    /// that of its case.
    pub page_of: Option<PageFor>,
    /// What follows here when it changed whom a record of an earlier room is about: who sees the record for
    /// a reason of this room. It runs in the transaction of that step.
    pub follow: Option<for<'a> fn(&'a Ctx, &'a mut Work, Kind, Id) -> Pending<'a, ()>>,
    /// Which of its records take over what an earlier room hands on.
    pub takers: &'static [&'static Taker],
    /// What lies with somebody who can no longer see to it, and how it is passed on.
    pub held: Option<HeldBy>,
    /// Which of its records name an area, and how they follow where another area goes on.
    pub placed: Option<PlacedBy>,
}

impl Room {
    /// A room that offers nothing yet.
    pub const fn new(code: &'static str, name: Words) -> Room {
        Room {
            code,
            name,
            routes: no_routes,
            tables: &[],
            migrations: &[],
            kinds: &[],
            acts: &[],
            policy: "",
            attachments: &[],
            corrections: &[],
            needs: Needs::NONE,
            facts: &[],
            messages: &[],
            nav: &[],
            record: &[],
            record_below: None,
            due: None,
            lists: &[],
            found_by: Words("", ""),
            search: None,
            happenings: None,
            standing: None,
            draw: None,
            called: None,
            next_steps: None,
            page_of: None,
            follow: None,
            takers: &[],
            held: None,
            placed: None,
        }
    }
}

fn no_routes(routes: Routes) -> Routes {
    routes
}

/// What its room calls a record that the reader sees; nothing for kinds without names.
pub async fn name_of(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<Option<String>> {
    let room = ctx.app().rooms().find(|room| room.kinds.iter().any(|known| **known == *kind));
    match room.and_then(|room| room.called) {
        Some(called) => called(ctx, conn, kind, id).await,
        None => Ok(None),
    }
}

/// The record on whose page something is shown: itself, or for a part what its room says; `None` where that was
/// struck out.
pub async fn page_of(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<Option<(Kind, Id)>> {
    let room = ctx.app().rooms().find(|room| room.kinds.iter().any(|known| **known == *kind));
    match room.and_then(|room| room.page_of) {
        Some(page_of) => page_of(ctx, conn, kind, id).await,
        None => Ok(Some((kind, id))),
    }
}

/// What the rooms offer on the page of a record that the reader sees, in the order of the rooms.
pub async fn list_next_steps(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<Vec<NextStep>> {
    let mut all = Vec::new();
    for list in ctx.app().rooms().filter_map(|room| room.next_steps) {
        all.extend(list(ctx, conn, kind, id).await?);
    }
    Ok(all)
}

/// Who takes over a kind of record by an outcome, where some room does.
pub fn find_taker(ctx: &Ctx, takes: Kind, outcome: &str) -> Option<&'static Taker> {
    let mut takers = ctx.app().rooms().flat_map(|room| room.takers.iter().copied());
    takers.find(|taker| *taker.takes == *takes && taker.outcome == outcome)
}

/// Lets the rooms follow a record that is about somebody else than before.
pub async fn follow(ctx: &Ctx, work: &mut Work, kind: Kind, id: Id) -> Result<()> {
    for follow in ctx.app().rooms().filter_map(|room| room.follow) {
        follow(ctx, work, kind, id).await?;
    }
    Ok(())
}
