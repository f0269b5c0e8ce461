//! お知らせ: messages that leave the house. Whoever is handed something is told, by mail or on a
//! sheet for fax or hand delivery, and who handed it on sees whether that came through.
//!
//! A room calls [`send`] in the transaction of its step, so that a step that is undone tells
//! nobody. What waits is sent by the server ([`deliver`]), and tried again with growing delays.
//! Everyone chooses on 「お知らせの受け取り」 whether and where to be told, and sends a trial message there.
//!
//! **Architecture Invariants:** no text names a person or tells what happened to one: it says what
//! kind of thing has come, its number, by when, and where to look after signing in. Whoever may not
//! see a record is not told of it. Nothing is sent unless the installation names a mail server.
//!
//! Deliberately absent: mail that comes in, free texts, and messages to people without a staff
//! record or organisation.

pub mod api;
pub mod deliver;
pub mod list;
pub mod model;
pub mod pages;
pub mod smtp;
pub mod step;
pub mod store;
pub mod trial;
pub use model::ReceivingForm;
pub use smtp::{MailSettings, Mailer, Security};
pub use step::tends;
pub use store::{Message, Told};

use jiff::civil::Date;
use maud::{Markup, html};
use sasae_core::id::Id;
use sasae_db::Conn;

use self::model::{Channel, MessageDetails, State};
use self::store::Row;
use crate::access::{self, Kind, RecordKind};
use crate::account::ACCOUNT;
use crate::ctx::{Actor, Ctx, StaffActor, Visit, Work};
use crate::error::{Error, Result};
use crate::handover::Receiver;
use crate::lang::{Lang, Words};
use crate::room::{NavEntry, NavSection, NextStep, Room, always};
use crate::staff::{self, STAFF};
use crate::web::ui::parts::{Tone, chip};
use crate::web::{Gate, Routes};

/// お知らせ.
pub static MESSAGE: RecordKind = RecordKind::plain("message", Words("お知らせ", "Message"));

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    migrations: &[crate::handover::MIGRATION, sasae_db::migration!("0001_message")],
    kinds: &[&MESSAGE],
    nav: &[NavEntry {
        section: NavSection::Below,
        label: Words("お知らせ", "Messages"),
        href: "/messages",
        shown: always,
    }],
    messages: &[&trial::TRIAL],
    lists: &[&list::MESSAGES],
    next_steps: Some(|_, _, kind, _| Box::pin(async move { Ok(next_steps(kind)) })),
    ..Room::new("message", Words("お知らせ", "Messages"))
};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const LIST: Words = Words("お知らせの一覧", "List of messages");
    const ONE: Words = Words("お知らせ", "A message");
    const RECEIVING: Words = Words("お知らせの受け取り", "How to be told");
    const TRIAL: Words = Words("ためしのお知らせ", "Sending oneself a trial message");
    const AGAIN: Words = Words("お知らせの再送", "Sending a message again");
    const WITHDRAWAL: Words = Words("お知らせの取りやめ", "Withdrawing a message");
    const HANDED: Words = Words("送付状を渡した記録", "Noting that a sheet was handed over");
    const ORGANISATIONS: Words = Words("機関のメールとファクス", "Mail and fax of organisations");
    const ORGANISATION: Words = Words("機関のあて先", "Where an organisation is told");
    let tends = Gate::Function(&staff::may::EDIT);
    routes
        .get("/messages", Gate::Staff, LIST, list::show)
        .get("/messages/receiving", Gate::Staff, RECEIVING, pages::receiving::show_receiving)
        .post("/messages/receiving", Gate::Staff, RECEIVING, pages::receiving::receive)
        .post("/messages/receiving/trial", Gate::Staff, TRIAL, pages::receiving::send_trial)
        .get("/messages/organisations", tends, ORGANISATIONS, pages::organisations::list)
        .get("/messages/organisations/{id}", tends, ORGANISATION, pages::organisations::show)
        .post("/messages/organisations/{id}", tends, ORGANISATION, pages::organisations::change)
        .get("/messages/{id}", Gate::Staff, ONE, pages::show)
        .get("/messages/{id}/sheet", Gate::Staff, Words("送付状", "Cover sheet"), pages::sheet)
        .post("/messages/{id}/again", Gate::Staff, AGAIN, pages::again)
        .post("/messages/{id}/withdraw", Gate::Staff, WITHDRAWAL, pages::withdraw)
        .post("/messages/{id}/handed", Gate::Staff, HANDED, pages::handed)
        .api_get("/api/messages", Gate::Staff, LIST, api::list)
        .api_get("/api/messages/receiving", Gate::Staff, RECEIVING, api::show_receiving)
        .api_post("/api/messages/receiving", Gate::Staff, RECEIVING, api::choose_receiving)
        .api_get("/api/messages/{id}", Gate::Staff, ONE, api::show)
        .api_post("/api/messages/{id}/again", Gate::Staff, AGAIN, api::again)
        .api_post("/api/messages/{id}/withdraw", Gate::Staff, WITHDRAWAL, api::withdraw)
        .api_post("/api/messages/{id}/handed", Gate::Staff, HANDED, api::handed)
}

/// On what occasion a message is sent, as a room declares it.
#[derive(Debug)]
pub struct Occasion {
    /// How it stands in the database.
    pub code: &'static str,
    /// What has happened, as a sentence without its full stop: the subject of the mail. It names
    /// nobody.
    pub words: Words,
    /// Whether it tells of the answer to a hand-over. Others that name a hand-over ask for something,
    /// and are sent only while it is open.
    pub answers: bool,
}

/// A message before it is sent.
#[derive(Debug, Clone, Copy)]
pub struct NewMessage<'a> {
    /// What has happened.
    pub occasion: &'static Occasion,
    /// The record that the message leads to, of a kind with row rules.
    pub about: (Kind, Id),
    /// A number by which both sides know the record, and which names nobody; empty without one.
    pub number: &'a str,
    /// The hand-over that it tells of.
    pub handover: Option<Id>,
    /// By when something is to be done.
    pub due: Option<Date>,
}

/// Tells whoever receives something, in the transaction of the step: those of an area who carry
/// the function, one person, or an organisation. Not told are those who do not want to be, those
/// who may not see the record, and who acts.
pub async fn send(ctx: &Ctx, work: &mut Work, to: &Receiver, new: &NewMessage<'_>) -> Result<()> {
    let by_mail = ctx.app().settings().mail.is_some();
    match to {
        Receiver::Area { area, function } if by_mail => {
            for (staff, mail) in store::list_wanting(ctx, work, *area, function).await? {
                tell_staff(ctx, work, staff, &mail, new).await?;
            }
        }
        Receiver::Staff(staff) if by_mail => {
            let receiving = store::find_staff_mail(ctx, work, *staff).await?;
            if let Some(receiving) = receiving.filter(|receiving| receiving.wanted) {
                tell_staff(ctx, work, *staff, &receiving.mail, new).await?;
            }
        }
        Receiver::Organisation(organisation) => tell_organisation(ctx, work, *organisation, new).await?,
        Receiver::Area { .. } | Receiver::Staff(_) => {}
    }
    Ok(())
}

async fn tell_staff(ctx: &Ctx, work: &mut Work, staff: Id, mail: &str, new: &NewMessage<'_>) -> Result<()> {
    if ctx.staff_id() == Some(staff) || !may_know(ctx, work, staff, new.about).await? {
        return Ok(());
    }
    write(ctx, work, (Some(staff), None), (Channel::Mail, mail), new).await.map(drop)
}

/// Tells an organisation at its shared address. No policy is asked: an organisation has no posts, and
/// so no sight of its own. The step that asks it for something decides that it is told; the text names
/// nobody, and the link opens only to one who signs in and may see the record.
async fn tell_organisation(ctx: &Ctx, work: &mut Work, organisation: Id, new: &NewMessage<'_>) -> Result<()> {
    let reached = store::find_organisation_mail(ctx, work, organisation).await?;
    let (mail, fax) = reached.map(|reached| (reached.mail, reached.fax)).unwrap_or_default();
    let way = if ctx.app().settings().mail.is_some() && !mail.is_empty() {
        (Channel::Mail, mail.as_str())
    } else {
        // Without a fax it is handed over.
        (Channel::Sheet, fax.as_str())
    };
    write(ctx, work, (None, Some(organisation)), way, new).await.map(drop)
}

/// Whether somebody may see a record by the posts and grounds of today.
async fn may_know(ctx: &Ctx, work: &mut Work, staff: Id, (kind, record): (Kind, Id)) -> Result<bool> {
    let posts = access::list_held_posts(work, ctx.tenant(), staff, ctx.today()).await?;
    let actor = StaffActor { staff, account: None, name: String::new(), posts };
    let tenant = ctx.app().tenant(ctx.tenant()).await?;
    let theirs = Ctx::new(ctx.app().clone(), tenant, Actor::Staff(actor.into()), Visit::default());
    access::can_see(&theirs, work, kind, record).await
}

async fn write(
    ctx: &Ctx,
    work: &mut Work,
    (staff, organisation): (Option<Id>, Option<Id>),
    (channel, address): (Channel, &str),
    new: &NewMessage<'_>,
) -> Result<Id> {
    let (kind, record) = new.about;
    let origin = model::origin(ctx);
    let link = match kind.href(record) {
        Some(path) if !origin.is_empty() => format!("{origin}{path}"),
        _ => String::new(),
    };
    let facts = MessageDetails { occasion: new.occasion, number: new.number, due: new.due, channel, link: &link };
    let municipality = ctx.municipality();
    let text = model::compose((&municipality.name, &municipality.name_en), &facts);
    let id = ctx.new_id();
    let row = Row {
        id,
        occasion: new.occasion.code,
        about: (kind.code, record),
        handover: new.handover,
        staff,
        organisation,
        channel,
        address,
        subject: &text.subject,
        body: &text.body,
    };
    store::insert(ctx, work, &row).await?;
    ctx.wrote(&MESSAGE, id);
    Ok(id)
}

/// Withdraws what still waits of a hand-over of which its receiver has taken note or that is
/// settled: nobody needs to be told any more. A mail that is being sent at this moment counts as sent
/// when the mail server takes it, and is not tried again when it does not.
pub async fn recall(ctx: &Ctx, work: &mut Work, handover: Id) -> Result<()> {
    store::withdraw_of(ctx, work, handover).await?;
    Ok(())
}

/// Withdraws whatever still waits that tells of a record: it was struck out.
pub async fn recall_all(ctx: &Ctx, work: &mut Work, about: Id) -> Result<()> {
    store::withdraw_about(ctx, work, about).await
}

/// What has become of the messages about a record, for [`beside`]. The caller has checked that the
/// reader may see the record.
pub async fn list_told(ctx: &Ctx, conn: &mut Conn, about: Id) -> Result<Vec<Told>> {
    store::list_told(ctx, conn, about).await
}

/// What a message tells of, as its room declares it.
fn occasion_of(ctx: &Ctx, code: &str) -> Option<&'static Occasion> {
    ctx.app().rooms().flat_map(|room| room.messages).copied().find(|known| known.code == code)
}

/// The record that a message leads to.
fn about(ctx: &Ctx, message: &Message) -> Result<(Kind, Id)> {
    let kind = ctx.app().kind(&message.about_kind);
    kind.map(|kind| (kind, message.about_id)).ok_or_else(|| Error::internal("a message about no kind of record"))
}

/// Chooses whether and where one is told oneself.
pub async fn receive(ctx: &Ctx, work: &mut Work, form: &ReceivingForm) -> Result<()> {
    let me = ctx.staff()?.staff;
    let (mail, wanted) = model::check_receiving(form)?;
    store::put_staff_mail(ctx, work, me, &mail, wanted).await?;
    ctx.wrote(&STAFF, me);
    Ok(())
}

/// What has become of the messages of one hand-over, as it stands beside it, or that nobody was told but
/// on the page 今日. Whoever sent one finds the way to it.
pub fn beside(ctx: &Ctx, told: &[Told], handover: Id) -> Markup {
    let lang = ctx.lang();
    let of_it: Vec<&Told> = told.iter().filter(|told| told.handover == Some(handover)).collect();
    let own = tends(ctx) || of_it.iter().any(|told| told.own > 0);
    html! {
        @if of_it.is_empty() {
            br;
            span class="muted" {
                (lang.t(
                    "お知らせ：メールは出していません。受け取る人へは「今日」で知らせます。",
                    "Message: no mail was sent. The receiver is told in “Today”.",
                ))
            }
        } @else {
            br;
            span class="muted" { (lang.t("お知らせ：", "Message: ")) }
            @for told in of_it {
                (chip(tone(told.state), &in_words(lang, told))) " "
            }
            @if own { a href={ "/messages?" (if tends(ctx) { "show=all&" } else { "" }) "handover=" (handover) } { (lang.t("お知らせのようす", "See the messages")) } }
        }
    }
}

fn in_words(lang: Lang, told: &Told) -> String {
    let (channel, state) = (told.channel.words().get(lang), told.state.words().get(lang));
    match (lang, told.count) {
        (Lang::Ja, 1) => format!("{channel}・{state}"),
        (Lang::Ja, count) => format!("{channel}・{state} {count}件"),
        (Lang::En, 1) => format!("{channel}: {state}"),
        (Lang::En, count) => format!("{channel}: {state} ({count})"),
    }
}

fn tone(state: State) -> Tone {
    match state {
        State::Waiting => Tone::Info,
        State::Sent => Tone::Good,
        State::Failed | State::GivenUp => Tone::Danger,
        State::Withdrawn => Tone::Plain,
    }
}

/// How many mails of a municipality wait, and how many messages were not delivered and have not
/// been sent again.
pub async fn count_states(conn: &mut Conn, tenant: &str) -> Result<(i64, i64)> {
    store::count_states(conn, tenant).await
}

/// On the page of one's own account.
fn next_steps(kind: Kind) -> Vec<NextStep> {
    if *kind != ACCOUNT {
        return Vec::new();
    }
    vec![NextStep {
        hint: Words(
            "自分あての引き継ぎがあったときに、メールで知らせを受け取れます。",
            "You can be told by mail when something is handed to you.",
        ),
        label: Words("お知らせの受け取り", "How to be told"),
        href: "/messages/receiving".to_owned(),
    }]
}
