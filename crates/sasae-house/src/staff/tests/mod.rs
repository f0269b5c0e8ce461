//! Posts and offices over HTTP, on both engines.

mod gaps;
mod samples;

use axum::http::StatusCode;
use jiff::civil::date;
use sasae_test::{TestDb, both_engines, contribute};

use crate::migrations::MIGRATIONS;
use crate::staff::{overview, store};
use crate::tenancy::FOREVER;
use crate::testing::{SINCE, TestApp};
use crate::tests::telling::world::Telling;

contribute!(Telling {
    lists: |test| {
        let areas = test.wards.iter().chain(&test.districts).map(|area| format!("/organisation?area={area}"));
        std::iter::once("/organisation".to_owned()).chain(areas).collect()
    },
    ..Telling::of("staff")
});

both_engines! {
    migrations = MIGRATIONS;

    async fn posts_and_windows_roll_up_to_the_areas_around(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        test.staff("市の担当", "supervisor", test.city).await;
        test.staff("甲区の担当", "coordinator", test.wards[0]).await;
        test.staff("協力員", "welfare_volunteer", test.districts[0]).await;
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();

        let city = overview::look(&ctx, &mut read, None, (1, 1)).await.unwrap().unwrap();
        let ward = overview::look(&ctx, &mut read, Some(test.wards[0]), (1, 1)).await.unwrap().unwrap();

        let first = &city.children[0];
        assert_eq!((first.name.as_str(), first.districts, first.posts), ("甲区", 2, 2));
        assert_eq!(city.children[1].posts, 0);
        assert_eq!(city.holders.rows.len(), 1);
        assert_eq!(ward.path.len(), 2);
        assert_eq!(ward.children[0].posts, 1);
    }

    async fn a_post_that_is_not_filled_shows_as_a_gap_on_the_page(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("甲区の担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let ctx = test.system().await;
        let mut work = ctx.begin().await.unwrap();
        crate::area::store::change_area(&ctx, &mut work, test.districts[0], ("甲区第1", ""), Some(230)).await.unwrap();
        work.commit("").await.unwrap();
        let token = test.sign_in("ours").await;

        let page = test.get("/organisation", Some(&token)).await;
        let api = test.get(&format!("/api/organisation?area={}", test.districts[0]), Some(&token)).await;
        let missing = test.get(&format!("/organisation?area={}", staff), Some(&token)).await;

        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("福祉協力員") && page.body.contains("足りないところ"));
        assert!(api.body.contains("\"role\":\"welfare_volunteer\"") && api.body.contains("\"missing\":3"), "{}", api.body);
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        assert_eq!(test.get("/organisation", None).await.status, StatusCode::SEE_OTHER);
    }

    async fn a_post_goes_on_in_the_area_that_was_cut_anew(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("協力員", "welfare_volunteer", test.districts[0]).await;
        let ctx = test.system().await;
        let mut work = ctx.begin().await.unwrap();

        crate::staff::follow_new_cut(&ctx, &mut work, (test.districts[0], test.districts[1]), date(2025, 4, 1)).await.unwrap();
        let posts = store::list_posts_of(&ctx, &mut work, staff).await.unwrap();

        let periods: Vec<_> = posts.iter().map(|post| (post.area, post.valid_from, post.valid_to)).collect();
        assert_eq!(periods, [
            (test.districts[0], SINCE, date(2025, 3, 31)),
            (test.districts[1], date(2025, 4, 1), FOREVER),
        ]);
    }

    async fn every_holder_of_an_area_is_reached_page_by_page(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("甲区の担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        for number in 1..=205 {
            test.staff(&format!("相談員{number:03}"), "coordinator", test.wards[0]).await;
        }
        let token = test.sign_in("ours").await;
        let mut names = std::collections::BTreeSet::new();

        for page in 1..=6 {
            let body = test.get(&format!("/organisation?area={}&posts={page}", test.wards[0]), Some(&token)).await.body;
            let json = test.get(&format!("/api/organisation?area={}&posts={page}", test.wards[0]), Some(&token)).await.body;
            assert_eq!(json.contains("\"more_holders\":true"), page < 6, "page {page}");
            assert_eq!(body.contains(&format!("posts={}", page + 1)), page < 6, "page {page}");
            names.extend(body.split("相談員").skip(1).map(|rest| rest.chars().take(3).collect::<String>()));
        }

        let every: std::collections::BTreeSet<String> = (1..=205).map(|number| format!("{number:03}")).collect();
        assert_eq!(names, every);
    }
}
