//! Who may be asked into a case: holders of a post of today, by what the post carries.

use sasae_core::id::Id;
use sasae_db::{Conn, args, record, sql};

use crate::ctx::Ctx;
use crate::error::Result;

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
            "SELECT s.id AS staff, s.name, g.label_ja, g.label_en, a.name AS area_name FROM post t ",
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
            barred!(about_case!("c"), "s.id")
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

/// Who may lead a case: those with a post to lead around its area, by the beginning of the folded name.
pub async fn list_leads(ctx: &Ctx, conn: &mut Conn, case: Id, key: &str, limit: i64) -> Result<Vec<Holder>> {
    let end = format!("{key}\u{10ffff}");
    Ok(conn
        .query(
            sql!(
                holders_for_case!("'case_lead'"),
                around_case!(),
                " AND s.name_key >= ?4 AND s.name_key <= ?5 ORDER BY s.name_key, s.id, t.id LIMIT ?6"
            ),
            args![ctx.tenant(), case, ctx.today(), key, &end, limit],
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

/// The posts of somebody by which a role in a case is held, as role and area, the best first: those of today before
/// those that have ended, those around the case before others. A lead leads by a post around the case alone.
pub(in crate::case) async fn list_posts_for(
    ctx: &Ctx,
    conn: &mut Conn,
    case: Id,
    staff: Id,
    leads: bool,
) -> Result<Vec<(String, Id)>> {
    let rows: Vec<(String, Id, i64, i64)> = conn
        .query(
            sql!(
                "SELECT t.role, t.area_id, CASE WHEN ",
                valid_today!("t"),
                " THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END AS ended, ",
                "CASE WHEN t.area_id IN (SELECT w.ancestor_id FROM area_within w JOIN support_case c ON c.tenant = w.tenant ",
                "AND c.area_id = w.area_id AND c.id = ?2 WHERE w.tenant = ?1 AND ",
                valid_today!("w"),
                ") THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END AS elsewhere ",
                "FROM post t WHERE t.tenant = ?1 AND t.staff_id = ?4 AND t.valid_from <= ?3 ",
                "AND EXISTS (SELECT 1 FROM role_function f WHERE f.tenant = t.tenant AND f.role = t.role ",
                "AND (f.function = 'case_lead' OR (f.function = 'case_member' AND ?5 = 0))) ",
                "ORDER BY ended, elsewhere, t.valid_to DESC, t.id"
            ),
            args![ctx.tenant(), case, ctx.today(), staff, i64::from(leads)],
        )
        .await?;
    let near = |elsewhere: i64| !leads || elsewhere == 0;
    Ok(rows.into_iter().filter(|row| near(row.3)).map(|(role, area, ..)| (role, area)).collect())
}
