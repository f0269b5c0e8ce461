//! Closed sets: what a column holds where it is one of a few words, as an enum. Vocabularies, which a
//! municipality's profile makes, are no closed sets.

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
#[sasae_db::linkme::distributed_slice]
#[linkme(crate = sasae_db::linkme)]
pub static CLOSED_SETS: [ClosedSet];

/// Declares a closed set: its word in the database, in forms and in the API, and what it is called
/// in both languages. It is written and read as it is, and another word in its column is an error.
///
/// With `for`, an enum that has `ALL` and `code` already is kept in a column.
#[macro_export]
macro_rules! closed_set {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident in $table:literal, $column:literal {
            $($(#[$about:meta])* $value:ident = $code:tt => ($ja:literal, $en:literal)),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ::serde::Serialize, ::utoipa::ToSchema)]
        $vis enum $name {
            $($(#[$about])* #[serde(rename = $code)] $value),+
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [$name] = &[$($name::$value),+];

            /// How it stands in the database, in forms and in the API.
            pub const fn code(self) -> &'static str {
                match self {
                    $($name::$value => $code),+
                }
            }

            /// What it is called.
            pub const fn words(self) -> $crate::lang::Words {
                match self {
                    $($name::$value => $crate::lang::Words($ja, $en)),+
                }
            }
        }

        $crate::closed_set!(for $name in $table, $column);
    };
    (for $name:ident in $table:literal, $column:literal) => {
        impl ::sasae_db::ToValue for $name {
            fn to_value(&self) -> ::sasae_db::Value<'_> {
                ::sasae_db::Value::Text(self.code().into())
            }
        }

        impl ::sasae_db::Cell for $name {
            const EXPECTED: &'static str = concat!("a word of ", $table, ".", $column);

            fn from_value(value: ::sasae_db::Value<'_>) -> Option<$name> {
                let ::sasae_db::Value::Text(text) = value else { return None };
                $name::ALL.iter().copied().find(|one| one.code() == text)
            }
        }

        const _: () = {
            #[::sasae_db::linkme::distributed_slice($crate::closed::CLOSED_SETS)]
            #[linkme(crate = ::sasae_db::linkme)]
            static SET: $crate::closed::ClosedSet = $crate::closed::ClosedSet {
                table: $table,
                column: $column,
                codes: || $name::ALL.iter().map(|one| one.code()).collect(),
            };
        };
    };
}
