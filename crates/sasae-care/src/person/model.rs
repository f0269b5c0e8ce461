//! What is typed about a person, what is checked, and the keys by which a
//! person is found again. Pure, but for the words and the day in `Ctx`.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sasae_core::fold::{fold_kana, fold_phone, is_kana};
use sasae_core::id::Id;
use sasae_core::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::Person;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::input::{Check, given};
use crate::tenancy::FOREVER;

/// Most characters of one part of a name.
pub const NAME: usize = 50;
/// Most characters of a single line.
pub const LINE: usize = 200;
/// Most characters of a note.
pub const NOTE: usize = 2000;
/// Most characters of what to look out for.
pub const REASON: usize = 500;

/// A person as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct PersonForm {
    /// Family name, as written in the register; at most 50 characters.
    pub family: String,
    /// Given name; at most 50 characters.
    pub given: String,
    /// Reading of the family name, in kana.
    pub family_kana: String,
    /// Reading of the given name, in kana.
    pub given_kana: String,
    /// Birth date in 和暦 or 西暦; empty when it is not known.
    pub birth: String,
    /// Code of the vocabulary `sex`.
    pub sex: String,
    /// The area's id.
    pub area: String,
    /// Address as written; at most 200 characters.
    pub address: String,
    /// Telephone as written.
    pub phone: String,
    /// Code of the vocabulary `care_level`.
    pub care_level: String,
    /// Code of the vocabulary `language`.
    pub language: String,
    /// Codes of the vocabulary `communication_support`.
    pub communication: Vec<String>,
    /// What whoever meets the person should know; at most 2,000 characters.
    pub note: String,
    /// The id of a household, `new` to make one for this person, or empty: a
    /// new person gets a household, a known one stays where they are.
    pub household: String,
    /// Code of the vocabulary `relation`.
    pub relation: String,
    /// Where the record comes from (an import), or empty.
    pub source: String,
    /// The record's key there, or empty.
    pub source_key: String,
    /// `yes` when the likely duplicates shown before are other people.
    pub not_same: String,
    /// Where to go after saving; a path of this server.
    pub back: String,
    /// Why a record is changed, for its history; may be empty. At most 500 characters.
    pub reason: String,
}

/// A person that passed the checks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewPerson {
    /// Family name.
    pub family: String,
    /// Given name.
    pub given: String,
    /// Reading of the family name.
    pub family_kana: String,
    /// Reading of the given name.
    pub given_kana: String,
    /// Birth date, when known.
    pub birth: Option<Date>,
    /// Code of the vocabulary.
    pub sex: String,
    /// The area.
    pub area: Id,
    /// Address.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// Code of the vocabulary.
    pub care_level: String,
    /// Code of the vocabulary.
    pub language: String,
    /// Codes of the vocabulary, apart by commas.
    pub communication: String,
    /// Note.
    pub note: String,
    /// A household that exists.
    pub household: Option<Id>,
    /// A household of one's own is asked for.
    pub own_household: bool,
    /// Code of the vocabulary.
    pub relation: String,
    /// Where the record comes from.
    pub source: String,
    /// The record's key there.
    pub source_key: String,
}

impl NewPerson {
    /// The keys of the name.
    pub fn keys(&self) -> BTreeSet<String> {
        keys_of([&self.family, &self.given, &self.family_kana, &self.given_kana])
    }
}

/// What a writer typed who may not see where the person lives: it stays as it is on record, so that
/// whatever names another address, area or telephone is refused.
pub fn without_place(ctx: &Ctx, form: &PersonForm, area: Id) -> Result<PersonForm> {
    let mut check = Check::new(ctx);
    for (field, typed) in [("address", &form.address), ("area", &form.area), ("phone", &form.phone)] {
        if !typed.trim().is_empty() {
            check.put(
                field,
                "この人の住所・区域・電話は出していないため、ここでは直せません。住所を見られる権利擁護の担当者に頼んでください。",
                "Address, area and telephone of this person are hidden, so they cannot be changed here. Ask somebody in charge of protection.",
            );
        }
    }
    check.done()?;
    Ok(PersonForm { area: area.to_string(), address: String::new(), phone: String::new(), ..form.clone() })
}

/// Checks a person.
pub fn check_person(ctx: &Ctx, form: &PersonForm) -> Result<NewPerson> {
    let mut check = Check::new(ctx);
    check.text("reason", &form.reason, crate::correction::REASON);
    let name = |check: &mut Check<'_>, field: &str, value: &str| {
        let typed = value;
        let value = check.text(field, typed, NAME);
        // Whoever typed a name that looks like another one (#47) is asked rather than corrected.
        if text::has_hidden(typed.trim_start_matches('\u{feff}')) || value.contains('\n') {
            check.put(
                field,
                "見えない文字が入っています。打ち直してください。",
                "There are invisible characters in it. Please type it again.",
            );
        }
        value
    };
    let family = name(&mut check, "family", &form.family);
    let given_name = name(&mut check, "given", &form.given);
    if family.is_empty() && given_name.is_empty() {
        check.put(
            "family",
            "名前を書いてください。わからないときは「不明」と書いてください。",
            "Please give a name, or “unknown”.",
        );
    }
    let kana = |check: &mut Check<'_>, field: &str, value: &str| {
        let value = name(check, field, value);
        if !value.is_empty() && !is_kana(&value) {
            check.put(field, "ひらがなかカタカナで書いてください。", "Please write it in kana.");
        }
        value
    };
    let family_kana = kana(&mut check, "family_kana", &form.family_kana);
    let given_kana = kana(&mut check, "given_kana", &form.given_kana);
    let birth = check.date("birth", &form.birth);
    match birth {
        Some(day) if day > ctx.today() => {
            check.put("birth", "先の日付になっています。", "This date is in the future.");
        }
        Some(day) if day.year() < 1880 => {
            check.put("birth", "古すぎる日付です。元号を確かめてください。", "This date is too long ago.");
        }
        _ => {}
    }
    let sex = check.choice("sex", &form.sex, "sex");
    let area = check.required_id("area", &form.area);
    let address = check.text("address", &form.address, LINE);
    let phone = check.text("phone", &form.phone, NAME);
    if !phone.is_empty() && fold_phone(&phone).is_empty() {
        check.put("phone", "電話番号を数字で書いてください。", "Please give the number in digits.");
    }
    let care_level = check.choice("care_level", &form.care_level, "care_level");
    let language = check.choice("language", &form.language, "language");
    let communication = check.choices("communication", &form.communication, "communication_support");
    let note = check.text("note", &form.note, NOTE);
    let own_household = form.household.trim() == "new";
    let household = if own_household { None } else { check.id("household", &form.household) };
    let relation = check.choice("relation", &form.relation, "relation");
    let source = check.text("source", &form.source, LINE);
    let source_key = check.text("source_key", &form.source_key, LINE);
    check.done()?;
    Ok(NewPerson {
        family,
        given: given_name,
        family_kana,
        given_kana,
        birth,
        sex: if sex.is_empty() { "unknown".to_owned() } else { sex },
        area: given(area)?,
        address,
        phone,
        care_level,
        language,
        communication: communication.join(","),
        note,
        household,
        own_household,
        relation,
        source,
        source_key,
    })
}

/// The keys by which a name is found: whole and given name, as written and as
/// read. All are folded as readings are, so that a name written partly in kana
/// (きょう子) is found by its typing variants, too (#47).
pub fn keys_of([family, given, family_kana, given_kana]: [&str; 4]) -> BTreeSet<String> {
    [
        fold_kana(&format!("{family}{given}")),
        fold_kana(given),
        fold_kana(&format!("{family_kana}{given_kana}")),
        fold_kana(given_kana),
    ]
    .into_iter()
    .filter(|key| !key.is_empty())
    .collect()
}

/// The first text behind all that begin with `prefix`, in the order of code
/// points, which is the order of bytes on both engines.
pub fn behind_prefix(prefix: &str) -> String {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            last => char::from_u32(u32::from(last) + 1),
        };
        if let Some(next) = next {
            chars.push(next);
            return chars.into_iter().collect();
        }
    }
    // Nothing stands behind a text of last letters only; such a key is never made.
    format!("{prefix}\u{10ffff}")
}

/// Family and given name with a space between, as pages show it.
pub fn joined(family: &str, given: &str) -> String {
    format!("{family} {given}").trim().to_owned()
}

/// The name of a person.
pub fn name_of(person: &Person) -> String {
    joined(&person.family, &person.given)
}

/// A death, a move out of the municipality, or the correction of either.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct LeaveForm {
    /// `died`, `moved_out`, or `back` where neither holds (any more).
    pub kind: String,
    /// The day.
    pub on: String,
}

/// What became of a person, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// Died on that day.
    Died(Date),
    /// Moved out of the municipality on that day.
    MovedOut(Date),
    /// Came back, or it was recorded by mistake.
    Back,
}

/// Checks a death or a move.
pub fn check_leave(ctx: &Ctx, form: &LeaveForm, birth: Option<Date>) -> Result<Leave> {
    let mut check = Check::new(ctx);
    let kind = form.kind.trim();
    let on = match kind {
        "died" | "moved_out" => check.past_date("on", &form.on),
        "back" => None,
        _ => {
            check.put("kind", "1つ選んでください。", "Please choose one.");
            None
        }
    };
    if let (Some(on), Some(birth)) = (on, birth)
        && on < birth
    {
        check.put("on", "生まれた日より前になっています。", "This is before the birth date.");
    }
    check.done()?;
    Ok(match kind {
        "died" => Leave::Died(given(on)?),
        "moved_out" => Leave::MovedOut(given(on)?),
        _ => Leave::Back,
    })
}

/// A restriction as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct RestrictionForm {
    /// `sealed` (only those in charge of protection and those named for this
    /// very person see the record), `barred` (one person may not see it) or
    /// `address` (the address is hidden).
    pub kind: String,
    /// Whom it is against, when `barred`.
    pub against_staff: String,
    /// Why: a code of the vocabulary `restriction_kind`, or words.
    pub reason: String,
    /// Day of the 通告 or 通報, when there was one.
    pub reported_on: String,
    /// To whom it was reported.
    pub reported_to: String,
    /// What those in charge should know.
    pub note: String,
    /// First day; today when empty.
    pub from: String,
    /// Last day; open when empty.
    pub to: String,
}

closed_set! {
    /// How a restriction keeps a record from being read.
    pub enum RestrictionKind in "restriction", "kind" {
        /// Only those in charge of protection and those named for this very person see the record.
        Sealed = "sealed" => ("秘匿（限られた人だけに見える）", "Sealed"),
        /// One person may not see the record.
        Barred = "barred" => ("特定の人に見せない", "Barred from one person"),
        /// The address is hidden.
        Address = "address" => ("住所を出さない", "Address hidden"),
    }
}

/// A restriction that passed its checks.
#[derive(Debug, Clone)]
pub struct NewRestriction {
    /// How it restricts.
    pub kind: RestrictionKind,
    /// Whom it is against.
    pub against: Option<Id>,
    /// Why.
    pub reason: String,
    /// Day of the 通告.
    pub reported_on: Option<Date>,
    /// To whom it was reported.
    pub reported_to: String,
    /// Note.
    pub note: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// Checks a restriction.
pub fn check_restriction(ctx: &Ctx, form: &RestrictionForm) -> Result<NewRestriction> {
    let mut check = Check::new(ctx);
    let kind = RestrictionKind::ALL.iter().copied().find(|kind| kind.code() == form.kind.trim());
    if kind.is_none() {
        check.put("kind", "どう制限するか、1つ選んでください。", "Please choose how to restrict the record.");
    }
    let against = match kind {
        Some(RestrictionKind::Barred) => check.required_id("against_staff", &form.against_staff),
        Some(RestrictionKind::Sealed | RestrictionKind::Address) | None => None,
    };
    let reason = check.required("reason", &form.reason, LINE);
    let reported_on = check.date("reported_on", &form.reported_on);
    if reported_on.is_some_and(|day| day > ctx.today()) {
        check.put("reported_on", "先の日付になっています。通告した日を入れてください。", "This date is in the future.");
    }
    let reported_to = check.text("reported_to", &form.reported_to, LINE);
    if reported_on.is_some() && reported_to.is_empty() {
        check.put("reported_to", "どこへ通告したかを書いてください。", "Say to whom it was reported.");
    }
    let note = check.text("note", &form.note, NOTE);
    let (from, to) = period(&mut check, ctx, (&form.from, &form.to));
    check.done()?;
    Ok(NewRestriction { kind: given(kind)?, against, reason, reported_on, reported_to, note, from, to })
}

/// From today and without an end, unless it is said otherwise.
fn period(check: &mut Check<'_>, ctx: &Ctx, (from, to): (&str, &str)) -> (Date, Date) {
    let from = check.date("from", from).unwrap_or(ctx.today());
    let to = check.date("to", to).unwrap_or(FOREVER);
    if to < from {
        check.put("to", "終わりの日が、始まりの日より前になっています。", "The last day is before the first.");
    }
    (from, to)
}

/// An entrustment as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct EntrustmentForm {
    /// The person who acts, who holds a post in the person's area today.
    pub staff: String,
    /// Why, and what to look out for.
    pub reason: String,
    /// First day; today when empty.
    pub from: String,
    /// Last day; open when empty.
    pub to: String,
}

/// An entrustment that passed its checks.
#[derive(Debug, Clone)]
pub struct NewEntrustment {
    /// To whom.
    pub staff: Id,
    /// Why.
    pub reason: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// Checks an entrustment.
pub fn check_entrustment(ctx: &Ctx, form: &EntrustmentForm) -> Result<NewEntrustment> {
    let mut check = Check::new(ctx);
    let staff = check.required_id("staff", &form.staff);
    let reason = check.text("reason", &form.reason, REASON);
    let (from, to) = period(&mut check, ctx, (&form.from, &form.to));
    check.done()?;
    Ok(NewEntrustment { staff: given(staff)?, reason, from, to })
}

/// A path of this server with the new person's id behind it, if that is what
/// `back` is; anything else leads to the person.
pub fn way_back(back: &str, person: Id) -> String {
    let local = back.starts_with('/')
        && !back.starts_with("//")
        && back.len() <= 500
        && back.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if !local {
        return format!("/persons/{person}?done=registered");
    }
    let joint = if back.contains('?') { '&' } else { '?' };
    format!("{back}{joint}person={person}")
}
