//! What was typed comes back with every page that refuses it.

use axum::http::StatusCode;
use sasae_test::{TestDb, both_engines};

use crate::ctx::Actor;
use crate::migrations::MIGRATIONS;
use crate::person::PERSON;
use crate::testing::{TENANT, TestApp};

both_engines! {
    migrations = MIGRATIONS;

    async fn a_session_that_ended_gives_the_typed_text_back_and_no_form_to_press(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ward = test.wards[0].to_string();
        let form = [("kind", "not_seen"), ("what", "庭に<洗濯物>が出たまま"), ("area", ward.as_str())];

        let ended = test.post("/notices", None, &form).await;

        assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
        assert!(ended.body.contains("庭に&lt;洗濯物&gt;が出たまま"), "{}", ended.body);
        assert!(!ended.body.contains("もう一度送る"));
    }

    async fn a_form_with_a_foreign_token_is_never_offered_to_be_sent_again(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;
        let ward = test.wards[0].to_string();
        let form = [("_csrf", "forged"), ("kind", "not_seen"), ("what", "庭のようす"), ("area", ward.as_str())];
        db.db.close().await.unwrap();

        let forged = test.post("/notices", Some(&token), &form).await;
        let own = test.post("/notices", Some(&token), &form[1..]).await;

        for answer in [&forged, &own] {
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(answer.body.contains("いまは保存できません") && answer.body.contains("庭のようす"));
        }
        assert!(own.body.contains("もう一度送る"));
        assert!(!forged.body.contains("もう一度送る"), "the first token on the form is the one that counts");
    }

    async fn a_resident_is_told_in_easy_words_that_nothing_has_arrived(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ward = test.wards[0].to_string();
        db.db.close().await.unwrap();

        let form = [("kind", "not_seen"), ("what", "新聞がたまっています"), ("area", ward.as_str())];
        let refused = test.post("/report", None, &form).await;

        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        for words in ["受（う）けつけが できません", "新聞がたまっています", "もう一度（いちど） 送（おく）る"] {
            assert!(refused.body.contains(words), "{words}: {}", refused.body);
        }
        assert!(!refused.body.contains("管理担当者") && !refused.body.contains("今日の画面へ"), "{}", refused.body);
        assert!(!refused.body.contains(">not_seen<"), "{}", refused.body);
    }

    async fn an_address_that_cannot_be_read_gets_a_page_in_the_readers_language(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;

        for path in ["/notices?show=all&show=all", "/persons/forged", "/cases/1;DROP/contacts", "/receipt?receipt=a&receipt=b"] {
            let answer = test.get(path, Some(&token)).await;

            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
            assert!(answer.body.contains("読み取れません。番号や条件を確かめてください"), "{path}: {}", answer.body);
        }
        let call = test.get("/api/persons/forged", Some(&token)).await;
        assert!(call.body.contains("\"status\":400") && call.body.contains("番号や条件"), "{}", call.body);
    }

    async fn a_password_is_never_given_back(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        db.db.close().await.unwrap();

        let refused = test.post("/sign-in", None, &[("login", "ours"), ("password", "geheim-geheim")]).await;

        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(refused.body.contains("いまは保存できません"));
        assert!(!refused.body.contains("geheim"));
    }

    async fn what_an_undone_transaction_noted_is_not_said_to_be_written(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let (seen, lost) = (ctx.new_id(), ctx.new_id());
        ctx.saw(&PERSON, seen);

        let work = ctx.begin().await.unwrap();
        ctx.wrote(&PERSON, lost);
        drop(work);
        let entry = ctx.take_entry().unwrap();

        assert!(matches!(ctx.actor(), Actor::System(_)));
        assert_eq!(entry.trail.detail(), format!("read person {seen}"));
        assert_eq!(ctx.tenant(), TENANT);
    }
}
