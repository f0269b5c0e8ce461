//! A file from being sent to being erased.

use axum::http::{StatusCode, header};
use sasae_test::{TestDb, both_engines};

use super::{Town, picture};
use crate::account::session::csrf_of;
use crate::audit::store::list_looks;
use crate::case::{self, CloseForm};
use crate::migrations::MIGRATIONS;
use crate::testing::{PNG, TENANT};

both_engines! {
    migrations = MIGRATIONS;

    async fn a_picture_is_shown_on_the_page_of_its_record_and_every_look_is_noted(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let fields = [("note", "玄関の段差 <40cm>")];

        for kind in ["notice", "consultation", "case", "person"] {
            let added = town.test.post_file(&town.files_of(kind), town.token("lead"), &fields, ("玄関.png", PNG)).await;
            let file = town.list("lead", kind).await[0].0;
            let record = town.files_of(kind).rsplit('/').next().unwrap().parse().unwrap();
            let path = match kind {
                "notice" => format!("/notices/{record}"),
                "consultation" => format!("/consultations/{record}"),
                "case" => format!("/cases/{record}"),
                _ => format!("/persons/{record}"),
            };
            let page = town.test.get(&path, town.token("officer")).await;
            let opened = town.open("officer", file).await;

            assert_eq!(added.location, format!("{}?done=added", town.files_of(kind)));
            let shown = format!("<img src=\"/files/{file}\" alt=\"玄関の段差 &lt;40cm&gt;\"");
            assert!(page.body.contains(&shown), "{kind}: {}", page.body);
            assert_eq!((opened.status, opened.bytes.as_slice()), (StatusCode::OK, PNG));
            let mut read = db.db.read(TENANT).await.unwrap();
            for looked in [file, record] {
                let looks = list_looks(&mut read, TENANT, looked, (0, 20)).await.unwrap();
                let noted = |act: &str, verb: &str, who: &str| {
                    looks.iter().any(|look| look.act == act && look.verb == verb && look.actor_label == who)
                };
                assert!(noted("GET /files/{id}", "read", "officerさん"), "{looks:?}");
                assert!(noted("POST /files/of/{kind}/{record}", "wrote", "leadさん"), "{looks:?}");
            }
        }
    }

    async fn nothing_is_served_as_something_that_a_browser_runs(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let pdf = b"%PDF-1.4\n1 0 obj\n<script>alert(1)</script>".as_slice();
        let name = "同意書 \"写し\".pdf";

        for (file, kind, begins) in [
            (town.add("lead", "case", ("写真.png", PNG)).await, "image/png", "inline; "),
            (town.add("lead", "case", (name, pdf)).await, "application/pdf", "attachment; "),
            (town.add("lead", "case", ("表.csv", b"a,b\n=1+1,2\n")).await, "text/csv", "attachment; "),
            (town.add("lead", "case", ("記録.txt", "面談の記録".as_bytes())).await, "text/plain", "attachment; "),
        ] {
            let answer = town.open("lead", file).await;
            let header = |name: header::HeaderName| answer.headers[name].to_str().unwrap();

            assert_eq!(header(header::CONTENT_TYPE), kind);
            assert!(header(header::CONTENT_DISPOSITION).starts_with(begins), "{answer:?}");
            assert_eq!(answer.policy, "sandbox; default-src 'none'");
            assert_eq!(header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
            assert_eq!(header(header::CACHE_CONTROL), "no-store");
            assert_eq!(answer.headers["cross-origin-resource-policy"], "same-origin");
            assert!(answer.headers.get(header::CONTENT_ENCODING).is_none());
        }
        let files = town.list("lead", "case").await;
        let answer = town.open("lead", files[2].0).await;
        assert_eq!(
            answer.headers[header::CONTENT_DISPOSITION],
            "attachment; filename=\"___ ____.pdf\"; filename*=UTF-8''%E5%90%8C%E6%84%8F%E6%9B%B8%20_%E5%86%99%E3%81%97_.pdf"
        );
        let page = town.test.get(&town.files_of("case"), town.token("lead")).await;
        assert!(page.policy.contains("script-src 'nonce-"), "a page keeps its own policy");
    }

    async fn the_same_submission_twice_stores_one_file_and_one_row(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let once = town.test.app.clock().new_id().to_string();
        let fields = [("note", "一度だけ"), ("_once", once.as_str())];
        let send = |file: &'static str, content: Vec<u8>| {
            let (path, token) = (town.files_of("case"), town.token("lead"));
            let test = &town.test;
            async move { test.post_file(&path, token, &fields, (file, &content)).await }
        };

        // A browser draws other lines between the parts the second time.
        let first = send("写真.png", PNG.to_vec()).await;
        let second = send("写真.png", PNG.to_vec()).await;
        let other = send("写真.png", picture(1)).await;

        assert_eq!((first.status, second.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
        assert_eq!(first.location, second.location);
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "the same key for another file is refused");
        assert_eq!(town.list("lead", "case").await.len(), 1);
        assert_eq!(town.on_disk(), 1);
    }

    async fn the_same_content_twice_is_stored_once_and_stays_as_long_as_one_file_has_it(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let one = town.add("lead", "case", ("一.png", PNG)).await;
        let two = town.add("lead", "person", ("二.png", PNG)).await;
        assert_eq!(town.on_disk(), 1);

        town.erase("lead", one, "まちがえて添えた").await;
        assert_eq!(town.on_disk(), 1);
        assert_eq!(town.open("lead", two).await.bytes, PNG);
        town.erase("lead", two, "まちがえて添えた").await;
        assert_eq!(town.on_disk(), 0);
        let again = town.add("lead", "case", ("三.png", PNG)).await;

        assert_eq!(town.open("lead", again).await.bytes, PNG);
        assert_eq!(town.on_disk(), 1);
    }

    async fn an_erased_file_leaves_who_when_and_why_and_neither_name_nor_content(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let file = town.add("mate", "case", ("山川ハナの診断書.png", PNG)).await;
        let path = format!("/files/{file}/erase");

        let before = town.test.get(&path, town.token("lead")).await;
        let without = town.erase("lead", file, " ").await;
        let stale = town.test.post(&path, town.token("lead"), &[("reason", "別の人"), ("_revision", "9")]).await;
        let erased = town.erase("lead", file, "別の人の書類だった").await;
        let twice = town.erase("lead", file, "もう一度").await;
        let opened = town.open("lead", file).await;
        let page = town.test.get(&town.files_of("case"), town.token("officer")).await;
        let record = town.test.get(&format!("/cases/{}", town.case), town.token("officer")).await;

        for words in ["だれも開けなくなり", "名前と説明も消えます", "控え（バックアップ）", "元にもどせません", "山川ハナの診断書"] {
            assert!(before.body.contains(words), "{words}");
        }
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.body.contains("書いてください"));
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert_eq!(erased.location, format!("{}?done=erased", town.files_of("case")));
        assert!(twice.body.contains("もう消されています") && opened.body.contains("もう消されています"));
        assert!(page.body.contains("別の人の書類だった") && page.body.contains("leadさん"), "{}", page.body);
        assert!(!page.body.contains("診断書") && !record.body.contains("診断書"));
        assert_eq!(town.on_disk(), 0);
        let mut read = db.db.read(TENANT).await.unwrap();
        let rows: Vec<(String, String, String)> =
            read.query_text("SELECT name, note, erased_reason FROM attachment", &[]).await.unwrap();
        assert_eq!(rows, [(String::new(), String::new(), "別の人の書類だった".to_owned())]);
        let looks = list_looks(&mut read, TENANT, file, (0, 20)).await.unwrap();
        assert!(looks.iter().any(|look| look.act == "POST /files/{id}/erase" && look.verb == "wrote"), "{looks:?}");
    }

    async fn a_closed_case_takes_no_more_files_and_still_lets_one_be_erased(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let file = town.add("lead", "case", ("書類.png", PNG)).await;
        let ctx = town.test.acting(town.staff("lead")).await;
        let mut work = ctx.begin().await.unwrap();
        let form = CloseForm {
            outcome: "solved".to_owned(),
            closed_on: "2025-06-10".to_owned(),
            note: "落ち着いた".to_owned(),
            ..CloseForm::default()
        };
        let seen = case::store::get(&ctx, &mut work, town.case).await.unwrap().revision;
        case::close(&ctx, &mut work, town.case, &form, seen).await.unwrap();
        work.commit("").await.unwrap();

        let page = town.test.get(&town.files_of("case"), town.token("lead")).await;
        let record = town.test.get(&format!("/cases/{}", town.case), town.token("lead")).await;
        let refused = town.send("lead", "case", ("遅れて.png", &picture(1))).await;
        let erased = town.erase("lead", file, "まちがい").await;

        assert!(page.body.contains("この支援は終了しているため") && !page.body.contains("type=\"file\""));
        assert!(!record.body.contains("書類・写真を加える"));
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains("この支援は終了しているため"));
        assert_eq!(erased.status, StatusCode::SEE_OTHER);
        assert_eq!(town.on_disk(), 0, "what was refused left nothing behind");
    }

    async fn a_form_with_a_file_needs_the_token_of_its_session(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let (path, token) = (town.files_of("case"), town.token("lead"));

        let forged = town.test.post_file(&path, token, &[("note", "書いたこと"), ("_csrf", "forged")], ("a.png", PNG)).await;
        let other = csrf_of(town.token("mate").unwrap());
        let foreign = town.test.post_file(&path, token, &[("_csrf", &other)], ("a.png", PNG)).await;
        let bearer = {
            let (kind, body) = crate::testing::multipart(town.test.app.clock().new_id(), &[("note", "API")], ("a.png", PNG));
            let request = axum::http::Request::post(format!("/api{path}"))
                .header(header::AUTHORIZATION, format!("Bearer {}", token.unwrap()))
                .header(header::CONTENT_TYPE, kind);
            town.test.send(request.body(body.into()).unwrap()).await
        };

        assert_eq!((forged.status, foreign.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
        assert!(forged.body.contains("書いたこと"), "what was typed comes back");
        assert_eq!(bearer.status, StatusCode::CREATED, "{}", bearer.body);
        let body: serde_json::Value = serde_json::from_str(&bearer.body).unwrap();
        assert_eq!((body["name"].as_str(), body["media_type"].as_str()), (Some("a.png"), Some("image/png")));
        assert_eq!(town.list("lead", "case").await.len(), 1);
    }

    async fn the_api_erases_with_a_reason_and_the_revision_that_was_seen(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        let file = town.add("lead", "case", ("書類.png", PNG)).await;
        let send = |revision: Option<&'static str>| {
            let mut request = axum::http::Request::post(format!("/api/files/{file}/erase"))
                .header(header::AUTHORIZATION, format!("Bearer {}", town.token("lead").unwrap()))
                .header(header::CONTENT_TYPE, "application/json");
            if let Some(revision) = revision {
                request = request.header(header::IF_MATCH, revision);
            }
            town.test.send(request.body(r#"{"reason":"別の人"}"#.into()).unwrap())
        };

        let blind = send(None).await;
        let erased = send(Some("1")).await;

        assert_eq!(blind.status, StatusCode::BAD_REQUEST);
        let body: serde_json::Value = serde_json::from_str(&erased.body).unwrap();
        assert_eq!((body["name"].as_str(), body["erased_reason"].as_str()), (Some(""), Some("別の人")));
        assert_eq!(town.on_disk(), 0);
    }

    async fn a_record_with_as_many_files_as_it_may_have_says_so(db: TestDb) {
        let town = Town::new(db.db.clone()).await;
        town.add("lead", "case", ("書類.png", PNG)).await;
        for n in 1..crate::attachment::model::MOST {
            let answer = town.send("lead", "case", (&format!("書類{n}.png"), PNG)).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{n}: {}", answer.body);
        }

        let full = town.send("lead", "case", ("まだある.png", &picture(1))).await;
        let page = town.test.get(&town.files_of("case"), town.token("lead")).await;
        let record = town.test.get(&format!("/cases/{}", town.case), town.token("lead")).await;

        assert!(full.status == StatusCode::UNPROCESSABLE_ENTITY && full.body.contains("200件までです"), "{}", full.body);
        assert!(page.body.len() < 150_000, "{} bytes", page.body.len());
        assert_eq!(record.body.matches("<img ").count(), 6, "the page of the record shows the newest");
        assert!(record.body.contains("すべて見る・加える"));
    }
}
