//! Cases in the world of what the API tells: with roles, plans, contacts and how they ended.

use proptest::prelude::*;
use sasae_core::id::Id;
use sasae_test::contribute;

use crate::case::entry::Entry;
use crate::case::{self, AnswerForm, CASE, ContactForm, MonitoringForm, OpenForm, PlanForm, RoleForm};
use crate::consultation::CONSULTATION;
use crate::correction::ReasonForm;
use crate::ctx::Ctx;
use crate::person::PERSON;
use crate::tests::telling::world::{Question, READERS, Telling, World, step};

contribute!(Telling {
    make: |world| Box::pin(make(world)),
    questions: |id| vec![Question::same(format!("/cases/{id}/contacts"))],
    lists: |_| ["/cases?show=mine", "/cases?show=open", "/cases?show=closed", "/cases?show=struck"]
        .map(str::to_owned)
        .into(),
    steers: &[("/api/cases/{id}/contacts", &["older"])],
    // The whole of a plan or a contact stands on a page of its own.
    entries: &["plans/0", "contacts/0", "monitoring/0"],
    words: &[
        ("contacts", &["連絡・訪問"]),
        ("assessments", &["アセスメント"]),
        ("plans", &["計画"]),
        ("monitoring", &["モニタリング"]),
        ("open", &["続いている支援", "取り組み中"]),
        ("closed", &["終わった支援"]),
        ("asked", &["返事待ち", "役割が頼まれています"]),
        ("accepted", &["引き受けています", "済み", "終わりました"]),
        ("declined", &["断られました"]),
        ("withdrawn", &["取りやめ"]),
        ("continue", &["このまま続ける"]),
    ],
    ..Telling::of("case")
});

async fn make(world: &mut World<'_>) {
    let (persons, consultations) = (world.of(&PERSON), world.of(&CONSULTATION));
    let named = prop::collection::btree_set(0..persons.len(), 1..3).prop_map(|set| set.into_iter().collect());
    let asked = prop::collection::vec((0..READERS, 0..3_usize), 0..4);
    let case = (named, prop::option::of(0..consultations.len()), asked, 0..7_usize);
    for (named, consultation, asked, steps) in world.draw(prop::collection::vec(case, 3)) {
        let named: Vec<usize> = named;
        let main = persons[named[0]];
        let lead = world.coordinator(main.district).await;
        let mut form = OpenForm {
            consultation: consultation.map(|at| consultations[at].id.to_string()).unwrap_or_default(),
            title: world.word(),
            persons: named.iter().map(|person| persons[*person].id.to_string()).collect(),
            main: main.id.to_string(),
            area: world.test.districts[main.district].to_string(),
            ..OpenForm::default()
        };
        let mut opened = step!(lead, work => case::open(&lead, &mut work, &form));
        if opened.is_none() {
            // The consultation is settled or another's, or a person lives elsewhere.
            form.consultation.clear();
            form.persons = vec![main.id.to_string()];
            opened = step!(lead, work => case::open(&lead, &mut work, &form));
        }
        let id = opened.expect("a case is opened");
        world.keep(&CASE, id, main.district);
        for (whom, says) in asked {
            role(world, &lead, id, whom, says).await;
        }
        // Of those that went all the way one is closed, and one was opened by mistake.
        let taken = if steps == 6 { &[0, 1, 2, 3, 5][..] } else { &[0, 1, 2, 3, 4][..steps] };
        for step in taken {
            course(world, &lead, id, main.id, *step).await;
        }
    }
}

/// Asks somebody for a role, who accepts, declines or says nothing.
async fn role(world: &World<'_>, lead: &Ctx, case: Id, whom: usize, says: usize) {
    let form = RoleForm {
        staff: world.readers[whom].1.to_string(),
        role: "visit".to_owned(),
        task: world.word(),
        due_on: "2025-07-31".to_owned(),
        ..RoleForm::default()
    };
    let role = step!(lead, work => case::ask(lead, &mut work, case, &form));
    let (Some(role), Some(says)) = (role, ["accept", "decline"].get(says)) else { return };
    let asked = world.reader(whom).await;
    let form = AnswerForm { answer: (*says).to_owned(), note: world.word() };
    step!(asked, work => case::answer_role(&asked, &mut work, case, role, &form));
}

/// One step of a case's course.
async fn course(world: &mut World<'_>, lead: &Ctx, case: Id, person: Id, step: usize) {
    let today = "2025-06-10".to_owned();
    match step {
        0 => {
            let form = PlanForm {
                aim: world.word(),
                wish: world.word(),
                agreed_on: today,
                review_on: "2025-09-10".to_owned(),
                goal: vec![world.word()],
                step: vec![world.word()],
                who: vec![world.word()],
                due: vec!["2025-07-10".to_owned()],
                ..PlanForm::default()
            };
            step!(lead, work => case::make_plan(lead, &mut work, case, &form));
        }
        1 | 2 => {
            let form = ContactForm {
                contact_on: today,
                kind: "safety_check".to_owned(),
                method: "visit".to_owned(),
                person: person.to_string(),
                body: world.word(),
                next_on: "2025-06-20".to_owned(),
                next_what: world.word(),
            };
            let contact = step!(lead, work => case::contact(lead, &mut work, case, &form));
            if let Some(id) = contact.filter(|_| step == 2) {
                let (entry, form) = ((case, Entry::Contact, id), ReasonForm { reason: world.word() });
                let done = step!(lead, work => case::entry::strike_out(lead, &mut work, entry, &form, 1));
                world.count_struck(done.as_ref());
            }
        }
        3 => {
            let form = MonitoringForm {
                monitored_on: today,
                findings: world.word(),
                verdict: "continue".to_owned(),
                review_on: "2025-08-10".to_owned(),
            };
            step!(lead, work => case::monitor(lead, &mut work, case, &form));
        }
        5 => {
            let form = ReasonForm { reason: world.word() };
            let mut read = lead.read().await.unwrap();
            let seen = case::store::get(lead, &mut read, case).await.unwrap().revision;
            drop(read);
            let done = step!(lead, work => case::correct_case::strike_out(lead, &mut work, case, &form, seen));
            world.count_struck(done.as_ref());
        }
        _ => {
            let form = case::CloseForm {
                closed_on: today,
                outcome: "solved".to_owned(),
                note: world.word(),
                answer: world.word(),
            };
            let mut read = lead.read().await.unwrap();
            let seen = case::store::get(lead, &mut read, case).await.unwrap().revision;
            drop(read);
            step!(lead, work => case::close(lead, &mut work, case, &form, seen));
        }
    }
}
