//! Areas by the ways in which people write them: by code, by name, with or
//! without 校区 behind it, with the ward before it. Where nothing fits, the
//! nearest names are offered.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use sasae_core::fold::{fold_digits, fold_name};
use sasae_core::id::Id;
use sasae_core::municipality::MunicipalityCode;
use sasae_core::text;
use sasae_db::Conn;
use sasae_sheet::Reason;

use super::store::{self, AreaDetail};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::profile::Profile;

/// Endings that one list writes and another leaves out.
const ENDINGS: &[&str] = &[
    "小学校区",
    "中学校区",
    "校(地)区",
    "校地区",
    "小学校",
    "中学校",
    "校区",
    "地区",
    "福祉圏域",
    "圏域",
    "区域",
    "地域",
    "連合町会",
    "連合",
];

/// The areas of one day, for looking up.
#[derive(Debug, Clone, Default)]
pub struct Book {
    areas: Vec<AreaDetail>,
    within: HashSet<(Id, Id)>,
    levels: HashMap<String, u32>,
}

impl Book {
    /// The areas that exist on a day.
    pub async fn load(ctx: &Ctx, conn: &mut Conn, on: Date) -> Result<Book> {
        let mut areas = store::list_all(ctx, conn).await?;
        areas.retain(|area| area.valid_from <= on && on <= area.valid_to);
        let within = store::list_nesting(ctx, conn, on).await?.into_iter().collect();
        let levels = ctx.profile().tiers.iter().map(|t| (t.code.clone(), t.level)).collect();
        Ok(Book { areas, within, levels })
    }

    /// A book of areas at hand, of which it is not known what lies in what.
    pub fn plain(profile: &Profile, areas: Vec<AreaDetail>) -> Book {
        let levels = profile.tiers.iter().map(|t| (t.code.clone(), t.level)).collect();
        Book { areas, within: HashSet::new(), levels }
    }

    /// A book of areas already at hand.
    #[cfg(feature = "testing")]
    pub fn of(areas: Vec<AreaDetail>, within: &[(Id, Id)], levels: &[(&str, u32)]) -> Book {
        let levels = levels.iter().map(|(tier, level)| ((*tier).to_owned(), *level)).collect();
        Book { areas, within: within.iter().copied().collect(), levels }
    }

    /// All of them.
    pub fn areas(&self) -> &[AreaDetail] {
        &self.areas
    }

    /// The area with an id.
    pub fn get(&self, id: Id) -> Option<&AreaDetail> {
        self.areas.iter().find(|area| area.id == id)
    }

    /// Whether an area lies within another, or is it.
    pub fn lies_within(&self, area: Id, ancestor: Id) -> bool {
        self.within.contains(&(ancestor, area))
    }

    /// The area of the whole municipality.
    pub fn top(&self) -> Option<&AreaDetail> {
        self.areas.iter().min_by_key(|area| (self.level(area), area.code.clone()))
    }

    /// How far down the tree an area's tier is; the whole is 1.
    pub fn level(&self, area: &AreaDetail) -> u32 {
        self.levels.get(&area.tier).copied().unwrap_or(u32::MAX)
    }

    /// The area that a text means, among those within `around` if that is
    /// given; one of the tier `preferred` goes before others of that name.
    pub fn find(
        &self,
        written: &str,
        preferred: Option<&str>,
        around: Option<Id>,
    ) -> std::result::Result<&AreaDetail, Reason> {
        let written = text::clean(written);
        let pool: Vec<&AreaDetail> =
            self.areas.iter().filter(|area| around.is_none_or(|outer| self.lies_within(area.id, outer))).collect();
        let found = by_code(&pool, &written)
            .or_else(|| by_name(&pool, &written))
            .unwrap_or_else(|| self.by_parts(&pool, &written));
        let preferable = found.iter().filter(|area| preferred == Some(area.tier.as_str()));
        let preferable: Vec<&AreaDetail> = preferable.copied().collect();
        match (found.as_slice(), preferable.as_slice()) {
            ([one], _) | (_, [one]) => Ok(*one),
            ([], _) => Err(self.unknown(&written, &pool)),
            (many, _) => Err(self.ambiguous(&written, many)),
        }
    }

    /// 小倉北区 足原, or 小倉北区足原: a larger area before the name.
    fn by_parts<'a>(&self, pool: &[&'a AreaDetail], written: &str) -> Vec<&'a AreaDetail> {
        let key = fold_name(written);
        let mut found: Vec<&AreaDetail> = Vec::new();
        for outer in &self.areas {
            let Some(rest) = key.strip_prefix(&fold_name(&outer.name)) else { continue };
            if rest.is_empty() {
                continue;
            }
            let inner: Vec<&AreaDetail> = pool
                .iter()
                .filter(|area| area.id != outer.id && self.lies_within(area.id, outer.id))
                .copied()
                .collect();
            for area in by_name(&inner, rest).unwrap_or_else(|| self.by_parts(&inner, rest)) {
                if !found.iter().any(|other| other.id == area.id) {
                    found.push(area);
                }
            }
        }
        found
    }

    fn unknown(&self, written: &str, pool: &[&AreaDetail]) -> Reason {
        let names = pool.iter().map(|area| area.name.as_str());
        let near = nearest(written, names);
        let (ja, en) = offered(&near);
        Reason::new(format!("「{written}」という区域はありません{ja}"), format!("there is no area {written:?}{en}"))
    }

    fn ambiguous(&self, written: &str, many: &[&AreaDetail]) -> Reason {
        let names: Vec<String> = many.iter().take(5).map(|area| self.full_name(area)).collect();
        Reason::new(
            format!(
                "「{written}」という区域は{}つあります（{}）。上位の区域かコードも書いてください",
                many.len(),
                names.join("、")
            ),
            format!(
                "{} areas are called {written:?} ({}); add the larger area or the code",
                many.len(),
                names.join(", ")
            ),
        )
    }

    /// The name with the next larger area that is not the whole: 小倉北区 足原（コード）.
    fn full_name(&self, area: &AreaDetail) -> String {
        let outer = self
            .areas
            .iter()
            .filter(|other| other.id != area.id && self.lies_within(area.id, other.id))
            .max_by_key(|other| self.level(other));
        match outer {
            Some(outer) => format!("{} {}（{}）", outer.name, area.name, area.code),
            None => format!("{}（{}）", area.name, area.code),
        }
    }
}

/// By the area's own code, or by a municipality code in any of its forms.
fn by_code<'a>(pool: &[&'a AreaDetail], written: &str) -> Option<Vec<&'a AreaDetail>> {
    let exact: Vec<&AreaDetail> = pool.iter().filter(|area| area.code == written).copied().collect();
    if !exact.is_empty() {
        return Some(exact);
    }
    if fold_digits(written).chars().count() != written.chars().count() {
        return None;
    }
    let code = MunicipalityCode::lenient(written).ok()?.to_string();
    let found: Vec<&AreaDetail> = pool.iter().filter(|area| area.code == code).copied().collect();
    (!found.is_empty()).then_some(found)
}

/// By the name as it is, else without its ending.
fn by_name<'a>(pool: &[&'a AreaDetail], written: &str) -> Option<Vec<&'a AreaDetail>> {
    let key = fold_name(written);
    if key.is_empty() {
        return None;
    }
    let same = |fold: fn(&str) -> String| -> Vec<&'a AreaDetail> {
        let wanted = fold(&key);
        let matches = |area: &&&AreaDetail| fold(&fold_name(&area.name)) == wanted;
        pool.iter().filter(matches).copied().collect()
    };
    [same(str::to_owned), same(bare)].into_iter().find(|found| !found.is_empty())
}

/// A folded name without the ending that lists disagree about.
fn bare(key: &str) -> String {
    ENDINGS
        .iter()
        .find_map(|ending| key.strip_suffix(&fold_name(ending)).filter(|rest| !rest.is_empty()))
        .unwrap_or(key)
        .to_owned()
}

/// The names that come nearest to what was written, at most three, best first.
pub fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted: Vec<char> = bare(&fold_name(written)).chars().collect();
    let mut rated: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let key: Vec<char> = bare(&fold_name(name)).chars().collect();
            let length = wanted.len().max(key.len());
            let far = distance(&wanted, &key);
            (length > 0 && far * 3 <= length * 2).then_some((far, name))
        })
        .collect();
    rated.sort_unstable();
    rated.dedup();
    rated.into_iter().take(3).map(|(_, name)| name).collect()
}

/// `（近いもの：…）` and `(nearest: …)`, or nothing.
pub fn offered(near: &[&str]) -> (String, String) {
    if near.is_empty() {
        return (String::new(), String::new());
    }
    (format!("（近いもの：{}）", near.join("、")), format!(" (nearest: {})", near.join(", ")))
}

/// Edit distance in characters.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, right) in b.iter().enumerate() {
            let change = above[j] + usize::from(left != right);
            row.push(change.min(above[j + 1] + 1).min(row[j] + 1));
        }
        above = row;
    }
    above[b.len()]
}
