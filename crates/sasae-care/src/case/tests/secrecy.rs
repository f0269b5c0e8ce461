use axum::http::StatusCode;
use sasae_db::args;
use sasae_test::{TestDb, both_engines};

use super::{agree, answer, ask, open, person, restrict, town, visits};
use crate::case::model::OpenForm;
use crate::case::pages::list::{self as cases, CASES};
use crate::error::Error;
use crate::lang::Lang;
use crate::listing::ListQuery;
use crate::migrations::MIGRATIONS;
use crate::task;
use crate::testing::TENANT;
use crate::web::Pairs;

both_engines! {
    migrations = MIGRATIONS;

    async fn a_member_sealed_from_the_others_supporters_shows_on_no_page_of_their_case(db: TestDb) {
        let town = town(db.db.clone()).await;
        restrict(&town.test, town.daughter, "sealed", None).await;
        let token = town.test.sign_in("lead").await;

        let new = town.test.get(&format!("/cases/new?person={}", town.mother), Some(&token)).await;
        let id = town.case().await;
        let mut forged = town.opening();
        forged.persons.push(town.daughter.to_string());
        forged.main = town.mother.to_string();
        let named = open(&town.test.acting(town.lead).await, &forged).await;
        let nobody = OpenForm { persons: vec![town.household.to_string()], ..town.opening() };
        let missing = open(&town.test.acting(town.lead).await, &nobody).await;
        let mut bodies = vec![new.body];
        for path in ["", "/roles/new", "/lead", "/assessments/new", "/plans/new", "/contacts/new", "/contacts", "/monitoring/new", "/close"] {
            let page = town.test.get(&format!("/cases/{id}{path}"), Some(&token)).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            bodies.push(page.body);
        }
        bodies.push(town.test.get("/cases", Some(&token)).await.body);
        bodies.push(town.test.get(&format!("/api/cases/{id}"), Some(&token)).await.body);

        assert!(bodies[0].contains("次郎"), "other members are offered");
        let said = |error: crate::error::Result<_>| match error {
            Err(Error::Invalid(fields)) => fields.get("persons", Lang::Ja).unwrap().to_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(said(named), said(missing), "a sealed person and none at all sound alike");
        for body in bodies {
            assert!(!body.contains('幸') && !body.contains(&town.daughter.to_string()));
        }
    }

    async fn a_person_whom_the_reader_may_not_see_has_no_name_and_no_link(db: TestDb) {
        let town = town(db.db.clone()).await;
        // A brother who lives in the other ward is named by someone who may see him.
        let brother = person(&town.test, town.test.districts[2], "谷口", "兄彦").await;
        let protector = town.test.staff("権利擁護", "csw", town.test.city).await;
        let mut opening = town.opening();
        opening.persons.push(brother.to_string());
        opening.main = town.mother.to_string();
        let id = open(&town.test.acting(protector).await, &opening).await.unwrap();
        let token = town.test.sign_in("colleague").await;

        let page = town.test.get(&format!("/cases/{id}"), Some(&token)).await;
        let form = town.test.get(&format!("/cases/{id}/contacts/new"), Some(&token)).await;
        let about = town
            .test
            .post(&format!("/cases/{id}/contacts"), Some(&token), &[
                ("contact_on", "2025-06-10"), ("kind", "consultation"), ("method", "phone"), ("body", "話した"),
                ("person", &brother.to_string()),
            ])
            .await;

        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("山川 ハナ") && page.body.contains("（表示できない人）"));
        for body in [&page.body, &form.body] {
            assert!(!body.contains("兄彦") && !body.contains(&brother.to_string()));
        }
        assert_eq!(about.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(about.body.contains("話した"), "the input is kept");
    }

    async fn whoever_may_not_know_of_a_case_gets_404_and_no_sign_of_it(db: TestDb) {
        let town = town(db.db.clone()).await;
        let elsewhere = town.test.staff("乙区担当", "coordinator", town.test.wards[1]).await;
        town.test.account(elsewhere, "elsewhere").await;
        let id = town.case().await;
        let forged = town.test.app.clock().new_id();
        let token = town.test.sign_in("elsewhere").await;

        for case in [id, forged] {
            for path in ["", "/roles/new", "/lead", "/assessments/new", "/plans/new", "/contacts/new", "/contacts", "/monitoring/new", "/close"] {
                let page = town.test.get(&format!("/cases/{case}{path}"), Some(&token)).await;
                assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
                assert!(!page.body.contains("ごみの片付け"));
            }
            for path in ["/roles", "/agree", "/lead", "/assessments", "/plans", "/contacts", "/monitoring", "/close"] {
                let sent = town.test.post(&format!("/cases/{case}{path}"), Some(&token), &[("_revision", "1")]).await;
                assert_eq!(sent.status, StatusCode::NOT_FOUND, "{path}");
            }
        }
        let list = town.test.get("/cases?show=open", Some(&token)).await;
        let ctx = town.test.acting(elsewhere).await;
        let mut read = ctx.read().await.unwrap();

        assert!(!list.body.contains("R7-0001"));
        assert!(task::list(&ctx, &mut read).await.unwrap().is_empty());
        let open = ListQuery::read(&ctx, &CASES, &Pairs::from([("show", "open")])).unwrap();
        assert!(cases::list(&ctx, &mut read, &open).await.unwrap().rows.is_empty());
    }

    async fn a_record_of_another_case_is_not_reached_through_ones_own(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (first, second) = (town.case().await, town.case().await);
        let lead = town.test.acting(town.lead).await;
        let role = ask(&lead, second, &visits(town.minsei)).await.unwrap();
        let token = town.test.sign_in("lead").await;

        let done = town.test.post(&format!("/cases/{first}/roles/{role}/done"), Some(&token), &[]).await;
        let answered = answer(&town.test.acting(town.minsei).await, first, role, "accept", "").await;
        for path in ["contacts", "assessments", "plans", "monitoring"] {
            let page = town.test.get(&format!("/cases/{first}/{path}/{role}"), Some(&token)).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        }

        assert_eq!(done.status, StatusCode::NOT_FOUND);
        assert!(matches!(answered, Err(Error::NotFound)));
    }

    async fn one_who_is_barred_is_neither_offered_nor_asked_and_cannot_open(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        restrict(&town.test, town.mother, "barred", Some(town.minsei)).await;
        restrict(&town.test, town.mother, "barred", Some(town.colleague)).await;
        let lead = town.test.acting(town.lead).await;
        let token = town.test.sign_in("lead").await;

        let page = town.test.get(&format!("/cases/{id}/roles/new"), Some(&token)).await;
        let asked = ask(&lead, id, &visits(town.minsei)).await;
        let opened = open(&town.test.acting(town.colleague).await, &town.opening()).await;

        assert!(!page.body.contains("民生 三郎"));
        assert!(matches!(asked, Err(Error::Invalid(_))));
        assert!(matches!(opened, Err(Error::Invalid(_))));
    }

    async fn every_page_of_a_case_is_in_the_audit_trail_with_those_it_shows(db: TestDb) {
        let town = town(db.db.clone()).await;
        let id = town.case().await;
        agree(&town.test.acting(town.lead).await, id, town.revision(id).await).await.unwrap();
        let token = town.test.sign_in("colleague").await;
        town.test.get(&format!("/cases/{id}"), Some(&token)).await;

        let ctx = town.test.system().await;
        let mut read = ctx.read().await.unwrap();
        for subject in [id, town.mother] {
            let rows: Vec<(i64,)> = read
                .query_text(
                    "SELECT a.seq FROM audit_look x JOIN audit a ON a.tenant = x.tenant AND a.seq = x.seq WHERE x.tenant = ?1 AND x.subject_id = ?2 AND a.actor = ?3",
                    args![TENANT, subject, town.colleague],
                )
                .await
                .unwrap();
            assert!(!rows.is_empty());
        }
    }
    async fn the_area_of_a_case_does_not_tell_where_a_hidden_person_lives(db: TestDb) {
        let town = town(db.db.clone()).await;
        let consultation = town.consult(None).await;
        let case = town.case().await;
        restrict(&town.test, town.mother, "address", None).await;
        let (lead, colleague) = (town.test.sign_in("lead").await, town.test.sign_in("colleague").await);
        let ctx = town.test.acting(town.lead).await;
        let mut read = ctx.read().await.unwrap();
        let area = crate::area::get_today(&ctx, &mut read, "area", town.test.districts[0]).await.unwrap();
        drop(read);

        for path in [
            format!("/cases/{case}"),
            format!("/api/cases/{case}"),
            "/api/cases?show=open".to_owned(),
            "/search?q=R7-0001".to_owned(),
            format!("/consultations/{consultation}"),
            format!("/api/consultations/{consultation}"),
            "/api/consultations?show=all".to_owned(),
            "/search?q=%E3%81%94%E3%81%BF%E3%81%8C".to_owned(),
        ] {
            let told = town.test.get(&path, Some(&colleague)).await;
            let theirs = town.test.get(&path, Some(&lead)).await;
            let said = told.body.split("class=\"why\"").next().unwrap();
            assert_eq!(told.status, StatusCode::OK, "{path}");
            assert!(!said.contains(&area.name) && !said.contains(&area.id.to_string()), "{path} tells where");
            assert!(theirs.body.contains(&area.name), "{path} tells the team");
        }
        let form = town.test.get(&format!("/cases/{case}/correct"), Some(&colleague)).await;
        assert!(!form.body.contains(&format!("value=\"{}\" selected", area.id)), "the form chooses no area beforehand");
    }

    async fn neither_the_history_nor_the_figures_tell_where_a_hidden_person_lives(db: TestDb) {
        let town = town(db.db.clone()).await;
        let case = town.case().await;
        restrict(&town.test, town.mother, "address", None).await;
        let (lead, colleague) = (town.test.sign_in("lead").await, town.test.sign_in("colleague").await);
        let elsewhere = town.test.districts[1];
        let revision = town.revision(case).await.to_string();
        let fields = |area: &str| -> Vec<(String, String)> {
            [("title", "買い物に行けない"), ("area", area), ("reason", "区域のまちがい"), ("_revision", &revision), ("_confirmed", "1")]
                .map(|(name, value)| (name.to_owned(), value.to_owned())).into()
        };
        let correct = async |token: &str| {
            let fields = fields(&elsewhere.to_string());
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            town.test.post(&format!("/cases/{case}/correct"), Some(token), &fields).await
        };
        let done = correct(&lead).await;
        let ctx = town.test.acting(town.lead).await;
        let mut read = ctx.read().await.unwrap();
        let mut names = Vec::new();
        for id in [town.test.districts[0], elsewhere] {
            names.push(crate::area::get_today(&ctx, &mut read, "area", id).await.unwrap().name);
        }
        drop(read);
        let behind = format!("/figures/behind?year=2025&area={}&kind=case_opened&month=6", town.test.wards[0]);
        let small = format!("/figures/behind?year=2025&area={elsewhere}&kind=case_opened&month=6");

        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        for path in [format!("/cases/{case}"), format!("/api/corrections/case/{case}"), behind] {
            let told = town.test.get(&path, Some(&colleague)).await;
            let theirs = town.test.get(&path, Some(&lead)).await;
            let said = told.body.split("class=\"why\"").next().unwrap();
            assert_eq!(told.status, StatusCode::OK, "{path}");
            assert!(names.iter().all(|name| !said.contains(name)), "{path} tells where");
            assert!(theirs.body.contains(&names[1]), "{path} tells the team");
        }
        let told = town.test.get(&small, Some(&colleague)).await;
        assert!(told.body.contains("表示できない記録") && !told.body.contains(&format!("/cases/{case}")));
    }
}
