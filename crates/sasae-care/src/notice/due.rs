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

/// Hear from an agency that answers by telephone.
pub static HEAR_BACK: DueKind = DueKind {
    code: "notice_hear_back",
    words: Words("つないだ機関に結果を聞く", "Ask the agency what came of it"),
    why: Words("担当区域からつないだため", "It was referred from your area"),
    action: Words("記録する", "Record"),
};

/// Ask somebody else, where one declined.
pub static ASK_AGAIN: DueKind = DueKind {
    code: "notice_ask_again",
    words: Words("断られたので、ほかの人に頼む", "Ask somebody else: it was declined"),
    why: Words("担当区域の気づきのため", "The notice belongs to your area"),
    action: Words("頼み直す", "Ask again"),
};
