//! What comes out of a statement.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::{Error, Result, Value, postgres, sqlite};

/// One row of a result. Its cells are numbered as the record wants them.
pub struct Row<'r> {
    pub(crate) inner: Inner<'r>,
    pub(crate) places: &'r Places,
}

pub(crate) enum Inner<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// The cell of the record's column at that position, from 0.
    ///
    /// # Errors
    /// [`Error::Decode`] if there is none or it does not hold a `T`.
    pub fn get<T: Cell>(&self, at: usize) -> Result<T> {
        let at = self.places.of(at);
        let value = match &self.inner {
            Inner::Sqlite(row) => sqlite::value(row, at),
            Inner::Postgres(row) => postgres::value(row, at),
        };
        value.and_then(T::from_value).ok_or_else(|| Error::Decode { column: self.name(at), expected: T::EXPECTED })
    }

    /// The row's cells in the order of the record's columns.
    #[must_use]
    pub fn cells(&self) -> Cells<'_> {
        Cells { row: self, at: 0 }
    }

    fn name(&self, at: usize) -> String {
        let name = match &self.inner {
            Inner::Sqlite(row) => row.as_ref().column_name(at).ok(),
            Inner::Postgres(row) => row.columns().get(at).map(tokio_postgres::Column::name),
        };
        name.map_or_else(|| format!("#{at}"), str::to_owned)
    }
}

/// The columns that a record wants of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Columns of these names, in any order, and no others.
    Named(&'static [&'static str]),
    /// So many columns, whatever their names.
    Counted(usize),
    /// Whatever there is.
    Any,
}

/// Where a statement has the columns of a record. Found once for each run of a statement, so that
/// a row costs no search.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Places {
    /// In the order of the record: the usual case.
    InOrder,
    /// The statement's position of each column of the record.
    At(Vec<usize>),
}

impl Places {
    fn of(&self, at: usize) -> usize {
        match self {
            Self::InOrder => at,
            // Beyond the last one there is no column, which `get` says.
            Self::At(places) => places.get(at).copied().unwrap_or(usize::MAX),
        }
    }
}

impl Columns {
    /// Finds the columns among those of a statement, given by name.
    ///
    /// # Errors
    /// [`Error::Columns`] if one is missing, is there twice, or is one too many.
    pub(crate) fn find<'n>(self, count: usize, name: impl Fn(usize) -> &'n str) -> Result<Places> {
        let wanted = match self {
            Self::Any => return Ok(Places::InOrder),
            Self::Counted(wanted) if wanted == count => return Ok(Places::InOrder),
            Self::Counted(wanted) => return Err(Error::Columns(format!("{count} columns instead of {wanted}"))),
            Self::Named(wanted) => wanted,
        };
        if count == wanted.len() && wanted.iter().enumerate().all(|(at, field)| name(at) == *field) {
            return Ok(Places::InOrder);
        }
        let there: Vec<&str> = (0..count).map(name).collect();
        let wrong = |what: &str, column: &str| {
            let there = there.join(", ");
            Error::Columns(format!("{what} `{column}` (the statement has {there})"))
        };
        let place = |field: &&str| {
            let mut found = (0..count).filter(|at| there[*at] == *field);
            match (found.next(), found.next()) {
                (Some(at), None) => Ok(at),
                (None, _) => Err(wrong("there is no column", field)),
                (Some(_), Some(_)) => Err(wrong("there are two columns", field)),
            }
        };
        let places = wanted.iter().map(place).collect::<Result<Vec<_>>>()?;
        match there.iter().find(|column| !wanted.contains(column)) {
            Some(column) => Err(wrong("the record has no field for the column", column)),
            None => Ok(Places::At(places)),
        }
    }
}

/// A row's cells, taken from left to right.
pub struct Cells<'r> {
    row: &'r Row<'r>,
    at: usize,
}

impl Cells<'_> {
    /// The next cell.
    ///
    /// # Errors
    /// [`Error::Decode`] if it does not hold a `T`.
    pub fn take<T: Cell>(&mut self) -> Result<T> {
        self.at += 1;
        self.row.get(self.at - 1)
    }
}

/// What one column decodes to. Implement it for a room's own types (an enum that is kept as
/// text) beside [`ToValue`](crate::ToValue).
pub trait Cell: Sized {
    /// What the column must hold, for the error message.
    const EXPECTED: &'static str;

    /// The value, or `None` if the column holds something else. A column of SQLite arrives as
    /// `Int`, `Real`, `Text`, `Bytes` or `Null` only.
    fn from_value(value: Value<'_>) -> Option<Self>;
}

impl<T: Cell> Cell for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

macro_rules! cell {
    ($($type:ty, $expected:literal, $($pattern:pat => $made:expr),+;)*) => {$(
        impl Cell for $type {
            const EXPECTED: &'static str = $expected;

            fn from_value(value: Value<'_>) -> Option<Self> {
                match value {
                    $($pattern => $made,)+
                    _ => None,
                }
            }
        }
    )*};
}

cell! {
    i64, "a whole number", Value::Int(n) => Some(n);
    i32, "a whole number of 32 bits", Value::Int(n) => n.try_into().ok();
    i16, "a whole number of 16 bits", Value::Int(n) => n.try_into().ok();
    u32, "a whole number of 32 bits that is not negative", Value::Int(n) => n.try_into().ok();
    u16, "a whole number of 16 bits that is not negative", Value::Int(n) => n.try_into().ok();
    u8, "a whole number of 8 bits that is not negative", Value::Int(n) => n.try_into().ok();
    f64, "a number", Value::Real(x) => Some(x), Value::Int(n) => Some(n as f64);
    bool, "a truth value",
        Value::Bool(b) => Some(b), Value::Int(0) => Some(false), Value::Int(1) => Some(true);
    String, "text", Value::Text(text) => Some(text.into_owned());
    Vec<u8>, "bytes", Value::Bytes(bytes) => Some(bytes.into_owned());
    Uuid, "an id", Value::Uuid(id) => Some(id), Value::Bytes(b) => Self::from_slice(&b).ok();
    Date, "a date", Value::Date(date) => Some(date), Value::Text(text) => text.parse().ok();
    Timestamp, "a time in microseconds since 1970",
        Value::Int(micros) => Self::from_microsecond(micros).ok();
}

/// What one row decodes to. [`record!`](crate::record!) implements it for a struct, whose fields
/// are found by the names of the columns; tuples of up to 16 cells have it, by position.
pub trait Record: Sized {
    /// What it wants of a statement. A statement with other columns is not run.
    const COLUMNS: Columns;

    /// Decodes the row.
    ///
    /// # Errors
    /// [`Error::Decode`] if a column does not hold what the record wants.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        impl<$first: Cell, $($rest: Cell),*> Record for ($first, $($rest,)*) {
            const COLUMNS: Columns = Columns::Counted([stringify!($first) $(, stringify!($rest))*].len());

            fn from_row(row: &Row<'_>) -> Result<Self> {
                let mut cells = row.cells();
                Ok((cells.take::<$first>()?, $(cells.take::<$rest>()?,)*))
            }
        }

        tuples! { $($rest)* }
    };
    () => {};
}

tuples! { A B C D E F G H I J K L M N O P }

/// A struct that [`record!`](crate::record!) made, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Declared {
    /// The struct's name.
    pub name: &'static str,
    /// Its fields, which are names of columns.
    pub columns: &'static [&'static str],
    /// The source file, as `file!()` gives it.
    pub file: &'static str,
    /// The line in that file.
    pub line: u32,
}

/// Every struct that [`record!`](crate::record!) made in this binary, for the test that compares
/// their fields with the columns of the statements.
#[linkme::distributed_slice]
pub static RECORDS: [Declared];

/// Declares a struct whose fields are the columns of a statement, by name and in any order: what an
/// expression gives has its name by `AS`.
///
/// ```
/// sasae_db::record! {
///     /// A person as the list shows one.
///     #[derive(Debug, Clone)]
///     pub struct PersonRow {
///         /// The person's id.
///         pub id: uuid::Uuid,
///         pub name: String,
///         pub born: Option<jiff::civil::Date>,
///     }
/// }
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type),+
        }

        impl $crate::Record for $name {
            const COLUMNS: $crate::Columns = $crate::Columns::Named(&[$(::core::stringify!($field)),+]);

            fn from_row(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                let mut cells = row.cells();
                ::core::result::Result::Ok(Self { $($field: cells.take()?),+ })
            }
        }

        const _: () = {
            #[$crate::linkme::distributed_slice($crate::RECORDS)]
            #[linkme(crate = $crate::linkme)]
            static DECLARED: $crate::Declared = $crate::Declared {
                name: ::core::stringify!($name),
                columns: &[$(::core::stringify!($field)),+],
                file: ::core::file!(),
                line: ::core::line!(),
            };
        };
    };
}
