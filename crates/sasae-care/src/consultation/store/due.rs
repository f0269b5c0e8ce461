//! What consultations ask of the reader, derived by query.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, record, sql};

use crate::access::Kind;
use crate::consultation::CONSULTATION;
use crate::consultation::due::{INTAKE_FOLLOW, OPEN};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::notice::NOTICE;
use crate::person::PERSON;
use crate::room::{Due, DueLimit};

/// Notices in the reader's areas that were taken up as a consultation and have no intake yet.
pub(in crate::consultation) async fn list_intakes(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT n.id, n.kind, a.name, h.answer_by FROM notice n ",
                "JOIN area a ON a.tenant = n.tenant AND a.id = n.area_id ",
                // The hand-over waits for an answer as long as the concern is under way.
                "JOIN handover h ON h.tenant = n.tenant AND h.subject_id = n.id AND h.answered_at IS NULL ",
                "WHERE n.tenant = ?1 AND n.triage = 'consultation' AND n.struck_at IS NULL AND (n.triaged_by = ?2 OR n.area_id IN ",
                function_areas!("consultation_take"),
                ") AND ",
                visible_notice!("n"),
                " AND NOT EXISTS (SELECT 1 FROM consultation k WHERE k.tenant = ?1 AND k.notice_id = n.id ",
                "AND k.struck_at IS NULL) ",
                "ORDER BY h.answer_by, n.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    Ok(limit
        .keep(rows)
        .into_iter()
        .map(|(record, kind, area, until)| {
            let label = ctx.profile().label("notice_kind", &kind, ctx.lang());
            let about = format!("{label}（{area}）");
            Due {
                kind: &INTAKE_FOLLOW,
                about,
                until,
                record,
                href: format!("/consultations/new?notice={record}"),
                tells_of: vec![(&NOTICE, record)],
                seen_by: None,
            }
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
pub(in crate::consultation) async fn list_open(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let rows: Vec<OpenConsultation> = conn
        .query(
            sql!(
                "SELECT k.id, p.id AS person, p.family || ' ' || p.given AS name, k.urgency, k.received_on, ",
                area_named!("a", "p", "k.person_id"),
                " AS area_name FROM consultation k JOIN area a ON a.tenant = k.tenant AND a.id = k.area_id ",
                "LEFT JOIN person p ON p.tenant = k.tenant AND p.id = k.person_id AND ",
                visible_person!("p"),
                " WHERE k.tenant = ?1 AND k.held_by = ?2 AND k.outcome = 'open' AND k.struck_at IS NULL AND ",
                visible_consultation!("k"),
                " ORDER BY k.received_on, k.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    let lang = ctx.lang();
    Ok(limit
        .keep(rows)
        .into_iter()
        .map(|row| {
            let mut tells_of = vec![(&CONSULTATION as Kind, row.id)];
            tells_of.extend(row.person.map(|person| (&PERSON as Kind, person)));
            let days = ctx.profile().word("urgency", &row.urgency).and_then(|word| word.days).unwrap_or_default();
            let until = row.received_on.saturating_add(jiff::Span::new().days(days));
            let about = row.name.unwrap_or_else(|| lang.t("名前のない相談", "No name given").to_owned());
            let about = if row.area_name.is_empty() { about } else { format!("{about}（{}）", row.area_name) };
            Due {
                kind: &OPEN,
                about,
                until,
                record: row.id,
                href: format!("/consultations/{}", row.id),
                tells_of,
                seen_by: None,
            }
        })
        .collect())
}
