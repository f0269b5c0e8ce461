//! Cases and roles that lie with nobody, and cases that name an area.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use super::due::unless_gone;
use crate::case::CASE;
use crate::case::due::CONTACT_INHERITED;
use crate::case::held::{LEADERLESS, ROLE_HELD};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Lang;
use crate::room::{Due, DueLimit, Held, HeldKind};

/// Open cases whose lead no longer leads them: the post by which they do has ended, and no other lets them lead there.
macro_rules! leaderless {
    () => {
        concat!(
            "FROM ",
            may_have_lost!(),
            " g CROSS JOIN case_role r JOIN support_case c ON c.tenant = r.tenant AND c.id = r.case_id ",
            "AND c.lead_staff = r.staff_id AND c.state = 'open' AND c.struck_at IS NULL ",
            "JOIN staff s ON s.tenant = c.tenant AND s.id = c.lead_staff WHERE r.tenant = ?1 AND r.staff_id = g.staff_id ",
            "AND r.valid_to >= ?3 AND r.role = 'lead' AND r.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM ground lg ",
            "WHERE lg.tenant = ?1 AND lg.record_id = c.id AND lg.holder_id = r.staff_id AND ",
            valid_today!("lg"),
            " AND ",
            held_by_post!("lg", "r.staff_id"),
            ") AND NOT ",
            carried!("c.lead_staff", "c.area_id", "'case_lead'"),
            " "
        )
    };
}

/// Roles under way whose holder, or whoever is asked, no longer sees the case.
macro_rules! roles_held {
    () => {
        concat!(
            "FROM ",
            may_have_lost!(),
            " g CROSS JOIN case_role r JOIN support_case c ON c.tenant = r.tenant AND c.id = r.case_id AND c.state = 'open' AND c.struck_at IS NULL ",
            "JOIN staff s ON s.tenant = r.tenant AND s.id = r.staff_id ",
            "WHERE r.tenant = ?1 AND r.staff_id = g.staff_id AND r.valid_from <= ?3 AND r.valid_to >= ?3 ",
            "AND r.role <> 'lead' AND r.state IN ('asked', 'accepted') AND r.done_on IS NULL ",
            "AND NOT EXISTS (SELECT 1 FROM ground lg WHERE lg.tenant = ?1 AND lg.record_id = c.id ",
            "AND lg.holder_id = r.staff_id AND ",
            valid_today!("lg"),
            " AND ",
            held_by_post!("lg", "r.staff_id"),
            ") "
        )
    };
}

/// Requests to organisations that are closed.
macro_rules! asked_of_closed {
    () => {
        concat!(
            "FROM organisation o JOIN handover h ON h.tenant = o.tenant AND h.to_organisation = o.id ",
            "AND h.answered_at IS NULL AND h.kind = 'role' ",
            "JOIN case_role r ON r.tenant = h.tenant AND r.id = h.subject_id AND r.state = 'asked' ",
            "JOIN support_case c ON c.tenant = r.tenant AND c.id = r.case_id AND c.state = 'open' AND c.struck_at IS NULL ",
            "WHERE o.tenant = ?1 AND o.valid_to < ?3 "
        )
    };
}

record! {
    struct LeadRow {
        id: Id,
        number: String,
        title: String,
        holder: Id,
        holder_name: String,
        promises: i64,
    }
}

record! {
    struct RoleRow {
        role_id: Id,
        id: Id,
        number: String,
        title: String,
        role: String,
        task: String,
        holder: Option<Id>,
        holder_name: String,
    }
}

pub(in crate::case) async fn list(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Held>> {
    let leads: Vec<LeadRow> = conn
        .query(
            sql!(
                "SELECT DISTINCT c.id, c.number, c.title, s.id AS holder, s.name AS holder_name, ",
                "(SELECT COUNT(*) FROM case_contact k WHERE k.tenant = ?1 AND k.case_id = c.id AND k.next_on IS NOT NULL ",
                "AND k.next_done_on IS NULL AND k.struck_at IS NULL) AS promises ",
                leaderless!(),
                "AND ",
                sees_to!("c.area_id", "case_lead"),
                " AND ",
                visible_case!("c"),
                " ORDER BY c.number, c.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    let mut roles: Vec<RoleRow> = limit.keep(
        conn.query(
            sql!(
                "SELECT r.id AS role_id, c.id, c.number, c.title, r.role, r.task, s.id AS holder, s.name AS holder_name ",
                roles_held!(),
                "AND ",
                sees_to!("c.area_id", "case_lead"),
                " AND ",
                visible_case!("c"),
                " ORDER BY c.number, r.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?,
    );
    roles.extend(
        limit.keep::<RoleRow>(
            conn.query(
                sql!(
                    "SELECT r.id AS role_id, c.id, c.number, c.title, r.role, r.task, r.staff_id AS holder, ",
                    "o.name AS holder_name ",
                    asked_of_closed!(),
                    "AND ",
                    sees_to!("c.area_id", "case_lead"),
                    " AND ",
                    visible_case!("c"),
                    " ORDER BY c.number, r.id LIMIT ?4"
                ),
                scoped![ctx, limit.most()],
            )
            .await?,
        ),
    );
    let mut all: Vec<Held> = limit.keep(leads).into_iter().map(|row| of_lead(ctx, row)).collect();
    all.extend(roles.into_iter().map(|row| of_role(ctx, row)));
    Ok(all)
}

fn of_lead(ctx: &Ctx, row: LeadRow) -> Held {
    let promises = match (ctx.lang(), row.promises) {
        (_, 0) => String::new(),
        (Lang::Ja, count) => format!("（約束した連絡{count}件も）"),
        (Lang::En, count) => format!(" (with {count} contacts promised)"),
    };
    Held {
        kind: &LEADERLESS,
        item: row.id,
        record: row.id,
        about: format!("{} {}{promises}", row.number, row.title),
        holder: row.holder_name,
        holder_id: Some(row.holder),
        tells_of: vec![(&CASE, row.id)],
    }
}

fn of_role(ctx: &Ctx, row: RoleRow) -> Held {
    let role = ctx.profile().label("case_role", &row.role, ctx.lang());
    Held {
        kind: &ROLE_HELD,
        item: row.role_id,
        record: row.id,
        about: format!("{} {}：{role} {}", row.number, row.title, row.task).trim_end().to_owned(),
        holder: row.holder_name,
        holder_id: row.holder,
        tells_of: vec![(&CASE, row.id)],
    }
}

pub(in crate::case) async fn count(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<(&'static HeldKind, i64)>> {
    let leads: i64 = conn
        .scalar(
            sql!("SELECT COUNT(DISTINCT c.id) AS count ", leaderless!(), "AND (c.id = ?2 OR c.id <> ?2)"),
            scoped![ctx],
        )
        .await?;
    let roles: i64 = conn
        .scalar(
            sql!("SELECT COUNT(DISTINCT r.id) AS count ", roles_held!(), "AND (c.id = ?2 OR c.id <> ?2)"),
            scoped![ctx],
        )
        .await?;
    let closed: i64 = conn
        .scalar(
            sql!("SELECT COUNT(DISTINCT r.id) AS count ", asked_of_closed!(), "AND (c.id = ?2 OR c.id <> ?2)"),
            scoped![ctx],
        )
        .await?;
    Ok(vec![(&LEADERLESS, leads), (&ROLE_HELD, roles + closed)])
}

/// Contacts that somebody had promised who can no longer make them, in cases that the reader leads.
pub(super) async fn list_inherited(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    if !ctx.may(&crate::case::may::LEAD) {
        return Ok(Vec::new());
    }
    let rows: Vec<(Id, String, String, Date, String, String)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, k.next_on, k.next_what, ",
                case_gone!("c"),
                " AS gone FROM ",
                may_have_lost!(),
                " g CROSS JOIN case_contact k JOIN support_case c ON c.tenant = k.tenant AND c.id = k.case_id AND c.state = 'open' ",
                "AND c.struck_at IS NULL AND c.lead_staff = ?2 WHERE k.tenant = ?1 AND k.staff_id = g.staff_id ",
                "AND k.next_on IS NOT NULL AND k.next_done_on IS NULL AND k.struck_at IS NULL AND k.staff_id <> ?2 ",
                "AND NOT EXISTS (SELECT 1 FROM ground lg WHERE lg.tenant = ?1 AND lg.record_id = c.id AND lg.holder_id = k.staff_id AND ",
                valid_today!("lg"),
                " AND ",
                held_by_post!("lg", "k.staff_id"),
                ") AND NOT ",
                carried!("k.staff_id", "c.area_id", "'case_lead'"),
                " AND ",
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
            unless_gone(&CONTACT_INHERITED, &gone, id, format!("{number} {about}"), until)
        })
        .collect())
}

/// How the case would be closed because everybody whom it names is gone; nothing where somebody is still there.
pub(in crate::case) async fn find_gone(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Option<String>> {
    let gone: String = conn
        .scalar(
            sql!("SELECT ", case_gone!("c"), " AS gone FROM support_case c WHERE c.tenant = ?1 AND c.id = ?2"),
            args![ctx.tenant(), case],
        )
        .await?;
    Ok(Some(gone).filter(|gone| !gone.is_empty()))
}

/// Somebody else is asked for a role that nobody has answered.
pub(in crate::case) async fn set_asked(ctx: &Ctx, tx: &mut Tx, role: Id, staff: Id) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE case_role SET staff_id = ?3, organisation_id = NULL, valid_from = ?4, revision = revision + 1 ",
            "WHERE tenant = ?1 AND id = ?2 AND state = 'asked'"
        ),
        args![ctx.tenant(), role, staff, ctx.today()],
    )
    .await?;
    Ok(())
}

/// How many open cases name an area.
pub(in crate::case) async fn count_in(ctx: &Ctx, conn: &mut Conn, area: Id) -> Result<i64> {
    Ok(conn
        .scalar(
            sql!(
                "SELECT COUNT(*) AS count FROM support_case WHERE tenant = ?1 AND area_id = ?2 AND state = 'open' ",
                "AND struck_at IS NULL"
            ),
            args![ctx.tenant(), area],
        )
        .await?)
}

/// Open cases of one area lie in another; gives which.
pub(in crate::case) async fn resettle(ctx: &Ctx, tx: &mut Tx, (old, new): (Id, Id)) -> Result<Vec<Id>> {
    let ids: Vec<(Id,)> = tx
        .query(
            sql!("SELECT id FROM support_case WHERE tenant = ?1 AND area_id = ?2 AND state = 'open' ORDER BY id"),
            args![ctx.tenant(), old],
        )
        .await?;
    tx.execute(
        sql!(
            "UPDATE support_case SET area_id = ?3, revision = revision + 1 ",
            "WHERE tenant = ?1 AND area_id = ?2 AND state = 'open'"
        ),
        args![ctx.tenant(), old, new],
    )
    .await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}
