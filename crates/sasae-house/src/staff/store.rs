//! Organisations, windows, staff and posts.

mod directory;
mod edit;
mod heirs;
mod organisations;

pub use directory::*;
pub use edit::*;
pub use heirs::{list_heirs, list_heirs_by_hand};
pub use organisations::*;

use jiff::civil::Date;
use sasae_core::fold::fold_name;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::ctx::Ctx;
use crate::error::Result;
use crate::tenancy::FOREVER;

/// The tables of this room.
pub const TABLES: &[&str] = &["organisation", "base", "staff", "post"];

record! {
    /// Someone or something that can be chosen from a list.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Named {
        /// The record.
        pub id: Id,
        /// What it is called.
        pub name: String,
    }
}

/// An organisation before it is written.
#[derive(Debug, Clone, Default)]
pub struct NewOrganisation {
    /// Code of the profile.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Reading.
    pub kana: String,
    /// Where it lies.
    pub area: Option<Id>,
    /// Address.
    pub address: String,
    /// Telephone as written.
    pub phone: String,
    /// Web address.
    pub url: String,
    /// Degrees north and east.
    pub place: Option<(f64, f64)>,
    /// Where the record comes from, and its key there.
    pub source: (String, String),
}

/// Adds an organisation.
pub async fn insert_organisation(ctx: &Ctx, tx: &mut Tx, id: Id, new: &NewOrganisation) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO organisation (tenant, id, kind, name, kana, name_key, area_id, address, phone, url, ",
            "latitude, longitude, source, source_key, verified_on, valid_from, valid_to, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15, ?16, 1)"
        ),
        args![
            ctx.tenant(),
            id,
            &new.kind,
            &new.name,
            &new.kana,
            fold_name(&new.name),
            new.area,
            &new.address,
            &new.phone,
            &new.url,
            new.place.map(|p| p.0),
            new.place.map(|p| p.1),
            &new.source.0,
            &new.source.1,
            ctx.today(),
            FOREVER
        ],
    )
    .await?;
    Ok(())
}

/// A window or base before it is written.
#[derive(Debug, Clone, Default)]
pub struct NewBase {
    /// The organisation that runs it.
    pub organisation: Id,
    /// Code of the profile, or empty.
    pub kind: String,
    /// Name.
    pub name: String,
    /// The area that it serves.
    pub area: Id,
    /// Codes of the vocabulary `base_function`, apart by commas.
    pub functions: String,
    /// When it is open, in words.
    pub hours: String,
    /// Telephone as written.
    pub phone: String,
    /// Address.
    pub address: String,
}

/// Adds a window or base.
pub async fn insert_base(ctx: &Ctx, tx: &mut Tx, id: Id, new: &NewBase, opened_on: Date) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO base (tenant, id, organisation_id, kind, name, area_id, functions, hours, phone, ",
            "address, opened_on, closed_on, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 1)"
        ),
        args![
            ctx.tenant(),
            id,
            new.organisation,
            &new.kind,
            &new.name,
            new.area,
            &new.functions,
            &new.hours,
            &new.phone,
            &new.address,
            opened_on,
            FOREVER
        ],
    )
    .await?;
    Ok(())
}

/// Adds a person who acts.
pub async fn insert_staff(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    (name, kana): (&str, &str),
    organisation: Option<Id>,
    phone: &str,
    source_key: &str,
    from: Date,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO staff (tenant, id, name, kana, name_key, organisation_id, phone, source_key, ",
            "valid_from, valid_to, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1)"
        ),
        args![ctx.tenant(), id, name, kana, fold_name(name), organisation, phone, source_key, from, FOREVER],
    )
    .await?;
    Ok(())
}

/// Gives someone a post for a time.
pub async fn insert_post(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    staff: Id,
    role: &str,
    area: Id,
    (from, to): (Date, Date),
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO post (tenant, id, staff_id, role, area_id, valid_from, valid_to, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)"
        ),
        args![ctx.tenant(), id, staff, role, area, from, to],
    )
    .await?;
    Ok(())
}

/// The windows that are open today in the areas of the reader's posts, within them and around them,
/// by name: a whole set, that of an area. The one that is chosen already stands among them.
pub async fn list_bases(ctx: &Ctx, conn: &mut Conn, chosen: Option<Id>) -> Result<Vec<Named>> {
    Ok(conn
        .query(
            sql!(
                "SELECT b.id, b.name FROM base b WHERE b.tenant = ?1 AND b.opened_on <= ?3 AND b.closed_on >= ?3 ",
                "AND (b.id = ?4 OR EXISTS (SELECT 1 FROM post xs JOIN area_within xw ON xw.tenant = xs.tenant AND ",
                "((xw.ancestor_id = xs.area_id AND xw.area_id = b.area_id) OR ",
                "(xw.area_id = xs.area_id AND xw.ancestor_id = b.area_id)) AND ",
                valid_today!("xw"),
                " WHERE xs.tenant = ?1 AND xs.staff_id = ?2 AND ",
                valid_today!("xs"),
                ")) ORDER BY b.name, b.id"
            ),
            scoped![ctx, chosen.unwrap_or_default()],
        )
        .await?)
}

record! {
    /// A window or base with its days.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Base {
        /// What it is called.
        pub name: String,
        /// First day.
        pub opened_on: Date,
        /// Last day; 9999-12-31 while no end is known.
        pub closed_on: Date,
    }
}

/// A window or base of any time.
pub async fn find_base(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<Base>> {
    Ok(conn
        .query_opt(
            sql!("SELECT name, opened_on, closed_on FROM base WHERE tenant = ?1 AND id = ?2"),
            args![ctx.tenant(), id],
        )
        .await?)
}

/// The name of a person who acts.
pub async fn find_staff_name(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<String>> {
    Ok(conn
        .query_opt::<(String,)>(sql!("SELECT name FROM staff WHERE tenant = ?1 AND id = ?2"), args![ctx.tenant(), id])
        .await?
        .map(|(name,)| name))
}
