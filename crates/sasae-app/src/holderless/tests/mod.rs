//! What lies with nobody stands on the list and in 今日, and is passed on in one step.

mod history;

use axum::http::StatusCode;
use jiff::ToSpan;
use sasae_core::id::Id;
use sasae_db::args;
use sasae_test::{TestDb, both_engines, contribute};

use crate::case::{self, CASE, ContactForm, OpenForm};
use crate::consultation::{self, CONSULTATION, IntakeForm, SettleForm};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::migrations::MIGRATIONS;
use crate::person::{self, EntrustmentForm, LeaveForm, PERSON, PersonForm};
use crate::room::{DueLimit, Held, list_holderless};
use crate::testing::{TestApp, plan, statement};
use crate::tests::plans::DueReadBy;
use crate::tests::samples::{POSTS, Samples, at};
use crate::{access, area, staff, task};

// Its rows come from the rooms: they are few, and sorted.
contribute!(DueReadBy { file: "holderless/mod.rs", statements: &[] });

contribute!(Samples::of("holderless", |_| {
    vec![at("/holderless", "/holderless", POSTS).empty(), at("/holderless/area", "/holderless/area", POSTS).empty()]
}));

fn intake(area: Id, person: Option<Id>) -> IntakeForm {
    IntakeForm {
        received_on: "2025-06-10".to_owned(),
        channel: "phone".to_owned(),
        area: area.to_string(),
        person: person.map(|id| id.to_string()).unwrap_or_default(),
        from_whom: "self".to_owned(),
        what: "食事が作れない".to_owned(),
        urgency: "normal".to_owned(),
        ..IntakeForm::default()
    }
}

fn promise() -> ContactForm {
    ContactForm {
        contact_on: "2025-06-10".to_owned(),
        kind: "safety_check".to_owned(),
        method: "phone".to_owned(),
        body: "あすまた電話する".to_owned(),
        next_on: "2025-06-10".to_owned(),
        next_what: "電話する".to_owned(),
        ..ContactForm::default()
    }
}

/// Does something as somebody, and says whether they could.
async fn act<T>(ctx: &Ctx, step: impl AsyncFnOnce(&Ctx, &mut crate::ctx::Work) -> Result<T>) -> Option<T> {
    let mut work = ctx.begin().await.unwrap();
    match step(ctx, &mut work).await {
        Ok(done) => {
            work.commit("").await.unwrap();
            Some(done)
        }
        Err(_) => {
            drop(work);
            ctx.take_entry();
            None
        }
    }
}

async fn register(ctx: &Ctx, area: Id) -> Id {
    let form = PersonForm { family: "山川".to_owned(), area: area.to_string(), ..PersonForm::default() };
    act(ctx, async |ctx, work| person::register(ctx, work, &form).await).await.unwrap()
}

async fn open(ctx: &Ctx, person: Id, area: Id) -> Id {
    let form = OpenForm {
        title: "食事の支え".to_owned(),
        persons: vec![person.to_string()],
        area: area.to_string(),
        ..OpenForm::default()
    };
    act(ctx, async |ctx, work| case::open(ctx, work, &form).await).await.unwrap()
}

async fn today(ctx: &Ctx) -> Vec<&'static str> {
    let mut read = ctx.read().await.unwrap();
    task::list(ctx, &mut read).await.unwrap().iter().map(|due| due.kind.code).collect()
}

async fn held(ctx: &Ctx) -> Vec<Held> {
    let mut read = ctx.read().await.unwrap();
    list_holderless(ctx, &mut read, &DueLimit::new(1_000)).await.unwrap()
}

both_engines! {
    migrations = MIGRATIONS;

    async fn what_a_post_that_ended_leaves_stands_with_the_successor_and_is_passed_on_in_one_step(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let kouko = test.staff("試験 こうこ", "coordinator", test.wards[0]).await;
        let ctx = test.acting(kouko).await;
        let person = register(&ctx, test.districts[0]).await;
        let case = open(&ctx, person, test.districts[0]).await;
        act(&ctx, async |ctx, work| case::contact(ctx, work, case, &promise()).await).await.unwrap();
        let open_intake = intake(test.districts[0], None);
        let waiting = act(&ctx, async |ctx, work| consultation::take(ctx, work, &open_intake).await).await.unwrap();
        test.end_posts(kouko, test.clock.today().saturating_sub(1.day())).await;
        let tsugiko = test.staff("試験 つぎこ", "coordinator", test.wards[0]).await;
        let boss = test.staff("試験 かん", "supervisor", test.city).await;
        test.account(tsugiko, "tsugiko").await;
        let token = test.sign_in("tsugiko").await;

        let gone = test.acting(kouko).await;
        let mut read = gone.read().await.unwrap();
        assert!(!access::can_see(&gone, &mut read, &CASE, case).await.unwrap());
        assert!(!access::can_see(&gone, &mut read, &CONSULTATION, waiting).await.unwrap());
        assert!(!access::can_see(&gone, &mut read, &PERSON, person).await.unwrap());
        assert!(!access::allowed(&gone, &mut read, &CASE, case, case::CLOSE).await.unwrap());
        drop(read);
        for who in [tsugiko, boss] {
            let due = today(&test.acting(who).await).await;
            assert!(due.contains(&"case_held") && due.contains(&"consultation_held"), "{due:?}");
        }
        let page = test.get("/holderless", Some(&token)).await.body;
        assert!(page.contains("約束した連絡1件も") && page.contains("名前のない相談") && page.contains("後任"), "{page}");
        assert!(test.get("/organisation", Some(&token)).await.body.contains("/holderless"));

        let fields = [
            (format!("to.case_held-{case}"), tsugiko.to_string()),
            (format!("to.consultation_held-{waiting}"), tsugiko.to_string()),
            ("reason".to_owned(), "任期が終わり、後任に引き継ぐため".to_owned()),
        ];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let preview = test.post("/holderless", Some(&token), &fields).await;
        assert_eq!(preview.status, StatusCode::OK, "{}", preview.body);
        assert!(preview.body.contains("試験 こうこ → 試験 つぎこ"), "{}", preview.body);
        assert_eq!(held(&test.acting(tsugiko).await).await.len(), 2, "a preview changes nothing");
        let confirmed: Vec<(&str, &str)> = fields.into_iter().chain([("_confirmed", "1")]).collect();
        let done = test.post("/holderless", Some(&token), &confirmed).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);

        let ctx = test.acting(tsugiko).await;
        assert!(held(&ctx).await.is_empty());
        let due = today(&ctx).await;
        for kind in ["consultation_open", "case_agree", "contact_inherited"] {
            assert!(due.contains(&kind), "{kind}: {due:?}");
        }
        let kept = ContactForm { next_on: String::new(), next_what: String::new(), ..promise() };
        act(&ctx, async |ctx, work| case::contact(ctx, work, case, &kept).await).await.unwrap();
        assert!(!today(&ctx).await.contains(&"contact_inherited"));
        let system = test.system().await;
        let mut read = system.read().await.unwrap();
        for room in system.app().rooms().filter_map(|room| room.held.as_ref()) {
            assert!((room.count)(&system, &mut read).await.unwrap().iter().all(|(_, count)| *count == 0));
        }
    }

    async fn a_worker_who_is_transferred_loses_what_they_took_and_led_the_same_day(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let otsuko = test.staff("試験 おつこ", "coordinator", test.wards[1]).await;
        let ctx = test.acting(otsuko).await;
        let person = register(&ctx, test.districts[2]).await;
        let case = open(&ctx, person, test.districts[2]).await;
        let form = intake(test.districts[2], Some(person));
        let taken = act(&ctx, async |ctx, work| consultation::take(ctx, work, &form).await).await.unwrap();
        let today = test.clock.today();
        test.end_posts(otsuko, today.saturating_sub(1.day())).await;
        let system = test.system().await;
        let period = (today, crate::tenancy::FOREVER);
        let moved = async |ctx: &Ctx, work: &mut crate::ctx::Work| {
            staff::give_post(ctx, work, otsuko, "coordinator", test.wards[0], period).await
        };
        act(&system, moved).await.unwrap();

        let ctx = test.acting(otsuko).await;
        let mut read = ctx.read().await.unwrap();
        for (kind, id) in [(&CASE, case), (&CONSULTATION, taken), (&PERSON, person)] {
            assert!(!access::can_see(&ctx, &mut read, kind, id).await.unwrap(), "{kind:?}");
            assert!(!access::is_visible(&ctx, &mut read, kind, id).await.unwrap(), "{kind:?}");
        }
        for act in [case::CLOSE, case::STEER, access::Act::CORRECT] {
            assert!(!access::allowed(&ctx, &mut read, &CASE, case, act).await.unwrap(), "{act:?}");
        }
        drop(read);
        let settle = SettleForm { outcome: "answered".to_owned(), note: "異動後".to_owned(), ..SettleForm::default() };
        assert!(act(&ctx, async |ctx, work| consultation::settle(ctx, work, taken, &settle, 1).await).await.is_none());
        let next = test.acting(test.staff("試験 つぎ", "coordinator", test.wards[1]).await).await;
        let left: Vec<_> = held(&next).await.iter().map(|one| (one.kind.due.code, one.item)).collect();
        assert_eq!(left, [("consultation_held", taken), ("case_held", case)]);
    }

    async fn whoever_moves_leaves_the_hands_of_the_old_commissioner_and_comes_into_those_of_the_new_one(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let kouko = test.staff("試験 こうこ", "coordinator", test.wards[0]).await;
        let minko = test.staff("試験 みん", "minsei", test.districts[0]).await;
        let haruko = test.staff("試験 はる", "minsei", test.districts[1]).await;
        let ctx = test.acting(kouko).await;
        let person = register(&ctx, test.districts[0]).await;
        let form = EntrustmentForm { staff: minko.to_string(), reason: "一人暮らし".to_owned(), ..EntrustmentForm::default() };
        act(&ctx, async |ctx, work| person::entrust(ctx, work, person, &form).await).await.unwrap();
        let sees = async |who: Id| {
            let ctx = test.acting(who).await;
            let mut read = ctx.read().await.unwrap();
            access::can_see(&ctx, &mut read, &PERSON, person).await.unwrap()
        };
        assert!(sees(minko).await);

        let moved = PersonForm { family: "山川".to_owned(), area: test.districts[1].to_string(), address: "甲区第2 5-5".to_owned(), ..PersonForm::default() };
        act(&ctx, async |ctx, work| person::change(ctx, work, person, &moved, 1).await).await.unwrap();

        assert!(!sees(minko).await && !sees(haruko).await);
        assert!(today(&ctx).await.contains(&"entrustment_held"));
        let left = held(&ctx).await;
        let [one] = left.as_slice() else { panic!("{left:?}") };
        let way = crate::room::held::way_of(&ctx, one.kind).unwrap();
        let mut read = ctx.read().await.unwrap();
        let heirs = (way.heirs)(&ctx, &mut read, one).await.unwrap();
        drop(read);
        assert_eq!(crate::room::held::proposed(&heirs).map(|heir| heir.staff), Some(haruko));
        act(&ctx, async |ctx, work| (way.pass_on)(ctx, work, one, haruko, "転居したため").await).await.unwrap();
        assert!(sees(haruko).await && !sees(minko).await);
        assert!(held(&ctx).await.is_empty());
    }

    async fn a_death_makes_promises_void_and_asks_for_the_closing(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let kouko = test.staff("試験 こうこ", "coordinator", test.wards[0]).await;
        test.account(kouko, "kouko").await;
        let token = test.sign_in("kouko").await;
        let ctx = test.acting(kouko).await;
        let person = register(&ctx, test.districts[0]).await;
        let case = open(&ctx, person, test.districts[0]).await;
        act(&ctx, async |ctx, work| case::contact(ctx, work, case, &promise()).await).await.unwrap();
        assert!(today(&ctx).await.contains(&"contact_next"));

        let died = LeaveForm { kind: "died".to_owned(), on: "2025-06-10".to_owned() };
        act(&ctx, async |ctx, work| person::leave(ctx, work, person, &died, 1).await).await.unwrap();

        assert_eq!(today(&ctx).await, ["case_person_died"], "the promise is void, and the closing is asked for once");
        let page = test.get("/today", Some(&token)).await.body;
        assert!(page.contains("亡くなった人の支援を終える") && page.contains("/close?outcome=death"), "{page}");
        let page = test.get(&format!("/cases/{case}"), Some(&token)).await.body;
        assert!(page.contains(&format!("/cases/{case}/close?outcome=death")), "{page}");
        let close = test.get(&format!("/cases/{case}/close?outcome=death"), Some(&token)).await.body;
        let radio = close.split("<input").find(|input| input.contains("value=\"death\"")).unwrap();
        assert!(radio.split('>').next().unwrap().contains("checked"), "{radio}");
    }

    async fn an_area_that_was_merged_leads_on_and_what_it_left_moves_in_one_step(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let kouko = test.staff("試験 こうこ", "coordinator", test.wards[0]).await;
        let minko = test.staff("試験 みん", "minsei", test.districts[0]).await;
        let boss = test.staff("試験 かん", "supervisor", test.city).await;
        test.account(boss, "kanko").await;
        let token = test.sign_in("kanko").await;
        let ctx = test.acting(kouko).await;
        let person = register(&ctx, test.districts[0]).await;
        let case = open(&ctx, person, test.districts[0]).await;
        let (old, other) = (test.districts[0], test.districts[1]);
        let system = test.system().await;
        let yesterday = test.clock.today().saturating_sub(1.day());
        let end = async |ctx: &Ctx, work: &mut crate::ctx::Work| {
            area::store::end_area(ctx, work, old, yesterday).await?;
            area::store::put_successor(ctx, work, old, other, false).await?;
            area::store::rebuild_within(ctx, work).await
        };
        act(&system, end).await.unwrap();

        let form = IntakeForm { area: String::new(), ..intake(old, Some(person)) };
        let taken = act(&ctx, async |ctx, work| consultation::take(ctx, work, &form).await).await.unwrap();
        let mut read = ctx.read().await.unwrap();
        assert_eq!(consultation::get(&ctx, &mut read, taken).await.unwrap().area_id, other);
        drop(read);
        let page = test.get("/holderless", Some(&token)).await.body;
        assert!(page.contains("甲区第1") && page.contains("甲区第2") && page.contains("人 1件"), "{page}");
        let (id, next) = (old.to_string(), other.to_string());
        let fields = [("area", id.as_str()), ("successor", next.as_str()), ("_revision", "0")];
        let preview = test.post("/holderless/area", Some(&token), &fields).await;
        assert!(preview.body.contains("「甲区第2」に移ります"), "{}", preview.body);
        let confirmed: Vec<_> = fields.into_iter().chain([("_confirmed", "1")]).collect();
        let done = test.post("/holderless/area", Some(&token), &confirmed).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);

        let mut read = system.read().await.unwrap();
        assert!(crate::room::held::count_placed(&system, &mut read, old).await.unwrap().is_empty());
        let row: Vec<(Id,)> =
            read.query_text("SELECT area_id FROM support_case WHERE tenant = ?1 AND id = ?2", args![system.tenant(), case]).await.unwrap();
        assert_eq!(row, [(other,)]);
        drop(read);
        assert_eq!(test.acting(minko).await.staff().unwrap().posts[0].area, other, "the post goes on in the other area");
    }

    async fn what_lies_with_nobody_is_found_from_those_who_may_have_lost_it(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        for (file, words, index) in [
            ("consultation/store/held.rs", "k.held_by = g.staff_id…LIMIT ?4", "consultation_open"),
            ("case/store/held.rs", "r.role = 'lead'…LIMIT ?4", "case_role_staff"),
            ("case/store/held.rs", "r.role <> 'lead'…LIMIT ?4", "case_role_staff"),
            ("case/store/held.rs", "k.next_on IS NOT NULL…c.lead_staff = ?2…LIMIT ?4", "case_contact_next"),
            ("person/store/held.rs", "ea.adrift…LIMIT ?4", "entrustment_staff"),
        ] {
            let Some(steps) = plan(&mut read, statement(file, words)).await else { continue };

            assert!(steps.iter().any(|step| step.contains(&format!("INDEX {index} "))), "{words}: {steps:#?}");
            let large = ["SCAN k", "SCAN c", "SCAN r", "SCAN e", "SCAN p"];
            let scanned = |step: &String| large.iter().any(|table| step == table || step.starts_with(&format!("{table} ")));
            assert!(!steps.iter().any(scanned), "{words}: {steps:#?}");
        }
    }
}
