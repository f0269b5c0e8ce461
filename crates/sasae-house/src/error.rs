//! One application error: a public face for the reader, a private cause for
//! the log. A page shows what the reader can do; never the cause.

use std::borrow::Cow;

use crate::lang::{Lang, Text};

/// What a room function or a handler returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input has errors beside its fields; the form is shown again with the input kept.
    #[error("the input has {} errors", .0.len())]
    Invalid(Fields),
    /// It is not there, or the reader may not know that it is: both look the same.
    #[error("not found")]
    NotFound,
    /// The reader knows of the thing but may not do this; the text says who may.
    #[error("forbidden: {}", .0.get(Lang::En))]
    Forbidden(Text),
    /// A rule of the room refuses the step (a closed case, an ended post); nothing was changed.
    #[error("refused: {}", .0.get(Lang::En))]
    Refused(Text),
    /// Somebody saved the record in between; `now` is the revision that stands.
    #[error("stale: the record is at revision {now}")]
    Stale {
        /// The revision in the database.
        now: i64,
    },
    /// Nobody is signed in.
    #[error("sign-in needed")]
    SignIn,
    /// The form's token does not belong to this session.
    #[error("the form's token does not belong to this session")]
    Token,
    /// The form was sent by a page of another site.
    #[error("the form was sent by a page of another site")]
    Elsewhere,
    /// The very same submission was accepted a moment before; the answer is that of the first.
    #[error("the very same submission was accepted before")]
    Twin,
    /// Too many passwords wait to be looked at.
    #[error("too many passwords wait to be looked at")]
    Busy,
    /// Too many requests from one place in a short time.
    #[error("too many requests")]
    TooMany,
    /// More was sent than the route takes.
    #[error("more than {limit} bytes were sent")]
    TooLarge {
        /// Most bytes.
        limit: usize,
    },
    /// The request itself cannot be read (a broken body, a bad id in the address).
    #[error("bad request: {}", .0.get(Lang::En))]
    Bad(Text),
    /// The database refused or failed.
    #[error(transparent)]
    Db(#[from] sasae_db::Error),
    /// Anything that should not happen; only the log sees it.
    #[error(transparent)]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A refusal in both languages.
    pub fn refused(ja: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Error {
        Error::Refused(Text::new(ja, en))
    }

    /// A single field error.
    pub fn field(
        name: impl Into<Cow<'static, str>>,
        ja: impl Into<Cow<'static, str>>,
        en: impl Into<Cow<'static, str>>,
    ) -> Error {
        let mut fields = Fields::default();
        fields.put(name, ja, en);
        Error::Invalid(fields)
    }

    /// Wraps a cause that only the log may see.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::Internal(cause.into())
    }
}

/// Errors beside the fields of a form, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(Cow<'static, str>, Text)>);

impl Fields {
    /// Adds an error to a field.
    pub fn put(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        ja: impl Into<Cow<'static, str>>,
        en: impl Into<Cow<'static, str>>,
    ) {
        self.0.push((name.into(), Text::new(ja, en)));
    }

    /// Adds the errors of another check, behind these.
    pub fn join(&mut self, more: Fields) {
        self.0.extend(more.0);
    }

    /// The first error of a field, in the reader's language.
    pub fn get(&self, name: &str, lang: Lang) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, text)| text.get(lang))
    }

    /// Every error: field name and sentence.
    pub fn iter(&self, lang: Lang) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(move |(name, text)| (name.as_ref(), text.get(lang)))
    }

    /// The same, with what is wrong beside one field standing beside another: where a page has one field for what
    /// a room asks under another name.
    #[must_use]
    pub fn beside(mut self, field: &str, other: &str) -> Fields {
        for (name, _) in self.0.iter_mut().filter(|(name, _)| name == field) {
            *name = other.to_owned().into();
        }
        self
    }

    /// How many errors there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Err(Invalid)` when there is any error.
    pub fn into_result(self) -> Result<()> {
        if self.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }
}
