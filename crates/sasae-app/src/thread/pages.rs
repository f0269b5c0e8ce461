//! The page of a thread: the picture, and the same in words.

use axum::extract::Path;
use maud::html;
use sasae_core::id::Id;
use serde::Serialize;
use utoipa::ToSchema;

use super::gather::{gather, kind_of};
use crate::access::require_sight;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::web::api::Shown;
use crate::web::ui::parts::{Tone, callout, print_button};
use crate::web::ui::svg_thread::End;
use crate::web::{Page, Reply};

/// `GET /thread/{kind}/{id}`
pub async fn show(ctx: Ctx, Path((kind, id)): Path<(String, Id)>) -> Reply {
    let kind = kind_of(&ctx, &kind)?;
    let mut read = ctx.read().await?;
    let why = require_sight(&ctx, &mut read, kind, id).await?;
    let thread = gather(&ctx, &mut read, kind, id).await?;
    let lang = ctx.lang();
    let title = lang.t("支援の流れ", "The thread of this concern");
    let main = html! {
        h1 { (title) }
        p class="lead" { (lang.t(
            "だれが、だれに、いつ渡し、どうなったか。見てよい記録だけが出ています。",
            "Who passed what to whom, when, and what became of it. Only records that you may see are shown.",
        )) }
        @if thread.cut {
            (callout(lang, Tone::Info, lang.t("続きがあります", "There is more"), html! {
                p { (lang.t("記録が多いため、はじめの60件だけを出しています。", "Only the first 60 records are shown.")) }
            }))
        }
        div class="thread-scroll" tabindex="0" role="group" aria-label=(title) { (thread.picture.render()) }
        h2 { (lang.t("ことばで見る", "In words")) }
        (thread.picture.in_words())
        (print_button(lang))
    };
    Ok(Page::new(title, main).wide().why(why).reply(&ctx))
}

/// `GET /api/thread/{kind}/{id}`: nodes and arrows.
pub async fn show_json(ctx: Ctx, Path((kind, id)): Path<(String, Id)>) -> Result<Shown<ThreadBody>> {
    let kind = kind_of(&ctx, &kind)?;
    let mut read = ctx.read().await?;
    let thread = gather(&ctx, &mut read, kind, id).await?;
    let nodes = thread.picture.nodes.iter().map(|node| NodeBody {
        id: node.id.clone(),
        lane: node.lane,
        on: node.at.to_string(),
        kind: node.kind.clone(),
        title: node.title.clone(),
        state: node.state.clone(),
        href: node.href.clone(),
    });
    let arrows = thread.picture.arrows.iter().map(|arrow| {
        let (to, whose_turn) = match &arrow.to {
            End::Node(to) => (Some(to.clone()), None),
            End::Open { whose_turn, .. } => (None, Some(whose_turn.clone())),
        };
        ArrowBody { from: arrow.from.clone(), to, whose_turn, label: arrow.label.clone() }
    });
    Ok(Shown(ThreadBody { nodes: nodes.collect(), arrows: arrows.collect(), cut: thread.cut }))
}

/// A thread: its records and the ways between them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThreadBody {
    /// The records.
    nodes: Vec<NodeBody>,
    /// What was passed on, answered, or belongs together.
    arrows: Vec<ArrowBody>,
    /// It is longer than what is shown.
    cut: bool,
}

/// A record of a thread.
#[derive(Debug, Serialize, ToSchema)]
pub struct NodeBody {
    /// Names it for the arrows.
    id: String,
    /// In which lane it stands, from the top.
    lane: usize,
    /// On which day.
    on: String,
    /// What kind of record.
    kind: String,
    /// Its title.
    title: String,
    /// How it stands.
    state: Option<String>,
    /// Its page, where the reader may open it.
    href: Option<String>,
}

/// A way from one record to another.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArrowBody {
    /// Where it starts.
    from: String,
    /// Where it ends; absent while the answer is awaited.
    to: Option<String>,
    /// Who has to answer.
    whose_turn: Option<String>,
    /// The days that it took or has been open.
    label: String,
}
