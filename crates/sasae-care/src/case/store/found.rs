//! Cases that are searched for, and what they tell of a person.

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::fiscal::FiscalYear;
use sasae_core::id::Id;
use sasae_db::{Conn, args, record, sql};

use crate::case::CASE;
use crate::case::model::{CaseState, fold_number, parts_of};
use crate::case::opening::era_year;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::person::model::behind_prefix;
use crate::room::{Happening, Hit, Standing};

/// Cases whose number or title begins so. A number is found as people write it: in any width, without
/// its zeros, and without its year.
pub(in crate::case) async fn list_found(ctx: &Ctx, conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<Hit>> {
    let folded = fold_number(text);
    let numbers = match parts_of(&folded) {
        Some(("", serial)) => list_years(ctx, conn).await?.iter().map(|year| format!("{year}-{serial:04}")).collect(),
        Some((year, serial)) => vec![format!("{year}-{serial:04}")],
        None => Vec::new(),
    };
    let mut hits = Vec::new();
    for number in numbers {
        let found = list_in(ctx, conn, (&number, &behind_prefix(&number)), ("", ""), limit).await?;
        hits.extend(found);
    }
    let prefixes = ((folded.as_str(), behind_prefix(&folded)), (text, behind_prefix(text)));
    let ((number, behind), (title, after)) = &prefixes;
    for hit in list_in(ctx, conn, (number, behind), (title, after), limit).await? {
        if !hits.iter().any(|known: &Hit| known.record.1 == hit.record.1) {
            hits.push(hit);
        }
    }
    hits.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(hits)
}

/// The years that the numbers of cases begin with, the latest first: R8, R7.
async fn list_years(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<String>> {
    let first: Option<i64> = conn
        .scalar(sql!("SELECT MIN(fiscal_year) AS first FROM support_case WHERE tenant = ?1"), args![ctx.tenant()])
        .await?;
    let (mut year, mut years) = (FiscalYear::of(ctx.today()), Vec::new());
    while first.is_some_and(|first| i64::from(year.0) >= first) {
        years.push(era_year(year));
        year = year.previous();
    }
    Ok(years)
}

/// Cases whose number or title lies in a range; an empty range holds none.
async fn list_in(
    ctx: &Ctx,
    conn: &mut Conn,
    (number, behind_number): (&str, &str),
    (title, behind_title): (&str, &str),
    limit: i64,
) -> Result<Vec<Hit>> {
    let rows: Vec<(Id, String, String, String, Date)> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, ",
                area_named!("a", "p", "x.person_id"),
                " AS area_name, c.opened_on FROM support_case c ",
                "JOIN area a ON a.tenant = c.tenant AND a.id = c.area_id ",
                "LEFT JOIN case_person x ON x.tenant = c.tenant AND x.case_id = c.id AND x.main = TRUE ",
                "LEFT JOIN person p ON p.tenant = x.tenant AND p.id = x.person_id AND ",
                visible_person!("p"),
                " ",
                "WHERE c.tenant = ?1 AND ((c.number >= ?4 AND c.number < ?5) OR (c.title >= ?6 AND c.title < ?7)) ",
                "AND c.struck_at IS NULL AND ",
                visible_case!("c"),
                " ORDER BY c.opened_on DESC, c.id LIMIT ?8"
            ),
            scoped![ctx, number, behind_number, title, behind_title, limit],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, number, title, area, on)| {
            let facts = [number, on.to_string(), area].into_iter().filter(|fact| !fact.is_empty()).collect();
            Hit { href: format!("/cases/{id}"), title, facts, record: (&CASE, id) }
        })
        .collect())
}

record! {
    struct CaseOf {
        id: Id,
        number: String,
        title: String,
        state: CaseState,
        opened_on: Date,
        closed_on: Option<Date>,
        outcome: Option<String>,
        lead: String,
        organisation: Option<String>,
    }
}

/// The cases that name a person and that the reader may see, open ones first: few in a life.
async fn list_of(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Vec<CaseOf>> {
    let rows: Vec<CaseOf> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, c.state, c.opened_on, c.closed_on, c.outcome, s.name AS lead, o.name AS organisation ",
                "FROM case_person x JOIN support_case c ON c.tenant = x.tenant AND c.id = x.case_id ",
                "JOIN staff s ON s.tenant = c.tenant AND s.id = c.lead_staff ",
                "LEFT JOIN organisation o ON o.tenant = c.tenant AND o.id = c.lead_organisation ",
                "WHERE x.tenant = ?1 AND x.person_id = ?4 AND c.struck_at IS NULL AND ",
                visible_case!("c"),
                " ORDER BY c.state DESC, c.opened_on DESC, c.id"
            ),
            scoped![ctx, person],
        )
        .await?;
    Ok(rows)
}

impl CaseOf {
    fn outcome(&self, ctx: &Ctx) -> String {
        ctx.profile().label("closing_outcome", self.outcome.as_deref().unwrap_or_default(), ctx.lang()).to_owned()
    }
}

/// The cases of a person as they stand.
pub(in crate::case) async fn list_standing(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Vec<Standing>> {
    let lang = ctx.lang();
    let rows = list_of(ctx, conn, person).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            ctx.saw(&CASE, row.id);
            let open = row.state == CaseState::Open;
            let state = if open { lang.t("支援中", "Under way").to_owned() } else { row.outcome(ctx) };
            Standing {
                role: Words("支援の主担当", "Case lead"),
                record: (&CASE, row.id),
                number: row.number,
                title: row.title,
                open,
                state,
                lead: row.lead,
                organisation: row.organisation,
            }
        })
        .collect())
}

/// What happened in the cases of a person: contacts with the person, openings and closings.
pub(in crate::case) async fn list_happenings(
    ctx: &Ctx,
    conn: &mut Conn,
    person: Id,
    most: i64,
) -> Result<Vec<Happening>> {
    let contacts: Vec<(Id, Date, String, String, String)> = conn
        .query(
            sql!(
                "SELECT c.id, t.contact_on, t.kind, t.body, s.name FROM case_person x ",
                "JOIN support_case c ON c.tenant = x.tenant AND c.id = x.case_id ",
                "JOIN case_contact t ON t.tenant = c.tenant AND t.case_id = c.id ",
                "JOIN staff s ON s.tenant = t.tenant AND s.id = t.staff_id ",
                "WHERE x.tenant = ?1 AND x.person_id = ?4 AND t.person_id = ?4 AND t.struck_at IS NULL ",
                "AND c.struck_at IS NULL AND ",
                visible_case!("c"),
                " ORDER BY t.contact_on DESC, t.id LIMIT ?5"
            ),
            scoped![ctx, person, most],
        )
        .await?;
    let mut all: Vec<Happening> = contacts
        .into_iter()
        .map(|(case, on, kind, text, who)| {
            let title = ctx.profile().label("contact_kind", &kind, ctx.lang()).to_owned();
            Happening { kind: Words("連絡・訪問", "Contact"), on, record: (&CASE, case), title, text, who }
        })
        .collect();
    for case in list_of(ctx, conn, person).await? {
        let event = |kind, on, text| Happening {
            kind,
            on,
            record: (&CASE, case.id),
            title: format!("{} {}", case.number, case.title),
            text,
            who: case.lead.clone(),
        };
        all.push(event(Words("支援を始めた", "Case opened"), case.opened_on, String::new()));
        all.extend(case.closed_on.map(|on| event(Words("支援を終えた", "Case closed"), on, case.outcome(ctx))));
    }
    Ok(all)
}

record! {
    /// What the thread shows of a case.
    pub(in crate::case) struct ThreadRow {
        /// The case's number.
        pub number: String,
        /// The day it began.
        pub opened_on: Date,
        /// Who leads.
        pub lead_staff: Id,
        /// The lead's name.
        pub lead_name: String,
        /// When lead and roles were agreed.
        pub agreed_at: Option<Timestamp>,
        /// The day it ended.
        pub closed_on: Option<Date>,
        /// Who ended it.
        pub closed_by: Option<Id>,
        /// Code of the outcome.
        pub outcome: Option<String>,
        /// When it was struck out.
        pub struck_at: Option<Timestamp>,
    }
}

/// A case, after the policy was asked.
pub(in crate::case) async fn get_for_thread(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<ThreadRow> {
    Ok(conn
        .query_one(
            sql!(
                "SELECT c.number, c.opened_on, c.lead_staff, s.name AS lead_name, c.agreed_at, c.closed_on, c.closed_by, c.outcome, c.struck_at ",
                "FROM support_case c JOIN staff s ON s.tenant = c.tenant AND s.id = c.lead_staff ",
                "WHERE c.tenant = ?1 AND c.id = ?2"
            ),
            args![ctx.tenant(), id],
        )
        .await?)
}
