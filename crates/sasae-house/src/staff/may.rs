//! What a role may do in this room; a profile grants it by the code.

use crate::lang::Words;
use crate::profile::Function;

/// Edit organisations, staff and posts.
pub static EDIT: Function = Function {
    code: "staff_edit",
    name: Words("機関・職員・役職を変える", "Edit organisations, staff and posts"),
    shows_persons: false,
    required: true,
};
