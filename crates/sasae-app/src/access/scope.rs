//! The rules of `policy.cedar` as SQL conditions for lists. Each macro yields a
//! literal, so that whole statements stay constant and are prepared on both
//! engines by a test.
//!
//! Every condition uses the same first three parameters, which `scoped!` puts
//! first: `?1` the municipality, `?2` the staff id of the reader (nil for one
//! without), `?3` today.

/// Arguments for a statement with row rules: municipality, reader, today, then the rest.
macro_rules! scoped {
    ($ctx:expr $(, $rest:expr)* $(,)?) => {
        ::sasae_db::args![$ctx.tenant(), $ctx.actor_id(), $ctx.today() $(, $rest)*]
    };
}

/// A row whose validity includes today.
macro_rules! valid_today {
    ($alias:literal) => {
        concat!("(", $alias, ".valid_from <= ?3 AND ", $alias, ".valid_to >= ?3)")
    };
}

/// The areas in which a post of today shows persons by name.
macro_rules! reach_areas {
    () => {
        concat!(
            "(SELECT rw.area_id FROM post rs ",
            "JOIN role rg ON rg.tenant = rs.tenant AND rg.code = rs.role AND rg.reach = 'area' ",
            "JOIN area_within rw ON rw.tenant = rs.tenant AND rw.ancestor_id = rs.area_id ",
            "WHERE rs.tenant = ?1 AND rs.staff_id = ?2 AND ",
            valid_today!("rs"),
            " AND ",
            valid_today!("rw"),
            ")"
        )
    };
}

/// The areas in which a post of today carries a function.
macro_rules! function_areas {
    ($function:literal) => {
        concat!(
            "(SELECT fw.area_id FROM post fs ",
            "JOIN role_function ff ON ff.tenant = fs.tenant AND ff.role = fs.role AND ff.function = '",
            $function,
            "' JOIN area_within fw ON fw.tenant = fs.tenant AND fw.ancestor_id = fs.area_id ",
            "WHERE fs.tenant = ?1 AND fs.staff_id = ?2 AND ",
            valid_today!("fs"),
            " AND ",
            valid_today!("fw"),
            ")"
        )
    };
}

/// The condition under which a person (alias of `person`) is shown by name.
macro_rules! visible_person {
    ($p:literal) => {
        concat!(
            "(((",
            $p,
            ".area_id IN ",
            reach_areas!(),
            " AND NOT ",
            restricted_of!($p, "sealed"),
            ") OR (",
            $p,
            ".area_id IN ",
            function_areas!("protect"),
            " AND ",
            restricted_of!($p, "sealed"),
            ") OR EXISTS (SELECT 1 FROM case_role xt JOIN case_person xc ON xc.tenant = xt.tenant ",
            "AND xc.case_id = xt.case_id WHERE xt.tenant = ?1 AND xt.staff_id = ?2 AND xc.person_id = ",
            $p,
            ".id AND ",
            valid_today!("xt"),
            ") OR EXISTS (SELECT 1 FROM entrustment xe WHERE xe.tenant = ?1 AND xe.staff_id = ?2 ",
            "AND xe.person_id = ",
            $p,
            ".id AND ",
            valid_today!("xe"),
            ")) AND NOT ",
            barred_of!($p),
            ")"
        )
    };
}

/// Whether a restriction of a kind holds today for a person (alias of `person`).
macro_rules! restricted_of {
    ($p:literal, $kind:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM restriction xr WHERE xr.tenant = ?1 AND xr.person_id = ",
            $p,
            ".id AND xr.kind = '",
            $kind,
            "' AND ",
            valid_today!("xr"),
            ")"
        )
    };
}

/// Whether the reader is barred from a person (alias of `person`).
macro_rules! barred_of {
    ($p:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM restriction xb WHERE xb.tenant = ?1 AND xb.person_id = ",
            $p,
            ".id AND xb.kind = 'barred' AND xb.against_staff = ?2 AND ",
            valid_today!("xb"),
            ")"
        )
    };
}

/// Whether any person named in a case (alias of `support_case`) is restricted so.
macro_rules! case_restricted {
    ($c:literal, $kind:literal, $more:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM case_person xp JOIN restriction xr ON xr.tenant = xp.tenant ",
            "AND xr.person_id = xp.person_id WHERE xp.tenant = ?1 AND xp.case_id = ",
            $c,
            ".id AND xr.kind = '",
            $kind,
            "' ",
            $more,
            " AND ",
            valid_today!("xr"),
            ")"
        )
    };
}

/// The condition under which a case (alias of `support_case`) is shown.
macro_rules! visible_case {
    ($c:literal) => {
        concat!(
            "((((",
            $c,
            ".area_id IN ",
            function_areas!("case_lead"),
            " OR ",
            $c,
            ".area_id IN ",
            function_areas!("supervise"),
            ") AND NOT ",
            case_restricted!($c, "sealed", ""),
            ") OR (",
            $c,
            ".area_id IN ",
            function_areas!("protect"),
            " AND ",
            case_restricted!($c, "sealed", ""),
            ") OR EXISTS (SELECT 1 FROM case_role xt WHERE xt.tenant = ?1 AND xt.case_id = ",
            $c,
            ".id AND xt.staff_id = ?2 AND ",
            valid_today!("xt"),
            ")) AND NOT ",
            case_restricted!($c, "barred", "AND xr.against_staff = ?2"),
            ")"
        )
    };
}

/// Whether the person that a record (alias with `person_id`) is about is restricted so.
macro_rules! about_restricted {
    ($r:literal, $kind:literal, $more:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM restriction xr WHERE xr.tenant = ?1 AND xr.person_id = ",
            $r,
            ".person_id AND xr.kind = '",
            $kind,
            "' ",
            $more,
            " AND ",
            valid_today!("xr"),
            ")"
        )
    };
}

/// The condition under which a consultation (alias of `consultation`) is shown.
macro_rules! visible_consultation {
    ($k:literal) => {
        concat!(
            "((((",
            $k,
            ".area_id IN ",
            function_areas!("consultation_take"),
            " OR ",
            $k,
            ".area_id IN ",
            function_areas!("supervise"),
            ") AND NOT ",
            about_restricted!($k, "sealed", ""),
            ") OR (",
            $k,
            ".area_id IN ",
            function_areas!("protect"),
            " AND ",
            about_restricted!($k, "sealed", ""),
            ") OR ",
            $k,
            ".taken_by = ?2",
            // From the consultation's case to its team: the reader's own roles may be many.
            " OR EXISTS (SELECT 1 FROM support_case xk CROSS JOIN case_role xt WHERE xk.tenant = ?1 ",
            "AND xk.consultation_id = ",
            $k,
            ".id AND xt.tenant = ?1 AND xt.case_id = xk.id AND xt.staff_id = ?2 AND ",
            valid_today!("xt"),
            ")) AND NOT ",
            about_restricted!($k, "barred", "AND xr.against_staff = ?2"),
            ")"
        )
    };
}

/// The condition under which a notice (alias of `notice`) is shown.
macro_rules! visible_notice {
    ($n:literal) => {
        concat!(
            "(((",
            $n,
            ".area_id IN ",
            function_areas!("notice_triage"),
            " AND NOT ",
            about_restricted!($n, "sealed", ""),
            ") OR (",
            $n,
            ".area_id IN ",
            function_areas!("protect"),
            " AND ",
            about_restricted!($n, "sealed", ""),
            ") OR ",
            $n,
            ".reporter_staff = ?2",
            ") AND NOT ",
            about_restricted!($n, "barred", "AND xr.against_staff = ?2"),
            ")"
        )
    };
}
