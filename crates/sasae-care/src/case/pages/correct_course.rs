//! The pages on which assessments, plans and monitorings are corrected. Each says what will change
//! before it is done.

use axum::extract::Path;
use maud::{Markup, html};
use sasae_core::id::Id;

use super::super::correct_course;
use super::super::entry::{self, Entry};
use super::super::model::{AssessmentForm, MonitoringForm, OWN_FIELDS, PlanForm};
use super::super::store;
use super::correct::{ACTS, entry_page, step};
use super::{assessment, load_for, monitoring, plan, which};
use crate::correction::ReasonForm;
use crate::correction::pages::reason_field;
use crate::ctx::Ctx;
use crate::lang::{Lang, Words};
use crate::web::ui::parts::{SideBySide, compare};
use crate::web::{Faults, Form, Pairs, Reply};

const VERB: Words = Words("訂正する", "Correct it");
const ASSESSMENT: (Words, Words, &str) = (Words("アセスメントを訂正する", "Correct an assessment"), VERB, "corrected");
const PLAN: (Words, Words, &str) = (Words("計画を訂正する", "Correct a plan"), VERB, "corrected");
const MONITORING: (Words, Words, &str) = (Words("モニタリングを訂正する", "Correct a monitoring"), VERB, "corrected");

fn reason_of(sent: &Pairs) -> ReasonForm {
    ReasonForm { reason: sent.one("reason").to_owned() }
}

/// The form of an entry: `fields` with the reason below.
async fn page(
    ctx: &Ctx,
    (case, entry, id): (Id, Entry, Id),
    words: (Words, Words, &'static str),
    (fields, both): (Markup, Markup),
    reason: &str,
    faults: &Faults,
) -> Reply {
    let mut read = ctx.read().await?;
    let opened = load_for(ctx, &mut read, case, ACTS).await?;
    let row = entry::get_standing(ctx, &mut read, case, entry, id).await?;
    drop(read);
    let body = html! { (fields) (reason_field(ctx.lang(), reason, &faults.fields)) };
    let page = entry_page(case, entry, id);
    let action = format!("{page}/correct");
    let step = step(ctx, case, words, (&page, &action, &page));
    let said = which(ctx.lang(), &opened.case);
    Ok(step.form((row.revision, &opened.sight.why), &said, &body, &both, faults))
}

fn sides(lang: Lang, rows: &[(&str, &str, &str)]) -> Markup {
    let rows: Vec<SideBySide<'_>> =
        rows.iter().map(|(label, yours, theirs)| SideBySide { label, yours, theirs }).collect();
    compare(lang, "", &rows)
}

async fn assessment_page(
    ctx: &Ctx,
    (case, id): (Id, Id),
    typed: Option<&AssessmentForm>,
    reason: &str,
    faults: &Faults,
) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    entry::get_standing(ctx, &mut read, case, Entry::Assessment, id).await?;
    let one = store::get_assessment(ctx, &mut read, case, id).await?;
    drop(read);
    let standing = AssessmentForm {
        assessed_on: lang.date(one.assessed_on),
        extra: Some(OWN_FIELDS.seen(ctx, &one.extra)),
        situation: one.situation,
        strengths: one.strengths,
        risks: one.risks,
        needs: one.needs,
    };
    let form = typed.unwrap_or(&standing);
    let both = sides(
        lang,
        &[
            (lang.t("確かめた日", "Date"), &form.assessed_on, &standing.assessed_on),
            (lang.t("いまのようす", "How things stand"), &form.situation, &standing.situation),
            (lang.t("本人・世帯の力、好きなこと", "Strengths"), &form.strengths, &standing.strengths),
            (lang.t("心配なこと・危ないこと", "Risks"), &form.risks, &standing.risks),
            (lang.t("必要なこと", "What is needed"), &form.needs, &standing.needs),
        ],
    );
    let fields = assessment::fields(ctx, form, faults);
    page(ctx, (case, Entry::Assessment, id), ASSESSMENT, (fields, both), reason, faults).await
}

/// `GET /cases/{id}/assessments/{record}/correct`
pub async fn show_assessment(ctx: Ctx, Path((id, record)): Path<(Id, Id)>) -> Reply {
    assessment_page(&ctx, (id, record), None, "", &Faults::default()).await
}

/// `POST /cases/{id}/assessments/{record}/correct`
pub async fn correct_assessment(ctx: Ctx, Path((id, record)): Path<(Id, Id)>, form: Form<AssessmentForm>) -> Reply {
    let seen = form.seen()?;
    let reason = reason_of(&form.sent);
    let page = entry_page(id, Entry::Assessment, record);
    step(&ctx, id, ASSESSMENT, (&page, &format!("{page}/correct"), &page))
        .post(
            &form.sent,
            seen,
            async |work| correct_course::correct_assessment(&ctx, work, (id, record), &form.input, &reason, seen).await,
            async |faults| assessment_page(&ctx, (id, record), Some(&form.input), &reason.reason, &faults).await,
        )
        .await
}

async fn plan_page(ctx: &Ctx, (case, id): (Id, Id), typed: Option<&PlanForm>, reason: &str, faults: &Faults) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    entry::get_standing(ctx, &mut read, case, Entry::Plan, id).await?;
    let one = store::get_plan(ctx, &mut read, case, id).await?;
    let goals = store::list_goals(ctx, &mut read, id).await?;
    drop(read);
    let standing = PlanForm {
        aim: one.aim,
        wish: one.wish,
        agreed_on: one.agreed_on.map(|on| lang.date(on)).unwrap_or_default(),
        review_on: lang.date(one.review_on),
        goal: goals.iter().map(|goal| goal.goal.clone()).collect(),
        step: goals.iter().map(|goal| goal.step.clone()).collect(),
        who: goals.iter().map(|goal| goal.who.clone()).collect(),
        due: goals.iter().map(|goal| goal.due_on.map(|on| lang.date(on)).unwrap_or_default()).collect(),
        goal_id: goals.iter().map(|goal| goal.id.to_string()).collect(),
    };
    let form = typed.unwrap_or(&standing);
    let goals_of = |form: &PlanForm| {
        let rows = (0..form.rows()).map(|at| form.row(at).join(" ").trim().to_owned());
        rows.filter(|row| !row.is_empty()).collect::<Vec<String>>().join("\n")
    };
    let both = sides(
        lang,
        &[
            (lang.t("めざすこと", "Aim"), &form.aim, &standing.aim),
            (lang.t("本人の希望", "What the person wishes"), &form.wish, &standing.wish),
            (lang.t("本人と合意した日", "Agreed with the person on"), &form.agreed_on, &standing.agreed_on),
            (lang.t("計画を見直す日", "To be reviewed on"), &form.review_on, &standing.review_on),
            (lang.t("目標", "Goals"), &goals_of(form), &goals_of(&standing)),
        ],
    );
    let fields = plan::fields(ctx, form, faults);
    page(ctx, (case, Entry::Plan, id), PLAN, (fields, both), reason, faults).await
}

/// `GET /cases/{id}/plans/{record}/correct`
pub async fn show_plan(ctx: Ctx, Path((id, record)): Path<(Id, Id)>) -> Reply {
    plan_page(&ctx, (id, record), None, "", &Faults::default()).await
}

/// `POST /cases/{id}/plans/{record}/correct`
pub async fn correct_plan(ctx: Ctx, Path((id, record)): Path<(Id, Id)>, form: Form<PlanForm>) -> Reply {
    let seen = form.seen()?;
    let reason = reason_of(&form.sent);
    let page = entry_page(id, Entry::Plan, record);
    step(&ctx, id, PLAN, (&page, &format!("{page}/correct"), &page))
        .post(
            &form.sent,
            seen,
            async |work| correct_course::correct_plan(&ctx, work, (id, record), &form.input, &reason, seen).await,
            async |faults| plan_page(&ctx, (id, record), Some(&form.input), &reason.reason, &faults).await,
        )
        .await
}

async fn monitoring_page(
    ctx: &Ctx,
    (case, id): (Id, Id),
    typed: Option<&MonitoringForm>,
    reason: &str,
    faults: &Faults,
) -> Reply {
    let lang = ctx.lang();
    let mut read = ctx.read().await?;
    entry::get_standing(ctx, &mut read, case, Entry::Monitoring, id).await?;
    let one = store::get_monitoring(ctx, &mut read, case, id).await?;
    drop(read);
    let standing = MonitoringForm {
        monitored_on: lang.date(one.monitored_on),
        findings: one.findings,
        verdict: one.verdict,
        review_on: one.review_on.map(|on| lang.date(on)).unwrap_or_default(),
    };
    let form = typed.unwrap_or(&standing);
    let words = |form: &MonitoringForm| monitoring::verdict(lang, &form.verdict);
    let both = sides(
        lang,
        &[
            (lang.t("確かめた日", "Date"), &form.monitored_on, &standing.monitored_on),
            (lang.t("わかったこと", "What was found"), &form.findings, &standing.findings),
            (lang.t("これからどうするか", "What now"), words(form), words(&standing)),
            (lang.t("次に見直す日", "Next review on"), &form.review_on, &standing.review_on),
        ],
    );
    let fields = monitoring::fields(ctx, form, faults);
    page(ctx, (case, Entry::Monitoring, id), MONITORING, (fields, both), reason, faults).await
}

/// `GET /cases/{id}/monitoring/{record}/correct`
pub async fn show_monitoring(ctx: Ctx, Path((id, record)): Path<(Id, Id)>) -> Reply {
    monitoring_page(&ctx, (id, record), None, "", &Faults::default()).await
}

/// `POST /cases/{id}/monitoring/{record}/correct`
pub async fn correct_monitoring(ctx: Ctx, Path((id, record)): Path<(Id, Id)>, form: Form<MonitoringForm>) -> Reply {
    let seen = form.seen()?;
    let reason = reason_of(&form.sent);
    let page = entry_page(id, Entry::Monitoring, record);
    step(&ctx, id, MONITORING, (&page, &format!("{page}/correct"), &page))
        .post(
            &form.sent,
            seen,
            async |work| correct_course::correct_monitoring(&ctx, work, (id, record), &form.input, &reason, seen).await,
            async |faults| monitoring_page(&ctx, (id, record), Some(&form.input), &reason.reason, &faults).await,
        )
        .await
}
