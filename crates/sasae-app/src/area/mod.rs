//! Areas: tiers as each municipality names them, over towns as the smallest
//! pieces. Areas and their places in the tree carry validity, so a re-cut
//! leaves last year's figures as they were (#1–#4).
//!
//! Several hierarchies overlap; the closure `area_within` carries them all and
//! is rebuilt by `store::rebuild_within` whenever the tree changes.

mod closure;
pub mod store;

use sasae_core::id::Id;
use sasae_db::Conn;

pub use store::Area;

use crate::ctx::Ctx;
use crate::error::{Error, Result};

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
