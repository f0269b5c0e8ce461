use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use sasae_test::{TestDb, both_engines};
use serde_json::{Value, json};

use super::{PATH, document};
use crate::migrations::MIGRATIONS;
use crate::route::Table;
use crate::testing::{TENANT, TestApp};
use crate::web::router;

async fn table_of(db: &TestDb) -> (TestApp, Table) {
    let test = TestApp::new(db.db.clone()).await;
    let table = router::routes(&test.app).table();
    (test, table)
}

/// The status codes of an operation.
fn statuses(document: &Value, path: &str, method: &str) -> BTreeSet<String> {
    document["paths"][path][method]["responses"].as_object().unwrap().keys().cloned().collect()
}

both_engines! {
    migrations = MIGRATIONS;

    async fn the_served_description_names_every_route_of_the_api(db: TestDb) {
        let (test, table) = table_of(&db).await;

        let answer = test.get(PATH, None).await;
        let again = test.get(PATH, None).await;
        let document: Value = serde_json::from_str(&answer.body).unwrap();

        assert_eq!((answer.status, &answer.body), (StatusCode::OK, &again.body));
        assert_eq!(document["openapi"], "3.1.0");
        let mut operations = BTreeSet::new();
        for route in table.iter() {
            assert_eq!(route.is_api(), route.describe.is_some(), "{}", route.act());
            if route.is_api() {
                let operation = &document["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
                assert!(operation.is_object(), "{}", route.act());
                assert!(operations.insert(operation["operationId"].to_string()), "{operation}");
            }
        }
        assert!(operations.len() > 60, "{operations:?}");
        assert!(document["components"]["schemas"]["NoticeForm"]["properties"]["what"].is_object());
    }

    async fn two_types_with_one_name_are_refused_and_every_reference_leads_somewhere(db: TestDb) {
        let (_, table) = table_of(&db).await;
        let document = document(&table).unwrap();
        let text = document.to_string();

        let references: BTreeSet<&str> = text.split("#/components/schemas/").skip(1)
            .filter_map(|rest| rest.split('"').next()).collect();

        assert!(references.len() > 30, "{references:?}");
        for name in references {
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
        mod other {
            #[derive(serde::Serialize, utoipa::ToSchema)]
            pub struct IdBody {
                pub number: i64,
            }
        }
        let mut schemas = super::Schemas::default();
        schemas.add(&crate::route::Content::json::<crate::web::api::IdBody>()).unwrap();
        schemas.add(&crate::route::Content::json::<crate::web::api::IdBody>()).unwrap();
        let refused = schemas.add(&crate::route::Content::json::<other::IdBody>()).unwrap_err();
        assert!(refused.to_string().contains("IdBody"), "{refused}");
    }

    async fn what_can_go_wrong_is_described_where_it_can(db: TestDb) {
        let (_, table) = table_of(&db).await;
        let document = document(&table).unwrap();
        let of = |path: &str, method: &str| statuses(&document, path, method);
        let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<BTreeSet<String>>();

        assert_eq!(of("/api/today", "get"), codes(&["200", "400", "401", "403", "default"]));
        assert_eq!(of("/api/cases", "get"), codes(&["200", "400", "401", "403", "default"]));
        assert_eq!(of("/api/persons/{id}", "get"), codes(&["200", "400", "401", "403", "404", "default"]));
        assert_eq!(
            of("/api/persons/{id}", "post"),
            codes(&["200", "400", "401", "403", "404", "409", "413", "422", "default"])
        );
        assert_eq!(of("/api/session", "post"), codes(&["201", "400", "401", "413", "422", "default"]));
        let parameters = &document["paths"]["/api/cases"]["get"]["parameters"];
        let names: Vec<&str> = parameters.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["show", "outcome", "from", "to", "order", "page"]);
        let agree = document["paths"]["/api/cases/{id}/agree"]["post"].to_string();
        assert!(agree.contains("If-Match") && !agree.contains("requestBody"), "{agree}");
    }

    async fn calls_with_one_key_at_once_lead_to_one_record(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;
        let key = test.app.clock().new_id().to_string();
        let json = format!("{{\"kind\": \"not_seen\", \"what\": \"新聞\", \"area\": \"{}\"}}", test.districts[0]);
        let call = || {
            Request::post("/api/notices")
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/json")
                .header("idempotency-key", &key)
                .body(Body::from(json.clone()))
                .unwrap()
        };

        let answers = futures_util::future::join_all((0..50).map(|_| test.send(call()))).await;

        let made: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).collect();
        assert_eq!(made.len(), 50, "{answers:?}");
        assert!(made.iter().all(|twin| twin.body == made[0].body), "{answers:?}");
        let ctx = test.acting(staff).await;
        let mut read = ctx.read().await.unwrap();
        let notices: Vec<(i64,)> =
            read.query_text("SELECT COUNT(*) AS notices FROM notice WHERE tenant = ?1", sasae_db::args![TENANT]).await.unwrap();
        assert_eq!(notices, [(1,)]);
    }

    async fn a_step_sent_twice_answers_alike_and_shows_only_what_may_be_seen_now(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        let officer = test.staff("区の担当", "ward_officer", test.wards[0]).await;
        test.account(staff, "ours").await;
        test.account(officer, "officer").await;
        let (token, officer) = (test.sign_in("ours").await, test.sign_in("officer").await);
        let area = test.districts[0];
        let call = async |token: &str, path: &str, key: &str, body: serde_json::Value| {
            let request = Request::post(path)
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .header("if-match", "1");
            test.send(request.body(Body::from(body.to_string())).unwrap()).await
        };
        let twice = async |path: &str, body: serde_json::Value| {
            let key = test.app.clock().new_id().to_string();
            let first = call(&token, path, &key, body.clone()).await;
            let second = call(&token, path, &key, body).await;
            assert!(first.status.is_success(), "{path}: {}", first.body);
            assert_eq!((second.status, &second.body), (first.status, &first.body), "{path}");
            serde_json::from_str::<serde_json::Value>(&first.body).unwrap()["id"].as_str().unwrap().to_owned()
        };

        let person = twice("/api/persons", json!({ "family": "山川", "given": "ハナ", "area": area })).await;
        let change = json!({ "family": "山川", "given": "ハナ子", "area": area });
        twice(&format!("/api/persons/{person}"), change.clone()).await;
        let intake = json!({
            "received_on": "2025-06-10", "channel": "phone", "area": area, "person": person, "from_whom": "self",
            "what": "食事が作れない", "urgency": "normal",
        });
        let consultation = twice("/api/consultations", intake).await;
        let opening = json!({ "title": "食事", "persons": [person], "consultation": consultation, "area": area });
        let case = twice("/api/cases", opening).await;
        let said = json!({ "contact_on": "2025-06-10", "kind": "safety_check", "method": "visit", "body": "会えた" });
        let contact = twice(&format!("/api/cases/{case}/contacts"), said).await;
        assert_ne!(contact, case, "the entry, not the case");
        twice("/api/lists/case/views", json!({ "name": "わたしの支援", "query": "show=open" })).await;

        // What was changed under a key is not told once the record is sealed.
        let key = test.app.clock().new_id().to_string();
        let other = twice("/api/persons", json!({ "family": "谷口", "given": "次郎", "area": area })).await;
        let path = format!("/api/persons/{other}");
        let change = json!({ "family": "谷口", "given": "一郎", "area": area });
        let changed = call(&token, &path, &key, change.clone()).await;
        let seal = json!({ "kind": "sealed", "reason": "abuse" });
        let sealed = call(&officer, &format!("{path}/restrictions"), &test.app.clock().new_id().to_string(), seal).await;
        let hidden = call(&token, &path, &key, change).await;

        assert_eq!((changed.status, sealed.status), (StatusCode::OK, StatusCode::CREATED), "{}{}", changed.body, sealed.body);
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
        assert!(!hidden.body.contains("谷口"), "{}", hidden.body);
    }

    async fn an_idempotency_key_that_cannot_be_read_is_refused(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let request = Request::post("/api/notices")
            .header("content-type", "application/json")
            .header("idempotency-key", "again")
            .body(Body::from("{}"))
            .unwrap();

        let answer = test.send(request).await;

        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.body.contains("Idempotency-Key"), "{}", answer.body);
    }

    async fn a_body_too_large_to_be_read_gets_the_page_or_the_problem_that_says_so(db: TestDb) {
        let (test, _) = table_of(&db).await;
        let long = "あ".repeat(600_000);
        let call = Request::post("/api/notices").header("content-type", "application/json");

        let page = test.post("/report", None, &[("what", &long)]).await;
        let problem = test.send(call.body(Body::from(long.clone())).unwrap()).await;
        let kept = test.post("/report", None, &[("what", "あ")]).await;

        assert_eq!((page.status, problem.status), (StatusCode::PAYLOAD_TOO_LARGE, StatusCode::PAYLOAD_TOO_LARGE));
        assert!(page.body.contains("送られた内容が大きすぎます") && page.body.contains("512 KB"), "{}", page.body);
        let problem: Value = serde_json::from_str(&problem.body).unwrap();
        assert_eq!((&problem["status"], &problem["limit"]), (&413.into(), &524_288.into()));
        assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
