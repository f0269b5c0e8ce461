//! The table of what is asked for a notice.

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::notice::NOTICE;
use crate::notice::due::{ASK_AGAIN, HEAR_BACK, REPORT_BACK, REQUEST};
use crate::notice::request::RequestState;
use crate::room::{Due, DueLimit};

record! {
    /// What is asked for a notice.
    #[derive(Debug, Clone)]
    pub struct NoticeRequest {
        /// The request.
        pub id: Id,
        /// The notice.
        pub notice_id: Id,
        /// The outcome of the notice by which it was asked; code of the vocabulary `notice_outcome`.
        pub outcome: String,
        /// Who is asked.
        pub to_staff: Option<Id>,
        /// Which organisation is asked.
        pub to_organisation: Option<Id>,
        /// Who or which is asked, by name.
        pub to_label: String,
        /// Code of the kind of record that takes the notice over.
        pub record_kind: Option<String>,
        /// That record.
        pub record_id: Option<Id>,
        /// Whom to watch over, when that is known.
        pub person_id: Option<Id>,
        /// What is asked, in words.
        pub task: String,
        /// How far it has come.
        pub state: RequestState,
        /// When it was asked.
        pub asked_at: Timestamp,
        /// By whom.
        pub asked_by: Option<Id>,
        /// Who accepted it.
        pub taken_by: Option<Id>,
    }
}

macro_rules! request_columns {
    () => {
        concat!(
            "SELECT q.id, q.notice_id, q.outcome, q.to_staff, q.to_organisation, COALESCE(s.name, o.name, '') AS to_label, ",
            "q.record_kind, q.record_id, q.person_id, q.task, q.state, q.asked_at, q.asked_by, q.taken_by FROM notice_request q ",
            "LEFT JOIN staff s ON s.tenant = q.tenant AND s.id = q.to_staff ",
            "LEFT JOIN organisation o ON o.tenant = q.tenant AND o.id = q.to_organisation "
        )
    };
}

/// All that was asked for a notice, the oldest first. The caller has asked the policy.
pub(in crate::notice) async fn list_requests(ctx: &Ctx, conn: &mut Conn, notice: Id) -> Result<Vec<NoticeRequest>> {
    Ok(conn
        .query(
            sql!(request_columns!(), "WHERE q.tenant = ?1 AND q.notice_id = ?2 ORDER BY q.asked_at, q.id"),
            args![ctx.tenant(), notice],
        )
        .await?)
}

/// The notice for which something is asked.
pub(in crate::notice) async fn find_notice_of(ctx: &Ctx, conn: &mut Conn, request: Id) -> Result<Option<Id>> {
    let found: Option<(Id,)> = conn
        .query_opt(
            sql!("SELECT notice_id FROM notice_request WHERE tenant = ?1 AND id = ?2"),
            args![ctx.tenant(), request],
        )
        .await?;
    Ok(found.map(|(notice,)| notice))
}

/// One request of a notice.
pub(in crate::notice) async fn get_request(ctx: &Ctx, conn: &mut Conn, notice: Id, id: Id) -> Result<NoticeRequest> {
    let row: Option<NoticeRequest> = conn
        .query_opt(
            sql!(request_columns!(), "WHERE q.tenant = ?1 AND q.notice_id = ?2 AND q.id = ?3"),
            args![ctx.tenant(), notice, id],
        )
        .await?;
    row.ok_or(Error::NotFound)
}

/// The request by which the reader's organisation is asked for a notice, while it waits for an answer. One
/// who is barred from the person of the notice is not told.
pub(in crate::notice) async fn find_request(ctx: &Ctx, conn: &mut Conn, notice: Id) -> Result<Option<NoticeRequest>> {
    Ok(conn
        .query_opt(
            sql!(
                request_columns!(),
                "JOIN notice n ON n.tenant = q.tenant AND n.id = q.notice_id AND n.struck_at IS NULL ",
                "JOIN staff me ON me.tenant = q.tenant AND me.id = ?2 AND me.organisation_id = q.to_organisation ",
                "WHERE q.tenant = ?1 AND q.notice_id = ?4 AND q.state = 'asked' AND ",
                valid_today!("me"),
                " AND NOT ",
                barred!("= n.person_id"),
                " ORDER BY q.asked_at, q.id"
            ),
            scoped![ctx, notice],
        )
        .await?)
}

/// A request as it is written.
#[derive(Debug)]
pub(in crate::notice) struct NewRequest<'a> {
    pub(in crate::notice) id: Id,
    pub(in crate::notice) notice: Id,
    pub(in crate::notice) outcome: &'a str,
    pub(in crate::notice) staff: Option<Id>,
    pub(in crate::notice) organisation: Option<Id>,
    pub(in crate::notice) record: Option<(&'a str, Id)>,
    pub(in crate::notice) person: Option<Id>,
    pub(in crate::notice) task: &'a str,
}

pub(in crate::notice) async fn insert_request(ctx: &Ctx, tx: &mut Tx, new: &NewRequest<'_>) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO notice_request (tenant, id, notice_id, outcome, to_staff, to_organisation, record_kind, ",
            "record_id, person_id, task, state, asked_at, asked_by, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'asked', ?11, ?12, 1)"
        ),
        args![
            ctx.tenant(),
            new.id,
            new.notice,
            new.outcome,
            new.staff,
            new.organisation,
            new.record.map(|(kind, _)| kind),
            new.record.map(|(_, id)| id),
            new.person,
            new.task,
            ctx.now(),
            ctx.staff_id()
        ],
    )
    .await?;
    Ok(())
}

/// Goes on from one state to another; false where somebody else was first.
pub(in crate::notice) async fn set_request_state(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    (from, to): (RequestState, RequestState),
    taken_by: Option<Id>,
) -> Result<bool> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE notice_request SET state = ?4, taken_by = ?5, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND state = ?3"
            ),
            args![ctx.tenant(), id, from, to, taken_by],
        )
        .await?;
    Ok(changed > 0)
}

/// Says which notice said the same before.
pub(in crate::notice) async fn set_same_as(ctx: &Ctx, tx: &mut Tx, id: Id, original: Option<Id>) -> Result<()> {
    tx.execute(sql!("UPDATE notice SET same_as = ?3 WHERE tenant = ?1 AND id = ?2"), args![ctx.tenant(), id, original])
        .await?;
    Ok(())
}

/// The other notices that said the same as a notice and stand.
pub(in crate::notice) async fn list_same(ctx: &Ctx, conn: &mut Conn, notice: Id) -> Result<Vec<Id>> {
    let rows: Vec<(Id,)> = conn
        .query(
            sql!("SELECT id FROM notice WHERE tenant = ?1 AND same_as = ?2 AND struck_at IS NULL ORDER BY id"),
            args![ctx.tenant(), notice],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Notices of the reader's areas that may already say the same as one: of its person or its area, the
/// latest first.
pub(in crate::notice) async fn list_like(
    ctx: &Ctx,
    conn: &mut Conn,
    (notice, area, person): (Id, Id, Option<Id>),
    since: Date,
    most: i64,
) -> Result<Vec<(Id, Date, String, String)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT n.id, n.received_on, n.kind, n.what FROM notice n WHERE n.tenant = ?1 AND n.id <> ?4 ",
                "AND (n.area_id = ?5 OR n.person_id = ?6) AND n.received_on >= ?7 AND n.struck_at IS NULL ",
                "AND n.same_as IS NULL AND n.area_id IN ",
                function_areas!("notice_triage"),
                " AND ",
                visible_notice!("n"),
                " ORDER BY n.received_at DESC, n.id LIMIT ?8"
            ),
            scoped![ctx, notice, area, person, since, most],
        )
        .await?)
}

/// The notice of a request (alias `q`), unless it was struck out, and its area.
macro_rules! of_standing {
    () => {
        "JOIN notice n ON n.tenant = q.tenant AND n.id = q.notice_id AND n.struck_at IS NULL \
         JOIN area a ON a.tenant = n.tenant AND a.id = n.area_id "
    };
}

/// What the requests ask of the reader: an answer, a report of what came of it; and of those who decide, to hear
/// from an agency, and to choose somebody else where nobody is asked any more.
pub(in crate::notice) async fn list_requests_due(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let asked: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT n.id, n.kind, a.name, h.acknowledge_by FROM handover h ",
                "JOIN notice_request q ON q.tenant = h.tenant AND q.id = h.subject_id AND q.state = 'asked' ",
                of_standing!(),
                "WHERE h.tenant = ?1 AND h.to_staff = ?2 AND h.kind = 'notice_request' AND h.answered_at IS NULL AND ",
                visible_notice!("n"),
                " ORDER BY h.acknowledge_by, h.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    // Of an organisation nobody sees the notice before accepting.
    let organisation: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT n.id, n.kind, a.name, h.acknowledge_by FROM staff me ",
                "JOIN handover h ON h.tenant = me.tenant AND h.to_organisation = me.organisation_id ",
                "AND h.answered_at IS NULL AND h.kind = 'notice_request' ",
                "JOIN notice_request q ON q.tenant = h.tenant AND q.id = h.subject_id AND q.state = 'asked' ",
                of_standing!(),
                "WHERE me.tenant = ?1 AND me.id = ?2 AND ",
                valid_today!("me"),
                " AND NOT ",
                barred!("= n.person_id"),
                " ORDER BY h.acknowledge_by, h.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    let taken: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT n.id, n.kind, a.name, h.answer_by FROM notice_request q ",
                "JOIN handover h ON h.tenant = q.tenant AND h.subject_id = q.id AND h.answered_at IS NULL ",
                of_standing!(),
                "WHERE q.tenant = ?1 AND q.taken_by = ?2 AND q.state = 'accepted' AND ",
                visible_notice!("n"),
                " ORDER BY h.answer_by, q.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    let declined: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT n.id, n.kind, a.name, MAX(h.answer_by) AS until FROM notice_request q ",
                "JOIN handover h ON h.tenant = q.tenant AND h.subject_id = q.id ",
                of_standing!(),
                "WHERE q.tenant = ?1 AND q.state IN ('declined', 'withdrawn') AND n.triage = q.outcome AND n.area_id IN ",
                function_areas!("notice_triage"),
                " AND NOT EXISTS (SELECT 1 FROM notice_request z WHERE z.tenant = ?1 AND z.notice_id = q.notice_id ",
                "AND z.state IN ('asked', 'accepted', 'done')) AND ",
                visible_notice!("n"),
                " GROUP BY n.id, n.kind, a.name ORDER BY until, n.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    // An agency may have nobody here who could answer: those who decide ask it and enter what it says.
    let entered: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT n.id, n.kind, a.name, CASE q.state WHEN 'asked' THEN h.acknowledge_by ELSE h.answer_by END AS until ",
                "FROM notice_request q ",
                "JOIN handover h ON h.tenant = q.tenant AND h.subject_id = q.id AND h.answered_at IS NULL ",
                of_standing!(),
                "WHERE q.tenant = ?1 AND q.to_organisation IS NOT NULL AND q.taken_by IS NULL ",
                "AND q.state IN ('asked', 'accepted') AND n.area_id IN ",
                function_areas!("notice_triage"),
                " AND ",
                visible_notice!("n"),
                " ORDER BY until, q.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    let mut due = Vec::new();
    let parts = [
        (&REQUEST, asked, true),
        (&REQUEST, organisation, false),
        (&REPORT_BACK, taken, true),
        (&ASK_AGAIN, declined, true),
        (&HEAR_BACK, entered, true),
    ];
    for (kind, rows, seen) in parts {
        due.extend(limit.keep(rows).into_iter().map(|(record, code, area, until)| Due {
            kind,
            about: format!("{}（{area}）", ctx.profile().label("notice_kind", &code, ctx.lang())),
            until,
            record,
            href: format!("/notices/{record}"),
            tells_of: if seen { vec![(&NOTICE, record)] } else { Vec::new() },
            seen_by: None,
        }));
    }
    Ok(due)
}
