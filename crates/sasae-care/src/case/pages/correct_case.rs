//! The pages on which a case that was opened by mistake is struck out and restored.

use axum::extract::Path;
use maud::html;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::super::store::{self, Case};
use super::super::{correct, correct_case};
use super::which;
use crate::access::Act;
use crate::case::CASE;
use crate::correction::ReasonForm;
use crate::correction::step::{CorrectionTarget, ReasonStep, TargetSummary};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::web::{Form, Reply};

fn page(target: CorrectionTarget) -> String {
    format!("/cases/{}", target.record)
}

/// The case, where the step fits it.
async fn shown(ctx: &Ctx, conn: &mut Conn, id: Id, fits: fn(&Case) -> Result<()>) -> Result<TargetSummary> {
    let case = correct::get_any(ctx, conn, id).await?;
    fits(&case)?;
    let persons = store::list_persons(ctx, conn, id).await?;
    let lang = ctx.lang();
    let said = html! {
        (which(lang, &case))
        ul { @for person in &persons { li { (person.link(ctx)) } } }
        p { (lang.t("始めた日：", "Opened: ")) (lang.date(case.opened_on)) " " (lang.t("主担当：", "Lead: ")) (case.lead_name) }
    };
    Ok(TargetSummary { revision: case.revision, said })
}

/// Strikes a case out.
pub(in crate::case) static STRIKE: ReasonStep = ReasonStep {
    kind: &CASE,
    act: Act::CORRECT,
    page,
    action: |target| format!("{}/strike", page(target)),
    list: "/cases",
    title: Words("誤って開いた支援を取り消す", "Strike a case out that was opened by mistake"),
    verb: Words("取り消す", "Strike it out"),
    done: "struck",
    show: |ctx, conn, target| {
        Box::pin(async move {
            let standing = correct::get_correctable(ctx, conn, target.record).await?;
            shown(ctx, conn, standing.id, correct_case::require_open_to_strike).await
        })
    },
    take: |ctx, work, target, form, seen| Box::pin(correct_case::strike_out(ctx, work, target.record, form, seen)),
};

/// Restores one that was struck out.
pub(in crate::case) static RESTORE: ReasonStep = ReasonStep {
    kind: &CASE,
    act: Act::CORRECT,
    page,
    action: |target| format!("{}/restore", page(target)),
    list: "/cases",
    title: Words("取り消した支援を元にもどす", "Restore a case"),
    verb: Words("元にもどす", "Restore it"),
    done: "restored",
    show: |ctx, conn, target| Box::pin(shown(ctx, conn, target.record, correct_case::require_struck)),
    take: |ctx, work, target, form, seen| Box::pin(correct_case::restore(ctx, work, target.record, form, seen)),
};

/// `GET /cases/{id}/strike`
pub async fn show_strike(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    STRIKE.form(&ctx, CorrectionTarget::of(&CASE, id)).await
}

/// `POST /cases/{id}/strike`
pub async fn strike(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    STRIKE.post(&ctx, CorrectionTarget::of(&CASE, id), form).await
}

/// `GET /cases/{id}/restore`
pub async fn show_restore(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    RESTORE.form(&ctx, CorrectionTarget::of(&CASE, id)).await
}

/// `POST /cases/{id}/restore`
pub async fn restore(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    RESTORE.post(&ctx, CorrectionTarget::of(&CASE, id), form).await
}
