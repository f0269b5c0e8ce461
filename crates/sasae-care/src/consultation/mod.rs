//! 相談: 総合相談の受付, in any channel, with the household as the unit.
//!
//! Whoever carries `consultation_take` in the area takes an intake: who came,
//! what about, the 16 problem boxes with one marked as the worst, urgency, and
//! what the person wishes (#16, #22, #38). It becomes a case, is passed to
//! another agency, or is answered; an intake that followed a notice answers the
//! notice's reporter then. Nobody has to give a name: a consultation without a
//! person is complete, but only one with a person becomes a case.
//!
//! What was taken down wrong is corrected by whoever took it, by those who take
//! consultations in the area and by their supervisor: the wrong person, area,
//! box or word, the outcome, or the whole consultation, with a reason.
//!
//! Deliberately absent: writing down here what is learnt later. It belongs into
//! the case.

#[macro_use]
mod sight;

pub mod api;
pub mod correct;
mod correct_pages;
pub mod due;
pub mod facts;
pub mod find;
pub mod form;
pub mod held;
pub mod list;
pub mod may;
mod messages;
pub mod model;
pub mod pages;
pub mod store;
mod thread;
pub mod who;

pub use model::{IdentifyForm, IntakeCorrection, IntakeForm, SettleForm};
pub use store::{Consultation, get};

use sasae_core::id::Id;
use sasae_db::Conn;

use self::model::{ConsultationOutcome, NewIntake};
use crate::access::{self, Act, Guard, Kind, RecordKind};
use crate::area::AREA;
use crate::attachment::AttachmentRule;
use crate::correction::pages::STRUCK_OUT;
use crate::correction::{CorrectionRule, Outlook};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Fields, Result};
use crate::fact::{self, DoneBy, Fact};
use crate::lang::{Text, Words};
use crate::notice::Notice;
use crate::notice::{NOTICE, TRIAGE};
use crate::own::OwnFields;
use crate::person::PERSON;
use crate::profile::{FormAt, Needs};
use crate::room::{Due, DueLimit, NavEntry, NavSection, NextStep, RecordButton, Room};
use crate::web::ui::parts::Tone;
use crate::web::{Gate, Routes};
use crate::{area, link, notice, staff};

/// Whoever may take an intake somewhere.
const TAKES: Gate = Gate::AnyOf(&[&may::TAKE, &notice::may::TRIAGE]);

/// To take a consultation in an area.
pub const TAKE: Act = Act::new("consultation_take");

/// 相談.
pub static CONSULTATION: RecordKind = RecordKind {
    code: "consultation",
    name: Words("相談", "Consultation"),
    path: Some("/consultations/"),
    guard: Some(Guard { facts: store::FACTS, visible: store::VISIBLE }),
};

/// The fields that the municipality adds to the 相談受付票 (#37).
pub const OWN_FIELDS: OwnFields = OwnFields::new(FormAt::Intake, &[]);

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    migrations: &[sasae_db::migration!("0001_consultation", both), sasae_db::migration!("0043_consultation_held")],
    kinds: &[&CONSULTATION],
    acts: &[TAKE],
    policy: include_str!("policy.cedar"),
    draw: Some(|ctx, conn, _, id| Box::pin(thread::draw(ctx, conn, id))),
    facts: &[&facts::TAKEN],
    nav: &[NavEntry {
        section: NavSection::Support,
        label: Words("相談", "Consultations"),
        href: "/consultations",
        shown: |ctx| ctx.may(&may::TAKE) || ctx.may_code("case_lead") || ctx.may(&access::may::SUPERVISE),
    }],
    record: &[RecordButton {
        href: "/consultations/new",
        tone: Tone::Good,
        label: Words("相談", "A consultation"),
        hint: Words("来所・電話などの相談を受け付ける", "Someone came, called or wrote"),
        shown: |ctx| ctx.may(&may::TAKE),
    }],
    messages: &[&messages::PASSED_ON],
    held: Some(held::BY),
    placed: Some(held::PLACED),
    due: Some(|ctx, conn, limit| Box::pin(list_due(ctx, conn, limit))),
    lists: &[&list::CONSULTATIONS],
    found_by: Words("相談の書き出し", "the first words of a consultation"),
    search: Some(|ctx, conn, text, most| Box::pin(store::list_found(ctx, conn, text, most))),
    happenings: Some(|ctx, conn, person, most| Box::pin(store::list_of_person(ctx, conn, person, most))),
    next_steps: Some(|ctx, conn, kind, record| Box::pin(list_next_steps(ctx, conn, kind, record))),
    attachments: &[AttachmentRule {
        closed: Some(|ctx, conn, id| Box::pin(why_closed(ctx, conn, id))),
        ..AttachmentRule::usual(&CONSULTATION)
    }],
    corrections: &[CorrectionRule { parts: &[("area", Act::SEE_ADDRESS)], ..CorrectionRule::usual(&CONSULTATION) }],
    needs: Needs {
        functions: &[&may::TAKE],
        vocabularies: &[
            ("channel", &["office", "phone", "visit", "notice", "other"]),
            ("from_whom", &["self", "neighbour", "other"]),
            (
                "problem",
                &[
                    "illness_disability",
                    "housing",
                    "income",
                    "rent_loan",
                    "tax_utility",
                    "debt",
                    "job_search",
                    "job_worry",
                    "community",
                    "family",
                    "parenting",
                    "care",
                    "withdrawal",
                    "violence",
                    "no_food",
                    "other",
                ],
            ),
            ("urgency", &["urgent", "soon", "normal"]),
            ("wish", &[]),
        ],
        ..Needs::NONE
    },
    ..Room::new("consultation", Words("相談", "Consultations"))
};

/// Why a record takes no more files: it was struck out.
async fn why_closed(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<Text>> {
    let struck = store::get(ctx, conn, id).await?.struck_at.is_some();
    Ok(struck.then(|| STRUCK_OUT.into()))
}

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const LIST: Words = Words("相談の一覧", "List of consultations");
    const INTAKE: Words = Words("相談の受付", "Taking a consultation");
    const ONE: Words = Words("相談の記録", "A consultation");
    const OUTCOME: Words = Words("相談の結果", "Outcome of a consultation");
    const WHOSE: Words = Words("相談した人の確認", "Whose consultation it is");
    const CORRECTION: Words = Words("相談の訂正", "Correcting a consultation");
    const STRIKING: Words = Words("相談の取り消し", "Striking out a consultation");
    const RESTORING: Words = Words("相談の取り消しの撤回", "Restoring a consultation");
    const TAKING_BACK: Words = Words("相談の結果の決定の取り消し", "Taking back the outcome of a consultation");
    routes
        .get("/consultations", Gate::Staff, LIST, list::show)
        .get("/consultations/new", TAKES, INTAKE, form::show_new)
        .post("/consultations", TAKES, INTAKE, form::take)
        .get("/consultations/{id}", Gate::Staff, ONE, pages::show)
        .post("/consultations/{id}/settle", Gate::Staff, OUTCOME, pages::settle)
        .get("/consultations/{id}/person", Gate::Staff, WHOSE, who::show)
        .post("/consultations/{id}/person", Gate::Staff, WHOSE, who::identify)
        .get("/consultations/{id}/correct", Gate::Staff, CORRECTION, correct_pages::show_correct)
        .post("/consultations/{id}/correct", Gate::Staff, CORRECTION, correct_pages::correct)
        .get("/consultations/{id}/strike", Gate::Staff, STRIKING, correct_pages::show_strike)
        .post("/consultations/{id}/strike", Gate::Staff, STRIKING, correct_pages::strike)
        .get("/consultations/{id}/restore", Gate::Staff, RESTORING, correct_pages::show_restore)
        .post("/consultations/{id}/restore", Gate::Staff, RESTORING, correct_pages::restore)
        .get("/consultations/{id}/take-back", Gate::Staff, TAKING_BACK, correct_pages::show_take_back)
        .post("/consultations/{id}/take-back", Gate::Staff, TAKING_BACK, correct_pages::take_back)
        .api_get("/api/consultations", Gate::Staff, LIST, api::list)
        .api_post("/api/consultations", TAKES, INTAKE, api::take)
        .api_get("/api/consultations/{id}", Gate::Staff, ONE, api::show)
        .api_post("/api/consultations/{id}/settle", Gate::Staff, OUTCOME, api::settle)
        .api_post("/api/consultations/{id}/person", Gate::Staff, WHOSE, api::identify)
        .api_post("/api/consultations/{id}/correct", Gate::Staff, CORRECTION, api::correct)
        .api_post("/api/consultations/{id}/strike", Gate::Staff, STRIKING, api::strike)
        .api_post("/api/consultations/{id}/restore", Gate::Staff, RESTORING, api::restore)
        .api_post("/api/consultations/{id}/take-back", Gate::Staff, TAKING_BACK, api::take_back)
}

/// Takes an intake.
pub async fn take(ctx: &Ctx, work: &mut Work, form: &IntakeForm) -> Result<Id> {
    ctx.staff()?;
    let mut new = model::check_intake(ctx, form)?;
    let mut errors = Fields::default();
    let area = area_of(ctx, work, &new).await?;
    area::get_today(ctx, work, "area", area).await?;
    if !access::allowed(ctx, work, &AREA, area, TAKE).await? && !triages(ctx, work, new.notice, area).await? {
        errors.put(
            "area",
            "この区域の相談は受け付けられません。担当の区域を選ぶか、その区域の相談担当に頼んでください。",
            "Your posts do not let you take consultations in this area. Choose one of yours, or ask those in charge there.",
        );
    }
    check_base(ctx, work, &new, &mut errors).await?;
    (new.person, new.household) = resolve_who(ctx, work, new.person, new.household, &mut errors).await?;
    errors.into_result()?;
    let notice = match new.notice {
        Some(notice) => Some(get_ready_notice(ctx, work, notice).await?),
        None => None,
    };
    let id = ctx.new_id();
    match store::insert(ctx, work, id, area, &new).await {
        Err(Error::Db(error)) if new.notice.is_some() && error.is_unique_on("consultation") => {
            return Err(taken_already());
        }
        other => other?,
    }
    record_taken(ctx, work, id, area, &new).await?;
    if let Some(notice) = notice {
        link::link(ctx, work, (&NOTICE, notice.id), (&CONSULTATION, id)).await?;
        name_in_notice(ctx, work, &notice, new.person).await?;
    }
    ctx.wrote(&CONSULTATION, id);
    Ok(id)
}

/// Whoever decides on a notice may take the intake that follows it, in its area or within: a notice of the whole
/// city lies with somebody who may take consultations nowhere else.
async fn triages(ctx: &Ctx, conn: &mut Conn, notice: Option<Id>, area: Id) -> Result<bool> {
    let Some(notice) = notice else { return Ok(false) };
    match access::allowed(ctx, conn, &NOTICE, notice, TRIAGE).await {
        Ok(true) => {}
        Ok(false) | Err(Error::NotFound) => return Ok(false),
        Err(other) => return Err(other),
    }
    let lies = notice::get(ctx, conn, notice).await?.area_id;
    Ok(area::list_path(ctx, conn, area).await?.iter().any(|around| around.id == lies))
}

/// Settles a consultation without a case, and answers the reporter of the
/// notice that it came from.
pub async fn settle(ctx: &Ctx, work: &mut Work, id: Id, form: &SettleForm, seen: i64) -> Result<()> {
    access::require(ctx, work, &CONSULTATION, id, Act::EDIT).await?;
    let consultation = store::get(ctx, work, id).await?;
    require_open(&consultation)?;
    let decision = model::check_settle(ctx, form)?;
    store::set_outcome(ctx, work, id, decision.outcome, &decision.note, seen).await?;
    if let Some(notice) = consultation.notice_id {
        notice::answer_reporter(ctx, work, notice, &decision.answer).await?;
        ctx.wrote(&NOTICE, notice);
    }
    ctx.wrote(&CONSULTATION, id);
    Ok(())
}

/// Says whose consultation it is, once that is known. Where somebody else was named before, in it or in
/// the notice that it came from, that is a correction, with its reason.
pub async fn identify(ctx: &Ctx, work: &mut Work, id: Id, form: &IdentifyForm, seen: i64) -> Result<Outlook> {
    access::require(ctx, work, &CONSULTATION, id, Act::EDIT).await?;
    let consultation = store::get(ctx, work, id).await?;
    require_open(&consultation)?;
    let chosen = model::check_identify(ctx, form)?;
    if consultation.revision != seen {
        return Err(Error::Stale { now: consultation.revision });
    }
    let mut errors = Fields::default();
    let (person, household) = resolve_who(ctx, work, Some(chosen.person), chosen.household, &mut errors).await?;
    errors.into_result()?;
    if replaces(ctx, work, &consultation, chosen.person).await? {
        return correct::set_whose(ctx, work, &consultation, (chosen.person, household), &form.reason).await;
    }
    let area = narrowed(ctx, work, &consultation, chosen.person).await?;
    store::set_person(ctx, work, id, (chosen.person, household, area), seen).await?;
    fact::record(ctx, work, &fact_of(&consultation, area, person, household)).await?;
    if let Some(notice) = consultation.notice_id {
        let notice = notice::get(ctx, work, notice).await?;
        name_in_notice(ctx, work, &notice, person).await?;
    }
    ctx.wrote(&CONSULTATION, id);
    Ok(Outlook::default())
}

/// Whether somebody else stands where a person is chosen: in the consultation, or in its notice.
async fn replaces(ctx: &Ctx, conn: &mut Conn, consultation: &Consultation, chosen: Id) -> Result<bool> {
    let of_notice = match consultation.notice_id {
        Some(notice) => notice::get(ctx, conn, notice).await?.person_id,
        None => None,
    };
    Ok([consultation.person_id, of_notice].into_iter().flatten().any(|known| known != chosen))
}

/// Whose consultation it is, for a room whose step has asked the policy.
pub async fn person_of(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<Id>> {
    Ok(store::get(ctx, conn, id).await?.person_id)
}

/// A consultation has become a case; called by the case room in the transaction
/// that opens the case. The reporter of a notice is answered when the case closes.
pub async fn become_case(ctx: &Ctx, work: &mut Work, id: Id, into: (Kind, Id)) -> Result<()> {
    access::require(ctx, work, &CONSULTATION, id, Act::EDIT).await?;
    let consultation = store::get(ctx, work, id).await?;
    require_open(&consultation)?;
    if consultation.person_id.is_none() {
        return Err(Error::refused(
            "支援を始めるには、先に、だれの相談かを決めてください。",
            "Say first whose consultation it is; then support can begin.",
        ));
    }
    lead_to(ctx, work, &consultation, into).await
}

/// The outcome of a consultation is a case.
async fn lead_to(ctx: &Ctx, work: &mut Work, consultation: &Consultation, into: (Kind, Id)) -> Result<()> {
    store::set_outcome(ctx, work, consultation.id, ConsultationOutcome::Case, "", consultation.revision).await?;
    link::link(ctx, work, (&CONSULTATION, consultation.id), into).await?;
    ctx.wrote(&CONSULTATION, consultation.id);
    Ok(())
}

fn require_open(consultation: &Consultation) -> Result<()> {
    correct::require_standing(consultation)?;
    if consultation.is_open() {
        return Ok(());
    }
    Err(Error::refused(
        "この相談は、もう結果が決まっています。新しく分かったことは、新しい相談か支援の記録に書いてください。",
        "This consultation has been settled. Write what is new into another consultation or into the case.",
    ))
}

/// The area of an intake: what was said, or else the smallest that is known.
async fn area_of(ctx: &Ctx, conn: &mut Conn, new: &NewIntake) -> Result<Id> {
    if let Some(said) = new.area {
        return Ok(said);
    }
    if let Some(person) = new.person
        && let Some(known) = find::find_candidate(ctx, conn, person).await?
    {
        return standing(ctx, conn, known.area).await;
    }
    match area_otherwise(ctx, conn, new.notice).await? {
        Some(area) => standing(ctx, conn, area).await,
        None => Err(Error::field("area", "選んでください。", "Please choose.")),
    }
}

/// The area that goes on where one has ended; where none is known, the one that was: the check of the form asks.
async fn standing(ctx: &Ctx, conn: &mut Conn, area: Id) -> Result<Id> {
    Ok(area::find_standing(ctx, conn, area).await?.map_or(area, |standing| standing.id))
}

/// The area of an intake of which neither area nor person is known: that of the notice, or of the one
/// place in which the writer takes consultations. Whoever takes them in several places, or for the whole
/// municipality, says which area it is: a slip would leave the record with the whole city.
async fn area_otherwise(ctx: &Ctx, conn: &mut Conn, notice: Option<Id>) -> Result<Option<Id>> {
    if let Some(notice) = notice
        && access::can_see(ctx, conn, &NOTICE, notice).await?
    {
        return Ok(Some(notice::get(ctx, conn, notice).await?.area_id));
    }
    let posts = ctx.staff()?.posts.iter().filter(|post| post.carries(&may::TAKE));
    let mut places: Vec<Id> = posts.map(|post| post.area).collect();
    places.sort_unstable();
    places.dedup();
    let [place] = places.as_slice() else { return Ok(None) };
    let is_whole = area::list_path(ctx, conn, *place).await?.len() == 1;
    let has_parts = is_whole && !area::list_children(ctx, conn, *place).await?.is_empty();
    Ok((!has_parts).then_some(*place))
}

/// Where a consultation lies once its person is known: the person's area, when
/// that lies within what was said before.
async fn narrowed(ctx: &Ctx, conn: &mut Conn, consultation: &Consultation, person: Id) -> Result<Id> {
    let Some(known) = find::find_candidate(ctx, conn, person).await? else {
        return Ok(consultation.area_id);
    };
    let around = area::list_path(ctx, conn, known.area).await?;
    let within = around.iter().any(|area| area.id == consultation.area_id);
    Ok(if within { known.area } else { consultation.area_id })
}

/// The window must have been open on the day on which the consultation came.
async fn check_base(ctx: &Ctx, conn: &mut Conn, new: &NewIntake, errors: &mut Fields) -> Result<()> {
    let Some(base) = new.base else { return Ok(()) };
    let open = staff::find_base(ctx, conn, base)
        .await?
        .is_some_and(|base| base.opened_on <= new.received_on && new.received_on <= base.closed_on);
    if !open {
        errors.put(
            "base",
            "この窓口は、その日は開いていません。窓口か日付を選び直してください。",
            "This window was not in service on that day. Choose another window or date.",
        );
    }
    Ok(())
}

/// Person and household as the writer may choose them: a person whom the writer
/// may not know gets the same words as one who does not exist.
async fn resolve_who(
    ctx: &Ctx,
    conn: &mut Conn,
    person: Option<Id>,
    household: Option<Id>,
    errors: &mut Fields,
) -> Result<(Option<Id>, Option<Id>)> {
    let again = ("選び直してください。", "Please choose again.");
    let Some(person) = person else {
        if let Some(household) = household
            && !find::may_see_household(ctx, conn, household).await?
        {
            errors.put("household", again.0, again.1);
        }
        return Ok((None, household));
    };
    if !access::can_see(ctx, conn, &PERSON, person).await? {
        errors.put("person", again.0, again.1);
        return Ok((Some(person), None));
    }
    let own = find::find_household(ctx, conn, person).await?;
    if household.is_some() && household != own {
        errors.put(
            "household",
            "この人は、いまはこの世帯にいません。選び直してください。",
            "This person does not belong to this household today. Please choose again.",
        );
    }
    Ok((Some(person), own))
}

/// A notice from which an intake may follow: one that was decided so, and has none yet.
async fn get_ready_notice(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Notice> {
    access::require_sight(ctx, conn, &NOTICE, id).await?;
    let notice = notice::get(ctx, conn, id).await?;
    if !notice::waits_for_intake(ctx, conn, id).await? {
        return Err(Error::refused(
            "先に、気づきの画面で「相談として受ける」と決めてください。",
            "Decide on the notice's page first that it is taken as a consultation.",
        ));
    }
    if store::find_of_notice(ctx, conn, id).await?.is_some() {
        return Err(taken_already());
    }
    Ok(notice)
}

fn taken_already() -> Error {
    Error::refused(
        "この気づきからは、もう相談を受け付けています。相談の一覧から開いてください。",
        "An intake has already followed this notice. Open it from the list of consultations.",
    )
}

/// Why a notice is about somebody else than it said, where the intake has shown it.
const SOMEONE_ELSE: &str = "相談の受付で、ちがう人のことと分かったため";

/// The notice is about a known person from now on; whom it named before stays in its history.
async fn name_in_notice(ctx: &Ctx, work: &mut Work, notice: &Notice, person: Option<Id>) -> Result<()> {
    match (person, notice.person_id) {
        (Some(person), Some(known)) if known != person => {
            notice::correct::move_to_person(ctx, work, notice.id, Some(person), SOMEONE_ELSE).await
        }
        (Some(person), None) => notice::name_person(ctx, work, notice.id, person).await,
        _ => Ok(()),
    }
}

async fn record_taken(ctx: &Ctx, work: &mut Work, id: Id, area: Id, new: &NewIntake) -> Result<()> {
    let mut fact = Fact::new(&facts::TAKEN, new.received_on, (&CONSULTATION, id));
    fact.area = Some(area);
    fact.person = new.person;
    fact.household = new.household;
    fact.about.clone_from(&new.channel);
    fact.method.clone_from(&new.urgency);
    fact::record(ctx, work, &fact).await
}

/// The fact of a consultation as it stands, with the person who is known now.
fn fact_of(consultation: &Consultation, area: Id, person: Option<Id>, household: Option<Id>) -> Fact {
    let mut fact = Fact::new(&facts::TAKEN, consultation.received_on, (&CONSULTATION, consultation.id));
    fact.area = Some(area);
    fact.by = DoneBy::Known(Some(consultation.taken_by));
    fact.person = person;
    fact.household = household;
    fact.about.clone_from(&consultation.channel);
    fact.method.clone_from(&consultation.urgency);
    fact
}

/// Intakes to take after a notice, and consultations that wait for an outcome.
async fn list_due(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let mut due = store::list_intakes(ctx, conn, limit).await?;
    due.extend(store::list_open(ctx, conn, limit).await?);
    Ok(due)
}

/// The intake for a person, or after a notice that was taken up and has none yet.
async fn list_next_steps(ctx: &Ctx, conn: &mut Conn, kind: Kind, record: Id) -> Result<Vec<NextStep>> {
    let label = Words("相談を受け付ける", "Take the intake");
    if *kind == PERSON && ctx.may(&may::TAKE) {
        let hint = Words("この人の相談を受け付けます。", "Take a consultation of this person.");
        return Ok(vec![NextStep { hint, label, href: format!("/consultations/new?person={record}") }]);
    }
    if *kind == NOTICE
        && notice::waits_for_intake(ctx, conn, record).await?
        && store::find_of_notice(ctx, conn, record).await?.is_none()
        && access::allowed(ctx, conn, &NOTICE, record, TRIAGE).await?
    {
        let hint = Words(
            "相談として受け付けてください。この気づきとつながります。",
            "Take the intake now; it will be linked to this notice.",
        );
        return Ok(vec![NextStep { hint, label, href: format!("/consultations/new?notice={record}") }]);
    }
    Ok(Vec::new())
}
