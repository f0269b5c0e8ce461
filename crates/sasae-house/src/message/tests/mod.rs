//! Messages from the step to the mail server. The server is a real one on loopback.

mod delivery;
mod encrypted;
mod list;
mod samples;
mod sender;
mod telling;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sasae_core::id::Id;
use sasae_db::{Conn, Db, args, record, sql};
use sasae_test::contribute;
use sasae_test::smtp::{Received, SmtpServer};

use crate::ctx::Ctx;
use crate::listing::ListQuery;
use crate::message::list::MESSAGES;
use crate::message::model::State;
use crate::message::smtp::{MailSettings, Mailer, Security};
use crate::message::{Message, deliver, store};
use crate::notice::{self, NoticeForm, TriageForm};
use crate::testing::{TENANT, TestApp};
use crate::tests::plans::DueReadBy;

// Answers are read by the primitive of hand-overs.
contribute!(DueReadBy { file: "message/answers.rs", statements: &[] });
contribute!(DueReadBy { file: "handover/store.rs", statements: &[("h.answer_seen_at IS NULL", "handover_unseen")] });

/// A city whose mails go to a server of the test's own.
struct Post {
    test: TestApp,
    server: SmtpServer,
    mailer: Mailer,
}

fn settings(server: &SmtpServer) -> MailSettings {
    MailSettings {
        host: "127.0.0.1".to_owned(),
        port: server.address.port(),
        security: Security::Plain,
        from: "支え <sasae@city.example.jp>".to_owned(),
        ..MailSettings::default()
    }
}

impl Post {
    async fn new(db: Db) -> Post {
        let server = SmtpServer::start().await;
        let mail = settings(&server);
        Post::with(db, server, mail).await
    }

    /// The same with other settings of the way to the server.
    async fn with(db: Db, server: SmtpServer, mail: MailSettings) -> Post {
        let mailer = Mailer::new(&mail).unwrap();
        let test = TestApp::new(db).await.with_settings(|settings| {
            settings.mail = Some(mail);
            settings.origin = "https://sasae.city.example.jp/".to_owned();
        });
        Post { test, server, mailer }
    }

    /// One who triages in a ward and wants to be told.
    async fn triager(&self, name: &str, ward: usize, mail: &str) -> Id {
        let staff = self.test.staff(name, "coordinator", self.test.wards[ward]).await;
        wants(&self.test, staff, mail).await;
        staff
    }

    /// Sends one mail that is due, if there is one.
    async fn deliver(&self) -> Option<State> {
        deliver::deliver_next(&self.test.app, TENANT, &self.mailer).await.unwrap()
    }
}

async fn wants(test: &TestApp, staff: Id, mail: &str) {
    let ctx = test.system().await;
    let mut work = ctx.begin().await.unwrap();
    store::put_staff_mail(&ctx, &mut work, staff, mail, true).await.unwrap();
    work.commit("").await.unwrap();
}

/// What a neighbour writes, with every name that a mail must not hold.
fn concern(test: &TestApp) -> NoticeForm {
    NoticeForm {
        kind: "not_seen".to_owned(),
        what: "山川ハナさんを3日見ていません".to_owned(),
        area: test.wards[0].to_string(),
        place: "さくら荘の2階".to_owned(),
        about: "山川ハナさん".to_owned(),
        name: "川上タケシ".to_owned(),
        contact: "090-0000-0000".to_owned(),
        ..NoticeForm::default()
    }
}

/// A notice of a neighbour: its id and receipt.
async fn report(test: &TestApp) -> (Id, String) {
    let ctx = test.public().await;
    let mut work = ctx.begin().await.unwrap();
    let reported = notice::report(&ctx, &mut work, &concern(test)).await.unwrap();
    work.commit("").await.unwrap();
    (reported.id, reported.receipt)
}

/// The notice is answered, which settles its hand-over.
async fn answer(test: &TestApp, triager: Id, id: Id) {
    let ctx = test.acting(triager).await;
    let mut work = ctx.begin().await.unwrap();
    let decision = TriageForm {
        outcome: "answered".to_owned(),
        note: "案内した".to_owned(),
        answer: "ありがとう".to_owned(),
        ..TriageForm::default()
    };
    notice::triage(&ctx, &mut work, id, &decision, 1).await.unwrap();
    work.commit("").await.unwrap();
}

record! {
    /// How a message stands in the database.
    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Standing {
        address: String,
        subject: String,
        body: String,
        state: State,
        tries: i64,
        last_error: String,
    }
}

/// Every message, the oldest first.
async fn standing(test: &TestApp) -> Vec<Standing> {
    let mut read = test.app.db().read(TENANT).await.unwrap();
    let all = sql!(
        "SELECT address, subject, body, state, tries, last_error FROM message WHERE tenant = ?1 ",
        "ORDER BY created_at, address"
    );
    read.query(all, args![TENANT]).await.unwrap()
}

/// The messages that the reader sent.
async fn own(ctx: &Ctx, conn: &mut Conn) -> Vec<Message> {
    let asked = ListQuery::all(ctx, &MESSAGES).unwrap();
    crate::message::list::list(ctx, conn, &asked).await.unwrap().rows
}

/// The text of a mail as its reader sees it.
fn text(mail: &Received) -> String {
    let (head, body) = mail.data.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("Content-Transfer-Encoding: base64"), "{head}");
    let packed: String = body.split_whitespace().collect();
    String::from_utf8(BASE64_STANDARD.decode(packed).unwrap()).unwrap()
}
