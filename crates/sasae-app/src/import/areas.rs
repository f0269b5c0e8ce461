//! Lists of areas: the headings tell whether they are districts,
//! municipalities or towns.

use sasae_sheet::{Report, Sheet, Table, aliases};

use super::{Options, columns, districts, headings, municipalities, towns};
use crate::ctx::{Ctx, Work};
use crate::error::Result;

/// Imports whichever kind of list it is.
pub(super) async fn bring_in(ctx: &Ctx, work: &mut Work, sheet: &Sheet, options: &Options) -> Result<Report> {
    let no_districts = match Table::locate(sheet, columns::DISTRICTS) {
        Ok(_) => return districts::bring_in(ctx, work, sheet, options).await,
        Err(error) => error,
    };
    let has_towns = Table::locate(sheet, aliases::AREA).is_ok_and(|table| table.has("town"));
    let lists = Table::locate(sheet, aliases::MUNICIPALITIES).is_ok_and(|table| table.has("name"));
    match (has_towns, lists) {
        (true, _) => towns::bring_in(ctx, work, sheet, options).await,
        (false, true) => municipalities::bring_in(ctx, work, sheet, options).await,
        (false, false) => Err(headings(&no_districts)),
    }
}
