//! Where statements run: outside a transaction or in a snapshot ([`Read`]), or in one that
//! writes ([`Tx`]).

use std::ops::{Deref, DerefMut};

use crate::row::{Cell, Columns, Record, Row};
use crate::sql::Text;
use crate::writer::Member;
use crate::{Engine, Error, Result, Sql, Value, observe, postgres, sqlite};

/// A connection of either engine. [`Read`] and [`Tx`] deref to it, so a function that only reads
/// takes `&mut Conn` and is given either.
pub struct Conn {
    link: Link,
    /// Inside a transaction: then a failed statement spoils it.
    in_transaction: bool,
    /// A statement of the transaction failed, or nobody waited for its end. PostgreSQL then
    /// refuses everything but a rollback; SQLite is made to do the same.
    spoiled: bool,
}

/// A statement on its way to an engine, and what its columns must be.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) args: &'a [Value<'a>],
    pub(crate) columns: Columns,
}

impl<'a> Asked<'a> {
    fn record<T: Record>(text: Text<'a>, args: &'a [Value<'a>]) -> Self {
        Self { text, args, columns: T::COLUMNS }
    }
}

/// Where many rows go at once.
#[derive(Clone, Copy)]
pub(crate) struct Bulk<'a> {
    pub(crate) table: &'static str,
    pub(crate) columns: &'a [&'static str],
    /// Rows whose key is there already stay as they are.
    pub(crate) missing: bool,
}

/// From so many rows on an insert is work that holds up other tasks.
const MANY: usize = 500;

enum Link {
    Reader(sqlite::Lease),
    Writer(Member),
    Postgres(postgres::Lease),
}

impl Conn {
    pub(crate) fn reader(lease: sqlite::Lease) -> Self {
        // A failed statement does not spoil a snapshot of SQLite, and must not differ on
        // PostgreSQL: see `postgres_reader`.
        Self::over(Link::Reader(lease), false)
    }

    pub(crate) fn snapshot(lease: sqlite::Lease) -> Self {
        Self::over(Link::Reader(lease), true)
    }

    pub(crate) fn writer(member: Member) -> Self {
        Self::over(Link::Writer(member), true)
    }

    pub(crate) fn postgres(lease: postgres::Lease, in_transaction: bool) -> Self {
        Self::over(Link::Postgres(lease), in_transaction)
    }

    fn over(link: Link, in_transaction: bool) -> Self {
        Self { link, in_transaction, spoiled: false }
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.link {
            Link::Reader(_) | Link::Writer(_) => Engine::Sqlite,
            Link::Postgres(_) => Engine::Postgres,
        }
    }

    /// All rows, in the order in which the statement gives them.
    ///
    /// # Errors
    /// Any but [`Error::NotFound`]; [`Error::Columns`] if the statement does not give a `T`,
    /// [`Error::Decode`] if a row is none.
    pub async fn query<T: Record>(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<Vec<T>> {
        self.all(Text::Known(sql), args).await
    }

    /// The first row, or `None` without one. Further rows are ignored.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn query_opt<T: Record>(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<Option<T>> {
        let mut found = None;
        self.run(Asked::record::<T>(Text::Known(sql), args), false, |row| {
            found = Some(T::from_row(row)?);
            Ok(false)
        })
        .await?;
        Ok(found)
    }

    /// The first row.
    ///
    /// # Errors
    /// As [`query`](Self::query), and [`Error::NotFound`] without a row.
    pub async fn query_one<T: Record>(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<T> {
        self.query_opt(sql, args).await?.ok_or(Error::NotFound)
    }

    /// The only column of the first row.
    ///
    /// # Errors
    /// As [`query_one`](Self::query_one).
    pub async fn scalar<T: Cell>(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<T> {
        self.scalar_opt(sql, args).await?.ok_or(Error::NotFound)
    }

    /// The only column of the first row, or `None` without a row. A column that may be NULL wants
    /// an `Option<T>` of its own.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn scalar_opt<T: Cell>(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<Option<T>> {
        let found = self.query_opt::<(T,)>(sql, args).await?;
        Ok(found.map(|(cell,)| cell))
    }

    /// Hands over each row as it comes, without keeping the others: for exports. On SQLite the
    /// whole run happens within one poll; a multi-threaded runtime is told that it takes long.
    ///
    /// # Errors
    /// As [`query`](Self::query), and the first error that `each` returns, which ends the run.
    pub async fn for_each<T: Record>(
        &mut self,
        sql: Sql,
        args: &[Value<'_>],
        mut each: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        self.run(Asked::record::<T>(Text::Known(sql), args), true, |row| {
            each(T::from_row(row)?)?;
            Ok(true)
        })
        .await?;
        Ok(())
    }

    /// As [`query`](Self::query), for a text made at run time, which [`STATEMENTS`] does not
    /// know. For the benchmark and the conformance test (plans, settings); rooms use
    /// [`sql!`](crate::sql!).
    ///
    /// # Errors
    /// As [`query`](Self::query).
    ///
    /// [`STATEMENTS`]: crate::STATEMENTS
    pub async fn query_text<T: Record>(&mut self, text: &str, args: &[Value<'_>]) -> Result<Vec<T>> {
        self.all(Text::Dynamic(text), args).await
    }

    /// Prepares a text without running it, for the test that prepares every statement. Gives the
    /// names of its columns.
    ///
    /// # Errors
    /// What the engine says against the text.
    pub async fn prepare_text(&mut self, text: &str) -> Result<Vec<String>> {
        match &mut self.link {
            Link::Reader(lease) => sqlite::prepare(lease.conn()?, text),
            Link::Writer(member) => sqlite::prepare(member.conn()?, text),
            Link::Postgres(lease) => {
                let prepared = lease.prepare(text).await;
                self.spoiled |= self.in_transaction && prepared.is_err();
                prepared
            }
        }
    }

    async fn all<T: Record>(&mut self, text: Text<'_>, args: &[Value<'_>]) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.run(Asked::record::<T>(text, args), false, |row| {
            rows.push(T::from_row(row)?);
            Ok(true)
        })
        .await?;
        Ok(rows)
    }

    /// Runs a statement; `each` says whether it wants another row. An error of `each` (a row that
    /// does not decode) ends the run but does not spoil the transaction; one of the engine does.
    async fn run(
        &mut self,
        asked: Asked<'_>,
        long: bool,
        mut each: impl FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<u64> {
        self.start()?;
        observe::note(asked.text, asked.args, self.in_transaction);
        let mut refused = None;
        let each = |row: &Row<'_>| {
            each(row).unwrap_or_else(|error| {
                refused = Some(error);
                false
            })
        };
        let result = match asked.args.iter().try_for_each(Value::check) {
            Err(error) => Err(error),
            Ok(()) => match &mut self.link {
                Link::Reader(lease) => {
                    let conn = lease.conn()?;
                    sqlite::run(conn, asked, long, each)
                }
                Link::Writer(member) => {
                    let conn = member.conn()?;
                    sqlite::run(conn, asked, long, each)
                }
                Link::Postgres(lease) => lease.run(asked, each).await,
            },
        };
        let changed = self.finish(result)?;
        match refused {
            Some(error) => Err(error),
            None => Ok(changed),
        }
    }

    /// Until a statement is known to have gone well the transaction counts as spoiled: the caller
    /// may go away in the middle of it.
    fn start(&mut self) -> Result<()> {
        if self.spoiled {
            return Err(Error::Aborted);
        }
        self.spoiled = self.in_transaction;
        Ok(())
    }

    fn finish<T>(&mut self, result: Result<T>) -> Result<T> {
        match (&result, &mut self.link) {
            (Ok(_), _) => self.spoiled = false,
            (Err(error), Link::Writer(member)) => member.after_failure(error),
            (Err(_), _) => {}
        }
        result
    }
}

/// Reading: each statement by itself, or one state throughout if it came from
/// [`Db::snapshot`](crate::Db::snapshot). The connection goes back when this is dropped.
pub struct Read(pub(crate) Conn);

impl Deref for Read {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Read {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

/// A transaction that writes. It sees its own writes. Dropped without [`commit`](Self::commit)
/// it rolls back, on both engines.
///
/// On SQLite there is one writer: others wait while a `Tx` is held, so do not hold one across
/// anything slow, and never begin a second one while holding the first.
///
/// A read-then-write that must not race takes its lock by writing first, or by a condition in
/// the UPDATE's WHERE (a revision): PostgreSQL runs at READ COMMITTED.
pub struct Tx(pub(crate) Conn);

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

impl Tx {
    /// Runs a statement and says how many rows it changed.
    ///
    /// # Errors
    /// Those of the engine, mapped; after one the transaction can only be rolled back.
    pub async fn execute(&mut self, sql: Sql, args: &[Value<'_>]) -> Result<u64> {
        let asked = Asked { text: Text::Known(sql), args, columns: Columns::Any };
        self.0.run(asked, false, |_| Ok(true)).await
    }

    /// As [`execute`](Self::execute), for a text made at run time, which
    /// [`STATEMENTS`](crate::STATEMENTS) does not know. For the benchmark and the conformance
    /// test; rooms use [`sql!`](crate::sql!).
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub async fn execute_text(&mut self, text: &str, args: &[Value<'_>]) -> Result<u64> {
        let asked = Asked { text: Text::Dynamic(text), args, columns: Columns::Any };
        self.0.run(asked, false, |_| Ok(true)).await
    }

    /// Inserts many rows at once, in one go on either engine: a prepared statement on SQLite,
    /// arrays on PostgreSQL. The same as as many INSERTs of those columns.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), and if a row has not as many values as there are columns.
    pub async fn bulk(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        rows: Vec<Vec<Value<'static>>>,
    ) -> Result<u64> {
        self.insert_many(Bulk { table, columns, missing: false }, rows).await
    }

    /// As [`bulk`](Self::bulk), but rows whose key is there already stay as they are. Returns
    /// how many rows are new.
    ///
    /// # Errors
    /// As [`bulk`](Self::bulk).
    pub async fn bulk_missing(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        rows: Vec<Vec<Value<'static>>>,
    ) -> Result<u64> {
        self.insert_many(Bulk { table, columns, missing: true }, rows).await
    }

    async fn insert_many(&mut self, bulk: Bulk<'_>, rows: Vec<Vec<Value<'static>>>) -> Result<u64> {
        let Bulk { table, columns, .. } = bulk;
        self.0.start()?;
        let checked = rows.iter().try_for_each(|row| {
            if row.len() != columns.len() {
                let (found, wanted) = (row.len(), columns.len());
                let message = format!("a row for {table} has {found} values, not {wanted}");
                return Err(Error::other(message));
            }
            row.iter().try_for_each(Value::check)
        });
        let result = match (checked, &mut self.0.link) {
            (Err(error), _) => Err(error),
            (Ok(()), _) if rows.is_empty() => Ok(0),
            (Ok(()), Link::Writer(member)) => {
                let conn = member.conn()?;
                let insert = || sqlite::bulk(conn, bulk, &rows);
                if rows.len() < MANY { insert() } else { sqlite::in_place(insert) }
            }
            (Ok(()), Link::Postgres(lease)) => lease.bulk(bulk, &rows).await,
            (Ok(()), Link::Reader(_)) => Err(Error::Unsupported("a reader does not write")),
        };
        self.0.finish(result)
    }

    /// Makes the transaction durable. Returns once it is on the disk.
    ///
    /// # Errors
    /// [`Error::Aborted`] if one of its statements failed, [`Error::Full`], [`Error::Retry`]:
    /// nothing of it was written. [`Error::Closed`] if the server went away: then it may have
    /// been.
    pub async fn commit(self) -> Result<()> {
        if self.0.spoiled {
            return Err(Error::Aborted);
        }
        match self.0.link {
            Link::Writer(member) => member.commit().await,
            Link::Postgres(lease) => lease.commit().await,
            Link::Reader(_) => Err(Error::Unsupported("a reader does not write")),
        }
    }
}
