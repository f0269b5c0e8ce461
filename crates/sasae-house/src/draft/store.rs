//! The table of drafts.

use jiff::Timestamp;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, sql};

use crate::ctx::Ctx;
use crate::error::Result;

/// The tables of this room.
pub const TABLES: &[&str] = &["draft"];

/// Keeps the fields of a form (`body`, JSON pairs) for an account, in the place of an older draft.
pub async fn put(ctx: &Ctx, tx: &mut Tx, account: Id, form: &str, body: &str) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO draft (tenant, account_id, form, body, saved_at) VALUES (?1, ?2, ?3, ?4, ?5) ",
            "ON CONFLICT (tenant, account_id, form) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at"
        ),
        args![ctx.tenant(), account, form, body, ctx.now()],
    )
    .await?;
    Ok(())
}

/// The draft of a form, and when it was kept.
pub async fn find(ctx: &Ctx, conn: &mut Conn, account: Id, form: &str) -> Result<Option<(String, Timestamp)>> {
    Ok(conn
        .query_opt(
            sql!("SELECT body, saved_at FROM draft WHERE tenant = ?1 AND account_id = ?2 AND form = ?3"),
            args![ctx.tenant(), account, form],
        )
        .await?)
}

/// The drafts of whatever a form is about, of each of its tabs, the latest first: key, fields, when kept.
pub async fn list(
    ctx: &Ctx,
    conn: &mut Conn,
    account: Id,
    about: &str,
    most: i64,
) -> Result<Vec<(String, String, Timestamp)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT form, body, saved_at FROM draft WHERE tenant = ?1 AND account_id = ?2 ",
                "AND (form = ?3 OR form LIKE ?4) ORDER BY saved_at DESC, form DESC LIMIT ?5"
            ),
            args![ctx.tenant(), account, about, format!("{about}:%"), most],
        )
        .await?)
}

/// Forgets a draft that another one continues, unless somebody went on with it in the meantime.
pub async fn delete_as_of(ctx: &Ctx, tx: &mut Tx, account: Id, form: &str, saved_at: Timestamp) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM draft WHERE tenant = ?1 AND account_id = ?2 AND form = ?3 AND saved_at = ?4"),
        args![ctx.tenant(), account, form, saved_at],
    )
    .await?;
    Ok(())
}

/// Forgets the draft of a form.
pub async fn delete(ctx: &Ctx, tx: &mut Tx, account: Id, form: &str) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM draft WHERE tenant = ?1 AND account_id = ?2 AND form = ?3"),
        args![ctx.tenant(), account, form],
    )
    .await?;
    Ok(())
}
