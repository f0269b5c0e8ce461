//! The names and values of a form, in the order in which the browser sends them. They are taken
//! apart once; whatever a handler wants to know is read from here.
//!
//! A name with a dot in it (`extra.intake.living`) belongs to a field that holds further ones: the
//! part before the first dot is the name of a map, the rest the key in it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use sasae_core::id::Id;
use serde::de::value::{Error, MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde::{Deserialize, Serialize};

use super::sent::Sent;
use crate::error;

/// Names and values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Takes the body of a form apart, or what stands behind the question mark of an address.
    pub fn parse(body: &[u8]) -> Pairs {
        // Any bytes can be taken apart; nothing here can fail.
        Pairs(serde_html_form::from_bytes(body).unwrap_or_default())
    }

    /// The first value of a name; empty without one.
    pub fn one(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// The first value of a name.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a button of that name was pressed.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Every name with its value, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same without what begins with `_`: what steers the form is made anew with each page.
    pub fn typed(&self) -> Pairs {
        Pairs(self.0.iter().filter(|(name, _)| !name.starts_with('_')).cloned().collect())
    }

    /// The same without a name.
    pub fn without(&self, name: &str) -> Pairs {
        Pairs(self.0.iter().filter(|(known, _)| known != name).cloned().collect())
    }

    /// What was typed in words: neither what steers the form, nor ids, nor the codes of boxes and choices.
    pub fn texts(&self) -> Vec<&str> {
        let typed = |(name, value): &(&str, &str)| {
            !name.starts_with('_') && !value.trim().is_empty() && value.parse::<Id>().is_err() && !is_code(value)
        };
        self.iter().filter(typed).map(|(_, value)| value).collect()
    }

    /// Reads them as a type. Lists take every value of their name, everything else the only one.
    ///
    /// # Errors
    /// When they do not fit, for example a name with two values where one is meant.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let mut groups: Vec<(&str, Node<'_>)> = Vec::new();
        for (name, value) in self.iter() {
            insert(&mut groups, name, value);
        }
        T::deserialize(MapDeserializer::new(groups.into_iter()))
    }
}

/// Whether a value is that of a box or a choice rather than something that was typed: `yes`, `not_seen`.
fn is_code(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_lowercase())
        && value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

impl<const N: usize> From<[(&str, &str); N]> for Pairs {
    fn from(pairs: [(&str, &str); N]) -> Pairs {
        Pairs(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }
}

impl From<Vec<(String, String)>> for Pairs {
    fn from(pairs: Vec<(String, String)>) -> Pairs {
        Pairs(pairs)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Pairs {
    type Rejection = error::Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> error::Result<Pairs> {
        Ok(Sent::of(parts)?.pairs.clone())
    }
}

/// What stands under a name.
enum Node<'a> {
    Values(Vec<&'a str>),
    Map(Vec<(&'a str, Node<'a>)>),
}

fn insert<'a>(groups: &mut Vec<(&'a str, Node<'a>)>, name: &'a str, value: &'a str) {
    let (head, rest) = match name.split_once('.') {
        Some((head, rest)) if !head.is_empty() && !rest.is_empty() => (head, Some(rest)),
        _ => (name, None),
    };
    let place = groups.iter().position(|(known, node)| *known == head && node.is_map() == rest.is_some());
    match (place, rest) {
        (Some(at), rest) => match (&mut groups[at].1, rest) {
            (Node::Values(values), _) => values.push(value),
            (Node::Map(inner), rest) => push(inner, rest.unwrap_or_default(), value),
        },
        (None, None) => groups.push((head, Node::Values(vec![value]))),
        (None, Some(rest)) => groups.push((head, Node::Map(vec![(rest, Node::Values(vec![value]))]))),
    }
}

/// Adds a value to the inner map, whose keys may hold dots.
fn push<'a>(inner: &mut Vec<(&'a str, Node<'a>)>, key: &'a str, value: &'a str) {
    match inner.iter_mut().find(|(known, _)| *known == key) {
        Some((_, Node::Values(values))) => values.push(value),
        _ => inner.push((key, Node::Values(vec![value]))),
    }
}

impl<'a> Node<'a> {
    fn is_map(&self) -> bool {
        matches!(self, Node::Map(_))
    }

    fn only(&self) -> Result<&'a str, Error> {
        match self {
            Node::Values(values) if values.len() == 1 => Ok(values[0]),
            Node::Values(_) => Err(de::Error::custom("several values where one is meant")),
            Node::Map(_) => Err(de::Error::custom("names with a dot where a value is meant")),
        }
    }
}

impl<'a> IntoDeserializer<'a> for Node<'a> {
    type Deserializer = Node<'a>;

    fn into_deserializer(self) -> Node<'a> {
        self
    }
}

macro_rules! parsed {
    ($($method:ident => $visit:ident,)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.only()?.parse().map_err(de::Error::custom)?)
        })*
    };
}

impl<'de> de::Deserializer<'de> for Node<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Map(_) => self.deserialize_map(visitor),
            Node::Values(_) => visitor.visit_borrowed_str(self.only()?),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Map(inner) => visitor.visit_map(MapDeserializer::new(inner.into_iter())),
            Node::Values(_) => Err(de::Error::custom("a value where names with a dot are meant")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Values(values) => {
                visitor.visit_seq(SeqDeserializer::new(values.into_iter().map(|value| Node::Values(vec![value]))))
            }
            Node::Map(_) => Err(de::Error::custom("names with a dot where values are meant")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(StrDeserializer::new(self.only()?))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    parsed! {
        deserialize_bool => visit_bool,
        deserialize_i8 => visit_i8,
        deserialize_i16 => visit_i16,
        deserialize_i32 => visit_i32,
        deserialize_i64 => visit_i64,
        deserialize_u8 => visit_u8,
        deserialize_u16 => visit_u16,
        deserialize_u32 => visit_u32,
        deserialize_u64 => visit_u64,
    }

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Typed {
        line: String,
        boxes: Vec<String>,
        number: Option<i64>,
        extra: BTreeMap<String, Vec<String>>,
    }

    #[test]
    fn a_form_is_read_with_its_lists_its_numbers_and_its_fields_within_a_field() {
        let sent = Pairs::parse(
            "line=a+b&boxes=1&extra.f.x=u&boxes=%E4%BA%8C&number=7&extra.f.x=v&extra.g.y=&_once=k".as_bytes(),
        );

        let typed: Typed = sent.read().unwrap();

        assert_eq!(typed.line, "a b");
        assert_eq!(typed.boxes, ["1", "二"]);
        assert_eq!(typed.number, Some(7));
        assert_eq!(typed.extra["f.x"], ["u", "v"]);
        assert_eq!(typed.extra["g.y"], [""]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for body in ["line=a&line=b", "number=x", "number=1&number=2", "extra=a", "boxes.a=1", "line.a=1"] {
            assert!(Pairs::parse(body.as_bytes()).read::<Typed>().is_err(), "{body}");
        }
        assert_eq!(Pairs::parse(b"").read::<Typed>().unwrap(), Typed::default());
    }

    proptest! {
        #[test]
        fn names_and_values_come_back_as_they_were_sent(
            pairs in prop::collection::vec(("[a-z_.]{1,6}", any::<String>()), 0..8),
        ) {
            let body = serde_html_form::to_string(&pairs).unwrap();

            let read = Pairs::parse(body.as_bytes());

            let same: Vec<(String, String)> = read.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
            prop_assert_eq!(same, pairs);
        }

        #[test]
        fn plain_fields_are_read_as_the_usual_reader_of_forms_reads_them(
            pairs in prop::collection::vec(("(line|boxes|other)", ".{0,6}"), 0..6),
        ) {
            let body = serde_html_form::to_string(&pairs).unwrap();

            let own = Pairs::parse(body.as_bytes()).read::<Typed>().ok();

            prop_assert_eq!(own, serde_html_form::from_str::<Typed>(&body).ok());
        }
    }
}
