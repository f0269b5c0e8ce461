use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use sasae_test::{TestDb, both_engines};

use super::{PATH, bodies};
use crate::migrations::MIGRATIONS;
use crate::router;
use crate::testing::TestApp;

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
}
