//! What those who try get: nothing, and no more of it the faster they try.

use std::collections::BTreeSet;
use std::future::{Future as _, poll_fn};
use std::task::Poll;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use futures_util::future::join_all;
use jiff::SignedDuration;
use sasae_db::args;
use sasae_test::{TestDb, both_engines};

use super::{app_with_account, attempt, secret_of};
use crate::account::second_factor;
use crate::audit::{in_words, verify};
use crate::lang::Lang;
use crate::migrations::MIGRATIONS;
use crate::testing::{Answer, TENANT, TestApp};
use crate::web::router;

/// The number in a column of the only account.
async fn number(db: &TestDb, column: &str) -> i64 {
    let mut read = db.db.read(TENANT).await.unwrap();
    let text = format!("SELECT {column} AS number FROM account WHERE tenant = ?1");
    let rows: Vec<(i64,)> = read.query_text(&text, args![TENANT]).await.unwrap();
    rows[0].0
}

/// The acts of the trail that touch the account, oldest first.
async fn acts(db: &TestDb) -> Vec<String> {
    let mut read = db.db.read(TENANT).await.unwrap();
    let text = "SELECT act FROM audit WHERE tenant = ?1 AND act LIKE '%#%' ORDER BY seq";
    let rows: Vec<(String,)> = read.query_text(text, args![TENANT]).await.unwrap();
    rows.into_iter().map(|(act,)| act).collect()
}

/// An account with a second factor in use; gives its secret.
async fn with_factor(db: &TestDb, test: &TestApp) -> String {
    let token = test.sign_in("kou").await;
    test.post("/account/second-factor", Some(&token), &[]).await;
    let secret = secret_of(db).await;
    let code = second_factor::code_at(&secret, "kou", test.clock.now());
    let confirmed = test.post("/account/second-factor/confirm", Some(&token), &[("code", &code)]).await;
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.body);
    test.clock.advance(SignedDuration::from_secs(60));
    secret
}

async fn sign_in_from(test: &TestApp, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::post("/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    test.send(request.body(Body::from("login=kou&password=correct+horse")).unwrap()).await
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_hundred_wrong_passwords_at_once_lock_the_account(db: TestDb) {
        let test = app_with_account(&db).await;

        let guesses = join_all((0..100).map(|_| attempt(&test, "wrong"))).await;
        let right = attempt(&test, "correct horse").await;
        test.clock.advance(SignedDuration::from_hours(2));
        let later = attempt(&test, "correct horse").await;

        assert!(guesses.iter().all(|status| *status != StatusCode::SEE_OTHER), "{guesses:?}");
        assert_eq!(right, StatusCode::UNPROCESSABLE_ENTITY, "locked");
        assert_eq!(later, StatusCode::SEE_OTHER);
        // Of what was tried while it rested the trail knows as well.
        let acts = acts(&db).await;
        let count = |word: &str| acts.iter().filter(|act| act.ends_with(word)).count();
        assert!(count("#failed") >= 5 && count("#locked") >= 1, "{acts:?}");
        assert_eq!(count("#failed") + count("#locked"), guesses.iter().filter(|s| **s == StatusCode::UNPROCESSABLE_ENTITY).count() + 1);
    }

    async fn where_too_many_wait_to_be_let_in_one_is_told_when_to_come_again(db: TestDb) {
        let test = app_with_account(&db).await;
        let hashing = test.app.hashing().clone();
        // Everyone who hashes, and everyone who waits in line, until there is no place any more.
        let mut all = Vec::new();
        loop {
            let mut turn = Box::pin(hashing.turn());
            let looked = poll_fn(|context| Poll::Ready(turn.as_mut().poll(context))).await;
            match looked {
                Poll::Ready(Ok(turn)) => all.push((Some(turn), None)),
                Poll::Pending => all.push((None, Some(turn))),
                Poll::Ready(Err(_)) => break,
            }
        }

        let busy = test.post("/sign-in", None, &[("login", "kou"), ("password", "correct horse")]).await;
        let api = Request::post("/api/session").header("content-type", "application/json");
        let api = test.send(api.body(Body::from("{\"login\":\"kou\",\"password\":\"correct horse\"}")).unwrap()).await;
        drop(all);
        let later = attempt(&test, "correct horse").await;

        for answer in [&busy, &api] {
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
            assert_eq!(answer.headers[header::RETRY_AFTER], "5");
        }
        assert!(busy.body.contains("込み合っています") && busy.body.contains("value=\"kou\""), "{}", busy.body);
        assert_eq!(later, StatusCode::SEE_OTHER);
    }

    async fn wrong_codes_lock_the_second_factor_behind_a_right_password(db: TestDb) {
        let test = app_with_account(&db).await;
        let secret = with_factor(&db, &test).await;
        let pending = test.sign_in("kou").await;

        let guesses = join_all((0..100).map(|n| {
            let code = format!("{n:06}");
            let (test, pending) = (&test, &pending);
            async move { test.post("/sign-in/code", Some(pending), &[("code", &code)]).await.status }
        }))
        .await;
        let failed = number(&db, "factor_failed").await;
        // The right password is right still, and forgets nothing.
        let again = test.sign_in("kou").await;
        let code = second_factor::code_at(&secret, "kou", test.clock.now());
        let locked = test.post("/sign-in/code", Some(&again), &[("code", &code)]).await;
        let kept = number(&db, "factor_failed").await;
        test.clock.advance(SignedDuration::from_secs(90));
        let code = second_factor::code_at(&secret, "kou", test.clock.now());
        let open = test.post("/sign-in/code", Some(&again), &[("code", &code)]).await;

        assert!(guesses.iter().all(|status| *status == StatusCode::UNPROCESSABLE_ENTITY), "{guesses:?}");
        assert_eq!((failed, kept), (5, 5), "the sixth was not looked at any more");
        assert_eq!(locked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(open.status, StatusCode::SEE_OTHER);
        assert_eq!(number(&db, "factor_failed").await, 0);
    }

    async fn a_code_given_in_two_sessions_at_once_opens_one(db: TestDb) {
        let test = app_with_account(&db).await;
        let secret = with_factor(&db, &test).await;
        let mut sessions = Vec::new();
        for _ in 0..4 {
            sessions.push(test.sign_in("kou").await);
        }
        let code = second_factor::code_at(&secret, "kou", test.clock.now());

        let fields = [("code", code.as_str())];
        let given = join_all(sessions.iter().map(|token| test.post("/sign-in/code", Some(token), &fields))).await;

        let opened = given.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
        assert_eq!(opened, 1, "{given:?}");
    }

    async fn the_api_counts_wrong_codes_as_well(db: TestDb) {
        let test = app_with_account(&db).await;
        let secret = with_factor(&db, &test).await;
        let call = async |code: &str| {
            let body = format!("{{\"login\":\"kou\",\"password\":\"correct horse\",\"code\":\"{code}\"}}");
            let request = Request::post("/api/session").header("content-type", "application/json");
            test.send(request.body(Body::from(body)).unwrap()).await.status
        };

        for _ in 0..5 {
            assert_eq!(call("000000").await, StatusCode::UNAUTHORIZED);
        }
        let right = second_factor::code_at(&secret, "kou", test.clock.now());
        let locked = call(&right).await;
        test.clock.advance(SignedDuration::from_secs(60));
        let right = second_factor::code_at(&secret, "kou", test.clock.now());

        assert_eq!(locked, StatusCode::UNAUTHORIZED);
        assert_eq!(call(&right).await, StatusCode::CREATED);
    }

    async fn a_screen_left_open_is_not_enough_to_change_password_or_second_factor(db: TestDb) {
        let test = app_with_account(&db).await;
        with_factor(&db, &test).await;
        let token = test.sign_in("kou").await;
        let secret = secret_of(&db).await;
        let code = second_factor::code_at(&secret, "kou", test.clock.now());
        test.post("/sign-in/code", Some(&token), &[("code", &code)]).await;
        let token = Some(token.as_str());

        let without = test.post("/account/second-factor/stop", token, &[]).await;
        let still = secret_of(&db).await;
        let mut wrong = Vec::new();
        for _ in 0..4 {
            wrong.push(test.post("/account/password", token, &[("old", "wrong"), ("password", "battery staple and more")]).await);
        }
        let resting = test.post("/account/password", token, &[("old", "correct horse"), ("password", "battery staple and more")]).await;
        test.clock.advance(SignedDuration::from_secs(40));
        let stopped = test.post("/account/second-factor/stop", token, &[("factor_password", "correct horse")]).await;
        let changed = test.post("/account/password", token, &[("old", "correct horse"), ("password", "battery staple and more")]).await;

        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.body.contains("いまのパスワードがちがいます"), "{}", without.body);
        assert_eq!(still, secret);
        assert!(wrong.iter().all(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY));
        assert_eq!(resting.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(resting.body.contains("しばらく使えません"), "{}", resting.body);
        assert_eq!((stopped.location.as_str(), changed.location.as_str()), ("/account", "/account"), "{}{}", stopped.body, changed.body);
    }

    async fn a_password_that_everybody_tries_first_is_refused_beside_its_field(db: TestDb) {
        let test = app_with_account(&db).await;
        let token = test.sign_in("kou").await;

        for common in ["1234567890", "password123", "qwertyuiop", "試験市試験市試験市試験市", "甲区担当甲区担当甲区担当"] {
            let answer = test.post("/account/password", Some(&token), &[("old", "correct horse"), ("password", common)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{common}");
            assert!(answer.body.contains("すぐ当てられるもの"), "{common}: {}", answer.body);
        }
    }

    async fn a_page_of_another_site_signs_nobody_in(db: TestDb) {
        let test = app_with_account(&db).await;
        let host = ("host", "sasae.example");

        for headers in [
            &[host, ("origin", "https://evil.example")][..],
            &[host, ("origin", "null")],
            &[host, ("origin", "https://sasae.example.evil.example")],
            &[host, ("origin", "https://sasae.example"), ("sec-fetch-site", "cross-site")],
        ] {
            let answer = sign_in_from(&test, headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
            assert!(answer.token.is_none() && answer.body.contains("別のサイト"), "{}", answer.body);
        }
        for headers in [
            &[][..],
            &[host, ("origin", "https://sasae.example")],
            &[("host", "Sasae.example:443"), ("origin", "https://sasae.example")],
            &[("host", "inner:8080"), ("origin", "https://sasae.example"), ("sec-fetch-site", "same-origin")],
        ] {
            assert_eq!(sign_in_from(&test, headers).await.status, StatusCode::SEE_OTHER, "{headers:?}");
        }
        let behind = test.with_settings(|settings| settings.origin = "https://sasae.example/".to_owned());
        let answer = sign_in_from(&behind, &[("host", "inner:8080"), ("origin", "https://sasae.example")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "the host was rewritten by a proxy");
    }

    async fn the_trail_tells_how_each_attempt_ended(db: TestDb) {
        let test = app_with_account(&db).await;
        attempt(&test, "wrong").await;
        test.post("/sign-in", None, &[("login", "nobody"), ("password", "correct horse")]).await;
        let token = test.sign_in("kou").await;
        test.post("/sign-out", Some(&token), &[]).await;
        for _ in 0..5 {
            attempt(&test, "wrong").await;
        }
        attempt(&test, "correct horse").await;

        let acts = acts(&db).await;
        let table = router::routes(&test.app).table();
        let words = |at: usize| in_words(&table, &acts[at], "wrote", Lang::Ja);

        assert_eq!(acts[..4], ["POST /sign-in#failed", "POST /sign-in#unknown", "POST /sign-in#signed_in", "POST /sign-out#signed_out"]);
        assert_eq!(acts.last().unwrap(), "POST /sign-in#locked");
        assert_eq!(words(0), "サインイン：パスワードがちがった");
        let different: BTreeSet<String> = (0..4).map(words).collect();
        assert_eq!(different.len(), 4, "{different:?}");
        assert!(matches!(verify(&db.db, TENANT).await.unwrap(), crate::audit::Verdict::Whole { .. }));
    }
}
