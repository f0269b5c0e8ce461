//! The course of a case: assessment, plan with goals, contacts, monitoring.

use sasae_core::id::Id;

use super::entry::Entry;
use super::model::{self, AssessmentForm, ContactForm, GoalForm, MonitoringForm, PlanForm};
use super::{fact_of, facts, get_for, store};
use crate::access::Act;
use crate::case::CASE;
use crate::correction::pages::struck_out;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::fact;
use crate::person::PERSON;

/// Writes an assessment (#16).
pub async fn assess(ctx: &Ctx, work: &mut Work, case: Id, form: &AssessmentForm) -> Result<Id> {
    let case = get_for(ctx, work, case, Act::EDIT).await?;
    let staff = ctx.staff()?.staff;
    let new = model::check_assessment(ctx, form)?;
    let id = ctx.new_id();
    store::insert_assessment(ctx, work, (case.id, id), &new, staff).await?;
    let fact = fact_of(ctx, work, &case, &facts::ASSESSED, new.assessed_on).await?.of_entry(id);
    fact::record(ctx, work, &fact).await?;
    ctx.wrote(&CASE, case.id);
    Ok(id)
}

/// Makes a plan, or a new one in place of the last: who does what until when,
/// and when all of it is looked at again.
pub async fn make_plan(ctx: &Ctx, work: &mut Work, case: Id, form: &PlanForm) -> Result<Id> {
    let case = get_for(ctx, work, case, Act::EDIT).await?;
    let staff = ctx.staff()?.staff;
    let new = model::check_plan(ctx, form)?;
    let id = ctx.new_id();
    store::insert_plan(ctx, work, (case.id, id), &new, staff).await?;
    for (position, goal) in (0..).zip(&new.goals) {
        store::insert_goal(ctx, work, (case.id, id), position, goal).await?;
    }
    store::set_review(ctx, work, case.id, Some(new.review_on)).await?;
    let mut fact = fact_of(ctx, work, &case, &facts::PLAN_MADE, ctx.today()).await?.of_entry(id);
    fact.about = if new.agreed_on.is_some() { "agreed" } else { "" }.to_owned();
    fact::record(ctx, work, &fact).await?;
    ctx.wrote(&CASE, case.id);
    Ok(id)
}

/// Says what became of a goal.
pub async fn judge_goal(ctx: &Ctx, work: &mut Work, case: Id, goal: Id, form: &GoalForm, seen: i64) -> Result<()> {
    let case = get_for(ctx, work, case, Act::EDIT).await?;
    let state = model::check_state(ctx, form)?;
    let plan = store::get_goal(ctx, work, case.id, goal).await?.plan_id;
    if store::get_entry(ctx, work, case.id, Entry::Plan, plan).await?.struck_at.is_some() {
        return Err(struck_out());
    }
    store::set_goal_state(ctx, work, (case.id, goal), state, seen).await?;
    ctx.wrote(&CASE, case.id);
    Ok(())
}

/// Records a contact. What the same person had promised before is kept by it.
pub async fn contact(ctx: &Ctx, work: &mut Work, case: Id, form: &ContactForm) -> Result<Id> {
    let case = get_for(ctx, work, case, Act::EDIT).await?;
    let staff = ctx.staff()?.staff;
    let new = model::check_contact(ctx, form)?;
    if let Some(person) = new.person {
        // Only persons whom the case names and whom the writer may see.
        let named = store::list_persons(ctx, work, case.id).await?;
        if !named.iter().any(|one| one.id == Some(person)) {
            return Err(Error::field("person", "選び直してください。", "Please choose again."));
        }
    }
    let id = ctx.new_id();
    store::insert_contact(ctx, work, (case.id, id), &new, staff).await?;
    store::keep_promises(ctx, work, (case.id, id), staff, new.contact_on).await?;
    let mut fact = fact_of(ctx, work, &case, &facts::CONTACT, new.contact_on).await?.of_entry(id);
    fact.person = new.person.or(fact.person);
    fact.about = new.kind;
    fact.method = new.method;
    fact::record(ctx, work, &fact).await?;
    ctx.wrote(&CASE, case.id);
    if let Some(person) = new.person {
        ctx.wrote(&PERSON, person);
    }
    Ok(id)
}

/// Writes a monitoring with the next day on which the plan is looked at.
pub async fn monitor(ctx: &Ctx, work: &mut Work, case: Id, form: &MonitoringForm) -> Result<Id> {
    let case = get_for(ctx, work, case, Act::EDIT).await?;
    let staff = ctx.staff()?.staff;
    let new = model::check_monitoring(ctx, form)?;
    let id = ctx.new_id();
    store::insert_monitoring(ctx, work, (case.id, id), &new, staff).await?;
    store::set_review(ctx, work, case.id, new.review_on).await?;
    let mut fact = fact_of(ctx, work, &case, &facts::MONITORED, new.monitored_on).await?.of_entry(id);
    fact.about = new.verdict;
    fact::record(ctx, work, &fact).await?;
    ctx.wrote(&CASE, case.id);
    Ok(id)
}
