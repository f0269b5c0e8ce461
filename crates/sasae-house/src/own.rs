//! The fields that a municipality's profile adds to a form of a room: asked, checked, kept and shown
//! in one way, whatever the room. They stay data, because a national standard is coming (#37). Stored
//! as JSON text, `form.field` → values; a field that is later taken out of the profile keeps its
//! values in the records that have them.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::input::Check;
use crate::lang::Lang;
use crate::profile::{Field, FieldKind, FormAt, Named};
use crate::web::Faults;
use crate::web::ui::form::{
    self, Choice, choice_field, date_field, hidden, long_field, many_field, text_field, yes_no,
};

/// Values by `form.field`.
pub type Extra = BTreeMap<String, Vec<String>>;

/// A key without a field, which a form sends to say that it asked the fields even where all stay empty.
const ASKED: &str = "_asked";

/// Most digits of a number.
pub const DIGITS: usize = 9;

/// The municipality's own fields at one place.
#[derive(Debug, Clone, Copy)]
pub struct OwnFields {
    /// Where they are asked.
    at: FormAt,
    /// Codes of fields that the room's own form has already.
    common: &'static [&'static str],
}

/// A field that the reader may see, with its key in the record and on the page.
#[derive(Debug, Clone)]
pub struct AskedField<'a> {
    /// `form.field`
    pub key: String,
    /// Name of the control: `extra.form.field`.
    pub name: String,
    /// The field.
    pub field: &'a Field,
}

impl OwnFields {
    /// The fields at a place, but for those that the room's own form has already.
    pub const fn new(at: FormAt, common: &'static [&'static str]) -> OwnFields {
        OwnFields { at, common }
    }

    /// The fields that the reader may see, in the profile's order.
    pub fn list_asked(self, ctx: &Ctx) -> Vec<AskedField<'_>> {
        let may_see =
            |field: &&Field| field.seen_by.is_empty() || field.seen_by.iter().any(|function| ctx.may_code(function));
        ctx.profile()
            .forms_at(self.at)
            .flat_map(|form| {
                form.field.iter().filter(|field| !self.common.contains(&field.code.as_str())).filter(may_see).map(
                    |field| {
                        let key = format!("{}.{}", form.code, field.code);
                        AskedField { name: format!("extra.{key}"), key, field }
                    },
                )
            })
            .collect()
    }

    /// Checks what was typed into the fields; empty ones are left out.
    pub fn check(self, ctx: &Ctx, check: &mut Check<'_>, typed: &Extra) -> Extra {
        let asked = self.list_asked(ctx);
        let mut kept = Extra::new();
        for asked in &asked {
            let values = typed.get(&asked.key).map(Vec::as_slice).unwrap_or_default();
            let values = check_field(check, asked, values);
            if !values.is_empty() {
                kept.insert(asked.key.clone(), values);
            } else if asked.field.required {
                check.put(&asked.name, "ここも入れてください。", "Please fill this in.");
            }
        }
        for key in typed.keys().filter(|key| *key != ASKED && !asked.iter().any(|asked| asked.key == **key)) {
            let name = format!("extra.{key}");
            check.put(&name, "この項目はこの様式にありません。", "This form has no such field.");
        }
        kept
    }

    /// The stored values that the reader may see.
    pub fn seen(self, ctx: &Ctx, stored: &str) -> Extra {
        // A text that is not JSON cannot come from `check`; it shows as nothing.
        let mut values: Extra = serde_json::from_str(stored).unwrap_or_default();
        let asked = self.list_asked(ctx);
        values.retain(|key, _| asked.iter().any(|asked| asked.key == *key));
        values
    }

    /// The stored values as a reader understands them: what was asked, and the answer.
    pub fn list_shown<'a>(self, ctx: &'a Ctx, stored: &str) -> Vec<(&'a str, String)> {
        let values = self.seen(ctx, stored);
        let asked = self.list_asked(ctx);
        asked
            .into_iter()
            .filter_map(|asked| {
                values.get(&asked.key)?;
                Some((asked.field.label(ctx.lang()), in_words(ctx, &asked, &values)))
            })
            .collect()
    }

    /// What stands after a correction: the new values, and those stored that the writer may not see. No
    /// values at all (`None`) leave what is stored; an empty set of them clears all that the writer sees.
    ///
    /// # Errors
    /// When the values cannot be written as JSON.
    pub fn corrected(self, ctx: &Ctx, stored: &str, new: Option<&Extra>) -> Result<String> {
        let Some(new) = new else { return Ok(stored.to_owned()) };
        let mut all: Extra = serde_json::from_str(stored).unwrap_or_default();
        let asked = self.list_asked(ctx);
        all.retain(|key, _| !asked.iter().any(|asked| asked.key == *key));
        all.extend(new.iter().map(|(key, values)| (key.clone(), values.clone())));
        serde_json::to_string(&all).map_err(Error::internal)
    }

    /// The fields of a form under their headings, with what was typed.
    pub fn controls(self, ctx: &Ctx, typed: &Extra, faults: &Faults) -> Markup {
        let lang = ctx.lang();
        let asked = self.list_asked(ctx);
        let mut last = None;
        let headed = asked.iter().map(|asked| {
            let section = asked.field.section.as_ref().map(|label| label.get(lang).to_owned());
            let new = section.clone().filter(|_| section != last);
            last = section;
            (new, asked)
        });
        html! {
            // Boxes of which none is ticked send nothing: this says that they were asked.
            @if !asked.is_empty() { (hidden(&format!("extra.{ASKED}"), "1")) }
            @for (section, asked) in headed {
                @if let Some(section) = section { h2 { (section) } }
                (control(ctx, asked, typed, faults.get(&asked.name, lang)))
            }
        }
    }
}

/// The answer to one field in words; empty where there is none.
pub fn in_words(ctx: &Ctx, asked: &AskedField<'_>, values: &Extra) -> String {
    let values = values.get(&asked.key).map(Vec::as_slice).unwrap_or_default();
    let words: Vec<&str> = values.iter().map(|value| word(ctx, asked.field, value)).collect();
    words.join(ctx.lang().t("、", ", "))
}

/// The words of a vocabulary that may be chosen today.
pub fn choices<'a>(ctx: &'a Ctx, vocabulary: &str) -> Vec<Choice<'a>> {
    let lang = ctx.lang();
    ctx.profile()
        .words(vocabulary)
        .iter()
        .filter(|word| word.holds_on(ctx.today()))
        .map(|word| {
            let choice = Choice::new(word.code.as_str(), word.label(lang));
            // Notes are written in Japanese, for staff.
            match (&word.note, lang) {
                (Some(note), Lang::Ja) => choice.hint(note.as_str()),
                _ => choice,
            }
        })
        .collect()
}

fn control(ctx: &Ctx, asked: &AskedField<'_>, typed: &Extra, error: Option<&str>) -> Markup {
    let lang = ctx.lang();
    let (field, name) = (asked.field, asked.name.as_str());
    let label = field.label(lang);
    let values = typed.get(&asked.key).map(Vec::as_slice).unwrap_or_default();
    let vocabulary = field.vocabulary.as_deref().unwrap_or_default();
    let control: form::Field<'_> = match field.kind {
        FieldKind::Text => text_field(lang, name, label).maxlength(field.limit()),
        FieldKind::LongText => long_field(lang, name, label).maxlength(field.limit()).rows(3),
        FieldKind::Choice if field.several => many_field(lang, name, label, choices(ctx, vocabulary)),
        FieldKind::Choice => choice_field(lang, name, label, choices(ctx, vocabulary)),
        FieldKind::YesNo => yes_no(lang, name, label),
        FieldKind::Number => text_field(lang, name, label).inputmode("numeric").maxlength(DIGITS),
        FieldKind::Date => date_field(lang, name, label),
    };
    let control = if field.required { control.required() } else { control };
    let control = match &field.help {
        Some(help) => control.hint(help.get(lang)),
        None => control,
    };
    html! { (control.values(values.iter().map(String::as_str)).error(error)) }
}

fn check_field(check: &mut Check<'_>, asked: &AskedField<'_>, values: &[String]) -> Vec<String> {
    let (field, name) = (asked.field, asked.name.as_str());
    let first = values.first().map(String::as_str).unwrap_or_default();
    if field.kind == FieldKind::Choice {
        let codes = check.choices(name, values, field.vocabulary.as_deref().unwrap_or_default());
        if codes.len() > 1 && !field.several {
            check.put(name, "1つだけ選んでください。", "Choose only one.");
        }
        return codes;
    }
    let value = match field.kind {
        FieldKind::Text | FieldKind::LongText => check.text(name, first, field.limit()),
        FieldKind::YesNo => check_yes_no(check, name, first),
        FieldKind::Number => check_number(check, name, first),
        FieldKind::Date => check.date(name, first).map(|date| date.to_string()).unwrap_or_default(),
        FieldKind::Choice => String::new(),
    };
    if value.is_empty() { Vec::new() } else { vec![value] }
}

fn check_yes_no(check: &mut Check<'_>, name: &str, value: &str) -> String {
    let value = value.trim();
    if !matches!(value, "" | "yes" | "no") {
        check.put(name, "「はい」か「いいえ」を選んでください。", "Choose yes or no.");
    }
    value.to_owned()
}

fn check_number(check: &mut Check<'_>, name: &str, value: &str) -> String {
    let value = value.trim();
    let digits = sasae_core::fold::fold_digits(value);
    let is_number = digits.chars().count() == value.chars().count() && digits.len() <= DIGITS;
    if !is_number {
        check.put(name, "0以上の整数を、数字だけで書いてください。", "Write a whole number, digits only.");
    }
    digits
}

fn word<'a>(ctx: &'a Ctx, field: &'a Field, value: &'a str) -> &'a str {
    let lang: Lang = ctx.lang();
    match (field.kind, value) {
        (FieldKind::Choice, code) => ctx.profile().label(field.vocabulary.as_deref().unwrap_or_default(), code, lang),
        (FieldKind::YesNo, "yes") => lang.t("はい", "Yes"),
        (FieldKind::YesNo, "no") => lang.t("いいえ", "No"),
        (_, other) => other,
    }
}
