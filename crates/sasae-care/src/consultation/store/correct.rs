//! What a correction writes.

use sasae_core::id::Id;
use sasae_db::{Tx, args, sql};

use super::{expect_changed, insert_problems};
use crate::consultation::model::NewIntake;
use crate::ctx::Ctx;
use crate::error::Result;

/// Writes what stands after a correction, with the municipality's own fields as JSON; the notice from which
/// it came stays.
pub(in crate::consultation) async fn set_corrected(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    area: Id,
    (new, extra): (&NewIntake, &str),
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE consultation SET received_on = ?4, channel = ?5, base_id = ?6, area_id = ?7, ",
                "household_id = ?8, person_id = ?9, from_whom = ?10, from_name = ?11, from_contact = ?12, ",
                "what = ?13, wish = ?14, wish_words = ?15, urgency = ?16, worst = ?17, language = ?18, ",
                "communication = ?19, extra = ?20, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![
                ctx.tenant(),
                id,
                seen,
                new.received_on,
                &new.channel,
                new.base,
                area,
                new.household,
                new.person,
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
                extra
            ],
        )
        .await?;
    expect_changed(ctx, tx, id, changed).await?;
    tx.execute(
        sql!("DELETE FROM consultation_problem WHERE tenant = ?1 AND consultation_id = ?2"),
        args![ctx.tenant(), id],
    )
    .await?;
    insert_problems(ctx, tx, id, new).await
}

/// A consultation without the outcome that was taken back.
pub(in crate::consultation) async fn clear_outcome(ctx: &Ctx, tx: &mut Tx, id: Id, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE consultation SET outcome = 'open', outcome_note = '', outcome_at = NULL, ",
                "revision = revision + 1 WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), id, seen],
        )
        .await?;
    expect_changed(ctx, tx, id, changed).await
}

/// A consultation that was struck out.
pub(in crate::consultation) async fn set_struck_out(ctx: &Ctx, tx: &mut Tx, id: Id, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE consultation SET struck_at = ?4, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), id, seen, ctx.now()],
        )
        .await?;
    expect_changed(ctx, tx, id, changed).await
}

/// A consultation that stands again; refused by the database where another one followed its notice.
pub(in crate::consultation) async fn set_restored(ctx: &Ctx, tx: &mut Tx, id: Id, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE consultation SET struck_at = NULL, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), id, seen],
        )
        .await?;
    expect_changed(ctx, tx, id, changed).await
}
