//! Notices and their requests that lie with nobody, and those that name an area.

use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, sql};

use crate::area::AREA;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::Lang;
use crate::notice::NOTICE;
use crate::notice::held::{HELD, LOST};
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

/// Requests of notices whose receiver no longer has the post by which the request was seen.
macro_rules! lost {
    () => {
        concat!(
            "FROM notice_request q JOIN notice n ON n.tenant = q.tenant AND n.id = q.notice_id AND n.struck_at IS NULL ",
            "JOIN area a ON a.tenant = n.tenant AND a.id = n.area_id ",
            "JOIN staff s ON s.tenant = q.tenant AND s.id = COALESCE(q.taken_by, q.to_staff) ",
            "WHERE q.tenant = ?1 AND q.state IN ('asked', 'accepted') AND NOT EXISTS (SELECT 1 FROM ground y ",
            "WHERE y.tenant = ?1 AND y.source_id = q.id AND y.holder_id = s.id AND ",
            valid_today!("y"),
            " AND ",
            held_by_post!("y", "s.id"),
            ") "
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

/// The requests, the oldest first.
pub(in crate::notice) async fn list_lost(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Held>> {
    let rows: Vec<(Id, Id, String, String, Id, String)> = conn
        .query(
            sql!(
                "SELECT q.id, n.id AS notice, n.kind, a.name, s.id AS holder, s.name AS holder_name ",
                lost!(),
                "AND ",
                sees_to!("n.area_id", "notice_triage"),
                " AND ",
                visible_notice!("n"),
                " ORDER BY q.asked_at, q.id LIMIT ?4"
            ),
            scoped![ctx, limit.most()],
        )
        .await?;
    Ok(limit
        .keep(rows)
        .into_iter()
        .map(|(item, record, kind, area, holder, name)| Held {
            kind: &LOST,
            item,
            record,
            about: format!("{}（{area}）", ctx.profile().label("notice_kind", &kind, ctx.lang())),
            holder: name,
            holder_id: Some(holder),
            tells_of: vec![(&NOTICE, record)],
        })
        .collect())
}

pub(in crate::notice) async fn count(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<(&'static HeldKind, i64)>> {
    let unread: i64 = conn
        .scalar(sql!("SELECT COUNT(*) AS count ", unread!(), "AND (a.id = ?2 OR a.id <> ?2)"), scoped![ctx])
        .await?;
    let lost: i64 =
        conn.scalar(sql!("SELECT COUNT(*) AS count ", lost!(), "AND (a.id = ?2 OR a.id <> ?2)"), scoped![ctx]).await?;
    Ok(vec![(&HELD, unread), (&LOST, lost)])
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
