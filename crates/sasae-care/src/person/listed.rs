//! What a list says of somebody on record: only what it says is written, and only where it changes
//! something. Imports use it; the page of a person changes a record as a whole.

use jiff::civil::Date;
use sasae_core::id::Id;

use super::model::{self, NewPerson};
use super::store::{self, Person};
use super::{HOUSEHOLD, PERSON, PersonForm, REGISTER, history, require, require_household, settle_in};
use crate::access::{self, Act};
use crate::area::{self, AREA};
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use sasae_db::Conn;

/// Where somebody lives from today on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Home {
    /// Where the person lives already.
    #[default]
    Stays,
    /// In a household of one's own.
    Own,
    /// In a household that exists.
    Of(Id),
}

/// What is to stand in a record; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedChanges {
    /// Family and given name.
    pub name: Option<(String, String)>,
    /// Their readings.
    pub kana: Option<(String, String)>,
    /// Birth date.
    pub birth: Option<Date>,
    /// Code of the vocabulary `sex`.
    pub sex: Option<String>,
    /// The area.
    pub area: Option<Id>,
    /// Address.
    pub address: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Code of the vocabulary `care_level`.
    pub care_level: Option<String>,
    /// Code of the vocabulary `language`.
    pub language: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// Code of the vocabulary `relation`.
    pub relation: Option<String>,
    /// The household.
    pub home: Home,
}

impl ListedChanges {
    /// Whether nothing is to change.
    pub fn is_empty(&self) -> bool {
        *self == ListedChanges::default()
    }
}

/// Somebody on record as an import sees it: with the address, even where that is hidden from readers.
/// For what is written, never for what is shown.
/// `address_shown` says whether a list may change where the person lives.
pub async fn get_for_list(ctx: &Ctx, work: &mut Work, id: Id) -> Result<Person> {
    require(ctx, work, id, Act::EDIT).await?;
    let mut person = store::get(ctx, work, id).await?;
    (person.address, person.phone) = store::get_place(ctx, work, id).await?;
    Ok(person)
}

/// In which household somebody lives today, and who the person is in it.
pub async fn find_home(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Option<(Id, String)>> {
    let lived = store::household::find_membership(ctx, conn, person).await?;
    Ok(lived.map(|lived| (lived.household_id, lived.relation)))
}

/// How many persons are on record.
pub async fn count_all(ctx: &Ctx, conn: &mut Conn) -> Result<i64> {
    store::count_all(ctx, conn).await
}

/// Writes what a list says of a person, with what stood before in the history. Other members of the
/// household keep their address; the household itself moves by [`move_household`] alone.
pub async fn change_listed(
    ctx: &Ctx,
    work: &mut Work,
    old: &Person,
    changes: &ListedChanges,
    reason: &str,
) -> Result<()> {
    let id = old.id;
    if !old.address_shown
        && (changes.address.is_some()
            || changes.area.is_some()
            || changes.phone.is_some()
            || changes.home != Home::Stays)
    {
        return Err(Error::internal("a list changes where somebody lives whose address is hidden"));
    }
    let new = checked(ctx, work, old, changes).await?;
    if new.area != old.area_id {
        area::get_today(ctx, work, "area", new.area).await?;
        access::require(ctx, work, &AREA, new.area, REGISTER).await?;
    }
    if let Home::Of(household) = changes.home {
        require_household(ctx, work, household).await?;
    }
    let lived = store::household::find_membership(ctx, work, id).await?;
    store::update(ctx, work, id, &new, old.revision).await?;
    let keys = model::keys_of([&old.family, &old.given, &old.family_kana, &old.given_kana]);
    if keys != new.keys() || old.area_id != new.area {
        store::delete_keys(ctx, work, id).await?;
        for key in new.keys() {
            store::insert_key(ctx, work, id, &key, new.area).await?;
        }
    }
    match changes.home {
        // Someone who has died or moved out lives in no household.
        _ if old.left() => {}
        Home::Stays if lived.is_some() => {
            if !new.relation.is_empty() {
                store::household::set_relation(ctx, work, id, &new.relation).await?;
            }
        }
        Home::Stays | Home::Own | Home::Of(_) => {
            store::household::leave_before_today(ctx, work, id).await?;
            settle_in(ctx, work, id, &new).await?;
        }
    }
    history::keep(ctx, work, (old, lived.as_ref()), reason).await?;
    ctx.wrote(&PERSON, id);
    Ok(())
}

/// The record as it is to be, checked like one that was typed.
async fn checked(ctx: &Ctx, work: &mut Work, old: &Person, changes: &ListedChanges) -> Result<NewPerson> {
    let (address, phone) = store::get_place(ctx, work, old.id).await?;
    let text = |new: &Option<String>, old: &str| new.clone().unwrap_or_else(|| old.to_owned());
    let pair = |new: &Option<(String, String)>, family: &str, given: &str| {
        new.clone().unwrap_or_else(|| (family.to_owned(), given.to_owned()))
    };
    let (family, given) = pair(&changes.name, &old.family, &old.given);
    let (family_kana, given_kana) = pair(&changes.kana, &old.family_kana, &old.given_kana);
    let form = PersonForm {
        family,
        given,
        family_kana,
        given_kana,
        birth: changes.birth.or(old.birth_on).map(|day| day.to_string()).unwrap_or_default(),
        sex: text(&changes.sex, &old.sex),
        area: changes.area.unwrap_or(old.area_id).to_string(),
        address: text(&changes.address, &address),
        phone: text(&changes.phone, &phone),
        care_level: text(&changes.care_level, &old.care_level),
        language: text(&changes.language, &old.language),
        communication: old.communication().map(str::to_owned).collect(),
        note: text(&changes.note, &old.note),
        relation: text(&changes.relation, ""),
        household: match changes.home {
            Home::Stays => String::new(),
            Home::Own => "new".to_owned(),
            Home::Of(id) => id.to_string(),
        },
        ..PersonForm::default()
    };
    model::check_person(ctx, &form)
}

/// A household moves with all who live in it, as a list says of every one of them.
pub async fn move_household(ctx: &Ctx, work: &mut Work, household: Id, area: Id, address: &str) -> Result<()> {
    area::get_today(ctx, work, "area", area).await?;
    access::require(ctx, work, &AREA, area, REGISTER).await?;
    require_household(ctx, work, household).await?;
    store::household::set_place(ctx, work, household, area, address).await?;
    ctx.wrote(&HOUSEHOLD, household);
    Ok(())
}

/// The address of a household, for what is written.
pub async fn find_household_address(ctx: &Ctx, conn: &mut Conn, household: Id) -> Result<Option<String>> {
    store::household::find_address(ctx, conn, household).await
}

/// Who lives in a household today, and the address in each record, for what is written.
pub async fn list_household_addresses(ctx: &Ctx, conn: &mut Conn, household: Id) -> Result<Vec<(Id, String)>> {
    store::household::list_addresses(ctx, conn, household).await
}
