//! The table of hand-overs.

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use super::{NewHandover, Outcome, Receiver};
use crate::ctx::Ctx;
use crate::error::Result;

/// The tables of this room.
pub const TABLES: &[&str] = &["handover"];

record! {
    /// A hand-over with the names of those who take part.
    #[derive(Debug, Clone)]
    pub struct Handover {
        /// The hand-over.
        pub id: Id,
        /// `notice`, `role`, …
        pub kind: String,
        /// Who handed on, when it was a person with a staff record.
        pub from_staff: Option<Id>,
        /// Who handed on, in words.
        pub from_label: String,
        /// The receiving person.
        pub to_staff: Option<Id>,
        /// The receiver in words: person, organisation or area.
        pub to_label: String,
        /// When.
        pub handed_at: Timestamp,
        /// Clock for taking note.
        pub acknowledge_by: Date,
        /// When note was taken.
        pub acknowledged_at: Option<Timestamp>,
        /// By whom, in words.
        pub acknowledged_label: Option<String>,
        /// Clock for the answer.
        pub answer_by: Date,
        /// When it was answered.
        pub answered_at: Option<Timestamp>,
        /// By whom, in words.
        pub answered_label: Option<String>,
        /// How it ended; none while it is open.
        pub outcome: Option<Outcome>,
        /// The answer.
        pub answer: String,
    }
}

record! {
    /// An answer to what somebody handed on.
    #[derive(Debug, Clone)]
    pub struct Answered {
        /// The hand-over.
        pub id: Id,
        /// Code of the kind of its subject.
        pub subject_kind: String,
        /// Its subject.
        pub subject_id: Id,
        /// The receiver in words: person, organisation or area.
        pub to_label: String,
        /// Who answered, in words.
        pub answered_label: Option<String>,
        /// When.
        pub answered_at: Timestamp,
        /// How it ended.
        pub outcome: Outcome,
        /// The answer.
        pub answer: String,
    }
}

/// A receiver as it stands in the columns for area, function, person and organisation.
fn columns_of(to: &Receiver) -> (Option<Id>, Option<&'static str>, Option<Id>, Option<Id>) {
    match to {
        Receiver::Area { area, function } => (Some(*area), Some(*function), None, None),
        Receiver::Staff(staff) => (None, None, Some(*staff), None),
        Receiver::Organisation(organisation) => (None, None, None, Some(*organisation)),
    }
}

pub(super) async fn insert(ctx: &Ctx, tx: &mut Tx, id: Id, new: &NewHandover) -> Result<()> {
    let (area, function, staff, organisation) = columns_of(&new.to);
    tx.execute(
        sql!(
            "INSERT INTO handover (tenant, id, kind, subject_kind, subject_id, from_staff, from_label, ",
            "to_area, to_function, to_staff, to_organisation, handed_at, acknowledge_by, answer_by, ",
            "answer, keeper_staff, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, '', ?15, 1)"
        ),
        args![
            ctx.tenant(),
            id,
            new.kind,
            new.subject.0.code,
            new.subject.1,
            ctx.staff_id(),
            &new.from_label,
            area,
            function,
            staff,
            organisation,
            ctx.now(),
            new.acknowledge_by,
            new.answer_by,
            new.keeper
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_acknowledged(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE handover SET acknowledged_at = ?3, acknowledged_by = ?4, revision = revision + 1 ",
            "WHERE tenant = ?1 AND id = ?2 AND acknowledged_at IS NULL"
        ),
        args![ctx.tenant(), id, ctx.now(), ctx.staff_id()],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_answered(ctx: &Ctx, tx: &mut Tx, id: Id, outcome: Outcome, answer: &str) -> Result<u64> {
    Ok(tx
        .execute(
            sql!(
                "UPDATE handover SET answered_at = ?3, answered_by = ?4, outcome = ?5, answer = ?6, ",
                "revision = revision + 1 WHERE tenant = ?1 AND id = ?2 AND answered_at IS NULL"
            ),
            args![ctx.tenant(), id, ctx.now(), ctx.staff_id(), outcome, answer],
        )
        .await?)
}

pub(super) async fn is_open(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<bool> {
    let open = sql!("SELECT COUNT(*) FROM handover WHERE tenant = ?1 AND id = ?2 AND answered_at IS NULL");
    let count: i64 = conn.scalar(open, args![ctx.tenant(), id]).await?;
    Ok(count > 0)
}

pub(super) async fn set_receiver(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    to: &Receiver,
    acknowledge_by: Date,
    answer_by: Date,
) -> Result<()> {
    let (area, function, staff, organisation) = columns_of(to);
    tx.execute(
        sql!(
            "UPDATE handover SET to_area = ?3, to_function = ?4, to_staff = ?5, to_organisation = ?6, ",
            "acknowledge_by = ?7, answer_by = ?8, acknowledged_at = NULL, acknowledged_by = NULL, ",
            "revision = revision + 1 WHERE tenant = ?1 AND id = ?2 AND answered_at IS NULL"
        ),
        args![ctx.tenant(), id, area, function, staff, organisation, acknowledge_by, answer_by],
    )
    .await?;
    Ok(())
}

pub(super) async fn move_area(ctx: &Ctx, tx: &mut Tx, old: Id, new: Id) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE handover SET to_area = ?3, revision = revision + 1 ",
            "WHERE tenant = ?1 AND to_area = ?2 AND answered_at IS NULL"
        ),
        args![ctx.tenant(), old, new],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_clocks(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    (acknowledge_by, answer_by): (Date, Date),
) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE handover SET acknowledge_by = ?3, answer_by = ?4, revision = revision + 1 ",
            "WHERE tenant = ?1 AND id = ?2 AND answered_at IS NULL"
        ),
        args![ctx.tenant(), id, acknowledge_by, answer_by],
    )
    .await?;
    Ok(())
}

pub(super) async fn clear_answer(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE handover SET answered_at = NULL, answered_by = NULL, outcome = NULL, answer = '', answer_seen_at = NULL, ",
            "revision = revision + 1 WHERE tenant = ?1 AND id = ?2"
        ),
        args![ctx.tenant(), id],
    )
    .await?;
    Ok(())
}

/// Answers that took something up, declined it or did it; what ended by itself or was withdrawn is none.
pub(super) async fn list_unseen(ctx: &Ctx, conn: &mut Conn, most: i64) -> Result<Vec<Answered>> {
    Ok(conn
        .query(
            sql!(
                "SELECT h.id, h.subject_kind, h.subject_id, COALESCE(t.name, o.name, a.name, '') AS to_label, ",
                "w.name AS answered_label, h.answered_at, h.outcome, h.answer FROM handover h ",
                "LEFT JOIN staff t ON t.tenant = h.tenant AND t.id = h.to_staff ",
                "LEFT JOIN staff w ON w.tenant = h.tenant AND w.id = h.answered_by ",
                "LEFT JOIN organisation o ON o.tenant = h.tenant AND o.id = h.to_organisation ",
                "LEFT JOIN area a ON a.tenant = h.tenant AND a.id = h.to_area ",
                "WHERE h.tenant = ?1 AND h.from_staff = ?2 AND h.answered_at IS NOT NULL AND h.answer_seen_at IS NULL ",
                "AND h.outcome IN ('accepted', 'declined', 'done') AND (h.answered_by IS NULL OR h.answered_by <> ?2) ",
                "ORDER BY h.answered_at, h.id LIMIT ?3"
            ),
            args![ctx.tenant(), ctx.actor_id(), most],
        )
        .await?)
}

pub(super) async fn set_answer_seen(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<u64> {
    Ok(tx
        .execute(
            sql!(
                "UPDATE handover SET answer_seen_at = ?3, revision = revision + 1 WHERE tenant = ?1 AND id = ?2 ",
                "AND from_staff = ?4 AND answered_at IS NOT NULL AND answer_seen_at IS NULL"
            ),
            args![ctx.tenant(), id, ctx.now(), ctx.actor_id()],
        )
        .await?)
}

/// Whether the reader handed it on.
pub(super) async fn is_from(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<bool> {
    let from = sql!("SELECT COUNT(*) FROM handover WHERE tenant = ?1 AND id = ?2 AND from_staff = ?3");
    let count: i64 = conn.scalar(from, args![ctx.tenant(), id, ctx.actor_id()]).await?;
    Ok(count > 0)
}

pub(super) async fn list_of(ctx: &Ctx, conn: &mut Conn, subject: Id) -> Result<Vec<Handover>> {
    Ok(conn
        .query(
            sql!(
                "SELECT h.id, h.kind, h.from_staff, COALESCE(f.name, h.from_label) AS from_label, h.to_staff, ",
                "COALESCE(t.name, o.name, a.name, '') AS to_label, h.handed_at, h.acknowledge_by, ",
                "h.acknowledged_at, k.name AS acknowledged_label, h.answer_by, h.answered_at, w.name AS answered_label, h.outcome, h.answer ",
                "FROM handover h ",
                "LEFT JOIN staff f ON f.tenant = h.tenant AND f.id = h.from_staff ",
                "LEFT JOIN staff t ON t.tenant = h.tenant AND t.id = h.to_staff ",
                "LEFT JOIN staff k ON k.tenant = h.tenant AND k.id = h.acknowledged_by ",
                "LEFT JOIN staff w ON w.tenant = h.tenant AND w.id = h.answered_by ",
                "LEFT JOIN organisation o ON o.tenant = h.tenant AND o.id = h.to_organisation ",
                "LEFT JOIN area a ON a.tenant = h.tenant AND a.id = h.to_area ",
                "WHERE h.tenant = ?1 AND h.subject_id = ?2 ORDER BY h.handed_at, h.id"
            ),
            args![ctx.tenant(), subject],
        )
        .await?)
}
