//! The tables of lists: what was taken out as a file, and saved views.

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
