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

        assert_eq!(kept.location, "/notices/new");
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
}
