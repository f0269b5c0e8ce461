//! Two municipalities of one installation with the same logins and the same records: nobody of one is
//! shown a text or an id of the other, finds anything by the other's ids, or changes anything there.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};

use crate::access::Kind;
use crate::migrations::MIGRATIONS;
use crate::testing::{Answer, PNG, TestApp};
use crate::tests::browser::Visitor;
use crate::tests::samples::{City, Naming, of_rooms, samples};
use crate::web::router::routes;
use crate::web::routes::Route;

/// Stands in the names and texts of the second municipality.
const MARK: &str = "QXZQXZ";
/// Who looks: of each reach one.
const READERS: [&str; 5] = ["lead", "officer", "supervisor", "minsei", "system"];

/// Every id in a text.
fn ids(text: &str) -> BTreeSet<Id> {
    let starts = text.match_indices('-').filter_map(|(at, _)| at.checked_sub(8));
    starts.filter_map(|at| text.get(at..at + 36)?.parse().ok()).collect()
}

/// A municipality as those see it who work there.
struct Town {
    city: City,
    /// Every id of its records, areas and people.
    ids: BTreeSet<Id>,
    /// Addresses with ids of its records in them.
    addresses: BTreeSet<String>,
}

impl Town {
    async fn of(test: TestApp, mark: &'static str) -> Town {
        let city = City::founded(test, mark).await.fill().await;
        let mut addresses: BTreeSet<String> = city.paths().into_iter().collect();
        addresses.extend(samples(&city).into_iter().map(|sample| sample.path));
        let records: Vec<(Kind, Id)> = addresses.iter().filter_map(|path| city.record_at(path)).collect();
        for start in ["/thread", "/corrections", "/files/of"] {
            addresses.extend(records.iter().map(|(kind, id)| format!("{start}/{}/{id}", kind.code)));
        }
        let mut own = own_ids(&city.test).await;
        own.extend(addresses.iter().flat_map(|path| ids(path)));
        Town { city, ids: own, addresses }
    }

    /// How a path of the table of routes is called with the ids of this municipality: with those of one
    /// address that begins as the route does, and with the record of another beside its parts.
    fn paths(&self, route: &str) -> Vec<String> {
        let short = route.strip_prefix("/api").unwrap_or(route);
        let parts: Vec<&str> = short.split('/').collect();
        let places: Vec<usize> = (0..parts.len()).filter(|at| parts[*at].starts_with('{')).collect();
        let Some(last) = places.last() else { return Vec::new() };
        let fitting = |path: &String| {
            let words: Vec<String> = path.split('?').next()?.split('/').map(str::to_owned).collect();
            let fits = words.len() > *last
                && words[*last].parse::<Id>().is_ok()
                && (0..=*last).all(|at| places.contains(&at) || parts[at] == words[at]);
            fits.then(|| places.iter().map(|at| words[*at].clone()).collect::<Vec<String>>())
        };
        let values: BTreeSet<Vec<String>> = self.addresses.iter().filter_map(fitting).collect();
        let record = format!("{}/", parts[..places[0]].join("/"));
        let records = self.addresses.iter().filter_map(|path| {
            let id = path.strip_prefix(&record)?.split(['/', '?']).next()?;
            id.parse::<Id>().ok().map(|_| id.to_owned())
        });
        let firsts: BTreeSet<String> = records.collect();
        let mut all = values.clone();
        for value in values.iter().filter(|value| value[0].parse::<Id>().is_ok()) {
            all.extend(firsts.iter().map(|first| [std::slice::from_ref(first), &value[1..]].concat()));
        }
        let start = route.len() - short.len();
        let fill = |values: Vec<String>| {
            let mut filled: Vec<&str> = parts.clone();
            for (at, value) in places.iter().zip(&values) {
                filled[*at] = value;
            }
            route[..start].to_owned() + &filled.join("/")
        };
        all.into_iter().map(fill).collect()
    }
}

/// The ids of a municipality: the columns `id` of all tables that rooms have.
async fn own_ids(test: &TestApp) -> BTreeSet<Id> {
    let mut read = test.app.db().read(test.tenant).await.unwrap();
    let mut found = BTreeSet::new();
    for table in tables(test) {
        let text = format!("SELECT id FROM {table} WHERE tenant = ?1");
        // Some tables have another key; their rows belong to one that has this.
        if read.prepare_text(&text).await.is_ok() {
            let rows: Vec<(Id,)> = read.query_text(&text, sasae_db::args![test.tenant]).await.unwrap();
            found.extend(rows.into_iter().map(|(id,)| id));
        }
    }
    found
}

fn tables(test: &TestApp) -> impl Iterator<Item = &'static str> {
    test.app.rooms().flat_map(|room| room.tables).copied()
}

/// How many rows a municipality has in each table.
async fn counts(test: &TestApp) -> BTreeMap<&'static str, i64> {
    let mut read = test.app.db().read(test.tenant).await.unwrap();
    let mut counted = BTreeMap::new();
    for table in tables(test) {
        let text = format!("SELECT count(*) FROM {table} WHERE tenant = ?1");
        let rows: Vec<(i64,)> = read.query_text(&text, sasae_db::args![test.tenant]).await.unwrap();
        counted.insert(table, rows[0].0);
    }
    counted
}

/// One request as the route wants it: a page, a form without fields, or an empty JSON object.
async fn call(visitor: &Visitor<'_>, route: &Route, path: &str) -> Answer {
    let token = visitor.token.as_deref();
    if route.method == Method::GET {
        return visitor.get(path).await;
    }
    if path.contains("/files/of/") {
        return visitor.test.post_file(path, token, &[("note", "玄関")], ("玄関.png", PNG)).await;
    }
    if !route.is_api() {
        return visitor.test.post(path, token, &[("_revision", "1")]).await;
    }
    let request = visitor.test.to_host(Request::post(path)).header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::IF_MATCH, "\"1\"");
    let request = request.header(header::COOKIE, format!("sasae_session={}", token.unwrap_or_default()));
    visitor.test.send(request.body(Body::from("{}")).unwrap()).await
}

/// Somebody of the first municipality, with what they were shown of the second.
struct Look<'a> {
    reader: &'static str,
    theirs: &'a Town,
    wrong: &'a mut Vec<String>,
}

impl Look<'_> {
    /// Nothing of the other municipality stands in an answer to a path.
    fn at(&mut self, path: &str, answer: &Answer, echoes: bool) {
        let text = String::from_utf8_lossy(&answer.bytes);
        if !echoes && text.contains(MARK) {
            self.wrong.push(format!("{path} shows {} a text of the other municipality", self.reader));
        }
        let asked = ids(path);
        for id in ids(&text).intersection(&self.theirs.ids).filter(|id| !asked.contains(id)) {
            self.wrong.push(format!("{path} shows {} the id {id} of the other municipality", self.reader));
        }
    }
}

/// Forms of `home` whose fields name something of `named`, each whole but for that.
fn forms(home: &Town, named: &Town) -> Vec<Naming> {
    let rooms = of_rooms(&home.city.test);
    rooms.iter().flat_map(|(_, samples)| (samples.forms)(&home.city, &named.city)).collect()
}

/// Whatever can be searched: the samples that search, and the same in the API.
fn searches(city: &City, table: &[Route]) -> BTreeSet<String> {
    let pages = samples(city).into_iter().filter(|sample| sample.path.contains("?q=")).map(|sample| sample.route);
    let with_api = pages.flat_map(|page| [page.to_owned(), format!("/api{page}")]);
    with_api.filter(|path| table.iter().any(|route| route.method == Method::GET && route.path == path)).collect()
}

async fn send(visitor: &Visitor<'_>, path: &str, fields: &[(&str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    visitor.test.post(path, visitor.token.as_deref(), &fields).await
}

/// Whether what varies in a path is a file of the program or a list, and no record.
fn names_no_record(path: &str) -> bool {
    path.split('/').filter(|part| part.starts_with('{')).all(|part| part == "{name}" || part == "{list}")
}

/// Everything that opens in the first municipality shows nothing of the second, and nothing opens by its ids.
pub async fn look_across([here, there]: [TestApp; 2]) {
    let (ours, theirs) = (Town::of(here, "").await, Town::of(there, MARK).await);
    let table: Vec<Route> = routes(&ours.city.test.app).table().iter().cloned().collect();
    let before = counts(&theirs.city.test).await;
    let (mut wrong, mut opened, mut asked, mut searched) = (Vec::new(), 0, 0, 0);

    for reader in READERS {
        let visitor = Visitor::signed_in(&ours.city.test, reader).await;
        let mut look = Look { reader, theirs: &theirs, wrong: &mut wrong };
        // What is there for them, and the lists of the API.
        let mut own: Vec<String> = samples(&ours.city).into_iter().map(|sample| sample.path).collect();
        own.extend(table.iter().filter(|route| route.method == Method::GET).flat_map(|route| {
            let whole = !route.path.contains('{') && route.is_api();
            if whole { vec![route.path.to_owned()] } else { ours.paths(route.path) }
        }));
        let lists = ours.city.test.app.rooms().flat_map(|room| room.lists);
        own.extend(lists.map(|list| format!("/api/lists/{}/views", list.code)));
        own.sort();
        own.dedup();
        for path in own {
            let answer = visitor.get(&path).await;
            opened += usize::from(answer.status == StatusCode::OK);
            look.at(&path, &answer, false);
        }
        // What is found by the other's words.
        for path in searches(&ours.city, &table) {
            let answer = visitor.get(&format!("{path}?q={MARK}")).await;
            look.at(&path, &answer, true);
            searched += 1;
        }
        // What is found by the other's ids, and what can be done there.
        for sample in samples(&theirs.city) {
            let answer = visitor.get(&sample.path).await;
            look.at(&sample.path, &answer, false);
            if sample.of_record && answer.status != StatusCode::NOT_FOUND {
                look.wrong.push(format!("{} answers {reader} with {}", sample.path, answer.status));
            }
        }
        for route in table.iter().filter(|route| route.path.contains('{')) {
            let paths = theirs.paths(route.path);
            if paths.is_empty() && !names_no_record(route.path) {
                look.wrong.push(format!("{} was called with no id of the other", route.path));
            }
            for path in paths {
                assert!(!path.contains('{'), "{path}");
                let answer = call(&visitor, route, &path).await;
                asked += 1;
                look.at(&path, &answer, false);
                if answer.status != StatusCode::NOT_FOUND {
                    look.wrong.push(format!("{} {path} answers {reader} with {}", route.method, answer.status));
                }
            }
        }
    }
    let after = counts(&theirs.city.test).await;
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(before, after);
    assert!(theirs.ids.len() > 50 && opened > 300 && asked > 500, "{} ids, {opened}, {asked}", theirs.ids.len());
    assert!(searched >= READERS.len() * 4, "{searched} searches");
}

/// No form of the first municipality takes what is of the second.
pub async fn name_across([here, there]: [TestApp; 2]) {
    let (ours, theirs) = (Town::of(here, "").await, Town::of(there, MARK).await);
    let officer = Visitor::signed_in(&ours.city.test, "officer").await;
    let before = [counts(&ours.city.test).await, counts(&theirs.city.test).await];
    let mut wrong = Vec::new();

    for Naming { action: path, fields } in forms(&ours, &theirs) {
        let answer = send(&officer, &path, &fields).await;
        let mut look = Look { reader: "officer", theirs: &theirs, wrong: &mut wrong };
        look.at(&path, &answer, true);
        if ![StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY].contains(&answer.status) {
            look.wrong.push(format!("{path} with {fields:?} answers {}", answer.status));
        }
    }
    let after = [counts(&ours.city.test).await, counts(&theirs.city.test).await];

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (before, after) in before.iter().zip(&after) {
        let grown: Vec<&str> = before.keys().filter(|table| before[*table] != after[*table]).copied().collect();
        let written: Vec<&&str> =
            grown.iter().filter(|table| !table.starts_with("audit") && **table != "draft").collect();
        assert_eq!(written, [&""; 0], "{grown:?}");
    }
    // The same forms with own ids are taken: it was for these that they were not.
    for Naming { action: path, fields } in forms(&ours, &ours) {
        let answer = send(&officer, &path, &fields).await;
        if answer.status != StatusCode::SEE_OTHER {
            let said = crate::tests::browser::words(&answer.body);
            wrong.push(format!("{path} with own {fields:?} answers {}: {said}", answer.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

both_engines! {
    migrations = MIGRATIONS;

    async fn nobody_is_shown_anything_of_another_municipality(db: TestDb) {
        look_across(TestApp::neighbours(db.db.clone()).await).await;
    }

    async fn a_session_of_one_municipality_is_none_in_the_other(db: TestDb) {
        let [here, there] = TestApp::neighbours(db.db.clone()).await;
        let (ours, theirs) = (City::founded(here, "").await, City::founded(there, MARK).await);
        let token = ours.test.sign_in("lead").await;

        let at_home = ours.test.get("/today", Some(&token)).await;
        let abroad = theirs.test.get("/today", Some(&token)).await;
        let of_api = theirs.test.get("/api/today", Some(&token)).await;

        assert_eq!(at_home.status, StatusCode::OK);
        assert_eq!(abroad.status, StatusCode::SEE_OTHER);
        assert!(abroad.location.starts_with("/sign-in"), "{}", abroad.location);
        assert_eq!(of_api.status, StatusCode::UNAUTHORIZED);
    }

    async fn what_is_of_another_municipality_cannot_be_named_in_a_form(db: TestDb) {
        name_across(TestApp::neighbours(db.db.clone()).await).await;
    }
}
