//! Accounts as a browser sees them.

mod again;
mod attacks;

use axum::http::StatusCode;
use jiff::SignedDuration;
use sasae_core::id::Id;
use sasae_db::{args, sql};
use sasae_test::{TestDb, both_engines, contribute};

use crate::account::{second_factor, store};
use crate::migrations::MIGRATIONS;
use crate::testing::{TENANT, TestApp};
use crate::tests::samples::{ALL, POSTS, Samples, at};

/// An id that no record has.
const NOBODY: &str = "0198f000-0000-7000-8000-000000000000";

async fn app_with_account(db: &TestDb) -> TestApp {
    let test = TestApp::new(db.db.clone()).await;
    let staff = test.staff("甲区担当", "coordinator", test.wards[0]).await;
    test.account(staff, "kou").await;
    test
}

async fn secret_of(db: &TestDb) -> String {
    let mut read = db.db.read(TENANT).await.unwrap();
    let rows: Vec<(String,)> =
        read.query_text("SELECT totp_secret FROM account WHERE tenant = ?1", args![TENANT]).await.unwrap();
    rows[0].0.clone()
}

async fn attempt(test: &TestApp, password: &str) -> StatusCode {
    test.post("/sign-in", None, &[("login", "kou"), ("password", password)]).await.status
}

contribute!(Samples::of("account", |_| {
    let signed_in = "lead officer supervisor minsei city system far gone";
    vec![
        at("/sign-in", "/sign-in?next=/today", signed_in).leads("/today"),
        at("/sign-in/code", "/sign-in/code", signed_in),
        at("/language", "/language?to=ja&back=/today", ALL).leads("/today"),
        at("/account", "/account", POSTS),
    ]
}));

both_engines! {
    migrations = MIGRATIONS;

    async fn signing_in_leads_nowhere_else_and_knows_no_login_that_cannot_be(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let mine = [("login", "ours"), ("password", "correct horse")];
        for elsewhere in ["//host/x", "/\t/host/x", "/\n/host", "\\\\host", "/ /host", "https://host/"] {
            let answer = test.post("/sign-in", None, &[mine[0], mine[1], ("next", elsewhere)]).await;
            assert_eq!(answer.location, "/today", "{elsewhere:?}");
        }
        assert_eq!(test.get("/language?to=en&back=/%09/host/x", None).await.location, "/today");
        assert_eq!(test.post("/sign-in", None, &[mine[0], mine[1], ("next", "/notices?page=2")]).await.location, "/notices?page=2");

        let odd = test.post("/sign-in", None, &[("login", "no\0body"), ("password", "correct horse")]).await;

        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", odd.body);
    }

    async fn wrong_passwords_lock_for_a_delay_that_grows(db: TestDb) {
        let test = app_with_account(&db).await;

        for _ in 0..5 {
            assert_eq!(attempt(&test, "wrong").await, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let locked = attempt(&test, "correct horse").await;
        test.clock.advance(SignedDuration::from_secs(31));
        let open_again = attempt(&test, "correct horse").await;

        assert_eq!(locked, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(open_again, StatusCode::SEE_OTHER);
    }

    async fn an_idle_session_ends_and_so_does_one_that_was_signed_out(db: TestDb) {
        let test = app_with_account(&db).await;
        let idle = test.sign_in("kou").await;
        let left = test.sign_in("kou").await;

        test.post("/sign-out", Some(&left), &[]).await;
        let after_leaving = test.get("/today", Some(&left)).await;
        let before = test.get("/today", Some(&idle)).await;
        test.clock.advance(SignedDuration::from_mins(31));
        let after = test.get("/today", Some(&idle)).await;

        assert_eq!(before.status, StatusCode::OK);
        assert_eq!(after_leaving.status, StatusCode::SEE_OTHER);
        assert_eq!(after.status, StatusCode::SEE_OTHER);
    }

    async fn a_form_without_the_token_of_its_session_is_refused(db: TestDb) {
        let test = app_with_account(&db).await;
        let token = test.sign_in("kou").await;

        let forged = test
            .send(
                axum::http::Request::post("/sign-out")
                    .header("cookie", format!("sasae_session={token}"))
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body("_csrf=0000".into())
                    .unwrap(),
            )
            .await;
        let still_in = test.get("/today", Some(&token)).await;

        assert_eq!(forged.status, StatusCode::FORBIDDEN);
        assert_eq!(still_in.status, StatusCode::OK);
    }

    async fn the_second_factor_is_asked_for_and_a_code_works_once(db: TestDb) {
        let test = app_with_account(&db).await;
        let first = test.sign_in("kou").await;
        test.post("/account/second-factor", Some(&first), &[]).await;
        let secret = secret_of(&db).await;
        let code = |test: &TestApp| second_factor::code_at(&secret, "kou", test.clock.now());
        let confirmed = test.post("/account/second-factor/confirm", Some(&first), &[("code", &code(&test))]).await;
        test.clock.advance(SignedDuration::from_secs(60));

        let pending = test.sign_in("kou").await;
        let not_yet = test.get("/today", Some(&pending)).await;
        let right = test.post("/sign-in/code", Some(&pending), &[("code", &code(&test))]).await;
        let now_in = test.get("/today", Some(&pending)).await;
        let second = test.sign_in("kou").await;
        let replayed = test.post("/sign-in/code", Some(&second), &[("code", &code(&test))]).await;
        let recovery = confirmed.body.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
        let recovered = test.post("/sign-in/code", Some(&second), &[("code", &recovery)]).await;
        let third = test.sign_in("kou").await;
        let twice = test.post("/sign-in/code", Some(&third), &[("code", &recovery)]).await;

        assert_eq!(not_yet.status, StatusCode::SEE_OTHER);
        assert_eq!(right.location, "/today");
        assert_eq!(now_in.status, StatusCode::OK);
        assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(recovered.location, "/today");
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_client_of_the_api_gets_a_bearer_token(db: TestDb) {
        let test = app_with_account(&db).await;
        let sign_in = |password: &'static str| {
            axum::http::Request::post("/api/session")
                .header("content-type", "application/json")
                .body(format!("{{\"login\":\"kou\",\"password\":\"{password}\"}}").into())
                .unwrap()
        };

        let wrong = test.send(sign_in("wrong")).await;
        let right = test.send(sign_in("correct horse")).await;
        let token = right.body.split('"').nth(3).unwrap();
        let list = test
            .send(
                axum::http::Request::get("/api/notices")
                    .header("authorization", format!("Bearer {token}"))
                    .body(axum::body::Body::empty())
                    .unwrap(),
            )
            .await;

        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(wrong.body.contains("\"status\":401"), "{}", wrong.body);
        assert_eq!(list.status, StatusCode::OK);
        assert_eq!(list.body, "[]");
    }

    async fn every_route_has_a_gate_and_only_the_named_ones_are_public(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let table = crate::web::router::routes(&test.app).table();

        let public: Vec<String> = table
            .iter()
            .filter(|route| route.gate == crate::web::Gate::Public)
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        let mut closed = 0;
        for route in table.iter().filter(|route| route.gate != crate::web::Gate::Public) {
            let path = route.path.replace("{kind}", "case");
            let path: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part }).collect();
            let path = path.join("/");
            let request = axum::http::Request::builder().method(route.method.clone()).uri(&path);
            let answer = test.send(request.body(axum::body::Body::empty()).unwrap()).await;
            let sent_away = answer.location.starts_with("/sign-in") || answer.status == StatusCode::UNAUTHORIZED;
            assert!(sent_away, "{} {path} answered {}", route.method, answer.status);
            closed += 1;
        }

        assert!(closed > 150, "{closed} of {}", table.iter().count());
        assert_eq!(
            public,
            [
                "GET /assets/{name}",
                "GET /sign-in",
                "POST /sign-in",
                "POST /api/session",
                "GET /language",
                "GET /",
                "POST /report",
                "GET /report/done",
                "GET /receipt",
                "GET /api/openapi.json",
            ]
        );
    }

    async fn everywhere_one_is_signed_in_is_reached_page_by_page(db: TestDb) {
        let test = app_with_account(&db).await;
        let token = test.sign_in("kou").await;
        let ctx = test.system().await;
        let mut work = ctx.begin().await.unwrap();
        let account: Id = work.scalar(sql!("SELECT account_id FROM session WHERE tenant = ?1"), args![TENANT]).await.unwrap();
        for number in 1..=60_u8 {
            let (at, until) = (ctx.now(), ctx.now() + SignedDuration::from_hours(9));
            let agent = format!("端末{number:02}");
            store::insert_session(&mut work, TENANT, &[number; 32], account, at, until, false, &agent).await.unwrap();
        }
        work.commit("").await.unwrap();

        let first = test.get("/account", Some(&token)).await.body;
        let second = test.get("/account?page=2", Some(&token)).await.body;
        let strange = test.get("/account?page=-1", Some(&token)).await.status;

        assert!(first.contains("1–40件目（つづきがあります）") && first.contains("/account?page=2#sessions"), "{first}");
        for number in 1..=60 {
            let agent = format!("端末{number:02}");
            assert_ne!(first.contains(&agent), second.contains(&agent), "{agent} stands on one page");
        }
        assert_eq!(strange, StatusCode::BAD_REQUEST);
    }
}
