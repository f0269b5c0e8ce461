//! 今日: what is due, for whom, until when, and why it is yours.
//!
//! **Architecture Invariant:** nothing here is stored. Each row is derived from
//! the room that holds the record, under the reader's row rules.

pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::Conn;

use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::room::Room;
use crate::web::{Gate, Routes};

/// What this room offers.
pub static ROOM: Room = Room { routes, ..Room::new("task", Words("今日", "Today")) };

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/today", Gate::Staff, pages::show).get("/api/today", Gate::Staff, pages::show_json)
}

/// What kind of step is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A notice waits to be read.
    NoticeNew,
    /// A notice waits for a decision.
    NoticeDecide,
    /// An intake is to follow a notice.
    IntakeFollow,
    /// A consultation waits for an outcome.
    ConsultationOpen,
    /// A role in a case waits for yes or no.
    RoleAnswer,
    /// A task of one's role is due.
    RoleDue,
    /// Lead and roles of a case are to be agreed.
    CaseAgree,
    /// The next contact is due.
    ContactNext,
    /// A plan is to be reviewed.
    PlanReview,
}

/// A row of the list.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct Due {
    /// What kind of step.
    pub what: What,
    /// About whom or what, in words.
    pub about: String,
    /// Until when.
    pub until: Date,
    /// The record to open.
    #[schema(value_type = String, format = "uuid")]
    pub record: Id,
    /// The records of which the row tells.
    #[serde(skip)]
    tells_of: Vec<(Kind, Id)>,
}

impl Due {
    /// Notes in the audit trail that the reader was shown this row.
    fn note(&self, ctx: &Ctx) {
        for (kind, id) in &self.tells_of {
            ctx.saw(kind, *id);
        }
    }
}

/// Everything due for the reader, the oldest first. The caller notes what it shows.
pub async fn list(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Due>> {
    let mut due = store::list_notices(ctx, conn).await?;
    due.extend(store::list_intakes(ctx, conn).await?);
    due.extend(store::list_consultations(ctx, conn).await?);
    due.extend(store::list_case_steps(ctx, conn).await?);
    due.sort_by_key(|due| (due.until, due.record));
    Ok(due)
}
