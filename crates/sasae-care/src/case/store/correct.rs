//! What is written when a case itself is put right.

use jiff::Timestamp;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::case::entry::Entry;
use crate::ctx::Ctx;
use crate::error::Result;

/// Strikes a case out, or lets it stand again.
pub(in crate::case) async fn set_struck_out(
    ctx: &Ctx,
    tx: &mut Tx,
    case: Id,
    at: Option<Timestamp>,
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE support_case SET struck_at = ?4, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), case, seen, at],
        )
        .await?;
    super::written(ctx, tx, case, changed).await
}

/// What a case is about, and where it belongs.
pub(in crate::case) async fn set_head(
    ctx: &Ctx,
    tx: &mut Tx,
    case: Id,
    (title, area): (&str, Id),
    seen: i64,
) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE support_case SET title = ?4, area_id = ?5, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), case, seen, title, area],
        )
        .await?;
    super::written(ctx, tx, case, changed).await
}

/// Whether a case was struck out.
pub(in crate::case) async fn is_struck(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<bool> {
    let struck: i64 = conn
        .scalar(
            sql!("SELECT COUNT(*) FROM support_case WHERE tenant = ?1 AND id = ?2 AND struck_at IS NOT NULL"),
            args![ctx.tenant(), case],
        )
        .await?;
    Ok(struck > 0)
}

record! {
    /// How many entries of a kind a case has.
    pub(in crate::case) struct EntryCount {
        /// The kind, by the path of its addresses.
        pub entries: String,
        /// How many.
        pub count: i64,
        /// How many of these somebody else wrote.
        pub of_others: i64,
    }
}

/// How many entries of each kind stand in a case.
pub(in crate::case) async fn count_entries(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Vec<EntryCount>> {
    Ok(conn
        .query(
            sql!(
                "SELECT 'contacts' AS entries, COUNT(*) AS count, ",
                "COUNT(CASE WHEN x.staff_id <> ?3 THEN 1 END) AS of_others ",
                "FROM case_contact x WHERE x.tenant = ?1 AND x.case_id = ?2 AND x.struck_at IS NULL ",
                "UNION ALL SELECT 'assessments' AS entries, COUNT(*) AS count, ",
                "COUNT(CASE WHEN x.staff_id <> ?3 THEN 1 END) AS of_others ",
                "FROM case_assessment x WHERE x.tenant = ?1 AND x.case_id = ?2 AND x.struck_at IS NULL ",
                "UNION ALL SELECT 'plans' AS entries, COUNT(*) AS count, ",
                "COUNT(CASE WHEN x.staff_id <> ?3 THEN 1 END) AS of_others ",
                "FROM case_plan x WHERE x.tenant = ?1 AND x.case_id = ?2 AND x.struck_at IS NULL ",
                "UNION ALL SELECT 'monitoring' AS entries, COUNT(*) AS count, ",
                "COUNT(CASE WHEN x.staff_id <> ?3 THEN 1 END) AS of_others ",
                "FROM case_monitoring x WHERE x.tenant = ?1 AND x.case_id = ?2 AND x.struck_at IS NULL"
            ),
            args![ctx.tenant(), case, ctx.actor_id()],
        )
        .await?)
}

/// The entries of a kind that stand in a case.
pub(in crate::case) async fn list_entry_ids(ctx: &Ctx, conn: &mut Conn, case: Id, entry: Entry) -> Result<Vec<Id>> {
    let statement = match entry {
        Entry::Contact => {
            sql!("SELECT id FROM case_contact WHERE tenant = ?1 AND case_id = ?2 AND struck_at IS NULL ORDER BY id")
        }
        Entry::Assessment => {
            sql!("SELECT id FROM case_assessment WHERE tenant = ?1 AND case_id = ?2 AND struck_at IS NULL ORDER BY id")
        }
        Entry::Plan => {
            sql!("SELECT id FROM case_plan WHERE tenant = ?1 AND case_id = ?2 AND struck_at IS NULL ORDER BY id")
        }
        Entry::Monitoring => {
            sql!("SELECT id FROM case_monitoring WHERE tenant = ?1 AND case_id = ?2 AND struck_at IS NULL ORDER BY id")
        }
    };
    let rows: Vec<(Id,)> = conn.query(statement, args![ctx.tenant(), case]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
