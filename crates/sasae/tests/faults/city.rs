//! A city that is served, what is sent to it, and what must hold of its database afterwards.

use sasae_core::Clock;
use sasae_db::{Db, Options};
use serde_json::json;

use crate::server::{Answer, Request, Server, expect};

const AREAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sasae-app/tests/data/localgovjp-utf8.csv");
pub const TENANT: &str = "401005";
const PASSWORD: &str = "kaze to kumo 2025";

/// A city with its wards and one account.
pub struct City {
    pub url: String,
    clock: Clock,
    /// A ward, as the forms name it.
    pub ward: String,
    /// A session that outlives the server.
    pub token: String,
}

impl City {
    /// Sets the city up in an empty database.
    pub fn set_up(url: &str) -> City {
        expect(0, &["init", "--profile", "kitakyushu", "--database", url], "");
        expect(0, &["import", "areas", AREAS, "--database", url], "");
        let user = ["user", "add", "tanto", "--name", "担当 一郎", "--role", "地域支援コーディネーター"];
        let place = ["--area", "小倉北区", "--password-stdin", "--database", url];
        expect(0, &[&user[..], &place[..]].concat(), PASSWORD);
        let server = Server::start(url);
        let sign_in = json!({ "login": "tanto", "password": PASSWORD });
        let signed_in = Request::call("/api/session", "", "", &sign_in).send(&server.address).unwrap();
        assert_eq!(signed_in.status, 201, "{}", signed_in.body);
        let token = serde_json::from_str::<serde_json::Value>(&signed_in.body).unwrap()["token"].clone();
        let token = token.as_str().unwrap().to_owned();
        let form = server.get("/notices/new", &token).body;
        let (_, areas) = form.split_once("name=\"area\"").expect("the form asks for an area");
        let ward = areas.split("value=\"").skip(1).filter_map(|rest| rest.split('"').next()).find(|id| id.len() == 36);
        City { url: url.to_owned(), clock: Clock::system(), ward: ward.unwrap().to_owned(), token }
    }

    fn key(&self) -> String {
        self.clock.new_id().to_string()
    }

    /// A notice from anyone.
    pub fn notice(&self, text: &str) -> Sent {
        let fields = [("kind", "not_seen"), ("what", text), ("area", self.ward.as_str()), ("_once", &self.key())];
        Sent::new(text, Request::form("/report", &fields))
    }

    /// A notice from the one with the account, through the API.
    pub fn own_notice(&self, text: &str) -> Sent {
        let body = json!({ "kind": "not_seen", "what": text, "area": self.ward });
        Sent::new(text, Request::call("/api/notices", &self.token, &self.key(), &body))
    }

    /// A person, through the API.
    pub fn person(&self, text: &str) -> Sent {
        let body = json!({ "family": "試験", "given": "花子", "area": self.ward, "note": text, "not_same": "yes" });
        Sent::new(text, Request::call("/api/persons", &self.token, &self.key(), &body))
    }

    /// Holds the whole database against what was sent: each exactly once, nothing of it half.
    pub async fn check(&self, sent: &[Sent]) {
        let verdict = expect(0, &["audit", "verify", "--database", &self.url], "");
        assert!(verdict.contains("すべてつながっています"), "{verdict}");
        let db = Db::open(&self.url, &Options { create: false, ..Options::default() }).await.unwrap();
        let mut read = db.read(TENANT).await.unwrap();
        let told = "SELECT what FROM notice UNION ALL SELECT note FROM person ORDER BY 1";
        let told: Vec<(String,)> = read.query_text(told, &[]).await.unwrap();
        let mut wanted: Vec<String> = sent.iter().map(|sent| sent.text.clone()).collect();
        wanted.sort();
        let mut told: Vec<String> = told.into_iter().map(|(text,)| text).collect();
        told.sort();
        assert_eq!(told, wanted, "each is there once");
        for half in [
            "notice n WHERE NOT EXISTS (SELECT 1 FROM fact a WHERE a.tenant = n.tenant AND a.subject_id = n.id \
             AND a.kind = 'notice_received')",
            "notice n WHERE NOT EXISTS (SELECT 1 FROM handover h WHERE h.tenant = n.tenant AND h.subject_id = n.id)",
            "notice n WHERE NOT EXISTS (SELECT 1 FROM audit_look s WHERE s.tenant = n.tenant AND s.subject_id = n.id \
             AND s.verb = 'wrote')",
            "person p WHERE NOT EXISTS (SELECT 1 FROM audit_look s WHERE s.tenant = p.tenant AND s.subject_id = p.id \
             AND s.verb = 'wrote')",
            "handover h WHERE NOT EXISTS (SELECT 1 FROM notice n WHERE n.tenant = h.tenant AND n.id = h.subject_id)",
            "fact a WHERE NOT EXISTS (SELECT 1 FROM notice n WHERE n.tenant = a.tenant AND n.id = a.subject_id)",
            "audit a WHERE NOT EXISTS (SELECT 1 FROM audit_look s WHERE s.tenant = a.tenant AND s.seq = a.seq)",
        ] {
            let rows: Vec<(i64,)> = read.query_text(&format!("SELECT count(*) FROM {half}"), &[]).await.unwrap();
            assert_eq!(rows[0].0, 0, "{half}");
        }
        let keys: Vec<(i64,)> = read.query_text("SELECT count(*) FROM once", &[]).await.unwrap();
        assert_eq!(usize::try_from(keys[0].0).unwrap(), sent.len(), "each left its key");
        drop(read);
        db.close().await.unwrap();
    }
}

/// Something sent, and what was answered.
#[derive(Debug, Clone)]
pub struct Sent {
    /// What stands in the record, different for each.
    pub text: String,
    /// The request.
    pub request: Request,
    /// The answer, if a whole one came.
    pub answer: Option<Answer>,
}

impl Sent {
    fn new(text: &str, request: Request) -> Sent {
        Sent { text: text.to_owned(), request, answer: None }
    }

    /// Whether the program has said that it is saved.
    pub fn is_acknowledged(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| matches!(answer.status, 201 | 303))
    }

    /// The id of what the API made.
    pub fn made(&self) -> String {
        let body = &self.answer.as_ref().expect("it was answered").body;
        let made: serde_json::Value = serde_json::from_str(body).unwrap();
        made["id"].as_str().expect("it was made").to_owned()
    }

    /// Sends it once more: it is answered like the first one, if the first one made anything.
    pub fn send_again(&self, server: &Server) {
        let again = self.request.send(&server.address).unwrap();
        match self.answer.as_ref().filter(|_| self.is_acknowledged()) {
            Some(first) if first.status == 303 => assert_eq!(again, *first, "the same receipt"),
            Some(first) => assert_eq!((again.status, &again.body), (first.status, &first.body), "the same record"),
            None => assert!(matches!(again.status, 201 | 303), "{again:?}"),
        }
    }
}
