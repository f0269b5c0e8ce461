//! The row rule of a case: its part of `policy.cedar` as an SQL condition for lists.

/// The persons whom a case (alias of `support_case`) names, as a condition on them.
#[macro_export]
macro_rules! about_case {
    ($c:literal) => {
        concat!("IN (SELECT xp.person_id FROM case_person xp WHERE xp.tenant = ?1 AND xp.case_id = ", $c, ".id)")
    };
}

/// The condition under which a case (alias of `support_case`) is shown.
#[macro_export]
macro_rules! visible_case {
    ($c:literal) => {
        ::sasae_house::row_rule!(
            id: concat!($c, ".id"),
            area: concat!($c, ".area_id"),
            by: concat!(
                "(", $c, ".area_id IN ", ::sasae_house::function_areas!("case_lead"),
                " OR ", $c, ".area_id IN ", ::sasae_house::function_areas!("supervise"), ")"
            ),
            about: $crate::about_case!($c),
            own: ""
        )
    };
}

/// Whether everybody whom a case (alias of `support_case`) names has died (`death`) or moved out (`moved_away`), as a
/// code of the vocabulary `closing_outcome`; empty where somebody is still there.
macro_rules! case_gone {
    ($c:literal) => {
        concat!(
            "CASE WHEN NOT EXISTS (SELECT 1 FROM case_person gx WHERE gx.tenant = ?1 AND gx.case_id = ",
            $c,
            ".id) OR EXISTS (SELECT 1 FROM case_person gx JOIN person gp ON gp.tenant = gx.tenant AND gp.id = gx.person_id ",
            "AND gp.died_on IS NULL AND gp.moved_out_on IS NULL WHERE gx.tenant = ?1 AND gx.case_id = ",
            $c,
            ".id) THEN '' WHEN EXISTS (SELECT 1 FROM case_person gx JOIN person gp ON gp.tenant = gx.tenant ",
            "AND gp.id = gx.person_id AND gp.died_on IS NOT NULL WHERE gx.tenant = ?1 AND gx.case_id = ",
            $c,
            ".id) THEN 'death' ELSE 'moved_away' END"
        )
    };
}
