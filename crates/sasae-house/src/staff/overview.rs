//! One area with what lies below it: areas, windows, posts, gaps.

use std::collections::{HashMap, HashSet};

use sasae_core::id::Id;
use sasae_db::Conn;

use super::gaps::{self, Need, RoleSum, StaffedArea};
use super::store::{self, BaseRow, HolderRow};
use crate::area;
use crate::area::AreaDetail;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::web::{RowPage, row_page};

/// An area below, with what rolls up to it.
#[derive(Debug, Clone)]
pub struct Child {
    /// The area.
    pub id: Id,
    /// Code of its tier.
    pub tier: String,
    /// Its own code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Areas of the smallest tier in it.
    pub districts: i64,
    /// Households in it, as far as they are known.
    pub households: i64,
    /// Windows and bases in it.
    pub bases: i64,
    /// Posts filled in it.
    pub posts: i64,
    /// Required posts that nobody holds, in it and below.
    pub missing: i64,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The areas around, widest first, the area itself last.
    pub path: Vec<(Id, String)>,
    /// The area.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Code of its tier.
    pub tier: String,
    /// Households, as far as they are known.
    pub households: i64,
    /// Areas directly below.
    pub children: Vec<Child>,
    /// Names of its towns.
    pub towns: Vec<String>,
    /// Windows and bases of the area itself.
    pub bases: RowPage<BaseRow>,
    /// Who holds a post at the area itself.
    pub holders: RowPage<HolderRow>,
    /// Required posts by role, here and below.
    pub sums: Vec<RoleSum>,
    /// Where posts are missing.
    pub gaps: Vec<Need>,
}

/// Looks at one area, or at the whole, with a page of its holders of posts and one of its windows; `None`
/// where there is no area at all yet.
pub async fn look(
    ctx: &Ctx,
    conn: &mut Conn,
    at: Option<Id>,
    (holders, bases): (i64, i64),
) -> Result<Option<Overview>> {
    let today = ctx.today();
    let mut areas = area::list_all(ctx, conn).await?;
    areas.retain(|a| a.valid_from <= today && today <= a.valid_to);
    let levels: HashMap<&str, u32> = ctx.profile().tiers.iter().map(|t| (t.code.as_str(), t.level)).collect();
    let level = |area: &AreaDetail| levels.get(area.tier.as_str()).copied().unwrap_or(u32::MAX);
    let here = match at {
        Some(id) => areas.iter().find(|area| area.id == id).ok_or(Error::NotFound)?,
        None => match areas.iter().min_by_key(|area| (level(area), area.code.clone())) {
            Some(top) => top,
            None => return Ok(None),
        },
    };
    let nesting = area::list_nesting_below(ctx, conn, here.id).await?;
    let counted = Counted::new(ctx, conn, &areas, &nesting).await?;
    let children = area::list_children(ctx, conn, here.id).await?;
    let path = area::list_path(ctx, conn, here.id).await?;
    let towns = area::list_towns_of(ctx, conn, here.id).await?;
    let needs = counted.needs(ctx, &areas);
    let child = |area: &AreaDetail| Child {
        id: area.id,
        tier: area.tier.clone(),
        code: area.code.clone(),
        name: area.name.clone(),
        districts: counted.districts.get(&area.id).copied().unwrap_or(0),
        households: counted.households.get(&area.id).copied().unwrap_or(0),
        bases: counted.bases.get(&area.id).copied().unwrap_or(0),
        posts: counted.posts.get(&area.id).copied().unwrap_or(0),
        missing: needs
            .iter()
            .filter(|need| counted.within.contains(&(area.id, need.area)))
            .map(|need| i64::from(need.missing()))
            .sum(),
    };
    let mut children: Vec<Child> = children.iter().map(child).collect();
    children.sort_by(|a, b| {
        let of = |child: &Child| levels.get(child.tier.as_str()).copied().unwrap_or(u32::MAX);
        of(a).cmp(&of(b)).then_with(|| a.tier.cmp(&b.tier)).then_with(|| a.code.cmp(&b.code))
    });
    Ok(Some(Overview {
        path: path.into_iter().map(|area| (area.id, area.name)).collect(),
        id: here.id,
        name: here.name.clone(),
        tier: here.tier.clone(),
        households: counted.households.get(&here.id).copied().unwrap_or(0),
        children,
        towns: towns.into_iter().map(|town| town.name).collect(),
        bases: RowPage::of(bases, store::list_bases_of(ctx, conn, here.id, row_page::window(bases)).await?),
        holders: RowPage::of(holders, store::list_holders(ctx, conn, here.id, row_page::window(holders)).await?),
        sums: gaps::sums(ctx.profile(), &needs),
        gaps: needs.into_iter().filter(|need| need.missing() > 0).collect(),
    }))
}

/// What rolls up to each area from itself and below.
struct Counted {
    within: HashSet<(Id, Id)>,
    districts: HashMap<Id, i64>,
    households: HashMap<Id, i64>,
    bases: HashMap<Id, i64>,
    posts: HashMap<Id, i64>,
    filled: HashMap<(String, Id), u32>,
}

impl Counted {
    async fn new(ctx: &Ctx, conn: &mut Conn, areas: &[AreaDetail], nesting: &[(Id, Id)]) -> Result<Counted> {
        let mut around: HashMap<Id, Vec<Id>> = HashMap::new();
        for (ancestor, area) in nesting {
            around.entry(*area).or_default().push(*ancestor);
        }
        let up = |area: Id| around.get(&area).map(Vec::as_slice).unwrap_or_default();
        let mut counted = Counted {
            within: nesting.iter().copied().collect(),
            districts: HashMap::new(),
            households: HashMap::new(),
            bases: HashMap::new(),
            posts: HashMap::new(),
            filled: HashMap::new(),
        };
        let smallest = ctx.profile().smallest_tier().map(|tier| tier.code.as_str());
        for area in areas.iter().filter(|area| Some(area.tier.as_str()) == smallest) {
            for ancestor in up(area.id) {
                *counted.districts.entry(*ancestor).or_default() += 1;
                *counted.households.entry(*ancestor).or_default() += area.households.unwrap_or(0);
            }
        }
        // An area's own number goes before what adds up below it.
        for area in areas {
            if let Some(own) = area.households {
                counted.households.insert(area.id, own);
            }
        }
        for (area, number) in store::count_bases(ctx, conn).await? {
            for ancestor in up(area) {
                *counted.bases.entry(*ancestor).or_default() += number;
            }
        }
        for (role, area, number) in store::count_posts(ctx, conn).await? {
            for ancestor in up(area) {
                *counted.posts.entry(*ancestor).or_default() += number;
                let filled = counted.filled.entry((role.clone(), *ancestor)).or_default();
                *filled += u32::try_from(number).unwrap_or(u32::MAX);
            }
        }
        Ok(counted)
    }

    /// What is asked of the areas at hand.
    fn needs(&self, ctx: &Ctx, areas: &[AreaDetail]) -> Vec<Need> {
        let places: Vec<StaffedArea> = areas
            .iter()
            .filter(|area| self.within.contains(&(area.id, area.id)))
            .map(|area| StaffedArea {
                id: area.id,
                tier: area.tier.clone(),
                code: area.code.clone(),
                name: area.name.clone(),
                households: self.households.get(&area.id).and_then(|number| u32::try_from(*number).ok()).unwrap_or(0),
            })
            .collect();
        gaps::needs(ctx.profile(), &places, &self.filled)
    }
}
