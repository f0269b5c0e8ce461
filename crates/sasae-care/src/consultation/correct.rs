//! What is wrong with a consultation is put right: what was taken down, whose it is, where it
//! belongs; its outcome is taken back; it is struck out, and brought back.

use std::collections::BTreeSet;

use sasae_core::id::Id;
use sasae_db::Conn;

use super::OWN_FIELDS;
use super::model::{self, ConsultationOutcome, IntakeForm, NewIntake};
use super::store::{self, Consultation};
use super::{CONSULTATION, check_base, fact_of, facts, find, resolve_who, taken_already};
use crate::access::{self, Act, Kind};
use crate::correction::pages::struck_out;
use crate::correction::{self, Changes, CorrectionStep, FilesGo, NewCorrection, Outlook, ReasonForm, check_reason};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Fields, Result};
use crate::lang::{Lang, Text, Words};
use crate::notice::NOTICE;
use crate::own;
use crate::person::PERSON;
use crate::profile::Named;
use crate::{area, fact, link, notice, room, staff};

/// Corrects what was taken down, moves it to the person whose it is, or to the area where it belongs.
/// `form` begins with what stands; its notice is not read.
pub async fn correct(
    ctx: &Ctx,
    work: &mut Work,
    id: Id,
    form: &IntakeForm,
    reason: &ReasonForm,
    seen: i64,
) -> Result<Outlook> {
    access::require(ctx, work, &CONSULTATION, id, Act::CORRECT).await?;
    let before = store::get(ctx, work, id).await?;
    require_standing(&before)?;
    let problems = store::list_problems(ctx, work, id).await?;
    let (new, reason) = check(ctx, form, reason)?;
    let extra = OWN_FIELDS.corrected(ctx, &before.extra, new.extra.as_ref())?;
    let (person, household, area) = check_place(ctx, work, &before, &new).await?;
    let new = NewIntake { person, household, area: Some(area), notice: before.notice_id, ..new };
    let bases = base_names(ctx, work, [before.base_id, new.base]).await?;
    store::set_corrected(ctx, work, id, area, (&new, &extra), seen).await?;
    let after = store::get(ctx, work, id).await?;
    let mut outlook = outlook_of(ctx, &before, &after, (&problems, &new.problems), &bases);
    fact::record(ctx, work, &fact_of(&after, area, person, household)).await?;
    let moved = person != before.person_id;
    if moved {
        room::follow(ctx, work, &CONSULTATION, id).await?;
        correction::follow_files(ctx, work, (&CONSULTATION, id), FilesGo::Moved, &mut outlook).await?;
    }
    if let Some(from) = before.notice_id.filter(|_| moved) {
        notice::correct::move_to_person(ctx, work, from, person, &reason).await?;
    }
    let step = if moved { CorrectionStep::Moved } else { CorrectionStep::Corrected };
    write(ctx, work, id, step, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// Takes the outcome of a consultation back: it waits for another one. One that became a case is put
/// right there.
pub async fn take_back(ctx: &Ctx, work: &mut Work, id: Id, form: &ReasonForm, seen: i64) -> Result<Outlook> {
    access::require(ctx, work, &CONSULTATION, id, Act::CORRECT).await?;
    let before = store::get(ctx, work, id).await?;
    require_settled(&before)?;
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook.changes.words(
        "outcome",
        OUTCOME,
        &before.outcome.words().into(),
        &ConsultationOutcome::Open.words().into(),
    );
    outlook.changes.text("note", Words("何を答えたか・どこへつないだか", "What was said"), &before.outcome_note, "");
    outlook.follow(
        "「相談の結果を決める」が、もう一度、受けた人の「今日」に出ます。",
        "It stands again in Today of the one who took it, to be settled.",
    );
    store::clear_outcome(ctx, work, id, seen).await?;
    if let Some(from) = before.notice_id
        && let Some(answer) = notice::correct::take_back_answer(ctx, work, from, before.outcome_at).await?
    {
        outlook.changes.text(
            "answer",
            Words("気づきを知らせた人への返事", "Answer to the reporter of the notice"),
            &answer,
            "",
        );
        outlook.follow(
            "気づきを知らせた人の画面からも返事が消え、受け取り済みにもどります。",
            "The answer goes from the page of whoever reported the notice: it stands there as received.",
        );
    }
    write(ctx, work, id, CorrectionStep::TakenBack, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// Strikes a consultation out that never should have been taken down.
pub async fn strike_out(ctx: &Ctx, work: &mut Work, id: Id, form: &ReasonForm, seen: i64) -> Result<Outlook> {
    access::require(ctx, work, &CONSULTATION, id, Act::CORRECT).await?;
    let before = store::get(ctx, work, id).await?;
    require_open_to_strike(&before)?;
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook.follow(
        "相談の一覧、人の記録、さがす、「今日」に出なくなります。",
        "It goes from the list of consultations, from the record of the person, from the search and from Today.",
    );
    outlook.follow("数字から1件減ります。", "It is no longer counted in the figures.");
    outlook.follow(
        "この画面は、見られる人がこれからも開けます。取り消しは、あとでやめられます。",
        "Whoever may see it can still open this page. It can be restored later.",
    );
    correction::follow_files(ctx, work, (&CONSULTATION, id), FilesGo::StruckOut, &mut outlook).await?;
    store::set_struck_out(ctx, work, id, seen).await?;
    fact::remove(ctx, work, id, &facts::TAKEN).await?;
    if let Some(from) = before.notice_id {
        link::unlink(ctx, work, from, id).await?;
        outlook.follow(
            "もとの気づきは、もう一度、相談を受け付けるのを待ちます。",
            "The notice that it came from waits for an intake again.",
        );
        let notice = notice::get(ctx, work, from).await?;
        if notice.person_id.is_some() && notice.person_id == before.person_id {
            outlook.follow(
                "もとの気づきは、同じ人のことのまま残り、その人の記録に出ます。ちがう人なら、気づきの画面で「訂正する」から直してください。",
                "The notice stays about the same person and in that person's record. If it is about someone else, correct it on the page of the notice.",
            );
        }
    }
    write(ctx, work, id, CorrectionStep::StruckOut, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// Brings a consultation back that was struck out by mistake.
pub async fn restore(ctx: &Ctx, work: &mut Work, id: Id, form: &ReasonForm, seen: i64) -> Result<Outlook> {
    access::require(ctx, work, &CONSULTATION, id, Act::CORRECT).await?;
    let before = store::get(ctx, work, id).await?;
    require_restorable(ctx, work, &before).await?;
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook.follow(
        "相談の一覧、人の記録、数字に、元のとおりにもどります。",
        "It stands in the list, in the record of the person and in the figures again, as before.",
    );
    match store::set_restored(ctx, work, id, seen).await {
        Err(Error::Db(error)) if error.is_unique_on("consultation") => return Err(taken_already()),
        other => other?,
    }
    fact::record(ctx, work, &fact_of(&before, before.area_id, before.person_id, before.household_id)).await?;
    if let Some(from) = before.notice_id {
        link::link(ctx, work, (&NOTICE, from), (&CONSULTATION, id)).await?;
        outlook.follow("もとの気づきと、またつながります。", "It is linked to its notice again.");
    }
    write(ctx, work, id, CorrectionStep::Restored, &reason, &outlook.changes).await?;
    Ok(outlook)
}

async fn write(
    ctx: &Ctx,
    work: &mut Work,
    id: Id,
    step: CorrectionStep,
    reason: &str,
    changes: &Changes,
) -> Result<()> {
    let new = NewCorrection { record: (&CONSULTATION, id), entry: None, step, reason, changes };
    correction::record(ctx, work, &new).await?;
    ctx.wrote(&CONSULTATION, id);
    Ok(())
}

/// A consultation, or the notice that it came from, is somebody else's than was said: both name the person
/// now, and their histories keep who was named. The caller has asked whether the writer knows the person.
pub(super) async fn set_whose(
    ctx: &Ctx,
    work: &mut Work,
    before: &Consultation,
    (person, household): (Id, Option<Id>),
    reason: &str,
) -> Result<Outlook> {
    access::require(ctx, work, &CONSULTATION, before.id, Act::CORRECT).await?;
    let reason = check_reason(ctx, &ReasonForm { reason: reason.to_owned() })?;
    let area = area_of(ctx, work, before, person).await?;
    store::set_person(ctx, work, before.id, (person, household, area), before.revision).await?;
    let after = store::get(ctx, work, before.id).await?;
    fact::record(ctx, work, &fact_of(&after, area, Some(person), household)).await?;
    let mut outlook = Outlook::default();
    if before.area_id != after.area_id {
        outlook.changes.text("area", Words("区域", "Area"), &before.area_name, &after.area_name);
    }
    outlook.changes.record("person", Words("本人", "The person"), &PERSON, before.person_id, Some(person));
    if let Some(from) = before.notice_id {
        let named = notice::get(ctx, work, from).await?.person_id;
        let of_notice = Words("もとの気づきの本人", "The person of the notice");
        outlook.changes.record("notice_person", of_notice, &PERSON, named, Some(person));
        if named != Some(person) {
            correction::follow_files(ctx, work, (&NOTICE, from), FilesGo::Moved, &mut outlook).await?;
        }
        notice::correct::move_to_person(ctx, work, from, Some(person), &reason).await?;
    }
    follow(&mut outlook, before, &after);
    correction::follow_files(ctx, work, (&CONSULTATION, before.id), FilesGo::Moved, &mut outlook).await?;
    write(ctx, work, before.id, CorrectionStep::Moved, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// The case that came of a consultation was struck out: the consultation waits for an outcome again;
/// called by the case in the transaction of its step.
pub async fn lose_case(ctx: &Ctx, work: &mut Work, id: Id, case: (Kind, Id), reason: &str) -> Result<()> {
    let before = store::get(ctx, work, id).await?;
    let mut changes = Changes::default();
    changes.words("outcome", OUTCOME, &before.outcome.words().into(), &ConsultationOutcome::Open.words().into());
    changes.record("case", case.0.name, case.0, Some(case.1), None);
    store::clear_outcome(ctx, work, id, before.revision).await?;
    link::unlink(ctx, work, id, case.1).await?;
    write(ctx, work, id, CorrectionStep::TakenBack, reason, &changes).await
}

/// The case that came of a consultation stands again, and so does the outcome; called by the case in the
/// transaction of its step. Refused beside the reason where the consultation has gone another way since.
pub async fn regain_case(ctx: &Ctx, work: &mut Work, id: Id, case: (Kind, Id), reason: &str) -> Result<()> {
    let before = store::get(ctx, work, id).await?;
    let hindered = match before.outcome {
        _ if before.struck_at.is_some() => Some((
            "もとの相談が取り消されているため、この支援はもどせません。先に、その相談を元にもどしてください。",
            "The consultation that it came from was struck out, so the case cannot be restored. Restore the consultation first.",
        )),
        ConsultationOutcome::Open if before.person_id.is_none() => Some((
            "もとの相談がだれの相談か、決まっていません。先に、その相談の画面で決めてください。",
            "It is not known whose consultation it came from. Say so first on the page of the consultation.",
        )),
        ConsultationOutcome::Open => None,
        ConsultationOutcome::Case => Some((
            "もとの相談から、もうべつの支援が始まっているため、この支援はもどせません。続いている支援に書き足してください。",
            "Another case has begun from the consultation since, so this one cannot be restored. Go on in that one.",
        )),
        ConsultationOutcome::Answered | ConsultationOutcome::Referral => Some((
            "もとの相談は、もうべつの結果に決まっているため、この支援はもどせません。先に、その相談の結果の決定を取り消してください。",
            "The consultation that it came from has been settled otherwise since. Take its outcome back first.",
        )),
    };
    if let Some((ja, en)) = hindered {
        return Err(Error::field("reason", ja, en));
    }
    let mut changes = Changes::default();
    changes.words(
        "outcome",
        OUTCOME,
        &ConsultationOutcome::Open.words().into(),
        &ConsultationOutcome::Case.words().into(),
    );
    changes.record("case", case.0.name, case.0, None, Some(case.1));
    super::lead_to(ctx, work, &before, case).await?;
    write(ctx, work, id, CorrectionStep::Restored, reason, &changes).await
}

/// Refuses what was struck out.
pub(super) fn require_standing(consultation: &Consultation) -> Result<()> {
    if consultation.struck_at.is_some() { Err(struck_out()) } else { Ok(()) }
}

pub(super) fn require_struck(consultation: &Consultation) -> Result<()> {
    if consultation.struck_at.is_some() {
        return Ok(());
    }
    Err(Error::refused("この相談は、取り消されていません。", "This consultation was not struck out."))
}

/// Refuses to bring back what was not struck out, and a consultation whose notice does not lead to one
/// any more: it was struck out meanwhile, or decided otherwise.
pub(super) async fn require_restorable(ctx: &Ctx, conn: &mut Conn, consultation: &Consultation) -> Result<()> {
    require_struck(consultation)?;
    match consultation.notice_id {
        Some(from) if !notice::waits_for_intake(ctx, conn, from).await? => Err(Error::refused(
            "もとの気づきが取り消されたか、扱いが変わったため、この相談はもどせません。先に、その気づきを「相談として受ける」にもどしてください。もどせないときは、新しい相談として受け付けてください。",
            "The notice that it came from was struck out or decided otherwise, so this consultation cannot be restored. Decide on the notice first that it is taken as a consultation; otherwise take a new consultation.",
        )),
        _ => Ok(()),
    }
}

pub(super) fn require_settled(consultation: &Consultation) -> Result<()> {
    require_standing(consultation)?;
    match consultation.outcome {
        ConsultationOutcome::Open => Err(Error::refused(
            "この相談の結果は、まだ決まっていません。",
            "This consultation has not been settled yet.",
        )),
        ConsultationOutcome::Case => Err(Error::refused(
            "この相談から支援が始まっています。誤って始めたときは、支援の画面で、その支援を取り消してください。",
            "A case has begun from this consultation. If that was a mistake, strike the case out on its own page.",
        )),
        ConsultationOutcome::Answered | ConsultationOutcome::Referral => Ok(()),
    }
}

pub(super) fn require_open_to_strike(consultation: &Consultation) -> Result<()> {
    require_standing(consultation)?;
    match consultation.outcome {
        ConsultationOutcome::Open => Ok(()),
        ConsultationOutcome::Case => Err(Error::refused(
            "この相談から支援が始まっているため、取り消せません。内容のまちがいは「訂正する」で直してください。支援も誤りなら、先に支援の画面で、その支援を取り消してください。",
            "A case has begun from this consultation, so it cannot be struck out. Correct what is wrong in it. If the case is a mistake too, strike that out first on its own page.",
        )),
        ConsultationOutcome::Answered | ConsultationOutcome::Referral => Err(Error::refused(
            "この相談は結果が決まっています。先に、結果の決定を取り消してください。",
            "This consultation has been settled. Take the outcome back first.",
        )),
    }
}

/// The intake and the reason, checked together.
fn check(ctx: &Ctx, form: &IntakeForm, reason: &ReasonForm) -> Result<(NewIntake, String)> {
    let form = IntakeForm { notice: String::new(), ..form.clone() };
    match (model::check_correction(ctx, &form), check_reason(ctx, reason)) {
        (Ok(new), Ok(reason)) => Ok((new, reason)),
        (Err(Error::Invalid(mut fields)), Err(Error::Invalid(more))) => {
            fields.join(more);
            Err(Error::Invalid(fields))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// Person, household and area after the correction. What was not changed is not asked again: it may
/// have ended since.
async fn check_place(
    ctx: &Ctx,
    work: &mut Work,
    before: &Consultation,
    new: &NewIntake,
) -> Result<(Option<Id>, Option<Id>, Id)> {
    let mut errors = Fields::default();
    if new.base != before.base_id || new.received_on != before.received_on {
        check_base(ctx, work, new, &mut errors).await?;
    }
    let moved = new.person != before.person_id;
    let (person, household) = match moved {
        true => resolve_who(ctx, work, new.person, None, &mut errors).await?,
        false => (before.person_id, before.household_id),
    };
    if person.is_none() && before.outcome == ConsultationOutcome::Case {
        errors.put(
            "person",
            "この相談からは支援が始まっています。だれの相談かを選んでください。",
            "A case has begun from this consultation. Say whose it is.",
        );
    }
    // A form sends the area that stands there: only another one was chosen by hand.
    let said = new.area.filter(|said| *said != before.area_id);
    if said.is_some() && before.area_name.is_empty() {
        errors.put(
            "area",
            "住所を出していない人の相談です。区域は、住所を見られる人が直します。",
            "The address of the person is hidden. The area is put right by those who may see it.",
        );
    }
    errors.into_result()?;
    let area = match (said, person) {
        (Some(said), _) => area::get_today(ctx, work, "area", said).await?.id,
        (None, Some(person)) if moved => area_of(ctx, work, before, person).await?,
        (None, _) => before.area_id,
    };
    Ok((person, household, area))
}

/// Where a consultation lies that turns out to be somebody else's: where that person lives. The area of the one
/// named before says nothing about it.
async fn area_of(ctx: &Ctx, conn: &mut Conn, before: &Consultation, person: Id) -> Result<Id> {
    Ok(find::find_candidate(ctx, conn, person).await?.map_or(before.area_id, |known| known.area))
}

/// The names of the windows before and after.
async fn base_names(ctx: &Ctx, work: &mut Work, bases: [Option<Id>; 2]) -> Result<[String; 2]> {
    let mut names = [String::new(), String::new()];
    for (name, base) in names.iter_mut().zip(bases) {
        if let Some(base) = base {
            *name = staff::find_base(ctx, work, base).await?.map(|base| base.name).unwrap_or_default();
        }
    }
    Ok(names)
}

const OUTCOME: Words = Words("結果", "Outcome");

/// Several codes in the words of both languages.
fn labels<'a>(ctx: &Ctx, vocabulary: &str, codes: impl IntoIterator<Item = &'a str>) -> Text {
    let (mut ja, mut en) = (Vec::new(), Vec::new());
    for code in codes.into_iter().collect::<BTreeSet<_>>() {
        let text = ctx.label(vocabulary, code);
        ja.push(text.get(Lang::Ja).to_owned());
        en.push(text.get(Lang::En).to_owned());
    }
    Text::new(ja.join("、"), en.join(", "))
}

/// What a correction changes and what follows.
fn outlook_of(
    ctx: &Ctx,
    before: &Consultation,
    after: &Consultation,
    (problems, ticked): (&[String], &[String]),
    [base_before, base_after]: &[String; 2],
) -> Outlook {
    let mut changes = Changes::default();
    let date = |day| Text::new(Lang::Ja.date(day), Lang::En.date(day));
    let word = |vocabulary, code: &str| ctx.label(vocabulary, code);
    let worst = |of: &Consultation| of.worst.clone().unwrap_or_default();
    changes.words(
        "received_on",
        Words("受け付けた日", "Received"),
        &date(before.received_on),
        &date(after.received_on),
    );
    changes.words(
        "channel",
        Words("経路", "Channel"),
        &word("channel", &before.channel),
        &word("channel", &after.channel),
    );
    changes.text("base", Words("窓口・拠点", "Window or base"), base_before, base_after);
    if before.area_id != after.area_id {
        changes.text("area", Words("区域", "Area"), &before.area_name, &after.area_name);
    }
    changes.record("person", Words("本人", "The person"), &PERSON, before.person_id, after.person_id);
    let from_whom = |of: &Consultation| word("from_whom", &of.from_whom);
    changes.words("from_whom", Words("だれからの相談か", "Who came"), &from_whom(before), &from_whom(after));
    changes.text("from_name", Words("相談した人の名前", "Name of who came"), &before.from_name, &after.from_name);
    changes.text("from_contact", Words("連絡先", "How to reach them"), &before.from_contact, &after.from_contact);
    changes.text("what", Words("話されたこと", "As it was told"), &before.what, &after.what);
    let boxes = |codes: &[String]| labels(ctx, "problem", codes.iter().map(String::as_str));
    changes.words("problems", Words("困りごと", "Problems"), &boxes(problems), &boxes(ticked));
    changes.words(
        "worst",
        Words("いちばん困っていること", "The worst"),
        &word("problem", &worst(before)),
        &word("problem", &worst(after)),
    );
    changes.words("wish", Words("本人の希望", "The wish"), &word("wish", &before.wish), &word("wish", &after.wish));
    changes.text(
        "wish_words",
        Words("希望（本人の言葉で）", "The wish in words"),
        &before.wish_words,
        &after.wish_words,
    );
    changes.words(
        "urgency",
        Words("緊急度", "Urgency"),
        &word("urgency", &before.urgency),
        &word("urgency", &after.urgency),
    );
    changes.words(
        "language",
        Words("使うことば", "Language"),
        &word("language", &before.language),
        &word("language", &after.language),
    );
    let support = |of: &Consultation| labels(ctx, "communication_support", of.communications());
    changes.words("communication", Words("伝え方の支援", "Communication support"), &support(before), &support(after));
    let values = [OWN_FIELDS.seen(ctx, &before.extra), OWN_FIELDS.seen(ctx, &after.extra)];
    for asked in OWN_FIELDS.list_asked(ctx) {
        let name = Text::new(asked.field.label(Lang::Ja).to_owned(), asked.field.label(Lang::En).to_owned());
        let [from, to] = [0, 1].map(|at: usize| own::in_words(ctx, &asked, &values[at]));
        changes.own_field(&asked.name, &name, &from, &to, &asked.field.seen_by);
    }
    let mut outlook = Outlook { changes, ..Outlook::default() };
    follow(&mut outlook, before, after);
    outlook
}

fn follow(outlook: &mut Outlook, before: &Consultation, after: &Consultation) {
    if outlook.changes.has("area") {
        outlook.follow(
            format!(
                "「{}」の相談担当は、ほかに理由がなければ、すぐに見られなくなります。「{}」の相談担当が見られるようになります。",
                before.area_name, after.area_name
            ),
            format!(
                "Those who take consultations in {} can no longer see it unless they have another reason; those in {} can.",
                before.area_name, after.area_name
            ),
        );
    }
    if outlook.changes.has("person") {
        outlook.follow(
            "前の人の記録からは消え、新しく選んだ人とその世帯の記録に出ます。見られる人も、その人に合わせて変わります。",
            "It goes from the record of the person named before and stands in that of the person named now and the household. Who may see it follows that person.",
        );
        if before.notice_id.is_some() {
            outlook.follow(
                "もとの気づきも、同じ人のことになります。",
                "The notice that it came from is about the same person then.",
            );
        }
        if before.outcome == ConsultationOutcome::Case {
            outlook.follow(
                "この相談から始まった支援で、支援する人は変わりません。まちがっていたら、支援の画面で直してください。その支援にいない人の相談になると、チームの人は、支援を理由にしてはこの相談を見られなくなります。",
                "The persons whom the case names stay as they are. Put them right on the page of the case. Where the case does not name the person, its team no longer sees this consultation by it.",
            );
        }
    }
    if before.is_open() && outlook.changes.has("urgency") {
        outlook.follow("結果を決める期限が変わります。", "The day by which it is to be settled changes.");
    }
    let counted = ["received_on", "channel", "area", "person", "urgency"];
    if counted.iter().any(|field| outlook.changes.has(field)) {
        outlook.follow("数字は、直した内容で数え直されます。", "The figures count it as corrected.");
    }
}
