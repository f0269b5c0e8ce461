//! The pages of a monitoring.

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{Markup, html};
use sasae_core::id::Id;

use super::super::entry::Entry;
use super::super::model::{MonitoringForm, TEXT, VERDICTS};
use super::super::store::{self, Goal};
use super::show_parts::goal_list;
use super::{CaseForm, DoneQuery, Opened, correct, load, load_for, open_for, texts, which};
use crate::access::Act;
use crate::ctx::Ctx;
use crate::draft;
use crate::error::Result;
use crate::lang::Lang;
use crate::web::ui::form::{Choice, choice_field, date_field, long_field};
use crate::web::ui::parts::{Tone, chip, date_pair};
use crate::web::{Faults, Form, Page, Reply, Step};

/// What a verdict is called.
pub(in crate::case) fn verdict(lang: Lang, code: &str) -> &'static str {
    match code {
        "replan" => lang.t("計画を見直す", "Change the plan"),
        "end" => lang.t("終わりに向かう", "Bring it to an end"),
        _ => lang.t("このまま続ける", "Go on as planned"),
    }
}

fn key_of(case: Id) -> String {
    format!("case:{case}:monitoring")
}

async fn goals(ctx: &Ctx, conn: &mut sasae_db::Conn, case: Id) -> Result<Vec<Goal>> {
    match store::list_plans(ctx, conn, case).await?.first() {
        Some(plan) => store::list_goals(ctx, conn, plan.id).await,
        None => Ok(Vec::new()),
    }
}

/// `GET /cases/{id}/monitoring/new`
pub async fn show_new(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = open_for(&ctx, &mut read, id, Act::EDIT).await?;
    let goals = goals(&ctx, &mut read, id).await?;
    let kept: Option<(MonitoringForm, String)> = draft::find(&ctx, &mut read, &key_of(id)).await?;
    drop(read);
    let (form, kept_at) = match kept {
        Some((form, at)) => (form, Some(at)),
        None => {
            let next = ctx.due("plan_review", ctx.today())?;
            let start = MonitoringForm {
                monitored_on: ctx.lang().date(ctx.today()),
                review_on: ctx.lang().date(next),
                ..MonitoringForm::default()
            };
            (start, None)
        }
    };
    Ok(page(&ctx, &opened, &goals, &form, kept_at.as_deref(), &Faults::default()))
}

/// The fields of a monitoring.
pub(super) fn fields(ctx: &Ctx, form: &MonitoringForm, faults: &Faults) -> Markup {
    let lang = ctx.lang();
    let error = |name: &str| faults.get(name, lang);
    let verdicts = VERDICTS.iter().map(|code| Choice::new(*code, verdict(lang, code))).collect();
    html! {
        (date_field(lang, "monitored_on", lang.t("確かめた日", "Date")).value(&form.monitored_on).required().error(error("monitored_on")))
        (long_field(lang, "findings", lang.t("わかったこと", "What was found")).value(&form.findings).maxlength(TEXT).rows(5).required()
            .hint(lang.t("目標に近づいたか、本人はどう言っているか", "Whether the goals are nearer, and what the person says")).error(error("findings")))
        (choice_field(lang, "verdict", lang.t("これからどうするか", "What now"), verdicts).value(&form.verdict).required().error(error("verdict")))
        (date_field(lang, "review_on", lang.t("次に見直す日", "Next review on")).value(&form.review_on)
            .hint(lang.t("終わりに向かうときは、空けてもかまいません", "May be left open when it comes to an end")).error(error("review_on")))
    }
}

fn page(
    ctx: &Ctx,
    opened: &Opened,
    goals: &[Goal],
    form: &MonitoringForm,
    kept_at: Option<&str>,
    faults: &Faults,
) -> Response {
    let lang = ctx.lang();
    let key = key_of(opened.case.id);
    let body = html! {
        @if !goals.is_empty() {
            details open {
                summary { (lang.t("いまの目標", "Goals of the plan")) }
                (goal_list(ctx, opened.case.id, goals, false))
            }
        }
        (fields(ctx, form, faults))
    };
    let page = CaseForm {
        title: lang.t("モニタリングを書く", "Write a monitoring"),
        action: format!("/cases/{}/monitoring", opened.case.id),
        submit: lang.t("保存する", "Save"),
        consequence: lang
            .t("次に見直す日が、主担当の「今日」に出ます。", "The next review shows on the lead's page “Today”."),
        draft: Some((&key, kept_at)),
        revision: None,
        body,
    };
    page.page(ctx, opened, faults)
}

/// `POST /cases/{id}/monitoring`
pub async fn monitor(ctx: Ctx, Path(id): Path<Id>, form: Form<MonitoringForm>) -> Reply {
    Step::new(&ctx)
        .kept(&form.sent, &key_of(id), &format!("/cases/{id}/monitoring/new"))
        .run(
            async |work| {
                super::super::monitor(&ctx, work, id, &form.input).await?;
                Ok(format!("/cases/{id}?done=monitored"))
            },
            async |faults| {
                let mut read = ctx.read().await?;
                let opened = load(&ctx, &mut read, id).await?;
                let goals = goals(&ctx, &mut read, id).await?;
                drop(read);
                Ok(page(&ctx, &opened, &goals, &form.input, None, &faults))
            },
        )
        .await
}

/// `GET /cases/{id}/monitoring/{record}`
pub async fn show(ctx: Ctx, Path((id, record)): Path<(Id, Id)>, Query(query): Query<DoneQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = load_for(&ctx, &mut read, id, correct::ACTS).await?;
    let one = store::get_monitoring(&ctx, &mut read, id, record).await?;
    let (above, below) = correct::mending(&ctx, &mut read, &opened, Entry::Monitoring, record).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("モニタリング", "Monitoring");
    let main = html! {
        h1 { (title) }
        (which(lang, &opened.case))
        (above)
        p { (date_pair(one.monitored_on, lang)) " " (one.staff_name) " " (chip(Tone::Info, verdict(lang, &one.verdict))) }
        (texts(&[(lang.t("わかったこと", "What was found"), &one.findings)]))
        @if let Some(on) = one.review_on { p { (lang.t("次に見直す日：", "Next review: ")) (date_pair(on, lang)) } }
        (below)
    };
    Ok(Page::new(title, main).why(opened.sight.why).flash(correct::flash(lang, &query.done, &query.to)).reply(&ctx))
}
