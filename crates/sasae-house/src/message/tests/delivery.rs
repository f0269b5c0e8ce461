//! What becomes of a mail when the server refuses, hangs up or is slow, and when two send at once.

use jiff::SignedDuration;
use sasae_test::smtp::Manner;
use sasae_test::{TestDb, both_engines};

use super::*;
use crate::message::model::DELAYS;
use crate::migrations::MIGRATIONS;

const OURS: &str = "ours@city.example.jp";

/// A city in which one mail waits.
async fn waiting(db: &TestDb) -> Post {
    let post = Post::new(db.db.clone()).await;
    post.triager("担当", 0, OURS).await;
    report(&post.test).await;
    post
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_refusal_for_now_is_tried_again_with_growing_delays_and_then_given_up(db: TestDb) {
        let post = waiting(&db).await;
        post.server.next(&[Manner::Refuse("MAIL", "451 come back later"); 9]);

        for delay in DELAYS {
            assert_eq!(post.deliver().await, Some(State::Waiting));
            post.test.clock.advance(delay - SignedDuration::from_secs(1));
            assert_eq!(post.deliver().await, None, "before {delay:?} have passed");
            post.test.clock.advance(SignedDuration::from_secs(1));
        }
        let last = post.deliver().await;
        post.test.clock.advance(SignedDuration::from_hours(1000));

        assert_eq!((last, post.deliver().await), (Some(State::GivenUp), None));
        let [row] = standing(&post.test).await.try_into().unwrap();
        assert_eq!((row.state, row.tries, row.last_error.as_str()), (State::GivenUp, 7, "smtp 451"));
        assert!(post.server.received().is_empty());
    }

    async fn a_refusal_for_good_fails_at_once_and_the_servers_words_are_not_kept(db: TestDb) {
        let post = waiting(&db).await;
        post.server.next(&[Manner::Refuse("RCPT", "550 5.1.1 <ours@city.example.jp> user unknown")]);

        assert_eq!(post.deliver().await, Some(State::Failed));
        assert_eq!(post.deliver().await, None);
        let [row] = standing(&post.test).await.try_into().unwrap();
        assert_eq!((row.state, row.tries, row.last_error.as_str()), (State::Failed, 1, "smtp 550"));
    }

    async fn a_server_that_hangs_up_or_is_away_gets_the_mail_once_when_it_is_back(db: TestDb) {
        let post = waiting(&db).await;
        let nobody = SmtpServer::start().await;
        let away = settings(&nobody);
        drop(nobody);
        let away = Mailer::new(&away).unwrap();
        post.server.next(&[Manner::HangUp("DATA"), Manner::HangUp("EHLO")]);

        let mut came = vec![deliver::deliver_next(&post.test.app, TENANT, &away).await.unwrap()];
        for _ in 0..3 {
            post.test.clock.advance(SignedDuration::from_hours(1));
            came.push(post.deliver().await);
        }

        let wait = Some(State::Waiting);
        assert_eq!(came, [wait, wait, wait, Some(State::Sent)]);
        let [mail] = post.server.received().try_into().unwrap();
        assert_eq!(mail.to, [OURS]);
        let [row] = standing(&post.test).await.try_into().unwrap();
        assert_eq!((row.state, row.tries, row.last_error.as_str()), (State::Sent, 4, ""));
    }

    async fn two_processes_do_not_send_a_mail_twice(db: TestDb) {
        let post = waiting(&db).await;
        post.server.next(&[Manner::Hold]);

        let one = async { post.deliver().await };
        let other = async {
            post.server.holds().await;
            let nothing = post.deliver().await;
            post.server.let_go();
            nothing
        };
        let (sent, nothing) = tokio::join!(one, other);

        assert_eq!((sent, nothing), (Some(State::Sent), None));
        assert_eq!(post.server.received().len(), 1);
    }

    async fn many_who_look_at_once_send_each_mail_once(db: TestDb) {
        let post = Post::new(db.db.clone()).await;
        for number in 0..6 {
            post.triager(&format!("担当{number}"), 0, &format!("a{number}@city.example.jp")).await;
        }
        report(&post.test).await;

        let all = || async { while post.deliver().await.is_some() {} };
        tokio::join!(all(), all(), all());
        while post.deliver().await.is_some() {}

        let mut to: Vec<String> = post.server.received().into_iter().flat_map(|mail| mail.to).collect();
        to.sort();
        assert_eq!(to, (0..6).map(|number| format!("a{number}@city.example.jp")).collect::<Vec<_>>());
    }

    async fn a_mail_whose_process_died_goes_out_when_its_lease_has_ended(db: TestDb) {
        let post = waiting(&db).await;
        let ctx = post.test.system().await;
        let mut work = ctx.begin().await.unwrap();
        let [id] = store::list_due(&ctx, &mut work).await.unwrap().try_into().unwrap();
        let (dead, until) = (ctx.new_id(), ctx.now() + SignedDuration::from_mins(5));
        assert!(store::lease(&ctx, &mut work, id, dead, until).await.unwrap());
        assert!(!store::lease(&ctx, &mut work, id, ctx.new_id(), until).await.unwrap());
        work.commit("").await.unwrap();

        post.test.clock.advance(SignedDuration::from_mins(4));
        let early = post.deliver().await;
        post.test.clock.advance(SignedDuration::from_mins(2));
        let late = post.deliver().await;

        assert_eq!((early, late), (None, Some(State::Sent)));
    }

    async fn a_recall_holds_for_a_mail_that_somebody_was_about_to_send(db: TestDb) {
        let post = Post::new(db.db.clone()).await;
        let triager = post.triager("担当", 0, OURS).await;
        let (notice, _) = report(&post.test).await;
        let ctx = post.test.system().await;
        let mut work = ctx.begin().await.unwrap();
        let [id] = store::list_due(&ctx, &mut work).await.unwrap().try_into().unwrap();
        let until = ctx.now() + SignedDuration::from_mins(5);
        assert!(store::lease(&ctx, &mut work, id, ctx.new_id(), until).await.unwrap());
        work.commit("").await.unwrap();

        answer(&post.test, triager, notice).await;
        post.test.clock.advance(SignedDuration::from_hours(1));
        let later = post.deliver().await;

        let [row] = standing(&post.test).await.try_into().unwrap();
        assert_eq!((later, row.state), (None, State::Withdrawn));
    }

    async fn a_mail_that_was_recalled_while_it_left_counts_as_sent(db: TestDb) {
        let post = Post::new(db.db.clone()).await;
        let triager = post.triager("担当", 0, OURS).await;
        let (notice, _) = report(&post.test).await;
        post.server.next(&[Manner::Hold]);

        let sending = async { post.deliver().await };
        let meanwhile = async {
            post.server.holds().await;
            answer(&post.test, triager, notice).await;
            post.server.let_go();
        };
        let (sent, ()) = tokio::join!(sending, meanwhile);

        let [row] = standing(&post.test).await.try_into().unwrap();
        assert_eq!((sent, row.state), (Some(State::Sent), State::Sent));
    }

    async fn a_server_that_cannot_encrypt_gets_nothing_where_encryption_is_asked_for(db: TestDb) {
        let post = waiting(&db).await;
        for security in [Security::StartTls, Security::Tls] {
            let mailer = Mailer::new(&MailSettings { security, ..settings(&post.server) }).unwrap();

            let state = deliver::deliver_next(&post.test.app, TENANT, &mailer).await.unwrap();

            assert_eq!(state, Some(State::Waiting), "{security:?}");
            post.test.clock.advance(SignedDuration::from_hours(1));
        }
        assert!(post.server.received().is_empty());
    }
}
