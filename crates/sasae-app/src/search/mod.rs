//! さがす: one box for everything that the reader may see, by the beginning of
//! a number, a title or what was told. Each kind of record is a [`Group`]; what
//! a reader may not know leaves no row and no count.
//!
//! Deliberately absent: search in the middle of a text.

pub mod pages;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;

use sasae_core::wareki;
use sasae_db::Conn;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Lang;
use crate::lang::Words;
use crate::person;
use crate::room::Room;
use crate::web::{Gate, Routes};

/// Most rows of one kind.
pub const MOST: i64 = 20;

/// What this room offers.
pub static ROOM: Room = Room { routes, ..Room::new("search", Words("さがす", "Search")) };

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/search", Gate::Staff, pages::show)
}

/// Records of one kind that were found.
#[derive(Debug, Clone)]
pub struct Group {
    /// What they are.
    pub title: &'static str,
    /// The records.
    pub hits: Vec<Hit>,
}

/// A record that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Where it opens.
    pub href: String,
    /// What it is called.
    pub title: String,
    /// What tells it from others: number, day, area.
    pub facts: Vec<String>,
}

/// Everything found, in the order of the page: one entry for each kind of record.
pub async fn list_groups(ctx: &Ctx, conn: &mut Conn, text: &str) -> Result<Vec<Group>> {
    let lang = ctx.lang();
    Ok(vec![
        Group { title: lang.t("人", "Persons"), hits: list_persons(ctx, conn, text).await? },
        Group { title: lang.t("支援", "Cases"), hits: store::list_cases(ctx, conn, text, MOST).await? },
        Group {
            title: lang.t("相談", "Consultations"), hits: store::list_consultations(ctx, conn, text, MOST).await?
        },
    ])
}

/// Persons by name, reading, birth date or telephone number.
async fn list_persons(ctx: &Ctx, conn: &mut Conn, text: &str) -> Result<Vec<Hit>> {
    let lang = ctx.lang();
    let rows = person::search(ctx, conn, text, MOST).await?;
    Ok(rows
        .into_iter()
        .map(|row| Hit {
            href: format!("/persons/{}", row.id),
            title: format!("{} {}（{} {}）", row.family, row.given, row.family_kana, row.given_kana),
            facts: row
                .birth_on
                .map(|on| match lang {
                    Lang::Ja => wareki(on),
                    Lang::En => on.to_string(),
                })
                .into_iter()
                .chain([row.area_name])
                .collect(),
        })
        .collect())
}
