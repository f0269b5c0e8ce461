//! Migrations, the register of statements, and copies.

use sasae_db::{Db, Engine, Error, Migration, Options, STATEMENTS, args, sql};
use sasae_test::{TestDb, both_engines};

use crate::{MIGRATIONS, OTHER, TENANT, committed_persons, id, insert_person, save_person};

const EMPTY: &[Migration] = &[];

const fn step(name: &'static str, common: &'static str) -> Migration {
    Migration { name, common, sqlite: "", postgres: "" }
}

const FIRST: Migration = step("1_first", "CREATE TABLE first (id BIGINT);");
const SECOND: Migration = step("2_second", "CREATE TABLE second (id BIGINT);");

async fn refusal(db: &Db, migrations: &[Migration]) -> String {
    db.migrate(migrations).await.unwrap_err().to_string()
}

async fn waits_for_disk(db: &Db) -> String {
    let text = match db.engine() {
        Engine::Sqlite => "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous",
        Engine::Postgres => "SELECT setting || ' ' || source FROM pg_settings WHERE name = 'synchronous_commit'",
    };
    let mut read = db.read("").await.unwrap();
    read.query_text::<(String,)>(text, &[]).await.unwrap()[0].0.clone()
}

both_engines! {
    migrations = EMPTY;

    async fn migrations_are_applied_once_and_in_order(test: TestDb) {
        let db = &test.db;

        assert_eq!(db.version().await.unwrap(), None);
        assert_eq!(db.migrate(&[FIRST]).await.unwrap(), ["1_first"]);
        assert_eq!(db.migrate(&[FIRST, SECOND]).await.unwrap(), ["2_second"]);
        assert_eq!(db.migrate(&[FIRST, SECOND]).await.unwrap(), [""; 0]);

        assert_eq!(db.version().await.unwrap().as_deref(), Some("2_second"));
    }

    async fn a_past_that_does_not_fit_is_refused(test: TestDb) {
        let db = &test.db;
        db.migrate(&[FIRST, SECOND]).await.unwrap();
        let changed = step("1_first", "CREATE TABLE first (id BIGINT, more TEXT);");

        let edited = refusal(db, &[changed, SECOND]).await;
        let unknown = refusal(db, &[FIRST]).await;
        let squeezed_in = refusal(db, &[FIRST, step("1b", ""), SECOND]).await;

        assert!(edited.contains("1_first was changed"), "{edited}");
        assert!(unknown.contains("2_second, which this version does not know"), "{unknown}");
        assert!(squeezed_in.contains("2_second where this version has 1b"), "{squeezed_in}");
    }

    async fn a_migration_that_fails_leaves_nothing_of_itself(test: TestDb) {
        let db = &test.db;
        let broken = step("2_second", "CREATE TABLE second (id BIGINT); CREATE TABLE first (id BIGINT);");
        let deferred = step("2_second", "CREATE TABLE second (
            id BIGINT REFERENCES first (id) DEFERRABLE INITIALLY DEFERRED);");

        let failed = refusal(db, &[FIRST, broken]).await;
        let not_here = refusal(db, &[FIRST, deferred]).await;

        assert!(failed.contains("2_second failed"), "{failed}");
        assert!(not_here.contains("deferred"), "{not_here}");
        assert_eq!(db.version().await.unwrap().as_deref(), Some("1_first"));
        assert_eq!(db.migrate(&[FIRST, SECOND]).await.unwrap(), ["2_second"]);
    }

    async fn two_processes_may_migrate_at_once(test: TestDb) {
        let other = test.open_again(&Options { durable: false, ..Options::default() }).await;

        let (one, two) = tokio::join!(test.db.migrate(MIGRATIONS), other.migrate(MIGRATIONS));

        let applied = one.unwrap().len() + two.unwrap().len();
        assert_eq!(applied, MIGRATIONS.len());
    }

    async fn only_a_database_opened_as_such_does_not_wait_for_the_disk(test: TestDb) {
        let durable = test.open_again(&Options::default()).await;
        let filling = test.open_again(&Options { durable: false, ..Options::default() }).await;

        let (kept, quick) = (waits_for_disk(&durable).await, waits_for_disk(&filling).await);

        match test.engine() {
            Engine::Sqlite => assert_eq!((kept.as_str(), quick.as_str()), ("2", "0")),
            Engine::Postgres => {
                // The server that tests run on may itself be told never to wait.
                assert!(!kept.ends_with("client"), "the server's setting is left alone: {kept}");
                assert_eq!(quick, "off client");
            }
        }
    }

    async fn a_migration_of_data_reaches_every_tenant(test: TestDb) {
        let db = &test.db;
        db.migrate(MIGRATIONS).await.unwrap();
        for tenant in [TENANT, OTHER] {
            let mut tx = db.begin(tenant).await.unwrap();
            tx.execute(
                sql!("INSERT INTO person (tenant, id, name) VALUES (?1, ?2, 'x')"),
                args![tenant, id(1)],
            ).await.unwrap();
            tx.commit().await.unwrap();
        }
        let all = [MIGRATIONS[0], MIGRATIONS[1], step("0003_age", "UPDATE person SET age = 65;")];

        db.migrate(&all).await.unwrap();

        for tenant in [TENANT, OTHER] {
            let mut read = db.read(tenant).await.unwrap();
            let age = sql!("SELECT age FROM person WHERE tenant = ?1");
            assert_eq!(read.scalar::<i64>(age, args![tenant]).await.unwrap(), 65);
        }
        if test.engine() == Engine::Postgres {
            let mut read = db.read(OTHER).await.unwrap();
            let guarded = "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'person'";
            assert_eq!(read.query_text::<(bool,)>(guarded, &[]).await.unwrap(), [(true,)]);
            let seen = read.query_text::<(i64,)>("SELECT count(*) FROM person", &[]).await.unwrap();
            assert_eq!(seen, [(1,)]);
        }
    }
}

both_engines! {
    migrations = MIGRATIONS;

    async fn each_engine_has_its_own_part_of_a_migration(test: TestDb) {
        let mut read = test.db.read("").await.unwrap();
        let (own, others) = match test.engine() {
            Engine::Sqlite => ("only_sqlite", "only_postgres"),
            Engine::Postgres => ("only_postgres", "only_sqlite"),
        };

        assert!(read.prepare_text(&format!("SELECT id FROM {own}")).await.is_ok());
        assert!(read.prepare_text(&format!("SELECT id FROM {others}")).await.is_err());
    }

    async fn every_registered_statement_prepares(test: TestDb) {
        let mut read = test.db.read("").await.unwrap();

        for statement in STATEMENTS {
            let prepared = read.prepare_text(statement.text).await;

            assert!(prepared.is_ok(), "{}:{}: {prepared:?}", statement.file, statement.line);
        }

        assert!(STATEMENTS.len() > 20);
        assert!(STATEMENTS.iter().any(|s| s.file.ends_with("schema.rs") && s.line > 20));
    }

    async fn a_copy_holds_what_was_committed(test: TestDb) {
        save_person(&test.db, 1, "committed").await.unwrap();
        let mut open = test.db.begin(TENANT).await.unwrap();
        insert_person(&mut open, 2, "not yet").await.unwrap();
        let to = test.folder.join("copy.sqlite");

        let copied = test.db.backup(&to).await;

        if test.engine() == Engine::Postgres {
            assert!(copied.unwrap_err().to_string().contains("use pg_dump"));
            return;
        }
        copied.unwrap();
        let again = test.db.backup(&to).await.unwrap_err();
        assert!(again.to_string().contains("never overwrites"), "{again}");
        let copy = Db::open(&format!("sqlite:{}", to.display()), &test.options).await.unwrap();
        assert_eq!(committed_persons(&copy).await, 1);
    }
}

#[tokio::test]
async fn a_missing_file_is_made_only_when_that_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("new.sqlite").display());
    let open = async |create| Db::open(&url, &Options { create, ..Options::default() }).await;

    let refused = open(false).await.map(drop);
    let made = open(true).await.map(drop);
    let found = open(false).await.map(drop);

    assert!(refused.is_err() && made.is_ok() && found.is_ok());
}

#[tokio::test]
async fn an_address_of_another_kind_is_refused() {
    for url in ["mysql://host/db", "sqlite::memory:", "sqlite:", ""] {
        let opened = Db::open(url, &Options::default()).await.map(drop);

        assert!(matches!(opened, Err(Error::Unsupported(_))), "{url}: {opened:?}");
    }
}

#[test]
fn postgres_plans_a_statement_once_unless_the_address_says_otherwise() {
    sasae_test::run(Engine::Postgres, EMPTY, |test: TestDb| async move {
        let mark = if test.url.contains('?') { '&' } else { '?' };
        let address = format!("{}{mark}options=-c%20plan_cache_mode%3Dauto", test.url);
        let other = Db::open(&address, &Options::default()).await.unwrap();
        let text = "SELECT setting FROM pg_settings WHERE name IN ('jit', 'plan_cache_mode') ORDER BY name";
        let mut set = Vec::new();
        for db in [&test.db, &other] {
            let mut read = db.read("").await.unwrap();
            set.push(read.query_text::<(String,)>(text, &[]).await.unwrap());
        }
        other.close().await.unwrap();

        assert_eq!(set[0], [("off".to_owned(),), ("force_generic_plan".to_owned(),)]);
        assert_eq!(set[1], [("off".to_owned(),), ("auto".to_owned(),)]);
    });
}
