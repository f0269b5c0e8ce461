//! No choice and no list of this room ends in silence: whoever stands behind the limit is found by name,
//! and what was told before is reached page by page.

use axum::http::StatusCode;
use jiff::ToSpan;

use super::*;
use crate::consultation::{self, IntakeForm};
use crate::staff;
use crate::tenancy::FOREVER;

/// So many people with a post of a role in an area, called 委員001 and so on; the last one's id.
async fn crowd(test: &TestApp, role: &str, area: Id, count: usize) -> Id {
    let ctx = test.system().await;
    let mut work = ctx.begin().await.unwrap();
    let since = date(2020, 4, 1);
    let mut last = Id::default();
    for number in 1..=count {
        last = ctx.new_id();
        let name = format!("委員{number:03}");
        let key = last.to_string();
        staff::store::insert_staff(&ctx, &mut work, last, (&name, ""), None, "", &key, since).await.unwrap();
        let post = ctx.new_id();
        staff::store::insert_post(&ctx, &mut work, post, last, role, area, (since, FOREVER)).await.unwrap();
    }
    work.commit("").await.unwrap();
    last
}

both_engines! {
    migrations = MIGRATIONS;

    async fn the_last_of_many_hands_is_found_by_name_and_chosen_without_a_script(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        let officer = test.staff("区の担当", "ward_officer", test.wards[0]).await;
        test.account(staff, "ours").await;
        test.account(officer, "officer").await;
        let id = add(&test.acting(staff).await, &hanako(test.districts[0])).await;
        let last = crowd(&test, "minsei", test.districts[0], 501).await.to_string();
        for (login, step, field) in [("ours", "entrust", "staff"), ("officer", "restrict", "against_staff")] {
            let token = test.sign_in(login).await;
            let path = format!("/persons/{id}/{step}");

            let first = test.get(&path, Some(&token)).await.body;
            let found = test.get(&format!("{path}?q=%E5%A7%94%E5%93%A1501"), Some(&token)).await.body;
            let nobody = test.get(&format!("{path}?q=%E3%81%A0%E3%82%8C"), Some(&token)).await.body;
            let slip = test.post(&path, Some(&token), &[(field, last.as_str()), ("from", "きのう")]).await;
            let done = test.post(&path, Some(&token), &[(field, last.as_str()), ("kind", "barred"), ("reason", "own_wish")]).await;

            assert!(first.contains("はじめのものだけが並んでいます") && !first.contains(&last), "{step}");
            assert!(found.contains(&last) && found.contains("委員501") && !found.contains("委員500"), "{step}");
            assert!(!found.contains("はじめのものだけ"), "{step}");
            assert!(nobody.contains("見つかりません"), "{step}");
            assert_eq!(slip.status, StatusCode::UNPROCESSABLE_ENTITY, "{step}");
            assert!(slip.body.contains(&format!("value=\"{last}\" selected")), "{step}: the choice is kept");
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{step}: {}", done.body);
        }
    }

    async fn every_look_is_reached_page_by_page(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        let officer = test.staff("区の担当", "ward_officer", test.wards[0]).await;
        test.account(officer, "officer").await;
        let ctx = test.acting(staff).await;
        let id = add(&ctx, &hanako(test.districts[0])).await;
        for day in 1..=43 {
            test.at(date(2025, 6, 10) + day.days(), 9);
            let ctx = test.acting(staff).await;
            let work = ctx.begin().await.unwrap();
            ctx.wrote(&PERSON, id);
            work.commit("").await.unwrap();
        }
        let token = test.sign_in("officer").await;

        let first = test.get(&format!("/persons/{id}/looks"), Some(&token)).await.body;
        let second = test.get(&format!("/persons/{id}/looks?page=2"), Some(&token)).await.body;
        let behind = test.get(&format!("/persons/{id}/looks?page=0"), Some(&token)).await;
        let api = test.get(&format!("/api/persons/{id}/looks?page=1"), Some(&token)).await;
        let rest = test.get(&format!("/api/persons/{id}/looks?page=2"), Some(&token)).await;

        assert!(first.contains("1–40件目（つづきがあります）") && first.contains("looks?page=2"), "{first}");
        assert!(second.contains("looks?page=1") && !second.contains("page=3"), "{second}");
        assert_eq!(behind.status, StatusCode::BAD_REQUEST);
        assert_eq!(api.headers["link"], "<?page=2>; rel=\"next\"");
        let rows = |body: &str| serde_json::from_str::<Vec<serde_json::Value>>(body).unwrap().len();
        assert_eq!(rows(&api.body), 40);
        assert!(rows(&rest.body) >= 4, "{}", rest.body);
    }

    async fn what_happened_before_is_reached_from_the_timeline(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let ctx = test.acting(staff).await;
        let id = add(&ctx, &hanako(test.districts[0])).await;
        let mut work = ctx.begin().await.unwrap();
        let mut all = std::collections::BTreeSet::new();
        for day in 0..130 {
            let form = IntakeForm {
                received_on: (date(2025, 1, 1) + day.days()).to_string(),
                channel: "phone".to_owned(),
                area: test.districts[0].to_string(),
                person: id.to_string(),
                from_whom: "self".to_owned(),
                what: "食事が作れない".to_owned(),
                urgency: "normal".to_owned(),
                ..IntakeForm::default()
            };
            all.insert(consultation::take(&ctx, &mut work, &form).await.unwrap().to_string());
        }
        work.commit("").await.unwrap();
        let token = test.sign_in("ours").await;
        let mut path = format!("/persons/{id}");
        let mut seen = Vec::new();

        for _ in 0..9 {
            let body = test.get(&path, Some(&token)).await.body;
            let hrefs = body.split("href=\"/consultations/0").skip(1);
            let shown: std::collections::BTreeSet<String> =
                hrefs.map(|rest| format!("0{}", rest.split(['"', '/', '?']).next().unwrap())).filter(|one| all.contains(one)).collect();
            seen.push(shown);
            let Some((_, rest)) = body.split_once(&format!("/persons/{id}?happenings=")) else { break };
            path = format!("/persons/{id}?happenings={}", rest.split('#').next().unwrap());
        }

        assert!(seen.len() > 1 && seen[0].len() >= 50 && seen[0].len() < 130, "{}", seen[0].len());
        assert_eq!(seen.last(), Some(&all), "the last page holds everything");
    }
}
