//! What an intake holds (相談受付票), and what is checked before it is taken.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sasae_core::id::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::OWN_FIELDS;
use super::store::Consultation;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::input::{Check, given};
use crate::lang::Lang;
use crate::own::Extra;

/// Most characters of what the consultation is about.
pub const WHAT: usize = 4000;
/// Most characters of a single line.
pub const LINE: usize = 200;
/// Most characters of a note or an answer.
pub const NOTE: usize = 1000;

/// An intake as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct IntakeForm {
    /// The day on which it came, in 和暦 or 西暦; not in the future.
    pub received_on: String,
    /// Code of the vocabulary `channel`.
    pub channel: String,
    /// The window or base where it came in, or empty.
    pub base: String,
    /// The area's id; when empty that of the person, of the notice, or of the
    /// writer's own post, in this order.
    pub area: String,
    /// The person's id, or empty while nobody knows whose consultation it is.
    pub person: String,
    /// The household's id; the person's own when empty.
    pub household: String,
    /// Code of the vocabulary `from_whom`.
    pub from_whom: String,
    /// Name of the one who came, if given.
    pub from_name: String,
    /// Telephone or mail of the one who came, if given.
    pub from_contact: String,
    /// What it is about; at most 4,000 characters.
    pub what: String,
    /// Code of the vocabulary `wish`, or empty.
    pub wish: String,
    /// The wish in the person's own words.
    pub wish_words: String,
    /// Code of the vocabulary `urgency`.
    pub urgency: String,
    /// Codes of the vocabulary `problem`: the 16 boxes.
    pub problems: Vec<String>,
    /// The one of them that is the worst.
    pub worst: String,
    /// Code of the vocabulary `language`, or empty.
    pub language: String,
    /// Codes of the vocabulary `communication_support`.
    pub communication: Vec<String>,
    /// The notice that it follows from, or empty.
    pub notice: String,
    /// Fields that the municipality asks for beyond these: `form.field` → values. Left out of a correction
    /// they stay as they are; an empty object clears them.
    pub extra: Option<BTreeMap<String, Vec<String>>>,
}

impl IntakeForm {
    /// The form before anything is put right. `extra` holds what the reader may see of the
    /// municipality's own fields.
    pub fn of(it: &Consultation, problems: Vec<String>, extra: Extra, lang: Lang) -> IntakeForm {
        let id = |id: Option<Id>| id.map(|id| id.to_string()).unwrap_or_default();
        IntakeForm {
            received_on: lang.date(it.received_on),
            channel: it.channel.clone(),
            base: id(it.base_id),
            area: id(it.shown_area()),
            person: id(it.person_id),
            household: String::new(),
            from_whom: it.from_whom.clone(),
            from_name: it.from_name.clone(),
            from_contact: it.from_contact.clone(),
            what: it.what.clone(),
            wish: it.wish.clone(),
            wish_words: it.wish_words.clone(),
            urgency: it.urgency.clone(),
            problems,
            worst: it.worst.clone().unwrap_or_default(),
            language: it.language.clone(),
            communication: it.communications().map(str::to_owned).collect(),
            notice: String::new(),
            extra: Some(extra),
        }
    }
}

/// An intake as it is corrected, in the API.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct IntakeCorrection {
    /// The whole intake as it should be; its notice stays as it is.
    pub intake: IntakeForm,
    /// Why it is corrected; it stays. At most 500 characters.
    pub reason: String,
}

/// An intake that passed its checks.
#[derive(Debug, Clone)]
pub struct NewIntake {
    /// When it came.
    pub received_on: Date,
    /// Code of the vocabulary.
    pub channel: String,
    /// Where it came in.
    pub base: Option<Id>,
    /// In which area, when it was said.
    pub area: Option<Id>,
    /// For whom.
    pub person: Option<Id>,
    /// For which household.
    pub household: Option<Id>,
    /// Code of the vocabulary.
    pub from_whom: String,
    /// Who came.
    pub from_name: String,
    /// How to reach the one who came.
    pub from_contact: String,
    /// What it is about.
    pub what: String,
    /// Code of the vocabulary or empty.
    pub wish: String,
    /// In the person's own words.
    pub wish_words: String,
    /// Code of the vocabulary.
    pub urgency: String,
    /// Codes of the boxes.
    pub problems: Vec<String>,
    /// The worst of them.
    pub worst: Option<String>,
    /// Code of the vocabulary or empty.
    pub language: String,
    /// Codes joined with commas.
    pub communication: String,
    /// The notice that it follows from.
    pub notice: Option<Id>,
    /// The municipality's own fields, where they were sent.
    pub extra: Option<Extra>,
}

/// Whether the municipality's own fields are asked where none of them was sent.
#[derive(Clone, Copy)]
enum Own {
    /// They are: those that are required are missing.
    Asked,
    /// They stay as they are.
    MayStay,
}

/// Checks an intake, in the order of the form.
pub fn check_intake(ctx: &Ctx, form: &IntakeForm) -> Result<NewIntake> {
    check(ctx, form, Own::Asked)
}

/// Checks an intake that is corrected: the municipality's own fields may be left out.
pub fn check_correction(ctx: &Ctx, form: &IntakeForm) -> Result<NewIntake> {
    check(ctx, form, Own::MayStay)
}

fn check(ctx: &Ctx, form: &IntakeForm, own: Own) -> Result<NewIntake> {
    let mut check = Check::new(ctx);
    let received_on = check.past_date("received_on", &form.received_on);
    let channel = check.required_choice("channel", &form.channel, "channel");
    let base = check.id("base", &form.base);
    let area = check.id("area", &form.area);
    let from_whom = check.required_choice("from_whom", &form.from_whom, "from_whom");
    let from_name = check.text("from_name", &form.from_name, LINE);
    let from_contact = check.text("from_contact", &form.from_contact, LINE);
    let what = check.required("what", &form.what, WHAT);
    let problems = check.choices("problems", &form.problems, "problem");
    let worst = check_worst(&mut check, &problems, &form.worst);
    let wish = check.choice("wish", &form.wish, "wish");
    let wish_words = check.text("wish_words", &form.wish_words, NOTE);
    let urgency = check.required_choice("urgency", &form.urgency, "urgency");
    let language = check.choice("language", &form.language, "language");
    let communication = check.choices("communication", &form.communication, "communication_support");
    let extra = match (&form.extra, own) {
        (Some(typed), _) => Some(OWN_FIELDS.check(ctx, &mut check, typed)),
        (None, Own::Asked) => Some(OWN_FIELDS.check(ctx, &mut check, &Extra::new())),
        (None, Own::MayStay) => None,
    };
    let person = check.id("person", &form.person);
    let household = check.id("household", &form.household);
    let notice = check.id("notice", &form.notice);
    check.done()?;
    Ok(NewIntake {
        received_on: given(received_on)?,
        channel,
        base,
        area,
        person,
        household,
        from_whom,
        from_name,
        from_contact,
        what,
        wish,
        wish_words,
        urgency,
        problems,
        worst,
        language,
        communication: communication.join(","),
        notice,
        extra,
    })
}

/// The worst is one of the ticked boxes; a single box is the worst by itself.
fn check_worst(check: &mut Check<'_>, problems: &[String], worst: &str) -> Option<String> {
    let worst = worst.trim();
    if worst.is_empty() {
        return match problems {
            [only] => Some(only.clone()),
            _ => None,
        };
    }
    if !problems.iter().any(|problem| problem == worst) {
        check.put(
            "problems",
            "「いちばん困っている」は、印をつけた困りごとの中から選んでください。",
            "The worst must be one of the problems that are ticked.",
        );
    }
    Some(worst.to_owned())
}

/// A person chosen for a consultation, as it is sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct IdentifyForm {
    /// The person's id.
    pub person: String,
    /// The household's id; the person's own when empty.
    pub household: String,
    /// Why it is somebody else's than was said before; it stays. Needed where the consultation, or the
    /// notice that it came from, names another person already. At most 500 characters.
    pub reason: String,
}

/// A choice that passed its checks.
#[derive(Debug, Clone, Copy)]
pub struct Identified {
    /// For whom.
    pub person: Id,
    /// For which household, when it was said.
    pub household: Option<Id>,
}

/// Checks the choice of a person.
pub fn check_identify(ctx: &Ctx, form: &IdentifyForm) -> Result<Identified> {
    let mut check = Check::new(ctx);
    let person = check.required_id("person", &form.person);
    let household = check.id("household", &form.household);
    check.done()?;
    Ok(Identified { person: given(person)?, household })
}

/// A settlement as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct SettleForm {
    /// `answered` or `referral`.
    pub outcome: String,
    /// What was said, or to whom it was passed; for colleagues.
    pub note: String,
    /// What the reporter of the notice is told, when there was one.
    pub answer: String,
}

closed_set! {
    /// What became of a consultation.
    pub enum ConsultationOutcome in "consultation", "outcome" {
        /// It is to be settled.
        Open = "open" => ("結果を決めていない", "To be settled"),
        /// A case began from it.
        Case = "case" => ("支援を始めた", "Became a case"),
        /// Another agency took it over.
        Referral = "referral" => ("他機関へつないだ", "Passed to another agency"),
        /// It was answered with information.
        Answered = "answered" => ("答えて終わった", "Answered"),
    }
}

impl ConsultationOutcome {
    /// How a consultation ends without a case, in the order of the form.
    pub const ENDS: [ConsultationOutcome; 2] = [ConsultationOutcome::Answered, ConsultationOutcome::Referral];
}

/// A settlement that passed its checks.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// How it ended.
    pub outcome: ConsultationOutcome,
    /// What was said or to whom it was passed.
    pub note: String,
    /// What the reporter is told.
    pub answer: String,
}

/// Checks a settlement: colleagues must be able to read what became of it.
pub fn check_settle(ctx: &Ctx, form: &SettleForm) -> Result<Settlement> {
    let mut check = Check::new(ctx);
    let outcome = ConsultationOutcome::ENDS.into_iter().find(|outcome| outcome.code() == form.outcome.trim());
    if outcome.is_none() {
        check.put("outcome", "1つ選んでください。", "Please choose one.");
    }
    let note = check.required("note", &form.note, NOTE);
    let answer = check.text("answer", &form.answer, NOTE);
    check.done()?;
    Ok(Settlement { outcome: given(outcome)?, note, answer })
}
