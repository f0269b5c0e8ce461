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
//! write holds the open case until it commits; only what was wrong is put right. Names of persons come through
//! the row rule of persons alone, so a case never shows whom its reader may not
//! see. A title or a hand-over carries no name of a person.
//!
//! What was wrong is put right with a reason, also after the closing: title, area and whose case it is,
//! what an entry says; an entry is struck out or moved to the case where it belongs, a person who was
//! named by mistake leaves, a closing is taken back, and a case that was opened by mistake is struck out.
//! What stood before stays in the history.
//!
//! Deliberately absent: deleting a record, and reopening a case because something new came up (a new
//! consultation is taken).

#[macro_use]
mod sight;

pub mod api;
mod closing;
pub mod correct;
mod correct_api;
pub mod correct_case;
pub mod correct_course;
pub mod correct_head;
mod course;
pub mod due;
pub mod entry;
pub mod facts;
pub mod grounds;
pub mod held;
pub mod may;
mod messages;
pub mod model;
mod opening;
pub mod pages;
pub mod store;
mod team;
mod thread;

pub use closing::close;
pub use course::{assess, contact, judge_goal, make_plan, monitor};
pub use model::{
    AnswerForm, AssessmentForm, CloseForm, ContactForm, GoalForm, LeadForm, MonitoringForm, OWN_FIELDS, OpenForm,
    PersonForm, PlanForm, RoleForm,
};
pub use opening::{name_person, open};
pub use team::{agree, answer_role, ask, change_lead, done_role, end_role, handovers_of, note_lead};

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::Conn;

use crate::access::{self, Act, Guard, Kind, RecordKind};
use crate::area::{self, AREA};
use crate::attachment::AttachmentRule;
use crate::consultation::{self, CONSULTATION};
use crate::correction::CorrectionRule;
use crate::correction::pages::{STRUCK_OUT, struck_out};
use crate::ctx::{Actor, Ctx, Work};
use crate::error::{Error, Result};
use crate::fact::{Fact, FactKind};
use crate::handover::Receiver;
use crate::lang::{Text, Words};
use crate::notice::NOTICE;
use crate::profile::Needs;
use crate::room::{NavEntry, NavSection, NextStep, RecordButton, Room, Taker, always};
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
/// To decide who leads a case and who does what in it: to ask for roles, to withdraw and end them, to agree
/// on them, and to change the lead.
pub const STEER: Act = Act::refused_with(
    "steer",
    Words(
        "主担当と役割を決められるのは、主担当、この区域のスーパーバイザー、この区域で支援を始められる人です。",
        "Only the lead, the supervisor of this area and those who open cases in it decide on lead and roles.",
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
    migrations: &[
        sasae_db::migration!("0001_case", both),
        sasae_db::migration!("0003_case_struck"),
        sasae_db::migration!("0004_case_asked"),
        sasae_db::migration!("0033_case_role_once"),
    ],
    kinds: &[&CASE, &ROLE, &entry::CONTACT, &entry::ASSESSMENT, &entry::PLAN, &entry::MONITORING],
    acts: &[CLOSE, STEER, LEAD],
    policy: include_str!("policy.cedar"),
    page_of: Some(|ctx, conn, kind, id| Box::pin(page_of(ctx, conn, kind, id))),
    draw: Some(|ctx, conn, _, id| Box::pin(thread::draw(ctx, conn, id))),
    called: Some(|ctx, conn, kind, id| Box::pin(called(ctx, conn, kind, id))),
    facts: &[
        &facts::OPENED,
        &facts::ROLES_AGREED,
        &facts::ASSESSED,
        &facts::PLAN_MADE,
        &facts::CONTACT,
        &facts::MONITORED,
        &facts::CLOSED,
    ],
    messages: &[&messages::ASKED, &messages::ANSWERED, &messages::LEADS],
    nav: &[NavEntry { section: NavSection::Support, label: Words("支援", "Cases"), href: "/cases", shown: always }],
    record: &[RecordButton {
        href: "#own-cases",
        tone: Tone::Plain,
        label: Words("支援の記録", "A contact"),
        hint: Words("連絡・訪問を書く", "A call or a visit in a case"),
        shown: works_on_cases,
    }],
    record_below: Some(|ctx| Box::pin(pages::own::section(ctx))),
    lists: &[&pages::list::CASES],
    held: Some(held::BY),
    placed: Some(held::PLACED),
    due: Some(|ctx, conn, limit| Box::pin(store::list_due(ctx, conn, limit))),
    follow: Some(|ctx, work, kind, id| Box::pin(grounds::follow_record(ctx, work, kind, id))),
    found_by: Words("支援の番号や題名", "the number or title of a case"),
    search: Some(|ctx, conn, text, most| Box::pin(store::list_found(ctx, conn, text, most))),
    happenings: Some(|ctx, conn, person, most| Box::pin(store::list_happenings(ctx, conn, person, most))),
    next_steps: Some(|ctx, conn, kind, record| Box::pin(list_next_steps(ctx, conn, kind, record))),
    standing: Some(|ctx, conn, person| Box::pin(store::list_standing(ctx, conn, person))),
    takers: &[&TAKES_NOTICE],
    attachments: &[AttachmentRule {
        closed: Some(|ctx, conn, case| Box::pin(why_closed(ctx, conn, case))),
        hold: Some(|ctx, work, case| Box::pin(hold(ctx, work, case))),
        ..AttachmentRule::usual(&CASE)
    }],
    corrections: &[CorrectionRule { parts: &[("area", Act::SEE_ADDRESS)], ..CorrectionRule::usual(&CASE) }],
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

/// 支援中の世帯の担当へ: a notice about people whom a case supports goes to its lead.
static TAKES_NOTICE: Taker = Taker {
    takes: &NOTICE,
    outcome: "case",
    kind: &CASE,
    label: Words("どの支援の担当へ渡しますか", "To the lead of which case?"),
    list: |ctx, conn, handed, most| Box::pin(store::list_taking(ctx, conn, handed, most)),
    receiver: |ctx, conn, case| {
        Box::pin(async move { Ok(store::find_taking_lead(ctx, conn, case).await?.map(Receiver::Staff)) })
    },
};

/// Whether somebody works in case teams.
fn works_on_cases(ctx: &Ctx) -> bool {
    ctx.may(&may::MEMBER) || ctx.may(&may::LEAD)
}

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const LIST: Words = Words("支援の一覧", "List of cases");
    const OPENING: Words = Words("支援の開始", "Opening a case");
    const ONE: Words = Words("支援の記録", "A case");
    const PERSONS: Words = Words("支援する人の追加", "Naming a person in a case");
    const ASK: Words = Words("支援の役割の依頼", "Asking for a role in a case");
    const ANSWER: Words = Words("支援の役割への返事", "Answer to a role in a case");
    const DONE: Words = Words("支援の役割の済み", "Doing what a role asks");
    const END: Words = Words("支援の役割の終了", "Ending a role in a case");
    const AGREEMENT: Words = Words("主担当と役割の合意", "Agreement on lead and roles");
    const LEADS: Words = Words("主担当の交替", "Changing the lead of a case");
    const LEAD_SEEN: Words = Words("主担当になった確認", "Taking note of a case that one leads");
    const ASSESSMENT: Words = Words("アセスメント", "An assessment");
    const PLAN: Words = Words("支援の計画", "The plan of a case");
    const GOAL: Words = Words("支援の目標のようす", "What became of a goal");
    const CONTACTS: Words = Words("連絡と訪問の一覧", "Contacts of a case");
    const CONTACT: Words = Words("連絡と訪問の記録", "A contact");
    const MONITORING: Words = Words("モニタリング", "A monitoring");
    const CLOSING: Words = Words("支援の終了", "Closing a case");
    const LEAVING: Words = Words("支援する人から外すこと", "Taking a person out of a case");
    const HEAD_CORRECTION: Words = Words("支援の訂正", "Correcting a case");
    const CASE_STRIKING: Words = Words("支援の開始の取り消し", "Striking out a case");
    const CASE_RESTORING: Words = Words("支援の開始の取り消しの撤回", "Restoring a case");
    const REOPENING: Words = Words("支援の終了の取り消し", "Taking back the closing of a case");
    const CORRECTION: Words = Words("連絡と訪問の訂正", "Correcting a contact");
    const ASSESSMENT_CORRECTION: Words = Words("アセスメントの訂正", "Correcting an assessment");
    const PLAN_CORRECTION: Words = Words("支援の計画の訂正", "Correcting a plan");
    const MONITORING_CORRECTION: Words = Words("モニタリングの訂正", "Correcting a monitoring");
    const STRIKING: Words = Words("支援の記録の取り消し", "Striking out an entry of a case");
    const RESTORING: Words = Words("支援の記録の取り消しの撤回", "Restoring an entry of a case");
    const MOVING: Words = Words("支援の記録を移すこと", "Moving an entry to another case");
    let lead = Gate::Function(&may::LEAD);
    routes
        .get("/cases", Gate::Staff, LIST, pages::list::show)
        .get("/cases/new", lead, OPENING, pages::open::show)
        .post("/cases", lead, OPENING, pages::open::open)
        .get("/cases/{id}", Gate::Staff, ONE, pages::show::show)
        .post("/cases/{id}/persons", Gate::Staff, PERSONS, pages::open::name_person)
        .get("/cases/{id}/roles/new", Gate::Staff, ASK, pages::team::show_ask)
        .post("/cases/{id}/roles", Gate::Staff, ASK, pages::team::ask)
        .post("/cases/{id}/roles/{role}/answer", Gate::Staff, ANSWER, pages::team::answer)
        .post("/cases/{id}/roles/{role}/done", Gate::Staff, DONE, pages::team::done)
        .post("/cases/{id}/roles/{role}/end", Gate::Staff, END, pages::team::end)
        .post("/cases/{id}/agree", Gate::Staff, AGREEMENT, pages::team::agree)
        .get("/cases/{id}/lead", Gate::Staff, LEADS, pages::team::show_lead)
        .post("/cases/{id}/lead", Gate::Staff, LEADS, pages::team::change_lead)
        .post("/cases/{id}/lead/seen", Gate::Staff, LEAD_SEEN, pages::team::note_lead)
        .get("/cases/{id}/assessments/new", Gate::Staff, ASSESSMENT, pages::assessment::show_new)
        .post("/cases/{id}/assessments", Gate::Staff, ASSESSMENT, pages::assessment::assess)
        .get("/cases/{id}/assessments/{record}", Gate::Staff, ASSESSMENT, pages::assessment::show)
        .get("/cases/{id}/plans/new", Gate::Staff, PLAN, pages::plan::show_new)
        .post("/cases/{id}/plans", Gate::Staff, PLAN, pages::plan::make)
        .get("/cases/{id}/plans/{record}", Gate::Staff, PLAN, pages::plan::show)
        .post("/cases/{id}/goals/{goal}", Gate::Staff, GOAL, pages::plan::judge)
        .get("/cases/{id}/contacts/new", Gate::Staff, CONTACT, pages::contact::show_new)
        .get("/cases/{id}/contacts", Gate::Staff, CONTACTS, pages::contact::list)
        .post("/cases/{id}/contacts", Gate::Staff, CONTACT, pages::contact::record)
        .get("/cases/{id}/contacts/{record}", Gate::Staff, CONTACT, pages::contact::show)
        .get("/cases/{id}/monitoring/new", Gate::Staff, MONITORING, pages::monitoring::show_new)
        .post("/cases/{id}/monitoring", Gate::Staff, MONITORING, pages::monitoring::monitor)
        .get("/cases/{id}/monitoring/{record}", Gate::Staff, MONITORING, pages::monitoring::show)
        .get("/cases/{id}/close", Gate::Staff, CLOSING, pages::close::show)
        .post("/cases/{id}/close", Gate::Staff, CLOSING, pages::close::close)
        .get("/cases/{id}/persons/{person}/end", Gate::Staff, LEAVING, pages::correct::show_end_person)
        .post("/cases/{id}/persons/{person}/end", Gate::Staff, LEAVING, pages::correct::end_person)
        .get("/cases/{id}/correct", Gate::Staff, HEAD_CORRECTION, pages::correct_head::show)
        .post("/cases/{id}/correct", Gate::Staff, HEAD_CORRECTION, pages::correct_head::correct)
        .get("/cases/{id}/strike", Gate::Staff, CASE_STRIKING, pages::correct_case::show_strike)
        .post("/cases/{id}/strike", Gate::Staff, CASE_STRIKING, pages::correct_case::strike)
        .get("/cases/{id}/restore", Gate::Staff, CASE_RESTORING, pages::correct_case::show_restore)
        .post("/cases/{id}/restore", Gate::Staff, CASE_RESTORING, pages::correct_case::restore)
        .get("/cases/{id}/reopen", Gate::Staff, REOPENING, pages::correct::show_reopen)
        .post("/cases/{id}/reopen", Gate::Staff, REOPENING, pages::correct::reopen)
        .get("/cases/{id}/contacts/{record}/correct", Gate::Staff, CORRECTION, pages::correct::show_correct_contact)
        .post("/cases/{id}/contacts/{record}/correct", Gate::Staff, CORRECTION, pages::correct::correct_contact)
        .get(
            "/cases/{id}/assessments/{record}/correct",
            Gate::Staff,
            ASSESSMENT_CORRECTION,
            pages::correct_course::show_assessment,
        )
        .post(
            "/cases/{id}/assessments/{record}/correct",
            Gate::Staff,
            ASSESSMENT_CORRECTION,
            pages::correct_course::correct_assessment,
        )
        .get("/cases/{id}/plans/{record}/correct", Gate::Staff, PLAN_CORRECTION, pages::correct_course::show_plan)
        .post("/cases/{id}/plans/{record}/correct", Gate::Staff, PLAN_CORRECTION, pages::correct_course::correct_plan)
        .get(
            "/cases/{id}/monitoring/{record}/correct",
            Gate::Staff,
            MONITORING_CORRECTION,
            pages::correct_course::show_monitoring,
        )
        .post(
            "/cases/{id}/monitoring/{record}/correct",
            Gate::Staff,
            MONITORING_CORRECTION,
            pages::correct_course::correct_monitoring,
        )
        .get("/cases/{id}/{entries}/{record}/strike", Gate::Staff, STRIKING, pages::correct::show_strike)
        .post("/cases/{id}/{entries}/{record}/strike", Gate::Staff, STRIKING, pages::correct::strike)
        .get("/cases/{id}/{entries}/{record}/restore", Gate::Staff, RESTORING, pages::correct::show_restore)
        .post("/cases/{id}/{entries}/{record}/restore", Gate::Staff, RESTORING, pages::correct::restore)
        .get("/cases/{id}/{entries}/{record}/move", Gate::Staff, MOVING, pages::correct::show_move)
        .post("/cases/{id}/{entries}/{record}/move", Gate::Staff, MOVING, pages::correct::move_entry)
        .api_get("/api/cases", Gate::Staff, LIST, api::list)
        .api_post("/api/cases", lead, OPENING, api::open)
        .api_get("/api/cases/{id}", Gate::Staff, ONE, api::show)
        .api_post("/api/cases/{id}/persons", Gate::Staff, PERSONS, api::name_person)
        .api_post("/api/cases/{id}/roles", Gate::Staff, ASK, api::ask)
        .api_post("/api/cases/{id}/roles/{role}/answer", Gate::Staff, ANSWER, api::answer_role)
        .api_post("/api/cases/{id}/roles/{role}/done", Gate::Staff, DONE, api::done_role)
        .api_post("/api/cases/{id}/roles/{role}/end", Gate::Staff, END, api::end_role)
        .api_post("/api/cases/{id}/agree", Gate::Staff, AGREEMENT, api::agree)
        .api_post("/api/cases/{id}/lead", Gate::Staff, LEADS, api::change_lead)
        .api_post("/api/cases/{id}/lead/seen", Gate::Staff, LEAD_SEEN, api::note_lead)
        .api_post("/api/cases/{id}/assessments", Gate::Staff, ASSESSMENT, api::assess)
        .api_post("/api/cases/{id}/plans", Gate::Staff, PLAN, api::make_plan)
        .api_post("/api/cases/{id}/goals/{goal}", Gate::Staff, GOAL, api::judge_goal)
        .api_get("/api/cases/{id}/contacts", Gate::Staff, CONTACTS, api::contacts)
        .api_post("/api/cases/{id}/contacts", Gate::Staff, CONTACT, api::contact)
        .api_post("/api/cases/{id}/monitoring", Gate::Staff, MONITORING, api::monitor)
        .api_post("/api/cases/{id}/close", Gate::Staff, CLOSING, api::close)
        .api_post("/api/cases/{id}/persons/{person}/end", Gate::Staff, LEAVING, correct_api::end_person)
        .api_post("/api/cases/{id}/correct", Gate::Staff, HEAD_CORRECTION, correct_api::correct_case)
        .api_post("/api/cases/{id}/strike", Gate::Staff, CASE_STRIKING, correct_api::strike_case)
        .api_post("/api/cases/{id}/restore", Gate::Staff, CASE_RESTORING, correct_api::restore_case)
        .api_post("/api/cases/{id}/reopen", Gate::Staff, REOPENING, correct_api::reopen)
        .api_post("/api/cases/{id}/contacts/{record}/correct", Gate::Staff, CORRECTION, correct_api::correct_contact)
        .api_post(
            "/api/cases/{id}/assessments/{record}/correct",
            Gate::Staff,
            ASSESSMENT_CORRECTION,
            correct_api::correct_assessment,
        )
        .api_post("/api/cases/{id}/plans/{record}/correct", Gate::Staff, PLAN_CORRECTION, correct_api::correct_plan)
        .api_post(
            "/api/cases/{id}/monitoring/{record}/correct",
            Gate::Staff,
            MONITORING_CORRECTION,
            correct_api::correct_monitoring,
        )
        .api_post("/api/cases/{id}/{entries}/{record}/strike", Gate::Staff, STRIKING, correct_api::strike)
        .api_post("/api/cases/{id}/{entries}/{record}/restore", Gate::Staff, RESTORING, correct_api::restore)
        .api_post("/api/cases/{id}/{entries}/{record}/move", Gate::Staff, MOVING, correct_api::move_entry)
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

/// What a case that is not open answers: it was struck out, or closed.
async fn not_open(ctx: &Ctx, conn: &mut Conn, case: Id) -> Error {
    match store::is_struck(ctx, conn, case).await {
        Ok(true) => struck_out(),
        Ok(false) => closed(),
        Err(error) => error,
    }
}

const CLOSED: Words = Words(
    "この支援は終了しているため、書き足せません。新しい動きがあったときは、新しい相談として受け付けてください。",
    "This case is closed and takes no more records. If something new has come up, take it as a new consultation.",
);

/// Number and title of a case.
async fn called(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<Option<String>> {
    if *kind != CASE {
        return Ok(None);
    }
    let case = store::get(ctx, conn, id).await?;
    Ok(Some(format!("{} {}", case.number, case.title)))
}

/// A case has its page, on which its roles are shown.
async fn page_of(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<Option<(Kind, Id)>> {
    let case = match *kind == ROLE {
        true => store::find_case_of(ctx, conn, id).await?,
        false if *kind == CASE => Some(id),
        false => return Ok(Some((kind, id))),
    };
    let Some(case) = case else { return Ok(None) };
    let struck = store::is_struck(ctx, conn, case).await?;
    Ok((!struck).then_some((&CASE as Kind, case)))
}

/// Why a case takes no more files.
async fn why_closed(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Option<Text>> {
    if store::is_open(ctx, conn, case).await? {
        return Ok(None);
    }
    let struck = store::is_struck(ctx, conn, case).await?;
    Ok(Some(if struck { STRUCK_OUT.into() } else { CLOSED.into() }))
}

/// Holds the open case until the transaction ends, for a file that is added to it.
async fn hold(ctx: &Ctx, work: &mut Work, case: Id) -> Result<()> {
    require_post(ctx)?;
    if store::hold_open(ctx, work, case).await? { Ok(()) } else { Err(not_open(ctx, work, case).await) }
}

/// The open case, held until the transaction ends, for one who may do `act` to it.
async fn get_for(ctx: &Ctx, work: &mut Work, case: Id, act: Act) -> Result<Case> {
    access::require(ctx, work, &CASE, case, act).await?;
    require_post(ctx)?;
    if !store::hold_open(ctx, work, case).await? {
        return Err(not_open(ctx, work, case).await);
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
    let waits = consultation.is_open() && consultation.person_id.is_some();
    // Where the area was dissolved since, the one that goes on; where none is known, nobody opens a case in it.
    let area = area::find_standing(ctx, conn, consultation.area_id).await?;
    let may = match area {
        Some(area) if waits => access::allowed(ctx, conn, &AREA, area.id, LEAD).await?,
        _ => false,
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
