//! What the code relies on in every profile. A room that starts to use a code
//! by name adds it here, and each profile without it is refused from then on.

use super::model::Function;

/// Vocabularies that rooms show, with the codes that code uses by name.
pub const VOCABULARIES: &[(&str, &[&str])] = &[
    ("agency_kind", &["other"]),
    ("base_function", &[]),
    ("body_function", &["solve_case", "build_network", "find_issue", "develop_resource", "form_policy"]),
    ("care_level", &["independent", "unknown"]),
    ("case_role", &["lead", "referrer"]),
    ("channel", &["office", "phone", "visit", "notice", "other"]),
    ("closing_outcome", &["solved", "handed_over", "moved_away", "death", "own_wish", "to_watch"]),
    ("communication_support", &["sign_language", "writing", "interpreter"]),
    ("consent_state", &["not_asked", "no_answer", "consented", "refused", "withdrawn"]),
    ("contact_kind", &[]),
    ("contact_method", &["visit", "office", "phone"]),
    ("contact_result", &["met", "absent", "refused"]),
    ("deadline_event", &[]),
    ("from_whom", &["self", "neighbour", "other"]),
    ("issue_theme", &[]),
    ("job", &[]),
    ("language", &["ja"]),
    ("notice_kind", &["other"]),
    ("notice_outcome", &["consultation", "watch", "referred", "no_action"]),
    (
        "problem",
        &[
            "illness_disability",
            "housing",
            "income",
            "rent_loan",
            "tax_utility",
            "debt",
            "job_search",
            "job_worry",
            "community",
            "family",
            "parenting",
            "care",
            "withdrawal",
            "violence",
            "no_food",
            "other",
        ],
    ),
    ("relation", &["head", "other", "unknown"]),
    ("restriction_kind", &["member_data", "address_hidden"]),
    ("sex", &["female", "male", "unknown"]),
    ("urgency", &["urgent", "soon", "normal"]),
    ("wish", &[]),
];

/// Deadlines that rooms compute; each needs a rule that is in force without end.
pub const DEADLINES: &[&str] = &[
    "notice_acknowledge",
    "notice_answer",
    "role_acknowledge",
    "case_agree",
    "referral_acknowledge_urgent",
    "referral_acknowledge_normal",
    "plan_review",
    "contact_next",
];

/// Functions that somebody must hold, or a concern gets stuck.
pub const FUNCTIONS: &[Function] = &[
    Function::NoticeTriage,
    Function::ConsultationTake,
    Function::PersonRegister,
    Function::CaseLead,
    Function::CaseClose,
    Function::Supervise,
    Function::Protect,
    Function::Entrust,
    Function::AuditRead,
    Function::AreaEdit,
    Function::StaffEdit,
    Function::AccountEdit,
    Function::Figures,
];
