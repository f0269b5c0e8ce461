//! The embedded engine: connections, reading, and what its errors mean.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ffi};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::row::{Inner, Row};
use crate::sql::Text;
use crate::writer::Writer;
use crate::{Bulk, Error, Load, Options, Query, Result, Value};

/// Statements a connection keeps prepared: more than the program has on its busy paths.
const PREPARED: usize = 512;

/// A file with its readers and its one writer.
pub(crate) struct Database {
    pub(crate) readers: Arc<Readers>,
    pub(crate) writer: Arc<Writer>,
    path: PathBuf,
}

impl Database {
    pub(crate) fn open(path: &Path, options: &Options) -> Result<Self> {
        let writer = connect(path, options)?;
        // The writer waits by itself, without holding a thread: see `Writer::begin`.
        writer.busy_timeout(Duration::ZERO).map_err(plain_failure)?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let count = match options.readers {
            0 => cores.max(2),
            count => count,
        };
        let readers = (0..count)
            .map(|_| {
                let reader = connect(path, options)?;
                reader.pragma_update(None, "query_only", true).map_err(plain_failure)?;
                Ok(reader)
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            readers: Arc::new(Readers {
                permits: Arc::new(Semaphore::new(count)),
                count,
                idle: Mutex::new(readers),
                patience: options.patience,
            }),
            writer: Writer::new(writer, options.patience),
            path: path.to_owned(),
        })
    }

    /// A copy of the committed state, made beside the writer. It appears under its name only
    /// when it is whole and on the disk.
    pub(crate) async fn backup(&self, to: &Path) -> Result<()> {
        let from = self.path.clone();
        let to = to.to_owned();
        on_blocking_thread(move || {
            if to.exists() {
                let taken = format!("{} exists already; a backup never overwrites", to.display());
                return Err(Error::other(taken));
            }
            let mut unfinished = to.clone().into_os_string();
            unfinished.push(".unfinished");
            let unfinished = PathBuf::from(unfinished);
            let copied = copy(&from, &unfinished)
                .and_then(|()| Ok(std::fs::rename(&unfinished, &to)?))
                .and_then(|()| sync_folder_of(&to));
            if copied.is_err() {
                // What is left of a failed copy is of no use; the copy's error is the one to tell.
                let _ = std::fs::remove_file(&unfinished);
            }
            copied
        })
        .await
    }

    pub(crate) fn load(&self) -> Load {
        let Readers { permits, count, .. } = &*self.readers;
        let in_use = count.saturating_sub(permits.available_permits());
        Load { connections: *count, in_use, waiting: self.writer.waiting() }
    }

    pub(crate) async fn close(&self) -> Result<()> {
        self.readers.permits.close();
        self.readers.lock_idle().clear();
        self.writer.close().await
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(plain_failure)?;
    let mut target = Connection::open(to).map_err(plain_failure)?;
    rusqlite::backup::Backup::new(&source, &mut target)
        .and_then(|backup| backup.step(-1))
        .map_err(plain_failure)
        .and_then(|step| match step {
            rusqlite::backup::StepResult::Done => Ok(()),
            _ => Err(Error::Retry),
        })?;
    // One file without a log beside it, so that it can be carried away as it is.
    target.pragma_update(None, "journal_mode", "DELETE").map_err(plain_failure)?;
    target.close().map_err(|(_, cause)| plain_failure(cause))?;
    Ok(std::fs::File::open(to)?.sync_all()?)
}

fn sync_folder_of(path: &Path) -> Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    Ok(std::fs::File::open(folder)?.sync_all()?)
}

fn connect(path: &Path, options: &Options) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if options.create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let prepared = || -> rusqlite::Result<(Connection, String)> {
        let conn = Connection::open_with_flags(path, flags)?;
        conn.busy_timeout(options.patience)?;
        conn.set_prepared_statement_cache_capacity(PREPARED);
        let mode = conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
        let synchronous = if options.durable { "FULL" } else { "OFF" };
        conn.pragma_update(None, "synchronous", synchronous)?;
        conn.pragma_update(None, "foreign_keys", true)?;
        conn.pragma_update(None, "temp_store", "MEMORY")?;
        // Plans do not hang on the values bound: without this SQLite prepares many a statement
        // again each time other values are bound to it, which costs more than the statement.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // Negative: KiB. Kept small because every connection has its own.
        conn.pragma_update(None, "cache_size", -i64::from(options.cache_kib))?;
        conn.pragma_update(None, "journal_size_limit", 64 << 20)?;
        Ok((conn, mode))
    };
    let (conn, mode) = prepared().map_err(plain_failure)?;
    if mode != "wal" {
        let refused = format!("{} cannot keep a write-ahead log here", path.display());
        return Err(Error::other(refused));
    }
    Ok(conn)
}

/// The connections that only read.
pub(crate) struct Readers {
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    count: usize,
    patience: Duration,
}

impl Readers {
    fn lock_idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn lease(self: &Arc<Self>) -> Result<Lease> {
        let permit = timeout(self.patience, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| Error::Retry)?
            .map_err(|_| Error::Closed)?;
        let conn = self.lock_idle().pop().ok_or(Error::Closed)?;
        Ok(Lease { conn: Some(conn), readers: Arc::clone(self), _permit: permit })
    }
}

/// A reader in use; it goes back when dropped, without an open transaction.
pub(crate) struct Lease {
    conn: Option<Connection>,
    readers: Arc<Readers>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    pub(crate) fn conn(&self) -> Result<&Connection> {
        self.conn.as_ref().ok_or(Error::Closed)
    }

    /// Opens a read transaction and takes its snapshot now rather than at the first query.
    pub(crate) fn snapshot(&self) -> Result<()> {
        self.conn()?.execute_batch("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1").map_err(plain_failure)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else { return };
        let clean = conn.is_autocommit() || conn.execute_batch("ROLLBACK").is_ok();
        if clean && !self.readers.permits.is_closed() {
            self.readers.lock_idle().push(conn);
        }
    }
}

/// Runs a statement that has the columns wanted; `each` says whether it wants another row. Returns
/// the rows changed.
pub(crate) fn run(
    conn: &Connection,
    wanted: Query<'_>,
    long: bool,
    each: &mut (dyn FnMut(&Row<'_>) -> bool + Send),
) -> Result<u64> {
    let mut work = || step(conn, wanted, each);
    let before = conn.total_changes();
    if long { in_place(work) } else { work() }?;
    // `changes` keeps the count of the last statement that changed rows, which a statement that
    // changes none leaves standing.
    Ok(if conn.total_changes() == before { 0 } else { conn.changes() })
}

fn step(conn: &Connection, wanted: Query<'_>, each: &mut dyn FnMut(&Row<'_>) -> bool) -> Result<()> {
    let fail = |cause| failure(conn, cause);
    let (mut kept, mut passing);
    let statement: &mut rusqlite::Statement<'_> = match wanted.text {
        Text::Known(sql) => {
            kept = conn.prepare_cached(sql.text()).map_err(fail)?;
            &mut kept
        }
        Text::Dynamic(text) => {
            passing = conn.prepare(text).map_err(fail)?;
            &mut passing
        }
    };
    // A column without a name that can be read is none that is wanted.
    let places = wanted.columns.find(statement.column_count(), |at| statement.column_name(at).unwrap_or_default())?;
    bind(statement, wanted.args).map_err(fail)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(fail)? {
        if !each(&Row { inner: Inner::Sqlite(row), places: &places }) {
            break;
        }
    }
    Ok(())
}

/// Prepares the text, gives the names of its columns and throws the rest away.
pub(crate) fn prepare(conn: &Connection, text: &str) -> Result<Vec<String>> {
    let prepared = conn.prepare(text);
    let names = prepared.map(|statement| statement.column_names().map(str::to_owned).collect());
    names.map_err(|cause| failure(conn, cause))
}

fn bind(statement: &mut rusqlite::Statement<'_>, args: &[Value<'_>]) -> rusqlite::Result<()> {
    let wanted = statement.parameter_count();
    if wanted != args.len() {
        return Err(rusqlite::Error::InvalidParameterCount(args.len(), wanted));
    }
    for (at, value) in args.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, Bound(value))?;
    }
    Ok(())
}

/// Inserts the rows with one prepared statement. The identifiers come from the program.
pub(crate) fn bulk(conn: &Connection, bulk: Bulk<'_>, rows: &[Vec<Value<'_>>]) -> Result<u64> {
    let Bulk { table, columns, missing } = bulk;
    let names = columns.iter().map(|name| quoted(name)).collect::<Vec<_>>();
    let marks = (1..=columns.len()).map(|n| format!("?{n}"));
    let text = format!(
        "INSERT INTO {} ({}) VALUES ({}){}",
        quoted(table),
        names.join(", "),
        marks.collect::<Vec<_>>().join(", "),
        if missing { " ON CONFLICT DO NOTHING" } else { "" },
    );
    let fail = |cause| failure(conn, cause);
    let mut statement = conn.prepare_cached(&text).map_err(fail)?;
    let mut count = 0;
    for row in rows {
        bind(&mut statement, row).map_err(fail)?;
        count += statement.raw_execute().map_err(fail)? as u64;
    }
    Ok(count)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

struct Bound<'a>(&'a Value<'a>);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let borrowed = match self.0 {
            Value::Null => ValueRef::Null,
            Value::Int(n) => ValueRef::Integer(*n),
            Value::Real(x) => ValueRef::Real(*x),
            Value::Bool(b) => ValueRef::Integer((*b).into()),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Uuid(id) => ValueRef::Blob(id.as_bytes()),
            Value::Date(date) => return Ok(ToSqlOutput::from(date.to_string())),
        };
        Ok(ToSqlOutput::Borrowed(borrowed))
    }
}

/// The column as a value; `None` if there is no such column or its text is not UTF-8.
pub(crate) fn value<'r>(row: &'r rusqlite::Row<'_>, at: usize) -> Option<Value<'r>> {
    Some(match row.get_ref(at).ok()? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Real(x) => Value::Real(x),
        ValueRef::Text(text) => Value::Text(Cow::Borrowed(std::str::from_utf8(text).ok()?)),
        ValueRef::Blob(bytes) => Value::Bytes(Cow::Borrowed(bytes)),
    })
}

/// Runs what may take long, or wait for the disk, where it holds up no other task.
pub(crate) async fn on_blocking_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(stopped) => match stopped.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Closed),
        },
    }
}

/// Runs a long piece of work that borrows, telling a multi-threaded runtime so that it moves
/// other tasks away from this thread.
pub(crate) fn in_place<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    let flavor = Handle::try_current().map(|handle| handle.runtime_flavor());
    match flavor {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// What a failure means, where no name has to be looked up.
pub(crate) fn plain_failure(cause: rusqlite::Error) -> Error {
    let (code, message) = match &cause {
        rusqlite::Error::SqliteFailure(code, message) => (code, message.as_deref().unwrap_or("")),
        rusqlite::Error::SqlInputError { error, msg, .. } => (error, msg.as_str()),
        _ => return Error::other(cause),
    };
    let named = || match message.split_once(": ") {
        Some((_, name)) => name.to_owned(),
        None => message.to_owned(),
    };
    match code.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            Error::Unique { constraint: key_of(&named()) }
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Error::ForeignKey,
        ffi::SQLITE_CONSTRAINT_NOTNULL => Error::NotNull { column: named() },
        ffi::SQLITE_CONSTRAINT_CHECK => Error::Check { constraint: named() },
        // A quota that is used up and a file that may not grow are no `SQLITE_FULL`, because the
        // system has other numbers for them; what helps is the same.
        ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_SHMSIZE => Error::Full,
        other => match other & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => Error::Retry,
            ffi::SQLITE_FULL => Error::Full,
            _ => Error::other(cause),
        },
    }
}

/// `t.a, t.b` → `t(a,b)`; what else the message names (`index 'x'`) stays.
fn key_of(columns: &str) -> String {
    let split = columns.split(", ").map(|column| column.split_once('.')).collect::<Option<Vec<_>>>();
    match split.as_deref() {
        Some([(table, first), rest @ ..]) => {
            let names = rest.iter().fold((*first).to_owned(), |mut names, (_, n)| {
                names.push(',');
                names.push_str(n);
                names
            });
            format!("{table}({names})")
        }
        _ => columns.to_owned(),
    }
}

/// What a failure of a statement means. The message names an index on expressions without its
/// table, which is looked up here.
pub(crate) fn failure(conn: &Connection, cause: rusqlite::Error) -> Error {
    match plain_failure(cause) {
        Error::Unique { constraint } if constraint.starts_with("index '") => {
            let index = constraint.trim_start_matches("index '").trim_end_matches('\'');
            let table = conn.query_row(
                "SELECT tbl_name FROM sqlite_schema WHERE type = 'index' AND name = ?1",
                [index],
                |row| row.get::<_, String>(0),
            );
            Error::Unique { constraint: table.map_or(constraint.clone(), |table| format!("{table}.{index}")) }
        }
        other => other,
    }
}
