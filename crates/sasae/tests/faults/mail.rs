//! Mail from the running program to a mail server.

use sasae_test::smtp::SmtpServer;
use sasae_test::{TestDb, both_engines};
use serde_json::json;

use crate::city::City;
use crate::server::{Request, Server};
use crate::wait_for;

/// Where the one with the account is told.
const ADDRESS: &str = "tanto.1234567890@city.example.jp";

both_engines! {
    async fn a_notice_that_is_sent_in_leaves_as_one_mail_and_the_log_does_not_say_to_whom(db: TestDb) {
        db.db.close().await.unwrap();
        let city = City::set_up(&db.url);
        let post = SmtpServer::start().await;
        let (port, log) = (post.address.port().to_string(), db.folder.join("log"));
        let settings = [
            ("SASAE_LOG", "trace"),
            ("SASAE_ORIGIN", "https://sasae.city.example.jp"),
            ("SASAE_MAIL_HOST", "127.0.0.1"),
            ("SASAE_MAIL_PORT", port.as_str()),
            ("SASAE_MAIL_SECURITY", "plain"),
            ("SASAE_MAIL_FROM", "sasae@city.example.jp"),
        ];
        let mut server = Server::start_with(&city.url, &settings, &log);

        let receiving = json!({ "mail": ADDRESS, "wanted": "yes" });
        let kept = Request::call("/api/messages/receiving", &city.token, "", &receiving).send(&server.address).unwrap();
        let reported = city.notice("新聞がたまっている").request.send(&server.address).unwrap();
        let mail = wait_for("the mail", || post.received().pop());
        server.ask_to_stop();
        let ended = wait_for("the end", || server.ended());

        assert_eq!((kept.status, reported.status), (200, 303), "{} {}", kept.body, reported.body);
        assert!(ended.success(), "{ended}");
        assert_eq!((mail.to.as_slice(), post.received().len()), ([ADDRESS.to_owned()].as_slice(), 1));
        let text = std::fs::read_to_string(&log).unwrap();
        assert!(!text.is_empty() && text.is_ascii() && !text.contains("1234567890"), "{text}");
    }
}
