//! What a role may do in this room; a profile grants it by the code.

use crate::lang::Words;
use crate::profile::Function;

/// Take consultations.
pub static TAKE: Function = Function {
    code: "consultation_take",
    name: Words("相談を受け付ける", "Take consultations"),
    shows_persons: true,
    required: true,
};
