//! The list of persons under its row rule.
//!
//! Where a statement begins decides how quick it is in a city of a million. A search for a text walks
//! the keys from its prefix on, in their order. A search for digits begins at birth dates and telephone
//! numbers. A condition on a small area begins at the persons of that area. Without any of these, a
//! reader who may see much walks the list in its order, and a reader who may see little begins at the
//! persons of their own areas and grounds.

use jiff::civil::{Date, date};
use sasae_core::id::Id;
use sasae_db::{Conn, sql};

use super::search::{PersonRow, shown};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::listing::{self, ListQuery, Walk, Window};
use crate::person::model::behind_prefix;
use crate::person::search::{Wanted, sees_areas};

/// So many times the areas that are asked for are fewer than those of the municipality, where the
/// statements begin at them.
const FEW: i64 = 20;
/// A day on which nobody is born.
const NEVER: Date = date(1, 1, 1);

/// Which persons a list holds: the conditions that may be left open (`?4` to `?9`). A hidden address
/// answers to no condition on areas, and its telephone to no digits.
macro_rules! asked_for {
    () => {
        concat!(
            "p.tenant = ?1 AND (?4 = '' OR (p.birth_on >= ?5 AND p.birth_on <= ?6)) AND ",
            "(?7 = '' OR (p.area_id IN (SELECT xw.area_id FROM area_within xw WHERE xw.tenant = ?1 AND xw.ancestor_id = ?8 ",
            "AND ",
            valid_today!("xw"),
            ") AND ",
            address_shown!("p"),
            ")) AND (?9 = '' OR (p.died_on IS NULL AND p.moved_out_on IS NULL)) AND ",
            visible_person!("p")
        )
    };
}

macro_rules! own_ids {
    () => {
        concat!(
            "(SELECT DISTINCT og.record_id AS id FROM ground og WHERE og.tenant = ?1 AND og.holder_id = ?2 ",
            "AND og.record_kind = 'person' AND ",
            valid_today!("og"),
            ")"
        )
    };
}

macro_rules! seen_ids {
    () => {
        ids_in_sight!(
            "person",
            "person",
            ["protect"],
            concat!(" UNION ALL SELECT yp.id FROM person yp WHERE yp.tenant = ?1 AND yp.area_id IN ", reach_areas!())
        )
    };
}

/// A person's first key in the range `?10` to before `?11`, so that nobody comes twice. `CASE` keeps an engine
/// from making a join of it, which would read the whole range before the first row.
macro_rules! first_key {
    () => {
        concat!(
            "k.tenant = ?1 AND k.key >= ?10 AND k.key < ?11 AND CASE WHEN EXISTS (SELECT 1 FROM person_key e ",
            "WHERE e.tenant = ?1 AND e.person_id = k.person_id AND e.key >= ?10 AND e.key < k.key) THEN 0 ELSE 1 END = 1 ",
            "AND p.id = k.person_id AND "
        )
    };
}

/// From the keys on: those of the areas that the reader sees, and those of the reader's own persons.
macro_rules! from_keys {
    () => {
        concat!(
            "FROM person_key k CROSS JOIN person p WHERE (k.area_id IN ",
            reach_areas!(),
            " OR k.area_id IN ",
            function_areas!("protect"),
            " OR k.person_id IN (SELECT ok.id FROM ",
            own_ids!(),
            " ok)) AND ",
            first_key!()
        )
    };
}

macro_rules! keys_in_sight {
    () => {
        concat!(
            "FROM ",
            seen_ids!(),
            " o CROSS JOIN person_key k CROSS JOIN person p WHERE k.person_id = o.id AND ",
            first_key!()
        )
    };
}

macro_rules! from_digits {
    () => {
        concat!(
            "FROM (SELECT x.id FROM person x WHERE x.tenant = ?1 AND x.birth_on = ?10 UNION ",
            "SELECT x.id FROM person x WHERE x.tenant = ?1 AND x.phone_key >= ?11 AND x.phone_key < ?12 AND ",
            address_shown!("x"),
            ") o ",
            "CROSS JOIN person p WHERE p.id = o.id AND "
        )
    };
}

macro_rules! from_area {
    () => {
        concat!(
            "FROM (SELECT DISTINCT oa.area_id AS id FROM area_within oa WHERE oa.tenant = ?1 AND oa.ancestor_id = ?8 AND ",
            valid_today!("oa"),
            ") o CROSS JOIN person p WHERE p.area_id = o.id AND "
        )
    };
}

macro_rules! from_own {
    () => {
        concat!("FROM ", own_ids!(), " o CROSS JOIN person p WHERE p.id = o.id AND ")
    };
}

macro_rules! persons_in_sight {
    () => {
        concat!("FROM ", seen_ids!(), " o CROSS JOIN person p WHERE p.id = o.id AND ")
    };
}

/// Where the statements begin.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Start {
    /// At the keys from the first text on and before the second.
    Keys(String, String, Walk),
    /// At a birth date, and at numbers from the first text on and before the second.
    Digits(Date, String, String),
    /// At the persons of the area that is asked for.
    Area,
    /// At what is in the reader's own hands: nothing was asked.
    Own,
    /// At the whole list.
    All(Walk),
    /// Nowhere: nothing can answer to what was typed.
    Nowhere,
}

impl Start {
    async fn of(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery) -> Result<Start> {
        if asked.is_set("q") {
            return Ok(Start::of_text(ctx, asked));
        }
        if !asked.is_narrowed() {
            return Ok(Start::Own);
        }
        if let Some(walk) = asked.walk() {
            return Ok(Start::All(walk));
        }
        let area = asked.id("area");
        let (seen, chosen, all) = count_areas(ctx, conn, area).await?;
        Ok(match area {
            Some(_) if chosen * FEW < all => Start::Area,
            _ if seen * FEW >= all => Start::All(Walk::Order),
            _ => Start::All(Walk::Sight),
        })
    }

    fn of_text(ctx: &Ctx, asked: &ListQuery) -> Start {
        let mut start = Start::Nowhere;
        for wanted in Wanted::all(asked.value("q")) {
            start = match (wanted, start) {
                (Wanted::Key(prefix), _) => {
                    let usual = if sees_areas(ctx) { Walk::Order } else { Walk::Sight };
                    let end = behind_prefix(&prefix);
                    Start::Keys(prefix, end, asked.walk().unwrap_or(usual))
                }
                (Wanted::Birth(day), Start::Digits(_, from, to)) => Start::Digits(day, from, to),
                (Wanted::Birth(day), _) => Start::Digits(day, String::new(), String::new()),
                (Wanted::Phone(digits), Start::Digits(day, ..)) => {
                    let end = behind_prefix(&digits);
                    Start::Digits(day, digits, end)
                }
                (Wanted::Phone(digits), _) => {
                    let end = behind_prefix(&digits);
                    Start::Digits(NEVER, digits, end)
                }
            };
        }
        start
    }
}

/// In how many areas the reader sees persons, how many lie within one, and how many there are.
async fn count_areas(ctx: &Ctx, conn: &mut Conn, within: Option<Id>) -> Result<(i64, i64, i64)> {
    Ok(conn
        .query_one(
            sql!(
                "SELECT (SELECT COUNT(*) FROM area xs WHERE xs.tenant = ?1 AND (xs.id IN ",
                reach_areas!(),
                " OR xs.id IN ",
                function_areas!("protect"),
                ")) AS seen, (SELECT COUNT(*) FROM (SELECT DISTINCT oa.area_id FROM area_within oa WHERE oa.tenant = ?1 AND oa.ancestor_id = ?4 AND ",
                valid_today!("oa"),
                ") y) AS chosen, (SELECT COUNT(*) FROM area a WHERE a.tenant = ?1) AS whole"
            ),
            scoped![ctx, within.unwrap_or_default()],
        )
        .await?)
}

macro_rules! names {
    () => {
        "p JOIN area a ON a.tenant = ?1 AND a.id = p.area_id WHERE p.tenant = ?1"
    };
}

/// The rows of a window, in the order of names.
macro_rules! window_of {
    ($from:expr, ($limit:literal, $offset:literal)) => {
        list_window!(
            from $from, columns: row_columns!(), pick: "p.*", which: asked_for!(),
            by: ("p.family_kana, p.given_kana, p.id", "p.family_kana, p.given_kana, p.id"), at: ($limit, $offset), names: names!()
        )
    };
}

macro_rules! count_of {
    ($from:expr, $most:literal) => {
        list_count!(from $from, pick: "p.id", which: asked_for!(), most: $most)
    };
}

/// The conditions as arguments.
macro_rules! narrowed {
    ($ctx:expr, $asked:expr $(, $rest:expr)*) => {
        scoped![
            $ctx,
            if $asked.is_set("born_from") || $asked.is_set("born_to") { "yes" } else { "" },
            $asked.from("born_from"),
            $asked.to("born_to"),
            $asked.value("area"),
            $asked.id("area").unwrap_or_default(),
            $asked.value("living")
            $(, $rest)*
        ]
    };
}

/// How many persons the reader may see of those that are asked for, at most `most`.
pub(in crate::person) async fn count(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery, most: i64) -> Result<i64> {
    Ok(match Start::of(ctx, conn, asked).await? {
        Start::Nowhere => 0,
        Start::Keys(from, to, walk) => {
            let statement = list_count!(
                walk, order: from_keys!(), sight: keys_in_sight!(), pick: "p.id", which: asked_for!(), most: "?12"
            );
            conn.scalar(statement, narrowed![ctx, asked, from, to, most]).await?
        }
        Start::Digits(day, from, to) => {
            conn.scalar(count_of!(from_digits!(), "?13"), narrowed![ctx, asked, day, from, to, most]).await?
        }
        Start::Area => conn.scalar(count_of!(from_area!(), "?10"), narrowed![ctx, asked, most]).await?,
        Start::Own => conn.scalar(count_of!(from_own!(), "?10"), narrowed![ctx, asked, most]).await?,
        Start::All(Walk::Order) => {
            conn.scalar(count_of!("FROM person p WHERE ", "?10"), narrowed![ctx, asked, most]).await?
        }
        Start::All(Walk::Sight) => {
            conn.scalar(count_of!(persons_in_sight!(), "?10"), narrowed![ctx, asked, most]).await?
        }
    })
}

/// The persons of a window that the reader may see of those that are asked for: by what answers to
/// the text, or by name.
pub(in crate::person) async fn each(
    ctx: &Ctx,
    conn: &mut Conn,
    asked: &ListQuery,
    window: Window,
    mut take: impl FnMut(PersonRow) -> sasae_db::Result<()> + Send,
) -> Result<()> {
    let (limit, offset) = (window.limit, window.offset);
    let take = move |row| take(shown(row));
    match Start::of(ctx, conn, asked).await? {
        Start::Nowhere => Ok(()),
        Start::Keys(from, to, walk) => {
            let statement = list_window!(
                walk, order: from_keys!(), sight: keys_in_sight!(), columns: row_columns!(), pick: "p.*, k.key AS found_by",
                which: asked_for!(), by: ("k.key, k.person_id", "p.found_by, p.id"), at: ("?12", "?13"), names: names!()
            );
            listing::each(conn, statement, narrowed![ctx, asked, from, to, limit, offset], window, take).await
        }
        Start::Digits(day, from, to) => {
            let statement = window_of!(from_digits!(), ("?13", "?14"));
            listing::each(conn, statement, narrowed![ctx, asked, day, from, to, limit, offset], window, take).await
        }
        Start::Area => {
            let statement = window_of!(from_area!(), ("?10", "?11"));
            listing::each(conn, statement, narrowed![ctx, asked, limit, offset], window, take).await
        }
        Start::Own => {
            let statement = window_of!(from_own!(), ("?10", "?11"));
            listing::each(conn, statement, narrowed![ctx, asked, limit, offset], window, take).await
        }
        Start::All(Walk::Order) => {
            let statement = window_of!("FROM person p WHERE ", ("?10", "?11"));
            listing::each(conn, statement, narrowed![ctx, asked, limit, offset], window, take).await
        }
        Start::All(Walk::Sight) => {
            let statement = window_of!(persons_in_sight!(), ("?10", "?11"));
            listing::each(conn, statement, narrowed![ctx, asked, limit, offset], window, take).await
        }
    }
}
