//! 今日 says how much there is of each kind and leads to all of it.

use axum::http::StatusCode;
use sasae_db::args;
use sasae_test::{TestDb, both_engines};

use crate::listing::Count;
use crate::migrations::MIGRATIONS;
use crate::search::tests::plant_case;
use crate::task;
use crate::testing::{TENANT, TestApp};

/// Open consultations that wait for the outcome of whoever took them.
async fn plant(test: &TestApp, taken_by: sasae_core::id::Id, count: usize) {
    let ctx = test.system().await;
    let mut work = ctx.begin().await.unwrap();
    for _ in 0..count {
        work.execute_text(
            "INSERT INTO consultation (tenant, id, received_on, received_at, channel, area_id, from_whom, from_name, \
             from_contact, what, wish, wish_words, urgency, language, communication, extra, taken_by, outcome, \
             outcome_note, revision) \
             VALUES (?1, ?2, ?3, ?4, 'phone', ?5, '', '', '', '', '', '', '', '', '', '', ?6, 'open', '', 1)",
            args![TENANT, ctx.new_id(), ctx.today(), ctx.now(), test.districts[0], taken_by],
        )
        .await
        .unwrap();
    }
    work.commit("").await.unwrap();
}

both_engines! {
    migrations = MIGRATIONS;

    async fn every_step_is_reached_page_by_page(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        plant(&test, staff, 93).await;
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
        assert!(day.contains("/today/kinds"), "{day}");
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
        plant(&test, staff, 45).await;
        for number in 1..=43 {
            plant_case(&test, staff, test.wards[0], &format!("R7-{number:04}"), "見守り").await;
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
