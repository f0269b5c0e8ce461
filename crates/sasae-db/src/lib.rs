//! Two database engines behind one face: SQLite (embedded, the default) and PostgreSQL.
//!
//! The face is thin on purpose: one SQL text with `?1 ?2` parameters, arguments as [`Value`]s,
//! rows decoded by the names of their columns, errors mapped to what callers branch on. It knows no room and no
//! table. **Architecture invariant:** only this crate and its tests hold a difference between
//! the engines, apart from statements that carry a `DIALECT:` comment. **Deliberately absent:**
//! a query builder, an ORM, nested transactions, queries that cross tenants.
//!
//! | here | there |
//! |---|---|
//! | [`sql!`], [`Sql`], [`STATEMENTS`] | every statement of the program, known by file and line |
//! | [`args!`], [`Value`], [`ToValue`] | what goes in |
//! | [`record!`], [`Record`], [`Cell`], [`Row`], [`RECORDS`] | what comes out, by name |
//! | [`Db`], [`Conn`], [`Read`], [`Tx`] | where it runs |
//! | [`migration!`], [`Migration`], [`Db::migrate`] | how the schema grows |
//! | [`observe`] | which statements a piece of work runs |
//!
//! # Storage
//! | Rust | SQLite (STRICT) | PostgreSQL |
//! |---|---|---|
//! | `Uuid` | BLOB of 16 bytes | uuid |
//! | `jiff::civil::Date` | TEXT `YYYY-MM-DD` | date |
//! | `jiff::Timestamp` | INTEGER microseconds since 1970 | bigint, the same |
//! | `bool` | INTEGER 0 or 1 | boolean |
//! | `i64`, `i32`, `u32` | INTEGER | bigint, integer, smallint |
//! | `f64` | REAL | double precision |
//! | `String` | TEXT | text (also varchar, json, jsonb) |
//! | `Vec<u8>` | BLOB | bytea |
//!
//! # Tenants
//! On PostgreSQL each connection carries the tenant it was checked out for in the setting
//! `sasae.tenant`, and [`Db::migrate`] puts every table with a `tenant` column under forced
//! row-level security on it. **The application must connect as a role that is neither superuser
//! nor BYPASSRLS**, or the server skips those policies; [`Db::open`] warns when it is. SQLite has
//! no such second wall: there the statement's own `tenant = ?1` is all.
//!
//! ```no_run
//! use sasae_db::{Db, Options, args, record, sql};
//! use uuid::Uuid;
//!
//! record! {
//!     /// A person as the list shows one.
//!     #[derive(Debug)]
//!     pub struct PersonRow { pub id: Uuid, pub name: String, pub born: Option<jiff::civil::Date> }
//! }
//!
//! # async fn example(id: Uuid) -> sasae_db::Result<()> {
//! let db = Db::open("sqlite:/var/lib/sasae/sasae.sqlite", &Options::default()).await?;
//! let mut tx = db.begin("401005").await?;
//! tx.execute(
//!     sql!("INSERT INTO person (tenant, id, name) VALUES (?1, ?2, ?3)"),
//!     args!["401005", id, "支 花子"],
//! ).await?;
//! tx.commit().await?;
//!
//! let mut read = db.read("401005").await?;
//! let person: Option<PersonRow> = read.query_opt(
//!     sql!("SELECT id, name, born FROM person WHERE tenant = ?1 AND id = ?2"),
//!     args!["401005", id],
//! ).await?;
//! # Ok(()) }
//! ```

mod closed;
mod conn;
mod db;
mod ddl;
mod error;
mod migrate;
mod observe;
mod postgres;
mod row;
mod scan;
mod sql;
mod sqlite;
mod value;
mod writer;

pub use closed::{CLOSED_SETS, ClosedSet};
pub(crate) use conn::{Bulk, Query};
pub use conn::{Conn, Read, Tx};
pub use db::{Db, Engine, Load, Options};
pub use ddl::translate_ddl;
pub use error::{Error, Result};
pub use migrate::{Migration, schema_checksum};
pub use observe::{Observed, observe};
pub use row::{Cell, Cells, Columns, Declared, RECORDS, Record, Row};
pub use sql::{STATEMENTS, Sql, Statement};
pub use value::{ToValue, Value};

/// For [`sql!`] and [`record!`], so that callers need not depend on it themselves.
#[doc(hidden)]
pub use linkme;
