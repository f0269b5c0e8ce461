use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_db::sql;
use sasae_test::{TestDb, both_engines};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::migrations::MIGRATIONS;
use crate::notice::{self, NoticeForm, TriageForm};
use crate::testing::{Answer, TENANT, TestApp};

/// A ward with somebody who decides, one who decides in the other ward, and a notice of the 民生委員.
struct Ward {
    test: TestApp,
    ours: String,
    theirs: String,
    minsei: String,
    supervisor: Id,
    notice: Id,
}

impl Ward {
    async fn new(db: sasae_db::Db) -> Ward {
        let test = TestApp::new(db).await;
        let mut tokens = Vec::new();
        for (login, role, area) in [
            ("ours", "coordinator", test.wards[0]),
            ("theirs", "coordinator", test.wards[1]),
            ("minsei", "minsei", test.districts[0]),
        ] {
            let staff = test.staff(&format!("{login}さん"), role, area).await;
            test.account(staff, login).await;
            tokens.push((staff, test.sign_in(login).await));
        }
        let supervisor = test.staff("統括", "supervisor", test.city).await;
        let ctx = test.acting(tokens[2].0).await;
        let mut work = ctx.begin().await.unwrap();
        let form = NoticeForm {
            kind: "mail_piled".to_owned(),
            what: "新聞が3日分".to_owned(),
            area: test.wards[0].to_string(),
            ..NoticeForm::default()
        };
        let notice = notice::report(&ctx, &mut work, &form).await.unwrap().id;
        work.commit("").await.unwrap();
        let [ours, theirs, minsei] = [0, 1, 2].map(|at: usize| tokens[at].1.clone());
        Ward { test, ours, theirs, minsei, supervisor, notice }
    }

    async fn ctx(&self) -> Ctx {
        self.test.acting(self.supervisor).await
    }

    async fn revision(&self) -> i64 {
        let ctx = self.ctx().await;
        let mut read = ctx.read().await.unwrap();
        notice::get(&ctx, &mut read, self.notice).await.unwrap().revision
    }

    async fn open(&self, step: &str, token: &str) -> Answer {
        self.test.get(&format!("/notices/{}{step}", self.notice), Some(token)).await
    }

    /// Sends the form of a step; with `_confirmed` what the preview sends.
    async fn send(&self, step: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        let revision = self.revision().await.to_string();
        let all: Vec<(&str, &str)> = fields.iter().copied().chain([("_revision", revision.as_str())]).collect();
        self.test.post(&format!("/notices/{}/{step}", self.notice), Some(token), &all).await
    }

    async fn decide(&self) {
        let fields = [("outcome", "answered"), ("note", "案内した"), ("answer", "ありがとう")];
        assert_eq!(self.send("triage", &self.ours, &fields).await.status, StatusCode::SEE_OTHER);
    }

    /// How many facts of each kind there are: received, decided; and the area of the first.
    async fn counted(&self) -> (i64, i64, Option<Id>) {
        let mut read = self.test.app.db().read(TENANT).await.unwrap();
        let mut numbers = [0; 2];
        for (at, kind) in ["notice_received", "notice_triaged"].into_iter().enumerate() {
            let rows: Vec<(Option<Id>,)> = read
                .query(
                    sql!("SELECT f.area_id FROM fact f WHERE f.tenant = ?1 AND f.subject_id = ?2 AND f.kind = ?3"),
                    sasae_db::args![TENANT, self.notice, kind],
                )
                .await
                .unwrap();
            numbers[at] = i64::try_from(rows.len()).unwrap();
        }
        let area: Option<(Option<Id>,)> = read
            .query_opt(
                sql!("SELECT f.area_id FROM fact f WHERE f.tenant = ?1 AND f.subject_id = ?2 AND f.kind = 'notice_received'"),
                sasae_db::args![TENANT, self.notice],
            )
            .await
            .unwrap();
        (numbers[0], numbers[1], area.and_then(|(area,)| area))
    }
}

const REASON: (&str, &str) = ("reason", "書きまちがえたため");
const DO: (&str, &str) = ("_confirmed", "1");

both_engines! {
    migrations = MIGRATIONS;

    async fn a_notice_moved_to_another_area_is_seen_there_at_once_and_no_longer_here(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let other = ward.test.wards[1].to_string();
        let fields = [("kind", "mail_piled"), ("what", "新聞が4日分"), ("area", other.as_str()), ("urgent", "no"), REASON];

        let preview = ward.send("correct", &ward.ours, &fields).await;
        let still = ward.open("", &ward.theirs).await;
        let done = ward.send("correct", &ward.ours, &[&fields[..], &[DO]].concat()).await;
        let here = ward.open("", &ward.ours).await;
        let there = ward.open("", &ward.theirs).await;
        let due = ward.test.get("/today", Some(&ward.theirs)).await;
        let late = ward.test.get("/today", Some(&ward.ours)).await;

        assert_eq!(preview.status, StatusCode::OK);
        for words in ["この操作で変わること", "新聞が3日分", "新聞が4日分", "乙区", "書きまちがえたため"] {
            assert!(preview.body.contains(words), "{words}");
        }
        assert_eq!(still.status, StatusCode::NOT_FOUND, "a preview changes nothing");
        assert_eq!(done.location, "/notices?done=corrected", "one who no longer sees it is led to the list");
        assert_eq!(here.status, StatusCode::NOT_FOUND);
        assert_eq!(there.status, StatusCode::OK);
        for words in ["訂正の記録", "新聞が3日分", "oursさん"] {
            assert!(there.body.contains(words), "{words}");
        }
        assert!(due.body.contains("新しい気づきを読む") && !late.body.contains("新しい気づきを読む"));
        assert_eq!(ward.counted().await, (1, 0, Some(ward.test.wards[1])));
    }

    async fn a_decision_taken_back_waits_again_and_is_no_longer_counted_or_answered(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        ward.decide().await;
        assert_eq!(ward.counted().await.1, 1);

        let form = ward.open("/take-back", &ward.ours).await;
        let without = ward.send("take-back", &ward.ours, &[("reason", " "), DO]).await;
        let done = ward.send("take-back", &ward.ours, &[REASON, DO]).await;
        let page = ward.open("", &ward.ours).await;
        let reporter = ward.open("", &ward.minsei).await;
        let due = ward.test.get("/today", Some(&ward.ours)).await;
        let again = ward.open("/take-back", &ward.ours).await;

        assert_eq!(form.status, StatusCode::OK);
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(done.location, format!("/notices/{}?done=taken-back", ward.notice));
        assert!(page.body.contains("扱いを決める") && page.body.contains("決定の取り消し"));
        assert!(!reporter.body.contains("ありがとう") && !reporter.body.contains("訂正の記録"));
        assert!(due.body.contains("気づきの扱いを決める"));
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(ward.counted().await.1, 0);
    }

    async fn a_notice_struck_out_leaves_lists_figures_and_due_and_comes_back_whole(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;

        let refused = ward.open("/strike", &ward.theirs).await;
        let done = ward.send("strike", &ward.ours, &[REASON, DO]).await;
        let page = ward.open("", &ward.ours).await;
        let lists = [
            ward.test.get("/notices", Some(&ward.ours)).await,
            ward.test.get("/notices?show=all", Some(&ward.ours)).await,
            ward.test.get("/today", Some(&ward.ours)).await,
            ward.test.get("/api/notices", Some(&ward.ours)).await,
        ];
        let struck = ward.test.get("/notices?show=struck", Some(&ward.ours)).await;
        let counted = ward.counted().await;
        let late = ward.send("triage", &ward.ours, &[("outcome", "answered"), ("note", "案内した")]).await;
        let back = ward.send("restore", &ward.ours, &[REASON, DO]).await;
        let due = ward.test.get("/today", Some(&ward.ours)).await;

        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(page.body.contains("取り消した記録です") && page.body.contains("書きまちがえたため"));
        let path = format!("/notices/{}", ward.notice);
        for list in &lists {
            assert!(!list.body.contains(&path) && !list.body.contains(&ward.notice.to_string()));
        }
        assert!(struck.body.contains(&path));
        assert_eq!(counted, (0, 0, None));
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(back.location, format!("{path}?done=restored"));
        assert!(due.body.contains("新しい気づきを読む"));
        assert_eq!(ward.counted().await, (1, 0, Some(ward.test.wards[0])));
    }

    async fn whoever_reported_corrects_it_until_it_is_decided_and_never_more_than_was_reported(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let area = ward.test.wards[0].to_string();
        let fields = [
            ("kind", "mail_piled"), ("what", "新聞が5日分"), ("area", area.as_str()), ("name", "ほかの人"), REASON, DO,
        ];

        let form = ward.open("/correct", &ward.minsei).await;
        let done = ward.send("correct", &ward.minsei, &fields).await;
        let nothing = ward.send("correct", &ward.minsei, &fields).await;
        let back = ward.open("/take-back", &ward.minsei).await;
        let page = ward.open("", &ward.ours).await;
        ward.decide().await;
        let late = ward.send("correct", &ward.minsei, &fields).await;

        assert!(form.body.contains("新聞が3日分") && !form.body.contains("name=\"person\""));
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing differs");
        assert_eq!(back.status, StatusCode::NOT_FOUND);
        assert!(page.body.contains("新聞が5日分") && !page.body.contains("ほかの人"));
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_stale_correction_shows_both_sides_and_the_history_is_told_by_the_api(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let area = ward.test.wards[0].to_string();
        let path = format!("/notices/{}/correct", ward.notice);
        let fields = [("kind", "mail_piled"), ("what", "新聞が9日分"), ("area", area.as_str()), REASON, ("_revision", "7")];

        let stale = ward.test.post(&path, Some(&ward.ours), &fields).await;
        ward.send("correct", &ward.ours, &[&fields[..4], &[DO]].concat()).await;
        let api = format!("/api/corrections/notice/{}", ward.notice);
        let told = ward.test.get(&api, Some(&ward.ours)).await;
        let reporter = ward.test.get(&api, Some(&ward.minsei)).await;
        let hidden = ward.test.get(&api, Some(&ward.theirs)).await;

        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.body.contains("新聞が9日分") && stale.body.contains("新聞が3日分"));
        for words in ["\"corrected\"", "新聞が3日分", "新聞が9日分", "書きまちがえたため"] {
            assert!(told.body.contains(words), "{words}: {}", told.body);
        }
        assert_eq!(reporter.body, "[]", "what those who decide corrected is theirs");
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    }

    async fn a_notice_that_became_a_consultation_is_neither_taken_back_nor_struck_out(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let ctx = ward.ctx().await;
        let mut work = ctx.begin().await.unwrap();
        let form = TriageForm { outcome: "consultation".to_owned(), ..TriageForm::default() };
        notice::triage(&ctx, &mut work, ward.notice, &form, 1).await.unwrap();
        crate::link::link(&ctx, &mut work, (&notice::NOTICE, ward.notice), (&notice::NOTICE, ctx.new_id())).await.unwrap();
        work.commit("").await.unwrap();

        let mut work = ctx.begin().await.unwrap();
        let reason = crate::correction::ReasonForm { reason: "まちがい".to_owned() };
        let back = notice::correct::take_back(&ctx, &mut work, ward.notice, &reason, 2).await;
        let struck = notice::correct::strike_out(&ctx, &mut work, ward.notice, &reason, 2).await;

        assert!(matches!(back, Err(Error::Refused(_))));
        assert!(matches!(struck, Err(Error::Refused(_))));
    }
}
