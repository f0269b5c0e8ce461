//! The page 記録する.

use maud::{Markup, html};

use super::store::{self, OwnCase};
use crate::ctx::Ctx;
use crate::web::ui::parts::{Tone, empty, thumb_buttons, thumb_link};
use crate::web::{Page, Reply};

/// Most cases offered.
const MOST: i64 = 8;

/// `GET /record`
pub async fn show(ctx: Ctx) -> Reply {
    let lang = ctx.lang();
    let may_contact = ctx.may(&crate::case::may::MEMBER) || ctx.may(&crate::case::may::LEAD);
    let mut read = ctx.read().await?;
    let cases = if may_contact { store::list_own_cases(&ctx, &mut read, MOST).await? } else { Vec::new() };
    drop(read);
    let mut buttons = vec![thumb_link(
        "/notices/new",
        Tone::Info,
        lang.t("気づき", "A notice"),
        lang.t("気になったことを知らせる", "Something you noticed"),
    )];
    if ctx.may(&crate::consultation::may::TAKE) {
        buttons.push(thumb_link(
            "/consultations/new",
            Tone::Good,
            lang.t("相談", "A consultation"),
            lang.t("来所・電話などの相談を受け付ける", "Someone came, called or wrote"),
        ));
    }
    if may_contact {
        buttons.push(thumb_link(
            "#own-cases",
            Tone::Plain,
            lang.t("支援の記録", "A contact"),
            lang.t("連絡・訪問を書く", "A call or a visit in a case"),
        ));
    }
    let main = html! {
        h1 { (lang.t("記録する", "Record")) }
        (thumb_buttons(&buttons))
        @if may_contact { (own_cases(&ctx, &cases)) }
    };
    Ok(Page::new(lang.t("記録する", "Record"), main).reply(&ctx))
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
