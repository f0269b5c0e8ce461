//! A trial message: somebody sends it to the address at which they want to be told, and sees whether it came
//! through before the first real message.

use sasae_core::id::Id;

use super::model::{Channel, State};
use super::{NewMessage, Occasion, store, write};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::Words;
use crate::staff::STAFF;

/// Somebody tries whether messages come through.
pub static TRIAL: Occasion =
    Occasion {
        code: "trial", words: Words("ためしのお知らせです", "This is a trial message"), answers: false
    };

/// Sends a trial message to the address that the reader has saved.
pub async fn send(ctx: &Ctx, work: &mut Work) -> Result<Id> {
    let me = ctx.staff()?.staff;
    if ctx.app().settings().mail.is_none() {
        return Err(Error::refused("いまは、メールを使っていません。", "Mail is not in use now."));
    }
    let kept = store::find_staff_mail(ctx, work, me).await?.filter(|kept| !kept.mail.is_empty());
    let Some(kept) = kept else {
        return Err(Error::refused(
            "先に、受け取るメールアドレスを入れて保存してください。",
            "Save the mail address at which to be told first.",
        ));
    };
    if matches!(store::find_last_of(ctx, work, TRIAL.code).await?, Some((_, State::Waiting, _))) {
        return Err(Error::refused(
            "まえのためしの1通が、まだ送られていません。ようすを見てから、もう一度押してください。",
            "The last trial message has not left yet. See what becomes of it, then try again.",
        ));
    }
    let new = NewMessage { occasion: &TRIAL, about: (&STAFF, me), number: "", handover: None, due: None };
    write(ctx, work, (Some(me), None), (Channel::Mail, &kept.mail), &new).await
}
