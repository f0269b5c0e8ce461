//! What the decision on a notice asks of others.

use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};

use super::form;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::migrations::MIGRATIONS;
use crate::notice::correct;
use crate::notice::request::{self, NoticeAnswerForm, NoticeRequestForm};
use crate::notice::{self, NoticeForm, TriageForm};
use crate::person;
use crate::room::Held;
use crate::staff::store::{NewOrganisation, insert_organisation, insert_post, insert_staff};
use crate::task;
use crate::tenancy::FOREVER;
use crate::testing::{SINCE, TestApp};

/// A ward with a coordinator, its 民生委員 and one of the next ward.
struct Town {
    test: TestApp,
    lead: Id,
    minsei: Id,
    other: Id,
}

async fn town(db: sasae_db::Db) -> Town {
    let test = TestApp::new(db).await;
    let lead = test.staff("担当 一郎", "coordinator", test.wards[0]).await;
    let minsei = test.staff("民生 三郎", "minsei", test.districts[0]).await;
    let other = test.staff("民生 四郎", "minsei", test.districts[2]).await;
    for (staff, login) in [(lead, "lead"), (minsei, "minsei"), (other, "other")] {
        test.account(staff, login).await;
    }
    Town { test, lead, minsei, other }
}

impl Town {
    async fn report(&self, person: Option<Id>) -> Id {
        let ctx = self.test.acting(self.lead).await;
        let mut work = ctx.begin().await.unwrap();
        let typed = NoticeForm {
            person: person.map(|id| id.to_string()).unwrap_or_default(),
            area: self.test.districts[0].to_string(),
            ..form(&self.test, 0)
        };
        let id = notice::report(&ctx, &mut work, &typed).await.unwrap().id;
        work.commit("").await.unwrap();
        id
    }

    /// The coordinator decides.
    async fn decide(&self, notice: Id, form: &TriageForm) -> Result<()> {
        let ctx = self.test.acting(self.lead).await;
        let mut work = ctx.begin().await?;
        let seen = notice::get(&ctx, &mut work, notice).await?.revision;
        notice::triage(&ctx, &mut work, notice, form, seen).await?;
        work.commit("").await?;
        Ok(())
    }

    async fn request(&self, notice: Id) -> Id {
        let ctx = self.test.acting(self.lead).await;
        let mut read = ctx.read().await.unwrap();
        request::find_asked(&ctx, &mut read, notice).await.unwrap().expect("something is asked").0
    }

    async fn answer(&self, staff: Id, notice: Id, answer: &str, note: &str) -> Result<()> {
        let request = self.request(notice).await;
        let ctx = self.test.acting(staff).await;
        let mut work = ctx.begin().await?;
        let form = NoticeAnswerForm { answer: answer.to_owned(), note: note.to_owned() };
        request::answer(&ctx, &mut work, notice, request, &form).await?;
        work.commit("").await?;
        Ok(())
    }

    /// The codes of what is due for somebody about a notice.
    async fn due(&self, staff: Id, notice: Id) -> Vec<&'static str> {
        let ctx = self.test.acting(staff).await;
        let mut read = ctx.read().await.unwrap();
        let due = task::list(&ctx, &mut read).await.unwrap();
        due.into_iter().filter(|one| one.record == notice).map(|one| one.kind.code).collect()
    }

    async fn sees(&self, login: &str, notice: Id) -> StatusCode {
        let token = self.test.sign_in(login).await;
        self.test.get(&format!("/notices/{notice}"), Some(&token)).await.status
    }
}

/// The requests that lie with nobody, as the coordinator sees them.
async fn held(town: &Town) -> Vec<Held> {
    let ctx = town.test.acting(town.lead).await;
    let mut read = ctx.read().await.unwrap();
    let limit = crate::room::DueLimit::new(50);
    let all = crate::room::held::list_holderless(&ctx, &mut read, &limit).await.unwrap();
    all.into_iter().filter(|one| one.kind.due.code == "notice_request_held").collect()
}

fn watch(staff: Id) -> TriageForm {
    TriageForm {
        outcome: "watch".to_owned(),
        note: "ようすを見てもらう".to_owned(),
        staff: staff.to_string(),
        task: "朝に声をかけてください".to_owned(),
        ..TriageForm::default()
    }
}

fn to_agency(organisation: Id) -> TriageForm {
    TriageForm {
        outcome: "referred".to_owned(),
        note: "担当の機関へ".to_owned(),
        organisation: organisation.to_string(),
        ..TriageForm::default()
    }
}

/// An organisation with one of its staff, who holds a post elsewhere in the city.
async fn agency(town: &Town) -> (Id, Id) {
    let ctx = town.test.system().await;
    let mut work = ctx.begin().await.unwrap();
    let (organisation, staff) = (ctx.new_id(), ctx.new_id());
    let new = NewOrganisation {
        kind: "care_office".to_owned(),
        name: "みどり居宅介護".to_owned(),
        source: ("t".to_owned(), "1".to_owned()),
        ..NewOrganisation::default()
    };
    insert_organisation(&ctx, &mut work, organisation, &new).await.unwrap();
    insert_staff(&ctx, &mut work, staff, ("緑 四郎", ""), Some(organisation), "", "x1", SINCE).await.unwrap();
    insert_post(&ctx, &mut work, ctx.new_id(), staff, "care_manager", town.test.wards[1], (SINCE, FOREVER))
        .await
        .unwrap();
    work.commit("").await.unwrap();
    town.test.account(staff, "agency").await;
    (organisation, staff)
}

async fn resident(ctx: &Ctx, area: Id) -> Id {
    let form = person::PersonForm {
        family: "谷口".to_owned(),
        given: "花子".to_owned(),
        birth: "1940-04-01".to_owned(),
        sex: "female".to_owned(),
        area: area.to_string(),
        address: "1-2-3".to_owned(),
        ..person::PersonForm::default()
    };
    let mut work = ctx.begin().await.unwrap();
    let id = person::register(ctx, &mut work, &form).await.unwrap();
    work.commit("").await.unwrap();
    id
}

both_engines! {
    migrations = MIGRATIONS;

    async fn an_outcome_that_passes_a_notice_on_names_to_whom(db: TestDb) {
        let town = town(db.db.clone()).await;
        let notice = town.report(None).await;
        let token = town.test.sign_in("lead").await;
        let post = async |outcome: &str, more: &[(&str, &str)]| {
            let fields = [&[("outcome", outcome), ("note", "理由"), ("_revision", "1")][..], more].concat();
            town.test.post(&format!("/notices/{notice}/triage"), Some(&token), &fields).await
        };
        let other = town.other.to_string();

        let form = town.test.get(&format!("/notices/{notice}"), Some(&token)).await;
        for (outcome, field) in [("watch", "staff"), ("referred", "organisation"), ("duplicate", "original"), ("case", "record")] {
            let refused = post(outcome, &[]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{outcome}");
            assert!(refused.body.contains(&format!("id=\"f-{field}-error\"")), "{outcome} says it beside {field}");
        }
        let elsewhere = post("watch", &[("staff", &other)]).await;

        assert!(form.body.contains("民生 三郎") && !form.body.contains("民生 四郎"), "those of the area are offered");
        assert_eq!(elsewhere.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(town.due(town.lead, notice).await.contains(&"notice_new"), "nothing was decided");
    }

    async fn a_watcher_is_asked_accepts_and_tells_what_came_of_it(db: TestDb) {
        let town = town(db.db.clone()).await;
        let lead = town.test.acting(town.lead).await;
        let person = resident(&lead, town.test.districts[0]).await;
        let notice = town.report(Some(person)).await;
        let before = town.sees("minsei", notice).await;

        town.decide(notice, &watch(town.minsei)).await.unwrap();
        let asked = town.due(town.minsei, notice).await;
        let token = town.test.sign_in("minsei").await;
        let page = town.test.get(&format!("/notices/{notice}"), Some(&token)).await;
        let hidden = town.test.get(&format!("/persons/{person}"), Some(&token)).await;
        let without = town.answer(town.minsei, notice, "decline", "").await;
        let stranger = town.answer(town.other, notice, "accept", "").await;
        town.answer(town.minsei, notice, "accept", "").await.unwrap();
        let taken = town.due(town.minsei, notice).await;
        let shown = town.test.get(&format!("/persons/{person}"), Some(&token)).await;
        let silent = town.answer(town.minsei, notice, "done", "").await;
        town.answer(town.minsei, notice, "done", "会えました").await.unwrap();
        let told = town.test.get(&format!("/notices/{notice}"), Some(&town.test.sign_in("lead").await)).await;

        assert_eq!(before, StatusCode::NOT_FOUND);
        assert_eq!(asked, ["notice_request"]);
        assert!(page.body.contains("朝に声をかけてください") && page.body.contains("新聞が3日分たまっている"));
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "who is only asked does not see the person");
        assert!(matches!(without, Err(Error::Invalid(_))) && matches!(silent, Err(Error::Invalid(_))));
        assert!(matches!(stranger, Err(Error::NotFound)));
        assert_eq!(taken, ["notice_report_back"]);
        assert_eq!(shown.status, StatusCode::OK, "the person is entrusted to the one who accepts");
        assert!(told.body.contains("会えました") && told.body.contains("結果が届いた"));
        let lead = town.test.sign_in("lead").await;
        let today = town.test.get("/today", Some(&lead)).await.body;
        let answer = today.split("/answers/").nth(1).unwrap()[..36].to_owned();
        let stranger = town.test.post(&format!("/answers/{answer}/seen"), Some(&token), &[]).await;
        let seen = town.test.post(&format!("/answers/{answer}/seen"), Some(&lead), &[]).await;
        let after = town.test.get("/today", Some(&lead)).await.body;
        assert!(today.contains("届いた返事") && today.contains("会えました"));
        assert_eq!((stranger.status, seen.status), (StatusCode::NOT_FOUND, StatusCode::SEE_OTHER));
        assert!(!after.contains("会えました"), "what was seen stands there no more");
        assert_eq!(town.due(town.minsei, notice).await, [""; 0]);
    }

    async fn where_one_declines_those_who_decide_ask_somebody_else(db: TestDb) {
        let town = town(db.db.clone()).await;
        let second = town.test.staff("民生 五郎", "minsei", town.test.districts[0]).await;
        town.test.account(second, "second").await;
        let notice = town.report(None).await;
        town.decide(notice, &watch(town.minsei)).await.unwrap();
        town.answer(town.minsei, notice, "decline", "入院しています").await.unwrap();
        let (gone, again) = (town.sees("minsei", notice).await, town.due(town.lead, notice).await);

        let token = town.test.sign_in("lead").await;
        let form = town.test.get(&format!("/notices/{notice}/requests/new"), Some(&token)).await;
        let staff = second.to_string();
        let asked = town.test.post(&format!("/notices/{notice}/requests"), Some(&token), &[("staff", &staff)]).await;

        assert_eq!(gone, StatusCode::NOT_FOUND);
        assert_eq!(again, ["answer_came", "notice_ask_again"]);
        assert!(form.body.contains("民生 五郎"));
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
        assert_eq!(town.due(second, notice).await, ["notice_request"]);
        assert_eq!(town.due(town.lead, notice).await, ["answer_came"], "the refusal stands until it is seen");
        // Asking somebody else while one waits withdraws what waits.
        let ctx = town.test.acting(town.lead).await;
        let mut work = ctx.begin().await.unwrap();
        let form = NoticeRequestForm { staff: town.minsei.to_string(), ..NoticeRequestForm::default() };
        request::ask_again(&ctx, &mut work, notice, &form).await.unwrap();
        work.commit("").await.unwrap();
        assert_eq!(town.sees("second", notice).await, StatusCode::NOT_FOUND);
        assert_eq!(town.due(town.minsei, notice).await, ["notice_request"]);
    }

    async fn of_an_organisation_whoever_accepts_sees_the_notice_only_then(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (organisation, staff) = agency(&town).await;
        let notice = town.report(None).await;
        town.decide(notice, &to_agency(organisation)).await.unwrap();
        let token = town.test.sign_in("agency").await;

        let asked = town.test.get(&format!("/notices/{notice}"), Some(&token)).await;
        let due = town.due(staff, notice).await;
        town.answer(staff, notice, "accept", "").await.unwrap();
        let taken = town.test.get(&format!("/notices/{notice}"), Some(&token)).await;

        assert_eq!(asked.status, StatusCode::OK);
        assert!(asked.body.contains("対応をお願いします") && !asked.body.contains("新聞が3日分"));
        assert_eq!(due, ["notice_request"]);
        assert!(taken.body.contains("新聞が3日分"));
        assert_eq!(town.due(staff, notice).await, ["notice_report_back"]);
    }

    async fn what_an_agency_says_by_telephone_is_entered_by_those_who_decide(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (organisation, _) = agency(&town).await;
        let notice = town.report(None).await;
        town.decide(notice, &to_agency(organisation)).await.unwrap();

        town.answer(town.lead, notice, "accept", "電話で").await.unwrap();
        let waits = town.due(town.lead, notice).await;
        town.answer(town.lead, notice, "done", "訪問したとのこと").await.unwrap();

        assert_eq!(waits, ["notice_hear_back"]);
        assert_eq!(town.due(town.lead, notice).await, [""; 0]);
    }

    async fn the_same_notice_hears_the_answer_of_the_first(db: TestDb) {
        let town = town(db.db.clone()).await;
        let minsei = town.test.acting(town.minsei).await;
        let mut work = minsei.begin().await.unwrap();
        let typed = NoticeForm { area: town.test.districts[0].to_string(), ..form(&town.test, 0) };
        let second = notice::report(&minsei, &mut work, &typed).await.unwrap().id;
        work.commit("").await.unwrap();
        let first = town.report(None).await;
        let same = |original: Id| TriageForm {
            outcome: "duplicate".to_owned(),
            note: "同じ家".to_owned(),
            original: original.to_string(),
            ..TriageForm::default()
        };

        let of_itself = town.decide(second, &same(second)).await;
        town.decide(second, &same(first)).await.unwrap();
        let of_one_that_is_the_same = town.decide(first, &same(second)).await;
        let token = town.test.sign_in("minsei").await;
        let waits = town.test.get(&format!("/notices/{second}"), Some(&token)).await;
        let answered = TriageForm {
            outcome: "answered".to_owned(),
            note: "訪ねた".to_owned(),
            answer: "変わりありませんでした".to_owned(),
            ..TriageForm::default()
        };
        town.decide(first, &answered).await.unwrap();
        let told = town.test.get(&format!("/notices/{second}"), Some(&token)).await;

        for refused in [of_itself, of_one_that_is_the_same] {
            assert!(matches!(refused, Err(Error::Invalid(_))));
        }
        let ctx = town.test.acting(town.lead).await;
        let mut work = ctx.begin().await.unwrap();
        let seen = notice::get(&ctx, &mut work, first).await.unwrap().revision;
        let reason = crate::correction::ReasonForm { reason: "まちがい".to_owned() };
        let struck = correct::strike_out(&ctx, &mut work, first, &reason, seen).await;
        drop(work);
        assert!(matches!(struck, Err(Error::Refused(_))), "the other one would wait for ever");
        let third = town.report(None).await;
        town.decide(third, &same(first)).await.unwrap();
        let late = town.test.get(&format!("/notices/{third}"), Some(&town.test.sign_in("lead").await)).await;
        assert!(late.body.contains("変わりありませんでした"), "what was answered before is the answer");
        assert!(waits.body.contains("受け取りました") && !waits.body.contains("返事あり"));
        assert!(told.body.contains("変わりありませんでした"));
    }

    async fn what_was_asked_of_somebody_whose_post_has_ended_is_passed_on(db: TestDb) {
        let town = town(db.db.clone()).await;
        let second = town.test.staff("民生 五郎", "minsei", town.test.districts[0]).await;
        let notice = town.report(None).await;
        town.decide(notice, &watch(town.minsei)).await.unwrap();
        let yesterday = town.test.clock.today().yesterday().unwrap();
        let stood = held(&town).await;
        town.test.end_posts(town.minsei, yesterday).await;
        let token = town.test.sign_in("lead").await;

        let today = town.test.get("/today", Some(&token)).await.body;
        let lost = held(&town).await;
        let way = notice::ROOM.held.as_ref().unwrap();
        let gone = town.due(town.minsei, notice).await;
        let ctx = town.test.acting(town.lead).await;
        let mut work = ctx.begin().await.unwrap();
        let heirs = (way.heirs)(&ctx, &mut work, &lost[0]).await.unwrap();
        (way.pass_on)(&ctx, &mut work, &lost[0], second, "任期が終わったため").await.unwrap();
        work.commit("").await.unwrap();

        assert!(stood.is_empty() && held(&town).await.is_empty());
        assert!(today.contains("気づきのことで頼む相手を決め直す") && gone.is_empty());
        assert_eq!(heirs.iter().map(|heir| heir.staff).collect::<Vec<_>>(), [second]);
        assert_eq!(town.due(second, notice).await, ["notice_request"]);
    }

    async fn a_decision_that_is_restored_with_its_notice_asks_for_a_new_choice(db: TestDb) {
        let town = town(db.db.clone()).await;
        let notice = town.report(None).await;
        town.decide(notice, &watch(town.minsei)).await.unwrap();
        let ctx = town.test.acting(town.lead).await;
        let reason = crate::correction::ReasonForm { reason: "まちがい".to_owned() };
        let mut work = ctx.begin().await.unwrap();
        let seen = notice::get(&ctx, &mut work, notice).await.unwrap().revision;
        correct::strike_out(&ctx, &mut work, notice, &reason, seen).await.unwrap();
        let struck = task::list(&ctx, &mut work).await.unwrap().iter().any(|due| due.record == notice);
        correct::restore(&ctx, &mut work, notice, &reason, seen + 1).await.unwrap();
        work.commit("").await.unwrap();

        assert!(!struck);
        assert_eq!(town.due(town.lead, notice).await, ["notice_ask_again"]);
        assert_eq!(town.sees("minsei", notice).await, StatusCode::NOT_FOUND);
    }

    async fn an_agency_that_nobody_answers_for_is_asked_by_those_who_decide(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (organisation, _) = agency(&town).await;
        let notice = town.report(None).await;

        town.decide(notice, &to_agency(organisation)).await.unwrap();

        assert_eq!(town.due(town.lead, notice).await, ["notice_hear_back"]);
    }

    async fn a_decision_that_is_taken_back_asks_nobody_any_more(db: TestDb) {
        let town = town(db.db.clone()).await;
        let notice = town.report(None).await;
        town.decide(notice, &watch(town.minsei)).await.unwrap();
        let ctx = town.test.acting(town.lead).await;
        let mut work = ctx.begin().await.unwrap();
        let seen = notice::get(&ctx, &mut work, notice).await.unwrap().revision;
        let reason = crate::correction::ReasonForm { reason: "まちがい".to_owned() };
        let outlook = correct::take_back(&ctx, &mut work, notice, &reason, seen).await.unwrap();
        work.commit("").await.unwrap();

        assert!(outlook.follows.iter().any(|text| text.get(crate::lang::Lang::Ja).contains("民生 三郎")));
        assert_eq!(town.sees("minsei", notice).await, StatusCode::NOT_FOUND);
        assert_eq!(town.due(town.minsei, notice).await, [""; 0]);
        assert!(town.due(town.lead, notice).await.contains(&"notice_decide"));
    }
}
