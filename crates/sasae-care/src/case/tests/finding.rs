//! What stands in a form while somebody is looked for stays, and entries that were struck out are found again.

use axum::http::StatusCode;
use sasae_test::{TestDb, both_engines};

use super::{town, visits};
use crate::migrations::MIGRATIONS;

const FIND: [(&str, &str); 2] = [("find", "同僚"), ("_find", "1")];

both_engines! {
    migrations = MIGRATIONS;

    async fn what_was_typed_stays_while_somebody_is_looked_for(db: TestDb) {
        let town = town(db.db.clone()).await;
        let officer = town.test.staff("係 六郎", "ward_officer", town.test.wards[0]).await;
        town.test.account(officer, "officer").await;
        let id = town.case().await;
        let (minsei, colleague, mother) = (town.minsei.to_string(), town.colleague.to_string(), town.mother);
        let chosen = |value: &str| format!("value=\"{value}\" selected");
        let forms = [
            (format!("/cases/{id}/roles"), "lead", vec![("staff", minsei.as_str()), ("role", "visit"), ("task", "週に2回訪ねる"), ("due_on", "2025-07-31")], vec![chosen(&minsei), chosen("visit"), "週に2回訪ねる".to_owned(), "2025-07-31".to_owned(), colleague.clone()]),
            (format!("/cases/{id}/lead"), "lead", vec![("reason", "区の担当替え"), ("_revision", "1")], vec!["区の担当替え".to_owned(), colleague.clone()]),
            (format!("/persons/{mother}/restrict"), "officer", vec![("kind", "barred"), ("reason", "domestic_violence"), ("note", "兄には伝えない")], vec!["兄には伝えない".to_owned(), chosen("domestic_violence"), colleague.clone()]),
            (format!("/persons/{mother}/entrust"), "officer", vec![("staff", minsei.as_str()), ("reason", "食事のようす")], vec!["食事のようす".to_owned(), chosen(&minsei)]),
        ];

        for (path, login, typed, kept) in forms {
            let token = town.test.sign_in(login).await;
            let pressed = town.test.post(&path, Some(&token), &[&typed[..], &FIND].concat()).await;
            let entered = town.test.post(&path, Some(&token), &[&typed[..], &[("find", "同僚"), ("_enter", "1")]].concat()).await;

            for page in [pressed, entered] {
                assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
                for text in &kept {
                    assert!(page.body.contains(text.as_str()), "{path} lost {text}: {}", page.body);
                }
                assert!(page.body.contains("name=\"find\"") && page.body.contains("value=\"同僚\""), "{path}");
            }
        }
        assert_eq!(town.revision(id).await, 1, "nothing was done");
    }

    async fn one_who_has_a_role_is_not_offered_to_oneself(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        let token = town.test.sign_in("lead").await;

        let page = town.test.get(&format!("/cases/{id}/roles/new"), Some(&token)).await.body;

        assert!(page.contains(&format!("<option value=\"{}\"", town.colleague)), "{page}");
        assert!(!page.contains(&format!("<option value=\"{}\"", town.lead)));
        assert!(page.contains("頼まれた人の「今日」に届きます") && page.contains("頼む相手（人）"));
        assert!(page.contains("人か機関の、どちらか一方が必須"));
    }

    async fn what_was_struck_out_is_found_on_the_case_by_those_who_may_restore_it(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        town.join(id).await;
        let lead = town.test.sign_in("lead").await;
        let path = format!("/cases/{id}");
        let write = async |step: &str, fields: &[(&str, &str)]| {
            let sent = town.test.post(&format!("{path}/{step}"), Some(&lead), fields).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{step}: {}", sent.body);
        };
        write("contacts", &[("contact_on", "2025-06-10"), ("kind", "safety_check"), ("method", "visit"), ("body", "取りちがえた記録")]).await;
        write("assessments", &[("assessed_on", "2025-06-10"), ("situation", "食事は1日1回")]).await;
        write("plans", &[("aim", "家で暮らす"), ("review_on", "2025-09-10"), ("goal", "2回食べる"), ("step", ""), ("who", "娘"), ("due", "2025-07-10")]).await;
        write("monitoring", &[("monitored_on", "2025-06-10"), ("findings", "落ち着いた"), ("verdict", "continue"), ("review_on", "2025-09-10")]).await;
        let page = town.test.get(&path, Some(&lead)).await.body;
        let mut struck = Vec::new();
        for entries in ["contacts", "assessments", "plans", "monitoring"] {
            let start = format!("{path}/{entries}/0");
            let (_, rest) = page.split_once(&start).unwrap_or_else(|| panic!("no {entries}: {page}"));
            let entry = format!("{start}{}", rest.split('"').next().unwrap());
            let done = town.test.post(&format!("{entry}/strike"), Some(&lead), &[("reason", "取りちがえた"), ("_confirmed", "1"), ("_revision", "1")]).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{entry}: {}", done.body);
            struck.push(entry);
        }

        let after = town.test.get(&path, Some(&lead)).await.body;
        let api = town.test.get(&format!("/api{path}"), Some(&lead)).await.body;
        let minsei = town.test.sign_in("minsei").await;
        let others = town.test.get(&path, Some(&minsei)).await.body;
        let others_api = town.test.get(&format!("/api{path}"), Some(&minsei)).await.body;

        assert!(after.contains("取り消した記録</h2>") || after.contains("取り消した記録 (4)"), "{after}");
        for entry in &struck {
            let opened = town.test.get(entry, Some(&lead)).await.body;
            assert!(after.contains(&format!("href=\"{entry}\"")), "{entry}: {after}");
            assert!(opened.contains(&format!("href=\"{entry}/restore\"")), "{opened}");
            assert!(api.contains(entry.rsplit('/').next().unwrap()), "{api}");
            assert!(!others.contains(entry.as_str()) && !others_api.contains(entry.rsplit('/').next().unwrap()));
        }
        assert!(!others.contains("取り消した記録 ("));
        let back = town.test.post(&format!("{}/restore", struck[0]), Some(&lead), &[("reason", "正しかった"), ("_confirmed", "1"), ("_revision", "2")]).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
        assert!(town.test.get(&path, Some(&lead)).await.body.contains("取り消した記録 (3)"));
    }

    async fn a_request_that_was_withdrawn_says_so_in_the_language_of_the_reader(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        let lead = town.test.acting(town.lead).await;
        let role = super::ask(&lead, id, &visits(town.minsei)).await.unwrap();
        let token = town.test.sign_in("lead").await;

        let ended = town.test.post(&format!("/cases/{id}/roles/{role}/end"), Some(&token), &[]).await;
        let mut read = lead.read().await.unwrap();
        let handed = crate::handover::list_of(&lead, &mut read, role).await.unwrap();
        drop(read);
        let page = town.test.get(&format!("/cases/{id}"), Some(&token)).await.body;
        let thread = town.test.get(&format!("/thread/case/{id}"), Some(&token)).await.body;

        assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);
        assert_eq!((handed[0].outcome.map(|one| one.code()), handed[0].answer.as_str()), (Some("withdrawn"), ""));
        assert!(page.contains("取りやめ") && !page.contains("頼むのを取りやめました。"), "{page}");
        assert!(thread.contains("取り下げ"), "{thread}");
    }
}
