//! A full disk: SQLite's own `SQLITE_FULL` from a file that may not grow, and
//! PostgreSQL's 53100. The test of the whole program lets the system refuse.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use sasae_core::id::Id;
use sasae_db::Engine;
use sasae_test::{TestDb, both_engines};
use scraper::{Html, Selector};

use crate::audit::{Verdict, store};
use crate::migrations::MIGRATIONS;
use crate::testing::{Answer, TENANT, TestApp};

/// From now on there is no room.
async fn fill(db: &TestDb) {
    let mut tx = db.db.begin(TENANT).await.unwrap();
    match db.db.engine() {
        Engine::Sqlite => {
            let [(pages,)] = tx.query_text::<(i64,)>("PRAGMA page_count", &[]).await.unwrap()[..] else { panic!() };
            tx.query_text::<(i64,)>(&format!("PRAGMA max_page_count = {pages}"), &[]).await.unwrap();
        }
        Engine::Postgres => {
            for text in [
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                 RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$",
                "CREATE TRIGGER no_room BEFORE INSERT ON audit FOR EACH STATEMENT EXECUTE FUNCTION no_room()",
            ] {
                tx.execute_text(text, &[]).await.unwrap();
            }
        }
    }
    tx.commit().await.unwrap();
}

/// Somebody has made room.
async fn clear(db: &TestDb) {
    let mut tx = db.db.begin(TENANT).await.unwrap();
    match db.db.engine() {
        Engine::Sqlite => {
            tx.query_text::<(i64,)>("PRAGMA max_page_count = 1000000", &[]).await.unwrap();
        }
        Engine::Postgres => {
            tx.execute_text("DROP TRIGGER no_room ON audit", &[]).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

async fn is_whole(db: &TestDb) -> bool {
    matches!(store::verify(&db.db, TENANT).await.unwrap(), Verdict::Whole { .. })
}

async fn count(db: &TestDb, what: &str) -> i64 {
    let mut read = db.db.read(TENANT).await.unwrap();
    read.query_text::<(i64,)>(&format!("SELECT count(*) FROM {what}"), &[]).await.unwrap()[0].0
}

/// Notices with whatever a notice comes with.
async fn notices(db: &TestDb) -> [i64; 4] {
    [
        count(db, "notice").await,
        count(db, "handover WHERE kind = 'notice'").await,
        count(db, "fact WHERE kind = 'notice_received'").await,
        count(db, "audit_look s JOIN notice n ON n.tenant = s.tenant AND n.id = s.subject_id WHERE verb = 'wrote'")
            .await,
    ]
}

/// The fields of the form that a page gives back.
fn fields_of(page: &str, action: &str) -> Vec<(String, String)> {
    let dom = Html::parse_document(page);
    let inputs = Selector::parse(&format!("form[action='{action}'] input[type=hidden]")).unwrap();
    let pair = |input: scraper::ElementRef<'_>| Some((input.attr("name")?.to_owned(), input.attr("value")?.to_owned()));
    dom.select(&inputs).filter_map(pair).collect()
}

async fn send_fields(test: &TestApp, path: &str, token: Option<&str>, fields: &[(String, String)]) -> Answer {
    let kept: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| name != "_csrf")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    test.post(path, token, &kept).await
}

/// What no page of the file has room for.
fn long_text() -> String {
    "新聞がたまっています。".repeat(180)
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_full_disk_gives_the_form_back_and_takes_it_once_when_there_is_room(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ward = test.wards[0].to_string();
        let first = test.post("/report", None, &[("kind", "not_seen"), ("area", &ward)]).await;
        let receipt = first.location.rsplit('=').next().unwrap().to_owned();
        let (once, text) = (test.app.clock().new_id().to_string(), long_text());
        let form = [("kind", "not_seen"), ("what", text.as_str()), ("area", &ward), ("_csrf", ""), ("_once", &once)];

        fill(&db).await;
        let refused = test.post("/report", None, &form).await;
        let again = test.post("/report", None, &form).await;
        let start = test.get("/", None).await;
        let asked = test.get(&format!("/receipt?receipt={receipt}"), None).await;
        let during = notices(&db).await;
        clear(&db).await;
        let fields = fields_of(&refused.body, "/report");
        let taken = send_fields(&test, "/report", None, &fields).await;
        let twice = send_fields(&test, "/report", None, &fields).await;

        for answer in [&refused, &again] {
            assert_eq!(answer.status, StatusCode::INSUFFICIENT_STORAGE);
            for words in ["受（う）けつけが できません", "もう一度（いちど） 送（おく）る", "href=\"/\"", "119番", &text] {
                assert!(answer.body.contains(words), "{words}");
            }
            for words in ["ディスク", "個人の記録", "今日の画面へ", "<p class=\"lines\">not_seen"] {
                assert!(!answer.body.contains(words), "{words}");
            }
        }
        assert_eq!((start.status, asked.status), (StatusCode::OK, StatusCode::OK), "what is only read still answers");
        assert!(asked.body.contains("届（とど）きました"));
        assert_eq!(during, [1; 4], "nothing is half written");
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
        assert_eq!(taken.location, twice.location);
        assert_eq!(notices(&db).await, [2; 4]);
        assert!(is_whole(&db).await);
    }

    async fn a_read_that_cannot_be_noted_is_not_answered(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;
        let ward = test.wards[0].to_string();
        let form = [("kind", "not_seen"), ("what", "青いカーテンの家"), ("area", ward.as_str())];
        let made = test.post("/notices", Some(&token), &form).await;
        let path = made.location.split('?').next().unwrap().to_owned();
        let id: Id = path.rsplit('/').next().unwrap().parse().unwrap();
        let looks = format!("audit WHERE detail LIKE '%read notice {id}%'");
        let before = count(&db, &looks).await;

        fill(&db).await;
        let mut shown = 0;
        // A row may still fit into the last page; in the end one does not.
        let refused = loop {
            let page = test.get(&path, Some(&token)).await;
            if page.status != StatusCode::OK {
                break page;
            }
            assert!(page.body.contains("青いカーテンの家"));
            shown += 1;
            assert!(shown < 500, "the disk was never full");
        };
        let api = test.get(&format!("/api{path}"), Some(&token)).await;
        let noted = count(&db, &looks).await;
        let figures = test.get("/account", Some(&token)).await;
        clear(&db).await;
        let after = test.get(&path, Some(&token)).await;

        assert_eq!(refused.status, StatusCode::INSUFFICIENT_STORAGE);
        assert!(!refused.body.contains("青いカーテンの家"), "without its audit row nothing leaves");
        assert!(refused.body.contains("個人の記録も開けません"));
        assert_eq!(api.status, StatusCode::INSUFFICIENT_STORAGE);
        assert!(!api.body.contains("青いカーテン") && api.body.contains("ディスクの空き"), "{}", api.body);
        assert_eq!(noted - before, shown, "as many looks are noted as were answered");
        assert_eq!(figures.status, StatusCode::OK, "a page without personal data still answers");
        assert_eq!(after.status, StatusCode::OK);
        assert!(is_whole(&db).await);
    }

    async fn a_draft_survives_a_full_disk_and_a_client_is_told_what_to_do(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;
        let (ward, text) = (test.wards[0].to_string(), long_text());
        let draft = [("kind", "not_seen"), ("what", "下書きの文"), ("area", &ward), ("_draft", "1"), ("_draft_key", "notice:new")];
        let kept = test.post("/notices", Some(&token), &draft).await;
        let body = serde_json::json!({ "kind": "not_seen", "what": text, "area": ward }).to_string();
        let key = test.app.clock().new_id().to_string();
        let call = || {
            Request::post("/api/notices")
                .header(header::AUTHORIZATION, format!("Bearer {token}"))
                .header(header::CONTENT_TYPE, "application/json")
                .header("idempotency-key", &key)
                .body(Body::from(body.clone()))
                .unwrap()
        };

        fill(&db).await;
        let refused = test.send(call()).await;
        let form = test.get("/notices/new", Some(&token)).await;
        clear(&db).await;
        let made = test.send(call()).await;
        let twice = test.send(call()).await;

        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
        assert_eq!(refused.status, StatusCode::INSUFFICIENT_STORAGE);
        let problem: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
        assert_eq!(problem["status"], 507);
        assert!(problem["detail"].as_str().unwrap().contains("同じ内容をもう一度送ってください"), "{problem}");
        assert!(form.body.contains("下書きの文"), "the draft is still there");
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        assert_eq!((twice.status, &twice.body), (made.status, &made.body), "the second call is answered like the first");
        assert_eq!(notices(&db).await, [1; 4]);
    }
}
