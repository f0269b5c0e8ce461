//! Consultations that are searched for, and those of a person.

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, args, record, sql};

use crate::consultation::CONSULTATION;
use crate::consultation::model::ConsultationOutcome;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::person::model::behind_prefix;
use crate::room::{Happening, Hit};

/// Consultations of a person that the reader may see, the latest first.
pub(in crate::consultation) async fn list_of_person(
    ctx: &Ctx,
    conn: &mut Conn,
    person: Id,
    most: i64,
) -> Result<Vec<Happening>> {
    let rows: Vec<(Id, Date, String, String, String)> = conn
        .query(
            sql!(
                "SELECT c.id, c.received_on, c.channel, c.what, s.name FROM consultation c ",
                "JOIN staff s ON s.tenant = c.tenant AND s.id = c.taken_by ",
                "WHERE c.tenant = ?1 AND c.person_id = ?4 AND c.struck_at IS NULL AND ",
                visible_consultation!("c"),
                " ORDER BY c.received_on DESC, c.id LIMIT ?5"
            ),
            scoped![ctx, person, most],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, on, channel, text, who)| {
            let title = ctx.profile().label("channel", &channel, ctx.lang()).to_owned();
            Happening { kind: CONSULTATION.name, on, record: (&CONSULTATION, id), title, text, who }
        })
        .collect())
}

/// Of how many characters the index of what was told knows the beginning.
const KNOWN: usize = 40;

/// Consultations whose text begins so.
pub(in crate::consultation) async fn list_found(
    ctx: &Ctx,
    conn: &mut Conn,
    text: &str,
    limit: i64,
) -> Result<Vec<Hit>> {
    let known: String = text.chars().take(KNOWN).collect();
    let rows: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT k.id, k.what, ",
                area_named!("a", "p", "k.person_id"),
                " AS area_name, k.received_on FROM consultation k ",
                "JOIN area a ON a.tenant = k.tenant AND a.id = k.area_id ",
                "LEFT JOIN person p ON p.tenant = k.tenant AND p.id = k.person_id AND ",
                visible_person!("p"),
                " ",
                "WHERE k.tenant = ?1 AND SUBSTR(k.what, 1, 40) >= ?5 AND SUBSTR(k.what, 1, 40) < ?6 ",
                "AND SUBSTR(k.what, 1, LENGTH(CAST(?4 AS TEXT))) = ?4 AND k.struck_at IS NULL AND ",
                visible_consultation!("k"),
                " ORDER BY k.received_on DESC, k.id LIMIT ?7"
            ),
            scoped![ctx, text, &known, &behind_prefix(&known), limit],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, what, area, on)| {
            let title = what.chars().take(60).collect();
            let facts = [on.to_string(), area].into_iter().filter(|fact| !fact.is_empty()).collect();
            Hit { href: format!("/consultations/{id}"), title, facts, record: (&CONSULTATION, id) }
        })
        .collect())
}

record! {
    /// What the thread shows of a consultation.
    pub(in crate::consultation) struct ThreadRow {
        /// The day it came.
        pub received_on: Date,
        /// Code of the vocabulary.
        pub channel: String,
        /// Who took it.
        pub taken_by: Id,
        /// The taker's name.
        pub taken_name: String,
        /// What became of it.
        pub outcome: ConsultationOutcome,
        /// When it was settled.
        pub outcome_at: Option<Timestamp>,
        /// When it was struck out.
        pub struck_at: Option<Timestamp>,
    }
}

/// A consultation, after the policy was asked.
pub(in crate::consultation) async fn get_for_thread(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<ThreadRow> {
    Ok(conn
        .query_one(
            sql!(
                "SELECT k.received_on, k.channel, k.taken_by, s.name AS taken_name, k.outcome, k.outcome_at, k.struck_at ",
                "FROM consultation k JOIN staff s ON s.tenant = k.tenant AND s.id = k.taken_by ",
                "WHERE k.tenant = ?1 AND k.id = ?2"
            ),
            args![ctx.tenant(), id],
        )
        .await?)
}
