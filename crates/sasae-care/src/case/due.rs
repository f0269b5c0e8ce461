//! What cases ask: answers to roles, tasks of roles, the agreement, contacts promised, reviews.

use crate::lang::Words;
use crate::room::DueKind;

/// Answer a request to take a role.
pub static ROLE_ANSWER: DueKind = DueKind {
    code: "role_answer",
    words: Words("支援の役割に返事をする", "Answer a request to take a role"),
    why: Words("あなたに頼まれているため", "You were asked"),
    action: Words("返事をする", "Answer"),
};

/// Do what your role asks.
pub static ROLE_DUE: DueKind = DueKind {
    code: "role_due",
    words: Words("役割として頼まれたことをする", "Do what your role asks"),
    why: Words("あなたの役割のため", "It is your role"),
    action: Words("開く", "Open"),
};

/// Look at a case that somebody else made the reader lead.
pub static LEAD_NEW: DueKind = DueKind {
    code: "case_lead_new",
    words: Words("新しく主担当になった支援を確かめる", "Look at a case that you now lead"),
    why: Words("主担当があなたに替わったため", "You are its new lead"),
    action: Words("確かめる", "Look"),
};

/// Agree on lead and roles.
pub static AGREE: DueKind = DueKind {
    code: "case_agree",
    words: Words("主担当と役割を決める", "Agree on lead and roles"),
    why: Words("あなたが主担当のため", "You are the lead"),
    action: Words("決める", "Decide"),
};

/// Make the next contact.
pub static CONTACT_NEXT: DueKind = DueKind {
    code: "contact_next",
    words: Words("次の連絡をする", "Make the next contact"),
    why: Words("あなたが約束したため", "You promised it"),
    action: Words("記録する", "Record"),
};

/// Review a plan.
pub static PLAN_REVIEW: DueKind = DueKind {
    code: "plan_review",
    words: Words("支援計画を見直す", "Review a plan"),
    why: Words("あなたが主担当のため", "You are the lead"),
    action: Words("見直す", "Review"),
};

/// Make the contact that somebody had promised who can no longer make it.
pub static CONTACT_INHERITED: DueKind = DueKind {
    code: "contact_inherited",
    words: Words("前の担当者が約束した連絡をする", "Make the contact that a colleague had promised"),
    why: Words("約束した人が担当を離れ、あなたが主担当のため", "Whoever promised it has left, and you are the lead"),
    action: Words("記録する", "Record"),
};

/// Close a case whose person has died.
pub static PERSON_DIED: DueKind = DueKind {
    code: "case_person_died",
    words: Words("亡くなった人の支援を終える", "Close the case of somebody who has died"),
    why: Words(
        "亡くなったと記録されたため。約束した連絡は、しなくてよくなりました",
        "A death was noted; what was promised is void",
    ),
    action: Words("支援を終える", "Close the case"),
};

/// Close a case whose person has moved out.
pub static PERSON_LEFT: DueKind = DueKind {
    code: "case_person_left",
    words: Words("転出した人の支援を終える", "Close the case of somebody who has moved out"),
    why: Words(
        "転出したと記録されたため。約束した連絡は、しなくてよくなりました",
        "A move was noted; what was promised is void",
    ),
    action: Words("支援を終える", "Close the case"),
};
