//! The people who act in the fictional city, with their posts.

use anyhow::Result;
use sasae_app::profile::demo::spread;
use sasae_app::staff::store;
use sasae_app::tenancy::FOREVER;
use sasae_core::id::Id;

use super::dice::Dice;
use super::places::{FOUNDED, Office, Spot};
use super::{City, Plan, names};

/// Someone who holds a post.
#[derive(Debug, Clone)]
pub struct Member {
    /// The staff record.
    pub id: Id,
    /// Name.
    pub name: String,
    /// Code of the role.
    pub role: String,
    /// The area of the post.
    pub area: Id,
}

/// Fills the posts that the demo says, role by role in the order of the profile.
pub async fn build(city: &mut City, plan: &Plan<'_>) -> Result<()> {
    let shape = plan.shape()?;
    let ctx = city.system();
    let mut dice = Dice::new(plan.seed, "members");
    let mut members = Vec::new();
    let mut work = ctx.begin().await?;
    for role in &plan.profile.roles {
        let Some(row) = shape.staff.iter().find(|row| row.role == role.code) else { continue };
        let spots: Vec<&Spot> = city.of_tier(&role.tier).collect();
        let counts = spread(&row.counts, spots.len());
        for (spot, count) in spots.into_iter().zip(counts) {
            let office = role.organisation.as_deref().and_then(|kind| office_of(city, kind, spot));
            for _ in 0..count {
                let id = ctx.new_id();
                let (name, kana) = names::worker(&mut dice);
                let key = format!("demo:{}:{}", role.code, members.len() + 1);
                store::insert_staff(&ctx, &mut work, id, (&name, &kana), office, "", &key, FOUNDED).await?;
                let post = ctx.new_id();
                store::insert_post(&ctx, &mut work, post, id, &role.code, spot.id, (FOUNDED, FOREVER)).await?;
                ctx.wrote(&sasae_app::staff::STAFF, id);
                members.push(Member { id, name, role: role.code.clone(), area: spot.id });
            }
        }
    }
    work.commit("").await?;
    city.members = members;
    Ok(())
}

/// The organisation of a kind in an area or in one around it.
fn office_of(city: &City, kind: &str, spot: &Spot) -> Option<Id> {
    let of_kind: Vec<&Office> = city.offices.iter().filter(|office| office.kind == kind).collect();
    let mut here = Some(spot.id);
    while let Some(area) = here {
        if let Some(office) = of_kind.iter().find(|office| office.area == area) {
            return Some(office.id);
        }
        here = city.areas.iter().find(|spot| spot.id == area).and_then(|spot| spot.parent);
    }
    None
}
