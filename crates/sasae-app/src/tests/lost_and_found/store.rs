//! The table of what was found.

use jiff::ToSpan;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{Conn, Sql, Tx, args, record, sql};

use super::{DAYS, ITEM, WAITS};
use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::Words;
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
        /// When it was given back.
        pub returned_on: Option<Date>,
        /// Revision.
        pub revision: i64,
    }
}

macro_rules! items {
    ($($condition:expr),+) => {
        sql!(
            "SELECT i.id, i.what, i.found_on, i.area_id, a.name AS area_name, i.owner_id, i.keeper, s.name AS keeper_name, i.returned_on, ",
            "i.revision FROM lost_item i JOIN area a ON a.tenant = i.tenant AND a.id = i.area_id ",
            "JOIN staff s ON s.tenant = i.tenant AND s.id = i.keeper WHERE i.tenant = ?1 AND ",
            $($condition),+
        )
    };
}

fn noted(ctx: &Ctx, rows: Vec<Item>) -> Vec<Item> {
    for row in &rows {
        ctx.saw(&ITEM, row.id);
    }
    rows
}

/// The items that the reader may see, the latest first.
pub async fn list(ctx: &Ctx, conn: &mut Conn, limit: i64) -> Result<Vec<Item>> {
    let statement = items!(visible_item!("i"), " ORDER BY i.found_on DESC, i.id LIMIT ?4");
    Ok(noted(ctx, conn.query(statement, scoped![ctx, limit]).await?))
}

/// An item; the caller has asked the policy.
pub async fn get(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Item> {
    let rows = conn.query(items!("i.id = ?2"), args![ctx.tenant(), id]).await?;
    noted(ctx, rows).pop().ok_or(Error::NotFound)
}

/// Items whose description begins so.
pub async fn list_found(ctx: &Ctx, conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<Hit>> {
    let statement = items!(
        "i.what >= ?4 AND SUBSTR(i.what, 1, LENGTH(CAST(?4 AS TEXT))) = ?4 AND ",
        visible_item!("i"),
        " ORDER BY i.found_on DESC, i.id LIMIT ?5"
    );
    let rows = noted(ctx, conn.query(statement, scoped![ctx, text, limit]).await?);
    let hit = |row: Item| Hit { href: format!("/lost/{}", row.id), title: row.what, facts: vec![row.area_name] };
    Ok(rows.into_iter().map(hit).collect())
}

/// Items that the reader keeps and that wait for their owner.
pub async fn list_due(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let statement = items!(
        "i.keeper = ?2 AND i.returned_on IS NULL AND ",
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
    };
    Ok(limit.keep(rows).into_iter().map(due).collect())
}

async fn list_of(ctx: &Ctx, conn: &mut Conn, owner: Id) -> Result<Vec<Item>> {
    let statement = items!("i.owner_id = ?4 AND ", visible_item!("i"), " ORDER BY i.found_on DESC, i.id LIMIT 50");
    Ok(noted(ctx, conn.query(statement, scoped![ctx, owner]).await?))
}

/// What was found of a person's, and given back.
pub async fn list_happenings(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Vec<Happening>> {
    let mut all = Vec::new();
    for item in list_of(ctx, conn, person).await? {
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
    Ok(list_of(ctx, conn, person).await?.into_iter().map(standing).collect())
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
    if changed == 0 {
        let now = get(ctx, tx, id).await?.revision;
        return Err(Error::Stale { now });
    }
    Ok(())
}
