//! A database: opening it and getting connections.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::{Conn, Error, Read, Result, Tx, postgres, sqlite};

/// Which engine a database runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// The embedded engine: one file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// How to open a database. The defaults are for production.
#[derive(Clone, Debug)]
pub struct Options {
    /// SQLite: make the file if it is missing (default: yes).
    pub create: bool,
    /// SQLite: connections that read; 0 (the default) means one a core, at least 2.
    pub readers: usize,
    /// SQLite: page cache of each connection in KiB (default 8,192).
    pub cache_kib: u32,
    /// Wait for the disk at each commit (default: yes). Without it a power failure may lose what
    /// was committed: for tests, and for filling a database that can be made again.
    pub durable: bool,
    /// PostgreSQL: connections at most (default 16).
    pub connections: usize,
    /// PostgreSQL: a PEM file with the certificates that the server's must come from, where its
    /// address names none by `sslrootcert`.
    pub root_certificates: Option<PathBuf>,
    /// How long to wait for a connection, for the writer, or for another process's lock, before
    /// [`Error::Retry`] (default 10 s).
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            create: true,
            readers: 0,
            cache_kib: 8_192,
            durable: true,
            connections: 16,
            root_certificates: None,
            patience: Duration::from_secs(10),
        }
    }
}

/// How busy a database is at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Connections at most: to the server, or those of SQLite that read.
    pub connections: usize,
    /// Connections in use.
    pub in_use: usize,
    /// Who waits: for a connection to the server, or for SQLite's one writer.
    pub waiting: usize,
}

/// A database of either engine. Cheap to clone; all clones share its connections.
#[derive(Clone)]
pub struct Db(pub(crate) Arc<Backend>);

pub(crate) enum Backend {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
}

impl Db {
    /// Opens the database that the URL names: `sqlite:/path/file.sqlite`,
    /// `postgres://user:password@host:port/name` or `postgres:///name?host=/socket/folder`.
    /// `sslmode` and `sslrootcert` in the address of a server mean what they mean to `psql`.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for another kind of URL; otherwise what the engine says.
    pub async fn open(url: &str, options: &Options) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path).to_owned();
            if path.is_empty() || path.starts_with(":memory:") {
                return Err(Error::Unsupported("a database in memory; name a file (sqlite:/path/file.sqlite)"));
            }
            let options = options.clone();
            let open = move || sqlite::Database::open(Path::new(&path), &options);
            let database = sqlite::on_blocking_thread(open).await?;
            return Ok(Self(Arc::new(Backend::Sqlite(database))));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let database = postgres::Database::open(url, options).await?;
            return Ok(Self(Arc::new(Backend::Postgres(database))));
        }
        Err(Error::Unsupported("this database URL; it begins with sqlite: or postgres://"))
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match *self.0 {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// How busy it is.
    #[must_use]
    pub fn load(&self) -> Load {
        match &*self.0 {
            Backend::Sqlite(database) => database.load(),
            Backend::Postgres(database) => database.load(),
        }
    }

    /// A connection to read with, each statement by itself. Use `""` as the tenant where no
    /// table with a tenant is read.
    ///
    /// # Errors
    /// [`Error::Retry`] if none came free in time, [`Error::Closed`].
    pub async fn read(&self, tenant: &str) -> Result<Read> {
        Ok(Read(match &*self.0 {
            Backend::Sqlite(database) => Conn::reader(database.readers.lease().await?),
            Backend::Postgres(database) => Conn::postgres(database.lease(Some(tenant)).await?, false),
        }))
    }

    /// A connection to read with that sees one state throughout: that of this call.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn snapshot(&self, tenant: &str) -> Result<Read> {
        Ok(Read(match &*self.0 {
            Backend::Sqlite(database) => {
                let lease = database.readers.lease().await?;
                lease.snapshot()?;
                Conn::snapshot(lease)
            }
            Backend::Postgres(database) => {
                let mut lease = database.lease(Some(tenant)).await?;
                // The SELECT takes the snapshot now rather than at the first query.
                lease.open("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1").await?;
                Conn::postgres(lease, true)
            }
        }))
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// [`Error::Retry`] if the writer, a connection or another process's lock did not come free
    /// in time, [`Error::Closed`].
    pub async fn begin(&self, tenant: &str) -> Result<Tx> {
        Ok(Tx(match &*self.0 {
            Backend::Sqlite(database) => Conn::writer(database.writer.begin().await?),
            Backend::Postgres(database) => {
                let mut lease = database.lease(Some(tenant)).await?;
                lease.open("BEGIN").await?;
                Conn::postgres(lease, true)
            }
        }))
    }

    /// Copies the committed state into a new file while the database is in use. The file appears
    /// under its name only when it is whole.
    ///
    /// # Errors
    /// [`Error::Unsupported`] on PostgreSQL; [`Error::Other`] if the file exists; [`Error::Full`].
    pub async fn backup(&self, to: impl AsRef<Path>) -> Result<()> {
        match &*self.0 {
            Backend::Sqlite(database) => database.backup(to.as_ref()).await,
            Backend::Postgres(_) => Err(Error::Unsupported("an online copy of PostgreSQL; use pg_dump")),
        }
    }

    /// What the engine's own checks find wrong: damaged pages, indexes that disagree with their tables,
    /// references that lead nowhere. One line each, the first hundred. A server looks after itself.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn examine(&self) -> Result<Vec<String>> {
        if self.engine() == Engine::Postgres {
            return Ok(Vec::new());
        }
        let mut read = self.read("").await?;
        let pages =
            read.query_text::<(String,)>("SELECT integrity_check AS line FROM pragma_integrity_check LIMIT 100", &[]);
        let mut found: Vec<String> = match pages.await {
            Ok(lines) => lines.into_iter().map(|(line,)| line).filter(|line| line != "ok").collect(),
            // A file that cannot even be walked through is the worst of findings.
            Err(Error::Other(cause)) => return Ok(vec![cause.to_string()]),
            Err(error) => return Err(error),
        };
        let broken = read
            .query_text::<(String, String, i64)>(
                "SELECT \"table\" AS child, \"parent\" AS parent, COUNT(*) AS rows FROM pragma_foreign_key_check \
                 GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 100",
                &[],
            )
            .await?;
        found.extend(broken.into_iter().map(|(child, parent, rows)| format!("{child} → {parent}: {rows}")));
        Ok(found)
    }

    /// Closes the database for all clones: commits what waits for a commit, tidies the SQLite log
    /// away. What comes later answers [`Error::Closed`].
    ///
    /// # Errors
    /// [`Error::Retry`] if a transaction was held until patience ran out.
    pub async fn close(&self) -> Result<()> {
        match &*self.0 {
            Backend::Sqlite(database) => database.close().await,
            Backend::Postgres(database) => {
                database.close();
                Ok(())
            }
        }
    }
}
