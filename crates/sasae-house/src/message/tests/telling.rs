//! Who is told of what, and what the mail says.

use axum::http::StatusCode;
use sasae_test::{TestDb, both_engines};

use super::*;
use crate::lang::Lang;
use crate::migrations::MIGRATIONS;

both_engines! {
    migrations = MIGRATIONS;

    async fn a_trial_message_goes_to_the_saved_address_and_the_page_says_what_became_of_it(db: TestDb) {
        let post = Post::new(db.db.clone()).await;
        let staff = post.test.staff("担当", "coordinator", post.test.wards[0]).await;
        post.test.account(staff, "ours").await;
        let token = post.test.sign_in("ours").await;
        let (page, button) = ("/messages/receiving", "/messages/receiving/trial");

        let without = post.test.get(page, Some(&token)).await;
        let refused = post.test.post(button, Some(&token), &[]).await;
        let wrong = post.test.post(page, Some(&token), &[("mail", "a@example.jp, b@example.jp"), ("wanted", "yes")]).await;
        let saved = post.test.post(page, Some(&token), &[("mail", "tantou@example.jp"), ("wanted", "yes")]).await;
        let sent = post.test.post(button, Some(&token), &[]).await;
        let twice = post.test.post(button, Some(&token), &[]).await;
        let waiting = post.test.get(page, Some(&token)).await;
        let state = post.deliver().await;
        let after = post.test.get(page, Some(&token)).await;
        let message = post.test.get(&sent.location, Some(&token)).await;
        let next = post.test.post(button, Some(&token), &[]).await;

        assert!(!without.body.contains("ためしに送る"), "{}", without.body);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("aria-invalid"), "{}", wrong.body);
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        assert!(sent.status == StatusCode::SEE_OTHER && sent.location.starts_with("/messages/"), "{}", sent.body);
        assert!(twice.body.contains("まだ送られていません"), "{}", twice.body);
        assert!(waiting.body.contains("ためしに送る") && waiting.body.contains(State::Waiting.words().get(Lang::Ja)));
        assert_eq!(state, Some(State::Sent));
        assert!(after.body.contains(State::Sent.words().get(Lang::Ja)) && after.body.contains(&sent.location), "{}", after.body);
        assert_eq!(message.status, StatusCode::OK, "{}", message.body);
        assert_eq!(next.status, StatusCode::SEE_OTHER, "{}", next.body);
        let mails = standing(&post.test).await;
        assert_eq!(mails.len(), 2);
        assert!(mails[0].address == "tantou@example.jp" && mails[0].subject.contains("ためしのお知らせ"), "{mails:?}");
    }

    async fn a_notice_tells_those_who_triage_there_and_the_mail_names_nobody(db: TestDb) {
        let post = Post::new(db.db.clone()).await;
        let ours = post.triager("春野一子", 0, "ours@city.example.jp").await;
        post.triager("秋山二郎", 1, "theirs@city.example.jp").await;
        post.test.staff("冬木三郎", "coordinator", post.test.wards[0]).await;
        post.test.account(ours, "ours").await;

        let (id, receipt) = report(&post.test).await;
        let waiting = post.test.get(&format!("/notices/{id}"), Some(&post.test.sign_in("ours").await)).await;
        let first = post.deliver().await;
        let second = post.deliver().await;
        let sent = post.test.get(&format!("/notices/{id}"), Some(&post.test.sign_in("ours").await)).await;

        assert!(waiting.body.contains("メール・送信待ち"), "{}", waiting.body);
        assert_eq!((first, second), (Some(State::Sent), None));
        assert!(sent.body.contains("メール・送信済み"));
        let [mail] = post.server.received().try_into().unwrap();
        assert_eq!(mail.from, "sasae@city.example.jp");
        assert_eq!(mail.to, ["ours@city.example.jp"]);
        let text = text(&mail);
        for words in [receipt.as_str(), "令和7年6月11日", &format!("https://sasae.city.example.jp/notices/{id}")] {
            assert!(text.contains(words), "{words}\n{text}");
        }
        for name in ["山川", "ハナ", "さくら荘", "川上", "090", "春野", "一子", "3日", "甲区"] {
            assert!(!text.contains(name) && !mail.data.contains(name), "{name}\n{text}");
        }
    }

    async fn everybody_in_charge_is_told_however_many_they_are(db: TestDb) {
        let post = Post::new(db.db.clone()).await;
        for number in 1..=53 {
            post.triager(&format!("担当{number:02}"), 0, &format!("ours{number:02}@city.example.jp")).await;
        }

        report(&post.test).await;

        assert_eq!(standing(&post.test).await.len(), 53);
    }

    async fn without_a_mail_server_nothing_waits_and_nothing_is_sent(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        wants(&test, staff, "ours@city.example.jp").await;

        report(&test).await;

        assert!(standing(&test).await.is_empty());
    }

    async fn a_step_that_is_undone_tells_nobody(db: TestDb) {
        let post = Post::new(db.db.clone()).await;
        post.triager("担当", 0, "ours@city.example.jp").await;
        let ctx = post.test.public().await;

        let mut work = ctx.begin().await.unwrap();
        notice::report(&ctx, &mut work, &concern(&post.test)).await.unwrap();
        drop(work);

        assert_eq!(post.deliver().await, None);
        assert!(post.server.received().is_empty());
    }

    async fn who_acts_is_not_told_and_a_reporter_with_an_account_is_told_of_the_answer(db: TestDb) {
        let post = Post::new(db.db.clone()).await;
        let triager = post.triager("担当", 0, "triager@city.example.jp").await;
        let reporter = post.test.staff("民生委員", "minsei", post.test.districts[0]).await;
        wants(&post.test, reporter, "reporter@city.example.jp").await;
        let theirs = post.test.acting(reporter).await;
        let mut work = theirs.begin().await.unwrap();
        let reported = notice::report(&theirs, &mut work, &concern(&post.test)).await.unwrap();
        work.commit("").await.unwrap();
        post.deliver().await;

        let ctx = post.test.acting(triager).await;
        let mut work = ctx.begin().await.unwrap();
        let decision = TriageForm {
            outcome: "answered".to_owned(),
            note: "案内した".to_owned(),
            answer: "山川さんは入院中でした".to_owned(), ..TriageForm::default() };
        notice::triage(&ctx, &mut work, reported.id, &decision, 1).await.unwrap();
        work.commit("").await.unwrap();
        while post.deliver().await.is_some() {}

        let mails = post.server.received();
        let to: Vec<&str> = mails.iter().map(|mail| mail.to[0].as_str()).collect();
        assert_eq!(to, ["triager@city.example.jp", "reporter@city.example.jp"]);
        let answer = text(&mails[1]);
        assert!(answer.contains("知らせた気づきに、返事がありました。") && !answer.contains("山川"), "{answer}");
    }

    async fn nobody_is_told_any_more_of_what_has_been_taken_up(db: TestDb) {
        let post = Post::new(db.db.clone()).await;
        let triager = post.triager("担当", 0, "ours@city.example.jp").await;
        let (id, _) = report(&post.test).await;

        let ctx = post.test.acting(triager).await;
        let mut work = ctx.begin().await.unwrap();
        notice::take_note(&ctx, &mut work, id).await.unwrap();
        work.commit("").await.unwrap();

        assert_eq!(post.deliver().await, None);
        assert_eq!(standing(&post.test).await[0].state, State::Withdrawn);
    }

    async fn everybody_says_where_to_be_told_and_a_slip_keeps_what_was_typed(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;
        let path = "/messages/receiving";

        let way = test.get("/account", Some(&token)).await;
        let slip = test.post(path, Some(&token), &[("mail", "担当@example.jp"), ("wanted", "yes")]).await;
        let none = test.post(path, Some(&token), &[("mail", ""), ("wanted", "yes")]).await;
        let kept = test.post(path, Some(&token), &[("mail", "a@city.example.jp"), ("wanted", "yes")]).await;
        let page = test.get(&kept.location, Some(&token)).await;
        let stopped = test.post(path, Some(&token), &[("mail", "a@city.example.jp")]).await;

        assert!(way.body.contains("href=\"/messages/receiving\""));
        assert_eq!((slip.status, none.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
        assert!(slip.body.contains("value=\"担当@example.jp\"") && slip.body.contains("読めません"));
        assert!(page.body.contains("value=\"a@city.example.jp\"") && page.body.contains("checked"), "{}", page.body);
        assert!(page.body.contains("まだ使われていません"));
        let again = test.get(&stopped.location, Some(&token)).await;
        assert!(again.body.contains("value=\"a@city.example.jp\"") && !again.body.contains("checked"));
    }
}
