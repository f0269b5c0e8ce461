//! 今日 says how much there is of each kind and leads to all of it.

use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines, contribute};

use crate::consultation::{self, IntakeForm};
use crate::listing::Count;
use crate::migrations::MIGRATIONS;
use crate::search::tests::open_case;
use crate::task;
use crate::testing::TestApp;
use crate::tests::samples::{POSTS, Samples, at};

/// Consultations that somebody takes, and that wait for an outcome.
async fn take(test: &TestApp, taken_by: Id, count: usize) {
    let ctx = test.acting(taken_by).await;
    let form = IntakeForm {
        received_on: "2025-06-10".to_owned(),
        channel: "phone".to_owned(),
        area: test.districts[0].to_string(),
        from_whom: "self".to_owned(),
        what: "食事が作れない".to_owned(),
        urgency: "normal".to_owned(),
        ..IntakeForm::default()
    };
    let mut work = ctx.begin().await.unwrap();
    for _ in 0..count {
        consultation::take(&ctx, &mut work, &form).await.unwrap();
    }
    work.commit("").await.unwrap();
}

contribute!(Samples::of("task", |_| {
    vec![at("/today", "/today", POSTS).empty(), at("/today/kinds", "/today/kinds", POSTS).empty()]
}));

both_engines! {
    migrations = MIGRATIONS;

    async fn every_step_is_reached_page_by_page(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        take(&test, staff, 93).await;
        let token = test.sign_in("ours").await;
        let ctx = test.acting(staff).await;
        let mut read = ctx.read().await.unwrap();

        let first = task::list_first(&ctx, &mut read).await.unwrap();
        let kinds = task::count_kinds(&ctx, &mut read).await.unwrap();
        let kind = kinds[0].kind;
        let mut records = Vec::new();
        for page in 1..=3 {
            let listed = task::list_page(&ctx, &mut read, Some(kind.code), page).await.unwrap();
            assert_eq!(listed.more, page < 3);
            records.extend(listed.due.into_iter().map(|due| due.record));
        }
        drop(read);
        let day = test.get("/today", Some(&token)).await.body;
        let overview = test.get("/today/kinds", Some(&token)).await.body;
        let last = test.get(&format!("/today?kind={}&page=3", kind.code), Some(&token)).await.body;
        let json = test.get(&format!("/api/today?kind={}&page=3", kind.code), Some(&token)).await.body;

        assert!(first.more && first.due.len() == 50, "{}", first.due.len());
        let (more, list) = (day.find("/today/kinds"), day.find("class=\"due-list\""));
        assert!(more.is_some() && more < list, "{day}");
        assert!(day.contains("50件以上") && !day.contains("<span class=\"count\">50<"), "{day}");
        assert!(last.contains("<span class=\"count\">93件"), "{last}");
        assert_eq!(records.len(), 93);
        records.sort();
        records.dedup();
        assert_eq!(records.len(), 93, "nothing comes twice");
        assert!(overview.contains(&format!("/today?kind={}", kind.code)) && overview.contains("93件"), "{overview}");
        assert!(last.contains("81–93件目／93件"), "{last}");
        assert_eq!(json.matches("\"record\"").count(), 13);
    }

    async fn each_kind_counts_as_many_steps_as_its_pages_list(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        take(&test, staff, 45).await;
        for _ in 1..=43 {
            open_case(&test, staff, test.wards[0], "見守り").await;
        }
        let token = test.sign_in("ours").await;
        let ctx = test.acting(staff).await;
        let mut read = ctx.read().await.unwrap();
        let kinds = task::count_kinds(&ctx, &mut read).await.unwrap();
        drop(read);
        let overview = test.get("/today/kinds", Some(&token)).await.body;

        assert!(kinds.len() >= 2, "{kinds:?}");
        for one in &kinds {
            let mut records = Vec::new();
            for page in 1.. {
                let mut read = ctx.read().await.unwrap();
                let listed = task::list_page(&ctx, &mut read, Some(one.kind.code), page).await.unwrap();
                drop(read);
                let shown = test.get(&format!("/today?kind={}&page={page}", one.kind.code), Some(&token)).await.body;
                assert_eq!(shown.matches("class=\"due\"").count(), listed.due.len(), "{} {page}", one.kind.code);
                records.extend(listed.due.into_iter().map(|due| (due.record, due.href)));
                if !listed.more {
                    break;
                }
            }
            records.sort();
            records.dedup();
            assert_eq!(one.count, Count::Exactly(records.len() as i64), "{}", one.kind.code);
            let words = format!("/today?kind={}\">{} {}件", one.kind.code, one.kind.words.0, records.len());
            assert!(overview.contains(&words), "{words}: {overview}");
        }
        for strange in ["/today?kind=x&page=-1", "/today?kind=x&page=abc", "/api/today?page=0"] {
            assert_eq!(test.get(strange, Some(&token)).await.status, StatusCode::BAD_REQUEST, "{strange}");
        }
    }
}
