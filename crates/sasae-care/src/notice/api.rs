//! Notices as JSON, from the same room functions as the pages.
//!
//! What is told is made of the record and of the reader's sight: the body of a notice never says
//! more than its page.

use axum::extract::Path;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Serialize;
use utoipa::ToSchema;

use super::list::{self, Notices};
use super::model::{NoticeCorrection, NoticeForm, NoticeState, TriageForm};
use super::request::{self, NoticeAnswerForm, NoticeRequestForm, RequestState};
use super::request_pages::{self, Asked};
use super::store::{self, Notice};
use super::{correct, correct_pages};
use crate::access::{self, Sight};
use crate::correction::ReasonForm;
use crate::correction::step::CorrectionTarget;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::listing::{ListRequest, PageOf};
use crate::notice::{NOTICE, TRIAGE};
use crate::web::api::{IdBody, LedTo, Made, Shown, StepBody};
use crate::web::{Form, Seen};

/// What a report answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedBody {
    /// The notice.
    #[schema(value_type = String, format = "uuid")]
    pub id: Id,
    /// The receipt number.
    pub receipt: String,
}

/// A notice in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeRowBody {
    /// The notice.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// On which day it came.
    received_on: Date,
    /// Code of the vocabulary `notice_kind`.
    kind: String,
    /// In the reporter's words.
    what: String,
    /// Help was needed the same day.
    urgent: bool,
    /// In which area.
    #[schema(value_type = String, format = "uuid")]
    area_id: Id,
    /// Its name.
    area_name: String,
    /// How far it has come.
    state: NoticeState,
    /// Code of the vocabulary `notice_outcome`, once decided.
    triage: Option<String>,
    /// It was struck out as a mistake.
    struck_out: bool,
    /// Revision, which a step taken from the list names.
    revision: i64,
}

impl From<Notice> for NoticeRowBody {
    fn from(notice: Notice) -> NoticeRowBody {
        NoticeRowBody {
            id: notice.id,
            received_on: notice.received_on,
            kind: notice.kind,
            what: notice.what,
            urgent: notice.urgent,
            area_id: notice.area_id,
            area_name: notice.area_name,
            state: notice.state,
            triage: notice.triage,
            struck_out: notice.struck_at.is_some(),
            revision: notice.revision,
        }
    }
}

/// A notice as the reader may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeBody {
    /// The notice.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// On which day it came.
    received_on: Date,
    /// Code of the vocabulary `notice_kind`.
    kind: String,
    /// In the reporter's words.
    what: String,
    /// Where.
    place: String,
    /// About whom.
    about: String,
    /// Help was needed the same day.
    urgent: bool,
    /// In which area.
    #[schema(value_type = String, format = "uuid")]
    area_id: Id,
    /// Its name.
    area_name: String,
    /// How far it has come.
    state: NoticeState,
    /// Code of the vocabulary `notice_outcome`, once decided.
    triage: Option<String>,
    /// It was struck out as a mistake.
    struck_out: bool,
    /// What only those who may decide on it are told; absent for others.
    inside: Option<NoticeInsideBody>,
    /// Of whom something was asked: all of it for those who decide, for others what they are asked.
    requests: Vec<NoticeRequestBody>,
    /// Revision.
    revision: i64,
}

/// What only those are told who may decide on a notice.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeInsideBody {
    /// The reporter's name, if given.
    reporter_name: String,
    /// The reporter's contact, if given.
    reporter_contact: String,
    /// The reporter's number.
    receipt: String,
    /// Why it was decided so.
    triage_note: String,
    /// About which person, when that is known and the reader may see the person.
    #[schema(value_type = Option<String>, format = "uuid")]
    person_id: Option<Id>,
    /// The notice that said the same before.
    #[schema(value_type = Option<String>, format = "uuid")]
    same_as: Option<Id>,
}

/// What is asked for a notice.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeRequestBody {
    /// The request.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// Who or which organisation is asked, by name.
    to: String,
    /// What is asked.
    task: String,
    /// How far it has come.
    state: RequestState,
    /// By when it is to be answered.
    acknowledge_by: Option<Date>,
    /// By when whoever asked is to hear what came of it.
    answer_by: Option<Date>,
    /// The answer.
    answer: String,
}

impl From<Asked> for NoticeRequestBody {
    fn from((one, handover): Asked) -> NoticeRequestBody {
        NoticeRequestBody {
            id: one.id,
            to: one.to_label,
            task: one.task,
            state: one.state,
            acknowledge_by: handover.as_ref().filter(|_| one.state == RequestState::Asked).map(|h| h.acknowledge_by),
            answer_by: handover.as_ref().filter(|_| one.state == RequestState::Accepted).map(|h| h.answer_by),
            answer: handover.map(|h| h.answer).unwrap_or_default(),
        }
    }
}

impl NoticeBody {
    /// What the reader may know; `person` is the person of the notice as far as the reader sees one.
    fn new(notice: Notice, sight: &Sight, person: Option<Id>, requests: Vec<Asked>) -> NoticeBody {
        let inside = sight.may(TRIAGE).then_some(NoticeInsideBody {
            reporter_name: notice.reporter_name,
            reporter_contact: notice.reporter_contact,
            receipt: notice.receipt,
            triage_note: notice.triage_note,
            person_id: person,
            same_as: notice.same_as,
        });
        NoticeBody {
            id: notice.id,
            received_on: notice.received_on,
            kind: notice.kind,
            what: notice.what,
            place: notice.place,
            about: notice.about,
            urgent: notice.urgent,
            area_id: notice.area_id,
            area_name: notice.area_name,
            state: notice.state,
            triage: notice.triage,
            struck_out: notice.struck_at.is_some(),
            inside,
            requests: requests.into_iter().map(NoticeRequestBody::from).collect(),
            revision: notice.revision,
        }
    }
}

async fn body(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<NoticeBody> {
    let sight = access::sight(ctx, conn, &NOTICE, id, &[TRIAGE]).await?;
    let notice = store::get(ctx, conn, id).await?;
    let person = super::find_person(ctx, conn, &notice, &sight).await?;
    let mut requests = request_pages::list_asked(ctx, conn, id).await?;
    let me = ctx.staff_id();
    requests.retain(|(one, _)| sight.may(TRIAGE) || (me.is_some() && (one.to_staff == me || one.taken_by == me)));
    Ok(NoticeBody::new(notice, &sight, person.map(|person| person.id), requests))
}

impl StepBody for NoticeBody {
    async fn again(ctx: Ctx, led_to: LedTo) -> Result<NoticeBody> {
        let mut read = ctx.read().await?;
        body(&ctx, &mut read, led_to.record()?).await
    }
}

impl StepBody for ReportedBody {
    /// Whoever reports may not see the notice, and has its number from the first answer.
    async fn again(ctx: Ctx, led_to: LedTo) -> Result<ReportedBody> {
        let mut read = ctx.read().await?;
        let notice = store::get(&ctx, &mut read, led_to.record()?).await?;
        Ok(ReportedBody { id: notice.id, receipt: notice.receipt })
    }
}

/// `GET /api/notices`
pub async fn list(ctx: Ctx, ListRequest { asked, .. }: ListRequest<Notices>) -> Result<PageOf<NoticeRowBody>> {
    let asked = asked.readable()?;
    let mut read = ctx.read().await?;
    let listed = list::list(&ctx, &mut read, &asked).await?;
    PageOf::of(&asked, listed, NoticeRowBody::from)
}

/// `POST /api/notices`
pub async fn report(ctx: Ctx, form: Form<NoticeForm>) -> Result<Made<ReportedBody>> {
    let mut work = ctx.begin().await?;
    let reported = super::report(&ctx, &mut work, &form.input).await?;
    work.commit(&format!("/api/notices/{}", reported.id)).await?;
    Ok(Made(ReportedBody { id: reported.id, receipt: reported.receipt }))
}

/// `GET /api/notices/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<NoticeBody>> {
    let mut read = ctx.read().await?;
    Ok(Shown(body(&ctx, &mut read, id).await?))
}

/// `POST /api/notices/{id}/triage`
pub async fn triage(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<TriageForm>,
) -> Result<Shown<NoticeBody>> {
    let mut work = ctx.begin().await?;
    super::triage(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/notices/{id}")).await?;
    let mut read = ctx.read().await?;
    Ok(Shown(body(&ctx, &mut read, id).await?))
}

/// `POST /api/notices/{id}/requests`
pub async fn ask(ctx: Ctx, Path(id): Path<Id>, form: Form<NoticeRequestForm>) -> Result<Shown<IdBody>> {
    let mut work = ctx.begin().await?;
    request::ask_again(&ctx, &mut work, id, &form.input).await?;
    work.commit(&format!("/api/notices/{id}")).await?;
    Ok(Shown(IdBody { id }))
}

/// `POST /api/notices/{id}/requests/{request}/answer`; who declines no longer sees the notice.
pub async fn answer(ctx: Ctx, Path((id, one)): Path<(Id, Id)>, form: Form<NoticeAnswerForm>) -> Result<Shown<IdBody>> {
    let mut work = ctx.begin().await?;
    request::answer(&ctx, &mut work, id, one, &form.input).await?;
    work.commit(&format!("/api/notices/{id}")).await?;
    Ok(Shown(IdBody { id: one }))
}

/// `POST /api/notices/{id}/correct`; by it the reader may lose the reason to see it.
pub async fn correct(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<NoticeCorrection>,
) -> Result<Shown<IdBody>> {
    let mut work = ctx.begin().await?;
    correct::correct(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/notices/{id}")).await?;
    Ok(Shown(IdBody { id }))
}

/// `POST /api/notices/{id}/strike`
pub async fn strike(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen, form: Form<ReasonForm>) -> Result<Shown<IdBody>> {
    correct_pages::STRIKE.run(&ctx, CorrectionTarget::of(&NOTICE, id), &form.input, seen).await
}

/// `POST /api/notices/{id}/restore`
pub async fn restore(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen, form: Form<ReasonForm>) -> Result<Shown<IdBody>> {
    correct_pages::RESTORE.run(&ctx, CorrectionTarget::of(&NOTICE, id), &form.input, seen).await
}

/// `POST /api/notices/{id}/take-back`
pub async fn take_back(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<ReasonForm>,
) -> Result<Shown<IdBody>> {
    correct_pages::TAKE_BACK.run(&ctx, CorrectionTarget::of(&NOTICE, id), &form.input, seen).await
}
