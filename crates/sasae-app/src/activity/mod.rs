//! The facts: what was done, once. Rooms write them in the transaction of the
//! record; every figure reads them, none has an entry screen of its own
//! (promise 1).
//!
//! **Architecture Invariant:** a fact belongs to one record and one kind; when
//! the record changes, its fact is replaced, so figures follow at once.

pub mod may;
pub mod pages;
pub mod store;
mod suppress;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use sasae_core::fiscal::FiscalYear;
use sasae_core::id::Id;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Words;
use crate::profile::Needs;
use crate::room::{NavEntry, Place, Room};
use crate::web::{Gate, Routes};
use sasae_db::Tx;

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    nav: &[NavEntry {
        place: Place::Plans,
        label: Words("数字", "Figures"),
        href: "/figures",
        shown: |ctx| ctx.may(&may::READ),
    }],
    needs: Needs { functions: &[&may::READ], ..Needs::NONE },
    ..Room::new("activity", Words("数字", "Figures"))
};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const NAME: Words = Words("数字", "Figures");
    let reads = Gate::Function(&may::READ);
    routes
        .get("/figures", reads, NAME, pages::show)
        .get("/figures/behind", reads, Words("数字のもとの記録", "Records behind a figure"), pages::behind)
        .api_get("/api/figures", reads, NAME, pages::show_json)
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Done {
    /// A notice was received.
    NoticeReceived,
    /// A notice was triaged.
    NoticeTriaged,
    /// A consultation was taken.
    ConsultationTaken,
    /// A case was opened.
    CaseOpened,
    /// Lead and roles of a case were agreed; `quantity` is the days since intake.
    RolesAgreed,
    /// An assessment was made.
    Assessed,
    /// A plan was made or changed.
    PlanMade,
    /// A contact (visit, call, meeting) took place.
    Contact,
    /// A case was monitored.
    Monitored,
    /// A case was closed.
    CaseClosed,
    /// A person was entrusted.
    Entrusted,
}

impl Done {
    /// Every kind, in the order of the flow.
    pub const ALL: [Done; 11] = [
        Done::NoticeReceived,
        Done::NoticeTriaged,
        Done::ConsultationTaken,
        Done::CaseOpened,
        Done::RolesAgreed,
        Done::Assessed,
        Done::PlanMade,
        Done::Contact,
        Done::Monitored,
        Done::CaseClosed,
        Done::Entrusted,
    ];

    /// How the kind stands in the database.
    pub fn code(self) -> &'static str {
        match self {
            Done::NoticeReceived => "notice_received",
            Done::NoticeTriaged => "notice_triaged",
            Done::ConsultationTaken => "consultation_taken",
            Done::CaseOpened => "case_opened",
            Done::RolesAgreed => "roles_agreed",
            Done::Assessed => "assessed",
            Done::PlanMade => "plan_made",
            Done::Contact => "contact",
            Done::Monitored => "monitored",
            Done::CaseClosed => "case_closed",
            Done::Entrusted => "entrusted",
        }
    }
}

/// A fact before it is written.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What was done.
    pub done: Done,
    /// When.
    pub on: Date,
    /// In which area (the smallest known), as it was then.
    pub area: Option<Id>,
    /// By whom; the actor where it is not said.
    pub staff: Option<Id>,
    /// For whom.
    pub person: Option<Id>,
    /// For which household.
    pub household: Option<Id>,
    /// The record that it comes from.
    pub subject: (&'static str, Id),
    /// What it was about: a code of the room (channel, kind of contact, outcome).
    pub about: String,
    /// How: a code of the room.
    pub method: String,
    /// How many or how much; days for a duration.
    pub quantity: i64,
    /// How many people took part.
    pub people: i64,
}

impl Fact {
    /// A fact of one thing done once.
    pub fn new(done: Done, on: Date, subject: (&'static str, Id)) -> Fact {
        Fact {
            done,
            on,
            area: None,
            staff: None,
            person: None,
            household: None,
            subject,
            about: String::new(),
            method: String::new(),
            quantity: 1,
            people: 0,
        }
    }
}

/// Writes a fact, or replaces the one that the record had.
pub async fn record(ctx: &Ctx, tx: &mut Tx, fact: &Fact) -> Result<()> {
    store::put_fact(ctx, tx, fact, FiscalYear::of(fact.on)).await
}
