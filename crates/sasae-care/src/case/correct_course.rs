//! Assessments, plans and monitorings are corrected: what was written stays in the history, and facts
//! and the next review follow.

use jiff::civil::Date;
use sasae_core::id::Id;

use super::entry::{self, Entry};
use super::model::{self, AssessmentForm, MonitoringForm, NewGoal, OWN_FIELDS, PlanForm};
use super::pages::monitoring::verdict;
use super::store::{self, Goal};
use crate::correction::{Changes, CorrectionStep, Outlook, ReasonForm, check_reason};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::{Lang, Text, Words};
use crate::own;
use crate::profile::Named;

/// What was typed and the reason, with the errors of both.
pub(super) fn both<T>(typed: Result<T>, reason: Result<String>) -> Result<(T, String)> {
    match (typed, reason) {
        (Ok(new), Ok(reason)) => Ok((new, reason)),
        (Err(Error::Invalid(mut fields)), Err(Error::Invalid(more))) => {
            fields.join(more);
            Err(Error::Invalid(fields))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// A day in the words of both languages.
pub(super) fn day(on: Option<Date>) -> Text {
    on.map_or_else(|| Text::new("", ""), |on| Text::new(Lang::Ja.date(on), Lang::En.date(on)))
}

/// Corrects an assessment. A client that knows the common fields alone leaves the municipality's own
/// ones as they are.
pub async fn correct_assessment(
    ctx: &Ctx,
    work: &mut Work,
    (case, id): (Id, Id),
    form: &AssessmentForm,
    reason: &ReasonForm,
    seen: i64,
) -> Result<Outlook> {
    entry::get_standing(ctx, work, case, Entry::Assessment, id).await?;
    let before = store::get_assessment(ctx, work, case, id).await?;
    let (new, reason) = both(model::check_assessment(ctx, form), check_reason(ctx, reason))?;
    let extra = OWN_FIELDS.corrected(ctx, &before.extra, new.extra.as_ref())?;
    let mut outlook = Outlook::default();
    let changes = &mut outlook.changes;
    let assessed = [before.assessed_on, new.assessed_on].map(|on| day(Some(on)));
    changes.words("assessed_on", Words("確かめた日", "Date"), &assessed[0], &assessed[1]);
    changes.text("situation", Words("いまのようす", "How things stand"), &before.situation, &new.situation);
    changes.text("strengths", Words("本人・世帯の力、好きなこと", "Strengths"), &before.strengths, &new.strengths);
    changes.text("risks", Words("心配なこと・危ないこと", "Risks"), &before.risks, &new.risks);
    changes.text("needs", Words("必要なこと", "What is needed"), &before.needs, &new.needs);
    let values = [OWN_FIELDS.seen(ctx, &before.extra), OWN_FIELDS.seen(ctx, &extra)];
    for asked in OWN_FIELDS.list_asked(ctx) {
        let name = Text::new(asked.field.label(Lang::Ja).to_owned(), asked.field.label(Lang::En).to_owned());
        let [from, to] = [0, 1].map(|at: usize| own::in_words(ctx, &asked, &values[at]));
        changes.own_field(&asked.name, &name, &from, &to, &asked.field.seen_by);
    }
    if changes.has("assessed_on") {
        outlook.follow("数字は、直した日で数え直されます。", "The figures count it on the corrected day.");
    }
    store::set_assessment(ctx, work, (case, id), (&new, &extra), seen).await?;
    finish(ctx, work, case, (Entry::Assessment, id), &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// Corrects a plan and its goals. A goal keeps what became of it; a row that was emptied is no goal of
/// the plan any more.
pub async fn correct_plan(
    ctx: &Ctx,
    work: &mut Work,
    (case, id): (Id, Id),
    form: &PlanForm,
    reason: &ReasonForm,
    seen: i64,
) -> Result<Outlook> {
    entry::get_standing(ctx, work, case, Entry::Plan, id).await?;
    let before = store::get_plan(ctx, work, case, id).await?;
    let goals = store::list_goals(ctx, work, id).await?;
    let standing: Vec<Date> = goals.iter().filter_map(|goal| goal.due_on).chain([before.review_on]).collect();
    let (new, reason) = both(model::check_plan_again(ctx, form, &standing), check_reason(ctx, reason))?;
    let mut outlook = Outlook::default();
    let changes = &mut outlook.changes;
    changes.text("aim", Words("めざすこと", "Aim"), &before.aim, &new.aim);
    changes.text("wish", Words("本人の希望", "What the person wishes"), &before.wish, &new.wish);
    let agreed = Words("本人と合意した日", "Agreed with the person on");
    changes.words("agreed_on", agreed, &day(before.agreed_on), &day(new.agreed_on));
    let reviewed = Words("計画を見直す日", "To be reviewed on");
    changes.words("review_on", reviewed, &day(Some(before.review_on)), &day(Some(new.review_on)));
    changes.words("goals", Words("目標", "Goals"), &goals_before(&goals), &goals_after(&new.goals));
    if changes.has("agreed_on") {
        outlook.follow("数字は、直した内容で数え直されます。", "The figures count it as corrected.");
    }
    if outlook.changes.has("review_on") {
        outlook.follow(
            "次に見直す日は、いちばん新しい計画かモニタリングの日になります。",
            "The next review is that of the latest plan or monitoring.",
        );
    }
    let gone: Vec<&Goal> = goals.iter().filter(|goal| !new.goals.iter().any(|kept| kept.id == Some(goal.id))).collect();
    if !gone.is_empty() {
        outlook.follow(
            format!("目標{}つが、計画からなくなります。内容は訂正の記録に残ります。", gone.len()),
            format!("{} goals leave the plan. What they said stays in the record of corrections.", gone.len()),
        );
    }
    store::set_plan(ctx, work, (case, id), &new, seen).await?;
    for goal in gone {
        store::delete_goal(ctx, work, id, goal.id).await?;
    }
    for (position, goal) in (0..).zip(&new.goals) {
        match goal.id.filter(|id| goals.iter().any(|known| known.id == *id)) {
            Some(known) => store::set_goal(ctx, work, (id, known), position, goal).await?,
            None => store::insert_goal(ctx, work, (case, id), position, goal).await?,
        }
    }
    finish(ctx, work, case, (Entry::Plan, id), &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// Corrects a monitoring.
pub async fn correct_monitoring(
    ctx: &Ctx,
    work: &mut Work,
    (case, id): (Id, Id),
    form: &MonitoringForm,
    reason: &ReasonForm,
    seen: i64,
) -> Result<Outlook> {
    entry::get_standing(ctx, work, case, Entry::Monitoring, id).await?;
    let before = store::get_monitoring(ctx, work, case, id).await?;
    let standing: Vec<Date> = before.review_on.into_iter().collect();
    let (new, reason) = both(model::check_monitoring_again(ctx, form, &standing), check_reason(ctx, reason))?;
    let mut outlook = Outlook::default();
    let changes = &mut outlook.changes;
    let on = [before.monitored_on, new.monitored_on].map(|on| day(Some(on)));
    changes.words("monitored_on", Words("確かめた日", "Date"), &on[0], &on[1]);
    changes.text("findings", Words("わかったこと", "What was found"), &before.findings, &new.findings);
    let words = |code: &str| Text::new(verdict(Lang::Ja, code), verdict(Lang::En, code));
    changes.words("verdict", Words("これからどうするか", "What now"), &words(&before.verdict), &words(&new.verdict));
    changes.words("review_on", Words("次に見直す日", "Next review"), &day(before.review_on), &day(new.review_on));
    if ["monitored_on", "verdict"].iter().any(|field| outlook.changes.has(field)) {
        outlook.follow("数字は、直した内容で数え直されます。", "The figures count it as corrected.");
    }
    if outlook.changes.has("review_on") {
        outlook.follow(
            "次に見直す日は、いちばん新しい計画かモニタリングの日になります。",
            "The next review is that of the latest plan or monitoring.",
        );
    }
    store::set_monitoring(ctx, work, (case, id), &new, seen).await?;
    finish(ctx, work, case, (Entry::Monitoring, id), &reason, &outlook.changes).await?;
    Ok(outlook)
}

/// What is due, the fact and the history follow.
async fn finish(
    ctx: &Ctx,
    work: &mut Work,
    case: Id,
    (entry, id): (Entry, Id),
    reason: &str,
    changes: &Changes,
) -> Result<()> {
    entry::recount(ctx, work, case, entry).await?;
    entry::record_fact(ctx, work, case, entry, id).await?;
    entry::write(ctx, work, case, (entry, id), CorrectionStep::Corrected, reason, changes).await
}

/// Goals in words, one on a line.
fn in_lines<'a>(goals: impl Iterator<Item = (&'a str, &'a str, &'a str, Option<Date>)> + Clone) -> Text {
    let lines = |lang: Lang| {
        let line = |(goal, step, who, due): (&str, &str, &str, Option<Date>)| {
            let due = due.map(|due| lang.date(due)).unwrap_or_default();
            let parts: Vec<&str> = [goal, step, who, &due].into_iter().filter(|part| !part.is_empty()).collect();
            parts.join(lang.t("／", " / "))
        };
        goals.clone().map(line).collect::<Vec<String>>().join("\n")
    };
    Text::new(lines(Lang::Ja), lines(Lang::En))
}

fn goals_before(goals: &[Goal]) -> Text {
    in_lines(goals.iter().map(|goal| (goal.goal.as_str(), goal.step.as_str(), goal.who.as_str(), goal.due_on)))
}

fn goals_after(goals: &[NewGoal]) -> Text {
    in_lines(goals.iter().map(|goal| (goal.goal.as_str(), goal.step.as_str(), goal.who.as_str(), Some(goal.due_on))))
}
