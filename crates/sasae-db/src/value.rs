//! What goes into a statement, and what a column holds.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::{Error, Result};

/// One argument or one column, whatever the engine. On PostgreSQL it is encoded to the type that
/// the statement wants there (`Int` to smallint, integer, bigint, numeric or double precision;
/// `Text` to text, varchar, json or jsonb; `Null` to anything); a value that does not fit that
/// type is an error, not a conversion.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// A whole number; also a timestamp in microseconds since 1970.
    Int(i64),
    /// A floating-point number. NaN is refused: SQLite would keep it as NULL.
    Real(f64),
    /// A truth value.
    Bool(bool),
    /// Text. U+0000 is refused: PostgreSQL cannot keep it.
    Text(Cow<'a, str>),
    /// Raw bytes.
    Bytes(Cow<'a, [u8]>),
    /// An id.
    Uuid(Uuid),
    /// A calendar day. Between the years 1 and 9999 both engines sort it alike.
    Date(Date),
}

impl Value<'_> {
    /// The same value, owning what it holds.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Int(n) => Value::Int(n),
            Self::Real(x) => Value::Real(x),
            Self::Bool(b) => Value::Bool(b),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Uuid(id) => Value::Uuid(id),
            Self::Date(date) => Value::Date(date),
        }
    }

    /// Refuses what one engine would refuse or change and the other keep.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Real(x) if x.is_nan() => Err(Error::other("NaN cannot be stored")),
            Self::Text(text) if text.as_bytes().contains(&0) => Err(Error::other("text with U+0000 cannot be stored")),
            _ => Ok(()),
        }
    }
}

/// What can stand in [`args!`](crate::args!). Implement it for a room's own types (an enum that
/// is kept as text) beside [`Cell`](crate::Cell).
pub trait ToValue {
    /// The value as an engine takes it, borrowing where it can.
    fn to_value(&self) -> Value<'_>;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl ToValue for Value<'_> {
    fn to_value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Bytes(bytes) => Value::Bytes(Cow::Borrowed(bytes)),
            Self::Null => Value::Null,
            Self::Int(n) => Value::Int(*n),
            Self::Real(x) => Value::Real(*x),
            Self::Bool(b) => Value::Bool(*b),
            Self::Uuid(id) => Value::Uuid(*id),
            Self::Date(date) => Value::Date(*date),
        }
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
}

impl ToValue for Cow<'_, str> {
    fn to_value(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Value<'_> {
        Value::Bytes(Cow::Borrowed(self))
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> Value<'_> {
        Value::Bytes(Cow::Borrowed(self))
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value<'_> {
        Value::Bytes(Cow::Borrowed(self))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Cow::Owned(bytes))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! plain {
    ($($type:ty: $value:ident => $made:expr;)*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value<'_> {
                let $value = *self;
                $made
            }
        }

        impl From<$type> for Value<'_> {
            fn from($value: $type) -> Self {
                $made
            }
        }

        impl From<&$type> for Value<'_> {
            fn from(value: &$type) -> Self {
                Self::from(*value)
            }
        }
    )*};
}

plain! {
    i64: n => Value::Int(n);
    i32: n => Value::Int(n.into());
    i16: n => Value::Int(n.into());
    u32: n => Value::Int(n.into());
    u16: n => Value::Int(n.into());
    u8: n => Value::Int(n.into());
    f64: x => Value::Real(x);
    bool: b => Value::Bool(b);
    Uuid: id => Value::Uuid(id);
    Date: date => Value::Date(date);
    Timestamp: at => Value::Int(at.as_microsecond());
}

/// The arguments of a statement, in the order of `?1 ?2 …`, as `&[Value<'_>]`. It borrows what it
/// is given: write it where it is used, or bind first what is made on the spot.
///
/// ```
/// use sasae_db::{Value, args};
/// let name = String::from("支 花子");
/// let phone: Option<&str> = None;
/// assert_eq!(args![name, 3, phone], [Value::from("支 花子"), Value::Int(3), Value::Null]);
/// assert!(args![].is_empty());
/// ```
#[macro_export]
macro_rules! args {
    () => {
        &[] as &[$crate::Value<'_>]
    };
    ($($value:expr),+ $(,)?) => {
        &[$($crate::ToValue::to_value(&$value)),+] as &[$crate::Value<'_>]
    };
}
