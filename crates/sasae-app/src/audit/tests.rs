use axum::http::StatusCode;
use futures_util::future::join_all;
use jiff::civil::date;
use sasae_core::id::Id;
use sasae_db::{Engine, args};
use sasae_test::{TestDb, both_engines};

use super::chain::{Break, Verdict};
use super::{Trail, Verb, ids_of, store};
use crate::migrations::MIGRATIONS;
use crate::notice::{self, NoticeForm};
use crate::testing::{TENANT, TestApp};

#[test]
fn what_a_row_names_is_read_from_it_as_it_was_noted() {
    let (a, b, c) = (Id::from_u128(1), Id::from_u128(2), Id::from_u128(3));
    let mut trail = Trail::default();
    for (verb, kind, id) in [
        (Verb::Wrote, "case", a),
        (Verb::Read, "person", a),
        (Verb::Read, "person", b),
        (Verb::Read, "household", b),
        (Verb::Wrote, "person", c),
    ] {
        trail.note(verb, kind, id);
    }

    assert_eq!(ids_of(&trail.detail()), trail.ids());
    assert_eq!(trail.ids().len(), 4);
    assert!(ids_of(&Trail::default().detail()).is_empty());
}

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

    async fn a_look_moved_to_another_record_is_missed(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let (id, other) = (report(&test).await, report(&test).await);

        let mut tx = db.db.begin(TENANT).await.unwrap();
        let text = "UPDATE audit_look SET subject_id = ?3 WHERE tenant = ?1 AND subject_id = ?2";
        tx.execute_text(text, args![TENANT, id, other]).await.unwrap();
        tx.commit().await.unwrap();
        let verdict = store::verify(&db.db, TENANT).await.unwrap();

        assert!(matches!(verdict, Verdict::Broken { why: Break::Index, .. }), "{verdict:?}");
    }

    async fn what_one_reads_of_a_record_on_one_day_is_shown_once_and_stays_in_the_chain(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let id = report(&test).await;
        let path = format!("/notices/{id}");
        for name in ["ours", "mates"] {
            let staff = test.staff(name, "coordinator", test.wards[0]).await;
            test.account(staff, name).await;
        }
        let open = async |name: &str| {
            let token = test.sign_in(name).await;
            assert_eq!(test.get(&path, Some(&token)).await.status, StatusCode::OK);
        };

        // The day ends at midnight in Japan, which is three in the afternoon in UTC.
        let mut at = Vec::new();
        for (day, hour, name) in [(10, 10, "ours"), (10, 23, "ours"), (10, 23, "mates"), (11, 0, "ours")] {
            at.push(test.at(date(2025, 6, day), hour));
            open(name).await;
        }
        let mut read = db.db.read(TENANT).await.unwrap();
        let looks = store::list_looks(&mut read, TENANT, id, 10).await.unwrap();
        let times: Vec<(i64,)> = read
            .query_text("SELECT COUNT(*) FROM audit WHERE tenant = ?1 AND detail LIKE ?2", args![TENANT, format!("%read notice {id}%")])
            .await
            .unwrap();
        drop(read);
        let verdict = store::verify(&db.db, TENANT).await.unwrap();

        let shown: Vec<_> = looks.iter().map(|look| (look.verb.as_str(), look.actor_label.as_str(), look.at)).collect();
        assert_eq!(shown[..3], [("read", "ours", at[3]), ("read", "mates", at[2]), ("read", "ours", at[0])]);
        assert_eq!(shown[3..].iter().map(|look| (look.0, look.1)).collect::<Vec<_>>(), [("wrote", "public")]);
        assert_eq!(times, [(4,)]);
        assert!(matches!(verdict, Verdict::Whole { .. }), "{verdict:?}");
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

/// The schema before the index of looks.
fn before_looks() -> &'static [sasae_db::Migration] {
    let at = MIGRATIONS.iter().position(|one| one.name == "0012_look").unwrap();
    &MIGRATIONS[..at]
}

both_engines! {
    migrations = before_looks();

    async fn looks_of_before_are_taken_over_each_day_once(db: TestDb) {
        let (reader, subject) = (Id::from_u128(7), Id::from_u128(8));
        // 14:59 and 15:00 in UTC are two days in Japan.
        let minute = 60_000_000_i64;
        let evening = 20_000 * 24 * 60 * minute + (14 * 60 + 59) * minute;
        let mut tx = db.db.begin(TENANT).await.unwrap();
        for (seq, at, actor, verb) in [
            (1_i64, evening, None, "wrote"),
            (2, evening, Some(reader), "read"),
            (3, evening, Some(reader), "read"),
            (4, evening, Some(reader), "wrote"),
            (5, evening, None, "read"),
            (6, evening + minute, Some(reader), "read"),
        ] {
            let request = Id::from_u128(100 + seq as u128);
            tx.execute_text(
                "INSERT INTO audit (tenant, seq, at, actor, actor_label, act, request, detail, prev, hash) \
                 VALUES (?1, ?2, ?3, ?4, '', '', ?5, '', ?6, ?6)",
                args![TENANT, seq, at, actor, request, vec![0_u8]],
            )
            .await
            .unwrap();
            tx.execute_text(
                "INSERT INTO audit_subject (tenant, subject_id, seq, verb) VALUES (?1, ?2, ?3, ?4)",
                args![TENANT, subject, seq, verb],
            )
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();

        db.db.migrate(MIGRATIONS).await.unwrap();
        let mut read = db.db.read(TENANT).await.unwrap();
        let looks: Vec<(i64, i64, Id)> =
            read.query_text("SELECT seq, day, once FROM audit_look ORDER BY seq", &[]).await.unwrap();

        let request = |seq: u128| Id::from_u128(100 + seq);
        let wanted = [
            (1, 20_000, request(1)), (2, 20_000, reader), (4, 20_000, request(4)), (5, 20_000, request(5)), (6, 20_001, reader),
        ];
        assert_eq!(looks, wanted);
    }
}
