//! The course of a case: assessment, plan with goals, contacts, monitoring.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sasae_core::id::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{GOALS, GoalState, LINE, REMARK, TEXT, VERDICTS, coming, one_of};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::input::{Check, given};
use crate::own::{Extra, OwnFields};
use crate::profile::FormAt;

/// An assessment as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct AssessmentForm {
    /// On which day.
    pub assessed_on: String,
    /// How things stand; at most 4,000 characters, as the next three.
    pub situation: String,
    /// What the person and the household can do and like.
    pub strengths: String,
    /// Dangers.
    pub risks: String,
    /// What is needed.
    pub needs: String,
    /// Fields that the municipality asks for beyond these (#16, #37): `form.field` → values. Left out of a
    /// correction they stay as they are; an empty object clears them.
    pub extra: Option<BTreeMap<String, Vec<String>>>,
}

/// An assessment that passed its checks.
#[derive(Debug, Clone)]
pub struct NewAssessment {
    /// On which day.
    pub assessed_on: Date,
    /// How things stand.
    pub situation: String,
    /// Strengths.
    pub strengths: String,
    /// Dangers.
    pub risks: String,
    /// Needs.
    pub needs: String,
    /// The municipality's own fields, where they were sent.
    pub extra: Option<Extra>,
}

/// The municipality's own fields of an assessment (#16, #37).
pub const OWN_FIELDS: OwnFields = OwnFields::new(FormAt::Assessment, &["situation", "strengths", "risks", "needs"]);

/// Checks an assessment.
pub fn check_assessment(ctx: &Ctx, form: &AssessmentForm) -> Result<NewAssessment> {
    let mut check = Check::new(ctx);
    let assessed_on = check.past_date("assessed_on", &form.assessed_on);
    let situation = check.required("situation", &form.situation, TEXT);
    let strengths = check.text("strengths", &form.strengths, TEXT);
    let risks = check.text("risks", &form.risks, TEXT);
    let needs = check.text("needs", &form.needs, TEXT);
    // A client that knows the common fields alone is not asked for the municipality's own ones.
    let extra = form.extra.as_ref().map(|typed| OWN_FIELDS.check(ctx, &mut check, typed));
    check.done()?;
    Ok(NewAssessment { assessed_on: given(assessed_on)?, situation, strengths, risks, needs, extra })
}

/// A plan as it is typed: goals in rows, the same place in each list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct PlanForm {
    /// What the support is to reach; at most 1,000 characters.
    pub aim: String,
    /// What the person wishes, in their words; at most 1,000 characters.
    pub wish: String,
    /// When it was agreed with the person; empty while it is not.
    pub agreed_on: String,
    /// When it is looked at again.
    pub review_on: String,
    /// The goals; empty rows are left out.
    pub goal: Vec<String>,
    /// What is done for each.
    pub step: Vec<String>,
    /// Who does it.
    pub who: Vec<String>,
    /// Until when.
    pub due: Vec<String>,
    /// Which goal of the plan each row is, where a plan is corrected; empty for a new one.
    pub goal_id: Vec<String>,
}

impl PlanForm {
    /// How many rows of goals there are.
    pub fn rows(&self) -> usize {
        [&self.goal, &self.step, &self.who, &self.due].iter().map(|list| list.len()).max().unwrap_or(0)
    }

    /// Which goal of the plan a row is, where a plan is corrected.
    pub fn goal_id(&self, at: usize) -> &str {
        self.goal_id.get(at).map_or("", String::as_str)
    }

    /// One row: goal, step, who, due.
    pub fn row(&self, at: usize) -> [&str; 4] {
        [&self.goal, &self.step, &self.who, &self.due].map(|list| list.get(at).map_or("", String::as_str))
    }
}

/// A goal that passed its checks.
#[derive(Debug, Clone)]
pub struct NewGoal {
    /// The goal of the plan that it corrects.
    pub id: Option<Id>,
    /// What is to be reached.
    pub goal: String,
    /// What is done.
    pub step: String,
    /// By whom.
    pub who: String,
    /// Until when.
    pub due_on: Date,
}

/// A plan that passed its checks.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// What the support is to reach.
    pub aim: String,
    /// What the person wishes.
    pub wish: String,
    /// When it was agreed.
    pub agreed_on: Option<Date>,
    /// When it is looked at again.
    pub review_on: Date,
    /// Goals in order.
    pub goals: Vec<NewGoal>,
}

/// Checks a plan. The errors of a row are named `goal-0`, `who-0`, …
pub fn check_plan(ctx: &Ctx, form: &PlanForm) -> Result<NewPlan> {
    check_plan_again(ctx, form, &[])
}

/// Checks a plan that is corrected: the days that stand in it may have passed.
pub fn check_plan_again(ctx: &Ctx, form: &PlanForm, standing: &[Date]) -> Result<NewPlan> {
    let today = ctx.today();
    let mut check = Check::new(ctx);
    let aim = check.required("aim", &form.aim, REMARK);
    let wish = check.text("wish", &form.wish, REMARK);
    let agreed_on = match form.agreed_on.trim() {
        "" => None,
        text => check.past_date("agreed_on", text),
    };
    if form.review_on.trim().is_empty() {
        check.put("review_on", "次に見直す日を入れてください。", "Say when the plan is looked at again.");
    }
    let review_on = coming(&mut check, today, "review_on", &form.review_on, standing);
    let mut goals = Vec::new();
    for at in 0..form.rows() {
        let [goal, step, who, due] = form.row(at);
        if [goal, step, who, due].iter().all(|text| text.trim().is_empty()) {
            continue;
        }
        let goal = check.required(&format!("goal-{at}"), goal, LINE);
        let step = check.text(&format!("step-{at}"), step, LINE);
        let who = check.required(&format!("who-{at}"), who, LINE);
        let name = format!("due-{at}");
        if due.trim().is_empty() {
            check.put(&name, "いつまでかを入れてください。", "Say until when.");
        }
        if let Some(due_on) = coming(&mut check, today, &name, due, standing) {
            goals.push(NewGoal { id: form.goal_id(at).parse().ok(), goal, step, who, due_on });
        }
    }
    if form.rows() == 0 || (0..form.rows()).all(|at| form.row(at).iter().all(|text| text.trim().is_empty())) {
        check.put("goal-0", "目標を1つ以上書いてください。", "Write at least one goal.");
    }
    if goals.len() > GOALS {
        check.put("goal-0", format!("目標は{GOALS}つまでにしてください。"), format!("At most {GOALS} goals, please."));
    }
    check.done()?;
    Ok(NewPlan { aim, wish, agreed_on, review_on: given(review_on)?, goals })
}

/// What became of a goal.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct GoalForm {
    /// `open`, `reached`, `partly` or `dropped`.
    pub state: String,
}

/// Checks what became of a goal.
pub fn check_state(ctx: &Ctx, form: &GoalForm) -> Result<GoalState> {
    let mut check = Check::new(ctx);
    let codes: Vec<&str> = GoalState::ALL.iter().map(|one| one.code()).collect();
    let code = one_of(&mut check, "state", &form.state, &codes);
    check.done()?;
    given(GoalState::ALL.iter().copied().find(|one| one.code() == code))
}

/// A contact as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ContactForm {
    /// On which day.
    pub contact_on: String,
    /// Code of the vocabulary `contact_kind`.
    pub kind: String,
    /// Code of the vocabulary `contact_method`.
    pub method: String,
    /// With or about whom: one of the case's persons, or empty.
    pub person: String,
    /// What happened; at most 4,000 characters.
    pub body: String,
    /// When contact is made next.
    pub next_on: String,
    /// What for; at most 200 characters.
    pub next_what: String,
}

/// A contact that passed its checks.
#[derive(Debug, Clone)]
pub struct NewContact {
    /// On which day.
    pub contact_on: Date,
    /// Code of the vocabulary.
    pub kind: String,
    /// Code of the vocabulary.
    pub method: String,
    /// With or about whom.
    pub person: Option<Id>,
    /// What happened.
    pub body: String,
    /// When contact is made next.
    pub next_on: Option<Date>,
    /// What for.
    pub next_what: String,
}

/// Checks a contact; nothing is recorded before it took place.
pub fn check_contact(ctx: &Ctx, form: &ContactForm) -> Result<NewContact> {
    let mut check = Check::new(ctx);
    let contact_on = check.past_date("contact_on", &form.contact_on);
    let kind = check.required_choice("kind", &form.kind, "contact_kind");
    let method = check.required_choice("method", &form.method, "contact_method");
    let person = check.id("person", &form.person);
    let body = check.required("body", &form.body, TEXT);
    let next_on = coming(&mut check, ctx.today(), "next_on", &form.next_on, &[]);
    let next_what = check.text("next_what", &form.next_what, LINE);
    if !next_what.is_empty() && form.next_on.trim().is_empty() {
        check.put(
            "next_on",
            "次にすることがあるときは、その日も入れてください。",
            "Give the day of what is to be done next, too.",
        );
    }
    check.done()?;
    Ok(NewContact { contact_on: given(contact_on)?, kind, method, person, body, next_on, next_what })
}

/// A monitoring as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct MonitoringForm {
    /// On which day.
    pub monitored_on: String,
    /// What was found; at most 4,000 characters.
    pub findings: String,
    /// `continue`, `replan` or `end`.
    pub verdict: String,
    /// When the plan is looked at again; may be empty with `end`.
    pub review_on: String,
}

/// A monitoring that passed its checks.
#[derive(Debug, Clone)]
pub struct NewMonitoring {
    /// On which day.
    pub monitored_on: Date,
    /// What was found.
    pub findings: String,
    /// `continue`, `replan` or `end`.
    pub verdict: String,
    /// When the plan is looked at again.
    pub review_on: Option<Date>,
}

/// Checks a monitoring.
pub fn check_monitoring(ctx: &Ctx, form: &MonitoringForm) -> Result<NewMonitoring> {
    check_monitoring_again(ctx, form, &[])
}

/// Checks a monitoring that is corrected: the day that stands in it may have passed.
pub fn check_monitoring_again(ctx: &Ctx, form: &MonitoringForm, standing: &[Date]) -> Result<NewMonitoring> {
    let mut check = Check::new(ctx);
    let monitored_on = check.past_date("monitored_on", &form.monitored_on);
    let findings = check.required("findings", &form.findings, TEXT);
    let verdict = one_of(&mut check, "verdict", &form.verdict, VERDICTS);
    if verdict != "end" && form.review_on.trim().is_empty() {
        check.put("review_on", "次に見直す日を入れてください。", "Say when the plan is looked at again.");
    }
    let review_on = coming(&mut check, ctx.today(), "review_on", &form.review_on, standing);
    check.done()?;
    Ok(NewMonitoring { monitored_on: given(monitored_on)?, findings, verdict, review_on })
}
