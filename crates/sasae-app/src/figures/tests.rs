use axum::http::StatusCode;
use sasae_test::{TestDb, both_engines, contribute};

use crate::migrations::MIGRATIONS;
use crate::notice::{self, NoticeForm};
use crate::testing::{TestApp, plan, statement};
use crate::tests::samples::{Samples, at};
use crate::tests::telling::world::Telling;

async fn report(test: &TestApp, ward: usize) {
    let ctx = test.public().await;
    let form = NoticeForm { kind: "not_seen".to_owned(), area: test.wards[ward].to_string(), ..NoticeForm::default() };
    let mut work = ctx.begin().await.unwrap();
    notice::report(&ctx, &mut work, &form).await.unwrap();
    work.commit("").await.unwrap();
}

contribute!(Samples::of("figures", |_| vec![at("/figures", "/figures", "lead officer supervisor city system far")]));

contribute!(Telling {
    lists: |test| {
        let areas = test.wards.iter().chain(&test.districts);
        areas.map(|area| format!("/figures?area={area}")).collect()
    },
    ..Telling::of("figures")
});

both_engines! {
    migrations = MIGRATIONS;

    async fn a_figure_has_as_many_rows_behind_it_as_it_says_also_for_one_who_may_not_open_them(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        for ward in [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1] {
            report(&test, ward).await;
        }
        let officer = test.staff("市担当", "city_officer", test.city).await;
        test.account(officer, "city").await;
        let token = test.sign_in("city").await;

        let figures = test.get("/figures", Some(&token)).await;
        let behind = test
            .get(&format!("/figures/behind?year=2025&area={}&kind=notice_received&month=6", test.city), Some(&token))
            .await;

        assert_eq!(figures.status, StatusCode::OK, "{}", figures.body);
        assert!(figures.body.contains("kind=notice_received&amp;month=6\">11</a>"), "{}", figures.body);
        assert_eq!(behind.body.matches("（表示できない記録）").count(), 11);
        assert!(!behind.body.contains("href=\"/notices/"));
        assert!(!behind.body.contains("甲区"), "the rows tell no smaller area");
    }

    async fn rows_behind_a_figure_say_which_of_how_many_they_are(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        for _ in 1..=103 {
            report(&test, 0).await;
        }
        let ward = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(ward, "ward").await;
        let token = test.sign_in("ward").await;
        let page = |month: i64, page: i64| {
            format!("/figures/behind?year=2025&area={}&kind=notice_received&month={month}&page={page}", test.wards[0])
        };

        let first = test.get(&page(6, 0), Some(&token)).await.body;
        let last = test.get(&page(0, 1), Some(&token)).await.body;

        assert!(first.contains("1–100件目／103件"), "{first}");
        assert!(last.contains("101–103件目／103件"), "{last}");
    }

    async fn small_counts_are_told_to_those_who_may_know_persons_and_to_no_others(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        for ward in [0, 0, 0, 0, 0, 0, 1, 1] {
            report(&test, ward).await;
        }
        for (name, role, area) in [("city", "city_officer", test.city), ("ward", "coordinator", test.wards[1])] {
            let staff = test.staff(name, role, area).await;
            test.account(staff, name).await;
        }
        let (city, ward) = (test.sign_in("city").await, test.sign_in("ward").await);
        let page = |area| format!("/figures?area={area}");
        let behind = |area| format!("/figures/behind?year=2025&area={area}&kind=notice_received&month=6");

        let small = test.get(&page(test.wards[1]), Some(&city)).await;
        let sibling = test.get(&page(test.wards[0]), Some(&city)).await;
        let json = test.get(&format!("/api/figures?area={}", test.wards[1]), Some(&city)).await;
        let rows = test.get(&behind(test.wards[1]), Some(&city)).await;
        let own = test.get(&page(test.wards[1]), Some(&ward)).await;

        assert!(small.body.contains("＊") && !small.body.contains("month=6\">2</a>"), "{}", small.body);
        // Eight in all and six here would tell of the two there.
        assert!(sibling.body.contains("＊") && !sibling.body.contains("month=6\">6</a>"), "{}", sibling.body);
        assert!(json.body.contains("\"count\":null"), "{}", json.body);
        assert_eq!(rows.status, StatusCode::NOT_FOUND);
        assert!(own.body.contains("month=6\">2</a>"), "{}", own.body);
    }

    async fn a_recut_of_areas_leaves_the_figures_of_before_as_they_were(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let officer = test.staff("市担当", "city_officer", test.city).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        let ctx = test.acting(staff).await;
        let form = NoticeForm { kind: "not_seen".to_owned(), area: test.districts[0].to_string(), ..NoticeForm::default() };
        let mut work = ctx.begin().await.unwrap();
        notice::report(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
        test.account(officer, "city").await;

        test.move_district(0, 1, jiff::civil::date(2025, 7, 1)).await;
        test.at(jiff::civil::date(2025, 7, 2), 9);
        let token = test.sign_in("city").await;
        let old = test.get(&format!("/api/figures?year=2025&area={}", test.wards[0]), Some(&token)).await;
        let new = test.get(&format!("/api/figures?year=2025&area={}", test.wards[1]), Some(&token)).await;

        assert!(old.body.contains("\"kind\":\"notice_received\""), "{}", old.body);
        assert!(!new.body.contains("\"count\""), "{}", new.body);
    }

    async fn figures_do_not_exist_for_one_without_the_function(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let minsei = test.staff("民生委員", "minsei", test.districts[0]).await;
        test.account(minsei, "minsei").await;
        let token = test.sign_in("minsei").await;

        let figures = test.get("/figures", Some(&token)).await;

        assert_eq!(figures.status, StatusCode::NOT_FOUND);
    }

    async fn facts_are_counted_area_by_area_and_never_through_the_year(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        for (words, index) in [
            ("GROUP BY v.kind, v.month", "COVERING INDEX fact_area"),
            ("ORDER BY v.quantity", "INDEX fact_"),
            ("GROUP BY w.ancestor_id", "COVERING INDEX fact_area"),
            ("SELECT COUNT(*) AS count FROM … AND v.kind = ?6 AND (?7 = 0 OR v.month = ?7)", "INDEX fact_"),
            ("ORDER BY v.occurred_on, v.id LIMIT", "INDEX fact_"),
        ] {
            let Some(steps) = plan(&mut read, statement("figures/store.rs", words)).await else { continue };
            let facts = steps.iter().find(|step| step.starts_with("SEARCH v ") || step.starts_with("SCAN v"));

            let found = facts.is_some_and(|step| step.contains(index) && step.contains("area_id=?"));
            assert!(found, "{words}: {steps:#?}");
        }
    }

    async fn a_year_that_cannot_be_is_answered_with_what_to_give(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let officer = test.staff("市担当", "city_officer", test.city).await;
        test.account(officer, "city").await;
        let token = test.sign_in("city").await;
        let behind = |rest: &str| format!("/figures/behind?year=2025&area={}{rest}", test.city);

        for year in ["-1", "0", "3000", "99999", "abc"] {
            for path in ["/figures", "/api/figures"] {
                let answer = test.get(&format!("{path}?year={year}"), Some(&token)).await;
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {year}");
            }
        }
        let told = test.get("/figures?year=-1", Some(&token)).await.body;
        let early = test.get("/figures?year=1990", Some(&token)).await;
        for (rest, status) in [
            ("&kind=notice_received&month=13", StatusCode::BAD_REQUEST),
            ("&kind=notice_received&page=-1", StatusCode::BAD_REQUEST),
            ("&kind=nothing", StatusCode::NOT_FOUND),
            ("&kind=notice_received", StatusCode::OK),
        ] {
            assert_eq!(test.get(&behind(rest), Some(&token)).await.status, status, "{rest}");
        }

        assert!(told.contains("その年度はありません"), "{told}");
        assert_eq!(early.status, StatusCode::OK);
    }
}
