//! In which area a row's person lives: the district that the row names, or the town of the address.
//!
//! An address is read from its front — prefecture, municipality, ward, then the town — and every name
//! counts as a whole: a building that is called after another district decides nothing. Who cannot be
//! placed in the smallest tier is reported, never put at a ward or the whole municipality, where no
//! commissioner would see the person.

use std::collections::{HashMap, HashSet};

use sasae_core::fold::{fold_address, fold_digits};
use sasae_core::id::Id;
use sasae_core::municipality::prefecture_name_of;
use sasae_sheet::{CellError, Reason, Row};

use crate::area::store::{AreaDetail, Town};
use crate::area::{Book, TownBook};
use crate::ctx::{Ctx, Work};
use crate::error::Result;

/// Columns that name a district.
const DISTRICTS: [&str; 3] = ["school_area", "district", "neighbourhood"];

/// The areas and towns of today, ready for many rows.
pub(super) struct Places {
    book: Book,
    towns: TownBook,
    main: Vec<String>,
    /// The tier in which everybody has to be placed.
    smallest: Option<String>,
    /// The area of the option, for rows that cannot be placed.
    option: Option<Id>,
    /// Folded names of the whole municipality.
    own: String,
    /// Wards and the like between the whole and the smallest tier: folded name, area.
    between: Vec<(String, Id)>,
    /// Districts of the smallest tier by folded name, with and without 校区 behind it.
    districts: HashMap<String, Vec<Id>>,
    /// Towns by folded name without 大字 and 字 in front.
    by_town: HashMap<String, Vec<Known>>,
    prefectures: Vec<String>,
    /// District cells that were looked up already.
    named: std::cell::RefCell<HashMap<(String, Option<Id>), std::result::Result<Id, Reason>>>,
}

/// A town on record.
struct Known {
    town: Town,
    /// It is called 大字: a 小字 may follow its name.
    is_oaza: bool,
}

/// What the front of an address says.
struct Front<'a> {
    ward: Option<Id>,
    /// The address goes on with this, folded.
    rest: &'a str,
    /// It names another municipality.
    elsewhere: bool,
}

impl Places {
    /// The places of today; `option` is the area for rows that cannot be placed.
    pub(super) async fn load(ctx: &Ctx, work: &mut Work, option: Option<Id>) -> Result<Places> {
        let book = Book::load(ctx, work, ctx.today()).await?;
        let towns = TownBook::load(ctx, work, ctx.today()).await?;
        let main: Vec<String> = ctx.profile().main_tiers().map(|tier| tier.code.clone()).collect();
        let in_main = |area: &&AreaDetail| main.contains(&area.tier);
        let deepest = book.areas().iter().filter(in_main).max_by_key(|area| book.level(area));
        let smallest =
            ctx.profile().smallest_tier().map(|tier| tier.code.clone()).or(deepest.map(|area| area.tier.clone()));
        let top = book.top().filter(|top| smallest.as_ref() != Some(&top.tier));
        let own = top.map(|top| fold_address(&top.name)).unwrap_or_default();
        let top = top.map(|top| top.id);
        let (mut between, mut districts) = (Vec::new(), HashMap::<String, Vec<Id>>::new());
        for area in book.areas().iter().filter(in_main).filter(|area| Some(area.id) != top && !area.name.is_empty()) {
            let name = fold_address(&area.name);
            if Some(&area.tier) == smallest.as_ref() {
                let bare =
                    ["小学校区", "中学校区", "校区", "地区", "小学校"].iter().find_map(|end| name.strip_suffix(end));
                let names: HashSet<&str> =
                    [Some(name.as_str()), bare.filter(|bare| !bare.is_empty())].into_iter().flatten().collect();
                for name in names {
                    districts.entry(name.to_owned()).or_default().push(area.id);
                }
            } else {
                between.push((name, area.id));
            }
        }
        between.sort_by_key(|(name, _)| std::cmp::Reverse(name.chars().count()));
        let mut by_town: HashMap<String, Vec<Known>> = HashMap::new();
        for town in towns.all() {
            let folded = fold_address(&town.name);
            let is_oaza = folded.starts_with("大字");
            by_town.entry(bare_town(&folded).to_owned()).or_default().push(Known { town: town.clone(), is_oaza });
        }
        let prefectures = (1..=47).filter_map(prefecture_name_of).map(fold_address).collect();
        let named = std::cell::RefCell::default();
        Ok(Places { book, towns, main, smallest, option, own, between, districts, by_town, prefectures, named })
    }

    /// The area of the option.
    pub(super) fn option(&self) -> Option<Id> {
        self.option
    }

    /// The refusal of a row that says nothing of where somebody lives.
    pub(super) fn refuse_silent(row: &Row<'_>) -> CellError {
        let reason = unplaced();
        let key = if row.column_index("address").is_some() { "address" } else { "district" };
        row.refuse(key, reason.ja, reason.en)
    }

    /// The area's name.
    pub(super) fn name(&self, area: Id) -> String {
        self.book.get(area).map(|area| area.name.clone()).unwrap_or_default()
    }

    /// Whether a row says anything about where somebody lives.
    pub(super) fn speaks(row: &Row<'_>) -> bool {
        ["ward", "town", "town_id", "address"].iter().chain(&DISTRICTS).any(|key| row.get(key).is_some())
    }

    /// Where the person of a row lives.
    pub(super) fn area_of(&self, row: &Row<'_>, address: &str) -> std::result::Result<Id, CellError> {
        let ward = match row.get("ward") {
            None => None,
            Some(written) => {
                let found = self.book.find(written, None, None);
                Some(found.map_err(|reason| row.refuse("ward", reason.ja, reason.en))?.id)
            }
        };
        let mut refused = None;
        for key in DISTRICTS {
            let Some(written) = row.get(key) else { continue };
            match self.find_named(written, ward) {
                Ok(area) if self.is_smallest(area) => return Ok(area),
                // A 圏域 or a ward is too large, and a 町内会 is often no area of the tree: the town tells then.
                Ok(_) => {}
                Err(_) if key == "neighbourhood" => {}
                Err(reason) => refused = refused.or(Some((key, reason))),
            }
        }
        // A district that nobody knows is put right in the file, not replaced by a guess.
        if let Some((key, reason)) = refused {
            return Err(row.refuse(key, reason.ja, reason.en));
        }
        let found = self.by_town(row, ward).or_else(|| self.in_address(ward, address));
        match found {
            Some(Ok(area)) if self.is_smallest(area) => Ok(area),
            found => self.option.ok_or_else(|| {
                let key = if row.column_index("address").is_some() { "address" } else { "district" };
                let reason = match found {
                    Some(Err(reason)) => reason,
                    _ => unplaced(),
                };
                row.refuse(key, reason.ja, reason.en)
            }),
        }
    }

    fn find_named(&self, written: &str, around: Option<Id>) -> std::result::Result<Id, Reason> {
        let key = (written.to_owned(), around);
        if let Some(known) = self.named.borrow().get(&key) {
            return known.clone();
        }
        let found = self.book.find(written, self.smallest.as_deref(), around).map(|area| area.id);
        self.named.borrow_mut().insert(key, found.clone());
        found
    }

    fn is_smallest(&self, area: Id) -> bool {
        self.smallest.is_none() || self.book.get(area).map(|area| &area.tier) == self.smallest.as_ref()
    }

    fn municipality(&self, ward: Option<Id>) -> Option<&str> {
        let code = ward.and_then(|ward| self.book.get(ward)).map(|ward| ward.code.as_str());
        code.filter(|code| self.towns.knows(Some(code)))
    }

    /// The town that a column of its own names.
    fn by_town(&self, row: &Row<'_>, ward: Option<Id>) -> Option<std::result::Result<Id, Reason>> {
        let municipality = self.municipality(ward);
        let id = row.get("town_id").map(fold_digits).filter(|digits| !digits.is_empty() && digits.len() <= 7);
        let by_id = id.and_then(|digits| self.towns.by_code(municipality, &format!("{digits:0>7}")));
        if let Some(town) = by_id {
            return Some(self.area_of_towns(&[town], ward));
        }
        let written = row.get("town")?;
        let exact = self.towns.by_name(municipality, written);
        (!exact.is_empty()).then(|| self.area_of_towns(&exact, ward)).filter(|found| found.is_ok())
    }

    /// The one area of the smallest tier to which all of these towns belong.
    fn area_of_towns(&self, towns: &[&Town], ward: Option<Id>) -> std::result::Result<Id, Reason> {
        let main: Vec<&str> = self.main.iter().map(String::as_str).collect();
        let mut areas: Vec<Id> = Vec::new();
        for town in towns {
            let of_town = self.towns.areas_of(town.id, &self.book, &main);
            let smallest = of_town.into_iter().filter(|area| self.is_smallest(*area));
            for area in smallest.filter(|area| ward.is_none_or(|ward| self.book.lies_within(*area, ward))) {
                if !areas.contains(&area) {
                    areas.push(area);
                }
            }
        }
        let name = towns.first().map(|town| town.name.clone()).unwrap_or_default();
        match areas.as_slice() {
            [one] => Ok(*one),
            [] => Err(Reason::new(
                format!(
                    "「{name}」がどの区域に入るかが登録されていません。校区の列を足すか、町と校区の一覧を取り込んでください"
                ),
                format!(
                    "it is not on record to which district {name:?} belongs; add the district, or import the list of towns and districts"
                ),
            )),
            many => {
                let names: Vec<String> = many.iter().map(|area| self.name(*area)).collect();
                Err(Reason::new(
                    format!("「{name}」は{}に分かれています。校区の列を足してください", names.join("と")),
                    format!("{name:?} is divided between {}; add the district", names.join(" and ")),
                ))
            }
        }
    }

    /// The area in which an address lies.
    fn in_address(&self, ward: Option<Id>, address: &str) -> Option<std::result::Result<Id, Reason>> {
        if address.is_empty() {
            return None;
        }
        let folded = fold_address(address);
        let front = self.front(&folded);
        if front.elsewhere {
            return Some(Err(Reason::new(
                "ほかの市区町村の住所です。この市区町村で見守る人なら、校区の列を足してください",
                "this address lies in another municipality; add the district for somebody who is to be watched over here",
            )));
        }
        if let (Some(column), Some(written)) = (ward, front.ward)
            && column != written
            && !self.book.lies_within(written, column)
        {
            return Some(Err(Reason::new(
                "住所の区と、区の列がちがいます",
                "the ward of the address differs from the column of the ward",
            )));
        }
        let ward = front.ward.or(ward);
        let rest = bare_town(front.rest);
        let municipality = self.municipality(ward);
        let ends: Vec<usize> = rest.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        for end in ends.iter().rev() {
            let (name, after) = rest.split_at(*end);
            let Some(known) = self.by_town.get(name) else { continue };
            let fits = |known: &&Known| {
                municipality.is_none_or(|code| known.town.municipality == code)
                    && (ends_here(name, after) || (known.is_oaza && front.rest.starts_with("大字")))
            };
            let towns: Vec<&Town> = known.iter().filter(fits).map(|known| &known.town).collect();
            if !towns.is_empty() {
                return Some(self.area_of_towns(&towns, ward));
            }
        }
        if self.towns.knows(municipality) {
            // 青葉 alone, where every 丁目 of 青葉 lies in one district.
            let whole = self.towns.by_name(municipality, rest);
            return (!whole.is_empty()).then(|| self.area_of_towns(&whole, ward));
        }
        self.by_district(rest, &ends, ward)
    }

    /// Without a list of towns: the district whose whole name stands where the town does.
    fn by_district(&self, rest: &str, ends: &[usize], ward: Option<Id>) -> Option<std::result::Result<Id, Reason>> {
        for end in ends.iter().rev() {
            let (name, after) = rest.split_at(*end);
            let Some(areas) = self.districts.get(name).filter(|_| ends_here(name, after)) else { continue };
            let mut within = areas.iter().filter(|area| ward.is_none_or(|ward| self.book.lies_within(**area, ward)));
            if let (Some(one), None) = (within.next(), within.next()) {
                return Some(Ok(*one));
            }
        }
        None
    }

    /// Reads prefecture, municipality and ward off the front of a folded address.
    fn front<'a>(&self, address: &'a str) -> Front<'a> {
        let prefecture = self.prefectures.iter().find_map(|name| address.strip_prefix(name.as_str()));
        let mut rest = prefecture.unwrap_or(address);
        let named = !self.own.is_empty()
            && match rest.split_once(self.own.as_str()) {
                Some(("", behind)) => {
                    rest = behind;
                    true
                }
                // 遠賀郡 stands before 岡垣町.
                Some((county, behind)) if county.ends_with('郡') && county.chars().count() <= 6 => {
                    rest = behind;
                    true
                }
                _ => false,
            };
        let ward = self.between.iter().find(|(name, _)| rest.starts_with(name.as_str()));
        if let Some((name, ward)) = ward {
            return Front { ward: Some(*ward), rest: &rest[name.len()..], elsewhere: false };
        }
        // 静岡市清水区旭町: a municipality that is not this one.
        let before_number: String = rest.chars().take_while(|c| !c.is_ascii_digit()).collect();
        let other = before_number.char_indices().skip(1).any(|(_, c)| c == '市')
            && !self.by_town.keys().any(|town| !town.is_empty() && rest.starts_with(town.as_str()));
        let elsewhere = !named && !self.own.is_empty() && (prefecture.is_some() || other);
        Front { ward: None, rest, elsewhere }
    }
}

fn unplaced() -> Reason {
    Reason::new(
        "どの区域に住む人かがわかりません。校区の列を足すか、町と校区の一覧を取り込むか、--area で区域を指定してください",
        "it is not clear in which area the person lives; add the district, import the list of towns and districts, or name the area with --area",
    )
}

/// A folded name without 大字 and 字 in front, which lists write or leave out.
fn bare_town(name: &str) -> &str {
    name.strip_prefix("大字").or(name.strip_prefix('字')).filter(|rest| !rest.is_empty()).unwrap_or(name)
}

/// Whether a name ends before what follows it: みどり台 is not みどり, and 1丁目 is not 12丁目.
fn ends_here(name: &str, after: &str) -> bool {
    let Some(next) = after.chars().next() else { return true };
    if next.is_ascii_digit() {
        return !name.ends_with(|c: char| c.is_ascii_digit());
    }
    // イロハ, 甲乙丙 and Latin letters before a number count blocks as digits do.
    let block =
        matches!(next, '甲' | '乙' | '丙' | '丁' | 'イ' | 'ロ' | 'ハ' | 'ニ' | 'ホ') || next.is_ascii_alphabetic();
    let number = after.chars().nth(1).is_some_and(|c| c.is_ascii_digit() || c == '-' || c == '番');
    after.starts_with("大字")
        || after.starts_with('字')
        || after.starts_with("番")
        || next == '-'
        || next == '('
        || (block && number)
}
