//! Sending a file to whoever may see it.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use sasae_core::id::Id;

use super::model::MediaType;
use super::store::Attachment;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::route::{Content, Operation};
use crate::web::api::Answer;
use crate::web::reply::attachment_named;

/// Whatever a browser makes of the file, it runs nothing and loads nothing.
const POLICY: &str = "sandbox; default-src 'none'";

/// The content of a file.
#[derive(Debug)]
pub struct FileContent(Response);

impl IntoResponse for FileContent {
    fn into_response(self) -> Response {
        self.0
    }
}

impl Answer for FileContent {
    fn describe(operation: &mut Operation) {
        operation.gives = Some(Content::plain("application/octet-stream"));
    }
}

/// `GET /files/{id}` and `GET /api/files/{id}`: the content itself.
pub async fn serve(ctx: Ctx, Path(id): Path<Id>) -> Result<FileContent> {
    let mut read = ctx.read().await?;
    let (file, ..) = super::get(&ctx, &mut read, id).await?;
    drop(read);
    if file.is_erased() {
        return Err(super::erased_already());
    }
    let content = super::folder(&ctx)?.read(ctx.tenant(), &file.sha256).await?;
    answer(&file, content).map(FileContent)
}

fn answer(file: &Attachment, content: Vec<u8>) -> Result<Response> {
    let media = file.media();
    let how = if media.is_some_and(MediaType::is_shown) { "inline" } else { "attachment" };
    let kind = media.map_or("application/octet-stream", MediaType::code);
    let headers: [(HeaderName, HeaderValue); 6] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, attachment_named(how, &file.name)?),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    let mut response = Body::from(content).into_response();
    response.headers_mut().extend(headers);
    Ok(response)
}
