//! What is wrong with a case itself is put right: a person named by mistake leaves it, its closing is
//! taken back; and a contact is corrected.

use sasae_core::era;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::closing::notices_behind;
use super::correct_case;
use super::correct_course::{both, day};
use super::entry::{self, Entry};
use super::model::{self, ContactForm};
use super::store::{self, Case};
use super::{facts, grounds, require_post};
use crate::access::{self, Act};
use crate::case::CASE;
use crate::correction::pages::struck_out;
use crate::correction::{self, Changes, CorrectionStep, NewCorrection, Outlook, ReasonForm, check_reason};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::handover::Outcome;
use crate::input::Check;
use crate::lang::{Lang, Text, Words};
use crate::person::PERSON;
use crate::{fact, notice};

/// A person who leaves a case.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct PersonEndForm {
    /// Who is at the centre of the case from now on, where the one who leaves was: one of the others
    /// whom it names, or anybody whom the writer knows, who is named then.
    pub main: String,
    /// Why the person leaves; it stays. At most 500 characters.
    pub reason: String,
}

/// A person who was named by mistake leaves a case: the team at once no longer sees the person by it.
pub async fn end_person(
    ctx: &Ctx,
    work: &mut Work,
    case: Id,
    person: Id,
    form: &PersonEndForm,
    seen: i64,
) -> Result<Outlook> {
    let case = get_correctable(ctx, work, case).await?;
    let named = store::list_person_ids(ctx, work, case.id).await?;
    let leaves_centre = named.iter().find(|(id, _)| *id == person).map(|(_, main)| *main).ok_or(Error::NotFound)?;
    let mut check = Check::new(ctx);
    let reason = check.required("reason", &form.reason, correction::REASON);
    let chosen = match leaves_centre {
        true => check.required_id("main", &form.main),
        false => None,
    };
    if let Some(chosen) = chosen
        && (chosen == person || !access::can_see(ctx, work, &PERSON, chosen).await?)
    {
        check.put("main", "選び直してください。", "Please choose again.");
    }
    check.done()?;
    let mut outlook = Outlook::default();
    outlook.changes.record("person", Words("支援する人", "Person of the case"), &PERSON, Some(person), None);
    outlook.follow(
        "チームの人は、この支援を理由にしては、この人の記録をすぐに見られなくなります。この人の記録からも、この支援は消えます。",
        "The team can no longer see this person by this case, at once. The case goes from the person's record.",
    );
    store::touch_seen(ctx, work, case.id, seen).await?;
    let main = match chosen {
        Some(main) => {
            outlook.changes.record("main", Words("中心になる人", "At its centre"), &PERSON, Some(person), Some(main));
            store::insert_person(ctx, work, case.id, main, false).await?;
            Some(main)
        }
        None => named.iter().find(|(_, main)| *main).map(|(id, _)| *id),
    };
    store::delete_person(ctx, work, case.id, person).await?;
    let mut household = case.household_id;
    if let Some(main) = chosen {
        household = store::find_household(ctx, work, main).await?;
        store::set_main(ctx, work, case.id, main, household).await?;
    }
    let contacts = store::clear_contact_person(ctx, work, case.id, person).await?;
    if contacts > 0 {
        outlook.follow(
            format!("この人としたことになっている連絡{contacts}件は、「だれと」が空になります。"),
            format!("{contacts} contacts that name this person name nobody then."),
        );
    }
    fact::rename_person(ctx, work, case.id, person, main, household).await?;
    outlook.follow("数字は、残った人の支援として数え直されます。", "The figures count the case with those who stay.");
    if case.consultation_id.is_some() {
        outlook.follow(
            "もとになった相談の人は変わりません。まちがっていたら、相談の画面で直してください。",
            "The person of the consultation that it came from stays. Put it right there, if it is wrong.",
        );
    }
    grounds::follow_case(ctx, work, case.id).await?;
    write(ctx, work, case.id, CorrectionStep::Corrected, &reason, &outlook.changes).await?;
    ctx.wrote(&PERSON, person);
    Ok(outlook)
}

/// Takes the closing of a case back: it is open again, with the roles that ended by its closing.
pub async fn reopen(ctx: &Ctx, work: &mut Work, case: Id, form: &ReasonForm, seen: i64) -> Result<Outlook> {
    let case = get_correctable(ctx, work, case).await?;
    require_closed(&case)?;
    let reason = check_reason(ctx, form)?;
    let closed_at = store::find_closed_at(ctx, work, case.id).await?;
    let mut outlook = Outlook::default();
    let nothing = Text::new("", "");
    let outcome = ctx.label("closing_outcome", case.outcome.as_deref().unwrap_or_default());
    outlook.changes.words("outcome", Words("終わり方", "How it ended"), &outcome, &nothing);
    if let Some(on) = case.closed_on {
        let on = Text::new(Lang::Ja.date(on), Lang::En.date(on));
        outlook.changes.words("closed_on", Words("終わった日", "Closed on"), &on, &nothing);
    }
    outlook.changes.text("note", Words("終わりのようす", "How it ended, in words"), &case.outcome_note, "");
    outlook.follow(
        "支援が続いている状態にもどり、終了でいっしょに終わった役割が、また始まります。その人たちは、また見られるようになります。",
        "The case is open again, and the roles that ended by its closing begin again: those who have them see it again.",
    );
    outlook.follow("終了の数から1件減ります。", "One closed case less is counted.");
    store::set_reopened(ctx, work, case.id, seen).await?;
    correct_case::ask_again(ctx, work, &case, Outcome::Ended, &mut outlook).await?;
    grounds::follow_case(ctx, work, case.id).await?;
    for from in notices_behind(ctx, work, case.consultation_id).await? {
        if let Some(answer) = notice::correct::take_back_answer(ctx, work, from, closed_at).await? {
            let name = Words("気づきを知らせた人への返事", "Answer to the reporter of the notice");
            outlook.changes.text("answer", name, &answer, "");
            outlook.follow(
                "気づきを知らせた人の画面からも返事が消え、受け取り済みにもどります。",
                "The answer goes from the page of whoever reported the notice: it stands there as received.",
            );
        }
    }
    fact::remove(ctx, work, case.id, &facts::CLOSED).await?;
    write(ctx, work, case.id, CorrectionStep::TakenBack, &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// A case that the reader may put right, open or closed; one that was struck out is restored first.
pub(super) async fn get_correctable(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Case> {
    let case = get_any(ctx, conn, case).await?;
    if case.struck_at.is_some() { Err(struck_out()) } else { Ok(case) }
}

/// A case that the reader may put right, struck out or not.
pub(super) async fn get_any(ctx: &Ctx, conn: &mut Conn, case: Id) -> Result<Case> {
    access::require(ctx, conn, &CASE, case, Act::CORRECT).await?;
    require_post(ctx)?;
    store::get(ctx, conn, case).await
}

pub(super) fn require_closed(case: &Case) -> Result<()> {
    if !case.is_open() {
        return Ok(());
    }
    Err(Error::refused("この支援は終わっていません。", "This case is not closed."))
}

pub(super) async fn write(
    ctx: &Ctx,
    work: &mut Work,
    case: Id,
    step: CorrectionStep,
    reason: &str,
    changes: &Changes,
) -> Result<()> {
    let new = NewCorrection { record: (&CASE, case), entry: None, step, reason, changes };
    correction::record(ctx, work, &new).await?;
    ctx.wrote(&CASE, case);
    Ok(())
}

/// Corrects a contact. A day for the next one that has passed may stay as it is.
pub async fn correct_contact(
    ctx: &Ctx,
    work: &mut Work,
    (case, id): (Id, Id),
    form: &ContactForm,
    reason: &ReasonForm,
    seen: i64,
) -> Result<Outlook> {
    let row = entry::get_standing(ctx, work, case, Entry::Contact, id).await?;
    let before = store::get_contact(ctx, work, case, id).await?;
    let kept = era::parse_date(&form.next_on).ok().filter(|on| Some(*on) == before.next_on);
    let checked = match kept {
        Some(_) => ContactForm { next_on: String::new(), next_what: String::new(), ..form.clone() },
        None => form.clone(),
    };
    let (mut new, reason) = both(model::check_contact(ctx, &checked), check_reason(ctx, reason))?;
    if let Some(on) = kept {
        let mut check = Check::new(ctx);
        new.next_what = check.text("next_what", &form.next_what, model::LINE);
        check.done()?;
        new.next_on = Some(on);
    }
    if new.person != row.person_id
        && let Some(person) = new.person
    {
        let named = store::list_persons(ctx, work, case).await?;
        if !named.iter().any(|one| one.id == Some(person)) {
            return Err(Error::field("person", "選び直してください。", "Please choose again."));
        }
    }
    let mut outlook = Outlook::default();
    let changes = &mut outlook.changes;
    let word = |vocabulary: &str, code: &str| ctx.label(vocabulary, code);
    changes.words("contact_on", Words("連絡した日", "Date"), &day(Some(before.contact_on)), &day(Some(new.contact_on)));
    let method = |code: &str| word("contact_method", code);
    changes.words("method", Words("どうやって", "How"), &method(&before.method), &method(&new.method));
    let kind = |code: &str| word("contact_kind", code);
    changes.words("kind", Words("何をした", "What kind"), &kind(&before.kind), &kind(&new.kind));
    changes.record("person", Words("だれと", "With whom"), &PERSON, row.person_id, new.person);
    changes.text("body", Words("ようす・話したこと", "What happened"), &before.body, &new.body);
    changes.words("next_on", Words("次に連絡する日", "Next contact"), &day(before.next_on), &day(new.next_on));
    changes.text("next_what", Words("次にすること", "What for"), &before.next_what, &new.next_what);
    let counted = ["contact_on", "method", "kind", "person"].iter().any(|field| changes.has(field));
    let due = ["contact_on", "next_on"].iter().any(|field| changes.has(field));
    if counted {
        outlook.follow("数字は、直した内容で数え直されます。", "The figures count it as corrected.");
    }
    if due {
        outlook.follow(
            "約束した連絡の「済み」と、次の連絡の期限が数え直されます。",
            "Which promised contacts count as kept, and what is due next, is worked out anew.",
        );
    }
    store::set_contact(ctx, work, (case, id), &new, seen).await?;
    entry::recount(ctx, work, case, Entry::Contact).await?;
    entry::record_fact(ctx, work, case, Entry::Contact, id).await?;
    let part = (Entry::Contact, id);
    entry::write(ctx, work, case, part, CorrectionStep::Corrected, &reason, &outlook.changes).await?;
    Ok(outlook)
}
