//! The ground that every other crate of Sasae stands on: time, ids, the Japanese calendar,
//! search keys for names and addresses, and municipality codes.
//!
//! **Architecture invariant:** nothing here reads a file, opens a socket or knows a room, a
//! tenant's profile or a database. The only contact with the outside is [`clock`], which reads
//! the operating system's time and randomness; every other function is pure.

pub mod age;
pub mod clock;
pub mod era;
pub mod fiscal;
pub mod fold;
pub mod holiday;
pub mod id;
pub mod lang;
pub mod municipality;
mod numeral;
pub mod text;

pub use clock::Clock;
pub use era::{DateError, parse_date, wareki, wareki_month, wareki_short};
pub use fiscal::FiscalYear;
pub use id::Id;
pub use municipality::{CodeError, MunicipalityCode};
