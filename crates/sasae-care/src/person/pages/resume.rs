//! The end of an entrustment or of a restriction is taken back; the page says beforehand what will change.

use axum::extract::Path;
use maud::html;
use sasae_core::id::Id;

use crate::correction::ReasonForm;
use crate::correction::step::{CorrectionTarget, ReasonStep, TargetSummary};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::Words;
use crate::person::{ENTRUST, ENTRUSTMENT, PERSON, RESTRICT, RESTRICTION, history, store};
use crate::web::api::{IdBody, Shown};
use crate::web::{Form, Reply, Seen};

fn page(target: CorrectionTarget) -> String {
    format!("/persons/{}", target.record)
}

/// Takes the end of an entrustment back.
static RESUME: ReasonStep = ReasonStep {
    kind: &PERSON,
    act: ENTRUST,
    page,
    action: |target| format!("{}/entrustments/{}/resume", page(target), target.part.1),
    list: "/persons",
    title: Words("見守りの終了を取り消す", "Take back the end of an entrustment"),
    verb: Words("終了を取り消す", "Take it back"),
    done: "resumed",
    show: |ctx, conn, target| {
        Box::pin(async move {
            let all = store::entrustment::list_of(ctx, conn, target.record).await?;
            let one = all.into_iter().find(|one| one.id == target.part.1).ok_or(Error::NotFound)?;
            history::require_ended(one.valid_to, ctx.today())?;
            let (_, revision) = store::entrustment::get_end(ctx, conn, target.record, one.id).await?;
            Ok(TargetSummary { revision, said: html! { p { (one.staff_name) } } })
        })
    },
    take: |ctx, work, target, form, seen| {
        Box::pin(history::resume_entrustment(ctx, work, (target.record, target.part.1), form, seen))
    },
};

/// Takes the end of a restriction back.
static HOLD: ReasonStep = ReasonStep {
    kind: &PERSON,
    act: RESTRICT,
    page,
    action: |target| format!("{}/restrictions/{}/resume", page(target), target.part.1),
    list: "/persons",
    title: Words("制限の終了を取り消す", "Take back the end of a restriction"),
    verb: Words("終了を取り消す", "Take it back"),
    done: "resumed",
    show: |ctx, conn, target| {
        Box::pin(async move {
            let all = store::restriction::list_of(ctx, conn, target.record).await?;
            let one = all.into_iter().find(|one| one.id == target.part.1).ok_or(Error::NotFound)?;
            history::require_ended(one.valid_to, ctx.today())?;
            let said = html! { p { (one.kind.words().get(ctx.lang())) " " (one.against_name.unwrap_or_default()) } };
            Ok(TargetSummary { revision: one.revision, said })
        })
    },
    take: |ctx, work, target, form, seen| {
        Box::pin(history::resume_restriction(ctx, work, (target.record, target.part.1), form, seen))
    },
};

/// `GET /persons/{id}/entrustments/{entrustment}/resume`
pub async fn show_entrustment(ctx: Ctx, Path((id, part)): Path<(Id, Id)>) -> Reply {
    RESUME.form(&ctx, CorrectionTarget::entry(id, (&ENTRUSTMENT, part))).await
}

/// `POST /persons/{id}/entrustments/{entrustment}/resume`
pub async fn resume_entrustment(ctx: Ctx, Path((id, part)): Path<(Id, Id)>, form: Form<ReasonForm>) -> Reply {
    RESUME.post(&ctx, CorrectionTarget::entry(id, (&ENTRUSTMENT, part)), form).await
}

/// `GET /persons/{id}/restrictions/{restriction}/resume`
pub async fn show_restriction(ctx: Ctx, Path((id, part)): Path<(Id, Id)>) -> Reply {
    HOLD.form(&ctx, CorrectionTarget::entry(id, (&RESTRICTION, part))).await
}

/// `POST /persons/{id}/restrictions/{restriction}/resume`
pub async fn resume_restriction(ctx: Ctx, Path((id, part)): Path<(Id, Id)>, form: Form<ReasonForm>) -> Reply {
    HOLD.post(&ctx, CorrectionTarget::entry(id, (&RESTRICTION, part)), form).await
}

/// `POST /api/persons/{id}/entrustments/{entrustment}/resume`
pub async fn api_resume_entrustment(
    ctx: Ctx,
    Path((id, part)): Path<(Id, Id)>,
    Seen(seen): Seen,
    form: Form<ReasonForm>,
) -> Result<Shown<IdBody>> {
    RESUME.run(&ctx, CorrectionTarget::entry(id, (&ENTRUSTMENT, part)), &form.input, seen).await
}

/// `POST /api/persons/{id}/restrictions/{restriction}/resume`
pub async fn api_resume_restriction(
    ctx: Ctx,
    Path((id, part)): Path<(Id, Id)>,
    Seen(seen): Seen,
    form: Form<ReasonForm>,
) -> Result<Shown<IdBody>> {
    HOLD.run(&ctx, CorrectionTarget::entry(id, (&RESTRICTION, part)), &form.input, seen).await
}
