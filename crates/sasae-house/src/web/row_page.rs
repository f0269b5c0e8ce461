//! Rows that come page by page and are no list of a room: what was told one after the other.

use maud::{Markup, html};
use serde::Deserialize;
use utoipa::IntoParams;

use super::ui::parts::{grouped, pager};
use crate::error::{Error, Result};
use crate::lang::{Lang, Text};

/// Rows of a page.
const ROWS: i64 = 40;
/// The last page that is opened.
const LAST: i64 = 1_000_000;

/// The page that an address asks for, from 1.
///
/// # Errors
/// [`Error::Bad`] for a number that no link of a page has.
pub fn page_of(asked: Option<i64>) -> Result<i64> {
    Some(asked.unwrap_or(1)).filter(|page| (1..=LAST).contains(page)).ok_or_else(unknown)
}

/// What is said of an address that no page of the house leads to.
pub fn unknown() -> Error {
    Error::Bad(Text::new(
        "アドレスを読み取れません。番号や条件を確かめてください。",
        "The address cannot be understood. Check its number and conditions.",
    ))
}

/// Which page an address asks for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct PageQuery {
    /// From 1; the first when it is left out. A page has 40 rows.
    page: Option<i64>,
}

impl PageQuery {
    /// Its number.
    ///
    /// # Errors
    /// As [`page_of`].
    pub fn number(&self) -> Result<i64> {
        page_of(self.page)
    }
}

/// A page of such rows.
#[derive(Debug, Clone)]
pub struct RowPage<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Which page, from 1.
    pub page: i64,
    /// Whether further pages follow.
    pub more: bool,
}

/// How many rows stand before a page, and how many are read: one more than it holds.
pub fn window(page: i64) -> (i64, i64) {
    ((page - 1) * ROWS, ROWS + 1)
}

impl<T> RowPage<T> {
    /// Of what was read of a [`window`].
    pub fn of(page: i64, mut rows: Vec<T>) -> RowPage<T> {
        let most = usize::try_from(ROWS).unwrap_or(usize::MAX);
        let more = rows.len() > most;
        rows.truncate(most);
        RowPage { rows, page, more }
    }

    /// The same page with other rows.
    pub fn map<R>(self, of: impl FnMut(T) -> R) -> RowPage<R> {
        RowPage { rows: self.rows.into_iter().map(of).collect(), page: self.page, more: self.more }
    }

    /// Which rows stand here, and the ways to the pages before and behind; nothing where all are in sight.
    pub fn ways(&self, lang: Lang, address: impl Fn(i64) -> String) -> Markup {
        let first = (self.page - 1) * ROWS;
        let before = (self.page > 1).then(|| address(self.page - 1));
        let after = self.more.then(|| address(self.page + 1));
        html! {
            @if self.page > 1 || self.more {
                @if self.rows.is_empty() {
                    p class="list-count" { (lang.t("このページには、もう何もありません。", "There is nothing on this page any more.")) }
                } @else {
                    p class="list-count" {
                        (grouped(first + 1)) "–" (grouped(first + self.rows.len() as i64)) (lang.t("件目", ""))
                        @if self.more { (lang.t("（つづきがあります）", " (there are more)")) }
                    }
                }
                (pager(lang, before.as_deref(), after.as_deref()))
            }
        }
    }
}
