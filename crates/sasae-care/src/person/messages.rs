//! On what occasions somebody is told of a person.

use crate::lang::Words;
use crate::message::Occasion;

/// Somebody has a person in their hands whom another had before.
pub static PASSED_ON: Occasion = Occasion {
    code: "entrustment_passed_on",
    words: Words("見守りを引き継ぎました", "Somebody is entrusted to you from a colleague"),
    answers: false,
};
