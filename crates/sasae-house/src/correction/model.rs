//! What a correction changes, in words that stay readable when the words of the profile change.

use sasae_core::id::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::input::Check;
use crate::lang::{Lang, Text, Words};

/// Most characters of a reason.
pub const REASON: usize = 500;

/// What was done to put something right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorrectionStep {
    /// Fields were corrected.
    Corrected,
    /// The record or entry was struck out.
    StruckOut,
    /// What was struck out stands again.
    Restored,
    /// It was moved to the record where it belongs.
    Moved,
    /// A decision was taken back.
    TakenBack,
}

closed_set!(for CorrectionStep in "correction", "step");

impl CorrectionStep {
    /// Every step.
    pub const ALL: [CorrectionStep; 5] = [
        CorrectionStep::Corrected,
        CorrectionStep::StruckOut,
        CorrectionStep::Restored,
        CorrectionStep::Moved,
        CorrectionStep::TakenBack,
    ];

    /// How it stands in the database and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            CorrectionStep::Corrected => "corrected",
            CorrectionStep::StruckOut => "struck_out",
            CorrectionStep::Restored => "restored",
            CorrectionStep::Moved => "moved",
            CorrectionStep::TakenBack => "taken_back",
        }
    }

    /// The step with a code.
    pub fn of_code(code: &str) -> Option<CorrectionStep> {
        CorrectionStep::ALL.into_iter().find(|step| step.code() == code)
    }

    /// What was done.
    pub const fn words(self) -> Words {
        match self {
            CorrectionStep::Corrected => Words("訂正", "Corrected"),
            CorrectionStep::StruckOut => Words("取り消し", "Struck out"),
            CorrectionStep::Restored => Words("元にもどした", "Restored"),
            CorrectionStep::Moved => Words("移した", "Moved"),
            CorrectionStep::TakenBack => Words("決定の取り消し", "Decision taken back"),
        }
    }
}

/// Why something is put right, where nothing else is asked.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ReasonForm {
    /// The reason; it stays. At most 500 characters.
    pub reason: String,
}

/// Checks a reason, which stands in the field `reason`.
pub fn check_reason(ctx: &Ctx, form: &ReasonForm) -> Result<String> {
    let mut check = Check::new(ctx);
    let reason = check.required("reason", &form.reason, REASON);
    check.done()?;
    Ok(reason)
}

/// What stood or stands in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Value {
    /// Nothing.
    #[serde(rename = "nothing")]
    Nothing,
    /// Words as they were on the day: Japanese, English.
    #[serde(rename = "words")]
    Words(String, String),
    /// Another record: the code of its kind, and its id.
    #[serde(rename = "record")]
    Record(String, Id),
}

impl Value {
    fn of_text(text: &Text) -> Value {
        let (ja, en) = (text.get(Lang::Ja), text.get(Lang::En));
        if ja.is_empty() && en.is_empty() { Value::Nothing } else { Value::Words(ja.to_owned(), en.to_owned()) }
    }

    fn of_record(kind: Kind, id: Option<Id>) -> Value {
        id.map_or(Value::Nothing, |id| Value::Record(kind.code.to_owned(), id))
    }
}

/// One field that a correction changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    /// The field's name in the form.
    pub field: String,
    /// What it is called in Japanese.
    pub ja: String,
    /// The same in English.
    pub en: String,
    /// What stood before.
    pub before: Value,
    /// What stands after.
    pub after: Value,
    /// Functions of which a reader has to carry one to see it; none where everybody sees it who sees
    /// the record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen_by: Vec<String>,
}

impl Change {
    /// Whether one who sees the record sees this field of it.
    pub fn is_seen(&self, ctx: &Ctx) -> bool {
        self.seen_by.is_empty() || self.seen_by.iter().any(|function| ctx.may_code(function))
    }
}

/// The fields that a correction changes. Fields that stay as they are do not enter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Changes(pub(super) Vec<Change>);

impl Changes {
    /// A field that holds text as somebody wrote it.
    pub fn text(&mut self, field: &str, name: Words, before: &str, after: &str) {
        self.words(field, name, &same(before), &same(after));
    }

    /// A field that holds a choice or a date, in the words of both languages.
    pub fn words(&mut self, field: &str, name: Words, before: &Text, after: &Text) {
        self.put(field, &name.into(), Value::of_text(before), Value::of_text(after));
    }

    /// A field that names another record.
    pub fn record(&mut self, field: &str, name: Words, kind: Kind, before: Option<Id>, after: Option<Id>) {
        self.put(field, &name.into(), Value::of_record(kind, before), Value::of_record(kind, after));
    }

    /// A field of the municipality's own, which only those see who carry one of these functions.
    pub fn own_field(&mut self, field: &str, name: &Text, before: &str, after: &str, seen_by: &[String]) {
        let known = self.0.len();
        self.put(field, name, Value::of_text(&same(before)), Value::of_text(&same(after)));
        for change in self.0.iter_mut().skip(known) {
            change.seen_by = seen_by.to_vec();
        }
    }

    fn put(&mut self, field: &str, name: &Text, before: Value, after: Value) {
        if before != after {
            let (ja, en) = (name.get(Lang::Ja).to_owned(), name.get(Lang::En).to_owned());
            self.0.push(Change { field: field.to_owned(), ja, en, before, after, seen_by: Vec::new() });
        }
    }

    /// Keeps the fields of which this is true.
    pub(super) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|change| keep(&change.field));
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a field changes.
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|change| change.field == field)
    }
}

/// The same text in both languages.
fn same(text: &str) -> Text {
    Text::new(text.to_owned(), text.to_owned())
}

/// What a step changes, and what follows from it: shown before it is done.
#[derive(Debug, Clone, Default)]
pub struct Outlook {
    /// The fields.
    pub changes: Changes,
    /// What else follows, a sentence each: figures, hand-overs, who sees it.
    pub follows: Vec<Text>,
    /// The record to which an entry is moved, for the link afterwards; a reader without sight of it is
    /// refused there.
    pub moved_to: Option<Id>,
}

impl Outlook {
    /// Adds what follows.
    pub fn follow(&mut self, ja: impl Into<String>, en: impl Into<String>) {
        self.follows.push(Text::new(ja.into(), en.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_a_change_and_it_reads_back_as_it_was_written() {
        static PERSON: crate::access::RecordKind = crate::access::RecordKind::plain("person", Words("人", "Person"));
        let id: Id = "0197d2b0-0000-7000-8000-000000000001".parse().unwrap();
        let mut changes = Changes::default();
        changes.text("what", Words("くわしく", "In words"), "新聞", "新聞");
        changes.text("place", Words("場所", "Place"), "", "裏の家");
        changes.record("person", Words("本人", "Person"), &PERSON, Some(id), None);

        let text = serde_json::to_string(&changes).unwrap();
        let read: Changes = serde_json::from_str(&text).unwrap();

        assert_eq!(read, changes);
        assert!(!read.has("what") && read.has("place") && read.has("person"));
        assert_eq!(read.0[0].before, Value::Nothing);
    }

    #[test]
    fn every_step_has_one_code() {
        for step in CorrectionStep::ALL {
            assert_eq!(CorrectionStep::of_code(step.code()), Some(step));
        }
        assert_eq!(CorrectionStep::of_code("erased"), None);
    }
}
