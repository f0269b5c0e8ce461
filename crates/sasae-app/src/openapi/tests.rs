use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use sasae_test::{TestDb, both_engines};

use super::{PATH, answers, bodies};
use crate::migrations::MIGRATIONS;
use crate::testing::TestApp;
use crate::web::router;

both_engines! {
    migrations = MIGRATIONS;

    async fn the_served_description_names_every_route_of_the_api(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;

        let answer = test.get(PATH, None).await;
        let document: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let routes = router::routes(&test.app);

        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(document["openapi"], "3.1.0");
        let mut operations = BTreeSet::new();
        for route in routes.table().iter().filter(|route| route.path.starts_with("/api/")) {
            let operation = &document["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
            assert!(operation.is_object(), "{} {}", route.method, route.path);
            assert!(operations.insert(operation["operationId"].to_string()), "{operation}");
        }
        assert!(document["components"]["schemas"]["NoticeForm"]["properties"]["what"].is_object());
    }

    async fn every_step_of_the_api_has_its_body_described_and_no_body_lacks_a_step(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let routes = router::routes(&test.app);

        let steps: BTreeSet<&str> = routes
            .table()
            .iter()
            .filter(|route| route.method == Method::POST && route.path.starts_with("/api/"))
            .map(|route| route.path)
            .collect();
        let described: BTreeSet<&str> = bodies().iter().map(|(path, ..)| *path).collect();

        assert_eq!(steps, described);
    }

    async fn every_route_of_the_api_has_its_answer_described_and_every_reference_leads_somewhere(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let routes = router::routes(&test.app);
        let answer = test.get(PATH, None).await;
        let document: serde_json::Value = serde_json::from_str(&answer.body).unwrap();

        let mounted: BTreeSet<(String, &str)> = routes
            .table()
            .iter()
            .filter(|route| route.path.starts_with("/api/") && route.path != PATH)
            .map(|route| (route.method.to_string(), route.path))
            .collect();
        let described: BTreeSet<(String, &str)> =
            answers().iter().map(|answer| (answer.method.to_string(), answer.path)).collect();
        let references: BTreeSet<&str> = answer.body.split("#/components/schemas/").skip(1)
            .filter_map(|rest| rest.split('"').next()).collect();

        assert_eq!(mounted, described);
        assert!(references.len() > 30, "{references:?}");
        for name in references {
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
    }

    async fn an_idempotency_key_that_cannot_be_read_is_refused(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let request = axum::http::Request::post("/api/notices")
            .header("content-type", "application/json")
            .header("idempotency-key", "again")
            .body(axum::body::Body::from("{}"))
            .unwrap();

        let answer = test.send(request).await;

        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.body.contains("Idempotency-Key"), "{}", answer.body);
    }

    async fn a_form_too_large_to_be_read_gets_a_page_that_says_so(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let long = "あ".repeat(600_000);

        let answer = test.post("/report", None, &[("what", &long)]).await;

        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.body.contains("大きすぎます"), "{}", answer.body);
    }
}
