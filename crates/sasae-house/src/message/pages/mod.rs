//! The pages of messages: what was sent and what became of it, one message, and its sheet.

pub mod organisations;
pub mod receiving;

use axum::extract::{Path, Query};
use jiff::Timestamp;
use maud::{Markup, Render, html};
use sasae_core::clock::{tokyo_date, tokyo_datetime};
use sasae_core::id::Id;
use sasae_db::Conn;
use serde::Deserialize;

use super::model::{Channel, State, failure_words};
use super::step::{self, tends};
use super::store::{self, Message, Whose};
use super::tone;
use crate::access;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::web::ui::parts::{
    Column, Flash, Tab, Table, Tone, chip, data_list, date_pair, empty, link_button, pager, post_button, primary_link,
    print_button, tabs,
};
use crate::web::{Page, Reply, Step};

/// Rows of one page of the list.
pub(super) const ROWS: i64 = 50;

/// The page that is asked for, from 1, and how many rows stand before it.
pub(super) fn window(page: Option<i64>) -> (i64, i64) {
    let page = page.unwrap_or(1).clamp(1, 1_000_000);
    (page, (page - 1) * ROWS)
}

/// Which messages a list shows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MessagesQuery {
    all: Option<String>,
    /// Those of one hand-over.
    handover: Option<Id>,
    /// From 1.
    page: Option<i64>,
}

/// What came of the step before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DoneQuery {
    pub(super) done: String,
}

/// `GET /messages`
pub async fn list(ctx: Ctx, Query(query): Query<MessagesQuery>) -> Reply {
    let lang = ctx.lang();
    let whose = if query.all.is_some() { Whose::All } else { Whose::Own };
    if whose == Whose::All && !tends(&ctx) {
        return Err(Error::NotFound);
    }
    let title = lang.t("お知らせ", "Messages");
    let mut read = ctx.read().await?;
    if let Some(handover) = query.handover {
        let mut messages = store::list_of(&ctx, &mut read, handover).await?;
        messages.retain(|message| tends(&ctx) || is_own(&ctx, message));
        if messages.is_empty() {
            return Err(Error::NotFound);
        }
        let main = html! {
            h1 { (lang.t("1つの引き継ぎのお知らせ", "Messages of one hand-over")) }
            (rows(&ctx, &messages))
            p { (link_button("/messages", lang.t("送ったお知らせをすべて見る", "All messages that you sent"))) }
        };
        return Ok(Page::new(title, main).reply(&ctx));
    }
    let (page, first) = window(query.page);
    let messages = store::list(&ctx, &mut read, whose, (first, ROWS)).await?;
    let all = store::count(&ctx, &mut read, whose).await?;
    drop(read);
    let base = if whose == Whose::All { "/messages?all=1&page=" } else { "/messages?page=" };
    let before = (page > 1).then(|| format!("{base}{}", page - 1));
    let after = (first + ROWS < all).then(|| format!("{base}{}", page + 1));
    let main = html! {
        h1 { (title) }
        @if tends(&ctx) { (whose_tabs(lang, title, whose)) }
        @if messages.is_empty() {
            (empty(lang.t("送ったお知らせはありません。", "No message has been sent."), Some(("/messages/receiving", lang.t("自分の受け取り方を決める", "Choose how to be told yourself")))))
        } @else {
            p { (place(lang, (first + 1, first + i64::try_from(messages.len()).unwrap_or(0)), all)) }
            (rows(&ctx, &messages))
            (pager(lang, before.as_deref(), after.as_deref()))
        }
        @if tends(&ctx) {
            p { (link_button("/messages/organisations", lang.t("機関のメールとファクス", "Mail and fax of organisations"))) }
        }
    };
    Ok(Page::new(title, main).reply(&ctx))
}

fn is_own(ctx: &Ctx, message: &Message) -> bool {
    message.created_by.is_some() && message.created_by == ctx.staff_id()
}

fn whose_tabs(lang: Lang, title: &str, whose: Whose) -> Markup {
    tabs(
        title,
        &[
            Tab {
                label: lang.t("自分が送ったもの", "Sent by me"),
                href: "/messages",
                current: whose == Whose::Own,
                count: None,
            },
            Tab {
                label: lang.t("すべて", "All"), href: "/messages?all=1", current: whose == Whose::All, count: None
            },
        ],
    )
}

/// 「205件中 51〜100件」
fn place(lang: Lang, (from, to): (i64, i64), all: i64) -> String {
    match lang {
        Lang::Ja => format!("{all}件中 {from}〜{to}件"),
        Lang::En => format!("{from}–{to} of {all}"),
    }
}

fn rows(ctx: &Ctx, messages: &[Message]) -> Markup {
    let lang = ctx.lang();
    Table {
        caption: lang.t("お知らせ", "Messages"),
        columns: &[
            Column { label: lang.t("きっかけ", "Occasion"), numeric: false },
            Column { label: lang.t("ようす", "State"), numeric: false },
            Column { label: lang.t("受け取る人・機関", "Receiver"), numeric: false },
            Column { label: lang.t("送り方", "By"), numeric: false },
            Column { label: lang.t("書いた日時", "Written"), numeric: false },
        ],
        rows: messages
            .iter()
            .map(|message| {
                vec![
                    html! { a href={ "/messages/" (message.id) } { (occasion(ctx, message)) } },
                    html! { (chip(tone(message.state), message.state.words().get(lang))) },
                    html! { (message.receiver) },
                    html! { (message.channel.words().get(lang)) },
                    html! { (moment(message.created_at)) },
                ]
            })
            .collect(),
        sums: None,
    }
    .render()
}

/// What a message tells, in words.
pub(super) fn occasion<'a>(ctx: &Ctx, message: &'a Message) -> &'a str {
    super::occasion_of(ctx, &message.occasion).map_or(message.occasion.as_str(), |known| known.words.get(ctx.lang()))
}

fn moment(at: Timestamp) -> String {
    tokyo_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
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
        (lang.t("書いた日時", "Written"), html! { (moment(message.created_at)) }),
    ];
    // Where a person is told is that person's own matter.
    if message.to_organisation.is_some() && !message.address.is_empty() {
        rows.push((lang.t("あて先", "Address"), html! { (message.address) }));
    }
    if let Some(at) = message.sent_at {
        rows.push((lang.t("送った日時", "Sent"), html! { (moment(at)) }));
    }
    if message.channel == Channel::Mail && message.tries > 0 {
        rows.push((lang.t("送ろうとした回数", "Tries"), html! { (message.tries) }));
    }
    if !message.last_error.is_empty() {
        rows.push((lang.t("届かない理由", "Why not"), html! { (failure_words(&message.last_error, lang)) }));
        if message.state == State::Waiting {
            rows.push((lang.t("次に送る日時", "Next try"), html! { (moment(message.next_try_at)) }));
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
    drop(read);
    if message.channel != Channel::Sheet {
        return Err(Error::NotFound);
    }
    let lang = ctx.lang();
    let municipality = ctx.municipality();
    let title = lang.t("送付状", "Cover sheet");
    let rows = [
        (lang.t("送り先", "To"), html! { (message.receiver) }),
        (
            lang.t("ファクス", "Fax"),
            html! { (if message.address.is_empty() { lang.t("（手渡し）", "(by hand)") } else { &message.address }) },
        ),
        (lang.t("送り元", "From"), html! { (lang.t(&municipality.name, &municipality.name_en)) }),
        (lang.t("日付", "Date"), date_pair(tokyo_date(message.created_at), lang)),
        (lang.t("枚数", "Pages"), html! { (lang.t("この1枚", "This one page")) }),
    ];
    let main = html! {
        h1 { (title) }
        (data_list(&rows))
        section aria-labelledby="text" {
            h2 id="text" { (lang.t("お知らせ", "Message")) }
            p { strong { (message.subject) } }
            p class="lines" { (message.body) }
        }
        section aria-labelledby="slip" {
            h2 id="slip" { (lang.t("受け取りの確認", "Receipt")) }
            p { (lang.t("受け取ったら、ここに書いて、送り元に返してください。人の名前や病気のことは書かないでください。", "Please fill this in and send it back. Write no names of those concerned and nothing about health.")) }
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
