//! What is typed in the case room, and what is checked before it is taken.

mod course;
mod number;
mod opening;

pub use course::{
    AssessmentForm, ContactForm, GoalForm, MonitoringForm, NewAssessment, NewContact, NewGoal, NewMonitoring, NewPlan,
    OWN_FIELDS, PlanForm, check_assessment, check_contact, check_monitoring, check_monitoring_again, check_plan,
    check_plan_again, check_state,
};
pub use number::{fold_number, parts_of};
pub use opening::{
    AnswerForm, CloseForm, Closing, LeadForm, NewCase, NewLead, NewRole, OpenForm, PersonForm, RoleForm, TITLE,
    check_answer, check_closing, check_lead, check_open, check_role,
};

use jiff::ToSpan;
use jiff::civil::Date;
use sasae_core::era;

use crate::input::Check;

/// Most characters of a long text.
pub const TEXT: usize = 4000;
/// Most characters of a remark.
pub const REMARK: usize = 1000;
/// Most characters of a single line.
pub const LINE: usize = 200;
/// Most goals of a plan.
pub const GOALS: usize = 8;

closed_set! {
    /// Whether a case takes new records.
    pub enum CaseState in "support_case", "state" {
        /// It is under way.
        Open = "open" => ("支援中", "Under way"),
        /// It was brought to an end.
        Closed = "closed" => ("終了", "Closed"),
    }
}

closed_set! {
    /// How a role in a case stands.
    pub enum RoleState in "case_role", "state" {
        /// It waits for an answer.
        Asked = "asked" => ("返事待ち", "Waiting"),
        /// It was taken.
        Accepted = "accepted" => ("引き受けています", "Accepted"),
        /// It was refused, with a reason.
        Declined = "declined" => ("断られました", "Declined"),
        /// Nobody is asked any more.
        Withdrawn = "withdrawn" => ("取りやめ", "Withdrawn"),
    }
}

closed_set! {
    /// What became of a goal.
    pub enum GoalState in "case_goal", "state" {
        /// It is worked at.
        Open = "open" => ("取り組み中", "Under way"),
        /// It was reached.
        Reached = "reached" => ("できた", "Reached"),
        /// It was reached in part.
        Partly = "partly" => ("少しできた", "Partly reached"),
        /// It was given up.
        Dropped = "dropped" => ("やめた", "Dropped"),
    }
}
/// Verdicts of a monitoring: go on, change the plan, bring to an end.
pub const VERDICTS: &[&str] = &["continue", "replan", "end"];

/// A day to come within ten years: further away is a slip of the hand. One that stands already in what
/// is corrected may have passed.
fn coming(check: &mut Check<'_>, today: Date, name: &str, value: &str, standing: &[Date]) -> Option<Date> {
    if let Some(stands) = era::parse_date(value).ok().filter(|on| standing.contains(on)) {
        return Some(stands);
    }
    let date = check.future_date(name, value)?;
    if date > today.saturating_add(10.years()) {
        check.put(
            name,
            "10年より先の日付です。確かめてください。",
            "This is more than ten years ahead. Please check it.",
        );
        return None;
    }
    Some(date)
}

/// One of a few codes that the code itself knows.
fn one_of(check: &mut Check<'_>, name: &str, value: &str, codes: &[&str]) -> String {
    let code = value.trim();
    if code.is_empty() {
        check.put(name, "1つ選んでください。", "Please choose one.");
    } else if !codes.contains(&code) {
        check.put(name, "選べる中から選んでください。", "Choose one of those offered.");
    }
    code.to_owned()
}
