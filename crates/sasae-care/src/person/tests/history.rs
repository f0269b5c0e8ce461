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
}
