//! Persons entrusted to a 民生委員 or 福祉協力員.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::person::model::NewEntrustment;

record! {
    /// An entrustment.
    #[derive(Debug, Clone)]
    pub struct Entrustment {
        /// The entrustment.
        pub id: Id,
        /// To whom.
        pub staff_id: Id,
        /// By name.
        pub staff_name: String,
        /// Why.
        pub reason: String,
        /// First day.
        pub valid_from: Date,
        /// Last day.
        pub valid_to: Date,
        /// By whom, by name; absent where a command did it.
        pub entrusted_by: Option<String>,
    }
}

record! {
    /// Someone to whom a person may be entrusted.
    #[derive(Debug, Clone)]
    pub struct Candidate {
        /// The person who acts.
        pub staff_id: Id,
        /// By name.
        pub name: String,
        /// What the role is called, Japanese.
        pub role_ja: String,
        /// English.
        pub role_en: String,
        /// The area of the post.
        pub area_name: String,
    }
}

/// Every entrustment of a person, the latest first. The caller has asked the policy.
pub async fn list_of(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Vec<Entrustment>> {
    Ok(conn
        .query(
            sql!(
                "SELECT e.id, e.staff_id, s.name AS staff_name, e.reason, e.valid_from, e.valid_to, b.name AS entrusted_by FROM entrustment e ",
                "JOIN staff s ON s.tenant = e.tenant AND s.id = e.staff_id ",
                "LEFT JOIN staff b ON b.tenant = e.tenant AND b.id = e.entrusted_by ",
                "WHERE e.tenant = ?1 AND e.person_id = ?2 ORDER BY e.valid_from DESC, e.id DESC"
            ),
            args![ctx.tenant(), person],
        )
        .await?)
}

/// Those who go from door to door in the person's area or around it today, are not barred from this
/// person, and whose folded name begins with a text; whoever holds two posts comes twice.
pub(in crate::person) async fn list_candidates(
    ctx: &Ctx,
    conn: &mut Conn,
    (area, person): (Id, Id),
    key: &str,
    limit: i64,
) -> Result<Vec<Candidate>> {
    // What lies between the text and the text with the last character of all behind it begins with it.
    let end = format!("{key}\u{10ffff}");
    Ok(conn
        .query(
            sql!(
                "SELECT s.id AS staff_id, s.name, g.label_ja AS role_ja, g.label_en AS role_en, a.name AS area_name FROM area_within w ",
                "JOIN post t ON t.tenant = w.tenant AND t.area_id = w.ancestor_id ",
                "JOIN role g ON g.tenant = t.tenant AND g.code = t.role AND g.reach = 'hands' ",
                "JOIN staff s ON s.tenant = t.tenant AND s.id = t.staff_id ",
                "JOIN area a ON a.tenant = t.tenant AND a.id = t.area_id ",
                "WHERE w.tenant = ?1 AND w.area_id = ?2 AND ",
                valid_today!("w"),
                " AND ",
                valid_today!("t"),
                " AND NOT EXISTS (SELECT 1 FROM restriction r WHERE r.tenant = ?1 AND r.person_id = ?4 ",
                "AND r.kind = 'barred' AND r.against_staff = s.id AND ",
                valid_today!("r"),
                ") AND s.name_key >= ?5 AND s.name_key <= ?6 ",
                "ORDER BY g.label_ja, s.kana, s.id, a.name LIMIT ?7"
            ),
            args![ctx.tenant(), area, ctx.today(), person, key, &end, limit],
        )
        .await?)
}

/// Whether the person is entrusted to the same staff member within a time.
pub(in crate::person) async fn overlaps(ctx: &Ctx, conn: &mut Conn, person: Id, new: &NewEntrustment) -> Result<bool> {
    let found: Option<Id> = conn
        .scalar_opt(
            sql!(
                "SELECT id FROM entrustment WHERE tenant = ?1 AND person_id = ?2 AND staff_id = ?3 ",
                "AND valid_from <= ?5 AND valid_to >= ?4 LIMIT 1"
            ),
            args![ctx.tenant(), person, new.staff, new.from, new.to],
        )
        .await?;
    Ok(found.is_some())
}

pub(in crate::person) async fn insert(ctx: &Ctx, tx: &mut Tx, id: Id, person: Id, new: &NewEntrustment) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO entrustment (tenant, id, person_id, staff_id, reason, valid_from, valid_to, ",
            "entrusted_by, entrusted_at, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)"
        ),
        args![ctx.tenant(), id, person, new.staff, &new.reason, new.from, new.to, ctx.staff_id(), ctx.now()],
    )
    .await
    .map_err(|error| match error.is_unique_on("entrustment") {
        // Somebody else has done the same in this moment.
        true => entrusted_already(),
        false => error.into(),
    })?;
    Ok(())
}

/// The same holder has the person in this time.
pub(in crate::person) fn entrusted_already() -> Error {
    Error::field(
        "staff",
        "この期間は、もうこの人に託されています。",
        "The person is entrusted to them in this time already.",
    )
}

/// Every entrustment of a person: itself, the holder, first and last day.
pub(in crate::person) async fn list_periods(
    ctx: &Ctx,
    conn: &mut Conn,
    person: Id,
) -> Result<Vec<(Id, Id, Date, Date)>> {
    Ok(conn
        .query(
            sql!("SELECT id, staff_id, valid_from, valid_to FROM entrustment WHERE tenant = ?1 AND person_id = ?2"),
            args![ctx.tenant(), person],
        )
        .await?)
}

/// Ends an entrustment with a day.
pub(in crate::person) async fn end_on(ctx: &Ctx, tx: &mut Tx, person: Id, id: Id, on: Date) -> Result<()> {
    let found: Option<(Date, Date)> = tx
        .query_opt(
            sql!("SELECT valid_from, valid_to FROM entrustment ", "WHERE tenant = ?1 AND id = ?2 AND person_id = ?3"),
            args![ctx.tenant(), id, person],
        )
        .await?;
    let (from, to) = found.ok_or(Error::NotFound)?;
    if to <= on {
        return Err(Error::refused("この見守りは、もう終わっています。", "This entrustment has already ended."));
    }
    if on < from {
        return Err(Error::field("on", "託した日より前には終えられません。", "It cannot end before its first day."));
    }
    tx.execute(
        sql!(
            "UPDATE entrustment SET valid_to = ?3, revision = revision + 1 ",
            "WHERE tenant = ?1 AND id = ?2 AND valid_to > ?3"
        ),
        args![ctx.tenant(), id, on],
    )
    .await?;
    Ok(())
}

/// Ends every entrustment of a person who is gone: with today, so that whoever
/// watched still reads today what happened.
pub(in crate::person) async fn end_all_today(ctx: &Ctx, tx: &mut Tx, person: Id) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE entrustment SET valid_to = CASE WHEN valid_from > ?3 THEN valid_from ELSE ?3 END, ",
            "revision = revision + 1 WHERE tenant = ?1 AND person_id = ?2 AND valid_to > ?3"
        ),
        args![ctx.tenant(), person, ctx.today()],
    )
    .await?;
    Ok(())
}

/// The last day of one entrustment of a person, and its revision.
pub(in crate::person) async fn get_end(ctx: &Ctx, conn: &mut Conn, person: Id, id: Id) -> Result<(Date, i64)> {
    let found: Option<(Date, i64)> = conn
        .query_opt(
            sql!("SELECT valid_to, revision FROM entrustment WHERE tenant = ?1 AND id = ?2 AND person_id = ?3"),
            args![ctx.tenant(), id, person],
        )
        .await?;
    found.ok_or(Error::NotFound)
}

/// Goes on without a last day.
pub(in crate::person) async fn resume(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<()> {
    tx.execute(
        sql!("UPDATE entrustment SET valid_to = ?3, revision = revision + 1 WHERE tenant = ?1 AND id = ?2"),
        args![ctx.tenant(), id, crate::tenancy::FOREVER],
    )
    .await?;
    Ok(())
}

/// The posts by which somebody has a person in their hands, as role and area, the best first: around the person
/// as they live today.
pub(in crate::person) async fn list_posts_for(
    ctx: &Ctx,
    conn: &mut Conn,
    person: Id,
    staff: Id,
) -> Result<Vec<(String, Id)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT t.role, t.area_id FROM post t JOIN role g ON g.tenant = t.tenant AND g.code = t.role ",
                "AND g.reach <> 'figures' JOIN area_within w ON w.tenant = t.tenant AND w.ancestor_id = t.area_id ",
                "JOIN person p ON p.tenant = t.tenant AND p.area_id = w.area_id AND p.id = ?2 ",
                "WHERE t.tenant = ?1 AND t.staff_id = ?4 AND t.valid_from <= ?3 AND ",
                valid_today!("w"),
                " ORDER BY t.valid_to DESC, t.id"
            ),
            args![ctx.tenant(), person, ctx.today(), staff],
        )
        .await?)
}

/// Whether the one who has the person in their hands works elsewhere since the person has moved.
pub(in crate::person) async fn set_adrift(ctx: &Ctx, tx: &mut Tx, id: Id, adrift: bool) -> Result<()> {
    tx.execute(
        sql!("UPDATE entrustment SET adrift = ?3 WHERE tenant = ?1 AND id = ?2 AND adrift <> ?3"),
        args![ctx.tenant(), id, adrift],
    )
    .await?;
    Ok(())
}
