//! The statements of a list, written once. A room says what its rows are, in which order they stand, and
//! where each of the two walks begins: one follows the order of the list, the other begins at the
//! areas and grounds of the reader.

/// The rows of a window: the page is cut out first, and names are looked up for its rows alone.
///
/// - `columns`: `SELECT …` of what the room reads, of the rows that were cut out and of their names;
/// - `pick`: what is cut out, such as `n.*`;
/// - `order`, `sight`: where each [`Walk`](crate::listing::Walk) begins, up to where conditions may stand;
/// - `which`: the conditions, with the row rule;
/// - `by`: the order of the rows while they are cut out and afterwards, each ending with the id;
/// - `at`: the parameters of limit and offset;
/// - `names`: the alias of what was cut out, the tables of names, and the municipality's condition.
#[macro_export]
macro_rules! list_window {
    (from $from:expr, columns: $columns:expr, pick: $pick:expr, which: $which:expr, by: ($inner:expr, $outer:expr),
     at: ($limit:literal, $offset:literal), names: $names:expr) => {
        ::sasae_db::sql!(
            $columns, "FROM (SELECT ", $pick, " ", $from, $which, " ORDER BY ", $inner, " LIMIT ", $limit, " OFFSET ",
            $offset, ") ", $names, " ORDER BY ", $outer
        )
    };
    ($walk:expr, order: $order:expr, sight: $sight:expr, $($rest:tt)+) => {
        match $walk {
            $crate::listing::Walk::Order => $crate::list_window!(from $order, $($rest)+),
            $crate::listing::Walk::Sight => $crate::list_window!(from $sight, $($rest)+),
        }
    };
}

/// How many rows there are, up to the parameter `most`; the rest as in [`list_window`].
#[macro_export]
macro_rules! list_count {
    (from $from:expr, pick: $pick:expr, which: $which:expr, most: $most:literal) => {
        ::sasae_db::sql!("SELECT COUNT(*) FROM (SELECT ", $pick, " ", $from, $which, " LIMIT ", $most, ") x")
    };
    ($walk:expr, order: $order:expr, sight: $sight:expr, $($rest:tt)+) => {
        match $walk {
            $crate::listing::Walk::Order => $crate::list_count!(from $order, $($rest)+),
            $crate::listing::Walk::Sight => $crate::list_count!(from $sight, $($rest)+),
        }
    };
}
