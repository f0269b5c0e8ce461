//! How a value is spelled on the wire, by the type that the server says it wants.

use std::borrow::Cow;
use std::error::Error;

use bytes::{BufMut as _, BytesMut};
use jiff::civil::Date;
use postgres_types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::Value;

type Failure = Box<dyn Error + Sync + Send>;

/// A value as an argument.
#[derive(Debug)]
pub(super) struct Param<'a>(pub(super) &'a Value<'a>);

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(n) => int(*n, ty, out),
            Value::Real(x) if *ty == Type::FLOAT4 => (*x as f32).to_sql(ty, out),
            Value::Real(x) if *ty == Type::FLOAT8 => x.to_sql(ty, out),
            Value::Bool(b) if *ty == Type::BOOL => b.to_sql(ty, out),
            Value::Text(text) => self::text(text, ty, out),
            Value::Bytes(bytes) if *ty == Type::BYTEA => bytes.as_ref().to_sql(ty, out),
            Value::Uuid(id) if *ty == Type::UUID => id.to_sql(ty, out),
            Value::Date(date) if *ty == Type::DATE => date.to_sql(ty, out),
            other => Err(misfit(other, ty)),
        }
    }

    fn accepts(_: &Type) -> bool {
        // `to_sql` refuses with a message that names the value's kind.
        true
    }

    to_sql_checked!();
}

fn misfit(value: &Value<'_>, ty: &Type) -> Failure {
    let kind = match value {
        Value::Null => "NULL",
        Value::Int(_) => "a whole number",
        Value::Real(_) => "a floating-point number",
        Value::Bool(_) => "a truth value",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
        Value::Uuid(_) => "an id",
        Value::Date(_) => "a date",
    };
    format!("the statement wants {ty} where the argument is {kind}").into()
}

fn int(n: i64, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
    match *ty {
        Type::INT2 => i16::try_from(n)?.to_sql(ty, out),
        Type::INT4 => i32::try_from(n)?.to_sql(ty, out),
        Type::INT8 => n.to_sql(ty, out),
        Type::FLOAT4 => (n as f32).to_sql(ty, out),
        Type::FLOAT8 => (n as f64).to_sql(ty, out),
        Type::NUMERIC => {
            numeric_from_int(n, out);
            Ok(IsNull::No)
        }
        _ => Err(misfit(&Value::Int(n), ty)),
    }
}

fn text(text: &str, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
    match *ty {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON => {}
        // The version of the binary form, before the text of the document.
        Type::JSONB => out.put_u8(1),
        _ => return Err(misfit(&Value::Text(Cow::Borrowed(text)), ty)),
    }
    out.put_slice(text.as_bytes());
    Ok(IsNull::No)
}

/// A column as the server sent it.
struct Raw<'r> {
    ty: Type,
    bytes: &'r [u8],
}

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(ty: &Type, bytes: &'r [u8]) -> Result<Self, Failure> {
        let ty = ty.clone();
        Ok(Self { ty, bytes })
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The column as a value; `None` if there is no such column or its type has no value here.
pub(crate) fn value(row: &tokio_postgres::Row, at: usize) -> Option<Value<'_>> {
    if at >= row.len() {
        return None;
    }
    match row.try_get::<_, Option<Raw<'_>>>(at) {
        Ok(None) => Some(Value::Null),
        Ok(Some(raw)) => decode(&raw).ok().flatten(),
        Err(_) => None,
    }
}

fn decode<'r>(raw: &Raw<'r>) -> Result<Option<Value<'r>>, Failure> {
    let (ty, bytes) = (&raw.ty, raw.bytes);
    Ok(Some(match *ty {
        Type::BOOL => Value::Bool(bool::from_sql(ty, bytes)?),
        Type::INT2 => Value::Int(i16::from_sql(ty, bytes)?.into()),
        Type::INT4 => Value::Int(i32::from_sql(ty, bytes)?.into()),
        Type::INT8 => Value::Int(i64::from_sql(ty, bytes)?),
        Type::OID => Value::Int(u32::from_sql(ty, bytes)?.into()),
        Type::FLOAT4 => Value::Real(f32::from_sql(ty, bytes)?.into()),
        Type::FLOAT8 => Value::Real(f64::from_sql(ty, bytes)?),
        Type::NUMERIC => return Ok(numeric(bytes)),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON => {
            Value::Text(Cow::Borrowed(std::str::from_utf8(bytes)?))
        }
        Type::JSONB => match bytes.split_first() {
            Some((1, document)) => Value::Text(Cow::Borrowed(std::str::from_utf8(document)?)),
            _ => return Ok(None),
        },
        Type::BYTEA => Value::Bytes(Cow::Borrowed(bytes)),
        Type::UUID => Value::Uuid(Uuid::from_sql(ty, bytes)?),
        Type::DATE => Value::Date(Date::from_sql(ty, bytes)?),
        _ => return Ok(None),
    }))
}

/// The sign field of a negative numeric.
const NEGATIVE: u16 = 0x4000;

/// What `sum(bigint)` and `avg` give: a whole number as `Int`, any other as `Real`. Four words
/// (digits, weight of the first, sign, scale for display), then digits to the base 10,000.
fn numeric(bytes: &[u8]) -> Option<Value<'static>> {
    let mut words = bytes.chunks_exact(2).map(|word| u16::from_be_bytes([word[0], word[1]]));
    let count = words.next()?;
    let weight = words.next()?.cast_signed();
    let sign = words.next()?;
    let _display_scale = words.next()?;
    if !matches!(sign, 0 | NEGATIVE) {
        // NaN or an infinity.
        return None;
    }
    let digits = words.take(count.into()).collect::<Vec<_>>();
    let whole = whole_number(&digits, weight, sign == NEGATIVE);
    Some(whole.map_or_else(
        || {
            let sum =
                digits.iter().zip(0i32..).map(|(digit, at)| f64::from(*digit) * 10_000f64.powi(i32::from(weight) - at));
            let sum = sum.sum::<f64>();
            Value::Real(if sign == NEGATIVE { -sum } else { sum })
        },
        Value::Int,
    ))
}

fn whole_number(digits: &[u16], weight: i16, negative: bool) -> Option<i64> {
    // Trailing zeros are never sent, so a digit below the units means a fraction.
    let places = usize::try_from(i32::from(weight) + 1).unwrap_or(0);
    if digits.len() > places {
        return None;
    }
    let mut sum = 0i64;
    for at in 0..places {
        let digit = i64::from(digits.get(at).copied().unwrap_or(0));
        sum = sum.checked_mul(10_000)?;
        // Built from below zero, where i64 reaches one further.
        sum = if negative { sum.checked_sub(digit)? } else { sum.checked_add(digit)? };
    }
    Some(sum)
}

fn numeric_from_int(n: i64, out: &mut BytesMut) {
    let mut rest = n.unsigned_abs();
    let mut digits = Vec::with_capacity(5);
    while rest > 0 {
        digits.push((rest % 10_000) as u16);
        rest /= 10_000;
    }
    let count = digits.len() as u16;
    out.put_u16(count);
    out.put_u16(count.saturating_sub(1));
    out.put_u16(if n < 0 { NEGATIVE } else { 0 });
    out.put_u16(0);
    for digit in digits.into_iter().rev() {
        out.put_u16(digit);
    }
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use proptest::prelude::*;

    use super::{numeric, numeric_from_int};
    use crate::Value;

    proptest! {
        #[test]
        fn a_whole_number_survives_the_numeric_form(
            n in prop_oneof![any::<i64>(), -20_000i64..20_000, Just(i64::MIN), Just(i64::MAX)],
        ) {
            let mut out = BytesMut::new();
            numeric_from_int(n, &mut out);

            prop_assert_eq!(numeric(&out), Some(Value::Int(n)));
        }
    }
}
