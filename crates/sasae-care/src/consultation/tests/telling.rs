//! Consultations in the world of what the API tells.

use proptest::prelude::*;
use sasae_test::contribute;

use crate::consultation::{self, CONSULTATION, model::IntakeForm, model::SettleForm};
use crate::correction::ReasonForm;
use crate::notice::NOTICE;
use crate::person::PERSON;
use crate::tests::telling::world::{Telling, World, step};

contribute!(Telling {
    make: |world| Box::pin(make(world)),
    finish: |world| Box::pin(strike(world)),
    lists: |_| ["/consultations?show=struck", "/consultations?show=all"].map(str::to_owned).into(),
    words: &[
        // What was struck out was never decided, and its page says only that.
        ("open", &["結果を決めていない", "取り消した記録です"]),
        ("case", &["支援を始めた"]),
        ("referral", &["他機関へつないだ"]),
        ("answered", &["答えて終わった"]),
    ],
    ..Telling::of("consultation")
});

const CONSULTATIONS: usize = 5;

async fn make(world: &mut World<'_>) {
    let (persons, notices) = (world.of(&PERSON), world.of(&NOTICE));
    let (person, notice) = (prop::option::of(0..persons.len()), prop::option::of(0..notices.len()));
    let consultation = (0..4_usize, person, notice, any::<bool>());
    for (district, person, notice, settles) in world.draw(prop::collection::vec(consultation, CONSULTATIONS)) {
        // Whoever sees the person takes it; without one the area stays that which was drawn.
        let home = person.map_or(district, |person| persons[person].district);
        let ctx = world.coordinator(home).await;
        let mut form = IntakeForm {
            received_on: "2025-06-09".to_owned(),
            channel: "phone".to_owned(),
            area: world.test.districts[home].to_string(),
            from_whom: "family".to_owned(),
            from_name: world.word(),
            from_contact: world.word(),
            what: world.word(),
            wish: "stay_home".to_owned(),
            wish_words: world.word(),
            urgency: "soon".to_owned(),
            problems: vec!["care".to_owned(), "no_food".to_owned()],
            worst: "no_food".to_owned(),
            language: "vi".to_owned(),
            communication: vec!["writing".to_owned()],
            person: person.map(|person| persons[person].id.to_string()).unwrap_or_default(),
            notice: notice.map(|notice| notices[notice].id.to_string()).unwrap_or_default(),
            ..IntakeForm::default()
        };
        let mut taken = step!(ctx, work => consultation::take(&ctx, &mut work, &form));
        if taken.is_none() {
            // The notice is another's, or was not to become a consultation.
            form.notice.clear();
            taken = step!(ctx, work => consultation::take(&ctx, &mut work, &form));
        }
        let id = taken.expect("a consultation is taken");
        world.keep(&CONSULTATION, id, home);
        if settles {
            let form = SettleForm { outcome: "answered".to_owned(), note: world.word(), answer: world.word() };
            step!(ctx, work => consultation::settle(&ctx, &mut work, id, &form, 1));
        }
    }
}

/// The first from which nothing followed yet is struck out.
async fn strike(world: &mut World<'_>) {
    for made in world.of(&CONSULTATION) {
        let ctx = world.coordinator(made.district).await;
        let form = ReasonForm { reason: world.word() };
        let done = step!(ctx, work => consultation::correct::strike_out(&ctx, &mut work, made.id, &form, 1));
        world.count_struck(done.as_ref());
        if done.is_some() {
            break;
        }
    }
}
