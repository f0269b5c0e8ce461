//! Vocabularies and forms: the words that a municipality uses and the fields
//! that it asks for beyond the common ones. Codes are stable and shared by all
//! profiles where the code relies on them; labels are the municipality's.

use jiff::civil::Date;
use serde::Deserialize;

use super::model::{Label, named};
use super::rule::optional_date;

/// `[vocabulary.NAME]`: a controlled list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// What the list is of, Japanese; taken from the base when absent.
    pub ja: Option<String>,
    /// English.
    pub en: Option<String>,
    /// The words. In a profile that extends another, this replaces the whole list.
    #[serde(default)]
    pub items: Vec<Word>,
    /// In a profile that extends another: words to append. One with a code
    /// that the base has takes that word's place.
    #[serde(default)]
    pub add: Vec<Word>,
}

/// One word of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// Stable code; what records store.
    pub code: String,
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
    /// やさしい日本語, for what residents see.
    pub easy: Option<String>,
    /// A note for staff.
    pub note: Option<String>,
    /// Days that the word stands for (vocabulary `urgency`).
    pub days: Option<u32>,
    /// First day on which the word may be chosen.
    #[serde(default, deserialize_with = "optional_date")]
    pub valid_from: Option<Date>,
    /// Last day; records keep an ended word.
    #[serde(default, deserialize_with = "optional_date")]
    pub valid_to: Option<Date>,
}

named!(Word, Form, Field);

impl Word {
    /// Whether the word may be chosen on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|first| first <= day) && self.valid_to.is_none_or(|last| day <= last)
    }

    /// やさしい日本語 where there is one, else the ordinary word.
    pub fn easy(&self) -> &str {
        self.easy.as_deref().unwrap_or(&self.ja)
    }
}

impl Vocabulary {
    /// The word with a code, ended ones too.
    pub fn word(&self, code: &str) -> Option<&Word> {
        self.items.iter().find(|word| word.code == code)
    }

    /// The words that may be chosen on a day, in order.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &Word> {
        self.items.iter().filter(move |word| word.holds_on(day))
    }
}

/// `[[form]]`: fields beyond the common ones (#16, #37).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Stable code.
    pub code: String,
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
    /// The page on which the fields stand.
    pub at: FormAt,
    /// The fields in order. A form of a profile replaces the base's form of the same code.
    #[serde(default)]
    pub field: Vec<Field>,
    /// Fields to append to the base's form of the same code.
    #[serde(default)]
    pub add: Vec<Field>,
}

/// Where a form's fields stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormAt {
    /// 相談受付票
    Intake,
    /// アセスメントシート
    Assessment,
    /// 支援計画
    Plan,
    /// 連携シート
    Referral,
    /// モニタリング
    Monitoring,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Stable code, unique within the form; what records store.
    pub code: String,
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
    /// What is entered.
    pub kind: FieldKind,
    /// The list to choose from (`kind = "choice"`).
    pub vocabulary: Option<String>,
    /// Several may be chosen (`kind = "choice"`).
    #[serde(default)]
    pub several: bool,
    /// Must be filled in before the record is finished (a draft may lack it).
    #[serde(default)]
    pub required: bool,
    /// A hint beside the field.
    pub help: Option<Label>,
    /// Heading under which the field stands.
    pub section: Option<Label>,
    /// Most characters (`text`, `long_text`).
    pub max_length: Option<u32>,
    /// Only holders of one of these functions see the field; everyone who
    /// sees the record when empty.
    #[serde(default)]
    pub seen_by: Vec<String>,
}

/// What is entered into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// One or several words of a vocabulary.
    Choice,
    /// はい・いいえ
    YesNo,
    /// A whole number, not negative.
    Number,
    /// A date.
    Date,
}

impl Field {
    /// Most characters that the field takes: the profile's limit, else 200
    /// for a line and 4,000 for a long text.
    pub fn limit(&self) -> usize {
        let usual = if self.kind == FieldKind::LongText { 4_000 } else { 200 };
        self.max_length.map_or(usual, |limit| limit as usize)
    }
}
