//! What notices ask of those who triage.

use crate::lang::Words;
use crate::room::DueKind;

/// Read a new notice.
pub static NEW: DueKind = DueKind {
    code: "notice_new",
    words: Words("新しい気づきを読む", "Read a new notice"),
    why: Words("担当区域に届いたため", "It came to your area"),
    action: Words("読む", "Read"),
};

/// Decide on a notice.
pub static DECIDE: DueKind = DueKind {
    code: "notice_decide",
    words: Words("気づきの扱いを決める", "Decide on a notice"),
    why: Words("担当区域に届いたため", "It came to your area"),
    action: Words("決める", "Decide"),
};

/// Answer what is asked for a notice.
pub static REQUEST: DueKind = DueKind {
    code: "notice_request",
    words: Words("気づきのことで頼まれたことに返事をする", "Answer what you are asked for a notice"),
    why: Words("あなたか、あなたの機関に頼まれているため", "You or your organisation were asked"),
    action: Words("返事をする", "Answer"),
};

/// Tell what came of it.
pub static REPORT_BACK: DueKind = DueKind {
    code: "notice_report_back",
    words: Words("頼まれたことの結果を知らせる", "Tell what came of what you took on"),
    why: Words("あなたが引き受けたため", "You accepted it"),
    action: Words("知らせる", "Tell"),
};

/// Hear from an agency, of which nobody has taken it on here.
pub static HEAR_BACK: DueKind = DueKind {
    code: "notice_hear_back",
    words: Words("つないだ機関の返事や結果を確かめる", "Hear from the agency"),
    why: Words("担当区域からつないだため", "It was referred from your area"),
    action: Words("記録する", "Record"),
};

/// Choose whom to ask: the one who was asked declined, or it was withdrawn.
pub static ASK_AGAIN: DueKind = DueKind {
    code: "notice_ask_again",
    words: Words("気づきをつなぐ相手を選び直す", "Choose anew to whom a notice goes"),
    why: Words("断られたか、取りやめになったため", "It was declined or withdrawn"),
    action: Words("選び直す", "Choose"),
};
