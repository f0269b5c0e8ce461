//! The fictional city of `sasae demo`, in the shape that the profile gives it.
//!
//! Everything passes through the same room functions as pages and imports, on
//! a clock that is set by hand, so that the same seed gives the same city. No
//! municipality of Japan is called like it, and its code belongs to nobody.

mod concerns;
mod course;
mod crew;
mod dice;
mod history;
mod names;
mod papers;
mod people;
mod places;
mod progress;
mod residents;
mod shown;
mod stories;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use jiff::civil::DateTime;
use sasae_app::account;
use sasae_app::app::{App, DemoAccount, Settings, Tenant};
use sasae_app::ctx::{Actor, Ctx, StaffActor, Visit};
use sasae_app::lang::Lang;
use sasae_app::profile::{Demo, Profile, Reach, Role};
use sasae_app::{access, tenancy};
use sasae_core::clock::{Clock, from_tokyo};
use sasae_core::fiscal::FiscalYear;
use sasae_core::id::Id;
use sasae_core::municipality::MunicipalityCode;
use sasae_db::Db;

pub use people::Member;
pub use places::{Office, Spot, Window};
pub use progress::Progress;

/// A profile, by its name, that describes no fictional city.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the profile {0} has no demo")]
pub struct NoDemo(pub String);

/// The password of every demo account: shown, on loopback, for invented people.
const PASSWORD: &str = "tsunagari-2025";

/// How large the city is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    /// The number of households that the profile says.
    Small,
    /// A million persons.
    City,
}

/// What is to be built.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// The system, with the shape of its demo.
    pub profile: &'a Profile,
    /// The same seed gives the same city.
    pub seed: u64,
    /// How large.
    pub size: Size,
    /// One in how many: 1, or more for a smaller city in tests.
    pub share: u32,
    /// The moment up to which the city has a history, in Japan.
    pub until: DateTime,
    /// The folder of attachments; without one nobody adds a file.
    pub attachments: Option<&'a Path>,
}

impl<'a> Plan<'a> {
    /// The shape of the city.
    pub fn shape(&self) -> Result<&'a Demo> {
        self.profile.demo.as_ref().ok_or_else(|| NoDemo(self.profile.head.id.clone()).into())
    }

    /// The code of the city, which no municipality has.
    pub fn tenant(&self) -> Result<MunicipalityCode> {
        let code = &self.shape()?.tenant;
        code.parse().with_context(|| format!("municipality code {code}"))
    }
}

/// The city while it is being built, for whoever writes its history.
pub struct City {
    /// The application over the new database, on the city's own clock.
    pub app: App,
    /// The clock: move it with `set` as the history goes on.
    pub clock: Clock,
    /// The city's record.
    pub tenant: Arc<Tenant>,
    /// Every area, tier by tier in the order of the profile.
    pub areas: Vec<Spot>,
    /// Organisations.
    pub offices: Vec<Office>,
    /// Windows and bases.
    pub windows: Vec<Window>,
    /// Everyone who holds a post, role by role in the order of the profile.
    pub members: Vec<Member>,
    /// Those of them who have acted. Posts last as long as the city: they are read once.
    actors: Mutex<HashMap<Id, Arc<StaffActor>>>,
}

impl City {
    /// A context of the machine itself at the clock's moment.
    pub fn system(&self) -> Ctx {
        let visit = Visit { act: "demo".to_owned(), ..Visit::default() };
        Ctx::new(self.app.clone(), self.tenant.clone(), Actor::System("sasae demo"), visit)
    }

    /// A context of someone who works here, with the posts held; `act` is what
    /// the audit trail says was done.
    pub async fn acting(&self, staff: Id, act: &str) -> Result<Ctx> {
        let known = self.actors.lock().unwrap_or_else(PoisonError::into_inner).get(&staff).cloned();
        let actor = match known {
            Some(actor) => actor,
            None => {
                let actor = Arc::new(self.actor(staff).await?);
                self.actors.lock().unwrap_or_else(PoisonError::into_inner).insert(staff, actor.clone());
                actor
            }
        };
        let visit = Visit { act: act.to_owned(), ..Visit::default() };
        Ok(Ctx::new(self.app.clone(), self.tenant.clone(), Actor::Staff(actor), visit))
    }

    async fn actor(&self, staff: Id) -> Result<StaffActor> {
        let code = self.tenant.code.as_str();
        let mut read = self.app.db().read(code).await?;
        let posts = access::store::list_held_posts(&mut read, code, staff, self.clock.today()).await?;
        let name = self.members.iter().find(|member| member.id == staff).map(|member| member.name.clone());
        Ok(StaffActor { staff, account: None, name: name.unwrap_or_default(), posts })
    }

    /// The areas of a tier.
    pub fn of_tier<'c>(&'c self, tier: &'c str) -> impl Iterator<Item = &'c Spot> {
        self.areas.iter().filter(move |area| area.tier == tier)
    }
}

/// The last moment of a history that is written at some moment in Japan.
pub fn last_moment(now: DateTime) -> DateTime {
    history::last_moment(now)
}

/// Builds the city into an empty, migrated database.
pub async fn build(db: &Db, plan: &Plan<'_>, progress: &Progress) -> Result<Vec<DemoAccount>> {
    let shape = plan.shape()?;
    let tenant = plan.tenant()?;
    let start = FiscalYear::of(plan.until.date()).previous().first_day();
    let clock = Clock::seeded(plan.seed, from_tokyo(start.at(8, 30, 0, 0)));
    tenancy::set_up(db, &clock, &tenant, (&shape.ja, &shape.en), plan.profile, "").await?;
    let attachments = plan.attachments.map(Path::to_owned);
    let settings = Settings { tenant: tenant.to_string(), attachments, ..Settings::default() };
    let app = App::new(db.clone(), sasae_app::rooms::ROOMS, clock.clone(), settings)?;
    let tenant = app.tenant(tenant.as_str()).await?;
    let (areas, offices, windows, members) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let actors = Mutex::default();
    let mut city = City { app, clock, tenant, areas, offices, windows, members, actors };
    places::build(&mut city, plan).await?;
    people::build(&mut city, plan).await?;
    let homes = residents::build(&city, plan, progress).await?;
    history::play(&city, plan, &homes, progress).await?;
    // Accounts come last: a start that finds them knows that the city is whole.
    let accounts = accounts(plan.profile);
    add_accounts(&city, plan.profile).await?;
    Ok(accounts)
}

/// One account for each role that the demo fills, in the order of the profile.
pub fn accounts(profile: &Profile) -> Vec<DemoAccount> {
    roles(profile)
        .map(|role| DemoAccount {
            login: login_of(&role.code),
            password: PASSWORD.to_owned(),
            what: (what(role, Lang::Ja), what(role, Lang::En)),
        })
        .collect()
}

fn roles(profile: &Profile) -> impl Iterator<Item = &Role> {
    let shape = profile.demo.as_ref();
    profile.roles.iter().filter(move |role| {
        shape.is_some_and(|demo| {
            demo.staff.iter().any(|row| row.role == role.code && row.counts.iter().any(|count| *count > 0))
        })
    })
}

/// Short login names for the roles that most profiles have.
fn login_of(role: &str) -> String {
    const SHORT: &[(&str, &str)] = &[
        ("welfare_volunteer", "volunteer"),
        ("ward_officer", "ward"),
        ("city_officer", "city"),
        ("municipal_officer", "city"),
        ("prefecture_officer", "prefecture"),
        ("system_officer", "system"),
    ];
    let short = SHORT.iter().find(|(code, _)| *code == role).map(|(_, login)| (*login).to_owned());
    short.unwrap_or_else(|| role.replace('_', "-"))
}

/// What an account shows, in a sentence.
fn what(role: &Role, lang: Lang) -> String {
    let (label, sees) = match (lang, role.reach) {
        (Lang::Ja, Reach::Area) => (&role.ja, "担当区域の人を名前で見られます"),
        (Lang::Ja, Reach::Hands) => (&role.ja, "託された人と、チームに入った支援だけを見られます"),
        (Lang::Ja, Reach::Figures) => (&role.ja, "数字だけを見られます"),
        (Lang::En, Reach::Area) => (&role.en, "sees the people of the area by name"),
        (Lang::En, Reach::Hands) => (&role.en, "sees only people entrusted and cases joined"),
        (Lang::En, Reach::Figures) => (&role.en, "sees figures only"),
    };
    format!("{label}{}{sees}", lang.t("：", ": "))
}

async fn add_accounts(city: &City, profile: &Profile) -> Result<()> {
    let ctx = city.system();
    let mut work = ctx.begin().await?;
    for role in roles(profile) {
        let Some(member) = city.members.iter().find(|member| member.role == role.code) else { continue };
        let login = login_of(&role.code);
        account::pages::add_account(&ctx, &mut work, member.id, &login, PASSWORD).await?;
    }
    work.commit("").await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;
    use sasae_app::migrations::MIGRATIONS;
    use sasae_app::staff::overview;
    use sasae_db::Options;

    use super::*;

    const UNTIL: DateTime = datetime(2025, 6, 10, 8, 30, 0, 0);

    async fn built(folder: &std::path::Path, name: &str, plan: &Plan<'_>) -> App {
        let url = format!("sqlite:{}", folder.join(name).display());
        let db = Db::open(&url, &Options { durable: false, ..Options::default() }).await.unwrap();
        db.migrate(&MIGRATIONS).await.unwrap();
        let bar = indicatif::ProgressBar::hidden();
        build(&db, plan, &Progress::on(bar.clone(), Default::default())).await.unwrap();
        assert_eq!(bar.length(), Some(bar.position()), "the bar goes its whole length");
        let settings = Settings { tenant: plan.tenant().unwrap().to_string(), ..Settings::default() };
        App::new(db, sasae_app::rooms::ROOMS, Clock::seeded(1, from_tokyo(plan.until)), settings).unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_large_city_has_exactly_the_persons_and_households_that_it_says() {
        const SHARE: u32 = 80;
        let folder = tempfile::tempdir().unwrap();
        let profile = sasae_app::rooms::load_profile("kitakyushu").unwrap();
        let plan = Plan { profile: &profile, seed: 5, size: Size::City, share: SHARE, until: UNTIL, attachments: None };

        let app = built(folder.path(), "large.sqlite", &plan).await;

        let tenant = app.settings().tenant.clone();
        let mut read = app.db().read(&tenant).await.unwrap();
        for (table, whole) in [("person", 1_000_000), ("household", 400_000)] {
            let count = read.query_text::<(i64,)>(&format!("SELECT COUNT(*) FROM {table}"), &[]).await.unwrap();
            assert_eq!(count, [(whole / i64::from(SHARE),)], "{table}");
        }
        // Nobody came in a bundle larger than the others: memory stays as it is.
        let bundles = "SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM audit_look GROUP BY seq) AS bundles";
        let largest = read.query_text::<(i64,)>(bundles, &[]).await.unwrap()[0].0;
        assert!(largest < 4_100, "{largest} ids in one transaction");
    }

    async fn whole(app: &App) -> overview::Overview {
        let tenant = app.tenant(&app.settings().tenant).await.unwrap();
        let ctx = Ctx::new(app.clone(), tenant, Actor::System("test"), Visit::default());
        let mut read = ctx.read().await.unwrap();
        overview::look(&ctx, &mut read, None, (1, 1)).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn the_same_seed_gives_the_same_city_in_the_shape_of_the_profile() {
        let folder = tempfile::tempdir().unwrap();
        let profile = sasae_app::rooms::load_profile("kitakyushu").unwrap();
        let plan = Plan { profile: &profile, seed: 3, size: Size::Small, share: 20, until: UNTIL, attachments: None };

        let one = whole(&built(folder.path(), "a.sqlite", &plan).await).await;
        let two = whole(&built(folder.path(), "b.sqlite", &plan).await).await;

        let wards: Vec<_> = one.children.iter().filter(|child| child.tier == "ward").collect();
        assert_eq!(wards.len(), 7);
        assert_eq!(wards.iter().map(|ward| ward.districts).sum::<i64>(), 155);
        assert_eq!(one.households, 3000);
        let coordinators = one.sums.iter().find(|sum| sum.role == "coordinator").unwrap();
        assert_eq!((coordinators.required, coordinators.filled, coordinators.missing), (16, 16, 0));
        assert_eq!(format!("{one:?}"), format!("{two:?}"));
    }
}
