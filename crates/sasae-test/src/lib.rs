//! What tests of every crate share: a fresh database, and the macro that runs a test on both
//! engines.
//!
//! ```
//! use sasae_test::{TestDb, both_engines};
//!
//! const MIGRATIONS: &[sasae_db::Migration] = &[];
//!
//! both_engines! {
//!     migrations = MIGRATIONS;
//!
//!     async fn a_new_database_answers(test: TestDb) {
//!         let mut read = test.db.read("401005").await.unwrap();
//!
//!         let one = read.scalar::<i64>(sasae_db::sql!("SELECT 1"), &[]).await.unwrap();
//!
//!         assert_eq!(one, 1);
//!     }
//! }
//! ```
//!
//! makes the tests `a_new_database_answers::sqlite` and `a_new_database_answers::postgres`.
//! PostgreSQL is the server that the environment variable `SASAE_TEST_PG` names
//! (`postgres://role@127.0.0.1:5432/postgres`), as an ordinary role with CREATEDB: superusers
//! would pass through row-level security unseen. Without it the PostgreSQL test fails, because a
//! test that quietly does not run proves nothing.

mod contribution;
mod database;
pub mod smtp;

use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt as _;
pub use sasae_db::Engine;
use sasae_db::Migration;

pub use contribution::{CONTRIBUTIONS, Contribution, contributions};
pub use database::TestDb;
#[doc(hidden)]
pub use sasae_db::linkme;

/// Runs each `async fn name(test: TestDb) { … }` on both engines, as the tests `name::sqlite` and
/// `name::postgres`. `migrations = …;` first says what the database has; without it, nothing.
#[macro_export]
macro_rules! both_engines {
    (migrations = $migrations:expr; $($test:tt)*) => {
        $crate::both_engines! { @each [$migrations] $($test)* }
    };
    (@each [$migrations:expr]) => {};
    (@each [$migrations:expr]
        $(#[$meta:meta])*
        async fn $name:ident($($param:tt)*) $body:block
        $($rest:tt)*
    ) => {
        $(#[$meta])*
        #[cfg(test)]
        async fn $name($($param)*) $body

        #[cfg(test)]
        mod $name {
            use super::*;

            fn on(engine: $crate::Engine) {
                $crate::run(engine, &$migrations[..], $name);
            }

            #[test]
            fn sqlite() {
                on($crate::Engine::Sqlite);
            }

            #[test]
            fn postgres() {
                on($crate::Engine::Postgres);
            }
        }

        $crate::both_engines! { @each [$migrations] $($rest)* }
    };
    ($($test:tt)+) => {
        $crate::both_engines! { @each [[]] $($test)+ }
    };
}

/// Makes the database, runs the test on it on two threads, and removes the database whether the
/// test passed or not.
///
/// # Panics
/// As the test does, and where no database can be made.
#[doc(hidden)]
pub fn run<F: Future<Output = ()>>(engine: Engine, migrations: &[Migration], test: impl FnOnce(TestDb) -> F) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let outcome = runtime.block_on(async {
        let (database, removal) = database::create(engine, migrations).await;
        let outcome = AssertUnwindSafe(test(database)).catch_unwind().await;
        removal.run().await;
        outcome
    });
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}
