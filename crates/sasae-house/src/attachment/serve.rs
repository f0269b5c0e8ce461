//! Sending a file to whoever may see it.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use sasae_core::id::Id;

use super::model::MediaType;
use super::store::Attachment;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::route::{Content, Operation};
use crate::web::api::Answer;

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
    let disposition = format!("{how}; filename=\"{}\"; filename*=UTF-8''{}", plain(&file.name), encoded(&file.name));
    let headers: [(HeaderName, HeaderValue); 6] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Error::internal)?),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    let mut response = Body::from(content).into_response();
    response.headers_mut().extend(headers);
    Ok(response)
}

/// The name for programs that read ASCII alone.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "._- ()".contains(c) { c } else { '_' }).collect()
}

/// The name in the encoding of RFC 8187.
fn encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&hex::encode_upper([byte]));
        }
    }
    out
}
