//! The reader's own cases, below the buttons of 記録する.

use maud::{Markup, html};

use crate::case::store::OwnCase;
use crate::case::{store, works_on_cases};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::web::ui::parts::empty;

/// Most cases offered.
const MOST: i64 = 8;

/// The section, empty for one who works on no case.
pub async fn section(ctx: &Ctx) -> Result<Markup> {
    if !works_on_cases(ctx) {
        return Ok(html! {});
    }
    let mut read = ctx.read().await?;
    let cases = store::list_own(ctx, &mut read, MOST).await?;
    Ok(own_cases(ctx, &cases))
}

fn own_cases(ctx: &Ctx, cases: &[OwnCase]) -> Markup {
    let lang = ctx.lang();
    html! {
        section id="own-cases" aria-labelledby="own-cases-title" {
            h2 id="own-cases-title" { (lang.t("支援の記録（連絡・訪問）", "A contact (call, visit)")) }
            @if cases.is_empty() {
                (empty(
                    lang.t("あなたが加わっている支援は、いまありません。", "You are in no case team at present."),
                    Some(("/cases", lang.t("支援の一覧を開く", "Open the list of cases"))),
                ))
            } @else {
                p { (lang.t("どの支援の記録ですか。最近のものから並んでいます。", "For which case? The latest stand first.")) }
                ul class="due-list" {
                    @for case in cases {
                        li class="due" {
                            div class="due-text" {
                                p class="due-who" { a href={ "/cases/" (case.id) } { (case.title) } }
                                p class="due-why" { (case.number) }
                            }
                            div class="due-action" {
                                a class="button" href={ "/cases/" (case.id) "/contacts/new" } {
                                    (lang.t("記録を書く", "Write")) span class="unseen" { (lang.t("：", ": ")) (case.title) }
                                }
                            }
                        }
                    }
                }
                p { a href="/cases" { (lang.t("ほかの支援をさがす", "Other cases")) } }
            }
        }
    }
}
