//! A JSON body is read strictly: a field that a form does not have, or a value of another kind, is named
//! with its field and not passed over.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::form::unreadable;
use crate::error::{Error, Fields, Result};

/// Reads a body as a type.
///
/// # Errors
/// `Invalid` with the field that is wrong, those around it before a dot; `Bad` where it is no JSON, or no object.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let value: Value = serde_json::from_slice(body).map_err(unreadable)?;
    if !value.is_object() {
        return Err(unreadable("an object is meant"));
    }
    let mut unknown = None;
    let mut note = |path: serde_ignored::Path<'_>| {
        unknown.get_or_insert_with(|| path.to_string());
    };
    let read = serde_path_to_error::deserialize(serde_ignored::Deserializer::new(value, &mut note));
    let read = read.map_err(|wrong| {
        let kind = format!("This is another kind of value: {}", wrong.inner());
        invalid(&wrong.path().to_string(), "値の種類がちがいます。", kind)
    })?;
    match unknown {
        Some(field) => Err(invalid(&field, "この項目はありません。", "There is no such field.".to_owned())),
        None => Ok(read),
    }
}

/// The error beside a field. A path says `?` where the value of an optional field begins.
fn invalid(path: &str, ja: &'static str, en: String) -> Error {
    let mut errors = Fields::default();
    errors.put(path.replace(".?", ""), ja, en);
    Error::Invalid(errors)
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
