//! The tables of messages and of where they go.

use jiff::Timestamp;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use super::model::{Channel, State};
use super::step::tends;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::listing::{self, ListQuery, Window};
use crate::{list_count, list_window};

/// The tables of this room.
pub const TABLES: &[&str] = &["message", "staff_mail", "organisation_mail"];

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

/// Who wants to be told and carries a function in an area today, with their addresses: every one of them.
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
                "ORDER BY m.staff_id"
            ),
            args![ctx.tenant(), ctx.today(), area, function],
        )
        .await?)
}

record! {
    /// Who sends a sheet, and where it is sent back to.
    #[derive(Debug, Clone)]
    pub(super) struct Sender {
        /// The name.
        pub name: String,
        /// The organisation.
        pub office: Option<String>,
        /// The telephone of the person, or else of the organisation; empty where neither is known.
        pub phone: String,
        /// The fax of the organisation; empty where none is known.
        pub fax: String,
    }
}

/// Somebody who sends a sheet.
pub(super) async fn find_sender(ctx: &Ctx, conn: &mut Conn, staff: Id) -> Result<Option<Sender>> {
    Ok(conn
        .query_opt(
            sql!(
                "SELECT s.name, o.name AS office, ",
                "CASE WHEN s.phone <> '' THEN s.phone ELSE COALESCE(o.phone, '') END AS phone, ",
                "COALESCE(m.fax, '') AS fax FROM staff s ",
                "LEFT JOIN organisation o ON o.tenant = s.tenant AND o.id = s.organisation_id ",
                "LEFT JOIN organisation_mail m ON m.tenant = o.tenant AND m.organisation_id = o.id ",
                "WHERE s.tenant = ?1 AND s.id = ?2"
            ),
            args![ctx.tenant(), staff],
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

/// The last message of an occasion that the reader wrote, how it stands and when it was written.
pub(super) async fn find_last_of(ctx: &Ctx, conn: &mut Conn, occasion: &str) -> Result<Option<(Id, State, Timestamp)>> {
    Ok(conn
        .query_opt(
            sql!(
                "SELECT id, state, created_at FROM message WHERE tenant = ?1 AND created_by = ?2 AND occasion = ?3 ",
                "ORDER BY created_at DESC, id DESC LIMIT 1"
            ),
            args![ctx.tenant(), ctx.actor_id(), occasion],
        )
        .await?)
}

/// Where a person wants to be told, in the place of what was known before.
pub async fn put_staff_mail(ctx: &Ctx, tx: &mut Tx, staff: Id, mail: &str, wanted: bool) -> Result<()> {
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
pub async fn list_due(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Id>> {
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
pub async fn lease(ctx: &Ctx, tx: &mut Tx, id: Id, lease: Id, until: Timestamp) -> Result<bool> {
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

/// What came of a try. Nothing is changed by one who no longer holds the lease. A message that was
/// withdrawn meanwhile stays so, unless the mail has left.
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
                "UPDATE message SET state = CASE WHEN state = 'withdrawn' AND ?4 <> 'sent' THEN state ELSE ?4 END, ",
                "next_try_at = ?5, last_error = ?6, sent_at = ?7, ",
                "tries = tries + 1, lease = NULL, leased_until = 0, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND lease = ?3 AND state IN ('waiting', 'withdrawn')"
            ),
            args![ctx.tenant(), tried.id, tried.lease, tried.state, tried.next_try_at, tried.error, tried.sent_at],
        )
        .await?;
    Ok(changed == 1)
}

/// Withdraws what still waits of a hand-over; of what is being sent at this moment [`set_tried`] says
/// whether it left.
pub(super) async fn withdraw_of(ctx: &Ctx, tx: &mut Tx, handover: Id) -> Result<u64> {
    Ok(tx
        .execute(
            sql!(
                "UPDATE message SET state = 'withdrawn', revision = revision + 1 ",
                "WHERE tenant = ?1 AND handover_id = ?2 AND state = 'waiting'"
            ),
            args![ctx.tenant(), handover],
        )
        .await?)
}

/// Withdraws what still waits of all that tells of a record.
pub(super) async fn withdraw_about(ctx: &Ctx, tx: &mut Tx, about: Id) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE message SET state = 'withdrawn', revision = revision + 1 ",
            "WHERE tenant = ?1 AND about_id = ?2 AND state = 'waiting'"
        ),
        args![ctx.tenant(), about],
    )
    .await?;
    Ok(())
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
        /// How many of these the reader sent.
        pub own: i64,
    }
}

/// What has become of the messages about a record.
pub(super) async fn list_told(ctx: &Ctx, conn: &mut Conn, about: Id) -> Result<Vec<Told>> {
    Ok(conn
        .query(
            sql!(
                "SELECT handover_id AS handover, channel, state, COUNT(*) AS count, COUNT(CASE WHEN created_by = ?3 THEN 1 END) AS own FROM message ",
                "WHERE tenant = ?1 AND about_id = ?2 GROUP BY handover_id, channel, state ORDER BY channel, state"
            ),
            args![ctx.tenant(), about, ctx.actor_id()],
        )
        .await?)
}

macro_rules! message_columns {
    () => {
        concat!(
            "SELECT m.id, m.occasion, m.about_kind, m.about_id, m.handover_id AS handover, m.to_staff, m.to_organisation, ",
            "COALESCE(s.name, o.name, '') AS receiver, m.channel, m.address, m.subject, m.body, m.state, m.tries, ",
            "m.next_try_at, m.last_error, m.created_at, m.created_by, m.sent_at "
        )
    };
}

/// The names of the receivers beside messages.
macro_rules! message_names {
    () => {
        concat!(
            "m LEFT JOIN staff s ON s.tenant = ?1 AND s.id = m.to_staff ",
            "LEFT JOIN organisation o ON o.tenant = ?1 AND o.id = m.to_organisation WHERE m.tenant = ?1"
        )
    };
}

record! {
    /// A message as its sender sees it.
    #[derive(Debug, Clone)]
    pub struct Message {
        /// The message.
        pub id: Id,
        /// Code of the occasion.
        pub occasion: String,
        /// Kind of the record that it leads to.
        pub about_kind: String,
        /// That record.
        pub about_id: Id,
        /// The hand-over that it tells of.
        pub handover: Option<Id>,
        /// The receiving person.
        pub to_staff: Option<Id>,
        /// The receiving organisation.
        pub to_organisation: Option<Id>,
        /// The receiver by name.
        pub receiver: String,
        /// How it leaves.
        pub channel: Channel,
        /// The mail address or the number of the fax.
        pub address: String,
        /// The subject.
        pub subject: String,
        /// The text.
        pub body: String,
        /// What has become of it.
        pub state: State,
        /// How often it was tried.
        pub tries: i64,
        /// When it is tried next, while it waits.
        pub next_try_at: Timestamp,
        /// Why the last try failed, as a code; empty where it did not.
        pub last_error: String,
        /// When it was written.
        pub created_at: Timestamp,
        /// Who sent it; `None` for one that follows from a report without an account.
        pub created_by: Option<Id>,
        /// When it left.
        pub sent_at: Option<Timestamp>,
    }
}

/// Which messages a list holds: the reader's own or everybody's, then the conditions that may be left open.
macro_rules! asked_for {
    ($whose:literal) => {
        concat!(
            "m.tenant = ?1 AND ",
            $whose,
            "(?2 = '' OR m.state = ?2 OR (?2 = 'undelivered' AND m.state IN ('failed', 'given_up'))) ",
            "AND (?3 = '' OR m.occasion = ?3) AND (?4 = '' OR m.channel = ?4) ",
            "AND (?5 = '' OR m.handover_id = ?6) AND NOT m.created_at < ?7 AND NOT m.created_at >= ?8"
        )
    };
}

macro_rules! window_of {
    ($whose:literal, $by:literal) => {
        list_window!(
            from "FROM message m WHERE ", columns: message_columns!(), pick: "m.*", which: asked_for!($whose),
            by: ($by, $by), at: ("?9", "?10"), names: message_names!()
        )
    };
}

macro_rules! count_of {
    ($whose:literal) => {
        list_count!(from "FROM message m WHERE ", pick: "m.id", which: asked_for!($whose), most: "?9")
    };
}

/// Whether the list is of everybody's messages: only for those who look after all of them.
fn is_of_all(ctx: &Ctx, asked: &ListQuery) -> bool {
    asked.value("show") == "all" && tends(ctx)
}

/// What narrows a list of messages down, as arguments.
macro_rules! narrowed {
    ($ctx:expr, $asked:expr $(, $rest:expr)*) => {
        args![
            $ctx.tenant(),
            $asked.value("state"),
            $asked.value("occasion"),
            $asked.value("channel"),
            $asked.value("handover"),
            $asked.id("handover").unwrap_or_default(),
            $asked.between("from", "to")[0],
            $asked.between("from", "to")[1]
            $(, $rest)*
        ]
    };
}

/// How many messages there are for the reader of those that are asked for, at most `most`.
pub(super) async fn count(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery, most: i64) -> Result<i64> {
    Ok(if is_of_all(ctx, asked) {
        conn.scalar(count_of!(""), narrowed![ctx, asked, most]).await?
    } else {
        conn.scalar(count_of!("m.created_by = ?10 AND "), narrowed![ctx, asked, most, ctx.actor_id()]).await?
    })
}

/// The messages of a window for the reader of those that are asked for, in their order.
pub(super) async fn each(
    ctx: &Ctx,
    conn: &mut Conn,
    asked: &ListQuery,
    window: Window,
    take: impl FnMut(Message) -> sasae_db::Result<()> + Send,
) -> Result<()> {
    let Window { offset, limit } = window;
    if is_of_all(ctx, asked) {
        let statement = match asked.order() {
            "oldest" => window_of!("", "m.created_at, m.id"),
            _ => window_of!("", "m.created_at DESC, m.id DESC"),
        };
        return listing::each(conn, statement, narrowed![ctx, asked, limit, offset], window, take).await;
    }
    let statement = match asked.order() {
        "oldest" => window_of!("m.created_by = ?11 AND ", "m.created_at, m.id"),
        _ => window_of!("m.created_by = ?11 AND ", "m.created_at DESC, m.id DESC"),
    };
    listing::each(conn, statement, narrowed![ctx, asked, limit, offset, ctx.actor_id()], window, take).await
}

pub(super) async fn find(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<Message>> {
    let statement = sql!(message_columns!(), "FROM message ", message_names!(), " AND m.id = ?2");
    Ok(conn.query_opt(statement, args![ctx.tenant(), id]).await?)
}

/// Lets a message that did not leave wait once more, from its first try on; not one that was withdrawn
/// while it is being sent, until that try is over.
pub(super) async fn set_again(ctx: &Ctx, tx: &mut Tx, id: Id, address: &str) -> Result<u64> {
    Ok(tx
        .execute(
            sql!(
                "UPDATE message SET state = 'waiting', address = ?4, tries = 0, next_try_at = ?3, last_error = '', ",
                "lease = NULL, leased_until = 0, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND state IN ('failed', 'given_up', 'withdrawn') AND leased_until <= ?3"
            ),
            args![ctx.tenant(), id, ctx.now(), address],
        )
        .await?)
}

pub(super) async fn set_withdrawn(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<u64> {
    Ok(tx
        .execute(
            sql!(
                "UPDATE message SET state = 'withdrawn', revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND state = 'waiting' AND leased_until <= ?3"
            ),
            args![ctx.tenant(), id, ctx.now()],
        )
        .await?)
}

pub(super) async fn set_handed(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<u64> {
    Ok(tx
        .execute(
            sql!(
                "UPDATE message SET state = 'sent', sent_at = ?3, tries = tries + 1, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND state = 'waiting' AND channel = 'sheet'"
            ),
            args![ctx.tenant(), id, ctx.now()],
        )
        .await?)
}

record! {
    /// An organisation with where it is told.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Reached {
        /// The organisation.
        pub id: Id,
        /// Its name.
        pub name: String,
        /// Its mail address; empty without one.
        pub mail: String,
        /// Its fax; empty without one.
        pub fax: String,
        /// Revision of what is known; 0 while nothing is.
        pub revision: i64,
    }
}

/// Organisations of today whose folded name begins with a text, with where they are told. For an
/// empty text only those of which that is known.
pub(super) async fn list_reached(
    ctx: &Ctx,
    conn: &mut Conn,
    key: &str,
    (offset, limit): (i64, i64),
) -> Result<Vec<Reached>> {
    if key.is_empty() {
        let known = sql!(
            "SELECT o.id, o.name, r.mail, r.fax, r.revision FROM organisation_mail r ",
            "JOIN organisation o ON o.tenant = r.tenant AND o.id = r.organisation_id ",
            "WHERE r.tenant = ?1 ORDER BY o.name_key, o.id LIMIT ?2 OFFSET ?3"
        );
        return Ok(conn.query(known, args![ctx.tenant(), limit, offset]).await?);
    }
    // What lies between the text and the text with the last character of all behind it begins with it.
    let end = format!("{key}\u{10ffff}");
    let named = sql!(
        "SELECT o.id, o.name, COALESCE(r.mail, '') AS mail, COALESCE(r.fax, '') AS fax, COALESCE(r.revision, 0) AS revision FROM organisation o ",
        "LEFT JOIN organisation_mail r ON r.tenant = o.tenant AND r.organisation_id = o.id ",
        "WHERE o.tenant = ?1 AND o.valid_from <= ?2 AND o.valid_to >= ?2 AND o.name_key >= ?3 AND o.name_key <= ?4 ",
        "ORDER BY o.name_key, o.id LIMIT ?5 OFFSET ?6"
    );
    Ok(conn.query(named, args![ctx.tenant(), ctx.today(), key, &end, limit, offset]).await?)
}

/// An organisation with where it is told.
pub(super) async fn find_reached(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<Reached>> {
    Ok(conn
        .query_opt(
            sql!(
                "SELECT o.id, o.name, COALESCE(r.mail, '') AS mail, COALESCE(r.fax, '') AS fax, COALESCE(r.revision, 0) AS revision ",
                "FROM organisation o ",
                "LEFT JOIN organisation_mail r ON r.tenant = o.tenant AND r.organisation_id = o.id ",
                "WHERE o.tenant = ?1 AND o.id = ?2"
            ),
            args![ctx.tenant(), id],
        )
        .await?)
}

/// Says where an organisation is told; 0 where somebody said it in between.
pub(super) async fn put_organisation_mail(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    (mail, fax): (&str, &str),
    seen: i64,
) -> Result<u64> {
    if seen > 0 {
        let change = sql!(
            "UPDATE organisation_mail SET mail = ?4, fax = ?5, changed_at = ?6, changed_by = ?7, ",
            "revision = revision + 1 WHERE tenant = ?1 AND organisation_id = ?2 AND revision = ?3"
        );
        return Ok(tx.execute(change, args![ctx.tenant(), id, seen, mail, fax, ctx.now(), ctx.staff_id()]).await?);
    }
    let add = sql!(
        "INSERT INTO organisation_mail (tenant, organisation_id, mail, fax, changed_at, changed_by, revision) ",
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1) ON CONFLICT (tenant, organisation_id) DO NOTHING"
    );
    Ok(tx.execute(add, args![ctx.tenant(), id, mail, fax, ctx.now(), ctx.staff_id()]).await?)
}

/// How many messages wait, and how many were not delivered.
pub(super) async fn count_states(conn: &mut Conn, tenant: &str) -> Result<(i64, i64)> {
    let waiting = sql!("SELECT COUNT(*) FROM message WHERE tenant = ?1 AND state = 'waiting' AND channel = 'mail'");
    let failed = sql!("SELECT COUNT(*) FROM message WHERE tenant = ?1 AND state IN ('failed', 'given_up')");
    Ok((conn.scalar(waiting, args![tenant]).await?, conn.scalar(failed, args![tenant]).await?))
}
