//! The tables of lists: what was taken out as a file, and saved views.

mod template;

use jiff::Timestamp;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use super::export::NewExport;
use crate::ctx::Ctx;
use crate::error::{Error, Result};

/// The tables of this room.
pub const TABLES: &[&str] = &["export", "saved_view"];

record! {
    /// A file that somebody asked for.
    #[derive(Debug, Clone)]
    pub struct Export {
        /// It.
        pub id: Id,
        /// The list's code.
        pub list: String,
        /// The conditions, as an address says them.
        pub query: String,
        /// Its format's code.
        pub format: String,
        /// For what.
        pub purpose: String,
        /// How many rows there were when it was asked for.
        pub row_count: i64,
        /// When that was.
        pub asked_at: Timestamp,
    }
}

pub(super) async fn insert_export(ctx: &Ctx, tx: &mut Tx, id: Id, new: &NewExport) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO export (tenant, id, staff_id, list, query, format, purpose, row_count, asked_at) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        ),
        args![
            ctx.tenant(),
            id,
            ctx.staff()?.staff,
            new.list,
            &new.query,
            new.format.code(),
            &new.purpose,
            new.row_count,
            ctx.now()
        ],
    )
    .await?;
    Ok(())
}

/// A file that the reader asked for; those of others are not there.
pub(super) async fn get_export(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Export> {
    let found = conn
        .query_opt(
            sql!(
                "SELECT id, list, query, format, purpose, row_count, asked_at FROM export ",
                "WHERE tenant = ?1 AND id = ?2 AND staff_id = ?3"
            ),
            args![ctx.tenant(), id, ctx.staff()?.staff],
        )
        .await?;
    found.ok_or(Error::NotFound)
}

record! {
    /// A list as somebody wants to see it again.
    #[derive(Debug, Clone)]
    pub struct SavedView {
        /// It.
        pub id: Id,
        /// The list's code.
        pub list: String,
        /// What it is called.
        pub name: String,
        /// Conditions, order and columns, as an address says them.
        pub query: String,
    }
}

/// The reader's views of a list, by name.
pub(super) async fn list_views(ctx: &Ctx, conn: &mut Conn, list: &str) -> Result<Vec<SavedView>> {
    Ok(conn
        .query(
            sql!(
                "SELECT id, list, name, query FROM saved_view WHERE tenant = ?1 AND staff_id = ?2 AND list = ?3 ",
                "ORDER BY name"
            ),
            args![ctx.tenant(), ctx.actor_id(), list],
        )
        .await?)
}

/// A view of the reader; those of others are not there.
pub(super) async fn get_view(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<SavedView> {
    let found = conn
        .query_opt(
            sql!("SELECT id, list, name, query FROM saved_view WHERE tenant = ?1 AND id = ?2 AND staff_id = ?3"),
            args![ctx.tenant(), id, ctx.actor_id()],
        )
        .await?;
    found.ok_or(Error::NotFound)
}

pub(super) async fn insert_view(ctx: &Ctx, tx: &mut Tx, id: Id, list: &str, name: &str, query: &str) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO saved_view (tenant, id, staff_id, list, name, query, saved_at) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        ),
        args![ctx.tenant(), id, ctx.staff()?.staff, list, name, query, ctx.now()],
    )
    .await?;
    Ok(())
}

pub(super) async fn rename_view(ctx: &Ctx, tx: &mut Tx, id: Id, name: &str) -> Result<()> {
    tx.execute(
        sql!("UPDATE saved_view SET name = ?4 WHERE tenant = ?1 AND id = ?2 AND staff_id = ?3"),
        args![ctx.tenant(), id, ctx.actor_id(), name],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete_view(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM saved_view WHERE tenant = ?1 AND id = ?2 AND staff_id = ?3"),
        args![ctx.tenant(), id, ctx.actor_id()],
    )
    .await?;
    Ok(())
}
