//! What notices ask of those who triage.

use crate::lang::Words;
use crate::room::DueKind;

/// Read a new notice.
pub static NEW: DueKind = DueKind {
    code: "notice_new",
    words: Words("新しい気づきを読む", "Read a new notice"),
    why: Words("担当区域に届いたため", "It came to your area"),
    action: Words("読む", "Read"),
};

/// Decide on a notice.
pub static DECIDE: DueKind = DueKind {
    code: "notice_decide",
    words: Words("気づきの扱いを決める", "Decide on a notice"),
    why: Words("担当区域に届いたため", "It came to your area"),
    action: Words("決める", "Decide"),
};
