//! A JSON body is read strictly: a field that a form does not have, or a value of another kind, is named
//! with its field and not passed over.

use std::fmt;

use serde::de::value::{SeqDeserializer, StrDeserializer, StringDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::form::unreadable;
use crate::error::{self, Error, Fields};

/// Reads a body as a type.
///
/// # Errors
/// `Invalid` with the field that is wrong; `Bad` where it is no JSON, or no object.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> error::Result<T> {
    let value: Value = serde_json::from_slice(body).map_err(unreadable)?;
    T::deserialize(Strict(value)).map_err(|wrong| match wrong.field {
        None => unreadable(wrong.what),
        Some(field) => {
            let mut errors = Fields::default();
            let (ja, en) = match wrong.unknown {
                true => ("この項目はありません。", "There is no such field.".to_owned()),
                false => ("値の種類がちがいます。", format!("This is another kind of value: {}", wrong.what)),
            };
            errors.put(field, ja, en);
            Error::Invalid(errors)
        }
    })
}

/// What is wrong with a body.
#[derive(Debug)]
struct Wrong {
    /// In which field, with those around it before a dot.
    field: Option<String>,
    unknown: bool,
    what: String,
}

impl Wrong {
    fn within(self, name: &str) -> Wrong {
        let field = match self.field {
            Some(inner) => format!("{name}.{inner}"),
            None => name.to_owned(),
        };
        Wrong { field: Some(field), ..self }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(what: T) -> Wrong {
        Wrong { field: None, unknown: false, what: what.to_string() }
    }
}

/// A value that knows which fields it may have once it is read as a struct.
struct Strict(Value);

impl<'de> IntoDeserializer<'de, Wrong> for Strict {
    type Deserializer = Strict;

    fn into_deserializer(self) -> Strict {
        self
    }
}

impl<'de> de::Deserializer<'de> for Strict {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(value) => match (value.as_u64(), value.as_i64()) {
                (Some(value), _) => visitor.visit_u64(value),
                (None, Some(value)) => visitor.visit_i64(value),
                (None, None) => visitor.visit_f64(value.as_f64().unwrap_or_default()),
            },
            Value::String(value) => visitor.visit_string(value),
            Value::Array(values) => visitor.visit_seq(SeqDeserializer::new(values.into_iter().map(Strict))),
            Value::Object(fields) => visitor.visit_map(Entries { left: fields.into_iter(), next: None }),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let Value::Object(fields) = &self.0 else { return Err(de::Error::custom("an object is meant")) };
        let other = fields.keys().find(|name| !known.contains(&name.as_str())).cloned();
        match other {
            Some(other) => Err(Wrong { field: Some(other), unknown: true, what: String::new() }),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::String(code) => {
                let code: StringDeserializer<Wrong> = code.into_deserializer();
                visitor.visit_enum(code)
            }
            _ => Err(de::Error::custom("a word is meant")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

/// The fields of an object, one after the other.
struct Entries {
    left: <Map<String, Value> as IntoIterator>::IntoIter,
    next: Option<(String, Value)>,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        self.next = self.left.next();
        let Some((name, _)) = &self.next else { return Ok(None) };
        let name: StrDeserializer<'_, Wrong> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let Some((name, value)) = self.next.take() else {
            return Err(de::Error::custom("a value without its name"));
        };
        seed.deserialize(Strict(value)).map_err(|wrong| wrong.within(&name))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::lang::Lang;

    #[derive(Debug, Default, PartialEq, Eq, Deserialize)]
    #[serde(default)]
    struct Inner {
        urgent: String,
        boxes: Vec<String>,
        extra: Option<BTreeMap<String, Vec<String>>>,
    }

    #[derive(Debug, Default, PartialEq, Eq, Deserialize)]
    #[serde(default)]
    struct Outer {
        inner: Inner,
        count: i64,
    }

    fn wrong(body: &str) -> String {
        match read::<Outer>(body.as_bytes()) {
            Err(Error::Invalid(fields)) => fields.iter(Lang::En).map(|(name, _)| name.to_owned()).collect(),
            Err(Error::Bad(_)) => "unreadable".to_owned(),
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn what_a_form_has_is_read_and_keys_of_a_map_are_free() {
        let body = r#"{"inner": {"urgent": "yes", "boxes": ["a"], "extra": {"intake.x": ["1"]}}, "count": -1}"#;
        let read: Outer = read(body.as_bytes()).unwrap();

        assert_eq!((read.inner.urgent.as_str(), read.count), ("yes", -1));
        assert_eq!(read.inner.boxes, ["a"]);
        assert_eq!(read.inner.extra, Some(BTreeMap::from([("intake.x".to_owned(), vec!["1".to_owned()])])));
    }

    #[test]
    fn what_it_does_not_have_is_named_with_its_place() {
        assert_eq!(wrong(r#"{"cuont": 1}"#), "cuont");
        assert_eq!(wrong(r#"{"inner": {"urgend": "yes"}}"#), "inner.urgend");
        assert_eq!(wrong(r#"{"inner": {"urgent": true}}"#), "inner.urgent");
        assert_eq!(wrong(r#"{"inner": {"boxes": "a"}}"#), "inner.boxes");
        assert_eq!(wrong(r#"{"count": "1"}"#), "count");
        assert_eq!(wrong("[]"), "unreadable");
        assert_eq!(wrong("{"), "unreadable");
    }
}
