//! The row rule of a person: its part of `policy.cedar` as an SQL condition for lists.

/// The condition under which a person (alias of `person`) is shown by name.
#[macro_export]
macro_rules! visible_person {
    ($p:literal) => {
        ::sasae_house::row_rule!(
            id: concat!($p, ".id"),
            area: concat!($p, ".area_id"),
            by: concat!($p, ".area_id IN ", ::sasae_house::reach_areas!()),
            about: concat!("= ", $p, ".id"),
            own: ""
        )
    };
}
