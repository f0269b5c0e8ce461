//! 下書き: half-written forms. Only their writer ever sees them; they are kept
//! per account, per whatever the form is about, and per tab, and go when the form is sent.
//!
//! A draft is kept as the browser sends a form, names and values in their
//! order, whether the page sent it or 下書き was pressed. So it is read back by
//! the reader that reads the form itself, and one ticked box stays a list of one.

pub mod store;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jiff::Timestamp;
use maud::{Markup, html};
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::{Lang, Words};
use crate::room::Room;
use crate::web::ui::form::hidden;
use crate::web::{Gate, Pairs, Reply, Routes, encode, see};

/// Most bytes of a draft.
pub const LONGEST: usize = 200_000;

/// Most characters of a key.
const LONGEST_KEY: usize = 200;
/// Most drafts about the same that are offered.
const MOST: i64 = 6;
/// How many characters of a draft are shown to tell it from others.
const WORDS: usize = 20;
/// Asks for an empty form.
const NEW: &str = "new";

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
    let Some(account) = ctx.staff()?.account else { return Ok(()) };
    keep_for(ctx, account, sent).await
}

/// Keeps a form for an account, in the place that the form names. What it continued goes, unless it was
/// written on in another tab.
pub async fn keep_for(ctx: &Ctx, account: Id, sent: &Pairs) -> Result<()> {
    let key = sent.find("_draft_key").ok_or(Error::NotFound)?;
    let body = serde_json::to_string(&sent.typed()).map_err(Error::internal)?;
    if body.len() > LONGEST || key.len() > LONGEST_KEY {
        return Err(Error::refused("下書きが長すぎます。", "The draft is too long."));
    }
    let mut work = ctx.begin().await?;
    store::put(ctx, &mut work, account, key, &body).await?;
    forget_continued(ctx, &mut work, account, sent).await?;
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
    let Some(account) = ctx.staff()?.account else { return Ok(None) };
    let Some((body, at)) = store::find(ctx, conn, account, key).await? else { return Ok(None) };
    let Ok(sent) = serde_json::from_str::<Pairs>(&body) else { return Ok(None) };
    // A draft of an older form that no longer fits is not worth an error page.
    Ok(sent.read().ok().map(|form| (form, clock_time(at))))
}

fn clock_time(at: Timestamp) -> String {
    sasae_core::clock::tokyo_datetime(at).strftime("%H:%M").to_string()
}

/// Forgets the draft of a form that has been sent: that of its tab, and what it continued. `about` is what
/// the form is about.
pub async fn forget(ctx: &Ctx, work: &mut Work, sent: &Pairs, about: &str) -> Result<()> {
    let Some(account) = ctx.staff()?.account else { return Ok(()) };
    let key = sent.find("_draft_key").filter(|key| belongs(key, about)).unwrap_or(about);
    store::delete(ctx, work, account, key).await?;
    forget_continued(ctx, work, account, sent).await
}

async fn forget_continued(ctx: &Ctx, work: &mut Work, account: Id, sent: &Pairs) -> Result<()> {
    let Some((before, at)) = sent.find("_draft_from").and_then(|from| from.rsplit_once('@')) else { return Ok(()) };
    match at.parse().ok().and_then(|at| Timestamp::from_microsecond(at).ok()) {
        Some(at) if before != sent.one("_draft_key") => store::delete_as_of(ctx, work, account, before, at).await,
        _ => Ok(()),
    }
}

/// What a form is about, where only a text says it: short, and without a character that a key may not have.
#[must_use]
pub fn about_text(kind: &str, text: &str) -> String {
    format!("{kind}:{}", &hex::encode(Sha256::digest(text))[..16])
}

fn belongs(key: &str, about: &str) -> bool {
    key.strip_prefix(about).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// The draft of a form that is open in one tab. Each tab has a key of its own; what was left by an earlier
/// one is continued under the new key, so that two tabs never write over each other.
#[derive(Debug, Clone, Default)]
pub struct Tab {
    /// Under which key this tab keeps its form.
    pub key: String,
    /// What was kept, when the form is continued.
    pub sent: Option<Pairs>,
    /// When it was kept (`17:32`).
    pub kept_at: Option<String>,
    /// Which draft is continued, as it stood.
    from: String,
    /// Other drafts about the same: key, time, first words.
    others: Vec<(String, String, String)>,
}

impl Tab {
    /// Opens a form about something. `asked` names a draft, or is `new` for an empty form, or is empty: then
    /// the latest draft is continued.
    pub async fn open(ctx: &Ctx, conn: &mut Conn, about: &str, asked: &str) -> Result<Tab> {
        let key = format!("{about}:{}", ctx.new_id());
        let mut tab = Tab { key, sent: None, kept_at: None, from: String::new(), others: Vec::new() };
        let Some(account) = ctx.staff()?.account else { return Ok(tab) };
        let drafts = store::list(ctx, conn, account, about, MOST).await?;
        let mut drafts: Vec<(String, Pairs, Timestamp)> = drafts
            .into_iter()
            .filter_map(|(key, body, at)| Some((key, serde_json::from_str(&body).ok()?, at)))
            .collect();
        let continued = match asked {
            NEW => None,
            "" => (!drafts.is_empty()).then(|| drafts.remove(0)),
            asked => drafts.iter().position(|(key, ..)| key == asked).map(|at| drafts.remove(at)),
        };
        if let Some((key, sent, at)) = continued {
            tab.kept_at = Some(clock_time(at));
            tab.sent = Some(sent);
            if key == asked {
                tab.key = key;
            } else {
                tab.from = format!("{key}@{}", at.as_microsecond());
            }
        } else if belongs(asked, about) {
            // Kept for the first time in a moment.
            tab.key = asked.to_owned();
        }
        tab.others = drafts
            .into_iter()
            .map(|(key, sent, at)| {
                let words = sent.texts().first().map(|text| text.chars().take(WORDS).collect());
                (key, clock_time(at), words.unwrap_or_default())
            })
            .collect();
        Ok(tab)
    }

    /// The tab that sent a form.
    pub fn of(sent: &Pairs, about: &str) -> Tab {
        let key = sent.find("_draft_key").filter(|key| belongs(key, about)).unwrap_or(about).to_owned();
        let from = sent.one("_draft_from").to_owned();
        Tab { key, sent: None, kept_at: None, from, others: Vec::new() }
    }

    /// What was kept, read as a form.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        // A draft of an older form that no longer fits is not worth an error page.
        self.sent.as_ref()?.read().ok()
    }

    /// The address of the form in this tab.
    pub fn address(&self, form: &str) -> String {
        address(form, &self.key)
    }

    /// What the form carries: which draft it continues.
    pub fn field(&self) -> Markup {
        html! { @if !self.from.is_empty() { (hidden("_draft_from", &self.from)) } }
    }

    /// Above the form: the ways to other drafts about the same, and to an empty form.
    pub fn ways(&self, lang: Lang, form: &str) -> Markup {
        html! {
            @if self.kept_at.is_some() || !self.others.is_empty() {
                ul class="ways" {
                    @if self.kept_at.is_some() {
                        li { a href=(address(form, NEW)) { (lang.t("書きかけは残して、新しく書く", "Leave this draft and begin anew")) } }
                    }
                    @for (key, at, words) in &self.others {
                        li { a href=(address(form, key)) { (lang.t("ほかの書きかけ", "Another draft")) " " (at) " " (words) } }
                    }
                }
            }
        }
    }
}

fn address(form: &str, draft: &str) -> String {
    let joint = if form.contains('?') { '&' } else { '?' };
    format!("{form}{joint}draft={}", encode(draft))
}
