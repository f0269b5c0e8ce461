//! What the thread shows of a notice: where it came from, and its triage.

use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::store;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::handover;
use crate::room::Part;
use crate::room::part::{HandedOn, LaneOf, Station, Waiting, days_between};

/// The part of a notice that the reader sees.
pub(super) async fn draw(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Part> {
    let lang = ctx.lang();
    let row = store::get_for_thread(ctx, conn, id).await?;
    let handovers = handover::list_of(ctx, conn, id).await?;
    let first = Station {
        key: id.to_string(),
        lane: row.reporter_staff.map_or(LaneOf::Residents, LaneOf::Staff),
        on: row.received_on,
        kind: lang.t("気づき", "Notice").to_owned(),
        title: ctx.profile().label("notice_kind", &row.kind, lang).to_owned(),
        state: row.struck_at.map(|_| lang.t("取り消した", "Struck out").to_owned()),
    };
    let mut part = Part::of(first);
    if row.struck_at.is_some() {
        return Ok(part);
    }
    if let (Some(at), Some(outcome)) = (row.triaged_at, &row.triage) {
        let on = tokyo_date(at);
        let key = format!("{id}-triage");
        part.stations.push(Station {
            key: key.clone(),
            lane: row.triaged_by.map_or(LaneOf::Residents, LaneOf::Staff),
            on,
            kind: lang.t("受け取り", "Triage").to_owned(),
            title: handovers.iter().find_map(|h| h.acknowledged_label.clone()).unwrap_or_default(),
            state: Some(ctx.profile().label("notice_outcome", outcome, lang).to_owned()),
        });
        let days = days_between(row.received_on, on);
        part.handed_on.push(HandedOn { from: id.to_string(), to: key.clone(), days });
        part.last = (key, on);
    } else {
        part.waiting.push(Waiting {
            from: id.to_string(),
            lane: LaneOf::Tier(row.area_tier),
            since: row.received_on,
            whose_turn: row.area_name,
        });
    }
    part.answered_on = handovers.iter().filter_map(|h| h.answered_at).max().map(tokyo_date);
    Ok(part)
}
