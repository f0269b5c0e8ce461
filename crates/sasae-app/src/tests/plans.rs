//! Plans of statements that are read in an order of their own.

use sasae_test::{TestDb, both_engines, contributions};

use crate::migrations::MIGRATIONS;
use crate::rooms::ROOMS;
use crate::testing::{TestApp, plan, statement};

/// By which index a list of what is due is read: the first step of its plan. Its room registers it in
/// its folder, beside its tests.
pub struct DueReadBy {
    /// The end of the store's path.
    pub file: &'static str,
    /// Words of the statement, and the index; none where the rows are sorted, for a reason that is said there.
    pub statements: &'static [(&'static str, &'static str)],
}

#[test]
fn every_room_with_rows_that_are_due_says_how_they_are_read() {
    let says = |code: &str| contributions::<DueReadBy>().any(|due| due.file.starts_with(&format!("{code}/")));
    let due = ROOMS.iter().filter(|room| room.due.is_some());
    let lacking: Vec<&str> = due.map(|room| room.code).filter(|code| !says(code)).collect();

    assert_eq!(lacking, [""; 0], "rooms with due rows whose plan nobody looks at: is the line in of_rooms.rs?");
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
