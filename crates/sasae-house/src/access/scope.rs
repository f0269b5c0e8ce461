//! The rules of `policy.cedar` as SQL conditions for lists. Each macro yields a
//! literal, so that whole statements stay constant and are prepared on both
//! engines by a test.
//!
//! Every condition uses the same first three parameters, which `scoped!` puts
//! first: `?1` the municipality, `?2` the staff id of the reader (nil for one
//! without), `?3` today.

/// Arguments for a statement with row rules: municipality, reader, today, then the rest.
#[macro_export]
macro_rules! scoped {
    ($ctx:expr $(, $rest:expr)* $(,)?) => {
        ::sasae_db::args![$ctx.tenant(), $ctx.actor_id(), $ctx.today() $(, $rest)*]
    };
}

/// A row whose validity includes today.
#[macro_export]
macro_rules! valid_today {
    ($alias:literal) => {
        concat!("(", $alias, ".valid_from <= ?3 AND ", $alias, ".valid_to >= ?3)")
    };
}

/// The areas in which a post of today shows persons by name.
#[macro_export]
macro_rules! reach_areas {
    () => {
        concat!(
            "(SELECT rw.area_id FROM post rs ",
            "JOIN role rg ON rg.tenant = rs.tenant AND rg.code = rs.role AND rg.reach = 'area' ",
            "JOIN area_within rw ON rw.tenant = rs.tenant AND rw.ancestor_id = rs.area_id ",
            "WHERE rs.tenant = ?1 AND rs.staff_id = ?2 AND ",
            $crate::valid_today!("rs"),
            " AND ",
            $crate::valid_today!("rw"),
            ")"
        )
    };
}

/// The areas in which a post of today carries a function.
#[macro_export]
macro_rules! function_areas {
    ($function:literal) => {
        concat!(
            "(SELECT fw.area_id FROM post fs ",
            "JOIN role_function ff ON ff.tenant = fs.tenant AND ff.role = fs.role AND ff.function = '",
            $function,
            "' JOIN area_within fw ON fw.tenant = fs.tenant AND fw.ancestor_id = fs.area_id ",
            "WHERE fs.tenant = ?1 AND fs.staff_id = ?2 AND ",
            $crate::valid_today!("fs"),
            " AND ",
            $crate::valid_today!("fw"),
            ")"
        )
    };
}

/// Whether a restriction of a kind holds today for a person whom a record is about. `$about`
/// says which persons these are, as what follows `xr.person_id`: `= n.person_id`.
#[macro_export]
macro_rules! restricted {
    ($about:expr, $kind:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM restriction xr WHERE xr.tenant = ?1 AND xr.person_id ",
            $about,
            " AND xr.kind = '",
            $kind,
            "' AND ",
            $crate::valid_today!("xr"),
            ")"
        )
    };
}

/// Whether somebody (the reader, or the column `$staff`) is barred today from a person whom a
/// record is about.
#[macro_export]
macro_rules! barred {
    ($about:expr) => {
        $crate::barred!($about, "?2")
    };
    ($about:expr, $staff:expr) => {
        concat!(
            "EXISTS (SELECT 1 FROM restriction xb WHERE xb.tenant = ?1 AND xb.person_id ",
            $about,
            " AND xb.kind = 'barred' AND xb.against_staff = ",
            $staff,
            " AND ",
            $crate::valid_today!("xb"),
            ")"
        )
    };
}

/// Whether the holder (`?2`, or the column `$holder`) of a ground (alias `$g`) still has the post by which it is
/// held: one of that role, in that area or around it. A few grounds ask for none.
#[macro_export]
macro_rules! held_by_post {
    ($g:literal, $holder:literal) => {
        concat!(
            "(",
            $g,
            ".by_role IS NULL OR EXISTS (SELECT 1 FROM post gp JOIN area_within gw ON gw.tenant = gp.tenant ",
            "AND gw.ancestor_id = gp.area_id WHERE gp.tenant = ?1 AND gp.staff_id = ",
            $holder,
            " AND gp.role = ",
            $g,
            ".by_role AND gw.area_id = ",
            $g,
            ".by_area AND ",
            $crate::valid_today!("gp"),
            " AND ",
            $crate::valid_today!("gw"),
            "))"
        )
    };
}

/// Whether somebody (a column) holds a post of today that carries one of the functions (`'a', 'b'`) in an
/// area (a column) or around it.
#[macro_export]
macro_rules! carried {
    ($staff:literal, $area:literal, $functions:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM post hs JOIN role_function hf ON hf.tenant = hs.tenant AND hf.role = hs.role ",
            "AND hf.function IN (",
            $functions,
            ") JOIN area_within hw ON hw.tenant = hs.tenant AND hw.ancestor_id = hs.area_id WHERE hs.tenant = ?1 ",
            "AND hs.staff_id = ",
            $staff,
            " AND hw.area_id = ",
            $area,
            " AND ",
            $crate::valid_today!("hs"),
            " AND ",
            $crate::valid_today!("hw"),
            ")"
        )
    };
}

/// The same of anybody.
#[macro_export]
macro_rules! carried_by_anyone {
    ($area:literal, $functions:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM area_within hw JOIN post hs ON hs.tenant = hw.tenant AND hs.area_id = hw.ancestor_id ",
            "JOIN role_function hf ON hf.tenant = hs.tenant AND hf.role = hs.role AND hf.function IN (",
            $functions,
            ") WHERE hw.tenant = ?1 AND hw.area_id = ",
            $area,
            " AND ",
            $crate::valid_today!("hs"),
            " AND ",
            $crate::valid_today!("hw"),
            ")"
        )
    };
}

/// Those who may have lost what they hold, as rows of `staff_id`: a post of theirs has ended, or an area lies
/// no longer within that of their post. Of all who hold something they are few.
#[macro_export]
macro_rules! may_have_lost {
    () => {
        concat!(
            // The second condition is that of the index, which no other statement is to use.
            "(SELECT lp.staff_id FROM post lp WHERE lp.tenant = ?1 AND lp.valid_to < ?3 AND lp.valid_to < '9999-12-31' ",
            "UNION SELECT lq.staff_id FROM area_within lw CROSS JOIN post lq WHERE lw.tenant = ?1 AND lw.valid_to < ?3 ",
            "AND lq.tenant = ?1 AND lq.area_id = lw.ancestor_id)"
        )
    };
}

/// The areas (a column) in which the reader sees to what lies with nobody: by the function that it needs, as
/// the supervisor, or in charge of protection.
#[macro_export]
macro_rules! sees_to {
    ($area:literal, $function:literal) => {
        concat!(
            "(",
            $area,
            " IN ",
            $crate::function_areas!($function),
            " OR ",
            $area,
            " IN ",
            $crate::function_areas!("supervise"),
            " OR ",
            $area,
            " IN ",
            $crate::function_areas!("protect"),
            ")"
        )
    };
}

/// Whether the reader has a ground of today for a record (its id).
#[macro_export]
macro_rules! grounded {
    ($id:expr) => {
        concat!(
            "EXISTS (SELECT 1 FROM ground xg WHERE xg.tenant = ?1 AND xg.record_id = ",
            $id,
            " AND xg.holder_id = ?2 AND ",
            $crate::valid_today!("xg"),
            " AND ",
            $crate::held_by_post!("xg", "?2"),
            ")"
        )
    };
}

/// The row rule of a kind of record: shown to those of its area (`by`) unless it is about somebody
/// sealed, then to those in charge of protection there; to whom it is theirs (`own`, empty or
/// ` OR …`); to those with a ground; and never to one who is barred.
#[macro_export]
macro_rules! row_rule {
    (id: $id:expr, area: $area:expr, by: $by:expr, about: $about:expr, own: $own:expr) => {
        concat!(
            "(((",
            $by,
            " AND NOT ",
            $crate::restricted!($about, "sealed"),
            ") OR (",
            $area,
            " IN ",
            $crate::function_areas!("protect"),
            " AND ",
            $crate::restricted!($about, "sealed"),
            ")",
            $own,
            " OR ",
            $crate::grounded!($id),
            ") AND NOT ",
            $crate::barred!($about),
            ")"
        )
    };
}

/// The ids of all records that the row rule of a kind can show the reader: those of the areas of
/// these functions, own ones (`$own`, empty or ` UNION ALL SELECT …`) and those with a ground. The row
/// rule still decides about each. Lists of readers who see little begin here, because the order of
/// the whole list would lead through a city of what is not theirs. `UNION` alone would have SQLite
/// merge the parts in the order of ids, which is a walk through the whole table.
#[macro_export]
macro_rules! ids_in_sight {
    ($table:literal, $kind:literal, [$($function:literal),+], $own:expr) => {
        concat!(
            "(SELECT DISTINCT z.id FROM (SELECT yg.record_id AS id FROM ground yg WHERE yg.tenant = ?1 AND yg.holder_id = ?2 ",
            "AND yg.record_kind = '",
            $kind,
            "' AND ",
            $crate::valid_today!("yg"),
            $(
                " UNION ALL SELECT ya.id FROM ", $table, " ya WHERE ya.tenant = ?1 AND ya.area_id IN ",
                $crate::function_areas!($function),
            )+
            $own,
            ") z)"
        )
    };
}

/// What the policy needs to know of one record (`?4`), one column for each field of
/// [`Facts`](crate::access::Facts) but the grounds. `from` names the table and its alias.
#[macro_export]
macro_rules! record_facts {
    (from: $from:literal, alias: $alias:literal, about: $about:expr, own: $own:expr) => {
        concat!(
            "SELECT ",
            $alias,
            ".area_id, CASE WHEN ",
            $crate::restricted!($about, "sealed"),
            " THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS sealed, CASE WHEN ",
            $crate::barred!($about),
            " THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS barred, CASE WHEN ",
            $crate::restricted!($about, "sealed"),
            " OR ",
            $crate::restricted!($about, "address"),
            " THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS address_hidden, CASE WHEN ",
            $own,
            " THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS own FROM ",
            $from,
            " ",
            $alias,
            " WHERE ",
            $alias,
            ".tenant = ?1 AND ",
            $alias,
            ".id = ?4"
        )
    };
}
