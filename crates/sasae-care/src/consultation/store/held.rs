//! Consultations that lie with nobody, and those that name an area.

use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::access::Kind;
use crate::area::AREA;
use crate::consultation::CONSULTATION;
use crate::consultation::held::{HELD, INTAKE};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::person::PERSON;
use crate::room::{DueLimit, Held, HeldKind};

/// Those who may have lost what they hold come first: they are few.
macro_rules! from_those {
    () => {
        concat!("FROM ", may_have_lost!(), " g CROSS JOIN consultation k ")
    };
}

/// Open consultations of those who have lost the post by which they had them.
macro_rules! holderless {
    () => {
        concat!(
            // The day leads SQLite to the index of open ones: the settled ones of many years are many more.
            "WHERE k.tenant = ?1 AND k.held_by = g.staff_id AND k.received_on <= ?3 AND k.outcome = 'open' ",
            "AND k.struck_at IS NULL AND NOT ",
            carried!("k.held_by", "k.held_in", "'consultation_take'"),
            " AND "
        )
    };
}

/// Areas in which a notice waits for an intake and nobody takes consultations.
macro_rules! without_intake {
    () => {
        concat!(
            "FROM area a JOIN notice n ON n.tenant = a.tenant AND n.area_id = a.id AND n.triage = 'consultation' ",
            "AND n.struck_at IS NULL AND NOT EXISTS (SELECT 1 FROM consultation k WHERE k.tenant = ?1 ",
            "AND k.notice_id = n.id AND k.struck_at IS NULL) WHERE a.tenant = ?1 AND NOT ",
            carried_by_anyone!("a.id", "'consultation_take'"),
            " "
        )
    };
}

record! {
    struct HeldRow {
        id: Id,
        person: Option<Id>,
        name: Option<String>,
        area_name: String,
        holder: Id,
        holder_name: String,
    }
}

pub(in crate::consultation) async fn list(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Held>> {
    let rows: Vec<HeldRow> = conn
        .query(
            sql!(
                "SELECT k.id, p.id AS person, p.family || ' ' || p.given AS name, ",
                area_named!("a", "p", "k.person_id"),
                " AS area_name, s.id AS holder, s.name AS holder_name ",
                from_those!(),
                "JOIN area a ON a.tenant = k.tenant AND a.id = k.area_id ",
                "JOIN staff s ON s.tenant = k.tenant AND s.id = k.held_by ",
                "LEFT JOIN person p ON p.tenant = k.tenant AND p.id = k.person_id AND ",
                visible_person!("p"),
                " ",
                holderless!(),
                sees_to!("k.area_id", "consultation_take"),
                " AND ",
                visible_consultation!("k"),
                " ORDER BY k.received_on, k.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    let lang = ctx.lang();
    Ok(limit
        .keep(rows)
        .into_iter()
        .map(|row| {
            let mut tells_of: Vec<(Kind, Id)> = vec![(&CONSULTATION, row.id)];
            tells_of.extend(row.person.map(|person| (&PERSON as Kind, person)));
            let about = row.name.unwrap_or_else(|| lang.t("名前のない相談", "No name given").to_owned());
            let about = if row.area_name.is_empty() { about } else { format!("{about}（{}）", row.area_name) };
            Held {
                kind: &HELD,
                item: row.id,
                record: row.id,
                about,
                holder: row.holder_name,
                holder_id: Some(row.holder),
                tells_of,
            }
        })
        .collect())
}

pub(in crate::consultation) async fn list_intakes(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Held>> {
    let rows: Vec<(Id, String, i64)> = conn
        .query(
            sql!(
                "SELECT a.id, a.name, COUNT(*) AS count ",
                without_intake!(),
                "AND ",
                sees_to!("a.id", "notice_triage"),
                " GROUP BY a.id, a.name ORDER BY a.name, a.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    let lang = ctx.lang();
    let about = |name: &str, count: i64| match lang {
        crate::lang::Lang::Ja => format!("{name}：相談として受けると決めた気づき{count}件"),
        crate::lang::Lang::En => format!("{name}: {count} notices wait for an intake"),
    };
    Ok(limit
        .keep(rows)
        .into_iter()
        .map(|(id, name, count)| Held {
            kind: &INTAKE,
            item: id,
            record: id,
            about: about(&name, count),
            holder: String::new(),
            holder_id: None,
            tells_of: vec![(&AREA, id)],
        })
        .collect())
}

pub(in crate::consultation) async fn count(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<(&'static HeldKind, i64)>> {
    let held: i64 = conn
        .scalar(
            sql!("SELECT COUNT(DISTINCT k.id) AS count ", from_those!(), holderless!(), "(k.id = ?2 OR k.id <> ?2)"),
            scoped![ctx],
        )
        .await?;
    let intakes: i64 = conn
        .scalar(sql!("SELECT COUNT(*) AS count ", without_intake!(), "AND (a.id = ?2 OR a.id <> ?2)"), scoped![ctx])
        .await?;
    Ok(vec![(&HELD, held), (&INTAKE, intakes)])
}

/// With whom a consultation lies.
pub(in crate::consultation) async fn get_holder(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Id> {
    Ok(conn
        .scalar(
            sql!("SELECT COALESCE(held_by, taken_by) AS holder FROM consultation WHERE tenant = ?1 AND id = ?2"),
            args![ctx.tenant(), id],
        )
        .await?)
}

pub(in crate::consultation) async fn set_holder(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    (holder, area): (Id, Id),
) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE consultation SET held_by = ?3, held_in = ?4, revision = revision + 1 ",
            "WHERE tenant = ?1 AND id = ?2 AND outcome = 'open'"
        ),
        args![ctx.tenant(), id, holder, area],
    )
    .await?;
    Ok(())
}

/// How many open consultations name an area.
pub(in crate::consultation) async fn count_in(ctx: &Ctx, conn: &mut Conn, area: Id) -> Result<i64> {
    Ok(conn
        .scalar(
            sql!(
                "SELECT COUNT(*) AS count FROM consultation WHERE tenant = ?1 AND area_id = ?2 AND outcome = 'open' ",
                "AND struck_at IS NULL"
            ),
            args![ctx.tenant(), area],
        )
        .await?)
}

/// Open consultations of one area lie in another; gives which.
pub(in crate::consultation) async fn resettle(ctx: &Ctx, tx: &mut Tx, (old, new): (Id, Id)) -> Result<Vec<Id>> {
    let ids: Vec<(Id,)> = tx
        .query(
            sql!("SELECT id FROM consultation WHERE tenant = ?1 AND area_id = ?2 AND outcome = 'open' ORDER BY id"),
            args![ctx.tenant(), old],
        )
        .await?;
    for statement in [
        sql!("UPDATE consultation SET held_in = ?3 WHERE tenant = ?1 AND held_in = ?2 AND outcome = 'open'"),
        sql!(
            "UPDATE consultation SET area_id = ?3, revision = revision + 1 ",
            "WHERE tenant = ?1 AND area_id = ?2 AND outcome = 'open'"
        ),
    ] {
        tx.execute(statement, args![ctx.tenant(), old, new]).await?;
    }
    Ok(ids.into_iter().map(|(id,)| id).collect())
}
