//! Two municipalities of one installation with the same logins and the same records: nobody of one is
//! shown a text or an id of the other, finds anything by the other's ids, or changes anything there.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};

use crate::migrations::MIGRATIONS;
use crate::testing::{Answer, PNG, TestApp};
use crate::tests::browser::Visitor;
use crate::tests::samples::{City, samples};
use crate::web::router::routes;
use crate::web::routes::Route;

/// Stands in the names and texts of the second municipality.
const MARK: &str = "QXZQXZ";
/// A receipt number that was given to nobody.
const UNKNOWN_RECEIPT: &str = "5YY3-QYA4-KRT9";
/// Who looks: of each reach one.
const READERS: [&str; 5] = ["lead", "officer", "supervisor", "minsei", "system"];

/// Every id in a text.
fn ids(text: &str) -> BTreeSet<Id> {
    let starts = text.match_indices('-').filter_map(|(at, _)| at.checked_sub(8));
    starts.filter_map(|at| text.get(at..at + 36)?.parse().ok()).collect()
}

/// The first id in a text that stands behind a part of a path.
fn behind(text: &str, part: &str) -> Id {
    text.split(part).skip(1).find_map(|rest| rest.get(..36)?.parse().ok()).expect(part)
}

/// A municipality as those see it who work there.
struct Town {
    city: City,
    /// Every id of its records, areas and people.
    ids: BTreeSet<Id>,
    /// A role that was asked, and a goal of the plan.
    role: Id,
    goal: Id,
}

impl Town {
    async fn of(test: TestApp, mark: &'static str) -> Town {
        let city = City::founded(test, mark).await.fill().await;
        let lead = Visitor::signed_in(&city.test, "lead").await;
        let case = lead.open(&city.case).await.answer.body;
        let plan = lead.open(&city.plan).await.answer.body;
        let (role, goal) = (behind(&case, "/roles/"), behind(&(case.clone() + &plan), "/goals/"));
        let mut own = own_ids(&city.test).await;
        own.extend([role, goal]);
        Town { city, ids: own, role, goal }
    }

    /// How a path of the table of routes is called with the ids of this municipality.
    fn paths(&self, route: &str) -> Vec<String> {
        let city = &self.city;
        let short = route.strip_prefix("/api").unwrap_or(route);
        let mut parts = short.split('/').skip(1);
        let one = |room: &str, path: &str| vec![("{id}", behind(path, room).to_string())];
        let entries = [
            ("assessments", &city.assessment),
            ("plans", &city.plan),
            ("contacts", &city.contact),
            ("contacts", &city.struck_contact),
            ("monitoring", &city.monitoring),
        ];
        let kinds = [
            ("person", "/persons/", &city.person),
            ("notice", "/notices/", &city.notice),
            ("consultation", "/consultations/", &city.consultation),
            ("case", "/cases/", &city.case),
        ];
        let of_kind = |names: [&'static str; 2]| {
            let values = |(kind, room, path): &(&str, &str, &String)| {
                vec![(names[0], (*kind).to_owned()), (names[1], behind(path, room).to_string())]
            };
            kinds.iter().map(values).collect::<Vec<_>>()
        };
        let values: Vec<Vec<(&str, String)>> =
            match (parts.next().unwrap_or_default(), parts.next().unwrap_or_default()) {
                ("persons", _) => {
                    let part = |path: &str, part: &str| behind(path, part).to_string();
                    let with = |path: &str| {
                        vec![
                            ("{id}", behind(path, "/persons/").to_string()),
                            ("{entrustment}", part(&city.ended[0], "/entrustments/")),
                            ("{restriction}", part(&city.ended[1], "/restrictions/")),
                        ]
                    };
                    vec![with(&city.person), with(&city.ended[0])]
                }
                ("notices", _) => [&city.notice, &city.decided, &city.answered, &city.struck]
                    .map(|path| one("/notices/", path))
                    .into(),
                ("consultations", _) => [&city.consultation, &city.nameless, &city.settled, &city.struck_consultation]
                    .map(|path| one("/consultations/", path))
                    .into(),
                ("cases", _) => {
                    let with = |case: &str, (entry, path): (&str, &String)| {
                        vec![
                            ("{id}", behind(case, "/cases/").to_string()),
                            ("{entries}", entry.to_owned()),
                            ("{record}", behind(path, &format!("/{entry}/")).to_string()),
                            ("{person}", behind(&city.person, "/persons/").to_string()),
                            ("{role}", self.role.to_string()),
                            ("{goal}", self.goal.to_string()),
                        ]
                    };
                    let fits = |entry: &str| {
                        !route.contains("{record}")
                            || route.contains("{entries}")
                            || route.contains(&format!("/{entry}/{{record}}"))
                    };
                    let fitting = entries.into_iter().filter(|(entry, _)| fits(entry));
                    fitting.flat_map(|entry| [with(&city.case, entry), with(&city.closed, entry)]).collect()
                }
                ("thread", _) => of_kind(["{kind}", "{id}"]),
                ("corrections", _) | ("files", "of") => of_kind(["{kind}", "{record}"]),
                ("files", _) => vec![one("/files/", &city.file)],
                ("exports", _) => vec![one("/exports/", &city.export)],
                ("views", _) => vec![one("/views/", &city.view)],
                ("messages", "organisations") => vec![one("/organisations/", &city.organisation)],
                ("messages", _) => vec![one("/messages/", &city.message)],
                _ => Vec::new(),
            };
        let fill = |values: &Vec<(&str, String)>| {
            values.iter().fold(route.to_owned(), |path, (name, value)| path.replace(name, value))
        };
        values.iter().map(fill).collect::<BTreeSet<_>>().into_iter().collect()
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
fn forms(home: &Town, named: &Town) -> Vec<(String, Vec<(&'static str, String)>)> {
    let city = &named.city;
    let staff = |login: &str| city.crew.iter().find(|one| one.login == login).map(|one| one.staff).expect(login);
    let area = city.test.districts[0];
    let own_area = home.city.test.districts[0];
    // One who is in no case and entrusted to nobody today.
    let person = behind(&city.ended[0], "/persons/");
    let consultation = behind(&city.nameless, "/consultations/");
    let organisation = behind(&city.organisation, "/organisations/");
    let own_person = behind(&home.city.ended[0], "/persons/");
    let (case, own) = (home.city.case.as_str(), home.city.person.as_str());
    let told: &[(&str, &str)] = &[("kind", "mail_piled"), ("what", "新聞"), ("urgent", "no")];
    let intake: &[(&str, &str)] = &[
        ("channel", "phone"),
        ("from_whom", "neighbour"),
        ("what", "電話"),
        ("urgency", "normal"),
        ("received_on", "2025-06-10"),
    ];
    let role: &[(&str, &str)] = &[("role", "visit"), ("task", "たずねる"), ("due_on", "2025-07-10")];
    let opening: &[(&str, &str)] = &[("title", "買い物")];
    let form = |path: &str, fixed: &[(&'static str, &'static str)], ids: &[(&'static str, Id)]| {
        let fixed = fixed.iter().map(|(name, value)| (*name, (*value).to_owned()));
        (path.to_owned(), fixed.chain(ids.iter().map(|(name, id)| (*name, id.to_string()))).collect())
    };
    let mut forms = vec![
        form("/notices", told, &[("area", area)]),
        form("/notices", told, &[("area", own_area), ("person", person)]),
        form("/persons", &[("family", "谷"), ("given", "カナ"), ("birth", "昭和15年4月1日")], &[("area", area)]),
        form("/consultations", intake, &[("area", area)]),
        form("/consultations", intake, &[("area", own_area), ("person", person)]),
        form("/cases", opening, &[("area", own_area), ("persons", person), ("main", person)]),
        form(&format!("{case}/persons"), &[], &[("person", person)]),
        form(&format!("{case}/roles"), role, &[("staff", staff("officer"))]),
        form(&format!("{own}/entrust"), &[], &[("staff", staff("officer"))]),
        form(
            &format!("{own}/restrict"),
            &[("kind", "barred"), ("reason", "domestic_violence")],
            &[("against_staff", staff("minsei"))],
        ),
    ];
    // Own ones are refused for another reason: the organisation has been asked already, and
    // nobody has said whose consultation it is.
    if named.city.test.tenant != home.city.test.tenant {
        let of_case =
            [("area", own_area), ("consultation", consultation), ("persons", own_person), ("main", own_person)];
        forms.push(form("/cases", opening, &of_case));
        forms.push(form(&format!("{case}/roles"), role, &[("organisation", organisation)]));
    }
    forms
}

async fn send(visitor: &Visitor<'_>, path: &str, fields: &[(&str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    visitor.test.post(path, visitor.token.as_deref(), &fields).await
}

/// Whether what varies in a path is a file of the program or a list, and no record.
fn names_no_record(path: &str) -> bool {
    path.split('/').filter(|part| part.starts_with('{')).all(|part| part == "{name}" || part == "{list}")
}

both_engines! {
    migrations = MIGRATIONS;

    async fn nobody_is_shown_anything_of_another_municipality(db: TestDb) {
        let [here, there] = TestApp::neighbours(db.db.clone()).await;
        let (ours, theirs) = (Town::of(here, "").await, Town::of(there, MARK).await);
        let table: Vec<Route> = routes(&ours.city.test.app).table().iter().cloned().collect();
        let before = counts(&theirs.city.test).await;
        let (mut wrong, mut opened, mut asked) = (Vec::new(), 0, 0);

        for reader in READERS {
            let visitor = Visitor::signed_in(&ours.city.test, reader).await;
            let mut look = Look { reader, theirs: &theirs, wrong: &mut wrong };
            // What is there for them, and the lists of the API.
            let mut own: Vec<String> = samples(&ours.city).into_iter().map(|sample| sample.path).collect();
            own.extend(table.iter().filter(|route| route.method == Method::GET).flat_map(|route| {
                let whole = !route.path.contains('{') && route.is_api();
                if whole { vec![route.path.to_owned()] } else { ours.paths(route.path) }
            }));
            own.extend(["notice", "consultation", "case", "person"].map(|list| format!("/api/lists/{list}/views")));
            own.sort();
            own.dedup();
            for path in own {
                let answer = visitor.get(&path).await;
                opened += usize::from(answer.status == StatusCode::OK);
                look.at(&path, &answer, false);
            }
            // What is found by the other's words.
            for path in ["/search", "/persons", "/api/persons", "/messages/organisations"] {
                let answer = visitor.get(&format!("{path}?q={MARK}")).await;
                look.at(path, &answer, true);
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
        // A receipt of the other municipality is a number that nobody got here.
        let asks = async |town: &Town, receipt: &str| {
            let answer = Visitor::anyone(&town.city.test).open(&format!("/receipt?receipt={receipt}")).await;
            answer.words().replace(receipt, "")
        };
        let receipt = theirs.city.receipt.as_str();
        assert_eq!(asks(&ours, receipt).await, asks(&ours, UNKNOWN_RECEIPT).await);
        assert_ne!(asks(&theirs, receipt).await, asks(&theirs, UNKNOWN_RECEIPT).await);

        wrong.sort();
        wrong.dedup();
        assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
        assert_eq!(before, after);
        assert!(theirs.ids.len() > 50 && opened > 300 && asked > 500, "{} ids, {opened}, {asked}", theirs.ids.len());
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
        let [here, there] = TestApp::neighbours(db.db.clone()).await;
        let (ours, theirs) = (Town::of(here, "").await, Town::of(there, MARK).await);
        let officer = Visitor::signed_in(&ours.city.test, "officer").await;
        let before = [counts(&ours.city.test).await, counts(&theirs.city.test).await];
        let mut wrong = Vec::new();

        for (path, fields) in forms(&ours, &theirs) {
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
            let written: Vec<&&str> = grown.iter().filter(|table| !table.starts_with("audit") && **table != "draft").collect();
            assert_eq!(written, [&""; 0], "{grown:?}");
        }
        // The same forms with own ids are taken: it was for these that they were not.
        for (path, fields) in forms(&ours, &ours) {
            let answer = send(&officer, &path, &fields).await;
            if answer.status != StatusCode::SEE_OTHER {
                let said = crate::tests::browser::words(&answer.body);
                wrong.push(format!("{path} with own {fields:?} answers {}: {said}", answer.status));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
