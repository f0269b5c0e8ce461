//! The API never tells more than the page: for every reader and every record of worlds made by
//! chance, each text, day and id in the JSON stands on the page of the record too, and where the
//! page is not there, the API says the same.

pub mod world;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use proptest::test_runner::TestRunner;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines, contributions};
use scraper::{ElementRef, Html};
use serde_json::{Value, json};

use self::world::{Made, Question, Telling, World, telling};
use super::browser::all;
use crate::ctx::Ctx;
use crate::lang::Lang;
use crate::migrations::MIGRATIONS;
use crate::profile::Named;
use crate::room::Room;
use crate::rooms::ROOMS;
use crate::testing::TestApp;

/// Worlds on each engine.
const WORLDS: usize = 1;

/// The keys by which the answer at an address steers a client, as the room of the route says.
fn steers_of(api: &str) -> Vec<&'static str> {
    let asked: Vec<&str> = api.split('?').next().unwrap_or_default().split('/').collect();
    let is_asked = |route: &str| {
        let parts: Vec<&str> = route.split('/').collect();
        let same = |(part, asked): (&&str, &&str)| part.starts_with('{') || part == asked;
        parts.len() == asked.len() && parts.iter().zip(&asked).all(same)
    };
    let all = contributions::<Telling>().flat_map(|room| room.steers);
    all.filter(|(route, _)| is_asked(route)).flat_map(|(_, keys)| *keys).copied().collect()
}

/// What an element says. What may be chosen says nothing of a record, nor does why the reader sees it:
/// that names the reader's own posts.
fn said_in(element: &ElementRef<'_>) -> String {
    let is_aside = |one: &scraper::node::Element| one.name() == "select" || one.classes().any(|class| class == "why");
    let texts = element.descendants().filter_map(|node| Some((node.value().as_text()?, node)));
    let said =
        texts.filter(|(_, node)| !node.ancestors().any(|above| above.value().as_element().is_some_and(is_aside)));
    said.map(|(text, _)| &**text).collect::<Vec<&str>>().join(" ")
}

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
            self.words.extend(said_in(&main).split_whitespace());
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
    let said = contributions::<Telling>().flat_map(|room| room.words).filter(|(known, _)| *known == code);
    words.extend(said.flat_map(|(_, words)| *words).map(|word| (*word).to_owned()));
    words
}

/// What a JSON body says that the pages do not say.
struct Told<'a> {
    ctx: &'a Ctx,
    pages: &'a Pages,
    /// Every record whose id says something; the others are posts, entries.
    ids: &'a BTreeSet<String>,
    /// What the areas are called: whoever is told the id is told the name.
    areas: &'a BTreeMap<String, String>,
    /// Keys of what steers a client: no content of a record.
    steers: Vec<&'static str>,
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
        if text.is_empty() || self.steers.contains(&key) || (key == "language" && text == "ja") {
            return true;
        }
        if text.starts_with('/') {
            return self.pages.html.contains(text);
        }
        // A point of a thread is named by its record and a word.
        if let Some(name) = self.areas.get(text) {
            return self.pages.say(name);
        }
        if let Some(id) = text.get(..36).filter(|id| id.parse::<Id>().is_ok()) {
            return !self.ids.contains(id) || self.pages.html.contains(id);
        }
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return self.pages.say(&sasae_core::clock::tokyo_date(at).to_string());
        }
        self.pages.say(text) || words_of(self.ctx, text).iter().any(|words| self.pages.say(words))
    }
}

async fn names_of_areas(test: &TestApp) -> BTreeMap<String, String> {
    let ctx = test.system().await;
    let mut read = ctx.read().await.unwrap();
    let mut names = BTreeMap::new();
    for id in [test.city].iter().chain(&test.wards).chain(&test.districts) {
        let area = crate::area::get_today(&ctx, &mut read, "area", *id).await.unwrap();
        names.insert(id.to_string(), area.name);
    }
    names
}

/// The questions put to the API about a record, each with the page that says the same.
fn questions(test: &TestApp, Made { kind, id, .. }: Made) -> Vec<Question> {
    let mut rooms = test.app.rooms();
    let room = rooms.find(|room| room.kinds.iter().any(|known| **known == *kind)).expect("a room of the kind");
    let mut questions = vec![Question::same(format!("/files/of/{}/{id}", kind.code))];
    questions.extend(room.draw.map(|_| Question::same(format!("/thread/{}/{id}", kind.code))));
    questions.extend(kind.href(id).map(Question::same));
    let of_room = telling(test).into_iter().filter(|one| one.room == room.code);
    questions.extend(of_room.flat_map(|one| (one.questions)(id)));
    questions
}

/// Somebody who asks, with what was told too much.
struct Reader<'a> {
    world: &'a World<'a>,
    ctx: Ctx,
    name: &'a str,
    token: &'a str,
    ids: &'a BTreeSet<String>,
    areas: &'a BTreeMap<String, String>,
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
    async fn pages(&self, path: &str) -> (StatusCode, Pages) {
        let mut pages = Pages::default();
        let (status, body) = self.open(path).await;
        pages.add(&body);
        let entries = contributions::<Telling>().flat_map(|room| room.entries).map(|entry| format!("\"{path}/{entry}"));
        for entry in entries.collect::<Vec<_>>().iter().flat_map(|entry| body.match_indices(entry.as_str())) {
            let href = body[entry.0 + 1..].split('"').next().unwrap_or_default();
            pages.add(&self.open(href).await.1);
        }
        (status, pages)
    }

    fn compare(&self, api: &str, body: &str, pages: &Pages) {
        let body: Value = serde_json::from_str(body).unwrap();
        let steers = steers_of(api);
        let mut told = Told { ctx: &self.ctx, pages, ids: self.ids, areas: self.areas, steers, more: Vec::new() };
        told.look("", &body);
        if !told.more.is_empty() {
            self.complain(format!("{api} tells {} what no page says: {:?}", self.name, told.more));
        }
    }

    fn complain(&self, complaint: String) {
        self.complaints.borrow_mut().push(complaint);
    }

    /// A question about one record; whether the reader was told anything.
    async fn ask(&self, Question { api, page: path, may_lack }: &Question) -> bool {
        let (status, body) = self.get(api).await;
        let (page, pages) = self.pages(path).await;
        let lacks = *may_lack && status == StatusCode::NOT_FOUND && page == StatusCode::OK;
        if status != page && !lacks {
            self.complain(format!("{api} answers {} with {status}, {path} with {page}", self.name));
        }
        if status == StatusCode::OK {
            self.compare(api, &body, &pages);
        }
        status == StatusCode::OK
    }

    /// A list; gives how many rows it has. Those of a list of records open below its address.
    async fn ask_list(&self, path: &str) -> usize {
        let api = format!("/api{path}");
        let (status, body) = self.get(&api).await;
        let (page, pages) = self.pages(path).await;
        if status != page {
            self.complain(format!("{api} answers {} with {status}, {path} with {page}", self.name));
        }
        if status != StatusCode::OK {
            return 0;
        }
        let rows = format!("{}/", path.split('?').next().unwrap_or_default());
        let of_records = self.ctx.app().rooms().flat_map(|room| room.kinds).any(|kind| kind.path == Some(&rows));
        let list: Value = serde_json::from_str(&body).unwrap();
        let found = list.as_array().or_else(|| list.as_object()?.values().find_map(Value::as_array));
        let Some(found) = found.filter(|_| of_records) else {
            self.compare(&api, &body, &pages);
            return 0;
        };
        for row in found {
            let id = row["id"].as_str().unwrap();
            if !pages.html.contains(id) {
                self.complain(format!("{api} lists {id} for {}, and no page does", self.name));
            }
            let (status, of_row) = self.pages(&format!("{rows}{id}")).await;
            if status != StatusCode::OK {
                self.complain(format!("{api} lists {id} for {}, whose page answers {status}", self.name));
            }
            let both =
                Pages { words: format!("{} {}", pages.words, of_row.words), html: pages.html.clone() + &of_row.html };
            self.compare(&api, &row.to_string(), &both);
        }
        found.len()
    }

    /// Whether what somebody else is told of a record is more than this reader's page says.
    async fn is_told_less(&self, page: &str, told: &Value) -> bool {
        let (_, pages) = self.pages(page).await;
        let steers = steers_of(&format!("/api{page}"));
        let mut more =
            Told { ctx: &self.ctx, pages: &pages, ids: self.ids, areas: self.areas, steers, more: Vec::new() };
        more.look("", told);
        !more.more.is_empty()
    }

    async fn ask_today(&self) {
        let (_, body) = self.get("/api/today").await;
        let due: Value = serde_json::from_str(&body).unwrap();
        let (_, pages) = self.pages("/today").await;
        for row in due.as_array().unwrap() {
            let row = json!({ "about": row["about"], "until": row["until"], "record": row["record"] });
            self.compare("/api/today", &row.to_string(), &pages);
        }
    }
}

/// What came of the questions of all readers.
#[derive(Debug, Default)]
pub struct Asked {
    told: usize,
    hidden: usize,
    /// Rows of lists.
    pub rows: usize,
    struck: usize,
    /// Records of which somebody was told less than somebody else.
    less: usize,
    /// Records asked about, by the codes of their kinds.
    pub records: BTreeMap<&'static str, usize>,
}

/// Every reader of a world asks about all records and lists; those of one room alone, where one is given.
pub async fn ask_everything(test: &TestApp, room: Option<&str>) -> Asked {
    let mut runner = TestRunner::deterministic();
    let complaints = RefCell::new(Vec::new());
    let mut asked = Asked::default();
    for number in 0..WORLDS {
        let world = World::build(test, number, runner.new_rng()).await;
        asked.struck += world.struck;
        let kinds = |code: &str| test.app.rooms().find(|one| one.code == code).expect("a room").kinds;
        let meant = |made: &&Made| room.is_none_or(|code| kinds(code).iter().any(|kind| **kind == *made.kind));
        let records: Vec<Made> = world.records.iter().filter(meant).copied().collect();
        for made in &records {
            *asked.records.entry(made.kind.code).or_default() += 1;
        }
        let rooms = || telling(test).into_iter().filter(|one| room.is_none_or(|code| one.room == code));
        let whole_of = |made: &Made| {
            let of_kind = |one: &&Telling| kinds(one.room).iter().any(|kind| **kind == *made.kind);
            rooms().find(of_kind).and_then(|one| one.is_whole).zip(made.kind.href(made.id))
        };
        let ids: BTreeSet<String> = world.records.iter().map(|made| made.id.to_string()).collect();
        let areas = names_of_areas(test).await;
        let (mut whole, mut partly) = (BTreeMap::new(), Vec::new());
        for (name, staff, token) in &world.readers {
            let (ctx, opened) = (test.acting(*staff).await, RefCell::default());
            let reader =
                Reader { world: &world, ctx, name, token, ids: &ids, areas: &areas, complaints: &complaints, opened };
            for question in records.iter().flat_map(|made| questions(test, *made)) {
                *(if reader.ask(&question).await { &mut asked.told } else { &mut asked.hidden }) += 1;
            }
            for path in rooms().flat_map(|one| (one.lists)(test)) {
                asked.rows += reader.ask_list(&path).await;
            }
            reader.ask_today().await;
            // The test can fail: what those are told who are told all is more than the page of another says.
            for (is_whole, page) in records.iter().filter_map(whole_of) {
                let (status, body) = reader.get(&format!("/api{page}")).await;
                if status == StatusCode::OK {
                    let body: Value = serde_json::from_str(&body).unwrap();
                    match is_whole(&body) {
                        true => drop(whole.insert(page, body)),
                        false => partly.push((page, reader.ctx.clone(), token, name)),
                    }
                }
            }
        }
        for (page, ctx, token, name) in partly {
            let opened = RefCell::default();
            let reader =
                Reader { world: &world, ctx, name, token, ids: &ids, areas: &areas, complaints: &complaints, opened };
            if let Some(told) = whole.get(&page) {
                assert!(reader.is_told_less(&page, told).await, "{name} sees all of {page}");
                asked.less += 1;
            }
        }
    }
    let complaints = complaints.into_inner();
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
    asked
}

#[test]
fn every_room_whose_records_open_is_in_the_worlds() {
    let opens = |room: &&&Room| room.kinds.iter().any(|kind| kind.guard.is_some() && kind.path.is_some());
    let tells = |room: &&&Room| contributions::<Telling>().any(|one| one.room == room.code);
    let lacking: Vec<&str> = ROOMS.iter().filter(opens).filter(|room| !tells(room)).map(|room| room.code).collect();

    assert_eq!(lacking, [""; 0], "rooms that say nothing of their API: is the line in of_rooms.rs?");
}

both_engines! {
    migrations = MIGRATIONS;

    async fn the_api_tells_no_reader_more_of_any_record_than_its_pages(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;

        let asked = ask_everything(&test, None).await;

        let guarded = test.app.rooms().flat_map(|room| room.kinds).filter(|kind| kind.guard.is_some() && kind.path.is_some());
        let lacking: Vec<&str> = guarded.map(|kind| kind.code).filter(|code| !asked.records.contains_key(code)).collect();
        assert_eq!(lacking, [""; 0], "kinds of record of which there is none in the world");
        assert!(asked.told > 100 && asked.hidden > 100 && asked.rows > 30, "{asked:?}");
        assert!(asked.struck >= 2 && asked.less > 0, "{asked:?}");
    }

    async fn what_stands_on_no_page_is_found_in_a_body(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let ctx = test.system().await;
        let (shown, secret) = (test.clock.new_id().to_string(), test.clock.new_id().to_string());
        let mut pages = Pages::default();
        let areas = names_of_areas(&test).await;
        let [there, here] = [0, 1].map(|at| areas[&test.districts[at].to_string()].clone());
        pages.add(&format!("<main><p>山川 ハナ {here}</p><select><option>{there}</option></select><details class='why'>{there}</details><p>早め 2025-06-10</p><a href='/persons/{shown}'>開く</a></main>"));
        let ids = BTreeSet::from([shown.clone(), secret.clone()]);
        let mut told = Told { ctx: &ctx, pages: &pages, ids: &ids, areas: &areas, steers: steers_of("/api/notices/1"), more: Vec::new() };

        told.look("", &json!({
            "name": "山川 ハナ", "urgency": "soon", "on": "2025-06-10", "id": shown,
            "inside": [{ "note": "夜に来てほしい" }], "urgency_now": "urgent", "at": "2025-06-11T01:00:00Z", "person": secret,
            "area_id": test.districts[0].to_string(), "in": test.districts[1].to_string(),
            "from": "匿名の人", "mark": "長女",
        }));

        assert_eq!(steers_of("/api/thread/notice/1?x=1"), ["mark", "from", "to"]);
        let more: BTreeSet<&str> = told.more.iter().filter_map(|one| one.split(':').next()).collect();
        assert_eq!(more, BTreeSet::from(["note", "urgency_now", "at", "person", "area_id", "from", "mark"]));
    }
}
