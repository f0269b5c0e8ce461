//! What stood before in the record of a person, and endings that are taken back.

use jiff::civil::Date;
use sasae_core::id::Id;

use super::correct;
use super::store::household::Membership;
use super::store::{self, Person};
use super::{ENTRUST, ENTRUSTMENT, PERSON, RESTRICT, RESTRICTION, follow_entrustments, require};
use crate::correction::{self, Changes, CorrectionStep, NewCorrection, Outlook, ReasonForm, check_reason};
use crate::ctx::{Actor, Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::{Lang, Text, Words};
use crate::tenancy::FOREVER;

/// What stands as the reason where nobody says one: a move or a new telephone is no mistake.
const CHANGED: &str = "登録内容の変更";

/// Writes what stood before a change into the history, where somebody with a staff record or an import made it.
pub(super) async fn keep(
    ctx: &Ctx,
    work: &mut Work,
    (before, lived): (&Person, Option<&Membership>),
    reason: &str,
) -> Result<()> {
    if matches!(ctx.actor(), Actor::Public) {
        return Ok(());
    }
    let after = store::get(ctx, work, before.id).await?;
    let mut changes = changes_of(ctx, before, &after);
    let lives = store::household::find_membership(ctx, work, before.id).await?;
    correct::note(ctx, &mut changes, lived, lives.as_ref());
    if changes.is_empty() {
        return Ok(());
    }
    let reason = sasae_core::text::clean(reason);
    let reason = if reason.is_empty() { CHANGED } else { &reason };
    let step = CorrectionStep::Corrected;
    let new = NewCorrection { record: (&PERSON, before.id), entry: None, step, reason, changes: &changes };
    correction::record(ctx, work, &new).await
}

fn changes_of(ctx: &Ctx, before: &Person, after: &Person) -> Changes {
    let mut changes = Changes::default();
    let mut text = |field, ja, en, from: &str, to: &str| changes.text(field, Words(ja, en), from, to);
    text("family", "姓", "Family name", &before.family, &after.family);
    text("given", "名", "Given name", &before.given, &after.given);
    text("family_kana", "姓のよみ", "Reading of the family name", &before.family_kana, &after.family_kana);
    text("given_kana", "名のよみ", "Reading of the given name", &before.given_kana, &after.given_kana);
    // Whoever may not see where somebody lives has changed none of it.
    if before.address_shown && after.address_shown {
        text("address", "住所", "Address", &before.address, &after.address);
        text("area", "区域", "Area", &before.area_name, &after.area_name);
        text("phone", "電話", "Telephone", &before.phone, &after.phone);
    }
    text("note", "会う人が知っておくこと", "Good to know", &before.note, &after.note);
    let day = |on: Option<Date>| match on {
        Some(on) => Text::new(Lang::Ja.date(on), Lang::En.date(on)),
        None => Text::new("", ""),
    };
    changes.words("birth", Words("生年月日", "Birth date"), &day(before.birth_on), &day(after.birth_on));
    let word = |vocabulary: &str, code: &str| {
        let of = |lang| ctx.profile().label(vocabulary, code, lang).to_owned();
        Text::new(of(Lang::Ja), of(Lang::En))
    };
    for (field, name, from, to) in [
        ("sex", Words("性別", "Sex"), &before.sex, &after.sex),
        ("care_level", Words("介護度", "Care level"), &before.care_level, &after.care_level),
        ("language", Words("使うことば", "Language"), &before.language, &after.language),
    ] {
        changes.words(field, name, &word(field, from), &word(field, to));
    }
    let several = |codes: &str| {
        let of = |lang: Lang| {
            let words = codes.split(',').filter(|code| !code.is_empty());
            words.map(|code| ctx.profile().label("communication_support", code, lang)).collect::<Vec<_>>()
        };
        Text::new(of(Lang::Ja).join("、"), of(Lang::En).join(", "))
    };
    changes.words(
        "communication",
        Words("伝え方の支援", "Help with communication"),
        &several(&before.communication),
        &several(&after.communication),
    );
    changes
}

/// An entrustment that was ended by mistake goes on, without a last day.
pub async fn resume_entrustment(
    ctx: &Ctx,
    work: &mut Work,
    (person, id): (Id, Id),
    form: &ReasonForm,
    seen: i64,
) -> Result<Outlook> {
    require(ctx, work, person, ENTRUST).await?;
    let (last, revision) = store::entrustment::get_end(ctx, work, person, id).await?;
    require_ended(last, ctx.today())?;
    if store::get(ctx, work, person).await?.left() {
        return Err(Error::refused(
            "亡くなった人や転出した人の見守りは託せません。",
            "Someone who has died or moved out cannot be entrusted.",
        ));
    }
    if revision != seen {
        return Err(Error::Stale { now: revision });
    }
    let periods = store::entrustment::list_periods(ctx, work, person).await?;
    let holder = periods.iter().find(|(known, ..)| *known == id).map(|(_, holder, ..)| *holder);
    let again = |(known, by, _, to): &(Id, Id, Date, Date)| *known != id && Some(*by) == holder && *to >= last;
    if periods.iter().any(again) {
        return Err(Error::refused(
            "この人には、そのあとにもう一度、見守りを託しています。",
            "The person was entrusted to them again since.",
        ));
    }
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook.changes.words("valid_to", LAST, &day_of(last), &day_of(FOREVER));
    outlook.follow(
        "託されていた人は、終わる前と同じように、また見守りを託されます。この人の記録も、また見られます。",
        "The person is entrusted again as before the end, and whoever watches sees the record again.",
    );
    store::entrustment::resume(ctx, work, id).await?;
    follow_entrustments(ctx, work, person).await?;
    write(ctx, work, person, (&ENTRUSTMENT, id), &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// A restriction that was lifted by mistake holds again, without a last day.
pub async fn resume_restriction(
    ctx: &Ctx,
    work: &mut Work,
    (person, id): (Id, Id),
    form: &ReasonForm,
    seen: i64,
) -> Result<Outlook> {
    require(ctx, work, person, RESTRICT).await?;
    let (last, revision) = store::restriction::get_end(ctx, work, person, id).await?;
    require_ended(last, ctx.today())?;
    if revision != seen {
        return Err(Error::Stale { now: revision });
    }
    let reason = check_reason(ctx, form)?;
    let mut outlook = Outlook::default();
    outlook.changes.words("valid_to", LAST, &day_of(last), &day_of(FOREVER));
    outlook.follow(
        "この制限がまた続きます。見られなくなる人は、すぐに見られなくなります。",
        "The restriction holds again: whoever may not see the record no longer does, at once.",
    );
    store::restriction::resume(ctx, work, id).await?;
    write(ctx, work, person, (&RESTRICTION, id), &reason, &outlook.changes).await?;
    Ok(outlook)
}

const LAST: Words = Words("終わりの日", "Last day");

fn day_of(on: Date) -> Text {
    if on == FOREVER { Text::new("なし", "none") } else { Text::new(Lang::Ja.date(on), Lang::En.date(on)) }
}

/// It ends today or has ended.
pub(super) fn require_ended(last: Date, today: Date) -> Result<()> {
    if last <= today {
        return Ok(());
    }
    Err(Error::refused("まだ終わっていません。", "It has not ended."))
}

async fn write(
    ctx: &Ctx,
    work: &mut Work,
    person: Id,
    entry: (crate::access::Kind, Id),
    reason: &str,
    changes: &Changes,
) -> Result<()> {
    let step = CorrectionStep::TakenBack;
    let new = NewCorrection { record: (&PERSON, person), entry: Some(entry), step, reason, changes };
    correction::record(ctx, work, &new).await?;
    ctx.wrote(&PERSON, person);
    Ok(())
}
