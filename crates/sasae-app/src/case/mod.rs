//! 支援: a case of a household, with the persons whom it names, from opening to
//! closing (#16, #23, #29).
//!
//! A case is opened from a consultation, or directly in an area where one may
//! lead. It has a lead agency and a lead person, and a team: each role carries a
//! task and a due date, is handed over, and is accepted or declined with a
//! reason by the one who was asked. The days from the intake until lead and
//! roles are agreed are a figure, because "deciding who does what takes long"
//! (#29). Then come assessment, plan with goals, contacts, monitoring; a death
//! is a legal outcome (#18).
//!
//! **Architecture Invariants:** a closed case takes no further record: every
//! write holds the open case until it commits. Names of persons come through
//! the row rule of persons alone, so a case never shows whom its reader may not
//! see. A title or a hand-over carries no name of a person.
//!
//! Deliberately absent: changing or deleting a record once it is written (a
//! later one says what is now known), and reopening a closed case (a new
//! consultation is taken).

pub mod api;
mod closing;
mod course;
pub mod due;
pub mod facts;
pub(crate) mod grounds;
pub mod may;
pub mod model;
mod opening;
pub mod pages;
pub mod store;
mod team;
#[cfg(test)]
mod tests;
mod thread;

pub use closing::close;
pub use course::{assess, contact, judge_goal, make_plan, monitor};
pub use model::{
    AnswerForm, AssessmentForm, CloseForm, ContactForm, GoalForm, LeadForm, MonitoringForm, OpenForm, PersonForm,
    PlanForm, RoleForm,
};
pub use opening::{name_person, open};
pub use team::{agree, answer_role, ask, change_lead, done_role, end_role, handovers_of};

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::Conn;

use crate::access::{self, Act, Guard, Kind, RecordKind};
use crate::area::AREA;
use crate::attachment::AttachmentRule;
use crate::consultation::{self, CONSULTATION};
use crate::ctx::{Actor, Ctx, Work};
use crate::error::{Error, Result};
use crate::fact::{Fact, FactKind};
use crate::lang::{Text, Words};
use crate::profile::Needs;
use crate::room::{NavEntry, NextStep, Place, RecordButton, Room, always};
use crate::web::ui::parts::Tone;
use crate::web::{Gate, Routes};
use store::Case;

/// To close a case.
pub const CLOSE: Act = Act::refused_with(
    "close",
    Words(
        "支援を終えられるのは、主担当か、この区域のスーパーバイザーです。",
        "Only the lead or the supervisor of this area may close the case.",
    ),
);
/// To open and lead a case in an area.
pub const LEAD: Act = Act::new("case_lead");

/// 支援.
pub static CASE: RecordKind = RecordKind {
    code: "case",
    name: Words("支援", "Case"),
    path: Some("/cases/"),
    guard: Some(Guard { facts: store::FACTS, visible: store::VISIBLE }),
};

/// 役割 in a case, which is handed on to whoever is asked.
pub static ROLE: RecordKind = RecordKind::plain("case_role", Words("支援の役割", "Role in a case"));

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    kinds: &[&CASE, &ROLE],
    acts: &[CLOSE, LEAD],
    policy: include_str!("policy.cedar"),
    draw: Some(|ctx, conn, _, id| Box::pin(thread::draw(ctx, conn, id))),
    facts: &[
        &facts::OPENED,
        &facts::ROLES_AGREED,
        &facts::ASSESSED,
        &facts::PLAN_MADE,
        &facts::CONTACT,
        &facts::MONITORED,
        &facts::CLOSED,
    ],
    nav: &[NavEntry { place: Place::Support, label: Words("支援", "Cases"), href: "/cases", shown: always }],
    record: &[RecordButton {
        href: "#own-cases",
        tone: Tone::Plain,
        label: Words("支援の記録", "A contact"),
        hint: Words("連絡・訪問を書く", "A call or a visit in a case"),
        shown: works_on_cases,
    }],
    record_below: Some(|ctx| Box::pin(pages::own::section(ctx))),
    due: Some(|ctx, conn| Box::pin(store::list_due(ctx, conn))),
    found_by: Words("支援の番号や題名", "the number or title of a case"),
    search: Some(|ctx, conn, text, most| Box::pin(store::list_found(ctx, conn, text, most))),
    happenings: Some(|ctx, conn, person| Box::pin(store::list_happenings(ctx, conn, person))),
    next_steps: Some(|ctx, conn, kind, record| Box::pin(list_next_steps(ctx, conn, kind, record))),
    standing: Some(|ctx, conn, person| Box::pin(store::list_standing(ctx, conn, person))),
    attachments: &[AttachmentRule {
        closed: Some(|ctx, conn, case| Box::pin(why_closed(ctx, conn, case))),
        hold: Some(|ctx, work, case| Box::pin(hold(ctx, work, case))),
        ..AttachmentRule::usual(&CASE)
    }],
    needs: Needs {
        functions: &[&may::LEAD, &may::MEMBER],
        vocabularies: &[
            ("case_role", &["lead", "referrer"]),
            ("closing_outcome", &["solved", "handed_over", "moved_away", "death", "own_wish", "to_watch"]),
            ("contact_kind", &[]),
            ("contact_method", &["visit", "office", "phone"]),
            ("contact_result", &["met", "absent", "refused"]),
        ],
        deadlines: &[
            "role_acknowledge",
            "case_agree",
            "referral_acknowledge_urgent",
            "referral_acknowledge_normal",
            "plan_review",
            "contact_next",
        ],
    },
    ..Room::new("case", Words("支援", "Cases"))
};

/// Whether somebody works in case teams.
fn works_on_cases(ctx: &Ctx) -> bool {
    ctx.may(&may::MEMBER) || ctx.may(&may::LEAD)
}

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    let lead = Gate::Function(&may::LEAD);
    routes
        .get("/cases", Gate::Staff, pages::list::show)
        .get("/cases/new", lead, pages::open::show)
        .post("/cases", lead, pages::open::open)
        .get("/cases/{id}", Gate::Staff, pages::show::show)
        .post("/cases/{id}/persons", Gate::Staff, pages::open::name_person)
        .get("/cases/{id}/roles/new", Gate::Staff, pages::team::show_ask)
        .post("/cases/{id}/roles", Gate::Staff, pages::team::ask)
        .post("/cases/{id}/roles/{role}/answer", Gate::Staff, pages::team::answer)
        .post("/cases/{id}/roles/{role}/done", Gate::Staff, pages::team::done)
        .post("/cases/{id}/roles/{role}/end", Gate::Staff, pages::team::end)
        .post("/cases/{id}/agree", Gate::Staff, pages::team::agree)
        .get("/cases/{id}/lead", Gate::Staff, pages::team::show_lead)
        .post("/cases/{id}/lead", Gate::Staff, pages::team::change_lead)
        .get("/cases/{id}/assessments/new", Gate::Staff, pages::assessment::show_new)
        .post("/cases/{id}/assessments", Gate::Staff, pages::assessment::assess)
        .get("/cases/{id}/assessments/{record}", Gate::Staff, pages::assessment::show)
        .get("/cases/{id}/plans/new", Gate::Staff, pages::plan::show_new)
        .post("/cases/{id}/plans", Gate::Staff, pages::plan::make)
        .get("/cases/{id}/plans/{record}", Gate::Staff, pages::plan::show)
        .post("/cases/{id}/goals/{goal}", Gate::Staff, pages::plan::judge)
        .get("/cases/{id}/contacts/new", Gate::Staff, pages::contact::show_new)
        .get("/cases/{id}/contacts", Gate::Staff, pages::contact::list)
        .post("/cases/{id}/contacts", Gate::Staff, pages::contact::record)
        .get("/cases/{id}/contacts/{record}", Gate::Staff, pages::contact::show)
        .get("/cases/{id}/monitoring/new", Gate::Staff, pages::monitoring::show_new)
        .post("/cases/{id}/monitoring", Gate::Staff, pages::monitoring::monitor)
        .get("/cases/{id}/monitoring/{record}", Gate::Staff, pages::monitoring::show)
        .get("/cases/{id}/close", Gate::Staff, pages::close::show)
        .post("/cases/{id}/close", Gate::Staff, pages::close::close)
        .get("/api/cases", Gate::Staff, api::list)
        .post("/api/cases", lead, api::open)
        .get("/api/cases/{id}", Gate::Staff, api::show)
        .post("/api/cases/{id}/persons", Gate::Staff, api::name_person)
        .post("/api/cases/{id}/roles", Gate::Staff, api::ask)
        .post("/api/cases/{id}/roles/{role}/answer", Gate::Staff, api::answer_role)
        .post("/api/cases/{id}/roles/{role}/done", Gate::Staff, api::done_role)
        .post("/api/cases/{id}/roles/{role}/end", Gate::Staff, api::end_role)
        .post("/api/cases/{id}/agree", Gate::Staff, api::agree)
        .post("/api/cases/{id}/lead", Gate::Staff, api::change_lead)
        .post("/api/cases/{id}/assessments", Gate::Staff, api::assess)
        .post("/api/cases/{id}/plans", Gate::Staff, api::make_plan)
        .post("/api/cases/{id}/goals/{goal}", Gate::Staff, api::judge_goal)
        .get("/api/cases/{id}/contacts", Gate::Staff, api::contacts)
        .post("/api/cases/{id}/contacts", Gate::Staff, api::contact)
        .post("/api/cases/{id}/monitoring", Gate::Staff, api::monitor)
        .post("/api/cases/{id}/close", Gate::Staff, api::close)
}

/// Refuses one whose last post has ended: a role in a case alone does not let
/// anyone write once they no longer act for an organisation.
fn require_post(ctx: &Ctx) -> Result<()> {
    match ctx.actor() {
        Actor::Staff(staff) if staff.posts.is_empty() => Err(Error::refused(
            "役職の期間が終わっているため、記録できません。入力した内容は、後任の人に伝えてください。",
            "Your post has ended, so nothing can be recorded. Please tell your successor what you wanted to write.",
        )),
        _ => Ok(()),
    }
}

/// What a closed case answers to every further write.
fn closed() -> Error {
    Error::Refused(CLOSED.into())
}

const CLOSED: Words = Words(
    "この支援は終了しているため、書き足せません。新しい動きがあったときは、新しい相談として受け付けてください。",
    "This case is closed and takes no more records. If something new has come up, take it as a new consultation.",
);

/// Why a case takes no more files.
async fn why_closed(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Option<Text>> {
    Ok((!store::is_open(ctx, conn, case).await?).then(|| CLOSED.into()))
}

/// Holds the open case until the transaction ends, for a file that is added to it.
async fn hold(ctx: &Ctx, work: &mut Work, case: Id) -> Result<()> {
    require_post(ctx)?;
    if store::hold_open(ctx, work, case).await? { Ok(()) } else { Err(closed()) }
}

/// The open case, held until the transaction ends, for one who may do `act` to it.
async fn get_for(ctx: &Ctx, work: &mut Work, case: Id, act: Act) -> Result<Case> {
    access::require(ctx, work, &CASE, case, act).await?;
    require_post(ctx)?;
    if !store::hold_open(ctx, work, case).await? {
        return Err(closed());
    }
    store::get(ctx, work, case).await
}

/// A fact about a case: area, household and the person at its centre are the case's.
async fn fact_of(ctx: &Ctx, work: &mut Work, case: &Case, kind: &'static FactKind, on: Date) -> Result<Fact> {
    let persons = store::list_person_ids(ctx, work, case.id).await?;
    let mut fact = Fact::new(kind, on, (&CASE, case.id));
    fact.area = Some(case.area_id);
    fact.household = case.household_id;
    fact.person = persons.iter().find(|(_, main)| *main).map(|(id, _)| *id);
    Ok(fact)
}

/// Support begins from an open consultation of a known person, in an area where one may lead.
async fn list_next_steps(ctx: &Ctx, conn: &mut Conn, kind: Kind, record: Id) -> Result<Vec<NextStep>> {
    if *kind != CONSULTATION {
        return Ok(Vec::new());
    }
    let consultation = consultation::get(ctx, conn, record).await?;
    let waits = consultation.outcome == "open" && consultation.person_id.is_some();
    let may = waits
        && match access::allowed(ctx, conn, &AREA, consultation.area_id, LEAD).await {
            // The area was dissolved since: nobody opens a case in it.
            Err(Error::NotFound) => false,
            answer => answer?,
        };
    Ok(may
        .then(|| NextStep {
            hint: Words("支援を始めます。", "Support begins."),
            label: Words("支援を始める", "Begin support"),
            href: format!("/cases/new?consultation={record}"),
        })
        .into_iter()
        .collect())
}
