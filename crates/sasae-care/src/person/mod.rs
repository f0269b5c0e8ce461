//! 人・世帯: persons, households, kinship; who may not see whom; who watches whom.
//!
//! Before a person is saved, likely duplicates are shown side by side with the
//! reasons (#15, #16). A person is found by kanji or kana in any form, by birth
//! date or by telephone (#47). A restriction (DV, 虐待) seals the record, bars
//! one reader or hides the address, and is itself a dated record with its 通告.
//! A person is entrusted to a 民生委員 or 福祉協力員 for a time (#17); the watch
//! builds on that. Death and moving out are states with a day; nobody is deleted.
//!
//! The person page is where the other rooms' records about a person meet:
//! what notices, consultations and cases tell of a person comes from their rooms.
//!
//! **Architecture Invariant:** an address that the reader may not see does not
//! leave the stores of this room, nor do the area and the telephone that would tell of it. The list counts only whom
//! the reader may see.
//!
//! Deliberately absent: deleting and merging of persons; consent and disclosure,
//! which come with the register of people who need support.

#[macro_use]
mod sight;

pub mod api;
pub mod bulk;
pub mod correct;
mod entrusting;
pub mod facts;
pub mod held;
pub mod history;
pub mod list;
pub mod listed;
pub mod looks;
pub mod may;
mod messages;
pub mod model;
pub mod pages;
pub mod place;
pub mod search;
pub mod similar;
pub mod store;
pub(in crate::person) use entrusting::require_place;
pub use entrusting::{end_entrustment, entrust, entrust_as_asked, follow_entrustments};
pub use held::{find_area, is_barred};
pub use model::{EntrustmentForm, LeaveForm, PersonForm, RestrictionForm, name_of};
pub use search::Found;
pub use similar::{Listed, Similar, find_listed, find_similar};
pub use store::household::find_of as find_household;
pub use store::search::{PersonRow, find_row};
pub use store::watcher::{is_watcher, list_watchers};
pub use store::{Person, get};

use sasae_core::age::age_on;
use sasae_core::id::Id;
use sasae_db::Conn;

use crate::access::{self, Act, Guard, Kind, RecordKind};
use crate::area;
use crate::area::AREA;
use crate::attachment::AttachmentRule;
use crate::correction::CorrectionRule;
use crate::ctx::{Actor, Ctx, Work};
use crate::error::{Error, Result};
use crate::lang::{Lang, Words};
use crate::profile::{Needs, Reach};
use crate::room::{Hit, NavEntry, NavSection, Room};
use crate::web::{Gate, Routes};
use model::{Leave, NewPerson};

/// To see the address.
pub const SEE_ADDRESS: Act = Act::SEE_ADDRESS;
/// To see who has looked.
pub const SEE_LOOKS: Act = Act::refused_with(
    "see_looks",
    Words(
        "閲覧の記録を見られるのは、この区域の監査の担当者です。",
        "Only those in charge of audit in this area may see who has looked.",
    ),
);
/// To seal, bar or hide.
pub const RESTRICT: Act = Act::refused_with(
    "restrict",
    Words(
        "閲覧を制限できるのは、この区域の権利擁護の担当者です。",
        "Only those in charge of protection in this area may restrict a record.",
    ),
);
/// To entrust to a 民生委員 or 福祉協力員.
pub const ENTRUST: Act = Act::refused_with(
    "entrust",
    Words(
        "見守りを託せるのは、この区域のコーディネーターか区の担当者です。",
        "Only a coordinator or ward officer of this area may entrust a person.",
    ),
);
/// To register a person in an area.
pub const REGISTER: Act = Act::new("person_register");

/// 人.
pub static PERSON: RecordKind = RecordKind {
    code: "person",
    name: Words("人", "Person"),
    path: Some("/persons/"),
    guard: Some(Guard { facts: store::FACTS, visible: store::VISIBLE }),
};
/// 世帯.
pub static HOUSEHOLD: RecordKind = RecordKind::plain("household", Words("世帯", "Household"));
/// 見守りの託し.
pub static ENTRUSTMENT: RecordKind = RecordKind::plain("entrustment", Words("見守りの託し", "Entrustment"));
/// 閲覧の制限.
pub static RESTRICTION: RecordKind = RecordKind::plain("restriction", Words("閲覧の制限", "Restriction"));

/// A person's name with the birthday, which tells apart those who share one.
async fn called(ctx: &Ctx, conn: &mut Conn, kind: Kind, id: Id) -> Result<Option<String>> {
    if *kind != PERSON {
        return Ok(None);
    }
    let Some(row) = find_row(ctx, conn, id).await? else { return Ok(None) };
    let lang = ctx.lang();
    let birth = row.birth_on.map(|on| match lang {
        Lang::Ja => format!("（{}生まれ）", lang.date(on)),
        Lang::En => format!(" (born {})", lang.date(on)),
    });
    Ok(Some(format!("{} {}{}", row.family, row.given, birth.unwrap_or_default())))
}

/// What this room offers.
pub static ROOM: Room = Room {
    routes,
    tables: store::TABLES,
    migrations: &[
        sasae_db::migration!("0001_person", both),
        sasae_db::migration!("0002_person_list", both),
        sasae_db::migration!("0031_entrustment_once"),
        sasae_db::migration!("0042_entrustment_adrift"),
    ],
    kinds: &[&PERSON, &HOUSEHOLD, &ENTRUSTMENT, &RESTRICTION],
    acts: &[SEE_ADDRESS, SEE_LOOKS, RESTRICT, ENTRUST, REGISTER],
    policy: include_str!("policy.cedar"),
    facts: &[&facts::ENTRUSTED],
    messages: &[&messages::PASSED_ON],
    held: Some(held::BY),
    placed: Some(held::PLACED),
    nav: &[NavEntry {
        section: NavSection::Below,
        label: Words("人をさがす・登録する", "Find or register a person"),
        href: "/persons",
        shown: finds_people,
    }],
    lists: &[&list::PERSONS],
    called: Some(|ctx, conn, kind, id| Box::pin(called(ctx, conn, kind, id))),
    found_by: Words("名前・カナ・電話番号", "a name, reading or telephone number"),
    search: Some(|ctx, conn, text, most| Box::pin(list_hits(ctx, conn, text, most))),
    // A paper may show the address: whoever may not see that sees only what they added themselves.
    attachments: &[AttachmentRule { see: SEE_ADDRESS, ..AttachmentRule::usual(&PERSON) }],
    corrections: &[CorrectionRule {
        parts: &[("address", SEE_ADDRESS), ("area", SEE_ADDRESS), ("phone", SEE_ADDRESS), ("restriction", RESTRICT)],
        ..CorrectionRule::usual(&PERSON)
    }],
    needs: Needs {
        functions: &[&may::REGISTER, &may::ENTRUST],
        vocabularies: &[
            ("care_level", &["independent", "unknown"]),
            ("communication_support", &["sign_language", "writing", "interpreter"]),
            ("language", &["ja"]),
            ("relation", &["head", "other", "unknown"]),
            ("restriction_kind", &["member_data", "address_hidden"]),
            ("sex", &["female", "male", "unknown"]),
            ("consent_state", &["not_asked", "no_answer", "consented", "refused", "withdrawn"]),
        ],
        ..Needs::NONE
    },
    ..Room::new("person", Words("人", "Persons"))
};

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    const SEARCH: Words = Words("人の検索", "Finding a person");
    const NEW: Words = Words("人の登録", "Registering a person");
    const ONE: Words = Words("人の記録", "A person's record");
    const EDIT: Words = Words("人の記録の訂正", "Putting a person's record right");
    const HOME: Words = Words("世帯の入れまちがいの訂正", "Putting the household of a person right");
    const LEAVE: Words = Words("死亡・転出の記録", "Noting a death or a move");
    const RESTRICT: Words = Words("閲覧の制限", "Restricting a record");
    const LIFT: Words = Words("閲覧の制限の終了", "Ending a restriction");
    const ENTRUST: Words = Words("見守りの委託", "Entrusting a person");
    const END: Words = Words("見守りの委託の終了", "Ending an entrustment");
    const RESUME: Words = Words("見守りの委託の終了の取り消し", "Taking back the end of an entrustment");
    const HOLD: Words = Words("閲覧の制限の終了の取り消し", "Taking back the end of a restriction");
    const LOOKS: Words = Words("閲覧の記録", "Who has looked");
    let register = Gate::Function(&may::REGISTER);
    let protect = Gate::Function(&access::may::PROTECT);
    let entrust = Gate::Function(&may::ENTRUST);
    let audit = Gate::Function(&crate::audit::may::READ);
    routes
        .get("/persons", Gate::Staff, SEARCH, list::show)
        .get("/persons/new", register, NEW, pages::form::show_new)
        .post("/persons", register, NEW, pages::form::register)
        .get("/persons/{id}", Gate::Staff, ONE, pages::show::show)
        .get("/persons/{id}/edit", Gate::Staff, EDIT, pages::form::show_edit)
        .post("/persons/{id}", Gate::Staff, EDIT, pages::form::change)
        .get("/persons/{id}/household", Gate::Staff, HOME, pages::household::show)
        .post("/persons/{id}/household", Gate::Staff, HOME, pages::household::correct)
        .get("/persons/{id}/leave", Gate::Staff, LEAVE, pages::steps::show_leave)
        .post("/persons/{id}/leave", Gate::Staff, LEAVE, pages::steps::leave)
        .get("/persons/{id}/entrustments/{entrustment}/resume", entrust, RESUME, pages::resume::show_entrustment)
        .post("/persons/{id}/entrustments/{entrustment}/resume", entrust, RESUME, pages::resume::resume_entrustment)
        .get("/persons/{id}/restrictions/{restriction}/resume", protect, HOLD, pages::resume::show_restriction)
        .post("/persons/{id}/restrictions/{restriction}/resume", protect, HOLD, pages::resume::resume_restriction)
        .get("/persons/{id}/restrict", protect, RESTRICT, pages::steps::show_restrict)
        .post("/persons/{id}/restrict", protect, RESTRICT, pages::steps::restrict)
        .post("/persons/{id}/restrictions/{restriction}/lift", protect, LIFT, pages::steps::lift)
        .get("/persons/{id}/entrust", entrust, ENTRUST, pages::steps::show_entrust)
        .post("/persons/{id}/entrust", entrust, ENTRUST, pages::steps::entrust)
        .post("/persons/{id}/entrustments/{entrustment}/end", entrust, END, pages::steps::end)
        .get("/persons/{id}/looks", audit, LOOKS, pages::steps::looks)
        .api_get("/api/persons", Gate::Staff, SEARCH, api::search)
        .api_post("/api/persons", register, NEW, api::register)
        .api_get("/api/persons/{id}", Gate::Staff, ONE, api::show)
        .api_post("/api/persons/{id}", Gate::Staff, EDIT, api::change)
        .api_post("/api/persons/{id}/leave", Gate::Staff, LEAVE, api::leave)
        .api_get("/api/persons/{id}/household", Gate::Staff, Words("世帯", "A household"), api::household)
        .api_post("/api/persons/{id}/household", Gate::Staff, HOME, api::correct_household)
        .api_post("/api/persons/{id}/restrictions", protect, RESTRICT, api::restrict)
        .api_post("/api/persons/{id}/restrictions/{restriction}/lift", protect, LIFT, api::lift)
        .api_post("/api/persons/{id}/entrustments", entrust, ENTRUST, api::entrust)
        .api_post("/api/persons/{id}/entrustments/{entrustment}/end", entrust, END, api::end)
        .api_post(
            "/api/persons/{id}/entrustments/{entrustment}/resume",
            entrust,
            RESUME,
            pages::resume::api_resume_entrustment,
        )
        .api_post(
            "/api/persons/{id}/restrictions/{restriction}/resume",
            protect,
            HOLD,
            pages::resume::api_resume_restriction,
        )
        .api_get("/api/persons/{id}/looks", audit, LOOKS, api::looks)
}

/// Whether any post of today shows persons by name, so that a search has a use.
pub fn finds_people(ctx: &Ctx) -> bool {
    match ctx.actor() {
        Actor::Staff(staff) => staff.posts.iter().any(|post| post.reach != Reach::Figures),
        Actor::Public | Actor::System(_) => false,
    }
}

/// Persons by name, reading, birth date or telephone number, for the one box.
async fn list_hits(ctx: &Ctx, conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<Hit>> {
    let lang = ctx.lang();
    let limit = usize::try_from(limit).unwrap_or(0);
    let rows = search::look_up(ctx, conn, text, limit).await?.rows;
    Ok(rows
        .into_iter()
        .map(|row| Hit {
            href: format!("/persons/{}", row.id),
            title: format!("{} {}（{} {}）", row.family, row.given, row.family_kana, row.given_kana),
            facts: row
                .birth_on
                .map(|on| lang.date(on))
                .into_iter()
                .chain([row.area_name])
                .filter(|fact| !fact.is_empty())
                .collect(),
            record: (&PERSON, row.id),
        })
        .collect())
}

/// Persons who answer to a text, at most `limit`, under the row rules.
pub async fn search(ctx: &Ctx, conn: &mut Conn, text: &str, limit: i64) -> Result<Vec<PersonRow>> {
    let limit = usize::try_from(limit).unwrap_or(0);
    Ok(search::find(ctx, conn, text, limit).await?.rows)
}

/// The same, with whether there are more.
pub async fn search_first(ctx: &Ctx, conn: &mut Conn, text: &str, limit: i64) -> Result<Found> {
    search::find(ctx, conn, text, usize::try_from(limit).unwrap_or(0)).await
}

/// Said below a choice of persons who are only the first that were found.
pub fn only_first(ctx: &Ctx) -> maud::Markup {
    let lang = ctx.lang();
    let how = lang.t(
        "名字と名前を続けて入れるか、生年月日や電話番号でさがしてください。",
        "Type family name and given name, or find by birth date or telephone number.",
    );
    crate::web::ui::form::only_first(lang, how)
}

/// Sight first: whoever may not know of the person gets `NotFound`, then the act.
async fn require(ctx: &Ctx, conn: &mut Conn, person: Id, act: Act) -> Result<()> {
    if !matches!(ctx.actor(), Actor::System(_)) {
        access::require_sight(ctx, conn, &PERSON, person).await?;
    }
    access::require(ctx, conn, &PERSON, person, act).await
}

/// Registers a person, and a household where none is given. Likely duplicates
/// are the caller's matter (`find_similar`): a page asks, an import reports.
pub async fn register(ctx: &Ctx, work: &mut Work, form: &PersonForm) -> Result<Id> {
    let new = model::check_person(ctx, form)?;
    area::get_today(ctx, work, "area", new.area).await?;
    access::require(ctx, work, &AREA, new.area, REGISTER).await?;
    if let Some(household) = new.household {
        require_household(ctx, work, household).await?;
    }
    if !new.source_key.is_empty() && store::find_by_source(ctx, work, &new.source, &new.source_key).await?.is_some() {
        return Err(Error::field(
            "source_key",
            "この番号の人は、もう登録されています。",
            "A person with this key from this source is registered already.",
        ));
    }
    let id = ctx.new_id();
    store::insert(ctx, work, id, &new).await?;
    for key in new.keys() {
        store::insert_key(ctx, work, id, &key, new.area).await?;
    }
    settle_in(ctx, work, id, &new).await?;
    ctx.wrote(&PERSON, id);
    Ok(id)
}

/// Puts a person into the household that was asked for, or one of their own.
async fn settle_in(ctx: &Ctx, work: &mut Work, id: Id, new: &NewPerson) -> Result<()> {
    let home = match new.household {
        Some(home) => home,
        None => {
            let home = ctx.new_id();
            store::household::insert(ctx, work, home, new.area, &new.address, &home.to_string()).await?;
            ctx.wrote(&HOUSEHOLD, home);
            home
        }
    };
    let relation = relation_of(new, new.household.is_some());
    store::household::insert_member(ctx, work, home, id, &relation).await
}

/// Alone in a new household one is its head; joining others it is not known
/// until somebody says so.
fn relation_of(new: &NewPerson, shared: bool) -> String {
    match (new.relation.as_str(), shared) {
        ("", false) => "head".to_owned(),
        ("", true) => "unknown".to_owned(),
        (relation, _) => relation.to_owned(),
    }
}

async fn require_household(ctx: &Ctx, conn: &mut Conn, household: Id) -> Result<()> {
    if store::household::is_known(ctx, conn, household).await? {
        return Ok(());
    }
    Err(Error::field(
        "household",
        "この世帯は見つかりません。選び直してください。",
        "This household cannot be found. Please choose again.",
    ))
}

/// Changes a person; `seen` is the revision that the writer saw. A changed name
/// renews the keys. A writer who may not see the address cannot say another, nor another area or telephone.
pub async fn change(ctx: &Ctx, work: &mut Work, id: Id, form: &PersonForm, seen: i64) -> Result<()> {
    require(ctx, work, id, Act::EDIT).await?;
    let old = store::get(ctx, work, id).await?;
    let new = match old.address_shown {
        true => model::check_person(ctx, form)?,
        false => {
            let mut new = model::check_person(ctx, &model::without_place(ctx, form, old.area_id)?)?;
            (new.address, new.phone) = store::get_place(ctx, work, id).await?;
            new
        }
    };
    if new.area != old.area_id {
        area::get_today(ctx, work, "area", new.area).await?;
        access::require(ctx, work, &AREA, new.area, REGISTER).await?;
    }
    let lived = store::household::find_membership(ctx, work, id).await?;
    let home = lived.as_ref().map(|lived| lived.household_id);
    let moves = new.own_household || (new.household.is_some() && new.household != home);
    if let Some(household) = new.household.filter(|_| moves) {
        require_household(ctx, work, household).await?;
    }
    store::update(ctx, work, id, &new, seen).await?;
    let keys = model::keys_of([&old.family, &old.given, &old.family_kana, &old.given_kana]);
    if keys != new.keys() || old.area_id != new.area {
        store::delete_keys(ctx, work, id).await?;
        for key in new.keys() {
            store::insert_key(ctx, work, id, &key, new.area).await?;
        }
    }
    match home {
        _ if moves => {
            store::household::leave_before_today(ctx, work, id).await?;
            settle_in(ctx, work, id, &new).await?;
        }
        // Someone who has died or moved out lives in no household.
        None if old.left() => {}
        None => settle_in(ctx, work, id, &new).await?,
        Some(home) => {
            if !new.relation.is_empty() {
                store::household::set_relation(ctx, work, id, &new.relation).await?;
            }
            move_house(ctx, work, home, &old, &new).await?;
        }
    }
    if old.area_id != new.area {
        follow_entrustments(ctx, work, id).await?;
    }
    history::keep(ctx, work, (&old, lived.as_ref()), &form.reason).await?;
    ctx.wrote(&PERSON, id);
    Ok(())
}

/// The household has the address of the person whose address is put right, unless that address is hidden: then
/// the person lives apart from the others from today, whose record would give it away.
async fn move_house(ctx: &Ctx, work: &mut Work, home: Id, old: &store::Person, new: &NewPerson) -> Result<()> {
    let moved = old.address != new.address || old.area_id != new.area;
    if !old.address_shown || !moved {
        return Ok(());
    }
    let others = store::household::list_addresses(ctx, work, home).await?.iter().any(|(id, _)| *id != old.id);
    if others && store::restriction::hides_address(ctx, work, old.id).await? {
        store::household::leave_before_today(ctx, work, old.id).await?;
        return settle_in(ctx, work, old.id, &NewPerson { household: None, ..new.clone() }).await;
    }
    let stands = store::household::find_address(ctx, work, home).await?;
    if stands.as_deref() == Some(old.address.as_str()) {
        store::household::set_place(ctx, work, home, new.area, &new.address).await?;
        ctx.wrote(&HOUSEHOLD, home);
    }
    Ok(())
}

/// Notes a death or a move out of the municipality, or takes either back.
/// Membership of the household ends with that day, entrustments with today. Whoever comes back is in the
/// household of before.
pub async fn leave(ctx: &Ctx, work: &mut Work, id: Id, form: &LeaveForm, seen: i64) -> Result<()> {
    require(ctx, work, id, Act::EDIT).await?;
    let person = store::get(ctx, work, id).await?;
    let leave = model::check_leave(ctx, form, person.birth_on)?;
    store::set_left(ctx, work, id, leave, seen).await?;
    match leave {
        Leave::Died(on) | Leave::MovedOut(on) => {
            store::household::end_on(ctx, work, id, on).await?;
            store::entrustment::end_all_today(ctx, work, id).await?;
            follow_entrustments(ctx, work, id).await?;
        }
        Leave::Back => {
            let back = match person.died_on.or(person.moved_out_on) {
                Some(left) => store::household::resume_from(ctx, work, id, left).await?,
                None => false,
            };
            if !back && store::household::find_of(ctx, work, id).await?.is_none() {
                let (address, _) = store::get_place(ctx, work, id).await?;
                let new = NewPerson { area: person.area_id, address, ..NewPerson::default() };
                settle_in(ctx, work, id, &new).await?;
            }
        }
    }
    ctx.wrote(&PERSON, id);
    Ok(())
}

/// Someone in a household.
#[derive(Debug, Clone)]
pub struct Member {
    /// The person.
    pub person: Id,
    /// Family and given name.
    pub name: String,
    /// Reading.
    pub kana: String,
    /// Code of the vocabulary `relation`.
    pub relation: String,
    /// Age in full years, when the birth date is known.
    pub age: Option<u16>,
    /// Code of the vocabulary `sex`.
    pub sex: String,
}

/// A household as the reader may see it.
#[derive(Debug, Clone)]
pub struct HouseholdView {
    /// The household.
    pub id: Id,
    /// Address; empty where the reader may not see it of everyone shown.
    pub address: String,
    /// Its members of today; those whom the reader may not see are left out without a sign.
    pub members: Vec<Member>,
}

/// The household in which a person lives today.
pub async fn household_of(ctx: &Ctx, conn: &mut Conn, person: Id) -> Result<Option<HouseholdView>> {
    match store::household::find_of(ctx, conn, person).await? {
        Some(id) => household(ctx, conn, id).await,
        None => Ok(None),
    }
}

/// A household by its id; `None` where the reader may see nobody in it.
pub async fn household(ctx: &Ctx, conn: &mut Conn, id: Id) -> Result<Option<HouseholdView>> {
    let rows = store::household::list_members(ctx, conn, id).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let address = match rows.iter().all(|row| row.address_shown) {
        true => store::household::find_address(ctx, conn, id).await?.unwrap_or_default(),
        false => String::new(),
    };
    let today = ctx.today();
    let members = rows
        .into_iter()
        .map(|row| Member {
            person: row.person,
            name: model::joined(&row.family, &row.given),
            kana: model::joined(&row.family_kana, &row.given_kana),
            age: row.birth_on.and_then(|birth| age_on(birth, row.died_on.unwrap_or(today))),
            relation: row.relation,
            sex: row.sex,
        })
        .collect();
    Ok(Some(HouseholdView { id, address, members }))
}

/// Seals a record, bars one reader from it, or hides the address.
pub async fn restrict(ctx: &Ctx, work: &mut Work, person: Id, form: &RestrictionForm) -> Result<Id> {
    require(ctx, work, person, RESTRICT).await?;
    let decided_by = ctx.staff_id().ok_or(Error::SignIn)?;
    let new = model::check_restriction(ctx, form)?;
    if let Some(against) = new.against
        && crate::staff::find_staff_name(ctx, work, against).await?.is_none()
    {
        return Err(Error::field("against_staff", "選び直してください。", "Please choose again."));
    }
    if new.against == Some(decided_by) {
        return Err(Error::field(
            "against_staff",
            "自分自身は選べません。ほかの権利擁護の担当者に頼んでください。",
            "You cannot bar yourself. Ask another person in charge of protection.",
        ));
    }
    let id = ctx.new_id();
    store::restriction::insert(ctx, work, id, person, &new, decided_by).await?;
    ctx.wrote(&PERSON, person);
    Ok(id)
}

/// Ends a restriction with today.
pub async fn lift_restriction(ctx: &Ctx, work: &mut Work, person: Id, restriction: Id, seen: i64) -> Result<()> {
    require(ctx, work, person, RESTRICT).await?;
    store::restriction::end_today(ctx, work, person, restriction, seen).await?;
    ctx.wrote(&PERSON, person);
    Ok(())
}
