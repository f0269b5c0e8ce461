//! The hand-over, one primitive for all: whatever is handed on has a receiver,
//! a clock and an answer, and whoever handed it on sees what became of it.
//! A notice, a role in a case, later a referral, a meeting's item, a community issue and a proposal
//! are all hand-overs of some subject.
//!
//! A room calls `hand_on` when it hands something on, `acknowledge` when the
//! receiver has taken note, `answer` when it is settled. Due dates come from
//! the profile's dated rules. Deliberately absent: any page of its own; each
//! room shows its hand-overs where its users look.

pub mod store;

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx};

pub use store::{Answered, Handover};

use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::{Error, Result};

/// Makes its table.
pub const MIGRATION: sasae_db::Migration = sasae_db::migration!("0001_handover");
/// Adds when an answer was seen.
pub const SEEN_MIGRATION: sasae_db::Migration = sasae_db::migration!("0009_handover_seen");

/// To whom something is handed.
#[derive(Debug, Clone)]
pub enum Receiver {
    /// Whoever carries a function in an area.
    Area {
        /// The area.
        area: Id,
        /// The function, e.g. `notice_triage`.
        function: &'static str,
    },
    /// One person.
    Staff(Id),
    /// An organisation.
    Organisation(Id),
}

closed_set! {
    /// How a hand-over was settled.
    pub enum Outcome in "handover", "outcome" {
        /// The receiver took it over.
        Accepted = "accepted" => ("引き受け", "Accepted"),
        /// The receiver declined, with a reason.
        Declined = "declined" => ("断り", "Declined"),
        /// The receiver passed it on; a new hand-over follows.
        PassedOn = "passed_on" => ("別の受け手へ", "Passed on"),
        /// It was done.
        Done = "done" => ("済み", "Done"),
        /// What it was part of ended before an answer came.
        Ended = "ended" => ("返事の前に終了", "Ended before an answer"),
        /// What was handed on was struck out, or is no longer asked.
        Withdrawn = "withdrawn" => ("取り消し", "Withdrawn"),
    }
}

/// A hand-over before it is written.
#[derive(Debug, Clone)]
pub struct NewHandover {
    /// `notice`, `role`, … : whose clocks it follows.
    pub kind: &'static str,
    /// What is handed on.
    pub subject: (Kind, Id),
    /// Who hands on, as shown where there is no staff record ("近所の人").
    pub from_label: String,
    /// To whom.
    pub to: Receiver,
    /// By when the receiver is to take note.
    pub acknowledge_by: Date,
    /// By when it is to be answered.
    pub answer_by: Date,
    /// Who keeps a role until it is settled.
    pub keeper: Option<Id>,
}

/// Hands something on.
pub async fn hand_on(ctx: &Ctx, tx: &mut Tx, new: &NewHandover) -> Result<Id> {
    let id = ctx.new_id();
    store::insert(ctx, tx, id, new).await?;
    Ok(id)
}

/// The receiver has taken note; a second time changes nothing.
pub async fn acknowledge(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<()> {
    store::set_acknowledged(ctx, tx, id).await
}

/// Settles a hand-over with an answer to whoever handed it on. An answered one
/// refuses another answer.
pub async fn answer(ctx: &Ctx, tx: &mut Tx, id: Id, outcome: Outcome, text: &str) -> Result<()> {
    store::set_acknowledged(ctx, tx, id).await?;
    if store::set_answered(ctx, tx, id, outcome, text).await? == 0 {
        return Err(Error::refused("これはもう答えが出ています。", "This has already been answered."));
    }
    Ok(())
}

/// Hands what is still open to another receiver: it came to the wrong one.
/// Whoever handed it on stays the same; the new receiver has not taken note yet.
pub async fn redirect(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    to: &Receiver,
    (acknowledge_by, answer_by): (Date, Date),
) -> Result<()> {
    store::set_receiver(ctx, tx, id, to, acknowledge_by, answer_by).await
}

/// Another area goes on where one has ended: what was handed to those of the old one lies with those of the other,
/// with the clocks that it had.
pub async fn resettle(ctx: &Ctx, tx: &mut Tx, (old, new): (Id, Id)) -> Result<()> {
    store::move_area(ctx, tx, old, new).await
}

/// Sets the clocks of what is still open anew; the receiver stays, and so does the note that was taken.
pub async fn reschedule(ctx: &Ctx, tx: &mut Tx, id: Id, clocks: (Date, Date)) -> Result<()> {
    store::set_clocks(ctx, tx, id, clocks).await
}

/// Takes back the answer of a hand-over: it waits again, with the clocks that it had.
pub async fn reopen(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<()> {
    store::clear_answer(ctx, tx, id).await
}

/// Ends a hand-over whose subject was struck out; one that was answered stays as it is.
pub async fn withdraw(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<()> {
    store::set_answered(ctx, tx, id, Outcome::Withdrawn, "").await?;
    Ok(())
}

/// The answers by others to what the reader handed on that the reader has not seen, the oldest first.
pub async fn list_unseen(ctx: &Ctx, conn: &mut Conn, most: i64) -> Result<Vec<Answered>> {
    store::list_unseen(ctx, conn, most).await
}

/// The reader, who handed it on, has seen the answer; `NotFound` for anybody else.
pub async fn see_answer(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<()> {
    if store::set_answer_seen(ctx, tx, id).await? == 0 && !store::is_from(ctx, tx, id).await? {
        return Err(Error::NotFound);
    }
    Ok(())
}

/// Every hand-over of a subject, oldest first. The caller has checked that the
/// reader may see the subject.
pub async fn list_of(ctx: &Ctx, conn: &mut Conn, subject: Id) -> Result<Vec<Handover>> {
    store::list_of(ctx, conn, subject).await
}

/// Whether a hand-over still waits for an answer.
pub async fn is_open(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<bool> {
    store::is_open(ctx, conn, id).await
}

/// The hand-over of a subject that still waits for an answer.
pub async fn find_open(ctx: &Ctx, conn: &mut Conn, subject: Id) -> Result<Option<Handover>> {
    Ok(list_of(ctx, conn, subject).await?.into_iter().rev().find(|h| h.answered_at.is_none()))
}
