//! A fresh database for each test: a copy of one that was migrated once.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sasae_db::{Db, Engine, Migration, Options, schema_checksum};
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio_postgres::{Client, NoTls};

/// A database of its own for one test; it is removed after the test.
pub struct TestDb {
    /// The database, migrated and empty.
    pub db: Db,
    /// Its address, to open it a second time.
    pub url: String,
    /// How it was opened: without waiting for the disk, with few connections.
    pub options: Options,
    /// A folder for what the test writes.
    pub folder: PathBuf,
}

impl TestDb {
    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.db.engine()
    }

    /// Opens the same database once more, as another process would.
    ///
    /// # Panics
    /// If it cannot be opened.
    pub async fn open_again(&self, options: &Options) -> Db {
        Db::open(&self.url, options).await.expect("opens again")
    }
}

/// What has to go after the test.
pub(crate) struct Removal {
    db: Db,
    /// Removed when dropped.
    _folder: TempDir,
    /// The server and the database on it.
    database: Option<(String, String)>,
}

impl Removal {
    /// Best effort: what stays is found and replaced by the next test of that name.
    pub(crate) async fn run(self) {
        // A test may hold a transaction beyond its end; then the files go all the same.
        drop(self.db.close().await);
        if let Some((server, name)) = self.database {
            let client = connect(&server).await;
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            if let Err(cause) = client.batch_execute(&drop).await {
                eprintln!("the test database {name} stays: {cause}");
            }
        }
    }
}

pub(crate) async fn create(engine: Engine, migrations: &[Migration]) -> (TestDb, Removal) {
    let folder = tempfile::Builder::new().prefix("sasae-test-").tempdir().expect("a temporary folder");
    let (url, database) = match engine {
        Engine::Sqlite => (sqlite_copy(&folder, migrations).await, None),
        Engine::Postgres => {
            let (server, name) = postgres_copy(migrations).await;
            (with_database(&server, &name), Some((server, name)))
        }
    };
    let options = Options { durable: false, readers: 2, connections: 8, ..Options::default() };
    let db = Db::open(&url, &options).await.expect("the copy opens");
    let test = TestDb { db: db.clone(), url, options, folder: folder.path().to_owned() };
    let removal = Removal { db, _folder: folder, database };
    (test, removal)
}

/// The migrated file of each schema that this process has seen.
static FILES: Mutex<Option<HashMap<String, Arc<Vec<u8>>>>> = Mutex::const_new(None);

async fn sqlite_copy(folder: &TempDir, migrations: &[Migration]) -> String {
    let mut files = FILES.lock().await;
    let files = files.get_or_insert_default();
    let key = schema_checksum(migrations);
    let template = match files.get(&key) {
        Some(template) => Arc::clone(template),
        None => {
            let path = folder.path().join("template.sqlite");
            let options = Options { durable: false, readers: 1, ..Options::default() };
            let url = format!("sqlite:{}", path.display());
            let db = Db::open(&url, &options).await.expect("the template opens");
            db.migrate(migrations).await.expect("the migrations run");
            db.close().await.expect("the template closes");
            let template = Arc::new(std::fs::read(&path).expect("the template reads"));
            files.insert(key, Arc::clone(&template));
            template
        }
    };
    let path = folder.path().join("sasae.sqlite");
    std::fs::write(&path, template.as_slice()).expect("the copy is written");
    format!("sqlite:{}", path.display())
}

/// A database made from the template of this schema, which is made if it is not there yet. Gives
/// the server's address and the database's name.
async fn postgres_copy(migrations: &[Migration]) -> (String, String) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("SASAE_TEST_PG").unwrap_or_else(|_| {
        panic!(
            "SASAE_TEST_PG names no PostgreSQL server: run the tests through `cargo xtask test`, \
             which starts one"
        )
    });
    let client = connect(&server).await;
    let checksum = schema_checksum(migrations);
    let template = template(&client, &server, &checksum[..16], migrations).await;
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("sasae_test_{}_{number}", std::process::id());
    batch(&client, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    batch(&client, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    (server, name)
}

/// Makes the template once for all processes of the server.
async fn template(client: &Client, server: &str, checksum: &str, migrations: &[Migration]) -> String {
    let name = format!("sasae_template_{checksum}");
    // Ends with the connection, should this process die.
    batch(client, "SELECT pg_advisory_lock(495588991334)").await;
    let found = client
        .query("SELECT 1 FROM pg_database WHERE datname = $1", &[&name])
        .await
        .expect("the server lists its databases");
    if found.is_empty() {
        let unfinished = format!("{name}_unfinished");
        batch(client, &format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await;
        batch(client, &format!("CREATE DATABASE {unfinished}")).await;
        let options = Options { connections: 1, ..Options::default() };
        let db = Db::open(&with_database(server, &unfinished), &options).await.expect("the template opens");
        db.migrate(migrations).await.expect("the migrations run");
        db.close().await.expect("the template closes");
        // The server may take a moment to notice that the last connection is gone. Its own
        // workers, which tidy up there, make way for the new name by themselves.
        let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
                   WHERE datname = $1 AND usename = current_user";
        client.query(end, &[&unfinished]).await.expect("connections to the template end");
        batch(client, &format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await;
    }
    batch(client, "SELECT pg_advisory_unlock(495588991334)").await;
    name
}

async fn connect(server: &str) -> Client {
    let (client, connection) =
        tokio_postgres::connect(server, NoTls).await.expect("the server that SASAE_TEST_PG names answers");
    tokio::spawn(connection);
    let role = client
        .query_one(
            "SELECT rolsuper OR rolbypassrls, rolcreatedb FROM pg_roles \
             WHERE rolname = current_user",
            &[],
        )
        .await
        .expect("the server knows the role");
    assert!(
        !role.get::<_, bool>(0) && role.get::<_, bool>(1),
        "the role of SASAE_TEST_PG must have CREATEDB and be neither superuser nor BYPASSRLS"
    );
    client
}

async fn batch(client: &Client, text: &str) {
    if let Err(cause) = client.batch_execute(text).await {
        panic!("{text}: {cause}");
    }
}

/// The same server's address with another database.
fn with_database(server: &str, name: &str) -> String {
    let (address, query) = match server.split_once('?') {
        Some((address, query)) => (address, format!("?{query}")),
        None => (server, String::new()),
    };
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find('/').map_or(address.len(), |at| start + at);
    format!("{}/{name}{query}", &address[..end])
}

#[cfg(test)]
mod tests {
    use sasae_db::{Db, Engine, Options, args, sql};

    use super::{create, with_database};
    use crate::{TestDb, both_engines};

    both_engines! {
        async fn a_test_without_migrations_has_an_empty_database(test: TestDb) {
            assert_eq!(test.db.version().await.unwrap(), None);

            let again = test.open_again(&test.options).await;

            assert_eq!(again.engine(), test.engine());
        }
    }

    #[tokio::test]
    async fn two_tests_share_nothing() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let (one, removal_of_one) = create(engine, &[]).await;
            let (two, removal_of_two) = create(engine, &[]).await;

            let mut tx = one.db.begin("").await.unwrap();
            tx.execute_text("CREATE TABLE only_here (n BIGINT)", &[]).await.unwrap();
            tx.commit().await.unwrap();

            let text = "SELECT n FROM only_here";
            assert!(one.db.read("").await.unwrap().prepare_text(text).await.is_ok());
            assert!(two.db.read("").await.unwrap().prepare_text(text).await.is_err());
            removal_of_one.run().await;
            removal_of_two.run().await;
        }
    }

    #[tokio::test]
    async fn a_database_is_removed_after_its_test() {
        let (file, removal) = create(Engine::Sqlite, &[]).await;
        removal.run().await;
        assert!(!file.folder.exists());

        let (database, removal) = create(Engine::Postgres, &[]).await;
        let (_, name) = database.url.split('?').next().unwrap().rsplit_once('/').unwrap();
        removal.run().await;
        let server = std::env::var("SASAE_TEST_PG").unwrap();
        let db = Db::open(&server, &Options::default()).await.unwrap();
        let mut read = db.read("").await.unwrap();
        let found = sql!("SELECT count(*) FROM pg_database WHERE datname = ?1");
        assert_eq!(read.scalar::<i64>(found, args![name]).await.unwrap(), 0);
    }

    #[test]
    fn the_database_of_an_address_is_exchanged_and_the_rest_kept() {
        let named = with_database("postgres://sasae@127.0.0.1:54329/postgres", "other");
        let socket = with_database("postgres:///postgres?host=/tmp", "other");
        let bare = with_database("postgres://sasae@127.0.0.1", "other");

        assert_eq!(named, "postgres://sasae@127.0.0.1:54329/other");
        assert_eq!(socket, "postgres:///other?host=/tmp");
        assert_eq!(bare, "postgres://sasae@127.0.0.1/other");
    }
}
