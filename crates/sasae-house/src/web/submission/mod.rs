//! Submissions that may arrive twice: a form's hidden key, or the API's
//! `Idempotency-Key`. `Ctx` asks here before a handler runs and writes here in
//! the transaction of the handler.

pub mod store;

/// Makes its table.
pub const MIGRATION: sasae_db::Migration = sasae_db::migration!("0001_submission");
