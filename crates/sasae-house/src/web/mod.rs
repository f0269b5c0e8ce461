//! The web shell: how a request becomes a context, and an answer a page.
//!
//! A request goes: municipality by host name → session → the route's gate →
//! the form's token → `Ctx` → handler → audit rows of reads → headers. The
//! shell knows no room but `account`; the table of contents is [`router`].

pub mod api;
pub mod form;
mod headers;
pub mod inside;
pub mod kept;
mod layer;
mod limit;
pub mod measures;
mod multipart;
mod nav;
pub mod pairs;
mod refusal;
pub mod reply;
pub mod router;
pub mod routes;
pub mod row_page;
mod sent;
pub mod serve;
pub mod step;
mod strict;
pub mod submission;
mod typed;
mod watch;

pub use layer::{LANGUAGE_COOKIE, encode};
pub use limit::{Limit, Peer};

pub use form::{Form, Seen};
pub use multipart::{SentFile, Upload, Uploaded};
pub use pairs::Pairs;
pub use reply::{Page, Reply, json, see};
pub use routes::{Gate, Routes};
pub use row_page::{PageQuery, RowPage};
pub use sasae_ui as ui;
pub use step::{Faults, Step};
