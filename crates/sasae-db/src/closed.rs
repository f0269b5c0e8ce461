//! Closed sets: what a column holds where it is one of a few words.

/// A closed set and the column that keeps it.
#[derive(Clone, Copy)]
pub struct ClosedSet {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The words, as they stand in the database.
    pub codes: fn() -> Vec<&'static str>,
}

/// Every closed set of this binary, for the test that compares each with the CHECK of its column.
#[linkme::distributed_slice]
pub static CLOSED_SETS: [ClosedSet];

/// Keeps an enum that has `ALL` and `code` in a column as text: it is written and read as it is, and
/// another word in its column is an error.
#[macro_export]
macro_rules! kept_as_text {
    ($name:ident in $table:literal, $column:literal) => {
        impl $crate::ToValue for $name {
            fn to_value(&self) -> $crate::Value<'_> {
                $crate::Value::Text(self.code().into())
            }
        }

        impl $crate::Cell for $name {
            const EXPECTED: &'static str = concat!("a word of ", $table, ".", $column);

            fn from_value(value: $crate::Value<'_>) -> Option<$name> {
                let $crate::Value::Text(text) = value else { return None };
                $name::ALL.iter().copied().find(|one| one.code() == text)
            }
        }

        const _: () = {
            #[$crate::linkme::distributed_slice($crate::CLOSED_SETS)]
            #[linkme(crate = $crate::linkme)]
            static SET: $crate::ClosedSet = $crate::ClosedSet {
                table: $table,
                column: $column,
                codes: || $name::ALL.iter().map(|one| one.code()).collect(),
            };
        };
    };
}
