//! Areas, windows and posts as JSON: what the page says.

use axum::extract::Query;
use jiff::civil::Date;
use sasae_core::id::Id;
use serde::Serialize;
use utoipa::ToSchema;

use super::gaps::{Need, RoleSum};
use super::overview::{self, Child, Overview};
use super::pages::AreaQuery;
use super::store::{BaseRow, HolderRow};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::tenancy::FOREVER;
use crate::web::api::Shown;

/// An area by its id and name.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaBody {
    /// The area.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// Its name.
    name: String,
}

/// An area below, with what rolls up to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaBelowBody {
    /// The area.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// Code of its tier.
    tier: String,
    /// Name.
    name: String,
    /// Areas of the smallest tier in it.
    districts: i64,
    /// Households in it, as far as they are known.
    households: i64,
    /// Windows and bases in it.
    bases: i64,
    /// Posts filled in it.
    posts: i64,
    /// Required posts that nobody holds, in it and below.
    missing: i64,
}

impl From<Child> for AreaBelowBody {
    fn from(child: Child) -> AreaBelowBody {
        AreaBelowBody {
            id: child.id,
            tier: child.tier,
            name: child.name,
            districts: child.districts,
            households: child.households,
            bases: child.bases,
            posts: child.posts,
            missing: child.missing,
        }
    }
}

/// A window or base with who runs it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BaseBody {
    /// The window.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// Its name.
    name: String,
    /// Code of the profile, or empty.
    kind: String,
    /// Who runs it.
    organisation: String,
    /// Code of the organisation's kind.
    organisation_kind: String,
    /// When it is open.
    hours: String,
    /// Telephone.
    phone: String,
    /// Address.
    address: String,
    /// When the record was last checked.
    verified_on: Option<Date>,
}

impl From<BaseRow> for BaseBody {
    fn from(base: BaseRow) -> BaseBody {
        BaseBody {
            id: base.id,
            name: base.name,
            kind: base.kind,
            organisation: base.organisation,
            organisation_kind: base.organisation_kind,
            hours: base.hours,
            phone: base.phone,
            address: base.address,
            verified_on: base.verified_on,
        }
    }
}

/// Someone at a post.
#[derive(Debug, Serialize, ToSchema)]
pub struct HolderBody {
    /// The post.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// Code of the role.
    role: String,
    /// Name of the holder.
    name: String,
    /// Since when.
    valid_from: Date,
    /// Until when, where an end is known.
    valid_to: Option<Date>,
}

impl From<HolderRow> for HolderBody {
    fn from(holder: HolderRow) -> HolderBody {
        HolderBody {
            id: holder.id,
            role: holder.role,
            name: holder.name,
            valid_from: holder.valid_from,
            valid_to: (holder.valid_to != FOREVER).then_some(holder.valid_to),
        }
    }
}

/// Posts of one role, asked for and filled.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleSumBody {
    /// Code of the role.
    role: String,
    /// Posts asked for in all areas.
    required: u32,
    /// Posts filled in those areas.
    filled: u32,
    /// Posts missing, area by area: one too many here does not fill one there.
    missing: u32,
    /// Areas with a gap.
    areas: u32,
}

impl From<RoleSum> for RoleSumBody {
    fn from(sum: RoleSum) -> RoleSumBody {
        RoleSumBody {
            role: sum.role,
            required: sum.required,
            filled: sum.filled,
            missing: sum.missing,
            areas: sum.areas,
        }
    }
}

/// An area in which posts are missing.
#[derive(Debug, Serialize, ToSchema)]
pub struct GapBody {
    /// Code of the role.
    role: String,
    /// The area.
    #[schema(value_type = String, format = "uuid")]
    area: Id,
    /// Its name.
    area_name: String,
    /// So many posts are missing.
    missing: u32,
    /// The source gives the number only roughly.
    roughly: bool,
}

impl From<Need> for GapBody {
    fn from(need: Need) -> GapBody {
        GapBody {
            missing: need.missing(),
            role: need.role,
            area: need.area,
            area_name: need.area_name,
            roughly: need.roughly,
        }
    }
}

/// One area with what lies below it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationBody {
    /// The areas around, widest first, the area itself last.
    path: Vec<AreaBody>,
    /// The area.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// Its name.
    name: String,
    /// Code of its tier.
    tier: String,
    /// Households, as far as they are known.
    households: i64,
    /// Areas directly below.
    children: Vec<AreaBelowBody>,
    /// Names of its towns.
    towns: Vec<String>,
    /// Windows and bases of the area itself: one page of them.
    bases: Vec<BaseBody>,
    /// Further pages of these follow.
    more_bases: bool,
    /// Who holds a post at the area itself: one page of them.
    holders: Vec<HolderBody>,
    /// Further pages of these follow.
    more_holders: bool,
    /// Required posts by role, here and below.
    sums: Vec<RoleSumBody>,
    /// Where posts are missing.
    gaps: Vec<GapBody>,
}

impl From<Overview> for OrganisationBody {
    fn from(seen: Overview) -> OrganisationBody {
        OrganisationBody {
            path: seen.path.into_iter().map(|(id, name)| AreaBody { id, name }).collect(),
            id: seen.id,
            name: seen.name,
            tier: seen.tier,
            households: seen.households,
            children: seen.children.into_iter().map(AreaBelowBody::from).collect(),
            towns: seen.towns,
            more_bases: seen.bases.more,
            bases: seen.bases.rows.into_iter().map(BaseBody::from).collect(),
            more_holders: seen.holders.more,
            holders: seen.holders.rows.into_iter().map(HolderBody::from).collect(),
            sums: seen.sums.into_iter().map(RoleSumBody::from).collect(),
            gaps: seen.gaps.into_iter().map(GapBody::from).collect(),
        }
    }
}

/// `GET /api/organisation?area=`
pub async fn show(ctx: Ctx, Query(query): Query<AreaQuery>) -> Result<Shown<OrganisationBody>> {
    let mut read = ctx.read().await?;
    let seen = overview::look(&ctx, &mut read, query.area, query.pages()?).await?;
    Ok(Shown(seen.ok_or(Error::NotFound)?.into()))
}
