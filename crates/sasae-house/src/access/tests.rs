//! The property that carries the whole design: a filtered list is exactly the
//! policy asked row by row, for random posts, expiries, re-cuts, restrictions
//! and records, on both engines; and conditions dropped on purpose turn it red.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sasae_core::id::Id;
use sasae_db::{Sql, sql};
use sasae_test::{TestDb, both_engines};

use crate::access::Facts;
use crate::access::kind::{Act, Kind};
use crate::area::AREA;
use crate::case::CASE;
use crate::consultation::CONSULTATION;
use crate::ctx::{Actor, Ctx};
use crate::error::Result;
use crate::listing::{self, ListQuery, Walk};
use crate::migrations::MIGRATIONS;
use crate::notice::NOTICE;
use crate::person::PERSON;
use crate::testing::TestApp;
use crate::web::Pairs;

/// Days relative to the test's today, inclusive.
type Period = (i32, i32);

#[derive(Debug, Clone)]
struct PostSeed {
    role: usize,
    /// 0 city, 1–2 wards, 3–6 districts.
    area: usize,
    period: Period,
}

#[derive(Debug, Clone)]
struct RestrictionSeed {
    person: usize,
    /// 0 sealed, 1 barred, 2 address.
    kind: usize,
    staff: usize,
    period: Period,
}

#[derive(Debug, Clone)]
struct World {
    posts: Vec<Vec<PostSeed>>,
    persons: Vec<usize>,
    restrictions: Vec<RestrictionSeed>,
    entrustments: Vec<(usize, usize, Period)>,
    /// area, persons named, roles (staff, period)
    cases: Vec<(usize, Vec<usize>, Vec<(usize, Period)>)>,
    /// area, person, taken by, case that came of it
    consultations: Vec<(usize, Option<usize>, usize, Option<usize>)>,
    /// area, person, reporter
    notices: Vec<(usize, Option<usize>, Option<usize>)>,
    /// A district that moved from ward 甲 to ward 乙 this many days from today.
    recut: Option<i32>,
}

const ROLES: [&str; 6] =
    ["coordinator", "ward_officer", "minsei", "supervisor", "city_officer", "life_network_officer"];
const STAFF: usize = 4;
const PERSONS: usize = 6;

fn period() -> impl Strategy<Value = Period> {
    (-3_i32..3, 0_i32..4).prop_map(|(from, length)| (from, from + length))
}

fn world() -> impl Strategy<Value = World> {
    let post = (0..ROLES.len(), 0..7_usize, period()).prop_map(|(role, area, period)| PostSeed { role, area, period });
    let restriction = (0..PERSONS, 0..3_usize, 0..STAFF, period())
        .prop_map(|(person, kind, staff, period)| RestrictionSeed { person, kind, staff, period });
    let case = (
        3..7_usize,
        prop::collection::btree_set(0..PERSONS, 1..3).prop_map(|set| set.into_iter().collect()),
        prop::collection::vec((0..STAFF, period()), 0..3),
    );
    (
        prop::collection::vec(prop::collection::vec(post, 0..3), STAFF),
        prop::collection::vec(3..7_usize, PERSONS),
        prop::collection::vec(restriction, 0..5),
        prop::collection::vec((0..PERSONS, 0..STAFF, period()), 0..4),
        prop::collection::vec(case, 0..4),
        prop::collection::vec((3..7_usize, prop::option::of(0..PERSONS), 0..STAFF, prop::option::of(0..4_usize)), 0..4),
        prop::collection::vec((1..7_usize, prop::option::of(0..PERSONS), prop::option::of(0..STAFF)), 0..4),
        prop::option::of(-2_i32..3),
    )
        .prop_map(|(posts, persons, restrictions, entrustments, cases, consultations, notices, recut)| World {
            posts,
            persons,
            restrictions,
            entrustments,
            cases,
            consultations,
            notices,
            recut,
        })
}

/// The world in the database, with the ids that its parts got.
struct Built<'a> {
    test: &'a TestApp,
    world: World,
    staff: Vec<Id>,
    persons: Vec<Id>,
    cases: Vec<Id>,
    consultations: Vec<Id>,
    notices: Vec<Id>,
}

const START: Date = date(2020, 4, 1);

fn day(test: &TestApp, offset: i32) -> Date {
    test.clock.today().saturating_add(offset.days())
}

fn holds((from, to): Period) -> bool {
    from <= 0 && 0 <= to
}

impl Built<'_> {
    fn area(&self, index: usize) -> Id {
        match index {
            0 => self.test.city,
            1 | 2 => self.test.wards[index - 1],
            _ => self.test.districts[index - 3],
        }
    }

    /// The area and everything around it today, from the model alone.
    fn around(&self, index: usize) -> Vec<Id> {
        let ward = match index {
            0 => return vec![self.area(0)],
            1 | 2 => return vec![self.area(index), self.area(0)],
            3 if self.world.recut.is_some_and(|at| at <= 0) => 2,
            3 | 4 => 1,
            _ => 2,
        };
        vec![self.area(index), self.area(ward), self.area(0)]
    }

    fn restricted(&self, persons: &[usize], kinds: &[usize], staff: Option<usize>) -> bool {
        self.world.restrictions.iter().any(|r| {
            persons.contains(&r.person)
                && kinds.contains(&r.kind)
                && holds(r.period)
                && staff.is_none_or(|staff| r.kind != 1 || r.staff == staff)
        })
    }

    fn ground(&self, reason: &str, periods: impl Iterator<Item = Period>) -> Option<(String, Date)> {
        periods.filter(|p| holds(*p)).map(|p| (reason.to_owned(), day(self.test, p.0))).min()
    }

    fn team(&self, case: usize, me: usize) -> impl Iterator<Item = Period> {
        self.world.cases[case].2.iter().filter(move |(staff, _)| *staff == me).map(|(_, period)| *period)
    }

    /// What the policy needs to know, computed from the model: the oracle of `store::get_facts`.
    fn facts(&self, kind: Kind, index: usize, me: usize) -> Facts {
        let (area, about): (usize, Vec<usize>) = match kind {
            _ if *kind == PERSON => (self.world.persons[index], vec![index]),
            _ if *kind == CASE => (self.world.cases[index].0, self.world.cases[index].1.clone()),
            _ if *kind == CONSULTATION => {
                (self.world.consultations[index].0, self.world.consultations[index].1.into_iter().collect())
            }
            _ if *kind == NOTICE => (self.world.notices[index].0, self.world.notices[index].1.into_iter().collect()),
            _ => (index, Vec::new()),
        };
        let mut facts = Facts {
            areas: self.around(area),
            sealed: self.restricted(&about, &[0], None),
            barred: self.restricted(&about, &[1], Some(me)),
            address_hidden: self.restricted(&about, &[0, 2], None),
            ..Facts::default()
        };
        match kind {
            _ if *kind == PERSON => {
                let cases = (0..self.world.cases.len()).filter(|c| self.world.cases[*c].1.contains(&index));
                facts.grounds.extend(self.ground("team", cases.flat_map(|c| self.team(c, me))));
                let mine = self.world.entrustments.iter().filter(|(p, s, _)| *p == index && *s == me);
                facts.grounds.extend(self.ground("entrusted", mine.map(|(_, _, period)| *period)));
            }
            _ if *kind == CASE => {
                facts.own = self.world.cases[index].2.first().is_some_and(|(lead, _)| *lead == me);
                facts.grounds.extend(self.ground("team", self.team(index, me)));
            }
            _ if *kind == CONSULTATION => {
                let (_, _, taken_by, case) = self.world.consultations[index];
                facts.own = taken_by == me;
                let case =
                    case.filter(|c| *c < self.world.cases.len() && self.first_consultation_of(*c) == Some(index));
                facts.grounds.extend(case.and_then(|c| self.ground("team", self.team(c, me))));
            }
            _ if *kind == NOTICE => facts.own = self.world.notices[index].2 == Some(me),
            _ => {}
        }
        facts.grounds.sort();
        facts
    }

    /// A case comes of one consultation: the first that names it.
    fn first_consultation_of(&self, case: usize) -> Option<usize> {
        self.world.consultations.iter().position(|(_, _, _, c)| *c == Some(case))
    }

    fn ids(&self, kind: Kind) -> &[Id] {
        match kind {
            _ if *kind == PERSON => &self.persons,
            _ if *kind == CASE => &self.cases,
            _ if *kind == CONSULTATION => &self.consultations,
            _ if *kind == NOTICE => &self.notices,
            _ => &[],
        }
    }
}

async fn build(test: &TestApp, world: World) -> Built<'_> {
    let ctx = test.system().await;
    let mut work = ctx.begin().await.unwrap();
    let (tenant, now) = (ctx.tenant().to_owned(), ctx.now());
    let (tenant, forever) = (tenant.as_str(), crate::tenancy::FOREVER);
    // Every world starts from an empty city, so that one application serves many worlds.
    for table in [
        "ground",
        "case_role",
        "case_person",
        "notice",
        "support_case",
        "consultation",
        "entrustment",
        "restriction",
        "person_key",
        "person",
        "post",
    ] {
        work.execute_text(&format!("DELETE FROM {table} WHERE tenant = ?1"), sasae_db::args![tenant]).await.unwrap();
    }
    let mut built = Built {
        test,
        world,
        staff: Vec::new(),
        persons: Vec::new(),
        cases: Vec::new(),
        consultations: Vec::new(),
        notices: Vec::new(),
    };
    // The re-cut: district 0 lies in ward 甲 until the day before, then in ward 乙.
    let moved = test.districts[0];
    work.execute_text("DELETE FROM area_parent WHERE tenant = ?1 AND child_id = ?2", sasae_db::args![tenant, moved])
        .await
        .unwrap();
    let change = built.world.recut.map(|at| day(test, at));
    let last = change.map_or(forever, |on| on.saturating_sub(1.day()));
    crate::area::store::insert_parent(&ctx, &mut work, moved, test.wards[0], "main", (START, last)).await.unwrap();
    if let Some(on) = change {
        crate::area::store::insert_parent(&ctx, &mut work, moved, test.wards[1], "main", (on, forever)).await.unwrap();
    }
    crate::area::store::rebuild_within(&ctx, &mut work).await.unwrap();
    for posts in built.world.posts.clone() {
        let id = ctx.new_id();
        crate::staff::store::insert_staff(&ctx, &mut work, id, ("担当", ""), None, "", &id.to_string(), START)
            .await
            .unwrap();
        for post in posts {
            let span = (day(test, post.period.0), day(test, post.period.1));
            let area = built.area(post.area);
            crate::staff::store::insert_post(&ctx, &mut work, ctx.new_id(), id, ROLES[post.role], area, span)
                .await
                .unwrap();
        }
        built.staff.push(id);
    }
    for area in built.world.persons.clone() {
        let id = ctx.new_id();
        let area = built.area(area);
        let key = id.to_string();
        work.execute_text(
            "INSERT INTO person (tenant, id, family, given, family_kana, given_kana, sex, area_id, address, address_key, phone, phone_key, care_level, language, communication, note, source, source_key, created_at, revision) VALUES (?1, ?2, '試', '験', '', '', '', ?3, '', '', '', '', '', '', '', '', 'test', ?4, ?5, 1)",
            sasae_db::args![tenant, id, area, &key, now],
        ).await.unwrap();
        built.persons.push(id);
    }
    for r in built.world.restrictions.clone() {
        let kind = ["sealed", "barred", "address"][r.kind];
        let against = (r.kind == 1).then(|| built.staff[r.staff]);
        work.execute_text(
            "INSERT INTO restriction (tenant, id, person_id, kind, against_staff, reason, reported_to, note, valid_from, valid_to, decided_by, decided_at, revision) VALUES (?1, ?2, ?3, ?4, ?5, 'dv', '', '', ?6, ?7, ?2, ?8, 1)",
            sasae_db::args![tenant, ctx.new_id(), built.persons[r.person], kind, against, day(test, r.period.0), day(test, r.period.1), now],
        ).await.unwrap();
    }
    for (person, staff, period) in built.world.entrustments.clone() {
        work.execute_text(
            "INSERT INTO entrustment (tenant, id, person_id, staff_id, reason, valid_from, valid_to, entrusted_at, revision) VALUES (?1, ?2, ?3, ?4, '', ?5, ?6, ?7, 1)",
            sasae_db::args![tenant, ctx.new_id(), built.persons[person], built.staff[staff], day(test, period.0), day(test, period.1), now],
        ).await.unwrap();
    }
    for person in built.persons.clone() {
        crate::person::follow_entrustments(&ctx, &mut work, person).await.unwrap();
    }
    for (area, person, taken_by, _) in built.world.consultations.clone() {
        let id = ctx.new_id();
        work.execute_text(
            "INSERT INTO consultation (tenant, id, received_on, received_at, channel, area_id, person_id, from_whom, from_name, from_contact, what, wish, wish_words, urgency, language, communication, extra, taken_by, outcome, outcome_note, revision) VALUES (?1, ?2, ?3, ?4, 'phone', ?5, ?6, '', '', '', '', '', '', '', '', '', '', ?7, 'open', '', 1)",
            sasae_db::args![tenant, id, ctx.today(), now, built.area(area), person.map(|p| built.persons[p]), built.staff[taken_by]],
        ).await.unwrap();
        built.consultations.push(id);
    }
    for (index, (area, persons, roles)) in built.world.cases.clone().into_iter().enumerate() {
        let id = ctx.new_id();
        let lead = roles.first().map_or(built.staff[0], |(staff, _)| built.staff[*staff]);
        // A case without any role has a lead that nobody in the model is.
        let lead = if roles.is_empty() { ghost(&ctx, &mut work).await } else { lead };
        let consultation = built.first_consultation_of(index).map(|k| built.consultations[k]);
        work.execute_text(
            "INSERT INTO support_case (tenant, id, number, title, area_id, consultation_id, state, intake_at, opened_on, opened_at, opened_by, lead_staff, outcome_note, revision) VALUES (?1, ?2, ?3, '', ?4, ?5, 'open', ?6, ?7, ?6, ?8, ?8, '', 1)",
            sasae_db::args![tenant, id, &id.to_string(), built.area(area), consultation, now, ctx.today(), lead],
        ).await.unwrap();
        for person in persons {
            work.execute_text(
                "INSERT INTO case_person (tenant, case_id, person_id, main) VALUES (?1, ?2, ?3, ?4)",
                sasae_db::args![tenant, id, built.persons[person], false],
            )
            .await
            .unwrap();
        }
        for (staff, period) in roles {
            work.execute_text(
                "INSERT INTO case_role (tenant, id, case_id, staff_id, role, task, valid_from, valid_to, revision) VALUES (?1, ?2, ?3, ?4, 'member', '', ?5, ?6, 1)",
                sasae_db::args![tenant, ctx.new_id(), id, built.staff[staff], day(test, period.0), day(test, period.1)],
            ).await.unwrap();
        }
        crate::case::grounds::follow_case(&ctx, &mut work, id).await.unwrap();
        built.cases.push(id);
    }
    for (area, person, reporter) in built.world.notices.clone() {
        let id = ctx.new_id();
        work.execute_text(
            "INSERT INTO notice (tenant, id, receipt, received_at, received_on, channel, kind, what, place, about, urgent, area_id, person_id, reporter_name, reporter_contact, reporter_staff, lang, state, triage_note, revision) VALUES (?1, ?2, ?3, ?4, ?5, 'web', 'other', '', '', '', ?6, ?7, ?8, '', '', ?9, 'ja', 'received', '', 1)",
            sasae_db::args![tenant, id, &id.to_string(), now, ctx.today(), false, built.area(area), person.map(|p| built.persons[p]), reporter.map(|s| built.staff[s])],
        ).await.unwrap();
        built.notices.push(id);
    }
    work.commit("").await.unwrap();
    built
}

async fn ghost(ctx: &Ctx, work: &mut crate::ctx::Work) -> Id {
    let id = ctx.new_id();
    crate::staff::store::insert_staff(ctx, work, id, ("前任", ""), None, "", &id.to_string(), START).await.unwrap();
    id
}

const KINDS: [Kind; 4] = [&PERSON, &NOTICE, &CONSULTATION, &CASE];

fn list_statement(kind: Kind) -> Sql {
    match kind {
        _ if *kind == PERSON => sql!("SELECT p.id FROM person p WHERE p.tenant = ?1 AND ", visible_person!("p")),
        _ if *kind == NOTICE => sql!("SELECT n.id FROM notice n WHERE n.tenant = ?1 AND ", visible_notice!("n")),
        _ if *kind == CONSULTATION => {
            sql!("SELECT k.id FROM consultation k WHERE k.tenant = ?1 AND ", visible_consultation!("k"))
        }
        _ if *kind == CASE => sql!("SELECT c.id FROM support_case c WHERE c.tenant = ?1 AND ", visible_case!("c")),
        _ => sql!("SELECT a.id FROM area a WHERE a.tenant = ?1 AND ?2 = ?2 AND ?3 = ?3"),
    }
}

async fn listed(ctx: &Ctx, text: &str) -> BTreeSet<Id> {
    let mut read = ctx.read().await.unwrap();
    let rows: Vec<(Id,)> = read.query_text(text, scoped![ctx]).await.unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}

/// What the list of a kind shows, as its room reads it from one end or the other; the count must be
/// that of the rows. `None` for kinds without a list.
async fn on_pages(ctx: &Ctx, kind: Kind, walk: Walk) -> Option<BTreeSet<Id>> {
    let list = listing::find(ctx, kind.code)?;
    // Persons have no tabs: whoever asks for nobody sees the persons in their own hands.
    let parts: &[(&str, &str)] = match kind {
        _ if *kind == CASE => &[("show", "open"), ("show", "closed")],
        _ if *kind == PERSON => &[("all", "yes")],
        _ => &[("show", "all")],
    };
    let mut read = ctx.read().await.unwrap();
    let mut shown = BTreeSet::new();
    for part in parts {
        let asked = ListQuery::read(ctx, list, &Pairs::from([*part])).unwrap().walked(walk);
        let mut rows = 0;
        let mut take = |row: listing::Row| {
            rows += 1;
            shown.insert(row.records[0].1);
            Ok(())
        };
        (list.rows)(ctx, &mut read, &asked, listing::Window::first(1_000), &mut take).await.unwrap();
        assert_eq!((list.count)(ctx, &mut read, &asked, 1_000).await.unwrap(), rows);
    }
    Some(shown)
}

fn permitted(built: &Built<'_>, ctx: &Ctx, kind: Kind, me: usize) -> Result<BTreeSet<Id>> {
    let policy = ctx.app().policy();
    let mut set = BTreeSet::new();
    for (index, id) in built.ids(kind).iter().enumerate() {
        if policy.about(ctx, kind, &built.facts(kind, index, me))?.permits(Act::SEE)? {
            set.insert(*id);
        }
    }
    Ok(set)
}

/// Random worlds from a fixed seed, so that a failure comes again.
fn worlds(count: usize) -> Vec<World> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| world().new_tree(&mut runner).unwrap().current()).collect()
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_filtered_list_is_the_policy_asked_row_by_row(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let (mut seen, mut hidden) = (0, 0);

        for world in worlds(60) {
            let built = build(&test, world).await;
            for me in 0..STAFF {
                let ctx = test.acting(built.staff[me]).await;
                for kind in KINDS {
                    let from_list = listed(&ctx, list_statement(kind).text()).await;
                    let from_policy = permitted(&built, &ctx, kind, me).unwrap();
                    assert_eq!(from_list, from_policy, "{kind:?} for staff {me} in {:?}", built.world);
                    for walk in [Walk::Order, Walk::Sight] {
                        if let Some(page) = on_pages(&ctx, kind, walk).await {
                            assert_eq!(page, from_policy, "{kind:?} by {walk:?} for staff {me} in {:?}", built.world);
                        }
                    }
                    seen += from_list.len();
                    hidden += built.ids(kind).len() - from_list.len();
                    let mut read = ctx.read().await.unwrap();
                    for (index, id) in built.ids(kind).iter().enumerate() {
                        let stored = crate::access::store::get_facts(&ctx, &mut read, kind, *id).await.unwrap();
                        let mut wanted = built.facts(kind, index, me);
                        let mut stored = stored;
                        stored.areas.sort();
                        wanted.areas.sort();
                        assert_eq!(stored, wanted, "facts of {kind:?} {index} for staff {me} in {:?}", built.world);
                    }
                }
            }
        }

        assert!(seen > 300 && hidden > 300, "the worlds are too plain: {seen} seen, {hidden} hidden");
    }

    async fn every_rule_of_the_policy_decides_something(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let rooms = crate::rooms::ROOMS;
        let acts: Vec<Act> = Act::USUAL.into_iter().chain(rooms.iter().flat_map(|r| r.acts).copied()).collect();
        let text = crate::access::policy_text(rooms);
        let wanted: BTreeSet<&str> = text.split("@id(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let mut decided = BTreeSet::new();

        for world in worlds(300) {
            if decided.len() == wanted.len() {
                break;
            }
            let built = build(&test, world).await;
            for me in 0..STAFF {
                let ctx = test.acting(built.staff[me]).await;
                for kind in KINDS.into_iter().chain([&AREA as Kind]) {
                    for index in 0..if *kind == AREA { 7 } else { built.ids(kind).len() } {
                        let facts = built.facts(kind, index, me);
                        let asking = ctx.app().policy().about(&ctx, kind, &facts).unwrap();
                        for act in &acts {
                            decided.extend(asking.deciding(*act).unwrap());
                        }
                    }
                }
            }
        }

        let dead: Vec<_> = wanted.iter().filter(|rule| !decided.contains(**rule)).collect();
        assert!(dead.is_empty(), "rules that never decide anything: {dead:?}");
        assert!(wanted.len() > 20);
    }

    async fn a_condition_dropped_on_purpose_turns_the_property_red(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let mutations = [
            (&PERSON, "rs.valid_from <= ?3 AND ", ""),
            (&PERSON, " AND rw.valid_to >= ?3", ""),
            (&PERSON, "rg.reach = 'area'", "1 = 1"),
            (&PERSON, "rs.staff_id = ?2", "1 = 1"),
            (&PERSON, "xg.holder_id = ?2", "1 = 1"),
            (&PERSON, "xb.against_staff = ?2", "1 = 1"),
            (&PERSON, "xr.valid_to >= ?3", "1 = 1"),
            (&CONSULTATION, "xg.holder_id = ?2", "1 = 1"),
            (&CASE, "xg.valid_to >= ?3", "1 = 1"),
            (&CASE, "xr.kind = 'sealed'", "xr.kind = 'address'"),
            (&CONSULTATION, "k.taken_by = ?2", "1 = 1"),
            (&NOTICE, "ff.function = 'notice_triage'", "1 = 1"),
        ];
        let mut caught = vec![false; mutations.len()];

        for world in worlds(400) {
            if caught.iter().all(|caught| *caught) {
                break;
            }
            let built = build(&test, world).await;
            for me in 0..STAFF {
                let ctx = test.acting(built.staff[me]).await;
                for (at, (kind, from, to)) in mutations.iter().enumerate() {
                    if caught[at] {
                        continue;
                    }
                    let text = list_statement(kind).text();
                    assert!(text.contains(from), "nothing to mutate: {from}");
                    let mutated = listed(&ctx, &text.replace(from, to)).await;
                    caught[at] = mutated != permitted(&built, &ctx, kind, me).unwrap();
                }
            }
        }

        let missed: Vec<_> = mutations.iter().zip(&caught).filter(|(_, c)| !**c).map(|(m, _)| m).collect();
        assert!(missed.is_empty(), "mutations that no world noticed: {missed:?}");
    }

    async fn another_municipality_never_shows_in_a_list(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let built = build(&test, worlds(1).remove(0)).await;
        let ctx = test.acting(built.staff[0]).await;
        let other = db.db.read("131016").await;

        let rows: Vec<(Id,)> = other
            .unwrap()
            .query_text(list_statement(&PERSON).text(), sasae_db::args!["131016", ctx.actor_id(), ctx.today()])
            .await
            .unwrap();

        assert!(rows.is_empty());
        assert!(matches!(ctx.actor(), Actor::Staff(_)));
    }
}

#[test]
fn every_rule_keeps_to_the_schema_and_has_a_name_and_reasons_in_words() {
    use cedar_policy::{PolicySet, Schema, ValidationMode, Validator};
    let rooms = crate::rooms::ROOMS;
    let (schema, _) = Schema::from_cedarschema_str(&crate::access::schema_text(rooms)).unwrap();
    let policies: PolicySet = crate::access::policy_text(rooms).parse().unwrap();

    let result = Validator::new(schema).validate(&policies, ValidationMode::Strict);

    let faults: Vec<String> = result.validation_errors().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    for policy in policies.policies() {
        assert!(policy.annotation("id").is_some(), "a rule without a name: {policy}");
        let permits_sight = policy.effect() == cedar_policy::Effect::Permit && policy.to_string().contains("\"see\"");
        assert_eq!(policy.annotation("ja").is_some(), permits_sight, "{policy}");
        assert_eq!(policy.annotation("en").is_some(), permits_sight, "{policy}");
    }
}

#[test]
fn a_rule_about_an_attribute_that_does_not_exist_breaks_the_schema() {
    use cedar_policy::{PolicySet, Schema, ValidationMode, Validator};
    let (schema, _) = Schema::from_cedarschema_str(&crate::access::schema_text(crate::rooms::ROOMS)).unwrap();
    let text = "permit (principal is Staff, action == Action::\"see\", resource is notice) when { resource.teem };";
    let policies: PolicySet = text.parse().unwrap();

    let result = Validator::new(schema).validate(&policies, ValidationMode::Strict);

    assert!(!result.validation_passed());
}
