//! Organisations, staff and posts as imports find and change them.

use jiff::civil::Date;
use sasae_core::fold::fold_name;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use super::{Named, NewBase, NewOrganisation};
use crate::ctx::Ctx;
use crate::error::Result;

/// Organisations of today by their name, folded.
pub async fn list_organisations_named(ctx: &Ctx, conn: &mut Conn, name: &str) -> Result<Vec<Named>> {
    Ok(conn
        .query(
            sql!(
                "SELECT id, name FROM organisation WHERE tenant = ?1 AND name_key = ?2 ",
                "AND valid_from <= ?3 AND valid_to >= ?3 ORDER BY id"
            ),
            args![ctx.tenant(), fold_name(name), ctx.today()],
        )
        .await?)
}

/// Corrects an organisation; its source stays.
pub async fn change_organisation(ctx: &Ctx, tx: &mut Tx, id: Id, new: &NewOrganisation) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE organisation SET kind = ?3, name = ?4, kana = ?5, name_key = ?6, area_id = ?7, ",
            "address = ?8, phone = ?9, url = ?10, latitude = ?11, longitude = ?12, verified_on = ?13, ",
            "revision = revision + 1 WHERE tenant = ?1 AND id = ?2"
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
            ctx.today()
        ],
    )
    .await?;
    Ok(())
}

/// Corrects a window or base; its organisation stays.
pub async fn change_base(ctx: &Ctx, tx: &mut Tx, id: Id, new: &NewBase) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE base SET kind = ?3, name = ?4, area_id = ?5, functions = ?6, hours = ?7, phone = ?8, ",
            "address = ?9, revision = revision + 1 WHERE tenant = ?1 AND id = ?2"
        ),
        args![ctx.tenant(), id, &new.kind, &new.name, new.area, &new.functions, &new.hours, &new.phone, &new.address],
    )
    .await?;
    Ok(())
}

/// Corrects a person who acts.
pub async fn change_staff(
    ctx: &Ctx,
    tx: &mut Tx,
    id: Id,
    (name, kana): (&str, &str),
    organisation: Option<Id>,
    phone: &str,
) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE staff SET name = ?3, kana = ?4, name_key = ?5, organisation_id = ?6, phone = ?7, ",
            "revision = revision + 1 WHERE tenant = ?1 AND id = ?2"
        ),
        args![ctx.tenant(), id, name, kana, fold_name(name), organisation, phone],
    )
    .await?;
    Ok(())
}

/// The telephone number of a person who acts, as written.
pub async fn get_staff_phone(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<String> {
    Ok(conn.scalar(sql!("SELECT phone FROM staff WHERE tenant = ?1 AND id = ?2"), args![ctx.tenant(), id]).await?)
}

/// People who act by their name, folded.
pub async fn list_staff_named(ctx: &Ctx, conn: &mut Conn, name: &str) -> Result<Vec<Named>> {
    Ok(conn
        .query(
            sql!("SELECT id, name FROM staff WHERE tenant = ?1 AND name_key = ?2 ORDER BY id"),
            args![ctx.tenant(), fold_name(name)],
        )
        .await?)
}

record! {
    /// A post of someone.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Post {
        /// The post.
        pub id: Id,
        /// Whose it is.
        pub staff: Id,
        /// Code of the role.
        pub role: String,
        /// The area.
        pub area: Id,
        /// First day.
        pub valid_from: Date,
        /// Last day.
        pub valid_to: Date,
    }
}

/// The posts that someone holds, held or will hold.
pub async fn list_posts_of(ctx: &Ctx, conn: &mut Conn, staff: Id) -> Result<Vec<Post>> {
    Ok(conn
        .query(
            sql!(
                "SELECT id, staff_id AS staff, role, area_id AS area, valid_from, valid_to FROM post ",
                "WHERE tenant = ?1 AND staff_id = ?2 ORDER BY valid_from, id"
            ),
            args![ctx.tenant(), staff],
        )
        .await?)
}

/// The posts at an area that last until a day or beyond.
pub async fn list_posts_lasting(ctx: &Ctx, conn: &mut Conn, area: Id, day: Date) -> Result<Vec<Post>> {
    Ok(conn
        .query(
            sql!(
                "SELECT id, staff_id AS staff, role, area_id AS area, valid_from, valid_to FROM post ",
                "WHERE tenant = ?1 AND area_id = ?2 AND valid_to >= ?3 ORDER BY id"
            ),
            args![ctx.tenant(), area, day],
        )
        .await?)
}

/// Changes when and where a post is held.
pub async fn change_post(ctx: &Ctx, tx: &mut Tx, id: Id, area: Id, (from, to): (Date, Date)) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE post SET area_id = ?3, valid_from = ?4, valid_to = ?5, revision = revision + 1 ",
            "WHERE tenant = ?1 AND id = ?2"
        ),
        args![ctx.tenant(), id, area, from, to],
    )
    .await?;
    Ok(())
}

/// Puts organisations and windows of one area into another.
pub async fn move_places(ctx: &Ctx, tx: &mut Tx, old: Id, new: Id) -> Result<()> {
    for statement in [
        sql!("UPDATE organisation SET area_id = ?3, revision = revision + 1 WHERE tenant = ?1 AND area_id = ?2"),
        sql!("UPDATE base SET area_id = ?3, revision = revision + 1 WHERE tenant = ?1 AND area_id = ?2"),
    ] {
        tx.execute(statement, args![ctx.tenant(), old, new]).await?;
    }
    Ok(())
}
