//! A case that was opened by mistake is struck out, and restored where that was the mistake.

use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;

use super::correct::{get_any, get_correctable, write};
use super::entry::{self, Entry};
use super::store::{self, Case};
use super::{fact_of, facts, grounds, messages};
use crate::case::CASE;
use crate::consultation;
use crate::correction::{self, CorrectionStep, FilesGo, Outlook, ReasonForm, check_reason};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::fact::{self, DoneBy};
use crate::handover::{self, Handover, Outcome, Receiver};
use crate::lang::Lang;
use crate::message::{self, NewMessage};

/// Strikes a case out that never should have been opened, with all its entries: what was asked of others
/// is withdrawn, nobody sees anything by its team any more, nothing of it is counted, and the consultation
/// that it came from waits for an outcome again.
pub async fn strike_out(ctx: &Ctx, work: &mut Work, case: Id, form: &ReasonForm, seen: i64) -> Result<Outlook> {
    let case = get_correctable(ctx, work, case).await?;
    require_open_to_strike(&case)?;
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook.follow(
        "支援の一覧、人の記録、さがす、「今日」に出なくなり、数字からも減ります。番号は、ほかの支援には使われません。",
        "It goes from the list of cases, from the records of the persons, from the search, from Today and from the figures. Its number is not used again.",
    );
    follow_entries(ctx, work, &case, &mut outlook).await?;
    correction::follow_files(ctx, work, (&CASE, case.id), FilesGo::StruckOut, &mut outlook).await?;
    outlook.follow(
        "チームの人は、この支援を理由にしては、この支援も、人の記録も、もとの相談も、すぐに見られなくなります。",
        "The team can no longer see the case, its persons or the consultation by it, at once.",
    );
    store::set_struck_out(ctx, work, case.id, Some(ctx.now()), seen).await?;
    let asked = store::list_roles_asked(ctx, work, case.id).await?;
    for role in &asked {
        if let Some(open) = handover::find_open(ctx, work, role.id).await? {
            handover::withdraw(ctx, work, open.id).await?;
        }
    }
    if !asked.is_empty() {
        outlook.follow(
            format!("返事を待っている役割{}件は、頼むのが取りやめになります。まだ送られていないお知らせも、取りやめになります。", asked.len()),
            format!("{} requests that wait for an answer are withdrawn, and so are messages that were not sent yet.", asked.len()),
        );
    }
    message::recall_all(ctx, work, case.id).await?;
    grounds::follow_case(ctx, work, case.id).await?;
    fact::remove_all(ctx, work, case.id).await?;
    if let Some(consultation) = case.consultation_id {
        consultation::correct::lose_case(ctx, work, consultation, (&CASE, case.id), &reason).await?;
        outlook.follow(
            "もとの相談は、結果を決めていない状態にもどり、受けた人の「今日」に出ます。そこから、べつの支援を始められます。理由は、その相談の訂正の記録にも残ります。",
            "The consultation that it came from waits for an outcome again, in Today of the one who took it, and another case can begin from it. The reason stands in its corrections too.",
        );
    }
    outlook.follow(
        "直せる人（主担当と、この区域のスーパーバイザー）は、これからもこの画面を開け、元にもどせます。",
        "Those who may put it right, the lead and the supervisor of this area, can still open this page and restore it.",
    );
    write(ctx, work, case.id, CorrectionStep::StruckOut, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// Brings a case back that was struck out by mistake, with all that went along.
pub async fn restore(ctx: &Ctx, work: &mut Work, case: Id, form: &ReasonForm, seen: i64) -> Result<Outlook> {
    let case = get_any(ctx, work, case).await?;
    require_struck(&case)?;
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook.follow(
        "支援の一覧、人の記録、さがす、「今日」、数字に、書かれた記録といっしょに、元のとおりにもどります。",
        "It stands in the list, in the records of the persons, in the search, in Today and in the figures again, as before, with its entries.",
    );
    outlook.follow(
        "チームの人は、この支援と人の記録を、また見られるようになります。",
        "The team can see the case and its persons again.",
    );
    store::set_struck_out(ctx, work, case.id, None, seen).await?;
    grounds::follow_case(ctx, work, case.id).await?;
    ask_again(ctx, work, &case, Outcome::Withdrawn, &mut outlook).await?;
    if let Some(consultation) = case.consultation_id {
        consultation::correct::regain_case(ctx, work, consultation, (&CASE, case.id), &reason).await?;
        outlook.follow(
            "もとの相談は、また、この支援を始めたことになります。",
            "The consultation that it came from has become this case again.",
        );
    }
    record_facts(ctx, work, &case).await?;
    write(ctx, work, case.id, CorrectionStep::Restored, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// Refuses a case that is closed: what was told then is taken back first.
pub(super) fn require_open_to_strike(case: &Case) -> Result<()> {
    if case.is_open() {
        return Ok(());
    }
    Err(Error::refused(
        "この支援は終わっています。先に、支援の終了を取り消してください。",
        "This case is closed. Take its closing back first.",
    ))
}

pub(super) fn require_struck(case: &Case) -> Result<()> {
    if case.struck_at.is_some() {
        return Ok(());
    }
    Err(Error::refused("この支援は、取り消されていません。", "This case was not struck out."))
}

/// Which entries go along, and how many of them others have written.
async fn follow_entries(ctx: &Ctx, work: &mut Work, case: &Case, outlook: &mut Outlook) -> Result<()> {
    let (mut ja, mut en, mut of_others) = (Vec::new(), Vec::new(), 0);
    for one in store::count_entries(ctx, work, case.id).await? {
        if one.count > 0 {
            let name = Entry::of_path(&one.entries)?.kind();
            ja.push(format!("{}{}件", name.word(Lang::Ja), one.count));
            en.push(format!("{} ({})", name.word(Lang::En), one.count));
            of_others += one.of_others;
        }
    }
    if !ja.is_empty() {
        let (mut said, mut told) = (
            format!("いっしょに取り消される記録があります：{}。", ja.join("、")),
            format!("Entries that go along: {}.", en.join(", ")),
        );
        if of_others > 0 {
            said.push_str(&format!("うち{of_others}件は、ほかの人が書いたものです。"));
            told.push_str(&format!(" Others have written {of_others} of them."));
        }
        outlook.follow(said, told);
    }
    Ok(())
}

/// What waited for an answer when the case was closed (`how` is `Ended`) or struck out (`Withdrawn`) waits
/// again, and whoever was asked is told.
pub(super) async fn ask_again(
    ctx: &Ctx,
    work: &mut Work,
    case: &Case,
    how: Outcome,
    outlook: &mut Outlook,
) -> Result<()> {
    let mut again = 0;
    for role in store::list_roles_asked(ctx, work, case.id).await? {
        let all = handover::list_of(ctx, work, role.id).await?;
        let broken_off = |one: &Handover| one.outcome == Some(how);
        let Some(ended) = all.into_iter().rev().find(broken_off) else { continue };
        handover::reopen(ctx, work, ended.id).await?;
        let to = match (role.staff_id, role.organisation_id) {
            (Some(staff), _) => Receiver::Staff(staff),
            (None, Some(organisation)) => Receiver::Organisation(organisation),
            (None, None) => continue,
        };
        let message = NewMessage {
            occasion: &messages::ASKED,
            about: (&CASE, case.id),
            number: &case.number,
            handover: Some(ended.id),
            due: Some(ended.answer_by),
        };
        message::send(ctx, work, &to, &message).await?;
        again += 1;
    }
    if again > 0 {
        outlook.follow(
            format!("返事を待っていた役割{again}件は、また返事を待ちます。頼まれた人に、もう一度届きます。"),
            format!("{again} requests wait for an answer again, and whoever was asked is told once more."),
        );
    }
    Ok(())
}

/// What a case and its entries have to say in the figures.
pub(super) async fn record_facts(ctx: &Ctx, work: &mut Work, case: &Case) -> Result<()> {
    let mut opened = fact_of(ctx, work, case, &facts::OPENED, case.opened_on).await?;
    opened.about = if case.consultation_id.is_some() { "consultation" } else { "direct" }.to_owned();
    opened.by = DoneBy::Known(Some(case.opened_by));
    fact::record(ctx, work, &opened).await?;
    if let Some(on) = case.agreed_at.map(tokyo_date) {
        let mut agreed = fact_of(ctx, work, case, &facts::ROLES_AGREED, on).await?;
        agreed.quantity = i64::from((on - tokyo_date(case.intake_at)).get_days());
        let roles = store::list_roles(ctx, work, case.id).await?;
        let led = roles.iter().find(|role| role.role == "lead" && role.valid_from <= on && on <= role.valid_to);
        agreed.by = DoneBy::Known(led.and_then(|role| role.staff_id).or(Some(case.lead_staff)));
        fact::record(ctx, work, &agreed).await?;
    }
    if let (Some(on), Some(outcome)) = (case.closed_on, &case.outcome) {
        let mut closed = fact_of(ctx, work, case, &facts::CLOSED, on).await?;
        closed.about.clone_from(outcome);
        closed.by = DoneBy::Known(store::get_for_thread(ctx, work, case.id).await?.closed_by);
        fact::record(ctx, work, &closed).await?;
    }
    for entry in Entry::ALL {
        for id in store::list_entry_ids(ctx, work, case.id, entry).await? {
            entry::record_fact(ctx, work, case.id, entry, id).await?;
        }
    }
    Ok(())
}
