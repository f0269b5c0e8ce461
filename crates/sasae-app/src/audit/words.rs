//! What a row of the trail says, in words for whoever reads who has looked.

use super::Verb;
use crate::lang::Lang;

/// Beginnings of addresses, the longer ones first, with what the page is called.
const PLACES: [(&str, &str, &str); 22] = [
    ("/account", "自分の設定", "Own settings"),
    ("/cases/new", "支援を始める", "Opening a case"),
    ("/cases/{id}", "支援の記録", "A case"),
    ("/cases", "支援の一覧", "List of cases"),
    ("/consultations/new", "相談を受け付ける", "Taking a consultation"),
    ("/consultations/{id}", "相談の記録", "A consultation"),
    ("/consultations", "相談の一覧", "List of consultations"),
    ("/drafts", "下書き", "A draft"),
    ("/files", "書類・写真", "Papers and pictures"),
    ("/figures", "数字", "Figures"),
    ("/notices/{id}", "気づきの記録", "A notice"),
    ("/notices", "気づきの一覧", "List of notices"),
    ("/organisation", "体制", "Areas, windows and posts"),
    ("/persons/new", "人を登録する", "Registering a person"),
    ("/persons/{id}", "人の記録", "The person's record"),
    ("/persons", "人をさがす", "Finding a person"),
    ("/record", "記録する", "Choosing what to record"),
    ("/report", "気づきの届け出（だれでも）", "Report by anyone"),
    ("/search", "さがす", "Search"),
    ("/sign-", "サインイン", "Signing in or out"),
    ("/thread/{kind}/{id}", "支援の流れ", "The thread"),
    ("/today", "今日", "Today"),
];

/// What an act was done with: `GET /persons/{id}` is the person's record; `None` for
/// acts of commands.
pub(super) fn place_of(act: &str, lang: Lang) -> Option<String> {
    let (_, path) = act.split_once(' ')?;
    let (path, by_program) = match path.strip_prefix("/api") {
        Some(rest) if rest.starts_with('/') => (rest, true),
        _ => (path, false),
    };
    let (_, ja, en) = PLACES.iter().find(|(start, ..)| path.starts_with(start))?;
    let program = if by_program { lang.t("（ほかのプログラムから）", " (by another program)") } else { "" };
    Some(format!("{}{program}", lang.t(ja, en)))
}

/// What somebody did with a record by an act; `verb` is `read` or `wrote`. Acts of
/// commands say in their own words what they are.
pub fn in_words(act: &str, verb: &str, lang: Lang) -> String {
    let wrote = verb == Verb::Wrote.code();
    match (place_of(act, lang), lang, wrote) {
        (Some(place), Lang::Ja, false) => format!("{place}で見た"),
        (Some(place), Lang::Ja, true) => format!("{place}で書いた"),
        (Some(place), Lang::En, false) => format!("Read: {place}"),
        (Some(place), Lang::En, true) => format!("Wrote: {place}"),
        (None, _, false) => format!("{}（{act}）", lang.t("見た", "Read")),
        (None, _, true) => format!("{}（{act}）", lang.t("書いた", "Wrote")),
    }
}
