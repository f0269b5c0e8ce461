//! A step that puts something right, from its form over the preview to the answer, written once for all
//! rooms: [`FormStep`] for one with fields of its own, [`ReasonStep`] for one that asks for a reason
//! alone — strike out, restore, take back.

use axum::response::Response;
use maud::{Markup, html};
use sasae_core::id::Id;
use sasae_db::Conn;

use super::model::{Outlook, ReasonForm};
use super::pages::{Question, Wish, reason_field};
use super::place_after;
use crate::access::{self, Act, Kind, Why};
use crate::ctx::{Ctx, Work};
use crate::error::Result;
use crate::lang::Words;
use crate::room::Pending;
use crate::web::api::{IdBody, Shown};
use crate::web::ui::parts::saved_first;
use crate::web::{Faults, Form, Pairs, Reply, see};

/// A step with a form of its own, for one reader and one record.
#[derive(Clone)]
pub struct FormStep<'a> {
    /// Who takes it.
    pub ctx: &'a Ctx,
    /// The record by whose rules the step is allowed.
    pub record: (Kind, Id),
    /// What is done: the title of the page.
    pub title: Words,
    /// The verb on the button.
    pub verb: Words,
    /// Where form and preview are sent.
    pub action: &'a str,
    /// Where やめる leads: the page of what is put right.
    pub page: &'a str,
    /// Where one goes afterwards.
    pub after: &'a str,
    /// Where one goes who can no longer see the record.
    pub list: &'static str,
    /// What the page says afterwards that it was done.
    pub done: &'static str,
}

impl FormStep<'_> {
    /// The form, again with what was typed where something is wrong. `said` stands above it, `body`
    /// holds the fields, `both` shows both sides where somebody else has saved first.
    pub fn form(
        &self,
        (revision, why): (i64, &[Why]),
        said: &Markup,
        body: &Markup,
        both: &Markup,
        faults: &Faults,
    ) -> Response {
        let lang = self.ctx.lang();
        let said = html! {
            @if faults.is_stale() { (saved_first(lang, both)) }
            (said)
        };
        self.question(revision, why).form(self.ctx, &said, body, faults)
    }

    /// The button that was pressed: the form again, the preview, or the step itself. `act` does it in
    /// a transaction, which is dropped for the preview; `again` shows the form once more.
    ///
    /// # Errors
    /// Whatever is not in the form.
    pub async fn post<A, G>(&self, sent: &Pairs, seen: i64, act: A, again: G) -> Reply
    where
        A: AsyncFnOnce(&mut Work) -> Result<Outlook>,
        G: AsyncFnOnce(Faults) -> Reply,
    {
        let ctx = self.ctx;
        let wish = Wish::of(sent);
        if wish == Wish::Back {
            return again(Faults::default()).await;
        }
        let mut work = ctx.begin().await?;
        match act(&mut work).await {
            Ok(outlook) if wish == Wish::Do => {
                let to = place_after(ctx, &mut work, self.record, self.after, self.list, self.done).await?;
                let to = outlook.moved_to.map_or(to.clone(), |other| format!("{to}&to={other}"));
                Ok(see(&work.commit(&to).await?))
            }
            Ok(outlook) => {
                drop(work);
                let mut read = ctx.read().await?;
                let sight = access::sight(ctx, &mut read, self.record.0, self.record.1, &[]).await?;
                drop(read);
                self.question(seen, &sight.why).preview(ctx, &outlook, sent).await
            }
            Err(error) => {
                drop(work);
                again(Faults::of(error)?).await
            }
        }
    }

    fn question<'b>(&'b self, revision: i64, why: &'b [Why]) -> Question<'b> {
        let lang = self.ctx.lang();
        Question {
            title: self.title.get(lang),
            action: self.action,
            verb: self.verb.get(lang),
            cancel: self.page,
            revision,
            why,
        }
    }
}

/// A step over several records at once, in one transaction: each room asks its own rules about each of them.
/// What is shown before it is done is the same step in a transaction that is dropped.
#[derive(Clone)]
pub struct ManyStep<'a> {
    /// Who takes it.
    pub ctx: &'a Ctx,
    /// What is done: the title of the page.
    pub title: Words,
    /// The verb on the button.
    pub verb: Words,
    /// Where form and preview are sent.
    pub action: &'a str,
    /// Where やめる leads, and where one goes afterwards.
    pub page: &'a str,
    /// What the page says afterwards that it was done.
    pub done: &'static str,
}

impl ManyStep<'_> {
    /// The form, again with what was typed where something is wrong.
    pub fn form(&self, said: &Markup, body: &Markup, faults: &Faults) -> Response {
        self.question().form(self.ctx, said, body, faults)
    }

    /// The button that was pressed: the form again, the preview, or the step itself.
    ///
    /// # Errors
    /// Whatever is not in the form.
    pub async fn post<A, G>(&self, sent: &Pairs, act: A, again: G) -> Reply
    where
        A: AsyncFnOnce(&mut Work) -> Result<Outlook>,
        G: AsyncFnOnce(Faults) -> Reply,
    {
        let ctx = self.ctx;
        let wish = Wish::of(sent);
        if wish == Wish::Back {
            return again(Faults::default()).await;
        }
        let mut work = ctx.begin().await?;
        match act(&mut work).await {
            Ok(_) if wish == Wish::Do => {
                let to = format!("{}?done={}", self.page, self.done);
                Ok(see(&work.commit(&to).await?))
            }
            Ok(outlook) => {
                drop(work);
                self.question().preview(ctx, &outlook, sent).await
            }
            Err(error) => {
                drop(work);
                again(Faults::of(error)?).await
            }
        }
    }

    fn question(&self) -> Question<'_> {
        let lang = self.ctx.lang();
        Question {
            title: self.title.get(lang),
            action: self.action,
            verb: self.verb.get(lang),
            cancel: self.page,
            revision: 0,
            why: &[],
        }
    }
}

/// What stands above the form of a step.
pub struct TargetSummary {
    /// The revision of what is put right.
    pub revision: i64,
    /// What it is, in a line or two.
    pub said: Markup,
}

/// What is put right: a record, or an entry of one.
#[derive(Debug, Clone, Copy)]
pub struct CorrectionTarget {
    /// The record by whose rules the step is allowed.
    pub record: Id,
    /// What is put right: the record itself, or the entry.
    pub part: (Kind, Id),
}

impl CorrectionTarget {
    /// A record.
    pub fn of(kind: Kind, record: Id) -> CorrectionTarget {
        CorrectionTarget { record, part: (kind, record) }
    }

    /// An entry of a record.
    pub fn entry(record: Id, part: (Kind, Id)) -> CorrectionTarget {
        CorrectionTarget { record, part }
    }
}

/// A step that asks for a reason alone, as its room describes it.
pub struct ReasonStep {
    /// The kind of record by whose rules the step is allowed.
    pub kind: Kind,
    /// What lets somebody take it; `SEE` where `show` and `take` ask more themselves.
    pub act: Act,
    /// The page of the record or entry.
    pub page: fn(CorrectionTarget) -> String,
    /// Where form and preview are sent.
    pub action: fn(CorrectionTarget) -> String,
    /// Where one goes who can no longer see the record.
    pub list: &'static str,
    /// What is done: the title of the page.
    pub title: Words,
    /// The verb on the button.
    pub verb: Words,
    /// What the page says afterwards that it was done.
    pub done: &'static str,
    /// What is put right; refuses where the step does not fit. The act was asked already.
    pub show: for<'a> fn(&'a Ctx, &'a mut Conn, CorrectionTarget) -> Pending<'a, TargetSummary>,
    /// Does it, and says what it changes.
    pub take: for<'a> fn(&'a Ctx, &'a mut Work, CorrectionTarget, &'a ReasonForm, i64) -> Pending<'a, Outlook>,
}

impl ReasonStep {
    /// `GET`: the form.
    pub async fn form(&self, ctx: &Ctx, target: CorrectionTarget) -> Reply {
        self.page_with(ctx, target, &ReasonForm::default(), &Faults::default()).await
    }

    /// `POST`: the preview, or the step itself after it.
    pub async fn post(&self, ctx: &Ctx, target: CorrectionTarget, form: Form<ReasonForm>) -> Reply {
        let seen = form.seen()?;
        let (page, action) = ((self.page)(target), (self.action)(target));
        self.step(ctx, target, &page, &action)
            .post(
                &form.sent,
                seen,
                async |work| (self.take)(ctx, work, target, &form.input, seen).await,
                async |faults| self.page_with(ctx, target, &form.input, &faults).await,
            )
            .await
    }

    /// The API's step, without a preview: gives what was put right.
    pub async fn run(
        &self,
        ctx: &Ctx,
        target: CorrectionTarget,
        form: &ReasonForm,
        seen: i64,
    ) -> Result<Shown<IdBody>> {
        let mut work = ctx.begin().await?;
        (self.take)(ctx, &mut work, target, form, seen).await?;
        work.commit(&format!("{}#{}", (self.page)(target), target.part.1)).await?;
        Ok(Shown(IdBody { id: target.part.1 }))
    }

    fn step<'a>(&self, ctx: &'a Ctx, target: CorrectionTarget, page: &'a str, action: &'a str) -> FormStep<'a> {
        FormStep {
            ctx,
            record: (self.kind, target.record),
            title: self.title,
            verb: self.verb,
            action,
            page,
            after: page,
            list: self.list,
            done: self.done,
        }
    }

    async fn page_with(&self, ctx: &Ctx, target: CorrectionTarget, form: &ReasonForm, faults: &Faults) -> Reply {
        let mut read = ctx.read().await?;
        let sight = access::sight(ctx, &mut read, self.kind, target.record, &[self.act]).await?;
        sight.require(self.act)?;
        let shown = (self.show)(ctx, &mut read, target).await?;
        drop(read);
        let (page, action) = ((self.page)(target), (self.action)(target));
        let body = html! { (reason_field(ctx.lang(), &form.reason, &faults.fields)) };
        let step = self.step(ctx, target, &page, &action);
        Ok(step.form((shown.revision, &sight.why), &shown.said, &body, &html! {}, faults))
    }
}
