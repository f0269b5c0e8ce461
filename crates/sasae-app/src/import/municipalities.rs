//! Lists of all municipalities of Japan: the one that this system serves
//! becomes the top of the tree, and its wards (or, for a prefecture, its
//! municipalities) become the tier below (#44).

use sasae_core::municipality::MunicipalityCode;
use sasae_core::text;
use sasae_sheet::{Report, Row, Sheet, Table, Warning, aliases};

use super::tree::{AreaRow, Put, Tree};
use super::{Options, columns, headings};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::profile::Tier;

/// A row of ours.
struct Found<'t> {
    row: Row<'t>,
    code: MunicipalityCode,
    name: String,
    kana: String,
}

/// Imports the rows that concern this municipality; the others are only counted.
pub(super) async fn bring_in(ctx: &Ctx, work: &mut Work, sheet: &Sheet, options: &Options) -> Result<Report> {
    let table = Table::locate(sheet, aliases::MUNICIPALITIES).map_err(|error| headings(&error))?;
    let mut report = Report::new(&table);
    report.warnings.extend(columns::not_kept(&table, &["code", "name", "name_kana", "prefecture"]));
    let tenant: MunicipalityCode = ctx.tenant().parse().map_err(Error::internal)?;
    let (tops, parts, others) = sort_out(&table, tenant, &mut report);
    if others > 0 {
        report.warnings.push(Warning::about_file(
            format!("ほかの自治体の{others}行は読みませんでした"),
            format!("{others} rows of other municipalities were not read"),
        ));
    }
    let tiers: Vec<&Tier> = ctx.profile().main_tiers().collect();
    let Some((whole, below)) = tiers.split_first() else { return Ok(report) };
    let mut tree = Tree::load(ctx, work).await?;
    let own_name = ctx.municipality().name.clone();
    let top = match tops.first() {
        None if tenant.is_prefecture() => {
            // Lists of municipalities have no row for the prefecture itself.
            let wanted = wanted(whole, &tenant, &own_name, "", options);
            tree.put(ctx, work, &wanted).await?.ok().map(|(id, _)| id)
        }
        None => None,
        Some(found) => {
            let wanted = wanted(whole, &found.code, &found.name, &found.kana, options);
            take(ctx, work, &mut tree, &mut report, found, wanted).await?
        }
    };
    let Some(top) = top else {
        return Err(Error::field(
            "file",
            format!("この自治体（{tenant}）の行がありません。"),
            format!("The list has no row for this municipality ({tenant})."),
        ));
    };
    match below.first() {
        Some(tier) => {
            for found in &parts {
                let mut wanted = wanted(tier, &found.code, &found.name, &found.kana, options);
                wanted.parent = Some((top, tier.hierarchy.clone()));
                take(ctx, work, &mut tree, &mut report, found, wanted).await?;
            }
        }
        None => report.warnings.push(Warning::about_file(
            "この設定には、その下の階層がありません",
            "the profile has no tier below the whole",
        )),
    }
    tree.finish(ctx, work).await?;
    Ok(report)
}

fn wanted(tier: &Tier, code: &MunicipalityCode, name: &str, kana: &str, options: &Options) -> AreaRow {
    AreaRow {
        tier: tier.code.clone(),
        code: code.to_string(),
        name: name.to_owned(),
        kana: kana.to_owned(),
        from: options.from,
        ..AreaRow::default()
    }
}

async fn take(
    ctx: &Ctx,
    work: &mut Work,
    tree: &mut Tree,
    report: &mut Report,
    found: &Found<'_>,
    wanted: AreaRow,
) -> Result<Option<sasae_core::id::Id>> {
    match tree.put(ctx, work, &wanted).await? {
        Ok((id, Put::Same)) => {
            report.unchanged += 1;
            Ok(Some(id))
        }
        Ok((id, _)) => {
            report.accepted += 1;
            Ok(Some(id))
        }
        Err(reason) => {
            report.refuse(found.row.refuse("code", reason.ja, reason.en));
            Ok(None)
        }
    }
}

/// The rows of the municipality itself, of its parts, and the number of others.
fn sort_out<'t>(
    table: &'t Table<'_>,
    tenant: MunicipalityCode,
    report: &mut Report,
) -> (Vec<Found<'t>>, Vec<Found<'t>>, usize) {
    let mut tops = Vec::new();
    let mut rest = Vec::new();
    let mut others = 0;
    for row in table.rows() {
        // Only what concerns us is counted as read; a broken code may concern us.
        let code = match row.needed("code", row.code("code")) {
            Ok(read) if read.code.prefecture() == tenant.prefecture() => read.code,
            Ok(_) => {
                others += 1;
                continue;
            }
            Err(error) => {
                if report.begin(&row) {
                    report.refuse(error);
                }
                continue;
            }
        };
        let name = row.get("name").map(text::clean).unwrap_or_default();
        let kana = row.get("name_kana").map(text::clean).unwrap_or_default();
        let found = Found { row, code, name, kana };
        if code == tenant {
            tops.push(found);
        } else {
            rest.push(found);
        }
    }
    let own = tops.first().map(|top| (top.name.clone(), top.kana.clone())).unwrap_or_default();
    let cities: Vec<String> = rest.iter().map(|found| found.name.clone()).collect();
    let mut parts = Vec::new();
    for found in rest {
        let part = if tenant.is_prefecture() { municipality_of(found, &cities) } else { ward_of(found, &own) };
        match part {
            Some(part) => parts.push(part),
            None => others += 1,
        }
    }
    let mut read = |found: &Found<'_>| report.begin(&found.row) && has_name(found, report);
    tops.retain(&mut read);
    parts.retain(&mut read);
    (tops, parts, others)
}

fn has_name(found: &Found<'_>, report: &mut Report) -> bool {
    report.take(found.row.required_text("name", 100)).is_some()
}

/// 北九州市 門司区 (or 北九州市門司区) is a ward of 北九州市 and called 門司区.
fn ward_of<'t>(found: Found<'t>, (city, city_kana): &(String, String)) -> Option<Found<'t>> {
    let rest = found.name.strip_prefix(city.as_str())?;
    let name = rest.trim().to_owned();
    if city.is_empty() || name.is_empty() {
        return None;
    }
    let kana = found.kana.strip_prefix(city_kana.as_str()).unwrap_or(&found.kana).trim().to_owned();
    Some(Found { name, kana, ..found })
}

/// A municipality of a prefecture: neither the prefecture nor a ward of a city in it.
fn municipality_of<'t>(found: Found<'t>, cities: &[String]) -> Option<Found<'t>> {
    let name = found.name.as_str();
    let is_ward = cities
        .iter()
        .any(|city| city != name && city.ends_with('市') && name.starts_with(city.as_str()) && name.ends_with('区'));
    (!is_ward && !found.code.is_prefecture()).then_some(found)
}
