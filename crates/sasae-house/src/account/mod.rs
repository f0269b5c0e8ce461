//! Accounts: signing in and out, sessions, the reader's language.
//!
//! A session's token is only in the cookie; the database holds its SHA-256.
//! Wrong passwords lock an account for a delay that grows, and so do wrong codes of the
//! second factor, each counted by itself; the answer is the same, and takes as long,
//! whether the login exists or not. What was typed when a session had ended goes
//! through signing in and stands in its form again. There is deliberately no
//! "remember me".

mod device;
pub mod pages;
pub mod password;
pub mod second_factor;
pub mod security;
pub mod session;
pub mod signing;
pub mod store;
pub use signing::{add_account, close, drop_factor, set_password, unlock};
pub use store::{find_account, find_login_of, find_session_account};

use crate::access::RecordKind;
use crate::lang::Words;
use crate::room::Room;
use crate::web::{Gate, Routes};

/// アカウント.
pub static ACCOUNT: RecordKind = RecordKind::plain("account", Words("アカウント", "Account"));

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    migrations: &[sasae_db::migration!("0001_account"), sasae_db::migration!("0030_account_factor")],
    kinds: &[&ACCOUNT],
    ..Room::new("account", Words("アカウント", "Accounts"))
};

/// Most bytes that signing in takes: a whole form may travel along.
const WITH_KEPT: usize = 4 * crate::route::BODY_LIMIT;

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const IN: Words = Words("サインイン", "Signing in");
    const CODE: Words = Words("2つめの確認", "Second factor");
    const FACTOR: Words = Words("2つめの確認の設定", "Setting up the second factor");
    routes
        .get("/sign-in", Gate::Public, IN, pages::show_sign_in)
        .post("/sign-in", Gate::Public, IN, pages::sign_in)
        .secret()
        .limit(WITH_KEPT)
        .post("/sign-out", Gate::Account, Words("サインアウト", "Signing out"), pages::sign_out)
        .get("/sign-in/code", Gate::Account, CODE, security::show_code)
        .post("/sign-in/code", Gate::Account, CODE, security::give_code)
        .secret()
        .limit(WITH_KEPT)
        .get("/account", Gate::Staff, Words("自分の設定", "Own settings"), security::show)
        .post(
            "/account/password",
            Gate::Staff,
            Words("パスワードの変更", "Changing the password"),
            security::change_password,
        )
        .secret()
        .post("/account/second-factor", Gate::Staff, FACTOR, security::start)
        .post("/account/second-factor/confirm", Gate::Staff, FACTOR, security::confirm)
        .secret()
        .post("/account/second-factor/stop", Gate::Staff, FACTOR, security::stop)
        .secret()
        .post(
            "/account/sign-out-everywhere",
            Gate::Staff,
            Words("すべての端末でのサインアウト", "Signing out everywhere"),
            security::sign_out_everywhere,
        )
        .api_post("/api/session", Gate::Public, IN, security::api_session)
        .secret()
        .get("/language", Gate::Public, Words("ことばの選択", "Choosing the language"), pages::set_language)
}
