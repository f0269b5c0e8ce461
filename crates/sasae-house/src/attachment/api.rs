//! Files as JSON, from the same room functions as the pages. A file is sent as
//! `multipart/form-data`, as the page sends it.

use axum::extract::Path;
use jiff::civil::Date;
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Attachment, AttachmentForm, EraseForm, Reach};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::web::api::{LedTo, Listed, Made, Shown, StepBody};
use crate::web::{Form, Seen, Upload, Uploaded};

/// What is sent: the file in the field `file`, what it shows in the field `note`.
#[derive(Debug, ToSchema)]
pub struct AttachmentUpload {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
    /// What it shows; the text in place of a picture. At most 200 characters.
    pub note: Option<String>,
}

impl Uploaded for AttachmentForm {
    type Described = AttachmentUpload;
}

/// A file with a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentBody {
    /// The file.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// Its name; empty once it is erased.
    name: String,
    /// Its media type, told from the content.
    media_type: String,
    /// Its size in bytes.
    bytes: i64,
    /// What it shows; empty once it is erased.
    note: String,
    /// On which day it was added; absent once it is erased.
    uploaded_on: Option<Date>,
    /// Who added it; absent once it is erased.
    uploaded_by: Option<String>,
    /// On which day it was erased.
    erased_on: Option<Date>,
    /// Who erased it.
    erased_by: Option<String>,
    /// Why it was erased.
    erased_reason: String,
    /// Its revision, for `If-Match` when it is erased.
    revision: i64,
}

impl From<Attachment> for AttachmentBody {
    /// Of an erased file the page says only what kind of file it was, and who erased it why.
    fn from(file: Attachment) -> AttachmentBody {
        let there = !file.is_erased();
        AttachmentBody {
            id: file.id,
            name: file.name,
            media_type: file.media_type,
            bytes: file.bytes,
            note: file.note,
            uploaded_on: there.then(|| tokyo_date(file.uploaded_at)),
            uploaded_by: there.then_some(file.uploaded_by_name),
            erased_on: file.erased_at.map(tokyo_date),
            erased_by: file.erased_by_name,
            erased_reason: file.erased_reason,
            revision: file.revision,
        }
    }
}

async fn body(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<AttachmentBody> {
    Ok(super::get(ctx, conn, id).await?.0.into())
}

impl StepBody for AttachmentBody {
    async fn again(ctx: Ctx, led_to: LedTo) -> Result<AttachmentBody> {
        let mut read = ctx.read().await?;
        body(&ctx, &mut read, led_to.id()?).await
    }
}

/// `GET /api/files/of/{kind}/{record}`
pub async fn list(ctx: Ctx, Path((kind, record)): Path<(String, Id)>) -> Result<Listed<AttachmentBody>> {
    let mut read = ctx.read().await?;
    let (rule, sight) = super::sight_of(&ctx, &mut read, &kind, record).await?;
    ctx.saw(rule.kind, record);
    let files = Reach::new(&ctx, rule, &sight).list(&ctx, &mut read, record).await?;
    Ok(Listed(files.into_iter().map(AttachmentBody::from).collect()))
}

/// `POST /api/files/of/{kind}/{record}`
pub async fn add(
    ctx: Ctx,
    Path((kind, record)): Path<(String, Id)>,
    sent: Upload<AttachmentForm>,
) -> Result<Made<AttachmentBody>> {
    let rule = super::rule_of(&ctx, &kind)?;
    let ready = super::ready(&ctx, rule.kind, record, sent.file("file"), &sent.input).await?;
    let mut work = ctx.begin().await?;
    let id = super::add(&ctx, &mut work, rule.kind, record, ready).await?;
    work.commit(&format!("/api/files/of/{kind}/{record}#{id}")).await?;
    let mut read = ctx.read().await?;
    Ok(Made(body(&ctx, &mut read, id).await?))
}

/// `POST /api/files/{id}/erase`
pub async fn erase(
    ctx: Ctx,
    Path(id): Path<Id>,
    Seen(seen): Seen,
    form: Form<EraseForm>,
) -> Result<Shown<AttachmentBody>> {
    let mut work = ctx.begin().await?;
    let erased = super::erase(&ctx, &mut work, id, &form.input, seen).await?;
    work.commit(&format!("/api/files/of/{}/{}#{id}", erased.kind.code, erased.record)).await?;
    super::discard(&ctx, &erased).await;
    let mut read = ctx.read().await?;
    Ok(Shown(body(&ctx, &mut read, id).await?))
}
