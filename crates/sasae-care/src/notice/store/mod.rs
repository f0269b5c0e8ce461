//! The tables of notices.

mod request;

pub(in crate::notice) use request::{
    NewRequest, NoticeRequest, find_notice_of, find_request, get_request, insert_request, list_like, list_requests,
    list_requests_due, list_same, set_request_state, set_same_as,
};

pub(in crate::notice) mod held;

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Sql, Tx, args, record, sql};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::listing::{self, ListQuery, Window};
use crate::notice::NOTICE;
use crate::notice::due::{DECIDE, NEW};
use crate::notice::model::{CorrectedNotice, NewNotice, NoticeState, Triage};
use crate::room::{Due, DueLimit, Happening};

/// The tables of this room.
pub const TABLES: &[&str] = &["notice", "notice_request"];

/// What the row rules know of one record; see `access::Guard`.
pub const FACTS: Sql = sql!(record_facts!(
    from: "notice", alias: "n", about: "= n.person_id", own: "n.reporter_staff = ?2"
));

/// The record where the reader may see it; see `access::Guard`.
pub const VISIBLE: Sql = sql!("SELECT n.id FROM notice n WHERE n.tenant = ?1 AND n.id = ?4 AND ", visible_notice!("n"));

record! {
    /// A notice.
    #[derive(Debug, Clone)]
    pub struct Notice {
        /// The notice.
        pub id: Id,
        /// The reporter's number.
        pub receipt: String,
        /// When it came.
        pub received_at: Timestamp,
        /// On which day.
        pub received_on: Date,
        /// `web` or `staff`.
        pub channel: String,
        /// Code of the vocabulary `notice_kind`.
        pub kind: String,
        /// In the reporter's words.
        pub what: String,
        /// Where.
        pub place: String,
        /// About whom.
        pub about: String,
        /// Help was needed the same day.
        pub urgent: bool,
        /// In which area.
        pub area_id: Id,
        /// Its name.
        pub area_name: String,
        /// About which person, when known.
        pub person_id: Option<Id>,
        /// The reporter's name, if given.
        pub reporter_name: String,
        /// The reporter's contact, if given.
        pub reporter_contact: String,
        /// The reporter, when it was a person with an account.
        pub reporter_staff: Option<Id>,
        /// How far it has come.
        pub state: NoticeState,
        /// Code of the vocabulary `notice_outcome`, once decided.
        pub triage: Option<String>,
        /// Why.
        pub triage_note: String,
        /// When it was decided.
        pub triaged_at: Option<Timestamp>,
        /// The notice that said the same before.
        pub same_as: Option<Id>,
        /// When it was struck out as a mistake.
        pub struck_at: Option<Timestamp>,
        /// Revision.
        pub revision: i64,
    }
}

macro_rules! notice_columns {
    () => {
        concat!(
            "n.id, n.receipt, n.received_at, n.received_on, n.channel, n.kind, n.what, n.place, ",
            "n.about, n.urgent, n.area_id, a.name AS area_name, n.person_id, n.reporter_name, n.reporter_contact, ",
            "n.reporter_staff, n.state, n.triage, n.triage_note, n.triaged_at, n.same_as, n.struck_at, n.revision "
        )
    };
}

/// Which notices a list holds: the tab, then the conditions that may be left open (`?4` to `?7`).
macro_rules! asked_for {
    ($tab:literal) => {
        concat!(
            "n.tenant = ?1 AND ",
            $tab,
            "(?4 = '' OR n.kind = ?4) AND (?5 = '' OR n.urgent = TRUE) AND ",
            "n.received_on >= ?6 AND n.received_on <= ?7 AND ",
            visible_notice!("n")
        )
    };
}

/// Where the statements begin for one who sees little of the list.
macro_rules! notices_in_sight {
    () => {
        concat!(
            "FROM ",
            ids_in_sight!(
                "notice",
                "notice",
                ["notice_triage", "protect"],
                " UNION ALL SELECT ya.id FROM notice ya WHERE ya.tenant = ?1 AND ya.reporter_staff = ?2"
            ),
            " o CROSS JOIN notice n WHERE n.id = o.id AND "
        )
    };
}

macro_rules! window_of {
    ($walk:expr, $tab:literal, $by:literal) => {
        list_window!(
            $walk, order: "FROM notice n WHERE ", sight: notices_in_sight!(), columns: concat!("SELECT ", notice_columns!()),
            pick: "n.*", which: asked_for!($tab), by: ($by, $by), at: ("?8", "?9"),
            names: "n JOIN area a ON a.tenant = ?1 AND a.id = n.area_id WHERE n.tenant = ?1"
        )
    };
}

macro_rules! count_of {
    ($walk:expr, $tab:literal) => {
        list_count!(
            $walk, order: "FROM notice n WHERE ", sight: notices_in_sight!(), pick: "n.id", which: asked_for!($tab), most: "?8"
        )
    };
}

/// What narrows a list of notices down, as arguments.
macro_rules! narrowed {
    ($ctx:expr, $asked:expr $(, $rest:expr)*) => {
        scoped![
            $ctx,
            $asked.value("kind"),
            $asked.value("urgent"),
            $asked.from("from"),
            $asked.to("to")
            $(, $rest)*
        ]
    };
}

/// The function of those who see the notices of an area.
const SEEN_BY: [&str; 2] = ["notice_triage", "notice_triage"];

/// How many notices the reader may see of those that are asked for, at most `most`.
pub(in crate::notice) async fn count(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery, most: i64) -> Result<i64> {
    let walk = listing::walk(ctx, conn, asked, SEEN_BY).await?;
    let statement = match asked.value("show") {
        "open" => count_of!(walk, "n.state <> 'finished' AND n.struck_at IS NULL AND "),
        "finished" => count_of!(walk, "n.state = 'finished' AND n.struck_at IS NULL AND "),
        "struck" => count_of!(walk, "n.struck_at IS NOT NULL AND "),
        _ => count_of!(walk, "n.struck_at IS NULL AND "),
    };
    Ok(conn.scalar(statement, narrowed![ctx, asked, most]).await?)
}

/// The notices of a window that the reader may see of those that are asked for, in their order.
pub(in crate::notice) async fn each(
    ctx: &Ctx,
    conn: &mut Conn,
    asked: &ListQuery,
    window: Window,
    take: impl FnMut(Notice) -> sasae_db::Result<()> + Send,
) -> Result<()> {
    let walk = listing::walk(ctx, conn, asked, SEEN_BY).await?;
    let statement = match (asked.value("show"), asked.order()) {
        ("open", "urgent") => {
            window_of!(walk, "n.state <> 'finished' AND n.struck_at IS NULL AND ", "n.urgent DESC, n.received_at, n.id")
        }
        ("open", "oldest") => {
            window_of!(walk, "n.state <> 'finished' AND n.struck_at IS NULL AND ", "n.received_at, n.id")
        }
        ("open", _) => {
            window_of!(walk, "n.state <> 'finished' AND n.struck_at IS NULL AND ", "n.received_at DESC, n.id DESC")
        }
        ("finished", "oldest") => {
            window_of!(walk, "n.state = 'finished' AND n.struck_at IS NULL AND ", "n.received_at, n.id")
        }
        ("finished", _) => {
            window_of!(walk, "n.state = 'finished' AND n.struck_at IS NULL AND ", "n.received_at DESC, n.id DESC")
        }
        ("struck", "oldest") => window_of!(walk, "n.struck_at IS NOT NULL AND ", "n.received_at, n.id"),
        ("struck", _) => window_of!(walk, "n.struck_at IS NOT NULL AND ", "n.received_at DESC, n.id DESC"),
        (_, "oldest") => window_of!(walk, "n.struck_at IS NULL AND ", "n.received_at, n.id"),
        _ => window_of!(walk, "n.struck_at IS NULL AND ", "n.received_at DESC, n.id DESC"),
    };
    listing::each(conn, statement, narrowed![ctx, asked, window.limit, window.offset], window, take).await
}

/// A notice; the caller has asked the policy.
pub async fn get(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Notice> {
    let row: Option<Notice> =
        conn.query_opt(sql!(
        "SELECT ",
        notice_columns!(),
        "FROM notice n JOIN area a ON a.tenant = n.tenant AND a.id = n.area_id WHERE n.tenant = ?1 AND n.id = ?2"
    ), args![ctx.tenant(), id]).await?;
    let row = row.ok_or(Error::NotFound)?;
    ctx.saw(&NOTICE, row.id);
    Ok(row)
}

/// Whether a notice is there and was not struck out.
pub(in crate::notice) async fn is_standing(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<bool> {
    let standing = sql!("SELECT COUNT(*) FROM notice WHERE tenant = ?1 AND id = ?2 AND struck_at IS NULL");
    let count: i64 = conn.scalar(standing, args![ctx.tenant(), id]).await?;
    Ok(count > 0)
}

/// The state of a notice by its receipt number: nothing else leaves. What was decided and waits for its answer —
/// a consultation has begun from it, say — is not finished for whoever reported it.
pub async fn find_state(ctx: &Ctx, conn: &mut Conn, receipt: &str) -> Result<Option<NoticeState>> {
    Ok(conn
        .query_opt::<(NoticeState,)>(
            sql!(
                "SELECT CASE WHEN n.triage IS NOT NULL AND n.struck_at IS NULL AND EXISTS (SELECT 1 FROM handover h ",
                "WHERE h.tenant = ?1 AND h.subject_id = n.id AND h.answered_at IS NULL) THEN 'read' ELSE n.state END AS state ",
                "FROM notice n WHERE n.tenant = ?1 AND n.receipt = ?2"
            ),
            args![ctx.tenant(), receipt],
        )
        .await?
        .map(|(state,)| state))
}

pub(in crate::notice) async fn insert(ctx: &Ctx, tx: &mut Tx, id: Id, receipt: &str, new: &NewNotice) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO notice (tenant, id, receipt, received_at, received_on, channel, kind, what, place, ",
            "about, urgent, area_id, person_id, reporter_name, reporter_contact, reporter_staff, lang, ",
            "state, triage_note, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ",
            "?14, ?15, ?16, ?17, 'received', '', 1)"
        ),
        args![
            ctx.tenant(),
            id,
            receipt,
            ctx.now(),
            ctx.today(),
            &new.channel,
            &new.kind,
            &new.what,
            &new.place,
            &new.about,
            new.urgent,
            new.area,
            new.person,
            &new.name,
            &new.contact,
            ctx.staff_id(),
            ctx.lang().code()
        ],
    )
    .await?;
    Ok(())
}

pub(in crate::notice) async fn set_read(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE notice SET state = 'read', revision = revision + 1 ",
            "WHERE tenant = ?1 AND id = ?2 AND state = 'received'"
        ),
        args![ctx.tenant(), id],
    )
    .await?;
    Ok(())
}

pub(in crate::notice) async fn set_triage(ctx: &Ctx, tx: &mut Tx, id: Id, decision: &Triage, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE notice SET state = 'finished', triage = ?4, triage_note = ?5, triaged_at = ?6, ",
                "triaged_by = ?7, revision = revision + 1 WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), id, seen, &decision.outcome, &decision.note, ctx.now(), ctx.staff_id()],
        )
        .await?;
    require_changed(ctx, tx, id, changed).await
}

/// Writes what stands after a correction. A notice that was moved to another area has not been read
/// there yet.
pub(in crate::notice) async fn set_corrected(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    new: &CorrectedNotice,
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE notice SET kind = ?4, what = ?5, place = ?6, about = ?7, urgent = ?8, person_id = ?10, ",
                "reporter_name = ?11, reporter_contact = ?12, revision = revision + 1, ",
                "state = CASE WHEN state = 'read' AND area_id <> ?9 THEN 'received' ELSE state END, area_id = ?9 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![
                ctx.tenant(),
                id,
                seen,
                &new.kind,
                &new.what,
                &new.place,
                &new.about,
                new.urgent,
                new.area,
                new.person,
                &new.name,
                &new.contact
            ],
        )
        .await?;
    require_changed(ctx, tx, id, changed).await
}

/// A notice without the decision that was taken back.
pub(in crate::notice) async fn clear_triage(ctx: &Ctx, tx: &mut Tx, id: Id, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE notice SET state = 'read', triage = NULL, triage_note = '', triaged_at = NULL, same_as = NULL, ",
                "triaged_by = NULL, revision = revision + 1 WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), id, seen],
        )
        .await?;
    require_changed(ctx, tx, id, changed).await
}

/// A notice that is struck out is finished, whatever was decided.
pub(in crate::notice) async fn set_struck_out(ctx: &Ctx, tx: &mut Tx, id: Id, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE notice SET state = 'finished', struck_at = ?4, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), id, seen, ctx.now()],
        )
        .await?;
    require_changed(ctx, tx, id, changed).await
}

/// A notice that stands again; `read` says whether somebody had taken note of it.
pub(in crate::notice) async fn set_restored(ctx: &Ctx, tx: &mut Tx, id: Id, read: bool, seen: i64) -> Result<()> {
    let undecided = if read { NoticeState::Read } else { NoticeState::Received };
    let changed = tx
        .execute(
            sql!(
                "UPDATE notice SET state = CASE WHEN triage IS NULL THEN ?4 ELSE 'finished' END, ",
                "struck_at = NULL, revision = revision + 1 WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), id, seen, undecided],
        )
        .await?;
    require_changed(ctx, tx, id, changed).await
}

/// Somebody else has saved the notice where nothing was changed.
async fn require_changed(ctx: &Ctx, tx: &mut Tx, id: Id, changed: u64) -> Result<()> {
    if changed == 0 {
        let now = get(ctx, tx, id).await?.revision;
        return Err(Error::Stale { now });
    }
    Ok(())
}

/// Says about which person a notice is, once that is known.
pub(in crate::notice) async fn set_person(ctx: &Ctx, tx: &mut Tx, id: Id, person: Option<Id>) -> Result<()> {
    tx.execute(
        sql!("UPDATE notice SET person_id = ?3, revision = revision + 1 WHERE tenant = ?1 AND id = ?2"),
        args![ctx.tenant(), id, person],
    )
    .await?;
    Ok(())
}

/// Notices in the reader's areas that wait to be read or decided.
pub(in crate::notice) async fn list_due(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let rows: Vec<(Id, NoticeState, String, String, Date, Date, bool)> = conn
        .query(
            sql!(
                "SELECT n.id, n.state, n.kind, a.name, h.acknowledge_by, h.answer_by, n.urgent FROM notice n ",
                "JOIN area a ON a.tenant = n.tenant AND a.id = n.area_id ",
                "JOIN handover h ON h.tenant = n.tenant AND h.subject_id = n.id AND h.answered_at IS NULL ",
                "WHERE n.tenant = ?1 AND n.state <> 'finished' AND n.area_id IN ",
                function_areas!("notice_triage"),
                " AND ",
                visible_notice!("n"),
                " ORDER BY h.acknowledge_by, n.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    Ok(limit
        .keep(rows)
        .into_iter()
        .map(|(record, state, kind, area, acknowledge_by, answer_by, urgent)| {
            let (kind_of_step, until) =
                if state == NoticeState::Received { (&NEW, acknowledge_by) } else { (&DECIDE, answer_by) };
            let label = ctx.profile().label("notice_kind", &kind, ctx.lang());
            let help = if urgent { ctx.lang().t("今日助けがいる：", "Help needed today: ") } else { "" };
            let about = format!("{help}{label}（{area}）");
            Due {
                kind: kind_of_step,
                about,
                until,
                record,
                href: format!("/notices/{record}"),
                tells_of: vec![(&NOTICE, record)],
                seen_by: None,
            }
        })
        .collect())
}

/// Notices about a person that the reader may see, the latest first.
pub(in crate::notice) async fn list_about(ctx: &Ctx, conn: &mut Conn, person: Id, most: i64) -> Result<Vec<Happening>> {
    let rows: Vec<(Id, Date, String, String, String)> = conn
        .query(
            sql!(
                "SELECT n.id, n.received_on, n.kind, n.what, COALESCE(s.name, '') AS name FROM notice n ",
                "LEFT JOIN staff s ON s.tenant = n.tenant AND s.id = n.reporter_staff ",
                "WHERE n.tenant = ?1 AND n.person_id = ?4 AND n.struck_at IS NULL AND ",
                visible_notice!("n"),
                " ORDER BY n.received_on DESC, n.id LIMIT ?5"
            ),
            scoped![ctx, person, most],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, on, kind, text, who)| {
            let title = ctx.profile().label("notice_kind", &kind, ctx.lang()).to_owned();
            Happening { kind: NOTICE.name, on, record: (&NOTICE, id), title, text, who }
        })
        .collect())
}

record! {
    /// What the thread shows of a notice.
    pub(in crate::notice) struct ThreadRow {
        /// The day it came.
        pub received_on: Date,
        /// Code of the vocabulary.
        pub kind: String,
        /// Who reported, when it was a person with an account.
        pub reporter_staff: Option<Id>,
        /// Name of the area.
        pub area_name: String,
        /// Tier of the area.
        pub area_tier: String,
        /// What became of it.
        pub triage: Option<String>,
        /// When that was decided.
        pub triaged_at: Option<Timestamp>,
        /// By whom.
        pub triaged_by: Option<Id>,
        /// When it was struck out.
        pub struck_at: Option<Timestamp>,
    }
}

/// A notice, after the policy was asked.
pub(in crate::notice) async fn get_for_thread(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<ThreadRow> {
    Ok(conn
        .query_one(
            sql!(
                "SELECT n.received_on, n.kind, n.reporter_staff, a.name AS area_name, a.tier AS area_tier, n.triage, n.triaged_at, n.triaged_by, ",
                "n.struck_at ",
                "FROM notice n JOIN area a ON a.tenant = n.tenant AND a.id = n.area_id ",
                "WHERE n.tenant = ?1 AND n.id = ?2"
            ),
            args![ctx.tenant(), id],
        )
        .await?)
}
