//! The list of messages: whose they are, page by page, and by conditions.

use axum::http::StatusCode;
use sasae_test::{TestDb, both_engines};

use super::*;
use crate::migrations::MIGRATIONS;

/// A city in which one who reports has told a triager of so many concerns: the post, and both signed in.
async fn told(db: &TestDb, times: usize) -> (Post, String, String) {
    let post = Post::new(db.db.clone()).await;
    post.triager("担当 花", 0, "ours@city.example.jp").await;
    let reporter = post.test.staff("相談員", "coordinator", post.test.wards[0]).await;
    post.test.account(reporter, "reporter").await;
    let system = post.test.staff("係", "system_officer", post.test.city).await;
    post.test.account(system, "system").await;
    let theirs = post.test.acting(reporter).await;
    let mut work = theirs.begin().await.unwrap();
    for _ in 0..times {
        notice::report(&theirs, &mut work, &concern(&post.test)).await.unwrap();
    }
    work.commit("").await.unwrap();
    let tokens = (post.test.sign_in("reporter").await, post.test.sign_in("system").await);
    (post, tokens.0, tokens.1)
}

/// The messages to which a page leads.
fn on_page(body: &str) -> Vec<String> {
    let found = body.split("href=\"/messages/0").skip(1);
    found.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

both_engines! {
    migrations = MIGRATIONS;

    async fn the_messages_come_page_by_page_each_once_on_the_page_and_in_the_api(db: TestDb) {
        let (post, token, _) = told(&db, 95).await;
        let mut seen = Vec::new();

        for (page, words) in [(1, "1–40件目／95件"), (2, "41–80件目／95件"), (3, "81–95件目／95件")] {
            let shown = post.test.get(&format!("/messages?page={page}"), Some(&token)).await.body;
            assert!(shown.contains(words), "{words}");
            seen.extend(on_page(&shown));
        }
        let first = post.test.get("/api/messages", Some(&token)).await;
        let last = post.test.get("/api/messages?page=3", Some(&token)).await;

        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 95);
        for (answer, rows, way) in [(first, 40, "<?page=2>; rel=\"next\""), (last, 15, "<?page=2>; rel=\"prev\"")] {
            let all: Vec<serde_json::Value> = serde_json::from_str(&answer.body).unwrap();
            assert_eq!(all.len(), rows);
            assert_eq!((&answer.headers["x-total-count"], &answer.headers["link"]), (&"95".parse().unwrap(), &way.parse().unwrap()));
        }
    }

    async fn a_sender_finds_their_own_and_whoever_oversees_finds_all_by_every_condition(db: TestDb) {
        let (post, token, system) = told(&db, 3).await;
        report(&post.test).await;
        let reporter = post.test.get("/messages", Some(&token)).await.body;
        let one = format!("/messages/0{}", on_page(&reporter)[0]);
        post.test.post(&format!("{one}/withdraw"), Some(&token), &[]).await;
        let mut read = post.test.app.db().read(TENANT).await.unwrap();
        let handover: Id = read.scalar(sql!("SELECT handover_id FROM message WHERE tenant = ?1 AND created_by IS NULL"), args![TENANT]).await.unwrap();
        drop(read);
        let rows = async |query: &str, token: &str| on_page(&post.test.get(&format!("/messages{query}"), Some(token)).await.body).len();

        for (query, theirs, all) in [
            ("", 3, 4), ("state=waiting", 2, 3), ("state=withdrawn", 1, 1), ("state=undelivered", 0, 0),
            ("occasion=notice_received", 3, 4), ("channel=mail&order=oldest", 3, 4), ("channel=sheet", 0, 0),
            ("from=2025-06-10&to=2025-06-10", 3, 4), ("from=2025-06-11", 0, 0), ("to=2025-06-09", 0, 0),
            (&format!("handover={handover}"), 0, 1),
        ] {
            assert_eq!(rows(&format!("?{query}"), &token).await, theirs, "{query}");
            assert_eq!(rows(&format!("?show=all&{query}"), &system).await, all, "{query}");
        }
        let [page, api, view] = [
            post.test.get("/messages?show=all", Some(&token)).await,
            post.test.get("/api/messages?show=all", Some(&token)).await,
            post.test.post("/lists/message/views", Some(&token), &[("name", "すべて"), ("query", "show=all")]).await,
        ];

        assert_eq!([page.status, api.status, view.status], [StatusCode::NOT_FOUND; 3]);
        assert!(!reporter.contains("show=all") && reporter.contains("自分の受け取り方を決める"));
        assert_eq!(rows("", &system).await, 0, "whoever oversees has sent none");
    }

    async fn what_a_sender_sees_is_saved_as_a_view_and_taken_out_as_a_file_without_addresses(db: TestDb) {
        let (post, token, _) = told(&db, 2).await;

        let saved = post.test.post("/lists/message/views", Some(&token), &[("name", "待っているもの"), ("query", "state=waiting")]).await;
        let shown = post.test.get("/messages", Some(&token)).await.body;
        let fields = [("format", "csv"), ("purpose", "届いたかを確かめる"), ("query", "state=waiting")];
        let asked = post.test.post("/lists/message/export", Some(&token), &fields).await;
        let file = post.test.get(&format!("{}/file", asked.location), Some(&token)).await.body;

        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        assert!(shown.contains("待っているもの") && shown.contains("/messages?state=waiting"));
        assert_eq!(file.lines().count(), 3, "{file}");
        assert!(file.contains("担当 花") && !file.contains("ours@city.example.jp"), "{file}");
    }
}
