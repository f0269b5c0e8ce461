//! Lists of towns (町字), such as those of the address base registry: 町字ID,
//! name, reading, first and last day (#1, #43).

use std::collections::HashMap;

use sasae_core::fold::fold_address;
use sasae_core::municipality::MunicipalityCode;
use sasae_core::text;
use sasae_sheet::{Report, Row, Serial, Sheet, Table, aliases};

use super::tree::before;
use super::{Options, columns, headings};
use crate::area::BEGINNING;
use crate::area::TOWN;
use crate::area::store::{self, Town};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::tenancy::FOREVER;

const KEPT: &[&str] = &[
    "municipality_code",
    "municipality",
    "prefecture",
    "town_id",
    "town",
    "town_kana",
    "chome",
    "chome_number",
    "koaza",
    "koaza_kana",
    "latitude",
    "longitude",
    "valid_from",
    "valid_to",
];

/// Imports a list of towns.
pub(super) async fn bring_in(ctx: &Ctx, work: &mut Work, sheet: &Sheet, options: &Options) -> Result<Report> {
    let table = Table::locate(sheet, aliases::AREA).map_err(|error| headings(&error))?;
    table.require_one_of(&[&["town"]]).map_err(|error| headings(&error))?;
    let mut report = Report::new(&table);
    report.warnings.extend(columns::not_kept(&table, KEPT));
    let file_wide = municipality_of_file(ctx, work, &table, options).await?;
    let mut towns = Towns::new();
    for town in store::list_towns(ctx, work).await? {
        towns.entry(key_of(&town)).or_default().push(town);
    }
    for row in table.rows() {
        if !report.begin(&row) {
            continue;
        }
        let Some(wanted) = read_row(ctx, &row, file_wide.as_deref(), &mut report) else { continue };
        if put(ctx, work, &mut towns, wanted).await? {
            report.accepted += 1;
        } else {
            report.unchanged += 1;
        }
    }
    Ok(report)
}

/// The municipality of a file whose rows do not say it: the option, the code in
/// the file's name, or the municipality itself where it has no wards.
async fn municipality_of_file(
    ctx: &Ctx,
    work: &mut Work,
    table: &Table<'_>,
    options: &Options,
) -> Result<Option<String>> {
    if !options.municipality.is_empty() {
        return match MunicipalityCode::lenient(&options.municipality) {
            Ok(code) => Ok(Some(code.to_string())),
            Err(error) => Err(Error::field("municipality", error.ja(), error.to_string())),
        };
    }
    if table.has("municipality_code") {
        return Ok(None);
    }
    let name = table.sheet().name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let digits = name.split(|c: char| !c.is_ascii_digit());
    // A date such as 202404 has no right check digit by luck alone in one of eleven names.
    let in_name = digits.filter(|run| run.len() == 6).find_map(|run| run.parse::<MunicipalityCode>().ok());
    if let Some(code) = in_name {
        return Ok(Some(code.to_string()));
    }
    let areas = store::list_all(ctx, work).await?;
    let parts = areas.iter().any(|area| area.code != ctx.tenant() && area.code.parse::<MunicipalityCode>().is_ok());
    if parts {
        return Err(Error::field(
            "municipality",
            "どの市区町村の町かがファイルからわかりません。市区町村コードを指定してください。",
            "The file does not say of which municipality the towns are; name its code.",
        ));
    }
    Ok(Some(ctx.tenant().to_owned()))
}

fn read_row(ctx: &Ctx, row: &Row<'_>, file_wide: Option<&str>, report: &mut Report) -> Option<Town> {
    let own = report.take(row.code("municipality_code")).flatten().map(|read| read.code.to_string());
    let town = report.take(row.required_text("town", 100));
    let id = report.take(row.fixed_digits("town_id", 7)).flatten();
    let part = |report: &mut Report, key: &str| {
        let cell = report.take(row.text(key, 100)).flatten();
        cell.map(|cell| text::clean(&cell)).unwrap_or_default()
    };
    let chome = part(report, "chome");
    let number = part(report, "chome_number");
    let koaza = part(report, "koaza");
    let kana = part(report, "town_kana");
    let koaza_kana = part(report, "koaza_kana");
    let place = report.take(row.coordinates("latitude", "longitude")).flatten();
    let from = report.take(row.date("valid_from", Serial::Allowed)).flatten();
    let to = report.take(row.date("valid_to", Serial::Allowed)).flatten();
    if report.is_refused(row.line()) {
        return None;
    }
    let Some(municipality) = own.or_else(|| file_wide.map(str::to_owned)) else {
        report.refuse(row.refuse("municipality_code", "市区町村コードが空欄です", "the municipality code is blank"));
        return None;
    };
    let chome = match (chome.is_empty(), number.is_empty()) {
        (true, false) => format!("{number}丁目"),
        _ => chome,
    };
    let name = format!("{}{chome}{koaza}", text::clean(&town?));
    let abolished = row.column_name("valid_to").contains("廃止") || row.column_name("valid_to").contains("ablt");
    let valid_from = from.unwrap_or(BEGINNING);
    let valid_to = to.map_or(FOREVER, |day| if abolished { before(day) } else { day });
    if valid_to < valid_from {
        report.refuse(row.refuse("valid_to", "効力のある期間がありません", "it was never in force"));
        return None;
    }
    Some(Town {
        id: ctx.new_id(),
        municipality,
        code: id.map_or_else(|| format!("={}", fold_address(&name)), |id| id.digits),
        kana: format!("{kana}{koaza_kana}"),
        name,
        latitude: place.map(|place| place.latitude),
        longitude: place.map(|place| place.longitude),
        valid_from,
        valid_to,
    })
}

/// The towns of each municipality and 町字ID, one after another in time.
type Towns = HashMap<(String, String), Vec<Town>>;

fn key_of(town: &Town) -> (String, String) {
    (town.municipality.clone(), town.code.clone())
}

/// Whether anything changed.
async fn put(ctx: &Ctx, work: &mut Work, towns: &mut Towns, wanted: Town) -> Result<bool> {
    let versions = towns.entry(key_of(&wanted)).or_default();
    if let Some(there) = versions.iter_mut().find(|town| town.valid_from == wanted.valid_from) {
        let mut corrected = Town { id: there.id, ..wanted };
        if corrected.latitude.is_none() {
            (corrected.latitude, corrected.longitude) = (there.latitude, there.longitude);
        }
        if corrected.kana.is_empty() {
            corrected.kana.clone_from(&there.kana);
        }
        // A later name of the town ended this one; a list without last days does not reopen it.
        corrected.valid_to = corrected.valid_to.min(there.valid_to);
        if *there == corrected {
            return Ok(false);
        }
        store::change_town(ctx, work, &corrected).await?;
        ctx.wrote(&TOWN, corrected.id);
        *there = corrected;
        return Ok(true);
    }
    let from = wanted.valid_from;
    for earlier in versions.iter_mut().filter(|town| town.valid_from < from && from <= town.valid_to) {
        earlier.valid_to = before(from);
        store::change_town(ctx, work, earlier).await?;
    }
    let next = versions.iter().map(|town| town.valid_from).filter(|day| *day > from).min();
    let valid_to = next.map_or(wanted.valid_to, |day| wanted.valid_to.min(before(day)));
    let town = Town { valid_to, ..wanted };
    store::insert_town(ctx, work, &town).await?;
    ctx.wrote(&TOWN, town.id);
    versions.push(town);
    Ok(true)
}
