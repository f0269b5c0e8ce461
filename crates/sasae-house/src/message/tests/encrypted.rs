//! The way to a mail server that encrypts: which one is used, and whose certificate is believed.

use std::path::PathBuf;

use sasae_test::smtp::{Encryption, root_certificate};
use sasae_test::{TestDb, both_engines};

use super::*;
use crate::lang::Lang;
use crate::message::model::failure_words;
use crate::migrations::MIGRATIONS;

const OURS: &str = "ours@city.example.jp";
/// A root that signed nothing here.
const ANOTHER_ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sasae-db/tests/data/another_root.pem");

/// A city in which one mail waits for a server that encrypts so.
async fn waiting(db: &TestDb, serves: Encryption, security: Security, ca: PathBuf) -> Post {
    let server = SmtpServer::start_with(serves).await;
    let mail = MailSettings { security, ca: Some(ca), ..settings(&server) };
    let post = Post::with(db.db.clone(), server, mail).await;
    post.triager("担当", 0, OURS).await;
    report(&post.test).await;
    post
}

/// Nothing was sent, the mail waits, and whoever sees it is told why.
async fn is_refused(post: &Post) {
    assert_eq!(post.deliver().await, Some(State::Waiting));
    assert!(post.server.received().is_empty());
    let [row] = standing(&post.test).await.try_into().unwrap();
    assert_eq!((row.state, row.tries, row.last_error.as_str()), (State::Waiting, 1, "tls"));
    assert!(failure_words(&row.last_error, Lang::Ja).contains("暗号化ができません"));
}

both_engines! {
    migrations = MIGRATIONS;

    async fn a_mail_goes_encrypted_from_the_first_byte(db: TestDb) {
        let post = waiting(&db, Encryption::FromTheStart, Security::Tls, root_certificate()).await;

        assert_eq!(post.deliver().await, Some(State::Sent));
        let [mail] = post.server.received().try_into().unwrap();
        assert_eq!((mail.to, mail.encrypted), (vec![OURS.to_owned()], true));
    }

    async fn a_mail_goes_encrypted_once_the_server_says_that_it_can(db: TestDb) {
        let post = waiting(&db, Encryption::WhenAsked, Security::StartTls, root_certificate()).await;

        assert_eq!(post.deliver().await, Some(State::Sent));
        let [mail] = post.server.received().try_into().unwrap();
        assert_eq!((mail.to, mail.encrypted), (vec![OURS.to_owned()], true));
    }

    async fn a_server_with_the_certificate_of_another_root_gets_nothing(db: TestDb) {
        let post = waiting(&db, Encryption::FromTheStart, Security::Tls, PathBuf::from(ANOTHER_ROOT)).await;

        is_refused(&post).await;
    }

    async fn nor_does_one_that_shows_it_when_it_is_asked_to_encrypt(db: TestDb) {
        let post = waiting(&db, Encryption::WhenAsked, Security::StartTls, PathBuf::from(ANOTHER_ROOT)).await;

        is_refused(&post).await;
    }

    async fn a_server_that_cannot_encrypt_gets_nothing(db: TestDb) {
        let post = waiting(&db, Encryption::None, Security::StartTls, root_certificate()).await;

        is_refused(&post).await;
    }
}
