//! Notices that lie with nobody, and those that name an area.

use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, sql};

use crate::area::AREA;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Lang;
use crate::notice::held::HELD;
use crate::room::{DueLimit, Held, HeldKind};

/// Areas in which a notice waits to be decided and nobody decides.
macro_rules! unread {
    () => {
        concat!(
            "FROM area a JOIN notice n ON n.tenant = a.tenant AND n.area_id = a.id AND n.state <> 'finished' ",
            "AND n.struck_at IS NULL WHERE a.tenant = ?1 AND NOT ",
            carried_by_anyone!("a.id", "'notice_triage'"),
            " "
        )
    };
}

/// Notices under way of an area: to be decided, or not answered yet.
macro_rules! under_way {
    () => {
        concat!(
            "tenant = ?1 AND area_id = ?2 AND struck_at IS NULL AND (state <> 'finished' OR EXISTS ",
            "(SELECT 1 FROM handover h WHERE h.tenant = ?1 AND h.subject_id = notice.id AND h.answered_at IS NULL))"
        )
    };
}

pub(in crate::notice) async fn list(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Held>> {
    let rows: Vec<(Id, String, i64)> = conn
        .query(
            sql!(
                "SELECT a.id, a.name, COUNT(*) AS count ",
                unread!(),
                "AND ",
                sees_to!("a.id", "notice_triage"),
                " GROUP BY a.id, a.name ORDER BY a.name, a.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    let about = |name: &str, count: i64| match ctx.lang() {
        Lang::Ja => format!("{name}：まだ扱いの決まらない気づき{count}件"),
        Lang::En => format!("{name}: {count} notices wait to be decided"),
    };
    Ok(limit
        .keep(rows)
        .into_iter()
        .map(|(id, name, count)| Held {
            kind: &HELD,
            item: id,
            record: id,
            about: about(&name, count),
            holder: String::new(),
            holder_id: None,
            tells_of: vec![(&AREA, id)],
        })
        .collect())
}

pub(in crate::notice) async fn count(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<(&'static HeldKind, i64)>> {
    let count: i64 = conn
        .scalar(sql!("SELECT COUNT(*) AS count ", unread!(), "AND (a.id = ?2 OR a.id <> ?2)"), scoped![ctx])
        .await?;
    Ok(vec![(&HELD, count)])
}

/// How many notices under way name an area.
pub(in crate::notice) async fn count_in(ctx: &Ctx, conn: &mut Conn, area: Id) -> Result<i64> {
    Ok(conn
        .scalar(sql!("SELECT COUNT(*) AS count FROM notice WHERE ", under_way!()), args![ctx.tenant(), area])
        .await?)
}

/// Notices under way of one area lie in another; gives which.
pub(in crate::notice) async fn resettle(ctx: &Ctx, tx: &mut Tx, (old, new): (Id, Id)) -> Result<Vec<Id>> {
    let ids: Vec<(Id,)> =
        tx.query(sql!("SELECT id FROM notice WHERE ", under_way!(), " ORDER BY id"), args![ctx.tenant(), old]).await?;
    tx.execute(
        sql!("UPDATE notice SET area_id = ?3, revision = revision + 1 WHERE ", under_way!()),
        args![ctx.tenant(), old, new],
    )
    .await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}
