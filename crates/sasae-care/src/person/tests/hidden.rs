//! Where somebody lives whose address is hidden: whoever may not see the address sees neither area nor
//! telephone, wherever the person stands, and changes none of them.

use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::*;

/// A person of the second district whose address is hidden from the coordinator of the ward.
struct Town {
    test: TestApp,
    id: Id,
    /// The name of the small area in which the person lives.
    area: String,
    /// The sessions of somebody who sees the person without the address, and of the officer who protects.
    ours: String,
    officers: String,
}

async fn town(db: TestDb) -> Town {
    let test = TestApp::new(db.db.clone()).await;
    let lead = test.staff("担当", "coordinator", test.wards[0]).await;
    let lead = test.acting(lead).await;
    let protector = test.staff("権利擁護", "ward_officer", test.wards[0]).await;
    test.account(protector, "officer").await;
    let ours = test.staff("ほかの担当", "coordinator", test.wards[0]).await;
    test.account(ours, "ours").await;
    let id = add(&lead, &hanako(test.districts[1])).await;
    let mut read = lead.read().await.unwrap();
    let area = crate::area::get_today(&lead, &mut read, "area", test.districts[1]).await.unwrap().name;
    drop(read);
    restrict(&test.acting(protector).await, id, "address", None).await;
    let (ours, officers) = (test.sign_in("ours").await, test.sign_in("officer").await);
    Town { test, id, area, ours, officers }
}

impl Town {
    async fn main_of(&self, path: &str, token: &str) -> String {
        let answer = self.test.get(path, Some(token)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        // Who is asked why they see it is told of their own post.
        answer.body.split("class=\"why\"").next().unwrap().to_owned()
    }

    async fn send(&self, body: &Value) -> (StatusCode, String) {
        let request = Request::builder()
            .method("POST")
            .uri(format!("/api/persons/{}", self.id))
            .header("cookie", format!("sasae_session={}", self.ours))
            .header("content-type", "application/json")
            .header("if-match", "\"1\"")
            .body(axum::body::Body::from(body.to_string()))
            .unwrap();
        let answer = self.test.send(request).await;
        (answer.status, answer.body)
    }
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_hidden_address_hides_area_and_telephone_on_every_page_and_in_every_body(db: TestDb) {
        let town = town(db).await;
        let person = format!("/persons/{}", town.id);
        let told = [
            person.clone(),
            format!("{person}/household"),
            format!("{person}/leave"),
            format!("/api{person}"),
            "/api/persons?q=%E5%B1%B1%E7%94%B0".to_owned(),
            "/search?q=%E5%B1%B1%E7%94%B0".to_owned(),
        ];
        let district = town.test.districts[1].to_string();

        for path in &told {
            let page = town.main_of(path, &town.ours).await;
            for hidden in [&*town.area, &*district, "093-582-0001", "浅野1丁目2番3号"] {
                assert!(!page.contains(hidden), "{path} tells {hidden}");
            }
        }
        let edit = town.main_of(&format!("{person}/edit"), &town.ours).await;
        for hidden in [&*town.area, &*district, "name=\"address\"", "name=\"area\"", "name=\"phone\"", "093-582-0001"] {
            assert!(!edit.contains(hidden), "the form tells {hidden}");
        }
        for (path, shown) in [(&person, "093-582-0001"), (&person, &*town.area), (&format!("{person}/edit"), &*district)] {
            assert!(town.main_of(path, &town.officers).await.contains(shown), "{path}: {shown}");
        }
        let by_phone = "/api/persons?q=0935820001";
        let ours = town.test.get(by_phone, Some(&town.ours)).await.body;
        let officers = town.test.get(by_phone, Some(&town.officers)).await.body;
        assert!(!ours.contains(&town.id.to_string()) && officers.contains(&town.id.to_string()));
    }

    async fn a_new_address_that_is_hidden_does_not_come_to_the_household(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let lead = test.acting(test.staff("担当", "coordinator", test.wards[0]).await).await;
        let protector = test.staff("権利擁護", "ward_officer", test.wards[0]).await;
        let ours = test.staff("ほかの担当", "coordinator", test.wards[0]).await;
        test.account(ours, "ours").await;
        let id = add(&lead, &hanako(test.districts[0])).await;
        let mut read = lead.read().await.unwrap();
        let home = store::household::find_of(&lead, &mut read, id).await.unwrap().unwrap();
        drop(read);
        let with = PersonForm { given: "太郎".to_owned(), household: home.to_string(), ..hanako(test.districts[0]) };
        let husband = add(&lead, &with).await;
        let officer = test.acting(protector).await;
        restrict(&officer, id, "sealed", None).await;

        let moved = PersonForm { address: "乙9-9シェルター".to_owned(), ..hanako(test.districts[1]) };
        let mut work = officer.begin().await.unwrap();
        let seen = store::get(&officer, &mut work, id).await.unwrap().revision;
        crate::person::change(&officer, &mut work, id, &moved, seen).await.unwrap();
        work.commit("").await.unwrap();
        let token = test.sign_in("ours").await;
        let form = test.get(&format!("/persons/new?household={home}"), Some(&token)).await;
        let mut read = officer.read().await.unwrap();
        let (hers, his) = (
            store::household::find_of(&officer, &mut read, id).await.unwrap().unwrap(),
            store::household::find_of(&officer, &mut read, husband).await.unwrap().unwrap(),
        );
        let address = crate::person::household_of(&officer, &mut read, husband).await.unwrap().unwrap().address;

        assert_eq!((form.status, form.body.contains("シェルター")), (StatusCode::OK, false));
        assert!(his == home && hers != home, "she lives apart from today");
        assert_eq!(address, "浅野1丁目2番3号");
    }

    async fn who_does_not_see_where_somebody_lives_changes_none_of_it_in_silence(db: TestDb) {
        let town = town(db).await;
        let whole = json!({ "family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ", "note": "耳が遠い" });
        let with = |field: &str, value: String| {
            let mut body = whole.clone();
            body[field] = Value::String(value);
            body
        };

        for (field, value) in [
            ("address", "緑野1-1".to_owned()),
            ("area", town.test.districts[0].to_string()),
            ("area", town.test.districts[1].to_string()),
            ("phone", "093-111-1111".to_owned()),
        ] {
            let (status, body) = town.send(&with(field, value)).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {body}");
            assert!(body.contains(&format!("\"{field}\"")), "{body}");
        }
        let forged = [("family", "山田"), ("given", "花子"), ("phone", "093-111-1111"), ("_revision", "1")];
        let page = town.test.post(&format!("/persons/{}", town.id), Some(&town.ours), &forged).await;
        let (status, _) = town.send(&whole).await;
        let after: Value = serde_json::from_str(&town.main_of(&format!("/api/persons/{}", town.id), &town.officers).await).unwrap();
        let seen = town.main_of(&format!("/persons/{}", town.id), &town.ours).await;

        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("id=\"f-phone\"") && page.body.contains("ここでは直せません"));
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            [&after["address"], &after["area_id"], &after["phone"], &after["note"], &after["revision"]],
            [&json!("浅野1丁目2番3号"), &json!(town.test.districts[1].to_string()), &json!("093-582-0001"), &json!("耳が遠い"), &json!(2)]
        );
        assert!(seen.contains("耳が遠い") && !seen.contains(&town.area));
    }
}
