//! The pages on which a consultation is put right. Each says what will change before it is done.

use axum::extract::Path;
use maud::html;
use sasae_core::id::Id;

use super::form::{self, Intake};
use super::model::IntakeForm;
use super::{CONSULTATION, OWN_FIELDS, correct, store};
use crate::access::{self, Act};
use crate::correction::pages::{reason_field, searches};
use crate::correction::step::{CorrectionTarget, FormStep, ReasonStep, TargetSummary};
use crate::correction::{self, ReasonForm};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::{Lang, Words};
use crate::web::ui::parts::Flash;
use crate::web::{Faults, Form, Reply};

/// What is said after a step, on the consultation or on the list.
pub(super) fn flash(lang: Lang, done: &str) -> Option<Flash> {
    const TAKEN_BACK: Words =
        Words("結果の決定を取り消しました。もう一度決めてください。", "Taken back. Please settle it again.");
    correction::flash(lang, done, &[("taken-back", TAKEN_BACK)])
}

fn page(target: CorrectionTarget) -> String {
    format!("/consultations/{}", target.record)
}

/// What is put right, where the step fits it.
async fn shown(
    ctx: &Ctx,
    conn: &mut sasae_db::Conn,
    id: Id,
    fits: fn(&store::Consultation) -> Result<()>,
) -> Result<TargetSummary> {
    let it = store::get(ctx, conn, id).await?;
    fits(&it)?;
    let lang = ctx.lang();
    let said = html! {
        p { (it.person_name.as_deref().unwrap_or_default()) " " (lang.date(it.received_on)) " " (it.area_name) }
        p class="lines" { (it.what) }
    };
    Ok(TargetSummary { revision: it.revision, said })
}

/// Strikes a consultation out.
pub(super) static STRIKE: ReasonStep = ReasonStep {
    kind: &CONSULTATION,
    act: Act::CORRECT,
    page,
    action: |target| format!("{}/strike", page(target)),
    list: "/consultations",
    title: Words("相談を取り消す", "Strike a consultation out"),
    verb: Words("取り消す", "Strike it out"),
    done: "struck",
    show: |ctx, conn, target| Box::pin(shown(ctx, conn, target.record, correct::require_open_to_strike)),
    take: |ctx, work, target, form, seen| Box::pin(correct::strike_out(ctx, work, target.record, form, seen)),
};

/// Restores one that was struck out.
pub(super) static RESTORE: ReasonStep = ReasonStep {
    kind: &CONSULTATION,
    act: Act::CORRECT,
    page,
    action: |target| format!("{}/restore", page(target)),
    list: "/consultations",
    title: Words("取り消した相談を元にもどす", "Restore a consultation"),
    verb: Words("元にもどす", "Restore it"),
    done: "restored",
    show: |ctx, conn, target| {
        Box::pin(async move {
            let it = store::get(ctx, conn, target.record).await?;
            correct::require_restorable(ctx, conn, &it).await?;
            shown(ctx, conn, target.record, correct::require_struck).await
        })
    },
    take: |ctx, work, target, form, seen| Box::pin(correct::restore(ctx, work, target.record, form, seen)),
};

/// Takes an outcome back.
pub(super) static TAKE_BACK: ReasonStep = ReasonStep {
    kind: &CONSULTATION,
    act: Act::CORRECT,
    page,
    action: |target| format!("{}/take-back", page(target)),
    list: "/consultations",
    title: Words("相談の結果の決定を取り消す", "Take an outcome back"),
    verb: Words("決定を取り消す", "Take it back"),
    done: "taken-back",
    show: |ctx, conn, target| Box::pin(shown(ctx, conn, target.record, correct::require_settled)),
    take: |ctx, work, target, form, seen| Box::pin(correct::take_back(ctx, work, target.record, form, seen)),
};

/// `GET /consultations/{id}/strike`
pub async fn show_strike(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    STRIKE.form(&ctx, CorrectionTarget::of(&CONSULTATION, id)).await
}

/// `POST /consultations/{id}/strike`
pub async fn strike(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    STRIKE.post(&ctx, CorrectionTarget::of(&CONSULTATION, id), form).await
}

/// `GET /consultations/{id}/restore`
pub async fn show_restore(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    RESTORE.form(&ctx, CorrectionTarget::of(&CONSULTATION, id)).await
}

/// `POST /consultations/{id}/restore`
pub async fn restore(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    RESTORE.post(&ctx, CorrectionTarget::of(&CONSULTATION, id), form).await
}

/// `GET /consultations/{id}/take-back`
pub async fn show_take_back(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    TAKE_BACK.form(&ctx, CorrectionTarget::of(&CONSULTATION, id)).await
}

/// `POST /consultations/{id}/take-back`
pub async fn take_back(ctx: Ctx, Path(id): Path<Id>, form: Form<ReasonForm>) -> Reply {
    TAKE_BACK.post(&ctx, CorrectionTarget::of(&CONSULTATION, id), form).await
}

fn step<'a>(ctx: &'a Ctx, id: Id, page: &'a str, action: &'a str) -> FormStep<'a> {
    FormStep {
        ctx,
        record: (&CONSULTATION, id),
        title: Words("相談を訂正する", "Correct a consultation"),
        verb: Words("訂正する", "Correct it"),
        action,
        page,
        after: page,
        list: "/consultations",
        done: "corrected",
    }
}

/// `GET /consultations/{id}/correct`
pub async fn show_correct(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    access::require(&ctx, &mut read, &CONSULTATION, id, Act::CORRECT).await?;
    let it = store::get(&ctx, &mut read, id).await?;
    correct::require_standing(&it)?;
    let problems = store::list_problems(&ctx, &mut read, id).await?;
    drop(read);
    let form = IntakeForm::of(&it, problems, OWN_FIELDS.seen(&ctx, &it.extra), ctx.lang());
    let intake = Intake { form, ..Intake::default() };
    correct_page(&ctx, id, &intake, &ReasonForm::default(), &Faults::default()).await
}

/// `POST /consultations/{id}/correct`
pub async fn correct(ctx: Ctx, Path(id): Path<Id>, form: Form<IntakeForm>) -> Reply {
    let seen = form.seen()?;
    let sent = form.sent;
    let reason = ReasonForm { reason: sent.one("reason").to_owned() };
    let find = sent.one("find").to_owned();
    let intake = Intake { searched: searches(&sent), find, form: form.input, ..Intake::default() };
    let page = page(CorrectionTarget::of(&CONSULTATION, id));
    step(&ctx, id, &page, &format!("{page}/correct"))
        .post(
            &sent,
            seen,
            async |work| correct::correct(&ctx, work, id, &intake.form, &reason, seen).await,
            async |faults| correct_page(&ctx, id, &intake, &reason, &faults).await,
        )
        .await
}

async fn correct_page(ctx: &Ctx, id: Id, intake: &Intake, reason: &ReasonForm, faults: &Faults) -> Reply {
    let mut read = ctx.read().await?;
    let sight = access::sight(ctx, &mut read, &CONSULTATION, id, &[Act::CORRECT]).await?;
    sight.require(Act::CORRECT)?;
    let it = store::get(ctx, &mut read, id).await?;
    drop(read);
    let page = page(CorrectionTarget::of(&CONSULTATION, id));
    let action = format!("{page}/correct");
    let fields = form::correction_fields(ctx, intake, &it, &format!("{action}#who"), faults).await?;
    let body = html! { (fields) (reason_field(ctx.lang(), &reason.reason, &faults.fields)) };
    let both = form::both_sides(ctx, &intake.form, &it);
    let step = step(ctx, id, &page, &action);
    Ok(step.form((it.revision, &sight.why), &html! {}, &body, &both, faults))
}
