//! What cases ask of the reader, derived by query.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::{Conn, sql};

use crate::case::CASE;
use crate::case::due::{
    AGREE, CONTACT_INHERITED, CONTACT_NEXT, LEAD_NEW, PERSON_DIED, PERSON_LEFT, PLAN_REVIEW, ROLE_ANSWER, ROLE_DUE,
};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::room::{Due, DueKind, DueLimit};

/// What the cases ask of the reader: answers to roles, tasks of roles, the
/// agreement on lead and roles, cases led anew, contacts promised, plans to review.
pub(in crate::case) async fn list_due(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let mut due = list_roles_asked(ctx, conn, limit).await?;
    due.extend(list_roles_due(ctx, conn, limit).await?);
    due.extend(list_led_anew(ctx, conn, limit).await?);
    due.extend(list_agreements(ctx, conn, limit).await?);
    due.extend(list_next_contacts(ctx, conn, limit).await?);
    due.extend(super::held::list_inherited(ctx, conn, limit).await?);
    due.extend(list_reviews(ctx, conn, limit).await?);
    // A case whose person is gone asks for its closing once, whatever else was due in it.
    let mut asked = BTreeSet::new();
    due.retain(|one| (*one.kind != PERSON_DIED && *one.kind != PERSON_LEFT) || asked.insert(one.record));
    Ok(due)
}

/// What is due in a case: where everybody whom it names is gone, its closing instead.
pub(super) fn unless_gone(kind: &'static DueKind, gone: &str, record: Id, about: String, until: Date) -> Due {
    let kind = match gone {
        "death" => &PERSON_DIED,
        "moved_away" => &PERSON_LEFT,
        _ => kind,
    };
    of_case(kind, record, about, until)
}

pub(super) fn of_case(kind: &'static DueKind, record: Id, about: String, until: Date) -> Due {
    Due { kind, about, until, record, href: place_of(kind, record), tells_of: vec![(&CASE, record)], seen_by: None }
}

/// Where a step is done.
fn place_of(kind: &DueKind, case: Id) -> String {
    let step = if *kind == CONTACT_NEXT || *kind == CONTACT_INHERITED {
        "/contacts/new"
    } else if *kind == PERSON_DIED {
        "/close?outcome=death"
    } else if *kind == PERSON_LEFT {
        "/close?outcome=moved_away"
    } else if *kind == PLAN_REVIEW {
        "/monitoring/new"
    } else {
        ""
    };
    format!("/cases/{case}{step}")
}

/// Roles for which the reader, or the reader's organisation, is asked.
async fn list_roles_asked(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let own: Vec<(Id, String, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, r.role, h.acknowledge_by FROM handover h ",
                "JOIN case_role r ON r.tenant = h.tenant AND r.id = h.subject_id AND r.state = 'asked' ",
                "JOIN support_case c ON c.tenant = r.tenant AND c.id = r.case_id AND c.state = 'open' AND c.struck_at IS NULL ",
                "WHERE h.tenant = ?1 AND h.kind = 'role' AND h.to_staff = ?2 AND h.answered_at IS NULL AND ",
                visible_case!("c"),
                " ORDER BY h.acknowledge_by, h.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
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
                "JOIN support_case c ON c.tenant = r.tenant AND c.id = r.case_id AND c.state = 'open' AND c.struck_at IS NULL ",
                "WHERE me.tenant = ?1 AND me.id = ?2 AND ",
                valid_today!("me"),
                " AND NOT ",
                barred!(about_case!("c")),
                " ORDER BY h.acknowledge_by, h.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    let label = |role: &str| ctx.profile().label("case_role", role, ctx.lang()).to_owned();
    let mut due: Vec<Due> = limit
        .keep(own)
        .into_iter()
        .map(|(id, number, title, role, until)| {
            of_case(&ROLE_ANSWER, id, format!("{number} {title}（{}）", label(&role)), until)
        })
        .collect();
    due.extend(limit.keep(organisation).into_iter().map(|(record, number, role, until)| Due {
        kind: &ROLE_ANSWER,
        about: format!("{number}（{}）", label(&role)),
        until,
        record,
        href: place_of(&ROLE_ANSWER, record),
        tells_of: Vec::new(),
        seen_by: None,
    }));
    Ok(due)
}

/// Tasks of roles that the reader has accepted.
async fn list_roles_due(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, r.task, r.due_on FROM case_role r ",
                "JOIN support_case c ON c.tenant = r.tenant AND c.id = r.case_id AND c.state = 'open' AND c.struck_at IS NULL ",
                "WHERE r.tenant = ?1 AND r.staff_id = ?2 AND r.state = 'accepted' AND r.due_on IS NOT NULL ",
                // `valid_today!` in words by which SQLite does not choose its index: all the
                // roles of today are many, those with a day are few.
                "AND r.done_on IS NULL AND r.valid_from <= ?3 AND NOT r.valid_to < ?3 AND ",
                visible_case!("c"),
                " ORDER BY r.due_on, r.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    Ok(limit
        .keep(rows)
        .into_iter()
        .map(|(id, number, task, until)| of_case(&ROLE_DUE, id, format!("{number} {task}"), until))
        .collect())
}

/// Cases that somebody else made the reader lead, until the reader has taken note.
async fn list_led_anew(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, r.valid_from FROM case_role r ",
                "JOIN support_case c ON c.tenant = r.tenant AND c.id = r.case_id AND c.state = 'open' AND c.struck_at IS NULL ",
                "WHERE r.tenant = ?1 AND r.staff_id = ?2 AND r.unseen AND r.role = 'lead' AND r.state = 'accepted' ",
                "AND r.valid_from <= ?3 AND NOT r.valid_to < ?3 AND ",
                visible_case!("c"),
                " ORDER BY r.valid_from, r.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    limit
        .keep(rows)
        .into_iter()
        .map(|(id, number, title, from)| {
            Ok(of_case(&LEAD_NEW, id, format!("{number} {title}"), ctx.due("role_acknowledge", from)?))
        })
        .collect()
}

/// Cases that the reader leads without lead and roles agreed; the clock runs
/// from the intake (#29).
async fn list_agreements(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, Timestamp, String)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, c.intake_at, ",
                case_gone!("c"),
                " AS gone FROM support_case c ",
                "WHERE c.tenant = ?1 AND c.lead_staff = ?2 AND c.state = 'open' AND c.agreed_at IS NULL ",
                "AND c.struck_at IS NULL AND ",
                visible_case!("c"),
                " ORDER BY c.intake_at, c.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    limit
        .keep(rows)
        .into_iter()
        .map(|(id, number, title, intake_at, gone)| {
            let until = ctx.due("case_agree", tokyo_date(intake_at))?;
            Ok(unless_gone(&AGREE, &gone, id, format!("{number} {title}"), until))
        })
        .collect()
}

/// Contacts that the reader has promised.
async fn list_next_contacts(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, Date, String, String)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, k.next_on, k.next_what, ",
                case_gone!("c"),
                " AS gone FROM case_contact k ",
                "JOIN support_case c ON c.tenant = k.tenant AND c.id = k.case_id AND c.state = 'open' AND c.struck_at IS NULL ",
                "WHERE k.tenant = ?1 AND k.staff_id = ?2 AND k.next_on IS NOT NULL AND k.next_done_on IS NULL ",
                "AND k.struck_at IS NULL AND ",
                visible_case!("c"),
                " ORDER BY k.next_on, k.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    Ok(limit
        .keep(rows)
        .into_iter()
        .map(|(id, number, title, until, next_what, gone)| {
            let about = if next_what.is_empty() || !gone.is_empty() { title } else { next_what };
            unless_gone(&CONTACT_NEXT, &gone, id, format!("{number} {about}"), until)
        })
        .collect())
}

/// Plans to review in cases that the reader leads.
async fn list_reviews(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, Date, String)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, c.review_on, ",
                case_gone!("c"),
                " AS gone FROM support_case c ",
                "WHERE c.tenant = ?1 AND c.lead_staff = ?2 AND c.state = 'open' AND c.review_on IS NOT NULL ",
                "AND c.struck_at IS NULL AND ",
                visible_case!("c"),
                " ORDER BY c.review_on, c.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    Ok(limit
        .keep(rows)
        .into_iter()
        .map(|(id, number, title, until, gone)| {
            unless_gone(&PLAN_REVIEW, &gone, id, format!("{number} {title}"), until)
        })
        .collect())
}
