//! Organisations of today: who can be asked.

use sasae_core::id::Id;
use sasae_db::{Conn, args, sql};

use super::Named;
use crate::ctx::Ctx;
use crate::error::Result;

/// The organisation to which the reader belongs.
pub async fn find_own_organisation(ctx: &Ctx, conn: &mut Conn, staff: Id) -> Result<Option<Id>> {
    Ok(conn
        .query_opt::<(Option<Id>,)>(
            sql!("SELECT organisation_id FROM staff WHERE tenant = ?1 AND id = ?2"),
            args![ctx.tenant(), staff],
        )
        .await?
        .and_then(|(id,)| id))
}

/// An organisation that exists today: kind and name.
pub async fn find_organisation(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<(String, String)>> {
    Ok(conn
        .query_opt(
            sql!(
                "SELECT kind, name FROM organisation WHERE tenant = ?1 AND id = ?2 ",
                "AND valid_from <= ?3 AND valid_to >= ?3"
            ),
            args![ctx.tenant(), id, ctx.today()],
        )
        .await?)
}

/// Organisations of today whose folded name begins with a text; all of them for an empty text.
pub async fn list_organisations(ctx: &Ctx, conn: &mut Conn, key: &str, limit: i64) -> Result<Vec<Named>> {
    // The range from the text to the text with the last character of all
    // behind it holds exactly what begins with the text.
    let end = format!("{key}\u{10ffff}");
    let rows: Vec<(Id, String)> = conn
        .query(
            sql!(
                "SELECT id, name FROM organisation WHERE tenant = ?1 AND valid_from <= ?2 AND valid_to >= ?2 ",
                "AND name_key >= ?3 AND name_key <= ?4 ORDER BY name_key, id LIMIT ?5"
            ),
            args![ctx.tenant(), ctx.today(), key, &end, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id, name)| Named { id, name }).collect())
}

/// The same of one kind.
pub async fn list_organisations_of(
    ctx: &Ctx,
    conn: &mut Conn,
    kind: &str,
    key: &str,
    limit: i64,
) -> Result<Vec<Named>> {
    let end = format!("{key}\u{10ffff}");
    let rows: Vec<(Id, String)> = conn
        .query(
            sql!(
                "SELECT id, name FROM organisation WHERE tenant = ?1 AND valid_from <= ?2 AND valid_to >= ?2 ",
                "AND name_key >= ?3 AND name_key <= ?4 AND kind = ?6 ORDER BY name_key, id LIMIT ?5"
            ),
            args![ctx.tenant(), ctx.today(), key, &end, limit, kind],
        )
        .await?;
    Ok(rows.into_iter().map(|(id, name)| Named { id, name }).collect())
}
