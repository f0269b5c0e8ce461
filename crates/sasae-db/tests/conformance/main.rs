//! Every behaviour of the face, on both engines.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod crash;
mod group;
mod schema;
mod tls;
mod transactions;
mod values;

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use sasae_db::{Conn, Db, Migration, args, sql};
use uuid::Uuid;

const TENANT: &str = "401005";
const OTHER: &str = "131024";

const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_person",
        common: "
            CREATE TABLE person (
                tenant TEXT NOT NULL,
                id UUID NOT NULL,
                name TEXT NOT NULL,
                age BIGINT,
                code TEXT,
                PRIMARY KEY (tenant, id),
                UNIQUE (tenant, code),
                CONSTRAINT person_age CHECK (age >= 0)
            );
            CREATE UNIQUE INDEX person_folded ON person (tenant, lower(name));
            CREATE TABLE note (
                tenant TEXT NOT NULL,
                person_id UUID NOT NULL,
                seq BIGINT NOT NULL,
                text TEXT NOT NULL,
                PRIMARY KEY (tenant, person_id, seq),
                FOREIGN KEY (tenant, person_id) REFERENCES person (tenant, id)
            ) /* WITHOUT ROWID */;",
        sqlite: "",
        postgres: "",
    },
    Migration {
        name: "0002_every_type",
        common: "
            CREATE TABLE every_type (
                id BIGINT NOT NULL PRIMARY KEY,
                small INTEGER,
                flag BOOLEAN,
                ratio DOUBLE PRECISION,
                words TEXT,
                raw BYTEA,
                uid UUID,
                day DATE,
                moment BIGINT,
                doc JSONB
            );",
        sqlite: "CREATE TABLE only_sqlite (id BIGINT);",
        postgres: "CREATE TABLE only_postgres (id BIGINT);",
    },
];

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Saves a person in a transaction of its own.
async fn save_person(db: &Db, n: u128, name: &str) -> sasae_db::Result<()> {
    let mut tx = db.begin(TENANT).await?;
    insert_person(&mut tx, n, name).await?;
    tx.commit().await
}

async fn insert_person(tx: &mut sasae_db::Tx, n: u128, name: &str) -> sasae_db::Result<u64> {
    tx.execute(sql!("INSERT INTO person (tenant, id, name) VALUES (?1, ?2, ?3)"), args![TENANT, id(n), name]).await
}

async fn count_persons(conn: &mut Conn) -> i64 {
    conn.scalar(sql!("SELECT count(*) FROM person WHERE tenant = ?1"), args![TENANT]).await.unwrap()
}

/// What another connection sees now.
async fn committed_persons(db: &Db) -> i64 {
    count_persons(&mut db.read(TENANT).await.unwrap()).await
}

/// Polls a future once, as one whose caller then goes away.
async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}
