//! 気づき: what anyone notices, with or without an account, and its triage.
//!
//! A resident reports in under a minute and gets a receipt number. Whoever
//! carries `notice_triage` in the area takes note, and decides: an intake
//! follows, or it is answered. A reporter with an account sees the answer; a
//! receipt number shows received / read / finished and nothing else, the same
//! whatever came of it (#21, #25).
//!
//! A reporter with an account and those who triage add files; the reporter sees own ones
//! alone. Whoever reported with an account corrects it, or strikes it out, until it is decided; those
//! who triage do so at any time, move it to another area, and take a decision back.
//!
//! A decision that passes a notice on names to whom: a watcher, an agency, the record of a later room that
//! takes it over, or the notice that said the same before. Whoever is asked accepts or declines, and tells what
//! came of it (`request.rs`).
//!
//! Deliberately absent: files from people without an account, and any way to see a notice's text again
//! with the receipt number alone.

#[macro_use]
mod sight;

pub mod api;
pub mod correct;
mod correct_pages;
pub mod due;
pub mod facts;
pub mod held;
pub mod list;
pub mod may;
mod messages;
pub mod model;
pub mod pages;
pub mod public;
pub mod request;
mod request_pages;
pub mod store;
mod thread;

pub use model::{NoticeCorrection, NoticeForm, TriageForm};
pub use request::{NoticeAnswerForm, NoticeRequestForm};
pub use store::{Notice, get};

use jiff::civil::Date;
use sasae_core::clock::tokyo_date;
use sasae_core::id::{Id, receipt_number};
use sasae_db::Conn;

use crate::access::{self, Act, Guard, Kind, RecordKind, Sight};
use crate::attachment::AttachmentRule;
use crate::correction::CorrectionRule;
use crate::correction::pages::{STRUCK_OUT, struck_out};
use crate::ctx::{Actor, Ctx, Work};
use crate::error::{Error, Result};
use crate::fact::{self, DoneBy, Fact};
use crate::handover::{self, Handover, NewHandover, Outcome, Receiver};
use crate::lang::{Text, Words};
use crate::message::{self, NewMessage};
use crate::person::{self, PERSON, PersonRow};
use crate::profile::Needs;
use crate::room::{Due, DueLimit, NavEntry, NavSection, NextStep, RecordButton, Room, always};
use crate::web::ui::parts::Tone;
use crate::web::{Gate, Limit, Routes};

/// To decide what becomes of a notice.
pub const TRIAGE: Act = Act::new("triage");
/// To add files.
pub const ATTACH: Act = Act::new("attach");

/// 気づき.
pub static NOTICE: RecordKind = RecordKind {
    code: "notice",
    name: Words("気づき", "Notice"),
    path: Some("/notices/"),
    guard: Some(Guard { facts: store::FACTS, visible: store::VISIBLE }),
};

/// つなぎ of a notice: what is asked of a watcher, an agency or the lead of a case.
pub static REQUEST: RecordKind = RecordKind::plain("notice_request", Words("気づきのつなぎ", "Request for a notice"));

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    migrations: &[
        sasae_db::migration!("0001_notice"),
        sasae_db::migration!("0005_notice_sender"),
        sasae_db::migration!("0008_notice_request"),
    ],
    kinds: &[&NOTICE, &REQUEST],
    acts: &[TRIAGE, ATTACH],
    policy: include_str!("policy.cedar"),
    page_of: Some(|ctx, conn, kind, id| Box::pin(page_of(ctx, conn, kind, id))),
    called: Some(|ctx, conn, kind, id| Box::pin(called(ctx, conn, kind, id))),
    draw: Some(|ctx, conn, _, id| Box::pin(thread::draw(ctx, conn, id))),
    facts: &[&facts::RECEIVED, &facts::TRIAGED],
    messages: &[
        &messages::RECEIVED,
        &messages::URGENT,
        &messages::ANSWERED,
        &messages::ASKED,
        &messages::REQUEST_ANSWERED,
    ],
    nav: &[NavEntry {
        section: NavSection::Support,
        label: Words("気づき", "Notices"),
        href: "/notices",
        shown: always,
    }],
    record: &[RecordButton {
        href: "/notices/new",
        tone: Tone::Info,
        label: Words("気づき", "A notice"),
        hint: Words("気になったことを知らせる", "Something you noticed"),
        shown: always,
    }],
    held: Some(held::BY),
    placed: Some(held::PLACED),
    due: Some(|ctx, conn, limit| Box::pin(list_due(ctx, conn, limit))),
    lists: &[&list::NOTICES],
    happenings: Some(|ctx, conn, person, most| Box::pin(store::list_about(ctx, conn, person, most))),
    next_steps: Some(|ctx, _, kind, record| Box::pin(async move { Ok(next_steps(ctx, kind, record)) })),
    attachments: &[AttachmentRule {
        add: ATTACH,
        see: TRIAGE,
        erase: TRIAGE,
        closed: Some(|ctx, conn, id| Box::pin(why_closed(ctx, conn, id))),
        ..AttachmentRule::usual(&NOTICE)
    }],
    corrections: &[CorrectionRule { see: TRIAGE, ..CorrectionRule::usual(&NOTICE) }],
    needs: Needs {
        functions: &[&may::REPORT, &may::TRIAGE],
        vocabularies: &[
            ("notice_kind", &["other"]),
            ("notice_outcome", &["consultation", "watch", "referred", "duplicate", "no_action"]),
        ],
        deadlines: &["notice_acknowledge", "notice_answer"],
    },
    ..Room::new("notice", Words("気づき", "Notices"))
};

/// Why a record takes no more files: it was struck out.
async fn why_closed(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<Text>> {
    let struck = store::get(ctx, conn, id).await?.struck_at.is_some();
    Ok(struck.then(|| STRUCK_OUT.into()))
}

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const LIST: Words = Words("気づきの一覧", "List of notices");
    const NEW: Words = Words("気づきの記録", "Recording a notice");
    const ONE: Words = Words("気づきの画面", "A notice");
    const DECISION: Words = Words("気づきの扱いの決定", "Decision on a notice");
    const ASKING: Words = Words("気づきをつなぐ相手の選び直し", "Asking somebody else for a notice");
    const ANSWERING: Words = Words("気づきのことで頼まれたことへの返事", "Answer to what is asked for a notice");
    const CORRECTION: Words = Words("気づきの訂正", "Correcting a notice");
    const STRIKING: Words = Words("気づきの取り消し", "Striking out a notice");
    const RESTORING: Words = Words("気づきの取り消しの撤回", "Restoring a notice");
    const TAKING_BACK: Words = Words("気づきの扱いの決定の取り消し", "Taking back the decision on a notice");
    let limit = Limit::per_minute(routes.settings().notices_per_minute);
    let triages = Gate::Function(&may::TRIAGE);
    routes
        .get("/", Gate::Public, Words("気づきの届け出（だれでも）", "Report by anyone"), public::show_form)
        .post(
            "/report",
            Gate::Public,
            Words("気づきの届け出（だれでも）", "Report by anyone"),
            limit.around(public::report),
        )
        .get("/report/done", Gate::Public, Words("届け出の受付番号", "Receipt of a report"), public::show_done)
        .get("/receipt", Gate::Public, Words("受付番号での確認", "Asking with a receipt number"), public::show_receipt)
        .get("/notices", Gate::Staff, LIST, list::show)
        .get("/notices/new", Gate::Staff, NEW, pages::show_new)
        .post("/notices", Gate::Staff, NEW, pages::report)
        .get("/notices/{id}", Gate::Staff, ONE, pages::show)
        .post("/notices/{id}/read", triages, Words("気づきの受け取り", "Taking note of a notice"), pages::take_note)
        .post("/notices/{id}/triage", triages, DECISION, pages::triage)
        .get("/notices/{id}/requests/new", triages, ASKING, request_pages::show_ask)
        .post("/notices/{id}/requests", triages, ASKING, request_pages::ask)
        .post("/notices/{id}/requests/{request}/answer", Gate::Staff, ANSWERING, request_pages::answer)
        .get("/notices/{id}/correct", Gate::Staff, CORRECTION, correct_pages::show_correct)
        .post("/notices/{id}/correct", Gate::Staff, CORRECTION, correct_pages::correct)
        .get("/notices/{id}/strike", Gate::Staff, STRIKING, correct_pages::show_strike)
        .post("/notices/{id}/strike", Gate::Staff, STRIKING, correct_pages::strike)
        .get("/notices/{id}/restore", triages, RESTORING, correct_pages::show_restore)
        .post("/notices/{id}/restore", triages, RESTORING, correct_pages::restore)
        .get("/notices/{id}/take-back", triages, TAKING_BACK, correct_pages::show_take_back)
        .post("/notices/{id}/take-back", triages, TAKING_BACK, correct_pages::take_back)
        .api_get("/api/notices", Gate::Staff, LIST, api::list)
        .api_post("/api/notices", Gate::Staff, NEW, api::report)
        .api_get("/api/notices/{id}", Gate::Staff, ONE, api::show)
        .api_post("/api/notices/{id}/triage", triages, DECISION, api::triage)
        .api_post("/api/notices/{id}/requests", triages, ASKING, api::ask)
        .api_post("/api/notices/{id}/requests/{request}/answer", Gate::Staff, ANSWERING, api::answer)
        .api_post("/api/notices/{id}/correct", Gate::Staff, CORRECTION, api::correct)
        .api_post("/api/notices/{id}/strike", Gate::Staff, STRIKING, api::strike)
        .api_post("/api/notices/{id}/restore", triages, RESTORING, api::restore)
        .api_post("/api/notices/{id}/take-back", triages, TAKING_BACK, api::take_back)
}

/// What the reporter gets.
#[derive(Debug, Clone)]
pub struct Reported {
    /// The notice.
    pub id: Id,
    /// The number with which to see later whether it was read.
    pub receipt: String,
}

/// Takes a notice in: from anyone, or from a person with an account.
pub async fn report(ctx: &Ctx, work: &mut Work, form: &NoticeForm) -> Result<Reported> {
    let new = model::check_notice(ctx, form)?;
    crate::area::get_today(ctx, work, "area", new.area).await?;
    if let Some(person) = new.person {
        access::require_sight(ctx, work, &PERSON, person).await?;
    }
    let id = ctx.new_id();
    let receipt = receipt_number(ctx.app().clock().random_bytes::<8>());
    store::insert(ctx, work, id, &receipt, &new).await?;
    let from_label = match ctx.actor() {
        Actor::Staff(staff) => staff.name.clone(),
        // Who it was is said in the reader's language, where it is shown.
        Actor::Public | Actor::System(_) => String::new(),
    };
    let on = ctx.today();
    let urgent = new.urgent;
    let handover = NewHandover {
        kind: "notice",
        subject: (&NOTICE, id),
        from_label,
        to: receivers(new.area),
        acknowledge_by: if urgent { on } else { ctx.due("notice_acknowledge", on)? },
        answer_by: if urgent { on } else { ctx.due("notice_answer", on)? },
        keeper: ctx.staff_id(),
    };
    let handed_on = handover::hand_on(ctx, work, &handover).await?;
    tell_receivers(ctx, work, (id, &receipt), (new.area, urgent), (handed_on, handover.acknowledge_by)).await?;
    let mut fact = Fact::new(&facts::RECEIVED, on, (&NOTICE, id));
    fact.area = Some(new.area);
    fact.person = new.person;
    fact.about.clone_from(&new.kind);
    fact.method.clone_from(&new.channel);
    fact::record(ctx, work, &fact).await?;
    ctx.wrote(&NOTICE, id);
    Ok(Reported { id, receipt })
}

/// To whom a notice is handed: those who triage in its area.
fn receivers(area: Id) -> Receiver {
    Receiver::Area { area, function: may::TRIAGE.code }
}

/// Tells those who triage in the area of a notice that it has come to them.
async fn tell_receivers(
    ctx: &Ctx,
    work: &mut Work,
    (id, receipt): (Id, &str),
    (area, urgent): (Id, bool),
    (handover, acknowledge_by): (Id, Date),
) -> Result<()> {
    let message = NewMessage {
        occasion: if urgent { &messages::URGENT } else { &messages::RECEIVED },
        about: (&NOTICE, id),
        number: receipt,
        handover: Some(handover),
        due: Some(acknowledge_by),
    };
    message::send(ctx, work, &receivers(area), &message).await
}

/// Takes note of a notice: the reporter sees 「読みました」.
pub async fn take_note(ctx: &Ctx, work: &mut Work, id: Id) -> Result<()> {
    access::require(ctx, work, &NOTICE, id, TRIAGE).await?;
    store::set_read(ctx, work, id).await?;
    if let Some(open) = handover::find_open(ctx, work, id).await? {
        handover::acknowledge(ctx, work, open.id).await?;
        message::recall(ctx, work, open.id).await?;
    }
    ctx.wrote(&NOTICE, id);
    Ok(())
}

/// Decides what becomes of a notice. With the outcome `consultation` an intake follows, which answers the
/// hand-over when it is settled; what is the same as a notice that still waits is answered with it; every other
/// outcome answers at once. An outcome that passes it on asks somebody, who answers by a day.
pub async fn triage(ctx: &Ctx, work: &mut Work, id: Id, form: &TriageForm, seen: i64) -> Result<()> {
    access::require(ctx, work, &NOTICE, id, TRIAGE).await?;
    let notice = store::get(ctx, work, id).await?;
    if notice.struck_at.is_some() {
        return Err(struck_out());
    }
    if notice.triage.is_some() {
        return Err(Error::refused(
            "この気づきは、もう扱いが決まっています。",
            "It has already been decided what becomes of this notice.",
        ));
    }
    let decision = model::check_triage(ctx, form)?;
    let target = request::check(ctx, work, &notice, &decision.outcome, &form.request()).await?;
    let mut answer_text = decision.answer.clone();
    let waits = match &target {
        request::Target::Same(original) if decision.answer.is_empty() => {
            let handed = handover::list_of(ctx, work, *original).await?;
            // What the first one was answered is the answer to this one, too.
            answer_text = handed
                .iter()
                .rev()
                .find(|one| one.answered_at.is_some())
                .map(|one| one.answer.clone())
                .unwrap_or_default();
            handed.iter().any(|one| one.answered_at.is_none())
        }
        request::Target::Same(_) => false,
        _ => decision.becomes_consultation(),
    };
    store::set_triage(ctx, work, id, &decision, seen).await?;
    if let Some(open) = handover::find_open(ctx, work, id).await? {
        if waits {
            handover::acknowledge(ctx, work, open.id).await?;
            message::recall(ctx, work, open.id).await?;
        } else {
            answer(ctx, work, id, &open, &answer_text).await?;
        }
    }
    let notice = store::get(ctx, work, id).await?;
    request::ask(ctx, work, &notice, &decision.outcome, target).await?;
    if let Some(fact) = triaged_fact(&notice, ctx.staff_id()) {
        fact::record(ctx, work, &fact).await?;
    }
    ctx.wrote(&NOTICE, id);
    Ok(())
}

/// That a notice came, as it stands.
fn received_fact(notice: &Notice) -> Fact {
    let mut fact = Fact::new(&facts::RECEIVED, notice.received_on, (&NOTICE, notice.id));
    fact.by = DoneBy::Known(notice.reporter_staff);
    fact.area = Some(notice.area_id);
    fact.person = notice.person_id;
    fact.about.clone_from(&notice.kind);
    fact.method.clone_from(&notice.channel);
    fact
}

/// That it was decided, and by whom; `None` as long as it is not.
fn triaged_fact(notice: &Notice, by: Option<Id>) -> Option<Fact> {
    let (outcome, at) = (notice.triage.as_ref()?, notice.triaged_at?);
    let mut fact = Fact::new(&facts::TRIAGED, tokyo_date(at), (&NOTICE, notice.id));
    fact.by = DoneBy::Known(by);
    fact.area = Some(notice.area_id);
    fact.about.clone_from(outcome);
    Some(fact)
}

/// Says about which person a notice is, once that is known.
pub async fn name_person(ctx: &Ctx, work: &mut Work, id: Id, person: Id) -> Result<()> {
    store::set_person(ctx, work, id, Some(person)).await?;
    let notice = store::get(ctx, work, id).await?;
    fact::record(ctx, work, &received_fact(&notice)).await?;
    ctx.wrote(&NOTICE, id);
    Ok(())
}

/// Answers the reporter of a notice whose concern has been settled by a later
/// room; a notice that was answered already stays as it is.
pub async fn answer_reporter(ctx: &Ctx, work: &mut Work, id: Id, text: &str) -> Result<()> {
    match handover::find_open(ctx, work, id).await? {
        Some(open) => answer(ctx, work, id, &open, text).await,
        None => Ok(()),
    }
}

/// The person of a notice, for one who may decide on it and sees the person.
async fn find_person(ctx: &Ctx, conn: &mut Conn, notice: &Notice, sight: &Sight) -> Result<Option<PersonRow>> {
    match notice.person_id.filter(|_| sight.may(TRIAGE)) {
        Some(person) => person::find_row(ctx, conn, person).await,
        None => Ok(None),
    }
}

/// Settles the hand-over of a notice, and those of the notices that said the same and wait with it.
async fn answer(ctx: &Ctx, work: &mut Work, id: Id, open: &Handover, text: &str) -> Result<()> {
    answer_one(ctx, work, id, open, text).await?;
    for same in store::list_same(ctx, work, id).await? {
        if let Some(open) = handover::find_open(ctx, work, same).await? {
            answer_one(ctx, work, same, &open, text).await?;
            ctx.wrote(&NOTICE, same);
        }
    }
    Ok(())
}

/// Settles the hand-over of one notice, and tells the reporter that there is an answer.
async fn answer_one(ctx: &Ctx, work: &mut Work, id: Id, open: &Handover, text: &str) -> Result<()> {
    handover::answer(ctx, work, open.id, Outcome::Done, text).await?;
    message::recall(ctx, work, open.id).await?;
    let Some(reporter) = open.from_staff else { return Ok(()) };
    let message = NewMessage {
        occasion: &messages::ANSWERED,
        about: (&NOTICE, id),
        number: "",
        handover: Some(open.id),
        due: None,
    };
    message::send(ctx, work, &Receiver::Staff(reporter), &message).await
}

/// A notice has its page, on which its requests are shown.
async fn page_of(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<Option<(Kind, Id)>> {
    let notice = if *kind == REQUEST { store::find_notice_of(ctx, conn, id).await? } else { Some(id) };
    let Some(notice) = notice else { return Ok(None) };
    let stands = store::is_standing(ctx, conn, notice).await?;
    Ok(stands.then_some((&NOTICE as Kind, notice)))
}

/// What kind of thing was noticed, and where.
async fn called(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<Option<String>> {
    if *kind != NOTICE {
        return Ok(None);
    }
    let notice = store::get(ctx, conn, id).await?;
    Ok(Some(format!("{}（{}）", ctx.profile().label("notice_kind", &notice.kind, ctx.lang()), notice.area_name)))
}

/// What notices ask of the reader.
async fn list_due(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let mut due = store::list_due(ctx, conn, limit).await?;
    due.extend(store::list_requests_due(ctx, conn, limit).await?);
    Ok(due)
}

/// A concern about a person.
fn next_steps(ctx: &Ctx, kind: Kind, record: Id) -> Vec<NextStep> {
    if *kind != PERSON || !ctx.may(&may::REPORT) {
        return Vec::new();
    }
    vec![NextStep {
        hint: Words("気になったことを知らせます。", "Tell what you noticed."),
        label: Words("気づきを知らせる", "Report a concern"),
        href: format!("/notices/new?person={record}"),
    }]
}

/// Whether it was decided that a notice becomes a consultation.
pub async fn waits_for_intake(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<bool> {
    let notice = store::get(ctx, conn, id).await?;
    Ok(notice.struck_at.is_none() && notice.triage.as_deref() == Some("consultation"))
}
