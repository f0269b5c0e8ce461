//! What comes out of a statement.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::{Error, Result, Value, postgres, sqlite};

/// One row of a result, read by position.
pub struct Row<'r>(pub(crate) Inner<'r>);

pub(crate) enum Inner<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// How many columns the row has.
    #[must_use]
    pub fn columns(&self) -> usize {
        match &self.0 {
            Inner::Sqlite(row) => row.as_ref().column_count(),
            Inner::Postgres(row) => row.len(),
        }
    }

    /// The column at that position, from 0.
    ///
    /// # Errors
    /// [`Error::Decode`] if there is none or it does not hold a `T`.
    pub fn get<T: Cell>(&self, at: usize) -> Result<T> {
        let value = match &self.0 {
            Inner::Sqlite(row) => sqlite::value(row, at),
            Inner::Postgres(row) => postgres::value(row, at),
        };
        value.and_then(T::from_value).ok_or_else(|| Error::Decode { column: self.name(at), expected: T::EXPECTED })
    }

    /// The row's cells in order, after checking that there are exactly `count`.
    ///
    /// # Errors
    /// [`Error::Decode`] if there are more or fewer: the statement and the record have drifted
    /// apart.
    pub fn cells(&self, count: usize) -> Result<Cells<'_>> {
        let columns = self.columns();
        if columns == count {
            return Ok(Cells { row: self, at: 0 });
        }
        Err(Error::Decode {
            column: format!("count {columns} instead of {count}"),
            expected: "as many columns as the record has fields",
        })
    }

    fn name(&self, at: usize) -> String {
        let name = match &self.0 {
            Inner::Sqlite(row) => row.as_ref().column_name(at).ok(),
            Inner::Postgres(row) => row.columns().get(at).map(tokio_postgres::Column::name),
        };
        name.map_or_else(|| format!("#{at}"), str::to_owned)
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

/// What one row decodes to, by position. [`record!`](crate::record!) implements it for a struct;
/// tuples of up to 16 cells have it.
pub trait Record: Sized {
    /// Decodes the row.
    ///
    /// # Errors
    /// [`Error::Decode`] if the columns are not what the record wants, in number or in kind.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        impl<$first: Cell, $($rest: Cell),*> Record for ($first, $($rest,)*) {
            fn from_row(row: &Row<'_>) -> Result<Self> {
                const COUNT: usize = [stringify!($first) $(, stringify!($rest))*].len();
                let mut cells = row.cells(COUNT)?;
                Ok((cells.take::<$first>()?, $(cells.take::<$rest>()?,)*))
            }
        }

        tuples! { $($rest)* }
    };
    () => {};
}

tuples! { A B C D E F G H I J K L M N O P }

/// Declares a struct whose fields are the columns of a statement, in that order.
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
            fn from_row(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                const COUNT: usize = [$(::core::stringify!($field)),+].len();
                let mut cells = row.cells(COUNT)?;
                ::core::result::Result::Ok(Self { $($field: cells.take()?),+ })
            }
        }
    };
}
