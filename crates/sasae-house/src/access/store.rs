//! What the policy needs to know of one record, and the posts by which somebody acts.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, args, record, sql};

use super::kind::Kind;
use super::policy::Facts;
use crate::ctx::{Ctx, HeldPost};
use crate::error::{Error, Result};
use crate::ground;
use crate::profile::Reach;

/// This room owns no table.
pub const TABLES: &[&str] = &[];

record! {
    struct Row {
        area_id: Option<Id>,
        sealed: i64,
        barred: i64,
        address_hidden: i64,
        own: i64,
    }
}

/// What holds today between the reader and one record; `NotFound` when there is no such record.
pub async fn get_facts(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<Facts> {
    let guard = kind.guard.as_ref().ok_or(Error::NotFound)?;
    let row: Row = conn.query_opt(guard.facts, scoped![ctx, id]).await?.ok_or(Error::NotFound)?;
    let areas = match row.area_id {
        None => Vec::new(),
        Some(area) => list_around(conn, ctx, area).await?,
    };
    Ok(Facts {
        areas,
        sealed: row.sealed > 0,
        barred: row.barred > 0,
        address_hidden: row.address_hidden > 0,
        own: row.own > 0,
        grounds: ground::list_held(ctx, conn, id).await?,
    })
}

/// An area and every area around it today.
async fn list_around(conn: &mut Conn, ctx: &Ctx, area: Id) -> Result<Vec<Id>> {
    let rows: Vec<(Id,)> = conn
        .query(
            sql!(
                "SELECT w.ancestor_id FROM area_within w ",
                "WHERE w.tenant = ?1 AND w.area_id = ?2 AND w.valid_from <= ?3 AND w.valid_to >= ?3"
            ),
            args![ctx.tenant(), area, ctx.today()],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

record! {
    struct PostRow {
        id: Id,
        role: String,
        label_ja: String,
        label_en: String,
        reach: Reach,
        area_id: Id,
        area_name: String,
        valid_from: Date,
    }
}

/// The posts that a person holds on a day, with what each may do.
pub async fn list_held_posts(conn: &mut Conn, tenant: &str, staff: Id, on: Date) -> Result<Vec<HeldPost>> {
    let rows: Vec<PostRow> = conn
        .query(
            sql!(
                "SELECT s.id, s.role, g.label_ja, g.label_en, g.reach, s.area_id, a.name AS area_name, s.valid_from FROM post s ",
                "JOIN role g ON g.tenant = s.tenant AND g.code = s.role ",
                "JOIN area a ON a.tenant = s.tenant AND a.id = s.area_id ",
                "WHERE s.tenant = ?1 AND s.staff_id = ?2 AND s.valid_from <= ?3 AND s.valid_to >= ?3 ",
                "ORDER BY s.valid_from, s.id"
            ),
            args![tenant, staff, on],
        )
        .await?;
    let functions: Vec<(String, String)> = conn
        .query(
            sql!(
                "SELECT DISTINCT f.role, f.function FROM role_function f JOIN post s ON s.tenant = f.tenant AND s.role = f.role ",
                "WHERE s.tenant = ?1 AND s.staff_id = ?2 AND s.valid_from <= ?3 AND s.valid_to >= ?3"
            ),
            args![tenant, staff, on],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| HeldPost {
            id: row.id,
            functions: functions
                .iter()
                .filter(|(role, _)| *role == row.role)
                .map(|(_, function)| function.clone())
                .collect(),
            role: row.role,
            label: (row.label_ja, row.label_en),
            reach: row.reach,
            area: row.area_id,
            area_name: row.area_name,
            valid_from: row.valid_from,
        })
        .collect())
}

/// In how many areas posts of today carry one of two functions or the protection of persons, and
/// how many areas there are.
pub async fn count_areas(ctx: &Ctx, conn: &mut Conn, functions: [&str; 2]) -> Result<(i64, i64)> {
    Ok(conn
        .query_one(
            sql!(
                "SELECT (SELECT COUNT(*) FROM (SELECT DISTINCT fw.area_id FROM post fs ",
                "JOIN role_function ff ON ff.tenant = fs.tenant AND ff.role = fs.role ",
                "AND ff.function IN (?4, ?5, 'protect') ",
                "JOIN area_within fw ON fw.tenant = fs.tenant AND fw.ancestor_id = fs.area_id ",
                "WHERE fs.tenant = ?1 AND fs.staff_id = ?2 AND ",
                valid_today!("fs"),
                " AND ",
                valid_today!("fw"),
                ") x) AS within, (SELECT COUNT(*) FROM area a WHERE a.tenant = ?1) AS everywhere"
            ),
            scoped![ctx, functions[0], functions[1]],
        )
        .await?)
}
