//! Whom a row means: by the number that the register gave, else by name, reading and birth date.
//!
//! What is not certain is not decided: a number under which name and birth date are both others, two
//! persons who fit equally well, or somebody who is likely on record already, are reported.

use std::collections::HashMap;

use sasae_core::fold::{fold_kana, fold_name};
use sasae_core::id::Id;
use sasae_sheet::{CellError, Warning};

use super::merge::Said;
use super::reading::Found;
use crate::ctx::{Ctx, Work};
use crate::error::Result;
use crate::import::store as rows;
use crate::lang::Lang;
use crate::person::{self, Listed, Person, PersonForm};

/// What a row turned out to mean.
pub(super) enum Meant {
    /// Somebody on record; the row says the very same as when it was last imported.
    Unchanged(Id),
    /// Somebody on record.
    Known(Id),
    /// Nobody on record.
    New,
}

/// How numbers of one register are known.
#[derive(Default)]
pub(super) struct Numbers {
    /// The one width of all numbers on record, by kind and register.
    widths: HashMap<(String, String), Option<usize>>,
}

impl Numbers {
    /// The record behind a number, and the number as it stands on record. A spreadsheet takes leading zeros off;
    /// the same digits are the same number.
    pub(super) async fn find(
        &mut self,
        ctx: &Ctx,
        work: &mut Work,
        kind: &'static str,
        (source, number): (&str, &str),
    ) -> Result<(Option<(Id, Vec<u8>)>, String)> {
        let key = |number: &str| format!("id:{number}");
        let exact = rows::find_row(ctx, work, kind, (source, &key(number))).await?;
        if exact.is_some() || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Ok((exact, number.to_owned()));
        }
        let bare = number.trim_start_matches('0');
        let full = self.width(ctx, work, kind, source).await?.map(|width| format!("{number:0>width$}"));
        let full = full.filter(|full| full != number);
        for other in full.iter().map(String::as_str).chain((bare != number && !bare.is_empty()).then_some(bare)) {
            let found = rows::find_row(ctx, work, kind, (source, &key(other))).await?;
            if found.is_some() {
                return Ok((found, other.to_owned()));
            }
        }
        // A new number that is shorter than all before it lost its zeros as well.
        Ok((None, full.unwrap_or_else(|| number.to_owned())))
    }

    /// The width that all numbers on record share, so that a shorter one has lost its zeros.
    async fn width(&mut self, ctx: &Ctx, work: &mut Work, kind: &str, source: &str) -> Result<Option<usize>> {
        let key = (kind.to_owned(), source.to_owned());
        if let Some(known) = self.widths.get(&key) {
            return Ok(*known);
        }
        let widths = rows::find_widths(ctx, work, kind, source).await?;
        let one = widths.filter(|(least, most)| least == most).and_then(|(least, _)| usize::try_from(least - 3).ok());
        self.widths.insert(key, one);
        Ok(one)
    }
}

/// Finds by number, or by the very same row before.
pub(super) async fn by_number(
    ctx: &Ctx,
    work: &mut Work,
    numbers: &mut Numbers,
    (found, warnings): (&mut Found<'_>, &mut Vec<Warning>),
) -> Result<std::result::Result<Meant, CellError>> {
    let mut meant: Option<(Id, Vec<u8>)> = None;
    for at in 0..found.numbers.len() {
        let (source, number) = found.numbers[at].clone();
        let (known, on_record) = numbers.find(ctx, work, "person", (&source, &number)).await?;
        if on_record != number {
            warnings.push(Warning::at(
                found.row.line(),
                format!("番号「{number}」は、先頭の 0 が落ちた「{on_record}」と読みました"),
                format!("the number {number:?} was read as {on_record:?}: leading zeros differ"),
            ));
            found.numbers[at].1.clone_from(&on_record);
        }
        match (&meant, known) {
            (Some((one, _)), Some((other, _))) if *one != other => {
                return Ok(Err(found.row.refuse(
                    number_column(found),
                    "2つの番号が、ちがう人のものです",
                    "the two numbers belong to different persons",
                )));
            }
            (None, Some(known)) => meant = Some(known),
            _ => {}
        }
    }
    if meant.is_none() {
        meant = rows::find_row(ctx, work, "person", (&found.source, &found.digest)).await?;
    }
    Ok(Ok(match meant {
        Some((id, said)) if said == found.said => Meant::Unchanged(id),
        Some((id, _)) => Meant::Known(id),
        None => Meant::New,
    }))
}

/// The column of the number, for reports.
pub(super) fn number_column(found: &Found<'_>) -> &'static str {
    ["person_number", "insured_number", "register_number"]
        .into_iter()
        .find(|key| found.row.get(key).is_some())
        .unwrap_or("name")
}

/// Refuses a row under whose number stands somebody else: name and birth date are both others, or the name is
/// and no birth date tells.
pub(super) fn check_same(found: &Found<'_>, person: &Person, said: &Said) -> std::result::Result<(), CellError> {
    if found.numbers.is_empty() || is_akin(found, person) {
        return Ok(());
    }
    // A name that was corrected by hand is told by what the list said before.
    if said.last("name").is_some_and(|last| fold_name(last) == fold_name(&found.whole_name())) {
        return Ok(());
    }
    if found.birth.is_some() && found.birth == person.birth_on {
        return Ok(());
    }
    let known = person::name_of(person);
    let born = |lang: Lang| person.birth_on.map(|on| lang.date(on)).unwrap_or_default();
    Err(found.row.refuse(
        number_column(found),
        format!(
            "この番号は「{known}」（{}生まれ）の番号ですが、氏名も生年月日もちがいます。番号を確かめてください",
            born(Lang::Ja)
        ),
        format!(
            "this is the number of {known} (born {}), but name and birth date are both others; check the number",
            born(Lang::En)
        ),
    ))
}

/// Whether a part of the name is the same, as after a marriage or with another spelling.
fn is_akin(found: &Found<'_>, person: &Person) -> bool {
    let same = |a: &str, b: &str| !a.is_empty() && fold_kana(a) == fold_kana(b);
    let (family, given) = (&found.name.0, found.name.1.as_deref().unwrap_or_default());
    let (family_kana, given_kana) = found.kana.clone().unwrap_or_default();
    let given_same = same(given, &person.given) || same(&given_kana, &person.given_kana);
    let family_same = same(family, &person.family) || same(&family_kana, &person.family_kana);
    let whole = same(&found.whole_name(), &person::name_of(person))
        || same(&format!("{family_kana}{given_kana}"), &person.kana());
    let births = found.birth.zip(person.birth_on);
    match births {
        Some((a, b)) if a != b => whole || given_same,
        Some(_) => true,
        None => whole || given_same || family_same,
    }
}

/// Persons on record whom the row may mean, by its name; those of other rows and of other numbers left out.
pub(super) async fn by_name(
    ctx: &Ctx,
    work: &mut Work,
    found: &Found<'_>,
    claimed: &HashMap<Id, usize>,
) -> Result<Vec<Listed>> {
    let (family_kana, given_kana) = found.kana.clone().unwrap_or_default();
    let form = PersonForm {
        family: found.name.0.clone(),
        given: found.name.1.clone().unwrap_or_default(),
        family_kana,
        given_kana,
        birth: found.birth.map(|on| on.to_string()).unwrap_or_default(),
        address: found.address.clone().unwrap_or_default(),
        phone: found.phone.clone().unwrap_or_default(),
        ..PersonForm::default()
    };
    let mut likely = person::find_listed(ctx, work, &form).await?;
    let mut others = Vec::new();
    for listed in &likely {
        // Somebody with another number of the same register is another person.
        let mut other = claimed.contains_key(&listed.row.id) && !listed.same;
        if !found.numbers.is_empty() {
            let kept = rows::list_said(ctx, work, "person", listed.row.id).await?;
            other |= found.numbers.iter().any(|(source, _)| Said::of(source, &kept).last("number").is_some());
        }
        others.push(other);
    }
    let mut others = others.into_iter();
    likely.retain(|_| !others.next().unwrap_or_default());
    Ok(likely)
}

/// The refusal of a row that likely means somebody on record.
pub(super) fn ask(found: &Found<'_>, likely: &[Listed]) -> CellError {
    let key = if found.row.get("name").is_some() { "name" } else { "family_name" };
    let lines = |lang: Lang| -> Vec<String> {
        let one = |listed: &Listed| {
            let born = listed.row.birth_on.map(|on| lang.date(on)).unwrap_or_default();
            let reasons: Vec<&str> = listed.reasons.iter().map(|reason| reason.get(lang)).collect();
            match lang {
                Lang::Ja => format!("{}（{born}生まれ、{}）", listed.row.name(), reasons.join("、")),
                Lang::En => format!("{} (born {born}; {})", listed.row.name(), reasons.join("; ")),
            }
        };
        likely.iter().take(3).map(one).collect()
    };
    found.row.refuse(
        key,
        format!(
            "登録ずみの人と同じ人かもしれません：{}。同じ人なら画面で直し、別の人なら --new-persons をつけて取り込んでください",
            lines(Lang::Ja).join("、")
        ),
        format!(
            "likely the same as {}; change the person's page if so, or import with --new-persons if not",
            lines(Lang::En).join(", ")
        ),
    )
}
