use std::future::{Future as _, poll_fn};
use std::task::Poll;

use axum::http::StatusCode;
use futures_util::future::join_all;
use jiff::civil::date;
use sasae_core::id::Id;
use sasae_db::{Engine, args};
use sasae_test::{TestDb, both_engines};

use crate::audit::chain::{Break, Link, START, Verdict};
use crate::audit::{Anchor, Key, Trail, Verb, ids_of, in_words, store};
use crate::lang::Lang;
use crate::migrations::MIGRATIONS;
use crate::notice::{self, NoticeForm};
use crate::testing::{TENANT, TestApp};
use crate::web::router;

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
        let looks = store::list_looks(&mut read, TENANT, id, (0, 10)).await.unwrap();

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

    async fn the_row_of_a_reader_who_went_away_is_written_before_the_program_ends(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let id = report(&test).await;
        let ctx = test.public().await;
        ctx.saw(&notice::NOTICE, id);
        let entry = ctx.take_entry().unwrap();

        let mut writing = Box::pin(test.app.audit().write(TENANT, entry));
        // Once it was looked at, its row stands in line; it is not looked at again.
        let _written = poll_fn(|context| Poll::Ready(writing.as_mut().poll(context).is_ready())).await;
        drop(writing);
        test.app.audit().flush().await.unwrap();
        let mut read = db.db.read(TENANT).await.unwrap();
        let looks = store::list_looks(&mut read, TENANT, id, (0, 10)).await.unwrap();

        assert_eq!(test.app.audit().waiting(), 0);
        let verbs: Vec<&str> = looks.iter().map(|look| look.verb.as_str()).collect();
        assert_eq!(verbs, ["read", "wrote"]);
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

    async fn what_one_reads_on_one_page_on_one_day_is_shown_once_and_stays_in_the_chain(db: TestDb) {
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
        // Another page of the same day is another row.
        at.push(test.at(date(2025, 6, 11), 1));
        let token = test.sign_in("ours").await;
        assert_eq!(test.get("/notices", Some(&token)).await.status, StatusCode::OK);
        let mut read = db.db.read(TENANT).await.unwrap();
        let looks = store::list_looks(&mut read, TENANT, id, (0, 10)).await.unwrap();
        let times: Vec<(i64,)> = read
            .query_text("SELECT COUNT(*) FROM audit WHERE tenant = ?1 AND detail LIKE ?2", args![TENANT, format!("%read notice {id}%")])
            .await
            .unwrap();
        drop(read);
        let verdict = store::verify(&db.db, TENANT).await.unwrap();

        let shown: Vec<_> = looks.iter().map(|look| (look.act.as_str(), look.actor_label.as_str(), look.at)).collect();
        let page = "GET /notices/{id}";
        assert_eq!(
            shown[..4],
            [("GET /notices", "ours", at[4]), (page, "ours", at[3]), (page, "mates", at[2]), (page, "ours", at[0])]
        );
        assert_eq!((looks.len(), looks[4].verb.as_str(), shown[4].1), (5, "wrote", "public"));
        assert_eq!(times, [(5,)]);
        assert!(matches!(verdict, Verdict::Whole { .. }), "{verdict:?}");
    }

    async fn an_act_is_told_in_the_words_of_its_route(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let table = router::routes(&test.app).table();

        for route in table.iter() {
            assert!(!route.name.0.is_empty() && route.name.1.is_ascii(), "{}", route.act());
        }
        assert_eq!(in_words(&table, "GET /persons/{id}", "read", Lang::Ja), "人の記録で見た");
        let plans = in_words(&table, "POST /api/cases/{id}/plans", "wrote", Lang::En);
        assert_eq!(plans, "Wrote: The plan of a case (by another program)");
        assert_eq!(in_words(&table, "import persons", "wrote", Lang::Ja), "書いた（import persons）");
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

    async fn with_a_key_a_chain_that_was_computed_anew_is_found_out(db: TestDb) {
        let test = keyed(&db, 7).await;
        for _ in 0..5 {
            report(&test).await;
        }
        let key = test.app.audit_key().unwrap().clone();
        let before = store::verify_by(&db.db, TENANT, Some(&key), None).await.unwrap();
        assert!(matches!(before, Verdict::Whole { .. }), "{before:?}");
        let unproven = store::verify(&db.db, TENANT).await.unwrap();
        assert!(matches!(unproven, Verdict::Unproven { .. }), "{unproven:?}");

        // Whoever has the database can compute SHA-256, and deny that there ever was a key.
        compute_anew(&db, 3, None, "somebody").await;
        let found = store::verify_by(&db.db, TENANT, Some(&key), None).await.unwrap();

        assert_eq!(found, Verdict::Broken { seq: 3, why: Break::Content });
    }

    async fn whoever_has_key_and_database_is_found_out_by_a_head_noted_elsewhere(db: TestDb) {
        let test = keyed(&db, 7).await;
        for _ in 0..5 {
            report(&test).await;
        }
        let key = test.app.audit_key().unwrap().clone();
        let mut read = db.db.read(TENANT).await.unwrap();
        let (noted, _) = store::find_head(&mut read, TENANT).await.unwrap();
        drop(read);
        report(&test).await;
        let since = |anchor: Anchor| {
            let (db, key) = (&db.db, &key);
            async move { store::verify_by(db, TENANT, Some(key), Some(&anchor)).await.unwrap() }
        };
        assert_eq!(Anchor::read(&noted.line()), Some(noted.clone()));
        assert!(matches!(since(noted.clone()).await, Verdict::Whole { .. }));

        compute_anew(&db, 2, Some(&key), "somebody").await;
        let without = store::verify_by(&db.db, TENANT, Some(&key), None).await.unwrap();
        let with = since(noted.clone()).await;
        let later = Anchor { seq: noted.seq + 50, ..noted.clone() };

        assert!(matches!(without, Verdict::Whole { .. }), "{without:?}");
        assert_eq!(with, Verdict::Broken { seq: noted.seq, why: Break::Anchor });
        assert!(matches!(since(later).await, Verdict::Broken { why: Break::Anchor, .. }), "rows were cut off");
    }

    async fn without_its_key_nothing_is_written_and_a_lost_one_is_followed_by_another(db: TestDb) {
        let test = keyed(&db, 7).await;
        report(&test).await;
        let mut read = db.db.read(TENANT).await.unwrap();
        let (head, _) = store::find_head(&mut read, TENANT).await.unwrap();
        drop(read);

        let test = test.with_settings(|settings| settings.audit_key = None);
        let ctx = test.public().await;
        let form = NoticeForm { kind: "not_seen".to_owned(), area: test.wards[0].to_string(), ..NoticeForm::default() };
        let mut work = ctx.begin().await.unwrap();
        notice::report(&ctx, &mut work, &form).await.unwrap();
        let refused = work.commit("").await;
        let mut another = Key::new([8; 32]);
        another.begin(head, true);
        let mut tx = db.db.begin(TENANT).await.unwrap();
        store::change_key(&mut tx, TENANT, &another).await.unwrap();
        tx.commit().await.unwrap();
        let kept = another.clone();
        let test = test.with_settings(|settings| settings.audit_key = Some(kept.into()));
        report(&test).await;
        let verdict = store::verify_by(&db.db, TENANT, Some(&another), None).await.unwrap();

        assert!(refused.is_err());
        assert!(matches!(verdict, Verdict::Whole { .. }), "{verdict:?}");
    }
}

/// The test city with a key from its first row on.
async fn keyed(db: &TestDb, secret: u8) -> TestApp {
    let mut key = Key::new([secret; 32]);
    key.begin(Anchor { tenant: TENANT.to_owned(), seq: 0, hash: START.to_vec() }, false);
    // The areas of the test city are written before: the chain is still empty of rows then, or it is not keyed.
    let test = TestApp::new(db.db.clone()).await;
    let mut read = db.db.read(TENANT).await.unwrap();
    let (head, _) = store::find_head(&mut read, TENANT).await.unwrap();
    drop(read);
    if head.seq > 0 {
        key = Key::new([secret; 32]);
        key.begin(head, false);
    }
    test.with_settings(|settings| settings.audit_key = Some(key.into()))
}

/// Changes a row and computes every hash from there on as the program does, so that the chain follows.
async fn compute_anew(db: &TestDb, from: i64, key: Option<&Key>, label: &str) {
    type Row = (i64, jiff::Timestamp, Option<Id>, String, String, Id, String, Vec<u8>);
    let mut read = db.db.read(TENANT).await.unwrap();
    let text =
        "SELECT seq, at, actor, actor_label, act, request, detail, prev FROM audit WHERE tenant = ?1 ORDER BY seq";
    let rows: Vec<Row> = read.query_text(text, args![TENANT]).await.unwrap();
    drop(read);
    tamper(db, "UPDATE audit_head SET key_id = '' WHERE tenant = ?1").await;
    let mut prev = None;
    for (seq, at, actor, actor_label, act, request, detail, before) in rows.into_iter().filter(|row| row.0 >= from) {
        let actor_label = if seq == from { label.to_owned() } else { actor_label };
        let at = at.as_microsecond();
        let link = Link { seq, at, actor, actor_label: &actor_label, act: &act, request, detail: &detail };
        let before = prev.unwrap_or(before);
        let hash = link.hash(&before, key);
        let mut tx = db.db.begin(TENANT).await.unwrap();
        let text = "UPDATE audit SET actor_label = ?3, prev = ?4, hash = ?5 WHERE tenant = ?1 AND seq = ?2";
        tx.execute_text(text, args![TENANT, seq, &actor_label, &before, &hash]).await.unwrap();
        tx.execute_text("UPDATE audit_head SET hash = ?2 WHERE tenant = ?1", args![TENANT, &hash]).await.unwrap();
        tx.commit().await.unwrap();
        prev = Some(hash);
    }
}
