//! Who may do what in a case: whoever is only asked answers; whoever has accepted writes; who leads and who does
//! what is decided by the lead, the supervisor and those who open cases in the area.

use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};

use super::{Town, answer, ask, restrict, town, visits};
use crate::case::store;
use crate::migrations::MIGRATIONS;

/// The buttons by which lead and roles are decided.
const STEERING: [&str; 4] = ["主担当を替える", "役割を頼む", "頼むのを取りやめる", "主担当と役割を決めた"];
/// Those by which the course of the case is written.
const WRITING: [&str; 4] = ["計画を立てる", "アセスメントを書く", "連絡を記録する", "モニタリングを書く"];

fn shown<'a>(page: &str, words: &[&'a str]) -> Vec<&'a str> {
    words.iter().copied().filter(|word| page.contains(*word)).collect()
}

/// What is answered to the steps by which lead and roles are decided: on the pages, and to a program.
async fn steer(town: &Town, login: &str, case: Id, role: Id) -> Vec<StatusCode> {
    let token = town.test.sign_in(login).await;
    let revision = town.revision(case).await.to_string();
    let colleague = town.colleague.to_string();
    let steps: [(&str, Vec<(&str, &str)>); 4] = [
        ("lead", vec![("staff", &colleague), ("reason", "異動"), ("_revision", &revision)]),
        ("agree", vec![("_revision", &revision)]),
        ("roles", vec![("staff", &colleague), ("role", "visit"), ("task", "訪ねる"), ("due_on", "2025-07-31")]),
        ("close", vec![("closed_on", "2025-06-10"), ("outcome", "solved"), ("_revision", &revision)]),
    ];
    let mut answers = Vec::new();
    for (step, fields) in &steps {
        let path = format!("/cases/{case}/{step}");
        answers.push(town.test.post(&path, Some(&token), fields).await.status);
        let typed: serde_json::Map<String, serde_json::Value> = fields
            .iter()
            .filter(|(name, _)| *name != "_revision")
            .map(|(k, v)| ((*k).to_owned(), (*v).into()))
            .collect();
        let request = axum::http::Request::builder()
            .method("POST")
            .uri(format!("/api{path}"))
            .header("cookie", format!("sasae_session={token}"))
            .header("content-type", "application/json")
            .header("if-match", &revision)
            .body(axum::body::Body::from(serde_json::Value::Object(typed).to_string()))
            .unwrap();
        answers.push(town.test.send(request).await.status);
    }
    for page in ["roles/new", "lead", "close"] {
        answers.push(town.test.get(&format!("/cases/{case}/{page}"), Some(&token)).await.status);
    }
    answers.push(town.test.post(&format!("/cases/{case}/roles/{role}/end"), Some(&token), &[]).await.status);
    answers
}

both_engines! {
    migrations = MIGRATIONS;

    async fn whoever_is_only_asked_sees_the_case_and_answers_and_nothing_else(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        let role = ask(&town.test.acting(town.lead).await, id, &visits(town.minsei)).await.unwrap();
        let other = ask(&town.test.acting(town.lead).await, id, &visits(town.colleague)).await.unwrap();
        let token = town.test.sign_in("minsei").await;

        let page = town.test.get(&format!("/cases/{id}"), Some(&token)).await;
        let written = town
            .test
            .post(&format!("/cases/{id}/contacts"), Some(&token), &[("contact_on", "2025-06-10"), ("kind", "consultation"), ("method", "phone"), ("body", "話した")])
            .await;
        let done = town.test.post(&format!("/cases/{id}/roles/{other}/done"), Some(&token), &[]).await;
        let answers = steer(&town, "minsei", id, role).await;

        assert!(page.body.contains("山川 ハナ") && page.body.contains("この支援の役割を頼まれているため見えます"), "{}", page.body);
        assert!(page.body.contains("返事をする"));
        assert_eq!(shown(&page.body, &STEERING), Vec::<&str>::new());
        assert_eq!(shown(&page.body, &WRITING), Vec::<&str>::new());
        assert_eq!((written.status, done.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
        assert!(answers.iter().all(|status| *status == StatusCode::FORBIDDEN), "{answers:?}");
        let lead = town.test.acting(town.lead).await;
        let mut read = lead.read().await.unwrap();
        assert_eq!(store::get(&lead, &mut read, id).await.unwrap().lead_staff, town.lead);
    }

    async fn whoever_has_accepted_writes_but_does_not_decide_who_does_what(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        let own = town.join(id).await;
        let other = ask(&town.test.acting(town.lead).await, id, &visits(town.colleague)).await.unwrap();
        answer(&town.test.acting(town.colleague).await, id, other, "accept", "").await.unwrap();
        let token = town.test.sign_in("minsei").await;

        let page = town.test.get(&format!("/cases/{id}"), Some(&token)).await;
        let written = town
            .test
            .post(&format!("/cases/{id}/contacts"), Some(&token), &[("contact_on", "2025-06-10"), ("kind", "consultation"), ("method", "phone"), ("body", "話した")])
            .await;
        let answers = steer(&town, "minsei", id, other).await;
        let done = town.test.post(&format!("/cases/{id}/roles/{own}/done"), Some(&token), &[]).await;
        let left = town.test.post(&format!("/cases/{id}/roles/{own}/end"), Some(&token), &[]).await;

        assert!(page.body.contains("この支援のチームに入っているため見えます"), "{}", page.body);
        assert_eq!(shown(&page.body, &STEERING), Vec::<&str>::new());
        assert_eq!(shown(&page.body, &WRITING), WRITING);
        assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.body);
        assert!(answers.iter().all(|status| *status == StatusCode::FORBIDDEN), "{answers:?}");
        assert_eq!((done.status, left.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "their own role is theirs");
    }

    async fn the_supervisor_decides_on_lead_and_roles_without_writing_in_the_case(db: TestDb) {
        let town = town(db.db.clone()).await;
        let supervisor = town.test.staff("監督 五郎", "supervisor", town.test.city).await;
        town.test.account(supervisor, "supervisor").await;
        let id = town.case().await;
        let token = town.test.sign_in("supervisor").await;

        let page = town.test.get(&format!("/cases/{id}"), Some(&token)).await;
        let agreed = town.test.post(&format!("/cases/{id}/agree"), Some(&token), &[("_revision", "1")]).await;

        assert_eq!(shown(&page.body, &STEERING), ["主担当を替える", "役割を頼む", "主担当と役割を決めた"]);
        assert_eq!(shown(&page.body, &WRITING), Vec::<&str>::new());
        assert_eq!(agreed.status, StatusCode::SEE_OTHER, "{}", agreed.body);
    }

    async fn whoever_is_only_asked_does_not_see_a_hidden_address(db: TestDb) {
        let town = town(db.db.clone()).await;
        let form = crate::person::PersonForm {
            address: "みどり町1-2-3".to_owned(),
            ..super::resident(town.test.districts[0], "山川", "ハナ")
        };
        let ctx = town.test.system().await;
        let mut work = ctx.begin().await.unwrap();
        crate::person::change(&ctx, &mut work, town.mother, &form, 1).await.unwrap();
        work.commit("").await.unwrap();
        restrict(&town.test, town.mother, "address", None).await;
        let id = town.case().await;
        let role = ask(&town.test.acting(town.lead).await, id, &visits(town.minsei)).await.unwrap();
        let token = town.test.sign_in("minsei").await;
        let path = format!("/persons/{}", town.mother);

        let asked = town.test.get(&path, Some(&token)).await;
        answer(&town.test.acting(town.minsei).await, id, role, "accept", "").await.unwrap();
        let accepted = town.test.get(&path, Some(&token)).await;

        assert_eq!((asked.status, accepted.status), (StatusCode::OK, StatusCode::OK));
        assert!(!asked.body.contains("みどり町1-2-3"));
        assert!(accepted.body.contains("みどり町1-2-3"), "{}", accepted.body);
    }

    async fn a_new_lead_needs_a_reason_and_finds_the_case_in_today_until_it_is_noted(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        let (lead, colleague) = (town.test.sign_in("lead").await, town.test.sign_in("colleague").await);
        let (path, to) = (format!("/cases/{id}"), town.colleague.to_string());
        let change = async |reason: &str| {
            let revision = town.revision(id).await.to_string();
            let fields = [("staff", to.as_str()), ("reason", reason), ("_revision", revision.as_str())];
            town.test.post(&format!("{path}/lead"), Some(&lead), &fields).await
        };

        let silent = change("").await;
        let changed = change("区の担当替え").await;
        let today = town.test.get("/today", Some(&colleague)).await.body;
        let page = town.test.get(&path, Some(&colleague)).await.body;
        let by_old = town.test.post(&format!("{path}/lead/seen"), Some(&lead), &[]).await;
        let noted = town.test.post(&format!("{path}/lead/seen"), Some(&colleague), &[]).await;
        let after = town.test.get("/today", Some(&colleague)).await.body;
        let shown = town.test.get(&format!("/api{path}"), Some(&colleague)).await.body;

        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(silent.body.contains(&format!("value=\"{to}\" selected")), "what was chosen stays");
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
        assert!(today.contains("新しく主担当になった支援を確かめる"), "{today}");
        assert!(page.contains("あなたが主担当になりました") && page.contains("区の担当替え"), "{page}");
        assert_eq!(by_old.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(noted.status, StatusCode::SEE_OTHER);
        assert!(!after.contains("新しく主担当になった支援を確かめる"));
        assert!(shown.contains("区の担当替え"));
    }
}
