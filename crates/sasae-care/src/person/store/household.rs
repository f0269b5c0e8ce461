//! Households and who lives in them.

use jiff::ToSpan;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::ctx::{Actor, Ctx};
use crate::error::Result;
use crate::person::PERSON;
use crate::tenancy::FOREVER;

record! {
    pub(in crate::person) struct MemberRow {
        pub person: Id,
        pub family: String,
        pub given: String,
        pub family_kana: String,
        pub given_kana: String,
        pub relation: String,
        pub birth_on: Option<Date>,
        pub sex: String,
        pub died_on: Option<Date>,
        pub address_shown: bool,
    }
}

/// The household in which a person lives today.
pub async fn find_of(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Option<Id>> {
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

record! {
    /// That somebody is in a household.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(in crate::person) struct Membership {
        /// The household.
        pub household_id: Id,
        /// Code of the vocabulary `relation`.
        pub relation: String,
        /// Since when.
        pub valid_from: Date,
    }
}

/// In which household a person is today, and who the person is in it.
pub(in crate::person) async fn find_membership(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Option<Membership>> {
    Ok(conn
        .query_opt(
            sql!(
                "SELECT household_id, relation, valid_from FROM household_member WHERE tenant = ?1 AND person_id = ?2 ",
                "AND valid_from <= ?3 AND valid_to >= ?3 ORDER BY valid_from DESC, household_id"
            ),
            args![ctx.tenant(), person, ctx.today()],
        )
        .await?)
}

/// The person was in another household all along.
pub(in crate::person) async fn replace_membership(
    ctx: &Ctx,
    tx: &mut Tx,
    person: Id,
    before: &Membership,
    after: &Membership,
) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE household_member SET household_id = ?5, relation = ?6 ",
            "WHERE tenant = ?1 AND person_id = ?2 AND household_id = ?3 AND valid_from = ?4"
        ),
        args![ctx.tenant(), person, before.household_id, before.valid_from, after.household_id, &after.relation],
    )
    .await?;
    Ok(())
}

pub(in crate::person) async fn find_address(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<String>> {
    Ok(conn
        .scalar_opt(sql!("SELECT address FROM household WHERE tenant = ?1 AND id = ?2"), args![ctx.tenant(), id])
        .await?)
}

/// Those who live in a household today, as far as the reader may see them.
pub(in crate::person) async fn list_members(ctx: &Ctx, conn: &mut Conn, household: Id) -> Result<Vec<MemberRow>> {
    let rows: Vec<MemberRow> = conn
        .query(
            sql!(
                "SELECT p.id AS person, p.family, p.given, p.family_kana, p.given_kana, m.relation, p.birth_on, p.sex, ",
                "p.died_on, ",
                address_shown!("p"), " AS address_shown",
                " FROM household_member m ",
                "JOIN person p ON p.tenant = m.tenant AND p.id = m.person_id ",
                "WHERE m.tenant = ?1 AND m.household_id = ?4 AND ",
                valid_today!("m"),
                " AND ",
                visible_person!("p"),
                " ORDER BY CASE WHEN m.relation = 'head' THEN 0 ELSE 1 END, COALESCE(p.birth_on, ?3), p.id"
            ),
            scoped![ctx, household],
        )
        .await?;
    for row in &rows {
        ctx.saw(&PERSON, row.person);
    }
    Ok(rows)
}

/// Those who live in a household today, with the address in the record of each: for what is written, never for
/// what is shown.
pub(in crate::person) async fn list_addresses(ctx: &Ctx, conn: &mut Conn, household: Id) -> Result<Vec<(Id, String)>> {
    Ok(conn
        .query(
            sql!(
                "SELECT p.id AS id, p.address AS address FROM household_member m ",
                "JOIN person p ON p.tenant = m.tenant AND p.id = m.person_id ",
                "WHERE m.tenant = ?1 AND m.household_id = ?2 AND m.valid_from <= ?3 AND m.valid_to >= ?3 ORDER BY p.id"
            ),
            args![ctx.tenant(), household, ctx.today()],
        )
        .await?)
}

/// Whether the household is there and the reader may see somebody in it.
pub(in crate::person) async fn is_known(ctx: &Ctx, conn: &mut Conn, household: Id) -> Result<bool> {
    if matches!(ctx.actor(), Actor::System(_)) {
        return Ok(find_address(ctx, conn, household).await?.is_some());
    }
    let member: Option<Id> = conn
        .scalar_opt(
            sql!(
                "SELECT p.id FROM household_member m JOIN person p ON p.tenant = m.tenant AND p.id = m.person_id ",
                "WHERE m.tenant = ?1 AND m.household_id = ?4 AND ",
                valid_today!("m"),
                " AND ",
                visible_person!("p"),
                " LIMIT 1"
            ),
            scoped![ctx, household],
        )
        .await?;
    Ok(member.is_some())
}

pub(in crate::person) async fn insert(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    area: Id,
    address: &str,
    source_key: &str,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO household (tenant, id, area_id, address, note, source_key, created_at, revision) ",
            "VALUES (?1, ?2, ?3, ?4, '', ?5, ?6, 1)"
        ),
        args![ctx.tenant(), id, area, address, source_key, ctx.now()],
    )
    .await?;
    Ok(())
}

pub(in crate::person) async fn insert_member(
    ctx: &Ctx,
    tx: &mut Tx,
    household: Id,
    person: Id,
    relation: &str,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO household_member (tenant, household_id, person_id, relation, valid_from, valid_to) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ),
        args![ctx.tenant(), household, person, relation, ctx.today(), FOREVER],
    )
    .await?;
    Ok(())
}

/// Says who the person is in the household today.
pub(in crate::person) async fn set_relation(ctx: &Ctx, tx: &mut Tx, person: Id, relation: &str) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE household_member SET relation = ?4 WHERE tenant = ?1 AND person_id = ?2 ",
            "AND valid_from <= ?3 AND valid_to >= ?3"
        ),
        args![ctx.tenant(), person, ctx.today(), relation],
    )
    .await?;
    Ok(())
}

/// The person left the household yesterday; one who came today was never there.
pub(in crate::person) async fn leave_before_today(ctx: &Ctx, tx: &mut Tx, person: Id) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM household_member WHERE tenant = ?1 AND person_id = ?2 AND valid_from >= ?3"),
        args![ctx.tenant(), person, ctx.today()],
    )
    .await?;
    end_on(ctx, tx, person, ctx.today().saturating_sub(1.day())).await
}

/// Ends the present membership with a day; it then lasts at least one day.
pub(in crate::person) async fn end_on(ctx: &Ctx, tx: &mut Tx, person: Id, on: Date) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE household_member SET valid_to = CASE WHEN valid_from > ?4 THEN valid_from ELSE ?4 END ",
            "WHERE tenant = ?1 AND person_id = ?2 AND valid_to >= ?3"
        ),
        args![ctx.tenant(), person, ctx.today(), on],
    )
    .await?;
    Ok(())
}

/// The membership that ended with the day on which the person left goes on, unless another followed; false
/// where none did.
pub(in crate::person) async fn resume_from(ctx: &Ctx, tx: &mut Tx, person: Id, left: Date) -> Result<bool> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE household_member SET valid_to = ?4 WHERE tenant = ?1 AND person_id = ?2 ",
                "AND (valid_to = ?3 OR (valid_from > ?3 AND valid_to = valid_from)) ",
                "AND NOT EXISTS (SELECT 1 FROM household_member z WHERE z.tenant = ?1 AND z.person_id = ?2 ",
                "AND z.valid_to > household_member.valid_to)"
            ),
            args![ctx.tenant(), person, left, FOREVER],
        )
        .await?;
    Ok(changed > 0)
}

/// The household moved, or its address was put right.
pub(in crate::person) async fn set_place(ctx: &Ctx, tx: &mut Tx, id: Id, area: Id, address: &str) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE household SET area_id = ?3, address = ?4, revision = revision + 1 ",
            "WHERE tenant = ?1 AND id = ?2"
        ),
        args![ctx.tenant(), id, area, address],
    )
    .await?;
    Ok(())
}
