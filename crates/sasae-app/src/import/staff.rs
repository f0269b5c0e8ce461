//! Lists of people who hold a post: 民生委員, 福祉協力員, staff (#5–#8). Each row
//! is one post; several rows of one person are one person with several posts.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use sasae_core::fold::{fold_kana, fold_name, fold_phone};
use sasae_core::id::Id;
use sasae_core::text;
use sasae_sheet::{CellError, Report, Row, Serial, Sheet, Table, Warning, aliases};

use super::keys::{Keys, Repeated, fingerprint, refuse_repeated};
use super::words::find_role;
use super::{Options, columns, headings, store as rows, wrong_option};
use crate::area::book::{Book, offered};
use crate::area::nearest;
use crate::ctx::{Ctx, Work};
use crate::error::Result;
use crate::profile::Role;
use crate::staff::store;
use crate::staff::{POST, STAFF};
use crate::tenancy::FOREVER;

const KEPT: &[&str] = &[
    "name",
    "kana",
    "family_name",
    "given_name",
    "family_kana",
    "given_kana",
    "staff_number",
    "role",
    "organisation",
    "area",
    "ward",
    "term_start",
    "term_end",
    "phone",
    "mobile",
    "birth_date",
];

/// A row that passed.
struct Found {
    key: String,
    name: String,
    kana: String,
    phone: String,
    organisation: String,
    role: String,
    area: Id,
    from: Option<Date>,
    to: Option<Date>,
}

/// Imports a list of posts.
pub(super) async fn bring_in(ctx: &Ctx, work: &mut Work, sheet: &Sheet, options: &Options) -> Result<Report> {
    let table = Table::locate(sheet, aliases::STAFF).map_err(|error| headings(&error))?;
    table.require_one_of(&[&["name"], &["family_name", "given_name"]]).map_err(|error| headings(&error))?;
    if options.role.is_empty() {
        table.require_one_of(&[&["role"]]).map_err(|error| headings(&error))?;
    }
    let mut report = Report::new(&table);
    report.warnings.extend(columns::not_kept(&table, KEPT));
    let book = Book::load(ctx, work, ctx.today()).await?;
    let role = match options.role.as_str() {
        "" => None,
        written => Some(find_role(ctx.profile(), written).map_err(|reason| wrong_option("role", &reason))?),
    };
    let area = match options.area.as_str() {
        "" => None,
        written => Some(book.find(written, None, None).map_err(|reason| wrong_option("area", &reason))?.id),
    };
    let reading = Reading { ctx, book: &book, role, area, from: options.from };
    // Several rows of one person may carry the same number.
    let people = Keys::of(&table, &["staff_number"], options);
    let mut posts = Keys::of(&table, &[], options);
    let mut rows_found = Vec::new();
    for row in table.rows() {
        if !report.begin(&row) {
            continue;
        }
        if let Some(found) = reading.row(&row, &people, &mut report) {
            rows_found.push((row, found));
        }
    }
    let phones = phones_of(rows_found.iter().map(|(_, found)| found));
    for (row, mut found) in rows_found {
        tell_apart(ctx, work, &people.source, (&mut found, &phones), (&row, &mut report)).await?;
        let post_key = format!("{}|{}|{}", found.key, found.role, found.area);
        let said = said_of(&found);
        match posts.repeated(row.line(), &post_key, &said) {
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
        if put(ctx, work, &people.source, (&found, &post_key, &said), (&row, &mut report)).await? {
            report.accepted += 1;
        } else {
            report.unchanged += 1;
        }
    }
    Ok(report)
}

/// The telephone numbers that a list gives for each key of a person.
fn phones_of<'a>(all: impl Iterator<Item = &'a Found>) -> HashMap<String, BTreeSet<String>> {
    let mut phones: HashMap<String, BTreeSet<String>> = HashMap::new();
    for found in all.filter(|found| !found.phone.is_empty()) {
        phones.entry(found.key.clone()).or_default().insert(fold_phone(&found.phone));
    }
    phones
}

/// Two people of one name stay two: without a number of their own, rows of one name with different telephone numbers
/// are different people, and so is one whose number and area differ from those on record; the report says so.
async fn tell_apart(
    ctx: &Ctx,
    work: &mut Work,
    source: &str,
    (found, phones): (&mut Found, &HashMap<String, BTreeSet<String>>),
    (row, report): (&Row<'_>, &mut Report),
) -> Result<()> {
    let phone = fold_phone(&found.phone);
    if found.key.starts_with("id:") || phone.is_empty() {
        return Ok(());
    }
    let own = format!("{}#{phone}", found.key);
    if rows::find_row(ctx, work, "staff", (source, &own)).await?.is_some() {
        found.key = own;
        return Ok(());
    }
    let several = phones.get(&found.key).is_some_and(|phones| phones.len() > 1);
    let known = match rows::find_row(ctx, work, "staff", (source, &found.key)).await? {
        Some((id, _)) => Some(store::get_staff_phone(ctx, work, id).await?),
        None => None,
    };
    let differs = match &known {
        Some(known) => {
            let post_key = format!("{}|{}|{}", found.key, found.role, found.area);
            let same_post = rows::find_row(ctx, work, "post", (source, &post_key)).await?.is_some();
            !known.is_empty() && fold_phone(known) != phone && (several || !same_post)
        }
        None => several,
    };
    if !differs {
        return Ok(());
    }
    found.key = own;
    let name = &found.name;
    report.warnings.push(Warning::at(
        row.line(),
        format!("「{name}」は同じ名前で電話番号のちがう人がいるため、別の人として登録しました。同じ人なら、職員番号の列を入れて取り込み直してください"),
        format!("there is another {name:?} with another telephone number; this is taken as a different person. If it is the same one, add a column of staff numbers"),
    ));
    Ok(())
}

fn said_of(found: &Found) -> Vec<u8> {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    fingerprint(&[&found.name, &found.kana, &found.phone, &found.organisation, &day(found.from), &day(found.to)])
}

struct Reading<'a> {
    ctx: &'a Ctx,
    book: &'a Book,
    role: Option<&'a Role>,
    area: Option<Id>,
    from: Option<Date>,
}

impl Reading<'_> {
    fn row(&self, row: &Row<'_>, people: &Keys, report: &mut Report) -> Option<Found> {
        let name = report.take(full_name(row));
        let kana = report.take(full_kana(row)).unwrap_or_default();
        let role = report.take(self.role_of(row));
        let area = role.and_then(|role| report.take(self.area_of(row, role)));
        let from = report.take(row.date("term_start", Serial::Allowed)).flatten().or(self.from);
        let to = report.take(row.date("term_end", Serial::Allowed)).flatten();
        let birth = report.take(row.date("birth_date", Serial::Refused)).flatten();
        let phone = report.take(row.phone("phone")).flatten();
        let mobile = report.take(row.phone("mobile")).flatten();
        let organisation = report.take(row.text("organisation", 200)).flatten().unwrap_or_default();
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            report.refuse(row.refuse(
                "term_end",
                format!("任期の終わりが始まり（{from}）より前になっています"),
                format!("the term ends before it begins ({from})"),
            ));
        }
        if report.is_refused(row.line()) {
            return None;
        }
        let name = name?;
        let birth = birth.map(|day| day.to_string()).unwrap_or_default();
        Some(Found {
            key: people.key(row, &[&fold_name(&name), &fold_kana(&kana), &birth]),
            name,
            kana,
            phone: phone.or(mobile).map(|phone| phone.number).unwrap_or_default(),
            organisation: text::clean(&organisation),
            role: role?.code.clone(),
            area: area?,
            from,
            to,
        })
    }

    fn role_of(&self, row: &Row<'_>) -> Result<&Role, CellError> {
        match (row.get("role"), self.role) {
            (Some(written), _) => {
                find_role(self.ctx.profile(), written).map_err(|reason| row.refuse("role", reason.ja, reason.en))
            }
            (None, Some(role)) => Ok(role),
            (None, None) => Err(row.refuse("role", "役職が空欄です", "the post is blank")),
        }
    }

    /// The area of the post: the row's, the ward's, the option's, or the only one of the role's tier.
    fn area_of(&self, row: &Row<'_>, role: &Role) -> Result<Id, CellError> {
        let refuse = |key: &str, reason: sasae_sheet::Reason| row.refuse(key, reason.ja, reason.en);
        let ward = match row.get("ward") {
            None => None,
            Some(written) => Some(self.book.find(written, None, None).map_err(|reason| refuse("ward", reason))?.id),
        };
        if let Some(written) = row.get("area") {
            let found = self.book.find(written, Some(&role.tier), ward);
            return found.map(|area| area.id).map_err(|reason| refuse("area", reason));
        }
        if let Some(area) = ward.or(self.area) {
            return Ok(area);
        }
        let mut of_tier = self.book.areas().iter().filter(|area| area.tier == role.tier);
        match (of_tier.next(), of_tier.next()) {
            (Some(only), None) => Ok(only.id),
            _ => Err(row.refuse("area", "担当区域が空欄です", "the area is blank")),
        }
    }
}

/// The name, from one column or two.
pub(super) fn full_name(row: &Row<'_>) -> Result<String, CellError> {
    if row.get("name").is_some() || row.get("family_name").is_none() {
        return row.required_text("name", 100).map(|name| text::clean(&name));
    }
    let family = row.required_text("family_name", 50)?;
    let given = row.text("given_name", 50)?.unwrap_or_default();
    Ok(text::clean(&format!("{family} {given}")))
}

fn full_kana(row: &Row<'_>) -> Result<String, CellError> {
    if let Some(kana) = row.text("kana", 100)? {
        return Ok(text::clean(&kana));
    }
    let family = row.text("family_kana", 50)?.unwrap_or_default();
    let given = row.text("given_kana", 50)?.unwrap_or_default();
    Ok(text::clean(&format!("{family} {given}")))
}

/// Whether anything changed.
async fn put(
    ctx: &Ctx,
    work: &mut Work,
    source: &str,
    (found, post_key, said): (&Found, &str, &[u8]),
    (row, report): (&Row<'_>, &mut Report),
) -> Result<bool> {
    let known_post = rows::find_row(ctx, work, "post", (source, post_key)).await?;
    if known_post.as_ref().is_some_and(|(_, before)| before == said) {
        return Ok(false);
    }
    let organisation = organisation_of(ctx, work, found, (row, report)).await?;
    let person_source = (source, found.key.as_str());
    let name = (found.name.as_str(), found.kana.as_str());
    let from = found.from.unwrap_or_else(|| ctx.today());
    let staff = match rows::find_row(ctx, work, "staff", person_source).await? {
        Some((id, _)) => {
            store::change_staff(ctx, work, id, name, organisation, &found.phone).await?;
            id
        }
        None => {
            let id = ctx.new_id();
            let key = format!("{source}:{}", found.key);
            store::insert_staff(ctx, work, id, name, organisation, &found.phone, &key, from).await?;
            id
        }
    };
    ctx.wrote(&STAFF, staff);
    rows::put_row(ctx, work, "staff", person_source, staff, said).await?;
    let to = found.to.unwrap_or(FOREVER);
    let post = match known_post {
        Some((id, _)) => {
            let posts = store::list_posts_of(ctx, work, staff).await?;
            // Without a first day in the list the post began when it was first seen.
            let began = posts.iter().find(|post| post.id == id).map_or(from, |post| post.valid_from);
            let from = found.from.unwrap_or(began);
            store::change_post(ctx, work, id, found.area, (from, to.max(from))).await?;
            id
        }
        None => {
            let id = ctx.new_id();
            store::insert_post(ctx, work, id, staff, &found.role, found.area, (from.min(to), to)).await?;
            id
        }
    };
    ctx.wrote(&POST, post);
    rows::put_row(ctx, work, "post", (source, post_key), post, said).await?;
    Ok(true)
}

/// The organisation of that name; where there is none, the row goes in without and the report says so.
async fn organisation_of(
    ctx: &Ctx,
    work: &mut Work,
    found: &Found,
    (row, report): (&Row<'_>, &mut Report),
) -> Result<Option<Id>> {
    if found.organisation.is_empty() {
        return Ok(None);
    }
    let named = store::list_organisations_named(ctx, work, &found.organisation).await?;
    if let [only] = named.as_slice() {
        return Ok(Some(only.id));
    }
    let kinds: Vec<&str> = named.iter().map(|organisation| organisation.name.as_str()).collect();
    let (ja, en) = offered(&nearest(&found.organisation, kinds));
    let name = &found.organisation;
    report.warnings.push(Warning::at(
        row.line(),
        format!("所属「{name}」は登録された組織の1つに決まらないため、空けておきました{ja}"),
        format!("the organisation {name:?} is not exactly one on record and was left open{en}"),
    ));
    Ok(None)
}
