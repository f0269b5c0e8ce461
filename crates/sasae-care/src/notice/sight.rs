//! The row rule of a notice: its part of `policy.cedar` as an SQL condition for lists.

/// The condition under which a notice (alias of `notice`) is shown.
#[macro_export]
macro_rules! visible_notice {
    ($n:literal) => {
        ::sasae_house::row_rule!(
            id: concat!($n, ".id"),
            area: concat!($n, ".area_id"),
            by: concat!($n, ".area_id IN ", ::sasae_house::function_areas!("notice_triage")),
            about: concat!("= ", $n, ".person_id"),
            own: concat!(" OR ", $n, ".reporter_staff = ?2")
        )
    };
}
