//! Where people stood who acted.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, args, sql};

use crate::ctx::Ctx;
use crate::error::Result;

/// This room owns no table.
pub const TABLES: &[&str] = &[];

/// The tiers of the posts that somebody held on a day.
pub(super) async fn list_tiers_of(ctx: &Ctx, conn: &mut Conn, staff: Id, on: Date) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = conn
        .query(
            sql!(
                "SELECT DISTINCT a.tier FROM post p JOIN area a ON a.tenant = p.tenant AND a.id = p.area_id ",
                "WHERE p.tenant = ?1 AND p.staff_id = ?2 AND p.valid_from <= ?3 AND p.valid_to >= ?3"
            ),
            args![ctx.tenant(), staff, on],
        )
        .await?;
    Ok(rows.into_iter().map(|(tier,)| tier).collect())
}
