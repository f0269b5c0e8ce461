//! What the thread shows of an item: that it was taken in, and that it was given back or waits.

use sasae_core::id::Id;
use sasae_db::Conn;

use super::store;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::room::Part;
use crate::room::part::{HandedOn, LaneOf, Station, Waiting, days_between};

/// The part of an item that the reader sees.
pub(super) async fn draw(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Part> {
    let lang = ctx.lang();
    let item = store::get(ctx, conn, id).await?;
    let mut part = Part::of(Station {
        key: id.to_string(),
        lane: LaneOf::Staff(item.keeper),
        on: item.found_on,
        kind: lang.t("落とし物の預かり", "Item taken in").to_owned(),
        title: item.what,
        state: None,
    });
    match item.returned_on {
        Some(on) => {
            let key = format!("{id}-returned");
            part.stations.push(Station {
                key: key.clone(),
                lane: LaneOf::Residents,
                on,
                kind: lang.t("返却", "Given back").to_owned(),
                title: String::new(),
                state: Some(lang.t("持ち主へ", "With its owner").to_owned()),
            });
            part.handed_on.push(HandedOn {
                from: id.to_string(),
                to: key.clone(),
                days: days_between(item.found_on, on),
            });
            part.last = (key, on);
        }
        None => part.waiting.push(Waiting {
            from: id.to_string(),
            lane: LaneOf::Residents,
            since: item.found_on,
            whose_turn: lang.t("落とし主", "The owner").to_owned(),
        }),
    }
    Ok(part)
}
