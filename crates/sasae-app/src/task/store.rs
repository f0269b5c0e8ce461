//! What is due, derived from the rooms by query. Reads other rooms' tables on
//! purpose and writes none.

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::{Conn, record, sql};

use super::{Due, What};
use crate::access::Kind;
use crate::case::CASE;
use crate::consultation::CONSULTATION;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::notice::NOTICE;
use crate::person::PERSON;

/// This room owns no table.
pub const TABLES: &[&str] = &[];

/// Most rows of one kind, the oldest first: more is no day's work.
const MOST: i64 = 50;

/// Notices in the reader's areas that wait to be read or decided.
pub(super) async fn list_notices(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, String, Date, Date)> = conn
        .query(
            sql!(
                "SELECT n.id, n.state, n.kind, a.name, h.acknowledge_by, h.answer_by FROM notice n ",
                "JOIN area a ON a.tenant = n.tenant AND a.id = n.area_id ",
                "JOIN handover h ON h.tenant = n.tenant AND h.subject_id = n.id AND h.answered_at IS NULL ",
                "WHERE n.tenant = ?1 AND n.state <> 'finished' AND n.area_id IN ",
                function_areas!("notice_triage"),
                " AND ",
                visible_notice!("n"),
                " ORDER BY h.acknowledge_by, n.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(record, state, kind, area, acknowledge_by, answer_by)| {
            let (what, until) =
                if state == "received" { (What::NoticeNew, acknowledge_by) } else { (What::NoticeDecide, answer_by) };
            let label = ctx.profile().label("notice_kind", &kind, ctx.lang());
            let about = format!("{label}（{area}）");
            Due { what, about, until, record, tells_of: vec![(&NOTICE as Kind, record)] }
        })
        .collect())
}

/// What the cases ask of the reader: answers to roles, tasks of roles, the
/// agreement on lead and roles, contacts promised, plans to review.
pub(super) async fn list_case_steps(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    let mut due = list_roles_asked(ctx, conn).await?;
    due.extend(list_roles_due(ctx, conn).await?);
    due.extend(list_agreements(ctx, conn).await?);
    due.extend(list_next_contacts(ctx, conn).await?);
    due.extend(list_reviews(ctx, conn).await?);
    Ok(due)
}

fn of_case(what: What, record: Id, about: String, until: Date) -> Due {
    Due { what, about, until, record, tells_of: vec![(&CASE as Kind, record)] }
}

/// Roles for which the reader, or the reader's organisation, is asked.
async fn list_roles_asked(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    let own: Vec<(Id, String, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, r.role, h.acknowledge_by FROM handover h ",
                "JOIN case_role r ON r.tenant = h.tenant AND r.id = h.subject_id AND r.state = 'asked' ",
                "JOIN support_case c ON c.tenant = r.tenant AND c.id = r.case_id AND c.state = 'open' ",
                "WHERE h.tenant = ?1 AND h.kind = 'role' AND h.to_staff = ?2 AND h.answered_at IS NULL AND ",
                visible_case!("c"),
                " ORDER BY h.acknowledge_by, h.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    // Of an organisation nobody sees the case before accepting: no title here.
    let organisation: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, r.role, h.acknowledge_by FROM staff me ",
                "JOIN handover h ON h.tenant = me.tenant AND h.to_organisation = me.organisation_id ",
                "AND h.answered_at IS NULL AND h.kind = 'role' ",
                "JOIN case_role r ON r.tenant = h.tenant AND r.id = h.subject_id AND r.state = 'asked' ",
                "JOIN support_case c ON c.tenant = r.tenant AND c.id = r.case_id AND c.state = 'open' ",
                "WHERE me.tenant = ?1 AND me.id = ?2 AND ",
                valid_today!("me"),
                " AND NOT ",
                barred!(about_case!("c")),
                " ORDER BY h.acknowledge_by, h.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    let label = |role: &str| ctx.profile().label("case_role", role, ctx.lang()).to_owned();
    let mut due: Vec<Due> = own
        .into_iter()
        .map(|(id, number, title, role, until)| {
            of_case(What::RoleAnswer, id, format!("{number} {title}（{}）", label(&role)), until)
        })
        .collect();
    due.extend(organisation.into_iter().map(|(record, number, role, until)| Due {
        what: What::RoleAnswer,
        about: format!("{number}（{}）", label(&role)),
        until,
        record,
        tells_of: Vec::new(),
    }));
    Ok(due)
}

/// Tasks of roles that the reader has accepted.
async fn list_roles_due(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, r.task, r.due_on FROM case_role r ",
                "JOIN support_case c ON c.tenant = r.tenant AND c.id = r.case_id AND c.state = 'open' ",
                "WHERE r.tenant = ?1 AND r.staff_id = ?2 AND r.state = 'accepted' AND r.due_on IS NOT NULL ",
                // `valid_today!` in words by which SQLite does not choose its index: all the
                // roles of today are many, those with a day are few.
                "AND r.done_on IS NULL AND r.valid_from <= ?3 AND NOT r.valid_to < ?3 AND ",
                visible_case!("c"),
                " ORDER BY r.due_on, r.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, number, task, until)| of_case(What::RoleDue, id, format!("{number} {task}"), until))
        .collect())
}

/// Cases that the reader leads without lead and roles agreed; the clock runs
/// from the intake (#29).
async fn list_agreements(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, Timestamp)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, c.intake_at FROM support_case c ",
                "WHERE c.tenant = ?1 AND c.lead_staff = ?2 AND c.state = 'open' AND c.agreed_at IS NULL AND ",
                visible_case!("c"),
                " ORDER BY c.intake_at, c.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    rows.into_iter()
        .map(|(id, number, title, intake_at)| {
            let until = ctx.due("case_agree", tokyo_date(intake_at))?;
            Ok(of_case(What::CaseAgree, id, format!("{number} {title}"), until))
        })
        .collect()
}

/// Contacts that the reader has promised.
async fn list_next_contacts(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, Date, String)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, k.next_on, k.next_what FROM case_contact k ",
                "JOIN support_case c ON c.tenant = k.tenant AND c.id = k.case_id AND c.state = 'open' ",
                "WHERE k.tenant = ?1 AND k.staff_id = ?2 AND k.next_on IS NOT NULL AND k.next_done_on IS NULL AND ",
                visible_case!("c"),
                " ORDER BY k.next_on, k.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, number, title, until, next_what)| {
            let about = if next_what.is_empty() { title } else { next_what };
            of_case(What::ContactNext, id, format!("{number} {about}"), until)
        })
        .collect())
}

/// Plans to review in cases that the reader leads.
async fn list_reviews(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, c.review_on FROM support_case c ",
                "WHERE c.tenant = ?1 AND c.lead_staff = ?2 AND c.state = 'open' AND c.review_on IS NOT NULL AND ",
                visible_case!("c"),
                " ORDER BY c.review_on, c.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, number, title, until)| of_case(What::PlanReview, id, format!("{number} {title}"), until))
        .collect())
}

/// Notices in the reader's areas that were taken up as a consultation and have no intake yet.
pub(super) async fn list_intakes(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT n.id, n.kind, a.name, h.answer_by FROM notice n ",
                "JOIN area a ON a.tenant = n.tenant AND a.id = n.area_id ",
                // The hand-over waits for an answer as long as the concern is under way.
                "JOIN handover h ON h.tenant = n.tenant AND h.subject_id = n.id AND h.answered_at IS NULL ",
                "WHERE n.tenant = ?1 AND n.triage = 'consultation' AND n.area_id IN ",
                function_areas!("consultation_take"),
                " AND ",
                visible_notice!("n"),
                " AND NOT EXISTS (SELECT 1 FROM consultation k WHERE k.tenant = ?1 AND k.notice_id = n.id) ",
                "ORDER BY h.answer_by, n.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(record, kind, area, until)| {
            let label = ctx.profile().label("notice_kind", &kind, ctx.lang());
            let about = format!("{label}（{area}）");
            Due { what: What::IntakeFollow, about, until, record, tells_of: vec![(&NOTICE as Kind, record)] }
        })
        .collect())
}

record! {
    struct OpenConsultation {
        id: Id,
        person: Option<Id>,
        name: Option<String>,
        urgency: String,
        received_on: Date,
        area_name: String,
    }
}

/// Consultations that the reader took and that wait for an outcome; the word for
/// the urgency says how many days there are.
pub(super) async fn list_consultations(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    let rows: Vec<OpenConsultation> = conn
        .query(
            sql!(
                "SELECT k.id, p.id, p.family || ' ' || p.given, k.urgency, k.received_on, a.name ",
                "FROM consultation k JOIN area a ON a.tenant = k.tenant AND a.id = k.area_id ",
                "LEFT JOIN person p ON p.tenant = k.tenant AND p.id = k.person_id AND ",
                visible_person!("p"),
                " WHERE k.tenant = ?1 AND k.taken_by = ?2 AND k.outcome = 'open' AND ",
                visible_consultation!("k"),
                " ORDER BY k.received_on, k.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    let lang = ctx.lang();
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut tells_of = vec![(&CONSULTATION as Kind, row.id)];
            tells_of.extend(row.person.map(|person| (&PERSON as Kind, person)));
            let days = ctx.profile().word("urgency", &row.urgency).and_then(|word| word.days).unwrap_or_default();
            let until = row.received_on.saturating_add(jiff::Span::new().days(days));
            let about = row.name.unwrap_or_else(|| lang.t("名前のない相談", "No name given").to_owned());
            let about = format!("{about}（{}）", row.area_name);
            Due { what: What::ConsultationOpen, about, until, record: row.id, tells_of }
        })
        .collect())
}
