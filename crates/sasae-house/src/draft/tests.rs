//! Whatever is half-written comes back as it was, on both engines.

use std::fmt::Debug;

use axum::http::StatusCode;
use sasae_test::{TestDb, both_engines};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::account::store::find_account;
use crate::case::{AssessmentForm, OpenForm, PlanForm};
use crate::consultation::IntakeForm;
use crate::ctx::{Actor, Ctx, StaffActor, Visit};
use crate::draft::{find, keep_and_return};
use crate::migrations::MIGRATIONS;
use crate::notice::NoticeForm;
use crate::person::PersonForm;
use crate::testing::{TENANT, TestApp};
use crate::web::Pairs;

/// The test city with one who types.
struct Desk {
    test: TestApp,
    token: String,
    ctx: Ctx,
}

async fn desk(db: &TestDb) -> Desk {
    let test = TestApp::new(db.db.clone()).await;
    let staff = test.staff("担当", "coordinator", test.wards[0]).await;
    test.account(staff, "ours").await;
    let token = test.sign_in("ours").await;
    let mut read = test.app.db().read(TENANT).await.unwrap();
    let account = find_account(&mut read, TENANT, "ours").await.unwrap().unwrap();
    drop(read);
    let posts = test.acting(staff).await.staff().unwrap().posts.clone();
    let actor = StaffActor { staff, account: Some(account.id), name: "担当".to_owned(), posts };
    let tenant = test.app.tenant(TENANT).await.unwrap();
    let ctx = Ctx::new(test.app.clone(), tenant, Actor::Staff(actor.into()), Visit::default());
    Desk { test, token, ctx }
}

/// The fields of a form that hold several values.
fn lists_of<T: Serialize + Default>() -> Vec<String> {
    let empty = serde_json::to_value(T::default()).unwrap();
    let fields = empty.as_object().unwrap().iter();
    fields.filter(|(_, value)| value.is_array()).map(|(name, _)| name.clone()).collect()
}

impl Desk {
    async fn draft<T: DeserializeOwned>(&self, key: &str) -> T {
        let mut read = self.ctx.read().await.unwrap();
        let kept: Option<(T, String)> = find(&self.ctx, &mut read, key).await.unwrap();
        kept.unwrap_or_else(|| panic!("the draft {key} is lost")).0
    }

    /// None, one and several values of each list come back, whether the page
    /// kept the form by itself or 下書き was pressed.
    async fn comes_back<T: Serialize + DeserializeOwned + Debug>(&self, lists: &[String]) {
        assert!(!lists.is_empty());
        for values in [&[][..], &["a"], &["a", "b"], &["", "b"], &["二 つ=&+", "", "%41"]] {
            let fields: Vec<(&str, &str)> =
                lists.iter().flat_map(|name| values.iter().map(move |value| (name.as_str(), *value))).collect();
            let sent = Pairs::parse(serde_html_form::to_string(&fields).unwrap().as_bytes());
            let typed = format!("{:?}", sent.read::<T>().unwrap());

            let by_page = self
                .test
                .post("/drafts", Some(&self.token), &[&fields[..], &[("_draft_key", "by-page")]].concat())
                .await;
            let pressed = [&fields[..], &[("_draft", "1"), ("_draft_key", "by-button")]].concat();
            let pressed = Pairs::parse(serde_html_form::to_string(&pressed).unwrap().as_bytes());
            keep_and_return(&self.ctx, &pressed, "/").await.unwrap();

            assert_eq!(by_page.status, StatusCode::NO_CONTENT, "{}", by_page.body);
            assert_eq!(format!("{:?}", self.draft::<T>("by-page").await), typed);
            assert_eq!(format!("{:?}", self.draft::<T>("by-button").await), typed);
        }
    }
}

both_engines! {
    migrations = MIGRATIONS;

    async fn lists_of_any_length_come_back_from_a_draft(db: TestDb) {
        let desk = desk(&db).await;

        desk.comes_back::<PersonForm>(&lists_of::<PersonForm>()).await;
        desk.comes_back::<OpenForm>(&lists_of::<OpenForm>()).await;
        desk.comes_back::<AssessmentForm>(&["extra.assessment.health".to_owned()]).await;
        desk.comes_back::<PlanForm>(&lists_of::<PlanForm>()).await;
        // The intake is typed with the municipality's own fields among its own.
        let mut intake = lists_of::<IntakeForm>();
        intake.extend(["extra.intake.living".to_owned()]);
        desk.comes_back::<IntakeForm>(&intake).await;
    }

    async fn one_ticked_box_of_a_person_is_still_ticked_after_the_page_kept_it(db: TestDb) {
        let desk = desk(&db).await;
        let fields = [("_draft_key", "person:new"), ("family", "半田"), ("communication", "writing")];

        desk.test.post("/drafts", Some(&desk.token), &fields).await;
        let page = desk.test.get("/persons/new", Some(&desk.token)).await.body;

        assert!(page.contains("半田") && page.contains("下書きから続けています"));
        assert!(page.contains("name=\"communication\" value=\"writing\" checked"), "{page}");
    }

    async fn a_half_written_notice_is_there_again_until_it_is_sent(db: TestDb) {
        let desk = desk(&db).await;
        let token = Some(desk.token.as_str());
        let ward = desk.test.wards[0].to_string();
        let half = [("_draft_key", "notice:new"), ("what", "雨戸が閉まったまま")];

        let kept = desk.test.post("/notices", token, &[&half[..], &[("_draft", "1")]].concat()).await;
        let page = desk.test.get(&kept.location, token).await.body;
        let sent = desk.test.post("/notices", token, &[&half[..], &[("kind", "mail_piled"), ("area", &ward)]].concat()).await;
        let after = desk.test.get("/notices/new", token).await.body;

        assert_eq!(kept.location, "/notices/new?draft=notice%3Anew");
        assert!(page.contains("雨戸が閉まったまま") && page.contains("下書きから続けています"), "{page}");
        assert!(sent.location.starts_with("/notices/"), "{}", sent.body);
        assert!(!after.contains("雨戸が閉まったまま"));
    }

    async fn a_draft_of_an_older_form_is_passed_over_and_an_endless_one_refused(db: TestDb) {
        let desk = desk(&db).await;
        let long = "a".repeat(crate::draft::LONGEST);
        let ctx = desk.test.system().await;
        let mut work = ctx.begin().await.unwrap();
        let account = desk.ctx.staff().unwrap().account.unwrap();
        crate::draft::store::put(&ctx, &mut work, account, "notice:new", "{\"what\":[{}]}").await.unwrap();
        work.commit("").await.unwrap();

        let page = desk.test.get("/notices/new", Some(&desk.token)).await;
        let endless = desk.test.post("/drafts", Some(&desk.token), &[("_draft_key", "notice:new"), ("what", &long)]).await;
        let mut read = desk.ctx.read().await.unwrap();
        let kept: Option<(NoticeForm, String)> = find(&desk.ctx, &mut read, "notice:new").await.unwrap();

        assert_eq!(page.status, StatusCode::OK);
        assert_ne!(endless.status, StatusCode::NO_CONTENT);
        assert!(kept.is_none());
    }

    async fn a_draft_belongs_to_what_it_is_about_and_to_its_tab(db: TestDb) {
        let desk = desk(&db).await;
        let token = Some(desk.token.as_str());
        let ward = desk.test.wards[0].to_string();
        let mut persons = Vec::new();
        for given in ["一子", "二郎"] {
            let form = [("family", "基本"), ("given", given), ("area", ward.as_str()), ("not_same", "yes")];
            let made = desk.test.post("/persons", token, &form).await;
            persons.push(made.location.trim_start_matches("/persons/")[..36].to_owned());
        }
        let intakes: Vec<String> = persons.iter().map(|id| format!("/consultations/new?person={id}")).collect();

        // Two intakes, two tabs of a notice, two tabs of a person: each pair is kept apart.
        for (forms, field) in [
            ([intakes[0].as_str(), intakes[1].as_str()], "what"),
            (["/notices/new", "/notices/new"], "what"),
            (["/persons/new", "/persons/new"], "family"),
        ] {
            let mut keys = Vec::new();
            for form in forms {
                keys.push(key_of(&desk.test.get(form, token).await.body));
            }
            for (key, words) in keys.iter().zip(["はじめのことば", "つぎのことば"]) {
                let kept = desk.test.post("/drafts", token, &[("_draft_key", key), (field, words)]).await;
                assert_eq!(kept.status, StatusCode::NO_CONTENT);
            }
            assert_ne!(keys[0], keys[1], "{forms:?}");
            let tab = |at: usize| {
                let joint = if forms[at].contains('?') { '&' } else { '?' };
                format!("{}{joint}draft={}", forms[at], keys[at].replace(':', "%3A"))
            };
            let first = desk.test.get(&tab(0), token).await.body;
            let second = desk.test.get(&tab(1), token).await.body;
            assert!(first.contains("はじめのことば") && key_of(&first) == keys[0], "{first}");
            assert!(second.contains("つぎのことば") && key_of(&second) == keys[1], "{second}");
        }

        // Sending the second intake leaves the first.
        let second = key_of(&desk.test.get(&intakes[1], token).await.body);
        let whole = [
            ("_draft_key", second.as_str()), ("received_on", "2025-06-10"), ("channel", "visit"), ("from_whom", "self"),
            ("urgency", "soon"), ("problems", "housing"), ("worst", "housing"), ("what", "けが"), ("area", &ward),
            ("person", &persons[1]),
        ];
        let sent = desk.test.post("/consultations", token, &whole).await;
        let again = desk.test.get(&intakes[0], token).await.body;
        assert!(sent.location.starts_with("/consultations/"), "{}", sent.body);
        assert!(again.contains("はじめのことば"), "{again}");
    }

    async fn a_draft_that_is_continued_is_not_kept_twice_unless_its_tab_is_still_used(db: TestDb) {
        let desk = desk(&db).await;
        let token = Some(desk.token.as_str());
        let keep = async |key: &str, from: &str, what: &str| {
            let fields = [("_draft_key", key), ("_draft_from", from), ("what", what)];
            assert_eq!(desk.test.post("/drafts", token, &fields).await.status, StatusCode::NO_CONTENT);
        };
        keep("notice:new:a", "", "朝のことば").await;
        let continued = desk.test.get("/notices/new", token).await.body;
        let (key, from) = (key_of(&continued), value_of(&continued, "_draft_from"));
        assert!(continued.contains("朝のことば") && from.starts_with("notice:new:a@"), "{continued}");

        desk.test.clock.advance(jiff::SignedDuration::from_secs(60));
        keep(&key, &from, "朝のことばのつづき").await;
        let one = desk.test.get("/notices/new", token).await.body;
        desk.test.clock.advance(jiff::SignedDuration::from_secs(60));
        keep("notice:new:a", "", "はじめの画面でも書いた").await;
        let two = desk.test.get("/notices/new", token).await.body;
        let empty = desk.test.get("/notices/new?draft=new", token).await.body;

        assert!(one.contains("朝のことばのつづき") && !one.contains("ほかの書きかけ"), "{one}");
        assert!(two.contains("はじめの画面でも書いた") && two.contains("ほかの書きかけ"), "{two}");
        assert!(!empty.contains("下書きから続けています") && empty.contains("はじめの画面でも書いた"), "{empty}");
    }
}

/// The value of a hidden field.
fn value_of(page: &str, name: &str) -> String {
    let (_, rest) =
        page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

fn key_of(page: &str) -> String {
    value_of(page, "_draft_key")
}
