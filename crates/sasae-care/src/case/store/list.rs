//! Lists of cases under their row rule.

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, record, sql};

use crate::access::Kind;
use crate::case::CASE;
use crate::case::model::CaseState;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::listing::{self, ListQuery, Window};
use crate::person::PERSON;

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
        /// In which area; empty where it would tell of a hidden address.
        pub area_name: String,
        /// `open` or `closed`.
        pub state: CaseState,
        /// When it was opened.
        pub opened_on: Date,
        /// The moment of that.
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
        /// When it was struck out: it was opened by mistake.
        pub struck_at: Option<Timestamp>,
        /// The person at its centre, if the reader may see them by name.
        pub person_id: Option<Id>,
        /// Family name.
        pub family: Option<String>,
        /// Given name.
        pub given: Option<String>,
    }
}

/// The functions of those who see the cases of an area.
const SEEN_BY: [&str; 2] = ["case_lead", "supervise"];

macro_rules! case_columns {
    () => {
        concat!(
            "SELECT c.id, c.number, c.title, ",
            area_named!("a", "p", "x.person_id"),
            " AS area_name, c.state, c.opened_on, c.opened_at, s.name AS lead_name, c.agreed_at, ",
            "c.review_on, c.closed_on, c.outcome, c.struck_at, p.id AS person_id, p.family, p.given "
        )
    };
}

/// What is cut out before the names are looked up.
macro_rules! case_picked {
    () => {
        concat!(
            "c.tenant, c.id, c.number, c.title, c.area_id, c.state, c.opened_on, c.opened_at, c.lead_staff, ",
            "c.agreed_at, c.review_on, c.closed_on, c.outcome, c.struck_at "
        )
    };
}

/// The names of the rows that were cut out.
macro_rules! case_names {
    () => {
        concat!(
            "c JOIN area a ON a.tenant = ?1 AND a.id = c.area_id ",
            "JOIN staff s ON s.tenant = ?1 AND s.id = c.lead_staff ",
            "LEFT JOIN case_person x ON x.tenant = ?1 AND x.case_id = c.id AND x.main = TRUE ",
            "LEFT JOIN person p ON p.tenant = x.tenant AND p.id = x.person_id AND ",
            visible_person!("p"),
            " WHERE c.tenant = ?1"
        )
    };
}

/// Which cases a list holds: the tab, then the conditions that may be left open (`?4` to `?6`).
macro_rules! asked_for {
    ($tab:expr) => {
        concat!(
            "c.tenant = ?1 AND ",
            $tab,
            "(?4 = '' OR c.outcome = ?4) AND c.opened_on >= ?5 AND c.opened_on <= ?6 AND ",
            visible_case!("c")
        )
    };
}

/// Open cases in which the reader leads or has a role.
macro_rules! mine {
    () => {
        concat!(
            "c.state = 'open' AND c.struck_at IS NULL AND c.id IN (SELECT xm.case_id FROM case_role xm WHERE xm.tenant = ?1 ",
            "AND xm.staff_id = ?2 AND ",
            valid_today!("xm"),
            ") AND "
        )
    };
}

/// Where the statements begin for one who sees little of the list.
macro_rules! cases_in_sight {
    () => {
        concat!(
            "FROM ",
            ids_in_sight!("support_case", "case", ["case_lead", "supervise", "protect"], ""),
            " o CROSS JOIN support_case c WHERE c.id = o.id AND "
        )
    };
}

macro_rules! window_of {
    ($walk:expr, $tab:expr, $by:literal) => {
        list_window!(
            $walk, order: "FROM support_case c WHERE ", sight: cases_in_sight!(), columns: case_columns!(),
            pick: case_picked!(), which: asked_for!($tab), by: ($by, $by), at: ("?7", "?8"), names: case_names!()
        )
    };
}

macro_rules! count_of {
    ($walk:expr, $tab:expr) => {
        list_count!(
            $walk, order: "FROM support_case c WHERE ", sight: cases_in_sight!(), pick: "c.id",
            which: asked_for!($tab), most: "?7"
        )
    };
}

/// The reader's own cases, which need no walk.
macro_rules! window_of_mine {
    ($by:literal) => {
        list_window!(
            from "FROM support_case c WHERE ", columns: case_columns!(), pick: case_picked!(), which: asked_for!(mine!()),
            by: ($by, $by), at: ("?7", "?8"), names: case_names!()
        )
    };
}

/// What narrows a list of cases down, as arguments.
macro_rules! narrowed {
    ($ctx:expr, $asked:expr $(, $rest:expr)*) => {
        scoped![$ctx, $asked.value("outcome"), $asked.from("from"), $asked.to("to") $(, $rest)*]
    };
}

/// How many cases the reader may see of those that are asked for, at most `most`.
pub(in crate::case) async fn count(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery, most: i64) -> Result<i64> {
    let walk = listing::walk(ctx, conn, asked, SEEN_BY).await?;
    let statement = match asked.value("show") {
        "mine" => {
            list_count!(from "FROM support_case c WHERE ", pick: "c.id", which: asked_for!(mine!()), most: "?7")
        }
        "open" => count_of!(walk, "c.state = 'open' AND c.struck_at IS NULL AND "),
        "struck" => count_of!(walk, "c.struck_at IS NOT NULL AND "),
        _ => count_of!(walk, "c.state = 'closed' AND c.struck_at IS NULL AND "),
    };
    Ok(conn.scalar(statement, narrowed![ctx, asked, most]).await?)
}

/// The cases of a window that the reader may see of those that are asked for, in their order.
pub(in crate::case) async fn each(
    ctx: &Ctx,
    conn: &mut Conn,
    asked: &ListQuery,
    window: Window,
    take: impl FnMut(CaseRow) -> sasae_db::Result<()> + Send,
) -> Result<()> {
    let walk = listing::walk(ctx, conn, asked, SEEN_BY).await?;
    let statement = match (asked.value("show"), asked.order()) {
        ("mine", "oldest") => window_of_mine!("c.opened_at, c.id"),
        ("mine", _) => window_of_mine!("c.opened_at DESC, c.id DESC"),
        ("open", "oldest") => window_of!(walk, "c.state = 'open' AND c.struck_at IS NULL AND ", "c.opened_at, c.id"),
        ("open", _) => window_of!(walk, "c.state = 'open' AND c.struck_at IS NULL AND ", "c.opened_at DESC, c.id DESC"),
        ("struck", "oldest") => window_of!(walk, "c.struck_at IS NOT NULL AND ", "c.opened_at, c.id"),
        ("struck", _) => window_of!(walk, "c.struck_at IS NOT NULL AND ", "c.opened_at DESC, c.id DESC"),
        (_, "oldest") => window_of!(walk, "c.state = 'closed' AND c.struck_at IS NULL AND ", "c.opened_at, c.id"),
        _ => window_of!(walk, "c.state = 'closed' AND c.struck_at IS NULL AND ", "c.opened_at DESC, c.id DESC"),
    };
    listing::each(conn, statement, narrowed![ctx, asked, window.limit, window.offset], window, take).await
}

/// The cases that name a person, for the person's own page, the newest first.
pub async fn list_of_person(ctx: &Ctx, conn: &mut Conn, person: Id, limit: i64) -> Result<Vec<CaseRow>> {
    let statement = sql!(
        case_columns!(),
        "FROM (SELECT ",
        case_picked!(),
        "FROM support_case c WHERE c.tenant = ?1 AND c.id IN (SELECT xo.case_id FROM case_person xo ",
        "WHERE xo.tenant = ?1 AND xo.person_id = ?4) ",
        "AND c.struck_at IS NULL AND ",
        visible_case!("c"),
        " ORDER BY c.opened_at DESC, c.id DESC LIMIT ?5) ",
        case_names!(),
        " ORDER BY c.opened_at DESC, c.id DESC"
    );
    let rows: Vec<CaseRow> = conn.query(statement, scoped![ctx, person, limit]).await?;
    for row in &rows {
        row.records().into_iter().for_each(|(kind, id)| ctx.saw(kind, id));
    }
    Ok(rows)
}

impl CaseRow {
    /// Of which records it tells: the person is among them where the name is shown.
    pub fn records(&self) -> Vec<(Kind, Id)> {
        let mut records: Vec<(Kind, Id)> = vec![(&CASE, self.id)];
        records.extend(self.person_id.map(|person| (&PERSON as Kind, person)));
        records
    }
}
