use sasae_test::{TestDb, both_engines};

use crate::migrations::MIGRATIONS;
use crate::testing::{TestApp, plan, statement};

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
            if let Some(steps) = plan(&mut read, statement("task/store.rs", words)).await {
                assert!(steps[0].contains(&format!("USING INDEX {index} ")), "{words}: {steps:#?}");
                assert!(!steps.iter().any(|step| step.contains("FOR ORDER BY")), "{words}: {steps:#?}");
            }
        }
    }
}
