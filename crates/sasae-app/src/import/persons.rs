//! Registers of persons (要援護者台帳 and the like): name, reading, birth date,
//! address, household (#15, #16, #47, #48). Every row goes through the person
//! room, so its checks, keys and audit rows are those of the page.

use std::collections::HashMap;

use jiff::civil::Date;
use sasae_core::fold::{fold_address, fold_kana, fold_name};
use sasae_core::id::Id;
use sasae_core::text;
use sasae_sheet::{CellError, Report, Row, Serial, Sheet, Table, aliases};

use super::keys::{Keys, Repeated, fingerprint, refuse_repeated};
use super::words::{CARE_LEVEL, RELATION, SEX, word_code};
use super::{Options, columns, headings, store as rows, wrong_option};
use crate::area::{Book, TownBook};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Fields, Result};
use crate::lang::Lang;
use crate::person::{self, LeaveForm, PersonForm};

/// Columns that have no field of their own: they go into the note, each with its heading.
const NOTED: &[&str] = &[
    "disability",
    "living_alone",
    "emergency_name",
    "emergency_phone",
    "emergency_relationship",
    "consent",
    "consent_date",
    "moved_in",
    "note",
];

const KEPT: &[&str] = &[
    "name",
    "kana",
    "family_name",
    "given_name",
    "family_kana",
    "given_kana",
    "birth_date",
    "sex",
    "person_number",
    "record_id",
    "household_number",
    "relationship",
    "address",
    "building",
    "town",
    "town_id",
    "address_block",
    "ward",
    "school_area",
    "district",
    "neighbourhood",
    "phone",
    "mobile",
    "care_level",
    "language",
    "died",
    "disability",
    "living_alone",
    "emergency_name",
    "emergency_phone",
    "emergency_relationship",
    "consent",
    "consent_date",
    "moved_in",
    "note",
];

/// A row that passed.
struct Found {
    form: PersonForm,
    household: String,
    died: Option<Date>,
    said: Vec<u8>,
}

/// Imports a register.
pub(super) async fn bring_in(ctx: &Ctx, work: &mut Work, sheet: &Sheet, options: &Options) -> Result<Report> {
    let table = Table::locate(sheet, aliases::PERSON).map_err(|error| headings(&error))?;
    table.require_one_of(&[&["name"], &["family_name", "given_name"]]).map_err(|error| headings(&error))?;
    let mut report = Report::new(&table);
    report.warnings.extend(columns::not_kept(&table, KEPT));
    let book = Book::load(ctx, work, ctx.today()).await?;
    let area = match options.area.as_str() {
        "" => None,
        written => Some(book.find(written, None, None).map_err(|reason| wrong_option("area", &reason))?.id),
    };
    let smallest = ctx.profile().smallest_tier().map(|tier| tier.code.as_str());
    let reading = Reading {
        ctx,
        towns: TownBook::load(ctx, work, ctx.today()).await?,
        main: ctx.profile().main_tiers().map(|tier| tier.code.as_str()).collect(),
        book,
        smallest,
        area,
    };
    let mut keys = Keys::of(&table, &["person_number", "record_id"], options);
    let mut households: HashMap<String, Id> = HashMap::new();
    for row in table.rows() {
        if !report.begin(&row) {
            continue;
        }
        let Some(found) = reading.row(&row, &keys, &mut report) else { continue };
        match keys.repeated(row.line(), &found.form.source_key, &found.said) {
            Repeated::No => {}
            Repeated::Same => {
                report.unchanged += 1;
                continue;
            }
            Repeated::Other(before) => {
                let key = if row.get("name").is_some() { "name" } else { "family_name" };
                refuse_repeated(&mut report, &row, key, before);
                continue;
            }
        }
        match put(ctx, work, &mut households, found).await {
            Ok(true) => report.accepted += 1,
            Ok(false) => report.unchanged += 1,
            // The room's own checks speak of fields of its form.
            Err(Error::Invalid(fields)) => refuse_fields(&row, &fields, &mut report),
            Err(other) => return Err(other),
        }
    }
    Ok(report)
}

fn refuse_fields(row: &Row<'_>, fields: &Fields, report: &mut Report) {
    let english: Vec<&str> = fields.iter(Lang::En).map(|(_, message)| message).collect();
    for ((field, ja), en) in fields.iter(Lang::Ja).zip(english) {
        let key = match field {
            "family" if row.get("family_name").is_some() => "family_name",
            "given" if row.get("given_name").is_some() => "given_name",
            "family" | "given" => "name",
            "family_kana" if row.get("family_kana").is_some() => "family_kana",
            "given_kana" if row.get("given_kana").is_some() => "given_kana",
            "family_kana" | "given_kana" => "kana",
            "birth" => "birth_date",
            "on" => "died",
            "sex" | "address" | "phone" | "care_level" | "language" | "note" => field,
            "relation" => "relationship",
            "household" => "household_number",
            _ => "name",
        };
        report.refuse(row.refuse(key, ja, en));
    }
}

struct Reading<'a> {
    ctx: &'a Ctx,
    book: Book,
    towns: TownBook,
    main: Vec<&'a str>,
    smallest: Option<&'a str>,
    area: Option<Id>,
}

impl Reading<'_> {
    fn row(&self, row: &Row<'_>, keys: &Keys, report: &mut Report) -> Option<Found> {
        let name = report.take(parts_of(row, "name", ("family_name", "given_name"), true));
        let kana = report.take(parts_of(row, "kana", ("family_kana", "given_kana"), false));
        let birth = report.take(row.date("birth_date", Serial::Refused)).flatten();
        let died = report.take(row.date("died", Serial::Allowed)).flatten();
        let sex = self.word(row, report, "sex", "sex", SEX);
        let care_level = self.word(row, report, "care_level", "care_level", CARE_LEVEL);
        let language = self.word(row, report, "language", "language", &[("日本語", "ja")]);
        let relation = relation_of(self.ctx, row);
        let address = address_of(row, report);
        let phone = report.take(row.phone("phone")).flatten();
        let mobile = report.take(row.phone("mobile")).flatten();
        let household = report.take(row.identifier("household_number", 100)).flatten().unwrap_or_default();
        let mut note = note_of(row, report);
        let area = report.take(self.area_of(row, &address));
        if report.is_refused(row.line()) {
            return None;
        }
        let ((family, given), (family_kana, given_kana)) = (name?, kana?);
        let birth = birth.map(|day| day.to_string()).unwrap_or_default();
        let phone = match (phone, mobile) {
            (Some(home), Some(mobile)) => {
                note = format!("携帯電話：{}\n{note}", mobile.number).trim().to_owned();
                home.number
            }
            (home, mobile) => home.or(mobile).map(|phone| phone.number).unwrap_or_default(),
        };
        let key = keys.key(
            row,
            &[
                &fold_name(&format!("{family}{given}")),
                &fold_kana(&format!("{family_kana}{given_kana}")),
                &birth,
                &fold_address(&address),
            ],
        );
        let form = PersonForm {
            family,
            given,
            family_kana,
            given_kana,
            birth,
            sex: if sex.is_empty() { "unknown".to_owned() } else { sex },
            area: area?.to_string(),
            address,
            phone,
            care_level,
            language,
            note,
            relation,
            source: keys.source.clone(),
            source_key: key,
            ..PersonForm::default()
        };
        let died_on = died.map(|day| day.to_string()).unwrap_or_default();
        let said = fingerprint(&[
            &form.family,
            &form.given,
            &form.family_kana,
            &form.given_kana,
            &form.birth,
            &form.sex,
            &form.address,
            &form.phone,
            &form.care_level,
            &form.language,
            &form.note,
            &form.relation,
            &household,
            &died_on,
            row.get("school_area").unwrap_or_default(),
            row.get("district").unwrap_or_default(),
            row.get("ward").unwrap_or_default(),
            row.get("town").unwrap_or_default(),
        ]);
        Some(Found { form, household, died, said })
    }

    fn word(&self, row: &Row<'_>, report: &mut Report, key: &str, vocabulary: &str, others: &[(&str, &str)]) -> String {
        let code = row.parse(key, |cell| word_code(self.ctx.profile(), vocabulary, cell, others));
        report.take(code).flatten().unwrap_or_default()
    }

    /// Where the person lives: the district named, the town, the district of
    /// the address, the ward, or the option.
    fn area_of(&self, row: &Row<'_>, address: &str) -> Result<Id, CellError> {
        let refuse = |key: &str, reason: sasae_sheet::Reason| row.refuse(key, reason.ja, reason.en);
        let ward = match row.get("ward") {
            None => None,
            Some(written) => Some(self.book.find(written, None, None).map_err(|reason| refuse("ward", reason))?),
        };
        let around = ward.map(|area| area.id);
        for key in ["school_area", "district", "neighbourhood"] {
            let Some(written) = row.get(key) else { continue };
            match self.book.find(written, self.smallest, around) {
                Ok(area) => return Ok(area.id),
                // A 町内会 is often no area of the tree; the town tells then.
                Err(_) if key == "neighbourhood" => {}
                Err(reason) => return Err(refuse(key, reason)),
            }
        }
        let municipality = ward.map(|area| area.code.as_str()).filter(|code| self.towns.knows(Some(code)));
        let by_id = row.fixed_digits("town_id", 7)?;
        let town = by_id
            .and_then(|id| self.towns.by_code(municipality, &id.digits))
            .or_else(|| row.get("town").and_then(|name| self.towns.by_name(municipality, name).first().copied()))
            .or_else(|| self.towns.in_address(municipality, address));
        if let Some(area) = town.and_then(|town| self.towns.area_of(town.id, &self.book, &self.main)) {
            return Ok(area);
        }
        let address = fold_name(address);
        let named = self.book.areas().iter().filter(|area| {
            self.main.contains(&area.tier.as_str()) && !area.name.is_empty() && address.contains(&fold_name(&area.name))
        });
        let deepest = named.max_by_key(|area| self.book.level(area)).map(|area| area.id);
        around.or(self.area).or(deepest).ok_or_else(|| {
            let key = if row.column_index("address").is_some() { "address" } else { "district" };
            row.refuse(
                key,
                "どの区域に住む人かがわかりません。校区か、一覧にある町名を書いてください",
                "it is not clear in which area the person lives; give the district or a town on record",
            )
        })
    }
}

/// Family and given name (or their readings): from two columns, or one column
/// with a space between them. Without a space the whole is the family name.
fn parts_of(
    row: &Row<'_>,
    whole: &str,
    (family, given): (&str, &str),
    needed: bool,
) -> Result<(String, String), CellError> {
    if row.get(family).is_some() || (row.get(given).is_some() && row.get(whole).is_none()) {
        let front = row.text(family, 50)?.unwrap_or_default();
        let back = row.text(given, 50)?.unwrap_or_default();
        return Ok((text::clean(&front), text::clean(&back)));
    }
    let name = if needed { row.required_text(whole, 100)? } else { row.text(whole, 100)?.unwrap_or_default() };
    let name = text::clean(&name);
    Ok(match name.split_once(|c: char| c.is_whitespace()) {
        Some((front, back)) => (front.to_owned(), back.split_whitespace().collect::<Vec<_>>().join(" ")),
        None => (name, String::new()),
    })
}

/// A relation that no list knows is still a relation.
fn relation_of(ctx: &Ctx, row: &Row<'_>) -> String {
    row.get("relationship").map_or_else(String::new, |written| {
        word_code(ctx.profile(), "relation", written, RELATION).unwrap_or_else(|_| "other".to_owned())
    })
}

fn address_of(row: &Row<'_>, report: &mut Report) -> String {
    let mut cell = |key: &str| {
        let cell = report.take(row.text(key, 200)).flatten();
        cell.map(|cell| text::clean(&cell)).unwrap_or_default()
    };
    let whole = cell("address");
    let (ward, town, block, building) = (cell("ward"), cell("town"), cell("address_block"), cell("building"));
    let address = if whole.is_empty() { format!("{ward}{town}{block}") } else { whole };
    if building.is_empty() || address.contains(&building) { address } else { format!("{address} {building}") }
}

/// What has no field of its own, with its heading before it.
fn note_of(row: &Row<'_>, report: &mut Report) -> String {
    let lines = NOTED.iter().filter_map(|key| {
        let cell = report.take(row.text(key, 1000)).flatten()?;
        let cell = text::clean(&cell);
        Some(if *key == "note" { cell } else { format!("{}：{cell}", row.column_name(key)) })
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether anything changed.
async fn put(ctx: &Ctx, work: &mut Work, households: &mut HashMap<String, Id>, found: Found) -> Result<bool> {
    let source = (found.form.source.as_str(), found.form.source_key.as_str());
    let known = rows::find_row(ctx, work, "person", source).await?;
    if known.as_ref().is_some_and(|(_, before)| *before == found.said) {
        return Ok(false);
    }
    let id = match known {
        Some((id, _)) => {
            let seen = person::get(ctx, work, id).await?.revision;
            person::change(ctx, work, id, &found.form, seen).await?;
            id
        }
        None => {
            let mut form = found.form.clone();
            if let Some(household) = household_of(ctx, work, households, &found).await? {
                form.household = household.to_string();
            }
            let id = person::register(ctx, work, &form).await?;
            remember_household(ctx, work, households, &found, id).await?;
            id
        }
    };
    if let Some(day) = found.died {
        let person = person::get(ctx, work, id).await?;
        if person.died_on != Some(day) {
            let form = LeaveForm { kind: "died".to_owned(), on: day.to_string() };
            person::leave(ctx, work, id, &form, person.revision).await?;
        }
    }
    rows::put_row(ctx, work, "person", source, id, &found.said).await?;
    Ok(true)
}

/// The household that an earlier row, of this file or an earlier one, made for the number.
async fn household_of(
    ctx: &Ctx,
    work: &mut Work,
    households: &HashMap<String, Id>,
    found: &Found,
) -> Result<Option<Id>> {
    if found.household.is_empty() {
        return Ok(None);
    }
    if let Some(id) = households.get(&found.household) {
        return Ok(Some(*id));
    }
    let source = (found.form.source.as_str(), found.household.as_str());
    Ok(rows::find_row(ctx, work, "household", source).await?.map(|(id, _)| id))
}

async fn remember_household(
    ctx: &Ctx,
    work: &mut Work,
    households: &mut HashMap<String, Id>,
    found: &Found,
    person: Id,
) -> Result<()> {
    if found.household.is_empty() {
        return Ok(());
    }
    let Some(household) = person::find_household(ctx, work, person).await? else { return Ok(()) };
    if households.insert(found.household.clone(), household).is_none() {
        let source = (found.form.source.as_str(), found.household.as_str());
        rows::put_row(ctx, work, "household", source, household, &[]).await?;
    }
    Ok(())
}
