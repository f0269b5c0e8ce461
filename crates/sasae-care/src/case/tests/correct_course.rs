//! Assessments, plans and monitorings that are corrected.

use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};

use super::life::{assessment, monitoring, plan};
use super::{Town, town};
use crate::case::correct_course::{correct_assessment, correct_monitoring, correct_plan};
use crate::case::entry::{Entry, MoveForm, move_to};
use crate::case::{AssessmentForm, MonitoringForm, PlanForm, store};
use crate::correction::{Outlook, ReasonForm};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::migrations::MIGRATIONS;

fn reason() -> ReasonForm {
    ReasonForm { reason: "聞きまちがえたため".to_owned() }
}

async fn seen(ctx: &Ctx, case: Id, entry: Entry, id: Id) -> i64 {
    let mut read = ctx.read().await.unwrap();
    store::get_entry(ctx, &mut read, case, entry, id).await.unwrap().revision
}

async fn review(town: &Town, case: Id) -> Option<String> {
    let ctx = town.test.system().await;
    let mut read = ctx.read().await.unwrap();
    store::get(&ctx, &mut read, case).await.unwrap().review_on.map(|on| on.to_string())
}

async fn put_plan_right(ctx: &Ctx, case: Id, id: Id, form: &PlanForm) -> Result<Outlook> {
    let seen = seen(ctx, case, Entry::Plan, id).await;
    let mut work = ctx.begin().await?;
    let done = correct_plan(ctx, &mut work, (case, id), form, &reason(), seen).await?;
    work.commit("").await?;
    Ok(done)
}

both_engines! {
    migrations = MIGRATIONS;

    async fn an_assessment_is_corrected_after_a_preview_and_its_history_stays(db: TestDb) {
        let town = town(db.db.clone()).await;
        let case = town.case().await;
        town.join(case).await;
        let lead = town.test.acting(town.lead).await;
        let mut work = lead.begin().await.unwrap();
        let id = crate::case::assess(&lead, &mut work, case, &assessment()).await.unwrap();
        work.commit("").await.unwrap();
        let token = town.test.sign_in("lead").await;
        let page = format!("/cases/{case}/assessments/{id}");
        let path = format!("{page}/correct");
        let fields = [
            ("assessed_on", "2025-06-10"),
            ("situation", "食事は1日2回"),
            ("reason", "聞きまちがえたため"),
            ("_revision", "1"),
        ];

        let asked = town.test.get(&path, Some(&token)).await;
        let preview = town.test.post(&path, Some(&token), &fields).await;
        let unchanged = town.test.get(&page, Some(&token)).await;
        let confirmed: Vec<(&str, &str)> = fields.iter().copied().chain([("_confirmed", "1")]).collect();
        let done = town.test.post(&path, Some(&token), &confirmed).await;
        let stale = town.test.post(&path, Some(&token), &confirmed).await;
        let corrected = town.test.get(&page, Some(&token)).await;
        let mut work = lead.begin().await.unwrap();
        let member = town.test.acting(town.minsei).await;
        let form = AssessmentForm { situation: "ちがう".to_owned(), ..assessment() };
        let by_other = correct_assessment(&member, &mut work, (case, id), &form, &reason(), 2).await;

        assert!(asked.body.contains("食事は1日1回"), "{}", asked.body);
        assert_eq!(preview.status, StatusCode::OK);
        assert!(preview.body.contains("食事は1日1回") && preview.body.contains("食事は1日2回"));
        assert!(!unchanged.body.contains("食事は1日2回"));
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(stale.status, StatusCode::CONFLICT);
        for words in ["食事は1日1回", "食事は1日2回", "聞きまちがえたため"] {
            assert!(corrected.body.contains(words), "{words}");
        }
        assert!(matches!(by_other, Err(Error::Forbidden(_))), "neither writer, lead nor supervisor");
    }

    async fn a_corrected_plan_keeps_what_became_of_its_goals_and_the_review_follows(db: TestDb) {
        let town = town(db.db.clone()).await;
        let case = town.case().await;
        let lead = town.test.acting(town.lead).await;
        let mut work = lead.begin().await.unwrap();
        let two = PlanForm {
            goal: vec!["1日2回食べる".to_owned(), "週1回出かける".to_owned()],
            step: vec![String::new(), String::new()],
            who: vec!["民生委員".to_owned(), "本人".to_owned()],
            due: vec!["2025-07-10".to_owned(), "2025-07-10".to_owned()],
            ..plan()
        };
        let id = crate::case::make_plan(&lead, &mut work, case, &two).await.unwrap();
        let goals = store::list_goals(&lead, &mut work, id).await.unwrap();
        let reached = crate::case::GoalForm { state: "reached".to_owned() };
        crate::case::judge_goal(&lead, &mut work, case, goals[0].id, &reached, 1).await.unwrap();
        work.commit("").await.unwrap();
        let form = PlanForm {
            review_on: "2025-10-01".to_owned(),
            goal: vec!["1日3回食べる".to_owned()],
            step: vec![String::new()],
            who: vec!["民生委員".to_owned()],
            due: vec!["2025-07-10".to_owned()],
            goal_id: vec![goals[0].id.to_string()],
            ..plan()
        };

        let done = put_plan_right(&lead, case, id, &form).await;
        let again = put_plan_right(&lead, case, id, &form).await;
        let mut read = lead.read().await.unwrap();
        let now = store::list_goals(&lead, &mut read, id).await.unwrap();
        drop(read);
        let page = town.test.get(&format!("/cases/{case}/plans/{id}"), Some(&town.test.sign_in("lead").await)).await;

        assert!(done.is_ok_and(|outlook| outlook.changes.has("goals") && outlook.changes.has("review_on")));
        assert!(matches!(again, Err(Error::Refused(_))), "nothing was changed");
        assert_eq!(now.len(), 1);
        assert_eq!((now[0].id, now[0].goal.as_str(), now[0].state.code()), (goals[0].id, "1日3回食べる", "reached"));
        assert!(page.body.contains("週1回出かける"), "the history says what the plan held");
        assert_eq!(review(&town, case).await.as_deref(), Some("2025-10-01"));
    }

    async fn a_corrected_monitoring_is_counted_anew_and_the_review_follows(db: TestDb) {
        let town = town(db.db.clone()).await;
        let case = town.case().await;
        let lead = town.test.acting(town.lead).await;
        let mut work = lead.begin().await.unwrap();
        let id = crate::case::monitor(&lead, &mut work, case, &monitoring()).await.unwrap();
        work.commit("").await.unwrap();
        let form = MonitoringForm { verdict: "replan".to_owned(), review_on: "2025-08-01".to_owned(), ..monitoring() };
        let seen = seen(&lead, case, Entry::Monitoring, id).await;

        let mut work = lead.begin().await.unwrap();
        let done = correct_monitoring(&lead, &mut work, (case, id), &form, &reason(), seen).await;
        work.commit("").await.unwrap();
        let mut read = lead.read().await.unwrap();
        let about: Vec<(String,)> = read
            .query(
                sasae_db::sql!("SELECT f.about FROM fact f WHERE f.tenant = ?1 AND f.kind = 'monitored'"),
                sasae_db::args![crate::testing::TENANT],
            )
            .await
            .unwrap();

        assert!(done.is_ok(), "{done:?}");
        assert_eq!(about, [("replan".to_owned(),)]);
        assert_eq!(review(&town, case).await.as_deref(), Some("2025-08-01"));
    }

    async fn the_other_case_is_chosen_or_named_by_a_number_in_any_width(db: TestDb) {
        let town = town(db.db.clone()).await;
        let (wrong, right) = (town.case().await, town.case().await);
        let lead = town.test.acting(town.lead).await;
        let mut work = lead.begin().await.unwrap();
        let id = crate::case::assess(&lead, &mut work, wrong, &assessment()).await.unwrap();
        let number = store::get(&lead, &mut work, right).await.unwrap().number;
        work.commit("").await.unwrap();
        let (_, serial) = number.split_once('-').unwrap();
        let wide: String = number.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
        let typed = [number.clone(), serial.to_owned(), serial.trim_start_matches('0').to_owned(), wide];

        let mut found = Vec::new();
        for number in typed {
            let mut work = lead.begin().await.unwrap();
            let form = MoveForm { number, reason: reason().reason, ..MoveForm::default() };
            let done = move_to(&lead, &mut work, (wrong, Entry::Assessment, id), &form, 1).await;
            found.push(done.ok().and_then(|outlook| outlook.moved_to));
        }
        let mut work = lead.begin().await.unwrap();
        let form = MoveForm { case: right.to_string(), reason: reason().reason, ..MoveForm::default() };
        let chosen = move_to(&lead, &mut work, (wrong, Entry::Assessment, id), &form, 1).await;
        drop(work);
        let token = town.test.sign_in("lead").await;
        let page = town.test.get(&format!("/cases/{wrong}/assessments/{id}/move"), Some(&token)).await;

        assert_eq!(found, [Some(right); 4]);
        assert!(chosen.is_ok_and(|outlook| outlook.moved_to == Some(right)));
        assert!(page.body.contains(&format!("value=\"{right}\"")), "own cases are offered");
        assert!(!page.body.contains(&format!("value=\"{wrong}\"")));
    }

    async fn own_fields_of_an_assessment_stay_where_left_out_and_are_cleared_where_sent_empty(db: TestDb) {
        let town = town(db.db.clone()).await;
        let case = town.case().await;
        let lead = town.test.acting(town.lead).await;
        let mut work = lead.begin().await.unwrap();
        let own = [("assessment.daily_life".to_owned(), vec!["朝は起きられない".to_owned()])];
        let form = AssessmentForm { extra: Some(own.into()), ..assessment() };
        let id = crate::case::assess(&lead, &mut work, case, &form).await.unwrap();
        work.commit("").await.unwrap();
        let token = town.test.sign_in("lead").await;
        let page = format!("/cases/{case}/assessments/{id}");
        let correct = async |body: serde_json::Value, seen: i64| {
            let form: crate::case::AssessmentForm = serde_json::from_value(body).unwrap();
            let mut work = lead.begin().await.unwrap();
            correct_assessment(&lead, &mut work, (case, id), &form, &reason(), seen).await.unwrap();
            work.commit("").await.unwrap();
        };
        let shown = "<dd><span class=\"lines\">朝は起きられない</span></dd>";

        correct(serde_json::json!({ "assessed_on": "2025-06-10", "situation": "食事は1日2回" }), 1).await;
        let left_out = town.test.get(&page, Some(&token)).await.body;
        let asked = town.test.get(&format!("{page}/correct"), Some(&token)).await.body;
        correct(serde_json::json!({ "assessed_on": "2025-06-10", "situation": "食事は1日2回", "extra": {} }), 2).await;
        let cleared = town.test.get(&page, Some(&token)).await.body;

        assert!(left_out.contains(shown), "{left_out}");
        assert!(asked.contains("name=\"extra._asked\"") && asked.contains("朝は起きられない"));
        assert!(!cleared.contains(shown) && cleared.contains("朝は起きられない"), "the history keeps it");
    }
}
