//! Persons in the worlds of the row rules: with restrictions and entrustments.

use std::collections::HashSet;

use proptest::prelude::*;
use sasae_core::id::Id;
use sasae_db::{args, sql};
use sasae_test::contribute;

use crate::ctx::{Ctx, Work};
use crate::person::{PERSON, follow_entrustments};
use crate::tests::of_rooms::access::world::{Record, Restriction, Rules, STAFF, World, period};

contribute!(Rules {
    kind: &PERSON,
    listed: sql!("SELECT p.id FROM person p WHERE p.tenant = ?1 AND ", visible_person!("p")),
    // Whoever asks for nobody sees the persons in their own hands.
    views: &[("all", "yes")],
    tables: &["entrustment", "restriction", "person_key", "person"],
    make: |world, ctx, work| Box::pin(make(world, ctx, work)),
    mutations: &[
        ("rs.valid_from <= ?3 AND ", ""),
        (" AND rw.valid_to >= ?3", ""),
        ("rg.reach = 'area'", "1 = 1"),
        ("rs.staff_id = ?2", "1 = 1"),
        ("xg.holder_id = ?2", "1 = 1"),
        ("xb.against_staff = ?2", "1 = 1"),
        ("xr.valid_to >= ?3", "1 = 1"),
    ],
});

const PERSONS: usize = 6;

async fn make(world: &mut World<'_>, ctx: &Ctx, work: &mut Work) {
    for area in world.draw(prop::collection::vec(3..7_usize, PERSONS)) {
        let id = ctx.new_id();
        work.execute_text(
            "INSERT INTO person (tenant, id, family, given, family_kana, given_kana, sex, area_id, address, \
             address_key, phone, phone_key, care_level, language, communication, note, source, source_key, created_at, \
             revision) \
             VALUES (?1, ?2, '試', '験', '', '', '', ?3, '', '', '', '', '', '', '', '', 'test', ?4, ?5, 1)",
            args![ctx.tenant(), id, world.area(area), &id.to_string(), ctx.now()],
        )
        .await
        .unwrap();
        let (about, grounds) = (vec![id], Vec::new());
        world.records.push(Record { kind: &PERSON, id, area, about, own: None, own_by: "", grounds });
    }
    let persons = world.ids(&PERSON);
    let restrictions = (0..PERSONS, prop::sample::select(vec!["sealed", "barred", "address"]), 0..STAFF, period());
    for (person, kind, staff, period) in world.draw(prop::collection::vec(restrictions, 1..6)) {
        let restriction = Restriction { person: persons[person], kind, staff, period };
        restrict(world, ctx, work, &restriction).await;
        world.restrictions.push(restriction);
    }
    let mut begun = HashSet::new();
    for (person, staff, period) in world.draw(prop::collection::vec((0..PERSONS, 0..STAFF, period()), 0..4)) {
        let ((from, to), staff_id) = (world.span(period), world.staff[staff]);
        // Nobody is entrusted to the same holder twice from one day on.
        if !begun.insert((person, staff, from)) {
            continue;
        }
        work.execute_text(
            "INSERT INTO entrustment (tenant, id, person_id, staff_id, reason, valid_from, valid_to, entrusted_at, \
             revision) VALUES (?1, ?2, ?3, ?4, '', ?5, ?6, ?7, 1)",
            args![ctx.tenant(), ctx.new_id(), persons[person], staff_id, from, to, ctx.now()],
        )
        .await
        .unwrap();
        world.ground(persons[person], ("entrusted", staff, period));
    }
    for person in persons {
        follow_entrustments(ctx, work, person).await.unwrap();
    }
}

async fn restrict(world: &World<'_>, ctx: &Ctx, work: &mut Work, one: &Restriction) {
    let against: Option<Id> = (one.kind == "barred").then(|| world.staff[one.staff]);
    let (from, to) = world.span(one.period);
    work.execute_text(
        "INSERT INTO restriction (tenant, id, person_id, kind, against_staff, reason, reported_to, note, valid_from, \
         valid_to, decided_by, decided_at, revision) \
         VALUES (?1, ?2, ?3, ?4, ?5, 'dv', '', '', ?6, ?7, ?2, ?8, 1)",
        args![ctx.tenant(), ctx.new_id(), one.person, one.kind, against, from, to, ctx.now()],
    )
    .await
    .unwrap();
}
