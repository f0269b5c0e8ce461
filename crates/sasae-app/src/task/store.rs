//! What is due, derived from the rooms by query. Reads other rooms' tables on
//! purpose and writes none.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, record, sql};

use super::{Due, What};
use crate::ctx::Ctx;
use crate::error::Result;

/// This room owns no table.
pub const TABLES: &[&str] = &[];

/// Most rows of one kind on the page.
const MOST: i64 = 100;

/// Notices in the reader's areas that wait to be read or decided.
pub(super) async fn list_notices(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, String, Date, Date)> = conn
        .query(
            sql!(
                "SELECT n.id, n.state, n.kind, a.name, h.acknowledge_by, h.answer_by FROM notice n ",
                "JOIN area a ON a.tenant = n.tenant AND a.id = n.area_id ",
                "JOIN handover h ON h.tenant = n.tenant AND h.subject_id = n.id AND h.answered_at IS NULL ",
                "WHERE n.tenant = ?1 AND n.state <> 'finished' AND n.area_id IN ",
                function_areas!("notice_triage"), " AND ", visible_notice!("n"),
                " ORDER BY h.acknowledge_by, n.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(record, state, kind, area, acknowledge_by, answer_by)| {
            ctx.saw("notice", record);
            let (what, until) = if state == "received" {
                (What::NoticeNew, acknowledge_by)
            } else {
                (What::NoticeDecide, answer_by)
            };
            let label = ctx.profile().label("notice_kind", &kind, ctx.lang());
            Due { what, about: format!("{label}（{area}）"), until, record }
        })
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
                function_areas!("consultation_take"), " AND ", visible_notice!("n"),
                " AND NOT EXISTS (SELECT 1 FROM consultation k WHERE k.tenant = ?1 AND k.notice_id = n.id) ",
                "ORDER BY h.answer_by, n.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(record, kind, area, until)| {
            ctx.saw("notice", record);
            let label = ctx.profile().label("notice_kind", &kind, ctx.lang());
            Due { what: What::IntakeFollow, about: format!("{label}（{area}）"), until, record }
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
                "LEFT JOIN person p ON p.tenant = k.tenant AND p.id = k.person_id AND ", visible_person!("p"),
                " WHERE k.tenant = ?1 AND k.taken_by = ?2 AND k.outcome = 'open' AND ",
                visible_consultation!("k"), " ORDER BY k.received_on, k.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    let lang = ctx.lang();
    Ok(rows
        .into_iter()
        .map(|row| {
            ctx.saw("consultation", row.id);
            if let Some(person) = row.person {
                ctx.saw("person", person);
            }
            let days = ctx.profile().word("urgency", &row.urgency).and_then(|word| word.days).unwrap_or_default();
            let until = row.received_on.saturating_add(jiff::Span::new().days(days));
            let about = row.name.unwrap_or_else(|| lang.t("名前のない相談", "No name given").to_owned());
            let about = format!("{about}（{}）", row.area_name);
            Due { what: What::ConsultationOpen, about, until, record: row.id }
        })
        .collect())
}
