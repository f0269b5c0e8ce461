//! The page of a thread: the picture, and the same in words.

use axum::extract::Path;
use axum::http::StatusCode;
use maud::html;
use sasae_core::id::Id;

use super::gather::{gather, kind_of};
use crate::access::require_sight;
use crate::ctx::Ctx;
use crate::web::ui::parts::{Tone, callout, print_button};
use crate::web::ui::svg_thread::End;
use crate::web::{Page, Reply, json};

/// `GET /thread/{kind}/{id}`
pub async fn show(ctx: Ctx, Path((kind, id)): Path<(String, Id)>) -> Reply {
    let kind = kind_of(&kind)?;
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
pub async fn show_json(ctx: Ctx, Path((kind, id)): Path<(String, Id)>) -> Reply {
    let kind = kind_of(&kind)?;
    let mut read = ctx.read().await?;
    let thread = gather(&ctx, &mut read, kind, id).await?;
    let nodes: Vec<_> = thread
        .picture
        .nodes
        .iter()
        .map(|n| serde_json::json!({ "id": n.id, "lane": n.lane, "on": n.at, "kind": n.kind, "title": n.title, "state": n.state, "href": n.href }))
        .collect();
    let arrows: Vec<_> = thread
        .picture
        .arrows
        .iter()
        .map(|a| match &a.to {
            End::Node(to) => serde_json::json!({ "from": a.from, "to": to, "label": a.label }),
            End::Open { whose_turn, .. } => {
                serde_json::json!({ "from": a.from, "whose_turn": whose_turn, "label": a.label })
            }
        })
        .collect();
    json(StatusCode::OK, &serde_json::json!({ "nodes": nodes, "arrows": arrows, "cut": thread.cut }))
}
