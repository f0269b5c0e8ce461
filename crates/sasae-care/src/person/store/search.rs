//! Lists of persons under the row rules.
//!
//! A reader whose posts show an area searches by key: the statement walks the
//! primary key of `person_key` from the prefix on and stops at its limit, so a
//! city of a million costs as much as a village. When the area gives fewer than the
//! limit, a second statement looks for persons elsewhere whom the reader may see
//! one by one (entrusted, in a case). It begins at the keys where few match, and
//! otherwise at the reader's own persons (`list_own`): walking the keys of a whole
//! city to find three people would take long. A reader without an area sees only
//! such persons.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, record, sql};

use crate::ctx::Ctx;
use crate::error::Result;
use crate::person::PERSON;

record! {
    /// A person as lists show one.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PersonRow {
        /// The person.
        pub id: Id,
        /// Family name.
        pub family: String,
        /// Given name.
        pub given: String,
        /// Reading of the family name.
        pub family_kana: String,
        /// Reading of the given name.
        pub given_kana: String,
        /// Birth date, when known.
        pub birth_on: Option<Date>,
        /// Code of the vocabulary `sex`.
        pub sex: String,
        /// In which area; not to be shown where `address_shown` is false.
        pub area_id: Id,
        /// Its name, or empty.
        pub area_name: String,
        /// Address; empty where `address_shown` is false.
        pub address: String,
        /// Whether the reader may see the address.
        pub address_shown: bool,
        /// Telephone; empty where `address_shown` is false.
        pub phone: String,
        /// Day of death.
        pub died_on: Option<Date>,
        /// Day of moving out.
        pub moved_out_on: Option<Date>,
    }
}

impl PersonRow {
    /// Family and given name.
    pub fn name(&self) -> String {
        crate::person::model::joined(&self.family, &self.given)
    }
    /// Reading of the whole name.
    pub fn kana(&self) -> String {
        crate::person::model::joined(&self.family_kana, &self.given_kana)
    }
}

macro_rules! row_columns {
    () => {
        concat!(
            "SELECT p.id, p.family, p.given, p.family_kana, p.given_kana, p.birth_on, p.sex, p.area_id, ",
            "a.name AS area_name, p.address, ",
            address_shown!("p"),
            " AS address_shown",
            ", p.phone, p.died_on, p.moved_out_on "
        )
    };
}

/// Leaves out what the reader may not see: with a hidden address, the area and the telephone too. The caller notes what
/// it shows.
pub(super) fn shown(mut row: PersonRow) -> PersonRow {
    if !row.address_shown {
        row.address.clear();
        row.area_name.clear();
        row.phone.clear();
    }
    row
}

fn all_shown(rows: Vec<PersonRow>) -> Vec<PersonRow> {
    rows.into_iter().map(shown).collect()
}

/// Whether a key belongs to a person of the areas that a post of today shows.
macro_rules! in_reach {
    () => {
        concat!("(k.area_id IN ", reach_areas!(), " OR k.area_id IN ", function_areas!("protect"), ")")
    };
}

/// Persons by a range of their keys (`?4` to before `?5`, at most `?6`), of the keys
/// for which a condition holds. CROSS JOIN keeps SQLite from starting anywhere
/// but at the keys.
macro_rules! by_key {
    ($($condition:expr),+) => {
        concat!(
            row_columns!(),
            "FROM person_key k CROSS JOIN person p CROSS JOIN area a ",
            "WHERE k.tenant = ?1 AND k.key >= ?4 AND k.key < ?5 AND ",
            $($condition,)+
            " AND p.tenant = k.tenant AND p.id = k.person_id AND a.tenant = p.tenant AND a.id = p.area_id AND ",
            visible_person!("p"),
            " ORDER BY k.key, k.person_id LIMIT ?6"
        )
    };
}

/// Persons with a key from `from` on and before `to` in the areas that the
/// reader's posts show, in the order of keys. One person may come twice, by two keys.
pub(in crate::person) async fn list_in_reach(
    ctx: &Ctx,
    conn: &mut Conn,
    (from, to): (&str, &str),
    limit: i64,
) -> Result<Vec<PersonRow>> {
    Ok(all_shown(conn.query(sql!(by_key!(in_reach!())), scoped![ctx, from, to, limit]).await?))
}

/// As [`list_in_reach`], of the keys that lie elsewhere: each of their persons is
/// asked about, so the caller has counted them before.
pub(in crate::person) async fn list_elsewhere(
    ctx: &Ctx,
    conn: &mut Conn,
    (from, to): (&str, &str),
    limit: i64,
) -> Result<Vec<PersonRow>> {
    Ok(all_shown(conn.query(sql!(by_key!("NOT ", in_reach!())), scoped![ctx, from, to, limit]).await?))
}

/// How many keys from `from` on and before `to` lie elsewhere, up to `most`.
pub(in crate::person) async fn count_elsewhere(
    ctx: &Ctx,
    conn: &mut Conn,
    (from, to): (&str, &str),
    most: i64,
) -> Result<i64> {
    let (count,): (i64,) = conn
        .query_one(
            sql!(
                "SELECT COUNT(*) FROM (SELECT k.person_id FROM person_key k ",
                "WHERE k.tenant = ?1 AND k.key >= ?4 AND k.key < ?5 AND NOT ",
                in_reach!(),
                " LIMIT ?6) x"
            ),
            scoped![ctx, from, to, most],
        )
        .await?;
    Ok(count)
}

/// Persons born on a day.
pub(in crate::person) async fn list_by_birth(
    ctx: &Ctx,
    conn: &mut Conn,
    on: Date,
    limit: i64,
) -> Result<Vec<PersonRow>> {
    let rows = conn
        .query(
            sql!(
                row_columns!(),
                "FROM person p JOIN area a ON a.tenant = p.tenant AND a.id = p.area_id ",
                "WHERE p.tenant = ?1 AND p.birth_on = ?4 AND ",
                visible_person!("p"),
                " ORDER BY p.id LIMIT ?5"
            ),
            scoped![ctx, on, limit],
        )
        .await?;
    Ok(all_shown(rows))
}

/// Persons whose number begins with these digits. A hidden one answers to no digits.
pub(in crate::person) async fn list_by_phone(
    ctx: &Ctx,
    conn: &mut Conn,
    from: &str,
    to: &str,
    limit: i64,
) -> Result<Vec<PersonRow>> {
    let rows = conn
        .query(
            sql!(
                row_columns!(),
                "FROM person p JOIN area a ON a.tenant = p.tenant AND a.id = p.area_id ",
                "WHERE p.tenant = ?1 AND p.phone_key >= ?4 AND p.phone_key < ?5 AND ",
                address_shown!("p"),
                " AND ",
                visible_person!("p"),
                " ORDER BY p.phone_key, p.id LIMIT ?6"
            ),
            scoped![ctx, from, to, limit],
        )
        .await?;
    Ok(all_shown(rows))
}

/// The persons who are entrusted to the reader or named in a case of the reader's.
pub(in crate::person) async fn list_own(ctx: &Ctx, conn: &mut Conn, limit: i64) -> Result<Vec<PersonRow>> {
    let rows = conn
        .query(
            sql!(
                row_columns!(),
                "FROM (SELECT DISTINCT og.record_id AS id FROM ground og WHERE og.tenant = ?1 ",
                "AND og.holder_id = ?2 AND og.record_kind = 'person' AND ",
                valid_today!("og"),
                ") o ",
                "CROSS JOIN person p CROSS JOIN area a ",
                "WHERE p.tenant = ?1 AND p.id = o.id AND a.tenant = p.tenant AND a.id = p.area_id ",
                "AND ",
                visible_person!("p"),
                " ORDER BY p.family_kana, p.given_kana, p.id LIMIT ?4"
            ),
            scoped![ctx, limit],
        )
        .await?;
    Ok(all_shown(rows))
}

/// Persons with a key, whoever asks: for an import on the command line, never for what is shown.
pub(in crate::person) async fn list_all_by_key(
    ctx: &Ctx,
    conn: &mut Conn,
    key: &str,
    limit: i64,
) -> Result<Vec<PersonRow>> {
    Ok(conn
        .query(
            sql!(
                row_columns!(),
                "FROM person_key k CROSS JOIN person p CROSS JOIN area a WHERE k.tenant = ?1 AND k.key = ?4 ",
                "AND p.tenant = k.tenant AND p.id = k.person_id AND a.tenant = p.tenant AND a.id = p.area_id ",
                "ORDER BY k.person_id LIMIT ?5"
            ),
            scoped![ctx, key, limit],
        )
        .await?)
}

/// Persons born on a day, whoever asks: see [`list_all_by_key`].
pub(in crate::person) async fn list_all_by_birth(
    ctx: &Ctx,
    conn: &mut Conn,
    on: Date,
    limit: i64,
) -> Result<Vec<PersonRow>> {
    Ok(conn
        .query(
            sql!(
                row_columns!(),
                "FROM person p JOIN area a ON a.tenant = p.tenant AND a.id = p.area_id ",
                "WHERE p.tenant = ?1 AND p.birth_on = ?4 ORDER BY p.id LIMIT ?5"
            ),
            scoped![ctx, on, limit],
        )
        .await?)
}

/// Persons with a telephone number, whoever asks: see [`list_all_by_key`].
pub(in crate::person) async fn list_all_by_phone(
    ctx: &Ctx,
    conn: &mut Conn,
    digits: &str,
    limit: i64,
) -> Result<Vec<PersonRow>> {
    Ok(conn
        .query(
            sql!(
                row_columns!(),
                "FROM person p JOIN area a ON a.tenant = p.tenant AND a.id = p.area_id ",
                "WHERE p.tenant = ?1 AND p.phone_key = ?4 ORDER BY p.id LIMIT ?5"
            ),
            scoped![ctx, digits, limit],
        )
        .await?)
}

/// One person under the row rules, for other rooms that show a name.
pub async fn find_row(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<PersonRow>> {
    let rows = conn
        .query(
            sql!(
                row_columns!(),
                "FROM person p JOIN area a ON a.tenant = p.tenant AND a.id = p.area_id ",
                "WHERE p.tenant = ?1 AND p.id = ?4 AND ",
                visible_person!("p")
            ),
            scoped![ctx, id],
        )
        .await?;
    let row = all_shown(rows).pop();
    if let Some(row) = &row {
        ctx.saw(&PERSON, row.id);
    }
    Ok(row)
}
