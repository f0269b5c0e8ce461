//! What is counted of this room.

use crate::fact::FactKind;
use crate::lang::Words;

/// Notices received.
pub static RECEIVED: FactKind =
    FactKind::about("notice_received", Words("気づきの受け取り", "Notices received"), "notice_kind");

/// Notices decided.
pub static TRIAGED: FactKind =
    FactKind::about("notice_triaged", Words("気づきの扱いの決定", "Notices decided"), "notice_outcome");
