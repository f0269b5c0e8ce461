//! Closing a case: its roles end, what still waits is answered, and whoever
//! noticed first hears that it was seen through.

use sasae_core::id::Id;

use super::model::{self, CloseForm};
use super::{fact_of, facts, get_for, grounds, store};
use crate::case::{CASE, CLOSE};
use crate::ctx::{Ctx, Work};
use crate::error::Result;
use crate::fact;
use crate::handover::{self, Outcome};
use crate::notice::NOTICE;
use crate::{link, message, notice};

/// What the one who noticed is told when nobody writes anything: it names
/// nobody and says nothing of what came out.
const ANSWER: &str = "お知らせいただいたことについて、必要な対応を終えました。ありがとうございました。";

/// Closes a case with an outcome (#18: a death is one).
pub async fn close(ctx: &Ctx, work: &mut Work, case: Id, form: &CloseForm, seen: i64) -> Result<()> {
    let case = get_for(ctx, work, case, CLOSE).await?;
    let closing = model::check_closing(ctx, form, case.opened_on)?;
    store::set_closed(ctx, work, case.id, &closing, seen).await?;
    for role in store::list_roles_asked(ctx, work, case.id).await? {
        if let Some(open) = handover::find_open(ctx, work, role.id).await? {
            handover::answer(ctx, work, open.id, Outcome::Ended, "").await?;
            message::recall(ctx, work, open.id).await?;
        }
    }
    store::end_roles(ctx, work, case.id, closing.closed_on).await?;
    grounds::follow_case(ctx, work, case.id).await?;
    let answer = if closing.answer.is_empty() { ANSWER } else { &closing.answer };
    for notice in notices_behind(ctx, work, case.consultation_id).await? {
        notice::answer_reporter(ctx, work, notice, answer).await?;
    }
    let mut fact = fact_of(ctx, work, &case, &facts::CLOSED, closing.closed_on).await?;
    fact.about = closing.outcome;
    fact::record(ctx, work, &fact).await?;
    ctx.wrote(&CASE, case.id);
    Ok(())
}

/// The notices from which the consultation of a case came.
pub(super) async fn notices_behind(ctx: &Ctx, work: &mut Work, consultation: Option<Id>) -> Result<Vec<Id>> {
    let Some(consultation) = consultation else { return Ok(Vec::new()) };
    let links = link::list(ctx, work, consultation).await?;
    Ok(links
        .into_iter()
        .filter(|(kind, _, _, to)| *to == consultation && kind == NOTICE.code)
        .map(|(_, notice, ..)| notice)
        .collect())
}
