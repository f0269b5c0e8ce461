//! A small world by chance: persons with restrictions, notices, consultations and cases, made by
//! the functions of the rooms. Every text in it stands nowhere else.

use std::cell::Cell;

use proptest::prelude::*;
use sasae_core::id::Id;

use crate::access::Kind;
use crate::case::entry::Entry;
use crate::case::{self, AnswerForm, CASE, ContactForm, MonitoringForm, OpenForm, PlanForm, RoleForm};
use crate::consultation::{self, CONSULTATION, model::IntakeForm, model::SettleForm};
use crate::correction::ReasonForm;
use crate::ctx::{Ctx, Work};
use crate::error::Error;
use crate::notice::{self, NOTICE, NoticeForm, TriageForm};
use crate::person::{self, EntrustmentForm, PERSON, PersonForm, RestrictionForm};
use crate::testing::{PNG, TestApp};

/// Everybody who looks: role, and where (0 city, 1–2 wards, 3–6 districts).
const CREW: [(&str, usize); 9] = [
    ("coordinator", 1),
    ("coordinator", 2),
    ("ward_officer", 1),
    ("ward_officer", 2),
    ("supervisor", 0),
    ("minsei", 3),
    ("minsei", 5),
    ("city_officer", 0),
    ("system_officer", 0),
];

/// What the world is made of, as indexes: districts 0–3, persons, the crew, steps.
#[derive(Debug, Clone)]
pub struct Plan {
    /// District of each.
    persons: Vec<usize>,
    /// Kind of restriction, person, against whom.
    restrictions: Vec<(usize, usize, usize)>,
    /// Person, to which of the commissioners.
    entrustments: Vec<(usize, usize)>,
    /// District, person, reporter, what becomes of it.
    notices: Vec<(usize, Option<usize>, Option<usize>, usize)>,
    /// District, person, notice, whether it is settled.
    consultations: Vec<(usize, Option<usize>, Option<usize>, bool)>,
    /// Persons, consultation, who is asked for a role and what they say, how far it goes.
    cases: Vec<(Vec<usize>, Option<usize>, Vec<(usize, usize)>, usize)>,
}

const PERSONS: usize = 6;
const NOTICES: usize = 6;
const CONSULTATIONS: usize = 5;

/// Any such world.
pub fn plan() -> impl Strategy<Value = Plan> {
    let some = |most: usize| prop::option::of(0..most);
    let crew = 0..CREW.len();
    (
        prop::collection::vec(0..4_usize, PERSONS),
        prop::collection::vec((0..3_usize, 0..PERSONS, crew.clone()), 1..4),
        prop::collection::vec((0..PERSONS, 5..7_usize), 1..4),
        prop::collection::vec((0..4_usize, some(PERSONS), prop::option::of(crew.clone()), 0..4_usize), NOTICES),
        prop::collection::vec((0..4_usize, some(PERSONS), some(NOTICES), any::<bool>()), CONSULTATIONS),
        prop::collection::vec(
            (
                prop::collection::btree_set(0..PERSONS, 1..3).prop_map(|set| set.into_iter().collect()),
                some(CONSULTATIONS),
                prop::collection::vec((crew, 0..3_usize), 0..4),
                0..7_usize,
            ),
            3,
        ),
    )
        .prop_map(|(persons, restrictions, entrustments, notices, consultations, cases)| Plan {
            persons,
            restrictions,
            entrustments,
            notices,
            consultations,
            cases,
        })
}

/// The world in the database.
pub struct World<'a> {
    pub test: &'a TestApp,
    /// Who looks, with the token of the session.
    pub readers: Vec<(String, Id, String)>,
    /// Every record of the rooms.
    pub records: Vec<(Kind, Id)>,
    /// Those of them that were struck out, and entries of cases that were.
    pub struck: Cell<usize>,
    words: Cell<u32>,
}

/// Runs a step of a room; a step that the room refuses leaves nothing.
macro_rules! step {
    ($ctx:expr, $work:ident => $step:expr) => {{
        let mut $work: Work = $ctx.begin().await.unwrap();
        let done = $step.await;
        match done {
            Ok(made) => {
                $work.commit("").await.unwrap();
                Some(made)
            }
            Err(
                Error::NotFound | Error::Forbidden(_) | Error::Invalid(_) | Error::Refused(_) | Error::Stale { .. },
            ) => None,
            Err(other) => panic!("{other:?}"),
        }
    }};
}

impl<'a> World<'a> {
    /// Makes the world; more than one may stand in a city.
    pub async fn build(test: &'a TestApp, number: usize, plan: &Plan) -> World<'a> {
        let mut world = World {
            test,
            readers: Vec::new(),
            records: Vec::new(),
            struck: Cell::new(0),
            words: Cell::new(number as u32 * 1000),
        };
        for (index, (role, place)) in CREW.iter().enumerate() {
            let area = match place {
                0 => test.city,
                1 | 2 => test.wards[place - 1],
                _ => test.districts[place - 3],
            };
            let login = format!("w{number}r{index}");
            let staff = test.staff(&world.word(), role, area).await;
            test.account(staff, &login).await;
            let token = test.sign_in(&login).await;
            world.readers.push((format!("{role} of {place}"), staff, token));
        }
        let persons = world.persons(plan).await;
        let notices = world.notices(plan, &persons).await;
        let consultations = world.consultations(plan, &persons, &notices).await;
        world.cases(plan, &persons, &consultations).await;
        world.strike(&notices, &consultations, plan).await;
        world.files().await;
        // Last, so that restrictions fall upon what is there already.
        world.restrict(plan, &persons).await;
        world
    }

    /// A text that stands nowhere else.
    fn word(&self) -> String {
        let number = self.words.get();
        self.words.set(number + 1);
        format!("語{number:05}番")
    }

    async fn reader(&self, index: usize) -> Ctx {
        self.test.acting(self.readers[index].1).await
    }

    /// The coordinator of the ward of a district.
    async fn coordinator(&self, district: usize) -> Ctx {
        self.reader(district / 2).await
    }

    /// The officer of the ward of a district, who protects.
    async fn officer(&self, district: usize) -> Ctx {
        self.reader(2 + district / 2).await
    }

    async fn persons(&mut self, plan: &Plan) -> Vec<(Id, usize)> {
        let mut made = Vec::new();
        for (index, district) in plan.persons.iter().enumerate() {
            let ctx = self.officer(*district).await;
            let household = match made.last() {
                Some((person, other)) if other == district => {
                    let mut read = ctx.read().await.unwrap();
                    person::find_household(&ctx, &mut read, *person).await.unwrap()
                }
                _ => None,
            };
            let form = PersonForm {
                family: format!("谷口{}", self.word()),
                given: self.word(),
                family_kana: "タニグチ".to_owned(),
                given_kana: "ハナコ".to_owned(),
                birth: "昭和15年4月1日".to_owned(),
                sex: "female".to_owned(),
                area: self.test.districts[*district].to_string(),
                address: self.word(),
                phone: format!("093-555-{index:04}"),
                care_level: "care_2".to_owned(),
                language: if index % 2 == 0 { "vi" } else { "ja" }.to_owned(),
                communication: vec!["writing".to_owned()],
                note: self.word(),
                household: household.map(|id| id.to_string()).unwrap_or_default(),
                relation: household.map(|_| "child").unwrap_or_default().to_owned(),
                source: "register".to_owned(),
                source_key: self.word(),
                ..PersonForm::default()
            };
            let id = step!(ctx, work => person::register(&ctx, &mut work, &form)).expect("a person is registered");
            self.records.push((&PERSON, id));
            made.push((id, *district));
        }
        made
    }

    async fn notices(&mut self, plan: &Plan, persons: &[(Id, usize)]) -> Vec<Id> {
        let mut made = Vec::new();
        for (district, person, reporter, fate) in &plan.notices {
            let ctx = match reporter {
                Some(reporter) => self.reader(*reporter).await,
                None => self.test.public().await,
            };
            let mut form = NoticeForm {
                kind: "mail_piled".to_owned(),
                what: self.word(),
                place: self.word(),
                about: self.word(),
                urgent: if *fate == 3 { "yes" } else { "" }.to_owned(),
                area: self.test.districts[*district].to_string(),
                name: self.word(),
                contact: self.word(),
                person: person.map(|person| persons[person].0.to_string()).unwrap_or_default(),
                ..NoticeForm::default()
            };
            let mut reported = step!(ctx, work => notice::report(&ctx, &mut work, &form));
            if reported.is_none() {
                // The reporter may not know the person.
                form.person.clear();
                reported = step!(ctx, work => notice::report(&ctx, &mut work, &form));
            }
            let id = reported.expect("a notice is taken in").id;
            self.records.push((&NOTICE, id));
            made.push(id);
            let ctx = self.coordinator(*district).await;
            let outcome = ["", "", "consultation", "no_action"][*fate];
            let form = TriageForm { outcome: outcome.to_owned(), note: self.word(), answer: self.word() };
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
        made
    }

    async fn consultations(&mut self, plan: &Plan, persons: &[(Id, usize)], notices: &[Id]) -> Vec<Id> {
        let mut made = Vec::new();
        for (district, person, notice, settles) in &plan.consultations {
            // Whoever sees the person takes it; the area stays the one that was drawn.
            let home = person.map_or(*district, |person| persons[person].1);
            let ctx = self.coordinator(home).await;
            let mut form = IntakeForm {
                received_on: "2025-06-09".to_owned(),
                channel: "phone".to_owned(),
                area: self.test.districts[home].to_string(),
                from_whom: "family".to_owned(),
                from_name: self.word(),
                from_contact: self.word(),
                what: self.word(),
                wish: "stay_home".to_owned(),
                wish_words: self.word(),
                urgency: "soon".to_owned(),
                problems: vec!["care".to_owned(), "no_food".to_owned()],
                worst: "no_food".to_owned(),
                language: "vi".to_owned(),
                communication: vec!["writing".to_owned()],
                person: person.map(|person| persons[person].0.to_string()).unwrap_or_default(),
                notice: notice.map(|notice| notices[notice].to_string()).unwrap_or_default(),
                ..IntakeForm::default()
            };
            let mut taken = step!(ctx, work => consultation::take(&ctx, &mut work, &form));
            if taken.is_none() {
                // The notice is another's, or was not to become a consultation.
                form.notice.clear();
                taken = step!(ctx, work => consultation::take(&ctx, &mut work, &form));
            }
            let id = taken.expect("a consultation is taken");
            self.records.push((&CONSULTATION, id));
            made.push(id);
            if *settles {
                let form = SettleForm { outcome: "answered".to_owned(), note: self.word(), answer: self.word() };
                step!(ctx, work => consultation::settle(&ctx, &mut work, id, &form, 1));
            }
        }
        made
    }

    async fn cases(&mut self, plan: &Plan, persons: &[(Id, usize)], consultations: &[Id]) {
        for (named, consultation, asked, steps) in &plan.cases {
            let main = persons[named[0]];
            let lead = self.coordinator(main.1).await;
            let mut form = OpenForm {
                consultation: consultation.map(|at| consultations[at].to_string()).unwrap_or_default(),
                title: self.word(),
                persons: named.iter().map(|person| persons[*person].0.to_string()).collect(),
                main: main.0.to_string(),
                area: self.test.districts[main.1].to_string(),
                ..OpenForm::default()
            };
            let mut opened = step!(lead, work => case::open(&lead, &mut work, &form));
            if opened.is_none() {
                // The consultation is settled or another's, or a person lives elsewhere.
                form.consultation.clear();
                form.persons = vec![main.0.to_string()];
                opened = step!(lead, work => case::open(&lead, &mut work, &form));
            }
            let id = opened.expect("a case is opened");
            self.records.push((&CASE, id));
            for (whom, says) in asked {
                self.role(&lead, id, *whom, *says).await;
            }
            // Of those that went all the way one is closed, and one was opened by mistake.
            let course = if *steps == 6 { &[0, 1, 2, 3, 5][..] } else { &[0, 1, 2, 3, 4][..*steps] };
            for step in course {
                self.course(&lead, id, main.0, *step).await;
            }
        }
    }

    /// Asks somebody for a role, who accepts, declines or says nothing.
    async fn role(&self, lead: &Ctx, case: Id, whom: usize, says: usize) {
        let form = RoleForm {
            staff: self.readers[whom].1.to_string(),
            role: "visit".to_owned(),
            task: self.word(),
            due_on: "2025-07-31".to_owned(),
            ..RoleForm::default()
        };
        let role = step!(lead, work => case::ask(lead, &mut work, case, &form));
        let (Some(role), Some(says)) = (role, ["accept", "decline"].get(says)) else { return };
        let asked = self.reader(whom).await;
        let form = AnswerForm { answer: (*says).to_owned(), note: self.word() };
        step!(asked, work => case::answer_role(&asked, &mut work, case, role, &form));
    }

    /// One step of a case's course.
    async fn course(&self, lead: &Ctx, case: Id, person: Id, step: usize) {
        let today = "2025-06-10".to_owned();
        match step {
            0 => {
                let form = PlanForm {
                    aim: self.word(),
                    wish: self.word(),
                    agreed_on: today,
                    review_on: "2025-09-10".to_owned(),
                    goal: vec![self.word()],
                    step: vec![self.word()],
                    who: vec![self.word()],
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
                    body: self.word(),
                    next_on: "2025-06-20".to_owned(),
                    next_what: self.word(),
                };
                let contact = step!(lead, work => case::contact(lead, &mut work, case, &form));
                if let Some(id) = contact.filter(|_| step == 2) {
                    let (entry, form) = ((case, Entry::Contact, id), ReasonForm { reason: self.word() });
                    let done = step!(lead, work => case::entry::strike_out(lead, &mut work, entry, &form, 1));
                    self.struck.set(self.struck.get() + usize::from(done.is_some()));
                }
            }
            3 => {
                let form = MonitoringForm {
                    monitored_on: today,
                    findings: self.word(),
                    verdict: "continue".to_owned(),
                    review_on: "2025-08-10".to_owned(),
                };
                step!(lead, work => case::monitor(lead, &mut work, case, &form));
            }
            5 => {
                let form = ReasonForm { reason: self.word() };
                let mut read = lead.read().await.unwrap();
                let seen = case::store::get(lead, &mut read, case).await.unwrap().revision;
                drop(read);
                let done = step!(lead, work => case::correct_case::strike_out(lead, &mut work, case, &form, seen));
                self.struck.set(self.struck.get() + usize::from(done.is_some()));
            }
            _ => {
                let form = case::CloseForm {
                    closed_on: today,
                    outcome: "solved".to_owned(),
                    note: self.word(),
                    answer: self.word(),
                };
                let mut read = lead.read().await.unwrap();
                let seen = case::store::get(lead, &mut read, case).await.unwrap().revision;
                drop(read);
                step!(lead, work => case::close(lead, &mut work, case, &form, seen));
            }
        }
    }

    /// Strikes a notice and a consultation out, of those from which nothing followed yet.
    async fn strike(&self, notices: &[Id], consultations: &[Id], plan: &Plan) {
        for (id, (district, ..)) in notices.iter().zip(&plan.notices) {
            let ctx = self.coordinator(*district).await;
            let form = ReasonForm { reason: self.word() };
            if step!(ctx, work => notice::correct::strike_out(&ctx, &mut work, *id, &form, 1)).is_some() {
                self.struck.set(self.struck.get() + 1);
                break;
            }
        }
        for id in consultations {
            let mut done = false;
            for ward in [0, 2] {
                let ctx = self.coordinator(ward).await;
                let form = ReasonForm { reason: self.word() };
                done |= step!(ctx, work => consultation::correct::strike_out(&ctx, &mut work, *id, &form, 1)).is_some();
            }
            if done {
                self.struck.set(self.struck.get() + 1);
                break;
            }
        }
    }

    /// Adds a picture to some records, by whoever may; one of them is erased again.
    async fn files(&self) {
        for (number, (kind, id)) in self.records.iter().enumerate().step_by(3) {
            for (_, _, token) in &self.readers {
                let path = format!("/files/of/{}/{id}", kind.code);
                let note = self.word();
                let name = format!("{}.png", self.word());
                self.test.post_file(&path, Some(token), &[("note", &note)], (&name, PNG)).await;
                if number % 2 == 0 {
                    self.erase_first(&path, token).await;
                }
            }
        }
    }

    async fn erase_first(&self, path: &str, token: &str) {
        let files = self.test.get(&format!("/api{path}"), Some(token)).await.body;
        let files: serde_json::Value = serde_json::from_str(&files).unwrap();
        let Some(file) = files[0]["id"].as_str() else { return };
        let fields = [("_revision", "1"), ("reason", &*self.word())];
        self.test.post(&format!("/files/{file}/erase"), Some(token), &fields).await;
    }

    async fn restrict(&self, plan: &Plan, persons: &[(Id, usize)]) {
        for (person, commissioner) in &plan.entrustments {
            let (id, district) = persons[*person];
            let ctx = self.officer(district).await;
            let staff = self.readers[*commissioner].1.to_string();
            let form = EntrustmentForm { staff, reason: self.word(), ..EntrustmentForm::default() };
            step!(ctx, work => person::entrust(&ctx, &mut work, id, &form));
        }
        for (kind, person, against) in &plan.restrictions {
            let (id, district) = persons[*person];
            let ctx = self.officer(district).await;
            let kind = ["sealed", "barred", "address"][*kind];
            let against = if kind == "barred" { self.readers[*against].1.to_string() } else { String::new() };
            let form = RestrictionForm {
                kind: kind.to_owned(),
                against_staff: against,
                reason: "domestic_violence".to_owned(),
                note: self.word(),
                ..RestrictionForm::default()
            };
            step!(ctx, work => person::restrict(&ctx, &mut work, id, &form));
        }
    }
}
