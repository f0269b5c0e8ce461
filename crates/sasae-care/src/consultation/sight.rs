//! The row rule of a consultation: its part of `policy.cedar` as an SQL condition for lists.

/// Whether a consultation (alias of `consultation`) lies with the reader, by a post that the reader still holds.
#[macro_export]
macro_rules! own_consultation {
    ($k:literal) => {
        concat!(
            "(",
            $k,
            ".held_by = ?2 AND ",
            $k,
            ".held_in IN ",
            ::sasae_house::function_areas!("consultation_take"),
            ")"
        )
    };
}

/// The condition under which a consultation (alias of `consultation`) is shown.
#[macro_export]
macro_rules! visible_consultation {
    ($k:literal) => {
        ::sasae_house::row_rule!(
            id: concat!($k, ".id"),
            area: concat!($k, ".area_id"),
            by: concat!(
                "(", $k, ".area_id IN ", ::sasae_house::function_areas!("consultation_take"),
                " OR ", $k, ".area_id IN ", ::sasae_house::function_areas!("supervise"), ")"
            ),
            about: concat!("= ", $k, ".person_id"),
            own: concat!(" OR ", $crate::own_consultation!($k))
        )
    };
}
