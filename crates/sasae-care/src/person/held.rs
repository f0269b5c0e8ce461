//! Entrustments that lie with nobody: the person has moved away from where whoever has them works, or that
//! post has ended.

use jiff::ToSpan;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::model::EntrustmentForm;
use super::{ENTRUST, ENTRUSTMENT, HOUSEHOLD, PERSON, follow_entrustments, messages, require, store};
use crate::access;
use crate::correction::{self, Changes, CorrectionStep, NewCorrection, ReasonForm, check_reason};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::handover::Receiver;
use crate::lang::Words;
use crate::message::{self, NewMessage};
use crate::room::held::sees_to;
use crate::room::{DueKind, Heir, Held, HeldBy, HeldKind, PlacedBy};
use crate::staff;
use crate::tenancy::FOREVER;

/// An entrustment whose holder no longer works where the person lives.
pub static HELD: HeldKind = HeldKind {
    due: DueKind {
        code: "entrustment_held",
        words: Words("見守りを託す人を決め直す", "Entrust somebody anew"),
        why: Words(
            "託していた人の担当区域から転居したか、その人の役職が終わったため",
            "The person has moved away, or the post of whoever had them has ended",
        ),
        action: Words("託し直す", "Entrust anew"),
    },
    record: &PERSON,
    passes: true,
};

/// What this room tells of it.
pub const BY: HeldBy = HeldBy {
    kinds: &[&HELD],
    list: |ctx, conn, limit| {
        Box::pin(async move {
            match sees_to(ctx, &super::may::ENTRUST) {
                true => store::held::list(ctx, conn, limit).await,
                false => Ok(Vec::new()),
            }
        })
    },
    count: |ctx, conn| Box::pin(async move { Ok(vec![(&HELD, store::held::count(ctx, conn).await?)]) }),
    heirs: |ctx, conn, held| Box::pin(list_heirs(ctx, conn, held)),
    pass_on: |ctx, work, held, to, reason| {
        Box::pin(async move { pass_on(ctx, work, (held.record, held.item), to, reason).await.map(drop) })
    },
};

/// Which persons and households name an area.
pub const PLACED: PlacedBy = PlacedBy {
    count: |ctx, conn, area| {
        Box::pin(async move { Ok(vec![(&PERSON as _, store::held::count_in(ctx, conn, area).await?)]) })
    },
    resettle: |ctx, work, areas| {
        Box::pin(async move {
            let (persons, households) = store::held::resettle(ctx, work, areas).await?;
            persons.into_iter().for_each(|id| ctx.wrote(&PERSON, id));
            households.into_iter().for_each(|id| ctx.wrote(&HOUSEHOLD, id));
            Ok(())
        })
    },
};

/// Those who go from door to door where the person lives, and are not barred from them.
async fn list_heirs(ctx: &Ctx, conn: &mut Conn, held: &Held) -> Result<Vec<Heir>> {
    // Who goes from door to door around a person would tell where somebody lives whose address is hidden.
    if !access::shows_place(ctx, conn, &PERSON, held.record).await? {
        return Ok(Vec::new());
    }
    let record = store::get(ctx, conn, held.record).await?;
    let mut heirs = Vec::new();
    for heir in staff::list_heirs_by_hand(ctx, conn, record.area_id, held.holder_id).await? {
        if !store::restriction::is_barred(ctx, conn, held.record, heir.staff).await? {
            heirs.push(heir);
        }
    }
    Ok(heirs)
}

/// Ends an entrustment and entrusts the person to somebody else, in one step; the reason for the watch goes along.
pub async fn pass_on(ctx: &Ctx, work: &mut Work, (person, entrustment): (Id, Id), to: Id, reason: &str) -> Result<Id> {
    require(ctx, work, person, ENTRUST).await?;
    let why = check_reason(ctx, &ReasonForm { reason: reason.to_owned() })?;
    let all = store::entrustment::list_of(ctx, work, person).await?;
    let old = all.into_iter().find(|one| one.id == entrustment).ok_or(Error::NotFound)?;
    let last = ctx.today().saturating_sub(1.day()).max(old.valid_from);
    store::entrustment::end_on(ctx, work, person, entrustment, last).await?;
    let until = if old.valid_to < FOREVER { old.valid_to.to_string() } else { String::new() };
    let form = EntrustmentForm { staff: to.to_string(), reason: old.reason.clone(), from: String::new(), to: until };
    let id = match super::entrust(ctx, work, person, &form).await {
        // The page of what lies with nobody has one field for who goes on.
        Err(Error::Invalid(fields)) => return Err(Error::Invalid(fields.beside("staff", "item"))),
        other => other?,
    };
    follow_entrustments(ctx, work, person).await?;
    let now = staff::find_staff_name(ctx, work, to).await?.unwrap_or_default();
    let mut changes = Changes::default();
    changes.text("entrusted", Words("見守りを託す人", "Entrusted to"), &old.staff_name, &now);
    let new = NewCorrection {
        record: (&PERSON, person),
        entry: Some((&ENTRUSTMENT, id)),
        step: CorrectionStep::Moved,
        reason: &why,
        changes: &changes,
    };
    correction::record(ctx, work, &new).await?;
    let message =
        NewMessage { occasion: &messages::PASSED_ON, about: (&PERSON, person), number: "", handover: None, due: None };
    message::send(ctx, work, &Receiver::Staff(to), &message).await?;
    ctx.wrote(&PERSON, person);
    Ok(id)
}

/// Whether somebody is barred from a person today, for a room that chooses who goes on with something.
pub async fn is_barred(ctx: &Ctx, conn: &mut Conn, person: Id, staff: Id) -> Result<bool> {
    store::restriction::is_barred(ctx, conn, person, staff).await
}

/// The area in which a person lives, for a room or command that has asked the policy.
pub async fn find_area(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Option<Id>> {
    store::held::find_area(ctx, conn, person).await
}
