//! Whoever is asked for a role, has asked for one, or leads from now on is told.

use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};

use super::team::agency;
use super::{Town, answer, ask, restrict, town, visits};
use crate::case;
use crate::case::model::{LeadForm, RoleForm};
use crate::message::{self, MailSettings, ReceivingForm};
use crate::migrations::MIGRATIONS;

/// The town on an installation that sends mail, in which all three want to be told.
async fn by_mail(db: &TestDb) -> Town {
    let town = town(db.db.clone()).await;
    let test = town.test.with_settings(|settings| settings.mail = Some(MailSettings::default()));
    let town = Town { test, ..town };
    for (staff, mail) in
        [(town.lead, "lead@x.example"), (town.colleague, "colleague@x.example"), (town.minsei, "minsei@x.example")]
    {
        let ctx = town.test.acting(staff).await;
        let mut work = ctx.begin().await.unwrap();
        let form = ReceivingForm { mail: mail.to_owned(), wanted: "yes".to_owned() };
        message::receive(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
    }
    town
}

/// What somebody sent, the latest first: occasion, receiver, state and text.
async fn sent(town: &Town, login: &str) -> Vec<(String, String, String, String)> {
    let token = town.test.sign_in(login).await;
    let answer = town.test.get("/api/messages", Some(&token)).await;
    let all: Vec<serde_json::Value> = serde_json::from_str(&answer.body).unwrap();
    let text = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap().to_owned();
    all.iter()
        .map(|one| {
            (
                text(one, "occasion"),
                text(one, "receiver"),
                text(one, "state"),
                format!("{}{}", text(one, "subject"), text(one, "body")),
            )
        })
        .collect()
}

async fn ask_organisation(town: &Town, case: Id, organisation: Id) {
    let form = RoleForm { staff: String::new(), organisation: organisation.to_string(), ..visits(organisation) };
    ask(&town.test.acting(town.lead).await, case, &form).await.unwrap();
}

both_engines! {
    migrations = MIGRATIONS;

    async fn who_is_asked_for_a_role_is_told_and_so_is_who_asked_when_there_is_an_answer(db: TestDb) {
        let town = by_mail(&db).await;
        let id = town.case().await;

        town.join(id).await;

        let [(asked, to, state, text)] = sent(&town, "lead").await.try_into().unwrap();
        assert_eq!((asked.as_str(), to.as_str(), state.as_str()), ("role_asked", "民生 三郎", "withdrawn"));
        assert!(text.contains("R7-0001") && text.contains("支援の役割を頼まれました"), "{text}");
        let [(answered, to, state, other)] = sent(&town, "minsei").await.try_into().unwrap();
        assert_eq!((answered.as_str(), to.as_str(), state.as_str()), ("role_answered", "主担当 一郎", "waiting"));
        for name in ["山川", "ハナ", "ごみ", "片付け", "一郎", "三郎", "週に1回"] {
            assert!(!text.contains(name) && !other.contains(name), "{name}: {text} {other}");
        }
    }

    async fn a_new_lead_is_told_and_one_who_takes_it_over_in_person_is_not(db: TestDb) {
        let town = by_mail(&db).await;
        let id = town.case().await;
        assert!(sent(&town, "lead").await.is_empty());

        let ctx = town.test.acting(town.lead).await;
        let mut work = ctx.begin().await.unwrap();
        let form =
            LeadForm { staff: town.colleague.to_string(), reason: "異動のため".to_owned(), ..LeadForm::default() };
        case::change_lead(&ctx, &mut work, id, &form, town.revision(id).await).await.unwrap();
        work.commit("").await.unwrap();

        let [(occasion, to, ..)] = sent(&town, "lead").await.try_into().unwrap();
        assert_eq!((occasion.as_str(), to.as_str()), ("case_lead", "同僚 二郎"));
    }

    async fn one_who_was_barred_in_between_is_not_told_of_the_answer(db: TestDb) {
        let town = by_mail(&db).await;
        let id = town.case().await;
        let role = ask(&town.test.acting(town.lead).await, id, &visits(town.minsei)).await.unwrap();
        restrict(&town.test, town.mother, "barred", Some(town.lead)).await;

        answer(&town.test.acting(town.minsei).await, id, role, "accept", "").await.unwrap();

        assert!(sent(&town, "minsei").await.is_empty());
    }

    async fn an_organisation_without_mail_gets_a_sheet_that_its_sender_prints_and_hands_over(db: TestDb) {
        let town = town(db.db.clone()).await;
        let system = town.test.staff("係 五郎", "system_officer", town.test.city).await;
        town.test.account(system, "system").await;
        let id = town.case().await;
        let (organisation, _) = agency(&town).await;
        ask_organisation(&town, id, organisation).await;
        let lead = town.test.sign_in("lead").await;
        let page = town.test.get(&format!("/cases/{id}"), Some(&lead)).await;
        assert!(page.body.contains("送付状（ファクス・手渡し）・送信待ち"), "{}", page.body);
        let list = town.test.get("/messages", Some(&lead)).await;
        let (_, rest) = list.body.split_once("href=\"/messages/0").unwrap();
        let path = format!("/messages/0{}", rest.split('"').next().unwrap());

        let sheet = town.test.get(&format!("{path}/sheet"), Some(&lead)).await;
        for words in ["送付状", "みどり居宅介護", "（手渡し）", "R7-0001"] {
            assert!(sheet.body.contains(words), "{words}");
        }
        for words in ["返信しても", "Sasae", "Received on", "You are asked"] {
            assert!(!sheet.body.contains(words), "{words}: {}", sheet.body);
        }
        assert!(sheet.body.contains("担当") && sheet.body.contains("上の担当に手渡すか"), "{}", sheet.body);
        for name in ["山川", "ハナ", "ごみの片付け", "週に1回"] {
            assert!(!sheet.body.contains(name), "{name}");
        }
        for (login, status) in [("colleague", StatusCode::NOT_FOUND), ("minsei", StatusCode::NOT_FOUND), ("system", StatusCode::OK)] {
            let token = town.test.sign_in(login).await;
            let (page, api) = (town.test.get(&path, Some(&token)).await, town.test.get(&format!("/api{path}"), Some(&token)).await);
            assert_eq!((page.status, api.status), (status, status), "{login}");
        }

        let handed = town.test.post(&format!("{path}/handed"), Some(&lead), &[]).await;
        let late = town.test.post(&format!("{path}/withdraw"), Some(&lead), &[]).await;

        assert_eq!(handed.status, StatusCode::SEE_OTHER);
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.body);
        assert_eq!(sent(&town, "lead").await[0].2, "sent");
    }
}
