//! The reader's own cases.

use sasae_core::id::Id;
use sasae_db::{Conn, record, sql};

use crate::case::CASE;
use crate::ctx::Ctx;
use crate::error::Result;

record! {
    /// A case on which the reader works.
    #[derive(Debug, Clone)]
    pub struct OwnCase {
        /// The case.
        pub id: Id,
        /// Its number.
        pub number: String,
        /// Its title.
        pub title: String,
    }
}

/// The open cases in whose team the reader is today, the one last worked on first.
pub async fn list_own(ctx: &Ctx, conn: &mut Conn, limit: i64) -> Result<Vec<OwnCase>> {
    let rows: Vec<OwnCase> = conn
        .query(
            sql!(
                // From the reader's roles of today: the open cases of a city are many.
                "SELECT c.id, c.number, c.title FROM (SELECT DISTINCT t.case_id FROM case_role t ",
                "WHERE t.tenant = ?1 AND t.staff_id = ?2 AND t.state = 'accepted' AND ",
                valid_today!("t"),
                ") o CROSS JOIN support_case c ",
                "WHERE c.tenant = ?1 AND c.id = o.case_id AND c.state = 'open' AND c.struck_at IS NULL AND ",
                visible_case!("c"),
                " ORDER BY COALESCE((SELECT MAX(x.created_at) FROM case_contact x WHERE x.tenant = ?1 ",
                "AND x.case_id = c.id AND x.staff_id = ?2 AND x.struck_at IS NULL), c.opened_at) DESC, c.id LIMIT ?4"
            ),
            scoped![ctx, limit],
        )
        .await?;
    for row in &rows {
        ctx.saw(&CASE, row.id);
    }
    Ok(rows)
}
