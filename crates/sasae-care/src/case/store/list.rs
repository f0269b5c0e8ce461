//! Lists of cases under their row rule.

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, record, sql};

use crate::case::CASE;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::person::PERSON;

/// Which cases a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// Open ones in which the reader leads or has a role.
    #[default]
    Mine,
    /// Open ones.
    Open,
    /// Closed ones.
    Closed,
}

/// From where on a list goes: the last row of the page before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// When that case was opened, in microseconds.
    pub opened_at: i64,
    /// The case.
    pub id: Id,
}

impl Mark {
    /// Before the first row.
    pub const START: Mark = Mark { opened_at: i64::MAX, id: Id::nil() };

    /// Reads a mark as it stands in an address; anything else starts from the top.
    pub fn parse(text: &str) -> Mark {
        let parts = text.split_once('_');
        parts
            .and_then(|(at, id)| Some(Mark { opened_at: at.parse().ok()?, id: id.parse().ok()? }))
            .unwrap_or(Mark::START)
    }
}

record! {
    /// A row of a list of cases.
    #[derive(Debug, Clone)]
    pub struct CaseRow {
        /// The case.
        pub id: Id,
        /// R7-0001.
        pub number: String,
        /// What it is about.
        pub title: String,
        /// In which area.
        pub area_name: String,
        /// `open` or `closed`.
        pub state: String,
        /// When it was opened.
        pub opened_on: Date,
        /// The moment of that, for the page after this one.
        pub opened_at: Timestamp,
        /// Who leads.
        pub lead_name: String,
        /// When lead and roles were agreed.
        pub agreed_at: Option<Timestamp>,
        /// When the plan is to be looked at again.
        pub review_on: Option<Date>,
        /// The last day.
        pub closed_on: Option<Date>,
        /// Code of the vocabulary `closing_outcome`.
        pub outcome: Option<String>,
        /// The person at its centre, if the reader may see them by name.
        pub person_id: Option<Id>,
        /// Family name.
        pub family: Option<String>,
        /// Given name.
        pub given: Option<String>,
    }
}

impl CaseRow {
    /// The mark of this row in an address.
    pub fn mark(&self) -> String {
        format!("{}_{}", self.opened_at.as_microsecond(), self.id)
    }
}

/// The page is cut out first and the names are looked up for its rows alone.
macro_rules! page_of {
    ($($condition:tt)+) => {
        sql!(
            "SELECT c.id, c.number, c.title, a.name, c.state, c.opened_on, c.opened_at, s.name, c.agreed_at, ",
            "c.review_on, c.closed_on, c.outcome, p.id, p.family, p.given FROM (",
            "SELECT c.tenant, c.id, c.number, c.title, c.area_id, c.state, c.opened_on, c.opened_at, c.lead_staff, ",
            "c.agreed_at, c.review_on, c.closed_on, c.outcome FROM support_case c ",
            "WHERE c.tenant = ?1 AND ", $($condition)+, " AND ", visible_case!("c"),
            " AND (c.opened_at < ?4 OR (c.opened_at = ?4 AND c.id < ?5)) ",
            "ORDER BY c.opened_at DESC, c.id DESC LIMIT ?6) c ",
            "JOIN area a ON a.tenant = c.tenant AND a.id = c.area_id ",
            "JOIN staff s ON s.tenant = c.tenant AND s.id = c.lead_staff ",
            "LEFT JOIN case_person x ON x.tenant = c.tenant AND x.case_id = c.id AND x.main = TRUE ",
            "LEFT JOIN person p ON p.tenant = x.tenant AND p.id = x.person_id AND ", visible_person!("p"),
            " ORDER BY c.opened_at DESC, c.id DESC"
        )
    };
}

/// The cases that the reader may see, the newest first.
pub async fn list(ctx: &Ctx, conn: &mut Conn, which: Which, from: Mark, limit: i64) -> Result<Vec<CaseRow>> {
    let statement = match which {
        Which::Mine => page_of!(
            "c.state = 'open' AND c.id IN (SELECT xm.case_id FROM case_role xm WHERE xm.tenant = ?1 ",
            "AND xm.staff_id = ?2 AND ",
            valid_today!("xm"),
            ")"
        ),
        Which::Open => page_of!("c.state = 'open'"),
        Which::Closed => page_of!("c.state = 'closed'"),
    };
    let rows: Vec<CaseRow> = conn.query(statement, scoped![ctx, from.opened_at, from.id, limit]).await?;
    saw(ctx, &rows);
    Ok(rows)
}

/// The cases that name a person, for the person's own page.
pub async fn list_of_person(ctx: &Ctx, conn: &mut Conn, person: Id, limit: i64) -> Result<Vec<CaseRow>> {
    let statement =
        page_of!("c.id IN (SELECT xo.case_id FROM case_person xo WHERE xo.tenant = ?1 AND xo.person_id = ?7)");
    let start = Mark::START;
    let rows: Vec<CaseRow> = conn.query(statement, scoped![ctx, start.opened_at, start.id, limit, person]).await?;
    saw(ctx, &rows);
    Ok(rows)
}

fn saw(ctx: &Ctx, rows: &[CaseRow]) {
    for row in rows {
        ctx.saw(&CASE, row.id);
        if let Some(person) = row.person_id {
            ctx.saw(&PERSON, person);
        }
    }
}
