//! Entrustments that lie with nobody, and persons who live in an area.

use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::person::PERSON;
use crate::person::held::HELD;
use crate::room::{DueLimit, Held};

/// Entrustments that go on after today and whose holder no longer sees the person: the person has moved, or the holder may have lost
/// the post and has no ground of today.
macro_rules! holderless {
    () => {
        concat!(
            "FROM (SELECT ea.id FROM entrustment ea WHERE ea.tenant = ?1 AND ea.adrift AND ea.valid_from <= ?3 ",
            "AND ea.valid_to > ?3 UNION SELECT el.id FROM ",
            may_have_lost!(),
            " l CROSS JOIN entrustment el WHERE el.tenant = ?1 AND el.staff_id = l.staff_id AND el.valid_from <= ?3 ",
            "AND el.valid_to > ?3 AND NOT EXISTS (SELECT 1 FROM ground lg WHERE lg.tenant = ?1 AND lg.record_id = el.person_id ",
            "AND lg.holder_id = el.staff_id AND lg.source_id = el.id AND ",
            valid_today!("lg"),
            " AND ",
            held_by_post!("lg", "el.staff_id"),
            ")) g CROSS JOIN entrustment e JOIN person p ON p.tenant = e.tenant AND p.id = e.person_id AND p.died_on IS NULL AND p.moved_out_on IS NULL "
        )
    };
}

record! {
    struct HeldRow {
        id: Id,
        person: Id,
        name: String,
        area_name: String,
        holder: Id,
        holder_name: String,
    }
}

pub(in crate::person) async fn list(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Held>> {
    let rows: Vec<HeldRow> = conn
        .query(
            sql!(
                "SELECT e.id, p.id AS person, p.family || ' ' || p.given AS name, ",
                area_named!("a", "p", "p.id"),
                " AS area_name, s.id AS holder, s.name AS holder_name ",
                holderless!(),
                "JOIN area a ON a.tenant = p.tenant AND a.id = p.area_id ",
                "JOIN staff s ON s.tenant = e.tenant AND s.id = e.staff_id WHERE e.tenant = ?1 AND e.id = g.id AND ",
                sees_to!("p.area_id", "entrust"),
                " AND ",
                visible_person!("p"),
                " ORDER BY e.valid_from, e.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    Ok(limit
        .keep(rows)
        .into_iter()
        .map(|row| Held {
            kind: &HELD,
            item: row.id,
            record: row.person,
            about: if row.area_name.is_empty() { row.name } else { format!("{}（{}）", row.name, row.area_name) },
            holder: row.holder_name,
            holder_id: Some(row.holder),
            tells_of: vec![(&PERSON as Kind, row.person)],
        })
        .collect())
}

pub(in crate::person) async fn count(ctx: &Ctx, conn: &mut Conn) -> Result<i64> {
    Ok(conn
        .scalar(
            sql!(
                "SELECT COUNT(*) AS count ",
                holderless!(),
                "WHERE e.tenant = ?1 AND e.id = g.id AND (e.id = ?2 OR e.id <> ?2)"
            ),
            scoped![ctx],
        )
        .await?)
}

/// How many persons live in an area.
pub(in crate::person) async fn count_in(ctx: &Ctx, conn: &mut Conn, area: Id) -> Result<i64> {
    Ok(conn
        .scalar(
            sql!("SELECT COUNT(*) AS count FROM person WHERE tenant = ?1 AND area_id = ?2"),
            args![ctx.tenant(), area],
        )
        .await?)
}

/// Persons and households of one area lie in another; gives which.
pub(in crate::person) async fn resettle(ctx: &Ctx, tx: &mut Tx, (old, new): (Id, Id)) -> Result<(Vec<Id>, Vec<Id>)> {
    let persons: Vec<(Id,)> = tx
        .query(sql!("SELECT id FROM person WHERE tenant = ?1 AND area_id = ?2 ORDER BY id"), args![ctx.tenant(), old])
        .await?;
    let households: Vec<(Id,)> = tx
        .query(
            sql!("SELECT id FROM household WHERE tenant = ?1 AND area_id = ?2 ORDER BY id"),
            args![ctx.tenant(), old],
        )
        .await?;
    for statement in [
        sql!(
            "UPDATE person_key SET area_id = ?3 WHERE tenant = ?1 AND area_id = ?2 AND person_id IN ",
            "(SELECT p.id FROM person p WHERE p.tenant = ?1 AND p.area_id = ?2)"
        ),
        sql!("UPDATE person SET area_id = ?3, revision = revision + 1 WHERE tenant = ?1 AND area_id = ?2"),
        sql!("UPDATE household SET area_id = ?3, revision = revision + 1 WHERE tenant = ?1 AND area_id = ?2"),
    ] {
        tx.execute(statement, args![ctx.tenant(), old, new]).await?;
    }
    let ids = |rows: Vec<(Id,)>| rows.into_iter().map(|(id,)| id).collect();
    Ok((ids(persons), ids(households)))
}

/// The area in which a person lives.
pub(in crate::person) async fn find_area(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Option<Id>> {
    Ok(conn
        .scalar_opt(sql!("SELECT area_id FROM person WHERE tenant = ?1 AND id = ?2"), args![ctx.tenant(), person])
        .await?)
}
