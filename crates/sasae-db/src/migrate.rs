//! How the schema grows: migrations, each in one transaction, recorded in `schema_migration`.

use sha2::{Digest as _, Sha256};

use crate::db::Backend;
use crate::ddl::{has_deferred_constraint, translate_ddl};
use crate::sqlite::plain_failure;
use crate::{Db, Error, Result, postgres};

/// One step of the schema. Once released it never changes; what comes later is a new one.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its name, such as `0001_person`: unique, and the order is that of the list.
    pub name: &'static str,
    /// For both engines, in PostgreSQL types; see [`translate_ddl`](crate::translate_ddl) for
    /// what SQLite makes of it. Runs first.
    pub common: &'static str,
    /// For SQLite alone, after `common`.
    pub sqlite: &'static str,
    /// For PostgreSQL alone, after `common`.
    pub postgres: &'static str,
}

/// Changes when this crate makes another schema of the same migrations.
const FORMAT: &str = "sasae-db 1";

/// A migration from the files of that name in the folder `migrations` beside the source file:
/// `migration!("0001_person")` is `migrations/0001_person.sql`, for both engines; with `both` there
/// are `0001_person.sqlite.sql` and `0001_person.postgres.sql` too, for what one engine alone needs.
#[macro_export]
macro_rules! migration {
    ($name:literal) => {
        $crate::Migration {
            name: $name,
            common: ::core::include_str!(::core::concat!("migrations/", $name, ".sql")),
            sqlite: "",
            postgres: "",
        }
    };
    ($name:literal, both) => {
        $crate::Migration {
            name: $name,
            common: ::core::include_str!(::core::concat!("migrations/", $name, ".sql")),
            sqlite: ::core::include_str!(::core::concat!("migrations/", $name, ".sqlite.sql")),
            postgres: ::core::include_str!(::core::concat!("migrations/", $name, ".postgres.sql")),
        }
    };
}

impl Migration {
    /// What is recorded of it, in hexadecimal.
    #[must_use]
    pub fn checksum(&self) -> String {
        digest([self.name, self.common, self.sqlite, self.postgres])
    }
}

/// Names the schema that these migrations make with this version of the crate, in hexadecimal:
/// for databases that are kept as templates.
#[must_use]
pub fn schema_checksum(migrations: &[Migration]) -> String {
    let parts = migrations.iter().map(Migration::checksum);
    let parts = std::iter::once(FORMAT.to_owned()).chain(parts);
    digest(parts.collect::<Vec<_>>().iter().map(String::as_str))
}

fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // With its length, so that no two lists of parts read alike.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

const RECORD: &str = "\
CREATE TABLE IF NOT EXISTS schema_migration (
    name TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL UNIQUE,
    checksum TEXT NOT NULL,
    applied_at BIGINT NOT NULL
)";

const APPLIED: &str = "SELECT name, checksum FROM schema_migration ORDER BY position";

/// Refuses to migrate a database whose past is not the beginning of this list; gives how much of
/// the list is applied.
fn compare(applied: &[(String, String)], migrations: &[Migration]) -> Result<usize> {
    for (at, (name, checksum)) in applied.iter().enumerate() {
        let Some(migration) = migrations.get(at) else {
            return Err(Error::other(format!(
                "the database has the migration {name}, which this version does not know: it was \
                 used by a newer version; use that one"
            )));
        };
        if migration.name != name {
            return Err(Error::other(format!(
                "the database has the migration {name} where this version has {}; a new one goes \
                 at the end",
                migration.name
            )));
        }
        if migration.checksum() != *checksum {
            return Err(Error::other(format!(
                "the migration {name} was changed after it had been applied; restore its text and \
                 put the change into a new migration"
            )));
        }
    }
    Ok(applied.len())
}

impl Db {
    /// Applies the migrations that the database does not have yet, each in a transaction, and
    /// gives their names. Several processes may do so at once.
    ///
    /// On PostgreSQL every table with a `tenant` column then stands under forced row-level
    /// security (`tenant = current_setting('sasae.tenant', true)`). A migration itself, run as
    /// the tables' owner, sees the rows of all tenants, on both engines.
    ///
    /// # Errors
    /// [`Error::Other`] with the migration's name if an applied one was changed, if the database
    /// has one that the list does not know, or if a text fails; the earlier ones stay applied.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<Vec<String>> {
        if let Some(migration) =
            migrations.iter().find(|m| has_deferred_constraint(m.common) || has_deferred_constraint(m.sqlite))
        {
            return Err(Error::other(format!(
                "the migration {} has a deferred constraint, which would fail for a whole group \
                 of transactions on SQLite",
                migration.name
            )));
        }
        match &*self.0 {
            Backend::Sqlite(database) => {
                let migrations = migrations.to_vec();
                let work = move |conn: &rusqlite::Connection| on_sqlite(conn, &migrations);
                database.writer.alone(work).await
            }
            Backend::Postgres(database) => {
                let done = on_postgres(&mut database.lease(None).await?, migrations).await;
                database.forget_statements();
                done
            }
        }
    }

    /// The name of the last migration applied, or `None` in an empty database.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn version(&self) -> Result<Option<String>> {
        let mut read = self.read("").await?;
        // DIALECT: the catalogue has another name on each engine.
        let catalogue = match self.engine() {
            crate::Engine::Sqlite => "SELECT count(*) FROM sqlite_schema WHERE name = ?1",
            crate::Engine::Postgres => {
                "SELECT count(*) FROM pg_tables \
                 WHERE schemaname = current_schema() AND tablename = ?1"
            }
        };
        let known = crate::args!["schema_migration"];
        let known = read.query_text::<(i64,)>(catalogue, known).await?;
        if known.first() != Some(&(1,)) {
            return Ok(None);
        }
        let applied = read.query_text::<(String, String)>(APPLIED, &[]).await?;
        Ok(applied.into_iter().next_back().map(|(name, _)| name))
    }
}

/// Says which migration failed, and keeps what callers branch on.
fn in_migration(name: &str, error: Error) -> Error {
    match error {
        passing if passing.is_passing() => passing,
        other => Error::other(format!("the migration {name} failed: {other}")),
    }
}

fn on_sqlite(conn: &rusqlite::Connection, migrations: &[Migration]) -> Result<Vec<String>> {
    let mut done = Vec::new();
    loop {
        // Another process may migrate too: what is applied is read anew under the lock.
        let batch = |text: &str| conn.execute_batch(text).map_err(plain_failure);
        batch("BEGIN IMMEDIATE")?;
        batch(&translate_ddl(RECORD))?;
        let applied = conn
            .prepare(APPLIED)
            .and_then(|mut statement| {
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
                rows.collect::<rusqlite::Result<Vec<_>>>()
            })
            .map_err(plain_failure)?;
        let position = compare(&applied, migrations)?;
        let Some(migration) = migrations.get(position) else {
            batch("COMMIT")?;
            conn.flush_prepared_statement_cache();
            return Ok(done);
        };
        batch(&translate_ddl(migration.common))
            .and_then(|()| batch(migration.sqlite))
            .map_err(|error| in_migration(migration.name, error))?;
        conn.execute(
            "INSERT INTO schema_migration (name, position, checksum, applied_at)
             VALUES (?1, ?2, ?3, CAST(unixepoch('subsec') * 1000000 AS INTEGER))",
            (migration.name, position as i64, migration.checksum()),
        )
        .map_err(plain_failure)?;
        batch("COMMIT")?;
        done.push(migration.name.to_owned());
    }
}

/// Held while migrating, so that two processes take turns ("sasae" in ASCII).
const LOCK: &str = "SELECT pg_advisory_xact_lock(495588991333)";

/// Lets the owner see all tenants' rows for the length of the transaction.
const UNGUARD: &str = "\
DO $$ DECLARE guarded regclass; BEGIN
    FOR guarded IN
        SELECT c.oid FROM pg_class c
        WHERE c.relforcerowsecurity AND c.relnamespace = current_schema()::regnamespace
    LOOP
        EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', guarded);
    END LOOP;
END $$";

/// Puts every table with a tenant under the policy, so that no migration can forget it.
const GUARD: &str = "\
DO $$ DECLARE guarded regclass; BEGIN
    FOR guarded IN
        SELECT c.oid FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
            AND a.attname = 'tenant' AND NOT a.attisdropped
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', guarded);
        IF NOT EXISTS (
            SELECT 1 FROM pg_policy WHERE polrelid = guarded AND polname = 'tenant_only'
        ) THEN
            EXECUTE format(
                'CREATE POLICY tenant_only ON %s '
                'USING (tenant = current_setting(''sasae.tenant'', true)) '
                'WITH CHECK (tenant = current_setting(''sasae.tenant'', true))',
                guarded
            );
        END IF;
    END LOOP;
END $$";

async fn on_postgres(lease: &mut postgres::Lease, migrations: &[Migration]) -> Result<Vec<String>> {
    let mut done = Vec::new();
    loop {
        lease.open("BEGIN").await?;
        let batch = async |lease: &mut postgres::Lease, text: &str| {
            let ran = lease.client()?.batch_execute(text).await;
            ran.map_err(postgres::failure)
        };
        batch(lease, LOCK).await?;
        batch(lease, RECORD).await?;
        let rows = lease.client()?.query(APPLIED, &[]).await;
        let applied = rows.map_err(postgres::failure)?.iter().map(|row| (row.get(0), row.get(1))).collect::<Vec<_>>();
        let position = compare(&applied, migrations)?;
        let Some(migration) = migrations.get(position) else {
            lease.close("COMMIT").await?;
            return Ok(done);
        };
        for text in [UNGUARD, migration.common, migration.postgres, GUARD] {
            let ran = batch(lease, text).await;
            ran.map_err(|error| in_migration(migration.name, error))?;
        }
        let recorded = lease
            .client()?
            .execute(
                "INSERT INTO schema_migration (name, position, checksum, applied_at)
                 VALUES ($1, $2, $3, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)",
                &[&migration.name, &(position as i64), &migration.checksum()],
            )
            .await;
        recorded.map_err(postgres::failure)?;
        lease.close("COMMIT").await?;
        done.push(migration.name.to_owned());
    }
}
