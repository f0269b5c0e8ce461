//! Cases that take over what an earlier room hands on.

use sasae_core::id::Id;
use sasae_db::{Conn, sql};

use crate::case::model::fold_number;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::person::model::behind_prefix;
use crate::room::Handed;
use crate::staff::Named;

/// Open cases that the reader sees and that can take over what is handed on: without a search those that name
/// the person, and those of the area, the latest first; with one those whose number or title begins so.
pub(in crate::case) async fn list_taking(
    ctx: &Ctx,
    conn: &mut Conn,
    handed: Handed<'_>,
    most: i64,
) -> Result<Vec<Named>> {
    let (number, title) = (fold_number(handed.find), handed.find.trim());
    let rows: Vec<(Id, String, String, i64)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, CASE WHEN EXISTS (SELECT 1 FROM case_person p WHERE p.tenant = ?1 ",
                "AND p.case_id = c.id AND p.person_id = ?4) THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END AS far ",
                "FROM support_case c WHERE c.tenant = ?1 AND c.state = 'open' AND c.struck_at IS NULL AND ",
                "((?6 = '' AND (c.area_id IN (SELECT wd.area_id FROM area_within wd WHERE wd.tenant = ?1 AND wd.ancestor_id = ?5 AND ",
                valid_today!("wd"),
                ") OR c.id IN (SELECT q.case_id FROM case_person q WHERE q.tenant = ?1 AND q.person_id = ?4))) ",
                "OR (?6 <> '' AND ((c.number >= ?6 AND c.number < ?7) OR (c.title >= ?8 AND c.title < ?9)))) AND ",
                visible_case!("c"),
                " ORDER BY far, c.opened_on DESC, c.id LIMIT ?10"
            ),
            scoped![
                ctx,
                handed.person.unwrap_or_default(),
                handed.area,
                &number,
                &behind_prefix(&number),
                title,
                &behind_prefix(title),
                most
            ],
        )
        .await?;
    Ok(rows.into_iter().map(|(id, number, title, _)| Named { id, name: format!("{number} {title}") }).collect())
}

/// Who leads an open case that the reader sees.
pub(in crate::case) async fn find_taking_lead(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Option<Id>> {
    Ok(conn
        .query_opt::<(Id,)>(
            sql!(
                "SELECT c.lead_staff FROM support_case c WHERE c.tenant = ?1 AND c.id = ?4 AND c.state = 'open' ",
                "AND c.struck_at IS NULL AND ",
                visible_case!("c")
            ),
            scoped![ctx, case],
        )
        .await?
        .map(|(lead,)| lead))
}
