//! What somebody typed into a form whose session had ended: it travels through signing in and stands
//! in its form again afterwards. It is carried by the pages, so that nothing is written for anyone
//! who is not signed in.

use axum::http::{HeaderMap, header};
use axum::response::Response;
use maud::html;
use sasae_core::id::Id;
use serde::{Deserialize, Serialize};

use super::ui::page_error;
use super::{Page, Pairs, see};
use crate::account::pages::safe_next;
use crate::account::{find_session_account, session};
use crate::ctx::Ctx;
use crate::draft;
use crate::error::Result;

/// The field that carries it.
pub const FIELD: &str = "_kept";

/// A form that waits until its writer is signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// Where it was sent to.
    action: String,
    /// What was typed, and what steers the form.
    fields: Pairs,
}

impl Kept {
    /// A form on its way; the token of a session that has ended is of no use.
    pub fn new(action: &str, fields: &Pairs) -> Kept {
        Kept { action: action.to_owned(), fields: fields.without("_csrf") }
    }

    /// As one value of a form.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Read back; `None` for an empty text, and for what is none of ours.
    pub fn read(text: &str) -> Option<Kept> {
        let kept: Kept = serde_json::from_str(text).ok()?;
        (safe_next(&kept.action) == kept.action).then_some(kept)
    }

    /// After signing in: the form again with what was typed in it, where it can be kept as a draft and
    /// the form is known; otherwise a page from which the very same is sent.
    pub async fn answer(&self, ctx: &Ctx, account: Id, csrf: &str, next: &str) -> Result<Response> {
        let form = safe_next(next);
        let path = |address: &str| address.split('?').next().unwrap_or_default().to_owned();
        // Where the form had come back with errors, its address is that of the step and not of the form.
        let known = form == next && path(form) != path(&self.action);
        if self.fields.has("_draft_key") && known && draft::keep_for(ctx, account, &self.fields).await.is_ok() {
            return Ok(see(form));
        }
        let lang = ctx.lang();
        let fields: Vec<(&str, &str)> = std::iter::once(("_csrf", csrf)).chain(self.fields.iter()).collect();
        let texts = self.fields.texts();
        let title = lang.t("書いた内容は残っています", "What you wrote is still here");
        let main = html! {
            (page_error::kept_through_signing_in(lang, title, &texts, (&self.action, &fields), form))
        };
        Ok(Page::new(title, main).bare().reply(ctx))
    }
}

/// Whose session a request came with, also where it has ended: who typed what is kept. Asked before signing
/// in again forgets that session.
pub async fn find_writer(ctx: &Ctx, headers: &HeaderMap) -> Result<Option<Id>> {
    let Some(token) = session::token_of(headers) else { return Ok(None) };
    let mut read = ctx.read().await?;
    find_session_account(&mut read, ctx.tenant(), &session::hash_of(&token)).await
}

/// The page from which a form was sent: path and query of `Referer`, where it is a page of this server.
pub fn page_before(headers: &HeaderMap) -> Option<String> {
    let before = headers.get(header::REFERER)?.to_str().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let (_, rest) = before.split_once("://")?;
    let path = rest.strip_prefix(host).filter(|path| path.starts_with('/'))?;
    let path = path.split('#').next().unwrap_or_default();
    (safe_next(path) == path).then(|| path.to_owned())
}
