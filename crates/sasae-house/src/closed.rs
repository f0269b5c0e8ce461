//! Closed sets: what a column holds where it is one of a few words, as an enum. Vocabularies, which a
//! municipality's profile makes, are no closed sets.

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
        ::sasae_db::kept_as_text!($name in $table, $column);
    };
}
