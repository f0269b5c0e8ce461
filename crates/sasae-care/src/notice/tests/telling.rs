//! Notices in the world of what the API tells.

use proptest::prelude::*;
use sasae_test::contribute;

use crate::correction::ReasonForm;
use crate::notice::{self, NOTICE, NoticeForm, TriageForm};
use crate::person::PERSON;
use crate::tests::telling::world::{READERS, Telling, World, step};

contribute!(Telling {
    make: |world| Box::pin(make(world)),
    finish: |world| Box::pin(strike(world)),
    lists: |_| ["/notices?show=all", "/notices?show=struck"].map(str::to_owned).into(),
    words: &[
        ("received", &["未読"]),
        ("read", &["読んだ"]),
        // What it was finished with stands there as the outcome.
        ("finished", &["気づき"]),
    ],
    // Who only reported it is not told what was thought of it.
    is_whole: Some(|body| body["inside"].is_object()),
    ..Telling::of("notice")
});

const NOTICES: usize = 6;

/// Reported by anyone or by one of the crew; and then nothing becomes of it, it is read, or it is decided on.
async fn make(world: &mut World<'_>) {
    let persons = world.of(&PERSON);
    let person = prop::option::of(0..persons.len());
    let notice = (0..4_usize, person, prop::option::of(0..READERS), 0..4_usize);
    for (district, person, reporter, fate) in world.draw(prop::collection::vec(notice, NOTICES)) {
        let ctx = match reporter {
            Some(reporter) => world.reader(reporter).await,
            None => world.test.public().await,
        };
        let mut form = NoticeForm {
            kind: "mail_piled".to_owned(),
            what: world.word(),
            place: world.word(),
            about: world.word(),
            urgent: if fate == 3 { "yes" } else { "" }.to_owned(),
            area: world.test.districts[district].to_string(),
            name: world.word(),
            contact: world.word(),
            person: person.map(|person| persons[person].id.to_string()).unwrap_or_default(),
            ..NoticeForm::default()
        };
        let mut reported = step!(ctx, work => notice::report(&ctx, &mut work, &form));
        if reported.is_none() {
            // The reporter may not know the person.
            form.person.clear();
            reported = step!(ctx, work => notice::report(&ctx, &mut work, &form));
        }
        let id = reported.expect("a notice is taken in").id;
        world.keep(&NOTICE, id, district);
        let ctx = world.coordinator(district).await;
        let outcome = ["", "", "consultation", "no_action"][fate];
        let form = TriageForm {
            outcome: outcome.to_owned(),
            note: world.word(),
            answer: world.word(),
            ..TriageForm::default()
        };
        match fate {
            0 => {}
            1 => {
                step!(ctx, work => notice::take_note(&ctx, &mut work, id));
            }
            _ => {
                step!(ctx, work => notice::triage(&ctx, &mut work, id, &form, 1));
            }
        }
    }
}

/// The first from which nothing followed yet is struck out.
async fn strike(world: &mut World<'_>) {
    for made in world.of(&NOTICE) {
        let ctx = world.coordinator(made.district).await;
        let form = ReasonForm { reason: world.word() };
        let done = step!(ctx, work => notice::correct::strike_out(&ctx, &mut work, made.id, &form, 1));
        world.count_struck(done.as_ref());
        if done.is_some() {
            break;
        }
    }
}
