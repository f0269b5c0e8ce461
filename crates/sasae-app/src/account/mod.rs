//! Accounts: signing in and out, sessions, the reader's language.
//!
//! A session's token is only in the cookie; the database holds its SHA-256.
//! Wrong passwords lock an account for a delay that grows; the answer is the
//! same, and takes as long, whether the login exists or not. There is
//! deliberately no "remember me".

pub mod pages;
pub mod password;
pub mod second_factor;
pub mod security;
pub mod session;
pub mod store;
#[cfg(test)]
mod tests;

pub use store::find_account;

use crate::access::RecordKind;
use crate::lang::Words;
use crate::room::Room;
use crate::web::{Gate, Routes};

/// アカウント.
pub static ACCOUNT: RecordKind = RecordKind::plain("account", Words("アカウント", "Account"));

/// What this room offers.
pub static ROOM: Room =
    Room {
        routes, tables: store::TABLES, kinds: &[&ACCOUNT], ..Room::new("account", Words("アカウント", "Accounts"))
    };

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/sign-in", Gate::Public, pages::show_sign_in)
        .post("/sign-in", Gate::Public, pages::sign_in)
        .post("/sign-out", Gate::Account, pages::sign_out)
        .get("/sign-in/code", Gate::Account, security::show_code)
        .post("/sign-in/code", Gate::Account, security::give_code)
        .get("/account", Gate::Staff, security::show)
        .post("/account/password", Gate::Staff, security::change_password)
        .post("/account/second-factor", Gate::Staff, security::start)
        .post("/account/second-factor/confirm", Gate::Staff, security::confirm)
        .post("/account/second-factor/stop", Gate::Staff, security::stop)
        .post("/account/sign-out-everywhere", Gate::Staff, security::sign_out_everywhere)
        .post("/api/session", Gate::Public, security::api_session)
        .get("/language", Gate::Public, pages::set_language)
}
