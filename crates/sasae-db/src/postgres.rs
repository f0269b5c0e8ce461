//! PostgreSQL: sessions, reading, bulk, and what its errors mean. How a value is spelled on the
//! wire is in `wire`, how the way to the server is encrypted in `tls`.

mod tls;
mod wire;

use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;

use deadpool::managed::{self, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult};
use futures_util::TryStreamExt as _;
use tokio::task::JoinHandle;
use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Statement};

use self::tls::Way;
use self::wire::Param;
pub(crate) use self::wire::value;
use crate::row::{Inner, Row};
use crate::sql::{Address, Text, address, for_postgres, rewrite_parameters};
use crate::{Asked, Bulk, Error, Load, Options, Result, Value};

/// Rows that one statement of a bulk insert carries.
const BULK_ROWS: usize = 5_000;

/// The pool of one server and database.
pub(crate) struct Database {
    pool: Pool<Connector>,
}

/// Makes connections for the pool.
struct Connector {
    config: Config,
    way: Way,
}

/// A connection with what it remembers.
struct Session {
    client: Client,
    driver: JoinHandle<()>,
    /// The tenant in `sasae.tenant`; `None` until one is set.
    tenant: Option<String>,
    prepared: Box<Prepared>,
}

/// Statements prepared on a connection.
#[derive(Default)]
struct Prepared {
    known: HashMap<Address, Statement>,
    /// Those of bulk inserts, by table, columns and whether rows may be there already.
    bulks: HashMap<(&'static str, Vec<&'static str>, bool), Statement>,
}

impl Prepared {
    fn is_empty(&self) -> bool {
        self.known.is_empty() && self.bulks.is_empty()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl managed::Manager for Connector {
    type Type = Session;
    type Error = Error;

    async fn create(&self) -> Result<Session> {
        let (client, connection) = self.config.connect(self.way.clone()).await.map_err(unreachable)?;
        let driver = tokio::spawn(async move {
            if let Err(cause) = connection.await {
                tracing::warn!(%cause, "a connection to PostgreSQL broke");
            }
        });
        Ok(Session { client, driver, tenant: None, prepared: Box::default() })
    }

    async fn recycle(&self, session: &mut Session, _: &Metrics) -> RecycleResult<Error> {
        if session.client.is_closed() {
            return Err(RecycleError::message("the server ended the connection"));
        }
        Ok(())
    }
}

/// Row rules make long statements, and planning one anew for the values at hand costs
/// more than running it: the plan that fits any values is kept, and nothing is
/// compiled for rows as few as ours.
const PLANS: &str = "-c plan_cache_mode=force_generic_plan -c jit=off";

impl Database {
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self> {
        let (mut config, way) = tls::read(url, options.root_certificates.as_deref())?;
        if config.get_application_name().is_none() {
            config.application_name("sasae");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        // What the address says comes last and so outweighs what is said here.
        let given = config.get_options().unwrap_or_default();
        let quick = if options.durable { "" } else { "-c synchronous_commit=off " };
        config.options(format!("{PLANS} {quick}{given}").trim_end());
        let pool = Pool::builder(Connector { config, way })
            .max_size(options.connections.max(1))
            .wait_timeout(Some(options.patience))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(Error::other)?;
        let database = Self { pool };
        database.warn_of_unguarded_role().await?;
        Ok(database)
    }

    async fn warn_of_unguarded_role(&self) -> Result<()> {
        let mut lease = self.lease(None).await?;
        let rows = lease
            .client()?
            .query("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user", &[])
            .await
            .map_err(failure)?;
        if rows.first().is_some_and(|row| row.get::<_, bool>(0)) {
            tracing::warn!(
                "the database role is superuser or BYPASSRLS: row-level security, which keeps \
                 tenants apart, has no effect; connect as an ordinary role"
            );
        }
        Ok(())
    }

    /// A connection that carries the tenant, or whichever it last had for `None`.
    pub(crate) async fn lease(&self, tenant: Option<&str>) -> Result<Lease> {
        let object = self.pool.get().await.map_err(|cause| match cause {
            PoolError::Timeout(_) => Error::Retry,
            PoolError::Backend(error) => error,
            PoolError::Closed => Error::Closed,
            other => Error::other(other),
        })?;
        let mut lease = Lease { object: Some(object), open: false };
        if let Some(tenant) = tenant {
            lease.carry(tenant).await?;
        }
        Ok(lease)
    }

    /// Prepared statements of every connection may have become wrong, after a migration.
    pub(crate) fn forget_statements(&self) {
        self.pool.retain(|session, _| {
            // Those in use keep theirs; a migration runs before the program serves.
            !session.client.is_closed() && session.prepared.is_empty()
        });
    }

    pub(crate) fn load(&self) -> Load {
        let pool = self.pool.status();
        Load { connections: pool.max_size, in_use: pool.size.saturating_sub(pool.available), waiting: pool.waiting }
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }
}

/// A connection in use. Dropped inside a transaction, it is rolled back before it goes back to
/// the pool, or thrown away where that cannot be done.
pub(crate) struct Lease {
    object: Option<Object<Connector>>,
    open: bool,
}

impl Lease {
    fn session(&mut self) -> Result<&mut Session> {
        self.object.as_deref_mut().ok_or(Error::Closed)
    }

    pub(crate) fn client(&mut self) -> Result<&Client> {
        Ok(&self.session()?.client)
    }

    async fn carry(&mut self, tenant: &str) -> Result<()> {
        let session = self.session()?;
        if session.tenant.as_deref() == Some(tenant) {
            return Ok(());
        }
        // Should this future be dropped half-way, nobody knows what the connection carries.
        session.tenant = None;
        session
            .client
            .query_typed("SELECT set_config('sasae.tenant', $1, false)", &[(&tenant, Type::TEXT)])
            .await
            .map_err(failure)?;
        session.tenant = Some(tenant.to_owned());
        Ok(())
    }

    /// Opens a transaction with the statement given (`BEGIN …`).
    pub(crate) async fn open(&mut self, begin: &str) -> Result<()> {
        self.open = true;
        self.client()?.batch_execute(begin).await.map_err(failure)
    }

    /// The caller has made sure that no statement failed: PostgreSQL answers COMMIT of a failed
    /// transaction with a rollback and no error.
    pub(crate) async fn commit(mut self) -> Result<()> {
        self.close("COMMIT").await
    }

    /// Ends the transaction with the statement given and keeps the connection.
    pub(crate) async fn close(&mut self, end: &str) -> Result<()> {
        self.client()?.batch_execute(end).await.map_err(failure)?;
        self.open = false;
        Ok(())
    }

    async fn statement(&mut self, text: Text<'_>) -> Result<Statement> {
        let session = self.session()?;
        match text {
            Text::Known(sql) => {
                if let Some(statement) = session.prepared.known.get(&address(sql)) {
                    return Ok(statement.clone());
                }
                let prepared = session.client.prepare(for_postgres(sql)).await;
                let statement = prepared.map_err(failure)?;
                session.prepared.known.insert(address(sql), statement.clone());
                Ok(statement)
            }
            Text::Dynamic(text) => {
                let text = rewrite_parameters(text);
                session.client.prepare(&text).await.map_err(failure)
            }
        }
    }

    /// Prepares the text, gives the names of its columns and throws the rest away.
    pub(crate) async fn prepare(&mut self, text: &str) -> Result<Vec<String>> {
        let statement = self.statement(Text::Dynamic(text)).await?;
        Ok(statement.columns().iter().map(|column| column.name().to_owned()).collect())
    }

    /// Runs a statement that has the columns wanted; `each` says whether it wants another row.
    /// Returns the rows changed (or selected).
    pub(crate) async fn run(&mut self, asked: Asked<'_>, mut each: impl FnMut(&Row<'_>) -> bool) -> Result<u64> {
        let statement = self.statement(asked.text).await?;
        let columns = statement.columns();
        let places = asked.columns.find(columns.len(), |at| columns[at].name())?;
        let params = asked.args.iter().map(Param).collect::<Vec<_>>();
        let open = self.open;
        let stream = self.client()?.query_raw(&statement, params).await;
        let mut stream = pin!(stream.map_err(failure)?);
        let mut wanted = true;
        while let Some(row) = stream.try_next().await.map_err(failure)? {
            if wanted {
                wanted = each(&Row { inner: Inner::Postgres(&row), places: &places });
            }
            // In a transaction the rest is read all the same: an error there would otherwise be
            // missed, and the commit silently become a rollback.
            if !wanted && !open {
                break;
            }
        }
        Ok(stream.rows_affected().unwrap_or(0))
    }

    /// The INSERT of a bulk, prepared once for a connection.
    async fn bulk_statement(&mut self, bulk: Bulk<'_>) -> Result<Statement> {
        let Bulk { table, columns, missing } = bulk;
        let key = (table, columns.to_vec(), missing);
        if let Some(known) = self.session()?.prepared.bulks.get(&key) {
            return Ok(known.clone());
        }
        let names = columns.iter().map(|name| quoted(name)).collect::<Vec<_>>();
        let names = names.join(", ");
        let table = quoted(table);
        let client = self.client()?;
        let wanted = client.prepare(&format!("SELECT {names} FROM {table} LIMIT 0")).await.map_err(failure)?;
        let arrays = wanted.columns().iter().zip(1..).map(|(column, n)| {
            let kind = column.type_();
            format!("${n}::{}.{}[]", quoted(kind.schema()), quoted(kind.name()))
        });
        let insert = format!(
            "INSERT INTO {table} ({names}) SELECT * FROM unnest({}){}",
            arrays.collect::<Vec<_>>().join(", "),
            if missing { " ON CONFLICT DO NOTHING" } else { "" },
        );
        let insert = client.prepare(&insert).await.map_err(failure)?;
        self.session()?.prepared.bulks.insert(key, insert.clone());
        Ok(insert)
    }

    /// Inserts the rows, some thousand a statement, as one array a column.
    ///
    /// Not COPY: PostgreSQL refuses COPY FROM into a table under row-level security. The
    /// identifiers come from the program.
    pub(crate) async fn bulk(&mut self, bulk: Bulk<'_>, rows: &[Vec<Value<'_>>]) -> Result<u64> {
        let insert = self.bulk_statement(bulk).await?;
        let client = self.client()?;
        let mut count = 0;
        for rows in rows.chunks(BULK_ROWS) {
            let arrays = (0..bulk.columns.len())
                .map(|at| rows.iter().map(|row| Param(&row[at])).collect::<Vec<_>>())
                .collect::<Vec<_>>();
            let params = arrays.iter().map(|array| array as &(dyn ToSql + Sync));
            let params = params.collect::<Vec<_>>();
            count += client.execute_raw(&insert, params).await.map_err(failure)?;
        }
        Ok(count)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        let Some(object) = self.object.take() else {
            return;
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    if object.client.batch_execute("ROLLBACK").await.is_err() {
                        drop(Object::take(object));
                    }
                });
            }
            Err(_) => drop(Object::take(object)),
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What a failure to connect means: whatever the server has not said itself is about the way to it.
fn unreachable(cause: tokio_postgres::Error) -> Error {
    if cause.as_db_error().is_some() {
        return failure(cause);
    }
    let mut words = cause.to_string();
    let mut below = std::error::Error::source(&cause);
    while let Some(deeper) = below {
        let more = deeper.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        below = deeper.source();
    }
    Error::Unreachable(words)
}

/// What a failure means.
pub(crate) fn failure(cause: tokio_postgres::Error) -> Error {
    let broken = std::error::Error::source(&cause).is_some_and(|below| below.is::<std::io::Error>());
    if cause.is_closed() || broken {
        return Error::Closed;
    }
    let Some(server) = cause.as_db_error() else {
        return Error::other(cause);
    };
    let table = server.table().unwrap_or_default();
    let constraint = server.constraint().unwrap_or_default();
    match *server.code() {
        SqlState::UNIQUE_VIOLATION => Error::Unique { constraint: format!("{table}.{constraint}") },
        SqlState::FOREIGN_KEY_VIOLATION => Error::ForeignKey,
        SqlState::NOT_NULL_VIOLATION => {
            Error::NotNull { column: format!("{table}.{}", server.column().unwrap_or_default()) }
        }
        SqlState::CHECK_VIOLATION => Error::Check { constraint: constraint.to_owned() },
        SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED
        | SqlState::LOCK_NOT_AVAILABLE
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::INSUFFICIENT_RESOURCES
        | SqlState::OUT_OF_MEMORY
        | SqlState::CANNOT_CONNECT_NOW => Error::Retry,
        SqlState::DISK_FULL => Error::Full,
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::CONNECTION_FAILURE => Error::Closed,
        _ => Error::other(told(server)),
    }
}

/// What the server said, for the log: never its DETAIL, which quotes the row, and no sentence of
/// the classes of errors about values (22, 23), which quotes the value.
fn told(server: &DbError) -> String {
    let code = server.code().code();
    if code.starts_with("22") || code.starts_with("23") {
        let place = [server.table(), server.column(), server.constraint()];
        let place: Vec<&str> = place.into_iter().flatten().collect();
        return format!("a value was refused (SQLSTATE {code} {})", place.join(" ")).replace(" )", ")");
    }
    format!("{} (SQLSTATE {code})", server.message())
}
