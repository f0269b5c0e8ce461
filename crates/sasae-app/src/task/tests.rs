use sasae_test::{Engine, TestDb, both_engines};

use crate::migrations::MIGRATIONS;
use crate::testing::TestApp;

/// By which index each list is read: the first step of its plan.
const READ_BY: [(&str, &str); 5] = [
    ("r.due_on IS NOT NULL", "case_role_due"),
    ("c.agreed_at IS NULL", "support_case_agree"),
    ("k.next_on IS NOT NULL", "case_contact_next"),
    ("c.review_on IS NOT NULL", "support_case_review"),
    ("k.taken_by = ?2 AND k.outcome = 'open'", "consultation_open"),
];

both_engines! {
    migrations = MIGRATIONS;

    async fn what_is_due_is_read_in_the_order_of_its_days(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        for (words, index) in READ_BY {
            let mut of_room = sasae_db::STATEMENTS.iter().filter(|one| one.file.ends_with("task/store.rs"));
            let text = of_room.find(|one| one.text.contains(words)).map(|one| one.text).expect(words);
            // A planner with statistics needs a city to show what it would do there.
            if db.engine() == Engine::Postgres {
                read.prepare_text(text).await.unwrap();
                continue;
            }
            let parameters = (1..=9).filter(|n| text.contains(&format!("?{n}"))).count();
            let nothing = vec![sasae_db::Value::Null; parameters];
            let plan: Vec<(i64, i64, i64, String)> =
                read.query_text(&format!("EXPLAIN QUERY PLAN {text}"), &nothing).await.unwrap();

            let steps: Vec<&str> = plan.iter().map(|(.., step)| step.as_str()).collect();
            assert!(steps[0].contains(&format!("USING INDEX {index} ")), "{words}: {steps:#?}");
            assert!(!steps.iter().any(|step| step.contains("FOR ORDER BY")), "{words}: {steps:#?}");
        }
    }
}
