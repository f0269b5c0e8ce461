//! The links between records, and what the picture shows of each. Reads other
//! rooms' tables on purpose and writes only its own.

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::Result;

/// The tables of this room.
pub const TABLES: &[&str] = &["thread_link"];

pub(super) async fn put_link(ctx: &Ctx, tx: &mut Tx, from: (Kind, Id), to: (Kind, Id), relation: &str) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO thread_link (tenant, from_kind, from_id, to_kind, to_id, relation, linked_at, linked_by) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING"
        ),
        args![ctx.tenant(), from.0.code, from.1, to.0.code, to.1, relation, ctx.now(), ctx.staff_id()],
    )
    .await?;
    Ok(())
}

/// The links that touch a record, in either direction: from kind, from, to kind, to.
pub async fn list_links(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Vec<(String, Id, String, Id)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT from_kind, from_id, to_kind, to_id FROM thread_link WHERE tenant = ?1 AND from_id = ?2 ",
                "UNION SELECT from_kind, from_id, to_kind, to_id FROM thread_link WHERE tenant = ?1 AND to_id = ?2"
            ),
            args![ctx.tenant(), id],
        )
        .await?)
}

record! {
    /// What the thread shows of a notice.
    pub struct NoticePart {
        /// The day it came.
        pub received_on: Date,
        /// Code of the vocabulary.
        pub kind: String,
        /// Who reported, when it was a person with an account.
        pub reporter_staff: Option<Id>,
        /// Name of the area.
        pub area_name: String,
        /// Tier of the area.
        pub area_tier: String,
        /// What became of it.
        pub triage: Option<String>,
        /// When that was decided.
        pub triaged_at: Option<Timestamp>,
        /// By whom.
        pub triaged_by: Option<Id>,
    }
}

/// A notice, after the policy was asked.
pub(super) async fn get_notice(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<NoticePart> {
    Ok(conn
        .query_one(
            sql!(
                "SELECT n.received_on, n.kind, n.reporter_staff, a.name, a.tier, n.triage, n.triaged_at, n.triaged_by ",
                "FROM notice n JOIN area a ON a.tenant = n.tenant AND a.id = n.area_id ",
                "WHERE n.tenant = ?1 AND n.id = ?2"
            ),
            args![ctx.tenant(), id],
        )
        .await?)
}

record! {
    /// What the thread shows of a consultation.
    pub struct ConsultationPart {
        /// The day it came.
        pub received_on: Date,
        /// Code of the vocabulary.
        pub channel: String,
        /// Who took it.
        pub taken_by: Id,
        /// The taker's name.
        pub taken_name: String,
        /// Code of the outcome.
        pub outcome: String,
        /// When it was settled.
        pub outcome_at: Option<Timestamp>,
    }
}

/// A consultation, after the policy was asked.
pub(super) async fn get_consultation(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<ConsultationPart> {
    Ok(conn
        .query_one(
            sql!(
                "SELECT k.received_on, k.channel, k.taken_by, s.name, k.outcome, k.outcome_at ",
                "FROM consultation k JOIN staff s ON s.tenant = k.tenant AND s.id = k.taken_by ",
                "WHERE k.tenant = ?1 AND k.id = ?2"
            ),
            args![ctx.tenant(), id],
        )
        .await?)
}

record! {
    /// What the thread shows of a case.
    pub struct CasePart {
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
    }
}

/// A case, after the policy was asked.
pub(super) async fn get_case(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<CasePart> {
    Ok(conn
        .query_one(
            sql!(
                "SELECT c.number, c.opened_on, c.lead_staff, s.name, c.agreed_at, c.closed_on, c.closed_by, c.outcome ",
                "FROM support_case c JOIN staff s ON s.tenant = c.tenant AND s.id = c.lead_staff ",
                "WHERE c.tenant = ?1 AND c.id = ?2"
            ),
            args![ctx.tenant(), id],
        )
        .await?)
}

record! {
    /// A role that was asked for in a case.
    pub struct RolePart {
        /// The role.
        pub id: Id,
        /// Code of the vocabulary.
        pub role: String,
        /// Who was asked, when it was a person.
        pub staff_id: Option<Id>,
    }
}

/// The roles of a case, in the order in which they were asked for.
pub(super) async fn list_roles(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Vec<RolePart>> {
    Ok(conn
        .query(
            sql!(
                "SELECT r.id, r.role, r.staff_id FROM case_role r ",
                "WHERE r.tenant = ?1 AND r.case_id = ?2 ORDER BY r.valid_from, r.id"
            ),
            args![ctx.tenant(), case],
        )
        .await?)
}

/// The tiers of the posts that somebody held on a day.
pub(super) async fn list_tiers_of(ctx: &Ctx, conn: &mut Conn, staff: Id, on: Date) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = conn
        .query(
            sql!(
                "SELECT DISTINCT a.tier FROM post p JOIN area a ON a.tenant = p.tenant AND a.id = p.area_id ",
                "WHERE p.tenant = ?1 AND p.staff_id = ?2 AND p.valid_from <= ?3 AND p.valid_to >= ?3"
            ),
            args![ctx.tenant(), staff, on],
        )
        .await?;
    Ok(rows.into_iter().map(|(tier,)| tier).collect())
}
