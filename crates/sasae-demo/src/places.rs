//! Areas, towns, organisations and windows of the fictional city.

use std::collections::HashMap;

use anyhow::Result;
use jiff::civil::{Date, date};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use sasae_app::area::store::{self as areas, Area, Town};
use sasae_app::ctx::{Ctx, Work};
use sasae_app::profile::demo::spread;
use sasae_app::profile::{Demo, MAIN, OrganisationKind, Profile, Tier};
use sasae_app::staff::store::{self, NewBase, NewOrganisation};
use sasae_app::tenancy::FOREVER;
use sasae_core::id::Id;

use super::{City, Plan, names};

/// Since when everything of the city exists.
pub const FOUNDED: Date = date(2015, 4, 1);

/// An area of the city.
#[derive(Debug, Clone)]
pub struct Spot {
    /// The area.
    pub id: Id,
    /// Code of its tier.
    pub tier: String,
    /// Its own code.
    pub code: String,
    /// Name.
    pub name: String,
    /// The area of `main` above it; `None` for the whole.
    pub parent: Option<Id>,
    /// Households, for areas in which persons live; 0 for others.
    pub households: u32,
    /// Names of its towns, for areas in which persons live.
    pub towns: Vec<String>,
}

/// An organisation of the city.
#[derive(Debug, Clone)]
pub struct Office {
    /// The organisation.
    pub id: Id,
    /// Code of its kind.
    pub kind: String,
    /// Where it lies.
    pub area: Id,
}

/// A window or base of the city.
#[derive(Debug, Clone)]
pub struct Window {
    /// The base.
    pub id: Id,
    /// The area that it serves.
    pub area: Id,
}

/// Builds all of it in one transaction.
pub async fn build(city: &mut City, plan: &Plan<'_>) -> Result<()> {
    let ctx = city.system();
    let mut work = ctx.begin().await?;
    city.areas = build_areas(&ctx, &mut work, plan).await?;
    city.offices = build_offices(&ctx, &mut work, plan.profile, &city.areas).await?;
    city.windows = build_windows(&ctx, &mut work, plan.profile, &city.areas, &city.offices).await?;
    work.commit("").await?;
    Ok(())
}

async fn build_areas(ctx: &Ctx, work: &mut Work, plan: &Plan<'_>) -> Result<Vec<Spot>> {
    let (profile, shape) = (plan.profile, plan.shape()?);
    let mut rng = ChaCha12Rng::seed_from_u64(plan.seed);
    let mut built: Vec<Spot> = Vec::new();
    let (main, other): (Vec<&Tier>, Vec<&Tier>) = profile.tiers.iter().partition(|tier| tier.hierarchy == MAIN);
    for tier in main.into_iter().chain(other) {
        let row = shape.tier.iter().find(|row| row.tier == tier.code);
        if row.is_none() && tier.hierarchy != MAIN {
            continue;
        }
        let above = parents_of(profile, tier, &built);
        let counts = row.map_or_else(|| vec![1; above.len().max(1)], |row| spread(&row.counts, above.len().max(1)));
        let given: Vec<&str> = row.map_or_else(Vec::new, |row| row.names.iter().map(|name| name.ja.as_str()).collect());
        let total = counts.iter().sum::<u32>() as usize;
        let households = tier.smallest.then(|| share(shape.households, total, &mut rng));
        let mut at = 0;
        for (place, count) in counts.iter().enumerate() {
            let parent = above.get(place).copied();
            for _ in 0..*count {
                let name = name_of(shape, tier, &given, at, parent.is_none());
                let code = code_of(shape, tier, at, total, parent.is_none());
                let (id, own) = (ctx.new_id(), households.as_ref().map_or(0, |all| all[at]));
                let area = Area {
                    id,
                    tier: tier.code.clone(),
                    code: code.clone(),
                    name: name.clone(),
                    valid_from: FOUNDED,
                    valid_to: FOREVER,
                };
                areas::insert_area(ctx, work, &area, "", (own > 0).then_some(i64::from(own))).await?;
                if let Some(parent) = parent {
                    areas::insert_parent(ctx, work, id, parent, &tier.hierarchy, (FOUNDED, FOREVER)).await?;
                }
                let towns = if tier.smallest { build_towns(ctx, work, id, at).await? } else { Vec::new() };
                built.push(Spot { id, tier: tier.code.clone(), code, name, parent, households: own, towns });
                at += 1;
            }
        }
    }
    areas::rebuild_within(ctx, work).await?;
    Ok(built)
}

/// The areas of `main` one level above a tier, which its areas are spread over.
fn parents_of(profile: &Profile, tier: &Tier, built: &[Spot]) -> Vec<Id> {
    let above = profile.main_tiers().filter(|other| other.level < tier.level).last();
    built.iter().filter(|spot| above.is_some_and(|above| above.code == spot.tier)).map(|spot| spot.id).collect()
}

fn name_of(shape: &Demo, tier: &Tier, given: &[&str], at: usize, top: bool) -> String {
    if top {
        return shape.ja.clone();
    }
    let ending = tier.short.as_str();
    match given.get(at) {
        Some(name) => (*name).to_owned(),
        None if tier.hierarchy == MAIN && tier.smallest => format!("{}{ending}", names::district(at)),
        None => format!("{}{ending}", names::district(at * 7)),
    }
}

/// The codes that the profile's rules speak of, where it names as many areas;
/// else made ones.
fn code_of(shape: &Demo, tier: &Tier, at: usize, total: usize, top: bool) -> String {
    if top {
        return shape.tenant.clone();
    }
    match tier.area.get(at) {
        Some(named) if tier.area.len() == total => named.code.clone(),
        _ => format!("{}-{:03}", tier.code, at + 1),
    }
}

/// Cuts a number into parts that differ a little and add up to it.
fn share(whole: u32, parts: usize, rng: &mut ChaCha12Rng) -> Vec<u32> {
    let weights: Vec<u32> = (0..parts).map(|_| rng.random_range(70..=130)).collect();
    let sum: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let mut passed = 0_u64;
    let mut given = 0_u32;
    weights
        .iter()
        .map(|weight| {
            passed += u64::from(*weight);
            let upto = u32::try_from(u64::from(whole) * passed / sum.max(1)).unwrap_or(whole);
            let own = upto - given;
            given = upto;
            own
        })
        .collect()
}

async fn build_towns(ctx: &Ctx, work: &mut Work, area: Id, at: usize) -> Result<Vec<String>> {
    let stem = names::district(at);
    let mut towns = Vec::new();
    for (chome, word) in ["一丁目", "二丁目"].into_iter().enumerate() {
        let town = Town {
            id: ctx.new_id(),
            municipality: ctx.tenant().to_owned(),
            code: format!("{:04}{:03}", at + 1, chome + 1),
            name: format!("{stem}{word}"),
            kana: String::new(),
            latitude: None,
            longitude: None,
            valid_from: FOUNDED,
            valid_to: FOREVER,
        };
        areas::insert_town(ctx, work, &town).await?;
        areas::insert_town_area(ctx, work, (town.id, area), (FOUNDED, FOREVER)).await?;
        towns.push(town.name);
    }
    Ok(towns)
}

/// One organisation of each kind in each area that it mirrors; kinds without a
/// tier once for the whole.
async fn build_offices(ctx: &Ctx, work: &mut Work, profile: &Profile, spots: &[Spot]) -> Result<Vec<Office>> {
    let mut offices = Vec::new();
    let smallest_other = profile.main_tiers().nth(1).map(|tier| tier.code.as_str());
    for kind in &profile.organisation_kinds {
        // Support centres and the like stand in each area of the second tier.
        let tier = kind.tier.as_deref().or(match kind.code.as_str() {
            "ward_office" | "support_center" => smallest_other,
            _ => None,
        });
        let tier = tier.or(profile.main_tiers().next().map(|tier| tier.code.as_str()));
        for spot in spots.iter().filter(|spot| Some(spot.tier.as_str()) == tier) {
            let id = ctx.new_id();
            let new = NewOrganisation {
                kind: kind.code.clone(),
                name: office_name(&spot.name, kind),
                area: Some(spot.id),
                source: ("demo".to_owned(), format!("{}:{}", kind.code, spot.code)),
                ..NewOrganisation::default()
            };
            store::insert_organisation(ctx, work, id, &new).await?;
            offices.push(Office { id, kind: kind.code.clone(), area: spot.id });
        }
    }
    Ok(offices)
}

/// みなと区 and 区社会福祉協議会（区事務所） make みなと区社会福祉協議会.
fn office_name(area: &str, kind: &OrganisationKind) -> String {
    if kind.code == "city_hall" {
        return if area.ends_with('県') { format!("{area}庁") } else { format!("{area}役所") };
    }
    let label = kind.ja.split(['（', '・']).next().unwrap_or(&kind.ja);
    let label = label.strip_prefix("校(地)区").unwrap_or(label);
    let last = area.chars().next_back();
    let label = last.and_then(|last| label.strip_prefix(last)).unwrap_or(label);
    format!("{area}{label}")
}

/// The windows that the profile names, run by the organisation of that kind nearest to the area.
async fn build_windows(
    ctx: &Ctx,
    work: &mut Work,
    profile: &Profile,
    spots: &[Spot],
    offices: &[Office],
) -> Result<Vec<Window>> {
    let parents: HashMap<Id, Option<Id>> = spots.iter().map(|spot| (spot.id, spot.parent)).collect();
    let mut windows = Vec::new();
    for kind in &profile.base_kinds {
        for spot in spots.iter().filter(|spot| spot.tier == kind.tier) {
            let runs = |area: Id| {
                let wanted = |office: &&Office| kind.organisation.as_deref().is_none_or(|code| office.kind == code);
                offices.iter().filter(wanted).find(|office| office.area == area)
            };
            let mut here = Some(spot.id);
            let office = loop {
                match here {
                    Some(area) => match runs(area) {
                        Some(office) => break Some(office),
                        None => here = parents.get(&area).copied().flatten(),
                    },
                    None => break None,
                }
            };
            let Some(office) = office else { continue };
            let label = kind.ja.split('（').next().unwrap_or(&kind.ja);
            let new = NewBase {
                organisation: office.id,
                kind: kind.code.clone(),
                name: format!("{} {label}", spot.name),
                area: spot.id,
                functions: kind.functions.join(","),
                hours: "月〜金 8:30〜17:15（祝日・年末年始を除く）".to_owned(),
                ..NewBase::default()
            };
            let id = ctx.new_id();
            store::insert_base(ctx, work, id, &new, FOUNDED).await?;
            windows.push(Window { id, area: spot.id });
        }
    }
    Ok(windows)
}
