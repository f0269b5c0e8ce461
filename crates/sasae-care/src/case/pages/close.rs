//! Closing a case.

use axum::extract::{Path, Query};
use maud::{Markup, html};
use sasae_core::id::Id;
use serde::Deserialize;

use super::super::model::{CloseForm, REMARK, TEXT};
use super::{CaseForm, Opened, choices, conflict, load, open_for};
use crate::access;
use crate::case::{CASE, CLOSE};
use crate::ctx::Ctx;
use crate::draft;
use crate::web::ui::form::{choice_field, date_field, long_field};
use crate::web::ui::parts::{SideBySide, compare};
use crate::web::{Faults, Form, Reply, Step};

fn key_of(case: Id) -> String {
    format!("case:{case}:close")
}

/// How the case ends, where another page has said so: `death`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CloseQuery {
    outcome: String,
}

/// `GET /cases/{id}/close`
pub async fn show(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<CloseQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = open_for(&ctx, &mut read, id, CLOSE).await?;
    let key = key_of(id);
    let kept: Option<(CloseForm, String)> = draft::find(&ctx, &mut read, &key).await?;
    drop(read);
    let (form, kept_at) = match kept {
        Some((form, at)) => (form, Some(at)),
        None => {
            let (closed_on, outcome) = (ctx.lang().date(ctx.today()), query.outcome);
            (CloseForm { closed_on, outcome, ..CloseForm::default() }, None)
        }
    };
    let faults = Faults::default();
    Ok(form_of(&ctx, &opened, &form, (&key, kept_at.as_deref()), &faults).page(&ctx, &opened, &faults))
}

fn form_of<'a>(
    ctx: &Ctx,
    opened: &Opened,
    form: &CloseForm,
    draft: (&'a str, Option<&'a str>),
    faults: &Faults,
) -> CaseForm<'a> {
    let lang = ctx.lang();
    let error = |name: &str| faults.get(name, lang);
    let body = html! {
        (date_field(lang, "closed_on", lang.t("終わった日", "Last day")).value(&form.closed_on).required().error(error("closed_on")))
        (choice_field(lang, "outcome", lang.t("どう終わりましたか", "How did it end?"), choices(ctx, "closing_outcome")).value(&form.outcome).required().error(error("outcome")))
        (long_field(lang, "note", lang.t("終わりのようす（職員だけに見えます）", "How it ended (staff only)")).value(&form.note).maxlength(TEXT).rows(4).error(error("note")))
        @if opened.case.consultation_id.is_some() {
            (long_field(lang, "answer", lang.t("はじめに知らせた人への返事", "Answer to whoever noticed first")).value(&form.answer).maxlength(REMARK).rows(2)
                .hint(lang.t("名前・病気・結果のくわしいことは書かないでください。空けておくと「必要な対応を終えました」と届きます。", "No names, nothing about health or details. Left open, a plain sentence says that it was seen through.")).error(error("answer")))
        }
    };
    CaseForm {
        title: lang.t("支援を終える", "Close the case"),
        action: format!("/cases/{}/close", opened.case.id),
        submit: lang.t("終える", "Close"),
        consequence: lang.t(
            "チームの役割はこの日で終わり、あとから書き足せなくなります。記録は残り、区域の担当者は読めます。",
            "The team's roles end on that day and nothing more can be added. The record stays readable to those in charge of the area.",
        ),
        draft: Some(draft),
        revision: Some(opened.case.revision),
        body,
    }
}

/// `POST /cases/{id}/close`
pub async fn close(ctx: Ctx, Path(id): Path<Id>, form: Form<CloseForm>) -> Reply {
    // A draft is kept whatever revision was seen.
    let seen = if form.draft() { 0 } else { form.seen()? };
    let key = key_of(id);
    Step::new(&ctx)
        .kept(&form.sent, &key, &format!("/cases/{id}/close"))
        .run(
            async |work| {
                super::super::close(&ctx, work, id, &form.input, seen).await?;
                let sees = access::can_see(&ctx, work, &CASE, id).await?;
                Ok(if sees { format!("/cases/{id}?done=closed") } else { "/cases?done=closed".to_owned() })
            },
            async |faults| {
                let mut read = ctx.read().await?;
                let opened = load(&ctx, &mut read, id).await?;
                drop(read);
                let again = form_of(&ctx, &opened, &form.input, (&key, None), &faults);
                if faults.is_stale() {
                    let both = html! { (both_sides(&ctx, &opened, &form.input)) (again.shell(&ctx, id)) };
                    return Ok(conflict(&ctx, id, &both));
                }
                Ok(again.page(&ctx, &opened, &faults))
            },
        )
        .await
}

/// The end that was typed beside the case as it stands after somebody else saved.
fn both_sides(ctx: &Ctx, opened: &Opened, form: &CloseForm) -> Markup {
    let lang = ctx.lang();
    let review = opened.case.review_on.map(|on| lang.date(on)).unwrap_or_default();
    let rows = [
        SideBySide {
            label: lang.t("どう終わりましたか", "How did it end?"),
            yours: ctx.profile().label("closing_outcome", &form.outcome, lang),
            theirs: lang.t("続いています", "It goes on"),
        },
        SideBySide { label: lang.t("主担当", "Lead"), yours: "", theirs: &opened.case.lead_name },
        SideBySide { label: lang.t("計画を見直す日", "To be reviewed on"), yours: "", theirs: &review },
    ];
    compare(lang, "", &rows)
}
