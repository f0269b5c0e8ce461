//! Who can go on with what lies with nobody.

use sasae_core::id::Id;
use sasae_db::{Conn, args, record, sql};

use crate::ctx::Ctx;
use crate::error::Result;
use crate::room::Heir;

record! {
    struct HeirRow {
        staff: Id,
        name: String,
        label_ja: String,
        label_en: String,
        area_name: String,
        rank: i64,
    }
}

/// Most people offered.
const OFFERED: i64 = 60;

macro_rules! heirs {
    ($fits:literal) => {
        concat!(
            "SELECT s.id AS staff, s.name, g.label_ja, g.label_en, a.name AS area_name, ",
            "CASE WHEN EXISTS (SELECT 1 FROM post o JOIN area_within ow ON ow.tenant = o.tenant ",
            "AND ow.ancestor_id = t.area_id AND ow.area_id = o.area_id AND ",
            valid_today!("ow"),
            " WHERE o.tenant = ?1 AND o.staff_id = ?4 AND o.role = t.role) THEN CAST(0 AS BIGINT) ",
            "WHEN EXISTS (SELECT 1 FROM post o WHERE o.tenant = ?1 AND o.staff_id = ?4 AND o.role = t.role) ",
            "THEN CAST(1 AS BIGINT) ELSE CAST(2 AS BIGINT) END AS rank ",
            "FROM area_within w JOIN post t ON t.tenant = w.tenant AND t.area_id = w.ancestor_id ",
            "JOIN role g ON g.tenant = t.tenant AND g.code = t.role ",
            "JOIN staff s ON s.tenant = t.tenant AND s.id = t.staff_id ",
            "JOIN area a ON a.tenant = t.tenant AND a.id = t.area_id ",
            "WHERE w.tenant = ?1 AND w.area_id = ?2 AND s.id <> ?4 AND ",
            valid_today!("w"),
            " AND ",
            valid_today!("t"),
            " AND ",
            valid_today!("s"),
            " AND ",
            $fits,
            " ORDER BY rank, s.name_key, s.id, t.id LIMIT ?5"
        )
    };
}

fn read(rows: Vec<HeirRow>) -> Vec<Heir> {
    let mut heirs: Vec<Heir> = Vec::new();
    for row in rows {
        // Whoever holds two posts comes once, by the better one.
        if !heirs.iter().any(|known| known.staff == row.staff) {
            let role = (row.label_ja, row.label_en);
            heirs.push(Heir { staff: row.staff, name: row.name, role, area_name: row.area_name, rank: row.rank });
        }
    }
    heirs
}

/// Those who carry a function today in an area or around it, the best first: who follows somebody in the same
/// post, then those with the same role.
pub async fn list_heirs(ctx: &Ctx, conn: &mut Conn, area: Id, before: Option<Id>, function: &str) -> Result<Vec<Heir>> {
    let rows = conn
        .query(
            sql!(heirs!(
                "EXISTS (SELECT 1 FROM role_function f WHERE f.tenant = t.tenant AND f.role = t.role AND f.function = ?6)"
            )),
            args![ctx.tenant(), area, ctx.today(), before.unwrap_or_default(), OFFERED, function],
        )
        .await?;
    Ok(read(rows))
}

/// Those who go from door to door in an area or around it today, the best first.
pub async fn list_heirs_by_hand(ctx: &Ctx, conn: &mut Conn, area: Id, before: Option<Id>) -> Result<Vec<Heir>> {
    let rows = conn
        .query(
            sql!(heirs!("g.reach = 'hands'")),
            args![ctx.tenant(), area, ctx.today(), before.unwrap_or_default(), OFFERED],
        )
        .await?;
    Ok(read(rows))
}
