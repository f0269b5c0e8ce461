//! What the policy needs to know of one record. Here alone a statement joins
//! the tables of several rooms: the row rules are about their meeting points.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, args, record, sql};

use super::kind::Kind;
use super::policy::Facts;
use crate::ctx::{Ctx, HeldPost};
use crate::error::{Error, Result};

/// This room owns no table.
pub const TABLES: &[&str] = &[];

record! {
    struct Row {
        area_id: Option<Id>,
        sealed: i64,
        barred: i64,
        address_hidden: i64,
        own: i64,
        team_since: Option<Date>,
        entrusted_since: Option<Date>,
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
        team_since: row.team_since,
        entrusted_since: row.entrusted_since,
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
        reach: String,
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
                "SELECT s.id, s.role, g.label_ja, g.label_en, g.reach, s.area_id, a.name, s.valid_from FROM post s ",
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

record! {
    /// Someone who may be asked into a case, with a post of today.
    #[derive(Debug, Clone)]
    pub struct Holder {
        /// The person.
        pub staff: Id,
        /// Name.
        pub name: String,
        /// The post's role.
        pub label_ja: String,
        /// The same in English.
        pub label_en: String,
        /// The post's area.
        pub area_name: String,
    }
}

/// Holders of a post of today that carries one of the functions, for a case
/// (`?2`), unless they are barred from a person whom it names.
macro_rules! holders_for_case {
    ($functions:literal) => {
        concat!(
            "SELECT s.id, s.name, g.label_ja, g.label_en, a.name FROM post t ",
            "JOIN staff s ON s.tenant = t.tenant AND s.id = t.staff_id AND ",
            valid_today!("s"),
            " JOIN role g ON g.tenant = t.tenant AND g.code = t.role ",
            "JOIN area a ON a.tenant = t.tenant AND a.id = t.area_id ",
            "JOIN support_case c ON c.tenant = t.tenant AND c.id = ?2 ",
            "WHERE t.tenant = ?1 AND ",
            valid_today!("t"),
            " AND EXISTS (SELECT 1 FROM role_function f WHERE f.tenant = t.tenant AND f.role = t.role ",
            "AND f.function IN (",
            $functions,
            ")) ",
            "AND NOT ",
            case_restricted!("c", "barred", "AND xr.against_staff = s.id")
        )
    };
}

/// Posts in the case's area or one around it.
macro_rules! around_case {
    () => {
        concat!(
            " AND t.area_id IN (SELECT w.ancestor_id FROM area_within w WHERE w.tenant = ?1 ",
            "AND w.area_id = c.area_id AND ",
            valid_today!("w"),
            ")"
        )
    };
}

/// Who may be asked to take a role in a case: those with a post around its area.
pub async fn list_members_near(ctx: &Ctx, conn: &mut Conn, case: Id, limit: i64) -> Result<Vec<Holder>> {
    Ok(conn
        .query(
            sql!(
                holders_for_case!("'case_member', 'case_lead'"),
                around_case!(),
                " ORDER BY s.name_key, s.id, t.id LIMIT ?4"
            ),
            args![ctx.tenant(), case, ctx.today(), limit],
        )
        .await?)
}

/// Who may be asked, wherever their post is, by the beginning of the folded name.
pub async fn list_members_named(ctx: &Ctx, conn: &mut Conn, case: Id, key: &str, limit: i64) -> Result<Vec<Holder>> {
    let end = format!("{key}\u{10ffff}");
    Ok(conn
        .query(
            sql!(
                holders_for_case!("'case_member', 'case_lead'"),
                " AND s.name_key >= ?4 AND s.name_key <= ?5 ORDER BY s.name_key, s.id, t.id LIMIT ?6"
            ),
            args![ctx.tenant(), case, ctx.today(), key, &end, limit],
        )
        .await?)
}

/// Who may lead a case: those with a post to lead around its area.
pub async fn list_leads(ctx: &Ctx, conn: &mut Conn, case: Id, limit: i64) -> Result<Vec<Holder>> {
    Ok(conn
        .query(
            sql!(holders_for_case!("'case_lead'"), around_case!(), " ORDER BY s.name_key, s.id, t.id LIMIT ?4"),
            args![ctx.tenant(), case, ctx.today(), limit],
        )
        .await?)
}

/// Whether someone may take a role in a case.
pub async fn may_join(ctx: &Ctx, conn: &mut Conn, case: Id, staff: Id) -> Result<bool> {
    let row: Option<Holder> = conn
        .query_opt(
            sql!(holders_for_case!("'case_member', 'case_lead'"), " AND s.id = ?4"),
            args![ctx.tenant(), case, ctx.today(), staff],
        )
        .await?;
    Ok(row.is_some())
}

/// Whether someone may lead a case.
pub async fn may_lead(ctx: &Ctx, conn: &mut Conn, case: Id, staff: Id) -> Result<bool> {
    let row: Option<Holder> = conn
        .query_opt(
            sql!(holders_for_case!("'case_lead'"), around_case!(), " AND s.id = ?4"),
            args![ctx.tenant(), case, ctx.today(), staff],
        )
        .await?;
    Ok(row.is_some())
}
