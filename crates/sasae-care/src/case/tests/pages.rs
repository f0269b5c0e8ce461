use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};

use super::{Town, agree, ask, close, ending, resident, town, visits};
use crate::case::model::ContactForm;
use crate::case::store::{self, Cursor};
use crate::migrations::MIGRATIONS;
use crate::person::PersonForm;

async fn contacts(town: &Town, case: Id, how_many: i64) {
    let ctx = town.test.acting(town.lead).await;
    let mut work = ctx.begin().await.unwrap();
    for n in 0..how_many {
        let form = ContactForm {
            contact_on: town.test.clock.today().saturating_sub(jiff::Span::new().days(n / 3)).to_string(),
            kind: "safety_check".to_owned(),
            method: "visit".to_owned(),
            person: town.mother.to_string(),
            body: format!("{n}回目。{}", "玄関先で長い話をした。".repeat(300)),
            ..ContactForm::default()
        };
        crate::case::contact(&ctx, &mut work, case, &form).await.unwrap();
    }
    work.commit("").await.unwrap();
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_case_with_200_long_contacts_stays_a_light_page_and_shows_each_once(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        contacts(&town, id, 200).await;
        let token = town.test.sign_in("lead").await;

        let page = town.test.get(&format!("/cases/{id}"), Some(&token)).await;
        let ctx = town.test.acting(town.lead).await;
        let mut read = ctx.read().await.unwrap();
        let mut seen: Vec<Id> = Vec::new();
        let mut from = Cursor::START;
        loop {
            let part = store::list_contacts(&ctx, &mut read, id, from, 30).await.unwrap();
            seen.extend(part.contacts.iter().map(|contact| contact.id));
            let Some(older) = part.older else { break };
            from = Cursor::parse(&older);
        }
        let older = page.body.split("?from=").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let second = town.test.get(&format!("/cases/{id}/contacts?from={older}"), Some(&token)).await;

        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.len() < 150_000, "{} bytes", page.body.len());
        assert!(second.body.len() < 150_000, "{} bytes", second.body.len());
        assert_eq!(page.body.matches("回目。").count(), 30, "thirty on the first page");
        assert_eq!(seen.len(), 200);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 200);
    }

    async fn a_case_is_offered_in_the_area_where_the_person_lives(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (ward, home) = (town.test.wards[0], town.test.districts[0]);
        // As an intake is often taken: for the whole ward.
        let consultation = town.consult_in(ward, None).await;
        let token = town.test.sign_in("lead").await;

        let page = town.test.get(&format!("/cases/new?consultation={consultation}"), Some(&token)).await.body;

        assert!(page.contains(&format!("value=\"{home}\" selected")), "{page}");
    }

    async fn the_next_thing_to_do_stands_on_top_from_opening_to_closing(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        let token = town.test.sign_in("lead").await;
        let path = format!("/cases/{id}");
        let at = async |path: &str| town.test.get(path, Some(&token)).await.body;
        let send = async |step: &str, fields: &[(&str, &str)]| {
            let sent = town.test.post(&format!("{path}/{step}"), Some(&token), fields).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{step}: {}", sent.body);
        };
        let primaries = |body: &str| body.matches("button-primary").count();

        let opened = at(&path).await;
        send("agree", &[("_revision", "1")]).await;
        let agreed = at(&path).await;
        send("assessments", &[("assessed_on", "R7.6.10"), ("situation", "食事は1日1回")]).await;
        let assessed = at(&path).await;
        send("plans", &[("aim", "家で暮らす"), ("review_on", "2025-09-10"), ("goal", "2回食べる"), ("step", ""), ("who", "娘"), ("due", "2025-07-10")]).await;
        let planned = at(&path).await;
        send("contacts", &[("contact_on", "2025-06-10"), ("kind", "safety_check"), ("method", "visit"), ("body", "元気だった")]).await;
        send("monitoring", &[("monitored_on", "2025-06-10"), ("findings", "落ち着いた"), ("verdict", "end")]).await;
        let watched = at(&path).await;
        send("close", &[("_revision", &town.revision(id).await.to_string()), ("closed_on", "2025-06-10"), ("outcome", "solved")]).await;
        let closed = at(&path).await;

        assert!(opened.contains("主担当と役割を決めた"));
        assert!(agreed.contains(&format!("href=\"{path}/assessments/new\"")));
        assert!(assessed.contains("だれが・何を・いつまでにするか"));
        assert!(planned.contains("会ったり電話したりしたことを"));
        assert!(watched.contains("終わりに向かうと決めています"));
        assert!(closed.contains("この支援は終わりました") && !closed.contains("役割を頼む"));
        for body in [&opened, &agreed, &assessed, &planned, &watched, &closed] {
            assert_eq!(primaries(body), 1, "one primary action");
        }
    }

    async fn a_stale_edit_shows_both_sides_and_keeps_what_was_typed(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        let seen = town.revision(id).await.to_string();
        let token = town.test.sign_in("lead").await;
        ask(&town.test.acting(town.colleague).await, id, &visits(town.minsei)).await.unwrap();

        let agree = town.test.post(&format!("/cases/{id}/agree"), Some(&token), &[("_revision", &seen)]).await;
        let closing = town
            .test
            .post(&format!("/cases/{id}/close"), Some(&token), &[("_revision", &seen), ("closed_on", "2025-06-10"), ("outcome", "solved"), ("note", "もう大丈夫と本人が話した")])
            .await;
        let lead = town
            .test
            .post(&format!("/cases/{id}/lead"), Some(&token), &[("_revision", &seen), ("staff", &town.colleague.to_string()), ("reason", "異動")])
            .await;
        let now = town.revision(id).await;

        for page in [&agree, &closing, &lead] {
            assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.body);
            assert!(page.body.contains("ほかの人が先に保存しました"));
        }
        assert!(closing.body.contains("もう大丈夫と本人が話した"));
        assert!(closing.body.contains(&format!("name=\"_revision\" value=\"{now}\"")), "it can be sent again");
        assert!(lead.body.contains("同僚 二郎") && lead.body.contains("主担当 一郎"));
    }

    async fn of_two_who_judge_a_goal_at_once_the_second_sees_both_sides(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        let token = town.test.sign_in("lead").await;
        let fields = [("aim", "家で暮らす"), ("review_on", "2025-09-10"), ("goal", "2回食べる"), ("step", ""), ("who", "娘"), ("due", "2025-07-10")];
        town.test.post(&format!("/cases/{id}/plans"), Some(&token), &fields).await;
        let ctx = town.test.acting(town.lead).await;
        let mut read = ctx.read().await.unwrap();
        let plan = store::list_plans(&ctx, &mut read, id).await.unwrap().remove(0);
        let goal = store::list_goals(&ctx, &mut read, plan.id).await.unwrap().remove(0).id;
        drop(read);
        let path = format!("/cases/{id}/goals/{goal}");

        let first = town.test.post(&path, Some(&token), &[("_revision", "1"), ("state", "reached")]).await;
        let second = town.test.post(&path, Some(&token), &[("_revision", "1"), ("state", "dropped")]).await;

        assert_eq!(first.status, StatusCode::SEE_OTHER);
        assert_eq!(second.status, StatusCode::CONFLICT);
        assert!(second.body.contains("できた") && second.body.contains("やめた"));
    }

    async fn language_and_communication_support_stand_where_somebody_is_about_to_meet_them(db: TestDb) {
        let town = town(db.db.clone()).await;
        let form = PersonForm {
            language: "vi".to_owned(),
            communication: vec!["sign_language".to_owned(), "writing".to_owned()],
            ..resident(town.test.districts[0], "山川", "ハナ")
        };
        let ctx = town.test.acting(town.lead).await;
        let mut work = ctx.begin().await.unwrap();
        crate::person::change(&ctx, &mut work, town.mother, &form, 1).await.unwrap();
        work.commit("").await.unwrap();
        let id = town.case().await;
        let token = town.test.sign_in("lead").await;

        for path in ["", "/contacts/new", "/monitoring/new", "/assessments/new"] {
            let page = town.test.get(&format!("/cases/{id}{path}"), Some(&token)).await;

            assert!(page.body.contains("ベトナム語") && page.body.contains("手話") && page.body.contains("筆談"), "{path}");
        }
    }

    async fn the_list_shows_ones_own_cases_the_open_and_the_closed(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (first, second) = (town.case().await, town.case().await);
        agree(&town.test.acting(town.lead).await, first, 1).await.unwrap();
        close(&town.test.acting(town.lead).await, second, &ending("solved"), 1).await.unwrap();
        let lead = town.test.sign_in("lead").await;
        let colleague = town.test.sign_in("colleague").await;

        let mine = town.test.get("/cases", Some(&lead)).await.body;
        let not_mine = town.test.get("/cases", Some(&colleague)).await.body;
        let open = town.test.get("/cases?show=open", Some(&colleague)).await.body;
        let closed = town.test.get("/cases?show=closed&order=oldest", Some(&colleague)).await.body;

        assert!(mine.contains("R7-0001") && !mine.contains("R7-0002") && mine.contains("山川 ハナ"));
        assert!(!not_mine.contains("R7-0001") && not_mine.contains("いま、あなたがかかわる支援はありません"));
        assert!(open.contains("R7-0001") && !open.contains("R7-0002"));
        assert!(closed.contains("R7-0002") && !closed.contains("R7-0001"));
    }

    async fn the_api_answers_with_what_the_pages_write(db: TestDb) {
        let town = town(db.db.clone()).await;
        let token = town.test.sign_in("lead").await;
        let fields = serde_json::json!({ "title": "買い物", "persons": [town.mother.to_string()], "area": town.test.districts[0].to_string() });
        let request = axum::http::Request::builder()
            .method("POST")
            .uri("/api/cases")
            .header("cookie", format!("sasae_session={token}"))
            .header("content-type", "application/json")
            .body(axum::body::Body::from(fields.to_string()))
            .unwrap();

        let made = town.test.send(request).await;
        let id: serde_json::Value = serde_json::from_str(&made.body).unwrap();
        let shown = town.test.get(&format!("/api/cases/{}", id["id"].as_str().unwrap()), Some(&token)).await;
        let shown: serde_json::Value = serde_json::from_str(&shown.body).unwrap();

        assert_eq!(made.status, StatusCode::CREATED);
        assert_eq!(shown["case"]["title"], "買い物");
        assert_eq!(shown["persons"][0]["given"], "ハナ");
    }
}
