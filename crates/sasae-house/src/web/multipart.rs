//! Forms with files: `multipart/form-data`. The form's token and key travel in it, because no page
//! needs JavaScript to send a file.

use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::form::unreadable;
use super::pairs::Pairs;
use super::sent::{Sent, Shape};
use crate::error::{Error, Result};

/// Most fields and files of one form.
const MOST: usize = 100;

/// A file as it was sent.
#[derive(Debug, Clone)]
pub struct SentFile {
    /// The name of the field.
    pub field: String,
    /// The name that the sender gives it: nothing to rely on.
    pub name: String,
    /// Its content.
    pub bytes: Bytes,
}

/// Takes a form with files apart; `kind` is its content type.
pub(super) async fn take_apart(kind: &str, body: Bytes) -> Result<(Pairs, Vec<SentFile>)> {
    let boundary = multer::parse_boundary(kind).map_err(unreadable)?;
    let mut parts = multer::Multipart::new(Body::from(body).into_data_stream(), boundary);
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        if fields.len() + files.len() == MOST {
            return Err(unreadable("too many fields"));
        }
        let field = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(name) => files.push(SentFile { field, name, bytes: part.bytes().await.map_err(unreadable)? }),
            None => fields.push((field, part.text().await.map_err(unreadable)?)),
        }
    }
    Ok((Pairs::from(fields), files))
}

/// The input of a form that came with files.
#[derive(Debug)]
pub struct Upload<T> {
    /// The room's input: every field that is no file.
    pub input: T,
    files: Vec<SentFile>,
}

/// Input that comes with files.
pub trait Uploaded {
    /// The same with its files, for the description of the API.
    type Described: ToSchema;
}

impl<T> Upload<T> {
    /// The file of a field; a browser sends one without name and content where none was chosen.
    pub fn file(&self, field: &str) -> Option<&SentFile> {
        self.files.iter().find(|file| file.field == field)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Upload<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Upload<T>> {
        let sent = Sent::of(parts)?;
        if sent.shape != Shape::Files {
            return Err(unreadable("a form with a file is expected (multipart/form-data)"));
        }
        Ok(Upload { input: sent.pairs.read().map_err(unreadable)?, files: sent.files.clone() })
    }
}
