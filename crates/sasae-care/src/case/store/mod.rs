//! The tables of cases. Names of persons come through a join with `person`
//! under its row rule: whom the reader may not see by name has no name here.

mod correct;
mod course;
mod due;
mod entry;
mod found;
pub(in crate::case) mod held;
pub mod holders;
mod list;
mod own;
mod taking;
mod team;

pub(in crate::case) use correct::{count_entries, is_struck, list_entry_ids, set_head, set_struck_out};
pub use course::{
    Assessment, Contact, ContactPage, Cursor, Goal, Monitoring, Plan, count_contacts, find_own_next, get_assessment,
    get_contact, get_goal, get_monitoring, get_plan, list_assessments, list_contacts, list_goals, list_monitorings,
    list_plans,
};
pub(super) use course::{
    insert_assessment, insert_contact, insert_goal, insert_monitoring, insert_plan, keep_promises, set_goal_state,
};
pub(in crate::case) use due::list_due;
pub use entry::{EntryRow, StruckEntry, get_entry};
pub(in crate::case) use entry::{
    clear_contact_person, delete_goal, delete_person, find_closed_at, find_numbered, find_review, list_numbered,
    list_struck, recount_promises, set_assessment, set_case, set_contact, set_goal, set_main, set_monitoring, set_plan,
    set_reopened, set_struck, touch_seen,
};
pub(in crate::case) use found::{get_for_thread, list_found, list_happenings, list_standing};
pub use list::{CaseRow, list_of_person};
pub(in crate::case) use list::{count, each};
pub use own::{OwnCase, list_own};
pub(in crate::case) use taking::{find_taking_lead, list_taking};
pub use team::{Role, find_case_of, find_request, get_role, list_roles, list_roles_asked};
pub(super) use team::{RoleEntry, end_roles, insert_role, set_done, set_lead_seen, set_role_state};

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Sql, Tx, args, record, sql};

use crate::case::CASE;
use crate::case::model::CaseState;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::person::PERSON;

/// The tables of this room.
pub const TABLES: &[&str] = &[
    "support_case",
    "case_person",
    "case_role",
    "case_assessment",
    "case_plan",
    "case_goal",
    "case_contact",
    "case_monitoring",
];

/// What the row rules know of one record; see `access::Guard`.
pub const FACTS: Sql = sql!(record_facts!(
    from: "support_case", alias: "c", about: about_case!("c"), own: "c.lead_staff = ?2"
));

/// The record where the reader may see it; see `access::Guard`.
pub const VISIBLE: Sql =
    sql!("SELECT c.id FROM support_case c WHERE c.tenant = ?1 AND c.id = ?4 AND ", visible_case!("c"));

record! {
    /// A case.
    #[derive(Debug, Clone)]
    pub struct Case {
        /// The case.
        pub id: Id,
        /// R7-0001.
        pub number: String,
        /// What it is about, without names.
        pub title: String,
        /// In which area.
        pub area_id: Id,
        /// Its name.
        pub area_name: String,
        /// Which household.
        pub household_id: Option<Id>,
        /// The consultation that it comes of.
        pub consultation_id: Option<Id>,
        /// `open` or `closed`.
        pub state: CaseState,
        /// When the concern came in.
        pub intake_at: Timestamp,
        /// On which day the case was opened.
        pub opened_on: Date,
        /// The lead agency.
        pub lead_organisation: Option<Id>,
        /// Its name.
        pub lead_organisation_name: Option<String>,
        /// The lead person.
        pub lead_staff: Id,
        /// Their name.
        pub lead_name: String,
        /// When lead and roles were agreed.
        pub agreed_at: Option<Timestamp>,
        /// When the plan is to be looked at again.
        pub review_on: Option<Date>,
        /// The last day.
        pub closed_on: Option<Date>,
        /// Code of the vocabulary `closing_outcome`.
        pub outcome: Option<String>,
        /// How it ended.
        pub outcome_note: String,
        /// Who opened it.
        pub opened_by: Id,
        /// When it was struck out: it was opened by mistake.
        pub struck_at: Option<Timestamp>,
        /// Revision.
        pub revision: i64,
    }
}

impl Case {
    /// In which area, where that tells of no hidden address.
    pub fn shown_area(&self) -> Option<Id> {
        Some(self.area_id).filter(|_| !self.area_name.is_empty())
    }

    /// Whether the case takes new records.
    pub fn is_open(&self) -> bool {
        self.state == CaseState::Open && self.struck_at.is_none()
    }
}

record! {
    /// A person whom a case names; without id and name for one who may not see the person.
    #[derive(Debug, Clone)]
    pub struct CasePerson {
        /// Whether the person is at its centre.
        pub main: bool,
        /// The person.
        pub id: Option<Id>,
        /// Family name.
        pub family: Option<String>,
        /// Given name.
        pub given: Option<String>,
        /// Kana.
        pub family_kana: Option<String>,
        /// Kana.
        pub given_kana: Option<String>,
        /// Born on.
        pub birth_on: Option<Date>,
        /// Code of the vocabulary `language`.
        pub language: Option<String>,
        /// Codes of the vocabulary `communication_support`, in one text.
        pub communication: Option<String>,
        /// Died on.
        pub died_on: Option<Date>,
    }
}

record! {
    /// Someone whom a case may name.
    #[derive(Debug, Clone)]
    pub struct Candidate {
        /// The person.
        pub id: Id,
        /// Family name.
        pub family: String,
        /// Given name.
        pub given: String,
        /// Where the person lives.
        pub area_id: Id,
        /// Born on.
        pub birth_on: Option<Date>,
        /// Code of the vocabulary `relation`; empty without a household.
        pub relation: String,
    }
}

/// A case; the caller has asked the policy.
pub async fn get(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Case> {
    let row: Option<Case> = conn
        .query_opt(
            sql!(
                "SELECT c.id, c.number, c.title, c.area_id, ",
                area_named!("a", "p", "x.person_id"),
                " AS area_name, c.household_id, c.consultation_id, c.state, ",
                "c.intake_at, c.opened_on, c.lead_organisation, o.name AS lead_organisation_name, c.lead_staff, s.name AS lead_name, c.agreed_at, ",
                "c.review_on, c.closed_on, c.outcome, c.outcome_note, c.opened_by, c.struck_at, c.revision FROM support_case c ",
                "JOIN area a ON a.tenant = c.tenant AND a.id = c.area_id ",
                "JOIN staff s ON s.tenant = c.tenant AND s.id = c.lead_staff ",
                "LEFT JOIN organisation o ON o.tenant = c.tenant AND o.id = c.lead_organisation ",
                "LEFT JOIN case_person x ON x.tenant = c.tenant AND x.case_id = c.id AND x.main = TRUE ",
                "LEFT JOIN person p ON p.tenant = x.tenant AND p.id = x.person_id AND ",
                visible_person!("p"),
                " WHERE c.tenant = ?1 AND c.id = ?4"
            ),
            scoped![ctx, id],
        )
        .await?;
    let row = row.ok_or(Error::NotFound)?;
    ctx.saw(&CASE, row.id);
    Ok(row)
}

/// The persons whom a case names, the main one first.
pub async fn list_persons(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Vec<CasePerson>> {
    let rows: Vec<CasePerson> = conn
        .query(
            sql!(
                "SELECT x.main, p.id, p.family, p.given, p.family_kana, p.given_kana, p.birth_on, p.language, ",
                "p.communication, p.died_on FROM case_person x ",
                "LEFT JOIN person p ON p.tenant = x.tenant AND p.id = x.person_id AND ",
                visible_person!("p"),
                " WHERE x.tenant = ?1 AND x.case_id = ?4 ORDER BY x.main DESC, x.person_id"
            ),
            scoped![ctx, case],
        )
        .await?;
    for id in rows.iter().filter_map(|row| row.id) {
        ctx.saw(&PERSON, id);
    }
    Ok(rows)
}

/// The ids of the persons whom a case names, for checks and facts; never shown.
pub(super) async fn list_person_ids(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Vec<(Id, bool)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT person_id, main FROM case_person WHERE tenant = ?1 AND case_id = ?2 ",
                "ORDER BY main DESC, person_id"
            ),
            args![ctx.tenant(), case],
        )
        .await?)
}

/// The members of a household today whom the reader may see.
pub async fn list_household(ctx: &Ctx, conn: &mut Conn, household: Id) -> Result<Vec<Candidate>> {
    let rows: Vec<Candidate> = conn
        .query(
            sql!(
                "SELECT p.id, p.family, p.given, p.area_id, p.birth_on, m.relation FROM household_member m ",
                "JOIN person p ON p.tenant = m.tenant AND p.id = m.person_id ",
                "WHERE m.tenant = ?1 AND m.household_id = ?4 AND ",
                valid_today!("m"),
                " AND ",
                visible_person!("p"),
                " ORDER BY p.birth_on, p.id"
            ),
            scoped![ctx, household],
        )
        .await?;
    for row in &rows {
        ctx.saw(&PERSON, row.id);
    }
    Ok(rows)
}

/// A person whom the reader may see, as someone whom a case may name.
pub async fn find_candidate(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Option<Candidate>> {
    let row: Option<Candidate> = conn
        .query_opt(
            sql!(
                "SELECT p.id, p.family, p.given, p.area_id, p.birth_on, '' AS relation FROM person p ",
                "WHERE p.tenant = ?1 AND p.id = ?4 AND ",
                visible_person!("p")
            ),
            scoped![ctx, person],
        )
        .await?;
    if let Some(row) = &row {
        ctx.saw(&PERSON, row.id);
    }
    Ok(row)
}

/// The household in which a person lives today.
pub async fn find_household(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Option<Id>> {
    Ok(conn
        .query_opt::<(Id,)>(
            sql!(
                "SELECT household_id FROM household_member WHERE tenant = ?1 AND person_id = ?2 ",
                "AND valid_from <= ?3 AND valid_to >= ?3 ORDER BY valid_from DESC"
            ),
            args![ctx.tenant(), person, ctx.today()],
        )
        .await?
        .map(|(id,)| id))
}

/// A case as it is written when it is opened.
#[derive(Debug)]
pub(super) struct Opening<'a> {
    pub id: Id,
    /// Fiscal year, and the era's year that the number begins with: 2025, R7.
    pub year: (i64, &'a str),
    pub title: &'a str,
    pub area: Id,
    pub household: Option<Id>,
    pub consultation: Option<Id>,
    pub intake_at: Timestamp,
    pub opened_by: Id,
    pub lead_organisation: Option<Id>,
    pub lead_staff: Id,
}

/// Writes a case under the next number of its year. Two that take the same
/// number at once cannot both stand: the one that comes second writes nothing
/// and takes the next one.
pub(super) async fn insert(ctx: &Ctx, tx: &mut Tx, new: &Opening<'_>) -> Result<()> {
    for _ in 0..50 {
        let serial: i64 = tx
            .scalar(
                sql!("SELECT COALESCE(MAX(serial), 0) + 1 FROM support_case WHERE tenant = ?1 AND fiscal_year = ?2"),
                args![ctx.tenant(), new.year.0],
            )
            .await?;
        let number = format!("{}-{serial:04}", new.year.1);
        let written = tx
            .execute(
                sql!(
                    "INSERT INTO support_case (tenant, id, number, fiscal_year, serial, title, area_id, household_id, ",
                    "consultation_id, state, intake_at, opened_on, opened_at, opened_by, lead_organisation, ",
                    "lead_staff, outcome_note, revision) ",
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open', ?10, ?11, ?12, ?13, ?14, ?15, '', 1) ",
                    "ON CONFLICT DO NOTHING"
                ),
                args![
                    ctx.tenant(),
                    new.id,
                    &number,
                    new.year.0,
                    serial,
                    new.title,
                    new.area,
                    new.household,
                    new.consultation,
                    new.intake_at,
                    ctx.today(),
                    ctx.now(),
                    new.opened_by,
                    new.lead_organisation,
                    new.lead_staff
                ],
            )
            .await?;
        if written == 1 {
            return Ok(());
        }
    }
    Err(Error::Db(sasae_db::Error::Retry))
}

/// Whom and what the team of a case sees besides the case: the persons named, and the consultation
/// from which it came.
pub(super) async fn list_covered(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<(Vec<Id>, Option<Id>)> {
    let persons: Vec<(Id,)> = conn
        .query(
            sql!("SELECT person_id FROM case_person WHERE tenant = ?1 AND case_id = ?2 ORDER BY person_id"),
            args![ctx.tenant(), case],
        )
        .await?;
    let consultation: Option<(Option<Id>,)> = conn
        .query_opt(
            sql!("SELECT consultation_id FROM support_case WHERE tenant = ?1 AND id = ?2"),
            args![ctx.tenant(), case],
        )
        .await?;
    Ok((persons.into_iter().map(|(id,)| id).collect(), consultation.and_then(|(id,)| id)))
}

/// The case that came of a consultation and stands.
pub(super) async fn find_of_consultation(ctx: &Ctx, conn: &mut Conn, consultation: Id) -> Result<Option<Id>> {
    Ok(conn
        .scalar_opt(
            sql!("SELECT id FROM support_case WHERE tenant = ?1 AND consultation_id = ?2 AND struck_at IS NULL"),
            args![ctx.tenant(), consultation],
        )
        .await?)
}

/// Names a person in a case; a second time changes nothing.
pub(super) async fn insert_person(ctx: &Ctx, tx: &mut Tx, case: Id, person: Id, main: bool) -> Result<u64> {
    Ok(tx
        .execute(
            sql!(
                "INSERT INTO case_person (tenant, case_id, person_id, main) VALUES (?1, ?2, ?3, ?4) ",
                "ON CONFLICT DO NOTHING"
            ),
            args![ctx.tenant(), case, person, main],
        )
        .await?)
}

/// Holds an open case until the transaction ends, so that nobody closes it or strikes it out in
/// between; `false` when that was done already.
pub(super) async fn hold_open(ctx: &Ctx, tx: &mut Tx, case: Id) -> Result<bool> {
    let held = tx
        .execute(
            sql!(
                "UPDATE support_case SET state = 'open' ",
                "WHERE tenant = ?1 AND id = ?2 AND state = 'open' AND struck_at IS NULL"
            ),
            args![ctx.tenant(), case],
        )
        .await?;
    Ok(held == 1)
}

/// Whether a case is open.
pub(super) async fn is_open(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<bool> {
    let open: i64 = conn
        .scalar(
            sql!(
                "SELECT COUNT(*) FROM support_case WHERE tenant = ?1 AND id = ?2 AND state = 'open' ",
                "AND struck_at IS NULL"
            ),
            args![ctx.tenant(), case],
        )
        .await?;
    Ok(open == 1)
}

/// Marks a case as changed: what was shown before is no longer the whole of it.
pub(super) async fn touch(ctx: &Ctx, tx: &mut Tx, case: Id) -> Result<()> {
    tx.execute(
        sql!("UPDATE support_case SET revision = revision + 1 WHERE tenant = ?1 AND id = ?2"),
        args![ctx.tenant(), case],
    )
    .await?;
    Ok(())
}

/// `Stale` when the revision that was seen no longer stands.
async fn written(ctx: &Ctx, tx: &mut Tx, case: Id, changed: u64) -> Result<()> {
    if changed == 0 {
        let now = get(ctx, tx, case).await?.revision;
        return Err(Error::Stale { now });
    }
    Ok(())
}

/// Lead and roles are agreed.
pub(super) async fn set_agreed(ctx: &Ctx, tx: &mut Tx, case: Id, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE support_case SET agreed_at = ?4, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3 AND agreed_at IS NULL"
            ),
            args![ctx.tenant(), case, seen, ctx.now()],
        )
        .await?;
    written(ctx, tx, case, changed).await
}

/// Another lead.
pub(super) async fn set_lead(
    ctx: &Ctx,
    tx: &mut Tx,
    case: Id,
    (staff, organisation): (Id, Option<Id>),
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE support_case SET lead_staff = ?4, lead_organisation = ?5, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), case, seen, staff, organisation],
        )
        .await?;
    written(ctx, tx, case, changed).await
}

/// When the plan is to be looked at again.
pub(super) async fn set_review(ctx: &Ctx, tx: &mut Tx, case: Id, review_on: Option<Date>) -> Result<()> {
    tx.execute(
        sql!("UPDATE support_case SET review_on = ?3, revision = revision + 1 WHERE tenant = ?1 AND id = ?2"),
        args![ctx.tenant(), case, review_on],
    )
    .await?;
    Ok(())
}

/// Closes a case.
pub(super) async fn set_closed(
    ctx: &Ctx,
    tx: &mut Tx,
    case: Id,
    closing: &super::model::Closing,
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE support_case SET state = 'closed', closed_on = ?4, closed_at = ?5, closed_by = ?6, ",
                "outcome = ?7, outcome_note = ?8, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3 AND state = 'open'"
            ),
            args![
                ctx.tenant(),
                case,
                seen,
                closing.closed_on,
                ctx.now(),
                ctx.staff_id(),
                &closing.outcome,
                &closing.note
            ],
        )
        .await?;
    written(ctx, tx, case, changed).await
}

/// Who closed a case, by name.
pub async fn find_closer(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Option<String>> {
    Ok(conn
        .query_opt::<(String,)>(
            sql!(
                "SELECT s.name FROM support_case c JOIN staff s ON s.tenant = c.tenant AND s.id = c.closed_by ",
                "WHERE c.tenant = ?1 AND c.id = ?2"
            ),
            args![ctx.tenant(), case],
        )
        .await?
        .map(|(name,)| name))
}
