//! What the log and the counters tell, and of whom they do not.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use sasae_core::Id;
use sasae_db::{Db, Options};
use sasae_test::{TestDb, both_engines};
use serde_json::json;

use crate::city::{City, TENANT};
use crate::server::{Request, Server, encode};

/// The log as it is at its finest, one object a line.
const FINEST: &[(&str, &str)] = &[("SASAE_LOG", "trace"), ("SASAE_LOG_FORM", "json"), ("SASAE_METRICS", "127.0.0.1:0")];
/// Pages that one account opens at most.
const MOST: usize = 40;

/// What no log may hold: texts of people, and the numbers of their records.
#[derive(Default)]
struct Secrets {
    texts: BTreeSet<String>,
    /// Of records.
    ids: HashSet<String>,
}

impl Secrets {
    /// A text, as it is and as it stands in an address.
    fn add(&mut self, text: &str) {
        let text = text.trim();
        if text.is_ascii() {
            // Codes and short words of the program are everywhere; telephone numbers are long.
            let digits = text.chars().filter(char::is_ascii_digit).count();
            if digits >= 9 || text.contains('@') || text.contains(' ') {
                self.texts.insert(text.to_owned());
            }
        } else {
            self.texts.insert(text.to_owned());
            self.texts.insert(encode(text));
        }
    }

    /// Every text of a SQLite database, and the ids of its records.
    async fn add_all(&mut self, url: &str) {
        let db = Db::open(url, &Options { create: false, ..Options::default() }).await.unwrap();
        let mut read = db.read(TENANT).await.unwrap();
        let columns = "SELECT t.name, c.name, c.type FROM sqlite_schema t, pragma_table_info(t.name) c \
                       WHERE t.type = 'table' AND (c.type = 'TEXT' OR c.name = 'id') AND t.name NOT LIKE 'sqlite%' \
                       AND t.name NOT LIKE 'audit%'";
        let columns: Vec<(String, String, String)> = read.query_text(columns, &[]).await.unwrap();
        assert!(columns.len() > 50, "{columns:?}");
        for (table, column, kind) in columns {
            let wanted = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL");
            if kind == "TEXT" {
                let texts: Vec<(String,)> = read.query_text(&wanted, &[]).await.unwrap();
                texts.iter().for_each(|(text,)| self.add(text));
            } else {
                let ids: Vec<(Id,)> = read.query_text(&wanted, &[]).await.unwrap();
                self.ids.extend(ids.iter().map(|(id,)| id.to_string()));
            }
        }
        drop(read);
        db.close().await.unwrap();
    }

    /// Those that a text holds.
    fn found_in(&self, text: &str) -> Vec<&str> {
        // A text without such letters holds none of the many that have them: they need no search.
        let (foreign, encoded) = (!text.is_ascii(), text.contains('%'));
        let possible = |secret: &&String| (foreign || secret.is_ascii()) && (encoded || !secret.contains('%'));
        let texts = self.texts.iter().filter(possible).filter(|secret| text.contains(secret.as_str()));
        let words = text.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
        let ids = words.filter_map(|word| self.ids.get(word));
        texts.chain(ids).map(String::as_str).take(10).collect()
    }
}

#[test]
fn a_secret_is_found_however_it_stands_in_a_text() {
    let mut secrets = Secrets::default();
    ["山田 花子", "090-5555-1234", "received"].iter().for_each(|text| secrets.add(text));
    secrets.ids.insert("01a217a2-d619-76f6-87f8-96b4408e3c8c".to_owned());

    for text in [
        "name=山田 花子",
        "?q=%E5%B1%B1%E7%94%B0%20%E8%8A%B1%E5%AD%90",
        "tel:090-5555-1234",
        "/01a217a2-d619-76f6-87f8-96b4408e3c8c/x",
    ] {
        assert_eq!(secrets.found_in(text).len(), 1, "{text}");
    }
    assert!(secrets.found_in("/persons/{id} received 01a217a2-d619-76f6-87f8-96b4408e3c8d").is_empty());
}

/// The requests that a log tells of, as route and status. Each line must be whole.
fn requests(log: &Path) -> Vec<(String, u64)> {
    let text = std::fs::read_to_string(log).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect(line));
    let answered = lines.filter(|line| line["fields"]["message"] == "answered").map(|line| {
        let span = &line["span"];
        assert!(span["id"].is_string() && span["method"].is_string() && span["ms"].is_f64(), "{line}");
        (span["route"].as_str().unwrap().to_owned(), span["status"].as_u64().unwrap())
    });
    answered.collect()
}

/// The pages of ours to which a page leads.
fn ways(body: &str) -> Vec<String> {
    let hrefs = body.split("href=\"/").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.filter(|href| !href.starts_with("assets/")).map(|href| format!("/{}", href.replace("&amp;", "&"))).collect()
}

/// Opens what can be reached from the pages given.
fn walk(server: &Server, token: &str, start: &[String]) {
    let mut seen = HashSet::new();
    let mut next: Vec<String> = start.to_vec();
    while let Some(path) = next.pop().filter(|_| seen.len() < MOST) {
        // One of each kind of page, and of each list: what differs is often only an id.
        let kind = path.split(['?', '#']).next().unwrap_or_default().chars().filter(|c| !c.is_ascii_digit()).count();
        if seen.insert((kind, path.split('/').nth(1).unwrap_or_default().to_owned())) {
            next.extend(ways(&server.get(&path, token).body));
        }
    }
}

/// Everything that goes wrong, with texts that only this test knows.
fn stumble(server: &Server, token: &str, secrets: &mut Secrets) {
    let (words, phone, login) = ("だれにも言わないでと言われたこと", "090-5555-1234", "yamada hanako");
    [words, phone, login].iter().for_each(|text| secrets.add(text));
    let typed = encode(words);
    let by = |mut request: Request| {
        token.clone_into(&mut request.token);
        request.send(&server.address).unwrap().status
    };
    let mut told = Vec::new();
    for path in [
        format!("/search?q={typed}"),
        format!("/persons?q={phone}"),
        format!("/persons/{typed}"),
        format!("/{typed}/{phone}"),
        format!("/notices?show={typed}&show={typed}"),
    ] {
        told.push(by(Request::get(&path)));
    }
    let fields = [("kind", words), ("what", words), ("area", phone), ("name", words), ("contact", phone)];
    for request in
        [Request::form("/report", &fields), Request::form("/sign-in", &[("login", login), ("password", words)])]
    {
        told.push(request.send(&server.address).unwrap().status);
    }
    told.push(by(Request::form("/notices", &[&fields[..], &[("_csrf", words)]].concat())));
    told.push(by(Request::call("/api/persons", token, "", &json!({ "family": words, "phone": phone, "area": phone }))));
    told.push(by(Request::call("/api/persons", token, words, &json!([words]))));
    told.push(by(Request::call("/api/notices", token, "", &json!({ "kind": "not_seen", "what": [words, phone] }))));
    assert!(told.contains(&400) && told.contains(&404) && told.contains(&422), "{told:?}");
}

#[tokio::test]
async fn the_log_and_the_counters_of_a_whole_city_name_none_of_its_people_and_records() {
    let folder = tempfile::tempdir().unwrap();
    let (city, log) = (folder.path().join("city"), folder.path().join("log"));
    let mut demo = Server::start_demo(&city);
    demo.kill();
    let url = format!("sqlite:{}", city.join("sasae.sqlite").display());
    let accounts = demo.greeting.lines().filter_map(|line| {
        let mut words = line.strip_prefix("  ")?.split_whitespace();
        Some((words.next()?, words.next()?))
    });
    let accounts: Vec<(&str, &str)> = accounts.collect();
    assert!(accounts.len() > 4, "{}", demo.greeting);

    let mut secrets = Secrets::default();
    // The city of the demo has a code of its own: the only one there.
    let server = Server::start_with(&url, &[FINEST, &[("SASAE_TENANT", "")]].concat(), &log);
    for (login, password) in &accounts {
        let sign_in = json!({ "login": login, "password": password });
        let signed_in = Request::call("/api/session", "", "", &sign_in).send(&server.address).unwrap();
        let session: serde_json::Value = serde_json::from_str(&signed_in.body).expect(&signed_in.body);
        let token = session["token"].as_str().unwrap();
        let start =
            ["/", "/today", "/notices?show=all", "/consultations?show=all", "/cases", "/persons?q=田", "/figures"];
        let start = start.map(|path| path.replace('田', &encode("田")));
        walk(&server, token, &start);
        stumble(&server, token, &mut secrets);
        secrets.add(token);
    }
    let counters = Request::get("/metrics").send(&server.metrics).unwrap();
    drop(server);
    secrets.add_all(&url).await;

    let text = std::fs::read_to_string(&log).unwrap();
    let told = requests(&log);
    let routes: HashSet<&str> = told.iter().map(|(route, _)| route.as_str()).collect();
    assert!(secrets.texts.len() > 5_000 && secrets.ids.len() > 5_000, "too few to mean anything");
    assert!(told.len() > 150 && routes.len() > 20, "{} requests of {routes:?}", told.len());
    assert!(["/persons/{id}", "/cases/{id}", "/notices/{id}"].iter().all(|route| routes.contains(route)), "{routes:?}");
    assert_eq!(secrets.found_in(&text), [""; 0], "the log");
    assert!(text.is_ascii(), "the log of a program that writes English");
    assert_eq!(counters.status, 200, "{}", counters.body);
    assert!(counters.body.contains("sasae_requests_total{method=\"GET\",route=\"/persons/{id}\",status=\"200\"}"));
    assert_eq!(secrets.found_in(&counters.body), [""; 0], "the counters");
}

both_engines! {
    async fn what_is_entered_and_looked_up_is_not_in_the_log_of_either_engine(db: TestDb) {
        db.db.close().await.unwrap();
        let city = City::set_up(&db.url);
        let log = db.folder.join("log");
        let mut server = Server::start_with(&city.url, FINEST, &log);
        let mut secrets = Secrets::default();

        for sent in [city.notice("庭に洗濯物が出たまま"), city.own_notice("新聞がたまっている"), city.person("耳が遠い")] {
            secrets.add(&sent.text);
            let answer = sent.request.send(&server.address).unwrap();
            assert!(matches!(answer.status, 201 | 303), "{answer:?}");
        }
        server.get(&format!("/persons?q={}", encode("試験 花子")), &city.token);
        stumble(&server, &city.token, &mut secrets);
        server.kill();
        ["試験", "花子", "担当 一郎", &city.token].iter().for_each(|text| secrets.add(text));

        let text = std::fs::read_to_string(&log).unwrap();
        let told = requests(&log);
        assert!(told.iter().filter(|(_, status)| matches!(status, 201 | 303)).count() >= 3, "{told:?}");
        assert_eq!(secrets.found_in(&text), [""; 0]);
        assert!(text.is_ascii(), "{text}");
    }
}
