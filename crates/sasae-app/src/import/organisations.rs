//! Lists of organisations and places: both generations of the government's
//! open data sets, the English headings of some cities, and what offices keep
//! by hand (#22, #43). Each row becomes an organisation and its window or base.

use sasae_core::fold::{fold_address, fold_name};
use sasae_core::id::Id;
use sasae_core::text;
use sasae_sheet::{Report, Row, Sheet, Table, aliases};

use super::keys::{Keys, Repeated, fingerprint, refuse_repeated};
use super::words::find_named;
use super::{Options, columns, headings, store as rows, wrong_option};
use crate::area::{Book, TownBook};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::profile::{BaseKind, Profile};
use crate::staff::store::{self, NewBase, NewOrganisation};
use crate::staff::{BASE, ORGANISATION};

const KEPT: &[&str] = &[
    "name",
    "name_kana",
    "record_id",
    "facility_number",
    "kind",
    "services",
    "address",
    "address_prefecture",
    "address_city",
    "address_town",
    "address_block",
    "building",
    "latitude",
    "longitude",
    "phone",
    "extension",
    "url",
    "open_days",
    "opens",
    "closes",
    "hours_note",
    "serves",
    "town_id",
    "address_code",
    "municipality_code",
];

/// Words in a name that tell the kind; the code is taken where the profile has it.
const HINTS: &[(&str, &str)] = &[
    ("地域包括支援", "support_center"),
    ("居宅介護支援", "care_office"),
    ("社会福祉協議会", "shakyo"),
    ("自立相談支援", "self_reliance"),
    ("基幹相談支援", "disability_center"),
    ("障害者相談支援", "disability_center"),
    ("こども家庭センター", "child_center"),
    ("民生委員", "minsei_council"),
    ("病院", "medical"),
    ("医院", "medical"),
    ("クリニック", "medical"),
    ("診療所", "medical"),
    ("薬局", "medical"),
    ("老人ホーム", "care_provider"),
    ("デイサービス", "care_provider"),
    ("グループホーム", "care_provider"),
    ("老人保健施設", "care_provider"),
    ("介護", "care_provider"),
    ("ヘルパー", "care_provider"),
    ("小学校", "school"),
    ("中学校", "school"),
    ("幼稚園", "school"),
    ("保育", "school"),
    ("こども園", "school"),
    ("警察", "police_fire"),
    ("交番", "police_fire"),
    ("消防", "police_fire"),
    ("自治会", "residents"),
    ("町内会", "residents"),
    ("町会", "residents"),
    ("特定非営利活動法人", "volunteer"),
    ("NPO", "volunteer"),
    ("ボランティア", "volunteer"),
    ("区役所", "ward_office"),
    ("支所", "ward_office"),
    ("市役所", "city_hall"),
    ("町役場", "city_hall"),
    ("村役場", "city_hall"),
    ("法律事務所", "legal"),
    ("弁護士", "legal"),
    ("司法書士", "legal"),
    ("株式会社", "company"),
    ("有限会社", "company"),
];

/// A row that passed.
struct Found {
    organisation: NewOrganisation,
    base: NewBase,
    said: Vec<u8>,
    key: String,
}

/// Imports a list of organisations.
pub(super) async fn bring_in(ctx: &Ctx, work: &mut Work, sheet: &Sheet, options: &Options) -> Result<Report> {
    let table = Table::locate(sheet, aliases::ORGANISATION).map_err(|error| headings(&error))?;
    let mut report = Report::new(&table);
    report.warnings.extend(columns::not_kept(&table, KEPT));
    let reading = Reading {
        profile: ctx.profile(),
        book: Book::load(ctx, work, ctx.today()).await?,
        towns: TownBook::load(ctx, work, ctx.today()).await?,
        main: ctx.profile().main_tiers().map(|tier| tier.code.as_str()).collect(),
        kind: option_kind(ctx.profile(), options)?,
        file_hint: file_hint(&table),
    };
    let top = reading.book.top().map(|area| area.id).ok_or_else(no_area)?;
    let fixed = match options.area.as_str() {
        "" => None,
        area => Some(reading.book.find(area, None, None).map_err(|reason| wrong_option("area", &reason))?.id),
    };
    let mut keys = Keys::of(&table, &["facility_number", "record_id"], options);
    for row in table.rows() {
        if !report.begin(&row) {
            continue;
        }
        let Some(mut found) = reading.row(&row, &keys, &mut report) else { continue };
        match keys.repeated(row.line(), &found.key, &found.said) {
            Repeated::No => {}
            Repeated::Same => {
                report.unchanged += 1;
                continue;
            }
            Repeated::Other(before) => {
                refuse_repeated(&mut report, &row, "name", before);
                continue;
            }
        }
        found.organisation.area = fixed.or(found.organisation.area);
        found.base.area = found.organisation.area.unwrap_or(top);
        if put(ctx, work, &keys, found).await? {
            report.accepted += 1;
        } else {
            report.unchanged += 1;
        }
    }
    Ok(report)
}

fn no_area() -> Error {
    Error::refused(
        "区域がまだありません。先に区域の一覧を取り込んでください。",
        "There is no area yet. Import a list of areas first.",
    )
}

fn option_kind(profile: &Profile, options: &Options) -> Result<Option<String>> {
    if options.kind.is_empty() {
        return Ok(None);
    }
    find_named(&options.kind, &profile.organisation_kinds, ("組織の種類", "kind of organisation"))
        .map(|kind| Some(kind.code.clone()))
        .map_err(|reason| wrong_option("kind", &reason))
}

/// What the headings say of all rows: 介護サービス事業所名称, 医療機関名.
fn file_hint(table: &Table<'_>) -> Option<&'static str> {
    let name = table.column_name("name");
    [("介護", "care_provider"), ("医療", "medical"), ("学校", "school"), ("園", "school"), ("サロン", "residents")]
        .into_iter()
        .find(|(word, _)| name.contains(word))
        .map(|(_, code)| code)
}

struct Reading<'a> {
    profile: &'a Profile,
    book: Book,
    towns: TownBook,
    main: Vec<&'a str>,
    kind: Option<String>,
    file_hint: Option<&'static str>,
}

impl Reading<'_> {
    fn row(&self, row: &Row<'_>, keys: &Keys, report: &mut Report) -> Option<Found> {
        let name = report.take(row.required_text("name", 200)).map(|name| text::clean(&name));
        let kana = line(report, row, "name_kana", 200);
        let address = self.address(row, report);
        let phone = report.take(row.phone("phone")).flatten();
        let url = line(report, row, "url", 500);
        let place = report.take(row.coordinates("latitude", "longitude")).flatten();
        let hours = hours(row, report);
        let kind_word = line(report, row, "kind", 200);
        let services = line(report, row, "services", 500);
        let serves = line(report, row, "serves", 500);
        let extension = line(report, row, "extension", 50);
        if report.is_refused(row.line()) {
            return None;
        }
        let name = name?;
        let phone = phone.map(|phone| match phone.extension.as_deref().unwrap_or(&extension) {
            "" => phone.number,
            inner => format!("{} 内線{inner}", phone.number),
        });
        let phone = phone.unwrap_or_default();
        let kind = self.kind_of(&name, &kind_word, &services);
        let base_kind = self.base_kind_of(&name, &kind);
        let latitude = place.map(|place| place.latitude);
        let longitude = place.map(|place| place.longitude);
        let degrees = |angle: Option<f64>| angle.map(|angle| angle.to_string()).unwrap_or_default();
        let said = fingerprint(&[
            &name,
            &kana,
            &address,
            &phone,
            &url,
            &degrees(latitude),
            &degrees(longitude),
            &hours,
            &kind_word,
            &services,
            &serves,
            &kind,
        ]);
        let area = self.area_of(row, &serves, &address);
        let key = keys.key(row, &[&fold_name(&name), &fold_address(&address)]);
        let functions = base_kind.map(|kind| kind.functions.join(",")).unwrap_or_default();
        let base = NewBase {
            kind: base_kind.map(|kind| kind.code.clone()).unwrap_or_default(),
            name: name.clone(),
            functions,
            hours,
            phone: phone.clone(),
            address: address.clone(),
            ..NewBase::default()
        };
        let organisation = NewOrganisation {
            kind,
            name,
            kana,
            area,
            address,
            phone,
            url,
            place: latitude.zip(longitude),
            source: (keys.source.clone(), key.clone()),
        };
        Some(Found { organisation, base, said, key })
    }

    /// The address in one piece, put together where the file splits it.
    fn address(&self, row: &Row<'_>, report: &mut Report) -> String {
        let whole = line(report, row, "address", 300);
        let parts = ["address_prefecture", "address_city", "address_town", "address_block"];
        let split: String = parts.into_iter().map(|key| line(report, row, key, 200)).collect();
        let address = if whole.is_empty() { split } else { whole };
        let building = line(report, row, "building", 200);
        if building.is_empty() || address.contains(&building) {
            address
        } else {
            format!("{address} {building}").trim().to_owned()
        }
    }

    /// The kind: as asked for, as the row says, as the name tells, as the headings tell.
    fn kind_of(&self, name: &str, word: &str, services: &str) -> String {
        if let Some(kind) = &self.kind {
            return kind.clone();
        }
        let kinds = &self.profile.organisation_kinds;
        let own = ("組織の種類", "kind of organisation");
        if let Some(kind) = (!word.is_empty()).then(|| find_named(word, kinds, own).ok()).flatten() {
            return kind.code.clone();
        }
        let named = kinds
            .iter()
            .filter(|kind| kind.ja.chars().count() > 3 && name.contains(kind.ja.as_str()))
            .max_by_key(|kind| kind.ja.chars().count());
        if let Some(kind) = named {
            return kind.code.clone();
        }
        let known = |code: &str| self.profile.organisation_kind(code).is_some();
        [name, word, services]
            .into_iter()
            .find_map(|text| HINTS.iter().find(|(word, code)| text.contains(word) && known(code)))
            .map(|(_, code)| *code)
            .or(self.file_hint.filter(|code| known(code)))
            .unwrap_or("other")
            .to_owned()
    }

    /// The kind of window: one whose label is in the name, else the one that
    /// this kind of organisation runs.
    fn base_kind_of(&self, name: &str, kind: &str) -> Option<&BaseKind> {
        let kinds = &self.profile.base_kinds;
        let labelled = kinds.iter().find(|base| name.contains(base.ja.as_str()));
        labelled.or_else(|| kinds.iter().find(|base| base.organisation.as_deref() == Some(kind)))
    }

    /// Where it lies or what it serves: the area named, the town of the address,
    /// or the largest-to-smallest area named in the address.
    fn area_of(&self, row: &Row<'_>, serves: &str, address: &str) -> Option<Id> {
        if let Some(area) = (!serves.is_empty()).then(|| self.book.find(serves, None, None).ok()).flatten() {
            return Some(area.id);
        }
        let code = ["address_code", "municipality_code"]
            .into_iter()
            .find_map(|key| row.code(key).ok().flatten())
            .map(|read| read.code.to_string())
            .filter(|code| self.towns.knows(Some(code)));
        let by_id = row.fixed_digits("town_id", 7).ok().flatten().filter(|_| code.is_some());
        let town = by_id
            .and_then(|id| self.towns.by_code(code.as_deref(), &id.digits))
            .or_else(|| self.towns.in_address(code.as_deref(), address));
        if let Some(area) = town.and_then(|town| self.towns.area_of(town.id, &self.book, &self.main)) {
            return Some(area);
        }
        let address = fold_name(address);
        let named = self.book.areas().iter().filter(|area| {
            let is_municipality = area.name.ends_with(['市', '区', '町', '村']);
            is_municipality && address.contains(&fold_name(&area.name))
        });
        named.max_by_key(|area| self.book.level(area)).map(|area| area.id)
    }
}

/// One cell, cleaned; empty where it is blank.
fn line(report: &mut Report, row: &Row<'_>, key: &str, most: usize) -> String {
    let cell = report.take(row.text(key, most)).flatten();
    cell.map(|cell| text::clean(&cell)).unwrap_or_default()
}

/// Days and hours in words, as a person at the door would read them.
fn hours(row: &Row<'_>, report: &mut Report) -> String {
    let days = line(report, row, "open_days", 200);
    let note = line(report, row, "hours_note", 500);
    let clock = |report: &mut Report, key: &str| match row.time(key) {
        Ok(time) => {
            time.map(|time| format!("{:02}:{:02}", time.minutes() / 60, time.minutes() % 60)).unwrap_or_default()
        }
        // 24時間, 随時 and the like say more than a time.
        Err(_) => line(report, row, key, 50),
    };
    let (opens, closes) = (clock(report, "opens"), clock(report, "closes"));
    let span = match (opens.as_str(), closes.as_str()) {
        ("", "") => String::new(),
        (from, "") => format!("{from}から"),
        ("", to) => format!("{to}まで"),
        (from, to) => format!("{from}〜{to}"),
    };
    let parts: Vec<&str> = [days.as_str(), span.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    let times = parts.join(" ");
    match (times.is_empty(), note.is_empty()) {
        (_, true) => times,
        (true, false) => note,
        (false, false) => format!("{times}（{note}）"),
    }
}

/// Whether anything changed.
async fn put(ctx: &Ctx, work: &mut Work, keys: &Keys, found: Found) -> Result<bool> {
    let source = (keys.source.as_str(), found.key.as_str());
    let known = rows::find_row(ctx, work, "organisation", source).await?;
    let base = rows::find_row(ctx, work, "base", source).await?;
    let (organisation, base) = match (known, base) {
        (Some((_, said)), _) if said == found.said => return Ok(false),
        (Some((organisation, _)), Some((base, _))) => {
            store::change_organisation(ctx, work, organisation, &found.organisation).await?;
            store::change_base(ctx, work, base, &found.base).await?;
            (organisation, base)
        }
        _ => {
            let (organisation, base) = (ctx.new_id(), ctx.new_id());
            store::insert_organisation(ctx, work, organisation, &found.organisation).await?;
            let new = NewBase { organisation, ..found.base };
            store::insert_base(ctx, work, base, &new, ctx.today()).await?;
            (organisation, base)
        }
    };
    rows::put_row(ctx, work, "organisation", source, organisation, &found.said).await?;
    rows::put_row(ctx, work, "base", source, base, &found.said).await?;
    ctx.wrote(&ORGANISATION, organisation);
    ctx.wrote(&BASE, base);
    Ok(true)
}
