//! Finding a person, as people type: a name or the beginning of one in any
//! script and form, a birth date, a telephone number (#47).

use std::collections::{BTreeSet, HashSet};

use jiff::civil::Date;
use sasae_core::era::parse_date;
use sasae_core::fold::{fold_kana, fold_phone};
use sasae_db::Conn;

use super::model::{behind_prefix, keys_of};
use super::store::search::{self, PersonRow};
use crate::ctx::{Actor, Ctx};
use crate::error::Result;
use crate::person::PERSON;
use crate::profile::Reach;

/// Fewer digits than these are no telephone number: half a city begins with 09.
const FEWEST_DIGITS: usize = 4;
/// Most characters of a question that are looked at.
const LONGEST: usize = 100;
/// Most persons that are entrusted to one reader or named in the reader's cases.
const OWN: i64 = 2000;

/// So many keys are asked about one by one before the reader's own persons are.
const FEW_KEYS: i64 = 200;

/// What was found, for those who choose somebody. The list of persons (`list.rs`) pages and counts.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Persons, each once.
    pub rows: Vec<PersonRow>,
    /// There are more than were asked for.
    pub more: bool,
}

/// A question as it was understood; a text of digits may be two of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A birth date.
    Birth(Date),
    /// The first digits of a telephone number.
    Phone(String),
    /// The beginning of a key.
    Key(String),
}

fn keys_of_row(row: &PersonRow) -> BTreeSet<String> {
    keys_of([&row.family, &row.given, &row.family_kana, &row.given_kana].map(String::as_str))
}

impl Wanted {
    /// What a text may mean; nothing where it has no letter or digit.
    pub(super) fn all(text: &str) -> Vec<Wanted> {
        let text: String = text.trim().chars().take(LONGEST).collect();
        let mut wanted = Vec::new();
        if let Ok(day) = parse_date(&text) {
            wanted.push(Wanted::Birth(day));
        }
        let phone = fold_phone(&text);
        if phone.len() >= FEWEST_DIGITS && !fold_kana(&text).chars().any(|c| c.is_alphabetic()) {
            wanted.push(Wanted::Phone(phone));
        }
        if wanted.is_empty() {
            let key = fold_kana(&text);
            if !key.is_empty() {
                wanted.push(Wanted::Key(key));
            }
        }
        wanted
    }

    fn is_of(&self, row: &PersonRow) -> bool {
        match self {
            Wanted::Birth(day) => row.birth_on == Some(*day),
            Wanted::Phone(digits) => fold_phone(&row.phone).starts_with(digits),
            Wanted::Key(prefix) => keys_of_row(row).iter().any(|key| key.starts_with(prefix)),
        }
    }

    /// Persons, and whether there may be more.
    async fn list(&self, ctx: &Ctx, conn: &mut Conn, limit: i64) -> Result<(Vec<PersonRow>, bool)> {
        let rows = match self {
            Wanted::Birth(day) => search::list_by_birth(ctx, conn, *day, limit).await?,
            Wanted::Phone(digits) => search::list_by_phone(ctx, conn, digits, &behind_prefix(digits), limit).await?,
            Wanted::Key(prefix) => return list_by_key(ctx, conn, (prefix, &behind_prefix(prefix)), limit).await,
        };
        let cut = rows.len() as i64 == limit;
        Ok((rows, cut))
    }
}

/// Persons with a key in a range (from the first text on, before the second):
/// those of the reader's areas first, then those elsewhere while there is room.
/// One person may come twice. With it, whether there may be more.
pub(super) async fn list_by_key(
    ctx: &Ctx,
    conn: &mut Conn,
    range: (&str, &str),
    limit: i64,
) -> Result<(Vec<PersonRow>, bool)> {
    let mut rows = search::list_in_reach(ctx, conn, range, limit).await?;
    let room = limit - rows.len() as i64;
    if room == 0 {
        return Ok((rows, true));
    }
    let mut cut = false;
    match search::count_elsewhere(ctx, conn, range, FEW_KEYS + 1).await? {
        0 => {}
        ..=FEW_KEYS => rows.extend(search::list_elsewhere(ctx, conn, range, room).await?),
        _ => {
            let own = search::list_own(ctx, conn, OWN).await?;
            cut = own.len() as i64 == OWN;
            let within =
                |row: &PersonRow| keys_of_row(row).iter().any(|key| (range.0..range.1).contains(&key.as_str()));
            rows.extend(own.into_iter().filter(within));
        }
    }
    cut |= rows.len() as i64 >= limit;
    rows.truncate(limit as usize);
    Ok((rows, cut))
}

/// Whether a post of today shows the persons of an area, so that a search walks
/// the keys. Whoever sees persons one by one starts from those instead; both
/// ways give the same persons, which a property test shows.
pub(super) fn sees_areas(ctx: &Ctx) -> bool {
    match ctx.actor() {
        Actor::Staff(staff) => {
            staff.posts.iter().any(|post| post.reach == Reach::Area || post.carries(&crate::access::may::PROTECT))
        }
        Actor::Public | Actor::System(_) => false,
    }
}

/// Persons who answer to a text, at most `limit`, under the row rules.
pub async fn find(ctx: &Ctx, conn: &mut Conn, text: &str, limit: usize) -> Result<Found> {
    let found = look_up(ctx, conn, text, limit).await?;
    for row in &found.rows {
        ctx.saw(&PERSON, row.id);
    }
    Ok(found)
}

/// As [`find`], for callers who note themselves whom they show.
pub(super) async fn look_up(ctx: &Ctx, conn: &mut Conn, text: &str, limit: usize) -> Result<Found> {
    let wanted = Wanted::all(text);
    if wanted.is_empty() {
        return Ok(Found::default());
    }
    let mut rows = Vec::new();
    let mut cut = false;
    if sees_areas(ctx) {
        // A person with two keys in the range comes twice, so twice as many are
        // asked for, and one more to know whether there are more.
        let most = limit as i64 * 2 + 1;
        for one in &wanted {
            let (found, more) = one.list(ctx, conn, most).await?;
            cut |= more;
            rows.extend(found);
        }
    } else {
        let own = search::list_own(ctx, conn, OWN).await?;
        cut = own.len() as i64 == OWN;
        rows.extend(own.into_iter().filter(|row| wanted.iter().any(|one| one.is_of(row))));
    }
    Ok(take(rows, limit, cut))
}

fn take(rows: Vec<PersonRow>, limit: usize, cut: bool) -> Found {
    let mut seen = HashSet::new();
    let mut rows: Vec<PersonRow> = rows.into_iter().filter(|row| seen.insert(row.id)).collect();
    let more = cut || rows.len() > limit;
    rows.truncate(limit);
    Found { rows, more }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::Wanted;

    #[test]
    fn a_text_is_taken_for_what_people_mean() {
        for (text, wanted) in [
            ("", vec![]),
            (" 　・", vec![]),
            ("やまだ", vec![Wanted::Key("ヤマダ".to_owned())]),
            ("昭和15年4月1日", vec![Wanted::Birth(date(1940, 4, 1))]),
            ("S15.4.1", vec![Wanted::Birth(date(1940, 4, 1))]),
            ("０９３-５８２", vec![Wanted::Phone("093582".to_owned())]),
            ("093", vec![Wanted::Key("093".to_owned())]),
            ("19400401", vec![Wanted::Birth(date(1940, 4, 1)), Wanted::Phone("19400401".to_owned())]),
        ] {
            assert_eq!(Wanted::all(text), wanted, "{text}");
        }
    }
}
