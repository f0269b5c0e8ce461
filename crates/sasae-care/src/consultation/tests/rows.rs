//! Consultations in the worlds of the row rules.

use proptest::prelude::*;
use sasae_db::{args, sql};
use sasae_test::contribute;

use crate::consultation::CONSULTATION;
use crate::ctx::{Ctx, Work};
use crate::person::PERSON;
use crate::tests::of_rooms::access::world::{Record, Rules, STAFF, World};

contribute!(Rules {
    kind: &CONSULTATION,
    listed: sql!("SELECT k.id FROM consultation k WHERE k.tenant = ?1 AND ", visible_consultation!("k")),
    views: &[("show", "all")],
    tables: &["consultation"],
    make: |world, ctx, work| Box::pin(make(world, ctx, work)),
    mutations: &[("xg.holder_id = ?2", "1 = 1"), ("k.held_by = ?2 AND ", "k.held_by = ?2 OR ")],
});

async fn make(world: &mut World<'_>, ctx: &Ctx, work: &mut Work) {
    let persons = world.ids(&PERSON);
    for (area, taken_by) in world.draw(prop::collection::vec((3..7_usize, 0..STAFF), 0..4)) {
        let (id, person) = (ctx.new_id(), world.draw_one(&persons));
        work.execute_text(
            "INSERT INTO consultation (tenant, id, received_on, received_at, channel, area_id, person_id, from_whom, \
             from_name, from_contact, what, wish, wish_words, urgency, language, communication, extra, taken_by, \
             outcome, outcome_note, held_by, held_in, revision) \
             VALUES (?1, ?2, ?3, ?4, 'phone', ?5, ?6, '', '', '', '', '', '', '', '', '', '', ?7, 'open', '', ?7, ?5, 1)",
            args![ctx.tenant(), id, ctx.today(), ctx.now(), world.area(area), person, world.staff[taken_by]],
        )
        .await
        .unwrap();
        let about = person.into_iter().collect();
        world.records.push(Record {
            kind: &CONSULTATION,
            id,
            area,
            about,
            own: Some(taken_by),
            own_by: "consultation_take",
            grounds: Vec::new(),
        });
    }
}
