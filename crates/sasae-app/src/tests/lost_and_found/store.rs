//! The table of what was found.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use sasae_core::id::Id;
use sasae_db::{Conn, Sql, Tx, args, record, sql};

use super::{DAYS, ITEM, WAITS};
use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::Words;
use crate::listing::{self, ListQuery, Window};
use crate::room::{Due, DueLimit, Happening, Hit, Standing};

/// The tables of this room.
pub const TABLES: &[&str] = &["lost_item"];

/// The condition under which an item (alias of `lost_item`) is shown.
macro_rules! visible_item {
    ($i:literal) => {
        row_rule!(
            id: concat!($i, ".id"),
            area: concat!($i, ".area_id"),
            by: concat!($i, ".area_id IN ", function_areas!("lost_keep")),
            about: concat!("= ", $i, ".owner_id"),
            own: concat!(" OR ", $i, ".keeper = ?2")
        )
    };
}

/// What the row rules know of one record; see `access::Guard`.
pub const FACTS: Sql = sql!(record_facts!(
    from: "lost_item", alias: "i", about: "= i.owner_id", own: "i.keeper = ?2"
));

/// The record where the reader may see it; see `access::Guard`.
pub const VISIBLE: Sql =
    sql!("SELECT i.id FROM lost_item i WHERE i.tenant = ?1 AND i.id = ?4 AND ", visible_item!("i"));

record! {
    /// Something that was found.
    #[derive(Debug, Clone)]
    pub struct Item {
        /// The item.
        pub id: Id,
        /// What it is.
        pub what: String,
        /// When it was found.
        pub found_on: Date,
        /// In which area.
        pub area_id: Id,
        /// Its name.
        pub area_name: String,
        /// To whom it belongs.
        pub owner_id: Option<Id>,
        /// Who keeps it.
        pub keeper: Id,
        /// That one's name.
        pub keeper_name: String,
        /// Of which notice it came.
        pub notice_id: Option<Id>,
        /// Who was asked to look for the owner.
        pub helper: Option<Id>,
        /// When it was given back.
        pub returned_on: Option<Date>,
        /// When it was struck out.
        pub struck_at: Option<Timestamp>,
        /// Revision.
        pub revision: i64,
    }
}

macro_rules! item_columns {
    () => {
        concat!(
            "SELECT i.id, i.what, i.found_on, i.area_id, a.name AS area_name, i.owner_id, i.keeper, s.name AS keeper_name, ",
            "i.notice_id, i.helper, i.returned_on, i.struck_at, i.revision "
        )
    };
}

macro_rules! item_names {
    () => {
        "i JOIN area a ON a.tenant = ?1 AND a.id = i.area_id JOIN staff s ON s.tenant = ?1 AND s.id = i.keeper WHERE i.tenant = ?1"
    };
}

macro_rules! items {
    ($($condition:expr),+) => {
        sql!(item_columns!(), "FROM lost_item ", item_names!(), " AND ", $($condition),+)
    };
}

/// Which items a list holds.
macro_rules! asked_for {
    ($tab:literal) => {
        concat!("i.tenant = ?1 AND ", $tab, visible_item!("i"))
    };
}

/// Where the statements begin for one who sees little of the list.
macro_rules! items_in_sight {
    () => {
        concat!(
            "FROM ",
            ids_in_sight!(
                "lost_item",
                "lost_item",
                ["lost_keep", "protect"],
                " UNION ALL SELECT ya.id FROM lost_item ya WHERE ya.tenant = ?1 AND ya.keeper = ?2"
            ),
            " o CROSS JOIN lost_item i WHERE i.id = o.id AND "
        )
    };
}

macro_rules! window_of {
    ($walk:expr, $tab:literal, $by:literal) => {
        list_window!(
            $walk, order: "FROM lost_item i WHERE ", sight: items_in_sight!(), columns: item_columns!(), pick: "i.*",
            which: asked_for!($tab), by: ($by, $by), at: ("?4", "?5"), names: item_names!()
        )
    };
}

macro_rules! count_of {
    ($walk:expr, $tab:literal) => {
        list_count!(
            $walk, order: "FROM lost_item i WHERE ", sight: items_in_sight!(), pick: "i.id", which: asked_for!($tab),
            most: "?4"
        )
    };
}

/// The function of those who see the items of an area.
const SEEN_BY: [&str; 2] = ["lost_keep", "lost_keep"];

/// How many items the reader may see of those that are asked for, at most `most`.
pub async fn count(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery, most: i64) -> Result<i64> {
    let walk = listing::walk(ctx, conn, asked, SEEN_BY).await?;
    let statement = match asked.value("show") {
        "kept" => count_of!(walk, "i.struck_at IS NULL AND i.returned_on IS NULL AND "),
        "struck" => count_of!(walk, "i.struck_at IS NOT NULL AND "),
        _ => count_of!(walk, "i.struck_at IS NULL AND "),
    };
    Ok(conn.scalar(statement, scoped![ctx, most]).await?)
}

/// The items of a window that the reader may see of those that are asked for, in their order.
pub async fn each(
    ctx: &Ctx,
    conn: &mut Conn,
    asked: &ListQuery,
    window: Window,
    take: impl FnMut(Item) -> sasae_db::Result<()> + Send,
) -> Result<()> {
    let walk = listing::walk(ctx, conn, asked, SEEN_BY).await?;
    let statement = match (asked.value("show"), asked.order()) {
        ("kept", "oldest") => {
            window_of!(walk, "i.struck_at IS NULL AND i.returned_on IS NULL AND ", "i.found_on, i.id")
        }
        ("kept", _) => {
            window_of!(walk, "i.struck_at IS NULL AND i.returned_on IS NULL AND ", "i.found_on DESC, i.id DESC")
        }
        ("struck", "oldest") => window_of!(walk, "i.struck_at IS NOT NULL AND ", "i.found_on, i.id"),
        ("struck", _) => window_of!(walk, "i.struck_at IS NOT NULL AND ", "i.found_on DESC, i.id DESC"),
        (_, "oldest") => window_of!(walk, "i.struck_at IS NULL AND ", "i.found_on, i.id"),
        _ => window_of!(walk, "i.struck_at IS NULL AND ", "i.found_on DESC, i.id DESC"),
    };
    listing::each(conn, statement, scoped![ctx, window.limit, window.offset], window, take).await
}

fn noted(ctx: &Ctx, rows: Vec<Item>) -> Vec<Item> {
    for row in &rows {
        ctx.saw(&ITEM, row.id);
    }
    rows
}

/// An item; the caller has asked the policy.
pub async fn get(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Item> {
    let rows = conn.query(items!("i.id = ?2"), args![ctx.tenant(), id]).await?;
    noted(ctx, rows).pop().ok_or(Error::NotFound)
}

/// Items whose description begins so.
pub async fn list_found(ctx: &Ctx, conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<Hit>> {
    let statement = items!(
        "i.struck_at IS NULL AND i.what >= ?4 AND SUBSTR(i.what, 1, LENGTH(CAST(?4 AS TEXT))) = ?4 AND ",
        visible_item!("i"),
        " ORDER BY i.found_on DESC, i.id LIMIT ?5"
    );
    let rows: Vec<Item> = conn.query(statement, scoped![ctx, text, limit]).await?;
    let hit = |row: Item| Hit {
        href: format!("/lost/{}", row.id),
        title: row.what,
        facts: vec![row.area_name],
        record: (&ITEM as Kind, row.id),
    };
    Ok(rows.into_iter().map(hit).collect())
}

/// Items that the reader keeps and that wait for their owner.
pub async fn list_due(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let statement = items!(
        "i.keeper = ?2 AND i.returned_on IS NULL AND i.struck_at IS NULL AND ",
        visible_item!("i"),
        " ORDER BY i.found_on, i.id LIMIT ?4"
    );
    let rows: Vec<Item> = conn.query(statement, scoped![ctx, limit.most()]).await?;
    let due = |row: Item| Due {
        kind: &WAITS,
        about: row.what,
        until: row.found_on.saturating_add(DAYS.days()),
        record: row.id,
        href: format!("/lost/{}", row.id),
        tells_of: vec![(&ITEM as Kind, row.id)],
        seen_by: None,
    };
    Ok(limit.keep(rows).into_iter().map(due).collect())
}

async fn list_of(ctx: &Ctx, conn: &mut Conn, owner: Id, most: i64) -> Result<Vec<Item>> {
    let statement = items!(
        "i.owner_id = ?4 AND i.struck_at IS NULL AND ",
        visible_item!("i"),
        " ORDER BY i.found_on DESC, i.id LIMIT ?5"
    );
    Ok(conn.query(statement, scoped![ctx, owner, most]).await?)
}

/// What was found of a person's, and given back.
pub async fn list_happenings(ctx: &Ctx, conn: &mut Conn, person: Id, most: i64) -> Result<Vec<Happening>> {
    let mut all = Vec::new();
    for item in list_of(ctx, conn, person, most).await? {
        let happening = |kind, on| Happening {
            kind,
            on,
            record: (&ITEM as Kind, item.id),
            title: item.what.clone(),
            text: String::new(),
            who: item.keeper_name.clone(),
        };
        all.push(happening(Words("落とし物を預かった", "Item taken in"), item.found_on));
        all.extend(item.returned_on.map(|on| happening(Words("落とし物を返した", "Item given back"), on)));
    }
    Ok(all)
}

/// What still waits for a person.
pub async fn list_standing(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Vec<Standing>> {
    let lang = ctx.lang();
    let standing = |item: Item| Standing {
        record: (&ITEM as Kind, item.id),
        number: String::new(),
        title: item.what,
        open: item.returned_on.is_none(),
        state: lang.t("預かり中", "Kept").to_owned(),
        role: Words("落とし物を預かる人", "Keeper of a lost item"),
        lead: item.keeper_name,
        organisation: None,
    };
    let rows = noted(ctx, list_of(ctx, conn, person, 1000).await?);
    Ok(rows.into_iter().map(standing).collect())
}

/// Writes an item: what and where; whose, by which notice, and who looks for the owner.
pub async fn insert(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    (what, area): (&str, Id),
    (owner, notice, helper): (Option<Id>, Option<Id>, Option<Id>),
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO lost_item (tenant, id, what, found_on, area_id, owner_id, notice_id, keeper, helper, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)"
        ),
        args![ctx.tenant(), id, what, ctx.today(), area, owner, notice, ctx.staff_id(), helper],
    )
    .await?;
    Ok(())
}

/// The item is with its owner.
pub async fn set_returned(ctx: &Ctx, tx: &mut Tx, id: Id, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE lost_item SET returned_on = ?4, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), id, seen, ctx.today()],
        )
        .await?;
    require_changed(ctx, tx, id, changed).await
}

/// The item was struck out, or stands again.
pub async fn set_struck(ctx: &Ctx, tx: &mut Tx, id: Id, struck_at: Option<Timestamp>, seen: i64) -> Result<()> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE lost_item SET struck_at = ?4, revision = revision + 1 ",
                "WHERE tenant = ?1 AND id = ?2 AND revision = ?3"
            ),
            args![ctx.tenant(), id, seen, struck_at],
        )
        .await?;
    require_changed(ctx, tx, id, changed).await
}

/// Somebody else has saved the item where nothing was changed.
async fn require_changed(ctx: &Ctx, tx: &mut Tx, id: Id, changed: u64) -> Result<()> {
    if changed == 0 {
        let now = get(ctx, tx, id).await?.revision;
        return Err(Error::Stale { now });
    }
    Ok(())
}
