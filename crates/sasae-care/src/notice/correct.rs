//! What is wrong with a notice is put right: its words, its area, whom it is about; its decision is
//! taken back; it is struck out, and brought back.

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::Conn;

use super::model::{self, CorrectedNotice, NoticeCorrection};
use super::store::{self, Notice};
use super::{TRIAGE, received_fact, receivers, tell_receivers, triaged_fact};
use crate::access::{self, Act};
use crate::area;
use crate::correction::pages::struck_out;
use crate::correction::{self, Changes, CorrectionStep, FilesGo, NewCorrection, Outlook, ReasonForm, check_reason};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::handover;
use crate::lang::{Lang, Text, Words};
use crate::notice::{NOTICE, facts, request};
use crate::person::PERSON;
use crate::{fact, link, message};

/// Corrects what a notice says, where it belongs, and whom it is about. One who reported it may do so
/// until it is decided; those who decide may at any time.
pub async fn correct(ctx: &Ctx, work: &mut Work, id: Id, form: &NoticeCorrection, seen: i64) -> Result<Outlook> {
    let (notice, decides) = get_correctable(ctx, work, id).await?;
    let new = model::check_correction(ctx, form, &notice, decides)?;
    let moved = new.area != notice.area_id;
    let area_name = match moved {
        true => area::get_today(ctx, work, "area", new.area).await?.name,
        false => notice.area_name.clone(),
    };
    if new.person != notice.person_id {
        check_person(ctx, work, &notice, new.person).await?;
    }
    let handed = handover::find_open(ctx, work, id).await?.is_some();
    let mut outlook = outlook_of(ctx, &notice, &new, &area_name, handed);
    if moved || new.person != notice.person_id {
        correction::follow_files(ctx, work, (&NOTICE, id), FilesGo::Moved, &mut outlook).await?;
    }
    store::set_corrected(ctx, work, id, &new, seen).await?;
    let after = store::get(ctx, work, id).await?;
    if moved || new.urgent != notice.urgent {
        redirect(ctx, work, &after, moved).await?;
    }
    record_facts(ctx, work, &after).await?;
    write(ctx, work, id, CorrectionStep::Corrected, &new.reason, &outlook.changes).await?;
    Ok(outlook)
}

/// Takes the decision on a notice back: it waits for another one.
pub async fn take_back(ctx: &Ctx, work: &mut Work, id: Id, form: &ReasonForm, seen: i64) -> Result<Outlook> {
    access::require(ctx, work, &NOTICE, id, TRIAGE).await?;
    let notice = store::get(ctx, work, id).await?;
    let outcome = require_decided(&notice)?;
    require_nothing_followed(ctx, work, id).await?;
    let reason = check_reason(ctx, form)?;
    let answered = handover::list_of(ctx, work, id).await?.into_iter().rev().find(|one| one.answered_at.is_some());
    let mut outlook = Outlook::default();
    let nothing = Text::new("", "");
    let before = ctx.label("notice_outcome", &outcome);
    outlook.changes.words("outcome", Words("扱い", "Decision"), &before, &nothing);
    outlook.changes.text("note", Words("扱いの理由", "Why decided so"), &notice.triage_note, "");
    outlook.follow(
        "「扱いを決める」が、もう一度、区域の担当の「今日」に出ます。",
        "It stands again in Today of those who decide in the area.",
    );
    outlook.follow("「気づきの扱いの決定」の数から1件減ります。", "One notice decided less is counted.");
    if let Some(answered) = &answered {
        outlook.changes.text("answer", Words("知らせた人への返事", "Answer to the reporter"), &answered.answer, "");
        outlook.follow(
            "知らせた人の画面からも返事が消え、受け取り済みにもどります。",
            "The answer goes from the reporter's page, too: it stands there as received.",
        );
    }
    withdraw_request(ctx, work, id, &mut outlook).await?;
    store::clear_triage(ctx, work, id, seen).await?;
    if let Some(answered) = answered {
        handover::reopen(ctx, work, answered.id).await?;
        message::recall(ctx, work, answered.id).await?;
    }
    fact::remove(ctx, work, id, &facts::TRIAGED).await?;
    write(ctx, work, id, CorrectionStep::TakenBack, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// Strikes a notice out that never should have been: it stands in no list, figure or due row any more.
pub async fn strike_out(ctx: &Ctx, work: &mut Work, id: Id, form: &ReasonForm, seen: i64) -> Result<Outlook> {
    let (_, decides) = get_correctable(ctx, work, id).await?;
    require_nothing_followed(ctx, work, id).await?;
    let same = store::list_same(ctx, work, id).await?.len();
    if same > 0 {
        return Err(Error::refused(
            format!(
                "ほかの気づき{same}件が、この気づきと同じこととして返事を待っています。先に、そちらの扱いの決定を取り消してください（区域の相談担当ができます）。"
            ),
            format!(
                "Other notices ({same}) were decided to be the same as this one and hear its answer. Their decision is to be taken back first, by those who decide in the area."
            ),
        ));
    }
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook.follow(
        "気づきの一覧、人の記録、「今日」に出なくなります。",
        "It goes from the list of notices, from the record of the person and from Today.",
    );
    outlook.follow("数字から1件減ります。", "It is no longer counted in the figures.");
    match decides {
        true => outlook.follow(
            "この画面は、見られる人がこれからも開けます。取り消しは、あとでやめられます。",
            "Whoever may see it can still open this page. It can be restored later.",
        ),
        false => outlook.follow(
            "この画面は、これからも開けます。取り消したあとで元にもどせるのは、区域の相談担当です。もどしてほしいときは、担当に伝えてください。",
            "You can still open this page. Those who decide in the area restore it; please tell them if you want it back.",
        ),
    }
    outlook.follow(
        "受付番号でたしかめた人には「終わりました」とだけ出ます。",
        "One who asks with the receipt number sees only that it is finished.",
    );
    correction::follow_files(ctx, work, (&NOTICE, id), FilesGo::StruckOut, &mut outlook).await?;
    withdraw_request(ctx, work, id, &mut outlook).await?;
    store::set_struck_out(ctx, work, id, seen).await?;
    if let Some(open) = handover::find_open(ctx, work, id).await? {
        handover::withdraw(ctx, work, open.id).await?;
    }
    message::recall_all(ctx, work, id).await?;
    fact::remove(ctx, work, id, &facts::RECEIVED).await?;
    fact::remove(ctx, work, id, &facts::TRIAGED).await?;
    write(ctx, work, id, CorrectionStep::StruckOut, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// Brings a notice back that was struck out by mistake.
pub async fn restore(ctx: &Ctx, work: &mut Work, id: Id, form: &ReasonForm, seen: i64) -> Result<Outlook> {
    access::require(ctx, work, &NOTICE, id, TRIAGE).await?;
    let notice = store::get(ctx, work, id).await?;
    require_struck(&notice)?;
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook.follow(
        "気づきの一覧と数字に、元のとおりにもどります。",
        "It stands in the list of notices and in the figures again, as before.",
    );
    let withdrawn = handover::list_of(ctx, work, id)
        .await?
        .into_iter()
        .rev()
        .find(|one| one.outcome == Some(handover::Outcome::Withdrawn));
    let read = withdrawn.as_ref().is_some_and(|one| one.acknowledged_at.is_some());
    store::set_restored(ctx, work, id, read, seen).await?;
    let notice = store::get(ctx, work, id).await?;
    if let Some(withdrawn) = withdrawn {
        handover::reopen(ctx, work, withdrawn.id).await?;
        if !read {
            tell(ctx, work, &notice, (withdrawn.id, withdrawn.acknowledge_by)).await?;
            outlook.follow("区域の担当に、もう一度届きます。", "It comes once more to those in charge of the area.");
        }
        outlook.follow(
            "受け取りと返事の期限が、また動きはじめます。",
            "Its clocks for taking note and for the answer run again.",
        );
    }
    record_facts(ctx, work, &notice).await?;
    write(ctx, work, id, CorrectionStep::Restored, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// What was asked for a notice is not asked any more.
async fn withdraw_request(ctx: &Ctx, work: &mut Work, id: Id, outlook: &mut Outlook) -> Result<()> {
    if let Some(asked) = request::withdraw(ctx, work, id).await? {
        outlook.follow(
            format!("{asked}に頼んだことは取りやめになり、相手はこの気づきを見られなくなります。引き受けたときに始まった見守りの託しは、人の画面で終えてください。"),
            format!("What was asked of {asked} is withdrawn, and they no longer see the notice. An entrustment that began with it is ended on the page of the person."),
        );
    }
    Ok(())
}

async fn write(
    ctx: &Ctx,
    work: &mut Work,
    id: Id,
    step: CorrectionStep,
    reason: &str,
    changes: &Changes,
) -> Result<()> {
    let new = NewCorrection { record: (&NOTICE, id), entry: None, step, reason, changes };
    correction::record(ctx, work, &new).await?;
    ctx.wrote(&NOTICE, id);
    Ok(())
}

/// A notice that the reader may correct now, and whether the reader decides on notices here.
pub(super) async fn get_correctable(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<(Notice, bool)> {
    access::require(ctx, conn, &NOTICE, id, Act::CORRECT).await?;
    let decides = access::allowed(ctx, conn, &NOTICE, id, TRIAGE).await?;
    let notice = store::get(ctx, conn, id).await?;
    require_standing(&notice)?;
    if !decides && notice.triage.is_some() {
        return Err(Error::refused(
            "扱いが決まった気づきは、区域の相談担当が直します。担当に伝えてください。",
            "It has been decided what becomes of this notice. Those who decide in the area put it right; please tell them.",
        ));
    }
    Ok((notice, decides))
}

fn require_standing(notice: &Notice) -> Result<()> {
    if notice.struck_at.is_some() { Err(struck_out()) } else { Ok(()) }
}

pub(super) fn require_struck(notice: &Notice) -> Result<()> {
    if notice.struck_at.is_some() {
        return Ok(());
    }
    Err(Error::refused("この気づきは、取り消されていません。", "This notice was not struck out."))
}

/// What was decided.
pub(super) fn require_decided(notice: &Notice) -> Result<String> {
    require_standing(notice)?;
    notice.triage.clone().ok_or_else(|| {
        Error::refused(
            "この気づきの扱いは、まだ決まっていません。",
            "It has not been decided yet what becomes of this notice.",
        )
    })
}

/// The consultation that came of a notice has moved to another person, and so does the notice; called
/// by the consultation in the transaction of its step.
pub async fn move_to_person(ctx: &Ctx, work: &mut Work, id: Id, person: Option<Id>, reason: &str) -> Result<()> {
    let before = store::get(ctx, work, id).await?;
    if before.person_id == person {
        return Ok(());
    }
    let mut changes = Changes::default();
    changes.record("person", PERSON_FIELD, &PERSON, before.person_id, person);
    store::set_person(ctx, work, id, person).await?;
    let after = store::get(ctx, work, id).await?;
    record_facts(ctx, work, &after).await?;
    write(ctx, work, id, CorrectionStep::Moved, reason, &changes).await
}

/// Takes back the answer that a later record gave to whoever reported a notice when it was settled
/// (`at`); gives what it said, or `None` where the reporter had been answered before, or not at all.
pub async fn take_back_answer(ctx: &Ctx, work: &mut Work, id: Id, at: Option<Timestamp>) -> Result<Option<String>> {
    let all = handover::list_of(ctx, work, id).await?;
    let of_then = |one: &handover::Handover| one.answered_at.is_some() && one.answered_at >= at;
    let Some(answered) = all.into_iter().rev().find(of_then) else { return Ok(None) };
    handover::reopen(ctx, work, answered.id).await?;
    message::recall(ctx, work, answered.id).await?;
    ctx.wrote(&NOTICE, id);
    Ok(Some(answered.answer))
}

/// What the field for the person is called.
const PERSON_FIELD: Words = Words("本人", "The person");

/// What came of a notice stands on it, so it is put right first.
pub(super) async fn require_nothing_followed(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<()> {
    let Some((ja, en)) = followed(ctx, conn, id).await? else { return Ok(()) };
    Err(Error::refused(
        format!("この気づきから{ja}が始まっています。先に、その{ja}を取り消してください。"),
        format!("From this notice came: {en}. Strike that out first."),
    ))
}

/// What came of a notice, as its kind is called.
async fn followed(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<(&'static str, &'static str)>> {
    let links = link::list(ctx, conn, id).await?;
    let Some((_, _, kind, _)) = links.iter().find(|(_, from, ..)| *from == id) else { return Ok(None) };
    let name = ctx.app().kind(kind).map_or(Words("記録", "a record"), |kind| kind.name);
    Ok(Some((name.get(Lang::Ja), name.get(Lang::En))))
}

/// A person is chosen whom the reader knows; where a consultation has begun, it says whose it is.
async fn check_person(ctx: &Ctx, conn: &mut Conn, notice: &Notice, person: Option<Id>) -> Result<()> {
    if let Some((ja, en)) = followed(ctx, conn, notice.id).await? {
        return Err(Error::field(
            "person",
            format!("この気づきから{ja}が始まっています。だれのことかは、{ja}の画面で直してください。"),
            format!("From this notice came: {en}. Say there whom it is about."),
        ));
    }
    match person {
        Some(person) if !access::can_see(ctx, conn, &PERSON, person).await? => {
            Err(Error::field("person", "選び直してください。", "Please choose again."))
        }
        _ => Ok(()),
    }
}

/// The hand-over follows a notice that was moved or whose urgency was corrected, with clocks that begin
/// today; what was promised to the reporter by a day stays promised. Those in charge of another area
/// have not taken note of it yet and are told; those who took note of it already are told again only
/// where something must be done today. What waits of the mails sent before is not sent any more.
async fn redirect(ctx: &Ctx, work: &mut Work, notice: &Notice, moved: bool) -> Result<()> {
    let Some(open) = handover::find_open(ctx, work, notice.id).await? else { return Ok(()) };
    let today = ctx.today();
    let clocks = match notice.urgent {
        true => (today, today),
        false => (ctx.due("notice_acknowledge", today)?, ctx.due("notice_answer", notice.received_on)?),
    };
    match moved {
        true => handover::redirect(ctx, work, open.id, &receivers(notice.area_id), clocks).await?,
        false => handover::reschedule(ctx, work, open.id, clocks).await?,
    }
    message::recall(ctx, work, open.id).await?;
    if moved || notice.urgent || open.acknowledged_at.is_none() {
        tell(ctx, work, notice, (open.id, clocks.0)).await?;
    }
    Ok(())
}

/// Tells those in charge of the area that a notice has now.
async fn tell(ctx: &Ctx, work: &mut Work, notice: &Notice, handed: (Id, Date)) -> Result<()> {
    tell_receivers(ctx, work, (notice.id, &notice.receipt), (notice.area_id, notice.urgent), handed).await
}

/// The facts of a notice as it stands, by those who did it then.
async fn record_facts(ctx: &Ctx, work: &mut Work, notice: &Notice) -> Result<()> {
    fact::record(ctx, work, &received_fact(notice)).await?;
    let by = store::get_for_thread(ctx, work, notice.id).await?.triaged_by;
    if let Some(triaged) = triaged_fact(notice, by) {
        fact::record(ctx, work, &triaged).await?;
    }
    Ok(())
}

/// What a correction changes and what follows. A notice that still lies with somebody is handed to the
/// area that it is moved to; one that was settled is not.
fn outlook_of(ctx: &Ctx, notice: &Notice, new: &CorrectedNotice, area_name: &str, handed: bool) -> Outlook {
    let mut outlook = Outlook::default();
    let changes = &mut outlook.changes;
    let kind = |code: &str| ctx.label("notice_kind", code);
    changes.words("kind", Words("気づいたこと", "What was noticed"), &kind(&notice.kind), &kind(&new.kind));
    changes.text("what", Words("くわしく", "In words"), &notice.what, &new.what);
    changes.text("area", Words("区域", "Area"), &notice.area_name, area_name);
    changes.text("place", Words("場所", "Place"), &notice.place, &new.place);
    changes.text("about", Words("だれのこと", "About whom"), &notice.about, &new.about);
    let urgent = |yes: bool| match yes {
        true => Text::new("はい", "Yes"),
        false => Text::new("いいえ", "No"),
    };
    changes.words(
        "urgent",
        Words("今日のうちに動く必要がある", "Something must be done today"),
        &urgent(notice.urgent),
        &urgent(new.urgent),
    );
    changes.record("person", PERSON_FIELD, &PERSON, notice.person_id, new.person);
    changes.text("name", Words("知らせた人", "Reporter"), &notice.reporter_name, &new.name);
    changes.text("contact", Words("連絡先", "Contact"), &notice.reporter_contact, &new.contact);
    let (moved, person, kind, urgent) =
        (changes.has("area"), changes.has("person"), changes.has("kind"), changes.has("urgent"));
    if moved {
        outlook.follow(
            format!("「{}」の担当は、ほかに理由がなければ、すぐに見られなくなります。", notice.area_name),
            format!("Those in charge of {} can no longer see it unless they have another reason.", notice.area_name),
        );
        match handed {
            true => outlook.follow(
                format!("「{area_name}」の担当に届き、受け取りの期限は今日から数えます。"),
                format!("It comes to those in charge of {area_name}, whose time for taking note begins today."),
            ),
            false => outlook.follow(
                format!("扱いは決まったままなので、「{area_name}」の担当には知らせません。もう一度決めてもらうときは、先に、扱いの決定を取り消してください。"),
                format!("It stays decided, so those in charge of {area_name} are not told. To have it decided again, take the decision back first."),
            ),
        }
    }
    if urgent && notice.triage.is_none() {
        outlook.follow("受け取りと返事の期限が変わります。", "The clocks for taking note and for the answer change.");
        if new.urgent {
            outlook.follow(
                "今日のうちに動く必要があると、区域の担当に届きます。",
                "Those in charge of the area are told that something must be done today.",
            );
        }
    }
    if person {
        outlook.follow(
            "前の人の記録からは消え、新しく選んだ人の記録に出ます。見られる人も、その人に合わせて変わります。",
            "It goes from the record of the person named before and stands in that of the person named now. Who may see it follows that person.",
        );
    }
    if moved || kind {
        outlook.follow("数字は、直した内容で数え直されます。", "The figures count it as corrected.");
    }
    outlook
}
