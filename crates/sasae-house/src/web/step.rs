//! The one way through a step of a form: what was read is checked and done in one transaction, which
//! commits and leads on; or the same page comes back with what is wrong and all that was typed; or,
//! where somebody saved first, with both sides. A handler says what is done, where that leads, and
//! how its page looks; the way itself stands here.
//!
//! ```ignore
//! Step::new(&ctx)
//!     .kept(&form.sent, DRAFT, "/notices/new")
//!     .run(
//!         async |work| Ok(format!("/notices/{}", super::report(&ctx, work, &form.input).await?.id)),
//!         async |faults| new_page(&ctx, &form.input, None, &faults).await,
//!     )
//!     .await
//! ```
//!
//! What is wrong for a reason that is not in the form (a lost database, a record that is not there)
//! leaves as an error, and the layer gives the typed text back (`typed.rs`).

use axum::http::StatusCode;
use maud::{Markup, html};

use super::pairs::Pairs;
use super::reply::{Reply, see};
use super::ui::form::error_summary;
use super::ui::parts::{Tone, callout};
use crate::ctx::{Ctx, Work};
use crate::draft;
use crate::error::{Error, Fields, Result};
use crate::lang::{Lang, Text};

/// What is wrong with a form that was sent; nothing, where it is shown for the first time.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// Beside the fields.
    pub fields: Fields,
    /// A rule of the room that refuses the whole.
    pub refused: Option<Text>,
    /// The revision that stands, where somebody saved the record in between.
    pub stale: Option<i64>,
}

impl From<Fields> for Faults {
    fn from(fields: Fields) -> Faults {
        Faults { fields, ..Faults::default() }
    }
}

impl Faults {
    /// What a form can be shown again with, or the error back.
    ///
    /// # Errors
    /// Whatever is not in the form.
    pub fn of(error: Error) -> Result<Faults> {
        match error {
            Error::Invalid(fields) => Ok(Faults::from(fields)),
            Error::Refused(text) => Ok(Faults { refused: Some(text), ..Faults::default() }),
            Error::Stale { now } => Ok(Faults { stale: Some(now), ..Faults::default() }),
            other => Err(other),
        }
    }

    /// The same, or the refusal as an error: for a page that has no form once the room refuses, and so
    /// could not keep what was typed.
    ///
    /// # Errors
    /// When the room refuses.
    pub fn or_refusal(self) -> Result<Faults> {
        match self.refused {
            Some(text) => Err(Error::Refused(text)),
            None => Ok(self),
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.refused.is_none() && self.stale.is_none()
    }

    /// Whether somebody saved the record in between.
    pub fn is_stale(&self) -> bool {
        self.stale.is_some()
    }

    /// The error of a field, in the reader's language.
    pub fn get(&self, name: &str, lang: Lang) -> Option<&str> {
        self.fields.get(name, lang)
    }

    /// The status of the page that shows the form.
    pub fn status(&self) -> StatusCode {
        match (self.is_stale(), self.is_empty()) {
            (true, _) => StatusCode::CONFLICT,
            (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
            (false, true) => StatusCode::OK,
        }
    }

    /// What stands above the form: why it was refused, and which fields are to be put right.
    pub fn summary(&self, lang: Lang) -> Markup {
        let list: Vec<(&str, &str)> = self.fields.iter(lang).collect();
        html! {
            @if let Some(text) = &self.refused {
                (callout(lang, Tone::Danger, lang.t("まだ保存していません", "Not saved"), html! { p { (text.get(lang)) } }))
            }
            (error_summary(lang, &list))
        }
    }
}

/// A form that can be kept as a draft.
struct Kept<'a> {
    sent: &'a Pairs,
    about: &'a str,
    back: &'a str,
}

/// A step on its way.
#[must_use = "a step is taken by `run` or `press`"]
pub struct Step<'a> {
    ctx: &'a Ctx,
    kept: Option<Kept<'a>>,
}

impl<'a> Step<'a> {
    /// A step without a draft.
    pub fn new(ctx: &'a Ctx) -> Step<'a> {
        Step { ctx, kept: None }
    }

    /// What was sent can be kept as a draft about something, under the key that the form names: where
    /// 下書き was pressed it is, and the reader comes back to `back`; where the step is done, it is forgotten.
    pub fn kept(self, sent: &'a Pairs, about: &'a str, back: &'a str) -> Step<'a> {
        Step { kept: Some(Kept { sent, about, back }), ..self }
    }

    /// Takes the step. `act` does it and says where that leads; `again` shows the form once more,
    /// after the transaction is gone.
    ///
    /// # Errors
    /// Whatever is not in the form.
    pub async fn run<A, G>(self, act: A, again: G) -> Reply
    where
        A: AsyncFnOnce(&mut Work) -> Result<String>,
        G: AsyncFnOnce(Faults) -> Reply,
    {
        if let Some(kept) = self.kept.as_ref().filter(|kept| kept.sent.has("_draft")) {
            return draft::keep_and_return(self.ctx, kept.sent, kept.back).await;
        }
        let mut work = self.ctx.begin().await?;
        match act(&mut work).await {
            Ok(location) => {
                if let Some(kept) = &self.kept {
                    draft::forget(self.ctx, &mut work, kept.sent, kept.about).await?;
                }
                Ok(see(&work.commit(&location).await?))
            }
            Err(error) => {
                // What the step began is undone before the page reads.
                drop(work);
                again(Faults::of(error)?).await
            }
        }
    }

    /// Takes a step that has no form of its own, only a button.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub async fn press<A>(self, act: A) -> Reply
    where
        A: AsyncFnOnce(&mut Work) -> Result<String>,
    {
        let mut work = self.ctx.begin().await?;
        let location = act(&mut work).await?;
        Ok(see(&work.commit(&location).await?))
    }
}
