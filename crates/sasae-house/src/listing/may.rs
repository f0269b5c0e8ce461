//! What a role may do in this room; a profile grants it by the code.

use crate::lang::Words;
use crate::profile::Function;

/// Take a list out as a file: what leaves the house is no longer under its rules.
/// A municipality may grant it to nobody.
pub static EXPORT: Function = Function {
    code: "list_export",
    name: Words("一覧をファイルに書き出す", "Take lists out as files"),
    shows_persons: true,
    required: false,
};
