//! Answers that have come back: they stand on top of 今日 until whoever asked says that they were seen.

use axum::extract::Path;
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;

use crate::access;
use crate::ctx::{Ctx, Work};
use crate::error::Result;
use crate::handover::{self, Answered};
use crate::lang::{Lang, Words};
use crate::room::{self, Due, DueKind, DueLimit};
use crate::web::{Reply, Step};

/// Characters of an answer that stand on 今日; the page of the record has all of it.
const SHOWN: usize = 60;

/// An answer has come.
pub static ANSWER: DueKind = DueKind {
    code: "answer_came",
    words: Words("頼んだこと・知らせたことに返事が来ました", "What you asked or reported has been answered"),
    why: Words("あなたが頼んだか、知らせたため", "You asked or reported it"),
    action: Words("開く", "Open"),
};

/// The answers that the reader has not seen, the oldest first; of a record that the reader does not see any more
/// only the kind is told.
pub(super) async fn list_due(ctx: &Ctx, conn: &mut Conn, limit: &DueLimit) -> Result<Vec<Due>> {
    let mut due = Vec::new();
    for one in limit.keep(handover::list_unseen(ctx, conn, limit.most()).await?) {
        let Some(kind) = ctx.app().kind(&one.subject_kind) else { continue };
        let Some((page, record)) = room::page_of(ctx, conn, kind, one.subject_id).await? else { continue };
        let sees = access::can_see(ctx, conn, page, record).await?;
        let name = if sees { room::name_of(ctx, conn, page, record).await? } else { None };
        let name = name.unwrap_or_else(|| page.name.get(ctx.lang()).to_owned());
        due.push(Due {
            kind: &ANSWER,
            about: in_words(ctx.lang(), &name, &one, sees),
            until: tokyo_date(one.answered_at),
            record,
            href: page.href(record).filter(|_| sees).unwrap_or_else(|| "/today".to_owned()),
            tells_of: if sees { vec![(page, record)] } else { Vec::new() },
            seen_by: Some(format!("/answers/{}/seen", one.id)),
        });
    }
    Ok(due)
}

/// Who answered what: 「R8-0012 買い物：鈴木 — 引き受け「朝に行きます」」.
fn in_words(lang: Lang, name: &str, one: &Answered, sees: bool) -> String {
    let who = one.answered_label.as_deref().unwrap_or(&one.to_label);
    let outcome = one.outcome.words().get(lang);
    let mut answer: String = if sees { one.answer.chars().take(SHOWN).collect() } else { String::new() };
    if sees && one.answer.chars().count() > SHOWN {
        answer.push('…');
    }
    match (lang, answer.is_empty()) {
        (Lang::Ja, true) => format!("{name}：{who}さんから「{outcome}」"),
        (Lang::Ja, false) => format!("{name}：{who}さんから「{outcome}」 {answer}"),
        (Lang::En, true) => format!("{name}: {who} – {outcome}"),
        (Lang::En, false) => format!("{name}: {who} – {outcome}. {answer}"),
    }
}

/// Whoever asked has seen an answer; a second time changes nothing.
pub async fn see(ctx: &Ctx, work: &mut Work, id: Id) -> Result<()> {
    handover::see_answer(ctx, work, id).await
}

/// `POST /answers/{id}/seen`
pub async fn seen(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    Step::new(&ctx)
        .press(async |work| {
            see(&ctx, work, id).await?;
            Ok("/today".to_owned())
        })
        .await
}
