//! On what occasions somebody is told of a consultation.

use crate::lang::Words;
use crate::message::Occasion;

/// Somebody goes on with a consultation that lay with nobody.
pub static PASSED_ON: Occasion = Occasion {
    code: "consultation_passed_on",
    words: Words("相談の担当になりました", "A consultation lies with you now"),
    answers: false,
};
