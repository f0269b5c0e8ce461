//! Municipalities and their roles.

use jiff::Timestamp;
use sasae_db::{Conn, Tx, args, record, sql};

use crate::error::Result;
use crate::profile::Role;

/// The tables of this room.
pub const TABLES: &[&str] = &["tenant", "role", "role_function"];

record! {
    /// A municipality's record.
    #[derive(Debug, Clone)]
    pub struct TenantRow {
        /// Name in Japanese.
        pub name: String,
        /// Name in English.
        pub name_en: String,
        /// Which profile it follows.
        pub profile: String,
        /// The profile's own text; empty for one that ships.
        pub profile_text: String,
    }
}

/// The record of a municipality.
pub async fn find_tenant(conn: &mut Conn, code: &str) -> Result<Option<TenantRow>> {
    Ok(conn
        .query_opt(sql!("SELECT name, name_en, profile, profile_text FROM tenant WHERE tenant = ?1"), args![code])
        .await?)
}

/// The municipalities of this installation that the connection may see: all of
/// them on SQLite, on PostgreSQL only the one it was opened for.
pub async fn list_tenants(conn: &mut Conn) -> Result<Vec<(String, String)>> {
    Ok(conn.query(sql!("SELECT tenant, name FROM tenant ORDER BY tenant"), args![]).await?)
}

/// Makes or renews the record of a municipality, and the head of its audit chain.
pub async fn put_tenant(
    tx: &mut Tx,
    code: &str,
    (name, name_en): (&str, &str),
    profile: &str,
    profile_text: &str,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO tenant (tenant, name, name_en, profile, profile_text, created_at) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant) DO UPDATE SET ",
            "name = excluded.name, name_en = excluded.name_en, profile = excluded.profile, ",
            "profile_text = excluded.profile_text"
        ),
        args![code, name, name_en, profile, profile_text, at],
    )
    .await?;
    crate::audit::put_head(tx, code).await
}

/// Makes or renews a role.
pub async fn put_role(tx: &mut Tx, code: &str, role: &Role) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO role (tenant, code, label_ja, label_en, tier, reach) ",
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant, code) DO UPDATE SET ",
            "label_ja = excluded.label_ja, label_en = excluded.label_en, ",
            "tier = excluded.tier, reach = excluded.reach"
        ),
        args![code, &role.code, &role.ja, &role.en, &role.tier, role.reach],
    )
    .await?;
    Ok(())
}

/// Forgets what roles may do, before it is written anew.
pub async fn clear_role_functions(tx: &mut Tx, code: &str) -> Result<()> {
    tx.execute(sql!("DELETE FROM role_function WHERE tenant = ?1"), args![code]).await?;
    Ok(())
}

/// Lets a role do something.
pub async fn put_role_function(tx: &mut Tx, code: &str, role: &str, function: &str) -> Result<()> {
    tx.execute(
        sql!("INSERT INTO role_function (tenant, role, function) VALUES (?1, ?2, ?3)"),
        args![code, role, function],
    )
    .await?;
    Ok(())
}
