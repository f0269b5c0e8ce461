//! Persons in the world of what the API tells.

use proptest::prelude::*;
use sasae_test::contribute;

use crate::person::{self, EntrustmentForm, PERSON, PersonForm, RestrictionForm};
use crate::tests::telling::world::{COMMISSIONERS, Made, Question, READERS, Telling, World, step};

contribute!(Telling {
    make: |world| Box::pin(make(world)),
    finish: |world| Box::pin(restrict(world)),
    questions: |id| vec![
        Question {
            api: format!("/api/persons/{id}/household"),
            page: format!("/persons/{id}"),
            // A person without a household has a page, and no household.
            may_lack: true,
        },
        Question::same(format!("/persons/{id}/looks")),
    ],
    lists: |_| vec!["/persons?q=%E8%B0%B7%E5%8F%A3".to_owned()],
    steers: &[("/api/persons/{id}/looks", &["verb"])],
    is_whole: Some(|body| body["address_shown"] == true),
    ..Telling::of("person")
});

const PERSONS: usize = 6;

async fn make(world: &mut World<'_>) {
    for (index, district) in world.draw(prop::collection::vec(0..4_usize, PERSONS)).into_iter().enumerate() {
        let ctx = world.officer(district).await;
        let household = match world.of(&PERSON).last() {
            Some(other) if other.district == district => {
                let mut read = ctx.read().await.unwrap();
                person::find_household(&ctx, &mut read, other.id).await.unwrap()
            }
            _ => None,
        };
        let form = PersonForm {
            family: format!("谷口{}", world.word()),
            given: world.word(),
            family_kana: "タニグチ".to_owned(),
            given_kana: "ハナコ".to_owned(),
            birth: "昭和15年4月1日".to_owned(),
            sex: "female".to_owned(),
            area: world.test.districts[district].to_string(),
            address: world.word(),
            phone: format!("093-555-{index:04}"),
            care_level: "care_2".to_owned(),
            language: if index % 2 == 0 { "vi" } else { "ja" }.to_owned(),
            communication: vec!["writing".to_owned()],
            note: world.word(),
            household: household.map(|id| id.to_string()).unwrap_or_default(),
            relation: household.map(|_| "child").unwrap_or_default().to_owned(),
            source: "register".to_owned(),
            source_key: world.word(),
            ..PersonForm::default()
        };
        let id = step!(ctx, work => person::register(&ctx, &mut work, &form)).expect("a person is registered");
        world.keep(&PERSON, id, district);
    }
}

/// Some are entrusted to a commissioner, and some are restricted.
async fn restrict(world: &mut World<'_>) {
    let persons = world.of(&PERSON);
    let entrusted = prop::collection::vec((0..PERSONS, COMMISSIONERS), 1..4);
    for (person, commissioner) in world.draw(entrusted) {
        let ctx = world.officer(persons[person].district).await;
        let staff = world.readers[commissioner].1.to_string();
        let form = EntrustmentForm { staff, reason: world.word(), ..EntrustmentForm::default() };
        step!(ctx, work => person::entrust(&ctx, &mut work, persons[person].id, &form));
    }
    // One at least whose address is hidden from those who see the person all the same.
    restrict_one(world, persons[0], "address", 0).await;
    let kinds = prop::sample::select(vec!["sealed", "barred", "address"]);
    for (kind, person, against) in world.draw(prop::collection::vec((kinds, 0..PERSONS, 0..READERS), 1..4)) {
        restrict_one(world, persons[person], kind, against).await;
    }
}

async fn restrict_one(world: &World<'_>, Made { id, district, .. }: Made, kind: &str, against: usize) {
    let ctx = world.officer(district).await;
    let against = if kind == "barred" { world.readers[against].1.to_string() } else { String::new() };
    let form = RestrictionForm {
        kind: kind.to_owned(),
        against_staff: against,
        reason: "domestic_violence".to_owned(),
        note: world.word(),
        ..RestrictionForm::default()
    };
    step!(ctx, work => person::restrict(&ctx, &mut work, id, &form));
}
