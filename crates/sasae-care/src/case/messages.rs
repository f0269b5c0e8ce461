//! On what occasions somebody is told of a case.

use sasae_core::id::Id;

use super::store::Case;
use crate::case::CASE;
use crate::ctx::{Ctx, Work};
use crate::error::Result;
use crate::handover::Receiver;
use crate::lang::Words;
use crate::message::{self, NewMessage, Occasion};

/// Somebody, or an organisation, is asked to take a role.
pub static ASKED: Occasion = Occasion {
    code: "role_asked",
    words: Words("支援の役割を頼まれました", "You are asked to take a role in a case"),
    answers: false,
};

/// Whoever asked has an answer.
pub static ANSWERED: Occasion = Occasion {
    code: "role_answered",
    words: Words("頼んだ役割に、返事がありました", "A role that you asked for has been answered"),
    answers: true,
};

/// Somebody leads a case from now on.
pub static LEADS: Occasion = Occasion {
    code: "case_lead",
    words: Words("支援の主担当になりました", "You are now the lead of a case"),
    answers: false,
};

/// Tells a new lead who did not take it over in person.
pub(super) async fn tell_lead(ctx: &Ctx, work: &mut Work, case: &Case, lead: Id) -> Result<()> {
    let message =
        NewMessage { occasion: &LEADS, about: (&CASE, case.id), number: &case.number, handover: None, due: None };
    message::send(ctx, work, &Receiver::Staff(lead), &message).await
}
