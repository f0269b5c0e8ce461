//! Accounts: signing in and out, sessions, the reader's language.
//!
//! A session's token is only in the cookie; the database holds its SHA-256.
//! Wrong passwords lock an account for a delay that grows; the answer is the
//! same, and takes as long, whether the login exists or not. There is
//! deliberately no "remember me".

pub mod pages;
pub mod password;
pub mod session;
pub mod store;

use crate::web::{Gate, Routes};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/sign-in", Gate::Public, pages::show_sign_in)
        .post("/sign-in", Gate::Public, pages::sign_in)
        .post("/sign-out", Gate::Account, pages::sign_out)
        .get("/language", Gate::Public, pages::set_language)
}
