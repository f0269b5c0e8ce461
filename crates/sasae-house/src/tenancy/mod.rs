//! Municipalities on this installation: setting one up from a profile, and
//! loading it when a request comes. No query crosses from one to another.

pub mod store;

pub use store::list_tenants;

use jiff::civil::{Date, date};
use sasae_core::clock::Clock;
use sasae_core::municipality::MunicipalityCode;
use sasae_db::Db;

use crate::app::Tenant;
use crate::error::{Error, Result};
use crate::profile::{Catalogue, Profile};

/// Makes its tables.
pub const MIGRATION: sasae_db::Migration = sasae_db::migration!("0001_tenancy");

/// "No end known", inclusive.
pub const FOREVER: Date = date(9999, 12, 31);

/// The municipality with a code, if it has been set up.
pub async fn load(db: &Db, catalogue: &Catalogue, code: &str) -> Result<Option<Tenant>> {
    let mut read = db.read(code).await?;
    let Some(row) = store::find_tenant(&mut read, code).await? else { return Ok(None) };
    let profile = parse_shipped_or_own(&row.profile, &row.profile_text, catalogue)?;
    Ok(Some(Tenant { code: code.to_owned(), name: row.name, name_en: row.name_en, profile }))
}

/// Sets a municipality up: its record, and its roles as the row rules need
/// them. Running it again with a newer profile renews the roles.
pub async fn set_up(
    db: &Db,
    clock: &Clock,
    code: &MunicipalityCode,
    name: (&str, &str),
    profile: &Profile,
    text: &str,
) -> Result<()> {
    let code = code.to_string();
    let mut tx = db.begin(&code).await?;
    store::put_tenant(&mut tx, &code, name, &profile.head.id, text, clock.now()).await?;
    store::clear_role_functions(&mut tx, &code).await?;
    for role in &profile.roles {
        store::put_role(&mut tx, &code, role).await?;
        for function in &role.may {
            store::put_role_function(&mut tx, &code, &role.code, function).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// A stored profile: its own text where one was given, else the shipped one of that name.
fn parse_shipped_or_own(name: &str, text: &str, catalogue: &Catalogue) -> Result<Profile> {
    let parsed = if text.is_empty() {
        Profile::load(name, catalogue)
    } else {
        Profile::load("base", catalogue).and_then(|base| Profile::parse(name, text, Some(&base), catalogue))
    };
    parsed.map_err(|problems| {
        let first = problems.first().map(|problem| problem.en.clone()).unwrap_or_default();
        Error::internal(format!("the stored profile {name} cannot be read: {first}"))
    })
}
