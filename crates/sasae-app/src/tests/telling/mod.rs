//! The API never tells more than the page: for every reader and every record of worlds made by
//! chance, each text, day and id in the JSON stands on the page of the record too, and where the
//! page is not there, the API says the same.

mod world;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};
use scraper::Html;
use serde_json::{Value, json};

use self::world::World;
use super::browser::{all, text_of};
use crate::access::Kind;
use crate::ctx::Ctx;
use crate::lang::Lang;
use crate::migrations::MIGRATIONS;
use crate::profile::Named;
use crate::testing::TestApp;

/// Worlds on each engine.
const WORLDS: usize = 1;

/// Keys of what steers a client: no content of a record.
const STEERS: [&str; 5] = ["mark", "older", "verb", "from", "to"];

/// What a reader sees on some pages.
#[derive(Default)]
struct Pages {
    /// The words of their main parts, without spaces.
    words: String,
    /// The addresses and values in them.
    html: String,
}

impl Pages {
    fn add(&mut self, body: &str) {
        let dom = Html::parse_document(body);
        for main in all(&dom, "main") {
            self.words.extend(text_of(&main).split_whitespace());
            self.words.push(' ');
        }
        self.html.push_str(body);
    }

    fn say(&self, text: &str) -> bool {
        let text: String = text.split_whitespace().collect();
        self.words.contains(&text)
    }
}

/// What a code is called: in the vocabularies of the profile, or by the room that has it.
fn words_of(ctx: &Ctx, code: &str) -> Vec<String> {
    let profile = ctx.profile();
    let in_words = |name: &String| Some(profile.word(name, code)?.ja.clone());
    let mut words: Vec<String> = profile.vocabularies.keys().filter_map(in_words).collect();
    words.extend(profile.role(code).map(|role| role.label(Lang::Ja).to_owned()));
    words.extend(profile.tier(code).map(|tier| tier.label(Lang::Ja).to_owned()));
    words.extend(
        ctx.app()
            .rooms()
            .flat_map(|room| room.facts)
            .filter(|kind| kind.code == code)
            .map(|kind| kind.words.0.to_owned()),
    );
    let states: &[&str] = match code {
        "received" => &["未読"],
        "read" => &["読んだ"],
        // What was struck out was never decided, and its page says only that.
        "open" => &["結果を決めていない", "続いている支援", "取り組み中", "取り消した記録です"],
        "closed" => &["終わった支援"],
        "case" => &["支援を始めた"],
        "referral" => &["他機関へつないだ"],
        "answered" => &["答えて終わった"],
        "asked" => &["返事待ち", "役割が頼まれています"],
        "accepted" => &["引き受けています", "済み", "終わりました"],
        "declined" => &["断られました"],
        "withdrawn" => &["取りやめ"],
        "continue" => &["このまま続ける"],
        "image/png" => &["画像", "写真"],
        // What it was finished with stands there as the outcome.
        "finished" => &["気づき"],
        _ => &[],
    };
    words.extend(states.iter().map(|word| (*word).to_owned()));
    words
}

/// What a JSON body says that the pages do not say.
struct Told<'a> {
    ctx: &'a Ctx,
    pages: &'a Pages,
    /// Every record whose id says something; the others are areas, posts, entries.
    ids: &'a BTreeSet<String>,
    more: Vec<String>,
}

impl Told<'_> {
    fn look(&mut self, key: &str, value: &Value) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(key, value)| self.look(key, value)),
            Value::Array(values) => values.iter().for_each(|value| self.look(key, value)),
            Value::String(text) if !self.is_said(key, text) => self.more.push(format!("{key}: {text}")),
            Value::Number(number) if key == "age" && !self.pages.say(&format!("{number}歳")) => {
                self.more.push(format!("{key}: {number}"));
            }
            _ => {}
        }
    }

    fn is_said(&self, key: &str, text: &str) -> bool {
        // Japanese is what everybody speaks of whom nothing else is said.
        if text.is_empty() || STEERS.contains(&key) || (key == "language" && text == "ja") {
            return true;
        }
        if text.starts_with('/') {
            return self.pages.html.contains(text);
        }
        // A point of a thread is named by its record and a word.
        if let Some(id) = text.get(..36).filter(|id| id.parse::<Id>().is_ok()) {
            return !self.ids.contains(id) || self.pages.html.contains(id);
        }
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return self.pages.say(&sasae_core::clock::tokyo_date(at).to_string());
        }
        self.pages.say(text) || words_of(self.ctx, text).iter().any(|words| self.pages.say(words))
    }
}

/// The questions put to the API about a record, each with the pages that say the same.
fn questions(kind: Kind, id: Id) -> Vec<(String, Vec<String>)> {
    let one = |room: &str| (format!("/api/{room}/{id}"), vec![format!("/{room}/{id}")]);
    let files = format!("/files/of/{}/{id}", kind.code);
    let thread = format!("/thread/{}/{id}", kind.code);
    let mut questions = vec![(format!("/api{files}"), vec![files])];
    if kind.code != "person" {
        questions.push((format!("/api{thread}"), vec![thread]));
    }
    match kind.code {
        "notice" => questions.push(one("notices")),
        "consultation" => questions.push(one("consultations")),
        "case" => {
            questions.push(one("cases"));
            questions.push((format!("/api/cases/{id}/contacts"), vec![format!("/cases/{id}/contacts")]));
        }
        _ => {
            questions.push(one("persons"));
            questions.push((format!("/api/persons/{id}/household"), vec![format!("/persons/{id}")]));
            questions.push((format!("/api/persons/{id}/looks"), vec![format!("/persons/{id}/looks")]));
        }
    }
    questions
}

/// The lists, each with its page and where the pages of its rows are.
fn lists(test: &TestApp) -> Vec<(String, Vec<String>, &'static str)> {
    let list = |api: &str, pages: &[&str], rows| {
        (api.to_owned(), pages.iter().map(|page| (*page).to_owned()).collect::<Vec<_>>(), rows)
    };
    let mut lists = vec![
        list("/api/notices?show=all", &["/notices?show=all"], "/notices/"),
        list("/api/notices?show=struck", &["/notices?show=struck"], "/notices/"),
        list("/api/consultations?show=struck", &["/consultations?show=struck"], "/consultations/"),
        list("/api/consultations?show=all", &["/consultations?show=all"], "/consultations/"),
        list("/api/cases?show=mine", &["/cases?show=mine"], "/cases/"),
        list("/api/cases?show=open", &["/cases?show=open"], "/cases/"),
        list("/api/cases?show=closed", &["/cases?show=closed"], "/cases/"),
        list("/api/persons?q=%E8%B0%B7%E5%8F%A3", &["/persons?q=%E8%B0%B7%E5%8F%A3"], "/persons/"),
        list("/api/organisation", &["/organisation"], ""),
    ];
    for area in test.wards.iter().chain(&test.districts) {
        let of = |start: &str| format!("{start}?area={area}");
        lists.push((of("/api/organisation"), vec![of("/organisation")], ""));
        lists.push((of("/api/figures"), vec![of("/figures")], ""));
    }
    lists
}

/// Somebody who asks, with what was told too much.
struct Reader<'a> {
    world: &'a World<'a>,
    ctx: Ctx,
    name: &'a str,
    token: &'a str,
    ids: &'a BTreeSet<String>,
    complaints: &'a RefCell<Vec<String>>,
    /// The pages opened so far.
    opened: RefCell<BTreeMap<String, (StatusCode, String)>>,
}

impl Reader<'_> {
    async fn get(&self, path: &str) -> (StatusCode, String) {
        let answer = self.world.test.get(path, Some(self.token)).await;
        (answer.status, answer.body)
    }

    /// A page, which nothing changes while one reader asks.
    async fn open(&self, path: &str) -> (StatusCode, String) {
        if let Some(known) = self.opened.borrow().get(path) {
            return known.clone();
        }
        let found = self.get(path).await;
        self.opened.borrow_mut().insert(path.to_owned(), found.clone());
        found
    }

    /// What the reader is told of a record or a list, with the pages of the entries that it leads to.
    async fn pages(&self, paths: &[String]) -> (StatusCode, Pages) {
        let mut pages = Pages::default();
        let mut status = StatusCode::OK;
        for path in paths {
            let (found, body) = self.open(path).await;
            status = if found == StatusCode::OK { status } else { found };
            pages.add(&body);
            // The whole of a plan or a contact stands on a page of its own.
            let entries = ["plans/0", "contacts/0", "monitoring/0"].map(|entry| format!("\"{path}/{entry}"));
            for entry in entries.iter().flat_map(|entry| body.match_indices(entry.as_str())) {
                let href = body[entry.0 + 1..].split('"').next().unwrap_or_default();
                pages.add(&self.open(href).await.1);
            }
        }
        (status, pages)
    }

    fn compare(&self, api: &str, body: &str, pages: &Pages) {
        let body: Value = serde_json::from_str(body).unwrap();
        let mut told = Told { ctx: &self.ctx, pages, ids: self.ids, more: Vec::new() };
        told.look("", &body);
        if !told.more.is_empty() {
            self.complain(format!("{api} tells {} what no page says: {:?}", self.name, told.more));
        }
    }

    fn complain(&self, complaint: String) {
        self.complaints.borrow_mut().push(complaint);
    }

    /// A question about one record; whether the reader was told anything.
    async fn ask(&self, api: &str, paths: &[String]) -> bool {
        let (status, body) = self.get(api).await;
        let (page, pages) = self.pages(paths).await;
        // A person without a household has a page, and no household.
        let nothing = api.ends_with("/household") && status == StatusCode::NOT_FOUND;
        if status != page && !(nothing && page == StatusCode::OK) {
            self.complain(format!("{api} answers {} with {status}, {paths:?} with {page}", self.name));
        }
        if status == StatusCode::OK {
            self.compare(api, &body, &pages);
        }
        status == StatusCode::OK
    }

    /// A list; gives how many rows it has.
    async fn ask_list(&self, api: &str, paths: &[String], rows: &str) -> usize {
        let (status, body) = self.get(api).await;
        let (page, pages) = self.pages(paths).await;
        if status != page {
            self.complain(format!("{api} answers {} with {status}, {paths:?} with {page}", self.name));
        }
        if status != StatusCode::OK {
            return 0;
        }
        let list: Value = serde_json::from_str(&body).unwrap();
        let found = list.as_array().or(list["persons"].as_array());
        let Some(found) = found.filter(|_| !rows.is_empty()) else {
            self.compare(api, &body, &pages);
            return 0;
        };
        for row in found {
            let id = row["id"].as_str().unwrap();
            if !pages.html.contains(id) {
                self.complain(format!("{api} lists {id} for {}, and no page does", self.name));
            }
            let (status, of_row) = self.pages(&[format!("{rows}{id}")]).await;
            if status != StatusCode::OK {
                self.complain(format!("{api} lists {id} for {}, whose page answers {status}", self.name));
            }
            let both =
                Pages { words: format!("{} {}", pages.words, of_row.words), html: pages.html.clone() + &of_row.html };
            self.compare(api, &row.to_string(), &both);
        }
        found.len()
    }

    /// Whether what somebody else is told of a notice is more than this reader's page says.
    async fn is_told_less(&self, notice: Id, told: &Value) -> bool {
        let (_, pages) = self.pages(&[format!("/notices/{notice}")]).await;
        let mut more = Told { ctx: &self.ctx, pages: &pages, ids: self.ids, more: Vec::new() };
        more.look("", told);
        !more.more.is_empty()
    }

    async fn ask_today(&self) {
        let (_, body) = self.get("/api/today").await;
        let due: Value = serde_json::from_str(&body).unwrap();
        let (_, pages) = self.pages(&["/today".to_owned()]).await;
        for row in due.as_array().unwrap() {
            let row = json!({ "about": row["about"], "until": row["until"], "record": row["record"] });
            self.compare("/api/today", &row.to_string(), &pages);
        }
    }
}

both_engines! {
    migrations = MIGRATIONS;

    async fn the_api_tells_no_reader_more_of_any_record_than_its_pages(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let mut runner = TestRunner::deterministic();
        let complaints = RefCell::new(Vec::new());
        let (mut told, mut hidden, mut rows, mut less, mut struck) = (0, 0, 0, 0, 0);

        for number in 0..WORLDS {
            let plan = world::plan().new_tree(&mut runner).unwrap().current();
            let world = World::build(&test, number, &plan).await;
            struck += world.struck.get();
            let ids: BTreeSet<String> = world.records.iter().map(|(_, id)| id.to_string()).collect();
            let (mut whole, mut reporters) = (BTreeMap::new(), Vec::new());
            for (name, staff, token) in &world.readers {
                let ctx = test.acting(*staff).await;
                let reader = Reader { world: &world, ctx, name, token, ids: &ids, complaints: &complaints, opened: RefCell::default() };
                for (kind, id) in &world.records {
                    for (api, pages) in questions(kind, *id) {
                        *(if reader.ask(&api, &pages).await { &mut told } else { &mut hidden }) += 1;
                    }
                }
                for (api, pages, of_rows) in lists(&test) {
                    rows += reader.ask_list(&api, &pages, of_rows).await;
                }
                reader.ask_today().await;
                // The test can fail: what those are told who decide is more than a reporter's page says.
                for (_, id) in world.records.iter().filter(|(kind, _)| kind.code == "notice") {
                    let (status, body) = reader.get(&format!("/api/notices/{id}")).await;
                    let body: Value = serde_json::from_str(&body).unwrap();
                    match (status, body["inside"].is_object()) {
                        (StatusCode::OK, true) => drop(whole.insert(*id, body)),
                        (StatusCode::OK, false) => reporters.push((*id, reader.ctx.clone(), token, name)),
                        _ => {}
                    }
                }
            }
            for (id, ctx, token, name) in reporters {
                let opened = RefCell::default();
                let reader = Reader { world: &world, ctx, name, token, ids: &ids, complaints: &complaints, opened };
                if let Some(told) = whole.get(&id) {
                    assert!(reader.is_told_less(id, told).await, "{name} sees all of {id}");
                    less += 1;
                }
            }
        }

        let complaints = complaints.into_inner();
        assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
        assert!(told > 100 && hidden > 100 && rows > 30, "{told} told, {hidden} hidden, {rows} rows");
        assert!(struck >= 2, "{struck} records were struck out");
        assert!(less > 0, "nobody who reported a notice looked at it");
    }

    async fn what_stands_on_no_page_is_found_in_a_body(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let (shown, secret) = (test.clock.new_id().to_string(), test.clock.new_id().to_string());
        let mut pages = Pages::default();
        pages.add(&format!("<main><p>山川 ハナ</p><p>早め 2025-06-10</p><a href='/persons/{shown}'>開く</a></main>"));
        let ids = BTreeSet::from([shown.clone(), secret.clone()]);
        let mut told = Told { ctx: &ctx, pages: &pages, ids: &ids, more: Vec::new() };

        told.look("", &json!({
            "name": "山川 ハナ", "urgency": "soon", "on": "2025-06-10", "id": shown,
            "inside": [{ "note": "夜に来てほしい" }], "urgency_now": "urgent", "at": "2025-06-11T01:00:00Z", "person": secret,
        }));

        let more: BTreeSet<&str> = told.more.iter().filter_map(|one| one.split(':').next()).collect();
        assert_eq!(more, BTreeSet::from(["note", "urgency_now", "at", "person"]));
    }
}
