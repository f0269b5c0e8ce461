use std::collections::{HashMap, HashSet};
use std::path::Path;

use jiff::civil::datetime;
use sasae_app::app::{App, DemoAccount, Settings};
use sasae_app::attachment::examine;
use sasae_app::audit::{self, Verdict};
use sasae_app::ctx::StaffActor;
use sasae_app::listing::ListQuery;
use sasae_app::migrations::MIGRATIONS;
use sasae_app::profile::Reach;
use sasae_app::room::Due;
use sasae_app::task;
use sasae_app::web::Pairs;
use sasae_app::{access, account, notice};
use sasae_core::clock::Clock;
use sasae_db::{Db, Options};
use sasae_test::{TestDb, both_engines};

use super::*;
use crate as demo;
use crate::Size;

/// A Friday: the week's end lies in the next week.
const UNTIL: DateTime = datetime(2025, 11, 21, 8, 30, 0, 0);

struct Built {
    app: App,
    code: String,
}

impl Built {
    async fn new(folder: &Path, seed: u64, share: u32, until: DateTime) -> Built {
        Built::of(folder, "kitakyushu", (seed, share), until).await
    }

    async fn of(folder: &Path, profile: &str, (seed, share): (u64, u32), until: DateTime) -> Built {
        let name = format!("{profile}-{seed}-{share}-{}.sqlite", until.date());
        let url = format!("sqlite:{}", folder.join(name).display());
        let db = Db::open(&url, &Options { durable: false, ..Options::default() }).await.unwrap();
        db.migrate(&MIGRATIONS).await.unwrap();
        Built::within(db, profile, (seed, share), until, &folder.join("files")).await
    }

    /// Builds the city into a migrated database.
    async fn within(db: Db, profile: &str, (seed, share): (u64, u32), until: DateTime, files: &Path) -> Built {
        let profile = sasae_app::rooms::load_profile(profile).unwrap();
        let plan = Plan { profile: &profile, seed, size: Size::Small, share, until, attachments: Some(files) };
        demo::build(&db, &plan, &Progress::hidden()).await.unwrap();
        let code = plan.tenant().unwrap().to_string();
        let settings = Settings { tenant: code.clone(), attachments: Some(files.to_owned()), ..Settings::default() };
        let app = App::new(db, sasae_app::rooms::ROOMS, Clock::seeded(9, from_tokyo(until)), settings).unwrap();
        Built { app, code }
    }

    /// The first column of what a text selects.
    async fn list(&self, text: &str) -> Vec<String> {
        let mut read = self.app.db().read(&self.code).await.unwrap();
        read.query_text::<(String,)>(text, &[]).await.unwrap().into_iter().map(|(cell,)| cell).collect()
    }

    async fn count(&self, text: &str) -> i64 {
        let mut read = self.app.db().read(&self.code).await.unwrap();
        read.query_text::<(i64,)>(text, &[]).await.unwrap()[0].0
    }

    /// A context of the one whose account has a login.
    async fn signed_in(&self, login: &str) -> Ctx {
        let mut read = self.app.db().read(&self.code).await.unwrap();
        let account = account::store::find_account(&mut read, &self.code, login).await.unwrap().unwrap();
        let today = self.app.clock().today();
        let posts = access::store::list_held_posts(&mut read, &self.code, account.staff_id, today).await.unwrap();
        let actor = StaffActor { staff: account.staff_id, account: Some(account.id), name: login.to_owned(), posts };
        let tenant = self.app.tenant(&self.code).await.unwrap();
        Ctx::new(self.app.clone(), tenant, Actor::Staff(actor.into()), Visit::default())
    }

    async fn due(&self, login: &str) -> Vec<Due> {
        let ctx = self.signed_in(login).await;
        let mut read = ctx.read().await.unwrap();
        task::list(&ctx, &mut read).await.unwrap()
    }
}

#[test]
fn the_history_ends_this_morning_or_where_the_day_has_not_begun_at_midnight() {
    let day = UNTIL.date();

    assert_eq!(last_moment(day.at(16, 2, 0, 0)), day.at(8, 30, 0, 0));
    assert_eq!(last_moment(day.at(6, 59, 0, 0)), day.at(0, 0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_and_day_give_the_same_records_and_another_seed_others() {
    // Of each table what a reader would see of it, ids included.
    const TABLES: &[&str] = &[
        "SELECT hex(id) || family || given || family_kana || birth_on || address || phone || care_level FROM person ORDER BY id",
        "SELECT hex(id) || receipt || received_at || what || place || about || state || triage_note FROM notice ORDER BY id",
        "SELECT hex(id) || received_at || what || wish_words || outcome || outcome_note FROM consultation ORDER BY id",
        "SELECT hex(id) || number || title || opened_at || state || outcome_note FROM support_case ORDER BY id",
        "SELECT hex(id) || contact_on || kind || method || body || next_what FROM case_contact ORDER BY id",
        "SELECT hex(id) || kind || occurred_on || about || quantity FROM fact ORDER BY id",
        "SELECT seq || hex(hash) FROM audit ORDER BY seq",
    ];
    let folder = tempfile::tempdir().unwrap();
    let again = tempfile::tempdir().unwrap();

    let one = Built::new(folder.path(), 1, 20, UNTIL).await;
    let two = Built::new(again.path(), 1, 20, UNTIL).await;
    let other = Built::new(folder.path(), 2, 20, UNTIL).await;

    for table in TABLES {
        let found = one.list(table).await;
        assert!(found.len() > 10, "{table}");
        assert_eq!(found, two.list(table).await, "{table}");
        assert_ne!(found, other.list(table).await, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_city_reads_like_real_work() {
    let folder = tempfile::tempdir().unwrap();

    let city = Built::new(folder.path(), 1, 8, UNTIL).await;

    // No two texts read the same.
    for table in [
        "SELECT body FROM case_contact",
        "SELECT what FROM notice",
        "SELECT what FROM consultation",
        "SELECT situation FROM case_assessment",
        "SELECT findings FROM case_monitoring",
    ] {
        let told = city.list(table).await;
        let different: HashSet<&String> = told.iter().collect();
        assert_eq!(told.len(), different.len(), "{table}");
    }
    // Every kind of course is there.
    for condition in [
        "notice WHERE state = 'received'",
        "notice WHERE state = 'read'",
        "notice WHERE triage = 'answered'",
        "notice WHERE reporter_staff IS NULL",
        "notice WHERE reporter_staff IS NOT NULL",
        "consultation WHERE outcome = 'open'",
        "consultation WHERE outcome = 'answered'",
        "consultation WHERE outcome = 'referral'",
        "consultation WHERE person_id IS NULL",
        "support_case WHERE state = 'open' AND agreed_at IS NULL",
        "support_case WHERE state = 'open' AND agreed_at IS NOT NULL",
        "support_case WHERE state = 'closed'",
        "case_role WHERE state = 'asked'",
        "case_role WHERE state = 'declined'",
        "case_goal WHERE state = 'reached'",
        "case_monitoring WHERE verdict = 'continue'",
        "restriction WHERE kind = 'sealed'",
        "restriction WHERE reported_on IS NOT NULL",
        "entrustment WHERE valid_to = '9999-12-31'",
        "person WHERE language <> ''",
    ] {
        assert!(city.count(&format!("SELECT COUNT(*) FROM {condition}")).await > 0, "{condition}");
    }
    // Nothing lies in the future, and offices were open.
    let today = UNTIL.date();
    for (table, column) in [
        ("notice", "received_on"),
        ("consultation", "received_on"),
        ("support_case", "opened_on"),
        ("case_contact", "contact_on"),
        ("case_assessment", "assessed_on"),
        ("fact", "occurred_on"),
    ] {
        let late = format!("SELECT COUNT(*) FROM {table} WHERE {column} > '{today}'");
        assert_eq!(city.count(&late).await, 0, "{table}");
    }
    for day in city.list("SELECT DISTINCT contact_on FROM case_contact").await {
        assert!(!sasae_core::holiday::is_closed(day.parse().unwrap()), "{day}");
    }
    // Facts, hand-overs, thread and audit came along.
    for (records, fact) in [
        ("notice", "notice_received"),
        ("support_case", "case_opened"),
        ("case_contact", "contact"),
        ("entrustment", "entrusted"),
    ] {
        let records = city.count(&format!("SELECT COUNT(*) FROM {records}")).await;
        let facts = city.count(&format!("SELECT COUNT(*) FROM fact WHERE kind = '{fact}'")).await;
        assert_eq!(records, facts, "{fact}");
    }
    let noticed = "SELECT COUNT(*) FROM consultation WHERE notice_id IS NOT NULL";
    let linked = "SELECT COUNT(*) FROM thread_link WHERE from_kind = 'notice' AND to_kind = 'consultation'";
    assert_eq!(city.count(noticed).await, city.count(linked).await);
    let verdict = audit::store::verify(city.app.db(), &city.code).await.unwrap();
    assert!(matches!(verdict, Verdict::Whole { rows, .. } if rows > 500), "{verdict:?}");
}

fn whats(due: &[Due]) -> HashSet<&'static str> {
    due.iter().map(|due| due.kind.code).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_account_finds_believable_things_due() {
    let folder = tempfile::tempdir().unwrap();
    let city = Built::new(folder.path(), 1, 4, UNTIL).await;
    let today = UNTIL.date();
    let week = today.saturating_add(6.days());

    let coordinator = city.due("coordinator").await;
    let mut due = HashMap::new();
    for login in
        ["csw", "ward", "support-center-staff", "minsei", "supervisor", "life-network-officer", "volunteer", "city"]
    {
        due.insert(login, city.due(login).await);
    }

    let coordinators = whats(&coordinator);
    assert!(due.values().any(|due| whats(due).contains(&"entrustment_held")), "somebody's term has ended");
    for what in [
        "notice_new",
        "notice_decide",
        "intake_follow",
        "consultation_open",
        "case_agree",
        "contact_next",
        "plan_review",
    ] {
        assert!(coordinators.contains(&what), "{what:?} of {coordinators:?}");
    }
    assert!(coordinator.iter().any(|due| due.until < today), "overdue");
    assert!(coordinator.iter().any(|due| due.until == today), "today");
    assert!(coordinator.iter().any(|due| today < due.until && due.until <= week), "this week");
    assert!(coordinator.len() < 60, "{} things are no day's work", coordinator.len());
    for login in ["csw", "ward", "support-center-staff", "life-network-officer"] {
        let own = whats(&due[login]);
        assert!(own.contains("contact_next"), "{login}: {own:?}");
        assert!(due[login].iter().any(|due| due.until == today), "{login}: {:?}", due[login]);
        assert!(due[login].len() < 60, "{login}: {} things are no day's work", due[login].len());
    }
    assert!(whats(&due["csw"]).contains("role_answer"));
    assert!(whats(&due["support-center-staff"]).contains("role_due"));
    assert!(whats(&due["minsei"]).contains("role_answer"));
    assert!(whats(&due["minsei"]).contains("role_due"));
    assert!(whats(&due["supervisor"]).contains("notice_new"));
    assert!(due["city"].is_empty() && due["volunteer"].is_empty());
}

/// Holds a city to what every demo promises: records of each kind, a whole
/// chain, accounts that sign in, and for every role with tasks something due.
async fn keeps_its_promise(city: &Built) {
    for table in ["notice", "consultation", "support_case", "case_assessment", "case_plan", "case_contact"] {
        assert!(city.count(&format!("SELECT COUNT(*) FROM {table}")).await > 10, "{table}");
    }
    for condition in [
        "notice WHERE reporter_staff IS NULL",
        "notice WHERE reporter_staff IS NOT NULL",
        "support_case WHERE state = 'open'",
        "support_case WHERE state = 'closed'",
        "case_role WHERE state = 'asked'",
        "entrustment",
    ] {
        assert!(city.count(&format!("SELECT COUNT(*) FROM {condition}")).await > 0, "{condition}");
    }
    let verdict = audit::store::verify(city.app.db(), &city.code).await.unwrap();
    assert!(matches!(verdict, Verdict::Whole { rows, .. } if rows > 100), "{verdict:?}");

    let today = city.app.clock().today();
    let tenant = city.app.tenant(&city.code).await.unwrap();
    let accounts = demo::accounts(&tenant.profile);
    assert!(accounts.len() >= 4);
    for DemoAccount { login, password, .. } in &accounts {
        let ctx = city.signed_in(login).await;
        let mut read = ctx.read().await.unwrap();
        let account = account::store::find_account(&mut read, &city.code, login).await.unwrap().unwrap();
        drop(read);
        let costs = city.app.settings().argon2;
        let turn = city.app.hashing().turn().await.unwrap();
        assert!(turn.verify(password, Some(account.password_hash), costs).await.unwrap(), "{login}");
        let due = city.due(login).await;
        let posts = &ctx.staff().unwrap().posts;
        let may = |function: &str| ctx.may_code(function) && posts.iter().all(|post| post.reach != Reach::Figures);
        let has_tasks = ["notice_triage", "consultation_take", "case_lead", "case_member"].into_iter().any(may);
        assert_eq!(has_tasks, !due.is_empty(), "{login}: {due:?}");
        if ["consultation_take", "case_lead", "person_register"].into_iter().all(may) {
            assert!(due.iter().any(|due| due.until == today), "{login} has nothing to do today: {due:?}");
        }
        assert!(due.len() < 100, "{login}: {} things are no day's work", due.len());
    }
}

async fn promise_of(profile: &str) {
    let folder = tempfile::tempdir().unwrap();

    let city = Built::of(folder.path(), profile, (1, 4), UNTIL).await;

    keeps_its_promise(&city).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_city_of_kitakyushu_keeps_its_promise() {
    promise_of("kitakyushu").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_prefecture_of_akita_keeps_its_promise() {
    promise_of("akita").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_city_of_chofu_keeps_its_promise() {
    promise_of("chofu").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ward_of_chuo_keeps_its_promise() {
    promise_of("chuo").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ward_of_osaka_keeps_its_promise() {
    promise_of("osaka_kita").await;
}

#[test]
fn every_profile_that_ships_is_held_to_its_promise() {
    let names: Vec<&str> = sasae_app::profile::names().collect();

    assert_eq!(names, ["osaka_kita", "akita", "chuo", "kitakyushu", "chofu"], "each has a test above");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_day_it_is_every_account_finds_something_to_do() {
    let days = [
        ("chofu", "a Monday", datetime(2025, 11, 17, 8, 30, 0, 0)),
        ("osaka_kita", "a Sunday", datetime(2025, 11, 16, 8, 30, 0, 0)),
        ("akita", "the first day of a fiscal year", datetime(2026, 4, 1, 8, 30, 0, 0)),
        ("kitakyushu", "Golden week", datetime(2026, 5, 4, 8, 30, 0, 0)),
        ("chuo", "New Year, before the day has begun", datetime(2026, 1, 1, 0, 0, 0, 0)),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (seed, (profile, what, day)) in (11..).zip(days) {
        println!("{what}");

        let city = Built::of(folder.path(), profile, (seed, 6), day).await;

        keeps_its_promise(&city).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_sealed_before_they_are_entrusted_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();

    let city = Built::new(folder.path(), 1, 1, datetime(2026, 11, 26, 8, 30, 0, 0)).await;

    let passed = "SELECT COUNT(*) FROM restriction r WHERE r.kind = 'sealed' AND NOT EXISTS (SELECT 1 FROM entrustment e \
                  WHERE e.tenant = r.tenant AND e.person_id = r.person_id AND e.entrusted_at > r.decided_at)";
    assert!(city.count(passed).await > 0);
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_city_with_its_history_is_built_on_either_engine(test: TestDb) {
        let city = Built::within(test.db.clone(), "chofu", (3, 20), UNTIL, &test.folder.join("files")).await;

        for table in ["notice", "consultation", "support_case", "case_contact", "entrustment", "account", "attachment"] {
            assert!(city.count(&format!("SELECT COUNT(*) FROM {table}")).await > 0, "{table}");
        }
        let verdict = audit::store::verify(city.app.db(), &city.code).await.unwrap();
        assert!(matches!(verdict, Verdict::Whole { rows, .. } if rows > 100), "{verdict:?}");
        assert!(!city.due("coordinator").await.is_empty());
        let mut read = city.app.db().read(&city.code).await.unwrap();
        let files = examine::examine(&mut read, &city.code, city.app.attachments().unwrap()).await.unwrap();
        assert!(files.whole > 3 && files.is_good() && files.stray.is_empty(), "{files:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_volunteer_sees_what_came_of_a_notice() {
    let folder = tempfile::tempdir().unwrap();
    let city = Built::new(folder.path(), 1, 20, UNTIL).await;
    let ctx = city.signed_in("volunteer").await;
    let mut read = ctx.read().await.unwrap();

    let all = Pairs::from([("show", "all")]);
    let asked = ListQuery::read(&ctx, &notice::list::NOTICES, &all).unwrap();
    let own = notice::list::list(&ctx, &mut read, &asked).await.unwrap().rows;

    assert!(own.len() >= 2, "{}", own.len());
    let mut answered = 0;
    for notice in &own {
        let handed = sasae_app::handover::list_of(&ctx, &mut read, notice.id).await.unwrap();
        answered += handed.iter().filter(|one| one.answered_at.is_some() && !one.answer.is_empty()).count();
    }
    assert!(answered >= 1);
}
