//! Plans of statements that are read in an order of their own.

use sasae_test::{TestDb, both_engines};

use crate::migrations::MIGRATIONS;
use crate::testing::{TestApp, plan, statement};

/// By which index each list of what is due is read: the first step of its plan.
const DUE_READ_BY: [(&str, &str, &str); 5] = [
    ("case/store/due.rs", "r.due_on IS NOT NULL", "case_role_due"),
    ("case/store/due.rs", "c.agreed_at IS NULL", "support_case_agree"),
    ("case/store/due.rs", "k.next_on IS NOT NULL", "case_contact_next"),
    ("case/store/due.rs", "c.review_on IS NOT NULL", "support_case_review"),
    ("consultation/store/due.rs", "k.taken_by = ?2 AND k.outcome = 'open'", "consultation_open"),
];

both_engines! {
    migrations = MIGRATIONS;

    async fn what_is_due_is_read_in_the_order_of_its_days(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        for (file, words, index) in DUE_READ_BY {
            if let Some(steps) = plan(&mut read, statement(file, words)).await {
                assert!(steps[0].contains(&format!("USING INDEX {index} ")), "{words}: {steps:#?}");
                assert!(!steps.iter().any(|step| step.contains("FOR ORDER BY")), "{words}: {steps:#?}");
            }
        }
    }
}
