//! Worlds by chance, and what the policy must be told in them: computed from the model alone. Each room
//! that has records under row rules puts its own into them, from its folder.

use std::collections::BTreeMap;
use std::fmt;

use futures_util::future::LocalBoxFuture;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{TestRng, TestRunner};
use sasae_core::id::Id;
use sasae_db::{Sql, args};
use sasae_test::contributions;

use crate::access::{Facts, Kind};
use crate::ctx::{Ctx, Work};
use crate::room::Room;
use crate::testing::TestApp;

/// A kind of record under row rules, and how the worlds get such records: its room registers it in
/// its folder, beside its tests.
pub struct Rules {
    pub kind: Kind,
    /// The ids that the row rule shows.
    pub listed: Sql,
    /// The views of the list of the kind, where it has one, that show all records together.
    pub views: &'static [(&'static str, &'static str)],
    /// The tables of such records, in the order in which they can be emptied.
    pub tables: &'static [&'static str],
    /// Puts records into a world and its database. Rooms do so in the order of the list.
    pub make: for<'a> fn(&'a mut World<'_>, &'a Ctx, &'a mut Work) -> LocalBoxFuture<'a, ()>,
    /// Parts of the row rule, each with what stands there instead where it is dropped on purpose.
    pub mutations: &'static [(&'static str, &'static str)],
}

/// The rules of a house, in the order of its rooms.
pub fn rules(test: &TestApp) -> Vec<&'static Rules> {
    let kinds = test.app.rooms().flat_map(|room: &'static Room| room.kinds);
    kinds.filter_map(|kind| contributions::<Rules>().find(|rules| *rules.kind == **kind)).collect()
}

/// Days relative to the test's today, inclusive.
pub type Period = (i32, i32);

/// A few days around today.
pub fn period() -> impl Strategy<Value = Period> {
    (-3_i32..3, 0_i32..4).prop_map(|(from, length)| (from, from + length))
}

/// How many act in a world.
pub const STAFF: usize = 4;
const ROLES: [&str; 6] =
    ["coordinator", "ward_officer", "minsei", "supervisor", "city_officer", "life_network_officer"];
const START: Date = date(2020, 4, 1);

#[derive(Debug, Clone)]
struct Post {
    role: usize,
    /// 0 city, 1–2 wards, 3–6 districts.
    area: usize,
    period: Period,
}

/// What holds for a person against those who would see a record about them.
#[derive(Debug, Clone)]
pub struct Restriction {
    pub person: Id,
    /// `sealed`, `barred` or `address`.
    pub kind: &'static str,
    /// Against whom, where somebody is barred.
    pub staff: usize,
    pub period: Period,
}

/// The role and the area of the post by which a ground is held.
type HeldByRow = (Option<String>, Option<Id>);

/// A record as the row rules see it.
#[derive(Debug, Clone)]
pub struct Record {
    pub kind: Kind,
    pub id: Id,
    /// 0 city, 1–2 wards, 3–6 districts.
    pub area: usize,
    /// The persons whom it is about.
    pub about: Vec<Id>,
    /// Whose it is.
    pub own: Option<usize>,
    /// The function that whoever's it is must carry there today; empty where it asks for none.
    pub own_by: &'static str,
    /// Reason, holder, when.
    pub grounds: Vec<(&'static str, usize, Period)>,
}

/// A world, and who and what is in it.
pub struct World<'t> {
    test: &'t TestApp,
    dice: TestRunner,
    posts: Vec<Vec<Post>>,
    /// By which post each ground is held, as its room has chosen: record, holder, reason, first day.
    held_by: BTreeMap<(Id, Id, String, Date), Vec<HeldByRow>>,
    /// What each role may do.
    functions: BTreeMap<&'static str, Vec<String>>,
    /// A district that moved from ward 甲 to ward 乙 this many days from today.
    recut: Option<i32>,
    pub staff: Vec<Id>,
    pub restrictions: Vec<Restriction>,
    pub records: Vec<Record>,
}

impl fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("World");
        shown.field("staff", &self.staff).field("posts", &self.posts).field("recut", &self.recut);
        shown.field("restrictions", &self.restrictions).field("records", &self.records).finish_non_exhaustive()
    }
}

/// The chance of so many worlds, from a fixed seed, so that a failure comes again.
pub fn chances(count: usize) -> Vec<TestRng> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| runner.new_rng()).collect()
}

/// By which posts the grounds are held.
async fn read_held_by(ctx: &Ctx, work: &mut Work) -> BTreeMap<(Id, Id, String, Date), Vec<HeldByRow>> {
    let text = "SELECT record_id, holder_id, reason, valid_from, by_role, by_area FROM ground WHERE tenant = ?1";
    let rows: Vec<(Id, Id, String, Date, Option<String>, Option<Id>)> =
        work.query_text(text, args![ctx.tenant()]).await.unwrap();
    let mut held: BTreeMap<_, Vec<HeldByRow>> = BTreeMap::new();
    for (record, holder, reason, from, role, area) in rows {
        held.entry((record, holder, reason, from)).or_default().push((role, area));
    }
    held
}

fn holds((from, to): Period) -> bool {
    from <= 0 && 0 <= to
}

impl<'t> World<'t> {
    /// Makes a world in an empty city, so that one application serves many.
    pub async fn build(test: &'t TestApp, chance: TestRng) -> World<'t> {
        let dice = TestRunner::new_with_rng(ProptestConfig::default(), chance);
        let (posts, records) = (Vec::new(), Vec::new());
        let (staff, restrictions, held_by, functions) = (Vec::new(), Vec::new(), BTreeMap::new(), BTreeMap::new());
        let mut world = World { test, dice, posts, held_by, functions, recut: None, staff, restrictions, records };
        let post = (0..ROLES.len(), 0..7_usize, period()).prop_map(|(role, area, period)| Post { role, area, period });
        world.posts = world.draw(prop::collection::vec(prop::collection::vec(post, 0..3), STAFF));
        world.recut = world.draw(prop::option::of(-2_i32..3));
        let ctx = test.system().await;
        let mut work = ctx.begin().await.unwrap();
        let rules = rules(test);
        let of_rooms = rules.iter().rev().flat_map(|rules| rules.tables).copied();
        for table in ["ground"].into_iter().chain(of_rooms).chain(["post"]) {
            let text = format!("DELETE FROM {table} WHERE tenant = ?1");
            work.execute_text(&text, args![ctx.tenant()]).await.unwrap();
        }
        world.recut(&ctx, &mut work).await;
        world.crew(&ctx, &mut work).await;
        for rules in rules {
            (rules.make)(&mut world, &ctx, &mut work).await;
        }
        let carried = |role: &&'static str| ctx.profile().role(role).map(|role| role.may.clone());
        world.functions = ROLES.iter().map(|role| (*role, carried(role).unwrap_or_default())).collect();
        world.held_by = read_held_by(&ctx, &mut work).await;
        work.commit("").await.unwrap();
        world
    }

    /// District 0 lies in ward 甲 until the day before the re-cut, then in ward 乙.
    async fn recut(&self, ctx: &Ctx, work: &mut Work) {
        let (moved, forever) = (self.test.districts[0], crate::tenancy::FOREVER);
        let text = "DELETE FROM area_parent WHERE tenant = ?1 AND child_id = ?2";
        work.execute_text(text, args![ctx.tenant(), moved]).await.unwrap();
        let change = self.recut.map(|at| self.day(at));
        let last = change.map_or(forever, |on| on.saturating_sub(1.day()));
        let wards = self.test.wards;
        crate::area::store::insert_parent(ctx, work, moved, wards[0], "main", (START, last)).await.unwrap();
        if let Some(on) = change {
            crate::area::store::insert_parent(ctx, work, moved, wards[1], "main", (on, forever)).await.unwrap();
        }
        crate::area::store::rebuild_within(ctx, work).await.unwrap();
    }

    async fn crew(&mut self, ctx: &Ctx, work: &mut Work) {
        for posts in self.posts.clone() {
            let id = self.somebody(ctx, work).await;
            for post in posts {
                let (area, span) = (self.area(post.area), self.span(post.period));
                crate::staff::store::insert_post(ctx, work, ctx.new_id(), id, ROLES[post.role], area, span)
                    .await
                    .unwrap();
            }
            self.staff.push(id);
        }
    }

    /// Somebody who acts, but is none of those who look.
    pub async fn somebody(&self, ctx: &Ctx, work: &mut Work) -> Id {
        let id = ctx.new_id();
        crate::staff::store::insert_staff(ctx, work, id, ("担当", ""), None, "", &id.to_string(), START).await.unwrap();
        id
    }

    /// What chance says.
    pub fn draw<S: Strategy>(&mut self, of: S) -> S::Value {
        of.new_tree(&mut self.dice).unwrap().current()
    }

    /// One of so many, where there are any and chance wants it.
    pub fn draw_one<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        let at = self.draw(prop::option::of(0..of.len().max(1)));
        at.and_then(|at| of.get(at).cloned())
    }

    fn day(&self, offset: i32) -> Date {
        self.test.clock.today().saturating_add(offset.days())
    }

    /// The days of a period.
    pub fn span(&self, (from, to): Period) -> (Date, Date) {
        (self.day(from), self.day(to))
    }

    /// An area by its number.
    pub fn area(&self, index: usize) -> Id {
        match index {
            0 => self.test.city,
            1 | 2 => self.test.wards[index - 1],
            _ => self.test.districts[index - 3],
        }
    }

    /// The ids of the records of a kind so far.
    pub fn ids(&self, kind: Kind) -> Vec<Id> {
        self.of(kind).map(|record| record.id).collect()
    }

    /// The records of a kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(move |record| *record.kind == *kind)
    }

    /// Whom a record is about.
    pub fn about(&self, record: Id) -> &[Id] {
        let mut records = self.records.iter();
        &records.find(|one| one.id == record).expect("a record of the world").about
    }

    /// A record got a ground.
    pub fn ground(&mut self, record: Id, ground: (&'static str, usize, Period)) {
        let mut records = self.records.iter_mut();
        records.find(|one| one.id == record).expect("a record of the world").grounds.push(ground);
    }

    /// The area and everything around it today, from the model alone.
    fn around(&self, index: usize) -> Vec<Id> {
        let ward = match index {
            0 => return vec![self.area(0)],
            1 | 2 => return vec![self.area(index), self.area(0)],
            3 if self.recut.is_some_and(|at| at <= 0) => 2,
            3 | 4 => 1,
            _ => 2,
        };
        vec![self.area(index), self.area(ward), self.area(0)]
    }

    /// Whether somebody carries a function today in an area or around it, from the model alone.
    fn carries(&self, me: usize, function: &str, area: usize) -> bool {
        let around = self.around(area);
        self.posts[me].iter().filter(|post| holds(post.period) && around.contains(&self.area(post.area))).any(|post| {
            self.functions.get(ROLES[post.role]).is_some_and(|all| all.iter().any(|known| known == function))
        })
    }

    /// Whether the holder of a ground still has the post by which it is held, from the model alone.
    fn is_held(&self, record: Id, me: usize, reason: &str, period: Period) -> bool {
        let key = (record, self.staff[me], reason.to_owned(), self.day(period.0));
        self.held_by.get(&key).into_iter().flatten().any(|(role, area)| match (role, area) {
            (None, _) => true,
            (Some(role), Some(area)) => {
                let around = (0..7).find(|index| self.area(*index) == *area).map(|index| self.around(index));
                let here = around.unwrap_or_default();
                let mut posts = self.posts[me].iter().filter(|post| holds(post.period));
                posts.any(|post| ROLES[post.role] == role && here.contains(&self.area(post.area)))
            }
            (Some(_), None) => false,
        })
    }

    /// What the policy needs to know of an area.
    pub fn facts_of_area(&self, index: usize) -> Facts {
        Facts { areas: self.around(index), ..Facts::default() }
    }

    /// What the policy needs to know of a record: the oracle of `store::get_facts`.
    pub fn facts(&self, record: &Record, me: usize) -> Facts {
        let restricted = |kinds: &[&str]| {
            let holding = self.restrictions.iter().filter(|one| record.about.contains(&one.person));
            let mut holding = holding.filter(|one| kinds.contains(&one.kind) && holds(one.period));
            holding.any(|one| one.kind != "barred" || one.staff == me)
        };
        let mut grounds: BTreeMap<String, Date> = BTreeMap::new();
        let of_today = record.grounds.iter().filter(|(reason, staff, period)| {
            *staff == me && holds(*period) && self.is_held(record.id, me, reason, *period)
        });
        for (reason, _, period) in of_today {
            let since = grounds.entry((*reason).to_owned()).or_insert(Date::MAX);
            *since = self.day(period.0).min(*since);
        }
        Facts {
            areas: self.around(record.area),
            sealed: restricted(&["sealed"]),
            barred: restricted(&["barred"]),
            address_hidden: restricted(&["sealed", "address"]),
            own: record.own == Some(me) && (record.own_by.is_empty() || self.carries(me, record.own_by, record.area)),
            grounds: grounds.into_iter().collect(),
        }
    }
}
