//! The table of attachments.

use jiff::Timestamp;
use sasae_core::id::Id;
use sasae_db::{Conn, Tx, args, record, sql};

use super::files::Staged;
use super::model::{MediaType, NewFile};
use crate::access::Kind;
use crate::ctx::Ctx;
use crate::error::{Error, Result};

/// The tables of this room.
pub const TABLES: &[&str] = &["attachment"];

record! {
    /// A file with a record.
    #[derive(Debug, Clone)]
    pub struct Attachment {
        /// The attachment.
        pub id: Id,
        /// The code of the record's kind.
        pub subject_kind: String,
        /// The record.
        pub subject_id: Id,
        /// Its name; empty once it is erased.
        pub name: String,
        /// What it is; see [`MediaType`].
        pub media_type: String,
        /// Bytes of its content.
        pub bytes: i64,
        /// SHA-256 of its content in hexadecimal, which is its name in the folder.
        pub sha256: String,
        /// What it shows; empty once it is erased.
        pub note: String,
        /// When it was added.
        pub uploaded_at: Timestamp,
        /// By whom.
        pub uploaded_by: Id,
        /// The name of who added it.
        pub uploaded_by_name: String,
        /// When it was erased.
        pub erased_at: Option<Timestamp>,
        /// The name of who erased it.
        pub erased_by_name: Option<String>,
        /// Why.
        pub erased_reason: String,
        /// Revision.
        pub revision: i64,
    }
}

impl Attachment {
    /// What it is; `None` for a type that this program does not know.
    pub fn media(&self) -> Option<MediaType> {
        MediaType::of_code(&self.media_type)
    }

    /// Whether it was erased.
    pub fn is_erased(&self) -> bool {
        self.erased_at.is_some()
    }
}

macro_rules! attachment_columns {
    () => {
        concat!(
            "SELECT f.id, f.subject_kind, f.subject_id, f.name, f.media_type, f.bytes, f.sha256, f.note, ",
            "f.uploaded_at, f.uploaded_by, u.name AS uploaded_by_name, f.erased_at, e.name AS erased_by_name, ",
            "f.erased_reason, f.revision FROM attachment f ",
            "JOIN staff u ON u.tenant = f.tenant AND u.id = f.uploaded_by ",
            "LEFT JOIN staff e ON e.tenant = f.tenant AND e.id = f.erased_by "
        )
    };
}

/// The files of a record, the newest first, with those that were erased. The caller has asked
/// the policy.
pub(super) async fn list_of(ctx: &Ctx, conn: &mut Conn, kind: Kind, record: Id) -> Result<Vec<Attachment>> {
    Ok(conn
        .query(
            sql!(
                attachment_columns!(),
                "WHERE f.tenant = ?1 AND f.subject_id = ?2 AND f.subject_kind = ?3 ",
                "ORDER BY f.uploaded_at DESC, f.id DESC"
            ),
            args![ctx.tenant(), record, kind.code],
        )
        .await?)
}

/// An attachment; the caller asks the policy about its record.
pub(super) async fn get(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Attachment> {
    conn.query_opt(sql!(attachment_columns!(), "WHERE f.tenant = ?1 AND f.id = ?2"), args![ctx.tenant(), id])
        .await?
        .ok_or(Error::NotFound)
}

/// How many files a record has that were not erased.
pub(super) async fn count_of(ctx: &Ctx, conn: &mut Conn, kind: Kind, record: Id) -> Result<i64> {
    Ok(conn
        .scalar(
            sql!(
                "SELECT COUNT(*) FROM attachment ",
                "WHERE tenant = ?1 AND subject_id = ?2 AND subject_kind = ?3 AND erased_at IS NULL"
            ),
            args![ctx.tenant(), record, kind.code],
        )
        .await?)
}

pub(super) async fn insert(
    ctx: &Ctx,
    tx: &mut Tx,
    (kind, record): (Kind, Id),
    id: Id,
    file: &NewFile,
    staged: &Staged,
) -> Result<()> {
    let by = ctx.staff()?.staff;
    let bytes = i64::try_from(staged.bytes).map_err(Error::internal)?;
    tx.execute(
        sql!(
            "INSERT INTO attachment (tenant, id, subject_kind, subject_id, name, media_type, bytes, sha256, note, ",
            "uploaded_at, uploaded_by, erased_reason, revision) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, '', 1)"
        ),
        args![
            ctx.tenant(),
            id,
            kind.code,
            record,
            &file.name,
            file.media.code(),
            bytes,
            &staged.sha256,
            &file.note,
            ctx.now(),
            by
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_erased(ctx: &Ctx, tx: &mut Tx, id: Id, reason: &str, seen: i64) -> Result<()> {
    let by = ctx.staff()?.staff;
    let changed = tx
        .execute(
            sql!(
                "UPDATE attachment SET name = '', note = '', erased_at = ?4, erased_by = ?5, erased_reason = ?6, ",
                "revision = revision + 1 WHERE tenant = ?1 AND id = ?2 AND revision = ?3 AND erased_at IS NULL"
            ),
            args![ctx.tenant(), id, seen, ctx.now(), by, reason],
        )
        .await?;
    if changed == 0 {
        let now = get(ctx, tx, id).await?.revision;
        return Err(Error::Stale { now });
    }
    Ok(())
}

/// Holds every row with this content until the transaction ends: while a file is put under its
/// name nobody removes it, and the other way round. Content that no row has ever had is removed
/// by nobody.
pub(super) async fn hold_content(ctx: &Ctx, tx: &mut Tx, sha256: &str) -> Result<()> {
    tx.execute(
        sql!("UPDATE attachment SET revision = revision WHERE tenant = ?1 AND sha256 = ?2"),
        args![ctx.tenant(), sha256],
    )
    .await?;
    Ok(())
}

/// Whether a file that was not erased has this content.
pub(super) async fn is_used(ctx: &Ctx, conn: &mut Conn, sha256: &str) -> Result<bool> {
    let found: Option<i64> = conn
        .scalar_opt(
            sql!("SELECT 1 FROM attachment WHERE tenant = ?1 AND sha256 = ?2 AND erased_at IS NULL LIMIT 1"),
            args![ctx.tenant(), sha256],
        )
        .await?;
    Ok(found.is_some())
}

record! {
    /// What must stand in the folder, for backup and doctor.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Content {
        /// SHA-256 in hexadecimal.
        pub sha256: String,
        /// Bytes.
        pub bytes: i64,
    }
}

/// The content of every file that was not erased, each once.
///
/// # Errors
/// What the database says.
pub async fn list_content(conn: &mut Conn, tenant: &str) -> sasae_db::Result<Vec<Content>> {
    conn.query(
        sql!(
            "SELECT sha256, MAX(bytes) AS bytes FROM attachment WHERE tenant = ?1 AND erased_at IS NULL ",
            "GROUP BY sha256 ORDER BY sha256"
        ),
        args![tenant],
    )
    .await
}

/// The content of files that were erased and that no other file has, each once.
///
/// # Errors
/// What the database says.
pub async fn list_erased_content(conn: &mut Conn, tenant: &str) -> sasae_db::Result<Vec<String>> {
    let rows: Vec<(String,)> = conn
        .query(
            sql!(
                "SELECT sha256 FROM attachment WHERE tenant = ?1 ",
                "GROUP BY sha256 HAVING COUNT(*) = COUNT(erased_at) ORDER BY sha256"
            ),
            args![tenant],
        )
        .await?;
    Ok(rows.into_iter().map(|(sha256,)| sha256).collect())
}

/// Whether a database has this table: that of a backup of an older version has not.
pub async fn is_known(conn: &mut Conn) -> bool {
    conn.query::<(String,)>(sql!("SELECT sha256 FROM attachment WHERE tenant = ?1 LIMIT 1"), args![""]).await.is_ok()
}
