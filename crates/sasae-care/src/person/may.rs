//! What a role may do in this room; a profile grants it by the code.

use crate::lang::Words;
use crate::profile::Function;

/// Register and correct persons and households.
pub static REGISTER: Function = Function {
    code: "person_register",
    name: Words("人と世帯を登録し、直す", "Register and correct persons and households"),
    shows_persons: true,
    required: true,
};

/// Entrust persons to a watcher.
pub static ENTRUST: Function = Function {
    code: "entrust",
    name: Words("見守りを託す", "Entrust persons to a watcher"),
    shows_persons: true,
    required: true,
};
