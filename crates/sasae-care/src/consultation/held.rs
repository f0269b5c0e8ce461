//! Consultations that lie with nobody: whoever had one has no longer the post by which they had it.

use sasae_core::id::Id;
use sasae_db::Conn;

use super::{CONSULTATION, messages, store};
use crate::access::{self, Act};
use crate::area::AREA;
use crate::correction::{self, Changes, CorrectionStep, NewCorrection, ReasonForm, check_reason};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::handover::Receiver;
use crate::lang::Words;
use crate::message::{self, NewMessage};
use crate::room::held::sees_to;
use crate::room::{DueKind, Heir, Held, HeldBy, HeldKind, PlacedBy};
use crate::{person, staff};

/// An open consultation of somebody who can no longer settle it.
pub static HELD: HeldKind = HeldKind {
    due: DueKind {
        code: "consultation_held",
        words: Words("担当者のいない相談を引き継ぐ", "Take over a consultation that lies with nobody"),
        why: Words("担当していた人の役職が終わったため", "The post of whoever had it has ended"),
        action: Words("引き継ぐ", "Take over"),
    },
    record: &CONSULTATION,
    passes: true,
};

/// Notices that wait for an intake where nobody takes consultations.
pub static INTAKE: HeldKind = HeldKind {
    due: DueKind {
        code: "intake_held",
        words: Words("相談を受け付ける人を決める", "Say who takes consultations"),
        why: Words("この区域で相談を受け付ける人がいないため", "Nobody takes consultations in this area"),
        action: Words("見る", "Look"),
    },
    record: &AREA,
    passes: false,
};

/// What this room tells of it.
pub const BY: HeldBy = HeldBy {
    kinds: &[&HELD, &INTAKE],
    list: |ctx, conn, limit| {
        Box::pin(async move {
            if !sees_to(ctx, &super::may::TAKE) {
                return Ok(Vec::new());
            }
            let mut all = store::held::list(ctx, conn, limit).await?;
            all.extend(store::held::list_intakes(ctx, conn, limit).await?);
            Ok(all)
        })
    },
    count: |ctx, conn| Box::pin(store::held::count(ctx, conn)),
    heirs: |ctx, conn, held| Box::pin(list_heirs(ctx, conn, held)),
    pass_on: |ctx, work, held, to, reason| Box::pin(pass_on(ctx, work, held.item, to, reason)),
};

/// Which consultations name an area.
pub const PLACED: PlacedBy = PlacedBy {
    count: |ctx, conn, area| {
        Box::pin(async move { Ok(vec![(&CONSULTATION as _, store::held::count_in(ctx, conn, area).await?)]) })
    },
    resettle: |ctx, work, areas| {
        Box::pin(async move {
            for id in store::held::resettle(ctx, work, areas).await? {
                ctx.wrote(&CONSULTATION, id);
            }
            Ok(())
        })
    },
};

/// Those who take consultations where it lies, and are not barred from the person.
async fn list_heirs(ctx: &Ctx, conn: &mut Conn, held: &Held) -> Result<Vec<Heir>> {
    if *held.kind != HELD {
        return Ok(Vec::new());
    }
    let consultation = store::get(ctx, conn, held.item).await?;
    let mut heirs = Vec::new();
    for heir in staff::list_heirs(ctx, conn, consultation.area_id, held.holder_id, super::may::TAKE.code).await? {
        let barred = match consultation.person_id {
            Some(person) => person::is_barred(ctx, conn, person, heir.staff).await?,
            None => false,
        };
        if !barred {
            heirs.push(heir);
        }
    }
    Ok(heirs)
}

/// Somebody else goes on with an open consultation; who took it stays as it was.
pub async fn pass_on(ctx: &Ctx, work: &mut Work, id: Id, to: Id, reason: &str) -> Result<()> {
    access::require(ctx, work, &CONSULTATION, id, Act::CORRECT).await?;
    let reason = check_reason(ctx, &ReasonForm { reason: reason.to_owned() })?;
    let before = store::get(ctx, work, id).await?;
    if !before.is_open() {
        return Err(Error::refused("この相談は、もう結果が決まっています。", "This consultation has been settled."));
    }
    let old = store::held::get_holder(ctx, work, id).await?;
    let heirs = staff::list_heirs(ctx, work, before.area_id, Some(old), super::may::TAKE.code).await?;
    let barred = match before.person_id {
        Some(person) => person::is_barred(ctx, work, person, to).await?,
        None => false,
    };
    if barred || !heirs.iter().any(|heir| heir.staff == to) {
        return Err(Error::field(
            "item",
            "この人は、この区域の相談を受け持てません。ほかの人を選んでください。",
            "This person does not take consultations in this area. Please choose someone else.",
        ));
    }
    store::held::set_holder(ctx, work, id, (to, before.area_id)).await?;
    let name = |staff: Option<String>| staff.unwrap_or_default();
    let (was, now) = (staff::find_staff_name(ctx, work, old).await?, staff::find_staff_name(ctx, work, to).await?);
    let mut changes = Changes::default();
    changes.text("holder", Words("担当", "With whom it lies"), &name(was), &name(now));
    let new = NewCorrection {
        record: (&CONSULTATION, id),
        entry: None,
        step: CorrectionStep::Moved,
        reason: &reason,
        changes: &changes,
    };
    correction::record(ctx, work, &new).await?;
    let message = NewMessage {
        occasion: &messages::PASSED_ON,
        about: (&CONSULTATION, id),
        number: "",
        handover: None,
        due: None,
    };
    message::send(ctx, work, &Receiver::Staff(to), &message).await?;
    ctx.wrote(&CONSULTATION, id);
    Ok(())
}
