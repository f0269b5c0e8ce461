//! What is due, derived from the rooms by query. Reads other rooms' tables on
//! purpose and writes none.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, sql};

use super::{Due, What};
use crate::ctx::Ctx;
use crate::error::Result;

/// This room owns no table.
pub const TABLES: &[&str] = &[];

/// Most rows of one kind on the page.
const MOST: i64 = 100;

/// Notices in the reader's areas that wait to be read or decided.
pub(super) async fn list_notices(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    let rows: Vec<(Id, String, String, String, Date, Date)> = conn
        .query(
            sql!(
                "SELECT n.id, n.state, n.kind, a.name, h.acknowledge_by, h.answer_by FROM notice n ",
                "JOIN area a ON a.tenant = n.tenant AND a.id = n.area_id ",
                "JOIN handover h ON h.tenant = n.tenant AND h.subject_id = n.id AND h.answered_at IS NULL ",
                "WHERE n.tenant = ?1 AND n.state <> 'finished' AND n.area_id IN ",
                function_areas!("notice_triage"), " AND ", visible_notice!("n"),
                " ORDER BY h.acknowledge_by, n.id LIMIT ?4"
            ),
            scoped![ctx, MOST],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(record, state, kind, area, acknowledge_by, answer_by)| {
            ctx.saw("notice", record);
            let (what, until) = if state == "received" {
                (What::NoticeNew, acknowledge_by)
            } else {
                (What::NoticeDecide, answer_by)
            };
            let label = ctx.profile().label("notice_kind", &kind, ctx.lang());
            Due { what, about: format!("{label}（{area}）"), until, record }
        })
        .collect())
}
