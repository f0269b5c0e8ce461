//! Over random histories of posts, areas, moves, deaths and closings each open hand-over has a receiver who can see and
//! act today, or stands on the list.

use jiff::ToSpan;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sasae_core::id::Id;
use sasae_db::args;
use sasae_test::{TestDb, both_engines};

use super::{act, held, intake, register};
use crate::case::{self, AnswerForm, CASE, CloseForm, OpenForm, RoleForm};
use crate::consultation::{self, CONSULTATION, IntakeForm};
use crate::ctx::Ctx;
use crate::migrations::MIGRATIONS;
use crate::notice::{self, NOTICE, NoticeForm, TriageForm};
use crate::person::{self, LeaveForm};
use crate::testing::TestApp;
use crate::tests::of_rooms::access::world::chances;
use crate::{access, area, staff};

both_engines! {
    migrations = MIGRATIONS;

    async fn each_open_hand_over_has_a_receiver_who_can_act_or_stands_on_the_list(db: TestDb) {
        let mut looked_at = (0, 0, 0);
        let test = TestApp::new(db.db.clone()).await;
        for chance in chances(6) {
            let mut history = History::begin(&test, chance).await;
            for _ in 0..24 {
                history.step().await;
                let (with, without, asked) = history.look().await;
                looked_at = (looked_at.0 + with, looked_at.1 + without, looked_at.2 + asked);
            }
        }
        assert!(looked_at.0 > 50 && looked_at.1 > 20 && looked_at.2 > 10, "{looked_at:?}");
    }
}

/// A random history of posts, areas, moves, deaths and closings.
struct History<'t> {
    test: &'t TestApp,
    dice: TestRunner,
    boss: Id,
    staff: Vec<Id>,
    persons: Vec<Id>,
    cases: Vec<Id>,
    consultations: Vec<Id>,
    notices: Vec<Id>,
    log: Vec<String>,
}

impl<'t> History<'t> {
    async fn begin(test: &'t TestApp, chance: proptest::test_runner::TestRng) -> History<'t> {
        let dice = TestRunner::new_with_rng(ProptestConfig::default(), chance);
        let boss = test.staff("統括", "supervisor", test.city).await;
        let mut staff = Vec::new();
        for (name, role, area) in [
            ("一", "coordinator", test.wards[0]),
            ("二", "coordinator", test.wards[1]),
            ("三", "minsei", test.districts[0]),
            ("四", "minsei", test.districts[2]),
            ("五", "coordinator", test.wards[0]),
        ] {
            staff.push(test.staff(name, role, area).await);
        }
        // The histories before have moved areas about: the machine may register anywhere.
        let ctx = test.system().await;
        let mut persons = Vec::new();
        for district in [0, 1] {
            persons.push(register(&ctx, test.districts[district]).await);
        }
        let (cases, consultations, notices, log) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut history = History { test, dice, boss, staff, persons, cases, consultations, notices, log };
        for at in [0, 4] {
            history.begin_case(at).await;
        }
        history
    }

    /// A notice becomes a consultation and a case, in which two are asked.
    async fn begin_case(&mut self, at: usize) {
        let test = self.test;
        let (lead, person) = (self.staff[at], self.person());
        let system = test.system().await;
        let mut read = system.read().await.unwrap();
        let area = person::find_area(&system, &mut read, person).await.unwrap().unwrap();
        let around = area::list_path(&system, &mut read, area).await.unwrap();
        drop(read);
        // The histories before have moved districts: the lead has a post around the person today.
        let ward = around.iter().map(|area| area.id).find(|id| test.wards.contains(id)).unwrap();
        let period = (test.clock.today(), crate::tenancy::FOREVER);
        act(&system, async |ctx, work| staff::give_post(ctx, work, lead, "coordinator", ward, period).await)
            .await
            .unwrap();
        let ctx = test.acting(lead).await;
        let form = NoticeForm {
            kind: "mail_piled".to_owned(),
            what: "新聞がたまっている".to_owned(),
            area: area.to_string(),
            ..NoticeForm::default()
        };
        let notice = act(&ctx, async |ctx, work| notice::report(ctx, work, &form).await).await.unwrap().id;
        let form = TriageForm { outcome: "consultation".to_owned(), ..TriageForm::default() };
        act(&ctx, async |ctx, work| notice::triage(ctx, work, notice, &form, 1).await).await.unwrap();
        self.notices.push(notice);
        let form =
            IntakeForm { notice: notice.to_string(), channel: "notice".to_owned(), ..intake(area, Some(person)) };
        let taken = act(&ctx, async |ctx, work| consultation::take(ctx, work, &form).await).await.unwrap();
        self.consultations.push(taken);
        let form = OpenForm {
            consultation: taken.to_string(),
            title: "支え".to_owned(),
            persons: vec![person.to_string()],
            ..OpenForm::default()
        };
        let case = act(&ctx, async |ctx, work| case::open(ctx, work, &form).await).await.unwrap();
        self.cases.push(case);
        for asked in [1, 2, 3] {
            let form = self.role(asked);
            act(&ctx, async |ctx, work| case::ask(ctx, work, case, &form).await).await.unwrap();
        }
    }

    fn role(&self, asked: usize) -> RoleForm {
        RoleForm {
            staff: self.staff[asked].to_string(),
            role: "visit".to_owned(),
            task: "訪問".to_owned(),
            due_on: self.test.clock.today().saturating_add(7.days()).to_string(),
            ..RoleForm::default()
        }
    }

    fn draw(&mut self, below: usize) -> usize {
        (0..below.max(1)).new_tree(&mut self.dice).unwrap().current()
    }

    fn one(&mut self, of: &[Id]) -> Option<Id> {
        let at = self.draw(of.len());
        of.get(at).copied()
    }

    fn person(&mut self) -> Id {
        let at = self.draw(self.persons.len());
        self.persons[at]
    }

    async fn step(&mut self) {
        let test = self.test;
        let today = test.clock.today();
        let (at, area) = (self.draw(self.staff.len()), self.draw(4));
        let who = self.staff[at];
        let ctx = test.acting(who).await;
        let boss = test.acting(self.boss).await;
        let system = test.system().await;
        let step = self.draw(16);
        self.log.push(format!("{step} by {at} in {area} on {today}"));
        match step {
            0 | 1 => {
                let person = self.person();
                let form = OpenForm {
                    title: "支え".to_owned(),
                    persons: vec![person.to_string()],
                    area: test.districts[area].to_string(),
                    ..OpenForm::default()
                };
                self.cases.extend(act(&ctx, async |ctx, work| case::open(ctx, work, &form).await).await);
            }
            2 | 3 => {
                let Some(case) = self.one(&self.cases.clone()) else { return };
                let asked = self.draw(self.staff.len());
                let form = self.role(asked);
                act(&boss, async |ctx, work| case::ask(ctx, work, case, &form).await).await;
            }
            4 => {
                let Some(case) = self.one(&self.cases.clone()) else { return };
                let mut read = boss.read().await.unwrap();
                let roles = case::store::list_roles_asked(&boss, &mut read, case).await.unwrap();
                drop(read);
                let Some(role) = roles.first() else { return };
                let Some(asked) = role.staff_id else { return };
                let theirs = test.acting(asked).await;
                let form = AnswerForm { answer: "accept".to_owned(), note: String::new() };
                act(&theirs, async |ctx, work| case::answer_role(ctx, work, case, role.id, &form).await).await;
            }
            5 => {
                let form = NoticeForm {
                    kind: "mail_piled".to_owned(),
                    what: "新聞がたまっている".to_owned(),
                    area: test.districts[area].to_string(),
                    ..NoticeForm::default()
                };
                let reported = act(&ctx, async |ctx, work| notice::report(ctx, work, &form).await).await;
                self.notices.extend(reported.map(|reported| reported.id));
            }
            6 => {
                let Some(id) = self.one(&self.notices.clone()) else { return };
                let form = TriageForm { outcome: "consultation".to_owned(), ..TriageForm::default() };
                act(&ctx, async |ctx, work| notice::triage(ctx, work, id, &form, 1).await).await;
            }
            7 => {
                let from = self.one(&self.notices.clone()).map(|id| id.to_string()).unwrap_or_default();
                let person = self.person();
                let form = IntakeForm { notice: from, ..intake(test.districts[area], Some(person)) };
                self.consultations
                    .extend(act(&ctx, async |ctx, work| consultation::take(ctx, work, &form).await).await);
            }
            8 => {
                let last = today.saturating_sub(1.day());
                let end = async |ctx: &Ctx, work: &mut crate::ctx::Work| {
                    let posts = staff::store::list_posts_of(ctx, work, who).await?;
                    for post in posts.iter().filter(|post| post.valid_from <= last && post.valid_to > last) {
                        staff::store::change_post(ctx, work, post.id, post.area, (post.valid_from, last)).await?;
                    }
                    Ok(())
                };
                act(&system, end).await;
            }
            9 => {
                let (role, place) = if self.draw(2) == 0 {
                    ("coordinator", test.wards[area / 2])
                } else {
                    ("minsei", test.districts[area])
                };
                let period = (today, crate::tenancy::FOREVER);
                act(&system, async |ctx, work| staff::give_post(ctx, work, who, role, place, period).await).await;
            }
            10 => {
                let ward = self.draw(2);
                let on = today.saturating_add(1.day());
                let child = test.districts[area];
                let cut = async |ctx: &Ctx, work: &mut crate::ctx::Work| {
                    area::store::end_parents(ctx, work, child, on).await?;
                    area::store::insert_parent(
                        ctx,
                        work,
                        child,
                        test.wards[ward],
                        "main",
                        (on, crate::tenancy::FOREVER),
                    )
                    .await?;
                    area::store::rebuild_within(ctx, work).await
                };
                act(&system, cut).await;
            }
            11 => {
                let person = self.person();
                let form = LeaveForm { kind: "died".to_owned(), on: today.to_string() };
                act(&ctx, async |ctx, work| person::leave(ctx, work, person, &form, 1).await).await;
            }
            14 | 15 => {
                // Each of the two watchers where their first post is.
                let (at, place) = if self.draw(2) == 0 { (2, 0) } else { (3, 2) };
                let asked = self.staff[at];
                let form = NoticeForm {
                    kind: "mail_piled".to_owned(),
                    what: "新聞がたまっている".to_owned(),
                    area: test.districts[place].to_string(),
                    ..NoticeForm::default()
                };
                let Some(reported) = act(&boss, async |ctx, work| notice::report(ctx, work, &form).await).await else {
                    return;
                };
                let id = reported.id;
                self.notices.push(id);
                let form = TriageForm {
                    outcome: "watch".to_owned(),
                    note: "ようすを見る".to_owned(),
                    staff: asked.to_string(),
                    ..TriageForm::default()
                };
                act(&boss, async |ctx, work| notice::triage(ctx, work, id, &form, 1).await).await;
                if step == 15 {
                    let mut read = boss.read().await.unwrap();
                    let request = notice::request::find_asked(&boss, &mut read, id).await.unwrap();
                    drop(read);
                    let Some((request, _)) = request else { return };
                    let theirs = test.acting(asked).await;
                    let form = notice::NoticeAnswerForm { answer: "accept".to_owned(), note: String::new() };
                    act(&theirs, async |ctx, work| {
                        notice::request::answer(ctx, work, id, request, &form).await.map(|_| ())
                    })
                    .await;
                }
            }
            12 => {
                let Some(case) = self.one(&self.cases.clone()) else { return };
                let mut read = boss.read().await.unwrap();
                let revision = case::store::get(&boss, &mut read, case).await.unwrap().revision;
                drop(read);
                let form =
                    CloseForm { closed_on: today.to_string(), outcome: "solved".to_owned(), ..CloseForm::default() };
                act(&boss, async |ctx, work| case::close(ctx, work, case, &form, revision).await).await;
            }
            _ => {
                let _later = test.at(today.saturating_add(1.day()), 10);
            }
        }
    }

    /// Looks at each hand-over that is open: how many have a receiver, how many stand on the list, and how many of
    /// all are requests of notices.
    async fn look(&self) -> (usize, usize, usize) {
        let test = self.test;
        let boss = test.acting(self.boss).await;
        let list: Vec<(&'static str, Id)> = held(&boss).await.iter().map(|one| (one.kind.due.code, one.item)).collect();
        let mut read = boss.read().await.unwrap();
        let open: Vec<(Id, String, Id, Option<Id>, Option<Id>)> = read
            .query_text(
                "SELECT id, kind, subject_id, to_staff, to_area FROM handover WHERE tenant = ?1 AND answered_at IS NULL",
                args![boss.tenant()],
            )
            .await
            .unwrap();
        drop(read);
        let (mut counts, mut asked) = ((0, 0), 0);
        for (_, kind, subject, to_staff, to_area) in open {
            let can = match (kind.as_str(), to_staff) {
                ("role", Some(staff)) => self.can_answer(staff, subject).await,
                ("notice_request", Some(staff)) => {
                    asked += 1;
                    self.can_take(staff, subject).await
                }
                _ => self.somebody_acts(subject).await,
            };
            let stands = list.iter().any(|(_, item)| *item == subject || Some(*item) == to_area)
                || self.stands(&list, subject).await;
            assert!(can || stands, "{kind} {subject} has nobody: {list:?} after {:#?}", self.log);
            if can { counts.0 += 1 } else { counts.1 += 1 }
        }
        (counts.0, counts.1, asked)
    }

    /// Whether whoever is asked for a notice sees it today.
    async fn can_take(&self, staff: Id, request: Id) -> bool {
        let ctx = self.test.acting(staff).await;
        let mut read = ctx.read().await.unwrap();
        let of: Vec<(Id,)> = read
            .query_text(
                "SELECT notice_id FROM notice_request WHERE tenant = ?1 AND id = ?2",
                args![ctx.tenant(), request],
            )
            .await
            .unwrap();
        access::can_see(&ctx, &mut read, &NOTICE, of[0].0).await.unwrap()
    }

    /// Whether whoever is asked for a role sees the case and may answer today.
    async fn can_answer(&self, staff: Id, role: Id) -> bool {
        let ctx = self.test.acting(staff).await;
        let mut read = ctx.read().await.unwrap();
        let of: Vec<(Id,)> = read
            .query_text("SELECT case_id FROM case_role WHERE tenant = ?1 AND id = ?2", args![ctx.tenant(), role])
            .await
            .unwrap();
        access::can_see(&ctx, &mut read, &CASE, of[0].0).await.unwrap()
            && case::store::holders::may_join(&ctx, &mut read, of[0].0, staff).await.unwrap()
    }

    /// The consultation that followed a notice, and its case.
    async fn followed(&self, notice: Id) -> (Option<Id>, Option<Id>) {
        let ctx = self.test.system().await;
        let mut read = ctx.read().await.unwrap();
        let rows: Vec<(Id, Option<Id>)> = read
            .query_text(
                "SELECT k.id, c.id AS of_case FROM consultation k LEFT JOIN support_case c ON c.tenant = k.tenant \
                 AND c.consultation_id = k.id WHERE k.tenant = ?1 AND k.notice_id = ?2 AND k.struck_at IS NULL",
                args![ctx.tenant(), notice],
            )
            .await
            .unwrap();
        rows.first().map_or((None, None), |(id, case)| (Some(*id), *case))
    }

    /// Whether somebody can go on with the concern of a notice today.
    async fn somebody_acts(&self, notice: Id) -> bool {
        let (consultation, case) = self.followed(notice).await;
        for staff in self.staff.iter().chain([&self.boss]) {
            let ctx = self.test.acting(*staff).await;
            let mut read = ctx.read().await.unwrap();
            let may = match (consultation, case) {
                (_, Some(case)) => access::allowed(&ctx, &mut read, &CASE, case, case::CLOSE).await.unwrap(),
                (Some(id), None) => {
                    access::allowed(&ctx, &mut read, &CONSULTATION, id, access::Act::EDIT).await.unwrap()
                }
                (None, None) => access::allowed(&ctx, &mut read, &NOTICE, notice, notice::TRIAGE).await.unwrap(),
            };
            if may {
                return true;
            }
        }
        false
    }

    /// Whether what followed a notice stands on the list.
    async fn stands(&self, list: &[(&'static str, Id)], notice: Id) -> bool {
        let (consultation, case) = self.followed(notice).await;
        list.iter().any(|(_, item)| Some(*item) == consultation || Some(*item) == case)
    }
}
