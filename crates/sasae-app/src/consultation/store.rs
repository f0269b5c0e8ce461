//! The table of consultations.

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use super::IntakeForm;
use crate::ctx::Ctx;
use crate::error::{Error, Result};

/// The tables of this room.
pub const TABLES: &[&str] = &["consultation", "consultation_problem"];

record! {
    /// A consultation.
    #[derive(Debug, Clone)]
    pub struct Consultation {
        /// The consultation.
        pub id: Id,
        /// In which area.
        pub area_id: Id,
        /// Which household.
        pub household_id: Option<Id>,
        /// Which person.
        pub person_id: Option<Id>,
        /// On which day it came.
        pub received_on: Date,
        /// When it was recorded.
        pub received_at: Timestamp,
        /// `open`, `case`, `referral` or `answered`.
        pub outcome: String,
        /// What it is about.
        pub what: String,
    }
}

/// A consultation; the caller has asked the policy.
pub async fn get(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Consultation> {
    let row: Option<Consultation> = conn
        .query_opt(
            sql!(
                "SELECT id, area_id, household_id, person_id, received_on, received_at, outcome, what ",
                "FROM consultation WHERE tenant = ?1 AND id = ?2"
            ),
            args![ctx.tenant(), id],
        )
        .await?;
    ctx.saw("consultation", id);
    row.ok_or(Error::NotFound)
}

pub(super) async fn insert(ctx: &Ctx, tx: &mut Tx, id: Id, on: Date, form: &IntakeForm) -> Result<()> {
    let area: Id = form.area.parse().map_err(Error::internal)?;
    let household: Option<Id> = form.household.parse().ok();
    let person: Option<Id> = form.person.parse().ok();
    tx.execute(
        sql!(
            "INSERT INTO consultation (tenant, id, received_on, received_at, channel, area_id, household_id, ",
            "person_id, from_whom, from_name, from_contact, what, wish, urgency, language, communication, extra, ",
            "taken_by, outcome, outcome_note, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '', '', '', ?9, '', ?10, '', '', '', ?11, 'open', '', 1)"
        ),
        args![
            ctx.tenant(),
            id,
            on,
            ctx.now(),
            &form.channel,
            area,
            household,
            person,
            &form.what,
            &form.urgency,
            ctx.actor_id()
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_case(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<u64> {
    Ok(tx
        .execute(
            sql!(
                "UPDATE consultation SET outcome = 'case', outcome_at = ?3, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND outcome = 'open'"
            ),
            args![ctx.tenant(), id, ctx.now()],
        )
        .await?)
}
