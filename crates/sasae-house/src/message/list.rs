//! The list of messages: what was sent, and what became of it.

use jiff::Timestamp;
use maud::html;
use sasae_core::clock::tokyo_datetime;
use sasae_db::Conn;

use super::model::{Channel, failure_words};
use super::step::tends;
use super::store::{self, Message};
use super::{MESSAGE, tone};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::lang::{Lang, Words};
use crate::listing::{
    self, Cell, Column, Filter, List, ListFrame, ListQuery, ListRequest, Options, Order, Row, Source,
};
use crate::web::ui::parts::{chip, empty, link_button};
use crate::web::{Page, Reply};

/// The list of messages.
pub static MESSAGES: List = List {
    code: "message",
    name: Words("お知らせ", "Messages"),
    path: "/messages",
    columns: &[
        Column::title("occasion", Words("伝えたこと", "What the receiver was told")).width(40),
        Column::new("state", Words("ようす", "State")),
        Column::new("receiver", Words("受け取る人・機関", "Receiver")).width(24),
        Column::new("channel", Words("送り方", "By")),
        Column::new("written", Words("書いた日時", "Written")),
        Column::chosen("sent", Words("送った日時", "Sent")),
        Column::chosen("why", Words("届かない理由", "Why not delivered")).width(30),
        Column { numeric: true, ..Column::chosen("tries", Words("送ろうとした回数", "Tries")) },
    ],
    filters: &[
        Filter {
            code: "show",
            words: Words("だれが送ったもの", "Sent by whom"),
            options: Options::Tabs(&[
                ("own", Words("自分が送ったもの", "Sent by me")),
                ("all", Words("すべて", "All")),
            ]),
        },
        Filter {
            code: "state",
            words: Words("ようす", "State"),
            options: Options::Words(&[
                ("waiting", Words("送信待ち", "Waiting to be sent")),
                ("sent", Words("送信済み", "Sent")),
                (UNDELIVERED, Words("届きませんでした", "Not delivered")),
                ("withdrawn", Words("取りやめ", "Withdrawn")),
            ]),
        },
        Filter {
            code: "occasion",
            words: Words("伝えたこと", "What the receiver was told"),
            options: Options::Offered(|ctx| {
                let all = ctx.app().rooms().flat_map(|room| room.messages);
                all.map(|occasion| (occasion.code, occasion.words)).collect()
            }),
        },
        Filter {
            code: "channel",
            words: Words("送り方", "By"),
            options: Options::Words(&[
                (Channel::Mail.code(), Channel::Mail.words()),
                (Channel::Sheet.code(), Channel::Sheet.words()),
            ]),
        },
        Filter { code: "from", words: Words("書いた日（から）", "Written from"), options: Options::Day },
        Filter { code: "to", words: Words("書いた日（まで）", "Written until"), options: Options::Day },
        Filter {
            code: "handover",
            words: Words("1つの引き継ぎのお知らせ", "Messages of one hand-over"),
            options: Options::Linked,
        },
    ],
    opens: |ctx, tab| tab == "own" || tends(ctx),
    plain: List::ALL,
    orders: &[
        Order::new("newest", Words("新しいものから", "Newest first")),
        Order::new("oldest", Words("古いものから", "Oldest first")),
    ],
    count: |ctx, conn, asked, most| Box::pin(store::count(ctx, conn, asked, most)),
    rows: |ctx, conn, asked, window, sink| {
        Box::pin(store::each(ctx, conn, asked, window, move |message| sink(row(ctx, &message))))
    },
};

/// The condition for what failed and for what was given up.
pub(super) const UNDELIVERED: &str = "undelivered";

/// Names the list in addresses.
pub struct Messages;

impl Source for Messages {
    fn list() -> &'static List {
        &MESSAGES
    }
}

/// `GET /messages`
pub async fn show(ctx: Ctx, ListRequest { asked, .. }: ListRequest<Messages>) -> Reply {
    let mut read = ctx.read().await?;
    let listed = listing::load(&ctx, &mut read, &asked).await?;
    drop(read);
    let lang = ctx.lang();
    let title = lang.t("お知らせ", "Messages");
    let main = html! {
        h1 { (title) }
        p {
            (link_button("/messages/receiving", lang.t("自分の受け取り方を決める", "Choose how to be told yourself"))) " "
            @if tends(&ctx) { (link_button("/messages/organisations", lang.t("機関のメールとファクス", "Mail and fax of organisations"))) }
        }
        (listing::show(&ctx, &asked, &listed, &ListFrame {
            title,
            empty: empty(lang.t("送ったお知らせはありません。", "No message has been sent."), None),
            unmatched: None,
        }))
    };
    Ok(Page::new(title, main).wide().status(asked.status()).reply(&ctx))
}

/// Messages of the page that is asked for.
pub async fn list(ctx: &Ctx, conn: &mut Conn, asked: &ListQuery) -> Result<listing::ListPage<Message>> {
    let mut rows = Vec::new();
    let take = |message: Message| {
        ctx.saw(&MESSAGE, message.id);
        rows.push(message);
        Ok(())
    };
    store::each(ctx, conn, asked, listing::Window::of_page(asked.page()), take).await?;
    listing::cut(ctx, conn, asked, rows).await
}

fn row(ctx: &Ctx, message: &Message) -> Row {
    let lang = ctx.lang();
    let occasion = occasion(ctx, message);
    let state = message.state.words().get(lang);
    let failed = Some(message.last_error.as_str()).filter(|code| !code.is_empty());
    Row {
        records: vec![(&MESSAGE, message.id)],
        cells: vec![
            Cell::shown(occasion, html! { a href={ "/messages/" (message.id) } { (occasion) } }),
            Cell::shown(state, chip(tone(message.state), state)),
            Cell::text(message.receiver.as_str()),
            Cell::text(message.channel.words().get(lang)),
            moment_cell(message.created_at, lang),
            message.sent_at.map_or_else(|| Cell::text(""), |at| moment_cell(at, lang)),
            Cell::text(failed.map(|code| failure_words(code, lang)).unwrap_or_default()),
            Cell::text(message.tries.to_string()),
        ],
    }
}

/// What a message tells, in words.
pub(super) fn occasion<'a>(ctx: &Ctx, message: &'a Message) -> &'a str {
    super::occasion_of(ctx, &message.occasion).map_or(message.occasion.as_str(), |known| known.words.get(ctx.lang()))
}

/// Day and time in Japan: files write them so that programs can sort them.
fn moment_cell(at: Timestamp, lang: Lang) -> Cell {
    Cell::shown(tokyo_datetime(at).strftime("%Y-%m-%d %H:%M").to_string(), html! { (lang.moment(at)) })
}
