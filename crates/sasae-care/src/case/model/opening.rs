//! Opening a case, its team, and its end.

use jiff::civil::Date;
use sasae_core::id::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{LINE, REMARK, TEXT, coming, one_of};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::input::{Check, given};

/// Most persons that a case names when it is opened.
const PERSONS: usize = 20;
/// Most characters of a title.
pub const TITLE: usize = 100;

/// A case as it is opened.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct OpenForm {
    /// The consultation that it comes of; empty when it is opened directly.
    pub consultation: String,
    /// What it is about, without names; at most 100 characters.
    pub title: String,
    /// The ids of the persons whom it names.
    pub persons: Vec<String>,
    /// Which of them is supported first of all.
    pub main: String,
    /// The area's id; empty for the consultation's area.
    pub area: String,
    /// The lead agency; empty for the lead person's own organisation.
    pub lead_organisation: String,
    /// The lead person; empty for oneself.
    pub lead_staff: String,
}

/// An opening that passed its checks.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// The consultation.
    pub consultation: Option<Id>,
    /// What it is about.
    pub title: String,
    /// Whom it names.
    pub persons: Vec<Id>,
    /// Whom first of all.
    pub main: Id,
    /// Where.
    pub area: Option<Id>,
    /// Lead agency.
    pub lead_organisation: Option<Id>,
    /// Lead person.
    pub lead_staff: Option<Id>,
}

/// Checks an opening.
pub fn check_open(ctx: &Ctx, form: &OpenForm) -> Result<NewCase> {
    let mut check = Check::new(ctx);
    let consultation = check.id("consultation", &form.consultation);
    let title = check.required("title", &form.title, TITLE);
    let mut persons: Vec<Id> = Vec::new();
    for value in form.persons.iter().filter(|value| !value.trim().is_empty()) {
        match check.id("persons", value) {
            Some(id) if !persons.contains(&id) => persons.push(id),
            Some(_) => {}
            None => break,
        }
    }
    if form.persons.iter().all(|value| value.trim().is_empty()) {
        check.put(
            "persons",
            "だれの支援か、1人以上選んでください。",
            "Choose whom the case is about, at least one person.",
        );
    }
    if persons.len() > PERSONS {
        check.put("persons", format!("{PERSONS}人までにしてください。"), format!("At most {PERSONS} persons, please."));
    }
    let mut main = check.id("main", &form.main);
    if main.is_none() && form.main.trim().is_empty() {
        match persons.as_slice() {
            [only] => main = Some(*only),
            [] => {}
            _ => check.put("main", "中心になる人を1人選んでください。", "Choose the one person at its centre."),
        }
    }
    if main.is_some_and(|main| !persons.is_empty() && !persons.contains(&main)) {
        check.put("main", "選んだ人の中から選んでください。", "Choose one of the persons chosen above.");
    }
    let area = check.id("area", &form.area);
    if form.area.trim().is_empty() && form.consultation.trim().is_empty() {
        check.put("area", "選んでください。", "Please choose.");
    }
    let lead_organisation = check.id("lead_organisation", &form.lead_organisation);
    let lead_staff = check.id("lead_staff", &form.lead_staff);
    check.done()?;
    Ok(NewCase { consultation, title, persons, main: given(main)?, area, lead_organisation, lead_staff })
}

/// A person whom the case is to name from now on.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = CasePersonForm)]
#[serde(default)]
pub struct PersonForm {
    /// The person's id.
    pub person: String,
}

/// A role as it is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct RoleForm {
    /// The person asked, or empty.
    pub staff: String,
    /// The organisation asked, or empty.
    pub organisation: String,
    /// Code of the vocabulary `case_role`, without `lead`.
    pub role: String,
    /// What is asked; at most 200 characters.
    pub task: String,
    /// Until when.
    pub due_on: String,
}

/// A role that passed its checks: exactly one of person and organisation is asked.
#[derive(Debug, Clone)]
pub struct NewRole {
    /// The person asked.
    pub staff: Option<Id>,
    /// The organisation asked.
    pub organisation: Option<Id>,
    /// Code of the vocabulary.
    pub role: String,
    /// What is asked.
    pub task: String,
    /// Until when.
    pub due_on: Date,
}

/// Checks a role.
pub fn check_role(ctx: &Ctx, form: &RoleForm) -> Result<NewRole> {
    let mut check = Check::new(ctx);
    let staff = check.id("staff", &form.staff);
    let organisation = check.id("organisation", &form.organisation);
    match (form.staff.trim().is_empty(), form.organisation.trim().is_empty()) {
        (true, true) => {
            check.put("staff", "頼む人か機関を選んでください。", "Choose the person or organisation to ask.")
        }
        (false, false) => check.put(
            "organisation",
            "人と機関の両方は選べません。どちらかにしてください。",
            "Choose either a person or an organisation, not both.",
        ),
        _ => {}
    }
    let role = check.required_choice("role", &form.role, "case_role");
    if role == "lead" {
        check.put(
            "role",
            "主担当は「主担当を替える」で決めてください。",
            "The lead is changed with “Change the lead”.",
        );
    }
    let task = check.required("task", &form.task, LINE);
    if form.due_on.trim().is_empty() {
        check.put("due_on", "いつまでかを入れてください。", "Say until when.");
    }
    let due_on = coming(&mut check, ctx.today(), "due_on", &form.due_on, &[]);
    check.done()?;
    Ok(NewRole { staff, organisation, role, task, due_on: given(due_on)? })
}

/// The answer to a role that was asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct AnswerForm {
    /// `accept` or `decline`.
    pub answer: String,
    /// A word to the one who asked; needed when declining.
    pub note: String,
}

/// Checks an answer: whether it accepts, and the note.
pub fn check_answer(ctx: &Ctx, form: &AnswerForm) -> Result<(bool, String)> {
    let mut check = Check::new(ctx);
    let answer = one_of(&mut check, "answer", &form.answer, &["accept", "decline"]);
    let note = check.text("note", &form.note, REMARK);
    if answer == "decline" && note.is_empty() {
        check.put("note", "断る理由を、ひとこと書いてください。", "Say in a word why you decline.");
    }
    check.done()?;
    Ok((answer == "accept", note))
}

/// A new lead as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct LeadForm {
    /// The person who leads from today.
    pub staff: String,
    /// The lead agency; empty for that person's own organisation.
    pub organisation: String,
    /// Why the lead changes; the team reads it. At most 200 characters.
    pub reason: String,
}

/// A new lead that passed its checks.
#[derive(Debug, Clone)]
pub struct NewLead {
    /// The person.
    pub staff: Id,
    /// The agency.
    pub organisation: Option<Id>,
    /// Why.
    pub reason: String,
}

/// Checks a new lead.
pub fn check_lead(ctx: &Ctx, form: &LeadForm) -> Result<NewLead> {
    let mut check = Check::new(ctx);
    let staff = check.required_id("staff", &form.staff);
    let organisation = check.id("organisation", &form.organisation);
    let reason = check.required("reason", &form.reason, LINE);
    check.done()?;
    Ok(NewLead { staff: given(staff)?, organisation, reason })
}

/// The end of a case as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct CloseForm {
    /// The last day.
    pub closed_on: String,
    /// Code of the vocabulary `closing_outcome`; a death is one (#18).
    pub outcome: String,
    /// How it ended, for colleagues; at most 4,000 characters.
    pub note: String,
    /// What the one who noticed is told; a plain sentence when empty.
    pub answer: String,
}

/// An end that passed its checks.
#[derive(Debug, Clone)]
pub struct Closing {
    /// The last day.
    pub closed_on: Date,
    /// Code of the vocabulary.
    pub outcome: String,
    /// How it ended.
    pub note: String,
    /// What the one who noticed is told.
    pub answer: String,
}

/// Checks the end of a case that was opened on a day.
pub fn check_closing(ctx: &Ctx, form: &CloseForm, opened_on: Date) -> Result<Closing> {
    let mut check = Check::new(ctx);
    let closed_on = check.past_date("closed_on", &form.closed_on);
    if closed_on.is_some_and(|on| on < opened_on) {
        check.put(
            "closed_on",
            "支援を始めた日より前になっています。",
            "This is before the day on which the case was opened.",
        );
    }
    let outcome = check.required_choice("outcome", &form.outcome, "closing_outcome");
    let note = check.text("note", &form.note, TEXT);
    if outcome == "other" && note.is_empty() {
        check.put("note", "「その他」のときは、どう終わったかを書いてください。", "With “Other”, say how it ended.");
    }
    let answer = check.text("answer", &form.answer, REMARK);
    check.done()?;
    Ok(Closing { closed_on: given(closed_on)?, outcome, note, answer })
}
