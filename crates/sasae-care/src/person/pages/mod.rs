//! The pages of persons. This file holds what several pages share; `form` registers and edits, `show` is
//! the person's own page, `steps` has the dated steps.

pub mod form;
pub mod household;
pub mod resume;
pub mod show;
pub mod steps;

use maud::{Markup, html};
use sasae_core::age::age_on;

use super::store::search::PersonRow;
use crate::ctx::Ctx;
use crate::lang::Lang;
use crate::web::ui::parts::{Tone, chip, date_pair};

/// Whether the person has died or moved out, as a chip.
pub(super) fn gone(lang: Lang, row: &PersonRow) -> Markup {
    html! {
        @if row.died_on.is_some() { " " (chip(Tone::Plain, lang.t("亡くなった", "Died"))) }
        @if row.moved_out_on.is_some() { " " (chip(Tone::Plain, lang.t("転出した", "Moved out"))) }
    }
}

pub(super) fn birth(ctx: &Ctx, row: &PersonRow) -> Markup {
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

pub(super) fn address(lang: Lang, row: &PersonRow) -> Markup {
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
