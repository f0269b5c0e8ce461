//! What is typed in the case room, and what is checked before it is taken.

mod course;
mod opening;

pub use course::{
    AssessmentForm, ContactForm, GoalForm, MonitoringForm, NewAssessment, NewContact, NewGoal, NewMonitoring, NewPlan,
    PlanForm, check_assessment, check_contact, check_monitoring, check_plan, check_state, extra_fields, extra_of,
};
pub use opening::{
    AnswerForm, CloseForm, Closing, LeadForm, NewCase, NewLead, NewRole, OpenForm, PersonForm, RoleForm, check_answer,
    check_closing, check_lead, check_open, check_role,
};

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::de::{Deserializer, SeqAccess, Visitor};

use crate::input::Check;

/// Most characters of a long text.
pub const TEXT: usize = 4000;
/// Most characters of a remark.
pub const REMARK: usize = 1000;
/// Most characters of a single line.
pub const LINE: usize = 200;
/// Most goals of a plan.
pub const GOALS: usize = 8;

/// States of a goal that can be chosen.
pub const GOAL_STATES: &[&str] = &["open", "reached", "partly", "dropped"];
/// Verdicts of a monitoring: go on, change the plan, bring to an end.
pub const VERDICTS: &[&str] = &["continue", "replan", "end"];

/// Reads a field that a form may send once or several times. A draft keeps a
/// field that was sent once as a plain text, so both shapes are taken.
fn many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct Many;

    impl<'de> Visitor<'de> for Many {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or a list of texts")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<String>, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<String>, A::Error> {
            let mut texts = Vec::new();
            while let Some(text) = seq.next_element()? {
                texts.push(text);
            }
            Ok(texts)
        }
    }

    deserializer.deserialize_any(Many)
}

/// A day to come within ten years: further away is a slip of the hand.
fn coming(check: &mut Check<'_>, today: Date, name: &str, value: &str) -> Option<Date> {
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
