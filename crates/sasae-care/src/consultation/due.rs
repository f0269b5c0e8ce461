//! What consultations ask: an intake after a notice, an outcome.

use crate::lang::Words;
use crate::room::DueKind;

/// Take the intake after a notice.
pub static INTAKE_FOLLOW: DueKind = DueKind {
    code: "intake_follow",
    words: Words("気づきから相談を受け付ける", "Take the intake after a notice"),
    why: Words("相談として受けると決めたため", "You decided to take it as a consultation"),
    action: Words("受け付ける", "Take"),
};

/// Settle a consultation.
pub static OPEN: DueKind = DueKind {
    code: "consultation_open",
    words: Words("相談の結果を決める", "Settle a consultation"),
    why: Words("あなたが担当しているため", "It lies with you"),
    action: Words("決める", "Decide"),
};
