//! What can go wrong, in the terms on which callers branch.

/// The result of everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of the database, the same for both engines. After a statement of a [`Tx`] failed
/// (anything but `NotFound` and `Decode`) the transaction can only be rolled back, on both
/// engines; further statements and the commit answer [`Error::Aborted`].
///
/// [`Tx`]: crate::Tx
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `query_one` or `scalar` found no row.
    #[error("no such row")]
    NotFound,
    /// A row with the same key is there already.
    #[error("a row with the same key exists ({constraint})")]
    Unique {
        /// `table(column,column)` on SQLite, whose messages name the columns; `table.index` on
        /// PostgreSQL and for an index on expressions. Branch with [`Error::is_unique_on`].
        constraint: String,
    },
    /// The row refers to one that is not there, or is itself referred to.
    #[error("the row refers to one that does not exist, or is still referred to")]
    ForeignKey,
    /// A value is missing.
    #[error("{column} must have a value")]
    NotNull {
        /// `table.column`.
        column: String,
    },
    /// A CHECK refused the row.
    #[error("the row breaks the rule {constraint}")]
    Check {
        /// The constraint's name. Name every CHECK: SQLite gives the expression of one without.
        constraint: String,
    },
    /// Nothing is wrong with the statement: another transaction or another process was in its
    /// way, or no connection came free in time. The whole transaction may be tried again.
    #[error(
        "the database is busy: another transaction or another process is writing, or all \
         connections are in use; try again"
    )]
    Retry,
    /// No room is left on the disk, a quota is used up, or the file may not grow.
    #[error("the disk is full or may not be written: nothing was written; make room and try again")]
    Full,
    /// The engine cannot do that.
    #[error("not supported here: {0}")]
    Unsupported(&'static str),
    /// A column does not hold what the record wants.
    #[error("column {column} does not hold {expected}")]
    Decode {
        /// The column's name in the result, or its position if it has none.
        column: String,
        /// What was wanted.
        expected: &'static str,
    },
    /// The columns of the statement are not those of the record, so it was not run; the text says
    /// which.
    #[error("the statement does not fit the record: {0}")]
    Columns(String),
    /// An earlier statement of this transaction failed.
    #[error("an earlier statement of this transaction failed; begin again")]
    Aborted,
    /// The database was closed, or the server ended the connection.
    #[error("the database is closed")]
    Closed,
    /// The server does not answer; the text says why.
    #[error("the database server does not answer: {0}")]
    Unreachable(String),
    /// Anything else; the cause says what.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Whether this is a doubled key of that table, on either engine.
    #[must_use]
    pub fn is_unique_on(&self, table: &str) -> bool {
        matches!(self, Self::Unique { constraint }
            if constraint.split(['(', '.']).next() == Some(table))
    }

    /// Whether trying again later may help: another writer, no connection free, no room on disk,
    /// a server that is being started again.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Retry | Self::Full | Self::Closed | Self::Unreachable(_))
    }

    /// The same failure for another who waited for the same commit. What passes stays what it
    /// is; of anything else the words are kept.
    #[must_use]
    pub fn twin(&self) -> Self {
        match self {
            Self::Retry => Self::Retry,
            Self::Full => Self::Full,
            Self::Closed => Self::Closed,
            Self::Unreachable(why) => Self::Unreachable(why.clone()),
            other => Self::other(other.to_string()),
        }
    }

    pub(crate) fn other(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Other(cause.into())
    }
}

impl From<std::io::Error> for Error {
    fn from(cause: std::io::Error) -> Self {
        if cause.kind() == std::io::ErrorKind::StorageFull { Self::Full } else { Self::other(cause) }
    }
}
