//! Consultations as JSON, from the same room functions as the pages.
//!
//! What is told is made of the record and of what the reader sees around it: the body of a
//! consultation never says more than its page.

use axum::extract::Path;
use jiff::civil::Date;
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Serialize;
use utoipa::ToSchema;

use super::list::{self, Consultations};
use super::model::{ConsultationOutcome, IdentifyForm, IntakeCorrection, IntakeForm, SettleForm};
use super::store::{self, Consultation};
use super::{correct, correct_pages};
use crate::access;
use crate::consultation::{CONSULTATION, OWN_FIELDS};
use crate::correction::ReasonForm;
use crate::correction::step::CorrectionTarget;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::listing::{ListRequest, PageOf};
use crate::notice::NOTICE;
use crate::own::Extra;
use crate::staff;
use crate::web::api::{IdBody, LedTo, Made, Shown, StepBody};
use crate::web::{Form, Seen};

/// A consultation in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsultationRowBody {
    /// The consultation.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// On which day it came.
    received_on: Date,
    /// In which area; none where it would tell of a hidden address.
    #[schema(value_type = Option<String>, format = "uuid")]
    area_id: Option<Id>,
    /// Its name, or empty.
    area_name: String,
    /// For whom, where that is known and the reader may see the person.
    #[schema(value_type = Option<String>, format = "uuid")]
    person_id: Option<Id>,
    /// That person's name.
    person_name: Option<String>,
    /// What it is about.
    what: String,
    /// Code of the vocabulary `urgency`.
    urgency: String,
    /// Who took it.
    taken_by_name: String,
    /// What became of it.
    outcome: ConsultationOutcome,
    /// It was struck out as a mistake.
    struck_out: bool,
    /// Revision, which a step taken from the list names.
    revision: i64,
}

impl From<Consultation> for ConsultationRowBody {
    fn from(it: Consultation) -> ConsultationRowBody {
        ConsultationRowBody {
            area_id: it.shown_area(),
            id: it.id,
            received_on: it.received_on,
            area_name: it.area_name,
            person_id: it.person_id.filter(|_| it.person_name.is_some()),
            person_name: it.person_name,
            what: it.what,
            urgency: it.urgency,
            taken_by_name: it.taken_by_name,
            outcome: it.outcome,
            struck_out: it.struck_at.is_some(),
            revision: it.revision,
        }
    }
}

/// A consultation as the reader may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsultationBody {
    /// The consultation.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// On which day it came.
    received_on: Date,
    /// Code of the vocabulary `channel`.
    channel: String,
    /// Name of the window or base where it came in.
    base_name: Option<String>,
    /// In which area; none where it would tell of a hidden address.
    #[schema(value_type = Option<String>, format = "uuid")]
    area_id: Option<Id>,
    /// Its name, or empty.
    area_name: String,
    /// It is known for whom, whether the reader may see that person or not.
    about_person: bool,
    /// For whom, where that is known and the reader may see the person.
    #[schema(value_type = Option<String>, format = "uuid")]
    person_id: Option<Id>,
    /// That person's name.
    person_name: Option<String>,
    /// The notice that it followed from, where the reader may see it.
    #[schema(value_type = Option<String>, format = "uuid")]
    notice_id: Option<Id>,
    /// Code of the vocabulary `from_whom`.
    from_whom: String,
    /// Who came.
    from_name: String,
    /// How to reach the one who came.
    from_contact: String,
    /// What it is about.
    what: String,
    /// Code of the vocabulary `wish`, or empty.
    wish: String,
    /// The wish in the person's own words.
    wish_words: String,
    /// Code of the vocabulary `urgency`.
    urgency: String,
    /// Codes of the vocabulary `problem`.
    problems: Vec<String>,
    /// The worst of the problems.
    worst: Option<String>,
    /// Code of the vocabulary `language`, or empty.
    language: String,
    /// Codes of the vocabulary `communication_support`.
    communication: Vec<String>,
    /// The municipality's own fields that the reader may see, by `form.field`.
    #[schema(value_type = std::collections::BTreeMap<String, Vec<String>>)]
    extra: Extra,
    /// Who took it.
    taken_by_name: String,
    /// What became of it.
    outcome: ConsultationOutcome,
    /// What was said or to whom it was passed.
    outcome_note: String,
    /// On which day it was settled.
    outcome_on: Option<Date>,
    /// It was struck out as a mistake.
    struck_out: bool,
    /// Revision.
    revision: i64,
}

/// What stands around a consultation, as far as the reader sees it.
struct Around {
    notice: Option<Id>,
    base: Option<String>,
    problems: Vec<String>,
    extra: Extra,
}

impl ConsultationBody {
    fn new(it: Consultation, around: Around) -> ConsultationBody {
        let communication = it.communications().map(str::to_owned).collect();
        ConsultationBody {
            area_id: it.shown_area(),
            id: it.id,
            received_on: it.received_on,
            channel: it.channel,
            base_name: around.base,
            area_name: it.area_name,
            about_person: it.person_id.is_some(),
            person_id: it.person_id.filter(|_| it.person_name.is_some()),
            person_name: it.person_name,
            notice_id: around.notice,
            from_whom: it.from_whom,
            from_name: it.from_name,
            from_contact: it.from_contact,
            what: it.what,
            wish: it.wish,
            wish_words: it.wish_words,
            urgency: it.urgency,
            problems: around.problems,
            worst: it.worst,
            language: it.language,
            communication,
            extra: around.extra,
            taken_by_name: it.taken_by_name,
            outcome: it.outcome,
            outcome_note: it.outcome_note,
            outcome_on: it.outcome_at.map(tokyo_date),
            struck_out: it.struck_at.is_some(),
            revision: it.revision,
        }
    }
}

async fn around(ctx: &Ctx, conn: &mut Conn, it: &Consultation) -> Result<Around> {
    let notice = match it.notice_id {
        Some(notice) if access::can_see(ctx, conn, &NOTICE, notice).await? => Some(notice),
        _ => None,
    };
    let base = match it.base_id {
        Some(base) => staff::find_base(ctx, conn, base).await?.map(|base| base.name),
        None => None,
    };
    let problems = store::list_problems(ctx, conn, it.id).await?;
    Ok(Around { notice, base, problems, extra: OWN_FIELDS.seen(ctx, &it.extra) })
}

async fn body(ctx: &Ctx, id: Id) -> Result<ConsultationBody> {
    let mut read = ctx.read().await?;
    access::require_sight(ctx, &mut read, &CONSULTATION, id).await?;
    let it = store::get(ctx, &mut read, id).await?;
    let around = around(ctx, &mut read, &it).await?;
    Ok(ConsultationBody::new(it, around))
}

impl StepBody for ConsultationBody {
    async fn again(ctx: Ctx, led_to: LedTo) -> Result<ConsultationBody> {
        body(&ctx, led_to.record()?).await
    }
}

/// `GET /api/consultations`
pub async fn list(
    ctx: Ctx,
    ListRequest { asked, .. }: ListRequest<Consultations>,
) -> Result<PageOf<ConsultationRowBody>> {
    let asked = asked.readable()?;
    let mut read = ctx.read().await?;
    let listed = list::list(&ctx, &mut read, &asked).await?;
    PageOf::of(&asked, listed, ConsultationRowBody::from)
}

/// `POST /api/consultations`
pub async fn take(ctx: Ctx, form: Form<IntakeForm>) -> Result<Made<ConsultationBody>> {
    let mut work = ctx.begin().await?;
    let id = super::take(&ctx, &mut work, &form.input).await?;
    work.commit(&format!("/api/consultations/{id}")).await?;
    Ok(Made(body(&ctx, id).await?))
}

/// `GET /api/consultations/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<ConsultationBody>> {
    Ok(Shown(body(&ctx, id).await?))
}

/// `POST /api/consultations/{id}/settle`
pub async fn settle(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<SettleForm>,
) -> Result<Shown<ConsultationBody>> {
    let mut work = ctx.begin().await?;
    super::settle(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/consultations/{id}")).await?;
    Ok(Shown(body(&ctx, id).await?))
}

/// `POST /api/consultations/{id}/person`
pub async fn identify(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<IdentifyForm>,
) -> Result<Shown<ConsultationBody>> {
    let mut work = ctx.begin().await?;
    super::identify(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/consultations/{id}")).await?;
    Ok(Shown(body(&ctx, id).await?))
}

/// `POST /api/consultations/{id}/correct`; by it the reader may lose the reason to see it.
pub async fn correct(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<IntakeCorrection>,
) -> Result<Shown<IdBody>> {
    let reason = ReasonForm { reason: form.input.reason };
    let mut work = ctx.begin().await?;
    correct::correct(&ctx, &mut work, id, &form.input.intake, &reason, seen).await?;
    work.commit(&format!("/api/consultations/{id}")).await?;
    Ok(Shown(IdBody { id }))
}

/// `POST /api/consultations/{id}/strike`
pub async fn strike(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen, form: Form<ReasonForm>) -> Result<Shown<IdBody>> {
    correct_pages::STRIKE.run(&ctx, CorrectionTarget::of(&CONSULTATION, id), &form.input, seen).await
}

/// `POST /api/consultations/{id}/restore`
pub async fn restore(ctx: Ctx, Path(id): Path<Id>, Seen(seen): Seen, form: Form<ReasonForm>) -> Result<Shown<IdBody>> {
    correct_pages::RESTORE.run(&ctx, CorrectionTarget::of(&CONSULTATION, id), &form.input, seen).await
}

/// `POST /api/consultations/{id}/take-back`
pub async fn take_back(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<ReasonForm>,
) -> Result<Shown<IdBody>> {
    correct_pages::TAKE_BACK.run(&ctx, CorrectionTarget::of(&CONSULTATION, id), &form.input, seen).await
}
