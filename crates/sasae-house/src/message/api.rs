//! Messages as JSON, from the same functions as the pages.

use axum::extract::Path;
use jiff::Timestamp;
use sasae_core::id::Id;
use serde::Serialize;
use utoipa::ToSchema;

use super::list::{self, Messages};
use super::model::{Channel, ReceivingForm, State};
use super::store::{self, Message};
use super::{answers, receive, step};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::listing::{ListRequest, PageOf};
use crate::web::Form;
use crate::web::api::{IdBody, LedTo, Shown, StepBody};

/// A message as its sender sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageBody {
    /// The message.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// Code of what it tells of.
    occasion: String,
    /// The hand-over that it tells of.
    #[schema(value_type = Option<String>, format = "uuid")]
    handover: Option<Id>,
    /// The receiver by name.
    receiver: String,
    /// How it leaves.
    channel: Channel,
    /// What has become of it.
    state: State,
    /// How often it was tried.
    tries: i64,
    /// Why the last try failed, as a code; empty where it did not.
    last_error: String,
    /// When it was written.
    created_at: Timestamp,
    /// When it left.
    sent_at: Option<Timestamp>,
    /// The subject.
    subject: String,
    /// The text.
    body: String,
}

impl From<Message> for MessageBody {
    fn from(message: Message) -> MessageBody {
        MessageBody {
            id: message.id,
            occasion: message.occasion,
            handover: message.handover,
            receiver: message.receiver,
            channel: message.channel,
            state: message.state,
            tries: message.tries,
            last_error: message.last_error,
            created_at: message.created_at,
            sent_at: message.sent_at,
            subject: message.subject,
            body: message.body,
        }
    }
}

/// お知らせの受け取り, as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivingBody {
    /// The mail address; empty without one.
    mail: String,
    /// Whether messages are wanted.
    wanted: bool,
}

/// `GET /api/messages`: those that the reader sent, the latest first, by the conditions of the page and
/// page by page, with the headers `x-total-count` and `link`.
pub async fn list(ctx: Ctx, ListRequest { asked, .. }: ListRequest<Messages>) -> Result<PageOf<MessageBody>> {
    let asked = asked.readable()?;
    let mut read = ctx.read().await?;
    let listed = list::list(&ctx, &mut read, &asked).await?;
    PageOf::of(&asked, listed, MessageBody::from)
}

/// `GET /api/messages/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<MessageBody>> {
    let mut read = ctx.read().await?;
    Ok(Shown(step::get(&ctx, &mut read, id).await?.into()))
}

impl StepBody for MessageBody {
    async fn again(ctx: Ctx, led_to: LedTo) -> Result<MessageBody> {
        Ok(show(ctx, Path(led_to.record()?)).await?.0)
    }
}

impl StepBody for ReceivingBody {
    async fn again(ctx: Ctx, _: LedTo) -> Result<ReceivingBody> {
        Ok(show_receiving(ctx).await?.0)
    }
}

/// `POST /api/messages/{id}/again`
pub async fn again(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<MessageBody>> {
    let mut work = ctx.begin().await?;
    step::send_again(&ctx, &mut work, id).await?;
    work.commit(&format!("/api/messages/{id}")).await?;
    show(ctx, Path(id)).await
}

/// `POST /api/messages/{id}/withdraw`
pub async fn withdraw(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<MessageBody>> {
    let mut work = ctx.begin().await?;
    step::withdraw(&ctx, &mut work, id).await?;
    work.commit(&format!("/api/messages/{id}")).await?;
    show(ctx, Path(id)).await
}

/// `POST /api/messages/{id}/handed`
pub async fn handed(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<MessageBody>> {
    let mut work = ctx.begin().await?;
    step::hand_over(&ctx, &mut work, id).await?;
    work.commit(&format!("/api/messages/{id}")).await?;
    show(ctx, Path(id)).await
}

/// `GET /api/messages/receiving`
pub async fn show_receiving(ctx: Ctx) -> Result<Shown<ReceivingBody>> {
    let me = ctx.staff()?.staff;
    let mut read = ctx.read().await?;
    let kept = store::find_staff_mail(&ctx, &mut read, me).await?;
    Ok(Shown(kept.map_or(ReceivingBody { mail: String::new(), wanted: false }, |kept| ReceivingBody {
        mail: kept.mail,
        wanted: kept.wanted,
    })))
}

/// `POST /api/messages/receiving`
pub async fn choose_receiving(ctx: Ctx, form: Form<ReceivingForm>) -> Result<Shown<ReceivingBody>> {
    let mut work = ctx.begin().await?;
    receive(&ctx, &mut work, &form.input).await?;
    work.commit("/api/messages/receiving").await?;
    show_receiving(ctx).await
}

/// `POST /api/answers/{id}/seen`
pub async fn see_answer(ctx: Ctx, Path(id): Path<Id>) -> Result<Shown<IdBody>> {
    let mut work = ctx.begin().await?;
    answers::see(&ctx, &mut work, id).await?;
    work.commit("/api/today").await?;
    Ok(Shown(IdBody { id }))
}
