use axum::http::StatusCode;
use sasae_core::id::Id;
use sasae_db::{args, sql};
use sasae_test::{TestDb, both_engines};

use crate::consultation::{self, IntakeForm, SettleForm};
use crate::ctx::{Ctx, Work};
use crate::migrations::MIGRATIONS;
use crate::notice::{self, NoticeForm, TriageForm};
use crate::person::{self, PersonForm, RestrictionForm};
use crate::testing::{Answer, TENANT, TestApp};

/// A ward with two persons, and a consultation about the first that followed a notice of the 民生委員.
struct Ward {
    test: TestApp,
    /// Takes consultations in 甲区.
    ours: String,
    /// Takes consultations in 乙区.
    theirs: String,
    minsei: String,
    /// Takes consultations in 甲区, too, but did not take this one.
    mate: String,
    /// In charge of protection.
    guard: String,
    lead: Id,
    officer: Id,
    persons: [Id; 2],
    notice: Id,
    consultation: Id,
}

impl Ward {
    async fn new(db: sasae_db::Db) -> Ward {
        let test = TestApp::new(db).await;
        let mut staff = Vec::new();
        let mut tokens = Vec::new();
        for (login, role, area) in [
            ("ours", "coordinator", test.wards[0]),
            ("theirs", "coordinator", test.wards[1]),
            ("minsei", "minsei", test.districts[0]),
            ("officer", "ward_officer", test.wards[0]),
            ("mate", "coordinator", test.wards[0]),
        ] {
            let id = test.staff(&format!("{login}さん"), role, area).await;
            test.account(id, login).await;
            tokens.push(test.sign_in(login).await);
            staff.push(id);
        }
        let nil = Id::nil();
        let [ours, theirs, minsei, guard, mate] = [0, 1, 2, 3, 4].map(|at: usize| tokens[at].clone());
        let persons = [nil, nil];
        let (lead, officer) = (staff[0], staff[3]);
        let (notice, consultation) = (nil, nil);
        let mut ward = Ward { test, ours, theirs, minsei, mate, guard, lead, officer, persons, notice, consultation };
        ward.fill(staff[2]).await;
        ward
    }

    async fn fill(&mut self, minsei: Id) {
        let area = self.test.districts[0].to_string();
        let ctx = self.test.acting(minsei).await;
        let mut work = ctx.begin().await.unwrap();
        let form = NoticeForm { kind: "mail_piled".to_owned(), area: area.clone(), ..NoticeForm::default() };
        self.notice = notice::report(&ctx, &mut work, &form).await.unwrap().id;
        work.commit("").await.unwrap();
        let ctx = self.test.acting(self.lead).await;
        let mut work = ctx.begin().await.unwrap();
        for (at, given) in ["ハナ", "ウメ"].into_iter().enumerate() {
            let (family, given, area) = ("山川".to_owned(), given.to_owned(), area.clone());
            let form = PersonForm { family, given, area, ..PersonForm::default() };
            self.persons[at] = person::register(&ctx, &mut work, &form).await.unwrap();
        }
        let form = TriageForm { outcome: "consultation".to_owned(), ..TriageForm::default() };
        notice::triage(&ctx, &mut work, self.notice, &form, 1).await.unwrap();
        self.consultation = self.take(&ctx, &mut work).await.unwrap();
        work.commit("").await.unwrap();
    }

    async fn take(&self, ctx: &Ctx, work: &mut Work) -> crate::error::Result<Id> {
        let form = IntakeForm {
            received_on: "2025-06-09".to_owned(),
            channel: "phone".to_owned(),
            area: self.test.districts[0].to_string(),
            person: self.persons[0].to_string(),
            from_whom: "neighbour".to_owned(),
            what: "食事を作れない".to_owned(),
            urgency: "soon".to_owned(),
            problems: vec!["care".to_owned()],
            notice: self.notice.to_string(),
            ..IntakeForm::default()
        };
        consultation::take(ctx, work, &form).await
    }

    fn path(&self) -> String {
        format!("/consultations/{}", self.consultation)
    }

    async fn open(&self, token: &str) -> Answer {
        self.test.get(&self.path(), Some(token)).await
    }

    async fn revision(&self) -> String {
        let ctx = self.test.system().await;
        let mut read = ctx.read().await.unwrap();
        consultation::get(&ctx, &mut read, self.consultation).await.unwrap().revision.to_string()
    }

    /// Sends the form of a step; with `_confirmed` what the preview sends.
    async fn send(&self, step: &str, fields: &[(&str, &str)]) -> Answer {
        self.send_as(&self.ours, step, fields).await
    }

    async fn send_as(&self, token: &str, step: &str, fields: &[(&str, &str)]) -> Answer {
        let revision = self.revision().await;
        let all: Vec<(&str, &str)> = fields.iter().copied().chain([("_revision", revision.as_str())]).collect();
        self.test.post(&format!("{}/{step}", self.path()), Some(token), &all).await
    }

    /// The form of a correction that changes nothing, with these fields instead.
    async fn correct(&self, instead: &[(&str, &str)]) -> Answer {
        self.correct_as(&self.ours, instead).await
    }

    async fn correct_as(&self, token: &str, instead: &[(&str, &str)]) -> Answer {
        let (area, person) = (self.test.districts[0].to_string(), self.persons[0].to_string());
        let standing = [
            ("received_on", "2025-06-09"),
            ("channel", "phone"),
            ("area", area.as_str()),
            ("person", person.as_str()),
            ("from_whom", "neighbour"),
            ("what", "食事を作れない"),
            ("urgency", "soon"),
            ("problems", "care"),
            ("worst", "care"),
        ];
        let kept = standing.into_iter().filter(|(name, _)| !instead.iter().any(|(other, _)| other == name));
        let fields: Vec<(&str, &str)> = kept.chain(instead.iter().copied()).chain([REASON]).collect();
        self.send_as(token, "correct", &fields).await
    }

    /// Of how many persons consultations are counted: each with the person of its fact.
    async fn counted(&self) -> Vec<Option<Id>> {
        let mut read = self.test.app.db().read(TENANT).await.unwrap();
        let rows: Vec<(Option<Id>,)> = read
            .query(
                sql!("SELECT f.person_id FROM fact f WHERE f.tenant = ?1 AND f.kind = 'consultation_taken'"),
                args![TENANT],
            )
            .await
            .unwrap();
        rows.into_iter().map(|(person,)| person).collect()
    }

    async fn get_notice(&self) -> notice::Notice {
        let ctx = self.test.system().await;
        let mut read = ctx.read().await.unwrap();
        notice::get(&ctx, &mut read, self.notice).await.unwrap()
    }

    async fn seal(&self, person: Id) {
        let ctx = self.test.acting(self.officer).await;
        let mut work = ctx.begin().await.unwrap();
        let form = RestrictionForm {
            kind: "sealed".to_owned(),
            reason: "加害者が近くにいるため".to_owned(),
            ..RestrictionForm::default()
        };
        person::restrict(&ctx, &mut work, person, &form).await.unwrap();
        work.commit("").await.unwrap();
    }
}

const REASON: (&str, &str) = ("reason", "名前の似た人とまちがえたため");
const DO: (&str, &str) = ("_confirmed", "1");

both_engines! {
    migrations = MIGRATIONS;

    async fn a_consultation_moves_to_the_person_whose_it_is_and_its_notice_with_it(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let [wrong, right] = ward.persons;
        let whose = right.to_string();

        let preview = ward.correct(&[("person", &whose)]).await;
        let done = ward.correct(&[("person", &whose), DO]).await;
        let page = ward.open(&ward.ours).await;
        let before = ward.test.get(&format!("/persons/{wrong}"), Some(&ward.ours)).await;
        let after = ward.test.get(&format!("/persons/{right}"), Some(&ward.ours)).await;

        for words in ["この操作で変わること", "もとの気づきも", "名前の似た人とまちがえたため"] {
            assert!(preview.body.contains(words), "{words}");
        }
        assert_eq!(done.location, format!("{}?done=corrected", ward.path()));
        assert!(page.body.contains("山川 ウメ") && page.body.contains("訂正の記録"));
        assert!(page.body.contains(&format!("/persons/{wrong}")), "who stood before opens from the history");
        assert!(!before.body.contains(&ward.path()) && after.body.contains(&ward.path()));
        assert_eq!(ward.get_notice().await.person_id, Some(right));
        assert_eq!(ward.counted().await, [Some(right)]);
    }

    async fn whoever_may_not_know_the_right_person_loses_the_sight_at_once(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let whose = ward.persons[1].to_string();
        ward.seal(ward.persons[1]).await;

        let open = ward.open(&ward.mate).await;
        let unknown = ward.correct(&[("person", &whose), DO]).await;
        let done = ward.correct_as(&ward.guard, &[("person", &whose), DO]).await;
        let closed = ward.open(&ward.mate).await;
        let list = ward.test.get("/consultations?show=all", Some(&ward.mate)).await;
        let history = ward.test.get(&format!("/api/corrections/consultation/{}", ward.consultation), Some(&ward.mate)).await;
        let own = ward.open(&ward.ours).await;

        assert_eq!(open.status, StatusCode::OK);
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "a person whom one may not know is not chosen");
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(closed.status, StatusCode::NOT_FOUND);
        assert!(!list.body.contains(&ward.path()));
        assert_eq!(history.status, StatusCode::NOT_FOUND);
        assert!(own.body.contains("あなたには見えない記録"), "the history does not tell whose it is now");
        assert!(!own.body.contains(&whose));
    }

    async fn a_consultation_moved_to_another_ward_is_seen_there_and_boxes_are_put_right(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let other = ward.test.wards[1].to_string();

        let form = ward.test.get(&format!("{}/correct", ward.path()), Some(&ward.ours)).await;
        let wrong = ward.correct(&[("what", ""), DO]).await;
        let done = ward.correct(&[("area", &other), ("problems", "housing"), ("worst", "housing"), DO]).await;
        let theirs = ward.open(&ward.theirs).await;

        assert!(form.body.contains("食事を作れない") && form.body.contains("乙区"));
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("名前の似た人とまちがえたため"), "nothing that was typed is lost");
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(theirs.status, StatusCode::OK);
        assert!(theirs.body.contains("訂正の記録"));
        assert_eq!(ward.counted().await.len(), 1);
    }

    async fn the_area_follows_the_right_person_unless_it_was_changed_by_hand(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let (home, other) = (ward.test.districts[1], ward.test.wards[1]);
        let ctx = ward.test.acting(ward.lead).await;
        let mut work = ctx.begin().await.unwrap();
        let form = PersonForm {
            family: "山川".to_owned(),
            given: "サチ".to_owned(),
            area: home.to_string(),
            ..PersonForm::default()
        };
        let right = person::register(&ctx, &mut work, &form).await.unwrap().to_string();
        work.commit("").await.unwrap();
        let area = async || {
            let ctx = ward.test.system().await;
            let mut read = ctx.read().await.unwrap();
            consultation::get(&ctx, &mut read, ward.consultation).await.unwrap().area_id
        };

        // The form sends the area that stood there before.
        let preview = ward.correct(&[("person", &right)]).await;
        let by_hand = ward.correct(&[("person", &right), ("area", &other.to_string())]).await;
        let done = ward.correct(&[("person", &right), DO]).await;
        let followed = area().await;
        // A program that names another person and no area.
        let intake = serde_json::json!({
            "received_on": "2025-06-09", "channel": "phone", "person": ward.persons[1].to_string(),
            "from_whom": "neighbour", "what": "食事を作れない", "urgency": "soon", "problems": ["care"], "worst": "care",
        });
        let body = serde_json::json!({ "intake": intake, "reason": "名前の似た人とまちがえたため" });
        let request = axum::http::Request::builder()
            .method("POST")
            .uri(format!("/api{}/correct", ward.path()))
            .header("cookie", format!("sasae_session={}", ward.ours))
            .header("content-type", "application/json")
            .header("if-match", ward.revision().await)
            .body(axum::body::Body::from(body.to_string()))
            .unwrap();
        let sent = ward.test.send(request).await;

        assert!(preview.body.contains("この操作で変わること") && preview.body.contains("甲区第2"), "{}", preview.body);
        assert!(by_hand.body.contains("乙区") && !by_hand.body.contains("甲区第2"), "{}", by_hand.body);
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(followed, home);
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
        assert_eq!(area().await, ward.test.districts[0]);
    }

    async fn an_outcome_taken_back_waits_again_and_its_answer_goes(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let ctx = ward.test.acting(ward.lead).await;
        let mut work = ctx.begin().await.unwrap();
        let (note, answer) = ("配食を案内した".to_owned(), "見に行きました".to_owned());
        let form = SettleForm { outcome: "answered".to_owned(), note, answer };
        consultation::settle(&ctx, &mut work, ward.consultation, &form, 1).await.unwrap();
        work.commit("").await.unwrap();
        let told = ward.test.get(&format!("/notices/{}", ward.notice), Some(&ward.minsei)).await;

        let form = ward.test.get(&format!("{}/take-back", ward.path()), Some(&ward.ours)).await;
        let strike = ward.send("strike", &[REASON, DO]).await;
        let preview = ward.send("take-back", &[REASON]).await;
        let done = ward.send("take-back", &[REASON, DO]).await;
        let untold = ward.test.get(&format!("/notices/{}", ward.notice), Some(&ward.minsei)).await;
        let due = ward.test.get("/today", Some(&ward.ours)).await;
        let again = ward.send("take-back", &[REASON, DO]).await;

        assert!(told.body.contains("見に行きました"));
        assert_eq!(form.status, StatusCode::OK);
        assert_eq!(strike.status, StatusCode::UNPROCESSABLE_ENTITY, "the outcome is taken back first");
        assert!(preview.body.contains("配食を案内した") && preview.body.contains("見に行きました"));
        assert_eq!(done.location, format!("{}?done=taken-back", ward.path()));
        assert!(!untold.body.contains("見に行きました"));
        assert!(due.body.contains(&ward.path()));
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_consultation_struck_out_gives_its_notice_free_and_does_not_come_back_beside_another(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;

        let places = [
            "/consultations".to_owned(),
            "/consultations?show=all".to_owned(),
            "/search?q=%E9%A3%9F%E4%BA%8B%E3%82%92".to_owned(),
            format!("/persons/{}", ward.persons[0]),
        ];
        let mut shown = Vec::new();
        for place in &places {
            shown.push(ward.test.get(place, Some(&ward.ours)).await.body.contains(&ward.path()));
        }

        let preview = ward.send("strike", &[REASON]).await;
        let done = ward.send("strike", &[REASON, DO]).await;
        let page = ward.open(&ward.ours).await;
        let api = ward.test.get(&format!("/api{}", ward.path()), Some(&ward.ours)).await;
        let rows = ward.test.get("/api/consultations?show=struck", Some(&ward.ours)).await;
        let mut lists = Vec::new();
        for place in &places {
            lists.push(ward.test.get(place, Some(&ward.ours)).await);
        }
        let due = ward.test.get("/today", Some(&ward.ours)).await;
        let counted = ward.counted().await;
        let back = ward.send("restore", &[REASON, DO]).await;
        ward.send("strike", &[REASON, DO]).await;
        let ctx = ward.test.acting(ward.lead).await;
        let mut work = ctx.begin().await.unwrap();
        ward.take(&ctx, &mut work).await.unwrap();
        work.commit("").await.unwrap();
        let beside = ward.send("restore", &[REASON, DO]).await;

        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(shown, [true; 4], "before it was struck out it stood everywhere");
        assert!(preview.body.contains("もとの気づきは、同じ人のことのまま残り"), "{}", preview.body);
        assert!(page.body.contains("取り消した記録です"));
        assert!(api.body.contains("\"struck_out\":true") && rows.body.contains("\"struck_out\":true"), "{}", rows.body);
        for list in &lists {
            assert!(!list.body.contains(&ward.path()));
        }
        assert!(due.body.contains(&format!("/consultations/new?notice={}", ward.notice)));
        assert!(counted.is_empty());
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
        assert_eq!(beside.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_consultation_does_not_come_back_to_a_notice_that_was_decided_otherwise(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let at = format!("/notices/{}", ward.notice);
        let mend = async |step: &str, fields: &[(&str, &str)]| {
            let revision = ward.get_notice().await.revision.to_string();
            let all: Vec<(&str, &str)> = fields.iter().copied().chain([("_revision", revision.as_str())]).collect();
            ward.test.post(&format!("{at}/{step}"), Some(&ward.ours), &all).await
        };
        ward.send("strike", &[REASON, DO]).await;
        let back = mend("take-back", &[REASON, DO]).await;

        let undecided = ward.send("restore", &[REASON, DO]).await;
        let struck = mend("strike", &[REASON, DO]).await;
        let form = ward.test.get(&format!("{}/restore", ward.path()), Some(&ward.ours)).await;
        let without = ward.send("restore", &[REASON, DO]).await;
        mend("restore", &[REASON, DO]).await;
        mend("triage", &[("outcome", "consultation")]).await;
        let restored = ward.send("restore", &[REASON, DO]).await;

        assert_eq!([back.status, struck.status], [StatusCode::SEE_OTHER; 2], "{}{}", back.body, struck.body);
        for refused in [&undecided, &form, &without] {
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.body.contains("もとの気づきが取り消されたか"), "{}", refused.body);
        }
        assert_eq!(restored.status, StatusCode::SEE_OTHER, "{}", restored.body);
    }

    async fn somebody_else_on_the_page_of_whose_it_is_needs_a_reason_and_a_preview_and_the_notice_follows(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let [wrong, right] = ward.persons;
        let whose = right.to_string();
        let stale = [("person", whose.as_str()), REASON, ("_revision", "0"), DO];

        let asked = ward.test.get(&format!("{}/person", ward.path()), Some(&ward.ours)).await;
        let found = ward.send("person", &[("find", "ウメ"), ("_find", "1"), ("reason", "")]).await;
        let without = ward.send("person", &[("person", &whose)]).await;
        let preview = ward.send("person", &[("person", &whose), REASON]).await;
        let unchanged = ward.get_notice().await.person_id;
        let late = ward.test.post(&format!("{}/person", ward.path()), Some(&ward.ours), &stale).await;
        let done = ward.send("person", &[("person", &whose), REASON, DO]).await;
        let of_notice = ward.test.get(&format!("/notices/{}", ward.notice), Some(&ward.ours)).await;
        let page = ward.open(&ward.ours).await;

        assert!(asked.body.contains("もうほかの人のことになっています"), "{}", asked.body);
        assert!(found.body.contains(&whose) && !found.body.contains("この操作で変わること"));
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.body.contains("name=\"reason\""));
        for words in ["この操作で変わること", "もとの気づきの本人", "もとの気づきも"] {
            assert!(preview.body.contains(words), "{words}");
        }
        assert_eq!(unchanged, Some(wrong), "a preview changes nothing");
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(done.location, format!("{}?done=identified", ward.path()));
        assert_eq!(ward.get_notice().await.person_id, Some(right));
        for body in [&of_notice.body, &page.body] {
            assert!(body.contains("訂正の記録") && body.contains("名前の似た人とまちがえたため"));
        }
        assert_eq!(ward.counted().await, [Some(right)]);
    }

    async fn an_intake_for_somebody_else_than_its_notice_said_stands_in_the_history_of_the_notice(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let [named, right] = ward.persons;
        let ctx = ward.test.acting(ward.lead).await;
        let mut work = ctx.begin().await.unwrap();
        let area = ward.test.districts[0].to_string();
        let form = NoticeForm { kind: "lost".to_owned(), area: area.clone(), ..NoticeForm::default() };
        let notice = notice::report(&ctx, &mut work, &form).await.unwrap().id;
        let form = TriageForm { outcome: "consultation".to_owned(), ..TriageForm::default() };
        notice::triage(&ctx, &mut work, notice, &form, 1).await.unwrap();
        notice::name_person(&ctx, &mut work, notice, named).await.unwrap();
        let intake = IntakeForm {
            received_on: "2025-06-09".to_owned(),
            channel: "phone".to_owned(),
            area,
            person: right.to_string(),
            from_whom: "neighbour".to_owned(),
            what: "道に迷っていた".to_owned(),
            urgency: "soon".to_owned(),
            notice: notice.to_string(),
            ..IntakeForm::default()
        };
        consultation::take(&ctx, &mut work, &intake).await.unwrap();
        let now = notice::get(&ctx, &mut work, notice).await.unwrap().person_id;
        work.commit("").await.unwrap();

        let page = ward.test.get(&format!("/notices/{notice}"), Some(&ward.ours)).await;

        assert_eq!(now, Some(right));
        assert!(page.body.contains("ちがう人のことと分かったため") && page.body.contains(&format!("/persons/{named}")));
    }

    async fn own_fields_left_out_of_a_correction_stay_and_sent_empty_they_are_cleared(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let own = [("extra.intake.living", "alone"), ("extra._asked", "1")];
        let with = ward.correct(&[own[0], own[1], DO]).await;
        let stands = ward.open(&ward.ours).await.body;

        let left_out = ward.correct(&[("what", "食事も掃除もできない"), DO]).await;
        let still = ward.open(&ward.ours).await.body;
        let form = ward.test.get(&format!("{}/correct", ward.path()), Some(&ward.ours)).await;
        let unticked = ward.correct(&[("what", "食事も掃除もできない"), own[1]]).await;
        let cleared = ward.correct(&[("what", "食事も掃除もできない"), own[1], DO]).await;
        let gone = ward.open(&ward.ours).await.body;

        let living = "<dd><span class=\"lines\">ひとり暮らし</span></dd>";
        assert_eq!(with.status, StatusCode::SEE_OTHER, "{}", with.body);
        assert_eq!(left_out.status, StatusCode::SEE_OTHER, "{}", left_out.body);
        assert!(stands.contains(living) && still.contains(living), "{still}");
        assert!(form.body.contains("name=\"extra._asked\""));
        assert!(unticked.body.contains("ひとり暮らし"), "the preview says what goes");
        assert_eq!(cleared.status, StatusCode::SEE_OTHER, "{}", cleared.body);
        assert!(!gone.contains(living), "{gone}");
        assert!(gone.contains("ひとり暮らし"), "the history keeps it");
    }

    async fn enter_takes_the_intake_from_every_field_but_the_search(db: TestDb) {
        let ward = Ward::new(db.db.clone()).await;
        let area = ward.test.wards[0].to_string();
        let fields = [
            ("received_on", "2025-06-09"),
            ("channel", "phone"),
            ("area", area.as_str()),
            ("from_whom", "neighbour"),
            ("what", "買い物に行けない"),
            ("urgency", "soon"),
            ("_enter", "1"),
        ];

        let form = ward.test.get("/consultations/new", Some(&ward.ours)).await.body;
        let searched = [&fields[..], &[("find", "山川")]].concat();
        let searched = ward.test.post("/consultations", Some(&ward.ours), &searched).await;
        let again = [&fields[..], &[("find", "山川"), ("_found", "山川")]].concat();
        let again = ward.test.post("/consultations", Some(&ward.ours), &again).await;
        let taken = ward.test.post("/consultations", Some(&ward.ours), &fields).await;

        let (_, form) = form.split_once("action=\"/consultations\"").unwrap();
        let first = form.split_once("type=\"submit\"").unwrap().1;
        assert!(first.starts_with(" name=\"_enter\""), "the first button is the one that Enter presses");
        assert_eq!(searched.status, StatusCode::OK);
        assert!(searched.body.contains(&ward.persons[0].to_string()) && searched.body.contains("買い物に行けない"));
        for sent in [again, taken] {
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        }
    }
}
