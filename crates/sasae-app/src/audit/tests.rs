use axum::http::StatusCode;
use futures_util::future::join_all;
use sasae_core::id::Id;
use sasae_db::{Engine, args};
use sasae_test::{TestDb, both_engines};

use super::chain::{Break, Verdict};
use super::store;
use crate::migrations::MIGRATIONS;
use crate::notice::{self, NoticeForm};
use crate::testing::{TENANT, TestApp};

async fn report(test: &TestApp) -> Id {
    let ctx = test.public().await;
    let form = NoticeForm { kind: "not_seen".to_owned(), area: test.wards[0].to_string(), ..NoticeForm::default() };
    let mut work = ctx.begin().await.unwrap();
    let reported = notice::report(&ctx, &mut work, &form).await.unwrap();
    work.commit("").await.unwrap();
    reported.id
}

/// What somebody with the database file in hand could do.
async fn tamper(db: &TestDb, text: &str) {
    let mut tx = db.db.begin(TENANT).await.unwrap();
    let off: &[&str] = match db.db.engine() {
        Engine::Sqlite => &["DROP TRIGGER audit_is_append_only_update", "DROP TRIGGER audit_is_append_only_delete"],
        Engine::Postgres => &["ALTER TABLE audit DISABLE TRIGGER USER"],
    };
    for statement in off {
        tx.execute_text(statement, &[]).await.unwrap();
    }
    tx.execute_text(text, args![TENANT]).await.unwrap();
    tx.commit().await.unwrap();
}

both_engines! {
    migrations = MIGRATIONS;

    async fn every_look_at_a_record_is_on_disk_before_the_answer_leaves(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let id = report(&test).await;
        let staff = test.staff("甲区担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;

        let page = test.get(&format!("/notices/{id}"), Some(&token)).await;
        let mut read = db.db.read(TENANT).await.unwrap();
        let looks = store::list_looks(&mut read, TENANT, id, 10).await.unwrap();

        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(looks.len(), 2);
        assert_eq!((looks[0].verb.as_str(), looks[0].actor_label.as_str()), ("read", "甲区担当"));
        assert_eq!((looks[1].verb.as_str(), looks[1].actor_label.as_str()), ("wrote", "public"));
    }

    async fn fifty_readers_at_once_leave_one_unbroken_chain(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let id = report(&test).await;
        let staff = test.staff("甲区担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;
        let path = format!("/notices/{id}");

        let answers = (0..50).map(|_| test.get(&path, Some(&token)));
        let all = join_all(answers).await;
        let verdict = store::verify(&db.db, TENANT).await.unwrap();

        assert!(all.iter().all(|answer| answer.status == StatusCode::OK));
        assert!(matches!(verdict, Verdict::Whole { rows, .. } if rows >= 52), "{verdict:?}");
    }

    async fn the_first_changed_row_is_named(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        for _ in 0..5 {
            report(&test).await;
        }

        tamper(&db, "UPDATE audit SET actor_label = 'somebody' WHERE tenant = ?1 AND seq = 3").await;
        let verdict = store::verify(&db.db, TENANT).await.unwrap();

        assert_eq!(verdict, Verdict::Broken { seq: 3, why: Break::Content });
    }

    async fn a_row_taken_out_is_missed(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        for _ in 0..5 {
            report(&test).await;
        }

        tamper(&db, "DELETE FROM audit WHERE tenant = ?1 AND seq = 4").await;
        let verdict = store::verify(&db.db, TENANT).await.unwrap();

        assert_eq!(verdict, Verdict::Broken { seq: 4, why: Break::Missing });
    }

    async fn the_last_row_cut_off_is_missed(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        for _ in 0..3 {
            report(&test).await;
        }

        tamper(&db, "DELETE FROM audit WHERE tenant = ?1 AND seq = (SELECT seq FROM audit_head WHERE tenant = ?1)").await;
        let verdict = store::verify(&db.db, TENANT).await.unwrap();

        assert!(matches!(verdict, Verdict::Broken { why: Break::Head, .. }), "{verdict:?}");
    }

    async fn a_look_struck_from_the_index_is_missed(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let id = report(&test).await;

        let mut tx = db.db.begin(TENANT).await.unwrap();
        tx.execute_text("DELETE FROM audit_look WHERE tenant = ?1 AND subject_id = ?2", args![TENANT, id]).await.unwrap();
        tx.commit().await.unwrap();
        let verdict = store::verify(&db.db, TENANT).await.unwrap();

        assert!(matches!(verdict, Verdict::Broken { why: Break::Index, .. }), "{verdict:?}");
    }

    async fn the_database_itself_refuses_to_change_the_chain(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        report(&test).await;

        let mut tx = db.db.begin(TENANT).await.unwrap();
        let changed = tx.execute_text("UPDATE audit SET act = '' WHERE tenant = ?1", args![TENANT]).await;

        assert!(changed.is_err());
    }

    async fn a_write_that_fails_leaves_neither_record_nor_row(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let before = store::verify(&db.db, TENANT).await.unwrap();
        let ctx = test.public().await;

        let mut work = ctx.begin().await.unwrap();
        let form = NoticeForm { kind: "not_seen".to_owned(), area: test.wards[0].to_string(), ..NoticeForm::default() };
        notice::report(&ctx, &mut work, &form).await.unwrap();
        drop(work);
        let after = store::verify(&db.db, TENANT).await.unwrap();

        assert_eq!(before, after);
    }
}
