//! Lost items in the world of what the API tells.

use proptest::prelude::*;
use sasae_test::contribute;

use crate::correction::ReasonForm;
use crate::notice::NOTICE;
use crate::person::PERSON;
use crate::tests::lost_and_found::{ITEM, ItemForm, correct, give_back, take_in};
use crate::tests::telling::world::{READERS, Telling, World, step};

contribute!(Telling {
    make: |world| Box::pin(make(world)),
    finish: |world| Box::pin(strike(world)),
    lists: |_| ["/lost?show=all", "/lost?show=struck"].map(str::to_owned).into(),
    ..Telling::of("lost_and_found")
});

const ITEMS: usize = 6;

async fn make(world: &mut World<'_>) {
    let (persons, notices) = (world.of(&PERSON), world.of(&NOTICE));
    let (owner, notice) = (prop::option::of(0..persons.len()), prop::option::of(0..notices.len()));
    let item = (0..4_usize, owner, notice, prop::option::of(0..READERS), any::<bool>());
    for (district, owner, notice, helper, returns) in world.draw(prop::collection::vec(item, ITEMS)) {
        let ctx = world.coordinator(district).await;
        let mut form = ItemForm {
            what: world.word(),
            area: world.test.districts[district].to_string(),
            owner: owner.map(|at| persons[at].id.to_string()).unwrap_or_default(),
            notice: notice.map(|at| notices[at].id.to_string()).unwrap_or_default(),
            helper: helper.map(|at| world.readers[at].1.to_string()).unwrap_or_default(),
        };
        let mut taken = step!(ctx, work => take_in(&ctx, &mut work, &form));
        if taken.is_none() {
            // The owner lives elsewhere, or the notice is another's.
            (form.owner, form.notice) = (String::new(), String::new());
            taken = step!(ctx, work => take_in(&ctx, &mut work, &form));
        }
        let id = taken.expect("an item is taken in");
        world.keep(&ITEM, id, district);
        if returns {
            step!(ctx, work => give_back(&ctx, &mut work, id, 1));
        }
    }
}

/// The first is struck out.
async fn strike(world: &mut World<'_>) {
    if let Some(made) = world.of(&ITEM).first() {
        let ctx = world.coordinator(made.district).await;
        let form = ReasonForm { reason: world.word() };
        // One that still waits was saved once, one that was given back twice.
        let mut done = step!(ctx, work => correct::strike_out(&ctx, &mut work, made.id, &form, 1));
        if done.is_none() {
            done = step!(ctx, work => correct::strike_out(&ctx, &mut work, made.id, &form, 2));
        }
        world.count_struck(done.as_ref());
    }
}
