//! Restrictions: sealed records, barred readers, hidden addresses.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use super::entrustment::Candidate;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::person::model::{NewRestriction, RestrictionKind};

record! {
    /// A restriction as those see it who may restrict.
    #[derive(Debug, Clone)]
    pub struct Restriction {
        /// The restriction.
        pub id: Id,
        /// How it restricts.
        pub kind: RestrictionKind,
        /// Whom it is against.
        pub against_staff: Option<Id>,
        /// By name.
        pub against_name: Option<String>,
        /// Why.
        pub reason: String,
        /// Day of the 通告.
        pub reported_on: Option<Date>,
        /// To whom it was reported.
        pub reported_to: String,
        /// Note.
        pub note: String,
        /// First day.
        pub valid_from: Date,
        /// Last day.
        pub valid_to: Date,
        /// Who decided, by name.
        pub decided_by: String,
        /// Revision.
        pub revision: i64,
    }
}

/// Every restriction of a person, the latest first. The caller has asked for `RESTRICT`.
pub async fn list_of(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Vec<Restriction>> {
    Ok(conn
        .query(
            sql!(
                "SELECT r.id, r.kind, r.against_staff, g.name AS against_name, r.reason, r.reported_on, r.reported_to, r.note, ",
                "r.valid_from, r.valid_to, d.name AS decided_by, r.revision FROM restriction r ",
                "JOIN staff d ON d.tenant = r.tenant AND d.id = r.decided_by ",
                "LEFT JOIN staff g ON g.tenant = r.tenant AND g.id = r.against_staff ",
                "WHERE r.tenant = ?1 AND r.person_id = ?2 ORDER BY r.valid_from DESC, r.id DESC"
            ),
            args![ctx.tenant(), person],
        )
        .await?)
}

/// Those who hold a post in the person's area or around it today, and whose folded name begins with a
/// text: against one of them a record is barred. Whoever holds two posts comes twice.
pub(in crate::person) async fn list_readers(
    ctx: &Ctx,
    conn: &mut Conn,
    area: Id,
    key: &str,
    limit: i64,
) -> Result<Vec<Candidate>> {
    let end = format!("{key}\u{10ffff}");
    Ok(conn
        .query(
            sql!(
                "SELECT s.id AS staff_id, s.name, g.label_ja AS role_ja, g.label_en AS role_en, a.name AS area_name FROM area_within w ",
                "JOIN post t ON t.tenant = w.tenant AND t.area_id = w.ancestor_id ",
                "JOIN role g ON g.tenant = t.tenant AND g.code = t.role AND g.reach <> 'figures' ",
                "JOIN staff s ON s.tenant = t.tenant AND s.id = t.staff_id ",
                "JOIN area a ON a.tenant = t.tenant AND a.id = t.area_id ",
                "WHERE w.tenant = ?1 AND w.area_id = ?2 AND ",
                valid_today!("w"),
                " AND ",
                valid_today!("t"),
                " AND s.name_key >= ?4 AND s.name_key <= ?5 ORDER BY s.kana, s.id, a.name LIMIT ?6"
            ),
            args![ctx.tenant(), area, ctx.today(), key, &end, limit],
        )
        .await?)
}

/// Whether where a person lives is hidden today, from whomever.
pub(in crate::person) async fn hides_address(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<bool> {
    let found: Option<Id> = conn
        .scalar_opt(
            sql!(
                "SELECT r.id FROM restriction r WHERE r.tenant = ?1 AND r.person_id = ?2 ",
                "AND r.kind IN ('sealed', 'address') AND ",
                valid_today!("r"),
                " LIMIT 1"
            ),
            args![ctx.tenant(), person, ctx.today()],
        )
        .await?;
    Ok(found.is_some())
}

/// Whether somebody is barred from a person today.
pub(in crate::person) async fn is_barred(ctx: &Ctx, conn: &mut Conn, person: Id, staff: Id) -> Result<bool> {
    let found: Option<Id> = conn
        .scalar_opt(
            sql!(
                "SELECT r.id FROM restriction r WHERE r.tenant = ?1 AND r.against_staff = ?2 ",
                "AND r.person_id = ?4 AND r.kind = 'barred' AND ",
                valid_today!("r"),
                " LIMIT 1"
            ),
            args![ctx.tenant(), staff, ctx.today(), person],
        )
        .await?;
    Ok(found.is_some())
}

pub(in crate::person) async fn insert(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    person: Id,
    new: &NewRestriction,
    decided_by: Id,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO restriction (tenant, id, person_id, kind, against_staff, reason, reported_on, ",
            "reported_to, note, valid_from, valid_to, decided_by, decided_at, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1)"
        ),
        args![
            ctx.tenant(),
            id,
            person,
            new.kind,
            new.against,
            &new.reason,
            new.reported_on,
            &new.reported_to,
            &new.note,
            new.from,
            new.to,
            decided_by,
            ctx.now()
        ],
    )
    .await?;
    Ok(())
}

/// Ends a restriction with today; one that has not begun never begins.
pub(in crate::person) async fn end_today(ctx: &Ctx, tx: &mut Tx, person: Id, id: Id, seen: i64) -> Result<()> {
    let found: Option<(Date, i64)> = tx
        .query_opt(
            sql!("SELECT valid_to, revision FROM restriction WHERE tenant = ?1 AND id = ?2 AND person_id = ?3"),
            args![ctx.tenant(), id, person],
        )
        .await?;
    let (valid_to, now) = found.ok_or(Error::NotFound)?;
    if valid_to <= ctx.today() {
        return Err(Error::refused("この制限は、もう終わっています。", "This restriction has already ended."));
    }
    let changed = tx
        .execute(
            sql!(
                "UPDATE restriction SET valid_to = ?4, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), id, seen, ctx.today()],
        )
        .await?;
    if changed == 0 { Err(Error::Stale { now }) } else { Ok(()) }
}

/// The last day of one restriction of a person, and its revision.
pub(in crate::person) async fn get_end(ctx: &Ctx, conn: &mut Conn, person: Id, id: Id) -> Result<(Date, i64)> {
    let found: Option<(Date, i64)> = conn
        .query_opt(
            sql!("SELECT valid_to, revision FROM restriction WHERE tenant = ?1 AND id = ?2 AND person_id = ?3"),
            args![ctx.tenant(), id, person],
        )
        .await?;
    found.ok_or(Error::NotFound)
}

/// Goes on without a last day.
pub(in crate::person) async fn resume(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<()> {
    tx.execute(
        sql!("UPDATE restriction SET valid_to = ?3, revision = revision + 1 WHERE tenant = ?1 AND id = ?2"),
        args![ctx.tenant(), id, crate::tenancy::FOREVER],
    )
    .await?;
    Ok(())
}
