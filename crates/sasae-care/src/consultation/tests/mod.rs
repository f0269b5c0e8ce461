//! Tests of the room, and a consultation as they need it.

mod correct;
mod follows;
mod rows;
mod samples;
pub mod steps;
mod telling;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::civil::{Date, date};
use sasae_core::id::Id;
use sasae_db::args;
use sasae_test::{TestDb, both_engines, contribute};

use crate::consultation::model::{IdentifyForm, IntakeForm, SettleForm};
use crate::consultation::{become_case, identify, may, settle, store, take};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::migrations::MIGRATIONS;
use crate::notice::{self, NoticeForm, TriageForm};
use crate::task;
use crate::testing::{SINCE, TENANT, TestApp, plan, statement};
use crate::tests::browser::Visitor;
use crate::tests::of_rooms::notice::steps::{report, triage};
use crate::tests::plans::DueReadBy;
use crate::{handover, person, staff};

contribute!(DueReadBy {
    file: "consultation/store/due.rs",
    statements: &[("k.held_by = ?2 AND k.outcome = 'open'", "consultation_open")],
});

/// An intake that lacks nothing, in the first ward.
fn form(test: &TestApp) -> IntakeForm {
    IntakeForm {
        received_on: "令和7年6月9日".to_owned(),
        channel: "phone".to_owned(),
        area: test.wards[0].to_string(),
        from_whom: "family".to_owned(),
        from_name: "長女".to_owned(),
        what: "父がひとりで、食事を作れなくなった".to_owned(),
        wish: "stay_home".to_owned(),
        wish_words: "この家にいたい".to_owned(),
        urgency: "soon".to_owned(),
        problems: vec!["care".to_owned(), "no_food".to_owned()],
        worst: "no_food".to_owned(),
        language: "ja".to_owned(),
        communication: vec!["writing".to_owned()],
        ..IntakeForm::default()
    }
}

/// A person with a household of one.
async fn person(test: &TestApp, area: Id, family: &str, given: &str, reading: (&str, &str)) -> Id {
    let ctx = test.system().await;
    let form = person::PersonForm {
        family: family.to_owned(),
        given: given.to_owned(),
        family_kana: reading.0.to_owned(),
        given_kana: reading.1.to_owned(),
        birth: "1944-05-03".to_owned(),
        sex: "male".to_owned(),
        area: area.to_string(),
        phone: "093-555-0101".to_owned(),
        language: "ja".to_owned(),
        source: "test".to_owned(),
        ..person::PersonForm::default()
    };
    let mut work = ctx.begin().await.unwrap();
    let id = person::register(&ctx, &mut work, &form).await.unwrap();
    work.commit("").await.unwrap();
    id
}

async fn taken(ctx: &Ctx, form: &IntakeForm) -> Result<Id> {
    let mut work = ctx.begin().await?;
    let id = take(ctx, &mut work, form).await?;
    work.commit("").await?;
    Ok(id)
}

async fn wrong_fields(ctx: &Ctx, form: &IntakeForm) -> Vec<String> {
    match taken(ctx, form).await {
        Err(Error::Invalid(errors)) => errors.iter(Lang::Ja).map(|(name, _)| name.to_owned()).collect(),
        other => panic!("not refused by a field: {other:?}"),
    }
}

/// A notice of the first ward's volunteer, taken up as a consultation by `ctx`.
async fn notice(test: &TestApp, ctx: &Ctx) -> Id {
    let neighbour = test.staff("福祉協力員", "welfare_volunteer", test.districts[0]).await;
    let reporter = test.acting(neighbour).await;
    let mut work = reporter.begin().await.unwrap();
    let form = NoticeForm {
        kind: "mail_piled".to_owned(),
        what: "新聞が3日分たまっている".to_owned(),
        place: "角の家".to_owned(),
        area: test.districts[0].to_string(),
        ..NoticeForm::default()
    };
    let reported = notice::report(&reporter, &mut work, &form).await.unwrap();
    work.commit("").await.unwrap();
    let mut work = ctx.begin().await.unwrap();
    let decision = TriageForm { outcome: "consultation".to_owned(), ..TriageForm::default() };
    notice::triage(ctx, &mut work, reported.id, &decision, 1).await.unwrap();
    work.commit("").await.unwrap();
    reported.id
}

both_engines! {
    migrations = MIGRATIONS;

    async fn whoever_decides_on_a_notice_is_led_to_a_page_that_opens(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let profile = test.system().await.profile().clone();
        let mut without = 0;
        for role in profile.roles_that_may(&notice::may::TRIAGE) {
            let login = format!("decider-{}", role.code.replace('_', "-"));
            let staff = test.staff(&role.code, &role.code, test.wards[0]).await;
            test.account(staff, &login).await;
            let what = format!("新聞がたまっています {login}");
            report(&Visitor::anyone(&test), "甲区", &what).await;
            let decider = Visitor::signed_in(&test, &login).await;
            let notice = decider.open("/notices").await.row(&what);

            let led = triage(&decider, &notice).await;

            assert_eq!(led.answer.status, StatusCode::OK, "{login} is led to {}", led.at);
            // Whoever decides takes the intake that follows, also where the role takes no other.
            assert!(led.at.starts_with("/consultations/new"), "{login} is led to {}", led.at);
            assert!(decider.open(&notice).await.answer.body.contains("/consultations/new?notice="), "{login}");
            without += usize::from(!role.may.iter().any(|code| code == may::TAKE.code));
        }
        assert!(without > 0, "no role of the profile decides on notices and takes no consultations");
    }

    async fn an_intake_taken_on_the_page_is_kept_counted_and_seen_in_its_area_alone(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        for (name, ward) in [("ours", 0), ("mates", 0), ("theirs", 1)] {
            let staff = test.staff(name, "coordinator", test.wards[ward]).await;
            test.account(staff, name).await;
        }
        let ours = test.sign_in("ours").await;
        let ward = test.wards[0].to_string();

        let sent = test.post("/consultations", Some(&ours), &[
            ("received_on", "R7.6.9"), ("channel", "office"), ("area", &ward), ("from_whom", "self"),
            ("what", "家賃が払えない"), ("problems", "income"), ("problems", "rent_loan"), ("worst", "rent_loan"),
            ("urgency", "urgent"), ("language", "vi"), ("communication", "interpreter"),
            ("extra.intake.living", "alone"), ("extra.intake.since_when", "3月から"),
        ]).await;
        let path = sent.location.split('?').next().unwrap().to_owned();
        let page = test.get(&path, Some(&ours)).await.body;
        let mate = test.sign_in("mates").await;
        let seen = test.get(&path, Some(&mate)).await;
        let list = test.get("/consultations", Some(&mate)).await.body;
        let stranger = test.sign_in("theirs").await;
        let hidden = test.get(&path, Some(&stranger)).await;
        let hidden_list = test.get("/consultations?show=all", Some(&stranger)).await.body;
        let mut read = test.app.db().read(TENANT).await.unwrap();
        let facts: Vec<(String, String, Date)> = read
            .query_text("SELECT about, method, occurred_on FROM fact WHERE tenant = ?1 AND kind = 'consultation_taken'", args![TENANT])
            .await
            .unwrap();

        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        for word in ["家賃が払えない", "ベトナム語", "通訳", "ひとり暮らし", "3月から", "収入・生活費"] {
            assert!(page.contains(word), "{word}");
        }
        assert!(page.contains("家賃・ローン <span class=\"chip tone-danger\">いちばん困っている"));
        assert_eq!(seen.status, StatusCode::OK);
        assert!(seen.body.contains("この画面が見える理由"));
        assert!(list.contains("家賃が払えない"));
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
        assert!(!hidden_list.contains("家賃"));
        assert_eq!(facts, [("office".to_owned(), "urgent".to_owned(), date(2025, 6, 9))]);
    }

    async fn whatever_is_wrong_is_said_beside_its_field(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        let ctx = test.acting(staff).await;
        let stranger = person(&test, test.districts[2], "乙山", "一", ("おつやま", "はじめ")).await;
        let right = form(&test);
        let text = str::to_owned;
        let cases: Vec<(&str, IntakeForm)> = vec![
            ("received_on", IntakeForm { received_on: text("令和7年6月11日"), ..right.clone() }),
            ("received_on", IntakeForm { received_on: text("6月31日"), ..right.clone() }),
            ("channel", IntakeForm { channel: text("pigeon"), ..right.clone() }),
            ("from_whom", IntakeForm { from_whom: String::new(), ..right.clone() }),
            ("what", IntakeForm { what: "字".repeat(4001), ..right.clone() }),
            ("problems", IntakeForm { problems: vec![text("weather")], worst: String::new(), ..right.clone() }),
            ("problems", IntakeForm { worst: text("debt"), ..right.clone() }),
            ("wish", IntakeForm { wish: text("riches"), ..right.clone() }),
            ("urgency", IntakeForm { urgency: text("whenever"), ..right.clone() }),
            ("language", IntakeForm { language: text("tlh"), ..right.clone() }),
            ("communication", IntakeForm { communication: vec![text("telepathy")], ..right.clone() }),
            ("extra.intake.living", IntakeForm { extra: Some(BTreeMap::from([(text("intake.living"), vec![text("moon")])])), ..right.clone() }),
            ("extra.intake.shoe_size", IntakeForm { extra: Some(BTreeMap::from([(text("intake.shoe_size"), vec![text("27")])])), ..right.clone() }),
            ("area", IntakeForm { area: ctx.new_id().to_string(), ..right.clone() }),
            ("area", IntakeForm { area: test.wards[1].to_string(), ..right.clone() }),
            ("base", IntakeForm { base: ctx.new_id().to_string(), ..right.clone() }),
            ("person", IntakeForm { person: stranger.to_string(), ..right.clone() }),
            ("person", IntakeForm { person: ctx.new_id().to_string(), ..right.clone() }),
            ("household", IntakeForm { household: ctx.new_id().to_string(), ..right.clone() }),
        ];

        for (field, wrong) in cases {
            assert_eq!(wrong_fields(&ctx, &wrong).await, [field], "{wrong:?}");
        }

        taken(&ctx, &right).await.unwrap();
    }

    async fn a_person_out_of_sight_and_one_who_does_not_exist_get_the_same_words(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        let ctx = test.acting(staff).await;
        let stranger = person(&test, test.districts[2], "乙山", "一", ("おつやま", "はじめ")).await;
        let words = async |person: String| match taken(&ctx, &IntakeForm { person, ..form(&test) }).await {
            Err(Error::Invalid(errors)) => errors.get("person", Lang::Ja).unwrap().to_owned(),
            other => panic!("{other:?}"),
        };

        let hidden = words(stranger.to_string()).await;
        let missing = words(ctx.new_id().to_string()).await;
        let forged = words("1 OR 1=1".to_owned()).await;

        assert_eq!(hidden, missing);
        assert_eq!(hidden, forged);
    }

    async fn a_window_that_had_closed_by_that_day_is_refused(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        let system = test.system().await;
        let mut work = system.begin().await.unwrap();
        let (organisation, base) = (system.new_id(), system.new_id());
        let new = staff::store::NewOrganisation { name: "区役所".to_owned(), ..Default::default() };
        staff::store::insert_organisation(&system, &mut work, organisation, &new).await.unwrap();
        let window = staff::store::NewBase {
            organisation,
            kind: "ward_window".to_owned(),
            name: "区の窓口".to_owned(),
            area: test.wards[0],
            functions: "general".to_owned(),
            ..staff::store::NewBase::default()
        };
        staff::store::insert_base(&system, &mut work, base, &window, SINCE)
            .await
            .unwrap();
        work.execute_text("UPDATE base SET closed_on = ?2 WHERE tenant = ?1", args![TENANT, date(2025, 6, 8)]).await.unwrap();
        work.commit("").await.unwrap();
        let ctx = test.acting(staff).await;
        let at = |day: &str| IntakeForm { base: base.to_string(), received_on: day.to_owned(), ..form(&test) };

        let late = wrong_fields(&ctx, &at("2025-06-09")).await;
        let early = wrong_fields(&ctx, &at("2020-03-31")).await;
        let in_time = taken(&ctx, &at("2025-06-08")).await;

        assert_eq!((late, early), (vec!["base".to_owned()], vec!["base".to_owned()]));
        in_time.unwrap();
    }

    async fn searching_inside_the_form_keeps_what_was_typed_and_shows_only_persons_in_sight(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let ours = test.sign_in("ours").await;
        let known = person(&test, test.districts[0], "高橋", "清", ("たかはし", "きよし")).await;
        let hidden = person(&test, test.districts[2], "高橋", "実", ("たかはし", "みのる")).await;
        let typed = [("what", "まだ途中の話"), ("problems", "care"), ("worst", "care"), ("find", "タカハシ"), ("_find", "1")];

        let by_kana = test.post("/consultations", Some(&ours), &typed).await;
        let by_phone = test.post("/consultations", Some(&ours), &[("find", "０９３（５５５）０１０１"), ("_find", "1")]).await;
        let nobody = test.post("/consultations", Some(&ours), &[("find", "ほげ"), ("_find", "1")]).await;

        assert_eq!(by_kana.status, StatusCode::OK);
        assert!(by_kana.body.contains("まだ途中の話"));
        for found in [&by_kana.body, &by_phone.body] {
            assert!(found.contains(&known.to_string()));
            assert!(!found.contains(&hidden.to_string()));
        }
        assert!(nobody.body.contains("見つかりませんでした"));
    }

    async fn a_draft_survives_reloading_registering_and_being_kept_again_and_again(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let ours = test.sign_in("ours").await;
        let known = person(&test, test.districts[0], "高橋", "清", ("たかはし", "きよし")).await;
        let once = test.app.clock().new_id().to_string();
        let ward = test.wards[0].to_string();
        let mut fields = vec![
            ("_once", once.as_str()), ("_draft_key", "consultation:new"), ("notice", ""), ("received_on", "2025-06-10"),
            ("what", "前半"), ("problems", "debt"), ("extra.intake.since_when", "去年の秋"),
        ];

        let first = test.post("/drafts", Some(&ours), &fields).await;
        fields[4] = ("what", "前半と後半");
        let second = test.post("/drafts", Some(&ours), &fields).await;
        let reloaded = test.get("/consultations/new", Some(&ours)).await.body;
        let mut registering = fields.clone();
        registering.push(("_draft", "register"));
        let away = test.post("/consultations", Some(&ours), &registering).await;
        let here = "/consultations/new?draft=consultation%3Anew";
        let back = test.get(&format!("{here}&person={known}"), Some(&ours)).await.body;
        fields.extend([
            ("channel", "phone"), ("area", &ward), ("from_whom", "self"), ("urgency", "normal"),
        ]);
        let sent = test.post("/consultations", Some(&ours), &fields).await;
        let after = test.get("/consultations/new", Some(&ours)).await.body;

        assert_eq!((first.status, second.status), (StatusCode::NO_CONTENT, StatusCode::NO_CONTENT));
        for page in [&reloaded, &back] {
            assert!(page.contains("前半と後半") && page.contains("去年の秋"));
            assert!(page.contains("name=\"problems\" value=\"debt\" checked"));
        }
        assert_eq!(away.location, format!("/persons/new?back={}", crate::web::encode(here)));
        assert!(back.contains("高橋 清"));
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        assert!(!after.contains("前半"));
    }

    async fn an_intake_after_a_notice_is_prefilled_linked_and_answers_the_reporter_when_settled(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let ctx = test.acting(staff).await;
        let notice = notice(&test, &ctx).await;
        let known = person(&test, test.districts[0], "高橋", "清", ("たかはし", "きよし")).await;
        let new = IntakeForm { notice: notice.to_string(), person: known.to_string(), ..form(&test) };

        let prefilled = test.get(&format!("/consultations/new?notice={notice}"), Some(&test.sign_in("ours").await)).await;
        let id = taken(&ctx, &new).await.unwrap();
        let twice = taken(&ctx, &new).await;
        let mut work = ctx.begin().await.unwrap();
        let done = SettleForm { outcome: "answered".to_owned(), note: "長男と連絡がついた".to_owned(), answer: "ありがとうございました".to_owned() };
        settle(&ctx, &mut work, id, &done, 1).await.unwrap();
        work.commit("").await.unwrap();
        let mut read = ctx.read().await.unwrap();
        let about = notice::store::get(&ctx, &mut read, notice).await.unwrap().person_id;
        let links = crate::link::store::list(&ctx, &mut read, id).await.unwrap();
        let answered = handover::list_of(&ctx, &mut read, notice).await.unwrap();

        assert!(prefilled.body.contains("新聞が3日分たまっている") && prefilled.body.contains("場所：角の家"));
        assert!(matches!(twice, Err(Error::Refused(_))));
        assert_eq!(about, Some(known));
        assert_eq!(links, [("notice".to_owned(), notice, "consultation".to_owned(), id)]);
        assert_eq!(answered.last().map(|h| h.answer.as_str()), Some("ありがとうございました"));
    }

    async fn a_notice_out_of_sight_or_not_taken_up_gives_no_intake(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ours = test.staff("甲区担当", "coordinator", test.wards[0]).await;
        let theirs = test.staff("乙区担当", "coordinator", test.wards[1]).await;
        let ctx = test.acting(ours).await;
        let notice = notice(&test, &ctx).await;
        let stranger = test.acting(theirs).await;
        let mut work = ctx.begin().await.unwrap();
        let undecided = NoticeForm { kind: "lost".to_owned(), area: test.wards[0].to_string(), ..NoticeForm::default() };
        let undecided = notice::report(&ctx, &mut work, &undecided).await.unwrap().id;
        work.commit("").await.unwrap();

        let unseen = IntakeForm { notice: notice.to_string(), area: test.wards[1].to_string(), ..form(&test) };
        let hidden = taken(&stranger, &unseen).await;
        let early = taken(&ctx, &IntakeForm { notice: undecided.to_string(), ..form(&test) }).await;

        assert!(matches!(hidden, Err(Error::NotFound)));
        assert!(matches!(early, Err(Error::Refused(_))));
    }

    async fn only_a_consultation_with_a_person_becomes_a_case_and_then_refuses_every_other_end(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        let ctx = test.acting(staff).await;
        let known = person(&test, test.districts[0], "高橋", "清", ("たかはし", "きよし")).await;
        let id = taken(&ctx, &form(&test)).await.unwrap();
        let case = ctx.new_id();
        let chosen = IdentifyForm { person: known.to_string(), ..IdentifyForm::default() };
        let done = SettleForm { outcome: "referral".to_owned(), note: "年金事務所".to_owned(), answer: String::new() };

        let mut work = ctx.begin().await.unwrap();
        let nameless = become_case(&ctx, &mut work, id, (&crate::case::CASE, case)).await;
        identify(&ctx, &mut work, id, &chosen, 1).await.unwrap();
        let stale = settle(&ctx, &mut work, id, &done, 1).await;
        become_case(&ctx, &mut work, id, (&crate::case::CASE, case)).await.unwrap();
        let again = become_case(&ctx, &mut work, id, (&crate::case::CASE, ctx.new_id())).await;
        let settled = settle(&ctx, &mut work, id, &done, 3).await;
        let renamed = identify(&ctx, &mut work, id, &chosen, 3).await;
        let now = store::get(&ctx, &mut work, id).await.unwrap();
        let links = crate::link::store::list(&ctx, &mut work, id).await.unwrap();
        work.commit("").await.unwrap();

        assert!(matches!(nameless, Err(Error::Refused(_))));
        assert!(matches!(stale, Err(Error::Stale { now: 2 })));
        for refused in [again, settled, renamed.map(|_| ())] {
            assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        }
        assert_eq!((now.outcome.code(), now.person_name.as_deref()), ("case", Some("高橋 清")));
        assert!(now.household_id.is_some());
        assert_eq!(links, [("consultation".to_owned(), id, "case".to_owned(), case)]);
    }

    async fn the_page_says_later_whose_consultation_it_is_and_ends_it_without_a_case(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let ours = test.sign_in("ours").await;
        let ctx = test.acting(staff).await;
        let known = person(&test, test.districts[0], "高橋", "清", ("たかはし", "きよし")).await.to_string();
        let id = taken(&ctx, &form(&test)).await.unwrap();
        let path = format!("/consultations/{id}");

        let nameless = test.get(&path, Some(&ours)).await.body;
        let found = test.get(&format!("{path}/person?find=%E9%AB%98%E6%A9%8B"), Some(&ours)).await.body;
        let named = test.post(&format!("{path}/person"), Some(&ours), &[("person", &known), ("_revision", "1")]).await;
        let ready = test.get(&path, Some(&ours)).await.body;
        let wordless = test.post(&format!("{path}/settle"), Some(&ours), &[("outcome", "answered"), ("_revision", "2")]).await;
        let settled = test.post(&format!("{path}/settle"), Some(&ours), &[("outcome", "answered"), ("note", "制度を案内"), ("_revision", "2")]).await;
        let ended = test.get(&path, Some(&ours)).await.body;
        let open = test.get("/consultations", Some(&ours)).await.body;

        assert!(nameless.contains("名前のない相談") && !nameless.contains("/cases/new"));
        assert!(found.contains(&known));
        assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.body);
        assert!(ready.contains(&format!("/cases/new?consultation={id}")));
        assert_eq!(wordless.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(settled.status, StatusCode::SEE_OTHER, "{}", settled.body);
        assert!(ended.contains("制度を案内") && !ended.contains("終わりにする"));
        assert!(!open.contains(&id.to_string()));
    }

    async fn an_intake_of_which_no_area_was_said_lies_where_its_person_lives_or_with_its_notice_or_its_taker(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let ours = test.sign_in("ours").await;
        let ctx = test.acting(staff).await;
        let here = person(&test, test.districts[1], "高橋", "清", ("たかはし", "きよし")).await;
        let open = IntakeForm { area: String::new(), ..form(&test) };
        let reported = notice(&test, &ctx).await;

        let page = test.get("/consultations/new", Some(&ours)).await.body;
        let of_taker = taken(&ctx, &open).await.unwrap();
        let of_notice = taken(&ctx, &IntakeForm { notice: reported.to_string(), ..open.clone() }).await.unwrap();
        let of_person = taken(&ctx, &IntakeForm { person: here.to_string(), ..open.clone() }).await.unwrap();
        let said = taken(&ctx, &IntakeForm { person: here.to_string(), ..form(&test) }).await.unwrap();
        let named = taken(&ctx, &open).await.unwrap();
        let mut work = ctx.begin().await.unwrap();
        let whose = IdentifyForm { person: here.to_string(), ..IdentifyForm::default() };
        identify(&ctx, &mut work, named, &whose, 1).await.unwrap();
        let mut areas = Vec::new();
        for id in [of_taker, of_notice, of_person, said, named] {
            areas.push(store::get(&ctx, &mut work, id).await.unwrap().area_id);
        }
        work.commit("").await.unwrap();

        assert!(page.contains("本人の住む区域（本人を選ばないときは、"));
        assert_eq!(areas, [test.wards[0], test.districts[0], test.districts[1], test.wards[0], test.districts[1]]);
    }

    async fn a_stale_end_shows_what_stands_and_keeps_what_was_typed(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let ours = test.sign_in("ours").await;
        let ctx = test.acting(staff).await;
        let known = person(&test, test.districts[0], "高橋", "清", ("たかはし", "きよし")).await.to_string();
        let other = person(&test, test.districts[0], "鈴木", "茂", ("すずき", "しげる")).await.to_string();
        let id = taken(&ctx, &form(&test)).await.unwrap();
        let path = format!("/consultations/{id}");
        let end = |revision| [("outcome", "referral"), ("note", "年金事務所へつないだ"), ("_revision", revision)];

        let named = test.post(&format!("{path}/person"), Some(&ours), &[("person", &known), ("_revision", "1")]).await;
        let stale = test.post(&format!("{path}/person"), Some(&ours), &[("person", &other), ("_revision", "1")]).await;
        let late = test.post(&format!("{path}/settle"), Some(&ours), &end("1")).await;
        let saved = test.post(&format!("{path}/settle"), Some(&ours), &end("2")).await;

        assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.body);
        for answer in [&stale, &late] {
            assert_eq!(answer.status, StatusCode::CONFLICT);
            for words in ["高橋 清", "違いあり", "name=\"_revision\" value=\"2\""] {
                assert!(answer.body.contains(words), "{words}");
            }
        }
        assert!(stale.body.contains("鈴木 茂"));
        assert!(late.body.contains("年金事務所へつないだ"));
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    }

    async fn open_intakes_and_notices_without_one_are_due_for_those_whose_turn_it_is(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        let mate = test.staff("同僚", "coordinator", test.wards[0]).await;
        let stranger = test.staff("乙区担当", "coordinator", test.wards[1]).await;
        let ctx = test.acting(staff).await;
        let notice = notice(&test, &ctx).await;
        let own = taken(&ctx, &form(&test)).await.unwrap();
        let due = async |staff: Id| {
            let ctx = test.acting(staff).await;
            let mut read = ctx.read().await.unwrap();
            let due = task::list(&ctx, &mut read).await.unwrap();
            due.into_iter().map(|due| (due.kind.code, due.record, due.until)).collect::<Vec<_>>()
        };

        let before = due(staff).await;
        let mates = due(mate).await;
        let strangers = due(stranger).await;
        taken(&ctx, &IntakeForm { notice: notice.to_string(), urgency: "urgent".to_owned(), ..form(&test) }).await.unwrap();
        let after = due(mate).await;

        // Soon is three days; a notice of Tuesday the 10th is to be decided within five open days.
        assert_eq!(before, [
            ("consultation_open", own, date(2025, 6, 12)),
            ("intake_follow", notice, date(2025, 6, 17)),
        ]);
        assert_eq!(mates, [("intake_follow", notice, date(2025, 6, 17))]);
        assert_eq!(strangers, []);
        assert_eq!(after, []);
    }

    async fn the_lists_are_read_in_their_own_order(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let mut read = ctx.read().await.unwrap();
        for (file, words, index) in [
            ("consultation/store/list.rs", "FROM (SELECT k.* FROM consultation k WHERE…ORDER BY CASE k.urgency", "consultation_urgency"),
            ("consultation/store/list.rs", "FROM (SELECT k.* FROM consultation k WHERE k.tenant = ?1 AND k.struck_at IS NULL AND (?4…ORDER BY k.received_on DESC", "consultation_received"),
        ] {
            let Some(steps) = plan(&mut read, statement(file, words)).await else { continue };

            // The page is cut out first; only its rows are put in order once more beside their names.
            let walk = steps.iter().find(|step| step.starts_with("SEARCH k ")).unwrap();
            assert!(walk.contains(&format!("USING INDEX {index} ")), "{words}: {steps:#?}");
            assert!(steps.iter().filter(|step| step.contains("FOR ORDER BY")).count() <= 1, "{words}: {steps:#?}");
            let team = steps.iter().find(|step| step.starts_with("SEARCH xg ")).unwrap();
            assert!(team.contains("record_id=? AND holder_id=?"), "{words}: {steps:#?}");
        }
    }

    async fn whoever_takes_consultations_for_the_whole_city_says_in_which_area(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let whole = test.staff("市の相談員", "coordinator", test.city).await;
        let two = test.staff("2つの区の相談員", "coordinator", test.wards[0]).await;
        let system = test.system().await;
        let mut work = system.begin().await.unwrap();
        let post = (SINCE, crate::tenancy::FOREVER);
        staff::store::insert_post(&system, &mut work, system.new_id(), two, "coordinator", test.wards[1], post).await.unwrap();
        work.commit("").await.unwrap();
        let one = test.staff("区の相談員", "coordinator", test.wards[0]).await;
        let known = person(&test, test.districts[2], "青木", "実", ("あおき", "みのる")).await;
        test.account(whole, "whole").await;
        let token = test.sign_in("whole").await;
        let open = IntakeForm { area: String::new(), ..form(&test) };

        for staff in [whole, two] {
            assert_eq!(wrong_fields(&test.acting(staff).await, &open).await, ["area"]);
        }
        let ours = taken(&test.acting(one).await, &open).await.unwrap();
        let theirs = taken(&test.acting(whole).await, &IntakeForm { person: known.to_string(), ..open.clone() }).await.unwrap();
        let page = test.get("/consultations/new", Some(&token)).await.body;
        let notice = test.get("/notices/new", Some(&token)).await.body;

        let mut read = system.read().await.unwrap();
        assert_eq!(store::get(&system, &mut read, ours).await.unwrap().area_id, test.wards[0]);
        assert_eq!(store::get(&system, &mut read, theirs).await.unwrap().area_id, test.districts[2]);
        assert!(page.contains("本人を選ぶと、その人の住む区域になります"), "{page}");
        assert!(!notice.contains(&format!("value=\"{}\" selected", test.city)), "no area is guessed");
    }

    async fn what_cannot_be_seen_in_a_text_is_not_kept_and_what_no_keyboard_types_is_refused(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;
        let ctx = test.acting(staff).await;
        let what = "一行目\u{202e}\n二行目\t葛\u{e0100}城\u{200b}\u{2066}";
        let odd = IntakeForm { what: "一\u{0}".to_owned(), from_name: "長女\u{1b}".to_owned(), ..form(&test) };

        let id = taken(&ctx, &IntakeForm { what: what.to_owned(), from_name: "長\u{200e}女".to_owned(), ..form(&test) }).await.unwrap();
        let wrong = wrong_fields(&ctx, &odd).await;
        let ward = test.wards[0].to_string();
        let notice = [("kind", "not_seen"), ("what", "新聞\u{0}がたまる"), ("area", ward.as_str())];
        let page = test.post("/notices", Some(&token), &notice).await;
        let report = test.post("/report", None, &notice).await;

        assert_eq!(wrong, ["from_name", "what"]);
        assert_eq!((page.status, report.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
        assert!(page.body.contains("目に見えない制御文字") && page.body.contains("#f-what"), "{}", page.body);
        let mut read = ctx.read().await.unwrap();
        let kept = store::get(&ctx, &mut read, id).await.unwrap();
        assert_eq!((kept.what.as_str(), kept.from_name.as_str()), ("一行目\n二行目\t葛\u{e0100}城", "長女"));
    }
}
