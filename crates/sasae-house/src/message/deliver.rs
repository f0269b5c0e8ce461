//! Sending what waits.
//!
//! Any number of processes may do this at once: a process leases a mail before it sends it, and a lease
//! that is not given back expires. When a process dies after the mail server has answered and before it
//! has noted so, the mail is sent a second time under the same Message-ID. No mail is lost.

use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::watch;

use super::MESSAGE;
use super::model::{State, next_try};
use super::smtp::{Failure, Mail, Mailer};
use super::store::{self, Outgoing, Tried};
use crate::app::App;
use crate::ctx::{Actor, Ctx, Visit};
use crate::error::Result;
use sasae_core::id::Id;

/// How long a process has a mail for itself: longer than the longest try.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// How often it is looked whether something is due.
const EVERY: Duration = Duration::from_secs(5);

/// How the audit trail calls what is done here.
const ACT: &str = "sasae serve (mail)";

/// Sends what is due, for every municipality that is served, until it is told to stop; then ends
/// after the mail that is under way.
pub async fn run(app: App, mailer: Mailer, mut stopping: watch::Receiver<bool>) {
    let mut troubled = false;
    loop {
        match deliver_all(&app, &mailer, &stopping).await {
            Ok(()) => troubled = false,
            // Once is enough to say so: the database is asked again every few seconds.
            Err(error) if !troubled => {
                troubled = true;
                tracing::warn!(%error, "no mail can be sent for now");
            }
            Err(_) => {}
        }
        tokio::select! {
            // Also when the other end is gone.
            _ = stopping.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn deliver_all(app: &App, mailer: &Mailer, stopping: &watch::Receiver<bool>) -> Result<()> {
    for tenant in app.served() {
        while !*stopping.borrow() && deliver_next(app, tenant, mailer).await?.is_some() {}
    }
    Ok(())
}

/// Sends the mail of a municipality that has been due for the longest, and says what came of it;
/// `None` where nothing is due.
///
/// # Errors
/// What the database says; whatever the mail server does is no error.
pub async fn deliver_next(app: &App, tenant: &str, mailer: &Mailer) -> Result<Option<State>> {
    let Some((lease, mail)) = take(&system(app, tenant).await?).await? else { return Ok(None) };
    let outcome = mailer
        .send(&Mail { id: mail.id, to: &mail.address, subject: &mail.subject, body: &mail.body, at: mail.created_at })
        .await;
    let ctx = system(app, tenant).await?;
    let state = settle(&ctx, lease, &mail, outcome).await?;
    app.meter().mailed(state.code());
    Ok(Some(state))
}

/// A context of this moment: one stands still.
async fn system(app: &App, tenant: &str) -> Result<Ctx> {
    let tenant = app.tenant(tenant).await?;
    let visit = Visit { act: ACT.to_owned(), ..Visit::default() };
    Ok(Ctx::new(app.clone(), tenant, Actor::System(ACT), visit))
}

async fn take(ctx: &Ctx) -> Result<Option<(Id, Outgoing)>> {
    // Looked at before anything is written: mostly nothing is due.
    let mut read = ctx.read().await?;
    let due = store::list_due(ctx, &mut read).await?;
    drop(read);
    for id in due {
        let mut work = ctx.begin().await?;
        let lease = ctx.new_id();
        if store::lease(ctx, &mut work, id, lease, ctx.now() + LEASE).await? {
            let mail = store::get_outgoing(ctx, &mut work, id).await?;
            work.commit("").await?;
            return Ok(Some((lease, mail)));
        }
    }
    Ok(None)
}

async fn settle(ctx: &Ctx, lease: Id, mail: &Outgoing, outcome: std::result::Result<(), Failure>) -> Result<State> {
    let now = ctx.now();
    let (state, next_try_at) = match &outcome {
        Ok(()) => (State::Sent, now),
        Err(failure) if failure.lasting => (State::Failed, now),
        Err(_) => match next_try(now, mail.tries + 1) {
            Some(at) => (State::Waiting, at),
            None => (State::GivenUp, now),
        },
    };
    let error = outcome.as_ref().err().map_or("", |failure| failure.code.as_str());
    let sent_at = outcome.is_ok().then_some(now);
    let mut work = ctx.begin().await?;
    let tried = Tried { id: mail.id, lease, state, next_try_at, error, sent_at };
    if store::set_tried(ctx, &mut work, &tried).await? {
        ctx.wrote(&MESSAGE, mail.id);
    }
    work.commit("").await?;
    if !error.is_empty() {
        tracing::warn!(error, "a mail could not be sent");
    }
    Ok(state)
}
