//! Every page of the table of routes, opened by everybody in a city with
//! records and in one without, in both languages.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines, contributions};
use scraper::Html;

use super::browser::{Opened, Visitor, all, text_of, typed};
use super::look::{faults, fits};
use super::samples::{City, Member, Sample, Samples, of_rooms, samples};
use crate::access::{self, Act, Kind};
use crate::account::session::csrf_of;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::lang::{Lang, Words};
use crate::migrations::MIGRATIONS;
use crate::profile::Function;
use crate::room::Room;
use crate::rooms::ROOMS;
use crate::testing::{TENANT, TestApp};
use crate::web::Gate;
use crate::web::router::routes;
use crate::web::routes::Route;

/// The lines of the table that answer with something else than a page.
fn is_page(route: &Route) -> bool {
    let file = route.path.starts_with("/assets/") || ["/files/{id}", "/exports/{id}/file"].contains(&route.path);
    route.method == Method::GET && !route.path.starts_with("/api/") && !file
}

/// Who has not signed in.
const ANYONE: &str = "anyone";

/// Somebody who opens the pages, and what the policy says of them. It is asked here, from the facts of
/// the record; the answer of a page has no part in what is expected of it.
struct Reader<'a> {
    city: &'a City,
    ctx: Ctx,
    /// None for one who has not signed in.
    member: Option<&'a Member>,
}

impl<'a> Reader<'a> {
    async fn new(city: &'a City, member: Option<&'a Member>) -> Reader<'a> {
        let ctx = match member {
            Some(member) => city.test.acting(member.staff).await,
            None => city.test.public().await,
        };
        Reader { city, ctx, member }
    }

    fn login(&self) -> &'static str {
        self.member.map_or(ANYONE, |member| member.login)
    }

    /// Where the gate of a route turns the reader away, with what.
    fn stopped(&self, gate: Gate) -> Option<StatusCode> {
        let role = self.member.and_then(|member| member.role);
        match (gate, self.member) {
            (Gate::Public, _) | (Gate::Account, Some(_)) => None,
            (Gate::Account | Gate::Staff | Gate::Function(_) | Gate::AnyOf(_), None) => Some(StatusCode::SEE_OTHER),
            (Gate::Staff, Some(_)) => role.is_none().then_some(StatusCode::FORBIDDEN),
            // To one without the function the page does not exist.
            (Gate::Function(function), Some(_)) => self.without(&[function], role),
            (Gate::AnyOf(functions), Some(_)) => self.without(functions, role),
        }
    }

    fn without(&self, functions: &[&'static Function], role: Option<&str>) -> Option<StatusCode> {
        let profile = self.ctx.profile();
        let mut carriers = functions.iter().flat_map(|function| profile.roles_that_may(function));
        let carries = carriers.any(|carrier| Some(carrier.code.as_str()) == role);
        (!carries).then_some(StatusCode::NOT_FOUND)
    }

    /// Whether the policy lets the reader do this to the record.
    async fn may(&self, (kind, id): (Kind, Id), act: Act) -> bool {
        let mut read = self.city.test.app.db().read(TENANT).await.expect("a connection");
        match access::allowed(&self.ctx, &mut read, kind, id, act).await {
            Ok(may) => may,
            Err(Error::NotFound) => false,
            Err(other) => panic!("{}: {other:?}", self.login()),
        }
    }

    /// With what a page must answer. Whoever sees the record but may not do this is told so; to all
    /// others there is nothing. `sees` is what the sample says, and decides where no policy does.
    async fn meant(&self, gate: Gate, sample: &Sample, sees: bool) -> StatusCode {
        if let Some(stopped) = self.stopped(gate) {
            return stopped;
        }
        let opens = match (sample.leads, self.member) {
            // The sign-in leads those on who have signed in already.
            (Some(_), None) if !sees => StatusCode::OK,
            (Some(_), _) => StatusCode::SEE_OTHER,
            (None, _) => StatusCode::OK,
        };
        let Some(record) = sample.record else {
            let opens_to_all = sees || self.member.is_none();
            return if opens_to_all { opens } else { StatusCode::NOT_FOUND };
        };
        for act in sample.acts {
            if !self.may(record, *act).await {
                let sees = self.may(record, Act::SEE).await;
                return if sees { StatusCode::FORBIDDEN } else { StatusCode::NOT_FOUND };
            }
        }
        opens
    }
}

/// What was wrong on the way, with where and for whom.
struct Walk {
    table: Vec<Route>,
    wrong: Vec<String>,
    seen: usize,
    /// How often one who may not was to be told what.
    refused: BTreeMap<StatusCode, usize>,
}

impl Walk {
    fn new(city: &City) -> Walk {
        Walk {
            table: routes(&city.test.app).table().iter().cloned().collect(),
            wrong: Vec::new(),
            seen: 0,
            refused: BTreeMap::new(),
        }
    }

    fn gate(&self, route: &str) -> Gate {
        self.table.iter().find(|line| is_page(line) && line.path == route).expect("a route of the table").gate
    }

    /// Opens a sample for one visitor, and compares what came with what is meant.
    async fn open(&mut self, reader: &Reader<'_>, visitor: &Visitor<'_>, sample: &Sample, filled: bool) {
        let login = reader.login();
        let named = sample.sees.split(' ').any(|name| name == login);
        let sees = named && (filled || !sample.of_record);
        let meant = reader.meant(self.gate(sample.route), sample, sees).await;
        let answer = visitor.get(&sample.path).await;
        if sees != [StatusCode::OK, StatusCode::SEE_OTHER].contains(&meant) && login != ANYONE {
            self.wrong.push(format!("{}: the sample and the policy differ about {login}: {meant}", sample.path));
        }
        if let Some(to) = sample.leads.filter(|to| sees && !answer.location.starts_with(to)) {
            self.wrong.push(format!("{} led {login} to {:?} instead of {to}", sample.path, answer.location));
        }
        *self.refused.entry(meant).or_default() += usize::from(!sees);
        let at = format!("{} for {login} in {}", sample.path, visitor.lang.code());
        if answer.status != meant {
            self.wrong.push(format!("{at}: {} instead of {meant}", answer.status));
        }
        if answer.status == StatusCode::SEE_OTHER {
            return;
        }
        self.seen += 1;
        let csrf = visitor.token.as_deref().map(csrf_of);
        let found = faults(&answer, visitor.lang, csrf.as_deref(), &self.table);
        self.wrong.extend(found.into_iter().map(|fault| format!("{at}: {fault}")));
        let says = !filled && sample.says_empty.split(' ').any(|name| name == login);
        if says && all(&Html::parse_document(&answer.body), "main .empty").is_empty() {
            self.wrong.push(format!("{at}: nothing says that it is empty"));
        }
    }

    /// What has no sample: pages, records that open, lists that leave as files, records with files.
    fn lacking(&self, city: &City, samples: &[Sample]) -> Vec<String> {
        let pages = self.table.iter().filter(|line| is_page(line)).map(|line| line.path);
        let bare = pages.filter(|path| !samples.iter().any(|sample| sample.route == *path));
        let rooms = || city.test.app.rooms();
        let lists = rooms().flat_map(|room| room.lists).map(|list| format!("/lists/{}/export", list.code));
        let files = rooms().flat_map(|room| room.attachments).map(|rule| format!("/files/of/{}/", rule.kind.code));
        let opening = rooms().flat_map(|room| room.kinds).filter_map(|kind| kind.path.map(str::to_owned));
        let beside = lists.chain(files).chain(opening);
        let unseen = beside.filter(|start| !samples.iter().any(|sample| sample.path.starts_with(start)));
        bare.map(str::to_owned).chain(unseen).map(|page| format!("{page} has no sample")).collect()
    }

    /// Opens the samples of the rooms that are meant.
    async fn all(&mut self, city: &City, filled: bool, english: &[&str], meant: impl Fn(&Room) -> bool) {
        self.wrong.extend(self.lacking(city, &samples(city)));
        let rooms = of_rooms(&city.test);
        let samples: Vec<Sample> =
            rooms.iter().filter(|(room, _)| meant(room)).flat_map(|(_, of_room)| (of_room.pages)(city)).collect();
        for sample in &samples {
            assert!(fits(sample.route, sample.path.split('?').next().unwrap()), "{}", sample.path);
        }
        for member in city.crew.iter().map(Some).chain([None]) {
            let reader = Reader::new(city, member).await;
            let mut visitor = match member {
                None => Visitor::anyone(&city.test),
                Some(member) => Visitor::signed_in(&city.test, member.login).await,
            };
            for lang in [Lang::Ja, Lang::En] {
                if lang == Lang::En && !english.contains(&reader.login()) {
                    continue;
                }
                visitor.lang = lang;
                for sample in &samples {
                    self.open(&reader, &visitor, sample, filled).await;
                }
            }
        }
    }

    /// Nothing was wrong; at least so many pages were looked at, and so many who see a record were
    /// refused an act, and so many found none.
    fn settle(mut self, seen: usize, refused: usize, none: usize) {
        self.wrong.sort();
        self.wrong.dedup();
        assert!(self.wrong.is_empty(), "{} of {}:\n{}", self.wrong.len(), self.seen, self.wrong.join("\n"));
        assert!(self.seen > seen, "only {} pages were looked at", self.seen);
        let told = |status| self.refused.get(&status).copied().unwrap_or_default();
        let (forbidden, hidden) = (told(StatusCode::FORBIDDEN), told(StatusCode::NOT_FOUND));
        assert!(forbidden >= refused && hidden > none, "{forbidden} × 403, {hidden} × 404");
    }
}

/// Whether a letter is one of Japanese writing.
fn is_japanese(c: char) -> bool {
    ('\u{3040}'..='\u{30ff}').contains(&c) || ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Words in Japanese on an English page, apart from names, eras and what people typed.
fn japanese(page: &Opened, typed: &[String]) -> Vec<String> {
    // One letter says nothing about what it stands in.
    let typed = || typed.iter().map(String::as_str).filter(|text| text.chars().count() > 1);
    // 山 is what a sample searches for: the list of persons says what was typed.
    let names = ["日本語", "令和", "試験市", "甲区", "乙区", "第1", "第2", "さん", "年", "月", "日", "山"];
    // Names that hold words that people typed; the picture of a thread breaks long ones.
    const WHOLE: [&str; 6] = ["みどり地域包括支援センター", "地域包括支援セン", "みどり", "ター", "昭和", "平成"];
    let dom = Html::parse_document(&page.answer.body);
    all(&dom, "body *")
        .iter()
        .map(|element| {
            let own = element.children().filter_map(|child| child.value().as_text().map(|text| text.to_string()));
            WHOLE
                .into_iter()
                .chain(typed())
                .chain(names)
                .fold(own.collect::<String>(), |text, known| text.replace(known, ""))
        })
        .filter(|own| own.chars().any(is_japanese))
        .collect()
}

/// Every page of one room, in a house that has it: opened by everybody in a city with records.
pub async fn look_at(test: TestApp, room: &str, seen: usize, none: usize) {
    let city = City::founded(test, "").await.fill().await;
    let mut walk = Walk::new(&city);

    walk.all(&city, true, &["lead", "officer", "anyone"], |one| one.code == room).await;

    walk.settle(seen, 0, none);
}

#[test]
fn every_room_whose_records_open_brings_samples_of_its_pages() {
    let opens = |room: &&&Room| room.kinds.iter().any(|kind| kind.guard.is_some() && kind.path.is_some());
    let brings = |room: &&&Room| contributions::<Samples>().any(|samples| samples.room == room.code);
    let lacking: Vec<&str> = ROOMS.iter().filter(opens).filter(|room| !brings(room)).map(|room| room.code).collect();
    let codes: Vec<&str> = contributions::<Samples>().map(|samples| samples.room).collect();
    let twice: Vec<&str> =
        codes.iter().copied().filter(|code| codes.iter().filter(|one| *one == code).count() > 1).collect();

    assert_eq!(lacking, [""; 0], "rooms without samples: is the line in of_rooms.rs?");
    assert_eq!(twice, [""; 0], "rooms that bring samples twice");
}

both_engines! {
    migrations = MIGRATIONS;

    async fn every_page_is_whole_for_everybody_who_opens_it(db: TestDb) {
        let city = City::filled(db.db.clone()).await;
        let mut walk = Walk::new(&city);

        walk.all(&city, true, &["lead", "officer", "anyone"], |_| true).await;

        walk.settle(400, 60, 100);
    }

    async fn every_page_of_an_empty_city_says_so_and_what_to_do(db: TestDb) {
        let city = City::empty(db.db.clone()).await;
        let mut walk = Walk::new(&city);

        walk.all(&city, false, &["lead", "anyone"], |_| true).await;

        walk.settle(400, 20, 100);
    }

    async fn every_form_that_keeps_a_draft_comes_back_half_written(db: TestDb) {
        let city = City::filled(db.db.clone()).await;
        let officer = Visitor::signed_in(&city.test, "officer").await;
        let mut kept = Vec::new();

        for sample in samples(&city).into_iter().filter(|sample| sample.sees.contains("officer") && sample.leads.is_none()) {
            let page = officer.open(&sample.path).await;
            let Some((action, name)) = half_written(&page) else { continue };
            let back = officer.send(&page, &action, &[(name.as_str(), "途中まで書いた"), ("_draft", "1")]).await;
            if !back.answer.body.contains("途中まで書いた") || !back.words().contains("下書きから続けています") {
                panic!("{} lost {name} and came back as {}: {}", sample.path, back.at, back.words());
            }
            kept.push(sample.route);
        }

        kept.dedup();
        assert!(kept.len() >= 9, "only {kept:?} keep a draft");
    }

    async fn an_english_page_of_a_filled_city_has_no_japanese_but_names_and_what_people_typed(db: TestDb) {
        let city = City::filled(db.db.clone()).await;
        let typed = typed();
        let mut wrong = Vec::new();
        let mut looked = 0;

        for login in ["lead", "officer"] {
            let mut visitor = Visitor::signed_in(&city.test, login).await;
            visitor.lang = Lang::En;
            for sample in samples(&city) {
                // A message goes out in both languages, and its page shows it as it went.
                if sample.route.starts_with("/messages/{id}") {
                    continue;
                }
                if sample.leads.is_some() || !sample.sees.split(' ').any(|name| name == login) {
                    continue;
                }
                let page = visitor.open(&sample.path).await;
                looked += usize::from(sample.of_record);
                wrong.extend(japanese(&page, &typed).into_iter().map(|words| format!("{}: {words}", sample.path)));
            }
        }

        wrong.sort();
        wrong.dedup();
        assert!(looked > 60, "only {looked} pages of records");
        assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
    }

    async fn an_english_page_of_an_empty_city_has_no_japanese_but_names(db: TestDb) {
        let city = City::empty(db.db.clone()).await;
        let mut lead = Visitor::signed_in(&city.test, "lead").await;
        lead.lang = Lang::En;
        let mut wrong = Vec::new();

        for sample in samples(&city) {
            if sample.of_record || sample.leads.is_some() || !sample.sees.contains("lead") {
                continue;
            }
            let page = lead.open(&sample.path).await;
            wrong.extend(japanese(&page, &[]).into_iter().map(|words| format!("{}: {words}", sample.path)));
        }

        wrong.sort();
        wrong.dedup();
        assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
    }
}

/// The form of a page that keeps a draft, and the first field in it for words.
fn half_written(page: &Opened) -> Option<(String, String)> {
    let dom = Html::parse_document(&page.answer.body);
    let form = all(&dom, "form[data-draft]").into_iter().next()?;
    let words = scraper::Selector::parse("textarea[name], input[type=text][name]").expect("a selector");
    let name = form.select(&words).next().and_then(|field| field.attr("name")).expect("a field for words");
    Some((form.attr("action")?.to_owned(), name.to_owned()))
}

#[test]
fn the_look_at_a_page_finds_what_it_looks_for() {
    use crate::testing::Answer;

    let bare = "<html lang=ja><head><title>t</title></head><body><main>BODY</main></body></html>";
    let table = [Route::new(Method::GET, "/a/{id}", Gate::Public, Words("試", "Trial"))];
    let look = |body: &str| {
        let answer = Answer {
            status: StatusCode::OK,
            location: String::new(),
            body: bare.replace("BODY", body),
            token: None,
            policy: "script-src 'nonce-0123456789'".to_owned(),
            headers: axum::http::HeaderMap::new(),
            bytes: Vec::new(),
        };
        faults(&answer, Lang::Ja, Some("token"), &table).join("; ")
    };
    let large = format!("<h1>x</h1>{}", "a".repeat(150_000));
    let cases = [
        ("<h2>x</h2>", "0 × h1"),
        ("<h1>x</h1><h1>y</h1>", "2 × h1"),
        ("<h1> </h1>", "an h1 without words"),
        ("<h1>x</h1><a class=button-primary href='/a/1'>a</a><a class=button-primary href='/a/1'>b</a>", "2 primary"),
        ("<h1 id=a>x</h1><p id=a></p>", "#a stands twice"),
        ("<h1>x</h1><a href='#b'>b</a>", "#b leads nowhere"),
        ("<h1>x</h1><input name=q>", "no label"),
        ("<h1>x</h1><fieldset></fieldset>", "without a legend"),
        ("<h1>x</h1><form method=post action='/a/1'></form>", "no token"),
        ("<h1>x</h1><script>alert(1)</script>", "a script"),
        ("<h1>x</h1><script nonce=9876543210 src='/a'></script>", "a script"),
        ("<h1 style='color:red'>x</h1>", "inline style"),
        ("<h1>x</h1><img src='https://example.org/x'>", "an address outside"),
        ("<h1>x</h1><img src='//example.org/x'>", "an address outside"),
        ("<h1>x</h1><a href='/b'>b</a>", "GET /b is no page"),
        ("<h1>x</h1><a href='/a/1'></a>", "without words"),
        (large.as_str(), "bytes"),
    ];

    assert_eq!(look("<h1>x</h1><a href='/a/1?b#c'>a</a><script nonce=0123456789 src='/a/1'></script>"), "");
    for (body, fault) in cases {
        let found = look(body);
        assert!(found.contains(fault), "{body}: {found}");
    }
    assert_eq!(text_of(&all(&Html::parse_document("<p> a  b</p>"), "p")[0]), "a b");
}
