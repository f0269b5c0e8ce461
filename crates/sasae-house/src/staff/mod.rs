//! The people who act, their organisations, windows and posts. Access follows
//! from posts: role × area × period (#5–#8).
//!
//! `/organisation` shows areas by tier with what rolls up to them, windows and
//! bases, who holds which post, and where a required post is not filled.

pub mod api;
pub mod gaps;
pub mod may;
pub mod overview;
pub mod pages;
pub mod store;
pub use store::{
    Named, count_posts, find_base, find_organisation, find_own_organisation, find_staff_name, list_bases, list_heirs,
    list_heirs_by_hand, list_organisations, list_organisations_of, list_staff_named, list_tiers_of,
};

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::Conn;

use crate::access::{self, RecordKind};
use crate::area::{self, AREA};
use crate::ctx::{Actor, Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::Text;
use crate::lang::Words;
use crate::profile::Needs;
use crate::room::{self, NavEntry, NavSection, Room, always};
use crate::tenancy::FOREVER;
use crate::web::{Gate, Routes};

/// 機関・団体.
pub static ORGANISATION: RecordKind = RecordKind::plain("organisation", Words("機関・団体", "Organisation"));
/// 窓口・拠点.
pub static BASE: RecordKind = RecordKind::plain("base", Words("窓口・拠点", "Window or base"));
/// Someone who acts.
pub static STAFF: RecordKind = RecordKind::plain("staff", Words("職員・担い手", "Staff"));
/// 役職 held for a time.
pub static POST: RecordKind = RecordKind::plain("post", Words("役職", "Post"));

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    migrations: &[sasae_db::migration!("0001_staff")],
    kinds: &[&ORGANISATION, &BASE, &STAFF, &POST],
    nav: &[NavEntry {
        section: NavSection::Below,
        label: Words("体制（区域・窓口・役職）", "Areas, windows and posts"),
        href: "/organisation",
        shown: always,
    }],
    needs: Needs { functions: &[&may::EDIT], ..Needs::NONE },
    ..Room::new("staff", Words("体制", "Organisation"))
};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const NAME: Words = Words("体制（区域・窓口・役職）", "Areas, windows and posts");
    routes.get("/organisation", Gate::Staff, NAME, pages::show).api_get(
        "/api/organisation",
        Gate::Staff,
        NAME,
        api::show,
    )
}

/// Someone before a post is given.
#[derive(Debug, Clone)]
pub struct Appointment {
    /// Name.
    pub name: String,
    /// Reading.
    pub kana: String,
    /// Code of the role.
    pub role: String,
    /// The area of the post.
    pub area: Id,
    /// First and last day.
    pub period: (Date, Date),
}

/// Records someone and gives them a post.
pub async fn appoint(ctx: &Ctx, work: &mut Work, new: &Appointment) -> Result<Id> {
    require_edit(ctx)?;
    let id = ctx.new_id();
    let key = format!("own:{id}");
    let name = (new.name.as_str(), new.kana.as_str());
    store::insert_staff(ctx, work, id, name, None, "", &key, new.period.0).await?;
    ctx.wrote(&STAFF, id);
    give_post(ctx, work, id, &new.role, new.area, new.period).await?;
    Ok(id)
}

/// Gives a post to someone who is on record.
pub async fn give_post(
    ctx: &Ctx,
    work: &mut Work,
    staff: Id,
    role: &str,
    area: Id,
    period: (Date, Date),
) -> Result<Id> {
    require_edit(ctx)?;
    if ctx.profile().role(role).is_none() {
        return Err(Error::field("role", "この役職はありません。", "There is no such role."));
    }
    if period.1 < period.0 {
        return Err(Error::field(
            "to",
            "終わりの日が始まりの日より前になっています。",
            "The last day is before the first.",
        ));
    }
    let post = ctx.new_id();
    store::insert_post(ctx, work, post, staff, role, area, period).await?;
    ctx.wrote(&POST, post);
    Ok(post)
}

/// Another area goes on where one has ended: what lay below it lies below the other, posts go on there, and where
/// that day has come, organisations, windows, persons and all that is under way follow. Gives from which day on.
pub async fn succeed(ctx: &Ctx, work: &mut Work, old: Id, new: Id) -> Result<Date> {
    require_edit_in(ctx, work, old).await?;
    let (Some(ended), Some(next)) = (area::find_area(ctx, work, old).await?, area::find_area(ctx, work, new).await?)
    else {
        return Err(Error::NotFound);
    };
    if ended.valid_to >= FOREVER || next.valid_to <= ended.valid_to || next.tier != ended.tier {
        return Err(Error::field(
            "successor",
            "この区域のあとも続く、同じ階層の区域を選んでください。",
            "Choose an area of the same tier that goes on after this one.",
        ));
    }
    let from = ended.valid_to.tomorrow().unwrap_or(ended.valid_to).max(next.valid_from);
    area::put_successor(ctx, work, old, new, true).await?;
    let parents = area::list_parents(ctx, work).await?;
    for link in parents.iter().filter(|link| link.parent == old && link.valid_to == ended.valid_to) {
        let goes_on = |other: &area::Parent| {
            other.child == link.child && other.hierarchy == link.hierarchy && other.valid_to >= from
        };
        if !parents.iter().any(goes_on) {
            let period = (from, next.valid_to);
            area::insert_parent(ctx, work, link.child, new, &link.hierarchy, period).await?;
        }
    }
    let towns = area::list_town_areas(ctx, work).await?;
    for link in towns.iter().filter(|link| link.area == old && link.valid_to == ended.valid_to) {
        if !towns.iter().any(|other| other.town == link.town && other.valid_to >= from) {
            area::insert_town_area(ctx, work, (link.town, new), (from, next.valid_to)).await?;
        }
    }
    area::rebuild_within(ctx, work).await?;
    move_posts(ctx, work, (old, new), from).await?;
    if from <= ctx.today() {
        room::resettle(ctx, work, (old, new)).await?;
    }
    ctx.wrote(&AREA, old);
    Ok(from)
}

/// An area was cut anew from a day on: posts go on in the new area, organisations
/// and windows stand there now.
pub async fn follow_new_cut(ctx: &Ctx, work: &mut Work, areas: (Id, Id), from: Date) -> Result<()> {
    require_edit(ctx)?;
    move_posts(ctx, work, areas, from).await
}

async fn move_posts(ctx: &Ctx, work: &mut Work, (old, new): (Id, Id), from: Date) -> Result<()> {
    let last = from.yesterday().unwrap_or(from);
    for post in store::list_posts_lasting(ctx, work, old, from).await? {
        if post.valid_from >= from {
            store::change_post(ctx, work, post.id, new, (post.valid_from, post.valid_to)).await?;
            ctx.wrote(&POST, post.id);
            continue;
        }
        store::change_post(ctx, work, post.id, old, (post.valid_from, last)).await?;
        ctx.wrote(&POST, post.id);
        // Whoever held the same post in two areas that were merged holds one.
        let held = store::list_posts_of(ctx, work, post.staff).await?;
        if !held.iter().any(|other| other.role == post.role && other.area == new && other.valid_to >= from) {
            let id = ctx.new_id();
            store::insert_post(ctx, work, id, post.staff, &post.role, new, (from, post.valid_to)).await?;
            ctx.wrote(&POST, id);
        }
    }
    store::move_places(ctx, work, old, new).await
}

/// Only commands and those in charge may change the directory.
fn require_edit(ctx: &Ctx) -> Result<()> {
    let may = matches!(ctx.actor(), Actor::System(_)) || ctx.may(&may::EDIT) || ctx.may(&crate::access::may::IMPORT);
    if may {
        return Ok(());
    }
    Err(Error::Forbidden(Text::new(
        "職員と役職を変えられるのは、システムの担当者です。",
        "Only those in charge of the system may change staff and posts.",
    )))
}

/// Whether somebody may say which area goes on where one has ended: those in charge of the directory, and the
/// supervisor of the area.
pub async fn may_succeed(ctx: &Ctx, conn: &mut Conn, old: Id) -> Result<bool> {
    if require_edit(ctx).is_ok() {
        return Ok(true);
    }
    let around = area::list_around(ctx, conn, old).await?;
    Ok(ctx.staff()?.posts.iter().any(|post| post.carries(&access::may::SUPERVISE) && around.contains(&post.area)))
}

async fn require_edit_in(ctx: &Ctx, work: &mut Work, old: Id) -> Result<()> {
    if may_succeed(ctx, work, old).await? { Ok(()) } else { require_edit(ctx) }
}
