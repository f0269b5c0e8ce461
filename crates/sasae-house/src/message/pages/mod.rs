//! The pages of messages: one message, and its sheet.

pub mod organisations;
pub mod receiving;

use axum::extract::{Path, Query};
use maud::{Markup, html};
use sasae_core::clock::tokyo_date;
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use super::list::occasion;
use super::model::{Channel, State, failure_words, part_in};
use super::step::{self, tends};
use super::store::{self, Message};
use super::tone;
use crate::access;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::web::ui::parts::{
    Flash, Tone, chip, data_list, date_pair, link_button, post_button, primary_link, print_button,
};
use crate::web::{Page, Reply, Step};

/// What came of the step before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DoneQuery {
    pub(super) done: String,
}

/// `GET /messages/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<Id>, Query(query): Query<DoneQuery>) -> Reply {
    let mut read = ctx.read().await?;
    let message = step::get(&ctx, &mut read, id).await?;
    let record = record_of(&ctx, &mut read, &message).await?;
    drop(read);
    let lang = ctx.lang();
    let done = |text: &str| Some(Flash { tone: Tone::Good, text: text.to_owned(), next: None });
    let flash = match query.done.as_str() {
        "again" => done(lang.t("もう一度送ります。", "It is sent again.")),
        "withdrawn" => done(lang.t("取りやめました。", "Withdrawn.")),
        "handed" => done(lang.t("渡したことにしました。", "Noted as handed over.")),
        _ => None,
    };
    let main = html! {
        h1 { (lang.t("お知らせ：", "Message: ")) (occasion(&ctx, &message)) }
        p class="chips" { (chip(tone(message.state), message.state.words().get(lang))) }
        (what_is_known(&ctx, &message))
        (buttons(&ctx, &message))
        section aria-labelledby="text" {
            h2 id="text" { (lang.t("書いてあること", "What it says")) }
            p { strong { (message.subject) } }
            p class="lines" { (message.body) }
        }
        @if let Some(href) = record { p { (link_button(&href, lang.t("もとの記録を開く", "Open the record"))) } }
        p { (link_button("/messages", lang.t("送ったお知らせを見る", "All messages that you sent"))) }
    };
    Ok(Page::new(lang.t("お知らせ", "Message"), main).flash(flash).reply(&ctx))
}

/// Where the record opens that a message leads to, when the reader may see it.
async fn record_of(ctx: &Ctx, conn: &mut Conn, message: &Message) -> Result<Option<String>> {
    let (kind, record) = super::about(ctx, message)?;
    Ok(if access::can_see(ctx, conn, kind, record).await? { kind.href(record) } else { None })
}

fn what_is_known(ctx: &Ctx, message: &Message) -> Markup {
    let lang = ctx.lang();
    let mut rows = vec![
        (lang.t("受け取る人・機関", "Receiver"), html! { (message.receiver) }),
        (lang.t("送り方", "By"), html! { (message.channel.words().get(lang)) }),
        (lang.t("書いた日時", "Written"), html! { (lang.moment(message.created_at)) }),
    ];
    // Where a person is told is that person's own matter.
    if message.to_organisation.is_some() && !message.address.is_empty() {
        rows.push((lang.t("あて先", "Address"), html! { (message.address) }));
    }
    if let Some(at) = message.sent_at {
        rows.push((lang.t("送った日時", "Sent"), html! { (lang.moment(at)) }));
    }
    if message.channel == Channel::Mail && message.tries > 0 {
        rows.push((lang.t("送ろうとした回数", "Tries"), html! { (message.tries) }));
    }
    if !message.last_error.is_empty() {
        rows.push((lang.t("届かない理由", "Why not"), html! { (failure_words(&message.last_error, lang)) }));
        if message.state == State::Waiting {
            rows.push((lang.t("次に送る日時", "Next try"), html! { (lang.moment(message.next_try_at)) }));
        }
    }
    data_list(&rows)
}

fn buttons(ctx: &Ctx, message: &Message) -> Markup {
    let lang = ctx.lang();
    let button = |step: &str, words: &str| {
        let action = format!("/messages/{}/{step}", message.id);
        post_button(&action, ctx.csrf(), &ctx.new_id().to_string(), words)
    };
    html! {
        @if message.channel == Channel::Sheet {
            p { (primary_link(&format!("/messages/{}/sheet", message.id), lang.t("送付状を開く・印刷する", "Open and print the sheet"))) }
        }
        @if message.state == State::Waiting {
            @if message.channel == Channel::Sheet { (button("handed", lang.t("渡しました・送りました", "Handed over or faxed"))) }
            (button("withdraw", lang.t("取りやめる", "Withdraw")))
        }
        @if message.state.can_go_again() { (button("again", lang.t("もう一度送る", "Send again"))) }
        @if let Some(organisation) = message.to_organisation.filter(|_| tends(ctx)) {
            p { (link_button(&format!("/messages/organisations/{organisation}"), lang.t("この機関のあて先を直す", "Change where this organisation is told"))) }
        }
    }
}

/// `GET /messages/{id}/sheet`
pub async fn sheet(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    let mut read = ctx.read().await?;
    let message = step::get(&ctx, &mut read, id).await?;
    if message.channel != Channel::Sheet {
        return Err(Error::NotFound);
    }
    let sender = match message.created_by {
        Some(staff) => store::find_sender(&ctx, &mut read, staff).await?,
        None => None,
    };
    drop(read);
    let lang = ctx.lang();
    let municipality = ctx.municipality();
    let municipality = lang.t(&municipality.name, &municipality.name_en);
    let title = lang.t("送付状", "Cover sheet");
    let mut rows = vec![
        (lang.t("送り先", "To"), html! { (message.receiver) }),
        (
            lang.t("ファクス", "Fax"),
            html! { (if message.address.is_empty() { lang.t("（手渡し）", "(by hand)") } else { &message.address }) },
        ),
        (
            lang.t("送り元", "From"),
            html! { (municipality) @if let Some(sender) = &sender { @if let Some(office) = &sender.office { "　" (office) } } },
        ),
    ];
    let mut ways = Vec::new();
    if let Some(sender) = &sender {
        rows.push((lang.t("担当", "Person in charge"), html! { (sender.name) }));
        let known = [
            (lang.t("電話", "Telephone"), &sender.phone),
            (lang.t("返すところ（ファクス）", "Send back to (fax)"), &sender.fax),
        ];
        ways = known.into_iter().filter(|(_, number)| !number.is_empty()).collect();
    }
    rows.extend(ways.iter().map(|(label, number)| (*label, html! { (number) })));
    rows.push((lang.t("日付", "Date"), date_pair(tokyo_date(message.created_at), lang)));
    rows.push((lang.t("枚数", "Pages"), html! { (lang.t("この1枚", "This one page")) }));
    let back = match sender.as_ref().map(|sender| !sender.fax.is_empty()) {
        Some(true) => lang.t(
            "受け取ったら、ここに書いて、上の「返すところ」のファクスに送ってください。",
            "When you have received this, please fill it in and send it to the fax above.",
        ),
        Some(false) => lang.t(
            "受け取ったら、ここに書いて、上の担当に手渡すか、電話で知らせてください。",
            "When you have received this, please fill it in and hand it to the person in charge above, or telephone.",
        ),
        None => lang.t(
            "受け取ったら、ここに書いて、上の送り元に返してください。",
            "When you have received this, please fill it in and return it to the sender above.",
        ),
    };
    let main = html! {
        h1 { (title) }
        (data_list(&rows))
        section aria-labelledby="text" {
            h2 id="text" { (lang.t("お知らせ", "Message")) }
            p { strong { (occasion(&ctx, &message)) } }
            p class="lines" { (part_in(lang, &message.body)) }
        }
        section aria-labelledby="slip" {
            h2 id="slip" { (lang.t("受け取りの確認", "Receipt")) }
            p { (back) " " (lang.t("支援を受ける人の名前や病気のことは書かないでください。", "Write no names of those concerned and nothing about health.")) }
            p { (lang.t("受け取った日：　　　　年　　月　　日　　受け取った機関：", "Received on:                     by:")) }
        }
        p class="print-not" { (print_button(lang)) " " (link_button(&format!("/messages/{id}"), lang.t("もどる", "Back"))) }
    };
    Ok(Page::new(title, main).reply(&ctx))
}

/// `POST /messages/{id}/again`
pub async fn again(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    Step::new(&ctx)
        .press(async |work| {
            step::send_again(&ctx, work, id).await?;
            Ok(format!("/messages/{id}?done=again"))
        })
        .await
}

/// `POST /messages/{id}/withdraw`
pub async fn withdraw(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    Step::new(&ctx)
        .press(async |work| {
            step::withdraw(&ctx, work, id).await?;
            Ok(format!("/messages/{id}?done=withdrawn"))
        })
        .await
}

/// `POST /messages/{id}/handed`
pub async fn handed(ctx: Ctx, Path(id): Path<Id>) -> Reply {
    Step::new(&ctx)
        .press(async |work| {
            step::hand_over(&ctx, work, id).await?;
            Ok(format!("/messages/{id}?done=handed"))
        })
        .await
}
