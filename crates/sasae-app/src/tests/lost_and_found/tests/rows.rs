//! Lost items in the worlds of the row rules.

use proptest::prelude::*;
use sasae_db::{args, sql};
use sasae_test::contribute;

use crate::ctx::{Ctx, Work};
use crate::ground::{self, Ground, HeldByPost};
use crate::person::PERSON;
use crate::tests::lost_and_found::ITEM;
use crate::tests::of_rooms::access::world::{Record, Rules, STAFF, World, period};

contribute!(Rules {
    kind: &ITEM,
    listed: sql!("SELECT i.id FROM lost_item i WHERE i.tenant = ?1 AND ", visible_item!("i")),
    views: &[("show", "all")],
    tables: &["lost_item"],
    make: |world, ctx, work| Box::pin(make(world, ctx, work)),
    mutations: &[("ff.function = 'lost_keep'", "1 = 1"), ("i.keeper = ?2", "1 = 1"), ("xg.valid_to >= ?3", "1 = 1")],
});

async fn make(world: &mut World<'_>, ctx: &Ctx, work: &mut Work) {
    let persons = world.ids(&PERSON);
    let item = (1..7_usize, 0..STAFF, prop::option::of((0..STAFF, period())));
    for (area, keeper, helper) in world.draw(prop::collection::vec(item, 0..4)) {
        let (id, owner) = (ctx.new_id(), world.draw_one(&persons));
        let helper_id = helper.map(|(staff, _)| world.staff[staff]);
        work.execute_text(
            "INSERT INTO lost_item (tenant, id, what, found_on, area_id, owner_id, keeper, helper, revision) \
             VALUES (?1, ?2, '傘', ?3, ?4, ?5, ?6, ?7, 1)",
            args![ctx.tenant(), id, ctx.today(), world.area(area), owner, world.staff[keeper], helper_id],
        )
        .await
        .unwrap();
        let grounds: Vec<_> = helper.map(|(staff, period)| ("searching", staff, period)).into_iter().collect();
        for (reason, staff, period) in &grounds {
            let ((from, to), holder) = (world.span(*period), world.staff[*staff]);
            let ground = Ground {
                holder,
                kind: &ITEM,
                record: id,
                reason,
                opens_address: false,
                by: HeldByPost::Nothing,
                from,
                to,
            };
            ground::replace(ctx, work, id, &[ground]).await.unwrap();
        }
        let about = owner.into_iter().collect();
        world.records.push(Record { kind: &ITEM, id, area, about, own: Some(keeper), own_by: "", grounds });
    }
}
