//! Statements that find a person for a consultation.

use jiff::civil::Date;
use sasae_core::fold::{fold_kana, fold_name, fold_phone, is_kana};
use sasae_core::id::Id;
use sasae_db::{Conn, args, record, sql};

use crate::ctx::Ctx;
use crate::error::Result;

/// No table of its own.
pub const TABLES: &[&str] = &[];

/// Fewest digits of a telephone number that are searched for.
const DIGITS: usize = 6;

record! {
    /// Someone whom a consultation may be about.
    #[derive(Debug, Clone)]
    pub struct Candidate {
        /// The person.
        pub id: Id,
        /// Name as written.
        pub name: String,
        /// Reading.
        pub kana: String,
        /// Born on.
        pub birth_on: Option<Date>,
        /// The area in which the person lives.
        pub area_name: String,
    }
}

macro_rules! candidate {
    () => {
        concat!(
            "SELECT p.id, p.family || ' ' || p.given, p.family_kana || ' ' || p.given_kana, p.birth_on, a.name ",
            "FROM person p JOIN area a ON a.tenant = p.tenant AND a.id = p.area_id "
        )
    };
}

pub(super) async fn list_candidates(ctx: &Ctx, conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<Candidate>> {
    let phone = fold_phone(text);
    let key = if is_kana(text) { fold_kana(text) } else { fold_name(text) };
    let rows: Vec<Candidate> = if phone.len() >= DIGITS {
        conn.query(
            sql!(
                candidate!(), "WHERE p.tenant = ?1 AND p.phone_key = ?4 AND ", visible_person!("p"),
                " ORDER BY p.family_kana, p.given_kana, p.id LIMIT ?5"
            ),
            scoped![ctx, &phone, limit],
        )
        .await?
    } else if key.is_empty() {
        Vec::new()
    } else {
        let end = format!("{key}\u{10ffff}");
        conn.query(
            sql!(
                candidate!(),
                "WHERE p.tenant = ?1 AND EXISTS (SELECT 1 FROM person_key q WHERE q.tenant = ?1 ",
                "AND q.person_id = p.id AND q.key >= ?4 AND q.key < ?5) AND ", visible_person!("p"),
                " ORDER BY p.family_kana, p.given_kana, p.id LIMIT ?6"
            ),
            scoped![ctx, &key, &end, limit],
        )
        .await?
    };
    for row in &rows {
        ctx.saw("person", row.id);
    }
    Ok(rows)
}

pub(super) async fn find_candidate(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<Candidate>> {
    let row: Option<Candidate> = conn
        .query_opt(
            sql!(candidate!(), "WHERE p.tenant = ?1 AND p.id = ?4 AND ", visible_person!("p")),
            scoped![ctx, id],
        )
        .await?;
    if let Some(row) = &row {
        ctx.saw("person", row.id);
    }
    Ok(row)
}

pub(super) async fn find_household(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Option<Id>> {
    Ok(conn
        .scalar_opt(
            sql!(
                "SELECT household_id FROM household_member WHERE tenant = ?1 AND person_id = ?2 ",
                "AND valid_from <= ?3 AND valid_to >= ?3 ORDER BY valid_from DESC, household_id"
            ),
            args![ctx.tenant(), person, ctx.today()],
        )
        .await?)
}

pub(super) async fn may_see_household(ctx: &Ctx, conn: &mut Conn, household: Id) -> Result<bool> {
    let members: i64 = conn
        .scalar(
            sql!(
                "SELECT COUNT(*) FROM household_member m JOIN person p ON p.tenant = m.tenant AND p.id = m.person_id ",
                "WHERE m.tenant = ?1 AND m.household_id = ?4 AND ", valid_today!("m"),
                " AND ", visible_person!("p")
            ),
            scoped![ctx, household],
        )
        .await?;
    Ok(members > 0)
}
