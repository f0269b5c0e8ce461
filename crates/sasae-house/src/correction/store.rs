//! The table of corrections. Rows are only ever added, and go along with an entry that moves.

use jiff::Timestamp;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use super::NewCorrection;
use super::model::Changes;
use crate::ctx::Ctx;
use crate::error::{Error, Result};

/// The tables of this room.
pub const TABLES: &[&str] = &["correction"];

record! {
    struct Row {
        id: Id,
        entry_kind: Option<String>,
        entry_id: Option<Id>,
        step: String,
        reason: String,
        changes: String,
        corrected_at: Timestamp,
        corrected_by: Option<String>,
    }
}

/// What was put right in a record.
#[derive(Debug, Clone)]
pub(super) struct Correction {
    pub id: Id,
    /// The code of the entry's kind, and the entry.
    pub entry: Option<(String, Id)>,
    /// The code of the step.
    pub step: String,
    pub reason: String,
    pub changes: Changes,
    pub at: Timestamp,
    /// By whom, by name; an import where nobody did it by hand.
    pub by: String,
}

pub(super) async fn insert(ctx: &Ctx, tx: &mut Tx, by: Option<Id>, new: &NewCorrection<'_>) -> Result<()> {
    let changes = serde_json::to_string(new.changes).map_err(Error::internal)?;
    tx.execute(
        sql!(
            "INSERT INTO correction (tenant, id, record_kind, record_id, entry_kind, entry_id, step, reason, ",
            "changes, corrected_at, corrected_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        ),
        args![
            ctx.tenant(),
            ctx.new_id(),
            new.record.0.code,
            new.record.1,
            new.entry.map(|(kind, _)| kind.code),
            new.entry.map(|(_, id)| id),
            new.step.code(),
            new.reason,
            changes,
            ctx.now(),
            by
        ],
    )
    .await?;
    Ok(())
}

/// The rows of an entry belong to another record from now on.
pub(super) async fn set_record(ctx: &Ctx, tx: &mut Tx, (kind, entry): (&str, Id), from: Id, to: Id) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE correction SET record_id = ?5 ",
            "WHERE tenant = ?1 AND record_id = ?4 AND entry_kind = ?2 AND entry_id = ?3"
        ),
        args![ctx.tenant(), kind, entry, from, to],
    )
    .await?;
    Ok(())
}

/// What was put right in a record and its entries, the latest first. The caller has asked the policy.
pub(super) async fn list_of(ctx: &Ctx, conn: &mut Conn, record: Id) -> Result<Vec<Correction>> {
    let rows: Vec<Row> = conn
        .query(
            sql!(
                "SELECT c.id, c.entry_kind, c.entry_id, c.step, c.reason, c.changes, c.corrected_at, s.name AS corrected_by ",
                "FROM correction c LEFT JOIN staff s ON s.tenant = c.tenant AND s.id = c.corrected_by ",
                "WHERE c.tenant = ?1 AND c.record_id = ?2 ORDER BY c.corrected_at DESC, c.id DESC"
            ),
            args![ctx.tenant(), record],
        )
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Correction {
                id: row.id,
                entry: row.entry_kind.zip(row.entry_id),
                step: row.step,
                reason: row.reason,
                changes: serde_json::from_str(&row.changes).map_err(Error::internal)?,
                at: row.corrected_at,
                by: row.corrected_by.unwrap_or_else(|| ctx.lang().t("取り込み", "Import").to_owned()),
            })
        })
        .collect()
}
