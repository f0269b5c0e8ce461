//! Tests of the room, and what they share.

mod bulk;
mod hidden;
mod history;
mod limits;
mod list;
mod pages;
mod rows;
mod samples;
mod search;
mod telling;

use jiff::civil::date;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};

use crate::access;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::migrations::MIGRATIONS;
use crate::person::model::{self, EntrustmentForm, LeaveForm, PersonForm, RestrictionForm};
use crate::person::store;
use crate::person::{PERSON, SEE_ADDRESS};
use crate::testing::TestApp;

/// 山田 花子, born in 1940, in a district.
pub(super) fn hanako(area: Id) -> PersonForm {
    PersonForm {
        family: "山田".to_owned(),
        given: "花子".to_owned(),
        family_kana: "やまだ".to_owned(),
        given_kana: "はなこ".to_owned(),
        birth: "昭和15年4月1日".to_owned(),
        sex: "female".to_owned(),
        area: area.to_string(),
        address: "浅野1丁目2番3号".to_owned(),
        phone: "093-582-0001".to_owned(),
        ..PersonForm::default()
    }
}

pub(super) fn named(area: Id, family: &str, given: &str) -> PersonForm {
    PersonForm { family: family.to_owned(), given: given.to_owned(), area: area.to_string(), ..PersonForm::default() }
}

pub(super) async fn add(ctx: &Ctx, form: &PersonForm) -> Id {
    let mut work = ctx.begin().await.unwrap();
    let id = crate::person::register(ctx, &mut work, form).await.unwrap();
    work.commit("").await.unwrap();
    id
}

pub(super) async fn restrict(ctx: &Ctx, person: Id, kind: &str, against: Option<Id>) -> Id {
    let form = RestrictionForm {
        kind: kind.to_owned(),
        against_staff: against.map(|id| id.to_string()).unwrap_or_default(),
        reason: "domestic_violence".to_owned(),
        ..RestrictionForm::default()
    };
    let mut work = ctx.begin().await.unwrap();
    let id = crate::person::restrict(ctx, &mut work, person, &form).await.unwrap();
    work.commit("").await.unwrap();
    id
}

pub(super) async fn entrust(ctx: &Ctx, person: Id, staff: Id) -> Result<Id, Error> {
    let form = EntrustmentForm { staff: staff.to_string(), ..EntrustmentForm::default() };
    let mut work = ctx.begin().await.unwrap();
    let id = crate::person::entrust(ctx, &mut work, person, &form).await?;
    work.commit("").await.unwrap();
    Ok(id)
}

#[test]
fn only_a_path_of_this_server_leads_back() {
    let id = Id::nil();
    for back in ["https://example.com/", "//example.com", "/\\example.com", "", "persons", "/a\r\nb"] {
        assert_eq!(model::way_back(back, id), format!("/persons/{id}?done=registered"), "{back}");
    }
    assert_eq!(model::way_back("/consultations/new?notice=1", id), format!("/consultations/new?notice=1&person={id}"));
    assert_eq!(model::way_back("/cases/new", id), format!("/cases/new?person={id}"));
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_changed_name_renews_the_keys_and_a_stale_change_is_refused(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.acting(test.staff("担当", "coordinator", test.wards[0]).await).await;
        let id = add(&ctx, &hanako(test.districts[0])).await;
        let married = PersonForm { family: "渡邊".to_owned(), family_kana: "わたなべ".to_owned(), ..hanako(test.districts[0]) };

        let mut work = ctx.begin().await.unwrap();
        crate::person::change(&ctx, &mut work, id, &married, 1).await.unwrap();
        work.commit("").await.unwrap();
        let mut work = ctx.begin().await.unwrap();
        let stale = crate::person::change(&ctx, &mut work, id, &hanako(test.districts[0]), 1).await;
        drop(work);
        let mut read = ctx.read().await.unwrap();
        let new = crate::person::search(&ctx, &mut read, "渡辺", 10).await.unwrap();
        let old = crate::person::search(&ctx, &mut read, "やまだ", 10).await.unwrap();

        assert!(matches!(stale, Err(Error::Stale { now: 2 })));
        assert_eq!(new.len(), 1);
        assert!(old.is_empty());
    }

    async fn a_person_without_a_household_gets_one_and_may_leave_it(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.acting(test.staff("担当", "coordinator", test.wards[0]).await).await;
        let area = test.districts[0];
        let mother = add(&ctx, &hanako(area)).await;
        let mut read = ctx.read().await.unwrap();
        let home = crate::person::household_of(&ctx, &mut read, mother).await.unwrap().unwrap();
        drop(read);

        let child = PersonForm { household: home.id.to_string(), relation: "child".to_owned(), ..named(area, "山田", "一郎") };
        let child = add(&ctx, &child).await;
        let mut read = ctx.read().await.unwrap();
        let together = crate::person::household_of(&ctx, &mut read, child).await.unwrap().unwrap();
        drop(read);
        let mut work = ctx.begin().await.unwrap();
        let own = PersonForm { household: "new".to_owned(), ..named(area, "山田", "一郎") };
        crate::person::change(&ctx, &mut work, child, &own, 1).await.unwrap();
        work.commit("").await.unwrap();
        let mut read = ctx.read().await.unwrap();
        let alone = crate::person::household_of(&ctx, &mut read, child).await.unwrap().unwrap();

        let relations: Vec<&str> = together.members.iter().map(|m| m.relation.as_str()).collect();
        assert_eq!(together.id, home.id);
        assert_eq!(relations, ["head", "child"]);
        assert_eq!(together.members[0].age, Some(85));
        assert_ne!(alone.id, home.id);
        assert_eq!(alone.members.len(), 1);
    }

    async fn a_sealed_member_leaves_no_sign_in_the_household(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.acting(test.staff("担当", "coordinator", test.wards[0]).await).await;
        let protector = test.acting(test.staff("権利擁護", "csw", test.wards[0]).await).await;
        let area = test.districts[0];
        let mother = add(&ctx, &hanako(area)).await;
        let mut read = ctx.read().await.unwrap();
        let home = crate::person::household_of(&ctx, &mut read, mother).await.unwrap().unwrap().id.to_string();
        drop(read);
        let child = add(&ctx, &PersonForm { household: home, ..named(area, "山田", "一郎") }).await;

        let restriction = restrict(&protector, child, "sealed", None).await;
        let mut read = ctx.read().await.unwrap();
        let seen = crate::person::household_of(&ctx, &mut read, mother).await.unwrap().unwrap();
        let hidden = access::can_see(&ctx, &mut read, &PERSON, child).await.unwrap();
        let found = crate::person::search(&ctx, &mut read, "山田一郎", 10).await.unwrap();
        drop(read);
        let mut read = protector.read().await.unwrap();
        let protected = crate::person::household_of(&protector, &mut read, mother).await.unwrap().unwrap();
        drop(read);
        let mut work = ctx.begin().await.unwrap();
        let refused = crate::person::lift_restriction(&ctx, &mut work, child, restriction, 1).await;
        drop(work);
        let mut work = protector.begin().await.unwrap();
        crate::person::lift_restriction(&protector, &mut work, child, restriction, 1).await.unwrap();
        work.commit("").await.unwrap();
        test.at(date(2025, 6, 11), 9);
        let tomorrow = test.acting(ctx.actor_id()).await;
        let mut read = tomorrow.read().await.unwrap();
        let again = access::can_see(&tomorrow, &mut read, &PERSON, child).await.unwrap();

        assert_eq!(seen.members.len(), 1);
        assert!(!hidden);
        assert!(found.is_empty());
        assert_eq!(protected.members.len(), 2);
        assert!(matches!(refused, Err(Error::NotFound)), "who may not know of it learns nothing");
        assert!(again, "a lifted restriction ends with its day");
    }

    async fn a_hidden_address_never_leaves_the_store_and_survives_an_edit(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.acting(test.staff("担当", "coordinator", test.wards[0]).await).await;
        let protector = test.acting(test.staff("権利擁護", "csw", test.wards[0]).await).await;
        let id = add(&ctx, &hanako(test.districts[0])).await;
        restrict(&protector, id, "address", None).await;

        let mut work = ctx.begin().await.unwrap();
        let guess = PersonForm { address: "どこか".to_owned(), ..hanako(test.districts[0]) };
        let refused = crate::person::change(&ctx, &mut work, id, &guess, 1).await;
        let unsaid = PersonForm { area: String::new(), address: String::new(), phone: String::new(), ..guess };
        crate::person::change(&ctx, &mut work, id, &unsaid, 1).await.unwrap();
        work.commit("").await.unwrap();
        let mut views = Vec::new();
        for reader in [&ctx, &protector] {
            let mut read = reader.read().await.unwrap();
            let person = store::get(reader, &mut read, id).await.unwrap();
            let row = crate::person::search(reader, &mut read, "花子", 10).await.unwrap().remove(0);
            let home = crate::person::household_of(reader, &mut read, id).await.unwrap().unwrap();
            let similar = crate::person::find_similar(reader, &mut read, &hanako(test.districts[0])).await.unwrap();
            let asked = access::allowed(reader, &mut read, &PERSON, id, SEE_ADDRESS).await.unwrap();
            views.push((person, row, home, similar, asked));
        }

        let address = "浅野1丁目2番3号";
        let [(person, row, home, similar, asked), (whole, full, at, alike, may)] = &views[..] else { panic!("two views") };
        assert_eq!((person.address.as_str(), row.address.as_str(), home.address.as_str()), ("", "", ""));
        assert!(!asked && !person.address_shown && !row.address_shown);
        assert_eq!((whole.address.as_str(), full.address.as_str(), at.address.as_str()), (address, address, address));
        assert!(*may && whole.address_shown && full.address_shown);
        assert!(similar[0].reasons.len() < alike[0].reasons.len(), "a hidden address is no reason");
        assert!(matches!(refused, Err(Error::Invalid(_))));
        assert_eq!((person.phone.as_str(), whole.phone.as_str()), ("", "093-582-0001"));
    }

    async fn a_person_is_entrusted_only_to_somebody_with_a_post_in_the_area_today(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.acting(test.staff("担当", "coordinator", test.wards[0]).await).await;
        let here = test.staff("ここの民生委員", "minsei", test.districts[0]).await;
        let there = test.staff("となりの民生委員", "minsei", test.districts[1]).await;
        let figures = test.staff("市の職員", "city_officer", test.city).await;
        let id = add(&ctx, &hanako(test.districts[0])).await;

        let elsewhere = entrust(&ctx, id, there).await;
        let nameless = entrust(&ctx, id, figures).await;
        let held = entrust(&ctx, id, here).await.unwrap();
        let twice = entrust(&ctx, id, here).await;
        let minsei = test.acting(here).await;
        let mut read = minsei.read().await.unwrap();
        let seen = access::can_see(&minsei, &mut read, &PERSON, id).await.unwrap();
        let found = crate::person::search(&minsei, &mut read, "ﾊﾅ", 10).await.unwrap();
        let facts: i64 = read
            .scalar(sasae_db::sql!("SELECT COUNT(*) FROM fact WHERE tenant = ?1 AND kind = 'entrusted' AND about = 'minsei'"), sasae_db::args![ctx.tenant()])
            .await
            .unwrap();
        drop(read);
        let mut work = ctx.begin().await.unwrap();
        let before = crate::person::end_entrustment(&ctx, &mut work, id, held, date(2025, 6, 9)).await;
        crate::person::end_entrustment(&ctx, &mut work, id, held, date(2025, 6, 10)).await.unwrap();
        work.commit("").await.unwrap();
        test.at(date(2025, 6, 11), 9);
        let later = test.acting(here).await;
        let mut read = later.read().await.unwrap();
        let gone = crate::person::search(&later, &mut read, "ﾊﾅ", 10).await.unwrap();

        for refused in [elsewhere, nameless, twice] {
            assert!(matches!(refused, Err(Error::Invalid(_))));
        }
        assert!(seen && found.len() == 1);
        assert_eq!(facts, 1);
        assert!(matches!(before, Err(Error::Invalid(_))));
        assert!(gone.is_empty());
    }

    async fn a_death_is_a_state_with_a_day_and_ends_what_was_entrusted(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.acting(test.staff("担当", "coordinator", test.wards[0]).await).await;
        let minsei = test.staff("民生委員", "minsei", test.districts[0]).await;
        let id = add(&ctx, &hanako(test.districts[0])).await;
        entrust(&ctx, id, minsei).await.unwrap();
        let died = LeaveForm { kind: "died".to_owned(), on: "令和7年6月8日".to_owned() };
        let future = LeaveForm { kind: "died".to_owned(), on: "2025-06-11".to_owned() };

        let mut work = ctx.begin().await.unwrap();
        let refused = crate::person::leave(&ctx, &mut work, id, &future, 1).await;
        crate::person::leave(&ctx, &mut work, id, &died, 1).await.unwrap();
        work.commit("").await.unwrap();
        let again = entrust(&ctx, id, minsei).await;
        let mut read = ctx.read().await.unwrap();
        let lived = store::household::find_of(&ctx, &mut read, id).await.unwrap();
        let person = store::get(&ctx, &mut read, id).await.unwrap();
        let held = store::entrustment::list_of(&ctx, &mut read, id).await.unwrap();
        drop(read);
        let mut work = ctx.begin().await.unwrap();
        let mistake = LeaveForm { kind: "back".to_owned(), ..LeaveForm::default() };
        crate::person::leave(&ctx, &mut work, id, &mistake, 2).await.unwrap();
        work.commit("").await.unwrap();
        let mut read = ctx.read().await.unwrap();
        let back = store::get(&ctx, &mut read, id).await.unwrap();
        drop(read);
        test.at(date(2025, 6, 12), 9);
        let later = test.acting(ctx.staff_id().unwrap()).await;
        let mut read = later.read().await.unwrap();
        let lives = store::household::find_of(&later, &mut read, id).await.unwrap();

        assert!(lived.is_some() && lives == lived, "the household of before, on the days after, too");
        assert!(matches!(refused, Err(Error::Invalid(_))));
        assert_eq!(person.died_on, Some(date(2025, 6, 8)));
        assert_eq!(held[0].valid_to, date(2025, 6, 10));
        assert!(matches!(again, Err(Error::Refused(_))));
        assert!(!back.left());
    }

    async fn whoever_registers_must_do_so_in_the_area_and_in_a_household_they_know(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ours = test.acting(test.staff("甲区", "coordinator", test.wards[0]).await).await;
        let theirs = test.acting(test.staff("乙区", "coordinator", test.wards[1]).await).await;
        let id = add(&ours, &hanako(test.districts[0])).await;
        let mut read = ours.read().await.unwrap();
        let home = crate::person::household_of(&ours, &mut read, id).await.unwrap().unwrap().id.to_string();
        drop(read);

        let mut work = theirs.begin().await.unwrap();
        let abroad = crate::person::register(&theirs, &mut work, &hanako(test.districts[0])).await;
        let into = PersonForm { household: home, ..hanako(test.districts[2]) };
        let forged = crate::person::register(&theirs, &mut work, &into).await;
        let hint = crate::person::find_similar(&theirs, &mut work, &hanako(test.districts[2])).await.unwrap();
        drop(work);

        assert!(matches!(abroad, Err(Error::Forbidden(_))));
        assert!(matches!(forged, Err(Error::Invalid(_))));
        assert!(hint.is_empty(), "a person of another ward is never hinted at");
    }

    async fn a_form_with_faults_names_each_of_them(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.acting(test.staff("担当", "coordinator", test.wards[0]).await).await;
        let form = PersonForm {
            family: "山\u{202e}田".to_owned(),
            given: "花".repeat(51),
            family_kana: "yamada".to_owned(),
            birth: "2030-01-01".to_owned(),
            sex: "x".to_owned(),
            phone: "なし".to_owned(),
            communication: vec!["telepathy".to_owned()],
            household: "abc".to_owned(),
            ..PersonForm::default()
        };

        let errors = model::check_person(&ctx, &form);

        let Err(Error::Invalid(errors)) = errors else { panic!("the form has faults") };
        let mut names: Vec<&str> = errors.iter(ctx.lang()).map(|(name, _)| name).collect();
        names.sort_unstable();
        assert_eq!(names, ["area", "birth", "communication", "family", "family_kana", "given", "household", "phone", "sex"]);
    }
}
