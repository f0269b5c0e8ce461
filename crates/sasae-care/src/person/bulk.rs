//! Many persons at once, for imports and for a city of a million: the same rows
//! and keys as `register` makes one by one, which a test shows.

use std::collections::BTreeSet;

use sasae_core::fold::{fold_address, fold_phone};
use sasae_core::id::Id;
use sasae_db::Value;

use super::model::NewPerson;
use super::{relation_of, require_household, store};
use crate::access;
use crate::area;
use crate::area::AREA;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::person::{HOUSEHOLD, PERSON, REGISTER};
use crate::tenancy::FOREVER;

/// A person of a bulk.
#[derive(Debug, Clone, Default)]
pub struct BulkPerson {
    /// The person, checked by `model::check_person`.
    pub new: NewPerson,
    /// Lives in the household of an earlier person of the same bulk, by position.
    pub with: Option<usize>,
}

type Row = Vec<Value<'static>>;

const PERSON_COLUMNS: &[&str] = &[
    "tenant",
    "id",
    "family",
    "given",
    "family_kana",
    "given_kana",
    "birth_on",
    "sex",
    "area_id",
    "address",
    "address_key",
    "phone",
    "phone_key",
    "care_level",
    "language",
    "communication",
    "note",
    "source",
    "source_key",
    "created_at",
    "created_by",
    "revision",
];
const KEY: &[&str] = &["tenant", "key", "person_id", "area_id"];
const HOUSEHOLD_COLUMNS: &[&str] =
    &["tenant", "id", "area_id", "address", "note", "source_key", "created_at", "revision"];
const MEMBER: &[&str] = &["tenant", "household_id", "person_id", "relation", "valid_from", "valid_to"];

/// Registers persons and gives their ids in the same order. Nobody is asked
/// about duplicates: an import reports them itself. A few thousand at a time
/// keep memory and the audit row small.
pub async fn insert_people(ctx: &Ctx, work: &mut Work, people: Vec<BulkPerson>) -> Result<Vec<Id>> {
    let areas: BTreeSet<Id> = people.iter().map(|person| person.new.area).collect();
    for area in areas {
        area::get_today(ctx, work, "area", area).await?;
        access::require(ctx, work, &AREA, area, REGISTER).await?;
    }
    let households: BTreeSet<Id> = people.iter().filter_map(|person| person.new.household).collect();
    for household in households {
        require_household(ctx, work, household).await?;
    }
    let mut ids: Vec<Id> = Vec::with_capacity(people.len());
    let mut homes: Vec<Id> = Vec::with_capacity(people.len());
    let (mut persons, mut keys, mut made, mut members) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for person in people {
        let new = person.new;
        let id = ctx.new_id();
        let shared = match person.with {
            Some(earlier) => Some(
                *homes
                    .get(earlier)
                    .ok_or_else(|| Error::internal("a person of a bulk shares the household of a later one"))?,
            ),
            None => new.household,
        };
        let home = shared.unwrap_or_else(|| ctx.new_id());
        let relation = relation_of(&new, shared.is_some());
        members.push(vec![
            text(ctx.tenant()),
            home.into(),
            id.into(),
            relation.into(),
            ctx.today().into(),
            FOREVER.into(),
        ]);
        if shared.is_none() {
            made.push(household_row(ctx, home, &new));
            ctx.wrote(&HOUSEHOLD, home);
        }
        for key in new.keys() {
            keys.push(vec![text(ctx.tenant()), key.into(), id.into(), new.area.into()]);
        }
        persons.push(person_row(ctx, id, new));
        ctx.wrote(&PERSON, id);
        ids.push(id);
        homes.push(home);
    }
    work.bulk("person", PERSON_COLUMNS, persons).await?;
    work.bulk("person_key", KEY, keys).await?;
    work.bulk("household", HOUSEHOLD_COLUMNS, made).await?;
    work.bulk("household_member", MEMBER, members).await?;
    Ok(ids)
}

fn text(value: &str) -> Value<'static> {
    Value::from(value.to_owned())
}

fn person_row(ctx: &Ctx, id: Id, new: NewPerson) -> Row {
    let (address_key, phone_key) = (fold_address(&new.address), fold_phone(&new.phone));
    let source_key = store::source_key(id, &new);
    vec![
        text(ctx.tenant()),
        id.into(),
        new.family.into(),
        new.given.into(),
        new.family_kana.into(),
        new.given_kana.into(),
        new.birth.into(),
        new.sex.into(),
        new.area.into(),
        new.address.into(),
        address_key.into(),
        new.phone.into(),
        phone_key.into(),
        new.care_level.into(),
        new.language.into(),
        new.communication.into(),
        new.note.into(),
        new.source.into(),
        source_key.into(),
        ctx.now().into(),
        ctx.staff_id().into(),
        1_i64.into(),
    ]
}

fn household_row(ctx: &Ctx, id: Id, new: &NewPerson) -> Row {
    vec![
        text(ctx.tenant()),
        id.into(),
        new.area.into(),
        text(&new.address),
        text(""),
        text(&id.to_string()),
        ctx.now().into(),
        1_i64.into(),
    ]
}
