//! Who has looked at a person's record. It is told only to one who sees the record: to anybody else a
//! person whom somebody has looked at would be told to exist. To one who may not restrict it does not
//! tell either that a step was about a restriction, because the record does not show them.

use sasae_core::id::Id;
use sasae_db::Conn;

use super::{PERSON, RESTRICT, SEE_LOOKS};
use crate::access;
use crate::audit::{self, Look};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Lang;
use crate::route::Table;
use crate::web::{RowPage, row_page};

/// The record itself, as an act of the trail.
const RECORD: &str = "GET /persons/{id}";

/// One page of the looks, from 1 and the latest first, each with what was done in words.
pub async fn list(ctx: &Ctx, conn: &mut Conn, table: &Table, id: Id, page: i64) -> Result<RowPage<(Look, String)>> {
    let sight = access::sight(ctx, conn, &PERSON, id, &[SEE_LOOKS, RESTRICT]).await?;
    sight.require(SEE_LOOKS)?;
    let restricts = sight.may(RESTRICT);
    let looks = RowPage::of(page, audit::list_looks(conn, ctx.tenant(), id, row_page::window(page)).await?);
    let told = |look: Look| {
        let words = words(table, &look, restricts, ctx.lang());
        (look, words)
    };
    Ok(looks.map(told))
}

/// What was done. A step about a restriction is called the record to one who may not restrict.
pub fn words(table: &Table, look: &Look, restricts: bool, lang: Lang) -> String {
    let hidden = !restricts && look.act.contains("/persons/{id}/restrict");
    audit::in_words(table, if hidden { RECORD } else { &look.act }, &look.verb, lang)
}
