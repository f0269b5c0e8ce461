//! What a row of the trail says, in words for whoever reads who has looked.

use super::Verb;
use crate::lang::Lang;
use crate::route::Table;

/// What somebody did with a record by an act (`GET /persons/{id}`): the place is what the table of
/// routes calls it. `verb` is `read` or `wrote`. Acts of commands say in their own words what they are.
pub fn in_words(table: &Table, act: &str, verb: &str, lang: Lang) -> String {
    let wrote = verb == Verb::Wrote.code();
    match (table.place(act, lang), lang, wrote) {
        (Some(place), Lang::Ja, false) => format!("{place}で見た"),
        (Some(place), Lang::Ja, true) => format!("{place}で書いた"),
        (Some(place), Lang::En, false) => format!("Read: {place}"),
        (Some(place), Lang::En, true) => format!("Wrote: {place}"),
        (None, _, false) => format!("{}（{act}）", lang.t("見た", "Read")),
        (None, _, true) => format!("{}（{act}）", lang.t("書いた", "Wrote")),
    }
}
