//! 下書き: half-written forms. Only their writer ever sees them; they are kept
//! per account and form, and go when the form is sent.
//!
//! A draft is kept as the browser sends a form, names and values in their
//! order, whether the page sent it or 下書き was pressed. So it is read back by
//! the reader that reads the form itself, and one ticked box stays a list of one.

pub mod store;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use sasae_db::Conn;
use serde::de::DeserializeOwned;

use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::Words;
use crate::room::Room;
use crate::web::{Gate, Pairs, Reply, Routes, see};

/// Most bytes of a draft.
pub const LONGEST: usize = 200_000;

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    migrations: &[sasae_db::migration!("0001_draft")],
    ..Room::new("draft", Words("下書き", "Drafts"))
};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    routes.post("/drafts", Gate::Staff, Words("下書き", "A draft"), keep).draft()
}

/// `POST /drafts`: the whole form, sent by the page while somebody types.
async fn keep(ctx: Ctx, sent: Pairs) -> Reply {
    put(&ctx, &sent).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn put(ctx: &Ctx, sent: &Pairs) -> Result<()> {
    let key = sent.find("_draft_key").ok_or(Error::NotFound)?;
    let Some(account) = ctx.staff()?.account else { return Ok(()) };
    let body = serde_json::to_string(&sent.typed()).map_err(Error::internal)?;
    if body.len() > LONGEST || key.len() > 200 {
        return Err(Error::refused("下書きが長すぎます。", "The draft is too long."));
    }
    let mut work = ctx.begin().await?;
    store::put(ctx, &mut work, account, key, &body).await?;
    work.commit("").await?;
    Ok(())
}

/// Keeps a form whose 下書き button was pressed, and goes back to it.
pub async fn keep_and_return(ctx: &Ctx, sent: &Pairs, back: &str) -> Reply {
    put(ctx, sent).await?;
    Ok(see(back))
}

/// The draft of a form, with the hour and minute when it was kept (`17:32`).
pub async fn find<T: DeserializeOwned>(ctx: &Ctx, conn: &mut Conn, key: &str) -> Result<Option<(T, String)>> {
    let kept = find_sent(ctx, conn, key).await?;
    // A draft of an older form that no longer fits is not worth an error page.
    Ok(kept.and_then(|(sent, at)| Some((sent.read().ok()?, at))))
}

/// As [`find`], with names and values as they were sent.
pub async fn find_sent(ctx: &Ctx, conn: &mut Conn, key: &str) -> Result<Option<(Pairs, String)>> {
    let Some(account) = ctx.staff()?.account else { return Ok(None) };
    let Some((body, at)) = store::find(ctx, conn, account, key).await? else { return Ok(None) };
    let Ok(sent) = serde_json::from_str(&body) else { return Ok(None) };
    let time = sasae_core::clock::tokyo_datetime(at).strftime("%H:%M").to_string();
    Ok(Some((sent, time)))
}

/// Forgets the draft of a form that has been sent.
pub async fn forget(ctx: &Ctx, work: &mut Work, key: &str) -> Result<()> {
    match ctx.staff()?.account {
        Some(account) => store::delete(ctx, work, account, key).await,
        None => Ok(()),
    }
}
