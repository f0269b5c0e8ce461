//! What a role may do in this room; a profile grants it by the code.

use crate::lang::Words;
use crate::profile::Function;

/// See the figures.
pub static READ: Function =
    Function {
        code: "figures", name: Words("数字を見る", "See the figures"), shows_persons: false, required: true
    };
