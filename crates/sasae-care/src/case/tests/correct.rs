use axum::http::StatusCode;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{args, sql};
use sasae_test::{TestDb, both_engines};

use super::{Town, ending, person, town};
use crate::case::correct::{self, PersonEndForm};
use crate::case::entry::{self, Entry, MoveForm};
use crate::case::{ContactForm, OpenForm, store};
use crate::consultation::{self, IntakeForm};
use crate::correction::{Outlook, ReasonForm};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::migrations::MIGRATIONS;
use crate::notice::{self, NoticeForm, TriageForm};
use crate::testing::TENANT;

fn reason() -> ReasonForm {
    ReasonForm { reason: "取りちがえたため".to_owned() }
}

fn call(on: &str, next_on: &str) -> ContactForm {
    ContactForm {
        contact_on: on.to_owned(),
        kind: "safety_check".to_owned(),
        method: "visit".to_owned(),
        body: format!("{on}に訪ねた"),
        next_on: next_on.to_owned(),
        ..ContactForm::default()
    }
}

async fn contact(ctx: &Ctx, case: Id, form: &ContactForm) -> Id {
    let mut work = ctx.begin().await.unwrap();
    let id = crate::case::contact(ctx, &mut work, case, form).await.unwrap();
    work.commit("").await.unwrap();
    id
}

async fn strike(ctx: &Ctx, case: Id, id: Id) -> Result<Outlook> {
    let mut work = ctx.begin().await?;
    let seen = store::get_entry(ctx, &mut work, case, Entry::Contact, id).await?.revision;
    let done = entry::strike_out(ctx, &mut work, (case, Entry::Contact, id), &reason(), seen).await?;
    work.commit("").await?;
    Ok(done)
}

async fn restore(ctx: &Ctx, case: Id, id: Id) -> Result<Outlook> {
    let mut work = ctx.begin().await?;
    let seen = store::get_entry(ctx, &mut work, case, Entry::Contact, id).await?.revision;
    let done = entry::restore(ctx, &mut work, (case, Entry::Contact, id), &reason(), seen).await?;
    work.commit("").await?;
    Ok(done)
}

async fn leave(ctx: &Ctx, case: Id, person: Id, main: &str, seen: i64) -> Result<Outlook> {
    let mut work = ctx.begin().await?;
    let form = PersonEndForm { main: main.to_owned(), reason: reason().reason };
    let done = correct::end_person(ctx, &mut work, case, person, &form, seen).await?;
    work.commit("").await?;
    Ok(done)
}

/// The facts of a kind: the record, and the person.
async fn facts(town: &Town, kind: &str) -> Vec<(Id, Option<Id>)> {
    let mut read = town.test.app.db().read(TENANT).await.unwrap();
    read.query(
        sql!("SELECT f.record_id, f.person_id FROM fact f WHERE f.tenant = ?1 AND f.kind = ?2 ORDER BY f.id"),
        args![TENANT, kind],
    )
    .await
    .unwrap()
}

async fn kept(town: &Town, case: Id, contact: Id) -> Option<Date> {
    let ctx = town.test.system().await;
    let mut read = ctx.read().await.unwrap();
    store::get_contact(&ctx, &mut read, case, contact).await.unwrap().next_done_on
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_person_named_by_mistake_leaves_and_the_team_loses_the_sight_at_once(db: TestDb) {
        let town = town(db.db.clone()).await;
        let wrong = person(&town.test, town.test.districts[1], "川上", "ウメ").await;
        let case = town.case().await;
        town.join(case).await;
        let lead = town.test.acting(town.lead).await;
        let mut work = lead.begin().await.unwrap();
        let form = crate::case::PersonForm { person: wrong.to_string() };
        crate::case::name_person(&lead, &mut work, case, &form).await.unwrap();
        work.commit("").await.unwrap();
        let told = ContactForm { person: wrong.to_string(), ..call("2025-06-10", "") };
        contact(&lead, case, &told).await;
        let minsei = town.test.sign_in("minsei").await;
        let path = format!("/persons/{wrong}");
        let seen = town.test.get(&path, Some(&minsei)).await;
        let revision = town.revision(case).await;

        let by_member = leave(&town.test.acting(town.minsei).await, case, wrong, "", revision).await;
        let stale = leave(&lead, case, wrong, "", revision - 1).await;
        let done = leave(&lead, case, wrong, "", revision).await;
        let unseen = town.test.get(&path, Some(&minsei)).await;
        let page = town.test.get(&format!("/cases/{case}"), Some(&town.test.sign_in("lead").await)).await;

        assert_eq!(seen.status, StatusCode::OK);
        assert!(matches!(by_member, Err(Error::Forbidden(_))));
        assert!(matches!(stale, Err(Error::Stale { .. })));
        assert!(done.is_ok(), "{done:?}");
        assert_eq!(unseen.status, StatusCode::NOT_FOUND);
        assert!(page.body.contains("訂正の記録") && page.body.contains(&path), "the history keeps who left");
        assert_eq!(facts(&town, "contact").await, [(case, Some(town.mother))]);
    }

    async fn a_consultation_about_nobody_whom_the_case_names_is_not_the_teams(db: TestDb) {
        let town = town(db.db.clone()).await;
        let consultation = town.consult(None).await;
        let lead = town.test.acting(town.lead).await;
        let persons = vec![town.mother.to_string(), town.daughter.to_string()];
        let main = town.mother.to_string();
        let form = OpenForm { consultation: consultation.to_string(), persons, main, ..town.opening() };
        let case = super::open(&lead, &form).await.unwrap();
        town.join(case).await;
        let minsei = town.test.sign_in("minsei").await;
        let seen = async || town.test.get(&format!("/consultations/{consultation}"), Some(&minsei)).await.status;
        let about = async |whom: Id| {
            let form = IntakeForm {
                received_on: "2025-06-03".to_owned(),
                channel: "phone".to_owned(),
                area: town.test.districts[0].to_string(),
                person: whom.to_string(),
                from_whom: "neighbour".to_owned(),
                what: "ごみが片付かず、食事も取れていない".to_owned(),
                urgency: "soon".to_owned(),
                ..IntakeForm::default()
            };
            let mut work = lead.begin().await.unwrap();
            let seen = consultation::get(&lead, &mut work, consultation).await.unwrap().revision;
            consultation::correct::correct(&lead, &mut work, consultation, &form, &reason(), seen).await.unwrap();
            work.commit("").await.unwrap();
        };

        let in_the_case = seen().await;
        leave(&lead, case, town.mother, &town.daughter.to_string(), town.revision(case).await).await.unwrap();
        let left = seen().await;
        about(town.daughter).await;
        let of_the_daughter = seen().await;
        about(town.mother).await;
        let of_the_mother = seen().await;

        assert_eq!([in_the_case, of_the_daughter], [StatusCode::OK, StatusCode::OK]);
        assert_eq!([left, of_the_mother], [StatusCode::NOT_FOUND, StatusCode::NOT_FOUND]);
    }

    async fn who_is_at_the_centre_leaves_only_when_somebody_takes_that_place(db: TestDb) {
        let town = town(db.db.clone()).await;
        let case = town.case().await;
        let lead = town.test.acting(town.lead).await;
        let revision = town.revision(case).await;

        let nobody = leave(&lead, case, town.mother, "", revision).await;
        leave(&lead, case, town.mother, &town.daughter.to_string(), revision).await.unwrap();
        let mut read = lead.read().await.unwrap();
        let named = store::list_persons(&lead, &mut read, case).await.unwrap();

        assert!(matches!(nobody, Err(Error::Invalid(_))));
        assert_eq!(named.len(), 1);
        assert!(named[0].main && named[0].id == Some(town.daughter));
        assert_eq!(facts(&town, "case_opened").await, [(case, Some(town.daughter))]);
    }

    async fn a_contact_struck_out_is_not_counted_and_the_promise_that_it_kept_is_due_again(db: TestDb) {
        let town = town(db.db.clone()).await;
        let case = town.case().await;
        let lead = town.test.acting(town.lead).await;
        let first = contact(&lead, case, &call("2025-06-09", "2025-06-17")).await;
        let second = contact(&lead, case, &call("2025-06-10", "")).await;
        let kept_before = kept(&town, case, first).await;

        let by_other = strike(&town.test.acting(town.colleague).await, case, second).await;
        strike(&lead, case, second).await.unwrap();
        let twice = strike(&lead, case, second).await;
        let open = kept(&town, case, first).await;
        let counted = facts(&town, "contact").await.len();
        let token = town.test.sign_in("lead").await;
        let page = town.test.get(&format!("/cases/{case}"), Some(&token)).await;
        let own = town.test.get(&format!("/cases/{case}/contacts/{second}"), Some(&token)).await;
        restore(&lead, case, second).await.unwrap();

        assert_eq!(kept_before, Some("2025-06-10".parse().unwrap()));
        assert!(matches!(by_other, Err(Error::Forbidden(_))), "neither writer, lead nor supervisor");
        assert!(matches!(twice, Err(Error::Refused(_))));
        assert_eq!(open, None);
        assert_eq!(counted, 1);
        assert!(!page.body.contains("2025-06-10に訪ねた") && page.body.contains("取りちがえたため"));
        assert!(own.body.contains("取り消した記録です") && own.body.contains("2025-06-10に訪ねた"));
        assert_eq!(kept(&town, case, first).await, kept_before);
        assert_eq!(facts(&town, "contact").await.len(), 2);
    }

    async fn a_contact_moves_to_the_case_where_it_belongs_with_figures_and_promises(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (wrong, right) = (town.case().await, town.case().await);
        let lead = town.test.acting(town.lead).await;
        let id = contact(&lead, wrong, &call("2025-06-10", "2025-06-17")).await;
        let ctx = town.test.system().await;
        let number = store::get(&ctx, &mut ctx.begin().await.unwrap(), right).await.unwrap().number;
        let form = |number: &str| MoveForm { number: number.to_owned(), reason: reason().reason, ..MoveForm::default() };

        let mut work = lead.begin().await.unwrap();
        let unknown = entry::move_to(&lead, &mut work, (wrong, Entry::Contact, id), &form("R1-9999"), 1).await;
        entry::move_to(&lead, &mut work, (wrong, Entry::Contact, id), &form(&number), 1).await.unwrap();
        work.commit("").await.unwrap();
        let token = town.test.sign_in("lead").await;
        let old = town.test.get(&format!("/cases/{wrong}/contacts/{id}"), Some(&token)).await;
        let new = town.test.get(&format!("/cases/{right}/contacts/{id}"), Some(&token)).await;
        let due = town.test.get("/today", Some(&token)).await;

        assert!(matches!(unknown, Err(Error::Invalid(_))));
        assert_eq!(old.status, StatusCode::NOT_FOUND);
        assert!(new.body.contains("2025-06-10に訪ねた") && new.body.contains("取りちがえたため"));
        assert!(due.body.contains(&format!("/cases/{right}/contacts/new")));
        assert_eq!(facts(&town, "contact").await, [(right, Some(town.mother))]);
    }

    async fn what_was_corrected_in_a_contact_goes_with_it_to_the_other_case(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (wrong, right) = (town.case().await, town.case().await);
        town.join(wrong).await;
        let lead = town.test.acting(town.lead).await;
        let id = contact(&lead, wrong, &call("2025-06-09", "")).await;
        let token = town.test.sign_in("lead").await;
        let fields = [
            ("contact_on", "2025-06-09"),
            ("kind", "safety_check"),
            ("method", "phone"),
            ("body", "電話で借金の話を聞いた"),
            ("reason", "訪問ではなく電話だったため"),
            ("_revision", "1"),
            ("_confirmed", "1"),
        ];
        let path = format!("/cases/{wrong}/contacts/{id}/correct");
        let corrected = town.test.post(&path, Some(&token), &fields).await;
        let member = town.test.sign_in("minsei").await;
        let (page, api) = (format!("/cases/{wrong}"), format!("/api/corrections/case/{wrong}"));
        let read_before = town.test.get(&api, Some(&member)).await;
        let ctx = town.test.system().await;
        let number = store::get(&ctx, &mut ctx.begin().await.unwrap(), right).await.unwrap().number;

        let mut work = lead.begin().await.unwrap();
        let seen = store::get_entry(&lead, &mut work, wrong, Entry::Contact, id).await.unwrap().revision;
        let form = MoveForm { number, reason: reason().reason, ..MoveForm::default() };
        entry::move_to(&lead, &mut work, (wrong, Entry::Contact, id), &form, seen).await.unwrap();
        work.commit("").await.unwrap();
        let here = [town.test.get(&page, Some(&member)).await, town.test.get(&api, Some(&member)).await];
        let there = [
            town.test.get(&format!("/cases/{right}/contacts/{id}"), Some(&token)).await,
            town.test.get(&format!("/api/corrections/case/{right}"), Some(&token)).await,
        ];
        let unseen = town.test.get(&format!("/api/corrections/case/{right}"), Some(&member)).await;

        assert_eq!(corrected.status, StatusCode::SEE_OTHER, "{}", corrected.body);
        assert!(read_before.body.contains("電話で借金の話を聞いた"));
        for answer in &here {
            assert!(answer.body.contains("取りちがえたため") && answer.body.contains("連絡・訪問"), "{}", answer.body);
            for words in ["電話で借金の話を聞いた", "2025-06-09に訪ねた", "訪問ではなく電話だったため"] {
                assert!(!answer.body.contains(words), "{words} is still read in the wrong case");
            }
            assert!(!answer.body.contains(&id.to_string()) && !answer.body.contains(&right.to_string()));
        }
        for answer in &there {
            for words in ["電話で借金の話を聞いた", "2025-06-09に訪ねた", "訪問ではなく電話だったため", "取りちがえたため"] {
                assert!(answer.body.contains(words), "{words}");
            }
        }
        assert_eq!(unseen.status, StatusCode::NOT_FOUND);
    }

    async fn own_cases_stand_by_the_contacts_that_stand(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (first, second) = (town.case().await, town.case().await);
        let lead = town.test.acting(town.lead).await;
        town.test.at("2025-06-11".parse().unwrap(), 10);
        contact(&town.test.acting(town.lead).await, first, &call("2025-06-10", "")).await;
        town.test.at("2025-06-12".parse().unwrap(), 10);
        let mistaken = contact(&town.test.acting(town.lead).await, second, &call("2025-06-10", "")).await;
        let order = async || {
            let mut read = lead.read().await.unwrap();
            let own = store::list_own(&lead, &mut read, 9).await.unwrap();
            own.into_iter().map(|case| case.id).collect::<Vec<Id>>()
        };
        let before = order().await;

        strike(&town.test.acting(town.lead).await, second, mistaken).await.unwrap();

        assert_eq!(before, [second, first]);
        assert_eq!(order().await, [first, second]);
    }

    async fn goals_of_a_plan_struck_out_are_not_judged(db: TestDb) {
        let town = town(db.db.clone()).await;
        let case = town.case().await;
        let lead = town.test.acting(town.lead).await;
        let mut work = lead.begin().await.unwrap();
        let plan = crate::case::make_plan(&lead, &mut work, case, &super::life::plan()).await.unwrap();
        let goal = store::list_goals(&lead, &mut work, plan).await.unwrap().remove(0);
        let seen = store::get_entry(&lead, &mut work, case, Entry::Plan, plan).await.unwrap().revision;
        entry::strike_out(&lead, &mut work, (case, Entry::Plan, plan), &reason(), seen).await.unwrap();
        work.commit("").await.unwrap();

        let form = crate::case::GoalForm { state: "reached".to_owned() };
        let mut work = lead.begin().await.unwrap();
        let judged = crate::case::judge_goal(&lead, &mut work, case, goal.id, &form, goal.revision).await;

        assert!(matches!(judged, Err(Error::Refused(_))), "{judged:?}");
    }

    async fn a_contact_is_corrected_on_its_page_with_a_preview_and_keeps_what_has_passed(db: TestDb) {
        let town = town(db.db.clone()).await;
        let case = town.case().await;
        let lead = town.test.acting(town.lead).await;
        let id = contact(&lead, case, &call("2025-06-09", "2025-06-11")).await;
        town.test.at("2025-06-20".parse().unwrap(), 10);
        let token = town.test.sign_in("lead").await;
        let path = format!("/cases/{case}/contacts/{id}/correct");
        let fields = [
            ("contact_on", "2025-06-08"),
            ("kind", "safety_check"),
            ("method", "phone"),
            ("body", "電話で話した"),
            ("next_on", "2025-06-11"),
            ("reason", "訪問ではなく電話だったため"),
            ("_revision", "1"),
        ];

        let form = town.test.get(&path, Some(&token)).await;
        let preview = town.test.post(&path, Some(&token), &fields).await;
        let done = town.test.post(&path, Some(&token), &[&fields[..], &[("_confirmed", "1")]].concat()).await;
        let late = town.test.post(&path, Some(&token), &[&fields[..], &[("_confirmed", "1")]].concat()).await;
        let page = town.test.get(&done.location, Some(&token)).await;

        assert!(form.body.contains("2025-06-09に訪ねた"));
        assert!(preview.body.contains("この操作で変わること") && preview.body.contains("電話で話した"));
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(late.status, StatusCode::CONFLICT);
        for words in ["電話で話した", "2025-06-09に訪ねた", "訪問ではなく電話だったため"] {
            assert!(page.body.contains(words), "{words}");
        }
    }

    async fn a_role_that_somebody_left_is_not_revived_when_the_closing_is_taken_back(db: TestDb) {
        let town = town(db.db.clone()).await;
        let case = town.case().await;
        let role = town.join(case).await;
        town.test.at("2025-06-11".parse().unwrap(), 10);
        let lead = town.test.acting(town.lead).await;
        let mut work = lead.begin().await.unwrap();
        crate::case::end_role(&lead, &mut work, case, role).await.unwrap();
        work.commit("").await.unwrap();
        town.test.at("2025-06-12".parse().unwrap(), 10);
        let lead = town.test.acting(town.lead).await;

        // `ending` says the 10th: the day on which it ended is entered afterwards.
        let form = ending("solved");
        super::close(&lead, case, &form, town.revision(case).await).await.unwrap();
        let mut work = lead.begin().await.unwrap();
        let seen = store::get(&lead, &mut work, case).await.unwrap().revision;
        correct::reopen(&lead, &mut work, case, &reason(), seen).await.unwrap();
        work.commit("").await.unwrap();
        let token = town.test.sign_in("minsei").await;
        let page = town.test.get(&format!("/cases/{case}"), Some(&token)).await;

        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }

    async fn one_who_led_a_case_and_no_longer_sees_it_puts_nothing_right_in_it(db: TestDb) {
        let town = town(db.db.clone()).await;
        let case = town.case().await;
        let lead = town.test.acting(town.lead).await;
        super::close(&lead, case, &ending("solved"), town.revision(case).await).await.unwrap();
        super::restrict(&town.test, town.mother, "sealed", None).await;
        town.test.at("2025-06-12".parse().unwrap(), 10);
        let token = town.test.sign_in("lead").await;
        let revision = town.revision(case).await.to_string();
        let fields = [("reason", "まだ続いている"), ("_revision", revision.as_str()), ("_confirmed", "1")];

        let page = town.test.get(&format!("/cases/{case}"), Some(&token)).await;
        let reopened = town.test.post(&format!("/cases/{case}/reopen"), Some(&token), &fields).await;
        let corrected = town.test.get(&format!("/cases/{case}/correct"), Some(&token)).await;

        for answer in [page, reopened, corrected] {
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
    }

    async fn a_closing_taken_back_opens_the_case_its_roles_and_the_answer_again(db: TestDb) {
        let town = town(db.db.clone()).await;
        let minsei = town.test.acting(town.minsei).await;
        let mut work = minsei.begin().await.unwrap();
        let area = town.test.districts[0].to_string();
        let form = NoticeForm { kind: "mail_piled".to_owned(), area, ..NoticeForm::default() };
        let noticed = notice::report(&minsei, &mut work, &form).await.unwrap().id;
        work.commit("").await.unwrap();
        let lead = town.test.acting(town.lead).await;
        let mut work = lead.begin().await.unwrap();
        let form = TriageForm { outcome: "consultation".to_owned(), ..TriageForm::default() };
        notice::triage(&lead, &mut work, noticed, &form, 1).await.unwrap();
        work.commit("").await.unwrap();
        let consultation = town.consult(Some(noticed)).await.to_string();
        let case = super::open(&lead, &crate::case::OpenForm { consultation, ..town.opening() }).await.unwrap();
        town.join(case).await;
        super::close(&lead, case, &ending("solved"), town.revision(case).await).await.unwrap();
        town.test.at("2025-06-12".parse().unwrap(), 10);
        let token = town.test.sign_in("minsei").await;
        let path = format!("/cases/{case}");
        let ended = town.test.get(&path, Some(&token)).await;
        let lead = town.test.acting(town.lead).await;

        let mut work = lead.begin().await.unwrap();
        let seen = store::get(&lead, &mut work, case).await.unwrap().revision;
        correct::reopen(&lead, &mut work, case, &reason(), seen).await.unwrap();
        work.commit("").await.unwrap();
        let open = town.test.get(&path, Some(&token)).await;
        let answer = town.test.get(&format!("/notices/{noticed}"), Some(&token)).await;

        assert_eq!(ended.status, StatusCode::NOT_FOUND, "the role ended with the case");
        assert_eq!(open.status, StatusCode::OK);
        assert!(open.body.contains("続いている支援") && open.body.contains("決定の取り消し"));
        assert!(!answer.body.contains("必要な対応を終えました"));
        assert!(facts(&town, "case_closed").await.is_empty());
    }
}
