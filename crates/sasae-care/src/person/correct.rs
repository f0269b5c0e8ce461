//! Somebody who was put into the wrong household is put right, and so is who the person is in it. A move
//! is no mistake: that is a change of the record.

use sasae_core::id::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::household::{self, Membership};
use super::store::{self, Person};
use super::{HOUSEHOLD, PERSON, household as household_by, household_of, require};
use crate::access::{self, Act};
use crate::correction::{self, Changes, CorrectionStep, NewCorrection, Outlook};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::fact;
use crate::input::Check;
use crate::lang::{Lang, Text, Words};

/// The household of a person as it should be.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct HouseholdCorrection {
    /// `own` for a household of the person's own, the id of somebody whose household is the right one, or
    /// empty where the household stays.
    pub with: String,
    /// Code of the vocabulary `relation`; empty where it stays, or for what follows of the household.
    pub relation: String,
    /// Why it is corrected; it stays. At most 500 characters.
    pub reason: String,
}

/// Where somebody belongs.
enum Home {
    Stays,
    Own,
    Of(Id),
}

/// Puts a person into the household where the person belonged all along, and says who the person is in it.
pub async fn correct_household(
    ctx: &Ctx,
    work: &mut Work,
    id: Id,
    form: &HouseholdCorrection,
    seen: i64,
) -> Result<Outlook> {
    require(ctx, work, id, Act::EDIT).await?;
    let person = store::get(ctx, work, id).await?;
    let before = get_membership(ctx, work, &person).await?;
    let mut check = Check::new(ctx);
    let relation = check.choice("relation", &form.relation, "relation");
    let reason = check.required("reason", &form.reason, correction::REASON);
    let home = match form.with.trim() {
        "" => Home::Stays,
        "own" => Home::Own,
        _ => match check.id("with", &form.with) {
            Some(other) if other != id && access::can_see(ctx, work, &PERSON, other).await? => {
                match household::find_of(ctx, work, other).await? {
                    Some(home) if home == before.household_id => Home::Stays,
                    Some(home) => Home::Of(home),
                    None => {
                        check.put(
                            "with",
                            "この人は、いまどの世帯にもいません。ほかの人を選んでください。",
                            "This person lives in no household at present. Choose somebody else.",
                        );
                        Home::Stays
                    }
                }
            }
            _ => {
                check.put("with", "選び直してください。", "Please choose again.");
                Home::Stays
            }
        },
    };
    check.done()?;
    store::touch_seen(ctx, work, id, seen).await?;
    let mut outlook = Outlook::default();
    let leaves = !matches!(home, Home::Stays);
    if leaves {
        follow_members(ctx, work, &person, before.household_id, &home, &mut outlook).await?;
    }
    let after = match home {
        Home::Stays => {
            let relation = if relation.is_empty() { before.relation.clone() } else { relation };
            household::set_relation(ctx, work, id, &relation).await?;
            Membership { relation, ..before.clone() }
        }
        Home::Own | Home::Of(_) => {
            let shared = matches!(home, Home::Of(_));
            let household_id = match home {
                Home::Of(known) => known,
                _ => {
                    let own = ctx.new_id();
                    let (address, _) = store::get_place(ctx, work, id).await?;
                    household::insert(ctx, work, own, person.area_id, &address, &own.to_string()).await?;
                    own
                }
            };
            let relation = match (relation.as_str(), shared) {
                ("", true) => "unknown".to_owned(),
                ("", false) => "head".to_owned(),
                _ => relation,
            };
            let after = Membership { household_id, relation, valid_from: before.valid_from };
            household::replace_membership(ctx, work, id, &before, &after).await?;
            fact::move_household(ctx, work, (&PERSON, id), before.household_id, household_id).await?;
            ctx.wrote(&HOUSEHOLD, household_id);
            after
        }
    };
    note(ctx, &mut outlook.changes, Some(&before), Some(&after));
    if leaves {
        outlook.follow(
            format!("はじめ（{}）から、この世帯にいたことになります。引っ越しや世帯分けのときは、「直す」で直してください。", Lang::Ja.date(before.valid_from)),
            format!("The person has been in that household from the beginning ({}). After a move, change the record instead.", Lang::En.date(before.valid_from)),
        );
        outlook.follow(
            "この人の相談と支援は、この人のまま変わりません。支援の世帯は、支援の画面の「題名・区域・だれの支援かを訂正する」で直します。",
            "Consultations and cases of the person stay. The household of a case is put right on its own page.",
        );
    }
    let new = NewCorrection {
        record: (&PERSON, id),
        entry: None,
        step: if leaves { CorrectionStep::Moved } else { CorrectionStep::Corrected },
        reason: &reason,
        changes: &outlook.changes,
    };
    correction::record(ctx, work, &new).await?;
    ctx.wrote(&PERSON, id);
    Ok(outlook)
}

/// The membership of today; somebody who has died or moved out lives in no household.
pub(super) async fn get_membership(ctx: &Ctx, conn: &mut sasae_db::Conn, person: &Person) -> Result<Membership> {
    household::find_membership(ctx, conn, person.id).await?.ok_or_else(|| {
        Error::refused("いま暮らしている世帯はありません。", "The person lives in no household at present.")
    })
}

/// Whom the person leaves and joins, as far as the writer knows them.
async fn follow_members(
    ctx: &Ctx,
    work: &mut Work,
    person: &Person,
    old: Id,
    home: &Home,
    outlook: &mut Outlook,
) -> Result<()> {
    let names = |members: Vec<super::Member>| {
        let names: Vec<String> =
            members.into_iter().filter(|one| one.person != person.id).map(|one| one.name).collect();
        (names.join("、"), names.join(", "))
    };
    let left = household_of(ctx, work, person.id).await?.filter(|view| view.id == old);
    let (ja, en) = names(left.map(|view| view.members).unwrap_or_default());
    if !ja.is_empty() {
        outlook.follow(format!("{ja}の世帯から外れます。"), format!("The person leaves the household of {en}."));
    }
    match home {
        Home::Of(new) => {
            let joined = household_by(ctx, work, *new).await?;
            let (ja, en) = names(joined.map(|view| view.members).unwrap_or_default());
            outlook.follow(format!("{ja}の世帯に入ります。"), format!("The person joins the household of {en}."));
        }
        Home::Own | Home::Stays => outlook.follow("1人の世帯ができます。", "A household of the person's own is made."),
    }
    Ok(())
}

/// What changed of the household, without a word on who else lives in it: whoever reads the history may not
/// know of them.
pub(super) fn note(ctx: &Ctx, changes: &mut Changes, before: Option<&Membership>, after: Option<&Membership>) {
    let home = |one: Option<&Membership>| one.map(|one| one.household_id);
    let nothing = Text::new("", "");
    if home(before) != home(after) {
        let old = Text::new("前の世帯", "The household before");
        let new = Text::new("いまの世帯", "The household now");
        let old = if before.is_some() { old } else { nothing.clone() };
        let new = if after.is_some() { new } else { nothing };
        changes.words("household", Words("世帯", "Household"), &old, &new);
    }
    let relation = |one: Option<&Membership>| ctx.label("relation", one.map_or("", |one| one.relation.as_str()));
    changes.words("relation", Words("世帯主から見た続柄", "Relation to the head"), &relation(before), &relation(after));
}
