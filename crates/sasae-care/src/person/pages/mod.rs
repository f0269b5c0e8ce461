//! The pages of persons. Here the search; registering and editing in `form`,
//! the person's own page in `show`, the dated steps in `steps`.

pub mod form;
pub mod resume;
pub mod show;
pub mod steps;

use axum::extract::Query;
use maud::{Markup, html};
use sasae_core::age::age_on;
use serde::Deserialize;

use super::search::{self, Found};
use super::store::search::PersonRow;
use crate::ctx::Ctx;
use crate::lang::Lang;
use crate::web::ui::form::{SEARCH, text_field};
use crate::web::ui::parts::{Tone, chip, date_pair, empty, link_button, table};
use crate::web::{Page, Reply, encode};

/// So many persons are shown at first.
const ROWS: usize = 30;
/// Most persons on the page.
const MOST: usize = 960;
/// So many persons in the reader's own hands are shown at first: all of a commissioner's are there.
const ROWS_OWN: usize = 100;

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    /// Most persons.
    rows: Option<usize>,
}

/// `GET /persons?q=…`: without a question, the persons in the reader's own hands.
pub async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let asked = !query.q.trim().is_empty();
    let usual = if asked { ROWS } else { ROWS_OWN };
    let rows = query.rows.unwrap_or(usual).clamp(usual, MOST);
    let found = match asked {
        true => search::find(&ctx, &mut read, &query.q, rows).await?,
        false => search::find_own(&ctx, &mut read, rows).await?,
    };
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("人をさがす", "Find a person");
    let main = html! {
        h1 { (title) }
        form class="form" method="get" action="/persons" role="search" aria-label=(title) {
            (text_field(lang, "q", lang.t("名前・よみ・生年月日・電話番号", "Name, reading, birth date or telephone"))
                .value(&query.q).maxlength(SEARCH).without_word()
                .hint(lang.t(
                    "はじめの何文字かでさがせます。旧字や異体字、ひらがな・カタカナのちがいは気にしなくてかまいません",
                    "The first letters are enough; old letter forms and kana variants are found as well",
                )))
            div class="buttons" { button class="button button-primary" type="submit" { (lang.t("さがす", "Search")) } }
        }
        (results(&ctx, &found, &query, rows))
    };
    Ok(Page::new(title, main).reply(&ctx))
}

fn results(ctx: &Ctx, found: &Found, query: &ListQuery, rows: usize) -> Markup {
    let asked = !query.q.trim().is_empty();
    let lang = ctx.lang();
    let registers = ctx.may(&crate::person::may::REGISTER);
    let new = ("/persons/new", lang.t("新しく登録する", "Register a new person"));
    let heading = match asked {
        true => lang.t("見つかった人", "Found"),
        false => lang.t("託されている人・支援に入っている人", "Entrusted to you or in your cases"),
    };
    html! {
        div {
            h2 id="found" { (heading) }
            @if found.rows.is_empty() {
                @if asked {
                    (empty(
                        lang.t(
                            "担当の範囲では見つかりません。名前の一部やよみでもさがしてみてください。",
                            "Nobody found within what you may see. Try a part of the name or its reading.",
                        ),
                        registers.then_some(new),
                    ))
                } @else {
                    (empty(
                        lang.t("いま託されている人はいません。", "Nobody is entrusted to you at present."),
                        registers.then_some(new),
                    ))
                }
            } @else {
                @if found.more {
                    p {
                        @match lang {
                            Lang::Ja => { (found.rows.len()) "件以上あります。名前をもう少し書くと、しぼれます。" }
                            Lang::En => { (found.rows.len()) " or more. Write more of the name to narrow it down." }
                        }
                        @if rows < MOST {
                            @let more = (rows * 2).min(MOST);
                            " " (link_button(&format!("/persons?q={}&rows={more}", encode(&query.q)), lang.t("もっと見る", "Show more")))
                        }
                    }
                }
                (table(
                    heading,
                    &[
                        lang.t("名前", "Name"),
                        lang.t("生年月日", "Birth date"),
                        lang.t("区域", "Area"),
                        lang.t("住所", "Address"),
                    ],
                    found.rows.iter().map(|row| line(ctx, row)).collect(),
                ))
                @if registers && asked { p { (link_button(new.0, new.1)) } }
            }
        }
    }
}

fn line(ctx: &Ctx, row: &PersonRow) -> Vec<Markup> {
    let lang = ctx.lang();
    vec![
        html! {
            a href=(format!("/persons/{}", row.id)) { (row.name()) }
            @if !row.kana().is_empty() { br; span class="muted" { (row.kana()) } }
            (gone(lang, row))
        },
        html! { (birth(ctx, row)) },
        html! { (row.area_name) },
        address(lang, row),
    ]
}

/// Whether the person has died or moved out, as a chip.
fn gone(lang: Lang, row: &PersonRow) -> Markup {
    html! {
        @if row.died_on.is_some() { " " (chip(Tone::Plain, lang.t("亡くなった", "Died"))) }
        @if row.moved_out_on.is_some() { " " (chip(Tone::Plain, lang.t("転出した", "Moved out"))) }
    }
}

fn birth(ctx: &Ctx, row: &PersonRow) -> Markup {
    let lang = ctx.lang();
    html! {
        @match row.birth_on {
            Some(day) => {
                (date_pair(day, lang))
                @if let Some(age) = age_on(day, row.died_on.unwrap_or(ctx.today())) { " " (years(lang, age)) }
            }
            None => { (lang.t("分からない", "Not known")) }
        }
    }
}

fn address(lang: Lang, row: &PersonRow) -> Markup {
    html! {
        @if row.address_shown { (row.address) }
        @else { (chip(Tone::Caution, lang.t("住所は出していません", "Address hidden"))) }
    }
}

/// An age in words.
fn years(lang: Lang, age: u16) -> String {
    match lang {
        Lang::Ja => format!("{age}歳"),
        Lang::En => format!("{age} years"),
    }
}
