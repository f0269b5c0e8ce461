//! On what occasions somebody is told of a notice.

use crate::lang::Words;
use crate::message::Occasion;

/// A notice has come, to those who triage.
pub static RECEIVED: Occasion =
    Occasion {
        code: "notice_received", words: Words("気づきが届きました", "A notice has arrived"), answers: false
    };

/// One with which help is needed the same day.
pub static URGENT: Occasion = Occasion {
    code: "notice_urgent",
    words: Words("今日のうちに動く必要がある気づきが届きました", "A notice has arrived that needs action today"),
    answers: false,
};

/// There is an answer, to a reporter with an account.
pub static ANSWERED: Occasion = Occasion {
    code: "notice_answered",
    words: Words("知らせた気づきに、返事がありました", "Your notice has been answered"),
    answers: true,
};

/// Somebody, or an agency, is asked something for a notice.
pub static ASKED: Occasion = Occasion {
    code: "notice_asked",
    words: Words("気づきのことで、頼まれたことがあります", "You are asked something about a notice"),
    answers: false,
};

/// Whoever asked has an answer.
pub static REQUEST_ANSWERED: Occasion = Occasion {
    code: "notice_request_answered",
    words: Words("気づきのことで頼んだことに、返事がありました", "What you asked about a notice has been answered"),
    answers: true,
};
