//! Tests of the case room, on both engines.

mod correct;
mod correct_case;
mod correct_course;
mod finding;
mod forms;
mod life;
mod pages;
mod rows;
mod samples;
mod secrecy;
pub mod steps;
mod team;
mod telling;
mod told;
mod who_may;

use sasae_core::id::Id;
use sasae_test::contribute;

use crate::case::model::{AnswerForm, CloseForm, OpenForm, RoleForm};
use crate::case::store;
use crate::consultation::{self, IntakeForm};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::person;
use crate::testing::TestApp;
use crate::tests::plans::DueReadBy;

contribute!(DueReadBy {
    file: "case/store/due.rs",
    statements: &[
        ("r.unseen", "case_role_unseen"),
        ("r.due_on IS NOT NULL", "case_role_due"),
        ("c.agreed_at IS NULL", "support_case_agree"),
        ("k.next_on IS NOT NULL", "case_contact_next"),
        ("c.review_on IS NOT NULL", "support_case_review"),
    ],
});

/// A ward with a coordinator who leads, a colleague, a 民生委員 of the district,
/// and a household of three.
struct Town {
    test: TestApp,
    lead: Id,
    colleague: Id,
    minsei: Id,
    mother: Id,
    son: Id,
    daughter: Id,
    household: Id,
}

async fn town(db: sasae_db::Db) -> Town {
    let test = TestApp::new(db).await;
    let lead = test.staff("主担当 一郎", "coordinator", test.wards[0]).await;
    let colleague = test.staff("同僚 二郎", "coordinator", test.wards[0]).await;
    let minsei = test.staff("民生 三郎", "minsei", test.districts[0]).await;
    for (staff, login) in [(lead, "lead"), (colleague, "colleague"), (minsei, "minsei")] {
        test.account(staff, login).await;
    }
    let home = test.districts[0];
    let mother = person(&test, home, "山川", "ハナ").await;
    let household = household_of(&test, mother).await;
    let son = joining(&test, home, "山川", "次郎", Some(household)).await;
    let daughter = joining(&test, home, "山川", "幸", Some(household)).await;
    Town { test, lead, colleague, minsei, mother, son, daughter, household }
}

/// A person with a household of one.
async fn person(test: &TestApp, area: Id, family: &str, given: &str) -> Id {
    joining(test, area, family, given, None).await
}

fn resident(area: Id, family: &str, given: &str) -> person::PersonForm {
    person::PersonForm {
        family: family.to_owned(),
        given: given.to_owned(),
        birth: "1940-05-05".to_owned(),
        sex: "female".to_owned(),
        area: area.to_string(),
        care_level: "unknown".to_owned(),
        language: "ja".to_owned(),
        ..person::PersonForm::default()
    }
}

/// A person in a household that is there, or in one of their own.
async fn joining(test: &TestApp, area: Id, family: &str, given: &str, household: Option<Id>) -> Id {
    let ctx = test.system().await;
    let household = household.map(|id| id.to_string()).unwrap_or_default();
    let form = person::PersonForm { household, ..resident(area, family, given) };
    let mut work = ctx.begin().await.unwrap();
    let id = person::register(&ctx, &mut work, &form).await.unwrap();
    work.commit("").await.unwrap();
    id
}

async fn household_of(test: &TestApp, person: Id) -> Id {
    let ctx = test.system().await;
    let mut read = ctx.read().await.unwrap();
    person::find_household(&ctx, &mut read, person).await.unwrap().expect("a household")
}

/// An officer of the first ward seals a person, or bars one of the staff from them.
async fn restrict(test: &TestApp, person: Id, kind: &str, against: Option<Id>) {
    let officer = test.staff("保護 四郎", "ward_officer", test.wards[0]).await;
    let ctx = test.acting(officer).await;
    let form = person::RestrictionForm {
        kind: kind.to_owned(),
        against_staff: against.map(|id| id.to_string()).unwrap_or_default(),
        reason: "domestic_violence".to_owned(),
        ..person::RestrictionForm::default()
    };
    let mut work = ctx.begin().await.unwrap();
    person::restrict(&ctx, &mut work, person, &form).await.unwrap();
    work.commit("").await.unwrap();
}

impl Town {
    /// A consultation of the household, received a week ago.
    async fn consult(&self, notice: Option<Id>) -> Id {
        self.consult_in(self.test.districts[0], notice).await
    }

    /// The same, taken for an area.
    async fn consult_in(&self, area: Id, notice: Option<Id>) -> Id {
        let ctx = self.test.acting(self.lead).await;
        let form = IntakeForm {
            received_on: "2025-06-03".to_owned(),
            channel: "phone".to_owned(),
            area: area.to_string(),
            person: self.mother.to_string(),
            household: self.household.to_string(),
            from_whom: "neighbour".to_owned(),
            what: "ごみが片付かず、食事も取れていない".to_owned(),
            urgency: "soon".to_owned(),
            problems: vec!["illness_disability".to_owned()],
            worst: "illness_disability".to_owned(),
            notice: notice.map(|id| id.to_string()).unwrap_or_default(),
            ..IntakeForm::default()
        };
        let mut work = ctx.begin().await.unwrap();
        let id = consultation::take(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
        id
    }

    fn opening(&self) -> OpenForm {
        OpenForm {
            title: "ごみの片付けと食事".to_owned(),
            persons: vec![self.mother.to_string()],
            area: self.test.districts[0].to_string(),
            ..OpenForm::default()
        }
    }

    /// A case of the mother, opened directly by the lead.
    async fn case(&self) -> Id {
        let ctx = self.test.acting(self.lead).await;
        open(&ctx, &self.opening()).await.unwrap()
    }

    /// The minsei has accepted a role in the case.
    async fn join(&self, case: Id) -> Id {
        let role = ask(&self.test.acting(self.lead).await, case, &visits(self.minsei)).await.unwrap();
        answer(&self.test.acting(self.minsei).await, case, role, "accept", "").await.unwrap();
        role
    }

    async fn revision(&self, case: Id) -> i64 {
        let ctx = self.test.system().await;
        let mut read = ctx.read().await.unwrap();
        store::get(&ctx, &mut read, case).await.unwrap().revision
    }
}

fn visits(staff: Id) -> RoleForm {
    RoleForm {
        staff: staff.to_string(),
        role: "visit".to_owned(),
        task: "週に1回訪ねる".to_owned(),
        due_on: "2025-07-31".to_owned(),
        ..RoleForm::default()
    }
}

fn ending(outcome: &str) -> CloseForm {
    CloseForm {
        closed_on: "2025-06-10".to_owned(),
        outcome: outcome.to_owned(),
        note: "落ち着いた".to_owned(),
        answer: String::new(),
    }
}

async fn open(ctx: &Ctx, form: &OpenForm) -> Result<Id> {
    let mut work = ctx.begin().await?;
    let id = crate::case::open(ctx, &mut work, form).await?;
    work.commit("").await?;
    Ok(id)
}

async fn ask(ctx: &Ctx, case: Id, form: &RoleForm) -> Result<Id> {
    let mut work = ctx.begin().await?;
    let id = crate::case::ask(ctx, &mut work, case, form).await?;
    work.commit("").await?;
    Ok(id)
}

async fn answer(ctx: &Ctx, case: Id, role: Id, answer: &str, note: &str) -> Result<()> {
    let form = AnswerForm { answer: answer.to_owned(), note: note.to_owned() };
    let mut work = ctx.begin().await?;
    crate::case::answer_role(ctx, &mut work, case, role, &form).await?;
    work.commit("").await?;
    Ok(())
}

async fn agree(ctx: &Ctx, case: Id, seen: i64) -> Result<()> {
    let mut work = ctx.begin().await?;
    crate::case::agree(ctx, &mut work, case, seen).await?;
    work.commit("").await?;
    Ok(())
}

async fn close(ctx: &Ctx, case: Id, form: &CloseForm, seen: i64) -> Result<()> {
    let mut work = ctx.begin().await?;
    crate::case::close(ctx, &mut work, case, form, seen).await?;
    work.commit("").await?;
    Ok(())
}
