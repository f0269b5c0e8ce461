use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};

use super::{hanako, named};
use crate::correction::ReasonForm;
use crate::migrations::MIGRATIONS;
use crate::person::{self, EntrustmentForm, PersonForm, RestrictionForm, history};
use crate::testing::TestApp;

async fn staff(test: &TestApp, login: &str, role: &str, area: Id) -> Id {
    let id = test.staff(login, role, area).await;
    test.account(id, login).await;
    id
}

fn reason() -> ReasonForm {
    ReasonForm { reason: "人ちがいだったため".to_owned() }
}

both_engines! {
    migrations = MIGRATIONS;

    async fn what_stood_before_stays_and_a_hidden_address_is_hidden_in_the_past_too(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let lead = staff(&test, "lead", "coordinator", test.wards[0]).await;
        let officer = staff(&test, "officer", "ward_officer", test.wards[0]).await;
        let ctx = test.acting(lead).await;
        let before = hanako(test.districts[0]);
        let mut work = ctx.begin().await.unwrap();
        let id = person::register(&ctx, &mut work, &before).await.unwrap();
        let after = PersonForm {
            family: "高梨".to_owned(),
            address: "新しい町1-2-3".to_owned(),
            reason: "氏の変更と転居".to_owned(),
            ..before.clone()
        };
        person::change(&ctx, &mut work, id, &after, 1).await.unwrap();
        work.commit("").await.unwrap();
        let path = format!("/persons/{id}");

        let open = test.get(&path, Some(&test.sign_in("lead").await)).await;
        let ctx = test.acting(officer).await;
        let mut work = ctx.begin().await.unwrap();
        let hide = RestrictionForm {
            kind: "address".to_owned(),
            reason: "address_hidden".to_owned(),
            ..RestrictionForm::default()
        };
        let hidden = person::restrict(&ctx, &mut work, id, &hide).await.unwrap();
        work.commit("").await.unwrap();
        let lead_page = test.get(&path, Some(&test.sign_in("lead").await)).await;
        let told = test.get(&format!("/api/corrections/person/{id}"), Some(&test.sign_in("lead").await)).await;
        let mut work = ctx.begin().await.unwrap();
        person::lift_restriction(&ctx, &mut work, id, hidden, 1).await.unwrap();
        history::resume_restriction(&ctx, &mut work, (id, hidden), &reason(), 2).await.unwrap();
        work.commit("").await.unwrap();
        let still = test.get(&path, Some(&test.sign_in("lead").await)).await;
        let officers = test.get(&path, Some(&test.sign_in("officer").await)).await;

        for words in ["訂正の記録", "氏の変更と転居", "高梨", "新しい町1-2-3"] {
            assert!(open.body.contains(words), "{words}");
        }
        for page in [&lead_page.body, &told.body, &still.body] {
            assert!(page.contains("氏の変更と転居") && !page.contains("新しい町1-2-3"));
            assert!(!page.contains("人ちがいだったため"), "what is done about restrictions is told to those in charge");
        }
        assert!(officers.body.contains("新しい町1-2-3") && officers.body.contains("人ちがいだったため"));
    }

    async fn the_end_of_an_entrustment_taken_back_gives_the_sight_again(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let lead = staff(&test, "lead", "coordinator", test.wards[0]).await;
        let minsei = staff(&test, "minsei", "minsei", test.districts[0]).await;
        let ctx = test.acting(lead).await;
        let mut work = ctx.begin().await.unwrap();
        let id = person::register(&ctx, &mut work, &named(test.districts[0], "川上", "ウメ")).await.unwrap();
        let form = EntrustmentForm { staff: minsei.to_string(), ..EntrustmentForm::default() };
        let watch = person::entrust(&ctx, &mut work, id, &form).await.unwrap();
        person::end_entrustment(&ctx, &mut work, id, watch, ctx.today()).await.unwrap();
        work.commit("").await.unwrap();
        test.at("2025-06-12".parse().unwrap(), 10);
        let token = test.sign_in("minsei").await;
        let path = format!("/persons/{id}");
        let ended = test.get(&path, Some(&token)).await;

        let ctx = test.acting(lead).await;
        let mut work = ctx.begin().await.unwrap();
        history::resume_entrustment(&ctx, &mut work, (id, watch), &reason(), 2).await.unwrap();
        let twice = history::resume_entrustment(&ctx, &mut work, (id, watch), &reason(), 3).await;
        work.commit("").await.unwrap();
        let again = test.get(&path, Some(&token)).await;

        assert_eq!(ended.status, StatusCode::NOT_FOUND);
        assert!(twice.is_err());
        assert_eq!(again.status, StatusCode::OK);
        assert!(again.body.contains("人ちがいだったため"));
    }

    async fn who_was_put_into_the_wrong_household_is_put_right_after_a_preview(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let lead = staff(&test, "lead", "coordinator", test.wards[0]).await;
        let minsei = staff(&test, "minsei", "minsei", test.districts[0]).await;
        let ctx = test.acting(lead).await;
        let mut work = ctx.begin().await.unwrap();
        let wrong = person::register(&ctx, &mut work, &named(test.districts[0], "川上", "ウメ")).await.unwrap();
        let right = person::register(&ctx, &mut work, &named(test.districts[0], "山下", "トメ")).await.unwrap();
        let home = person::find_household(&ctx, &mut work, wrong).await.unwrap().unwrap();
        let form = PersonForm { household: home.to_string(), ..named(test.districts[0], "山下", "サキ") };
        let id = person::register(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
        test.at("2025-06-20".parse().unwrap(), 10);
        let token = test.sign_in("lead").await;
        let path = format!("/persons/{id}");
        let step = format!("{path}/household");
        let with = right.to_string();
        let fields = [("with", with.as_str()), ("relation", "child"), ("reason", "同姓の世帯と取りちがえたため"), ("_revision", "1")];

        let asked = test.get(&step, Some(&token)).await;
        let found = test.post(&step, Some(&token), &[("find", "トメ"), ("_find", "1"), ("_revision", "1")]).await;
        let by_minsei = test.get(&step, Some(&test.sign_in("minsei").await)).await;
        let unknown = test.post(&step, Some(&token), &[("with", &minsei.to_string()), fields[2], fields[3]]).await;
        let preview = test.post(&step, Some(&token), &fields).await;
        let unchanged = test.get(&path, Some(&token)).await;
        let done = test.post(&step, Some(&token), &[&fields[..], &[("_confirmed", "1")]].concat()).await;
        let late = test.post(&step, Some(&token), &[&fields[..], &[("_confirmed", "1")]].concat()).await;
        let page = test.get(&path, Some(&token)).await;
        let left = test.get(&format!("/persons/{wrong}"), Some(&token)).await;
        let joined = test.get(&format!("/persons/{right}"), Some(&token)).await;

        assert!(asked.body.contains("川上 ウメ"), "{}", asked.body);
        assert!(found.body.contains("山下 トメさんと同じ世帯"), "{}", found.body);
        assert_ne!(by_minsei.status, StatusCode::OK);
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(preview.body.contains("川上 ウメの世帯から外れます") && preview.body.contains("山下 トメの世帯に入ります"));
        assert!(unchanged.body.contains("川上 ウメ"));
        assert_eq!((done.status, done.location), (StatusCode::SEE_OTHER, format!("{path}?done=corrected")));
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(page.body.contains("山下 トメ") && !page.body.contains("川上"), "the history names nobody else");
        assert!(page.body.contains("同姓の世帯と取りちがえたため"));
        assert!(!left.body.contains("サキ") && joined.body.contains("サキ"));
        let ctx = test.acting(lead).await;
        let mut work = ctx.begin().await.unwrap();
        let only = person::correct::HouseholdCorrection {
            relation: "spouse".to_owned(),
            reason: "続柄を書きまちがえたため".to_owned(),
            ..person::correct::HouseholdCorrection::default()
        };
        let outlook = person::correct::correct_household(&ctx, &mut work, id, &only, 2).await.unwrap();
        let nothing = person::correct::correct_household(&ctx, &mut work, id, &only, 3).await;
        assert!(outlook.changes.has("relation") && !outlook.changes.has("household"));
        assert!(matches!(nothing, Err(crate::error::Error::Refused(_))), "{nothing:?}");
    }
}
