//! Coming back: after the idle time, with an old cookie, with a form half sent.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use sasae_test::{TestDb, both_engines};
use scraper::{Html, Selector};

use super::{app_with_account, secret_of};
use crate::account::second_factor;
use crate::migrations::MIGRATIONS;
use crate::testing::{Answer, TestApp};

/// A request as a browser sends it: with the cookie it has, from the page on which the form stood.
async fn press(test: &TestApp, path: &str, cookie: &str, from: &str, fields: &[(String, String)]) -> Answer {
    let request = Request::post(path)
        .header(header::HOST, "sasae.example")
        .header(header::ORIGIN, "http://sasae.example")
        .header(header::REFERER, format!("http://sasae.example{from}"))
        .header(header::COOKIE, format!("sasae_session={cookie}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    test.send(request.body(Body::from(serde_html_form::to_string(fields).unwrap())).unwrap()).await
}

/// The hidden fields and the typed ones of the form that posts to an address.
fn fields_of(page: &str, action: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(page);
    let form = Selector::parse(&format!("form[action='{action}']")).unwrap();
    let input = Selector::parse("input[name]").unwrap();
    let form = page.select(&form).next().unwrap_or_else(|| panic!("no form {action}"));
    let of = |input: scraper::ElementRef<'_>| {
        let attr = |name| input.value().attr(name).unwrap_or_default().to_owned();
        (attr("name"), attr("value"))
    };
    form.select(&input).filter(|i| !matches!(i.value().attr("type"), Some("radio" | "checkbox"))).map(of).collect()
}

fn with(mut fields: Vec<(String, String)>, more: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

const MINE: [(&str, &str); 2] = [("login", "kou"), ("password", "correct horse")];

both_engines! {
    migrations = MIGRATIONS;

    async fn an_old_cookie_never_keeps_anyone_from_signing_in_or_reporting(db: TestDb) {
        let test = app_with_account(&db).await;
        let idle = test.sign_in("kou").await;
        test.clock.advance(SignedDuration::from_mins(31));
        let dead = "0".repeat(64);
        let ward = test.wards[0].to_string();

        for cookie in [dead.as_str(), idle.as_str()] {
            let straight = press(&test, "/sign-in", cookie, "/sign-in", &with(Vec::new(), &MINE)).await;
            assert_eq!(straight.location, "/today", "{}", straight.body);
            let page = test.get("/sign-in", Some(cookie)).await;
            let fields = with(fields_of(&page.body, "/sign-in"), &MINE);
            assert_eq!(press(&test, "/sign-in", cookie, "/sign-in", &fields).await.location, "/today");
            let report = [("kind", "not_seen"), ("what", "新聞"), ("area", ward.as_str()), ("_csrf", "")];
            let told = press(&test, "/report", cookie, "/", &with(Vec::new(), &report)).await;
            assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.body);
        }
        // A second tab in which the form for signing in still stands.
        let open = test.sign_in("kou").await;
        let second = press(&test, "/sign-in", &open, "/sign-in", &with(Vec::new(), &MINE)).await;
        assert_eq!(second.location, "/today", "{}", second.body);
    }

    async fn signing_in_again_ends_the_session_that_it_replaces(db: TestDb) {
        let test = app_with_account(&db).await;
        let first = test.sign_in("kou").await;
        let elsewhere = test.sign_in("kou").await;

        let second = press(&test, "/sign-in", &first, "/sign-in", &with(Vec::new(), &MINE)).await.token.unwrap();

        assert_eq!(test.get("/today", Some(&first)).await.status, StatusCode::SEE_OTHER);
        for open in [&second, &elsewhere] {
            assert_eq!(test.get("/today", Some(open)).await.status, StatusCode::OK);
        }
    }

    async fn a_login_name_forgives_case_and_width(db: TestDb) {
        let test = app_with_account(&db).await;

        for login in ["kou", "KOU", " Kou　", "ｋｏｕ", "ＫＯＵ"] {
            let answer = test.post("/sign-in", None, &[("login", login), ("password", "correct horse")]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{login:?}");
        }
    }

    async fn a_connection_without_encryption_is_told_why_it_cannot_sign_in(db: TestDb) {
        let test = app_with_account(&db).await.with_settings(|settings| settings.secure_cookies = true);
        let sign_in = async |host: &str, scheme: &str| {
            let request = Request::post("/sign-in")
                .header(header::HOST, host)
                .header(header::ORIGIN, format!("{scheme}://{host}"))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            test.send(request.body(Body::from("login=kou&password=correct+horse")).unwrap()).await
        };

        let office = sign_in("192.168.1.5:8080", "http").await;

        assert_eq!(office.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(office.body.contains("secure_cookies = false") && office.token.is_none(), "{}", office.body);
        for (host, scheme) in [("sasae.example", "https"), ("127.0.0.1:8080", "http"), ("localhost:8080", "http")] {
            assert_eq!(sign_in(host, scheme).await.status, StatusCode::SEE_OTHER, "{scheme}://{host}");
        }
        let allowed = test.with_settings(|settings| settings.secure_cookies = false);
        let page = allowed.get("/sign-in", None).await;
        assert!(page.body.contains("暗号化されない接続も使えます"), "{}", page.body);
    }

    async fn what_was_typed_when_the_session_had_ended_stands_in_its_form_again(db: TestDb) {
        let test = app_with_account(&db).await;
        let token = test.sign_in("kou").await;
        let form = test.get("/notices/new", Some(&token)).await;
        let typed = with(fields_of(&form.body, "/notices"), &[("what", "庭に洗濯物が出たまま")]);
        test.clock.advance(SignedDuration::from_mins(31));

        let ended = press(&test, "/notices", &token, "/notices/new", &typed).await;
        let sign_in = with(fields_of(&ended.body, "/sign-in"), &MINE);
        let led = press(&test, "/sign-in", &token, "/notices", &sign_in).await;
        let back = test.get(&led.location, led.token.as_deref()).await;

        assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
        assert!(ended.body.contains("庭に洗濯物が出たまま"), "{}", ended.body);
        assert_eq!(led.location, "/notices/new");
        assert!(back.body.contains("庭に洗濯物が出たまま") && back.body.contains("下書きから続けています"), "{}", back.body);
    }

    async fn it_goes_through_the_second_factor_and_is_sent_once_from_a_form_without_draft(db: TestDb) {
        let test = app_with_account(&db).await;
        let token = test.sign_in("kou").await;
        test.post("/account/second-factor", Some(&token), &[]).await;
        let secret = secret_of(&db).await;
        let code = |test: &TestApp| second_factor::code_at(&secret, "kou", test.clock.now());
        test.post("/account/second-factor/confirm", Some(&token), &[("code", &code(&test))]).await;
        let ward = test.wards[0].to_string();
        let once = test.app.clock().new_id().to_string();
        let csrf = crate::account::session::csrf_of(&token);
        let form = [("kind", "not_seen"), ("what", "新聞がたまっている"), ("area", ward.as_str()), ("_once", &once), ("_csrf", &csrf)];
        test.clock.advance(SignedDuration::from_mins(31));

        let ended = press(&test, "/notices", &token, "/notices", &with(Vec::new(), &form)).await;
        let asked = press(&test, "/sign-in", &token, "/notices", &with(fields_of(&ended.body, "/sign-in"), &MINE)).await;
        let pending = asked.token.clone().unwrap();
        let wrong = press(&test, "/sign-in/code", &pending, "/sign-in", &with(fields_of(&asked.body, "/sign-in/code"), &[("code", "000000")])).await;
        let given = with(fields_of(&wrong.body, "/sign-in/code"), &[("code", &code(&test))]);
        let kept = press(&test, "/sign-in/code", &pending, "/sign-in/code", &given).await;
        let fields = fields_of(&kept.body, "/notices");
        let sent = press(&test, "/notices", &pending, "/sign-in/code", &fields).await;
        let twice = press(&test, "/notices", &pending, "/sign-in/code", &fields).await;

        assert_eq!(asked.status, StatusCode::OK);
        assert!(kept.body.contains("新聞がたまっている"), "{}", kept.body);
        assert!(sent.location.starts_with("/notices/") && sent.location == twice.location, "{}", sent.body);
    }

    async fn signing_in_leads_on_through_the_second_factor(db: TestDb) {
        let test = app_with_account(&db).await;
        let token = test.sign_in("kou").await;
        test.post("/account/second-factor", Some(&token), &[]).await;
        let secret = secret_of(&db).await;
        let code = |test: &TestApp| second_factor::code_at(&secret, "kou", test.clock.now());
        test.post("/account/second-factor/confirm", Some(&token), &[("code", &code(&test))]).await;
        test.clock.advance(SignedDuration::from_secs(60));

        let asked = test.post("/sign-in", None, &[MINE[0], MINE[1], ("next", "/notices?page=2")]).await;
        let page = test.get(&asked.location, asked.token.as_deref()).await;
        let fields = with(fields_of(&page.body, "/sign-in/code"), &[("code", &code(&test))]);
        let led = press(&test, "/sign-in/code", asked.token.as_deref().unwrap(), "/sign-in", &fields).await;

        assert_eq!(led.location, "/notices?page=2", "{}", led.body);
    }

    async fn what_somebody_else_had_typed_is_not_handed_on(db: TestDb) {
        let test = app_with_account(&db).await;
        let other = test.staff("乙区担当", "coordinator", test.wards[1]).await;
        test.account(other, "otsu").await;
        let token = test.sign_in("kou").await;
        let form = test.get("/notices/new", Some(&token)).await;
        let typed = with(fields_of(&form.body, "/notices"), &[("what", "庭に洗濯物が出たまま")]);
        test.clock.advance(SignedDuration::from_mins(31));

        let ended = press(&test, "/notices", &token, "/notices/new", &typed).await;
        let sign_in = with(fields_of(&ended.body, "/sign-in"), &[("login", "otsu"), ("password", "correct horse")]);
        let led = press(&test, "/sign-in", &token, "/notices", &sign_in).await;
        let page = test.get("/notices/new", led.token.as_deref()).await;

        assert!(!page.body.contains("庭に洗濯物が出たまま") && !led.body.contains("庭に洗濯物が出たまま"));
    }
}
