//! The property that carries the whole design: a filtered list is exactly the
//! policy asked row by row, for random posts, expiries, re-cuts, restrictions
//! and records, on both engines; and conditions dropped on purpose turn it red.

pub mod world;

use std::collections::{BTreeMap, BTreeSet};

use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines, contributions};

use self::world::{Record, Rules, STAFF, World, chances, rules};
use crate::access::kind::{Act, Kind};
use crate::area::AREA;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::listing::{self, ListQuery, Walk};
use crate::migrations::MIGRATIONS;
use crate::room::Rooms;
use crate::rooms::ROOMS;
use crate::testing::{SINCE, TestApp};
use crate::web::Pairs;

/// Pairs of worlds, one in each of two municipalities.
const WORLDS_OF_TWO: usize = 6;

async fn listed(ctx: &Ctx, text: &str) -> BTreeSet<Id> {
    let mut read = ctx.read().await.unwrap();
    let rows: Vec<(Id,)> = read.query_text(text, scoped![ctx]).await.unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}

/// What the list of a kind shows, as its room reads it from one end or the other; the count must be
/// that of the rows. `None` for kinds without a list.
async fn on_pages(ctx: &Ctx, rules: &Rules, walk: Walk) -> Option<BTreeSet<Id>> {
    let list = listing::find(ctx, rules.kind.code)?;
    let mut read = ctx.read().await.unwrap();
    let mut shown = BTreeSet::new();
    for view in rules.views {
        let asked = ListQuery::read(ctx, list, &Pairs::from([*view])).unwrap().walked(walk);
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

fn permitted(world: &World<'_>, ctx: &Ctx, kind: Kind, me: usize) -> Result<BTreeSet<Id>> {
    let policy = ctx.app().policy();
    let sees = |record: &&Record| policy.about(ctx, kind, &world.facts(record, me))?.permits(Act::SEE);
    let mut set = BTreeSet::new();
    for record in world.of(kind) {
        if sees(&record)? {
            set.insert(record.id);
        }
    }
    Ok(set)
}

/// In so many worlds each list of these kinds is the policy asked row by row; gives how many rows were
/// seen and how many hidden.
pub async fn look_at_lists(test: &TestApp, worlds: usize, meant: impl Fn(Kind) -> bool) -> (usize, usize) {
    let (mut seen, mut hidden) = (0, 0);
    for chance in chances(worlds) {
        let world = World::build(test, chance).await;
        for me in 0..STAFF {
            let ctx = test.acting(world.staff[me]).await;
            for rules in rules(test).into_iter().filter(|rules| meant(rules.kind)) {
                let kind = rules.kind;
                let from_list = listed(&ctx, rules.listed.text()).await;
                let from_policy = permitted(&world, &ctx, kind, me).unwrap();
                assert_eq!(from_list, from_policy, "{kind:?} for staff {me} in {world:?}");
                for walk in [Walk::Order, Walk::Sight] {
                    if let Some(page) = on_pages(&ctx, rules, walk).await {
                        assert_eq!(page, from_policy, "{kind:?} by {walk:?} for staff {me} in {world:?}");
                    }
                }
                seen += from_list.len();
                hidden += world.of(kind).count() - from_list.len();
                let mut read = ctx.read().await.unwrap();
                for record in world.of(kind) {
                    let mut stored = crate::access::store::get_facts(&ctx, &mut read, kind, record.id).await.unwrap();
                    let mut wanted = world.facts(record, me);
                    stored.areas.sort();
                    wanted.areas.sort();
                    assert_eq!(stored, wanted, "facts of {record:?} for staff {me} in {world:?}");
                }
            }
        }
    }
    (seen, hidden)
}

/// Each rule of the policy of a house decides something in some world; gives how many there are.
pub async fn look_at_rules(test: &TestApp, rooms: Rooms) -> usize {
    let acts: Vec<Act> = Act::USUAL.into_iter().chain(rooms.iter().flat_map(|r| r.acts).copied()).collect();
    let text = crate::access::policy_text(rooms);
    let wanted: BTreeSet<&str> = text.split("@id(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut decided = BTreeSet::new();
    for chance in chances(900) {
        if decided.len() == wanted.len() {
            break;
        }
        let world = World::build(test, chance).await;
        for me in 0..STAFF {
            let ctx = test.acting(world.staff[me]).await;
            let areas = (0..7).map(|index| (&AREA as Kind, world.facts_of_area(index)));
            let records = world.records.iter().map(|record| (record.kind, world.facts(record, me)));
            for (kind, facts) in areas.chain(records) {
                let asking = ctx.app().policy().about(&ctx, kind, &facts).unwrap();
                for act in &acts {
                    decided.extend(asking.deciding(*act).unwrap());
                }
            }
        }
    }
    let dead: Vec<_> = wanted.iter().filter(|rule| !decided.contains(**rule)).collect();
    assert!(dead.is_empty(), "rules that never decide anything: {dead:?}");
    wanted.len()
}

/// Each condition of the row rules of these kinds that is dropped on purpose is noticed in some world;
/// gives how many were dropped.
pub async fn look_at_mutations(test: &TestApp, meant: impl Fn(Kind) -> bool) -> usize {
    let rules: Vec<&Rules> = rules(test).into_iter().filter(|rules| meant(rules.kind)).collect();
    let mutations: Vec<(&Rules, &str, &str)> =
        rules.iter().flat_map(|rules| rules.mutations.iter().map(|(from, to)| (*rules, *from, *to))).collect();
    let mut caught = vec![false; mutations.len()];
    for chance in chances(400) {
        if caught.iter().all(|caught| *caught) {
            break;
        }
        let world = World::build(test, chance).await;
        for me in 0..STAFF {
            let ctx = test.acting(world.staff[me]).await;
            for (at, (rules, from, to)) in mutations.iter().enumerate() {
                if caught[at] {
                    continue;
                }
                let text = rules.listed.text();
                assert!(text.contains(from), "nothing to mutate: {from}");
                let mutated = listed(&ctx, &text.replace(from, to)).await;
                caught[at] = mutated != permitted(&world, &ctx, rules.kind, me).unwrap();
            }
        }
    }
    let missed = mutations.iter().zip(&caught).filter(|(_, caught)| !**caught);
    let missed: Vec<_> = missed.map(|((rules, from, _), _)| (rules.kind, from)).collect();
    assert!(missed.is_empty(), "mutations that no world noticed: {missed:?}");
    mutations.len()
}

#[test]
fn every_kind_of_record_with_row_rules_is_in_the_worlds() {
    // Areas are in every world: everybody may know of them.
    let guarded = ROOMS.iter().flat_map(|room| room.kinds).filter(|kind| kind.guard.is_some() && ***kind != AREA);
    let is_in = |kind: &Kind| contributions::<Rules>().any(|rules| *rules.kind == **kind);
    let lacking: Vec<Kind> = guarded.copied().filter(|kind| !is_in(kind)).collect();
    let unshaken: Vec<Kind> =
        contributions::<Rules>().filter(|rules| rules.mutations.is_empty()).map(|rules| rules.kind).collect();

    assert!(lacking.is_empty(), "kinds without a world: {lacking:?}; is the line in of_rooms.rs?");
    assert!(unshaken.is_empty(), "kinds of whose row rule no condition is dropped: {unshaken:?}");
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_filtered_list_is_the_policy_asked_row_by_row(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;

        let (seen, hidden) = look_at_lists(&test, 60, |_| true).await;

        assert!(seen > 300 && hidden > 300, "the worlds are too plain: {seen} seen, {hidden} hidden");
    }

    async fn every_rule_of_the_policy_decides_something(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;

        let rules = look_at_rules(&test, ROOMS).await;

        assert!(rules > 20, "{rules}");
    }

    async fn a_condition_dropped_on_purpose_turns_the_property_red(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;

        let dropped = look_at_mutations(&test, |_| true).await;

        assert!(dropped >= 12, "{dropped}");
    }

    async fn another_municipality_never_shows_in_a_list(db: TestDb) {
        let [one, two] = TestApp::neighbours(db.db.clone()).await;
        // In how many worlds a list showed something: here and next door, by the kind.
        let mut shown: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
        let mut chances = chances(2 * WORLDS_OF_TWO).into_iter();
        while let Some((chance, next)) = chances.next().zip(chances.next()) {
            let worlds = [World::build(&one, chance).await, World::build(&two, next).await];
            let me = worlds[0].staff[0];
            act_in_both(me, [&one, &two]).await;
            for (place, test) in [&one, &two].into_iter().enumerate() {
                let ctx = test.acting(me).await;
                for rules in rules(test) {
                    let rows = listed(&ctx, rules.listed.text()).await;
                    let own: BTreeSet<Id> = worlds[place].of(rules.kind).map(|record| record.id).collect();

                    assert!(rows.is_subset(&own), "{}: a record of next door", rules.kind.code);
                    shown.entry(rules.kind.code).or_default()[place] += usize::from(!rows.is_empty());
                }
            }
        }
        assert!(shown.values().flatten().all(|worlds| *worlds > 0), "nothing to be seen: {shown:?}");
    }
}

/// One and the same id acts in both municipalities, with posts over the whole of each.
async fn act_in_both(me: Id, both: [&TestApp; 2]) {
    let span = (SINCE, crate::tenancy::FOREVER);
    for (place, test) in both.into_iter().enumerate() {
        let ctx = test.system().await;
        let mut work = ctx.begin().await.unwrap();
        if place == 1 {
            let (name, key) = (("担当", ""), me.to_string());
            crate::staff::store::insert_staff(&ctx, &mut work, me, name, None, "", &key, SINCE).await.unwrap();
        }
        for role in ["supervisor", "ward_officer", "coordinator"] {
            for ward in test.wards {
                crate::staff::store::insert_post(&ctx, &mut work, ctx.new_id(), me, role, ward, span).await.unwrap();
            }
        }
        work.commit("").await.unwrap();
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
