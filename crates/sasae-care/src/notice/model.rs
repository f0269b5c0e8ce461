//! What a notice holds, and what is checked before it is taken in.

use sasae_core::id::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::correction;
use crate::ctx::{Actor, Ctx};
use crate::error::Result;
use crate::input::{Check, given};
use crate::notice::Notice;
use crate::notice::request::NoticeRequestForm;

closed_set! {
    /// How far a notice has come.
    pub enum NoticeState in "notice", "state" {
        /// Nobody has taken note of it yet.
        Received = "received" => ("未読", "Not read"),
        /// Somebody has, and decides on it.
        Read = "read" => ("読んだ", "Read"),
        /// It was decided on, or struck out.
        Finished = "finished" => ("終わった", "Finished"),
    }
}

/// Most characters of what was noticed.
pub const WHAT: usize = 2000;
/// Most characters of a single line.
pub const LINE: usize = 200;
/// Most characters of a reason or an answer.
pub const NOTE: usize = 1000;

/// A notice as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct NoticeForm {
    /// Code of the vocabulary `notice_kind`.
    pub kind: String,
    /// What was noticed, in the reporter's words; at most 2,000 characters.
    pub what: String,
    /// Where, in words; at most 200 characters.
    pub place: String,
    /// About whom, as far as the reporter knows; at most 200 characters.
    pub about: String,
    /// `yes` when help is needed today.
    pub urgent: String,
    /// The area's id.
    pub area: String,
    /// The reporter's name, if given.
    pub name: String,
    /// Telephone or mail of the reporter, if given.
    pub contact: String,
    /// The person's id, for reporters who know the person by name.
    pub person: String,
    /// A trap for programs that fill in every field; people do not see it.
    pub website: String,
}

/// A notice that passed its checks.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// Code of the vocabulary.
    pub kind: String,
    /// In the reporter's words.
    pub what: String,
    /// Where.
    pub place: String,
    /// About whom.
    pub about: String,
    /// Help is needed today.
    pub urgent: bool,
    /// In which area.
    pub area: Id,
    /// About which person, when known.
    pub person: Option<Id>,
    /// Reporter's name or empty.
    pub name: String,
    /// Reporter's contact or empty.
    pub contact: String,
    /// How it came: `web` from the public page, `staff` from inside.
    pub channel: String,
}

/// Checks a notice.
pub fn check_notice(ctx: &Ctx, form: &NoticeForm) -> Result<NewNotice> {
    let mut check = Check::new(ctx);
    let kind = check.required_choice("kind", &form.kind, "notice_kind");
    let what = check.text("what", &form.what, WHAT);
    if what.is_empty() && (kind.is_empty() || kind == "other") {
        check.put(
            "what",
            "何に気づいたか、ひとことでも書いてください。",
            "Please say in a word or two what you noticed.",
        );
    }
    if what.matches("http").count() > 2 {
        check.put("what", "ホームページのアドレスは2つまでにしてください。", "At most two web addresses, please.");
    }
    if !form.website.is_empty() {
        check.put(
            "what",
            "送れませんでした。もう一度、書いてください。",
            "It could not be sent. Please write it again.",
        );
    }
    let place = check.text("place", &form.place, LINE);
    let about = check.text("about", &form.about, LINE);
    let name = check.text("name", &form.name, LINE);
    let contact = check.text("contact", &form.contact, LINE);
    let area = check.required_id("area", &form.area);
    let person = check.id("person", &form.person);
    let urgent = check.yes_no("urgent", &form.urgent) == Some(true);
    check.done()?;
    let inside = matches!(ctx.actor(), Actor::Staff(_));
    Ok(NewNotice {
        kind,
        what,
        place,
        about,
        urgent,
        area: given(area)?,
        person: if inside { person } else { None },
        name,
        contact,
        channel: if inside { "staff" } else { "web" }.to_owned(),
    })
}

/// A decision as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct TriageForm {
    /// Code of the vocabulary `notice_outcome`.
    pub outcome: String,
    /// Why, for colleagues; at most 1,000 characters.
    pub note: String,
    /// What the reporter is told, when it was a person with an account.
    pub answer: String,
    /// The watcher, with the outcome `watch`.
    pub staff: String,
    /// The agency, with the outcome `referred`.
    pub organisation: String,
    /// The record that takes the notice over, with an outcome that names such records: a case.
    pub record: String,
    /// The notice that said the same before, with the outcome `duplicate`.
    pub original: String,
    /// What is asked; whoever is asked reads it. At most 200 characters.
    pub task: String,
}

impl TriageForm {
    /// Of whom something is asked.
    pub fn request(&self) -> NoticeRequestForm {
        NoticeRequestForm {
            staff: self.staff.clone(),
            organisation: self.organisation.clone(),
            record: self.record.clone(),
            original: self.original.clone(),
            task: self.task.clone(),
        }
    }
}

/// A decision that passed its checks.
#[derive(Debug, Clone)]
pub struct Triage {
    /// Code of the vocabulary.
    pub outcome: String,
    /// Why.
    pub note: String,
    /// What the reporter is told.
    pub answer: String,
}

impl Triage {
    /// Whether an intake follows.
    pub fn becomes_consultation(&self) -> bool {
        self.outcome == "consultation"
    }
}

/// Checks a decision: one without an intake says why.
pub fn check_triage(ctx: &Ctx, form: &TriageForm) -> Result<Triage> {
    let mut check = Check::new(ctx);
    let outcome = check.required_choice("outcome", &form.outcome, "notice_outcome");
    let note = check.text("note", &form.note, NOTE);
    let answer = check.text("answer", &form.answer, NOTE);
    if !outcome.is_empty() && outcome != "consultation" && note.is_empty() {
        check.put("note", "相談にしない理由を、ひとこと書いてください。", "Say in a word why no consultation follows.");
    }
    check.done()?;
    Ok(Triage { outcome, note, answer })
}

/// A notice as it is corrected, the reason with it. The fields begin with what stands.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct NoticeCorrection {
    /// Code of the vocabulary `notice_kind`.
    pub kind: String,
    /// What was noticed; at most 2,000 characters.
    pub what: String,
    /// Where, in words; at most 200 characters.
    pub place: String,
    /// About whom, in words; at most 200 characters.
    pub about: String,
    /// `yes` when help is needed today.
    pub urgent: String,
    /// The area's id.
    pub area: String,
    /// The person's id; empty for nobody who is known. Only of those who decide.
    pub person: String,
    /// The reporter's name. Only of those who decide.
    pub name: String,
    /// Telephone or mail of the reporter. Only of those who decide.
    pub contact: String,
    /// Why it is corrected; it stays. At most 500 characters.
    pub reason: String,
}

impl NoticeCorrection {
    /// The form before anything is put right.
    pub fn of(notice: &Notice) -> NoticeCorrection {
        NoticeCorrection {
            kind: notice.kind.clone(),
            what: notice.what.clone(),
            place: notice.place.clone(),
            about: notice.about.clone(),
            urgent: if notice.urgent { "yes" } else { "no" }.to_owned(),
            area: notice.area_id.to_string(),
            person: notice.person_id.map(|id| id.to_string()).unwrap_or_default(),
            name: notice.reporter_name.clone(),
            contact: notice.reporter_contact.clone(),
            reason: String::new(),
        }
    }
}

/// What a corrected notice says.
#[derive(Debug, Clone)]
pub struct CorrectedNotice {
    /// Code of the vocabulary.
    pub kind: String,
    /// What was noticed.
    pub what: String,
    /// Where.
    pub place: String,
    /// About whom.
    pub about: String,
    /// Help is needed today.
    pub urgent: bool,
    /// In which area.
    pub area: Id,
    /// About which person, when known.
    pub person: Option<Id>,
    /// Reporter's name or empty.
    pub name: String,
    /// Reporter's contact or empty.
    pub contact: String,
    /// Why it is corrected.
    pub reason: String,
}

/// Checks a correction. What only those who decide may correct stays as it is for others.
pub fn check_correction(ctx: &Ctx, form: &NoticeCorrection, notice: &Notice, decides: bool) -> Result<CorrectedNotice> {
    let mut check = Check::new(ctx);
    let kind = check.required_choice("kind", &form.kind, "notice_kind");
    let what = check.text("what", &form.what, WHAT);
    if what.is_empty() && (kind.is_empty() || kind == "other") {
        check.put(
            "what",
            "何に気づいたか、ひとことでも書いてください。",
            "Please say in a word or two what was noticed.",
        );
    }
    let place = check.text("place", &form.place, LINE);
    let about = check.text("about", &form.about, LINE);
    let area = check.required_id("area", &form.area);
    let (person, name, contact) = match decides {
        true => (
            check.id("person", &form.person),
            check.text("name", &form.name, LINE),
            check.text("contact", &form.contact, LINE),
        ),
        false => (notice.person_id, notice.reporter_name.clone(), notice.reporter_contact.clone()),
    };
    let reason = check.required("reason", &form.reason, correction::REASON);
    let urgent = check.yes_no("urgent", &form.urgent) == Some(true);
    check.done()?;
    Ok(CorrectedNotice { kind, what, place, about, urgent, area: given(area)?, person, name, contact, reason })
}
