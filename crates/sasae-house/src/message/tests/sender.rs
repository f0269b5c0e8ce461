//! What a sender does with a message that was not delivered, and who says where organisations are
//! told.

use axum::http::StatusCode;
use jiff::SignedDuration;
use sasae_test::smtp::Manner;
use sasae_test::{TestDb, both_engines};

use super::*;
use crate::migrations::MIGRATIONS;
use crate::staff::store::{NewOrganisation, insert_organisation};

/// A city in which an answer to a reporter failed: the post, the path of the message, and who
/// sent it.
async fn failed(db: &TestDb) -> (Post, String, Id) {
    let post = Post::new(db.db.clone()).await;
    let triager = post.test.staff("担当", "coordinator", post.test.wards[0]).await;
    post.test.account(triager, "triager").await;
    let reporter = post.test.staff("民生委員", "minsei", post.test.districts[0]).await;
    post.test.account(reporter, "reporter").await;
    wants(&post.test, reporter, "old@city.example.jp").await;
    let theirs = post.test.acting(reporter).await;
    let mut work = theirs.begin().await.unwrap();
    let reported = notice::report(&theirs, &mut work, &concern(&post.test)).await.unwrap();
    work.commit("").await.unwrap();
    answer(&post.test, triager, reported.id).await;
    post.server.next(&[Manner::Refuse("RCPT", "550 <old@city.example.jp> is gone")]);
    assert_eq!(post.deliver().await, Some(State::Failed));
    let ctx = post.test.acting(triager).await;
    let mut read = ctx.read().await.unwrap();
    let [message] = own(&ctx, &mut read).await.try_into().unwrap();
    drop(read);
    (post, format!("/messages/{}", message.id), reporter)
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_sender_sees_that_a_mail_failed_and_sends_it_again_to_the_address_of_today(db: TestDb) {
        let (post, path, reporter) = failed(&db).await;
        let token = post.test.sign_in("triager").await;

        let page = post.test.get(&path, Some(&token)).await;
        let early = post.test.post(&format!("{path}/withdraw"), Some(&token), &[]).await;
        wants(&post.test, reporter, "new@city.example.jp").await;
        let again = post.test.post(&format!("{path}/again"), Some(&token), &[]).await;
        let sent = post.deliver().await;
        let after = post.test.post(&format!("{path}/again"), Some(&token), &[]).await;

        assert!(page.body.contains("届きませんでした") && page.body.contains("smtp 550"), "{}", page.body);
        assert!(!page.body.contains("old@city.example.jp"), "where a person is told is that person's own matter");
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!((again.status, sent), (StatusCode::SEE_OTHER, Some(State::Sent)), "{}", again.body);
        assert_eq!(post.server.received()[0].to, ["new@city.example.jp"]);
        assert_eq!(after.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_message_of_others_is_not_there_and_nobody_sends_to_who_does_not_want_to_be_told(db: TestDb) {
        let (post, path, reporter) = failed(&db).await;
        let (sender, receiver) = (post.test.sign_in("triager").await, post.test.sign_in("reporter").await);
        let ctx = post.test.acting(reporter).await;
        let mut work = ctx.begin().await.unwrap();
        store::put_staff_mail(&ctx, &mut work, reporter, "old@city.example.jp", false).await.unwrap();
        work.commit("").await.unwrap();

        for step in ["again", "withdraw", "handed"] {
            let theirs = post.test.post(&format!("{path}/{step}"), Some(&receiver), &[]).await;
            assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{step}");
        }
        let all = post.test.get("/messages?show=all", Some(&sender)).await;
        let again = post.test.post(&format!("{path}/again"), Some(&sender), &[]).await;

        assert_eq!(all.status, StatusCode::NOT_FOUND);
        assert!(again.body.contains("受け取らないことにしています"), "{}", again.body);
        assert_eq!(post.deliver().await, None);
    }

    async fn what_asks_for_something_is_not_sent_again_once_its_hand_over_is_settled(db: TestDb) {
        let post = Post::new(db.db.clone()).await;
        let triager = post.triager("担当", 0, "ours@city.example.jp").await;
        let reporter = post.test.staff("民生委員", "minsei", post.test.districts[0]).await;
        post.test.account(reporter, "reporter").await;
        let theirs = post.test.acting(reporter).await;
        let mut work = theirs.begin().await.unwrap();
        let reported = notice::report(&theirs, &mut work, &concern(&post.test)).await.unwrap();
        work.commit("").await.unwrap();
        let mut read = theirs.read().await.unwrap();
        let [message] = own(&theirs, &mut read).await.try_into().unwrap();
        drop(read);
        let token = post.test.sign_in("reporter").await;
        let step = |step: &str| format!("/messages/{}/{step}", message.id);

        let withdrawn = post.test.post(&step("withdraw"), Some(&token), &[]).await;
        let open = post.test.post(&step("again"), Some(&token), &[]).await;
        answer(&post.test, triager, reported.id).await;
        let settled = post.test.post(&step("again"), Some(&token), &[]).await;

        assert_eq!((withdrawn.status, open.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{}", open.body);
        assert_eq!(settled.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(settled.body.contains("もう終わっています"), "{}", settled.body);
        assert_eq!(post.deliver().await, None);
    }

    async fn one_that_waits_is_withdrawn_unless_it_is_being_sent(db: TestDb) {
        let (post, path, _) = failed(&db).await;
        let token = post.test.sign_in("triager").await;
        post.test.post(&format!("{path}/again"), Some(&token), &[]).await;
        post.server.next(&[Manner::Hold, Manner::Refuse("MAIL", "451 later")]);

        let sending = async { post.deliver().await };
        let meanwhile = async {
            post.server.holds().await;
            let late = post.test.post(&format!("{path}/withdraw"), Some(&token), &[]).await;
            post.server.let_go();
            late
        };
        let (sent, late) = tokio::join!(sending, meanwhile);

        assert_eq!((sent, late.status), (Some(State::Sent), StatusCode::UNPROCESSABLE_ENTITY));
        post.test.clock.advance(SignedDuration::from_hours(1));
        assert_eq!(post.deliver().await, None);
    }

    async fn those_in_charge_say_where_an_organisation_is_told_and_see_a_change_in_between(db: TestDb) {
        let post = Post::new(db.db.clone()).await;
        let system = post.test.staff("係", "system_officer", post.test.city).await;
        let other = post.test.staff("担当", "coordinator", post.test.wards[0]).await;
        post.test.account(system, "system").await;
        post.test.account(other, "other").await;
        let ctx = post.test.system().await;
        let mut work = ctx.begin().await.unwrap();
        let id = ctx.new_id();
        let new = NewOrganisation { kind: "support_center".to_owned(), name: "みどり包括".to_owned(), source: ("t".to_owned(), "1".to_owned()), ..NewOrganisation::default() };
        insert_organisation(&ctx, &mut work, id, &new).await.unwrap();
        work.commit("").await.unwrap();
        let token = post.test.sign_in("system").await;
        let path = format!("/messages/organisations/{id}");
        let fields = |mail, revision| [("mail", mail), ("fax", "093-000-0000"), ("_revision", revision)];

        let hidden = post.test.get(&path, Some(&post.test.sign_in("other").await)).await;
        let slip = post.test.post(&path, Some(&token), &fields("みどり", "0")).await;
        let first = post.test.post(&path, Some(&token), &fields("a@midori.example", "0")).await;
        let stale = post.test.post(&path, Some(&token), &fields("b@midori.example", "0")).await;
        let second = post.test.post(&path, Some(&token), &fields("b@midori.example", "1")).await;
        let list = post.test.get(&second.location, Some(&token)).await;

        assert_ne!(hidden.status, StatusCode::OK);
        assert_eq!(slip.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(slip.body.contains("value=\"みどり\"") && slip.body.contains("093-000-0000"));
        assert_eq!((first.status, second.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{}", second.body);
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.body.contains("a@midori.example") && stale.body.contains("b@midori.example"));
        assert!(list.body.contains("b@midori.example") && list.body.contains("みどり包括"));
    }
}
