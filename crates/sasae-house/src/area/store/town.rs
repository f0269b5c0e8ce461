//! Towns (町字) and the areas that they belong to.

use jiff::civil::Date;
use sasae_core::fold::fold_address;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::ctx::Ctx;
use crate::error::Result;

record! {
    /// A town, the smallest piece of the map.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Town {
        /// The town.
        pub id: Id,
        /// Six-digit code of the municipality or ward in which it lies.
        pub municipality: String,
        /// 町字ID, seven digits; `=` and the folded name where the source has none.
        pub code: String,
        /// Name with 丁目 and 小字.
        pub name: String,
        /// Reading.
        pub kana: String,
        /// Degrees north.
        pub latitude: Option<f64>,
        /// Degrees east.
        pub longitude: Option<f64>,
        /// First day.
        pub valid_from: Date,
        /// Last day.
        pub valid_to: Date,
    }
}

record! {
    /// Which area a town belongs to, and when.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TownArea {
        /// The town.
        pub town: Id,
        /// The area.
        pub area: Id,
        /// First day.
        pub valid_from: Date,
        /// Last day.
        pub valid_to: Date,
    }
}

/// Whether any town is on record.
pub async fn has_towns(ctx: &Ctx, conn: &mut Conn) -> Result<bool> {
    let one: Option<i64> =
        conn.scalar_opt(sql!("SELECT 1 FROM town WHERE tenant = ?1 LIMIT 1"), args![ctx.tenant()]).await?;
    Ok(one.is_some())
}

/// Every town of every time.
pub async fn list_towns(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<Town>> {
    Ok(conn
        .query(
            sql!(
                "SELECT id, municipality, code, name, kana, latitude, longitude, valid_from, valid_to ",
                "FROM town WHERE tenant = ?1 ORDER BY municipality, code, valid_from"
            ),
            args![ctx.tenant()],
        )
        .await?)
}

/// Every link between a town and an area.
pub async fn list_town_areas(ctx: &Ctx, conn: &mut Conn) -> Result<Vec<TownArea>> {
    Ok(conn
        .query(
            sql!("SELECT town_id AS town, area_id AS area, valid_from, valid_to FROM town_area WHERE tenant = ?1"),
            args![ctx.tenant()],
        )
        .await?)
}

/// The towns of an area today.
pub async fn list_towns_of(ctx: &Ctx, conn: &mut Conn, area: Id) -> Result<Vec<Town>> {
    Ok(conn
        .query(
            sql!(
                "SELECT t.id, t.municipality, t.code, t.name, t.kana, t.latitude, t.longitude, ",
                "t.valid_from, t.valid_to FROM town_area l ",
                "JOIN town t ON t.tenant = l.tenant AND t.id = l.town_id ",
                "WHERE l.tenant = ?1 AND l.area_id = ?2 AND l.valid_from <= ?3 AND l.valid_to >= ?3 ",
                "AND t.valid_from <= ?3 AND t.valid_to >= ?3 ORDER BY t.municipality, t.code"
            ),
            args![ctx.tenant(), area, ctx.today()],
        )
        .await?)
}

/// Adds a town.
pub async fn insert_town(ctx: &Ctx, tx: &mut Tx, town: &Town) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO town (tenant, id, municipality, code, name, kana, name_key, latitude, longitude, ",
            "valid_from, valid_to) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        ),
        args![
            ctx.tenant(),
            town.id,
            &town.municipality,
            &town.code,
            &town.name,
            &town.kana,
            fold_address(&town.name),
            town.latitude,
            town.longitude,
            town.valid_from,
            town.valid_to
        ],
    )
    .await?;
    Ok(())
}

/// Corrects a town: everything but its key.
pub async fn change_town(ctx: &Ctx, tx: &mut Tx, town: &Town) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE town SET name = ?3, kana = ?4, name_key = ?5, latitude = ?6, longitude = ?7, ",
            "valid_to = ?8 WHERE tenant = ?1 AND id = ?2"
        ),
        args![
            ctx.tenant(),
            town.id,
            &town.name,
            &town.kana,
            fold_address(&town.name),
            town.latitude,
            town.longitude,
            town.valid_to
        ],
    )
    .await?;
    Ok(())
}

/// Puts a town into an area for a time.
pub async fn insert_town_area(ctx: &Ctx, tx: &mut Tx, (town, area): (Id, Id), (from, to): (Date, Date)) -> Result<()> {
    tx.execute(
        sql!("INSERT INTO town_area (tenant, town_id, area_id, valid_from, valid_to) ", "VALUES (?1, ?2, ?3, ?4, ?5)"),
        args![ctx.tenant(), town, area, from, to],
    )
    .await?;
    Ok(())
}
