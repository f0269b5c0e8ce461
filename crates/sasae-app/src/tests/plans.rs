//! Plans of statements that are read in an order of their own.

use sasae_test::{TestDb, both_engines, contributions};

use crate::migrations::MIGRATIONS;
use crate::testing::{TestApp, plan, statement};

/// By which index a list of what is due is read: the first step of its plan. Its room registers it in
/// its folder, beside its tests.
pub struct DueReadBy {
    /// The end of the store's path.
    pub file: &'static str,
    /// Words of the statement, and the index.
    pub statements: &'static [(&'static str, &'static str)],
}

both_engines! {
    migrations = MIGRATIONS;

    async fn what_is_due_is_read_in_the_order_of_its_days(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        let mut looked_at = 0;
        for due in contributions::<DueReadBy>() {
            for (words, index) in due.statements {
                looked_at += 1;
                if let Some(steps) = plan(&mut read, statement(due.file, words)).await {
                    assert!(steps[0].contains(&format!("USING INDEX {index} ")), "{words}: {steps:#?}");
                    assert!(!steps.iter().any(|step| step.contains("FOR ORDER BY")), "{words}: {steps:#?}");
                }
            }
        }
        assert!(looked_at >= 5, "{looked_at}");
    }
}
