//! What happened with a person, from the rooms that hold it. The person page is
//! where notices, consultations and cases meet, so this file alone reads their
//! tables, each under its own row rules, and writes none of them.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, record, sql};

use crate::access::Kind;
use crate::case::CASE;
use crate::consultation::CONSULTATION;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::notice::NOTICE;

/// Most records of one kind.
const MOST: i64 = 50;

/// A notice, consultation or contact as the timeline shows it.
#[derive(Debug, Clone)]
pub struct Happening {
    /// What kind of record.
    pub what: What,
    /// When.
    pub on: Date,
    /// The record to open.
    pub record: Id,
    /// A code of the record's room.
    pub code: String,
    /// In words.
    pub text: String,
    /// Who recorded it; empty for a resident's notice.
    pub who: String,
}

/// Kinds of record in the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A notice; the code is of `notice_kind`.
    Notice,
    /// A consultation; the code is of `channel`.
    Consultation,
    /// A contact of a case; the code is of `contact_kind`, the record is the case.
    Contact,
}

record! {
    /// A case that names the person.
    #[derive(Debug, Clone)]
    pub struct CaseOf {
        /// The case.
        pub id: Id,
        /// Its number.
        pub number: String,
        /// Its title.
        pub title: String,
        /// `open` or `closed`.
        pub state: String,
        /// First day.
        pub opened_on: Date,
        /// Last day.
        pub closed_on: Option<Date>,
        /// Code of `closing_outcome`.
        pub outcome: Option<String>,
        /// Who leads, by name.
        pub lead: String,
        /// The leading organisation, by name.
        pub organisation: Option<String>,
    }
}

type Line = (Id, Date, String, String, String);

fn happenings(ctx: &Ctx, what: What, rows: Vec<Line>) -> Vec<Happening> {
    let kind: Kind = match what {
        What::Notice => &NOTICE,
        What::Consultation => &CONSULTATION,
        What::Contact => &CASE,
    };
    rows.into_iter()
        .map(|(record, on, code, text, who)| {
            ctx.saw(kind, record);
            Happening { what, on, record, code, text, who }
        })
        .collect()
}

/// Notices, consultations and contacts about a person that the reader may see,
/// the latest first.
pub async fn list_happenings(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Vec<Happening>> {
    let notices = conn
        .query(
            sql!(
                "SELECT n.id, n.received_on, n.kind, n.what, COALESCE(s.name, '') FROM notice n ",
                "LEFT JOIN staff s ON s.tenant = n.tenant AND s.id = n.reporter_staff ",
                "WHERE n.tenant = ?1 AND n.person_id = ?4 AND ",
                visible_notice!("n"),
                " ORDER BY n.received_on DESC, n.id LIMIT ?5"
            ),
            scoped![ctx, person, MOST],
        )
        .await?;
    let consultations = conn
        .query(
            sql!(
                "SELECT c.id, c.received_on, c.channel, c.what, s.name FROM consultation c ",
                "JOIN staff s ON s.tenant = c.tenant AND s.id = c.taken_by ",
                "WHERE c.tenant = ?1 AND c.person_id = ?4 AND ",
                visible_consultation!("c"),
                " ORDER BY c.received_on DESC, c.id LIMIT ?5"
            ),
            scoped![ctx, person, MOST],
        )
        .await?;
    let contacts = conn
        .query(
            sql!(
                "SELECT c.id, t.contact_on, t.kind, t.body, s.name FROM case_person x ",
                "JOIN support_case c ON c.tenant = x.tenant AND c.id = x.case_id ",
                "JOIN case_contact t ON t.tenant = c.tenant AND t.case_id = c.id ",
                "JOIN staff s ON s.tenant = t.tenant AND s.id = t.staff_id ",
                "WHERE x.tenant = ?1 AND x.person_id = ?4 AND t.person_id = ?4 AND ",
                visible_case!("c"),
                " ORDER BY t.contact_on DESC, t.id LIMIT ?5"
            ),
            scoped![ctx, person, MOST],
        )
        .await?;
    let mut all = happenings(ctx, What::Notice, notices);
    all.extend(happenings(ctx, What::Consultation, consultations));
    all.extend(happenings(ctx, What::Contact, contacts));
    all.sort_by_key(|entry| std::cmp::Reverse(entry.on));
    Ok(all)
}

/// The cases that name a person and that the reader may see, open ones first.
pub async fn list_cases(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Vec<CaseOf>> {
    let rows: Vec<CaseOf> = conn
        .query(
            sql!(
                "SELECT c.id, c.number, c.title, c.state, c.opened_on, c.closed_on, c.outcome, s.name, o.name ",
                "FROM case_person x JOIN support_case c ON c.tenant = x.tenant AND c.id = x.case_id ",
                "JOIN staff s ON s.tenant = c.tenant AND s.id = c.lead_staff ",
                "LEFT JOIN organisation o ON o.tenant = c.tenant AND o.id = c.lead_organisation ",
                "WHERE x.tenant = ?1 AND x.person_id = ?4 AND ",
                visible_case!("c"),
                " ORDER BY c.state DESC, c.opened_on DESC, c.id LIMIT ?5"
            ),
            scoped![ctx, person, MOST],
        )
        .await?;
    for row in &rows {
        ctx.saw(&CASE, row.id);
    }
    Ok(rows)
}
