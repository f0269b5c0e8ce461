use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines, contribute};

use super::gather;
use crate::consultation::CONSULTATION;
use crate::consultation::{self, IntakeForm, SettleForm};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::migrations::MIGRATIONS;
use crate::notice::NOTICE;
use crate::notice::{self, NoticeForm, TriageForm};
use crate::testing::TestApp;
use crate::tests::telling::world::Telling;
use crate::web::ui::svg_thread::{ArrowKind, End};

// A point is named by a record, and an arrow by the points where it begins and ends.
contribute!(Telling { steers: &[("/api/thread/{kind}/{id}", &["mark", "from", "to"])], ..Telling::of("thread") });

async fn report(test: &TestApp) -> Id {
    let ctx = test.public().await;
    let form = NoticeForm { kind: "not_seen".to_owned(), area: test.wards[0].to_string(), ..NoticeForm::default() };
    let mut work = ctx.begin().await.unwrap();
    let reported = notice::report(&ctx, &mut work, &form).await.unwrap();
    work.commit("").await.unwrap();
    reported.id
}

async fn take_up(ctx: &Ctx, notice: Id, test: &TestApp) -> Id {
    let decision = TriageForm { outcome: "consultation".to_owned(), ..TriageForm::default() };
    let mut work = ctx.begin().await.unwrap();
    notice::triage(ctx, &mut work, notice, &decision, 1).await.unwrap();
    work.commit("").await.unwrap();
    let intake = IntakeForm {
        received_on: ctx.today().to_string(),
        channel: "notice".to_owned(),
        area: test.wards[0].to_string(),
        from_whom: "neighbour".to_owned(),
        what: "見かけない".to_owned(),
        urgency: "normal".to_owned(),
        problems: vec!["community".to_owned()],
        worst: "community".to_owned(),
        notice: notice.to_string(),
        ..IntakeForm::default()
    };
    let mut work = ctx.begin().await.unwrap();
    let id = consultation::take(ctx, &mut work, &intake).await.unwrap();
    work.commit("").await.unwrap();
    id
}

both_engines! {
    migrations = MIGRATIONS;

    async fn the_whole_way_shows_from_either_end_and_the_answer_comes_back(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("甲区担当", "coordinator", test.wards[0]).await;
        let ctx = test.acting(staff).await;
        let notice = report(&test).await;
        let consultation = take_up(&ctx, notice, &test).await;
        let settled = SettleForm {
            outcome: "answered".to_owned(),
            note: "案内した".to_owned(),
            answer: "ありがとうございました".to_owned(),
        };
        let mut work = ctx.begin().await.unwrap();
        consultation::settle(&ctx, &mut work, consultation, &settled, 1).await.unwrap();
        work.commit("").await.unwrap();

        let mut read = ctx.read().await.unwrap();
        let from_notice = gather(&ctx, &mut read, &NOTICE, notice).await.unwrap().picture;
        let from_consultation = gather(&ctx, &mut read, &CONSULTATION, consultation).await.unwrap().picture;

        assert_eq!(from_notice.nodes.len(), 3, "notice, triage, consultation");
        assert_eq!(from_consultation.nodes.len(), 3);
        assert_eq!(from_notice.nodes.iter().map(|node| node.lane).min(), Some(0), "a neighbour stands in the residents' lane");
        let answers: Vec<_> = from_notice.arrows.iter().filter(|arrow| arrow.kind == ArrowKind::Answer).collect();
        assert_eq!(answers.len(), 1);
        assert_eq!(answers[0].from, consultation.to_string());
        assert!(matches!(&answers[0].to, End::Node(to) if *to == notice.to_string()));
        assert!(!from_notice.arrows.iter().any(|arrow| matches!(arrow.to, End::Open { .. })), "nothing waits any more");
    }

    async fn an_open_end_says_whose_turn_it_is(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("甲区担当", "coordinator", test.wards[0]).await;
        let ctx = test.acting(staff).await;
        let notice = report(&test).await;

        let mut read = ctx.read().await.unwrap();
        let picture = gather(&ctx, &mut read, &NOTICE, notice).await.unwrap().picture;

        let turns: Vec<_> = picture
            .arrows
            .iter()
            .filter_map(|arrow| match &arrow.to {
                End::Open { whose_turn, .. } => Some(whose_turn.as_str()),
                End::Node(_) => None,
            })
            .collect();
        assert_eq!(turns, ["甲区"]);
    }

    async fn what_one_may_not_know_leaves_no_node_and_no_arrow(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("甲区担当", "coordinator", test.wards[0]).await;
        let volunteer = test.staff("福祉協力員", "welfare_volunteer", test.districts[0]).await;
        let elsewhere = test.staff("乙区担当", "coordinator", test.wards[1]).await;
        let reporter = test.acting(volunteer).await;
        let form = NoticeForm { kind: "not_seen".to_owned(), area: test.wards[0].to_string(), ..NoticeForm::default() };
        let mut work = reporter.begin().await.unwrap();
        let notice = notice::report(&reporter, &mut work, &form).await.unwrap().id;
        work.commit("").await.unwrap();
        take_up(&test.acting(staff).await, notice, &test).await;

        let other = test.acting(elsewhere).await;
        let mut read = reporter.read().await.unwrap();
        let own = gather(&reporter, &mut read, &NOTICE, notice).await.unwrap().picture;
        let hidden = gather(&other, &mut read, &NOTICE, notice).await;

        assert_eq!(own.nodes.len(), 2, "the notice and its triage, not the consultation");
        assert!(own.arrows.iter().all(|arrow| match &arrow.to {
            End::Node(to) => own.nodes.iter().any(|node| node.id == *to),
            End::Open { .. } => true,
        }));
        assert!(matches!(hidden, Err(Error::NotFound)));
    }
}
