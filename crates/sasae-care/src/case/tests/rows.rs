//! Cases in the worlds of the row rules: with teams, who see the persons and the consultation too.

use proptest::prelude::*;
use sasae_core::id::Id;
use sasae_db::{args, sql};
use sasae_test::contribute;

use crate::case::CASE;
use crate::case::grounds::follow_case;
use crate::consultation::CONSULTATION;
use crate::ctx::{Ctx, Work};
use crate::person::PERSON;
use crate::tests::of_rooms::access::world::{Period, Record, Rules, STAFF, World, period};

contribute!(Rules {
    kind: &CASE,
    listed: sql!("SELECT c.id FROM support_case c WHERE c.tenant = ?1 AND ", visible_case!("c")),
    views: &[("show", "open"), ("show", "closed")],
    tables: &["case_role", "case_person", "support_case"],
    make: |world, ctx, work| Box::pin(make(world, ctx, work)),
    mutations: &[("xg.valid_to >= ?3", "1 = 1"), ("xr.kind = 'sealed'", "xr.kind = 'address'")],
});

async fn make(world: &mut World<'_>, ctx: &Ctx, work: &mut Work) {
    let (all, mut consultations) = (world.ids(&PERSON), world.ids(&CONSULTATION));
    // Of a team some are only asked.
    let team = prop::collection::vec((0..STAFF, period(), prop::bool::ANY), 0..3);
    let case = (3..7_usize, prop::sample::subsequence(all, 1..3), team);
    for (area, persons, roles) in world.draw(prop::collection::vec(case, 0..4)) {
        // A case comes of one consultation, and a consultation becomes one case.
        let consultation = world.draw_one(&consultations);
        consultations.retain(|one| Some(*one) != consultation);
        let id = open(world, ctx, work, (area, consultation), &persons, &roles).await;
        let own = roles.first().map(|(lead, ..)| *lead);
        let about = persons.clone();
        world.records.push(Record { kind: &CASE, id, area, about, own, own_by: "", grounds: Vec::new() });
        for (staff, period, asked) in roles {
            // The consultation only where it is about somebody whom the case names, or about nobody.
            let shared = consultation.filter(|one| world.about(*one).iter().all(|about| persons.contains(about)));
            for record in persons.iter().copied().chain(shared).chain([id]) {
                world.ground(record, (if asked { "asked" } else { "team" }, staff, period));
            }
        }
    }
}

async fn open(
    world: &World<'_>,
    ctx: &Ctx,
    work: &mut Work,
    (area, consultation): (usize, Option<Id>),
    persons: &[Id],
    roles: &[(usize, Period, bool)],
) -> Id {
    let id = ctx.new_id();
    let lead = match roles.first() {
        Some((staff, ..)) => world.staff[*staff],
        // A case without any role has a lead who is none of those who look.
        None => world.somebody(ctx, work).await,
    };
    work.execute_text(
        "INSERT INTO support_case (tenant, id, number, title, area_id, consultation_id, state, intake_at, opened_on, \
         opened_at, opened_by, lead_staff, outcome_note, revision) \
         VALUES (?1, ?2, ?3, '', ?4, ?5, 'open', ?6, ?7, ?6, ?8, ?8, '', 1)",
        args![ctx.tenant(), id, &id.to_string(), world.area(area), consultation, ctx.now(), ctx.today(), lead],
    )
    .await
    .unwrap();
    for person in persons {
        work.execute_text(
            "INSERT INTO case_person (tenant, case_id, person_id, main) VALUES (?1, ?2, ?3, ?4)",
            args![ctx.tenant(), id, *person, false],
        )
        .await
        .unwrap();
    }
    for (staff, period, asked) in roles {
        let state = if *asked { "asked" } else { "accepted" };
        let (from, to) = world.span(*period);
        work.execute_text(
            "INSERT INTO case_role (tenant, id, case_id, staff_id, role, task, state, valid_from, valid_to, revision) \
             VALUES (?1, ?2, ?3, ?4, 'member', '', ?7, ?5, ?6, 1)",
            args![ctx.tenant(), ctx.new_id(), id, world.staff[*staff], from, to, state],
        )
        .await
        .unwrap();
    }
    follow_case(ctx, work, id).await.unwrap();
    id
}
