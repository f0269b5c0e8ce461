//! The row rule of a person and the rule of the address: their part of `policy.cedar` as SQL conditions.

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

/// Whether the reader may see the address of a person (alias of `person`): the
/// rules `person-address-open` and `person-address-protect` of the policy, and those of the rooms whose
/// grounds open it.
macro_rules! address_shown {
    ($p:literal) => {
        concat!(
            "(NOT EXISTS (SELECT 1 FROM restriction xa WHERE xa.tenant = ?1 AND xa.person_id = ",
            $p,
            ".id AND xa.kind IN ('sealed', 'address') AND ",
            valid_today!("xa"),
            ") OR ",
            $p,
            ".area_id IN ",
            function_areas!("protect"),
            " OR EXISTS (SELECT 1 FROM ground ya WHERE ya.tenant = ?1 AND ya.record_id = ",
            $p,
            ".id AND ya.holder_id = ?2 AND ya.opens_address = TRUE AND ",
            valid_today!("ya"),
            " AND ",
            held_by_post!("ya", "?2"),
            "))"
        )
    };
}

/// The name of the area (alias of `area`) of a record about a person (alias of `person`, joined where the
/// reader sees one; the column that names the person): empty where it would tell of a hidden address.
macro_rules! area_named {
    ($a:literal, $p:literal, $of:literal) => {
        concat!(
            "CASE WHEN ",
            $of,
            " IS NULL OR (",
            $p,
            ".id IS NOT NULL AND ",
            address_shown!($p),
            ") THEN ",
            $a,
            ".name ELSE '' END"
        )
    };
}
