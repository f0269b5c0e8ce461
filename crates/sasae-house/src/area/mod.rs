//! Areas: tiers as each municipality names them, over towns as the smallest
//! pieces. Areas and their places in the tree carry validity, so a re-cut
//! leaves last year's figures as they were (#1–#4).
//!
//! Several hierarchies overlap; the closure `area_within` carries them all and
//! is rebuilt by `store::rebuild_within` whenever the tree changes.

pub mod book;
mod closure;
pub mod store;
pub mod towns;

use jiff::civil::{Date, date};
use sasae_core::id::Id;
use sasae_db::Conn;

pub use book::{Book, nearest};
pub use store::{
    Area, AreaDetail, EndedArea, Parent, find_area, find_successor, has_towns, insert_parent, insert_town_area,
    list_all, list_around, list_children, list_ended, list_nesting_below, list_of_tier, list_parents, list_path,
    list_town_areas, list_towns_of, list_within, put_successor, rebuild_within,
};
pub use towns::TownBook;

use crate::access::{Guard, RecordKind};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::Words;
use crate::room::Room;

/// 区域 as a record: where new records are made and figures are counted.
pub static AREA: RecordKind = RecordKind {
    code: "area",
    name: Words("区域", "Area"),
    path: None,
    guard: Some(Guard { facts: store::FACTS, visible: store::VISIBLE }),
};
/// 町丁.
pub static TOWN: RecordKind = RecordKind::plain("town", Words("町丁", "Town"));

/// What this room offers.
pub static ROOM: Room = Room {
    tables: store::TABLES,
    migrations: &[sasae_db::migration!("0001_area"), sasae_db::migration!("0040_area_successor")],
    kinds: &[&AREA, &TOWN],
    ..Room::new("area", Words("区域", "Areas"))
};

/// Since when an area exists whose file gives no date: the day on which the
/// 地方自治法 came into force.
pub const BEGINNING: Date = date(1947, 5, 3);

/// The area of the whole municipality, made where there is none: everything
/// else hangs below it.
pub async fn ensure_top(ctx: &Ctx, work: &mut Work, code: &str, name: &str) -> Result<Id> {
    let tier =
        ctx.profile().main_tiers().next().ok_or_else(|| Error::internal("the profile has no tier"))?.code.clone();
    let found = store::list_of_tier(ctx, work, &tier).await?;
    if let Some(top) = found.first() {
        return Ok(top.id);
    }
    let area = Area {
        id: ctx.new_id(),
        tier,
        code: code.to_owned(),
        name: name.to_owned(),
        valid_from: BEGINNING,
        valid_to: crate::tenancy::FOREVER,
    };
    store::insert_area(ctx, work, &area, "", None).await?;
    store::rebuild_within(ctx, work).await?;
    ctx.wrote(&AREA, area.id);
    Ok(area.id)
}

/// The smallest area in which an address lies today, as far as its town is known.
pub async fn of_address(ctx: &Ctx, conn: &mut Conn, address: &str) -> Result<Option<Id>> {
    let towns = TownBook::load(ctx, conn, ctx.today()).await?;
    let Some(town) = towns.in_any(address) else { return Ok(None) };
    let town = town.id;
    let book = Book::load(ctx, conn, ctx.today()).await?;
    let main: Vec<&str> = ctx.profile().main_tiers().map(|tier| tier.code.as_str()).collect();
    Ok(towns.area_of(town, &book, &main))
}

/// An area that exists today, or a field error that says to choose again.
pub async fn get_today(ctx: &Ctx, conn: &mut Conn, field: &'static str, id: Id) -> Result<Area> {
    store::find_area(ctx, conn, id)
        .await?
        .filter(|area| area.valid_from <= ctx.today() && ctx.today() <= area.valid_to)
        .ok_or_else(|| {
            Error::field(
                field,
                "この区域はいまはありません。選び直してください。",
                "This area does not exist today. Please choose again.",
            )
        })
}

/// Where what lies in an area lies today: the area itself, or the one that went on where it had ended, as
/// far as that is known. Where an area was divided nobody can tell without asking.
pub async fn find_standing(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<Area>> {
    let mut at = id;
    // A list may lead in a circle by mistake.
    for _ in 0..20 {
        let Some(area) = store::find_area(ctx, conn, at).await? else { return Ok(None) };
        if area.valid_from <= ctx.today() && ctx.today() <= area.valid_to {
            return Ok(Some(area));
        }
        match store::find_successor(ctx, conn, at).await? {
            Some((next, _)) => at = next,
            None => return Ok(None),
        }
    }
    Ok(None)
}
