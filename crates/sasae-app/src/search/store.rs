//! Statements that look into the rooms under their row rules. Writes nothing.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, sql};

use super::Hit;
use crate::case::CASE;
use crate::consultation::CONSULTATION;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::person::model::behind_prefix;

/// This room owns no table.
pub const TABLES: &[&str] = &[];

/// Cases whose number or title begins so.
pub(super) async fn list_cases(ctx: &Ctx, conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<Hit>> {
    let rows: Vec<(Id, String, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, a.name, c.opened_on FROM support_case c ",
                "JOIN area a ON a.tenant = c.tenant AND a.id = c.area_id ",
                "WHERE c.tenant = ?1 AND ((c.number >= ?4 AND c.number < ?5) OR (c.title >= ?4 AND c.title < ?5)) AND ",
                visible_case!("c"),
                " ORDER BY c.opened_on DESC, c.id LIMIT ?6"
            ),
            scoped![ctx, text, &behind_prefix(text), limit],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, number, title, area, on)| {
            ctx.saw(&CASE, id);
            Hit { href: format!("/cases/{id}"), title, facts: vec![number, on.to_string(), area] }
        })
        .collect())
}

/// Of how many characters the index of what was told knows the beginning.
const KNOWN: usize = 40;

/// Consultations whose text begins so.
pub(super) async fn list_consultations(ctx: &Ctx, conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<Hit>> {
    let known: String = text.chars().take(KNOWN).collect();
    let rows: Vec<(Id, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT k.id, k.what, a.name, k.received_on FROM consultation k ",
                "JOIN area a ON a.tenant = k.tenant AND a.id = k.area_id ",
                "WHERE k.tenant = ?1 AND SUBSTR(k.what, 1, 40) >= ?5 AND SUBSTR(k.what, 1, 40) < ?6 ",
                "AND SUBSTR(k.what, 1, LENGTH(CAST(?4 AS TEXT))) = ?4 AND ",
                visible_consultation!("k"),
                " ORDER BY k.received_on DESC, k.id LIMIT ?7"
            ),
            scoped![ctx, text, &known, &behind_prefix(&known), limit],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, what, area, on)| {
            ctx.saw(&CONSULTATION, id);
            let title = what.chars().take(60).collect();
            Hit { href: format!("/consultations/{id}"), title, facts: vec![on.to_string(), area] }
        })
        .collect())
}
