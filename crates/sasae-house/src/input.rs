//! Checking of input: every field has a limit and a sentence beside it, and all
//! fields are checked before the form comes back.

use jiff::civil::Date;
use sasae_core::{era, id::Id, text};

use crate::ctx::Ctx;
use crate::error::{Error, Fields, Result};
use crate::profile::Profile;

/// Collects the errors of one form.
pub struct Check<'a> {
    profile: &'a Profile,
    today: Date,
    fields: Fields,
}

impl<'a> Check<'a> {
    /// Starts checking a form.
    pub fn new(ctx: &'a Ctx) -> Check<'a> {
        Check { profile: ctx.profile(), today: ctx.today(), fields: Fields::default() }
    }

    /// Adds an error of the room's own.
    pub fn put(&mut self, name: &str, ja: impl Into<String>, en: impl Into<String>) {
        self.fields.put(name.to_owned(), ja.into(), en.into());
    }

    /// Text that may be empty, at most `most` characters. Control characters are refused: what a program
    /// has put into a text is not taken out of it in silence. What cannot be seen is cleaned away.
    pub fn text(&mut self, name: &str, value: &str, most: usize) -> String {
        if text::has_control(value) {
            self.put(
                name,
                "目に見えない制御文字が入っています。写した元から入れ直すか、手で書き直してください。",
                "There are control characters in it that cannot be seen. Copy it again, or type it.",
            );
        }
        let cleaned = text::clean(value);
        let length = text::count_chars(&cleaned);
        if length > most {
            self.put(
                name,
                format!("{most}文字までで書いてください（いま{length}文字）。"),
                format!("At most {most} characters, please (now {length})."),
            );
        }
        cleaned
    }

    /// Text that must not be empty.
    pub fn required(&mut self, name: &str, value: &str, most: usize) -> String {
        let cleaned = self.text(name, value, most);
        if cleaned.is_empty() {
            self.put(name, "書いてください。", "Please fill this in.");
        }
        cleaned
    }

    /// One code of a vocabulary, or empty.
    pub fn choice(&mut self, name: &str, value: &str, vocabulary: &str) -> String {
        let code = value.trim();
        if !code.is_empty() && self.profile.word(vocabulary, code).is_none() {
            self.put(name, "選べる中から選んでください。", "Choose one of those offered.");
        }
        code.to_owned()
    }

    /// One code of a vocabulary.
    pub fn required_choice(&mut self, name: &str, value: &str, vocabulary: &str) -> String {
        let code = self.choice(name, value, vocabulary);
        if code.is_empty() {
            self.put(name, "1つ選んでください。", "Please choose one.");
        }
        code
    }

    /// Several codes of a vocabulary, each once.
    pub fn choices(&mut self, name: &str, values: &[String], vocabulary: &str) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        for value in values.iter().map(|v| v.trim()).filter(|v| !v.is_empty()) {
            if self.profile.word(vocabulary, value).is_none() {
                self.put(name, "選べる中から選んでください。", "Choose from those offered.");
            } else if !codes.iter().any(|code| code == value) {
                codes.push(value.to_owned());
            }
        }
        codes
    }

    /// A date in 和暦 or 西暦, or empty.
    pub fn date(&mut self, name: &str, value: &str) -> Option<Date> {
        if value.trim().is_empty() {
            return None;
        }
        match era::parse_date(value) {
            Ok(date) => Some(date),
            Err(error) => {
                self.put(
                    name,
                    format!("日付として読めません（{}）。例：令和7年4月1日、2025-04-01", error.ja()),
                    format!("This is not a date ({error}). For example: 2025-04-01"),
                );
                None
            }
        }
    }

    /// A year in 和暦 or 西暦, as its first and last day, or empty. The year of an era is that of the
    /// calendar, as in 令和元年, which is 2019.
    pub fn year(&mut self, name: &str, value: &str) -> Option<[Date; 2]> {
        let typed = value.trim().trim_end_matches('年');
        if typed.is_empty() {
            return None;
        }
        let day = |rest: &str| era::parse_date(&format!("{typed}年{rest}")).ok();
        match day("12月31日").or_else(|| day("1月1日")) {
            Some(day) => Some([day.first_of_year(), day.last_of_year()]),
            None => {
                self.put(name, "年として読めません。例：昭和15年、1940", "This is not a year. For example: 1940");
                None
            }
        }
    }

    /// A date that must be there.
    pub fn required_date(&mut self, name: &str, value: &str) -> Option<Date> {
        if value.trim().is_empty() {
            self.put(name, "日付を入れてください。", "Please give a date.");
        }
        self.date(name, value)
    }

    /// A date that has come already (a contact, an assessment); at most `years` ago.
    pub fn past_date(&mut self, name: &str, value: &str) -> Option<Date> {
        let date = self.required_date(name, value)?;
        if date > self.today {
            self.put(
                name,
                "先の日付になっています。行った日を入れてください。",
                "This date is in the future. Give the day on which it was done.",
            );
            return None;
        }
        if date.year() < 1900 {
            self.put(name, "古すぎる日付です。", "This date is too long ago.");
            return None;
        }
        Some(date)
    }

    /// A date that is still to come, or today; or empty.
    pub fn future_date(&mut self, name: &str, value: &str) -> Option<Date> {
        let date = self.date(name, value)?;
        if date < self.today {
            self.put(
                name,
                "過ぎた日付になっています。今日から先の日付を入れてください。",
                "This date has passed. Give today or a later day.",
            );
            return None;
        }
        Some(date)
    }

    /// `yes`, `no` or empty; anything else is not taken for a no in silence.
    pub fn yes_no(&mut self, name: &str, value: &str) -> Option<bool> {
        match value.trim() {
            "" => None,
            "yes" => Some(true),
            "no" => Some(false),
            _ => {
                self.put(name, "「はい」か「いいえ」を選んでください。", "Choose yes or no.");
                None
            }
        }
    }

    /// The id of a record chosen from a list, or empty.
    pub fn id(&mut self, name: &str, value: &str) -> Option<Id> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        match value.parse() {
            Ok(id) => Some(id),
            Err(_) => {
                self.put(name, "選び直してください。", "Please choose again.");
                None
            }
        }
    }

    /// An id that must be there.
    pub fn required_id(&mut self, name: &str, value: &str) -> Option<Id> {
        if value.trim().is_empty() {
            self.put(name, "選んでください。", "Please choose.");
        }
        self.id(name, value)
    }

    /// Ends the checking: nothing, or all errors at once.
    pub fn done(self) -> Result<()> {
        self.fields.into_result()
    }
}

/// What `required_*` gave, after `done` said that nothing is wrong.
pub fn given<T>(value: Option<T>) -> Result<T> {
    value.ok_or_else(|| Error::internal("a required field passed its check empty"))
}
