//! Assessments, plans with goals, contacts, monitoring.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::case::model::{GoalState, NewAssessment, NewContact, NewGoal, NewMonitoring, NewPlan};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::person::PERSON;

record! {
    /// An assessment.
    #[derive(Debug, Clone)]
    pub struct Assessment {
        /// The assessment.
        pub id: Id,
        /// On which day.
        pub assessed_on: Date,
        /// How things stand.
        pub situation: String,
        /// Strengths.
        pub strengths: String,
        /// Dangers.
        pub risks: String,
        /// Needs.
        pub needs: String,
        /// The profile's own fields as JSON; each has its own readers, so the
        /// text never leaves as it is.
        pub extra: String,
        /// Who made it.
        pub staff_name: String,
    }
}

record! {
    /// A plan.
    #[derive(Debug, Clone)]
    pub struct Plan {
        /// The plan.
        pub id: Id,
        /// What the support is to reach.
        pub aim: String,
        /// What the person wishes.
        pub wish: String,
        /// When it was agreed with the person.
        pub agreed_on: Option<Date>,
        /// When it is looked at again.
        pub review_on: Date,
        /// When it was made.
        pub created_at: Timestamp,
        /// Who made it.
        pub staff_name: String,
    }
}

record! {
    /// A goal of a plan.
    #[derive(Debug, Clone)]
    pub struct Goal {
        /// The goal.
        pub id: Id,
        /// Its plan.
        pub plan_id: Id,
        /// What is to be reached.
        pub goal: String,
        /// What is done.
        pub step: String,
        /// By whom.
        pub who: String,
        /// Until when.
        pub due_on: Option<Date>,
        /// What became of it.
        pub state: GoalState,
        /// Revision.
        pub revision: i64,
    }
}

record! {
    /// A contact; the person's name only where the reader may see it.
    #[derive(Debug, Clone)]
    pub struct Contact {
        /// The contact.
        pub id: Id,
        /// On which day.
        pub contact_on: Date,
        /// Code of the vocabulary `contact_kind`.
        pub kind: String,
        /// Code of the vocabulary `contact_method`.
        pub method: String,
        /// What happened.
        pub body: String,
        /// When contact is made next.
        pub next_on: Option<Date>,
        /// What for.
        pub next_what: String,
        /// When that was kept.
        pub next_done_on: Option<Date>,
        /// Who made it.
        pub staff_name: String,
        /// Whether it names a person, shown or not.
        pub about_person: bool,
        /// The person.
        pub person_id: Option<Id>,
        /// Family name.
        pub family: Option<String>,
        /// Given name.
        pub given: Option<String>,
    }
}

record! {
    /// A monitoring.
    #[derive(Debug, Clone)]
    pub struct Monitoring {
        /// The monitoring.
        pub id: Id,
        /// On which day.
        pub monitored_on: Date,
        /// What was found.
        pub findings: String,
        /// `continue`, `replan` or `end`.
        pub verdict: String,
        /// When the plan is looked at again.
        pub review_on: Option<Date>,
        /// Who made it.
        pub staff_name: String,
    }
}

macro_rules! assessment_columns {
    () => {
        concat!(
            "SELECT x.id, x.assessed_on, x.situation, x.strengths, x.risks, x.needs, x.extra, s.name AS staff_name ",
            "FROM case_assessment x JOIN staff s ON s.tenant = x.tenant AND s.id = x.staff_id ",
            "WHERE x.tenant = ?1 AND x.case_id = ?2 "
        )
    };
}

/// The assessments of a case, the newest first.
pub async fn list_assessments(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Vec<Assessment>> {
    Ok(conn
        .query(
            sql!(
                assessment_columns!(),
                "AND x.struck_at IS NULL ORDER BY x.assessed_on DESC, x.created_at DESC, x.id DESC"
            ),
            args![ctx.tenant(), case],
        )
        .await?)
}

/// An assessment of a case.
pub async fn get_assessment(ctx: &Ctx, conn: &mut Conn, case: Id, id: Id) -> Result<Assessment> {
    let row: Option<Assessment> =
        conn.query_opt(sql!(assessment_columns!(), "AND x.id = ?3"), args![ctx.tenant(), case, id]).await?;
    row.ok_or(Error::NotFound)
}

pub(in crate::case) async fn insert_assessment(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, id): (Id, Id),
    new: &NewAssessment,
    staff: Id,
) -> Result<()> {
    let extra = serde_json::to_string(&new.extra.clone().unwrap_or_default()).map_err(Error::internal)?;
    tx.execute(
        sql!(
            "INSERT INTO case_assessment (tenant, id, case_id, assessed_on, situation, strengths, risks, needs, ",
            "extra, staff_id, created_at, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1)"
        ),
        args![
            ctx.tenant(),
            id,
            case,
            new.assessed_on,
            &new.situation,
            &new.strengths,
            &new.risks,
            &new.needs,
            &extra,
            staff,
            ctx.now()
        ],
    )
    .await?;
    Ok(())
}

macro_rules! plan_columns {
    () => {
        concat!(
            "SELECT x.id, x.aim, x.wish, x.agreed_on, x.review_on, x.created_at, s.name AS staff_name ",
            "FROM case_plan x JOIN staff s ON s.tenant = x.tenant AND s.id = x.staff_id ",
            "WHERE x.tenant = ?1 AND x.case_id = ?2 "
        )
    };
}

/// The plans of a case, the newest first.
pub async fn list_plans(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Vec<Plan>> {
    Ok(conn
        .query(
            sql!(plan_columns!(), "AND x.struck_at IS NULL ORDER BY x.created_at DESC, x.id DESC"),
            args![ctx.tenant(), case],
        )
        .await?)
}

/// A plan of a case.
pub async fn get_plan(ctx: &Ctx, conn: &mut Conn, case: Id, id: Id) -> Result<Plan> {
    let row: Option<Plan> =
        conn.query_opt(sql!(plan_columns!(), "AND x.id = ?3"), args![ctx.tenant(), case, id]).await?;
    row.ok_or(Error::NotFound)
}

pub(in crate::case) async fn insert_plan(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, id): (Id, Id),
    new: &NewPlan,
    staff: Id,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO case_plan (tenant, id, case_id, aim, wish, agreed_on, review_on, staff_id, created_at, ",
            "revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)"
        ),
        args![ctx.tenant(), id, case, &new.aim, &new.wish, new.agreed_on, new.review_on, staff, ctx.now()],
    )
    .await?;
    Ok(())
}

/// The goals of a plan in order.
pub async fn list_goals(ctx: &Ctx, conn: &mut Conn, plan: Id) -> Result<Vec<Goal>> {
    Ok(conn
        .query(
            sql!(
                "SELECT id, plan_id, goal, step, who, due_on, state, revision FROM case_goal ",
                "WHERE tenant = ?1 AND plan_id = ?2 ORDER BY position, id"
            ),
            args![ctx.tenant(), plan],
        )
        .await?)
}

/// A goal of a case.
pub async fn get_goal(ctx: &Ctx, conn: &mut Conn, case: Id, id: Id) -> Result<Goal> {
    let row: Option<Goal> = conn
        .query_opt(
            sql!(
                "SELECT id, plan_id, goal, step, who, due_on, state, revision FROM case_goal ",
                "WHERE tenant = ?1 AND case_id = ?2 AND id = ?3"
            ),
            args![ctx.tenant(), case, id],
        )
        .await?;
    row.ok_or(Error::NotFound)
}

pub(in crate::case) async fn insert_goal(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, plan): (Id, Id),
    position: i64,
    new: &NewGoal,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO case_goal (tenant, id, case_id, plan_id, position, goal, step, who, due_on, state, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open', 1)"
        ),
        args![ctx.tenant(), ctx.new_id(), case, plan, position, &new.goal, &new.step, &new.who, new.due_on],
    )
    .await?;
    Ok(())
}

pub(in crate::case) async fn set_goal_state(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, goal): (Id, Id),
    state: GoalState,
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE case_goal SET state = ?5, revision = revision + 1 ",
                "WHERE tenant = ?1 AND case_id = ?2 AND id = ?3 AND revision = ?4"
            ),
            args![ctx.tenant(), case, goal, seen, state],
        )
        .await?;
    if changed == 0 {
        let now = get_goal(ctx, tx, case, goal).await?.revision;
        return Err(Error::Stale { now });
    }
    Ok(())
}

/// From where on the contacts go: the last one of the page before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Its day.
    pub on: Date,
    /// The contact.
    pub id: Id,
}

impl Cursor {
    /// Before the newest contact.
    pub const START: Cursor = Cursor { on: date(9999, 12, 31), id: Id::max() };

    /// Reads a cursor as it stands in an address; anything else starts from the newest.
    pub fn parse(text: &str) -> Cursor {
        let parts = text.split_once('_');
        parts
            .and_then(|(on, id)| Some(Cursor { on: on.parse().ok()?, id: id.parse().ok()? }))
            .filter(|cursor| (1..=9999).contains(&cursor.on.year()))
            .unwrap_or(Cursor::START)
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}", self.on, self.id)
    }
}

/// A page of contacts.
#[derive(Debug, Clone)]
pub struct ContactPage {
    /// The contacts, the newest first.
    pub contacts: Vec<Contact>,
    /// Where the older ones go on, in the form of an address.
    pub older: Option<String>,
}

macro_rules! contacts_from {
    ($($inner:tt)+) => {
        concat!(
            "SELECT k.id, k.contact_on, k.kind, k.method, k.body, k.next_on, k.next_what, k.next_done_on, s.name AS staff_name, ",
            "k.person_id IS NOT NULL AS about_person, p.id AS person_id, p.family, p.given FROM (", $($inner)+, ") k ",
            "JOIN staff s ON s.tenant = ?1 AND s.id = k.staff_id ",
            "LEFT JOIN person p ON p.tenant = ?1 AND p.id = k.person_id AND ", visible_person!("p")
        )
    };
}

/// A page of the contacts of a case, from a cursor on. The page is cut out
/// first and the names are looked up for its rows alone.
pub async fn list_contacts(ctx: &Ctx, conn: &mut Conn, case: Id, from: Cursor, limit: i64) -> Result<ContactPage> {
    let mut contacts: Vec<Contact> = conn
        .query(
            sql!(
                contacts_from!(
                    "SELECT * FROM case_contact i WHERE i.tenant = ?1 AND i.case_id = ?4 AND i.struck_at IS NULL ",
                    "AND (i.contact_on < ?5 OR (i.contact_on = ?5 AND i.id < ?6)) ",
                    "ORDER BY i.contact_on DESC, i.id DESC LIMIT ?7"
                ),
                " ORDER BY k.contact_on DESC, k.id DESC"
            ),
            scoped![ctx, case, from.on, from.id, limit + 1],
        )
        .await?;
    let more = i64::try_from(contacts.len()).is_ok_and(|length| length > limit);
    if more {
        contacts.pop();
    }
    for person in contacts.iter().filter_map(|contact| contact.person_id) {
        ctx.saw(&PERSON, person);
    }
    let older = contacts.last().filter(|_| more).map(|last| Cursor { on: last.contact_on, id: last.id }.to_string());
    Ok(ContactPage { contacts, older })
}

/// A contact of a case.
pub async fn get_contact(ctx: &Ctx, conn: &mut Conn, case: Id, id: Id) -> Result<Contact> {
    let row: Option<Contact> = conn
        .query_opt(
            sql!(contacts_from!("SELECT * FROM case_contact i WHERE i.tenant = ?1 AND i.case_id = ?4 AND i.id = ?5")),
            scoped![ctx, case, id],
        )
        .await?;
    let row = row.ok_or(Error::NotFound)?;
    if let Some(person) = row.person_id {
        ctx.saw(&PERSON, person);
    }
    Ok(row)
}

/// How many contacts a case has.
pub async fn count_contacts(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<i64> {
    Ok(conn
        .scalar(
            sql!("SELECT COUNT(*) FROM case_contact WHERE tenant = ?1 AND case_id = ?2 AND struck_at IS NULL"),
            args![ctx.tenant(), case],
        )
        .await?)
}

/// The reader's own next contact with a case that was promised and not made yet.
pub async fn find_own_next(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Option<(Date, String)>> {
    Ok(conn
        .query_opt(
            sql!(
                "SELECT next_on, next_what FROM case_contact WHERE tenant = ?1 AND case_id = ?2 AND staff_id = ?3 ",
                "AND next_on IS NOT NULL AND next_done_on IS NULL AND struck_at IS NULL ORDER BY next_on, id"
            ),
            args![ctx.tenant(), case, ctx.actor_id()],
        )
        .await?)
}

pub(in crate::case) async fn insert_contact(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, id): (Id, Id),
    new: &NewContact,
    staff: Id,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO case_contact (tenant, id, case_id, person_id, contact_on, kind, method, body, next_on, ",
            "next_what, staff_id, created_at, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 1)"
        ),
        args![
            ctx.tenant(),
            id,
            case,
            new.person,
            new.contact_on,
            &new.kind,
            &new.method,
            &new.body,
            new.next_on,
            &new.next_what,
            staff,
            ctx.now()
        ],
    )
    .await?;
    Ok(())
}

/// Marks what somebody had promised before as kept by a later contact. One that
/// is entered afterwards for an earlier day keeps no promise.
pub(in crate::case) async fn keep_promises(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, contact): (Id, Id),
    staff: Id,
    on: Date,
) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE case_contact SET next_done_on = ?5, revision = revision + 1 WHERE tenant = ?1 AND case_id = ?2 ",
            "AND id <> ?3 AND contact_on <= ?5 AND next_on IS NOT NULL AND next_done_on IS NULL AND struck_at IS NULL ",
            // What a lead has from somebody who has left is kept as well.
            "AND (staff_id = ?4 OR staff_id NOT IN (SELECT p.staff_id FROM post p WHERE p.tenant = ?1 ",
            "AND p.valid_from <= ?6 AND p.valid_to >= ?6) OR NOT EXISTS (SELECT 1 FROM ground g WHERE g.tenant = ?1 ",
            "AND g.record_id = ?2 AND g.holder_id = case_contact.staff_id AND g.valid_to >= ?6))"
        ),
        args![ctx.tenant(), case, contact, staff, on, ctx.today()],
    )
    .await?;
    Ok(())
}

macro_rules! monitoring_columns {
    () => {
        concat!(
            "SELECT x.id, x.monitored_on, x.findings, x.verdict, x.review_on, s.name AS staff_name ",
            "FROM case_monitoring x JOIN staff s ON s.tenant = x.tenant AND s.id = x.staff_id ",
            "WHERE x.tenant = ?1 AND x.case_id = ?2 "
        )
    };
}

/// The monitorings of a case, the newest first.
pub async fn list_monitorings(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Vec<Monitoring>> {
    Ok(conn
        .query(
            sql!(
                monitoring_columns!(),
                "AND x.struck_at IS NULL ORDER BY x.monitored_on DESC, x.created_at DESC, x.id DESC"
            ),
            args![ctx.tenant(), case],
        )
        .await?)
}

/// A monitoring of a case.
pub async fn get_monitoring(ctx: &Ctx, conn: &mut Conn, case: Id, id: Id) -> Result<Monitoring> {
    let row: Option<Monitoring> =
        conn.query_opt(sql!(monitoring_columns!(), "AND x.id = ?3"), args![ctx.tenant(), case, id]).await?;
    row.ok_or(Error::NotFound)
}

pub(in crate::case) async fn insert_monitoring(
    ctx: &Ctx,
    tx: &mut Tx,
    (case, id): (Id, Id),
    new: &NewMonitoring,
    staff: Id,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO case_monitoring (tenant, id, case_id, monitored_on, findings, verdict, review_on, staff_id, ",
            "created_at, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)"
        ),
        args![ctx.tenant(), id, case, new.monitored_on, &new.findings, &new.verdict, new.review_on, staff, ctx.now()],
    )
    .await?;
    Ok(())
}
