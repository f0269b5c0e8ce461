use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines, contribute};

use crate::case::{self, OpenForm};
use crate::consultation::{self, IntakeForm};
use crate::migrations::MIGRATIONS;
use crate::person::{self, PersonForm};
use crate::testing::{TestApp, plan, statement};
use crate::tests::samples::{POSTS, Samples, at};

/// A case of somebody who lives in the area, opened by its lead. The first of the year has the number R7-0001.
pub(crate) async fn open_case(test: &TestApp, lead: Id, area: Id, title: &str) -> Id {
    let ctx = test.acting(lead).await;
    let mut work = ctx.begin().await.unwrap();
    let form = PersonForm { family: "山川".to_owned(), area: area.to_string(), ..PersonForm::default() };
    let person = person::register(&ctx, &mut work, &form).await.unwrap();
    let form = OpenForm {
        title: title.to_owned(),
        persons: vec![person.to_string()],
        area: area.to_string(),
        ..OpenForm::default()
    };
    let case = case::open(&ctx, &mut work, &form).await.unwrap();
    work.commit("").await.unwrap();
    case
}

contribute!(Samples::of("search", |_| {
    vec![
        at("/search", "/search", POSTS),
        at("/search", "/search?q=%E5%B1%B1", POSTS),
        at("/search", "/search?q=%E7%84%A1%E3%81%84", POSTS).empty(),
    ]
}));

both_engines! {
    migrations = MIGRATIONS;

    async fn one_box_finds_what_one_may_see_by_its_beginning_and_nothing_else(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ours = test.staff("甲区担当", "coordinator", test.wards[0]).await;
        let theirs = test.staff("乙区担当", "coordinator", test.wards[1]).await;
        test.account(ours, "ours").await;
        test.account(theirs, "theirs").await;
        let case = open_case(&test, ours, test.wards[0], "食事の支え").await;
        let ctx = test.acting(ours).await;
        let mut work = ctx.begin().await.unwrap();
        let form = IntakeForm {
            received_on: "2025-06-10".to_owned(),
            channel: "phone".to_owned(),
            area: test.wards[0].to_string(),
            from_whom: "self".to_owned(),
            what: "食事が作れない（100%困っている）".to_owned(),
            urgency: "normal".to_owned(),
            ..IntakeForm::default()
        };
        let consultation = consultation::take(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
        let (mine, other) = (test.sign_in("ours").await, test.sign_in("theirs").await);

        // 食事, R7-00, a wildcard of the database, and a word from the middle.
        let found = test.get("/search?q=%E9%A3%9F%E4%BA%8B", Some(&mine)).await.body;
        let number = test.get("/search?q=R7-00", Some(&mine)).await.body;
        let wildcard = test.get("/search?q=%25", Some(&mine)).await.body;
        let middle = test.get("/search?q=%E4%BD%9C%E3%82%8C", Some(&mine)).await.body;
        let hidden = test.get("/search?q=%E9%A3%9F%E4%BA%8B", Some(&other)).await.body;
        let nothing = test.get("/search", Some(&mine)).await.body;

        assert!(found.contains(&format!("/cases/{case}")) && found.contains(&format!("/consultations/{consultation}")));
        assert!(number.contains(&format!("/cases/{case}")) && !number.contains("/consultations/0"));
        for page in [&wildcard, &middle, &hidden] {
            assert!(page.contains("見つかりませんでした"));
            assert!(!page.contains(&case.to_string()));
        }
        assert!(!nothing.contains("見つかりませんでした"));
    }

    async fn a_case_is_found_by_its_number_as_people_write_it(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ours = test.staff("甲区担当", "coordinator", test.wards[0]).await;
        test.account(ours, "ours").await;
        let (case, other) = (
            open_case(&test, ours, test.wards[0], "食事の支え").await,
            open_case(&test, ours, test.wards[0], "見守り").await,
        );
        let token = test.sign_in("ours").await;

        for typed in ["R7-0001", "Ｒ７－０００１", "r7-1", "０００１", "1", "R7ー0001"] {
            let page = test.get(&format!("/search?q={}", crate::web::encode(typed)), Some(&token)).await.body;
            assert!(page.contains(&format!("/cases/{case}")), "{typed}: {page}");
            assert!(!page.contains(&format!("/cases/{other}")), "{typed}");
        }
        let nothing = test.get(&format!("/search?q={}", crate::web::encode("の支え")), Some(&token)).await.body;
        assert!(nothing.contains("はじめの文字からさがします"), "{nothing}");
    }

    async fn a_search_by_the_beginning_is_a_range(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        for (file, words, indexes) in [
            ("case/store/found.rs", "c.title >= ?6", vec!["support_case_number", "support_case_title"]),
            ("consultation/store/found.rs", "SUBSTR(k.what, 1, 40) >= ?5", vec!["consultation_what"]),
        ] {
            let Some(steps) = plan(&mut read, statement(file, words)).await else { continue };

            for index in indexes {
                let range = |step: &String| step.contains(&format!("INDEX {index} ")) && step.contains(">? AND ");
                assert!(steps.iter().any(range), "{words}: {steps:#?}");
            }
        }
    }

    async fn every_hit_is_reached_page_by_page_and_none_comes_twice(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ours = test.staff("甲区担当", "coordinator", test.wards[0]).await;
        let theirs = test.staff("乙区担当", "coordinator", test.wards[1]).await;
        test.account(ours, "ours").await;
        let mut cases = Vec::new();
        for _ in 1..=65 {
            cases.push(open_case(&test, ours, test.wards[0], "食事の支え").await);
            open_case(&test, theirs, test.wards[1], "食事の支え").await;
        }
        let token = test.sign_in("ours").await;
        let at = |rest: &str| format!("/search?q=%E9%A3%9F%E4%BA%8B{rest}");
        let hits = |body: &str| {
            let ids = body.split("href=\"/cases/0").skip(1).map(|rest| format!("0{}", rest.split('"').next().unwrap()));
            ids.map(|id| id.parse::<Id>().unwrap()).collect::<Vec<_>>()
        };

        let first = test.get(&at(""), Some(&token)).await.body;
        let mut found = Vec::new();
        for (page, rows) in [(1, 20), (2, 20), (3, 20), (4, 5)] {
            let body = test.get(&at(&format!("&in=case&page={page}")), Some(&token)).await.body;
            let on_page = hits(&body);
            assert_eq!(on_page.len(), rows, "page {page}");
            assert_eq!(body.contains(&format!("page={}\"", page + 1)), page < 4, "page {page}");
            found.extend(on_page);
        }

        assert!(first.contains("1–20件目／50件以上") && first.contains("page=2"), "{first}");
        found.sort();
        cases.sort();
        assert_eq!(found, cases, "every case of one's own once, and none of others");
        for strange in ["&in=case&page=-1", "&in=case&page=abc", "&in=nothing"] {
            assert_eq!(test.get(&at(strange), Some(&token)).await.status, StatusCode::BAD_REQUEST, "{strange}");
        }
    }
}
