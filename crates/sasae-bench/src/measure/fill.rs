//! The city that the benchmark measures: the residents and the year of history
//! of the demo, and over them the cases, facts and accounts of a large city's
//! years. Only the benchmark fills a database in this way.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use jiff::ToSpan;
use jiff::civil::Date;
use sasae_app::account;
use sasae_app::app::{App, Settings};
use sasae_app::ctx::{Actor, Ctx, Visit};
use sasae_app::migrations::MIGRATIONS;
use sasae_app::profile::Profile;
use sasae_app::staff;
use sasae_app::tenancy::FOREVER;
use sasae_core::clock::Clock;
use sasae_core::fiscal::FiscalYear;
use sasae_core::id::Id;
use sasae_db::Db;

use super::store::{self, Course, Head, Words};
use sasae_demo::{self, Plan, Size};

/// The password of every account of the benchmark.
pub const PASSWORD: &str = "benchmark-of-sasae";

/// The role of those who lead the cases, and the tier of its posts.
const LEADS: (&str, &str) = ("csw", "ward");

/// How many cases are written in one transaction.
const AT_ONCE: usize = 1_000;

/// How much of everything there is.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Cases.
    pub cases: i64,
    /// Facts in all, those of the demo's history included.
    pub facts: i64,
    /// Accounts, those of the demo included.
    pub accounts: i64,
    /// How many of the accounts lead the cases.
    pub leads: i64,
    /// Open cases with 200 contacts.
    pub long: i64,
}

impl Scale {
    /// The scale that goes with a size of the city.
    pub fn of(size: Size) -> Scale {
        match size {
            Size::City => Scale { cases: 200_000, facts: 2_000_000, accounts: 500, leads: 180, long: 180 },
            Size::Small => Scale { cases: 60, facts: 1_500, accounts: 30, leads: 7, long: 3 },
        }
    }
}

/// Contacts of a long case.
const LONG: usize = 200;
/// One case in how many is still open.
const OPEN: i64 = 10;

/// Fills an empty database.
pub async fn fill(db: &Db, plan: &Plan<'_>, progress: &ProgressBar) -> Result<()> {
    db.migrate(&MIGRATIONS).await?;
    let stages = ["residents".to_owned(), "history".to_owned()];
    sasae_demo::build(db, plan, &sasae_demo::Progress::on(progress.clone(), stages)).await?;
    let scale = Scale::of(plan.size);
    let ctx = system(db, plan).await?;
    let tenant = plan.tenant()?.to_string();
    progress.set_message("accounts");
    let leads = add_leads(&ctx, scale).await?;
    add_accounts(&ctx, scale).await?;
    progress.set_message("cases");
    progress.set_length(u64::try_from(scale.cases)?);
    progress.set_position(0);
    add_cases(&ctx, plan, scale, &leads, progress).await?;
    store::analyse(db, &tenant).await?;
    Ok(())
}

async fn system(db: &Db, plan: &Plan<'_>) -> Result<Ctx> {
    let tenant = plan.tenant()?.to_string();
    let settings = Settings { tenant: tenant.clone(), ..Settings::default() };
    let app = App::new(db.clone(), sasae_app::rooms::ROOMS, Clock::system(), settings)?;
    let record = app.tenant(&tenant).await?;
    let visit = Visit { act: "bench".to_owned(), ..Visit::default() };
    Ok(Ctx::new(app, record, Actor::System("sasae bench"), visit))
}

/// Those who lead, spread over the wards, each with an account `bench-N`.
async fn add_leads(ctx: &Ctx, scale: Scale) -> Result<HashMap<Id, Vec<Id>>> {
    let mut work = ctx.begin().await?;
    let wards = store::list_areas(&mut work, ctx.tenant(), LEADS.1).await?;
    let mut leads: HashMap<Id, Vec<Id>> = HashMap::new();
    let since = ctx.today().saturating_sub(10.years());
    for (number, ward) in (1..=scale.leads).zip(wards.iter().cycle()) {
        let id = ctx.new_id();
        let name = format!("測定 {number}");
        let key = format!("bench:{number}");
        staff::store::insert_staff(ctx, &mut work, id, (&name, ""), None, "", &key, since).await?;
        staff::store::insert_post(ctx, &mut work, ctx.new_id(), id, LEADS.0, *ward, (since, FOREVER)).await?;
        account::pages::add_account(ctx, &mut work, id, &format!("bench-{number}"), PASSWORD).await?;
        ctx.wrote(&sasae_app::staff::STAFF, id);
        leads.entry(*ward).or_default().push(id);
    }
    work.commit("").await?;
    Ok(leads)
}

/// Accounts for others who act, up to the number wanted.
async fn add_accounts(ctx: &Ctx, scale: Scale) -> Result<()> {
    let mut work = ctx.begin().await?;
    let missing = scale.accounts - store::count(&mut work, ctx.tenant(), "account").await?;
    for (number, staff) in store::list_without_account(&mut work, ctx.tenant(), missing).await?.into_iter().enumerate()
    {
        account::pages::add_account(ctx, &mut work, staff, &format!("other-{number}"), PASSWORD).await?;
    }
    work.commit("").await?;
    Ok(())
}

async fn add_cases(
    ctx: &Ctx,
    plan: &Plan<'_>,
    scale: Scale,
    leads: &HashMap<Id, Vec<Id>>,
    progress: &ProgressBar,
) -> Result<()> {
    let words = words(plan.profile);
    let mut read = ctx.read().await?;
    let heads = store::list_heads(&mut read, ctx.tenant(), scale.cases).await?;
    let within: HashMap<Id, Id> = store::list_within(&mut read, ctx.tenant(), LEADS.1)
        .await?
        .into_iter()
        .map(|(ward, area)| (area, ward))
        .collect();
    let facts = store::count(&mut read, ctx.tenant(), "fact").await?;
    drop(read);
    let cases = heads.len() as i64;
    // Five facts of every case, one of its end, and the rest are contacts.
    let closed = cases - cases.div_euclid(OPEN).max(scale.long) - i64::from(cases % OPEN != 0);
    let contacts = (scale.facts - facts - 5 * cases - closed - scale.long * LONG as i64).max(0);
    let mut years: HashMap<FiscalYear, i64> = HashMap::new();
    let mut given = 0;
    let mut courses = Vec::with_capacity(AT_ONCE);
    for (at, head) in heads.into_iter().enumerate() {
        let place = at as i64;
        let ward = within.get(&head.area).context("every area lies in a ward")?;
        let of_ward = leads.get(ward).context("every ward has someone who leads")?;
        let team = (of_ward[at % of_ward.len()], of_ward[(at + 1) % of_ward.len()]);
        let own = contacts * (place + 1) / cases - given;
        given += own;
        courses.push(course(ctx.today(), scale, place, own, (head, team), &mut years));
        if courses.len() == AT_ONCE {
            write(ctx, &words, &mut courses, progress).await?;
        }
    }
    write(ctx, &words, &mut courses, progress).await
}

/// A case of the last five years, open when it is among the newest of its kind.
fn course(
    today: Date,
    scale: Scale,
    place: i64,
    contacts: i64,
    (head, team): (Head, (Id, Id)),
    years: &mut HashMap<FiscalYear, i64>,
) -> Course {
    let long = place < scale.long;
    let open = long || place % OPEN == 0;
    let age = if open { 30 + place % 330 } else { 200 + place % 1_600 };
    let start = today.saturating_sub(age.days());
    let end = (!open).then(|| start.saturating_add((60 + place % 120).days()));
    let count = if long { LONG } else { usize::try_from(contacts).unwrap_or(0) };
    let last = end.unwrap_or(today);
    let span = (last - start).get_days().max(1);
    let on = |number: usize| {
        let days = i64::from(span) * number as i64 / count.max(1) as i64;
        start.saturating_add(days.days())
    };
    let serial = years.entry(FiscalYear::of(start)).or_insert(100_000);
    *serial += 1;
    // Promised for some day between a week ago and a month ahead.
    let next = open.then(|| {
        let call = today.saturating_add((place % 37 - 7).days());
        (call, today.saturating_add((place % 180 - 10).days()))
    });
    Course {
        head,
        team,
        start,
        end,
        contacts: (0..count).map(on).collect(),
        next,
        serial: *serial,
        chance: place % 100,
    }
}

async fn write(ctx: &Ctx, words: &Words, courses: &mut Vec<Course>, progress: &ProgressBar) -> Result<()> {
    let mut work = ctx.begin().await?;
    store::insert_courses(ctx, &mut work, words, courses).await?;
    work.commit("").await?;
    progress.inc(courses.len() as u64);
    courses.clear();
    Ok(())
}

/// The first word of each vocabulary, and every problem.
pub fn words(profile: &Profile) -> Words {
    let first = |name: &str| profile.words(name).first().map(|word| word.code.clone()).unwrap_or_default();
    Words {
        problems: profile.words("problem").iter().map(|word| word.code.clone()).collect(),
        channel: first("channel"),
        from_whom: first("from_whom"),
        wish: first("wish"),
        urgency: first("urgency"),
        contact_kind: first("contact_kind"),
        contact_method: first("contact_method"),
        closing_outcome: first("closing_outcome"),
        case_role: profile
            .words("case_role")
            .iter()
            .map(|word| word.code.clone())
            .find(|code| code != "lead")
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_the_cases_is_open_and_the_long_ones_have_their_contacts() {
        let scale = Scale::of(Size::City);
        let today = jiff::civil::date(2025, 11, 21);
        let head = Head { person: Id::nil(), household: Id::nil(), area: Id::nil() };
        let mut years = HashMap::new();

        let courses: Vec<Course> = (0..2_000)
            .map(|place| course(today, scale, place, 3, (head, (Id::nil(), Id::nil())), &mut years))
            .collect();

        let open = courses.iter().filter(|course| course.end.is_none()).count();
        assert_eq!(open, 180 + 182);
        assert_eq!(courses.iter().filter(|course| course.contacts.len() == LONG).count(), 180);
        assert!(courses.iter().all(|course| course.contacts.iter().all(|day| *day <= today && *day >= course.start)));
        assert!(courses.iter().all(|course| course.end.is_none_or(|end| end <= today)));
    }
}
