//! Who goes from door to door: 民生委員 and 福祉協力員 to whom a person or a look-in can be entrusted.

use sasae_core::id::Id;
use sasae_db::{Conn, args, sql};

use crate::ctx::Ctx;
use crate::error::Result;
use crate::person::store::entrustment::Candidate;

/// Those who go from door to door today around an area (`?2`) or within it, save whoever is barred from the
/// person (`?4`).
macro_rules! watchers {
    () => {
        concat!(
            "SELECT s.id AS staff_id, s.name, g.label_ja AS role_ja, g.label_en AS role_en, a.name AS area_name FROM post t ",
            "JOIN role g ON g.tenant = t.tenant AND g.code = t.role AND g.reach = 'hands' ",
            "JOIN staff s ON s.tenant = t.tenant AND s.id = t.staff_id AND ",
            valid_today!("s"),
            " JOIN area a ON a.tenant = t.tenant AND a.id = t.area_id WHERE t.tenant = ?1 AND ",
            valid_today!("t"),
            " AND (t.area_id IN (SELECT wu.ancestor_id FROM area_within wu WHERE wu.tenant = ?1 AND wu.area_id = ?2 AND ",
            valid_today!("wu"),
            ") OR t.area_id IN (SELECT wd.area_id FROM area_within wd WHERE wd.tenant = ?1 AND wd.ancestor_id = ?2 AND ",
            valid_today!("wd"),
            ")) AND NOT ",
            barred!("= ?4", "s.id")
        )
    };
}

/// Watchers by the beginning of the folded name; one who holds two posts comes twice.
pub async fn list_watchers(
    ctx: &Ctx,
    conn: &mut Conn,
    (area, person): (Id, Option<Id>),
    key: &str,
    most: i64,
) -> Result<Vec<Candidate>> {
    // What lies between the text and the text with the last character of all behind it begins with it.
    let end = format!("{key}\u{10ffff}");
    Ok(conn
        .query(
            sql!(
                watchers!(),
                " AND s.name_key >= ?5 AND s.name_key <= ?6 ORDER BY g.label_ja, s.kana, s.id, a.name LIMIT ?7"
            ),
            args![ctx.tenant(), area, ctx.today(), person.unwrap_or_default(), key, &end, most],
        )
        .await?)
}

/// Whether somebody may be asked to look in.
pub async fn is_watcher(ctx: &Ctx, conn: &mut Conn, (area, person): (Id, Option<Id>), staff: Id) -> Result<bool> {
    let found: Option<Candidate> = conn
        .query_opt(
            sql!(watchers!(), " AND s.id = ?5"),
            args![ctx.tenant(), area, ctx.today(), person.unwrap_or_default(), staff],
        )
        .await?;
    Ok(found.is_some())
}
