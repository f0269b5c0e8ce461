//! Notices in the worlds of the row rules.

use proptest::prelude::*;
use sasae_db::{args, sql};
use sasae_test::contribute;

use crate::ctx::{Ctx, Work};
use crate::ground::{self, Ground, HeldByPost};
use crate::notice::NOTICE;
use crate::person::PERSON;
use crate::tests::of_rooms::access::world::{Record, Rules, STAFF, World, period};

contribute!(Rules {
    kind: &NOTICE,
    listed: sql!("SELECT n.id FROM notice n WHERE n.tenant = ?1 AND ", visible_notice!("n")),
    views: &[("show", "all")],
    tables: &["notice"],
    make: |world, ctx, work| Box::pin(make(world, ctx, work)),
    mutations: &[("ff.function = 'notice_triage'", "1 = 1")],
});

async fn make(world: &mut World<'_>, ctx: &Ctx, work: &mut Work) {
    let persons = world.ids(&PERSON);
    let asked = prop::collection::vec((0..STAFF, period(), any::<bool>()), 0..2);
    let notice = (1..7_usize, prop::option::of(0..STAFF), asked);
    for (area, own, asked) in world.draw(prop::collection::vec(notice, 0..4)) {
        let (id, person) = (ctx.new_id(), world.draw_one(&persons));
        let reporter = own.map(|staff| world.staff[staff]);
        work.execute_text(
            "INSERT INTO notice (tenant, id, receipt, received_at, received_on, channel, kind, what, place, about, \
             urgent, area_id, person_id, reporter_name, reporter_contact, reporter_staff, lang, state, triage_note, \
             revision) \
             VALUES (?1, ?2, ?3, ?4, ?5, 'web', 'other', '', '', '', ?6, ?7, ?8, '', '', ?9, 'ja', 'received', '', 1)",
            args![ctx.tenant(), id, &id.to_string(), ctx.now(), ctx.today(), false, world.area(area), person, reporter],
        )
        .await
        .unwrap();
        let about = person.into_iter().collect();
        world.records.push(Record { kind: &NOTICE, id, area, about, own, own_by: "", grounds: Vec::new() });
        // Whoever is asked for it, and whoever has accepted, as `request.rs` writes it.
        for (staff, days, taken) in asked {
            let (reason, (from, to)) = (if taken { "taken" } else { "asked" }, world.span(days));
            let holder = world.staff[staff];
            let by = HeldByPost::Nothing;
            let ground = Ground { holder, kind: &NOTICE, record: id, reason, opens_address: false, by, from, to };
            ground::replace(ctx, work, ctx.new_id(), &[ground]).await.unwrap();
            world.ground(id, (reason, staff, days));
        }
    }
}
