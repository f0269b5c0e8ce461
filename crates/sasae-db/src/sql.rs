//! Statements that are known before the program runs.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use linkme::distributed_slice;

use crate::scan::{Piece, pieces};

/// A statement's text, written with `?1 ?2 …` on both engines. A parameter may be used several
/// times. Only [`sql!`](crate::sql!) makes one, so each is listed in [`STATEMENTS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sql(&'static str);

impl Sql {
    /// The text as it was written.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.0
    }

    /// What `sql!` expands to; not for calling by hand, which would hide the statement from
    /// [`STATEMENTS`].
    #[doc(hidden)]
    #[must_use]
    pub const fn registered(text: &'static str) -> Self {
        Self(text)
    }
}

/// A statement of the program and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// The text with `?1 ?2 …`.
    pub text: &'static str,
    /// The source file, as `file!()` gives it.
    pub file: &'static str,
    /// The line in that file.
    pub line: u32,
}

/// Every statement that [`sql!`](crate::sql!) made in this binary, for the test that prepares
/// each of them on both engines (see [`Conn::prepare_text`](crate::Conn::prepare_text)).
#[distributed_slice]
pub static STATEMENTS: [Statement];

/// Makes an [`Sql`] from literals, or macros that expand to literals, put together in order.
///
/// ```
/// macro_rules! person_columns { () => { "id, name" } }
/// const FIND: sasae_db::Sql = sasae_db::sql!(
///     "SELECT ", person_columns!(), " FROM person WHERE tenant = ?1 AND id = ?2"
/// );
/// assert_eq!(FIND.text(), "SELECT id, name FROM person WHERE tenant = ?1 AND id = ?2");
/// assert!(sasae_db::STATEMENTS.iter().any(|statement| statement.text == FIND.text()));
/// ```
#[macro_export]
macro_rules! sql {
    ($($part:tt)+) => {{
        const TEXT: &str = ::core::concat!($($part)+);
        #[$crate::linkme::distributed_slice($crate::STATEMENTS)]
        #[linkme(crate = $crate::linkme)]
        static STATEMENT: $crate::Statement = $crate::Statement {
            text: TEXT,
            file: ::core::file!(),
            line: ::core::line!(),
        };
        $crate::Sql::registered(TEXT)
    }};
}

/// A statement's text on its way to an engine: `Known` texts live as long as the program, so
/// what is derived from them (the PostgreSQL spelling, the prepared statement) is kept by address.
#[derive(Clone, Copy)]
pub(crate) enum Text<'a> {
    Known(Sql),
    Dynamic(&'a str),
}

/// Where a static text lives: cheaper to hash than the text, and unique to it.
pub(crate) type Address = (usize, usize);

pub(crate) fn address(sql: Sql) -> Address {
    (sql.0.as_ptr() as usize, sql.0.len())
}

static REWRITTEN: LazyLock<RwLock<HashMap<Address, &'static str>>> = LazyLock::new(RwLock::default);

/// The PostgreSQL spelling of a known statement; made once. The leak is bounded by the number
/// of `sql!` in the program.
pub(crate) fn for_postgres(sql: Sql) -> &'static str {
    let key = address(sql);
    if let Some(text) = REWRITTEN.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return text;
    }
    let text: &'static str = Box::leak(rewrite_parameters(sql.0).into_boxed_str());
    REWRITTEN.write().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(text)
}

/// `?1` → `$1` outside literals, quoted names and comments. A `?` without a digit (a JSON
/// operator) stays.
pub(crate) fn rewrite_parameters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text) {
        let Piece::Code(code) = piece else {
            out.push_str(piece.text());
            continue;
        };
        let mut rest = code.chars().peekable();
        while let Some(c) = rest.next() {
            let parameter = c == '?' && rest.peek().is_some_and(char::is_ascii_digit);
            out.push(if parameter { '$' } else { c });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::rewrite_parameters;

    #[test]
    fn parameters_in_code_are_rewritten_and_elsewhere_not() {
        let text = "SELECT '?1 it''s', \"a?2\", ?10::text /* ?3 */ -- ?4\n, ?1 ? 'key'";

        let rewritten = rewrite_parameters(text);

        assert_eq!(rewritten, "SELECT '?1 it''s', \"a?2\", $10::text /* ?3 */ -- ?4\n, $1 ? 'key'");
    }

    /// A piece of a statement and how PostgreSQL must see it.
    fn piece() -> impl Strategy<Value = (String, String)> {
        let same = |text: String| (text.clone(), text);
        prop_oneof![
            "[a-z ,=()]{0,8}".prop_map(same),
            "[a-z?0-9\" -]{0,8}".prop_map(move |inside| same(format!(" '{inside}' "))),
            "[a-z?0-9' -]{1,8}".prop_map(move |inside| same(format!(" \"{inside}\" "))),
            "[a-z?0-9'\"-]{0,8}".prop_map(move |inside| same(format!(" /*{inside}*/ "))),
            "[a-z?0-9'\" ]{0,8}".prop_map(move |inside| same(format!(" --{inside}\n"))),
            (1u32..99).prop_map(|n| (format!(" ?{n} "), format!(" ${n} "))),
        ]
    }

    proptest! {
        #[test]
        fn each_piece_is_rewritten_as_if_it_stood_alone(parts in prop::collection::vec(piece(), 0..12)) {
            let (written, expected): (Vec<_>, Vec<_>) = parts.into_iter().unzip();

            prop_assert_eq!(rewrite_parameters(&written.concat()), expected.concat());
        }
    }
}
