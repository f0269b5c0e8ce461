//! The list of persons: nobody twice, nobody left out, nothing told that is hidden.

use std::collections::BTreeSet;

use axum::http::StatusCode;

use super::*;
use crate::listing::{ListQuery, Walk, Window};
use crate::person::list::PERSONS;
use crate::testing::plan;
use crate::web::Pairs;

/// Everybody on the list under these conditions, read page by page; the count must be that of the rows.
async fn everybody(ctx: &Ctx, conditions: &[(&str, &str)], walk: Option<Walk>) -> Vec<Id> {
    let pairs: Vec<(String, String)> = conditions.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let asked = ListQuery::read(ctx, &PERSONS, &Pairs::from(pairs)).unwrap();
    let asked = match walk {
        Some(walk) => asked.walked(walk),
        None => asked,
    };
    let mut read = ctx.read().await.unwrap();
    let mut ids = Vec::new();
    loop {
        let window = Window { offset: ids.len() as i64, limit: 7 };
        let before = ids.len();
        let mut take = |row: crate::listing::Row| {
            ids.push(row.records[0].1);
            Ok(())
        };
        (PERSONS.rows)(ctx, &mut read, &asked, window, &mut take).await.unwrap();
        if ids.len() < before + 7 {
            break;
        }
    }
    assert_eq!((PERSONS.count)(ctx, &mut read, &asked, 1_000).await.unwrap(), ids.len() as i64, "{conditions:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "nobody comes twice: {conditions:?}");
    ids
}

both_engines! {
    migrations = MIGRATIONS;

    async fn conditions_narrow_the_list_down_and_both_walks_give_the_same(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let system = test.system().await;
        let ctx = test.acting(test.staff("担当", "coordinator", test.wards[0]).await).await;
        let minsei = test.staff("民生委員", "minsei", test.districts[0]).await;
        let mut people = Vec::new();
        for n in 0..30_usize {
            let born = format!("{}-04-01", 1930 + n);
            let form = PersonForm {
                birth: if n == 0 { String::new() } else { born },
                // A name whose whole and given name begin alike has two keys in one range.
                ..named(test.districts[n % 4], "まり", "まりこ")
            };
            people.push(add(&system, &form).await);
        }
        entrust(&ctx, people[0], minsei).await.unwrap();
        let ward = test.wards[0].to_string();
        let district = test.districts[0].to_string();
        let here = |n: &usize| n % 4 < 2;
        let ids = |which: &dyn Fn(&usize) -> bool| -> BTreeSet<Id> { (0..30).filter(which).map(|n| people[n]).collect() };
        let cases: [(Vec<(&str, &str)>, BTreeSet<Id>); 8] = [
            (vec![("all", "yes")], ids(&here)),
            (vec![("q", "マリ")], ids(&here)),
            (vec![("q", "マリコ"), ("area", &district)], ids(&|n| n % 4 == 0)),
            (vec![("area", &ward)], ids(&here)),
            (vec![("born_from", "昭和15年"), ("born_to", "1949")], ids(&|n| here(n) && (10..20).contains(n))),
            (vec![("q", "1931-04-01")], ids(&|n| *n == 1)),
            (vec![("q", "・")], BTreeSet::new()),
            (vec![], BTreeSet::new()),
        ];

        for (conditions, expected) in &cases {
            for walk in [None, Some(Walk::Order), Some(Walk::Sight)] {
                let found: BTreeSet<Id> = everybody(&ctx, conditions, walk).await.into_iter().collect();
                assert_eq!(found, *expected, "{conditions:?} {walk:?}");
            }
        }
        let theirs = test.acting(minsei).await;
        for conditions in [vec![], vec![("all", "yes")], vec![("q", "まり")]] {
            assert_eq!(everybody(&theirs, &conditions, None).await, [people[0]], "{conditions:?}");
        }
    }

    async fn a_hidden_address_hides_the_area_and_answers_to_no_condition_on_it(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;
        let ctx = test.acting(staff).await;
        let protector = test.acting(test.staff("権利擁護", "csw", test.wards[0]).await).await;
        let hidden = add(&ctx, &hanako(test.districts[0])).await;
        let sealed = add(&ctx, &named(test.districts[0], "秘", "密")).await;
        restrict(&protector, hidden, "address", None).await;
        restrict(&protector, sealed, "sealed", None).await;
        let district = test.districts[0].to_string();
        let condition = [("area", district.as_str())];

        let page = test.get("/persons?all=yes", Some(&token)).await;
        let json = test.get("/api/persons?all=yes", Some(&token)).await;

        let found: serde_json::Value = serde_json::from_str(&json.body).unwrap();

        assert_eq!(found["persons"].as_array().map(Vec::len), Some(1), "{found}");
        assert_eq!(found["more"], false);
        assert_eq!(json.headers["x-total-count"], "1");
        assert!(everybody(&ctx, &condition, None).await.is_empty());
        assert_eq!(everybody(&protector, &condition, None).await.len(), 2);
        assert_eq!((page.status, json.status), (StatusCode::OK, StatusCode::OK));
        for body in [&page.body, &json.body] {
            let rows = body.split("<tbody").last().unwrap();
            assert!(rows.contains("花子") && !rows.contains("浅野") && !rows.contains("秘"), "{rows}");
            assert!(!rows.contains(&district), "{rows}");
        }
        assert!(page.body.contains("住所は出していません") && page.body.contains("1–1件目／1件"));
    }

    async fn the_list_is_read_from_an_index_and_stops_where_the_page_ends(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        let here = sasae_db::STATEMENTS.iter().filter(|one| one.file.ends_with("person/store/list.rs"));

        for one in here {
            let Some(steps) = plan(&mut read, one.text).await else { continue };

            // What was cut out for a window is called p as well, and is read once.
            let windows = usize::from(one.text.contains("found_by") || one.text.contains("(SELECT p.* "));
            let of_persons = steps.iter().filter(|step| *step == "SCAN p").count();
            assert!(of_persons <= windows, "{}: {steps:#?}", one.text);
            let scans = ["SCAN k", "SCAN person", "SCAN ground"];
            assert!(!steps.iter().any(|step| scans.contains(&step.as_str())), "{}: {steps:#?}", one.text);
            if one.text.contains("FROM person_key k CROSS JOIN") {
                let walk = "SEARCH k USING PRIMARY KEY (tenant=? AND key>? AND key<?)";
                assert!(steps.iter().any(|step| step == walk), "{}: {steps:#?}", one.text);
            }
            if one.text.contains("(SELECT p.* FROM person p WHERE") {
                let walk = "SEARCH p USING INDEX person_name (tenant=?)";
                assert!(steps.iter().any(|step| step == walk), "{}: {steps:#?}", one.text);
            }
        }
    }
}
