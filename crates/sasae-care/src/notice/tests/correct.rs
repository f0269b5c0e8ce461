use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_db::sql;
use sasae_test::{TestDb, both_engines};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::message::{self, MailSettings, ReceivingForm};
use crate::migrations::MIGRATIONS;
use crate::notice::{self, NoticeForm, TriageForm};
use crate::person::{self, PersonForm};
use crate::testing::{Answer, TENANT, TestApp};

/// A ward with somebody who decides, one who decides in the other ward, and a notice of the 民生委員.
struct Ward {
    test: TestApp,
    ours: String,
    theirs: String,
    minsei: String,
    supervisor: Id,
    /// Who decide in 甲区 and in 乙区.
    deciders: [Id; 2],
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
        let deciders = [tokens[0].0, tokens[1].0];
        Ward { test, ours, theirs, minsei, supervisor, deciders, notice }
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

    /// The same ward on an installation that sends mail, in which those who decide want to be told.
    async fn by_mail(db: sasae_db::Db) -> Ward {
        let ward = Ward::new(db).await;
        let test = ward.test.with_settings(|settings| settings.mail = Some(MailSettings::default()));
        let ward = Ward { test, ..ward };
        for staff in ward.deciders {
            let ctx = ward.test.acting(staff).await;
            let mut work = ctx.begin().await.unwrap();
            let form = ReceivingForm { mail: format!("{staff}@x.example"), wanted: "yes".to_owned() };
            message::receive(&ctx, &mut work, &form).await.unwrap();
            work.commit("").await.unwrap();
        }
        ward
    }

    /// Who was told of the notice: occasion, receiver, state.
    async fn told(&self) -> Vec<(String, Option<Id>, String)> {
        let mut read = self.test.app.db().read(TENANT).await.unwrap();
        read.query(
            sql!("SELECT m.occasion, m.to_staff, m.state FROM message m WHERE m.tenant = ?1 AND m.about_id = ?2"),
            sasae_db::args![TENANT, self.notice],
        )
        .await
        .unwrap()
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

    async fn those_of_the_area_to_which_it_was_moved_are_told_and_the_others_no_longer(db: TestDb) {
        let ward = Ward::by_mail(db.db.clone()).await;
        let [here, there] = ward.test.wards.map(|ward| ward.to_string());
        let [ours, theirs] = ward.deciders;
        let fields = |area, urgent| [("kind", "mail_piled"), ("what", "新聞が3日分"), ("area", area), ("urgent", urgent), REASON, DO];

        let preview = ward.send("correct", &ward.minsei, &fields(&here, "yes")[..5]).await;
        let untold = ward.told().await;
        ward.send("correct", &ward.minsei, &fields(&here, "yes")).await;
        let urgent = ward.told().await;
        ward.send("correct", &ward.minsei, &fields(&there, "yes")).await;
        let moved = ward.told().await;
        ward.send("strike", &ward.minsei, &[REASON, DO]).await;
        let struck = ward.told().await;
        let back = ward.send("restore", &ward.theirs, &[REASON]).await;
        let ctx = ward.ctx().await;
        let mut work = ctx.begin().await.unwrap();
        let reason = crate::correction::ReasonForm { reason: "まちがい".to_owned() };
        notice::correct::restore(&ctx, &mut work, ward.notice, &reason, ward.revision().await).await.unwrap();
        work.commit("").await.unwrap();
        let restored = ward.told().await;

        let sorted = |mut rows: Vec<(String, Option<Id>, String)>| {
            rows.sort_by_key(|row| format!("{row:?}"));
            rows
        };
        let row = |to, state: &str| ("notice_urgent".to_owned(), Some(to), state.to_owned());
        assert!(preview.body.contains("今日のうちに動く必要があると、区域の担当に届きます"), "{}", preview.body);
        assert!(untold.is_empty(), "a preview tells nobody");
        assert_eq!(urgent, [row(ours, "waiting")]);
        assert_eq!(sorted(moved), sorted(vec![row(ours, "withdrawn"), row(theirs, "waiting")]));
        assert_eq!(sorted(struck), sorted(vec![row(ours, "withdrawn"), row(theirs, "withdrawn")]));
        assert!(back.body.contains("もう一度届きます"), "{}", back.body);
        assert_eq!(sorted(restored), sorted(vec![row(ours, "withdrawn"), row(theirs, "withdrawn"), row(theirs, "waiting")]));
    }

    async fn who_has_taken_note_has_done_so_whatever_becomes_of_the_urgency(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let ctx = ward.ctx().await;
        let mut work = ctx.begin().await.unwrap();
        notice::take_note(&ctx, &mut work, ward.notice).await.unwrap();
        work.commit("").await.unwrap();
        let [here, there] = ward.test.wards.map(|ward| ward.to_string());
        let fields = |area, urgent| [("kind", "mail_piled"), ("what", "新聞が3日分"), ("area", area), ("urgent", urgent), REASON, DO];
        let noted = async || {
            let mut read = ctx.read().await.unwrap();
            let open = crate::handover::find_open(&ctx, &mut read, ward.notice).await.unwrap().unwrap();
            let state = notice::get(&ctx, &mut read, ward.notice).await.unwrap().state.code().to_owned();
            (state, open.acknowledged_at.is_some(), open.answer_by == ctx.today())
        };

        let before = noted().await;
        ward.send("correct", &ward.ours, &fields(&here, "yes")).await;
        let urgent = noted().await;
        ward.send("correct", &ward.ours, &fields(&there, "yes")).await;
        let moved = noted().await;

        assert_eq!(before, ("read".to_owned(), true, false));
        assert_eq!(urgent, ("read".to_owned(), true, true));
        assert_eq!(moved, ("received".to_owned(), false, true));
    }

    async fn a_decided_notice_struck_out_leaves_the_record_of_its_person_and_both_figures(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let (ctx, area) = (ward.test.acting(ward.deciders[0]).await, ward.test.wards[0].to_string());
        let mut work = ctx.begin().await.unwrap();
        let form = PersonForm { family: "山川".to_owned(), given: "ハナ".to_owned(), area: ward.test.districts[0].to_string(), ..PersonForm::default() };
        let person = person::register(&ctx, &mut work, &form).await.unwrap();
        work.commit("").await.unwrap();
        let whose = person.to_string();
        let named = [
            ("kind", "mail_piled"), ("what", "新聞が3日分"), ("area", area.as_str()), ("person", whose.as_str()), REASON, DO,
        ];
        ward.send("correct", &ward.ours, &named).await;
        ward.decide().await;
        let (path, record, api) = (
            format!("/notices/{}", ward.notice), format!("/persons/{person}"), format!("/api/notices/{}", ward.notice),
        );
        let look = async |path: &str| ward.test.get(path, Some(&ward.ours)).await.body;

        let before = (look(&record).await, look("/notices?show=all").await, look(&api).await, ward.counted().await);
        let done = ward.send("strike", &ward.ours, &[REASON, DO]).await;
        let after = (look(&record).await, look("/notices?show=all").await, look(&api).await, ward.counted().await);
        let rows = look("/api/notices?show=struck").await;
        ward.send("restore", &ward.ours, &[REASON, DO]).await;

        assert!(before.0.contains(&path) && before.1.contains(&path) && before.2.contains("\"struck_out\":false"));
        assert_eq!(before.3, (1, 1, Some(ward.test.wards[0])));
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(!after.0.contains(&path) && !after.1.contains(&path) && after.2.contains("\"struck_out\":true"));
        assert_eq!(after.3, (0, 0, None));
        assert!(rows.contains("\"struck_out\":true"), "{rows}");
        assert!(look(&record).await.contains(&path));
        assert_eq!(ward.counted().await, (1, 1, Some(ward.test.wards[0])));
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
