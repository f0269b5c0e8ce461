//! A process that dies in the middle of writing.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use sasae_db::{Db, Options, args, sql};
use uuid::Uuid;

use crate::{MIGRATIONS, TENANT, id, insert_person};

/// Names the database in the process that is going to be killed.
const DYING: &str = "SASAE_DB_DYING_WRITER";
const ACKNOWLEDGED: &str = "acknowledged ";

fn on_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

/// Eight writers without end, each transaction a person and a note; says what was acknowledged.
#[expect(clippy::print_stdout, reason = "the killing process reads it")]
async fn write_until_killed(url: &str) {
    let db = Db::open(url, &Options::default()).await.unwrap();
    let writers = (0..8u128).map(|writer| {
        let db = db.clone();
        tokio::spawn(async move {
            for turn in 0.. {
                let n = turn * 8 + writer;
                let mut tx = db.begin(TENANT).await.unwrap();
                insert_person(&mut tx, n, &n.to_string()).await.unwrap();
                tx.execute(
                    sql!("INSERT INTO note (tenant, person_id, seq, text) VALUES (?1, ?2, 1, 'x')"),
                    args![TENANT, id(n)],
                )
                .await
                .unwrap();
                tx.commit().await.unwrap();
                // The line break first ends what the test harness has begun to write.
                println!("\n{ACKNOWLEDGED}{n}");
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
}

#[test]
fn a_killed_writer_loses_nothing_acknowledged_and_leaves_nothing_half() {
    if let Ok(url) = std::env::var(DYING) {
        return on_runtime(write_until_killed(&url));
    }
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("sasae.sqlite").display());
    on_runtime(async {
        let db = Db::open(&url, &Options::default()).await.unwrap();
        db.migrate(MIGRATIONS).await.unwrap();
        db.close().await.unwrap();
    });
    let this_test = "crash::a_killed_writer_loses_nothing_acknowledged_and_leaves_nothing_half";
    let mut dying = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", this_test, "--nocapture"])
        .env(DYING, &url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(dying.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();

    for line in said {
        let line = line.unwrap();
        if let Some(n) = line.strip_prefix(ACKNOWLEDGED).and_then(|n| n.parse::<u128>().ok()) {
            acknowledged.push(id(n));
        }
        if acknowledged.len() == 200 {
            dying.kill().unwrap();
        }
    }
    dying.wait().unwrap();

    assert!(acknowledged.len() >= 200);
    let (persons, notes) = on_runtime(async {
        let db = Db::open(&url, &Options::default()).await.unwrap();
        let mut read = db.read(TENANT).await.unwrap();
        let persons = sql!("SELECT id FROM person WHERE tenant = ?1 ORDER BY id");
        let notes = sql!("SELECT person_id FROM note WHERE tenant = ?1 ORDER BY person_id");
        let persons = read.query::<(Uuid,)>(persons, args![TENANT]).await.unwrap();
        let notes = read.query::<(Uuid,)>(notes, args![TENANT]).await.unwrap();
        (persons, notes)
    });
    assert!(persons == notes, "a transaction is there whole or not at all");
    for n in acknowledged {
        assert!(persons.binary_search(&(n,)).is_ok(), "{n} was acknowledged");
    }
}
