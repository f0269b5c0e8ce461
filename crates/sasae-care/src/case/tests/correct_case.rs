use axum::http::StatusCode;
use jiff::civil::Date;
use sasae_core::id::Id;
use sasae_db::{args, sql};
use sasae_test::{TestDb, both_engines};

use super::team::agency;
use super::{Town, agree, ask, close, ending, open, town, visits};
use crate::case::correct::{self, PersonEndForm};
use crate::case::entry::{self, Entry};
use crate::case::model::{OpenForm, RoleForm};
use crate::case::{ContactForm, correct_case, store};
use crate::correction::{Outlook, ReasonForm};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::migrations::MIGRATIONS;
use crate::testing::TENANT;

fn reason() -> ReasonForm {
    ReasonForm { reason: "ちがう世帯の相談だったため".to_owned() }
}

async fn strike(ctx: &Ctx, case: Id, seen: i64) -> Result<Outlook> {
    let mut work = ctx.begin().await?;
    let done = correct_case::strike_out(ctx, &mut work, case, &reason(), seen).await?;
    work.commit("").await?;
    Ok(done)
}

async fn restore(ctx: &Ctx, case: Id, seen: i64) -> Result<Outlook> {
    let mut work = ctx.begin().await?;
    let done = correct_case::restore(ctx, &mut work, case, &reason(), seen).await?;
    work.commit("").await?;
    Ok(done)
}

async fn visit(ctx: &Ctx, case: Id) -> Result<Id> {
    let form = ContactForm {
        contact_on: "2025-06-09".to_owned(),
        kind: "safety_check".to_owned(),
        method: "visit".to_owned(),
        body: "玄関先で話した".to_owned(),
        next_on: "2025-06-17".to_owned(),
        ..ContactForm::default()
    };
    let mut work = ctx.begin().await?;
    let id = crate::case::contact(ctx, &mut work, case, &form).await?;
    work.commit("").await?;
    Ok(id)
}

/// A fact in all that figures read of it: kind, day, by whom, for whom, where, about, how many.
type Told = (String, Date, Option<Id>, Option<Id>, Option<Id>, String, i64);

async fn facts(town: &Town, case: Id) -> Vec<Told> {
    let mut read = town.test.app.db().read(TENANT).await.unwrap();
    let statement = sql!(
        "SELECT f.kind, f.occurred_on, f.staff_id, f.person_id, f.area_id, f.about, f.quantity FROM fact f ",
        "WHERE f.tenant = ?1 AND f.record_id = ?2 ORDER BY f.kind, f.occurred_on, f.subject_id"
    );
    read.query(statement, args![TENANT, case]).await.unwrap()
}

async fn count_waiting(town: &Town, case: Id) -> i64 {
    let mut read = town.test.app.db().read(TENANT).await.unwrap();
    let statement =
        sql!("SELECT COUNT(*) FROM message m WHERE m.tenant = ?1 AND m.about_id = ?2 AND m.state = 'waiting'");
    read.scalar(statement, args![TENANT, case]).await.unwrap()
}

/// A case of a consultation, agreed by a lead who handed it over since; with a member, a visit by the
/// member, and two who are asked for a role.
async fn under_way(town: &Town) -> (Id, Id, Id) {
    let lead = town.test.acting(town.lead).await;
    let consultation = town.consult(None).await;
    let case = open(&lead, &OpenForm { consultation: consultation.to_string(), ..town.opening() }).await.unwrap();
    town.join(case).await;
    agree(&lead, case, town.revision(case).await).await.unwrap();
    visit(&town.test.acting(town.minsei).await, case).await.unwrap();
    ask(&lead, case, &visits(town.colleague)).await.unwrap();
    let (organisation, _) = agency(town).await;
    let form = RoleForm { staff: String::new(), organisation: organisation.to_string(), ..visits(organisation) };
    ask(&lead, case, &form).await.unwrap();
    (consultation, case, organisation)
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_case_opened_by_mistake_is_struck_out_with_all_that_followed_and_restored(db: TestDb) {
        let town = town(db.db.clone()).await;
        let supervisor = town.test.staff("監督", "supervisor", town.test.city).await;
        town.test.account(supervisor, "supervisor").await;
        let (consultation, case, _) = under_way(&town).await;
        let [lead, minsei, colleague, above] = ["lead", "minsei", "colleague", "supervisor"];
        let mut tokens = Vec::new();
        for login in [lead, minsei, colleague, above] {
            tokens.push(town.test.sign_in(login).await);
        }
        let [lead, minsei, colleague, above] = <[String; 4]>::try_from(tokens).unwrap();
        let (path, step) = (format!("/cases/{case}"), format!("/cases/{case}/strike"));
        let get = async |path: &str, token: &str| town.test.get(path, Some(token)).await;
        let told = facts(&town, case).await;
        let (waiting, revision) = (count_waiting(&town, case).await, town.revision(case).await.to_string());
        let fields = [("reason", "ちがう世帯の相談だったため"), ("_revision", revision.as_str())];
        let stale = [("reason", "ちがう世帯の相談だったため"), ("_revision", "1"), ("_confirmed", "1")];

        let by_member = town.test.post(&step, Some(&minsei), &fields).await;
        let late = town.test.post(&step, Some(&lead), &stale).await;
        let without = town.test.post(&step, Some(&lead), &[("_revision", revision.as_str()), ("_confirmed", "1")]).await;
        let preview = town.test.post(&step, Some(&lead), &fields).await;
        let standing = (facts(&town, case).await, count_waiting(&town, case).await);
        let done = town.test.post(&step, Some(&lead), &[&fields[..], &[("_confirmed", "1")]].concat()).await;

        assert_eq!(by_member.status, StatusCode::FORBIDDEN);
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(preview.body.contains("連絡・訪問1件") && preview.body.contains("うち1件は、ほかの人が書いたもの"));
        assert!(preview.body.contains("返事を待っている役割2件") && preview.body.contains("結果を決めていない状態にもどり"));
        assert_eq!(standing, (told.clone(), waiting), "a preview changes nothing");
        assert!(waiting > 0 && told.len() == 3, "{told:?}");
        assert_eq!((done.status, done.location), (StatusCode::SEE_OTHER, format!("{path}?done=struck")));
        for (token, status) in [(&minsei, StatusCode::NOT_FOUND), (&lead, StatusCode::OK), (&above, StatusCode::OK)] {
            assert_eq!(get(&path, token).await.status, status);
        }
        assert_eq!(get(&format!("/consultations/{consultation}"), &minsei).await.status, StatusCode::NOT_FOUND);
        let page = get(&path, &lead).await.body;
        for words in ["取り消した記録です", "ちがう世帯の相談だったため", "元にもどす", "取りやめ"] {
            assert!(page.contains(words), "{words}");
        }
        for words in ["連絡を記録する", "役割を頼む", "支援を終える"] {
            assert!(!page.contains(words), "{words}");
        }
        let person = format!("/persons/{}", town.mother);
        let opened = get(&format!("/consultations/{consultation}"), &lead).await.body;
        let found = get("/search?q=R7-0001", &lead).await.body;
        for elsewhere in [&person, "/today", "/cases", "/cases?show=open", "/cases?show=closed", "/record"] {
            for token in [&lead, &above, &colleague] {
                assert!(!get(elsewhere, token).await.body.contains(&path), "{elsewhere}");
            }
        }
        assert!(!found.contains(&path));
        assert!(get("/cases?show=struck", &lead).await.body.contains(&path));
        assert!(get("/today", &lead).await.body.contains(&format!("/consultations/{consultation}")));
        assert!(opened.contains("支援を始める") && opened.contains("ちがう世帯の相談だったため"));
        assert!(!get(&format!("/thread/consultation/{consultation}"), &lead).await.body.contains("R7-0001"));
        assert!(get(&format!("/thread/case/{case}"), &lead).await.body.contains("取り消した"));
        assert_eq!((facts(&town, case).await, count_waiting(&town, case).await), (Vec::new(), 0));
        let api = get(&format!("/api{path}"), &lead).await.body;
        assert!(api.contains(r#""struck_out":true"#) && !api.contains(r#""current":true"#), "{api}");

        town.test.at("2025-06-12".parse().unwrap(), 10);
        let seen = town.revision(case).await;
        let leading = town.test.acting(town.lead).await;
        let early = restore(&leading, case, seen - 1).await;
        let back = restore(&leading, case, seen).await.unwrap();
        let twice = restore(&leading, case, seen + 1).await;

        assert!(matches!(early, Err(Error::Stale { .. })), "{early:?}");
        assert!(back.follows.iter().any(|text| text.get(crate::lang::Lang::Ja).contains("役割2件")));
        assert!(matches!(twice, Err(Error::Refused(_))), "{twice:?}");
        assert_eq!(facts(&town, case).await, told, "the figures are what they were");
        assert!(count_waiting(&town, case).await > 0, "whoever was asked is told again");
        let (lead, minsei) = (town.test.sign_in("lead").await, town.test.sign_in("minsei").await);
        let colleague = town.test.sign_in("colleague").await;
        assert_eq!(get(&path, &minsei).await.status, StatusCode::OK);
        assert_eq!(get(&format!("/consultations/{consultation}"), &minsei).await.status, StatusCode::OK);
        assert!(get("/today", &colleague).await.body.contains(&path), "the role waits for an answer again");
        assert!(get(&person, &lead).await.body.contains(&path));
        assert!(get(&format!("/thread/consultation/{consultation}"), &lead).await.body.contains("R7-0001"));
        assert!(!get(&format!("/consultations/{consultation}"), &lead).await.body.contains("支援を始める</a>"));
    }

    async fn a_case_is_not_restored_once_its_consultation_led_elsewhere(db: TestDb) {
        let town = town(db.db.clone()).await;
        let lead = town.test.acting(town.lead).await;
        let (consultation, first, _) = under_way(&town).await;
        let form = OpenForm { consultation: consultation.to_string(), ..town.opening() };
        strike(&lead, first, town.revision(first).await).await.unwrap();
        let second = open(&lead, &form).await.unwrap();
        let token = town.test.sign_in("lead").await;
        let step = format!("/cases/{first}/restore");
        let revision = town.revision(first).await.to_string();
        let fields = [("reason", "取りちがえたため"), ("_revision", revision.as_str())];

        let refused = town.test.post(&step, Some(&token), &fields).await;
        strike(&lead, second, town.revision(second).await).await.unwrap();
        let restored = restore(&lead, first, town.revision(first).await).await;
        let other = restore(&lead, second, town.revision(second).await).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("べつの支援が始まっている") && refused.body.contains("取りちがえたため"));
        assert!(restored.is_ok(), "{restored:?}");
        assert!(matches!(other, Err(Error::Invalid(_))), "{other:?}");
    }

    async fn what_was_struck_out_takes_nothing_more_and_what_is_closed_is_reopened_first(db: TestDb) {
        let town = town(db.db.clone()).await;
        let lead = town.test.acting(town.lead).await;
        let (closed, struck, other) = (town.case().await, town.case().await, town.case().await);
        close(&lead, closed, &ending("solved"), town.revision(closed).await).await.unwrap();
        let contact = visit(&lead, struck).await.unwrap();
        let elsewhere = visit(&lead, other).await.unwrap();
        let role = ask(&lead, struck, &visits(town.colleague)).await.unwrap();

        let of_closed = strike(&lead, closed, town.revision(closed).await).await;
        let by_colleague = strike(&town.test.acting(town.colleague).await, struck, town.revision(struck).await).await;
        strike(&lead, struck, town.revision(struck).await).await.unwrap();
        let seen = town.revision(struck).await;
        let again = strike(&lead, struck, seen).await;
        let written = [
            visit(&lead, struck).await.map(|_| ()),
            ask(&lead, struck, &visits(town.minsei)).await.map(|_| ()),
            close(&lead, struck, &ending("solved"), seen).await,
        ];
        let answered = super::answer(&town.test.acting(town.colleague).await, struck, role, "accept", "").await;
        let mut work = lead.begin().await.unwrap();
        let end = PersonEndForm { reason: reason().reason, ..PersonEndForm::default() };
        let refused = [
            correct::end_person(&lead, &mut work, struck, town.mother, &end, seen).await.map(|_| ()),
            correct::reopen(&lead, &mut work, struck, &reason(), seen).await.map(|_| ()),
            entry::strike_out(&lead, &mut work, (struck, Entry::Contact, contact), &reason(), 1).await.map(|_| ()),
        ];
        let moved = entry::MoveForm { case: struck.to_string(), reason: reason().reason, ..entry::MoveForm::default() };
        let into = entry::move_to(&lead, &mut work, (other, Entry::Contact, elsewhere), &moved, 1).await;
        let number = store::get(&lead, &mut work, struck).await.unwrap().number;
        let by_number = entry::MoveForm { case: String::new(), number, ..moved };
        let numbered = entry::move_to(&lead, &mut work, (other, Entry::Contact, elsewhere), &by_number, 1).await;
        drop(work);
        let token = town.test.sign_in("lead").await;
        let file = town.test.post_file(&format!("/files/of/case/{struck}"), Some(&token), &[], ("a.txt", b"a")).await;

        assert!(matches!(of_closed, Err(Error::Refused(_))), "{of_closed:?}");
        assert!(matches!(by_colleague, Err(Error::Forbidden(_))), "{by_colleague:?}");
        assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
        for one in written.into_iter().chain(refused) {
            let Err(Error::Refused(text)) = &one else { panic!("{one:?}") };
            assert!(text.get(crate::lang::Lang::Ja).contains("取り消した記録です"), "{text:?}");
        }
        assert!(matches!(answered, Err(Error::Refused(_))), "{answered:?}");
        for target in [into, numbered] {
            assert!(matches!(target, Err(Error::Invalid(_))), "{target:?}");
        }
        assert_ne!(file.status, StatusCode::SEE_OTHER);
    }

    async fn title_area_and_centre_are_corrected_and_sight_and_figures_follow(db: TestDb) {
        let town = town(db.db.clone()).await;
        let neighbour = town.test.staff("隣区 五郎", "coordinator", town.test.wards[1]).await;
        town.test.account(neighbour, "neighbour").await;
        let (_, case, _) = under_way(&town).await;
        let tokens = [town.test.sign_in("lead").await, town.test.sign_in("colleague").await];
        let [lead, colleague] = &tokens;
        let there = town.test.sign_in("neighbour").await;
        let (path, step) = (format!("/cases/{case}"), format!("/cases/{case}/correct"));
        let (area, main) = (town.test.districts[2].to_string(), town.daughter.to_string());
        let seen = town.revision(case).await.to_string();
        let fields = [
            ("title", "買い物と通院"),
            ("area", area.as_str()),
            ("main", main.as_str()),
            ("reason", "区域を取りちがえたため"),
            ("_revision", seen.as_str()),
        ];
        let unseen = town.test.get(&path, Some(&there)).await.status;
        let told = facts(&town, case).await;

        let asked = town.test.get(&step, Some(lead)).await;
        let by_member = town.test.post(&step, Some(&town.test.sign_in("minsei").await), &fields).await;
        let preview = town.test.post(&step, Some(lead), &fields).await;
        let standing = facts(&town, case).await;
        let done = town.test.post(&step, Some(lead), &[&fields[..], &[("_confirmed", "1")]].concat()).await;
        let late = town.test.post(&step, Some(lead), &[&fields[..], &[("_confirmed", "1")]].concat()).await;
        let page = town.test.get(&path, Some(lead)).await;
        let now = facts(&town, case).await;

        assert_eq!(unseen, StatusCode::NOT_FOUND);
        assert!(asked.body.contains("ごみの片付けと食事") && asked.body.contains("題名"));
        assert_eq!(by_member.status, StatusCode::FORBIDDEN);
        for words in ["この操作で変わること", "ごみの片付けと食事", "買い物と通院", "いまの主担当は、", "数字は、直した内容で"] {
            assert!(preview.body.contains(words), "{words}");
        }
        assert_eq!(standing, told, "a preview changes nothing");
        assert_eq!((done.status, done.location), (StatusCode::SEE_OTHER, format!("{path}?done=corrected")));
        assert_eq!(late.status, StatusCode::CONFLICT);
        for words in ["買い物と通院", "ごみの片付けと食事", "区域を取りちがえたため", "山川 幸"] {
            assert!(page.body.contains(words), "{words}");
        }
        assert_eq!(town.test.get(&path, Some(&there)).await.status, StatusCode::OK);
        assert_eq!(town.test.get(&path, Some(colleague)).await.status, StatusCode::OK, "who is asked still sees it");
        assert_eq!(now.len(), told.len());
        for (before, after) in told.iter().zip(&now) {
            assert_eq!(after.4, Some(town.test.districts[2]), "{}", after.0);
            assert_eq!(after.3, Some(town.daughter), "{}", after.0);
            assert_eq!((before.1, before.2, &before.5, before.6), (after.1, after.2, &after.5, after.6));
        }
    }

    async fn a_closed_case_is_corrected_and_its_household_follows_the_one_at_its_centre(db: TestDb) {
        let town = town(db.db.clone()).await;
        let lead = town.test.acting(town.lead).await;
        let case = town.case().await;
        close(&lead, case, &ending("solved"), town.revision(case).await).await.unwrap();
        let told = facts(&town, case).await;
        let move_out = crate::person::correct::HouseholdCorrection {
            with: "own".to_owned(),
            reason: "ちがう世帯に入れたため".to_owned(),
            ..crate::person::correct::HouseholdCorrection::default()
        };
        let mut work = lead.begin().await.unwrap();
        crate::person::correct::correct_household(&lead, &mut work, town.mother, &move_out, 1).await.unwrap();
        work.commit("").await.unwrap();
        let asked = town.test.get(&format!("/cases/{case}/correct"), Some(&town.test.sign_in("lead").await)).await;
        let form = crate::case::correct_head::CaseCorrection {
            title: "ごみの片付け".to_owned(),
            household: "today".to_owned(),
            reason: reason().reason,
            ..crate::case::correct_head::CaseCorrection::default()
        };

        let mut work = lead.begin().await.unwrap();
        let seen = store::get(&lead, &mut work, case).await.unwrap().revision;
        let outlook = crate::case::correct_head::correct(&lead, &mut work, case, &form, seen).await.unwrap();
        let after = store::get(&lead, &mut work, case).await.unwrap();
        let home = crate::person::find_household(&lead, &mut work, town.mother).await.unwrap();
        work.commit("").await.unwrap();

        assert!(asked.body.contains("いま住んでいる世帯に直す"));
        assert!(outlook.changes.has("title") && outlook.changes.has("household") && !outlook.changes.has("main"));
        assert!(home.is_some() && home != Some(town.household));
        assert_eq!(after.household_id, home);
        assert_eq!(facts(&town, case).await, told, "what is counted of a closed case stays whole");
    }
}
