//! What a row of the trail says, in words for whoever reads who has looked.

use super::Verb;
use crate::lang::{Lang, Words};
use crate::route::Table;

/// How an attempt to sign in or out ended: the trail tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The password was right.
    SignedIn,
    /// The code was right as well.
    Confirmed,
    /// The session was ended by its owner.
    SignedOut,
    /// The password was wrong.
    Failed,
    /// The account was resting, so the password was not looked at.
    Locked,
    /// No account has this login name.
    Unknown,
    /// The account was closed.
    Closed,
    /// The code was wrong or used before.
    CodeFailed,
    /// The second factor was resting, so the code was not looked at.
    CodeLocked,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 9] = [
        Outcome::SignedIn,
        Outcome::Confirmed,
        Outcome::SignedOut,
        Outcome::Failed,
        Outcome::Locked,
        Outcome::Unknown,
        Outcome::Closed,
        Outcome::CodeFailed,
        Outcome::CodeLocked,
    ];

    /// How it stands in the trail, behind the act: `POST /sign-in#failed`.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::SignedIn => "signed_in",
            Outcome::Confirmed => "confirmed",
            Outcome::SignedOut => "signed_out",
            Outcome::Failed => "failed",
            Outcome::Locked => "locked",
            Outcome::Unknown => "unknown",
            Outcome::Closed => "closed",
            Outcome::CodeFailed => "code_failed",
            Outcome::CodeLocked => "code_locked",
        }
    }

    /// What it is called.
    pub fn words(self) -> Words {
        match self {
            Outcome::SignedIn => Words("入った", "signed in"),
            Outcome::Confirmed => Words("2つめの確認も済んだ", "second factor given"),
            Outcome::SignedOut => Words("出た", "signed out"),
            Outcome::Failed => Words("パスワードがちがった", "wrong password"),
            Outcome::Locked => Words("しばらく使えないあいだに試した", "tried while locked"),
            Outcome::Unknown => Words("知られていないログイン名", "unknown login name"),
            Outcome::Closed => Words("終わったアカウント", "closed account"),
            Outcome::CodeFailed => Words("数字がちがった", "wrong code"),
            Outcome::CodeLocked => Words("2つめの確認が使えないあいだに試した", "code tried while locked"),
        }
    }
}

/// The act without its outcome, and the outcome.
fn apart(act: &str) -> (&str, Option<Outcome>) {
    let parts = act.rsplit_once('#');
    match parts.and_then(|(act, code)| Some((act, Outcome::ALL.into_iter().find(|one| one.code() == code)?))) {
        Some((act, outcome)) => (act, Some(outcome)),
        None => (act, None),
    }
}

/// What somebody did with a record by an act (`GET /persons/{id}`): the place is what the table of
/// routes calls it. `verb` is `read` or `wrote`. Acts of commands say in their own words what they are.
pub fn in_words(table: &Table, act: &str, verb: &str, lang: Lang) -> String {
    let wrote = verb == Verb::Wrote.code();
    let (act, outcome) = apart(act);
    if let (Some(place), Some(outcome)) = (table.place(act, lang), outcome) {
        return format!("{place}{}{}", lang.t("：", ": "), outcome.words().get(lang));
    }
    match (table.place(act, lang), lang, wrote) {
        (Some(place), Lang::Ja, false) => format!("{place}で見た"),
        (Some(place), Lang::Ja, true) => format!("{place}で書いた"),
        (Some(place), Lang::En, false) => format!("Read: {place}"),
        (Some(place), Lang::En, true) => format!("Wrote: {place}"),
        (None, _, false) => format!("{}（{act}）", lang.t("見た", "Read")),
        (None, _, true) => format!("{}（{act}）", lang.t("書いた", "Wrote")),
    }
}
