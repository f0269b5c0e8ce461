//! Opening a case, and naming further persons in it.

use jiff::Timestamp;
use sasae_core::clock::{from_tokyo, tokyo_date};
use sasae_core::era::wareki_short;
use sasae_core::fiscal::FiscalYear;
use sasae_core::id::Id;

use super::model::{self, NewCase, OpenForm, PersonForm, RoleState};
use super::store::{self, Opening, RoleEntry};
use super::{fact_of, facts, get_for, grounds, messages, require_post};
use crate::access::{self, Act};
use crate::area;
use crate::area::AREA;
use crate::case::{CASE, LEAD};
use crate::consultation;
use crate::consultation::CONSULTATION;
use crate::consultation::Consultation;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::fact;
use crate::person::PERSON;
use crate::staff;

/// Opens a case: from a consultation that is still open, or directly in an area
/// where the actor may lead. The lead's own role begins at once.
pub async fn open(ctx: &Ctx, work: &mut Work, form: &OpenForm) -> Result<Id> {
    let new = model::check_open(ctx, form)?;
    require_post(ctx)?;
    let consultation = get_consultation(ctx, work, &new).await?;
    let area = match (new.area, &consultation) {
        (Some(said), _) => said,
        // Where the area of the intake has ended, the one that goes on.
        (None, Some(from)) => {
            area::find_standing(ctx, work, from.area_id).await?.map_or(from.area_id, |standing| standing.id)
        }
        (None, None) => return Err(Error::field("area", "選んでください。", "Please choose.")),
    };
    area::get_today(ctx, work, "area", area).await?;
    access::require(ctx, work, &AREA, area, LEAD).await?;
    for person in &new.persons {
        require_visible(ctx, work, "persons", *person).await?;
    }
    let Some(lead) = new.lead_staff.or(ctx.staff_id()) else {
        return Err(Error::field("lead_staff", "選んでください。", "Please choose."));
    };
    let organisation = lead_organisation(ctx, work, "lead_organisation", new.lead_organisation, lead).await?;
    let household = match consultation.as_ref().and_then(|c| c.household_id) {
        Some(household) => Some(household),
        None => store::find_household(ctx, work, new.main).await?,
    };
    let id = ctx.new_id();
    let year = FiscalYear::of(ctx.today());
    let opening = Opening {
        id,
        year: (i64::from(year.0), &era_year(year)),
        title: &new.title,
        area,
        household,
        consultation: consultation.as_ref().map(|c| c.id),
        intake_at: consultation.as_ref().map_or(ctx.now(), intake_at),
        opened_by: ctx.staff_id().unwrap_or(lead),
        lead_organisation: organisation,
        lead_staff: lead,
    };
    store::insert(ctx, work, &opening).await?;
    for person in &new.persons {
        store::insert_person(ctx, work, id, *person, *person == new.main).await?;
    }
    // Asked only now, because who is barred depends on the persons named.
    if !store::holders::may_lead(ctx, work, id, lead).await? {
        return Err(not_a_lead("lead_staff"));
    }
    let role = RoleEntry {
        id: ctx.new_id(),
        case: id,
        staff: Some(lead),
        organisation,
        role: "lead",
        task: "",
        state: RoleState::Accepted,
        due_on: None,
        reason: "",
        unseen: false,
    };
    store::insert_role(ctx, work, &role).await?;
    grounds::follow_case(ctx, work, id).await?;
    if let Some(consultation) = &consultation {
        consultation::become_case(ctx, work, consultation.id, (&CASE, id)).await?;
    }
    let case = store::get(ctx, work, id).await?;
    let mut fact = fact_of(ctx, work, &case, &facts::OPENED, ctx.today()).await?;
    fact.about = if consultation.is_some() { "consultation" } else { "direct" }.to_owned();
    fact::record(ctx, work, &fact).await?;
    messages::tell_lead(ctx, work, &case, lead).await?;
    ctx.wrote(&CASE, id);
    Ok(id)
}

/// Names a further person in a case: a member of the household who turns out to
/// need support too.
pub async fn name_person(ctx: &Ctx, work: &mut Work, case: Id, form: &PersonForm) -> Result<()> {
    let case = get_for(ctx, work, case, Act::EDIT).await?;
    let Ok(person) = form.person.trim().parse::<Id>() else {
        return Err(Error::field("person", "選んでください。", "Please choose."));
    };
    require_visible(ctx, work, "person", person).await?;
    if store::insert_person(ctx, work, case.id, person, false).await? == 1 {
        grounds::follow_case(ctx, work, case.id).await?;
        store::touch(ctx, work, case.id).await?;
    }
    ctx.wrote(&CASE, case.id);
    ctx.wrote(&PERSON, person);
    Ok(())
}

async fn get_consultation(ctx: &Ctx, work: &mut Work, new: &NewCase) -> Result<Option<Consultation>> {
    let Some(id) = new.consultation else { return Ok(None) };
    access::require_sight(ctx, work, &CONSULTATION, id).await?;
    let consultation = consultation::get(ctx, work, id).await?;
    if !consultation.is_open() {
        return Err(Error::refused(
            "この相談は、もう結果が決まっています。相談の画面で確かめてください。",
            "This consultation has been settled already. Please look at its page.",
        ));
    }
    Ok(Some(consultation))
}

/// The moment of an intake. One that was recorded on a later day counts from the
/// start of the day on which it came.
fn intake_at(consultation: &Consultation) -> Timestamp {
    if consultation.received_on == tokyo_date(consultation.received_at) {
        consultation.received_at
    } else {
        from_tokyo(consultation.received_on.at(0, 0, 0, 0))
    }
}

/// The year of the era in which a fiscal year begins: R7.
pub(super) fn era_year(year: FiscalYear) -> String {
    let first = wareki_short(year.first_day());
    first.split('.').next().unwrap_or_default().to_owned()
}

/// The same sentence whether the person does not exist or may not be known.
async fn require_visible(ctx: &Ctx, work: &mut Work, field: &'static str, person: Id) -> Result<()> {
    if access::can_see(ctx, work, &PERSON, person).await? {
        return Ok(());
    }
    Err(Error::field(
        field,
        "選べない人が入っています。選び直してください。",
        "One of the persons cannot be chosen. Please choose again.",
    ))
}

pub(super) fn not_a_lead(field: &'static str) -> Error {
    Error::field(
        field,
        "この人は、この区域では主担当になれません。ほかの人を選んでください。",
        "This person may not lead a case in this area. Please choose someone else.",
    )
}

/// The lead agency: the one chosen, which must be of a kind that may lead (#29),
/// else the lead person's own where it may.
pub(super) async fn lead_organisation(
    ctx: &Ctx,
    work: &mut Work,
    field: &'static str,
    chosen: Option<Id>,
    lead: Id,
) -> Result<Option<Id>> {
    let Some(id) = chosen.or(staff::find_own_organisation(ctx, work, lead).await?) else {
        return Ok(None);
    };
    let found = staff::find_organisation(ctx, work, id).await?;
    let leads = found.is_some_and(|(kind, _)| ctx.profile().organisation_kind(&kind).is_some_and(|k| k.lead));
    match (leads, chosen) {
        (true, _) => Ok(Some(id)),
        (false, None) => Ok(None),
        (false, Some(_)) => Err(Error::field(
            field,
            "この機関は主担当の機関になれません。選び直してください。",
            "This organisation may not be the lead agency. Please choose again.",
        )),
    }
}
