//! The page さがす.

use axum::extract::Query;
use maud::{Markup, html};
use sasae_core::text;
use serde::Deserialize;

use super::{Group, MOST, ROWS};
use crate::ctx::Ctx;
use crate::lang::Lang;
use crate::web::ui::form::{SEARCH, text_field};
use crate::web::ui::parts::{empty, link_button};
use crate::web::{Page, Reply, encode};

/// Most characters that are searched for.
const LONGEST: usize = 100;

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
    /// Most rows of one kind.
    #[serde(default)]
    rows: Option<i64>,
}

/// `GET /search`
pub async fn show(ctx: Ctx, Query(query): Query<SearchQuery>) -> Reply {
    let q: String = text::clean(&query.q).chars().take(LONGEST).collect();
    let rows = query.rows.unwrap_or(ROWS).clamp(ROWS, MOST);
    let groups = if q.is_empty() {
        None
    } else {
        let mut read = ctx.read().await?;
        Some(super::list_groups(&ctx, &mut read, &q, rows).await?)
    };
    let lang = ctx.lang();
    let title = lang.t("さがす", "Search");
    let by = hint(&ctx);
    let main = html! {
        h1 { (title) }
        form class="form" action="/search" method="get" role="search" aria-label=(title) {
            (text_field(lang, "q", lang.t("名前・ことば・番号", "Name, word or number")).value(&q).maxlength(SEARCH).autocomplete("off").without_word()
                .hint(&by))
            div class="buttons" { button class="button button-primary" type="submit" { (title) } }
        }
        @if let Some(groups) = &groups { (found(&ctx, groups, &q, rows)) }
    };
    Ok(Page::new(title, main).reply(&ctx))
}

/// By what can be searched for, in the words of the rooms.
fn hint(ctx: &Ctx) -> String {
    let lang = ctx.lang();
    let words = ctx.app().rooms().filter(|room| room.search.is_some()).map(|room| room.found_by.get(lang));
    let words = words.collect::<Vec<_>>().join(lang.t("、", ", "));
    match lang {
        Lang::Ja => format!("{words}でさがせます"),
        Lang::En => format!("Find by {words}"),
    }
}

fn found(ctx: &Ctx, groups: &[Group], q: &str, rows: i64) -> Markup {
    let lang = ctx.lang();
    html! {
        @if groups.iter().all(|group| group.hits.is_empty()) {
            (empty(
                lang.t("見つかりませんでした。短いことばや、ほかの書き方でさがしてください。", "Nothing was found. Try fewer words or another spelling."),
                None,
            ))
        }
        @if rows < MOST && groups.iter().any(|group| group.hits.len() as i64 >= rows) {
            @let more = (rows * 2).min(MOST);
            p { (link_button(&format!("/search?q={}&rows={more}", encode(q)), lang.t("それぞれもっと見る", "Show more of each"))) }
        }
        @for (index, group) in groups.iter().enumerate().filter(|(_, group)| !group.hits.is_empty()) {
            section aria-labelledby={ "group-" (index) } {
                @let cut = group.hits.len() as i64 >= rows;
                h2 id={ "group-" (index) } { (group.title) @if !cut { " " span class="count" { (group.hits.len()) } } }
                @if cut {
                    p class="hint" {
                        @match lang {
                            Lang::Ja => { "はじめの" (rows) "件です。もう少し書くと、しぼれます。" }
                            Lang::En => { "The first " (rows) ". Write more to narrow it down." }
                        }
                    }
                }
                ul {
                    @for hit in &group.hits {
                        li { a href=(hit.href) { (hit.title) } br; span class="hint" { (hit.facts.join(lang.t("・", ", "))) } }
                    }
                }
            }
        }
    }
}
