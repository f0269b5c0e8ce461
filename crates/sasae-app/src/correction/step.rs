//! A step that asks for a reason alone — strike out, restore, take back — from its form over the
//! preview to the answer, written once for all rooms.

use maud::{Markup, html};
use sasae_core::id::Id;
use sasae_db::Conn;

use super::model::{Outlook, ReasonForm};
use super::pages::{Question, Wish, reason_field};
use super::place_after;
use crate::access::{self, Act, Kind};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Fields, Result};
use crate::lang::Words;
use crate::room::Pending;
use crate::web::api::{IdBody, Shown as Answered};
use crate::web::ui::parts::saved_first;
use crate::web::{Form, Reply, see};

/// What stands above the form of a step.
pub struct Shown {
    /// The revision of what is put right.
    pub revision: i64,
    /// What it is, in a line or two.
    pub said: Markup,
}

/// What is put right: a record, or an entry of one.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The record by whose rules the step is allowed.
    pub record: Id,
    /// What is put right: the record itself, or the entry.
    pub part: (Kind, Id),
}

impl Place {
    /// A record.
    pub fn of(kind: Kind, record: Id) -> Place {
        Place { record, part: (kind, record) }
    }

    /// An entry of a record.
    pub fn entry(record: Id, part: (Kind, Id)) -> Place {
        Place { record, part }
    }
}

/// A step that asks for a reason alone, as its room describes it.
pub struct ReasonStep {
    /// The kind of record by whose rules the step is allowed.
    pub kind: Kind,
    /// What lets somebody take it; `SEE` where `show` and `take` ask more themselves.
    pub act: Act,
    /// The page of the record or entry.
    pub page: fn(Place) -> String,
    /// What follows it in the address of the step.
    pub path: &'static str,
    /// Where one goes who can no longer see the record.
    pub list: &'static str,
    /// What is done: the title of the page.
    pub title: Words,
    /// The verb on the button.
    pub verb: Words,
    /// What the page says afterwards that it was done.
    pub done: &'static str,
    /// What is put right; refuses where the step does not fit. The act was asked already.
    pub show: for<'a> fn(&'a Ctx, &'a mut Conn, Place) -> Pending<'a, Shown>,
    /// Does it, and says what it changes.
    pub take: for<'a> fn(&'a Ctx, &'a mut Work, Place, &'a ReasonForm, i64) -> Pending<'a, Outlook>,
}

impl ReasonStep {
    /// `GET`: the form.
    pub async fn form(&self, ctx: &Ctx, place: Place) -> Reply {
        self.page_with(ctx, place, &ReasonForm::default(), &Fields::default(), false).await
    }

    /// `POST`: the preview, or the step itself after it.
    pub async fn post(&self, ctx: &Ctx, place: Place, form: Form<ReasonForm>) -> Reply {
        let seen = form.seen()?;
        let wish = Wish::of(&form.sent);
        if wish == Wish::Back {
            return self.page_with(ctx, place, &form.input, &Fields::default(), false).await;
        }
        let mut work = ctx.begin().await?;
        match (self.take)(ctx, &mut work, place, &form.input, seen).await {
            Ok(_) if wish == Wish::Do => {
                let page = (self.page)(place);
                let to = place_after(ctx, &mut work, (self.kind, place.record), &page, self.list, self.done).await?;
                Ok(see(&work.commit(&to).await?))
            }
            Ok(outlook) => {
                drop(work);
                self.preview(ctx, place, &outlook, &form, seen).await
            }
            Err(Error::Invalid(errors)) => {
                drop(work);
                self.page_with(ctx, place, &form.input, &errors, false).await
            }
            Err(Error::Stale { .. }) => {
                drop(work);
                self.page_with(ctx, place, &form.input, &Fields::default(), true).await
            }
            Err(other) => Err(other),
        }
    }

    /// The API's step, without a preview: gives what was put right.
    pub async fn run(&self, ctx: &Ctx, place: Place, form: &ReasonForm, seen: i64) -> Result<Answered<IdBody>> {
        let mut work = ctx.begin().await?;
        (self.take)(ctx, &mut work, place, form, seen).await?;
        work.commit(&(self.page)(place)).await?;
        Ok(Answered(IdBody { id: place.part.1 }))
    }

    async fn preview(&self, ctx: &Ctx, place: Place, outlook: &Outlook, form: &Form<ReasonForm>, seen: i64) -> Reply {
        let mut read = ctx.read().await?;
        let sight = access::sight(ctx, &mut read, self.kind, place.record, &[]).await?;
        drop(read);
        let page = (self.page)(place);
        let action = format!("{page}{}", self.path);
        let lang = ctx.lang();
        let question = Question {
            title: self.title.get(lang),
            action: &action,
            verb: self.verb.get(lang),
            cancel: &page,
            revision: seen,
            why: &sight.why,
        };
        question.preview(ctx, outlook, &form.sent).await
    }

    async fn page_with(&self, ctx: &Ctx, place: Place, form: &ReasonForm, errors: &Fields, stale: bool) -> Reply {
        let mut read = ctx.read().await?;
        let sight = access::sight(ctx, &mut read, self.kind, place.record, &[self.act]).await?;
        sight.require(self.act)?;
        let shown = (self.show)(ctx, &mut read, place).await?;
        drop(read);
        let lang = ctx.lang();
        let page = (self.page)(place);
        let action = format!("{page}{}", self.path);
        let question = Question {
            title: self.title.get(lang),
            action: &action,
            verb: self.verb.get(lang),
            cancel: &page,
            revision: shown.revision,
            why: &sight.why,
        };
        let said = html! {
            @if stale { (saved_first(lang, &html! {})) }
            (shown.said)
        };
        let body = html! { (reason_field(lang, &form.reason, errors)) };
        Ok(if stale { question.stale(ctx, &said, body) } else { question.form(ctx, &said, body, errors) })
    }
}
