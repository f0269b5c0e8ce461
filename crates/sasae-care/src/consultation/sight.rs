//! The row rule of a consultation: its part of `policy.cedar` as an SQL condition for lists.

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
            own: concat!(" OR ", $k, ".taken_by = ?2")
        )
    };
}
