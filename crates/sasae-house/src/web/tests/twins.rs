//! The same thing sent twice, at once or later: it is done once, and both are told of the same record.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures_util::future::join_all;
use sasae_db::args;
use sasae_test::{TestDb, both_engines};
use serde_json::{Value, json};

use crate::migrations::MIGRATIONS;
use crate::testing::{Answer, TENANT, TestApp};

/// A client of the API.
struct Client {
    test: TestApp,
    token: String,
}

impl Client {
    async fn new(db: &TestDb) -> Client {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;
        Client { test, token }
    }

    fn key(&self) -> String {
        self.test.app.clock().new_id().to_string()
    }

    async fn call(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .header("if-match", "1")
            .header("idempotency-key", key);
        self.test.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    async fn made(&self, path: &str, body: Value) -> String {
        let answer = self.call(path, &self.key(), &body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.body);
        serde_json::from_str::<Value>(&answer.body).unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn rows(&self, table: &str) -> i64 {
        let mut read = self.test.app.db().read(TENANT).await.unwrap();
        let text = format!("SELECT COUNT(*) AS rows FROM {table} WHERE tenant = ?1");
        let rows: Vec<(i64,)> = read.query_text(&text, args![TENANT]).await.unwrap();
        rows[0].0
    }
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_key_is_good_for_one_method_one_address_and_one_body(db: TestDb) {
        let client = Client::new(&db).await;
        let area = client.test.districts[0].to_string();
        let (key, body) = (client.key(), json!({ "kind": "not_seen", "what": "新聞", "area": area }));

        let first = client.call("/api/notices", &key, &body).await;
        let again = client.call("/api/notices", &key, &body).await;
        let other = client.call("/api/notices", &key, &json!({ "kind": "not_seen", "what": "雨戸", "area": area })).await;
        let elsewhere = client.call("/api/notices?again", &key, &body).await;
        let person = client.call("/api/persons", &key, &json!({ "family": "山川", "given": "ハナ", "area": area })).await;

        assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
        assert_eq!(first.body, again.body);
        for refused in [other, elsewhere, person] {
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
            assert!(refused.body.contains("送信番号"), "{}", refused.body);
        }
        assert_eq!((client.rows("notice").await, client.rows("person").await), (1, 0));
    }

    async fn a_form_sent_fifty_times_at_once_leads_everybody_to_one_record(db: TestDb) {
        let client = Client::new(&db).await;
        let (once, ward) = (client.key(), client.test.wards[0].to_string());
        let form = [("_once", once.as_str()), ("kind", "not_seen"), ("what", "新聞"), ("area", ward.as_str())];

        let sent = join_all((0..50).map(|_| client.test.post("/notices", Some(&client.token), &form))).await;

        let places: BTreeSet<&str> = sent.iter().map(|answer| answer.location.as_str()).collect();
        assert!(sent.iter().all(|answer| answer.status == StatusCode::SEE_OTHER), "{sent:?}");
        assert_eq!((places.len(), client.rows("notice").await), (1, 1), "{places:?}");
        let page = client.test.get(places.first().unwrap(), Some(&client.token)).await;
        assert_eq!(page.status, StatusCode::OK);
    }

    async fn two_who_do_the_same_in_the_same_moment_do_it_once(db: TestDb) {
        let client = Client::new(&db).await;
        let area = client.test.districts[0];
        let minsei = client.test.staff("民生", "minsei", area).await.to_string();
        let person = client.made("/api/persons", json!({ "family": "山川", "given": "ハナ", "area": area })).await;
        let intake = json!({
            "received_on": "2025-06-10", "channel": "phone", "area": area, "person": person, "from_whom": "self",
            "what": "食事が作れない", "urgency": "normal",
        });
        let consultation = client.made("/api/consultations", intake).await;
        let opening = json!({ "title": "食事", "persons": [person], "consultation": consultation, "area": area });
        let case = client.made("/api/cases", opening).await;
        let before = client.rows("case_role").await;

        let entrust = json!({ "staff": minsei, "from": "2025-06-10", "reason": "見守り" });
        let role = json!({ "staff": minsei, "role": "visit", "task": "訪問", "due_on": "2025-06-20" });
        for (path, body) in [(format!("/api/persons/{person}/entrustments"), entrust), (format!("/api/cases/{case}/roles"), role)] {
            let keys: Vec<String> = (0..8).map(|_| client.key()).collect();
            let all = join_all(keys.iter().map(|key| client.call(&path, key, &body))).await;
            let made = all.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
            let refused = all.iter().filter(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.body.contains("もう")).count();
            assert_eq!((made, refused), (1, 7), "{path}: {all:?}");
        }

        assert_eq!((client.rows("entrustment").await, client.rows("case_role").await - before), (1, 1));
    }
}
