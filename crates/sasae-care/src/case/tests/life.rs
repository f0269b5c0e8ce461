use sasae_db::args;
use sasae_test::{TestDb, both_engines};

use super::{agree, answer, ask, close, ending, open, town, visits};
use crate::case::model::{AssessmentForm, ContactForm, GoalForm, LeadForm, MonitoringForm, PersonForm, PlanForm};
use crate::case::{self as case, store};
use crate::error::Error;
use crate::handover;
use crate::migrations::MIGRATIONS;
use crate::notice::{self, NoticeForm, TriageForm};
use crate::testing::TENANT;

pub(super) fn assessment() -> AssessmentForm {
    AssessmentForm {
        assessed_on: "2025-06-10".to_owned(),
        situation: "食事は1日1回".to_owned(),
        ..AssessmentForm::default()
    }
}

pub(super) fn plan() -> PlanForm {
    PlanForm {
        aim: "家で安心して暮らす".to_owned(),
        review_on: "2025-09-10".to_owned(),
        goal: vec!["1日2回食べる".to_owned(), String::new()],
        step: vec!["配食を試す".to_owned(), String::new()],
        who: vec!["民生委員".to_owned(), String::new()],
        due: vec!["2025-07-10".to_owned(), String::new()],
        ..PlanForm::default()
    }
}

fn contact(next_on: &str) -> ContactForm {
    ContactForm {
        contact_on: "2025-06-10".to_owned(),
        kind: "safety_check".to_owned(),
        method: "visit".to_owned(),
        body: "玄関で話した".to_owned(),
        next_on: next_on.to_owned(),
        ..ContactForm::default()
    }
}

pub(super) fn monitoring() -> MonitoringForm {
    MonitoringForm {
        monitored_on: "2025-06-10".to_owned(),
        findings: "食べられている".to_owned(),
        verdict: "continue".to_owned(),
        review_on: "2025-12-10".to_owned(),
    }
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_concern_goes_from_a_notice_through_its_whole_case_and_back_to_the_reporter(db: TestDb) {
        let town = town(db.db.clone()).await;
        let lead = town.test.acting(town.lead).await;
        let minsei = town.test.acting(town.minsei).await;
        let mut work = minsei.begin().await.unwrap();
        let form = NoticeForm { kind: "mail_piled".to_owned(), area: town.test.districts[0].to_string(), ..NoticeForm::default() };
        let reported = notice::report(&minsei, &mut work, &form).await.unwrap().id;
        work.commit("").await.unwrap();
        let mut work = lead.begin().await.unwrap();
        let decision = TriageForm { outcome: "consultation".to_owned(), ..TriageForm::default() };
        notice::triage(&lead, &mut work, reported, &decision, 1).await.unwrap();
        work.commit("").await.unwrap();
        let consultation = town.consult(Some(reported)).await;

        let mut opening = town.opening();
        opening.consultation = consultation.to_string();
        opening.area = String::new();
        let id = open(&lead, &opening).await.unwrap();
        let role = ask(&lead, id, &visits(town.minsei)).await.unwrap();
        answer(&minsei, id, role, "accept", "行けます").await.unwrap();
        agree(&lead, id, town.revision(id).await).await.unwrap();
        let mut work = lead.begin().await.unwrap();
        case::assess(&lead, &mut work, id, &assessment()).await.unwrap();
        let plan_id = case::make_plan(&lead, &mut work, id, &plan()).await.unwrap();
        let goal = store::list_goals(&lead, &mut work, plan_id).await.unwrap().remove(0);
        case::judge_goal(&lead, &mut work, id, goal.id, &GoalForm { state: "reached".to_owned() }, 1).await.unwrap();
        work.commit("").await.unwrap();
        let mut work = minsei.begin().await.unwrap();
        case::contact(&minsei, &mut work, id, &contact("")).await.unwrap();
        case::done_role(&minsei, &mut work, id, role, minsei.today()).await.unwrap();
        work.commit("").await.unwrap();
        let mut work = lead.begin().await.unwrap();
        case::monitor(&lead, &mut work, id, &monitoring()).await.unwrap();
        work.commit("").await.unwrap();
        close(&lead, id, &ending("solved"), town.revision(id).await).await.unwrap();

        let mut read = lead.read().await.unwrap();
        let closed = store::get(&lead, &mut read, id).await.unwrap();
        assert_eq!((closed.number.as_str(), closed.state.code()), ("R7-0001", "closed"));
        assert_eq!((closed.outcome.as_deref(), closed.closed_on), (Some("solved"), Some(lead.today())));
        assert_eq!(closed.household_id, Some(town.household));
        let links = crate::link::store::list(&lead, &mut read, id).await.unwrap();
        assert_eq!(links, [("consultation".to_owned(), consultation, "case".to_owned(), id)]);
        let back = handover::list_of(&lead, &mut read, reported).await.unwrap();
        assert!(back[0].answer.contains("必要な対応を終えました"), "the reporter hears of it");
        let roles = store::list_roles(&lead, &mut read, id).await.unwrap();
        assert!(!roles.is_empty() && roles.iter().all(|role| role.valid_to == lead.today()), "{roles:?}");
        let goals = store::list_goals(&lead, &mut read, plan_id).await.unwrap();
        assert_eq!((goals.len(), goals[0].state.code()), (1, "reached"));
        let facts: Vec<(String, String, String, i64)> = read
            .query_text(
                "SELECT kind, about, method, quantity FROM fact WHERE tenant = ?1 AND kind NOT LIKE 'notice%' AND kind <> 'consultation_taken' ORDER BY kind",
                args![TENANT],
            )
            .await
            .unwrap();
        let facts: Vec<(&str, &str, &str, i64)> =
            facts.iter().map(|(a, b, c, n)| (a.as_str(), b.as_str(), c.as_str(), *n)).collect();
        assert_eq!(
            facts,
            [
                ("assessed", "", "", 1),
                ("case_closed", "solved", "", 1),
                ("case_opened", "consultation", "", 1),
                ("contact", "safety_check", "visit", 1),
                ("monitored", "continue", "", 1),
                ("plan_made", "", "", 1),
                // Received on 3 June, agreed on 10 June.
                ("roles_agreed", "", "", 7),
            ]
        );
    }

    async fn a_death_is_an_outcome_and_a_closed_case_refuses_every_further_write(db: TestDb) {
        let town = town(db.db.clone()).await;
        let lead = town.test.acting(town.lead).await;
        let id = town.case().await;
        let role = ask(&lead, id, &visits(town.minsei)).await.unwrap();
        let mut work = lead.begin().await.unwrap();
        let plan_id = case::make_plan(&lead, &mut work, id, &plan()).await.unwrap();
        let goal = store::list_goals(&lead, &mut work, plan_id).await.unwrap().remove(0).id;
        work.commit("").await.unwrap();
        close(&lead, id, &ending("death"), town.revision(id).await).await.unwrap();
        let seen = town.revision(id).await;

        let mut work = lead.begin().await.unwrap();
        let tries: Vec<(&str, Error)> = vec![
            ("ask", case::ask(&lead, &mut work, id, &visits(town.colleague)).await.unwrap_err()),
            ("done", case::done_role(&lead, &mut work, id, role, lead.today()).await.unwrap_err()),
            ("end", case::end_role(&lead, &mut work, id, role).await.unwrap_err()),
            ("agree", case::agree(&lead, &mut work, id, seen).await.unwrap_err()),
            ("lead", case::change_lead(&lead, &mut work, id, &LeadForm { staff: town.colleague.to_string(), ..LeadForm::default() }, seen).await.unwrap_err()),
            ("person", case::name_person(&lead, &mut work, id, &PersonForm { person: town.son.to_string() }).await.unwrap_err()),
            ("assess", case::assess(&lead, &mut work, id, &assessment()).await.unwrap_err()),
            ("plan", case::make_plan(&lead, &mut work, id, &plan()).await.unwrap_err()),
            ("goal", case::judge_goal(&lead, &mut work, id, goal, &GoalForm { state: "reached".to_owned() }, 1).await.unwrap_err()),
            ("contact", case::contact(&lead, &mut work, id, &contact("")).await.unwrap_err()),
            ("monitor", case::monitor(&lead, &mut work, id, &monitoring()).await.unwrap_err()),
            ("close", case::close(&lead, &mut work, id, &ending("solved"), seen).await.unwrap_err()),
        ];
        drop(work);
        let minsei = town.test.acting(town.minsei).await;
        let late = answer(&minsei, id, role, "accept", "").await;

        for (what, error) in tries {
            let Error::Refused(text) = error else { panic!("{what}: {error}") };
            assert!(text.get(crate::lang::Lang::Ja).contains("新しい相談"), "{what} says what to do instead");
        }
        assert!(matches!(late, Err(Error::Refused(_))), "the one who was asked is told, not lost: {late:?}");
        let mut read = lead.read().await.unwrap();
        let asked = handover::list_of(&lead, &mut read, role).await.unwrap();
        assert!(asked[0].answered_at.is_some(), "nobody goes on waiting");
    }

    async fn a_contact_keeps_what_was_promised_before_but_not_what_came_later(db: TestDb) {
        let town = town(db.db.clone()).await;
        let lead = town.test.acting(town.lead).await;
        let id = town.case().await;

        let mut work = lead.begin().await.unwrap();
        case::contact(&lead, &mut work, id, &contact("2025-06-20")).await.unwrap();
        let early = ContactForm { contact_on: "2025-06-01".to_owned(), ..contact("") };
        case::contact(&lead, &mut work, id, &early).await.unwrap();
        let promised = store::find_own_next(&lead, &mut work, id).await.unwrap();
        case::contact(&lead, &mut work, id, &contact("2025-06-30")).await.unwrap();
        let renewed = store::find_own_next(&lead, &mut work, id).await.unwrap();
        work.commit("").await.unwrap();

        assert_eq!(promised.map(|(on, _)| on.to_string()), Some("2025-06-20".to_owned()));
        assert_eq!(renewed.map(|(on, _)| on.to_string()), Some("2025-06-30".to_owned()));
    }

    async fn cases_opened_at_once_take_numbers_without_gap_or_double(db: TestDb) {
        let town = town(db.db.clone()).await;
        let lead = town.test.acting(town.lead).await;

        let opened = (0..8).map(|_| {
            let (ctx, form) = (lead.clone(), town.opening());
            tokio::spawn(async move { open(&ctx, &form).await })
        });
        let mut ids = Vec::new();
        for one in opened.collect::<Vec<_>>() {
            ids.push(one.await.unwrap().unwrap());
        }

        let mut read = lead.read().await.unwrap();
        let mut numbers = Vec::new();
        for id in ids {
            numbers.push(store::get(&lead, &mut read, id).await.unwrap().number);
        }
        numbers.sort();
        let wanted: Vec<String> = (1..=8).map(|n| format!("R7-{n:04}")).collect();
        assert_eq!(numbers, wanted);
    }

    async fn a_new_fiscal_year_begins_its_own_numbers(db: TestDb) {
        let town = town(db.db.clone()).await;
        town.case().await;

        town.test.at(jiff::civil::date(2026, 4, 1), 9);
        let lead = town.test.acting(town.lead).await;
        let id = open(&lead, &town.opening()).await.unwrap();

        let mut read = lead.read().await.unwrap();
        assert_eq!(store::get(&lead, &mut read, id).await.unwrap().number, "R8-0001");
    }

    async fn a_consultation_becomes_one_case_only(db: TestDb) {
        let town = town(db.db.clone()).await;
        let lead = town.test.acting(town.lead).await;
        let mut form = town.opening();
        form.consultation = town.consult(None).await.to_string();

        let first = open(&lead, &form).await;
        let second = open(&lead, &form).await;

        assert!(first.is_ok());
        assert!(matches!(second, Err(Error::Refused(_))));
    }

    async fn the_row_of_a_contact_behind_a_figure_opens_its_case(db: TestDb) {
        let town = town(db.db.clone()).await;
        let case = town.case().await;
        let ctx = town.test.acting(town.lead).await;
        let mut work = ctx.begin().await.unwrap();
        case::contact(&ctx, &mut work, case, &contact("")).await.unwrap();
        work.commit("").await.unwrap();
        let token = town.test.sign_in("lead").await;

        let ward = town.test.wards[0];
        let rows =
            town.test.get(&format!("/figures/behind?year=2025&area={ward}&kind=contact&month=0"), Some(&token)).await;

        assert!(rows.body.contains(&format!("href=\"/cases/{case}\"")), "{}", rows.body);
    }
}
