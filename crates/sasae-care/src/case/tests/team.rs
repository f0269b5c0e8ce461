use jiff::ToSpan;
use sasae_test::{TestDb, both_engines};

use super::{Town, agree, answer, ask, close, ending, open, town, visits};
use crate::access;
use crate::case::CASE;
use crate::case::model::{ContactForm, LeadForm, RoleForm};
use crate::case::{self as case, store};
use crate::error::Error;
use crate::handover;
use crate::migrations::MIGRATIONS;
use crate::staff::store::{NewOrganisation, insert_organisation, insert_post, insert_staff};
use crate::task;
use crate::tenancy::FOREVER;
use crate::testing::SINCE;
use sasae_core::id::Id;

fn note(body: &str) -> ContactForm {
    ContactForm {
        contact_on: "2025-06-10".to_owned(),
        kind: "consultation".to_owned(),
        method: "phone".to_owned(),
        body: body.to_owned(),
        ..ContactForm::default()
    }
}

async fn write(town: &Town, staff: Id, id: Id) -> crate::error::Result<Id> {
    let ctx = town.test.acting(staff).await;
    let mut work = ctx.begin().await?;
    let contact = case::contact(&ctx, &mut work, id, &note("電話した")).await?;
    work.commit("").await?;
    Ok(contact)
}

/// An organisation with one of its staff, who holds a post elsewhere in the city.
pub(super) async fn agency(town: &Town) -> (Id, Id) {
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
    (organisation, staff)
}

both_engines! {
    migrations = MIGRATIONS;

    async fn who_declines_gives_a_reason_and_no_longer_sees_the_case(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (lead, minsei) = (town.test.acting(town.lead).await, town.test.acting(town.minsei).await);
        let id = town.case().await;
        let role = ask(&lead, id, &visits(town.minsei)).await.unwrap();

        let by_another = answer(&lead, id, role, "accept", "").await;
        let mut read = minsei.read().await.unwrap();
        let before = access::can_see(&minsei, &mut read, &CASE, id).await.unwrap();
        drop(read);
        let silent = answer(&minsei, id, role, "decline", "").await;
        answer(&minsei, id, role, "decline", "親戚なので").await.unwrap();
        let twice = answer(&minsei, id, role, "accept", "").await;

        assert!(matches!(by_another, Err(Error::Forbidden(_))));
        assert!(before, "who is asked can see what for");
        assert!(matches!(silent, Err(Error::Invalid(fields)) if fields.get("note", crate::lang::Lang::Ja).is_some()));
        assert!(matches!(twice, Err(Error::NotFound)));
        let mut read = lead.read().await.unwrap();
        let handed = handover::list_of(&lead, &mut read, role).await.unwrap();
        assert_eq!((handed[0].outcome.map(|one| one.code()), handed[0].answer.as_str()), (Some("declined"), "親戚なので"));
        let roles = store::list_roles(&lead, &mut read, id).await.unwrap();
        assert_eq!(roles.iter().filter(|role| role.is_current(lead.today())).count(), 1, "the lead alone is left");
    }

    async fn a_declined_role_can_be_asked_of_another_and_then_lead_and_roles_are_agreed(db: TestDb) {
        let town = town(db.db.clone()).await;
        let lead = town.test.acting(town.lead).await;
        let id = town.case().await;
        let role = ask(&lead, id, &visits(town.minsei)).await.unwrap();

        let waiting = agree(&lead, id, town.revision(id).await).await;
        answer(&town.test.acting(town.minsei).await, id, role, "decline", "入院する").await.unwrap();
        let role = ask(&lead, id, &visits(town.colleague)).await.unwrap();
        answer(&town.test.acting(town.colleague).await, id, role, "accept", "").await.unwrap();
        let stale = agree(&lead, id, 1).await;
        agree(&lead, id, town.revision(id).await).await.unwrap();
        let again = agree(&lead, id, town.revision(id).await).await;

        assert!(matches!(waiting, Err(Error::Refused(_))));
        assert!(matches!(stale, Err(Error::Stale { .. })));
        assert!(matches!(again, Err(Error::Refused(_))));
    }

    async fn of_an_organisation_the_one_who_accepts_joins_and_sees_the_case_only_then(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (organisation, staff) = agency(&town).await;
        town.test.account(staff, "midori").await;
        let lead = town.test.acting(town.lead).await;
        let id = town.case().await;
        let form = RoleForm { staff: String::new(), organisation: organisation.to_string(), ..visits(town.minsei) };
        let role = ask(&lead, id, &form).await.unwrap();
        let token = town.test.sign_in("midori").await;

        let due = task::list(&town.test.acting(staff).await, &mut lead.read().await.unwrap()).await.unwrap();
        let before = town.test.get(&format!("/cases/{id}"), Some(&token)).await;
        let stranger = answer(&town.test.acting(town.minsei).await, id, role, "accept", "").await;
        let sent = town.test.post(&format!("/cases/{id}/roles/{role}/answer"), Some(&token), &[("answer", "accept")]).await;
        let after = town.test.get(&format!("/cases/{id}"), Some(&token)).await;

        assert_eq!(due.iter().map(|due| (due.kind.code, due.record)).collect::<Vec<_>>(), [("role_answer", id)]);
        assert!(!due[0].about.contains("ごみ"), "the title stays with the team");
        assert!(before.body.contains("週に1回訪ねる") && !before.body.contains("山川"), "{}", before.body);
        assert!(!before.body.contains("ごみの片付け"));
        assert!(matches!(stranger, Err(Error::NotFound)));
        assert_eq!(sent.location, format!("/cases/{id}?done=accepted"));
        assert!(after.body.contains("山川 ハナ"));
    }

    async fn what_cases_ask_is_due_until_it_is_done(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (lead, minsei) = (town.test.acting(town.lead).await, town.test.acting(town.minsei).await);
        let kinds = async |ctx: &crate::ctx::Ctx| {
            let mut read = ctx.read().await.unwrap();
            let due = task::list(ctx, &mut read).await.unwrap();
            due.iter().map(|due| (due.kind.code, due.until.to_string())).collect::<Vec<_>>()
        };
        let id = town.case().await;
        let role = ask(&lead, id, &visits(town.minsei)).await.unwrap();

        let asked = kinds(&minsei).await;
        let leading = kinds(&lead).await;
        answer(&minsei, id, role, "accept", "").await.unwrap();
        let accepted = kinds(&minsei).await;
        agree(&lead, id, town.revision(id).await).await.unwrap();
        let mut work = lead.begin().await.unwrap();
        case::contact(&lead, &mut work, id, &ContactForm { next_on: "2025-06-17".to_owned(), ..note("電話") }).await.unwrap();
        case::done_role(&lead, &mut work, id, role, lead.today()).await.unwrap();
        work.commit("").await.unwrap();
        let done = kinds(&minsei).await;
        let promised = kinds(&lead).await;
        close(&lead, id, &ending("solved"), town.revision(id).await).await.unwrap();
        let closed = kinds(&lead).await;

        // Three working days from Tuesday 10 June.
        assert_eq!(asked, [("role_answer", "2025-06-13".to_owned())]);
        assert_eq!(leading, [("case_agree", "2025-06-24".to_owned())]);
        assert_eq!(accepted, [("role_due", "2025-07-31".to_owned())]);
        assert!(done.is_empty());
        let answered = ("answer_came", "2025-06-10".to_owned());
        assert_eq!(promised, [answered.clone(), ("contact_next", "2025-06-17".to_owned())]);
        assert_eq!(closed, [answered], "an answer stands until it is seen");
    }

    async fn a_post_that_ended_yesterday_writes_nothing_even_from_within_the_team(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        town.join(id).await;
        let in_post = write(&town, town.minsei, id).await;
        let yesterday = town.test.clock.today().saturating_sub(1.day());

        town.test.end_posts(town.minsei, yesterday).await;
        let ended = write(&town, town.minsei, id).await;
        town.test.end_posts(town.colleague, yesterday).await;
        let outside = write(&town, town.colleague, id).await;
        let asked = ask(&town.test.acting(town.lead).await, id, &visits(town.colleague)).await;

        assert!(in_post.is_ok());
        assert!(matches!(ended, Err(Error::NotFound)), "sight ends with the post: {ended:?}");
        assert!(matches!(outside, Err(Error::NotFound)), "without a role there is no case: {outside:?}");
        assert!(matches!(asked, Err(Error::Invalid(_))), "nobody is asked whose post has ended");
    }

    async fn of_two_who_change_the_lead_at_once_the_second_is_told(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (lead, colleague) = (town.test.acting(town.lead).await, town.test.acting(town.colleague).await);
        let id = town.case().await;
        let seen = town.revision(id).await;
        let change = async |ctx: &crate::ctx::Ctx, to: Id| {
            let form = LeadForm { staff: to.to_string(), reason: "異動のため".to_owned(), ..LeadForm::default() };
            let mut work = ctx.begin().await.unwrap();
            case::change_lead(ctx, &mut work, id, &form, seen).await?;
            work.commit("").await
        };

        let first = change(&colleague, town.colleague).await;
        let second = change(&lead, town.colleague).await;
        let unfit = change(&colleague, town.minsei).await;

        assert!(first.is_ok());
        assert!(matches!(second, Err(Error::Invalid(_) | Error::Stale { .. })));
        assert!(matches!(unfit, Err(Error::Invalid(_))), "a 民生委員 does not lead");
        let mut read = lead.read().await.unwrap();
        assert_eq!(store::get(&lead, &mut read, id).await.unwrap().lead_staff, town.colleague);
        let leads: Vec<Id> = store::list_roles(&lead, &mut read, id).await.unwrap().iter().filter_map(|role| role.staff_id).collect();
        assert_eq!(leads, [town.lead, town.colleague], "both leads stay in the record");
    }

    async fn only_the_lead_or_a_supervisor_closes(db: TestDb) {
        let town = town(db.db.clone()).await;
        let supervisor = town.test.staff("監督", "supervisor", town.test.city).await;
        let id = town.case().await;
        let seen = town.revision(id).await;

        let by_colleague = close(&town.test.acting(town.colleague).await, id, &ending("solved"), seen).await;
        let supervisor = town.test.acting(supervisor).await;
        let written = write(&town, supervisor.actor_id(), id).await;
        let by_supervisor = close(&supervisor, id, &ending("solved"), seen).await;

        assert!(matches!(by_colleague, Err(Error::Forbidden(_))));
        assert!(matches!(written, Err(Error::Forbidden(_))), "who supervises reads and closes");
        assert!(by_supervisor.is_ok());
    }

    async fn a_request_can_be_withdrawn_and_a_role_ended(db: TestDb) {
        let town = town(db.db.clone()).await;
        let lead = town.test.acting(town.lead).await;
        let id = town.case().await;
        let asked = ask(&lead, id, &visits(town.minsei)).await.unwrap();
        let double = ask(&lead, id, &visits(town.minsei)).await;

        let mut work = lead.begin().await.unwrap();
        case::end_role(&lead, &mut work, id, asked).await.unwrap();
        work.commit("").await.unwrap();
        let late = answer(&town.test.acting(town.minsei).await, id, asked, "accept", "").await;
        let mut work = lead.begin().await.unwrap();
        let own = store::list_roles(&lead, &mut work, id).await.unwrap().into_iter().find(|role| role.role == "lead").unwrap();
        let of_lead = case::end_role(&lead, &mut work, id, own.id).await;
        drop(work);

        assert!(matches!(double, Err(Error::Invalid(_))), "the same role is not asked for twice");
        assert!(matches!(late, Err(Error::NotFound)));
        assert!(matches!(of_lead, Err(Error::Refused(_))));
    }

    async fn a_case_is_not_opened_where_one_may_not_lead(db: TestDb) {
        let town = town(db.db.clone()).await;
        let elsewhere = town.test.staff("乙区担当", "coordinator", town.test.wards[1]).await;

        let other_ward = open(&town.test.acting(elsewhere).await, &town.opening()).await;
        let no_lead = open(&town.test.acting(town.minsei).await, &town.opening()).await;
        let mut form = town.opening();
        form.lead_staff = elsewhere.to_string();
        let stranger = open(&town.test.acting(town.lead).await, &form).await;

        assert!(matches!(other_ward, Err(Error::Forbidden(_))));
        assert!(matches!(no_lead, Err(Error::Forbidden(_))));
        assert!(matches!(stranger, Err(Error::Invalid(fields)) if fields.get("lead_staff", crate::lang::Lang::Ja).is_some()));
    }

    async fn the_last_of_many_colleagues_and_organisations_is_found_by_name(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        let ctx = town.test.system().await;
        let mut work = ctx.begin().await.unwrap();
        let mut last = Id::default();
        for number in 1..=305 {
            last = ctx.new_id();
            let (name, key) = (format!("相談員{number:03}"), last.to_string());
            insert_staff(&ctx, &mut work, last, (&name, ""), None, "", &key, SINCE).await.unwrap();
            let post = ctx.new_id();
            insert_post(&ctx, &mut work, post, last, "coordinator", town.test.wards[0], (SINCE, FOREVER)).await.unwrap();
        }
        work.commit("").await.unwrap();
        let (token, last) = (town.test.sign_in("lead").await, last.to_string());
        for step in ["roles/new", "lead"] {
            let path = format!("/cases/{id}/{step}");

            let first = town.test.get(&path, Some(&token)).await.body;
            let found = town.test.get(&format!("{path}?q=%E7%9B%B8%E8%AB%87%E5%93%A1305"), Some(&token)).await.body;

            assert!(first.contains("はじめのものだけが並んでいます") && !first.contains(&last), "{step}");
            assert!(found.contains(&last) && !found.contains("はじめのものだけ"), "{step}");
        }
        let revision = town.revision(id).await.to_string();
        let without = town.test.post(&format!("/cases/{id}/lead"), Some(&token), &[("staff", &last), ("organisation", "x"), ("reason", "異動"), ("_revision", &revision)]).await;
        let changed = town.test.post(&format!("/cases/{id}/lead"), Some(&token), &[("staff", &last), ("reason", "異動"), ("_revision", &revision)]).await;

        assert!(without.body.contains(&format!("value=\"{last}\" selected")), "the choice is kept");
        assert_eq!(changed.status, axum::http::StatusCode::SEE_OTHER, "{}", changed.body);
    }
}
