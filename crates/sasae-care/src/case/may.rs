//! What a role may do in this room; a profile grants it by the code.

use crate::lang::Words;
use crate::profile::Function;

/// Open a case and lead it.
pub static LEAD: Function = Function {
    code: "case_lead",
    name: Words("支援を始め、主担当になる", "Open a case and lead it"),
    shows_persons: true,
    required: true,
};

/// Work in a case team.
pub static MEMBER: Function = Function {
    code: "case_member",
    name: Words("支援のチームで動く", "Work in a case team"),
    shows_persons: true,
    required: false,
};
