//! The tables of consultations.

mod correct;
mod due;
mod found;
pub(in crate::consultation) mod held;

pub(in crate::consultation) use correct::{clear_outcome, set_corrected, set_restored, set_struck_out};
pub(in crate::consultation) use due::{list_intakes, list_open};
pub(in crate::consultation) use found::{get_for_thread, list_found, list_of_person};

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Sql, Tx, args, record, sql};

use crate::consultation::CONSULTATION;
use crate::consultation::model::{ConsultationOutcome, NewIntake};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::person::PERSON;

/// The tables of this room.
pub const TABLES: &[&str] = &["consultation", "consultation_problem"];

/// What the row rules know of one record; see `access::Guard`.
pub const FACTS: Sql = sql!(record_facts!(
    from: "consultation", alias: "k", about: "= k.person_id", own: own_consultation!("k")
));

/// The record where the reader may see it; see `access::Guard`.
pub const VISIBLE: Sql =
    sql!("SELECT k.id FROM consultation k WHERE k.tenant = ?1 AND k.id = ?4 AND ", visible_consultation!("k"));

record! {
    /// A consultation.
    #[derive(Debug, Clone)]
    pub struct Consultation {
        /// The consultation.
        pub id: Id,
        /// On which day it came.
        pub received_on: Date,
        /// When it was taken down.
        pub received_at: Timestamp,
        /// Code of the vocabulary `channel`.
        pub channel: String,
        /// The window where it came in.
        pub base_id: Option<Id>,
        /// In which area.
        pub area_id: Id,
        /// Its name.
        pub area_name: String,
        /// For which household.
        pub household_id: Option<Id>,
        /// For whom.
        pub person_id: Option<Id>,
        /// That person's name, where the reader may see it.
        pub person_name: Option<String>,
        /// The notice that it followed from.
        pub notice_id: Option<Id>,
        /// Code of the vocabulary `from_whom`.
        pub from_whom: String,
        /// Who came.
        pub from_name: String,
        /// How to reach the one who came.
        pub from_contact: String,
        /// What it is about.
        pub what: String,
        /// Code of the vocabulary `wish`, or empty.
        pub wish: String,
        /// The wish in the person's own words.
        pub wish_words: String,
        /// Code of the vocabulary `urgency`.
        pub urgency: String,
        /// The worst of the problems.
        pub worst: Option<String>,
        /// Code of the vocabulary `language`, or empty.
        pub language: String,
        /// Codes of the vocabulary `communication_support`, joined with commas.
        pub communication: String,
        /// The municipality's own fields as JSON; what the reader may see of
        /// them comes from `OwnFields::seen`.
        pub extra: String,
        /// Who took it.
        pub taken_by: Id,
        /// That one's name.
        pub taken_by_name: String,
        /// What became of it.
        pub outcome: ConsultationOutcome,
        /// What was said or to whom it was passed.
        pub outcome_note: String,
        /// When it was settled.
        pub outcome_at: Option<Timestamp>,
        /// When it was struck out as a mistake.
        pub struck_at: Option<Timestamp>,
        /// Revision.
        pub revision: i64,
    }
}

impl Consultation {
    /// Whether it still waits for an outcome.
    pub fn is_open(&self) -> bool {
        self.outcome == ConsultationOutcome::Open && self.struck_at.is_none()
    }

    /// In which area, where that tells of no hidden address.
    pub fn shown_area(&self) -> Option<Id> {
        Some(self.area_id).filter(|_| !self.area_name.is_empty())
    }

    /// The kinds of communication support.
    pub fn communications(&self) -> impl Iterator<Item = &str> {
        self.communication.split(',').filter(|code| !code.is_empty())
    }
}

macro_rules! consultation_columns {
    () => {
        concat!(
            "SELECT k.id, k.received_on, k.received_at, k.channel, k.base_id, k.area_id, ",
            area_named!("a", "p", "k.person_id"),
            " AS area_name, k.household_id, k.person_id, p.family || ' ' || p.given AS person_name, k.notice_id, k.from_whom, k.from_name, ",
            "k.from_contact, k.what, k.wish, k.wish_words, k.urgency, k.worst, k.language, k.communication, ",
            "k.extra, k.taken_by, s.name AS taken_by_name, k.outcome, k.outcome_note, k.outcome_at, k.struck_at, k.revision "
        )
    };
}

macro_rules! consultation_names {
    () => {
        concat!(
            " k JOIN area a ON a.tenant = ?1 AND a.id = k.area_id ",
            "JOIN staff s ON s.tenant = ?1 AND s.id = k.taken_by ",
            "LEFT JOIN person p ON p.tenant = ?1 AND p.id = k.person_id AND ",
            visible_person!("p"),
            " "
        )
    };
}

// Behind the columns that its statements name.
mod list;

pub(in crate::consultation) use list::{count, each};

/// A consultation; the caller has asked the policy.
pub async fn get(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Consultation> {
    let row: Option<Consultation> = conn
        .query_opt(
            sql!(
                consultation_columns!(),
                "FROM consultation",
                consultation_names!(),
                "WHERE k.tenant = ?1 AND k.id = ?4"
            ),
            scoped![ctx, id],
        )
        .await?;
    let row = row.ok_or(Error::NotFound)?;
    saw(ctx, &row);
    Ok(row)
}

fn saw(ctx: &Ctx, row: &Consultation) {
    ctx.saw(&CONSULTATION, row.id);
    if let (Some(person), Some(_)) = (row.person_id, &row.person_name) {
        ctx.saw(&PERSON, person);
    }
}

/// The boxes that were ticked; the caller has asked the policy.
pub async fn list_problems(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = conn
        .query(
            sql!(
                "SELECT problem FROM consultation_problem WHERE tenant = ?1 AND consultation_id = ?2 ",
                "ORDER BY problem"
            ),
            args![ctx.tenant(), id],
        )
        .await?;
    Ok(rows.into_iter().map(|(problem,)| problem).collect())
}

/// The intake that followed a notice.
pub async fn find_of_notice(ctx: &Ctx, conn: &mut Conn, notice: Id) -> Result<Option<Id>> {
    Ok(conn
        .scalar_opt(
            sql!("SELECT id FROM consultation WHERE tenant = ?1 AND notice_id = ?2 AND struck_at IS NULL"),
            args![ctx.tenant(), notice],
        )
        .await?)
}

pub(in crate::consultation) async fn insert(ctx: &Ctx, tx: &mut Tx, id: Id, area: Id, new: &NewIntake) -> Result<()> {
    let extra = serde_json::to_string(&new.extra.clone().unwrap_or_default()).map_err(Error::internal)?;
    tx.execute(
        sql!(
            "INSERT INTO consultation (tenant, id, received_on, received_at, channel, base_id, area_id, ",
            "household_id, person_id, notice_id, from_whom, from_name, from_contact, what, wish, wish_words, ",
            "urgency, worst, language, communication, extra, taken_by, outcome, outcome_note, held_by, held_in, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ",
            "?20, ?21, ?22, 'open', '', ?22, ?7, 1)"
        ),
        args![
            ctx.tenant(),
            id,
            new.received_on,
            ctx.now(),
            &new.channel,
            new.base,
            area,
            new.household,
            new.person,
            new.notice,
            &new.from_whom,
            &new.from_name,
            &new.from_contact,
            &new.what,
            &new.wish,
            &new.wish_words,
            &new.urgency,
            &new.worst,
            &new.language,
            &new.communication,
            &extra,
            ctx.staff_id()
        ],
    )
    .await?;
    insert_problems(ctx, tx, id, new).await
}

async fn insert_problems(ctx: &Ctx, tx: &mut Tx, id: Id, new: &NewIntake) -> Result<()> {
    for problem in &new.problems {
        tx.execute(
            sql!("INSERT INTO consultation_problem (tenant, consultation_id, problem) VALUES (?1, ?2, ?3)"),
            args![ctx.tenant(), id, problem],
        )
        .await?;
    }
    Ok(())
}

pub(in crate::consultation) async fn set_outcome(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    outcome: ConsultationOutcome,
    note: &str,
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE consultation SET outcome = ?4, outcome_note = ?5, outcome_at = ?6, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3 AND outcome = 'open'"
            ),
            args![ctx.tenant(), id, seen, outcome, note, ctx.now()],
        )
        .await?;
    expect_changed(ctx, tx, id, changed).await
}

pub(in crate::consultation) async fn set_person(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    (person, household, area): (Id, Option<Id>, Id),
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE consultation SET person_id = ?4, household_id = ?5, area_id = ?6, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3 AND outcome = 'open'"
            ),
            args![ctx.tenant(), id, seen, person, household, area],
        )
        .await?;
    expect_changed(ctx, tx, id, changed).await
}

async fn expect_changed(ctx: &Ctx, tx: &mut Tx, id: Id, changed: u64) -> Result<()> {
    if changed == 0 {
        let now = get(ctx, tx, id).await?.revision;
        return Err(Error::Stale { now });
    }
    Ok(())
}
