//! Many writers at once: they share commits on SQLite, and nobody may notice.

use std::path::Path;
use std::task::Poll;

use sasae_db::{Db, Engine, Error, Options, Value, args, sql};
use sasae_test::{TestDb, both_engines};

use crate::{MIGRATIONS, TENANT, committed_persons, id, insert_person, poll_once, save_person};

async fn has_person(db: &Db, n: u128) -> bool {
    let mut read = db.read(TENANT).await.unwrap();
    read.scalar(sql!("SELECT EXISTS (SELECT 1 FROM person WHERE tenant = ?1 AND id = ?2)"), args![TENANT, id(n)])
        .await
        .unwrap()
}

/// The database as the program has it: waiting for the disk.
async fn durable(test: &TestDb) -> Db {
    let options = Options { durable: true, ..test.options.clone() };
    test.open_again(&options).await
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_hundred_committers_at_once_are_all_durable_and_visible(test: TestDb) {
        let db = durable(&test).await;

        let committers = (0..100).map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                save_person(&db, n, &n.to_string()).await.unwrap();
                has_person(&db, n).await
            })
        });
        for committer in committers.collect::<Vec<_>>() {
            assert!(committer.await.unwrap(), "a committed row is visible at once");
        }

        assert_eq!(committed_persons(&test.db).await, 100);
    }

    async fn those_that_fail_or_walk_away_do_not_hurt_the_others(test: TestDb) {
        let db = durable(&test).await;
        save_person(&db, 1_000, "taken").await.unwrap();

        let writers = (0..120u128).map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut tx = db.begin(TENANT).await.unwrap();
                insert_person(&mut tx, n, &n.to_string()).await.unwrap();
                match n % 4 {
                    0 => {
                        let taken = insert_person(&mut tx, 2_000 + n, "taken").await;
                        assert!(taken.unwrap_err().is_unique_on("person"));
                        assert!(matches!(tx.commit().await, Err(Error::Aborted)));
                        false
                    }
                    1 => false,
                    _ => {
                        tx.commit().await.unwrap();
                        true
                    }
                }
            })
        });
        for (n, writer) in (0..).zip(writers.collect::<Vec<_>>()) {
            let committed = writer.await.unwrap();
            assert_eq!(has_person(&test.db, n).await, committed, "writer {n}");
        }

        assert_eq!(committed_persons(&test.db).await, 61);
    }

    async fn a_commit_whose_caller_has_gone_away_still_ends(test: TestDb) {
        let mut first = test.db.begin(TENANT).await.unwrap();
        insert_person(&mut first, 1, "first").await.unwrap();
        let mut second = Box::pin(test.db.begin(TENANT));
        // Stands in the line behind the first, so that the first hands over on SQLite.
        let in_line = poll_once(second.as_mut()).await.is_pending();

        let mut commit = Box::pin(first.commit());
        let polled = poll_once(commit.as_mut()).await;
        drop(commit);
        drop(second);
        let third = test.db.begin(TENANT).await.unwrap();
        drop(third);

        assert!(in_line);
        match (test.engine(), polled) {
            // The group was closed before the third got its turn.
            (Engine::Sqlite, polled) => {
                assert!(polled.is_pending());
                assert_eq!(committed_persons(&test.db).await, 1);
            }
            // A quick server answers before anybody can go away.
            (Engine::Postgres, Poll::Ready(done)) => {
                done.unwrap();
                assert_eq!(committed_persons(&test.db).await, 1);
            }
            // What was sent may be carried out or not.
            (Engine::Postgres, Poll::Pending) => assert!(committed_persons(&test.db).await <= 1),
        }
        save_person(&test.db, 2, "second").await.unwrap();
    }

    async fn writers_read_what_the_one_before_them_wrote(test: TestDb) {
        save_person(&test.db, 1, "counted").await.unwrap();

        let writers = (0..50).map(|_| {
            let db = test.db.clone();
            tokio::spawn(async move {
                let mut tx = db.begin(TENANT).await.unwrap();
                let add = sql!("UPDATE person SET age = coalesce(age, 0) + 1 WHERE tenant = ?1");
                tx.execute(add, args![TENANT]).await.unwrap();
                tx.commit().await.unwrap();
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }

        let mut read = test.db.read(TENANT).await.unwrap();
        let age = sql!("SELECT age FROM person WHERE tenant = ?1");
        assert_eq!(read.scalar::<i64>(age, args![TENANT]).await.unwrap(), 50);
    }
}

/// Limits how far the file may grow, as a full disk would.
async fn limit_pages(db: &Db, pages: i64) {
    let mut tx = db.begin(TENANT).await.unwrap();
    let text = format!("PRAGMA max_page_count = {pages}");
    tx.query_text::<(i64,)>(&text, &[]).await.unwrap();
}

async fn pages(db: &Db) -> i64 {
    let mut tx = db.begin(TENANT).await.unwrap();
    tx.query_text::<(i64,)>("PRAGMA page_count", &[]).await.unwrap()[0].0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path()).await;
    limit_pages(&db, pages(&db).await + 12).await;

    let writers = (0..40u128).map(|n| {
        let db = db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin(TENANT).await?;
            insert_person(&mut tx, n, &n.to_string()).await?;
            let note = Value::from("長い".repeat(2_000));
            let insert = sql!("INSERT INTO note (tenant, person_id, seq, text) VALUES (?1, ?2, 1, ?3)");
            tx.execute(insert, args![TENANT, id(n), note]).await?;
            tx.commit().await
        })
    });
    let mut full = 0;
    for (n, writer) in (0..).zip(writers.collect::<Vec<_>>()) {
        let outcome = writer.await.unwrap();
        assert!(matches!(outcome, Ok(()) | Err(Error::Full)), "{outcome:?}");
        assert_eq!(has_person(&db, n).await, outcome.is_ok(), "writer {n}");
        full += u32::from(outcome.is_err());
    }

    assert!(full > 0, "the limit was reached");
    limit_pages(&db, 1_000_000).await;
    save_person(&db, 100, "after room was made").await.unwrap();
}

async fn open(folder: &Path) -> Db {
    let url = format!("sqlite:{}", folder.join("sasae.sqlite").display());
    let db = Db::open(&url, &Options::default()).await.unwrap();
    db.migrate(MIGRATIONS).await.unwrap();
    db
}
