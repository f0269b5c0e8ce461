//! The table of facts.

use sasae_core::fiscal::FiscalYear;
use sasae_core::id::Id;
use sasae_db::{Tx, args, sql};

use super::{DoneBy, Fact, FactKind};
use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::Result;

/// The tables of this room.
pub const TABLES: &[&str] = &["fact"];

/// Writes a fact, or replaces the one of the same record and kind.
pub(super) async fn put(ctx: &Ctx, tx: &mut Tx, fact: &Fact, year: FiscalYear) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO fact (tenant, id, kind, occurred_on, fiscal_year, month, area_id, staff_id, ",
            "person_id, household_id, record_kind, record_id, subject_id, about, method, quantity, people, recorded_at) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18) ",
            "ON CONFLICT (tenant, subject_id, kind) DO UPDATE SET occurred_on = excluded.occurred_on, ",
            "fiscal_year = excluded.fiscal_year, month = excluded.month, area_id = excluded.area_id, ",
            "staff_id = excluded.staff_id, person_id = excluded.person_id, ",
            "household_id = excluded.household_id, about = excluded.about, method = excluded.method, ",
            "record_kind = excluded.record_kind, record_id = excluded.record_id, ",
            "quantity = excluded.quantity, people = excluded.people, recorded_at = excluded.recorded_at"
        ),
        args![
            ctx.tenant(),
            ctx.new_id(),
            fact.kind.code,
            fact.on,
            i64::from(year.0),
            i64::from(fact.on.month()),
            fact.area,
            match fact.by {
                DoneBy::Actor => ctx.staff_id(),
                DoneBy::Known(staff) => staff,
            },
            fact.person,
            fact.household,
            fact.record.0.code,
            fact.record.1,
            fact.subject,
            &fact.about,
            &fact.method,
            fact.quantity,
            fact.people,
            ctx.now()
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete(ctx: &Ctx, tx: &mut Tx, subject: Id, kind: &'static FactKind) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM fact WHERE tenant = ?1 AND subject_id = ?2 AND kind = ?3"),
        args![ctx.tenant(), subject, kind.code],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete_of_record(ctx: &Ctx, tx: &mut Tx, record: Id) -> Result<()> {
    tx.execute(sql!("DELETE FROM fact WHERE tenant = ?1 AND record_id = ?2"), args![ctx.tenant(), record]).await?;
    Ok(())
}

pub(super) async fn set_household(ctx: &Ctx, tx: &mut Tx, (kind, person): (Kind, Id), from: Id, to: Id) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE fact SET household_id = ?4 WHERE tenant = ?1 AND person_id = ?2 AND household_id = ?3 ",
            "AND record_kind = ?5"
        ),
        args![ctx.tenant(), person, from, to, kind.code],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_person(
    ctx: &Ctx,
    tx: &mut Tx,
    record: Id,
    from: Id,
    (to, household): (Option<Id>, Option<Id>),
) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE fact SET person_id = ?4, household_id = ?5 ",
            "WHERE tenant = ?1 AND record_id = ?2 AND person_id = ?3"
        ),
        args![ctx.tenant(), record, from, to, household],
    )
    .await?;
    Ok(())
}
