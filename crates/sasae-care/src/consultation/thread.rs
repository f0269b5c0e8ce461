//! What the thread shows of a consultation.

use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::model::ConsultationOutcome;
use super::store;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::room::Part;
use crate::room::part::{LaneOf, Station, Waiting};

/// The part of a consultation that the reader sees.
pub(super) async fn draw(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Part> {
    let lang = ctx.lang();
    let row = store::get_for_thread(ctx, conn, id).await?;
    let state = match row.outcome {
        _ if row.struck_at.is_some() => lang.t("取り消した", "Struck out"),
        ConsultationOutcome::Case => lang.t("支援へ", "Became a case"),
        ConsultationOutcome::Answered => lang.t("答えて終了", "Answered"),
        ConsultationOutcome::Referral => lang.t("他機関へ", "Referred"),
        ConsultationOutcome::Open => lang.t("受付中", "Open"),
    };
    let mut part = Part::of(Station {
        key: id.to_string(),
        lane: LaneOf::Staff(row.taken_by),
        on: row.received_on,
        kind: lang.t("相談受付", "Consultation").to_owned(),
        title: row.taken_name.clone(),
        state: Some(state.to_owned()),
    });
    if row.outcome == ConsultationOutcome::Open && row.struck_at.is_none() {
        part.waiting.push(Waiting {
            from: id.to_string(),
            lane: LaneOf::Staff(row.taken_by),
            since: row.received_on,
            whose_turn: row.taken_name,
        });
    }
    part.last.1 = row.outcome_at.map_or(row.received_on, tokyo_date);
    Ok(part)
}
