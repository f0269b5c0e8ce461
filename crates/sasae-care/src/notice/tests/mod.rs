//! Tests of the room.

mod correct;
mod request;
mod rows;
mod samples;
pub mod steps;
mod telling;

use axum::http::StatusCode;
use sasae_test::{TestDb, both_engines, contribute};

use crate::error::Error;
use crate::migrations::MIGRATIONS;
use crate::notice::model::{NoticeForm, TriageForm};
use crate::testing::TestApp;
use crate::tests::browser::Visitor;
use crate::tests::plans::DueReadBy;

// By when a notice is to be read stands on its hand-over: the few that are open in the reader's areas are sorted.
// So are the few requests of one person, of one organisation, or of the reader's areas.
contribute!(DueReadBy { file: "notice/store/mod.rs", statements: &[] });

fn form(test: &TestApp, area: usize) -> NoticeForm {
    NoticeForm {
        kind: "mail_piled".to_owned(),
        what: "新聞が3日分たまっている".to_owned(),
        area: test.wards[area].to_string(),
        ..NoticeForm::default()
    }
}

both_engines! {
    migrations = MIGRATIONS;

    async fn anyone_reports_a_notice_and_sees_with_the_receipt_whether_it_was_read(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ward = test.wards[0].to_string();

        let sent = test.post("/report", None, &[("kind", "not_seen"), ("what", "見かけない"), ("area", &ward)]).await;
        let done = test.get(&sent.location, None).await;
        let receipt = sent.location.rsplit('=').next().unwrap().to_owned();
        let asked = test.get(&format!("/receipt?receipt={receipt}"), None).await;

        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        assert!(done.body.contains(&receipt));
        assert!(asked.body.contains("届（とど）きました"));
        assert!(!asked.body.contains("見かけない"), "the text never comes back");
    }

    async fn who_reported_without_a_name_is_said_in_the_language_of_the_reader(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ours = test.staff("甲区担当", "coordinator", test.wards[0]).await;
        test.account(ours, "ours").await;
        let mut visitor = Visitor::signed_in(&test, "ours").await;
        test.post("/report", None, &[("kind", "not_seen"), ("what", "見かけない"), ("area", &test.wards[0].to_string())]).await;
        let list = visitor.open("/notices?show=all").await;
        let path = format!("/notices/{}", list.id_behind("/notices/"));

        let ja = visitor.open(&path).await.answer.body;
        visitor.lang = crate::lang::Lang::En;
        let en = visitor.open(&path).await.answer.body;

        assert!(ja.contains("地域の人 →"), "{ja}");
        assert!(en.contains("Somebody in the neighbourhood →") && !en.contains("地域の人"), "{en}");
        let (thread, put_right) = (ja.find("この気づきのゆくえ").unwrap(), ja.find("id=\"put-right\"").unwrap());
        assert!(thread < put_right, "the way of the notice is nothing to put right");
    }

    async fn a_form_with_an_error_comes_back_with_the_input_kept(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;

        let sent = test.post("/report", None, &[("kind", "not_seen"), ("what", "裏の家のこと")]).await;

        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(sent.body.contains("裏の家のこと"));
        assert!(sent.body.contains("選んでください"));
    }

    async fn only_those_who_triage_in_the_area_see_a_notice(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ours = test.staff("甲区担当", "coordinator", test.wards[0]).await;
        let theirs = test.staff("乙区担当", "coordinator", test.wards[1]).await;
        test.account(ours, "ours").await;
        test.account(theirs, "theirs").await;
        let public = test.public().await;
        let mut work = public.begin().await.unwrap();
        let reported = crate::notice::report(&public, &mut work, &form(&test, 0)).await.unwrap();
        work.commit("").await.unwrap();
        let path = format!("/notices/{}", reported.id);

        let seen = test.get(&path, Some(&test.sign_in("ours").await)).await;
        let hidden = test.get(&path, Some(&test.sign_in("theirs").await)).await;
        let nobody = test.get(&path, None).await;

        assert_eq!(seen.status, StatusCode::OK);
        assert!(seen.body.contains("新聞が3日分たまっている"));
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
        assert_eq!(nobody.location, format!("/sign-in?next={}", path.replace('/', "%2F")));
    }

    async fn a_decided_notice_refuses_another_decision_and_a_stale_one_says_so(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        let ctx = test.acting(staff).await;
        let mut work = ctx.begin().await.unwrap();
        let reported = crate::notice::report(&ctx, &mut work, &form(&test, 0)).await.unwrap();
        work.commit("").await.unwrap();
        let decision = TriageForm { outcome: "answered".to_owned(), note: "案内した".to_owned(), answer: "お知らせありがとう".to_owned(), ..TriageForm::default() };

        let mut work = ctx.begin().await.unwrap();
        let stale = crate::notice::triage(&ctx, &mut work, reported.id, &decision, 99).await;
        drop(work);
        let mut work = ctx.begin().await.unwrap();
        crate::notice::triage(&ctx, &mut work, reported.id, &decision, 1).await.unwrap();
        work.commit("").await.unwrap();
        let mut work = ctx.begin().await.unwrap();
        let again = crate::notice::triage(&ctx, &mut work, reported.id, &decision, 2).await;
        drop(work);

        assert!(matches!(stale, Err(Error::Stale { now: 1 })));
        assert!(matches!(again, Err(Error::Refused(_))));
    }

    async fn a_stale_decision_shows_what_stands_and_keeps_what_was_typed(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;
        let ctx = test.acting(staff).await;
        let mut work = ctx.begin().await.unwrap();
        let reported = crate::notice::report(&ctx, &mut work, &form(&test, 0)).await.unwrap();
        work.commit("").await.unwrap();
        let path = format!("/notices/{}", reported.id);
        let decide = |revision| [("outcome", "answered"), ("note", "電話で案内した"), ("answer", "ありがとう"), ("_revision", revision)];

        let other = test.post(&format!("{path}/read"), Some(&token), &[]).await;
        let stale = test.post(&format!("{path}/triage"), Some(&token), &decide("1")).await;
        let saved = test.post(&format!("{path}/triage"), Some(&token), &decide("2")).await;
        let late = test.post(&format!("{path}/triage"), Some(&token), &decide("2")).await;

        assert_eq!(other.status, StatusCode::SEE_OTHER);
        assert_eq!(stale.status, StatusCode::CONFLICT);
        for words in ["電話で案内した", "読みました（まだ決めていません）", "違いあり", "name=\"_revision\" value=\"2\""] {
            assert!(stale.body.contains(words), "{words}");
        }
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.body.contains("もう扱いが決まっています") && late.body.contains("電話で案内した"));
    }

    async fn the_same_form_sent_twice_is_one_notice(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ward = test.wards[0].to_string();
        let once = test.app.clock().new_id().to_string();
        let fields = [("kind", "not_seen"), ("what", "見かけない"), ("area", ward.as_str()), ("_once", once.as_str())];

        let first = test.post("/report", None, &fields).await;
        let second = test.post("/report", None, &fields).await;

        assert_eq!(first.location, second.location);
    }

    async fn a_receipt_of_another_municipality_is_a_number_that_nobody_got_here(db: TestDb) {
        let [here, there] = TestApp::neighbours(db.db.clone()).await;
        let receipt = steps::report(&Visitor::anyone(&there), "甲区", "新聞がたまっています").await;
        let asks = async |town: &TestApp, receipt: &str| {
            let answer = Visitor::anyone(town).open(&format!("/receipt?receipt={receipt}")).await;
            answer.words().replace(receipt, "")
        };
        let unknown = "5YY3-QYA4-KRT9";

        assert_eq!(asks(&here, &receipt).await, asks(&here, unknown).await);
        assert_ne!(asks(&there, &receipt).await, asks(&there, unknown).await);
    }
}
