//! 相談受付, as much of it as the case room calls on this branch: the real room
//! takes this module's place.

pub mod store;

use sasae_core::era::parse_date;
use sasae_core::id::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Kind;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::thread;

/// An intake as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct IntakeForm {
    /// When it came.
    pub received_on: String,
    /// Code of the vocabulary `channel`.
    pub channel: String,
    /// The window where it came in.
    pub base: String,
    /// The area.
    pub area: String,
    /// The person.
    pub person: String,
    /// The household.
    pub household: String,
    /// Who came.
    pub from_whom: String,
    /// Their name.
    pub from_name: String,
    /// Their contact.
    pub from_contact: String,
    /// What it is about.
    pub what: String,
    /// What the person wishes.
    pub wish: String,
    /// Code of the vocabulary `urgency`.
    pub urgency: String,
    /// Codes of the vocabulary `problem`.
    pub problems: Vec<String>,
    /// The worst of them.
    pub worst: String,
    /// Code of the vocabulary `language`.
    pub language: String,
    /// Codes of the vocabulary `communication_support`.
    pub communication: Vec<String>,
    /// The notice from which it follows.
    pub notice: String,
}

/// Takes an intake.
pub async fn take(ctx: &Ctx, work: &mut Work, form: &IntakeForm) -> Result<Id> {
    let id = ctx.new_id();
    let on = parse_date(&form.received_on).unwrap_or(ctx.today());
    store::insert(ctx, work, id, on, form).await?;
    if let Ok(notice) = form.notice.parse() {
        thread::link(ctx, work, (Kind::Notice, notice), (Kind::Consultation, id)).await?;
    }
    ctx.wrote("consultation", id);
    Ok(id)
}

/// The consultation has become a case.
pub async fn become_case(ctx: &Ctx, work: &mut Work, consultation: Id, case: Id) -> Result<()> {
    if store::set_case(ctx, work, consultation).await? == 0 {
        return Err(Error::refused(
            "この相談は、もう結果が決まっています。",
            "This consultation has been settled already.",
        ));
    }
    thread::link(ctx, work, (Kind::Consultation, consultation), (Kind::Case, case)).await?;
    ctx.wrote("consultation", consultation);
    Ok(())
}
