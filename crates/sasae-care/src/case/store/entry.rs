//! What is put right in the entries of a case, whatever their kind.

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::case::entry::Entry;
use crate::case::model::{NewAssessment, NewContact, NewGoal, NewMonitoring, NewPlan};
use crate::ctx::Ctx;
use crate::error::{Error, Result};

record! {
    /// What the kinds of entry have in common.
    pub struct EntryRow {
        /// Who wrote it.
        pub staff_id: Id,
        /// That one's name.
        pub staff_name: String,
        /// On which day; of a plan the day of its review.
        pub on: Date,
        /// What its fact is about.
        pub about: String,
        /// How, in its fact.
        pub method: String,
        /// With whom.
        pub person_id: Option<Id>,
        /// What it says first.
        pub text: String,
        /// When it was written.
        pub created_at: Timestamp,
        /// When it was struck out.
        pub struck_at: Option<Timestamp>,
        /// Revision.
        pub revision: i64,
    }
}

record! {
    /// An entry that was struck out.
    #[derive(Debug, Clone)]
    pub struct StruckEntry {
        /// Its kind, as it stands in addresses.
        pub path: String,
        /// The entry.
        pub id: Id,
        /// On which day; of a plan that on which it is reviewed.
        pub on: Date,
        /// Who wrote it.
        pub staff_id: Id,
        /// That one's name.
        pub staff_name: String,
    }
}

impl StruckEntry {
    /// Its kind.
    pub fn entry(&self) -> Entry {
        Entry::of_path(&self.path).unwrap_or(Entry::Contact)
    }
}

/// Every entry of a case that was struck out, the latest first; the caller has asked the policy.
pub(in crate::case) async fn list_struck(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Vec<StruckEntry>> {
    Ok(conn
        .query(
            sql!(
                "SELECT z.path, z.id, z.\"on\", z.staff_id, s.name AS staff_name FROM (",
                "SELECT 'contacts' AS path, k.id, k.contact_on AS \"on\", k.staff_id, k.struck_at FROM case_contact k ",
                "WHERE k.tenant = ?1 AND k.case_id = ?2 AND k.struck_at IS NOT NULL UNION ALL ",
                "SELECT 'assessments' AS path, e.id, e.assessed_on AS \"on\", e.staff_id, e.struck_at FROM case_assessment e ",
                "WHERE e.tenant = ?1 AND e.case_id = ?2 AND e.struck_at IS NOT NULL UNION ALL ",
                "SELECT 'plans' AS path, p.id, p.review_on AS \"on\", p.staff_id, p.struck_at FROM case_plan p ",
                "WHERE p.tenant = ?1 AND p.case_id = ?2 AND p.struck_at IS NOT NULL UNION ALL ",
                "SELECT 'monitoring' AS path, m.id, m.monitored_on AS \"on\", m.staff_id, m.struck_at FROM case_monitoring m ",
                "WHERE m.tenant = ?1 AND m.case_id = ?2 AND m.struck_at IS NOT NULL) z ",
                "JOIN staff s ON s.tenant = ?1 AND s.id = z.staff_id ORDER BY z.struck_at DESC, z.id"
            ),
            args![ctx.tenant(), case],
        )
        .await?)
}

/// An entry of a case; the caller has asked the policy.
pub async fn get_entry(ctx: &Ctx, conn: &mut Conn, case: Id, entry: Entry, id: Id) -> Result<EntryRow> {
    let statement = match entry {
        Entry::Contact => sql!(
            "SELECT x.staff_id, s.name AS staff_name, x.contact_on AS \"on\", x.kind AS about, x.method, x.person_id, x.body AS text, x.created_at, ",
            "x.struck_at, x.revision FROM case_contact x JOIN staff s ON s.tenant = x.tenant AND s.id = x.staff_id ",
            "WHERE x.tenant = ?1 AND x.case_id = ?2 AND x.id = ?3"
        ),
        Entry::Assessment => sql!(
            "SELECT x.staff_id, s.name AS staff_name, x.assessed_on AS \"on\", '' AS about, '' AS method, CAST(NULL AS UUID) AS person_id, x.situation AS text, x.created_at, ",
            "x.struck_at, x.revision FROM case_assessment x ",
            "JOIN staff s ON s.tenant = x.tenant AND s.id = x.staff_id ",
            "WHERE x.tenant = ?1 AND x.case_id = ?2 AND x.id = ?3"
        ),
        Entry::Plan => sql!(
            "SELECT x.staff_id, s.name AS staff_name, x.review_on AS \"on\", CASE WHEN x.agreed_on IS NULL THEN '' ELSE 'agreed' END AS about, '' AS method, ",
            "CAST(NULL AS UUID) AS person_id, x.aim AS text, x.created_at, x.struck_at, x.revision FROM case_plan x ",
            "JOIN staff s ON s.tenant = x.tenant AND s.id = x.staff_id ",
            "WHERE x.tenant = ?1 AND x.case_id = ?2 AND x.id = ?3"
        ),
        Entry::Monitoring => sql!(
            "SELECT x.staff_id, s.name AS staff_name, x.monitored_on AS \"on\", x.verdict AS about, '' AS method, CAST(NULL AS UUID) AS person_id, x.findings AS text, x.created_at, ",
            "x.struck_at, x.revision FROM case_monitoring x ",
            "JOIN staff s ON s.tenant = x.tenant AND s.id = x.staff_id ",
            "WHERE x.tenant = ?1 AND x.case_id = ?2 AND x.id = ?3"
        ),
    };
    let row: Option<EntryRow> = conn.query_opt(statement, args![ctx.tenant(), case, id]).await?;
    row.ok_or(Error::NotFound)
}

/// Strikes an entry out, or lets it stand again.
pub(in crate::case) async fn set_struck(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, entry, id): (Id, Entry, Id),
    at: Option<Timestamp>,
    seen: i64,
) -> Result<()> {
    let statement = match entry {
        Entry::Contact => sql!(
            "UPDATE case_contact SET struck_at = ?5, revision = revision + 1 ",
            "WHERE tenant = ?1 AND case_id = ?2 AND id = ?3 AND revision = ?4"
        ),
        Entry::Assessment => sql!(
            "UPDATE case_assessment SET struck_at = ?5, revision = revision + 1 ",
            "WHERE tenant = ?1 AND case_id = ?2 AND id = ?3 AND revision = ?4"
        ),
        Entry::Plan => sql!(
            "UPDATE case_plan SET struck_at = ?5, revision = revision + 1 ",
            "WHERE tenant = ?1 AND case_id = ?2 AND id = ?3 AND revision = ?4"
        ),
        Entry::Monitoring => sql!(
            "UPDATE case_monitoring SET struck_at = ?5, revision = revision + 1 ",
            "WHERE tenant = ?1 AND case_id = ?2 AND id = ?3 AND revision = ?4"
        ),
    };
    let changed = tx.execute(statement, args![ctx.tenant(), case, id, seen, at]).await?;
    require_changed(ctx, tx, (case, entry, id), changed).await
}

/// Puts an entry into another case, with the person whom it names there; plans are never moved.
pub(in crate::case) async fn set_case(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, entry, id): (Id, Entry, Id),
    (to, person): (Id, Option<Id>),
    seen: i64,
) -> Result<()> {
    let changed = match entry {
        Entry::Contact => {
            let statement = sql!(
                "UPDATE case_contact SET case_id = ?5, person_id = ?6, next_done_on = NULL, revision = revision + 1 ",
                "WHERE tenant = ?1 AND case_id = ?2 AND id = ?3 AND revision = ?4"
            );
            tx.execute(statement, args![ctx.tenant(), case, id, seen, to, person]).await?
        }
        Entry::Assessment => {
            let statement = sql!(
                "UPDATE case_assessment SET case_id = ?5, revision = revision + 1 ",
                "WHERE tenant = ?1 AND case_id = ?2 AND id = ?3 AND revision = ?4"
            );
            tx.execute(statement, args![ctx.tenant(), case, id, seen, to]).await?
        }
        Entry::Monitoring => {
            let statement = sql!(
                "UPDATE case_monitoring SET case_id = ?5, revision = revision + 1 ",
                "WHERE tenant = ?1 AND case_id = ?2 AND id = ?3 AND revision = ?4"
            );
            tx.execute(statement, args![ctx.tenant(), case, id, seen, to]).await?
        }
        Entry::Plan => return Err(Error::NotFound),
    };
    require_changed(ctx, tx, (case, entry, id), changed).await
}

/// Writes what stands in a contact after a correction.
pub(in crate::case) async fn set_contact(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, id): (Id, Id),
    new: &NewContact,
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE case_contact SET contact_on = ?5, kind = ?6, method = ?7, person_id = ?8, body = ?9, ",
                "next_on = ?10, next_what = ?11, next_done_on = NULL, revision = revision + 1 ",
                "WHERE tenant = ?1 AND case_id = ?2 AND id = ?3 AND revision = ?4"
            ),
            args![
                ctx.tenant(),
                case,
                id,
                seen,
                new.contact_on,
                &new.kind,
                &new.method,
                new.person,
                &new.body,
                new.next_on,
                &new.next_what
            ],
        )
        .await?;
    require_changed(ctx, tx, (case, Entry::Contact, id), changed).await
}

/// Writes what stands in an assessment after a correction; `extra` holds the municipality's own fields.
pub(in crate::case) async fn set_assessment(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, id): (Id, Id),
    (new, extra): (&NewAssessment, &str),
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE case_assessment SET assessed_on = ?5, situation = ?6, strengths = ?7, risks = ?8, ",
                "needs = ?9, extra = ?10, revision = revision + 1 ",
                "WHERE tenant = ?1 AND case_id = ?2 AND id = ?3 AND revision = ?4"
            ),
            args![
                ctx.tenant(),
                case,
                id,
                seen,
                new.assessed_on,
                &new.situation,
                &new.strengths,
                &new.risks,
                &new.needs,
                extra
            ],
        )
        .await?;
    require_changed(ctx, tx, (case, Entry::Assessment, id), changed).await
}

/// Writes what stands in a plan after a correction, without its goals.
pub(in crate::case) async fn set_plan(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, id): (Id, Id),
    new: &NewPlan,
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE case_plan SET aim = ?5, wish = ?6, agreed_on = ?7, review_on = ?8, revision = revision + 1 ",
                "WHERE tenant = ?1 AND case_id = ?2 AND id = ?3 AND revision = ?4"
            ),
            args![ctx.tenant(), case, id, seen, &new.aim, &new.wish, new.agreed_on, new.review_on],
        )
        .await?;
    require_changed(ctx, tx, (case, Entry::Plan, id), changed).await
}

/// Writes what stands in a goal after a correction of its plan; what became of it stays.
pub(in crate::case) async fn set_goal(
    ctx: &Ctx,
    tx: &mut Tx,
    (plan, goal): (Id, Id),
    position: i64,
    new: &NewGoal,
) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE case_goal SET position = ?4, goal = ?5, step = ?6, who = ?7, due_on = ?8, ",
            "revision = revision + 1 WHERE tenant = ?1 AND plan_id = ?2 AND id = ?3"
        ),
        args![ctx.tenant(), plan, goal, position, &new.goal, &new.step, &new.who, new.due_on],
    )
    .await?;
    Ok(())
}

/// Takes a goal out of a plan that is corrected.
pub(in crate::case) async fn delete_goal(ctx: &Ctx, tx: &mut Tx, plan: Id, goal: Id) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM case_goal WHERE tenant = ?1 AND plan_id = ?2 AND id = ?3"),
        args![ctx.tenant(), plan, goal],
    )
    .await?;
    Ok(())
}

/// Writes what stands in a monitoring after a correction.
pub(in crate::case) async fn set_monitoring(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, id): (Id, Id),
    new: &NewMonitoring,
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE case_monitoring SET monitored_on = ?5, findings = ?6, verdict = ?7, review_on = ?8, ",
                "revision = revision + 1 WHERE tenant = ?1 AND case_id = ?2 AND id = ?3 AND revision = ?4"
            ),
            args![ctx.tenant(), case, id, seen, new.monitored_on, &new.findings, &new.verdict, new.review_on],
        )
        .await?;
    require_changed(ctx, tx, (case, Entry::Monitoring, id), changed).await
}

async fn require_changed(ctx: &Ctx, tx: &mut Tx, (case, entry, id): (Id, Entry, Id), changed: u64) -> Result<()> {
    if changed == 0 {
        let now = get_entry(ctx, tx, case, entry, id).await?.revision;
        return Err(Error::Stale { now });
    }
    Ok(())
}

/// Works out anew which promised contacts of a case were kept, and when: by the first contact that the
/// same person wrote down after the one that holds the promise, for that contact's own day or a later
/// one. The day that was promised plays no part: a visit before it keeps the promise as well.
pub(in crate::case) async fn recount_promises(ctx: &Ctx, tx: &mut Tx, case: Id) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE case_contact AS a SET next_done_on = (SELECT b.contact_on FROM case_contact b ",
            "WHERE b.tenant = ?1 AND b.case_id = ?2 AND b.staff_id = a.staff_id AND b.struck_at IS NULL ",
            "AND b.contact_on >= a.contact_on ",
            "AND (b.created_at > a.created_at OR (b.created_at = a.created_at AND b.id > a.id)) ",
            "ORDER BY b.created_at, b.id LIMIT 1) ",
            "WHERE a.tenant = ?1 AND a.case_id = ?2 AND a.next_on IS NOT NULL"
        ),
        args![ctx.tenant(), case],
    )
    .await?;
    Ok(())
}

/// When a case is to be looked at again by its latest plan or monitoring that stands.
pub(in crate::case) async fn find_review(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Option<Date>> {
    let plan: Option<(Timestamp, Date)> = conn
        .query_opt(
            sql!(
                "SELECT created_at, review_on FROM case_plan WHERE tenant = ?1 AND case_id = ?2 ",
                "AND struck_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1"
            ),
            args![ctx.tenant(), case],
        )
        .await?;
    let monitoring: Option<(Timestamp, Option<Date>)> = conn
        .query_opt(
            sql!(
                "SELECT created_at, review_on FROM case_monitoring WHERE tenant = ?1 AND case_id = ?2 ",
                "AND struck_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1"
            ),
            args![ctx.tenant(), case],
        )
        .await?;
    Ok(match (plan, monitoring) {
        (Some((planned, on)), Some((monitored, _))) if planned > monitored => Some(on),
        (_, Some((_, on))) => on,
        (plan, None) => plan.map(|(_, on)| on),
    })
}

/// The open case with a number, where the reader may see it.
pub(in crate::case) async fn find_numbered(ctx: &Ctx, conn: &mut Conn, number: &str) -> Result<Option<Id>> {
    Ok(conn
        .query_opt::<(Id,)>(
            sql!(
                "SELECT c.id FROM support_case c WHERE c.tenant = ?1 AND c.number = ?4 AND c.state = 'open' ",
                "AND c.struck_at IS NULL AND ",
                visible_case!("c")
            ),
            scoped![ctx, number],
        )
        .await?
        .map(|(id,)| id))
}

/// The open cases of all years with a number, without those that the reader may not see; two at most.
pub(in crate::case) async fn list_numbered(ctx: &Ctx, conn: &mut Conn, serial: i64) -> Result<Vec<Id>> {
    let rows: Vec<(Id,)> = conn
        .query(
            sql!(
                "SELECT c.id FROM support_case c WHERE c.tenant = ?1 AND c.serial = ?4 AND c.state = 'open' ",
                "AND c.struck_at IS NULL AND ",
                visible_case!("c"),
                " ORDER BY c.fiscal_year DESC, c.id LIMIT 2"
            ),
            scoped![ctx, serial],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes a person out of a case.
pub(in crate::case) async fn delete_person(ctx: &Ctx, tx: &mut Tx, case: Id, person: Id) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM case_person WHERE tenant = ?1 AND case_id = ?2 AND person_id = ?3"),
        args![ctx.tenant(), case, person],
    )
    .await?;
    Ok(())
}

/// Puts a person whom a case names at its centre, with the household.
pub(in crate::case) async fn set_main(
    ctx: &Ctx,
    tx: &mut Tx,
    case: Id,
    person: Id,
    household: Option<Id>,
) -> Result<()> {
    tx.execute(
        sql!("UPDATE case_person SET main = (person_id = ?3) WHERE tenant = ?1 AND case_id = ?2"),
        args![ctx.tenant(), case, person],
    )
    .await?;
    tx.execute(
        sql!("UPDATE support_case SET household_id = ?3 WHERE tenant = ?1 AND id = ?2"),
        args![ctx.tenant(), case, household],
    )
    .await?;
    Ok(())
}

/// Contacts of a case that name a person name nobody from now on; gives how many there were.
pub(in crate::case) async fn clear_contact_person(ctx: &Ctx, tx: &mut Tx, case: Id, person: Id) -> Result<u64> {
    Ok(tx
        .execute(
            sql!(
                "UPDATE case_contact SET person_id = NULL, revision = revision + 1 ",
                "WHERE tenant = ?1 AND case_id = ?2 AND person_id = ?3"
            ),
            args![ctx.tenant(), case, person],
        )
        .await?)
}

/// Marks a case as changed from the revision that was seen.
pub(in crate::case) async fn touch_seen(ctx: &Ctx, tx: &mut Tx, case: Id, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!("UPDATE support_case SET revision = revision + 1 ", "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"),
            args![ctx.tenant(), case, seen],
        )
        .await?;
    super::written(ctx, tx, case, changed).await
}

/// A case that is open again after its closing was taken back; roles that ended by it begin again.
pub(in crate::case) async fn set_reopened(ctx: &Ctx, tx: &mut Tx, case: Id, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE support_case SET state = 'open', closed_on = NULL, closed_at = NULL, closed_by = NULL, ",
                "outcome = NULL, outcome_note = '', revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3 AND state = 'closed'"
            ),
            args![ctx.tenant(), case, seen],
        )
        .await?;
    super::written(ctx, tx, case, changed).await?;
    tx.execute(
        sql!(
            "UPDATE case_role SET valid_to = ?3, ended_by_closing = FALSE, revision = revision + 1 ",
            "WHERE tenant = ?1 AND case_id = ?2 AND ended_by_closing = TRUE"
        ),
        args![ctx.tenant(), case, crate::tenancy::FOREVER],
    )
    .await?;
    Ok(())
}

/// When a case was closed.
pub(in crate::case) async fn find_closed_at(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Option<Timestamp>> {
    Ok(conn
        .query_opt::<(Option<Timestamp>,)>(
            sql!("SELECT closed_at FROM support_case WHERE tenant = ?1 AND id = ?2"),
            args![ctx.tenant(), case],
        )
        .await?
        .and_then(|(at,)| at))
}
