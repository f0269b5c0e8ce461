use axum::http::StatusCode;
use proptest::prelude::*;
use sasae_test::{TestDb, both_engines};

use super::super::store::Cursor;
use super::{Town, town};
use crate::migrations::MIGRATIONS;

/// Sends a form with one field spoilt and says what came back.
async fn spoilt(
    town: &Town,
    token: &str,
    path: &str,
    good: &[(&str, &str)],
    name: &str,
    value: &str,
) -> (StatusCode, String) {
    let fields: Vec<(&str, &str)> =
        good.iter().map(|(field, kept)| (*field, if *field == name { value } else { *kept })).collect();
    let sent = town.test.post(path, Some(token), &fields).await;
    (sent.status, sent.body)
}

both_engines! {
    migrations = MIGRATIONS;

    async fn every_bad_input_gets_a_sentence_beside_its_field_and_nothing_typed_is_lost(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        let token = town.test.sign_in("lead").await;
        let long = "あ".repeat(4001);
        let line = "あ".repeat(201);
        let (mother, area, colleague) = (town.mother.to_string(), town.test.districts[0].to_string(), town.colleague.to_string());
        let stranger = town.test.app.clock().new_id().to_string();
        let contact = [("contact_on", "2025-06-10"), ("kind", "safety_check"), ("method", "visit"), ("body", "入力は消えない"), ("person", ""), ("next_on", ""), ("next_what", "")];
        let assessment = [("assessed_on", "2025-06-10"), ("situation", "入力は消えない"), ("strengths", ""), ("risks", "")];
        let plan = [("aim", "入力は消えない"), ("agreed_on", ""), ("review_on", "2025-09-10"), ("goal", "食べる"), ("step", "配食"), ("who", "娘"), ("due", "2025-07-10")];
        let monitoring = [("monitored_on", "2025-06-10"), ("findings", "入力は消えない"), ("verdict", "continue"), ("review_on", "2025-09-10")];
        let role = [("staff", colleague.as_str()), ("organisation", ""), ("role", "visit"), ("task", "入力は消えない"), ("due_on", "2025-07-10")];
        let seen = town.revision(id).await.to_string();
        let ending = [("_revision", seen.as_str()), ("closed_on", "2025-06-10"), ("outcome", "solved"), ("note", "入力は消えない")];
        let opening = [("title", "入力は消えない"), ("persons", mother.as_str()), ("main", ""), ("area", area.as_str()), ("lead_organisation", "")];
        let cases: Vec<(String, &[(&str, &str)], &str, &str)> = vec![
            (format!("/cases/{id}/contacts"), &contact, "contact_on", "2025-06-11"),
            (format!("/cases/{id}/contacts"), &contact, "contact_on", "2025-02-30"),
            (format!("/cases/{id}/contacts"), &contact, "contact_on", ""),
            (format!("/cases/{id}/contacts"), &contact, "kind", "no_such_kind"),
            (format!("/cases/{id}/contacts"), &contact, "method", ""),
            (format!("/cases/{id}/contacts"), &contact, "person", &stranger),
            (format!("/cases/{id}/contacts"), &contact, "person", "not an id"),
            (format!("/cases/{id}/contacts"), &contact, "next_on", "2025-06-09"),
            (format!("/cases/{id}/contacts"), &contact, "next_on", "2125-06-09"),
            (format!("/cases/{id}/contacts"), &contact, "next_what", &line),
            (format!("/cases/{id}/assessments"), &assessment, "assessed_on", "2026-01-01"),
            (format!("/cases/{id}/assessments"), &assessment, "strengths", &long),
            (format!("/cases/{id}/plans"), &plan, "agreed_on", "2026-01-01"),
            (format!("/cases/{id}/plans"), &plan, "review_on", "2025-01-01"),
            (format!("/cases/{id}/plans"), &plan, "who", ""),
            (format!("/cases/{id}/plans"), &plan, "due", "いつか"),
            (format!("/cases/{id}/monitoring"), &monitoring, "verdict", "maybe"),
            (format!("/cases/{id}/monitoring"), &monitoring, "review_on", ""),
            (format!("/cases/{id}/roles"), &role, "staff", ""),
            (format!("/cases/{id}/roles"), &role, "staff", &stranger),
            (format!("/cases/{id}/roles"), &role, "role", "lead"),
            (format!("/cases/{id}/roles"), &role, "organisation", &stranger),
            (format!("/cases/{id}/roles"), &role, "due_on", "2025-06-01"),
            (format!("/cases/{id}/close"), &ending, "closed_on", "2025-06-11"),
            (format!("/cases/{id}/close"), &ending, "closed_on", "2025-06-09"),
            (format!("/cases/{id}/close"), &ending, "outcome", ""),
            ("/cases".to_owned(), &opening, "persons", &stranger),
            ("/cases".to_owned(), &opening, "area", &stranger),
            ("/cases".to_owned(), &opening, "lead_organisation", &stranger),
        ];

        for (path, good, name, value) in cases {
            let (status, body) = spoilt(&town, &token, &path, good, name, value).await;

            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {name}={value}: {body}");
            assert!(body.contains("直すところがあります"), "{path} {name}={value}");
            // Without any person left to choose, the opening asks for one first.
            let kept = body.contains("入力は消えない") || (path == "/cases" && name == "persons");
            assert!(kept, "{path} {name}={value}: {body}");
        }
    }

    async fn a_form_that_a_closed_case_refuses_comes_back_with_its_input(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        let token = town.test.sign_in("lead").await;
        super::close(&town.test.acting(town.lead).await, id, &super::ending("death"), 1).await.unwrap();

        let sent = town
            .test
            .post(&format!("/cases/{id}/contacts"), Some(&token), &[("contact_on", "2025-06-10"), ("kind", "safety_check"), ("method", "visit"), ("body", "葬儀に行った")])
            .await;
        let form = town.test.get(&format!("/cases/{id}/contacts/new"), Some(&token)).await;

        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(sent.body.contains("葬儀に行った") && sent.body.contains("新しい相談として受け付けてください"));
        assert!(form.body.contains("新しい相談として受け付けてください"));
    }

    async fn a_half_written_form_is_there_again_after_the_draft_button(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        let token = town.test.sign_in("lead").await;
        let key = format!("case:{id}:contact");
        let mother = town.mother.to_string();
        let open_key = format!("case:new:{mother}");
        let path = format!("/cases/{id}/contacts");

        let kept = town.test.post(&path, Some(&token), &[("_draft", "1"), ("_draft_key", &key), ("body", "途中まで")]).await;
        let form = town.test.get(&kept.location, Some(&token)).await;
        town.test.post(&path, Some(&token), &[("_draft_key", &key), ("contact_on", "2025-06-10"), ("kind", "safety_check"), ("method", "visit"), ("body", "書き終えた")]).await;
        let after = town.test.get(&kept.location, Some(&token)).await;
        // As the page sends it while somebody types: one ticked person is one plain text.
        town.test.post("/drafts", Some(&token), &[("_draft_key", &open_key), ("title", "途中の題"), ("persons", &mother)]).await;
        let opening = town.test.get(&format!("/cases/new?person={mother}"), Some(&token)).await;

        assert!(form.body.contains("途中まで") && form.body.contains("下書きから続けています"));
        assert!(!after.body.contains("途中まで"), "a form that was sent leaves no draft");
        assert!(opening.body.contains("途中の題"));
    }
}

proptest! {
    #[test]
    fn any_mark_in_an_address_is_read_or_starts_from_the_top(text in "\\PC{0,60}") {
        let _ = Cursor::parse(&text);
    }
}
