//! Lists: no gaps, no repeats, counts that agree, files with every row.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::ToSpan;
use sasae_core::id::Id;
use sasae_db::Value;
use sasae_sheet::{ReadOptions, read};
use sasae_test::{TestDb, both_engines};

use crate::audit;
use crate::ctx::Ctx;
use crate::listing::export::{self, ExportForm};
use crate::listing::{ListQuery, Window};
use crate::migrations::MIGRATIONS;
use crate::notice::list::NOTICES;
use crate::testing::{Answer, TENANT, TestApp, plan, statement};
use crate::web::Pairs;

/// Notices of a city that look random and are the same each time: by `seed`, spread over areas,
/// states and minutes, several in the same moment.
async fn plant(test: &TestApp, count: usize, seed: u64, what: impl Fn(usize) -> String) {
    let ctx = test.system().await;
    let mut work = ctx.begin().await.unwrap();
    let areas = [test.districts[0], test.districts[1], test.districts[2], test.wards[0], test.city];
    let mut dice = seed;
    let mut roll = |sides: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % sides
    };
    let mut rows: Vec<Vec<Value<'static>>> = Vec::with_capacity(count);
    for number in 0..count {
        let at = ctx.now() - (roll(count / 3 + 1) as i64).minutes();
        let state = ["received", "read", "finished"][roll(3)];
        let outcome = (state == "finished").then(|| "watch".to_owned());
        let kind = ["not_seen", "mail_piled", "other"][roll(3)];
        rows.push(vec![
            TENANT.to_owned().into(),
            ctx.new_id().into(),
            format!("R{seed}-{number}").into(),
            at.into(),
            sasae_core::clock::tokyo_date(at).into(),
            "web".to_owned().into(),
            kind.to_owned().into(),
            what(number).into(),
            String::new().into(),
            String::new().into(),
            (roll(4) == 0).into(),
            areas[roll(areas.len())].into(),
            String::new().into(),
            String::new().into(),
            "ja".to_owned().into(),
            state.to_owned().into(),
            outcome.into(),
            String::new().into(),
            1_i64.into(),
        ]);
    }
    let columns = [
        "tenant",
        "id",
        "receipt",
        "received_at",
        "received_on",
        "channel",
        "kind",
        "what",
        "place",
        "about",
        "urgent",
        "area_id",
        "reporter_name",
        "reporter_contact",
        "lang",
        "state",
        "triage",
        "triage_note",
        "revision",
    ];
    work.bulk("notice", &columns, rows).await.unwrap();
    work.commit("").await.unwrap();
}

/// The ids of a window of the list of notices, in their order.
async fn ids(ctx: &Ctx, asked: &ListQuery, window: Window) -> Vec<Id> {
    let mut read = ctx.read().await.unwrap();
    let mut found = Vec::new();
    let mut push = |row: crate::listing::Row| {
        found.extend(row.records.into_iter().map(|(_, id)| id));
        Ok(())
    };
    (asked.list().rows)(ctx, &mut read, asked, window, &mut push).await.unwrap();
    found
}

fn asked(ctx: &Ctx, query: &str) -> ListQuery {
    ListQuery::read(ctx, &NOTICES, &Pairs::parse(query.as_bytes())).unwrap()
}

/// A city with notices, and somebody of a ward who is signed in.
async fn ward(db: TestDb, count: usize, what: impl Fn(usize) -> String) -> (TestApp, String) {
    let test = TestApp::new(db.db.clone()).await;
    let staff = test.staff("担当", "coordinator", test.wards[0]).await;
    test.account(staff, "ours").await;
    plant(&test, count, 7, what).await;
    let token = test.sign_in("ours").await;
    (test, token)
}

async fn take_out(test: &TestApp, token: &str, format: &str, query: &str) -> String {
    let fields = [("format", format), ("purpose", "連絡会の資料"), ("query", query)];
    let sent = test.post("/lists/notice/export", Some(token), &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    sent.location
}

/// A step of the API.
async fn call(test: &TestApp, token: &str, path: &str, json: &'static str) -> Answer {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("idempotency-key", test.app.clock().new_id().to_string())
        .body(Body::from(json))
        .unwrap();
    test.send(request).await
}

both_engines! {
    migrations = MIGRATIONS;

    async fn pages_of_every_order_hold_each_row_once_and_the_count_is_their_sum(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let places = [test.city, test.wards[0], test.districts[0], test.wards[1]];
        let roles = ["supervisor", "coordinator", "coordinator", "coordinator"];
        let mut readers = Vec::new();
        for (role, area) in roles.into_iter().zip(places) {
            readers.push(test.acting(test.staff("担当", role, area).await).await);
        }
        for seed in [1, 2] {
            plant(&test, 230, seed, |number| format!("{number}番")).await;
        }
        let mut most = 0;

        for ctx in &readers {
            for query in [
                "", "order=newest", "order=oldest", "show=finished", "show=finished&order=oldest", "show=all",
                "show=all&order=oldest", "show=all&kind=not_seen", "urgent=yes", "show=all&from=2025-06-10",
            ] {
                let asked = asked(ctx, query);
                let whole = ids(ctx, &asked, Window::first(1_000)).await;
                let mut paged = Vec::new();
                for page in 1..=(whole.len() as i64 / crate::listing::ROWS + 1) {
                    let mut rows = ids(ctx, &asked, Window::of_page(page)).await;
                    rows.truncate(crate::listing::ROWS as usize);
                    paged.extend(rows);
                }
                let mut read = ctx.read().await.unwrap();
                let count = crate::listing::count_up_to(ctx, &mut read, &asked, 1_000).await.unwrap();
                let mut once = whole.clone();
                once.sort();
                once.dedup();

                assert_eq!(paged, whole, "{query}");
                assert_eq!(once.len(), whole.len(), "{query}");
                assert_eq!(count, whole.len() as i64, "{query}");
                most = most.max(count);
            }
        }

        assert!(most > 80, "{most}");
    }

    async fn a_list_says_which_rows_of_how_many_and_leads_to_every_page(db: TestDb) {
        let (test, token) = ward(db, 400, |number| format!("{number}番")).await;

        let first = test.get("/notices?show=all", Some(&token)).await.body;
        let count: i64 = first.split("／").nth(1).and_then(|rest| rest.split('件').next()).unwrap().parse().unwrap();
        let last = count / crate::listing::ROWS + 1;
        let end = test.get(&format!("/notices?show=all&page={last}"), Some(&token)).await.body;
        let behind = test.get(&format!("/notices?show=all&page={}", last + 5), Some(&token)).await.body;
        let api = test.get("/api/notices?show=all&page=2", Some(&token)).await;

        assert!(first.contains(&format!("1–40件目／{count}件")) && first.contains("/notices?show=all&amp;page=2"));
        assert!(first.contains(&format!("page={last}")), "the last page is offered");
        assert!(end.contains(&format!("–{count}件目／{count}件")) && !end.contains("rel=\"next\""));
        assert!(behind.contains("このページには、もう何もありません") && behind.contains(&format!("page={last}")));
        assert_eq!(api.headers["x-total-count"], count.to_string().as_str());
        assert_eq!(api.headers["link"], "<?show=all&page=1>; rel=\"prev\", <?show=all&page=3>; rel=\"next\"");
    }

    async fn a_condition_that_cannot_be_read_stands_beside_its_field_and_stays(db: TestDb) {
        let (test, token) = ward(db, 5, |number| format!("{number}番")).await;

        let page = test.get("/notices?from=%E3%81%8D%E3%81%AE%E3%81%86&kind=not_seen", Some(&token)).await;
        let none = test.get("/notices?show=all&to=2020-01-01", Some(&token)).await;
        let forged = test.get("/notices?order=by-name", Some(&token)).await;

        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("value=\"きのう\"") && page.body.contains("日付として読めません"));
        assert!(page.body.contains("条件を直すと、一覧が出ます"));
        assert!(none.body.contains("この条件に合うものはありません") && none.body.contains("条件をはずす"));
        assert_eq!(forged.status, StatusCode::BAD_REQUEST);
    }

    async fn chosen_columns_stand_on_the_page_and_in_the_file(db: TestDb) {
        let (test, token) = ward(db, 9, |number| format!("{number}番の家")).await;

        let page = test.get("/notices?show=all&column=what", Some(&token)).await.body;
        let file = take_out(&test, &token, "csv", "show=all&column=what").await;
        let file = test.get(&format!("{file}/file"), Some(&token)).await.body;

        assert!(page.contains("<th scope=\"col\" role=\"columnheader\">くわしく</th>"));
        assert!(!page.contains("<th scope=\"col\" role=\"columnheader\">区域</th>"));
        assert!(file.starts_with("\u{feff}\"気づいたこと\",\"くわしく\"\r\n"), "{file}");
    }

    async fn a_list_is_taken_out_with_a_purpose_by_whoever_asked_on_that_day_alone(db: TestDb) {
        let (test, token) = ward(db, 60, |number| format!("=HYPERLINK({number})")).await;
        let reader = test.staff("同僚", "coordinator", test.wards[0]).await;
        let other = test.staff("別の人", "coordinator", test.wards[0]).await;
        test.account(other, "other").await;
        let other = test.sign_in("other").await;

        let form = test.get("/lists/notice/export?show=all", Some(&token)).await;
        let without = test.post("/lists/notice/export", Some(&token), &[("format", "csv"), ("query", "show=all")]).await;
        let path = take_out(&test, &token, "csv", "show=all&column=what").await;
        let page = test.get(&path, Some(&token)).await;
        let file = test.get(&format!("{path}/file"), Some(&token)).await;
        let strangers = [test.get(&path, Some(&other)).await, test.get(&format!("{path}/file"), Some(&other)).await];
        let unknown = test.get("/lists/nothing/export", Some(&token)).await;
        test.at(jiff::civil::date(2025, 6, 11), 9);
        let token = test.sign_in("ours").await;
        let late = test.get(&format!("{path}/file"), Some(&token)).await;

        assert!(form.body.contains("だれが、何のために") && form.body.contains("name=\"query\" value=\"show=all\""));
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.body.contains("書いてください"));
        assert!(page.body.contains("連絡会の資料") && page.body.contains("ファイルを受け取る"));
        assert_eq!(file.status, StatusCode::OK);
        let ctx = test.acting(reader).await;
        let shown = ids(&ctx, &asked(&ctx, "show=all"), Window::first(1)).await[0];
        let mut read = ctx.read().await.unwrap();
        let looks = audit::list_looks(&mut read, TENANT, shown, (0, 10)).await.unwrap();
        assert!(looks.iter().any(|look| look.act == "GET /exports/{id}/file"), "{looks:?}");
        assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\""));
        assert!(file.body.contains("\"'=HYPERLINK(") && !file.body.contains(",\"=HYPERLINK("));
        assert!(strangers.iter().all(|answer| answer.status == StatusCode::NOT_FOUND));
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
        assert!(late.body.contains("受け取れる日をすぎました"), "{}", late.status);
    }

    async fn a_view_is_saved_opened_renamed_and_deleted_by_its_person_alone(db: TestDb) {
        let (test, token) = ward(db, 9, |number| format!("{number}番")).await;
        let other = test.staff("別の人", "coordinator", test.wards[0]).await;
        test.account(other, "other").await;
        let other = test.sign_in("other").await;
        let save = [("name", "古いものから"), ("query", "show=all&order=oldest")];

        let saved = test.post("/lists/notice/views", Some(&token), &save).await;
        let view = saved.location.trim_end_matches("?done=view_saved").to_owned();
        let twice = test.post("/lists/notice/views", Some(&token), &save).await;
        let opened = test.get(&view, Some(&token)).await;
        let strange = test.get(&view, Some(&other)).await;
        let taken = test.post(&view, Some(&other), &[("name", "わたしの")]).await;
        let renamed = test.post(&view, Some(&token), &[("name", "古い順")]).await;
        let list = test.get(&opened.location, Some(&token)).await.body;
        let others = test.get(&opened.location, Some(&other)).await.body;
        let deleted = test.post(&format!("{view}/delete"), Some(&token), &[]).await;
        let after = test.get("/notices", Some(&token)).await.body;

        assert_eq!(opened.location, "/notices?show=all&order=oldest", "{}", saved.body);
        assert!(twice.status == StatusCode::UNPROCESSABLE_ENTITY && twice.body.contains("同じ名前の見かたがあります"));
        assert_eq!((strange.status, taken.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(renamed.location, "/lists/notice/views?done=renamed");
        assert!(list.contains("aria-current=\"page\">古い順</a>") && !others.contains("古い順"));
        assert_eq!(deleted.status, StatusCode::SEE_OTHER);
        assert!(!after.contains("古い順"));
    }

    async fn the_api_keeps_the_views_of_each_person_apart(db: TestDb) {
        let (test, token) = ward(db, 3, |number| format!("{number}番")).await;
        let other = test.staff("別の人", "coordinator", test.wards[0]).await;
        test.account(other, "other").await;
        let other = test.sign_in("other").await;
        let views = async |token: &str| test.get("/api/lists/notice/views", Some(token)).await.body;

        let made = call(&test, &token, "/api/lists/notice/views", r#"{"name":"急ぎ","query":"show=all"}"#).await;
        let made_id = serde_json::from_str::<serde_json::Value>(&made.body).unwrap()["id"].as_str().unwrap().to_owned();
        let view = format!("/api/views/{made_id}");
        let nameless = call(&test, &token, "/api/lists/notice/views", r#"{"name":"","query":"show=all"}"#).await;
        let unknown = call(&test, &token, "/api/lists/nothing/views", r#"{"name":"急ぎ"}"#).await;
        let taken = [
            call(&test, &other, &view, r#"{"name":"わたしの"}"#).await.status,
            call(&test, &other, &format!("{view}/delete"), "{}").await.status,
        ];
        let (ours, theirs) = (views(&token).await, views(&other).await);
        let renamed = call(&test, &token, &view, r#"{"name":"急ぎの気づき"}"#).await.status;
        let after = views(&token).await;
        let deleted = call(&test, &token, &format!("{view}/delete"), "{}").await.status;

        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        assert_eq!((nameless.status, unknown.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::NOT_FOUND));
        assert_eq!(taken, [StatusCode::NOT_FOUND; 2]);
        assert!(ours.contains("急ぎ") && ours.contains("show=all"), "{ours}");
        assert!(!theirs.contains("急ぎ"), "{theirs}");
        assert_eq!((renamed, deleted), (StatusCode::OK, StatusCode::OK));
        assert!(after.contains("急ぎの気づき"), "{after}");
        assert!(!views(&token).await.contains("急ぎ"));
    }

    async fn whoever_may_not_take_lists_out_has_no_button_and_no_way(db: TestDb) {
        let (test, token) = ward(db, 3, |number| format!("{number}番")).await;
        let minsei = test.staff("民生委員", "minsei", test.districts[0]).await;
        test.account(minsei, "minsei").await;
        let minsei = test.sign_in("minsei").await;
        let area = test.districts[0].to_string();
        let told = [("kind", "not_seen"), ("what", "雨戸が閉まったまま"), ("area", area.as_str())];
        assert_eq!(test.post("/notices", Some(&minsei), &told).await.status, StatusCode::SEE_OTHER);
        let fields = [("format", "csv"), ("query", "show=all"), ("purpose", "連絡会の資料")];

        let may = test.get("/notices?show=all", Some(&token)).await.body;
        let page = test.get("/notices?show=all", Some(&minsei)).await.body;
        let form = test.get("/lists/notice/export?show=all", Some(&minsei)).await.status;
        let step = test.post("/lists/notice/export", Some(&minsei), &fields).await.status;

        assert!(may.contains("/lists/notice/export"), "{may}");
        assert!(page.contains("雨戸が閉まったまま") && !page.contains("/export"), "{page}");
        assert_eq!((form, step), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    }

    async fn what_the_old_encoding_lacks_is_told_before_the_file_and_marked_in_it(db: TestDb) {
        let (test, token) = ward(db, 30, |_| "𠮷田さんの家".to_owned()).await;

        let path = take_out(&test, &token, "csv_cp932", "show=all&column=what").await;
        let page = test.get(&path, Some(&token)).await.body;
        let file = test.get(&format!("{path}/file"), Some(&token)).await.bytes;

        assert!(page.contains("Shift_JISにない文字があります") && page.contains("U+20BB7"), "{page}");
        let sheet = read("a.csv", &file, &ReadOptions::default()).unwrap();
        assert!(sheet.rows[1].cells.contains(&"〓田さんの家".to_owned()), "{:?}", sheet.rows[1].cells);
    }

    async fn fifty_thousand_rows_leave_whole_and_the_trail_holds_each(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "supervisor", test.city).await;
        test.account(staff, "ours").await;
        plant(&test, 50_000, 3, |number| format!("{number}番の家の新聞がたまっている")).await;
        let ctx = test.acting(staff).await;
        let all = asked(&ctx, "show=all&order=oldest");
        let mut read = ctx.read().await.unwrap();
        let seen = crate::listing::count_up_to(&ctx, &mut read, &all, i64::MAX).await.unwrap();
        drop(read);
        let token = test.sign_in("ours").await;

        let csv = whole_file(&ctx, "csv").await;
        let book = whole_file(&ctx, "workbook").await;
        let page = test.get("/notices?show=all&order=oldest", Some(&token)).await.body;

        let options = ReadOptions::default();
        assert_eq!(String::from_utf8(csv).unwrap().lines().count() as i64, seen + 1);
        assert_eq!(read_rows(&book, &options), seen + 1);
        assert!(page.contains("1–40件目／1,000件以上"));
        let last = *ids(&ctx, &all, Window::first(60_000)).await.last().unwrap();
        let mut read = ctx.read().await.unwrap();
        let looks = audit::list_looks(&mut read, TENANT, last, (0, 10)).await.unwrap();
        assert_eq!(looks.iter().map(|look| look.verb.as_str()).collect::<Vec<_>>(), ["read"]);
    }

    async fn lists_of_notices_are_read_in_the_order_of_an_index(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        for (words, index) in [
            ("SELECT n.* FROM notice n WHERE…ORDER BY n.urgent DESC, n.received_at, n.id LIMIT", "notice_urgent"),
            ("SELECT n.* FROM notice n WHERE n.tenant = ?1 AND n.struck_at IS NULL AND (?4…ORDER BY n.received_at DESC", "notice_received"),
            ("SELECT n.* FROM (SELECT DISTINCT…ORDER BY n.received_at DESC", "notice_area"),
        ] {
            let Some(steps) = plan(&mut read, statement("notice/store/mod.rs", words)).await else { continue };

            assert!(steps.iter().any(|step| step.contains(&format!("INDEX {index} "))), "{words}: {steps:#?}");
        }
    }

    async fn a_list_is_printed_with_its_day_its_conditions_and_its_rows(db: TestDb) {
        let (test, token) = ward(db, 60, |number| format!("{number}番")).await;

        let page = test.get("/notices?show=all&kind=not_seen&order=oldest", Some(&token)).await.body;
        let sheet = test.get("/notices?show=all", Some(&token)).await.body;

        for words in ["data-print", "class=\"print-only\"", "令和7年6月10日", "条件：", "気づいたこと「", "扱い：すべて／並び順：古いものから", "<caption>気づき</caption>"] {
            assert!(page.contains(words), "{words}");
        }
        assert_eq!(sheet.matches("<tr role=\"row\">").count(), 41, "a heading and a page of rows");
        assert!(!sheet.contains("条件："));
    }

    async fn the_page_that_saves_a_view_says_what_it_saves(db: TestDb) {
        let (test, token) = ward(db, 3, |number| format!("{number}番")).await;
        let query = "show=all&kind=not_seen&order=oldest&column=what";

        let page = test.get(&format!("/lists/notice/views?{query}"), Some(&token)).await.body;
        test.post("/lists/notice/views", Some(&token), &[("name", "見かけない人"), ("query", query)]).await;
        let saved = test.get("/lists/notice/views", Some(&token)).await.body;

        let word = test.system().await.profile().label("notice_kind", "not_seen", crate::lang::Lang::Ja).to_owned();
        for body in [&page, &saved] {
            for words in ["すべて", &format!("気づいたこと「{word}」"), "古いものから", "くわしく"] {
                assert!(body.contains(words), "{words}: {body}");
            }
        }
        assert!(saved.contains("なし（すべて）"), "the plain list has no condition: {saved}");
    }
}

/// The oldest notices first as a file, written outside of a request, which must end within a minute.
async fn whole_file(ctx: &Ctx, format: &str) -> Vec<u8> {
    let (format, purpose) = (format.to_owned(), "年報".to_owned());
    let form = ExportForm { format, purpose, query: "show=all&order=oldest".to_owned() };
    let mut work = ctx.begin().await.unwrap();
    let id = export::ask(ctx, &mut work, &NOTICES, &form).await.unwrap();
    work.commit("").await.unwrap();
    let mut read = ctx.read().await.unwrap();
    let wanted = export::get(ctx, &mut read, id).await.unwrap();
    let answer = export::answer(ctx, &mut read, &wanted).await.unwrap();
    axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()
}

fn read_rows(book: &[u8], options: &ReadOptions) -> i64 {
    read("a.xlsx", book, options).unwrap().rows.len() as i64
}
