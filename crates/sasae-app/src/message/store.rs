//! The tables of messages and of where they go.

use jiff::Timestamp;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use super::model::{Channel, State};
use crate::ctx::Ctx;
use crate::error::Result;

/// The tables of this room.
pub const TABLES: &[&str] = &["message", "staff_mail", "organisation_mail"];

/// Most people who are told of one thing: an area has fewer in charge.
const MOST_TOLD: i64 = 50;

/// How many due messages are looked at together, in case others send some of them.
const TOGETHER: i64 = 10;

record! {
    /// Where somebody who acts is told.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct StaffMail {
        /// The address.
        pub mail: String,
        /// Whether messages are wanted.
        pub wanted: bool,
    }
}

record! {
    /// Where an organisation is told.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct OrganisationMail {
        /// The address; empty without one.
        pub mail: String,
        /// Number of the fax as written; empty without one.
        pub fax: String,
    }
}

/// A message before it is written.
#[derive(Debug, Clone)]
pub(super) struct Row<'a> {
    pub id: Id,
    pub occasion: &'static str,
    pub about: (&'static str, Id),
    pub handover: Option<Id>,
    pub staff: Option<Id>,
    pub organisation: Option<Id>,
    pub channel: Channel,
    pub address: &'a str,
    pub subject: &'a str,
    pub body: &'a str,
}

pub(super) async fn insert(ctx: &Ctx, tx: &mut Tx, row: &Row<'_>) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO message (tenant, id, occasion, about_kind, about_id, handover_id, to_staff, ",
            "to_organisation, channel, address, subject, body, state, tries, next_try_at, leased_until, ",
            "last_error, created_at, created_by, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ",
            "?11, ?12, 'waiting', 0, ?13, 0, '', ?13, ?14, 1)"
        ),
        args![
            ctx.tenant(),
            row.id,
            row.occasion,
            row.about.0,
            row.about.1,
            row.handover,
            row.staff,
            row.organisation,
            row.channel,
            row.address,
            row.subject,
            row.body,
            ctx.now(),
            ctx.staff_id()
        ],
    )
    .await?;
    Ok(())
}

/// Who wants to be told and carries a function in an area today, with their addresses.
pub(super) async fn list_wanting(ctx: &Ctx, conn: &mut Conn, area: Id, function: &str) -> Result<Vec<(Id, String)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT m.staff_id, m.mail FROM staff_mail m WHERE m.tenant = ?1 AND m.wanted = TRUE AND m.mail <> '' ",
                "AND EXISTS (SELECT 1 FROM post p ",
                "JOIN role_function f ON f.tenant = p.tenant AND f.role = p.role AND f.function = ?4 ",
                "JOIN area_within w ON w.tenant = p.tenant AND w.ancestor_id = p.area_id AND w.area_id = ?3 ",
                "AND w.valid_from <= ?2 AND w.valid_to >= ?2 ",
                "WHERE p.tenant = ?1 AND p.staff_id = m.staff_id AND p.valid_from <= ?2 AND p.valid_to >= ?2) ",
                "ORDER BY m.staff_id LIMIT ?5"
            ),
            args![ctx.tenant(), ctx.today(), area, function, MOST_TOLD],
        )
        .await?)
}

pub(super) async fn find_staff_mail(ctx: &Ctx, conn: &mut Conn, staff: Id) -> Result<Option<StaffMail>> {
    Ok(conn
        .query_opt(
            sql!("SELECT mail, wanted FROM staff_mail WHERE tenant = ?1 AND staff_id = ?2"),
            args![ctx.tenant(), staff],
        )
        .await?)
}

pub(super) async fn put_staff_mail(ctx: &Ctx, tx: &mut Tx, staff: Id, mail: &str, wanted: bool) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO staff_mail (tenant, staff_id, mail, wanted, changed_at) VALUES (?1, ?2, ?3, ?4, ?5) ",
            "ON CONFLICT (tenant, staff_id) DO UPDATE SET mail = excluded.mail, wanted = excluded.wanted, ",
            "changed_at = excluded.changed_at"
        ),
        args![ctx.tenant(), staff, mail, wanted, ctx.now()],
    )
    .await?;
    Ok(())
}

pub(super) async fn find_organisation_mail(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<OrganisationMail>> {
    Ok(conn
        .query_opt(
            sql!("SELECT mail, fax FROM organisation_mail WHERE tenant = ?1 AND organisation_id = ?2"),
            args![ctx.tenant(), id],
        )
        .await?)
}

/// The mails whose time has come and that nobody sends at this moment, the longest due first.
pub(super) async fn list_due(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Id>> {
    let rows: Vec<(Id,)> = conn
        .query(
            sql!(
                "SELECT id FROM message WHERE tenant = ?1 AND state = 'waiting' AND channel = 'mail' ",
                "AND next_try_at <= ?2 AND leased_until <= ?2 ORDER BY next_try_at, id LIMIT ?3"
            ),
            args![ctx.tenant(), ctx.now(), TOGETHER],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes a mail for oneself until a moment; false where somebody else was quicker.
pub(super) async fn lease(ctx: &Ctx, tx: &mut Tx, id: Id, lease: Id, until: Timestamp) -> Result<bool> {
    let taken = tx
        .execute(
            sql!(
                "UPDATE message SET lease = ?4, leased_until = ?5 WHERE tenant = ?1 AND id = ?2 ",
                "AND state = 'waiting' AND next_try_at <= ?3 AND leased_until <= ?3"
            ),
            args![ctx.tenant(), id, ctx.now(), lease, until],
        )
        .await?;
    Ok(taken == 1)
}

record! {
    /// A mail that is about to be sent.
    #[derive(Debug, Clone)]
    pub(super) struct Outgoing {
        pub id: Id,
        pub address: String,
        pub subject: String,
        pub body: String,
        pub tries: i64,
        pub created_at: Timestamp,
    }
}

pub(super) async fn get_outgoing(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Outgoing> {
    Ok(conn
        .query_one(
            sql!("SELECT id, address, subject, body, tries, created_at FROM message WHERE tenant = ?1 AND id = ?2"),
            args![ctx.tenant(), id],
        )
        .await?)
}

/// What came of a try. Nothing is changed by one who no longer holds the lease.
pub(super) struct Tried<'a> {
    pub id: Id,
    pub lease: Id,
    pub state: State,
    pub next_try_at: Timestamp,
    pub error: &'a str,
    pub sent_at: Option<Timestamp>,
}

pub(super) async fn set_tried(ctx: &Ctx, tx: &mut Tx, tried: &Tried<'_>) -> Result<bool> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE message SET state = ?4, next_try_at = ?5, last_error = ?6, sent_at = ?7, ",
                "tries = tries + 1, lease = NULL, leased_until = 0, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND lease = ?3 AND state = 'waiting'"
            ),
            args![ctx.tenant(), tried.id, tried.lease, tried.state, tried.next_try_at, tried.error, tried.sent_at],
        )
        .await?;
    Ok(changed == 1)
}

/// Withdraws what still waits of a hand-over and is not being sent at this moment.
pub(super) async fn withdraw_of(ctx: &Ctx, tx: &mut Tx, handover: Id) -> Result<u64> {
    Ok(tx
        .execute(
            sql!(
                "UPDATE message SET state = 'withdrawn', revision = revision + 1 ",
                "WHERE tenant = ?1 AND handover_id = ?2 AND state = 'waiting' AND leased_until <= ?3"
            ),
            args![ctx.tenant(), handover, ctx.now()],
        )
        .await?)
}

record! {
    /// How many messages of a hand-over are in which state.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Told {
        /// The hand-over.
        pub handover: Option<Id>,
        /// How they leave.
        pub channel: Channel,
        /// What has become of them.
        pub state: State,
        /// How many.
        pub count: i64,
    }
}

/// What has become of the messages about a record.
pub(super) async fn list_told(ctx: &Ctx, conn: &mut Conn, about: Id) -> Result<Vec<Told>> {
    Ok(conn
        .query(
            sql!(
                "SELECT handover_id, channel, state, COUNT(*) FROM message WHERE tenant = ?1 AND about_id = ?2 ",
                "GROUP BY handover_id, channel, state ORDER BY channel, state"
            ),
            args![ctx.tenant(), about],
        )
        .await?)
}
