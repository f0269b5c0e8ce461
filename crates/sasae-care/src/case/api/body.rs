//! What the API tells of cases: made of the records as the reader may see them, and never more than
//! the pages of a case say.

use jiff::civil::Date;
use sasae_core::age::age_on;
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{self, Act};
use crate::case::CASE;
use crate::case::entry;
use crate::case::model::{CaseState, GoalState, RoleState};
use crate::case::store::{
    self, Case, CasePerson, CaseRow, Contact, ContactPage, Goal, Monitoring, Plan, Role, StruckEntry,
};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::web::api::IdBody;

/// A case in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseRowBody {
    /// The case.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// R7-0001.
    number: String,
    /// What it is about.
    title: String,
    /// In which area.
    area_name: String,
    /// Whether it is under way.
    state: CaseState,
    /// When it was opened.
    opened_on: Date,
    /// Who leads.
    lead_name: String,
    /// When lead and roles were agreed.
    agreed_on: Option<Date>,
    /// When the plan is to be looked at again.
    review_on: Option<Date>,
    /// The last day.
    closed_on: Option<Date>,
    /// Code of the vocabulary `closing_outcome`.
    outcome: Option<String>,
    /// It was struck out: opened by mistake.
    struck_out: bool,
    /// The person at its centre, if the reader may see them by name.
    #[schema(value_type = Option<String>, format = "uuid")]
    person_id: Option<Id>,
    /// Family name.
    family: Option<String>,
    /// Given name.
    given: Option<String>,
}

impl From<CaseRow> for CaseRowBody {
    fn from(row: CaseRow) -> CaseRowBody {
        CaseRowBody {
            id: row.id,
            number: row.number,
            title: row.title,
            area_name: row.area_name,
            state: row.state,
            opened_on: row.opened_on,
            lead_name: row.lead_name,
            agreed_on: row.agreed_at.map(tokyo_date),
            review_on: row.review_on,
            closed_on: row.closed_on,
            outcome: row.outcome,
            struck_out: row.struck_at.is_some(),
            person_id: row.person_id,
            family: row.family,
            given: row.given,
        }
    }
}

/// What a case itself holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseHeadBody {
    /// The case.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// R7-0001.
    number: String,
    /// What it is about, without names.
    title: String,
    /// In which area; none where it would tell of a hidden address.
    #[schema(value_type = Option<String>, format = "uuid")]
    area_id: Option<Id>,
    /// Its name.
    area_name: String,
    /// The consultation that it comes of.
    #[schema(value_type = Option<String>, format = "uuid")]
    consultation_id: Option<Id>,
    /// Whether it is under way.
    state: CaseState,
    /// On which day the concern came in.
    intake_on: Date,
    /// On which day the case was opened.
    opened_on: Date,
    /// The lead agency.
    lead_organisation_name: Option<String>,
    /// The lead person.
    lead_name: String,
    /// When lead and roles were agreed.
    agreed_on: Option<Date>,
    /// When the plan is to be looked at again.
    review_on: Option<Date>,
    /// The last day.
    closed_on: Option<Date>,
    /// Code of the vocabulary `closing_outcome`.
    outcome: Option<String>,
    /// How it ended.
    outcome_note: String,
    /// It was struck out: opened by mistake.
    struck_out: bool,
    /// Revision.
    revision: i64,
}

impl From<Case> for CaseHeadBody {
    fn from(case: Case) -> CaseHeadBody {
        CaseHeadBody {
            area_id: case.shown_area(),
            id: case.id,
            number: case.number,
            title: case.title,
            area_name: case.area_name,
            consultation_id: case.consultation_id,
            state: case.state,
            intake_on: tokyo_date(case.intake_at),
            opened_on: case.opened_on,
            lead_organisation_name: case.lead_organisation_name,
            lead_name: case.lead_name,
            agreed_on: case.agreed_at.map(tokyo_date),
            review_on: case.review_on,
            closed_on: case.closed_on,
            outcome: case.outcome,
            outcome_note: case.outcome_note,
            struck_out: case.struck_at.is_some(),
            revision: case.revision,
        }
    }
}

/// A person whom a case names; without id and name for one who may not see the person.
#[derive(Debug, Serialize, ToSchema)]
pub struct CasePersonBody {
    /// Whether the person is at its centre.
    main: bool,
    /// The person.
    #[schema(value_type = Option<String>, format = "uuid")]
    id: Option<Id>,
    /// Family name.
    family: Option<String>,
    /// Given name.
    given: Option<String>,
    /// Age in full years, or at death.
    age: Option<u16>,
    /// Has died.
    died: bool,
    /// Code of the vocabulary `language`.
    language: Option<String>,
    /// Codes of the vocabulary `communication_support`.
    communication: Vec<String>,
}

impl CasePersonBody {
    fn new(person: CasePerson, today: Date) -> CasePersonBody {
        let communication = person.communication.unwrap_or_default();
        CasePersonBody {
            communication: communication.split(',').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
            main: person.main,
            id: person.id,
            age: person.birth_on.and_then(|birth| age_on(birth, person.died_on.unwrap_or(today))),
            died: person.died_on.is_some(),
            family: person.family,
            given: person.given,
            language: person.language,
        }
    }
}

/// A role in a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseRoleBody {
    /// The role.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// Who has it, or is asked.
    staff_name: Option<String>,
    /// The organisation that was asked.
    organisation_name: Option<String>,
    /// Code of the vocabulary `case_role`.
    role: String,
    /// What is asked.
    task: String,
    /// How it stands.
    state: RoleState,
    /// Until when.
    due_on: Option<Date>,
    /// When it was done.
    done_on: Option<Date>,
    /// Why this lead was chosen; empty for other roles.
    reason: String,
    /// It is asked for or held today.
    current: bool,
}

impl CaseRoleBody {
    fn new(role: Role, today: Date) -> CaseRoleBody {
        CaseRoleBody {
            current: role.is_current(today),
            id: role.id,
            staff_name: role.staff_name,
            organisation_name: role.organisation_name,
            role: role.role,
            task: role.task,
            state: role.state,
            due_on: role.due_on,
            done_on: role.done_on,
            reason: role.reason,
        }
    }
}

/// A plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanBody {
    /// The plan.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// What the support is to reach.
    aim: String,
    /// What the person wishes.
    wish: String,
    /// When it was agreed with the person.
    agreed_on: Option<Date>,
    /// When it is looked at again.
    review_on: Date,
    /// On which day it was made.
    made_on: Date,
    /// Who made it.
    staff_name: String,
}

impl From<Plan> for PlanBody {
    fn from(plan: Plan) -> PlanBody {
        PlanBody {
            id: plan.id,
            aim: plan.aim,
            wish: plan.wish,
            agreed_on: plan.agreed_on,
            review_on: plan.review_on,
            made_on: tokyo_date(plan.created_at),
            staff_name: plan.staff_name,
        }
    }
}

/// A goal of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoalBody {
    /// The goal.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// What is to be reached.
    goal: String,
    /// What is done.
    step: String,
    /// By whom.
    who: String,
    /// Until when.
    due_on: Option<Date>,
    /// What became of it.
    state: GoalState,
    /// Revision.
    revision: i64,
}

impl From<Goal> for GoalBody {
    fn from(goal: Goal) -> GoalBody {
        GoalBody {
            id: goal.id,
            goal: goal.goal,
            step: goal.step,
            who: goal.who,
            due_on: goal.due_on,
            state: goal.state,
            revision: goal.revision,
        }
    }
}

/// A monitoring.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonitoringBody {
    /// The monitoring.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// On which day.
    monitored_on: Date,
    /// What was found.
    findings: String,
    /// `continue`, `replan` or `end`.
    verdict: String,
    /// When the plan is looked at again.
    review_on: Option<Date>,
    /// Who made it.
    staff_name: String,
}

impl From<Monitoring> for MonitoringBody {
    fn from(one: Monitoring) -> MonitoringBody {
        MonitoringBody {
            id: one.id,
            monitored_on: one.monitored_on,
            findings: one.findings,
            verdict: one.verdict,
            review_on: one.review_on,
            staff_name: one.staff_name,
        }
    }
}

/// A contact; the person's name only where the reader may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactBody {
    /// The contact.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// On which day.
    contact_on: Date,
    /// Code of the vocabulary `contact_kind`.
    kind: String,
    /// Code of the vocabulary `contact_method`.
    method: String,
    /// What happened.
    body: String,
    /// When contact is made next.
    next_on: Option<Date>,
    /// What for.
    next_what: String,
    /// That was kept.
    next_done: bool,
    /// Who made it.
    staff_name: String,
    /// It names a person, whether the reader may see that person or not.
    about_person: bool,
    /// The person.
    #[schema(value_type = Option<String>, format = "uuid")]
    person_id: Option<Id>,
    /// Family name.
    family: Option<String>,
    /// Given name.
    given: Option<String>,
}

impl From<Contact> for ContactBody {
    fn from(one: Contact) -> ContactBody {
        ContactBody {
            id: one.id,
            contact_on: one.contact_on,
            kind: one.kind,
            method: one.method,
            body: one.body,
            next_on: one.next_on,
            next_what: one.next_what,
            next_done: one.next_done_on.is_some(),
            staff_name: one.staff_name,
            about_person: one.about_person,
            person_id: one.person_id,
            family: one.family,
            given: one.given,
        }
    }
}

/// A page of contacts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactsBody {
    /// The contacts, the newest first.
    contacts: Vec<ContactBody>,
    /// Where the older ones go on, in the form of an address.
    older: Option<String>,
}

impl From<ContactPage> for ContactsBody {
    fn from(page: ContactPage) -> ContactsBody {
        ContactsBody { contacts: page.contacts.into_iter().map(ContactBody::from).collect(), older: page.older }
    }
}

/// A case with its persons, team and present plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseBody {
    /// The case.
    case: CaseHeadBody,
    /// Whom it names, as far as the reader may see them.
    persons: Vec<CasePersonBody>,
    /// Roles, ended ones too.
    roles: Vec<CaseRoleBody>,
    /// The present plan.
    plan: Option<PlanBody>,
    /// Its goals.
    goals: Vec<GoalBody>,
    /// Monitoring, the newest first.
    monitorings: Vec<MonitoringBody>,
    /// Entries that were struck out and that the reader may restore, the latest first.
    struck_entries: Vec<StruckEntryBody>,
}

/// An entry that was struck out.
#[derive(Debug, Serialize, ToSchema)]
pub struct StruckEntryBody {
    /// Its kind, as it stands in addresses: `contacts`, `assessments`, `plans` or `monitoring`.
    entries: String,
    /// The entry.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// On which day; of a plan that of its review.
    on: Date,
    /// Who wrote it.
    staff_name: String,
}

impl From<StruckEntry> for StruckEntryBody {
    fn from(one: StruckEntry) -> StruckEntryBody {
        StruckEntryBody { entries: one.path, id: one.id, on: one.on, staff_name: one.staff_name }
    }
}

/// A role for which the reader's organisation is asked, in a case that the reader does not see.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleRequestBody {
    /// The role that is asked for.
    request: CaseRoleBody,
}

/// A case, or the request that stands in its place.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum CaseSeenBody {
    /// The case.
    Case(Box<CaseBody>),
    /// Whose organisation is asked sees the request, and nothing of the case.
    Request(RoleRequestBody),
}

/// What stands after a step.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AfterBody {
    /// The case.
    Case(Box<CaseBody>),
    /// Who declined a role, or left the lead, may see nothing of it any more.
    Left(IdBody),
}

/// A case as the reader may see it.
pub(super) async fn body(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<CaseBody> {
    let sight = access::sight(ctx, conn, &CASE, id, &[Act::CORRECT, Act::EDIT]).await?;
    let today = ctx.today();
    let case = store::get(ctx, conn, id).await?;
    let persons = store::list_persons(ctx, conn, id).await?;
    let roles = store::list_roles(ctx, conn, id).await?;
    let plan = store::list_plans(ctx, conn, id).await?.into_iter().next();
    let goals = match &plan {
        Some(plan) => store::list_goals(ctx, conn, plan.id).await?,
        None => Vec::new(),
    };
    let monitorings = store::list_monitorings(ctx, conn, id).await?;
    let struck_entries = entry::list_restorable(ctx, conn, &case, &sight).await?;
    let struck = case.struck_at.is_some();
    let role = |role| {
        let body = CaseRoleBody::new(role, today);
        CaseRoleBody { current: body.current && !struck, ..body }
    };
    Ok(CaseBody {
        case: case.into(),
        persons: persons.into_iter().map(|person| CasePersonBody::new(person, today)).collect(),
        roles: roles.into_iter().map(role).collect(),
        plan: plan.map(PlanBody::from),
        goals: goals.into_iter().map(GoalBody::from).collect(),
        monitorings: monitorings.into_iter().map(MonitoringBody::from).collect(),
        struck_entries: struck_entries.into_iter().map(StruckEntryBody::from).collect(),
    })
}

/// A case, or the request for which the reader's organisation is asked.
pub(super) async fn seen(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<CaseSeenBody> {
    match body(ctx, conn, id).await {
        Ok(body) => Ok(CaseSeenBody::Case(Box::new(body))),
        Err(Error::NotFound) => {
            let role = store::find_request(ctx, conn, id).await?.ok_or(Error::NotFound)?;
            Ok(CaseSeenBody::Request(RoleRequestBody { request: CaseRoleBody::new(role, ctx.today()) }))
        }
        Err(other) => Err(other),
    }
}
