//! 落とし物: what was found in the neighbourhood and waits for its owner.
//!
//! A fictional room, which the program does not have. It proves that a room is one folder and one
//! line in one list: `ROOMS` below adds that line to the rooms of the program, and `tests` finds
//! the office in every view over all rooms. Nothing outside this folder knows of it.

mod correct;
mod list;
mod pages;
#[macro_use]
mod store;
mod tests;
mod thread;

use std::sync::LazyLock;

use jiff::ToSpan;
use sasae_core::id::Id;
use sasae_db::{Conn, Migration};
use serde::{Deserialize, Serialize};

use self::store::Item;
use crate::access::{self, Act, Guard, Kind, RecordKind};
use crate::area::AREA;
use crate::attachment::AttachmentRule;
use crate::correction::CorrectionRule;
use crate::correction::pages::struck_out;
use crate::ctx::{Ctx, Work};
use crate::error::{Error, Result};
use crate::fact::{self, Fact, FactKind};
use crate::ground::{self, Ground, HeldByPost};
use crate::handover::{self, NewHandover, Outcome, Receiver};
use crate::input::{Check, given};
use crate::lang::Words;
use crate::link;
use crate::message::{self, NewMessage, Occasion};
use crate::notice::NOTICE;
use crate::person::PERSON;
use crate::profile::{Function, Needs};
use crate::room::{DueKind, NavEntry, NavSection, NextStep, RecordButton, Room, Rooms};
use crate::tenancy::FOREVER;
use crate::web::ui::parts::Tone;
use crate::web::{Gate, Routes};

/// The rooms of the program and, in the last line, this one.
pub static ROOMS: LazyLock<Rooms> = LazyLock::new(|| {
    let mut rooms = crate::rooms::ROOMS.to_vec();
    rooms.push(&ROOM);
    rooms.leak()
});

/// The schema with that of this room.
pub static MIGRATIONS: LazyLock<Vec<Migration>> = LazyLock::new(|| crate::migrations::list(*ROOMS));

/// A profile that lets coordinators and officers of the ward keep what was found.
pub fn profile() -> String {
    let shipped = crate::profile::text("kitakyushu").expect("the profile ships").to_owned();
    ["coordinator", "ward_officer"].iter().fold(shipped, |text, role| {
        let role = format!("[[role]]\ncode = \"{role}\"");
        let (before, after) = text.split_once(&role).expect("the profile has the role");
        format!("{before}{role}{}", after.replacen("may = [", "may = [\"lost_keep\", ", 1))
    })
}

/// To keep what was found in an area.
static KEEP: Function = Function {
    code: "lost_keep",
    name: Words("落とし物を預かる", "Keep what was found"),
    shows_persons: true,
    required: false,
};

/// To take something in, in an area.
const TAKE_IN: Act = Act::new("lost_take_in");
/// To give it back.
const GIVE_BACK: Act = Act::new("give_back");

/// 落とし物.
static ITEM: RecordKind = RecordKind {
    code: "lost_item",
    name: Words("落とし物", "Lost item"),
    path: Some("/lost/"),
    guard: Some(Guard { facts: store::FACTS, visible: store::VISIBLE }),
};

/// Something was taken in.
static RECEIVED: FactKind = FactKind::new("lost_received", Words("落とし物の預かり", "Items taken in"));
/// Something was given back; the quantity is the days that it waited.
static RETURNED: FactKind = FactKind {
    days: Some(Words("落とし物が見つかってから、返すまで", "From finding an item to giving it back")),
    ..FactKind::new("lost_returned", Words("落とし物の返却", "Items given back"))
};

/// Somebody is asked to look for the owner of something.
static ASKED: Occasion = Occasion {
    code: "lost_asked",
    words: Words("落とし物の持ち主さがしを頼まれました", "You were asked to look for the owner of a lost item"),
    answers: false,
};

/// Something waits for its owner.
static WAITS: DueKind = DueKind {
    code: "lost_waits",
    words: Words("落とし物を返すか、警察に届ける", "Give the item back, or bring it to the police"),
    why: Words("あなたが預かったため", "You took it in"),
    action: Words("開く", "Open"),
};
/// Within so many days what was found is given back or brought to the police.
const DAYS: i64 = 7;

/// Most characters of what was found.
pub const WHAT: usize = 200;

/// What this room offers.
static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    migrations: &[sasae_db::migration!("0002_lost_and_found")],
    kinds: &[&ITEM],
    acts: &[TAKE_IN, GIVE_BACK],
    policy: include_str!("policy.cedar"),
    needs: Needs { functions: &[&KEEP], ..Needs::NONE },
    attachments: &[AttachmentRule::usual(&ITEM)],
    corrections: &[CorrectionRule::usual(&ITEM)],
    messages: &[&ASKED],
    lists: &[&list::ITEMS],
    facts: &[&RECEIVED, &RETURNED],
    nav: &[NavEntry {
        section: NavSection::Resources,
        label: Words("落とし物", "Lost and found"),
        href: "/lost",
        shown: |ctx| ctx.may(&KEEP),
    }],
    record: &[RecordButton {
        href: "/lost/new",
        tone: Tone::Plain,
        label: Words("落とし物", "A lost item"),
        hint: Words("届いたものを預かる", "Something that was handed in"),
        shown: |ctx| ctx.may(&KEEP),
    }],
    due: Some(|ctx, conn, limit| Box::pin(store::list_due(ctx, conn, limit))),
    found_by: Words("落とし物の名", "the name of a lost item"),
    search: Some(|ctx, conn, text, limit| Box::pin(store::list_found(ctx, conn, text, limit))),
    happenings: Some(|ctx, conn, person, most| Box::pin(store::list_happenings(ctx, conn, person, most))),
    standing: Some(|ctx, conn, person| Box::pin(store::list_standing(ctx, conn, person))),
    draw: Some(|ctx, conn, _, id| Box::pin(thread::draw(ctx, conn, id))),
    next_steps: Some(|ctx, conn, kind, id| Box::pin(list_next_steps(ctx, conn, kind, id))),
    ..Room::new("lost_and_found", Words("落とし物", "Lost and found"))
};

/// The routes of this room.
fn routes(routes: Routes) -> Routes {
    const STRIKING: Words = Words("落とし物の取り消し", "Striking a lost item out");
    const RESTORING: Words = Words("取り消した落とし物の復元", "Restoring a lost item");
    let keeps = Gate::Function(&KEEP);
    routes
        .get("/lost", keeps, Words("落とし物の一覧", "Lost items"), list::show)
        .get("/lost/new", keeps, Words("落とし物を預かる", "Taking in a lost item"), pages::show_new)
        .post("/lost", keeps, Words("落とし物を預かる", "Taking in a lost item"), pages::take_in)
        .get("/lost/{id}", Gate::Staff, Words("落とし物の記録", "A lost item"), pages::show)
        .post("/lost/{id}/give-back", Gate::Staff, Words("落とし物を返す", "Giving a lost item back"), pages::give_back)
        .get("/lost/{id}/strike", Gate::Staff, STRIKING, correct::show_strike)
        .post("/lost/{id}/strike", Gate::Staff, STRIKING, correct::strike)
        .get("/lost/{id}/restore", Gate::Staff, RESTORING, correct::show_restore)
        .post("/lost/{id}/restore", Gate::Staff, RESTORING, correct::restore_page)
        .api_get("/api/lost", keeps, Words("落とし物の一覧", "Lost items"), list::list_json)
        .api_get("/api/lost/{id}", Gate::Staff, Words("落とし物の記録", "A lost item"), pages::show_json)
}

/// Something that was found, as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemForm {
    /// What it is; at most 200 characters.
    pub what: String,
    /// The area's id.
    pub area: String,
    /// To whom it belongs, where that is known: the person's id.
    pub owner: String,
    /// The notice that told of it.
    pub notice: String,
    /// Who is asked to look for the owner: a staff id.
    pub helper: String,
}

/// Takes something in.
pub async fn take_in(ctx: &Ctx, work: &mut Work, form: &ItemForm) -> Result<Id> {
    let mut check = Check::new(ctx);
    let what = check.text("what", &form.what, WHAT);
    if what.is_empty() {
        check.put("what", "何が届いたかを書いてください。", "Say what was handed in.");
    }
    let area = check.required_id("area", &form.area);
    let (owner, notice) = (check.id("owner", &form.owner), check.id("notice", &form.notice));
    let helper = check.id("helper", &form.helper);
    check.done()?;
    let area = given(area)?;
    access::require(ctx, work, &AREA, area, TAKE_IN).await?;
    for (kind, record) in [(&PERSON, owner), (&NOTICE, notice)] {
        if let Some(record) = record {
            access::require_sight(ctx, work, kind, record).await?;
        }
    }
    let id = ctx.new_id();
    store::insert(ctx, work, id, (&what, area), (owner, notice, helper)).await?;
    let item = store::get(ctx, work, id).await?;
    follow(ctx, work, &item).await?;
    record_facts(ctx, work, &item).await?;
    ask_helper(ctx, work, &item).await?;
    ctx.wrote(&ITEM, id);
    Ok(id)
}

/// Gives it back: nobody looks for the owner any more.
pub async fn give_back(ctx: &Ctx, work: &mut Work, id: Id, seen: i64) -> Result<()> {
    access::require(ctx, work, &ITEM, id, GIVE_BACK).await?;
    let item = store::get(ctx, work, id).await?;
    if item.struck_at.is_some() {
        return Err(struck_out());
    }
    if item.returned_on.is_some() {
        return Err(Error::refused("もう返してあります。", "It has been given back already."));
    }
    store::set_returned(ctx, work, id, seen).await?;
    if let Some(open) = handover::find_open(ctx, work, id).await? {
        handover::answer(ctx, work, open.id, Outcome::Done, "").await?;
        message::recall(ctx, work, open.id).await?;
    }
    let item = store::get(ctx, work, id).await?;
    follow(ctx, work, &item).await?;
    record_facts(ctx, work, &item).await?;
    ctx.wrote(&ITEM, id);
    Ok(())
}

/// Who looks for the owner of an item as it stands, and of which notice it came.
async fn follow(ctx: &Ctx, work: &mut Work, item: &Item) -> Result<()> {
    let stands = item.struck_at.is_none();
    let holder = item.helper.filter(|_| stands && item.returned_on.is_none());
    let ground = holder.map(|holder| Ground {
        holder,
        kind: &ITEM,
        record: item.id,
        reason: "searching",
        opens_address: false,
        by: HeldByPost::Nothing,
        from: item.found_on,
        to: FOREVER,
    });
    ground::replace(ctx, work, item.id, ground.as_slice()).await?;
    if let Some(notice) = item.notice_id {
        link::unlink(ctx, work, notice, item.id).await?;
        if stands {
            link::link(ctx, work, (&NOTICE, notice), (&ITEM, item.id)).await?;
        }
    }
    Ok(())
}

/// The facts of an item that stands.
async fn record_facts(ctx: &Ctx, work: &mut Work, item: &Item) -> Result<()> {
    let of_item = |kind: &'static FactKind, on| Fact {
        area: Some(item.area_id),
        person: item.owner_id,
        ..Fact::new(kind, on, (&ITEM, item.id))
    };
    fact::record(ctx, work, &of_item(&RECEIVED, item.found_on)).await?;
    if let Some(on) = item.returned_on {
        let quantity = i64::from((on - item.found_on).get_days());
        fact::record(ctx, work, &Fact { quantity, ..of_item(&RETURNED, on) }).await?;
    }
    Ok(())
}

/// Whoever is asked to look for the owner is told.
async fn ask_helper(ctx: &Ctx, work: &mut Work, item: &Item) -> Result<()> {
    let Some(helper) = item.helper else { return Ok(()) };
    let (to, until) = (Receiver::Staff(helper), item.found_on.saturating_add(DAYS.days()));
    let handed = NewHandover {
        kind: ITEM.code,
        subject: (&ITEM, item.id),
        from_label: String::new(),
        to: to.clone(),
        acknowledge_by: until,
        answer_by: until,
        keeper: None,
    };
    let handover = Some(handover::hand_on(ctx, work, &handed).await?);
    let new = NewMessage { occasion: &ASKED, about: (&ITEM, item.id), number: "", handover, due: Some(until) };
    message::send(ctx, work, &to, &new).await
}

/// Whoever keeps things takes one in that belongs to a person, or of which a notice told.
async fn list_next_steps(ctx: &Ctx, _: &mut Conn, kind: Kind, id: Id) -> Result<Vec<NextStep>> {
    let field = match kind {
        kind if *kind == PERSON => "owner",
        kind if *kind == NOTICE => "notice",
        _ => return Ok(Vec::new()),
    };
    let step = NextStep {
        hint: Words("落とし物が届いていたら、預かってください。", "Take in what was handed in."),
        label: Words("落とし物を預かる", "Take in an item"),
        href: format!("/lost/new?{field}={id}"),
    };
    Ok(ctx.may(&KEEP).then_some(step).into_iter().collect())
}
