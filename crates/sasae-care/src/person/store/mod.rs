//! The table of persons and the keys by which they are found.
//!
//! An address that the reader may not see never leaves this room's stores: the
//! rule `see_address` is asked in SQL, and the column comes back empty.

use jiff::civil::Date;
use sasae_core::age::age_on;
use sasae_core::fold::{fold_address, fold_phone};
use sasae_core::id::Id;
use sasae_db::{Conn, Sql, Tx, args, record, sql};

use super::model::{Leave, NewPerson};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::person::PERSON;

#[macro_use]
pub mod search;

pub mod entrustment;
pub(in crate::person) mod held;
pub mod household;
pub mod list;
pub mod restriction;
pub mod watcher;

/// The tables of this room.
pub const TABLES: &[&str] = &["person", "person_key", "household", "household_member", "restriction", "entrustment"];

/// What the row rules know of one record; see `access::Guard`.
pub const FACTS: Sql = sql!(record_facts!(from: "person", alias: "p", about: "= p.id", own: "1 = 0"));

/// The record where the reader may see it; see `access::Guard`.
pub const VISIBLE: Sql = sql!("SELECT p.id FROM person p WHERE p.tenant = ?1 AND p.id = ?4 AND ", visible_person!("p"));

record! {
    /// A person.
    #[derive(Debug, Clone)]
    pub struct Person {
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
        /// Its name; empty where `address_shown` is false.
        pub area_name: String,
        /// Address; empty where `address_shown` is false.
        pub address: String,
        /// Whether the reader may see the address, and with it the area and the telephone.
        pub address_shown: bool,
        /// Telephone as written; empty where `address_shown` is false.
        pub phone: String,
        /// Code of the vocabulary `care_level`, or empty.
        pub care_level: String,
        /// Code of the vocabulary `language`, or empty.
        pub language: String,
        /// Codes of the vocabulary `communication_support`, apart by commas.
        pub communication: String,
        /// Note.
        pub note: String,
        /// Day of death.
        pub died_on: Option<Date>,
        /// Day of moving out.
        pub moved_out_on: Option<Date>,
        /// Where the record comes from, or empty.
        pub source: String,
        /// Its key there.
        pub source_key: String,
        /// Revision.
        pub revision: i64,
    }
}

impl Person {
    /// Reading of the whole name.
    pub fn kana(&self) -> String {
        super::model::joined(&self.family_kana, &self.given_kana)
    }

    /// Codes of the support needed in communication.
    pub fn communication(&self) -> impl Iterator<Item = &str> {
        self.communication.split(',').filter(|code| !code.is_empty())
    }

    /// Whether the person has died or moved out.
    pub fn left(&self) -> bool {
        self.died_on.is_some() || self.moved_out_on.is_some()
    }

    /// Age in full years today, or at death.
    pub fn age(&self, today: Date) -> Option<u16> {
        age_on(self.birth_on?, self.died_on.unwrap_or(today))
    }
}

/// A person; the caller has asked the policy. Without the right to the address
/// it is empty, and so is what would tell of it: the area's name and the telephone.
pub async fn get(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Person> {
    let row: Option<Person> = conn
        .query_opt(
            sql!(
                "SELECT p.id, p.family, p.given, p.family_kana, p.given_kana, p.birth_on, p.sex, p.area_id, ",
                "a.name AS area_name, p.address, ",
                address_shown!("p"),
                " AS address_shown",
                ", p.phone, p.care_level, p.language, ",
                "p.communication, p.note, p.died_on, p.moved_out_on, p.source, p.source_key, p.revision ",
                "FROM person p JOIN area a ON a.tenant = p.tenant AND a.id = p.area_id ",
                "WHERE p.tenant = ?1 AND p.id = ?4"
            ),
            scoped![ctx, id],
        )
        .await?;
    let mut person = row.ok_or(Error::NotFound)?;
    if !person.address_shown {
        person.address.clear();
        person.area_name.clear();
        person.phone.clear();
    }
    ctx.saw(&PERSON, person.id);
    Ok(person)
}

/// The address and the telephone on record, whoever asks: for what is written, never for what is shown.
pub(super) async fn get_place(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<(String, String)> {
    let place = conn
        .query_opt(
            sql!("SELECT address AS address, phone AS phone FROM person WHERE tenant = ?1 AND id = ?2"),
            args![ctx.tenant(), id],
        )
        .await?;
    place.ok_or(Error::NotFound)
}

/// How many persons are on record, whoever asks.
pub(super) async fn count_all(ctx: &Ctx, conn: &mut Conn) -> Result<i64> {
    let (count,): (i64,) =
        conn.query_one(sql!("SELECT COUNT(*) AS persons FROM person WHERE tenant = ?1"), args![ctx.tenant()]).await?;
    Ok(count)
}

/// The person that came from a source under a key: a second import of the same
/// file finds its records again.
pub async fn find_by_source(ctx: &Ctx, conn: &mut Conn, source: &str, key: &str) -> Result<Option<Id>> {
    Ok(conn
        .scalar_opt(
            sql!("SELECT id FROM person WHERE tenant = ?1 AND source = ?2 AND source_key = ?3"),
            args![ctx.tenant(), source, key],
        )
        .await?)
}

pub(super) async fn insert(ctx: &Ctx, tx: &mut Tx, id: Id, new: &NewPerson) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO person (tenant, id, family, given, family_kana, given_kana, birth_on, sex, area_id, ",
            "address, address_key, phone, phone_key, care_level, language, communication, note, source, ",
            "source_key, created_at, created_by, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ",
            "?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, 1)"
        ),
        args![
            ctx.tenant(),
            id,
            &new.family,
            &new.given,
            &new.family_kana,
            &new.given_kana,
            new.birth,
            &new.sex,
            new.area,
            &new.address,
            fold_address(&new.address),
            &new.phone,
            fold_phone(&new.phone),
            &new.care_level,
            &new.language,
            &new.communication,
            &new.note,
            &new.source,
            source_key(id, new),
            ctx.now(),
            ctx.staff_id()
        ],
    )
    .await?;
    Ok(())
}

/// A record that comes from nowhere else has its own id as key, for the key is unique.
pub(super) fn source_key(id: Id, new: &NewPerson) -> String {
    if new.source_key.is_empty() { id.to_string() } else { new.source_key.clone() }
}

/// Changes a person.
pub(super) async fn update(ctx: &Ctx, tx: &mut Tx, id: Id, new: &NewPerson, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE person SET family = ?4, given = ?5, family_kana = ?6, given_kana = ?7, birth_on = ?8, ",
                "sex = ?9, area_id = ?10, phone = ?11, phone_key = ?12, care_level = ?13, language = ?14, ",
                "communication = ?15, note = ?16, address = ?17, address_key = ?18, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![
                ctx.tenant(),
                id,
                seen,
                &new.family,
                &new.given,
                &new.family_kana,
                &new.given_kana,
                new.birth,
                &new.sex,
                new.area,
                &new.phone,
                fold_phone(&new.phone),
                &new.care_level,
                &new.language,
                &new.communication,
                &new.note,
                &new.address,
                fold_address(&new.address)
            ],
        )
        .await?;
    refuse_stale(ctx, tx, id, changed).await
}

pub(super) async fn set_left(ctx: &Ctx, tx: &mut Tx, id: Id, leave: Leave, seen: i64) -> Result<()> {
    let (died, moved_out) = match leave {
        Leave::Died(on) => (Some(on), None),
        Leave::MovedOut(on) => (None, Some(on)),
        Leave::Back => (None, None),
    };
    let changed = tx
        .execute(
            sql!(
                "UPDATE person SET died_on = ?4, moved_out_on = ?5, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), id, seen, died, moved_out],
        )
        .await?;
    refuse_stale(ctx, tx, id, changed).await
}

/// Marks a person's record as changed from the revision that was seen.
pub(super) async fn touch_seen(ctx: &Ctx, tx: &mut Tx, id: Id, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!("UPDATE person SET revision = revision + 1 WHERE tenant = ?1 AND id = ?2 AND revision = ?3"),
            args![ctx.tenant(), id, seen],
        )
        .await?;
    refuse_stale(ctx, tx, id, changed).await
}

async fn refuse_stale(ctx: &Ctx, tx: &mut Tx, id: Id, changed: u64) -> Result<()> {
    if changed == 0 {
        let now = get(ctx, tx, id).await?.revision;
        return Err(Error::Stale { now });
    }
    Ok(())
}

/// Writes a key of a person with the area in which the person lives.
pub(super) async fn insert_key(ctx: &Ctx, tx: &mut Tx, id: Id, key: &str, area: Id) -> Result<()> {
    tx.execute(
        sql!("INSERT INTO person_key (tenant, key, person_id, area_id) VALUES (?1, ?2, ?3, ?4)"),
        args![ctx.tenant(), key, id, area],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete_keys(ctx: &Ctx, tx: &mut Tx, id: Id) -> Result<()> {
    tx.execute(sql!("DELETE FROM person_key WHERE tenant = ?1 AND person_id = ?2"), args![ctx.tenant(), id]).await?;
    Ok(())
}
