//! Counts over the facts. Reads them for every figure and writes none.

use jiff::civil::Date;
use sasae_core::fiscal::FiscalYear;
use sasae_core::id::Id;
use sasae_db::{Conn, args, record, sql};

use crate::ctx::Ctx;
use crate::error::Result;

/// This room owns no table.
pub const TABLES: &[&str] = &[];

/// The facts (`v`) of a year (`?4`) that count for an area (`?5`): those whose own area
/// lay within it on the day they happened, so that a re-cut leaves past figures as
/// they were. Two periods of one pair of areas never overlap, so each comes once.
/// CROSS JOIN makes SQLite go from area to area rather than through the year.
macro_rules! facts_within {
    () => {
        concat!(
            "area_within iw CROSS JOIN fact v WHERE iw.tenant = ?1 AND iw.ancestor_id = ?5 ",
            "AND v.tenant = ?1 AND v.fiscal_year = ?4 AND v.area_id = iw.area_id ",
            "AND v.occurred_on >= iw.valid_from AND v.occurred_on <= iw.valid_to AND ",
            function_rows!()
        )
    };
}

/// The area asked for must be one whose figures the reader may see today.
macro_rules! function_rows {
    () => {
        concat!("?5 IN ", function_areas!("figures"))
    };
}

/// Counts of one fiscal year in an area: kind, month, how many, quantity.
/// `?4` year, `?5` area. Only within the areas whose figures the reader may see.
pub(super) async fn count_by_month(
    ctx: &Ctx,
    conn: &mut Conn,
    year: FiscalYear,
    area: Id,
) -> Result<Vec<(String, i64, i64)>> {
    Ok(conn
        .query(
            sql!("SELECT v.kind, v.month, COUNT(*) AS count FROM ", facts_within!(), " GROUP BY v.kind, v.month"),
            scoped![ctx, i64::from(year.0), area],
        )
        .await?)
}

/// The quantities of one kind of fact, of one fiscal year in an area, in their order.
pub(super) async fn list_quantities(
    ctx: &Ctx,
    conn: &mut Conn,
    year: FiscalYear,
    area: Id,
    kind: &str,
) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = conn
        .query(
            sql!("SELECT v.quantity FROM ", facts_within!(), " AND v.kind = ?6 ORDER BY v.quantity"),
            scoped![ctx, i64::from(year.0), area, kind],
        )
        .await?;
    Ok(rows.into_iter().map(|(days,)| days).collect())
}

/// Counts of one fiscal year in every area within `root` but those of the tier
/// `but`: area, kind, month, how many. For readers who see figures only.
pub(super) async fn count_in_tree(
    ctx: &Ctx,
    conn: &mut Conn,
    year: FiscalYear,
    root: Id,
    but: &str,
) -> Result<Vec<(Id, String, i64, i64)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT w.ancestor_id, v.kind, v.month, COUNT(*) AS count FROM area_within r CROSS JOIN area a ",
                "CROSS JOIN area_within w CROSS JOIN fact v WHERE r.tenant = ?1 AND r.ancestor_id = ?5 ",
                "AND r.valid_from <= ?3 AND r.valid_to >= ?3 AND a.tenant = ?1 AND a.id = r.area_id ",
                "AND a.tier <> ?6 AND w.tenant = ?1 AND w.ancestor_id = a.id AND v.tenant = ?1 ",
                "AND v.fiscal_year = ?4 AND v.area_id = w.area_id AND v.occurred_on >= w.valid_from ",
                "AND v.occurred_on <= w.valid_to AND ",
                function_rows!(),
                " GROUP BY w.ancestor_id, v.kind, v.month"
            ),
            scoped![ctx, i64::from(year.0), root, but],
        )
        .await?)
}

/// Which area of the main hierarchy lies directly in which, within `root`.
pub(super) async fn list_above(ctx: &Ctx, conn: &mut Conn, root: Id) -> Result<Vec<(Id, Id)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT x.child_id, x.parent_id FROM area_parent x JOIN area_within w ON w.tenant = x.tenant ",
                "AND w.ancestor_id = ?2 AND w.area_id = x.parent_id AND w.valid_from <= ?3 AND w.valid_to >= ?3 ",
                "WHERE x.tenant = ?1 AND x.hierarchy = 'main' AND x.valid_from <= ?3 AND x.valid_to >= ?3"
            ),
            args![ctx.tenant(), root, ctx.today()],
        )
        .await?)
}

record! {
    /// A fact in the list behind a figure.
    #[derive(Debug, Clone)]
    pub struct FactRow {
        /// The day.
        pub occurred_on: Date,
        /// In which area.
        pub area_name: Option<String>,
        /// By whom.
        pub staff_name: Option<String>,
        /// Code of the room.
        pub about: String,
        /// Code of the room.
        pub method: String,
        /// Kind of the record with which it opens.
        pub record_kind: String,
        /// That record.
        pub record_id: Id,
    }
}

/// How many facts stand behind one figure. `month` 0 means the whole year.
pub(super) async fn count_behind(
    ctx: &Ctx,
    conn: &mut Conn,
    year: FiscalYear,
    area: Id,
    kind: &str,
    month: i64,
) -> Result<i64> {
    let (count,): (i64,) = conn
        .query_one(
            sql!("SELECT COUNT(*) AS count FROM ", facts_within!(), " AND v.kind = ?6 AND (?7 = 0 OR v.month = ?7)"),
            scoped![ctx, i64::from(year.0), area, kind, month],
        )
        .await?;
    Ok(count)
}

/// The facts behind one figure, in exactly the number that the figure says.
/// `month` 0 means the whole year.
pub(super) async fn list_behind(
    ctx: &Ctx,
    conn: &mut Conn,
    year: FiscalYear,
    area: Id,
    kind: &str,
    month: i64,
    (limit, offset): (i64, i64),
) -> Result<Vec<FactRow>> {
    Ok(conn
        .query(
            sql!(
                "SELECT f.occurred_on, a.name AS area_name, s.name AS staff_name, f.about, f.method, f.record_kind, f.record_id ",
                // The page first: what is joined is looked up for its rows only.
                "FROM (SELECT v.* FROM ",
                facts_within!(),
                " AND v.kind = ?6 AND (?7 = 0 OR v.month = ?7) ",
                "ORDER BY v.occurred_on, v.id LIMIT ?8 OFFSET ?9) f ",
                "LEFT JOIN area a ON a.tenant = ?1 AND a.id = f.area_id ",
                "LEFT JOIN staff s ON s.tenant = ?1 AND s.id = f.staff_id ",
                "ORDER BY f.occurred_on, f.id"
            ),
            scoped![ctx, i64::from(year.0), area, kind, month, limit, offset],
        )
        .await?)
}

/// Fiscal years that have any fact, newest first.
pub(super) async fn list_years(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = conn
        .query(
            sql!("SELECT DISTINCT fiscal_year FROM fact WHERE tenant = ?1 ORDER BY fiscal_year DESC"),
            args![ctx.tenant()],
        )
        .await?;
    Ok(rows.into_iter().map(|(year,)| year).collect())
}
