//! Lead and team.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::case::model::RoleState;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::tenancy::FOREVER;

record! {
    /// A role in a case.
    #[derive(Debug, Clone)]
    pub struct Role {
        /// The role.
        pub id: Id,
        /// The case.
        pub case_id: Id,
        /// Who has it, or is asked.
        pub staff_id: Option<Id>,
        /// Their name.
        pub staff_name: Option<String>,
        /// The organisation that was asked.
        pub organisation_id: Option<Id>,
        /// Its name.
        pub organisation_name: Option<String>,
        /// Code of the vocabulary `case_role`.
        pub role: String,
        /// What is asked.
        pub task: String,
        /// How it stands.
        pub state: RoleState,
        /// Until when.
        pub due_on: Option<Date>,
        /// When it was done.
        pub done_on: Option<Date>,
        /// First day.
        pub valid_from: Date,
        /// Last day.
        pub valid_to: Date,
        /// Why a new lead was chosen.
        pub reason: String,
        /// The lead, whom somebody else chose, has not taken note yet.
        pub unseen: bool,
    }
}

impl Role {
    /// Who has the role, in words.
    pub fn who(&self) -> String {
        match (&self.staff_name, &self.organisation_name) {
            (Some(staff), Some(organisation)) => format!("{staff}（{organisation}）"),
            (Some(name), None) | (None, Some(name)) => name.clone(),
            (None, None) => String::new(),
        }
    }

    /// Whether somebody has accepted this role.
    pub fn is_held_by(&self, staff: Option<Id>) -> bool {
        staff.is_some() && self.staff_id == staff && self.state == RoleState::Accepted
    }

    /// Whether it makes somebody the lead who has not taken note yet.
    pub fn leads_unseen(&self, staff: Id, today: Date) -> bool {
        self.unseen && self.role == "lead" && self.is_held_by(Some(staff)) && self.is_current(today)
    }

    /// Whether its last day is known: it was ended, at the latest today.
    pub fn ends(&self) -> bool {
        self.valid_to < FOREVER
    }

    /// Whether the role is asked for or held on a day.
    pub fn is_current(&self, today: Date) -> bool {
        matches!(self.state, RoleState::Asked | RoleState::Accepted) && self.valid_to >= today
    }
}

macro_rules! role_columns {
    () => {
        concat!(
            "SELECT r.id, r.case_id, r.staff_id, s.name AS staff_name, r.organisation_id, o.name AS organisation_name, r.role, r.task, r.state, ",
            "r.due_on, r.done_on, r.valid_from, r.valid_to, r.reason, r.unseen FROM case_role r ",
            "LEFT JOIN staff s ON s.tenant = r.tenant AND s.id = r.staff_id ",
            "LEFT JOIN organisation o ON o.tenant = r.tenant AND o.id = r.organisation_id "
        )
    };
}

/// Every role of a case, ended ones too, oldest first.
pub async fn list_roles(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Vec<Role>> {
    Ok(conn
        .query(
            sql!(role_columns!(), "WHERE r.tenant = ?1 AND r.case_id = ?2 ORDER BY r.valid_from, r.id"),
            args![ctx.tenant(), case],
        )
        .await?)
}

/// The roles of a case that still wait for an answer.
pub async fn list_roles_asked(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Vec<Role>> {
    Ok(conn
        .query(
            sql!(
                role_columns!(),
                "WHERE r.tenant = ?1 AND r.case_id = ?2 AND r.state = 'asked' ORDER BY r.valid_from, r.id"
            ),
            args![ctx.tenant(), case],
        )
        .await?)
}

/// The case of a role.
pub async fn find_case_of(ctx: &Ctx, conn: &mut Conn, role: Id) -> Result<Option<Id>> {
    let found: Option<(Id,)> = conn
        .query_opt(sql!("SELECT case_id FROM case_role WHERE tenant = ?1 AND id = ?2"), args![ctx.tenant(), role])
        .await?;
    Ok(found.map(|(case,)| case))
}

/// A role of a case.
pub async fn get_role(ctx: &Ctx, conn: &mut Conn, case: Id, role: Id) -> Result<Role> {
    let row: Option<Role> = conn
        .query_opt(
            sql!(role_columns!(), "WHERE r.tenant = ?1 AND r.case_id = ?2 AND r.id = ?3"),
            args![ctx.tenant(), case, role],
        )
        .await?;
    row.ok_or(Error::NotFound)
}

/// The role of a case for which the reader's organisation is asked, while it
/// waits for an answer. One who is barred from a person of the case is not told.
pub async fn find_request(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Option<Role>> {
    Ok(conn
        .query_opt(
            sql!(
                role_columns!(),
                "JOIN support_case c ON c.tenant = r.tenant AND c.id = r.case_id AND c.state = 'open' AND c.struck_at IS NULL ",
                "JOIN staff me ON me.tenant = r.tenant AND me.id = ?2 AND me.organisation_id = r.organisation_id ",
                "WHERE r.tenant = ?1 AND r.case_id = ?4 AND r.state = 'asked' AND r.staff_id IS NULL ",
                "AND me.valid_from <= ?3 AND me.valid_to >= ?3 ",
                "AND NOT ",
                barred!(about_case!("c")),
                " ORDER BY r.valid_from, r.id"
            ),
            scoped![ctx, case],
        )
        .await?)
}

/// A role as it is written.
#[derive(Debug)]
pub(in crate::case) struct RoleEntry<'a> {
    pub id: Id,
    pub case: Id,
    pub staff: Option<Id>,
    pub organisation: Option<Id>,
    pub role: &'a str,
    pub task: &'a str,
    pub state: RoleState,
    pub due_on: Option<Date>,
    pub reason: &'a str,
    pub unseen: bool,
}

pub(in crate::case) async fn insert_role(ctx: &Ctx, tx: &mut Tx, new: &RoleEntry<'_>) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO case_role (tenant, id, case_id, staff_id, organisation_id, role, task, state, due_on, ",
            "valid_from, valid_to, reason, unseen, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ",
            "?12, ?13, 1)"
        ),
        args![
            ctx.tenant(),
            new.id,
            new.case,
            new.staff,
            new.organisation,
            new.role,
            new.task,
            new.state,
            new.due_on,
            ctx.today(),
            FOREVER,
            new.reason,
            new.unseen
        ],
    )
    .await
    .map_err(asked_already)?;
    Ok(())
}

/// The database refuses a role that holds already, whoever asked for it in the same moment.
fn asked_already(error: sasae_db::Error) -> Error {
    if error.is_unique_on("case_role") {
        return Error::field("role", "同じ役割を、もう頼んでいます。", "They have been asked for this role already.");
    }
    error.into()
}

/// Changes who has a role, its state and its period, from the state that was seen.
pub(in crate::case) async fn set_role_state(
    ctx: &Ctx,
    tx: &mut Tx,
    role: &Role,
    (state, staff): (RoleState, Option<Id>),
    (from, to): (Date, Date),
) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE case_role SET state = ?4, staff_id = ?5, valid_from = ?6, valid_to = ?7, ",
            "revision = revision + 1 WHERE tenant = ?1 AND id = ?2 AND state = ?3"
        ),
        args![ctx.tenant(), role.id, role.state, state, staff, from, to],
    )
    .await
    .map_err(asked_already)
}

/// What the role asked is done; `false` when it was done already.
pub(in crate::case) async fn set_done(ctx: &Ctx, tx: &mut Tx, role: Id, on: Date) -> Result<bool> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE case_role SET done_on = ?3, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND done_on IS NULL"
            ),
            args![ctx.tenant(), role, on],
        )
        .await?;
    Ok(changed == 1)
}

/// The lead has taken note.
pub(in crate::case) async fn set_lead_seen(ctx: &Ctx, tx: &mut Tx, case: Id, lead: Id) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE case_role SET unseen = FALSE, revision = revision + 1 ",
            "WHERE tenant = ?1 AND case_id = ?2 AND staff_id = ?3 AND unseen"
        ),
        args![ctx.tenant(), case, lead],
    )
    .await?;
    Ok(())
}

/// Ends on a day every role of a case that runs beyond today; one that began later ends on its first day.
/// One that somebody ended before stays as it is, so that taking the closing back does not revive it.
pub(in crate::case) async fn end_roles(ctx: &Ctx, tx: &mut Tx, case: Id, on: Date) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE case_role SET valid_to = CASE WHEN valid_from > ?3 THEN valid_from ELSE ?3 END, ",
            "ended_by_closing = TRUE, revision = revision + 1 WHERE tenant = ?1 AND case_id = ?2 AND valid_to > ?4 ",
            "AND state IN ('asked', 'accepted')"
        ),
        args![ctx.tenant(), case, on, ctx.today()],
    )
    .await?;
    Ok(())
}
