//! The page さがす.

use axum::extract::Query;
use maud::{Markup, html};
use sasae_core::text;
use serde::Deserialize;

use super::{Group, ROWS};
use crate::ctx::Ctx;
use crate::lang::Lang;
use crate::listing::range_words;
use crate::web::row_page::{page_of, unknown};
use crate::web::ui::form::{SEARCH, text_field};
use crate::web::ui::parts::{empty, link_button, pager};
use crate::web::{Page, Reply, encode};

/// Most characters that are searched for.
const LONGEST: usize = 100;

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
    /// The code of the room whose records are asked for; empty for all.
    #[serde(default, rename = "in")]
    kind: String,
    /// Which page of them, from 1.
    #[serde(default)]
    page: Option<i64>,
}

/// `GET /search`
pub async fn show(ctx: Ctx, Query(query): Query<SearchQuery>) -> Reply {
    let q: String = text::clean(&query.q).chars().take(LONGEST).collect();
    let page = page_of(query.page)?;
    if !query.kind.is_empty() && !ctx.app().rooms().any(|room| room.code == query.kind && room.search.is_some()) {
        return Err(unknown());
    }
    let only = (!query.kind.is_empty()).then_some((query.kind.as_str(), page));
    let groups = if q.is_empty() {
        None
    } else {
        let mut read = ctx.read().await?;
        Some(super::list_groups(&ctx, &mut read, &q, only).await?)
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
        @if let Some(groups) = &groups { (found(&ctx, groups, &q, only.is_some())) }
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

fn found(ctx: &Ctx, groups: &[Group], q: &str, one: bool) -> Markup {
    let lang = ctx.lang();
    let address = |group: &Group, page: i64| format!("/search?q={}&in={}&page={page}", encode(q), encode(group.code));
    html! {
        @if groups.iter().all(|group| group.hits.is_empty()) {
            (empty(
                lang.t("見つかりませんでした。題名や相談は、はじめの文字からさがします。とちゅうのことばでは見つかりません。ほかの書き方でもさがしてください。", "Nothing was found. Titles and consultations are found by how they begin, not by words in the middle. Try another spelling too."),
                None,
            ))
        }
        @for (index, group) in groups.iter().enumerate().filter(|(_, group)| !group.hits.is_empty()) {
            section aria-labelledby={ "group-" (index) } {
                h2 id={ "group-" (index) } { (group.title) }
                p class="list-count" { (range_words(group.page, ROWS, group.hits.len(), group.count, lang)) }
                ul {
                    @for hit in &group.hits {
                        li { a href=(hit.href) { (hit.title) } br; span class="hint" { (hit.facts.join(lang.t("・", ", "))) } }
                    }
                }
                @if one {
                    @let before = (group.page > 1).then(|| address(group, group.page - 1));
                    @let after = group.more.then(|| address(group, group.page + 1));
                    (pager(lang, before.as_deref(), after.as_deref()))
                } @else if group.more {
                    p { (link_button(&address(group, 2), &more_words(group, lang))) }
                }
            }
        }
        @if one { p { (link_button(&format!("/search?q={}", encode(q)), lang.t("すべての種類でさがす", "Search all kinds"))) } }
    }
}

/// 人のつづきを見る, More: Persons.
fn more_words(group: &Group, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{}のつづきを見る", group.title),
        Lang::En => format!("More: {}", group.title),
    }
}
