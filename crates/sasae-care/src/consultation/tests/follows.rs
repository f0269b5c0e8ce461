//! Who carries on what was noticed.

use axum::http::StatusCode;
use sasae_test::{TestDb, both_engines};

use super::{form, taken};
use crate::consultation::IntakeForm;
use crate::error::Error;
use crate::migrations::MIGRATIONS;
use crate::notice::{self, NoticeForm, TriageForm};
use crate::testing::TestApp;

both_engines! {
    migrations = MIGRATIONS;

    async fn a_notice_of_the_whole_city_is_carried_on_by_whoever_decides_on_it(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let above = test.staff("監督", "supervisor", test.city).await;
        test.account(above, "above").await;
        let public = test.public().await;
        let mut work = public.begin().await.unwrap();
        let told = NoticeForm { kind: "not_seen".to_owned(), area: test.city.to_string(), ..NoticeForm::default() };
        let reported = notice::report(&public, &mut work, &told).await.unwrap().id;
        work.commit("").await.unwrap();
        let ctx = test.acting(above).await;
        let mut work = ctx.begin().await.unwrap();
        let decision = TriageForm { outcome: "consultation".to_owned(), ..TriageForm::default() };
        notice::triage(&ctx, &mut work, reported, &decision, 1).await.unwrap();
        work.commit("").await.unwrap();
        let token = test.sign_in("above").await;

        let without = taken(&ctx, &IntakeForm { area: test.wards[0].to_string(), ..form(&test) }).await;
        let due = test.get("/today", Some(&token)).await;
        let page = test.get(&format!("/consultations/new?notice={reported}"), Some(&token)).await;
        let none = test.get("/consultations/new", Some(&token)).await;
        let after = IntakeForm { area: test.wards[0].to_string(), notice: reported.to_string(), ..form(&test) };
        let id = taken(&ctx, &after).await.unwrap();
        let own = test.get(&format!("/consultations/{id}"), Some(&token)).await;

        assert!(matches!(without, Err(Error::Invalid(_))), "no other intake");
        assert!(due.body.contains("気づきから相談を受け付ける"));
        assert_eq!((page.status, none.status, own.status), (StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::OK));
        assert!(page.body.contains("甲区"), "the wards are offered");
    }
}
