//! Transactions, their errors, and who sees what.

use std::task::Poll;
use std::time::Duration;

use sasae_db::{Db, Engine, Error, Options, args, sql};
use sasae_test::{TestDb, both_engines};
use uuid::Uuid;

use crate::{MIGRATIONS, OTHER, TENANT, committed_persons, count_persons, id, insert_person, poll_once, save_person};

both_engines! {
    migrations = MIGRATIONS;

    async fn a_committed_transaction_stays_and_a_dropped_one_does_not(test: TestDb) {
        let mut tx = test.db.begin(TENANT).await.unwrap();
        insert_person(&mut tx, 1, "kept").await.unwrap();
        assert_eq!(committed_persons(&test.db).await, 0);
        assert_eq!(count_persons(&mut tx).await, 1);
        tx.commit().await.unwrap();

        // More often than the pool has connections: each must come back clean.
        for _ in 0..20 {
            let mut tx = test.db.begin(TENANT).await.unwrap();
            insert_person(&mut tx, 2, "dropped").await.unwrap();
            drop(tx);
        }

        assert_eq!(committed_persons(&test.db).await, 1);
    }

    async fn returning_gives_the_written_rows(test: TestDb) {
        let mut tx = test.db.begin(TENANT).await.unwrap();

        let inserted = tx
            .query_one::<(Uuid, String)>(
                sql!("INSERT INTO person (tenant, id, name) VALUES (?1, ?2, ?3) RETURNING id, name"),
                args![TENANT, id(1), "一"],
            )
            .await
            .unwrap();
        insert_person(&mut tx, 2, "二").await.unwrap();
        let mut updated = tx
            .query::<(Uuid,)>(
                sql!("UPDATE person SET age = 80 WHERE tenant = ?1 RETURNING id"),
                args![TENANT],
            )
            .await
            .unwrap();
        let none = tx
            .query_opt::<(Uuid,)>(
                sql!("DELETE FROM person WHERE tenant = ?1 AND age = 1 RETURNING id"),
                args![TENANT],
            )
            .await
            .unwrap();

        updated.sort_unstable();
        assert_eq!(inserted, (id(1), "一".to_owned()));
        assert_eq!(updated, [(id(1),), (id(2),)]);
        assert_eq!(none, None);
    }

    async fn changed_rows_are_counted(test: TestDb) {
        let mut tx = test.db.begin(TENANT).await.unwrap();
        for n in 0..3 {
            insert_person(&mut tx, n, &n.to_string()).await.unwrap();
        }
        let older = sql!("UPDATE person SET age = ?2 WHERE tenant = ?1 AND name >= ?3");

        let two = tx.execute(older, args![TENANT, 70, "1"]).await.unwrap();
        let none = tx.execute(older, args![TENANT, 70, "9"]).await.unwrap();
        let created = tx.execute_text("CREATE INDEX person_by_age ON person (age)", &[]).await.unwrap();

        assert_eq!((two, none, created), (2, 0, 0));
    }

    async fn a_missing_row_is_not_found(test: TestDb) {
        let mut read = test.db.read(TENANT).await.unwrap();
        let name = sql!("SELECT name FROM person WHERE tenant = ?1 AND id = ?2");

        let one = read.query_one::<(String,)>(name, args![TENANT, id(1)]).await;
        let scalar = read.scalar::<String>(name, args![TENANT, id(1)]).await;
        let optional = read.scalar_opt::<String>(name, args![TENANT, id(1)]).await;

        assert!(matches!(one, Err(Error::NotFound)));
        assert!(matches!(scalar, Err(Error::NotFound)));
        assert!(matches!(optional, Ok(None)));
    }

    async fn constraints_are_told_apart(test: TestDb) {
        save_person(&test.db, 1, "ann").await.unwrap();
        save_person(&test.db, 2, "bob").await.unwrap();
        let refused = async |text: &str, person: u128| {
            let mut tx = test.db.begin(TENANT).await.unwrap();
            tx.execute_text(text, args![TENANT, id(person)]).await.unwrap_err()
        };

        let key = refused("INSERT INTO person (tenant, id, name) VALUES (?1, ?2, 'x')", 1).await;
        let code = refused("UPDATE person SET code = 'c' WHERE tenant = ?1 AND id <> ?2", 9).await;
        let folded = refused("UPDATE person SET name = 'ANN' WHERE tenant = ?1 AND id = ?2", 2).await;
        let parent = refused("INSERT INTO note VALUES (?1, ?2, 1, 'x')", 3).await;
        let missing = refused("UPDATE person SET name = NULL WHERE tenant = ?1 AND id = ?2", 1).await;
        let check = refused("UPDATE person SET age = -1 WHERE tenant = ?1 AND id = ?2", 1).await;

        for unique in [&key, &code, &folded] {
            assert!(unique.is_unique_on("person") && !unique.is_unique_on("note"), "{unique:?}");
        }
        let named = |error: &Error| match error {
            Error::Unique { constraint } => constraint.clone(),
            other => panic!("{other:?}"),
        };
        let (by_key, by_code) = match test.engine() {
            Engine::Sqlite => ("person(tenant,id)", "person(tenant,code)"),
            Engine::Postgres => ("person.person_pkey", "person.person_tenant_code_key"),
        };
        assert_eq!((named(&key), named(&code)), (by_key.to_owned(), by_code.to_owned()));
        assert_eq!(named(&folded), "person.person_folded");
        assert!(matches!(parent, Error::ForeignKey), "{parent:?}");
        assert!(matches!(&missing, Error::NotNull { column } if column == "person.name"), "{missing:?}");
        assert!(matches!(&check, Error::Check { constraint } if constraint == "person_age"), "{check:?}");
    }

    async fn after_a_failed_statement_only_a_rollback_is_left(test: TestDb) {
        save_person(&test.db, 1, "first").await.unwrap();
        let mut tx = test.db.begin(TENANT).await.unwrap();
        insert_person(&mut tx, 2, "second").await.unwrap();

        let twice = insert_person(&mut tx, 1, "again").await;
        let after = insert_person(&mut tx, 3, "third").await;
        let commit = tx.commit().await;

        assert!(twice.unwrap_err().is_unique_on("person"));
        assert!(matches!(after, Err(Error::Aborted)));
        assert!(matches!(commit, Err(Error::Aborted)));
        assert_eq!(committed_persons(&test.db).await, 1);
    }

    async fn a_row_that_does_not_decode_spoils_nothing(test: TestDb) {
        let mut tx = test.db.begin(TENANT).await.unwrap();
        insert_person(&mut tx, 1, "first").await.unwrap();

        let wrong = tx
            .scalar::<i64>(sql!("SELECT name FROM person WHERE tenant = ?1"), args![TENANT])
            .await;
        tx.commit().await.unwrap();

        assert!(matches!(wrong, Err(Error::Decode { .. })));
        assert_eq!(committed_persons(&test.db).await, 1);
    }

    async fn a_statement_nobody_waited_for_spoils_the_transaction(test: TestDb) {
        // However quick the server, it cannot answer while another holds the key.
        let other = match test.engine() {
            Engine::Sqlite => None,
            Engine::Postgres => {
                let mut other = test.db.begin(TENANT).await.unwrap();
                insert_person(&mut other, 1, "other").await.unwrap();
                Some(other)
            }
        };
        let mut tx = test.db.begin(TENANT).await.unwrap();

        let mut statement = Box::pin(insert_person(&mut tx, 1, "first"));
        let polled = poll_once(statement.as_mut()).await;
        drop(statement);
        drop(other);
        let commit = tx.commit().await;

        // SQLite runs a statement within one poll, so there is nothing to walk away from.
        match polled {
            Poll::Ready(done) => assert!(done.is_ok() && commit.is_ok()),
            Poll::Pending => assert!(matches!(commit, Err(Error::Aborted))),
        }
        assert_eq!(polled_rows(test.engine()), committed_persons(&test.db).await);
    }

    async fn a_snapshot_sees_one_state_throughout(test: TestDb) {
        save_person(&test.db, 1, "before").await.unwrap();
        let mut snapshot = test.db.snapshot(TENANT).await.unwrap();

        save_person(&test.db, 2, "after").await.unwrap();

        assert_eq!(count_persons(&mut snapshot).await, 1);
        drop(snapshot);
        assert_eq!(committed_persons(&test.db).await, 2);
    }

    async fn a_snapshot_does_not_write(test: TestDb) {
        let mut snapshot = test.db.snapshot(TENANT).await.unwrap();

        let refused = snapshot
            .query_text::<(String,)>(
                "INSERT INTO person (tenant, id, name) VALUES (?1, ?2, 'x') RETURNING name",
                args![TENANT, id(1)],
            )
            .await;

        assert!(matches!(refused, Err(Error::Other(_))), "{refused:?}");
        drop(snapshot);
        assert_eq!(committed_persons(&test.db).await, 0);
    }

    async fn another_tenants_rows_are_out_of_reach_on_postgresql(test: TestDb) {
        save_person(&test.db, 1, "ours").await.unwrap();
        let everyone = sql!("SELECT count(*) FROM person");

        let ours = test.db.read(TENANT).await.unwrap().scalar::<i64>(everyone, &[]).await.unwrap();
        let theirs = test.db.read(OTHER).await.unwrap().scalar::<i64>(everyone, &[]).await.unwrap();
        let nobody = test.db.read("").await.unwrap().scalar::<i64>(everyone, &[]).await.unwrap();
        let mut tx = test.db.begin(OTHER).await.unwrap();
        let planted = insert_person(&mut tx, 2, "planted").await;
        drop(tx);
        let mut tx = test.db.begin(OTHER).await.unwrap();
        let renamed = tx.execute(sql!("UPDATE person SET age = 1"), &[]).await.unwrap();

        // SQLite has no such wall: there each statement's own condition is all.
        let wall = test.engine() == Engine::Postgres;
        let (hidden, refused) = if wall { (0, true) } else { (1, false) };
        assert_eq!((ours, theirs, nobody), (1, hidden, hidden));
        assert_eq!(planted.is_err(), refused);
        assert_eq!(renamed, u64::try_from(hidden).unwrap());
    }

    async fn bulk_obeys_the_wall_between_tenants(test: TestDb) {
        let row = |tenant: &'static str| vec![vec![tenant.into(), id(1).into(), "x".into()]];
        let columns = &["tenant", "id", "name"];
        let mut tx = test.db.begin(TENANT).await.unwrap();
        let ours = tx.bulk("person", columns, row(TENANT)).await;
        tx.commit().await.unwrap();
        let mut tx = test.db.begin(TENANT).await.unwrap();
        let twice = tx.bulk("person", columns, row(TENANT)).await;
        drop(tx);
        let mut tx = test.db.begin(TENANT).await.unwrap();
        let theirs = tx.bulk("person", columns, row(OTHER)).await;

        assert_eq!(ours.unwrap(), 1);
        assert!(twice.unwrap_err().is_unique_on("person"));
        assert_eq!(theirs.is_err(), test.engine() == Engine::Postgres);
    }

    async fn a_lock_that_does_not_come_free_is_a_retry(test: TestDb) {
        save_person(&test.db, 1, "first").await.unwrap();
        let hasty = Options { patience: Duration::from_millis(30), ..test.options.clone() };
        let second = test.open_again(&hasty).await;
        let mut holder = test.db.begin(TENANT).await.unwrap();
        holder
            .execute(sql!("UPDATE person SET age = 1 WHERE tenant = ?1"), args![TENANT])
            .await
            .unwrap();

        let refused = match test.engine() {
            // The whole file has one writer, also among processes.
            Engine::Sqlite => second.begin(TENANT).await.map(drop),
            Engine::Postgres => {
                let mut tx = second.begin(TENANT).await.unwrap();
                let locked = "SELECT name FROM person WHERE tenant = ?1 FOR UPDATE NOWAIT";
                tx.query_text::<(String,)>(locked, args![TENANT]).await.map(drop)
            }
        };

        assert!(matches!(refused, Err(Error::Retry)), "{refused:?}");
        holder.commit().await.unwrap();
        second.begin(TENANT).await.unwrap().commit().await.unwrap();
    }

    async fn readers_and_writers_run_out_with_a_retry(test: TestDb) {
        let hasty = Options {
            patience: Duration::from_millis(30),
            readers: 1,
            connections: 1,
            ..test.options.clone()
        };
        let db = test.open_again(&hasty).await;
        let read = db.read(TENANT).await.unwrap();

        let second = db.read(TENANT).await.map(drop);

        assert!(matches!(second, Err(Error::Retry)));
        drop(read);
        let tx = db.begin(TENANT).await.unwrap();
        assert!(matches!(db.begin(TENANT).await.map(drop), Err(Error::Retry)));
        drop(tx);
        db.begin(TENANT).await.unwrap().commit().await.unwrap();
    }

    async fn a_closed_database_says_so(test: TestDb) {
        let db = test.open_again(&test.options).await;
        let clone = db.clone();
        save_person(&db, 1, "first").await.unwrap();

        db.close().await.unwrap();

        assert!(matches!(clone.read(TENANT).await.map(drop), Err(Error::Closed)));
        assert!(matches!(clone.begin(TENANT).await.map(drop), Err(Error::Closed)));
        assert_eq!(committed_persons(&test.db).await, 1);
    }
}

fn polled_rows(engine: Engine) -> i64 {
    match engine {
        Engine::Sqlite => 1,
        Engine::Postgres => 0,
    }
}

#[test]
fn what_passes_on_postgres_is_told_from_what_does_not() {
    sasae_test::run(Engine::Postgres, &[], |test: TestDb| async move {
        for (code, wanted) in [
            ("53100", Some("Full")),
            ("53300", Some("Retry")),
            ("53200", Some("Retry")),
            ("40P01", Some("Retry")),
            ("57P01", Some("Closed")),
            ("22012", None),
        ] {
            let mut tx = test.db.begin(TENANT).await.unwrap();
            let text = format!("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$");
            let error = tx.execute_text(&text, &[]).await.unwrap_err();

            assert_eq!(error.is_passing(), wanted.is_some(), "{code}: {error:?}");
            assert_eq!(error.twin().is_passing(), wanted.is_some(), "{code}: for another who waits");
            if let Some(wanted) = wanted {
                assert_eq!(format!("{error:?}"), wanted, "{code}");
            }
        }
    });
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_told_from_one_that_refuses() {
    let away = Db::open("postgres://nobody@127.0.0.1:1/x", &Options::default()).await.err().unwrap();

    assert!(matches!(&away, Error::Unreachable(why) if why.contains("refused")), "{away:?}");
    assert!(away.is_passing());
}
