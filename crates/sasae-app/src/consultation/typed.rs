//! The intake as the browser sends it: names and values. The form cannot be a
//! plain struct, because the profile adds fields (#37), and because a draft that
//! was kept by the page holds a single ticked box as one value, not as a list.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::model::IntakeForm;

/// Names and values; names that begin with `_` steer the page and are not kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed(BTreeMap<String, Vec<String>>);

impl Typed {
    /// The value of a name; empty without one.
    pub fn one(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map(String::as_str).unwrap_or_default()
    }

    /// Whether a button of that name was pressed.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn many(&self, name: &str) -> Vec<String> {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// The intake in it.
    pub fn intake(&self) -> IntakeForm {
        let one = |name: &str| self.one(name).to_owned();
        IntakeForm {
            received_on: one("received_on"),
            channel: one("channel"),
            base: one("base"),
            area: one("area"),
            person: one("person"),
            household: one("household"),
            from_whom: one("from_whom"),
            from_name: one("from_name"),
            from_contact: one("from_contact"),
            what: one("what"),
            wish: one("wish"),
            wish_words: one("wish_words"),
            urgency: one("urgency"),
            problems: self.many("problems"),
            worst: one("worst"),
            language: one("language"),
            communication: self.many("communication"),
            notice: one("notice"),
            extra: self
                .0
                .iter()
                .filter_map(|(name, values)| Some((name.strip_prefix("extra.")?.to_owned(), values.clone())))
                .collect(),
        }
    }
}

#[cfg(test)]
impl From<BTreeMap<String, Vec<String>>> for Typed {
    fn from(values: BTreeMap<String, Vec<String>>) -> Typed {
        Typed(values)
    }
}

impl Serialize for Typed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, values) in self.0.iter().filter(|(name, _)| !name.starts_with('_')) {
            map.serialize_entry(name, values)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Typed, D::Error> {
        deserializer.deserialize_map(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Typed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Typed, A::Error> {
        let mut typed = BTreeMap::new();
        while let Some((name, Values(values))) = map.next_entry::<String, Values>()? {
            typed.insert(name, values);
        }
        Ok(Typed(typed))
    }
}

/// One value or several.
struct Values(Vec<String>);

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Values, D::Error> {
        deserializer.deserialize_any(OneOrMany)
    }
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or several texts")
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Values, E> {
        Ok(Values(vec![value.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Values, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Values(values))
    }
}
