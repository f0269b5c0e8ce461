//! What the thread shows of a case: its opening, the roles that were asked for, its closing.

use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::store::{self, Role};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::handover::{self, Handover, Outcome};
use crate::room::Part;
use crate::room::part::{HandedOn, LaneOf, Station, Waiting, days_between};

/// The part of a case that the reader sees.
pub(super) async fn draw(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Part> {
    let lang = ctx.lang();
    let row = store::get_for_thread(ctx, conn, id).await?;
    let state = match (row.closed_on, row.agreed_at) {
        _ if row.struck_at.is_some() => lang.t("取り消した", "Struck out"),
        (Some(_), _) => lang.t("終了", "Closed"),
        (None, Some(_)) => lang.t("支援中", "Under way"),
        (None, None) => lang.t("役割を調整中", "Roles being agreed"),
    };
    let mut part = Part::of(Station {
        key: id.to_string(),
        lane: LaneOf::Staff(row.lead_staff),
        on: row.opened_on,
        kind: lang.t("支援", "Case").to_owned(),
        title: format!("{} {}", row.number, row.lead_name),
        state: Some(state.to_owned()),
    });
    for role in store::list_roles(ctx, conn, id).await? {
        for handover in handover::list_of(ctx, conn, role.id).await? {
            add_role(ctx, &mut part, id, &role, &handover);
        }
    }
    if let Some(on) = row.closed_on {
        let key = format!("{id}-closed");
        let outcome = row.outcome.as_deref().unwrap_or_default();
        part.stations.push(Station {
            key: key.clone(),
            lane: row.closed_by.map_or(LaneOf::Residents, LaneOf::Staff),
            on,
            kind: lang.t("支援の終了", "Closing").to_owned(),
            title: ctx.profile().label("closing_outcome", outcome, lang).to_owned(),
            state: None,
        });
        let days = days_between(row.opened_on, on);
        part.handed_on.push(HandedOn { from: id.to_string(), to: key.clone(), days });
        part.last = (key, on);
    } else if row.struck_at.is_none() {
        part.waiting.push(Waiting {
            from: id.to_string(),
            lane: LaneOf::Staff(row.lead_staff),
            since: row.opened_on,
            whose_turn: row.lead_name,
        });
    }
    Ok(part)
}

fn add_role(ctx: &Ctx, part: &mut Part, case: Id, role: &Role, handover: &Handover) {
    let lang = ctx.lang();
    let handed = tokyo_date(handover.handed_at);
    let lane = role.staff_id.map_or(LaneOf::Organisations, LaneOf::Staff);
    let from = case.to_string();
    let Some(at) = handover.answered_at else {
        part.waiting.push(Waiting { from, lane, since: handed, whose_turn: handover.to_label.clone() });
        return;
    };
    let state = match handover.outcome {
        Some(Outcome::Declined) => lang.t("辞退", "Declined"),
        Some(Outcome::Withdrawn) => lang.t("取り下げ", "Withdrawn"),
        Some(Outcome::PassedOn) => Outcome::PassedOn.words().get(lang),
        Some(Outcome::Done) => lang.t("終了", "Ended"),
        Some(Outcome::Ended) => lang.t("返事の前に終了", "Ended before an answer"),
        Some(Outcome::Accepted) | None => lang.t("引き受け", "Accepted"),
    };
    let on = tokyo_date(at);
    let key = handover.id.to_string();
    part.handed_on.push(HandedOn { from, to: key.clone(), days: days_between(handed, on) });
    part.stations.push(Station {
        key,
        lane,
        on,
        kind: ctx.profile().label("case_role", &role.role, lang).to_owned(),
        title: handover.to_label.clone(),
        state: Some(state.to_owned()),
    });
}
