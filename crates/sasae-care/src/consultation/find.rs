//! Whom a consultation is about: the one door through which this room asks for
//! persons and households. Only those whom the reader may see by name come back.

use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::Conn;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::person;
use crate::person::PersonRow;

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
    pub area: Id,
    /// Its name.
    pub area_name: String,
}

impl From<PersonRow> for Candidate {
    fn from(row: PersonRow) -> Candidate {
        Candidate {
            id: row.id,
            name: format!("{} {}", row.family, row.given),
            kana: format!("{} {}", row.family_kana, row.given_kana),
            birth_on: row.birth_on,
            area: row.area_id,
            area_name: row.area_name,
        }
    }
}

/// Persons whom a name, a reading, a birth date or a telephone number fits, and whether there are more.
pub async fn list_candidates(ctx: &Ctx, conn: &mut Conn, text: &str, limit: i64) -> Result<(Vec<Candidate>, bool)> {
    let found = person::search_first(ctx, conn, text, limit).await?;
    Ok((found.rows.into_iter().map(Candidate::from).collect(), found.more))
}

/// A person who was chosen before, if the reader may see this person.
pub async fn find_candidate(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<Candidate>> {
    Ok(person::find_row(ctx, conn, id).await?.map(Candidate::from))
}

/// The household in which a person lives today; the caller has asked the policy.
pub async fn find_household(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Option<Id>> {
    person::find_household(ctx, conn, person).await
}

/// Whether the reader may see anyone of a household.
pub async fn may_see_household(ctx: &Ctx, conn: &mut Conn, household: Id) -> Result<bool> {
    Ok(person::household(ctx, conn, household).await?.is_some())
}
