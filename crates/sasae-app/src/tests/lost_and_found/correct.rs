//! An item that should never have been taken in is struck out, and brought back where that was wrong.

use axum::extract::Path;
use maud::html;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::store::{self, Item};
use super::{ITEM, RECEIVED, RETURNED, ask_helper, follow, record_facts};
use crate::access::{self, Act};
use crate::correction::pages::struck_out;
use crate::correction::step::{CorrectionTarget, ReasonStep, TargetSummary};
use crate::correction::{self, CorrectionStep, NewCorrection, Outlook, ReasonForm, check_reason};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::Words;
use crate::web::{Form, Reply};
use crate::{fact, handover, message};

/// Strikes an item out.
pub static STRIKE: ReasonStep = ReasonStep {
    kind: &ITEM,
    act: Act::CORRECT,
    page,
    action: |target| format!("{}/strike", page(target)),
    list: "/lost",
    title: Words("落とし物の記録を取り消す", "Strike a lost item out"),
    verb: Words("取り消す", "Strike it out"),
    done: "struck",
    show: |ctx, conn, target| Box::pin(shown(ctx, conn, target.record, false)),
    take: |ctx, work, target, form, seen| Box::pin(strike_out(ctx, work, target.record, form, seen)),
};

/// Brings it back.
pub static RESTORE: ReasonStep = ReasonStep {
    kind: &ITEM,
    act: Act::CORRECT,
    page,
    action: |target| format!("{}/restore", page(target)),
    list: "/lost",
    title: Words("取り消した落とし物を元にもどす", "Restore a lost item"),
    verb: Words("元にもどす", "Restore it"),
    done: "restored",
    show: |ctx, conn, target| Box::pin(shown(ctx, conn, target.record, true)),
    take: |ctx, work, target, form, seen| Box::pin(restore(ctx, work, target.record, form, seen)),
};

fn page(target: CorrectionTarget) -> String {
    format!("/lost/{}", target.record)
}

async fn shown(ctx: &Ctx, conn: &mut Conn, id: Id, struck: bool) -> Result<TargetSummary> {
    let item = get_correctable(ctx, conn, id, struck).await?;
    Ok(TargetSummary { revision: item.revision, said: html! { p { (item.what) " " (item.area_name) } } })
}

/// An item that the reader may correct: one that stands, or one that was struck out.
async fn get_correctable(ctx: &Ctx, conn: &mut Conn, id: Id, struck: bool) -> Result<Item> {
    access::require(ctx, conn, &ITEM, id, Act::CORRECT).await?;
    let item = store::get(ctx, conn, id).await?;
    match (item.struck_at.is_some(), struck) {
        (true, false) => Err(struck_out()),
        (false, true) => Err(Error::refused("この記録は、取り消されていません。", "This record was not struck out.")),
        _ => Ok(item),
    }
}

/// Strikes it out: nobody looks for the owner any more.
pub async fn strike_out(ctx: &Ctx, work: &mut Work, id: Id, form: &ReasonForm, seen: i64) -> Result<Outlook> {
    get_correctable(ctx, work, id, false).await?;
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook.follow("落とし物の一覧と「今日」に出なくなります。", "It goes from the list of lost items and from Today.");
    outlook.follow("数字から1件減ります。", "It is no longer counted in the figures.");
    store::set_struck(ctx, work, id, Some(ctx.now()), seen).await?;
    if let Some(open) = handover::find_open(ctx, work, id).await? {
        handover::withdraw(ctx, work, open.id).await?;
        message::recall(ctx, work, open.id).await?;
    }
    let item = store::get(ctx, work, id).await?;
    follow(ctx, work, &item).await?;
    fact::remove(ctx, work, id, &RECEIVED).await?;
    fact::remove(ctx, work, id, &RETURNED).await?;
    write(ctx, work, id, CorrectionStep::StruckOut, &reason, &outlook).await?;
    Ok(outlook)
}

/// Brings it back: whoever looked for the owner is asked again.
pub async fn restore(ctx: &Ctx, work: &mut Work, id: Id, form: &ReasonForm, seen: i64) -> Result<Outlook> {
    get_correctable(ctx, work, id, true).await?;
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook
        .follow("落とし物の一覧と数字に、元のとおりにもどります。", "It stands in the list and in the figures again.");
    store::set_struck(ctx, work, id, None, seen).await?;
    let item = store::get(ctx, work, id).await?;
    follow(ctx, work, &item).await?;
    record_facts(ctx, work, &item).await?;
    if item.returned_on.is_none() {
        ask_helper(ctx, work, &item).await?;
    }
    write(ctx, work, id, CorrectionStep::Restored, &reason, &outlook).await?;
    Ok(outlook)
}

async fn write(
    ctx: &Ctx,
    work: &mut Work,
    id: Id,
    step: CorrectionStep,
    reason: &str,
    outlook: &Outlook,
) -> Result<()> {
    let new = NewCorrection { record: (&ITEM, id), entry: None, step, reason, changes: &outlook.changes };
    correction::record(ctx, work, &new).await?;
    ctx.wrote(&ITEM, id);
    Ok(())
}

/// `GET /lost/{id}/strike`
pub async fn show_strike(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    STRIKE.form(&ctx, CorrectionTarget::of(&ITEM, id)).await
}

/// `POST /lost/{id}/strike`
pub async fn strike(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    STRIKE.post(&ctx, CorrectionTarget::of(&ITEM, id), form).await
}

/// `GET /lost/{id}/restore`
pub async fn show_restore(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    RESTORE.form(&ctx, CorrectionTarget::of(&ITEM, id)).await
}

/// `POST /lost/{id}/restore`
pub async fn restore_page(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    RESTORE.post(&ctx, CorrectionTarget::of(&ITEM, id), form).await
}
