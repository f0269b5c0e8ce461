//! What the decision on a notice asks of others: a watcher looks in, an agency takes it up, the lead of a
//! case is told, the same notice of before answers for it. Whoever is asked accepts or declines until a day,
//! and tells what came of it until another; whoever asked hears of both.

use jiff::ToSpan;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::{self, NewRequest, Notice, NoticeRequest};
use super::{NOTICE, REQUEST, TRIAGE, messages, model};
use crate::access;
use crate::correction::pages::struck_out;
use crate::correction::{self, Changes, CorrectionStep, NewCorrection, ReasonForm, check_reason};
use crate::ctx::{Actor, Ctx, Work};
use crate::error::{Error, Fields, Result};
use crate::ground::{self, Ground, HeldByPost};
use crate::handover::{self, NewHandover, Outcome, Receiver};
use crate::input::Check;
use crate::lang::{Lang, Text, Words};
use crate::message::{self, NewMessage};
use crate::person::{self, ENTRUST, EntrustmentForm, PERSON};
use crate::room::{self, Heir};
use crate::staff;
use crate::tenancy::FOREVER;

closed_set! {
    /// How far what is asked for a notice has come.
    pub enum RequestState in "notice_request", "state" {
        /// It waits for an answer.
        Asked = "asked" => ("返事待ち", "Waiting for an answer"),
        /// Somebody has taken it on.
        Accepted = "accepted" => ("引き受けた", "Accepted"),
        /// It was declined.
        Declined = "declined" => ("断られた", "Declined"),
        /// It was done, and what came of it was told.
        Done = "done" => ("結果が届いた", "Done"),
        /// It was taken back, or somebody else was asked instead.
        Withdrawn = "withdrawn" => ("取りやめた", "Withdrawn"),
    }
}

/// The outcome by which a watcher is asked.
pub const WATCH: &str = "watch";
/// The outcome by which an agency is asked.
pub const REFERRED: &str = "referred";
/// The outcome of a notice that says what another said before.
pub const DUPLICATE: &str = "duplicate";

/// The reason of one who is asked for a notice and has not answered.
const ASKED: &str = "asked";
/// The reason of one who has accepted.
const TAKEN: &str = "taken";
/// How many days back notices are offered that may say the same.
const SAME_DAYS: i32 = 90;

/// Of whom something is asked, as it is typed. Which of the fields is needed follows from the outcome.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct NoticeRequestForm {
    /// The watcher, with the outcome `watch`.
    pub staff: String,
    /// The agency, with the outcome `referred`.
    pub organisation: String,
    /// The record that takes the notice over, with an outcome that names such records: a case.
    pub record: String,
    /// The notice that said the same, with the outcome `duplicate`.
    pub original: String,
    /// What is asked; whoever is asked reads it. At most 200 characters.
    pub task: String,
}

/// Of whom something is asked, after the checks.
#[derive(Debug)]
pub(super) enum Target {
    /// Of nobody: the outcome asks nothing.
    Nobody,
    /// It is the same as this notice.
    Same(Id),
    /// Of somebody.
    Of { to: Receiver, record: Option<(&'static str, Id)>, task: String },
}

/// What is asked, in the words that were written or, where nothing was, in the usual ones.
pub(super) fn task_of(lang: Lang, request: &NoticeRequest) -> &str {
    if request.task.is_empty() { usual_task(&request.outcome).get(lang) } else { &request.task }
}

fn usual_task(outcome: &str) -> Words {
    match outcome {
        WATCH => Words("ようすを見に行ってください。", "Please look in."),
        _ => Words("対応をお願いします。", "Please see to it."),
    }
}

/// Finds out of whom the outcome asks something, with the errors beside the fields.
pub(super) async fn check(
    ctx: &Ctx,
    conn: &mut Conn,
    notice: &Notice,
    outcome: &str,
    form: &NoticeRequestForm,
) -> Result<Target> {
    let mut check = Check::new(ctx);
    let task = check.text("task", &form.task, model::LINE);
    let chosen = match outcome {
        WATCH => check.required_id("staff", &form.staff),
        REFERRED => check.required_id("organisation", &form.organisation),
        DUPLICATE => check.required_id("original", &form.original),
        _ if room::find_taker(ctx, &NOTICE, outcome).is_some() => check.required_id("record", &form.record),
        _ => return check.done().map(|()| Target::Nobody),
    };
    check.done()?;
    let chosen = chosen.unwrap_or_default();
    let mut errors = Fields::default();
    let mut again = |field: &'static str| errors.put(field, "選び直してください。", "Please choose again.");
    let target = match outcome {
        WATCH => {
            let place = (notice.area_id, notice.person_id);
            if !person::is_watcher(ctx, conn, place, chosen).await? {
                again("staff");
            }
            Target::Of { to: Receiver::Staff(chosen), record: None, task }
        }
        REFERRED => {
            if staff::find_organisation(ctx, conn, chosen).await?.is_none() {
                again("organisation");
            }
            Target::Of { to: Receiver::Organisation(chosen), record: None, task }
        }
        DUPLICATE => {
            let known = match access::allowed(ctx, conn, &NOTICE, chosen, TRIAGE).await {
                Ok(true) => Some(store::get(ctx, conn, chosen).await?),
                Ok(false) | Err(Error::NotFound) => None,
                Err(other) => return Err(other),
            };
            if known.is_none_or(|one| one.id == notice.id || one.struck_at.is_some() || one.same_as.is_some()) {
                again("original");
            }
            Target::Same(chosen)
        }
        _ => {
            let taker = room::find_taker(ctx, &NOTICE, outcome).ok_or(Error::NotFound)?;
            match (taker.receiver)(ctx, conn, chosen).await? {
                Some(to) => Target::Of { to, record: Some((taker.kind.code, chosen)), task },
                None => {
                    again("record");
                    Target::Nobody
                }
            }
        }
    };
    errors.into_result()?;
    Ok(target)
}

/// Asks for a notice that was just decided on, or once more after an answer that declined.
pub(super) async fn ask(ctx: &Ctx, work: &mut Work, notice: &Notice, outcome: &str, target: Target) -> Result<()> {
    let (to, record, task) = match target {
        Target::Nobody => return Ok(()),
        Target::Same(original) => return store::set_same_as(ctx, work, notice.id, Some(original)).await,
        Target::Of { to, record, task } => (to, record, task),
    };
    let id = ctx.new_id();
    let (staff, organisation) = match &to {
        Receiver::Staff(staff) => (Some(*staff), None),
        Receiver::Organisation(organisation) => (None, Some(*organisation)),
        Receiver::Area { .. } => return Err(Error::internal("a notice is asked of somebody")),
    };
    let person = match notice.person_id.filter(|_| outcome == WATCH) {
        Some(person) if may_entrust(ctx, work, person).await? => Some(person),
        _ => None,
    };
    let new = NewRequest { id, notice: notice.id, outcome, staff, organisation, record, person, task: &task };
    store::insert_request(ctx, work, &new).await?;
    follow(ctx, work, id, notice.id, staff.map(|holder| (holder, ASKED))).await?;
    let today = ctx.today();
    let (acknowledge_by, answer_by) = match notice.urgent {
        true => (today, today),
        false => (ctx.due("notice_acknowledge", today)?, ctx.due("notice_answer", today)?),
    };
    let from_label = match ctx.actor() {
        Actor::Staff(staff) => staff.name.clone(),
        Actor::Public | Actor::System(_) => String::new(),
    };
    let handover = NewHandover {
        kind: "notice_request",
        subject: (&REQUEST, id),
        from_label,
        to,
        acknowledge_by,
        answer_by,
        keeper: ctx.staff_id(),
    };
    let handed_on = handover::hand_on(ctx, work, &handover).await?;
    let message = NewMessage {
        occasion: &messages::ASKED,
        about: (&NOTICE, notice.id),
        number: &notice.receipt,
        handover: Some(handed_on),
        due: Some(acknowledge_by),
    };
    message::send(ctx, work, &handover.to, &message).await
}

/// Who sees the notice because of a request: whoever is asked, and whoever has accepted.
async fn follow(ctx: &Ctx, work: &mut Work, request: Id, notice: Id, holder: Option<(Id, &'static str)>) -> Result<()> {
    let mut grounds: Vec<Ground> = Vec::new();
    if let Some((holder, reason)) = holder {
        // It is asked of somebody in office, and ends with that post.
        let posts = access::list_held_posts(work, ctx.tenant(), holder, ctx.today()).await?;
        let posts: Vec<(String, Id)> = posts.into_iter().map(|post| (post.role, post.area)).collect();
        grounds.push(Ground {
            holder,
            kind: &NOTICE,
            record: notice,
            reason,
            opens_address: false,
            by: HeldByPost::of(&posts),
            from: ctx.today(),
            to: FOREVER,
        });
    }
    ground::replace(ctx, work, request, &grounds).await
}

/// Asks somebody else: what waited is withdrawn, and whoever was asked no longer sees the notice.
pub async fn ask_again(ctx: &Ctx, work: &mut Work, id: Id, form: &NoticeRequestForm) -> Result<()> {
    access::require(ctx, work, &NOTICE, id, TRIAGE).await?;
    let notice = store::get(ctx, work, id).await?;
    if notice.struck_at.is_some() {
        return Err(struck_out());
    }
    let outcome = notice.triage.clone().unwrap_or_default();
    let target = check(ctx, work, &notice, &outcome, form).await?;
    if matches!(target, Target::Nobody) {
        return Err(Error::refused(
            "この扱いには、つなぐ相手がいません。扱いを変えるときは、先に、扱いの決定を取り消してください。",
            "This decision asks nothing of anybody. To change it, take the decision back first.",
        ));
    }
    let standing = find_standing(ctx, work, id).await?;
    if standing.as_ref().is_some_and(|one| one.state == RequestState::Done) {
        return Err(Error::refused("もう結果が届いています。", "It has been done already."));
    }
    withdraw(ctx, work, id).await?;
    ask(ctx, work, &notice, &outcome, target).await?;
    ctx.wrote(&NOTICE, id);
    Ok(())
}

/// Who can be asked in the place of somebody who has lost the post: the watchers of the area, or whoever leads the
/// record today to which the notice was handed. Of an agency nobody is chosen here: the notice is handed on anew.
pub(super) async fn list_heirs(
    ctx: &Ctx,
    conn: &mut Conn,
    (notice, id): (Id, Id),
    before: Option<Id>,
) -> Result<Vec<Heir>> {
    let request = store::get_request(ctx, conn, notice, id).await?;
    let notice = store::get(ctx, conn, notice).await?;
    if request.outcome == WATCH {
        let heirs = staff::list_heirs_by_hand(ctx, conn, notice.area_id, before).await?;
        let mut fit = Vec::new();
        for heir in heirs {
            if person::is_watcher(ctx, conn, (notice.area_id, notice.person_id), heir.staff).await? {
                fit.push(heir);
            }
        }
        return Ok(fit);
    }
    let (Some(taker), Some(record)) = (room::find_taker(ctx, &NOTICE, &request.outcome), request.record_id) else {
        return Ok(Vec::new());
    };
    let Some(Receiver::Staff(lead)) = (taker.receiver)(ctx, conn, record).await? else { return Ok(Vec::new()) };
    let name = staff::find_staff_name(ctx, conn, lead).await?.unwrap_or_default();
    let role = (taker.kind.word(Lang::Ja).to_owned(), taker.kind.word(Lang::En).to_owned());
    let heir = Heir { staff: lead, name, role, area_name: notice.area_name, rank: 0 };
    Ok(if Some(lead) == before { Vec::new() } else { vec![heir] })
}

/// Somebody else is asked in the place of one who has lost the post.
pub(super) async fn pass_on(ctx: &Ctx, work: &mut Work, (notice, id): (Id, Id), to: Id, reason: &str) -> Result<()> {
    let reason = check_reason(ctx, &ReasonForm { reason: reason.to_owned() })?;
    let before = store::get_request(ctx, work, notice, id).await?;
    let heirs = list_heirs(ctx, work, (notice, id), before.taken_by.or(before.to_staff)).await?;
    let Some(heir) = heirs.into_iter().find(|heir| heir.staff == to) else {
        return Err(Error::field(
            "item",
            "この人には頼めません。ほかの人を選んでください。",
            "This person cannot be asked. Please choose someone else.",
        ));
    };
    let form = NoticeRequestForm {
        staff: to.to_string(),
        record: before.record_id.map(|id| id.to_string()).unwrap_or_default(),
        task: before.task.clone(),
        ..NoticeRequestForm::default()
    };
    ask_again(ctx, work, notice, &form).await?;
    let mut changes = Changes::default();
    changes.text("holder", Words("つないだ相手", "Who was asked"), &before.to_label, &heir.name);
    let step = CorrectionStep::Moved;
    let new = NewCorrection { record: (&NOTICE, notice), entry: None, step, reason: &reason, changes: &changes };
    correction::record(ctx, work, &new).await
}

/// What stands of the requests of a notice: asked, accepted or done.
async fn find_standing(ctx: &Ctx, conn: &mut Conn, notice: Id) -> Result<Option<NoticeRequest>> {
    let all = store::list_requests(ctx, conn, notice).await?;
    Ok(all
        .into_iter()
        .rev()
        .find(|one| matches!(one.state, RequestState::Asked | RequestState::Accepted | RequestState::Done)))
}

/// What waits for an answer, or for what came of it, and the person who is asked.
pub async fn find_asked(ctx: &Ctx, conn: &mut Conn, notice: Id) -> Result<Option<(Id, Option<Id>)>> {
    let standing = find_standing(ctx, conn, notice).await?;
    Ok(standing.filter(|one| one.state != RequestState::Done).map(|one| (one.id, one.to_staff)))
}

/// Takes back what is asked for a notice and not yet done; gives to whom it was, by name.
pub(super) async fn withdraw(ctx: &Ctx, work: &mut Work, notice: Id) -> Result<Option<String>> {
    let Some(standing) = find_standing(ctx, work, notice).await? else { return Ok(None) };
    if standing.state == RequestState::Done {
        return Ok(None);
    }
    store::set_request_state(ctx, work, standing.id, (standing.state, RequestState::Withdrawn), None).await?;
    follow(ctx, work, standing.id, notice, None).await?;
    if let Some(open) = handover::find_open(ctx, work, standing.id).await? {
        handover::withdraw(ctx, work, open.id).await?;
        message::recall(ctx, work, open.id).await?;
    }
    Ok(Some(standing.to_label))
}

/// The answer to a request, as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct NoticeAnswerForm {
    /// `accept`, `decline`, or, once accepted, `done`.
    pub answer: String,
    /// A word, the reason to decline, or what came of it. At most 1,000 characters.
    pub note: String,
}

/// Answers a request: whoever is asked accepts or declines it, and tells later what came of it. For an
/// organisation any of its staff does; what it says by telephone is entered by those who decide on the notice.
pub async fn answer(
    ctx: &Ctx,
    work: &mut Work,
    notice: Id,
    request: Id,
    form: &NoticeAnswerForm,
) -> Result<RequestState> {
    let (one, decides) = get_asked(ctx, work, notice, request).await?;
    let mut check = Check::new(ctx);
    let note = check.text("note", &form.note, model::NOTE);
    let next = match (one.state, form.answer.trim()) {
        (RequestState::Asked, "accept") => RequestState::Accepted,
        (RequestState::Asked, "decline") => RequestState::Declined,
        (RequestState::Accepted, "done") => RequestState::Done,
        (RequestState::Asked | RequestState::Accepted, _) => {
            check.put("answer", "選んでください。", "Please choose.");
            one.state
        }
        (RequestState::Declined | RequestState::Done | RequestState::Withdrawn, _) => return Err(answered()),
    };
    match next {
        RequestState::Declined if note.is_empty() => {
            check.put("note", "断る理由を、ひとこと書いてください。", "Say in a word why you decline.");
        }
        RequestState::Done if note.is_empty() => {
            check.put("note", "どうだったかを、ひとこと書いてください。", "Say in a word what came of it.");
        }
        _ => {}
    }
    check.done()?;
    // Where a record takes the notice over, accepting it is all that is asked.
    let next = if next == RequestState::Accepted && one.record_id.is_some() { RequestState::Done } else { next };
    let me = ctx.staff()?.staff;
    let taken_by = match next {
        RequestState::Accepted | RequestState::Done => one.taken_by.or((!decides).then_some(me)),
        _ => None,
    };
    if !store::set_request_state(ctx, work, one.id, (one.state, next), taken_by).await? {
        return Err(answered());
    }
    follow(ctx, work, one.id, notice, taken_by.map(|holder| (holder, TAKEN))).await?;
    if let Some(open) = handover::find_open(ctx, work, one.id).await? {
        settle(ctx, work, notice, &open, (one.state, next), &note).await?;
    }
    if one.state == RequestState::Asked && next != RequestState::Declined {
        take_on(ctx, work, &one, taken_by).await?;
    }
    ctx.wrote(&NOTICE, notice);
    Ok(next)
}

/// What follows in the hand-over, and that whoever asked hears of it.
async fn settle(
    ctx: &Ctx,
    work: &mut Work,
    notice: Id,
    open: &handover::Handover,
    (before, next): (RequestState, RequestState),
    note: &str,
) -> Result<()> {
    message::recall(ctx, work, open.id).await?;
    let outcome = match (before, next) {
        (_, RequestState::Declined) => Outcome::Declined,
        (RequestState::Asked, RequestState::Done) => Outcome::Accepted,
        (_, RequestState::Done) => Outcome::Done,
        _ => {
            handover::acknowledge(ctx, work, open.id).await?;
            return Ok(());
        }
    };
    handover::answer(ctx, work, open.id, outcome, note).await?;
    let Some(asker) = open.from_staff else { return Ok(()) };
    let message = NewMessage {
        occasion: &messages::REQUEST_ANSWERED,
        about: (&NOTICE, notice),
        number: "",
        handover: Some(open.id),
        due: None,
    };
    message::send(ctx, work, &Receiver::Staff(asker), &message).await
}

/// What accepting brings with it: the person is entrusted to the watcher, as whoever asked had the right to
/// decide; the record that takes the notice over came of it.
async fn take_on(ctx: &Ctx, work: &mut Work, request: &NoticeRequest, taken_by: Option<Id>) -> Result<()> {
    if let (Some(person), Some(watcher)) = (request.person_id, taken_by)
        && request.outcome == WATCH
    {
        let form = EntrustmentForm {
            staff: watcher.to_string(),
            reason: task_of(Lang::Ja, request).to_owned(),
            ..EntrustmentForm::default()
        };
        person::entrust_as_asked(ctx, work, person, &form).await?;
    }
    if let (Some(kind), Some(record)) = (&request.record_kind, request.record_id)
        && let Some(kind) = ctx.app().kind(kind)
    {
        crate::link::link(ctx, work, (&NOTICE, request.notice_id), (kind, record)).await?;
    }
    Ok(())
}

fn answered() -> Error {
    Error::refused(
        "これには、もう返事がされているか、取りやめになっています。",
        "This has been answered or withdrawn already.",
    )
}

/// The request, for those who may answer it now, and whether it is one who decides on the notice and enters
/// what an organisation said.
async fn get_asked(ctx: &Ctx, work: &mut Work, notice: Id, request: Id) -> Result<(NoticeRequest, bool)> {
    let sees = access::can_see(ctx, work, &NOTICE, notice).await?;
    if !sees && store::find_request(ctx, work, notice).await?.is_none() {
        return Err(Error::NotFound);
    }
    let one = store::get_request(ctx, work, notice, request).await?;
    let me = ctx.staff()?.staff;
    let mine = match (one.taken_by, one.to_staff, one.to_organisation) {
        (Some(taken), ..) => taken == me,
        (None, Some(staff), _) => staff == me,
        (None, None, Some(organisation)) => staff::find_own_organisation(ctx, work, me).await? == Some(organisation),
        (None, None, None) => false,
    };
    if mine {
        return Ok((one, false));
    }
    let enters = one.to_organisation.is_some() && one.taken_by.is_none();
    if enters && access::allowed(ctx, work, &NOTICE, notice, TRIAGE).await? {
        return Ok((one, true));
    }
    match sees {
        false => Err(Error::NotFound),
        true => Err(Error::Forbidden(Text::new(
            "返事ができるのは、頼まれた人か、頼まれた機関の職員です。",
            "Only the person asked, or the staff of the organisation asked, may answer.",
        ))),
    }
}

/// Whether a watcher who accepts may be entrusted with the person: whoever asks has to have that right.
async fn may_entrust(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<bool> {
    Ok(access::allowed(ctx, conn, &PERSON, person, ENTRUST).await?
        && access::shows_place(ctx, conn, &PERSON, person).await?)
}

/// The first day of notices that are offered as the same.
pub(super) fn same_since(ctx: &Ctx) -> jiff::civil::Date {
    ctx.today().saturating_sub(SAME_DAYS.days())
}
