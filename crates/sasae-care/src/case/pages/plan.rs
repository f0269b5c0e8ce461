//! The pages of a plan and its goals.

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{Markup, html};
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;

use super::super::entry::Entry;
use super::super::model::{GOALS, GoalForm, GoalState, LINE, PlanForm, REMARK};
use super::super::store::{self, Goal, Plan};
use super::show_parts::{goal_list, judge_buttons};
use super::{CaseForm, DoneQuery, Opened, conflict, correct, load, load_for, open_for, texts, which};
use crate::access::Act;
use crate::ctx::Ctx;
use crate::draft;
use crate::error::Error;
use crate::web::ui::field::field_id;
use crate::web::ui::form::{DATE, date_field, hidden, long_field};
use crate::web::ui::parts::{SideBySide, compare, date_pair};
use crate::web::{Faults, Form, Page, Reply, Step};

/// Rows of goals in sight; further ones are folded away.
const ROWS: usize = 3;

fn key_of(case: Id) -> String {
    format!("case:{case}:plan")
}

/// `GET /cases/{id}/plans/new`
pub async fn show_new(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = open_for(&ctx, &mut read, id, Act::EDIT).await?;
    let kept: Option<(PlanForm, String)> = draft::find(&ctx, &mut read, &key_of(id)).await?;
    let last = store::list_plans(&ctx, &mut read, id).await?.into_iter().next();
    let goals = match &last {
        Some(plan) => store::list_goals(&ctx, &mut read, plan.id).await?,
        None => Vec::new(),
    };
    drop(read);
    let (form, kept_at) = match kept {
        Some((form, at)) => (form, Some(at)),
        None => (start(&ctx, last, &goals)?, None),
    };
    Ok(page(&ctx, &opened, &form, kept_at.as_deref(), &Faults::default()))
}

/// A new plan goes on from the last one: its aim, and the goals still under way.
fn start(ctx: &Ctx, last: Option<Plan>, goals: &[Goal]) -> crate::error::Result<PlanForm> {
    let review_on = ctx.lang().date(ctx.due("plan_review", ctx.today())?);
    let Some(last) = last else { return Ok(PlanForm { review_on, ..PlanForm::default() }) };
    let open: Vec<&Goal> = goals.iter().filter(|goal| goal.state == GoalState::Open).collect();
    // A due date that has passed is asked for again.
    let due = |goal: &&Goal| {
        goal.due_on.filter(|due| *due >= ctx.today()).map(|due| ctx.lang().date(due)).unwrap_or_default()
    };
    Ok(PlanForm {
        aim: last.aim,
        wish: last.wish,
        agreed_on: String::new(),
        review_on,
        goal: open.iter().map(|goal| goal.goal.clone()).collect(),
        step: open.iter().map(|goal| goal.step.clone()).collect(),
        who: open.iter().map(|goal| goal.who.clone()).collect(),
        due: open.iter().map(due).collect(),
        goal_id: Vec::new(),
    })
}

/// The fields of a plan.
pub(super) fn fields(ctx: &Ctx, form: &PlanForm, faults: &Faults) -> Markup {
    let lang = ctx.lang();
    let error = |name: &str| faults.get(name, lang);
    let more = (ROWS..form.rows()).any(|at| form.row(at).iter().any(|text| !text.is_empty()));
    html! {
        (long_field(lang, "aim", lang.t("めざすこと", "Aim")).value(&form.aim).maxlength(REMARK).rows(2).required()
            .hint(lang.t("支援で、どんな暮らしにしたいか", "What life is to be like")).error(error("aim")))
        (long_field(lang, "wish", lang.t("本人の希望（本人のことばで）", "What the person wishes (in their words)")).value(&form.wish).maxlength(REMARK).rows(2).error(error("wish")))
        @for at in 0..ROWS { (row(ctx, form, at, faults)) }
        details open[more] {
            summary { (lang.t("目標をもっと書く", "More goals")) }
            @for at in ROWS..GOALS.max(form.rows()) { (row(ctx, form, at, faults)) }
        }
        (date_field(lang, "agreed_on", lang.t("本人と合意した日", "Agreed with the person on")).value(&form.agreed_on)
            .hint(lang.t("まだのときは空けておきます", "Leave open while it is not agreed")).error(error("agreed_on")))
        (date_field(lang, "review_on", lang.t("計画を見直す日", "To be reviewed on")).value(&form.review_on).required().error(error("review_on")))
    }
}

fn page(ctx: &Ctx, opened: &Opened, form: &PlanForm, kept_at: Option<&str>, faults: &Faults) -> Response {
    let lang = ctx.lang();
    let key = key_of(opened.case.id);
    let page = CaseForm {
        title: lang.t("計画を立てる", "Make the plan"),
        action: format!("/cases/{}/plans", opened.case.id),
        submit: lang.t("保存する", "Save"),
        consequence: lang.t(
            "いまの計画になります。前の計画は残ります。見直す日が主担当の「今日」に出ます。",
            "It becomes the present plan; earlier ones are kept. The review shows on the lead's page “Today”.",
        ),
        draft: Some((&key, kept_at)),
        revision: None,
        body: fields(ctx, form, faults),
    };
    page.page(ctx, opened, faults)
}

/// A goal's row. The names repeat from row to row, so each input has an id of its own.
fn row(ctx: &Ctx, form: &PlanForm, at: usize, faults: &Faults) -> Markup {
    let lang = ctx.lang();
    let [goal, step, who, due] = form.row(at);
    let cells = [
        ("goal", lang.t("目標", "Goal"), goal, LINE),
        ("step", lang.t("すること", "Step"), step, LINE),
        ("who", lang.t("だれが", "Who"), who, LINE),
        ("due", lang.t("いつまでに", "Until when"), due, DATE),
    ];
    html! {
        fieldset class="field goal-row" {
            legend class="label" { (lang.t("目標", "Goal")) " " (at + 1) }
            @if !form.goal_id.is_empty() { (hidden("goal_id", form.goal_id(at))) }
            @for (name, label, value, most) in cells {
                @let key = format!("{name}-{at}");
                @let id = field_id(&key);
                @let error = faults.get(&key, lang);
                div class="field" data-invalid=[error.map(|_| "true")] {
                    label for=(id) { (label) }
                    @if let Some(error) = error { p class="error" id={ (id) "-error" } { span class="error-word" { (lang.t("誤り：", "Error: ")) } (error) } }
                    input class="line" type="text" id=(id) name=(name) value=(value) maxlength=(most) autocomplete="off"
                        aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| format!("{id}-error"))];
                }
            }
        }
    }
}

/// `POST /cases/{id}/plans`
pub async fn make(ctx: Ctx, Path(id): Path<Id>, form: Form<PlanForm>) -> Reply {
    Step::new(&ctx)
        .kept(&form.sent, &key_of(id), &format!("/cases/{id}/plans/new"))
        .run(
            async |work| {
                super::super::make_plan(&ctx, work, id, &form.input).await?;
                Ok(format!("/cases/{id}?done=planned"))
            },
            async |faults| {
                let mut read = ctx.read().await?;
                let opened = load(&ctx, &mut read, id).await?;
                drop(read);
                Ok(page(&ctx, &opened, &form.input, None, &faults))
            },
        )
        .await
}

/// `GET /cases/{id}/plans/{record}`
pub async fn show(ctx: Ctx, Path((id, record)): Path<(Id, Id)>, Query(query): Query<DoneQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let opened = load_for(&ctx, &mut read, id, correct::ACTS).await?;
    let plan = store::get_plan(&ctx, &mut read, id, record).await?;
    let goals = store::list_goals(&ctx, &mut read, plan.id).await?;
    let (above, below) = correct::mending(&ctx, &mut read, &opened, Entry::Plan, record).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("計画", "Plan");
    let main = html! {
        h1 { (title) }
        (which(lang, &opened.case))
        (above)
        p { (date_pair(tokyo_date(plan.created_at), lang)) " " (plan.staff_name) }
        (texts(&[(lang.t("めざすこと", "Aim"), &plan.aim), (lang.t("本人の希望", "What the person wishes"), &plan.wish)]))
        @if let Some(on) = plan.agreed_on { p { (lang.t("本人と合意した日：", "Agreed with the person on ")) (date_pair(on, lang)) } }
        p { (lang.t("見直す日：", "To be reviewed on ")) (date_pair(plan.review_on, lang)) }
        (goal_list(&ctx, id, &goals, false))
        (below)
    };
    Ok(Page::new(title, main).why(opened.sight.why).flash(correct::flash(lang, &query.done, &query.to)).reply(&ctx))
}

/// `POST /cases/{id}/goals/{goal}`
pub async fn judge(ctx: Ctx, Path((id, goal)): Path<(Id, Id)>, form: Form<GoalForm>) -> Reply {
    let seen = form.seen()?;
    Step::new(&ctx)
        .run(
            async |work| {
                super::super::judge_goal(&ctx, work, id, goal, &form.input, seen).await?;
                Ok(format!("/cases/{id}?done=goal"))
            },
            async |faults| {
                let faults = faults.or_refusal()?;
                if !faults.is_stale() {
                    return Err(Error::Invalid(faults.fields));
                }
                let mut read = ctx.read().await?;
                let saved = store::get_goal(&ctx, &mut read, id, goal).await?;
                drop(read);
                let lang = ctx.lang();
                let chosen = GoalState::ALL.iter().find(|state| state.code() == form.input.state);
                let row = SideBySide {
                    label: &saved.goal,
                    yours: chosen.map_or("", |state| state.words().get(lang)),
                    theirs: saved.state.words().get(lang),
                };
                let both = html! { (compare(lang, "", &[row])) (judge_buttons(&ctx, id, &saved)) };
                Ok(conflict(&ctx, id, &both))
            },
        )
        .await
}
