//! What the API tells of persons: made of the records as the reader may see them, and never more
//! than the pages of a person say.

use jiff::Timestamp;
use jiff::civil::Date;
use sasae_core::id::Id;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Act, Sight};
use crate::ctx::Ctx;
use crate::person::{HouseholdView, Member, Person, PersonRow, may};

/// A person in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonRowBody {
    /// The person.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// Family name.
    family: String,
    /// Given name.
    given: String,
    /// Reading of the family name.
    family_kana: String,
    /// Reading of the given name.
    given_kana: String,
    /// Birth date, when known.
    birth_on: Option<Date>,
    /// In which area; none where `address_shown` is false.
    #[schema(value_type = Option<String>, format = "uuid")]
    area_id: Option<Id>,
    /// Its name, or empty.
    area_name: String,
    /// Address; empty where `address_shown` is false.
    address: String,
    /// Whether the reader may see the address.
    address_shown: bool,
    /// Has died.
    died: bool,
    /// Has moved out.
    moved_out: bool,
}

impl From<PersonRow> for PersonRowBody {
    fn from(row: PersonRow) -> PersonRowBody {
        PersonRowBody {
            id: row.id,
            family: row.family,
            given: row.given,
            family_kana: row.family_kana,
            given_kana: row.given_kana,
            birth_on: row.birth_on,
            area_id: row.address_shown.then_some(row.area_id),
            area_name: row.area_name,
            address: row.address,
            address_shown: row.address_shown,
            died: row.died_on.is_some(),
            moved_out: row.moved_out_on.is_some(),
        }
    }
}

/// Persons of one page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundBody {
    /// At most 40.
    pub persons: Vec<PersonRowBody>,
    /// Whether further pages follow.
    pub more: bool,
}

/// A person as the reader may see them.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonBody {
    /// The person.
    #[schema(value_type = String, format = "uuid")]
    id: Id,
    /// Family name.
    family: String,
    /// Given name.
    given: String,
    /// Reading of the family name.
    family_kana: String,
    /// Reading of the given name.
    given_kana: String,
    /// Birth date, when known.
    birth_on: Option<Date>,
    /// Code of the vocabulary `sex`.
    sex: String,
    /// In which area; none where `address_shown` is false.
    #[schema(value_type = Option<String>, format = "uuid")]
    area_id: Option<Id>,
    /// Its name, or empty.
    area_name: String,
    /// Address; empty where `address_shown` is false.
    address: String,
    /// Whether the reader may see the address, and with it the area and the telephone.
    address_shown: bool,
    /// Telephone as written; empty where `address_shown` is false.
    phone: String,
    /// Code of the vocabulary `care_level`, or empty.
    care_level: String,
    /// Code of the vocabulary `language`, or empty.
    language: String,
    /// Codes of the vocabulary `communication_support`.
    communication: Vec<String>,
    /// Note.
    note: String,
    /// Day of death.
    died_on: Option<Date>,
    /// Day of moving out.
    moved_out_on: Option<Date>,
    /// Revision.
    revision: i64,
}

impl From<Person> for PersonBody {
    /// Address, name of the area and telephone are empty already where the reader may not see it.
    fn from(person: Person) -> PersonBody {
        PersonBody {
            communication: person.communication().map(str::to_owned).collect(),
            id: person.id,
            family: person.family,
            given: person.given,
            family_kana: person.family_kana,
            given_kana: person.given_kana,
            birth_on: person.birth_on,
            sex: person.sex,
            area_id: person.address_shown.then_some(person.area_id),
            area_name: person.area_name,
            address: person.address,
            address_shown: person.address_shown,
            phone: person.phone,
            care_level: person.care_level,
            language: person.language,
            note: person.note,
            died_on: person.died_on,
            moved_out_on: person.moved_out_on,
            revision: person.revision,
        }
    }
}

/// Someone in a household.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberBody {
    /// The person.
    #[schema(value_type = String, format = "uuid")]
    person: Id,
    /// Family and given name.
    name: String,
    /// Code of the vocabulary `relation`.
    relation: String,
    /// Age in full years, when the birth date is known.
    age: Option<u16>,
    /// Code of the vocabulary `sex`.
    sex: String,
}

impl From<Member> for MemberBody {
    fn from(member: Member) -> MemberBody {
        MemberBody {
            person: member.person,
            name: member.name,
            relation: member.relation,
            age: member.age,
            sex: member.sex,
        }
    }
}

/// A household as the reader may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct HouseholdBody {
    /// The household, for those who may register someone in it.
    #[schema(value_type = Option<String>, format = "uuid")]
    id: Option<Id>,
    /// Its members of today; those whom the reader may not see are left out without a sign.
    members: Vec<MemberBody>,
}

impl HouseholdBody {
    /// What the reader may know of the household of a person whom the reader sees so.
    pub(super) fn new(ctx: &Ctx, household: HouseholdView, sight: &Sight) -> HouseholdBody {
        let adds = ctx.may(&may::REGISTER) && sight.may(Act::EDIT);
        HouseholdBody {
            id: adds.then_some(household.id),
            members: household.members.into_iter().map(MemberBody::from).collect(),
        }
    }
}

/// One look at a person's record.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookBody {
    /// When.
    pub at: Timestamp,
    /// Who, by name at that time.
    pub who: String,
    /// `read` or `wrote`.
    pub verb: String,
    /// On which page or by which step, in words.
    pub what: String,
}
