//! Likely duplicates, found before a new person is saved, with reasons in words.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sasae_core::era::parse_date;
use sasae_core::fold::{fold_address, fold_kana, fold_phone, own_letters};
use sasae_core::id::Id;
use sasae_db::Conn;

use super::model::PersonForm;
use super::search::list_by_key;
use super::store::search::{self, PersonRow};
use crate::ctx::{Actor, Ctx};
use crate::error::Result;
use crate::lang::Text;
use crate::person::PERSON;

/// Most candidates that one statement gives.
const CANDIDATES: i64 = 200;
/// Most duplicates that are shown.
const SHOWN: usize = 4;

/// A person who may be the one being registered.
#[derive(Debug, Clone)]
pub struct Similar {
    /// The person on record.
    pub row: PersonRow,
    /// Why.
    pub reasons: Vec<Text>,
    weight: u32,
}

/// A form, folded once.
struct Typed {
    name: String,
    kana: String,
    family: String,
    given: String,
    given_kana: String,
    birth: Option<Date>,
    phone: String,
    address: String,
}

impl Typed {
    fn of(form: &PersonForm) -> Typed {
        Typed {
            name: fold_kana(&format!("{}{}", form.family, form.given)),
            kana: fold_kana(&format!("{}{}", form.family_kana, form.given_kana)),
            family: fold_kana(&form.family),
            given: fold_kana(&form.given),
            given_kana: fold_kana(&form.given_kana),
            birth: parse_date(&form.birth).ok(),
            phone: fold_phone(&form.phone),
            address: fold_address(&form.address),
        }
    }

    /// Whether the record has the very same name, reading and birth date. Where one of the two lacks the
    /// reading, address or telephone must be the same too.
    fn is(&self, form: &PersonForm, row: &PersonRow) -> bool {
        let name = own_letters(&format!("{}{}", form.family, form.given));
        let kana = fold_kana(&format!("{}{}", row.family_kana, row.given_kana));
        let born = self.birth.is_some() && self.birth == row.birth_on;
        let place = [(&self.address, fold_address(&row.address)), (&self.phone, fold_phone(&row.phone))];
        let read = match self.kana.is_empty() || kana.is_empty() {
            true => place.iter().any(|(typed, known)| !typed.is_empty() && *typed == known),
            false => self.kana == kana,
        };
        born && read && !name.is_empty() && name == own_letters(&format!("{}{}", row.family, row.given))
    }

    /// Whether a list would have to ask: more is needed than on a page, because the members of one family share
    /// name and telephone, and two people of one name are told apart by their birth dates.
    fn is_likely_in_list(&self, row: &PersonRow) -> bool {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        let whole = same(&self.name, &fold_kana(&format!("{}{}", row.family, row.given)))
            || same(&self.kana, &fold_kana(&format!("{}{}", row.family_kana, row.given_kana)));
        let given = same(&self.given, &fold_kana(&row.given)) || same(&self.given_kana, &fold_kana(&row.given_kana));
        let family = same(&self.family, &fold_kana(&row.family));
        let place = same(&self.phone, &fold_phone(&row.phone)) || same(&self.address, &fold_address(&row.address));
        match self.birth.zip(row.birth_on) {
            Some((a, b)) if a == b => whole || given || (family && place),
            Some((a, b)) => whole && (is_slip(a, b) || place),
            None => whole,
        }
    }

    /// Compares with a person on record: `None` where nothing speaks for one
    /// and the same person.
    fn compare(&self, row: PersonRow) -> Option<Similar> {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        let name = same(&self.name, &fold_kana(&format!("{}{}", row.family, row.given)));
        let kana = same(&self.kana, &fold_kana(&format!("{}{}", row.family_kana, row.given_kana)));
        let part = same(&self.family, &fold_kana(&row.family))
            || same(&self.given, &fold_kana(&row.given))
            || same(&self.given_kana, &fold_kana(&row.given_kana));
        let born = self.birth.zip(row.birth_on);
        let birth = born.is_some_and(|(a, b)| a == b);
        let near = born.is_some_and(|(a, b)| is_slip(a, b));
        let phone = same(&self.phone, &fold_phone(&row.phone));
        // A hidden address arrives empty, so it cannot be found out by trying.
        let address = same(&self.address, &fold_address(&row.address));
        let whole = name || kana;
        let likely =
            (birth && (whole || part)) || (whole && (near || phone || address || born.is_none())) || (phone && part);
        if !likely {
            return None;
        }
        let mut reasons = Vec::new();
        let mut say = |holds: bool, ja: &'static str, en: &'static str| {
            if holds {
                reasons.push(Text::new(ja, en));
            }
        };
        say(name, "名前が同じ（字体のちがいは除く）", "Same name (variant letters aside)");
        say(kana, "読みが同じ", "Same reading");
        say(!whole && part, "姓か名が同じ", "Same family or given name");
        say(birth, "生年月日が同じ", "Same birth date");
        say(near, "生年月日が似ている（書きまちがいかもしれない）", "Birth date differs by a slip");
        say(whole && born.is_none(), "生年月日は、どちらかが分からない", "One birth date is not known");
        say(phone, "電話番号が同じ", "Same telephone number");
        say(address, "住所が同じ", "Same address");
        let weight = 4 * u32::from(birth)
            + 3 * u32::from(name)
            + 2 * u32::from(kana)
            + 2 * u32::from(phone)
            + u32::from(near)
            + u32::from(part)
            + u32::from(address);
        Some(Similar { row, reasons, weight })
    }
}

/// Whether two dates differ as slips of the pen do: month and day exchanged,
/// one part wrong, or the wrong era (the same year of 大正 and 昭和 is 14 years
/// apart, of 昭和 and 平成 63, of 平成 and 令和 30).
fn is_slip(a: Date, b: Date) -> bool {
    if a == b {
        return false;
    }
    let (years, months, days) = (a.year() != b.year(), a.month() != b.month(), a.day() != b.day());
    let one_part = u8::from(years) + u8::from(months) + u8::from(days) == 1;
    let apart = (a.year() - b.year()).abs();
    let exchanged = !years && a.month() == b.day() && a.day() == b.month();
    exchanged || (one_part && (!years || matches!(apart, 1 | 10 | 14 | 30 | 63)))
}

/// Persons whom the reader may see and who are likely the one in the form, the
/// likeliest first. Someone beyond the reader's scope is never hinted at.
pub async fn find_similar(ctx: &Ctx, conn: &mut Conn, form: &PersonForm) -> Result<Vec<Similar>> {
    let typed = Typed::of(form);
    let mut candidates: BTreeMap<Id, PersonRow> = BTreeMap::new();
    let mut add = |rows: Vec<PersonRow>| candidates.extend(rows.into_iter().map(|row| (row.id, row)));
    for key in [&typed.name, &typed.kana] {
        if !key.is_empty() {
            // The first text behind a key and all it begins is the key with a letter of its own.
            let end = format!("{key}\u{1}");
            add(list_by_key(ctx, conn, (key, &end), CANDIDATES).await?.0);
        }
    }
    if let Some(birth) = typed.birth {
        add(search::list_by_birth(ctx, conn, birth, CANDIDATES).await?);
    }
    if !typed.phone.is_empty() {
        let end = format!("{}\u{1}", typed.phone);
        add(search::list_by_phone(ctx, conn, &typed.phone, &end, CANDIDATES).await?);
    }
    let mut similar: Vec<Similar> = candidates.into_values().filter_map(|row| typed.compare(row)).collect();
    similar.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.row.id.cmp(&b.row.id)));
    similar.truncate(SHOWN);
    for one in &similar {
        ctx.saw(&PERSON, one.row.id);
    }
    Ok(similar)
}

/// How likely somebody on record is the one whom a row of a list means.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The person on record.
    pub row: PersonRow,
    /// Why, in words.
    pub reasons: Vec<Text>,
    /// Name, reading and birth date are the very same, so that it is this person.
    pub same: bool,
}

/// Whom a row of a list may mean, the likeliest first. An import on the command line asks all records;
/// somebody who signs in is never hinted at a record beyond their sight.
pub async fn find_listed(ctx: &Ctx, conn: &mut Conn, form: &PersonForm) -> Result<Vec<Listed>> {
    let typed = Typed::of(form);
    let all = matches!(ctx.actor(), Actor::System(_));
    let mut candidates: BTreeMap<Id, PersonRow> = BTreeMap::new();
    let mut add = |rows: Vec<PersonRow>| candidates.extend(rows.into_iter().map(|row| (row.id, row)));
    for key in [&typed.name, &typed.kana] {
        if key.is_empty() {
            continue;
        }
        add(match all {
            true => search::list_all_by_key(ctx, conn, key, CANDIDATES).await?,
            false => list_by_key(ctx, conn, (key, &format!("{key}\u{1}")), CANDIDATES).await?.0,
        });
    }
    if let Some(birth) = typed.birth {
        add(match all {
            true => search::list_all_by_birth(ctx, conn, birth, CANDIDATES).await?,
            false => search::list_by_birth(ctx, conn, birth, CANDIDATES).await?,
        });
    }
    if !typed.phone.is_empty() {
        let end = format!("{}\u{1}", typed.phone);
        add(match all {
            true => search::list_all_by_phone(ctx, conn, &typed.phone, CANDIDATES).await?,
            false => search::list_by_phone(ctx, conn, &typed.phone, &end, CANDIDATES).await?,
        });
    }
    let mut likely: Vec<(u32, Listed)> = candidates
        .into_values()
        .filter_map(|row| {
            let same = typed.is(form, &row);
            if !same && !typed.is_likely_in_list(&row) {
                return None;
            }
            let similar = typed.compare(row)?;
            Some((similar.weight, Listed { row: similar.row, reasons: similar.reasons, same }))
        })
        .collect();
    likely.sort_by(|(a, left), (b, right)| b.cmp(a).then_with(|| left.row.id.cmp(&right.row.id)));
    Ok(likely.into_iter().map(|(_, listed)| listed).collect())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::is_slip;

    #[test]
    fn slips_of_the_pen_are_told_from_other_birthdays() {
        for (a, b, slip) in [
            (date(1940, 4, 1), date(1940, 1, 4), true),
            (date(1940, 4, 1), date(1940, 4, 11), true),
            (date(1940, 4, 1), date(1941, 4, 1), true),
            (date(1955, 4, 1), date(1992, 4, 1), false),
            (date(1940, 4, 1), date(1940, 5, 2), false),
            (date(1940, 4, 1), date(1940, 4, 1), false),
        ] {
            assert_eq!(is_slip(a, b), slip, "{a} {b}");
        }
    }
}
