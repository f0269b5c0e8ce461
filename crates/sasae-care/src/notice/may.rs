//! What a role may do in this room; a profile grants it by the code.

use crate::lang::Words;
use crate::profile::Function;

/// Report a notice while signed in.
pub static REPORT: Function = Function {
    code: "notice_report",
    name: Words("サインインして気づきを知らせる", "Report a notice while signed in"),
    shows_persons: false,
    required: false,
};

/// Decide what becomes of a notice.
pub static TRIAGE: Function = Function {
    code: "notice_triage",
    name: Words("気づきの扱いを決める", "Decide what becomes of a notice"),
    shows_persons: true,
    required: true,
};
