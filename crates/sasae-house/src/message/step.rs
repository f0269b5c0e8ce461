//! What its sender does with a message: send it again, withdraw it, note that a sheet was handed
//! over.

use sasae_core::id::Id;
use sasae_db::Conn;

use super::store::{self, Message};
use super::{MESSAGE, model::Channel};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::{handover, staff};

/// Whether the reader looks after every message of the municipality.
pub fn tends(ctx: &Ctx) -> bool {
    ctx.may(&staff::may::EDIT)
}

/// A message for whoever sent it and for those who look after all of them; for others there is
/// none.
pub async fn get(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Message> {
    let message = store::find(ctx, conn, id).await?.ok_or(Error::NotFound)?;
    let own = message.created_by.is_some() && message.created_by == ctx.staff_id();
    if own || tends(ctx) { Ok(message) } else { Err(Error::NotFound) }
}

/// Sends a message again that was not delivered or had been withdrawn, to the address that the
/// receiver has now. One that asks for something is not sent again once its hand-over is settled, nor an
/// answer that was taken back.
pub async fn send_again(ctx: &Ctx, work: &mut Work, id: Id) -> Result<()> {
    let message = get(ctx, work, id).await?;
    if message.channel == Channel::Mail && ctx.app().settings().mail.is_none() {
        return Err(Error::refused("いまは、メールを使っていません。", "Mail is not in use now."));
    }
    require_timely(ctx, work, &message).await?;
    let address = present_address(ctx, work, &message).await?;
    if store::set_again(ctx, work, id, &address).await? == 0 {
        return Err(Error::refused(
            "このお知らせは、いまは送り直せません。届かなかったものと、取りやめたものを送り直せます。",
            "This message cannot be sent again now: only one that was not delivered or was withdrawn can.",
        ));
    }
    ctx.wrote(&MESSAGE, id);
    Ok(())
}

/// Refuses what the hand-over has overtaken.
async fn require_timely(ctx: &Ctx, work: &mut Work, message: &Message) -> Result<()> {
    let Some(handover) = message.handover else { return Ok(()) };
    let answers = super::occasion_of(ctx, &message.occasion).is_some_and(|occasion| occasion.answers);
    match (answers, handover::is_open(ctx, work, handover).await?) {
        (false, true) | (true, false) => Ok(()),
        (false, false) => Err(Error::refused(
            "この引き継ぎは、もう終わっています。送り直すことはできません。",
            "This hand-over is settled. The message cannot be sent again.",
        )),
        (true, true) => Err(Error::refused(
            "この返事は、取り消されています。送り直すことはできません。",
            "This answer was taken back. The message cannot be sent again.",
        )),
    }
}

async fn present_address(ctx: &Ctx, work: &mut Work, message: &Message) -> Result<String> {
    let gone = || {
        Error::refused(
            "受け取る側が、いまはメールを受け取らないことにしています。ほかの方法で伝えてください。",
            "The receiver takes no mail at present. Please tell them in another way.",
        )
    };
    if let Some(staff) = message.to_staff {
        let receiving = store::find_staff_mail(ctx, work, staff).await?;
        let wanted = receiving.filter(|receiving| receiving.wanted).ok_or_else(gone)?;
        let own = message.occasion == super::trial::TRIAL.code;
        if !own && !super::may_know(ctx, work, staff, super::about(ctx, message)?).await? {
            return Err(gone());
        }
        return Ok(wanted.mail);
    }
    let Some(organisation) = message.to_organisation else { return Ok(message.address.clone()) };
    let reached = store::find_organisation_mail(ctx, work, organisation).await?;
    match message.channel {
        Channel::Mail => reached.map(|reached| reached.mail).filter(|mail| !mail.is_empty()).ok_or_else(gone),
        Channel::Sheet => Ok(reached.map(|reached| reached.fax).unwrap_or_default()),
    }
}

/// Withdraws a message that still waits. One that is being sent at this moment can no longer be.
pub async fn withdraw(ctx: &Ctx, work: &mut Work, id: Id) -> Result<()> {
    get(ctx, work, id).await?;
    if store::set_withdrawn(ctx, work, id).await? == 0 {
        return Err(Error::refused(
            "このお知らせは、もう取りやめられません（送っているところか、送ったあとです）。",
            "This message can no longer be withdrawn: it is being sent, or has left.",
        ));
    }
    ctx.wrote(&MESSAGE, id);
    Ok(())
}

/// Notes that a sheet was sent by fax or handed over.
pub async fn hand_over(ctx: &Ctx, work: &mut Work, id: Id) -> Result<()> {
    get(ctx, work, id).await?;
    if store::set_handed(ctx, work, id).await? == 0 {
        return Err(Error::refused(
            "この送付状は、もう渡したか、取りやめています。",
            "This sheet has been handed over or withdrawn already.",
        ));
    }
    ctx.wrote(&MESSAGE, id);
    Ok(())
}
