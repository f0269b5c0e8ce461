//! Forms with files: `multipart/form-data`, read once by the layer around every handler, because
//! the form's token and key travel in it (no page needs JavaScript to send a file).

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::form::{self, Control};
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

/// A form with its files, as the layer has read it.
#[derive(Debug, Clone, Default)]
pub(super) struct Multipart {
    fields: Vec<(String, String)>,
    files: Vec<SentFile>,
}

/// Whether the request carries a form with files.
pub(super) fn is_multipart(headers: &HeaderMap) -> bool {
    kind_of(headers).is_some_and(|kind| kind.starts_with("multipart/"))
}

fn kind_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())
}

impl Multipart {
    /// The form in a body; `None` where the request carries none.
    pub async fn read(headers: &HeaderMap, body: &Bytes) -> Result<Option<Multipart>> {
        if !is_multipart(headers) {
            return Ok(None);
        }
        let boundary = multer::parse_boundary(kind_of(headers).unwrap_or_default()).map_err(form::unreadable)?;
        let mut parts = multer::Multipart::new(Body::from(body.clone()).into_data_stream(), boundary);
        let mut form = Multipart::default();
        while let Some(part) = parts.next_field().await.map_err(form::unreadable)? {
            if form.fields.len() + form.files.len() == MOST {
                return Err(form::unreadable("too many fields"));
            }
            let field = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(name) => {
                    let bytes = part.bytes().await.map_err(form::unreadable)?;
                    form.files.push(SentFile { field, name, bytes });
                }
                None => form.fields.push((field, part.text().await.map_err(form::unreadable)?)),
            }
        }
        Ok(Some(form))
    }

    /// The fields that are no files, in the order in which they came.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The hidden fields of the form.
    pub fn control(&self) -> Result<Control> {
        self.input()
    }

    fn input<T: DeserializeOwned>(&self) -> Result<T> {
        let text = serde_html_form::to_string(&self.fields).map_err(form::unreadable)?;
        serde_html_form::from_str(&text).map_err(form::unreadable)
    }

    /// What the same form gives again: a browser draws the lines between the parts anew each time
    /// that it sends them.
    pub fn fingerprint(&self) -> Vec<u8> {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        for (name, value) in &self.fields {
            part(name.as_bytes());
            part(value.as_bytes());
        }
        part(b"files");
        for file in &self.files {
            part(file.field.as_bytes());
            part(file.name.as_bytes());
            part(&file.bytes);
        }
        hash.finalize().to_vec()
    }
}

/// The input of a form that came with files.
#[derive(Debug)]
pub struct Upload<T> {
    /// The room's input: every field that is no file.
    pub input: T,
    files: Vec<SentFile>,
}

impl<T> Upload<T> {
    /// The file of a field; a browser sends one without name and content where none was chosen.
    pub fn file(&self, field: &str) -> Option<&SentFile> {
        self.files.iter().find(|file| file.field == field)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Upload<T> {
    type Rejection = Error;

    async fn from_request(mut request: Request, _: &S) -> Result<Upload<T>> {
        let form = request.extensions_mut().remove::<Multipart>();
        let form = form.ok_or_else(|| form::unreadable("a form with a file is expected (multipart/form-data)"))?;
        let input = form.input()?;
        Ok(Upload { input, files: form.files })
    }
}
