//! `TestApp`: the whole application over a fresh database, with builders for
//! the little that a test needs. Tests talk to it as a browser does.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use jiff::Timestamp;
use jiff::civil::{Date, date, datetime};
use sasae_core::clock::{Clock, from_tokyo};
use sasae_core::id::Id;
use sasae_core::municipality::MunicipalityCode;
use sasae_db::Db;
use tower::ServiceExt;

use crate::access;
use crate::app::{App, Settings};
use crate::area::store::Area;
use crate::ctx::{Actor, Ctx, StaffActor, Visit, Work};
use crate::error::Result;
use crate::profile::Profile;
use crate::room::Rooms;
use crate::tenancy::{self, FOREVER};
use crate::web::router;
use crate::{account, area, staff};

/// The municipality of tests.
pub const TENANT: &str = "401005";
/// The municipality beside it, where a test has two.
pub const NEIGHBOUR: &str = "401307";
/// The profile of tests.
const PROFILE: &str = "kitakyushu";
/// The first day of the test city.
pub const SINCE: Date = date(2020, 4, 1);

/// The application over a database of its own.
pub struct TestApp {
    /// The application.
    pub app: App,
    /// Its clock: stands at 2025-06-10 10:00 in Japan until it is moved.
    pub clock: Clock,
    /// The city: every test has one.
    pub city: Id,
    /// Two wards of it, 甲区 and 乙区.
    pub wards: [Id; 2],
    /// Two districts of each ward, in the order of the wards.
    pub districts: [Id; 4],
    /// The municipality's code.
    pub tenant: &'static str,
    /// The host name under which it is called; empty where there is only one.
    pub host: &'static str,
    /// The folder of attachments, which goes with this value.
    pub files: FilesFolder,
    rooms: Rooms,
    router: Router,
}

/// A folder of attachments for one test; it is made with the first file.
#[derive(Debug)]
pub struct FilesFolder(pub PathBuf);

impl FilesFolder {
    fn new() -> FilesFolder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sasae-test-files-{}-{number}", std::process::id());
        FilesFolder(std::env::temp_dir().join(name))
    }
}

impl Drop for FilesFolder {
    fn drop(&mut self) {
        // Most tests never make it.
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Where it leads, for redirects.
    pub location: String,
    /// The body.
    pub body: String,
    /// The session cookie's token, when one was set.
    pub token: Option<String>,
    /// The content security policy.
    pub policy: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl TestApp {
    /// A small city on the profile of the Kitakyushu shape.
    pub async fn new(db: Db) -> TestApp {
        let mut test = TestApp::bare(db).await;
        test.build_areas().await.expect("areas");
        test
    }

    /// The same city in a house with other rooms, on a profile of its own that extends the base.
    pub async fn of_rooms(db: Db, rooms: Rooms, profile: &str) -> TestApp {
        let mut test = TestApp::furnished(db, rooms, profile).await;
        test.build_areas().await.expect("areas");
        test
    }

    /// The same municipality before anything was imported: without any area.
    pub async fn bare(db: Db) -> TestApp {
        TestApp::furnished(db, crate::rooms::ROOMS, "").await
    }

    /// A municipality without areas; an empty text stands for the profile that ships.
    async fn furnished(db: Db, rooms: Rooms, text: &str) -> TestApp {
        let at = from_tokyo(datetime(2025, 6, 10, 10, 0, 0, 0));
        let clock = Clock::seeded(7, at);
        let files = FilesFolder::new();
        let settings = Settings {
            tenant: TENANT.to_owned(),
            attachments: Some(files.0.clone()),
            secure_cookies: false,
            notices_per_minute: 0,
            argon2: (64, 1),
            ..Settings::default()
        };
        let profile = profile_of(rooms, text);
        let code: MunicipalityCode = TENANT.parse().expect("a valid code");
        tenancy::set_up(&db, &clock, &code, ("試験市", "Test City"), &profile, text).await.expect("set up");
        let app = App::new(db, rooms, clock.clone(), settings).expect("the policy parses");
        let router = router::build(&app);
        let nil = Id::nil();
        TestApp {
            app,
            clock,
            city: nil,
            wards: [nil; 2],
            districts: [nil; 4],
            tenant: TENANT,
            host: "",
            files,
            rooms,
            router,
        }
    }

    /// Two municipalities of one installation, each with such a city, told apart by their host names.
    pub async fn neighbours(db: Db) -> [TestApp; 2] {
        TestApp::neighbours_of_rooms(db, crate::rooms::ROOMS, "").await
    }

    /// The same in a house with other rooms; see [`TestApp::of_rooms`].
    pub async fn neighbours_of_rooms(db: Db, rooms: Rooms, text: &str) -> [TestApp; 2] {
        let hosts = [("one.example", TENANT), ("two.example", NEIGHBOUR)];
        let mut one = TestApp::of_rooms(db.clone(), rooms, text).await.with_settings(|settings| {
            settings.hosts = hosts.map(|(host, code)| (host.to_owned(), code.to_owned())).into();
        });
        one.host = hosts[0].0;
        let profile = profile_of(rooms, text);
        let code: MunicipalityCode = NEIGHBOUR.parse().expect("a valid code");
        tenancy::set_up(&db, &one.clock, &code, ("試験市", "Test City"), &profile, text).await.expect("set up");
        let nil = Id::nil();
        let mut two = TestApp {
            app: one.app.clone(),
            clock: one.clock.clone(),
            city: nil,
            wards: [nil; 2],
            districts: [nil; 4],
            tenant: NEIGHBOUR,
            host: hosts[1].0,
            files: FilesFolder::new(),
            rooms: one.rooms,
            router: one.router.clone(),
        };
        two.build_areas().await.expect("areas");
        [one, two]
    }

    /// The same municipality on an installation with other settings.
    pub fn with_settings(mut self, change: impl FnOnce(&mut Settings)) -> TestApp {
        let mut settings = self.app.settings().clone();
        change(&mut settings);
        let db = self.app.db().clone();
        self.app = App::new(db, self.rooms, self.clock.clone(), settings).expect("the policy parses");
        self.router = router::build(&self.app);
        self
    }

    async fn build_areas(&mut self) -> Result<()> {
        let ctx = self.system().await;
        let tiers: Vec<String> = ctx.profile().main_tiers().map(|t| t.code.clone()).collect();
        let mut work = ctx.begin().await?;
        self.city = self.add_area(&ctx, &mut work, &tiers[0], "1", "試験市", None).await?;
        for (w, name) in ["甲区", "乙区"].into_iter().enumerate() {
            let code = format!("{}", w + 1);
            self.wards[w] = self.add_area(&ctx, &mut work, &tiers[1], &code, name, Some(self.city)).await?;
            for d in 0..2 {
                let code = format!("{}{}", w + 1, d + 1);
                let name = format!("{name}第{}", d + 1);
                self.districts[w * 2 + d] =
                    self.add_area(&ctx, &mut work, &tiers[2], &code, &name, Some(self.wards[w])).await?;
            }
        }
        area::store::rebuild_within(&ctx, &mut work).await?;
        work.commit("").await?;
        Ok(())
    }

    async fn add_area(
        &self,
        ctx: &Ctx,
        work: &mut Work,
        tier: &str,
        code: &str,
        name: &str,
        parent: Option<Id>,
    ) -> Result<Id> {
        let id = ctx.new_id();
        let area = Area {
            id,
            tier: tier.to_owned(),
            code: code.to_owned(),
            name: name.to_owned(),
            valid_from: SINCE,
            valid_to: FOREVER,
        };
        area::store::insert_area(ctx, work, &area, "", None).await?;
        if let Some(parent) = parent {
            area::store::insert_parent(ctx, work, id, parent, "main", (SINCE, FOREVER)).await?;
        }
        Ok(id)
    }

    /// Puts a district into another ward from a day on.
    pub async fn move_district(&self, district: usize, ward: usize, on: Date) {
        let ctx = self.system().await;
        let mut work = ctx.begin().await.expect("a transaction");
        let child = self.districts[district];
        area::store::end_parents(&ctx, &mut work, child, on).await.expect("the old place ends");
        area::store::insert_parent(&ctx, &mut work, child, self.wards[ward], "main", (on, FOREVER))
            .await
            .expect("the new place begins");
        area::store::rebuild_within(&ctx, &mut work).await.expect("the closure");
        work.commit("").await.expect("commit");
    }

    /// A context of the machine itself.
    pub async fn system(&self) -> Ctx {
        let tenant = self.app.tenant(self.tenant).await.expect("the tenant is set up");
        Ctx::new(self.app.clone(), tenant, Actor::System("test"), Visit::default())
    }

    /// A context of anyone.
    pub async fn public(&self) -> Ctx {
        let tenant = self.app.tenant(self.tenant).await.expect("the tenant is set up");
        Ctx::new(self.app.clone(), tenant, Actor::Public, Visit::default())
    }

    /// A context of a person who acts, with the posts of the clock's today.
    pub async fn acting(&self, staff: Id) -> Ctx {
        let tenant = self.app.tenant(self.tenant).await.expect("the tenant is set up");
        let mut read = self.app.db().read(self.tenant).await.expect("a connection");
        let posts =
            access::store::list_held_posts(&mut read, self.tenant, staff, self.clock.today()).await.expect("posts");
        let actor = StaffActor { staff, account: None, name: "試験".to_owned(), posts };
        Ctx::new(self.app.clone(), tenant, Actor::Staff(actor.into()), Visit::default())
    }

    /// A person who acts, with one post since the city began.
    pub async fn staff(&self, name: &str, role: &str, area: Id) -> Id {
        let ctx = self.system().await;
        let mut work = ctx.begin().await.expect("a transaction");
        let id = ctx.new_id();
        let key = id.to_string();
        staff::store::insert_staff(&ctx, &mut work, id, (name, ""), None, "", &key, SINCE).await.expect("staff");
        staff::store::insert_post(&ctx, &mut work, ctx.new_id(), id, role, area, (SINCE, FOREVER)).await.expect("post");
        work.commit("").await.expect("commit");
        id
    }

    /// The posts of a person who acts end with a day.
    pub async fn end_posts(&self, staff: Id, last: Date) {
        let ctx = self.system().await;
        let mut work = ctx.begin().await.expect("a transaction");
        for post in staff::store::list_posts_of(&ctx, &mut work, staff).await.expect("posts") {
            let period = (post.valid_from, last);
            staff::store::change_post(&ctx, &mut work, post.id, post.area, period).await.expect("the post ends");
        }
        work.commit("").await.expect("commit");
    }

    /// An account for a person who acts; the password is `correct horse`.
    pub async fn account(&self, staff: Id, login: &str) {
        let ctx = self.system().await;
        let mut work = ctx.begin().await.expect("a transaction");
        account::pages::add_account(&ctx, &mut work, staff, login, "correct horse").await.expect("account");
        work.commit("").await.expect("commit");
    }

    /// Signs in and returns the session's token.
    pub async fn sign_in(&self, login: &str) -> String {
        let answer = self.post("/sign-in", None, &[("login", login), ("password", "correct horse")]).await;
        answer.token.expect("signing in gives a session")
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.send(self.request("GET", path, token).body(Body::empty()).expect("a request")).await
    }

    /// Sends a form with the session's token in it.
    pub async fn post(&self, path: &str, token: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        let mut all: Vec<(&str, &str)> = fields.to_vec();
        let csrf = token.map(account::session::csrf_of);
        if let Some(csrf) = &csrf {
            all.push(("_csrf", csrf));
        }
        let body = serde_html_form::to_string(&all).expect("a form");
        let request = self
            .request("POST", path, token)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    /// Sends a form with a file as a browser does, with the session's token in it.
    pub async fn post_file(
        &self,
        path: &str,
        token: Option<&str>,
        fields: &[(&str, &str)],
        file: (&str, &[u8]),
    ) -> Answer {
        let csrf = token.map(account::session::csrf_of);
        let mut all: Vec<(&str, &str)> = fields.to_vec();
        if let Some(csrf) = csrf.as_deref().filter(|_| !fields.iter().any(|(name, _)| *name == "_csrf")) {
            all.push(("_csrf", csrf));
        }
        let (kind, body) = multipart(self.clock.new_id(), &all, file);
        let request = self.request("POST", path, token).header(header::CONTENT_TYPE, kind);
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    fn request(&self, method: &str, path: &str, token: Option<&str>) -> axum::http::request::Builder {
        let builder = self.to_host(Request::builder().method(method).uri(path));
        match token {
            Some(token) => builder.header(header::COOKIE, format!("sasae_session={token}")),
            None => builder,
        }
    }

    /// A request that calls this municipality.
    pub fn to_host(&self, builder: axum::http::request::Builder) -> axum::http::request::Builder {
        if self.host.is_empty() { builder } else { builder.header(header::HOST, self.host) }
    }

    /// Sends any request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let status = response.status();
        let text = |name| response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let location = text(header::LOCATION);
        let policy = text(header::CONTENT_SECURITY_POLICY);
        let cookie = text(header::SET_COOKIE);
        let token = cookie.strip_prefix("sasae_session=").and_then(|rest| rest.split(';').next()).map(str::to_owned);
        let headers = response.headers().clone();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body").to_vec();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status, location, body, token, policy, headers, bytes }
    }

    /// Moves the clock to an hour of a day in Japan.
    pub fn at(&self, day: Date, hour: i8) -> Timestamp {
        let at = from_tokyo(day.at(hour, 0, 0, 0));
        self.clock.set(at);
        at
    }
}

/// The profile that ships, or one that extends the base where there is a text.
fn profile_of(rooms: Rooms, text: &str) -> Profile {
    let catalogue = access::catalogue(rooms);
    let profile = match text {
        "" => Profile::load(PROFILE, &catalogue),
        text => {
            Profile::load("base", &catalogue).and_then(|base| Profile::parse(PROFILE, text, Some(&base), &catalogue))
        }
    };
    profile.expect("a profile without faults")
}

/// The statements of the program. Those of the fictional room of the tests have a table that the
/// program's migrations do not make.
pub fn statements() -> impl Iterator<Item = &'static sasae_db::Statement> {
    sasae_db::STATEMENTS.iter().filter(|one| !one.file.contains("/lost_and_found/"))
}

/// The header and body of a form with a file in its field `file`. Browsers draw the line between
/// the parts anew each time; `line` makes it.
pub fn multipart(line: Id, fields: &[(&str, &str)], (name, content): (&str, &[u8])) -> (String, Vec<u8>) {
    let line = format!("----sasae{}", line.simple());
    let mut body = Vec::new();
    for (field, value) in fields {
        let part = format!("--{line}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let name = name.replace('"', "%22");
    let head = format!(
        "--{line}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{line}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={line}"), body)
}

/// A picture of one point, whole and as small as one can be.
pub const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0,
    0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0, 1,
    0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// The statement of a store that holds these words; with `…` between them, all of them.
pub fn statement(file: &str, words: &str) -> &'static str {
    let mut of_store = statements().filter(|one| one.file.ends_with(file));
    of_store.find(|one| words.split('…').all(|part| one.text.contains(part))).map(|one| one.text).expect(words)
}

/// The steps by which SQLite runs a statement where nothing is known of the tables.
/// PostgreSQL only prepares it: its planner needs a city to show what it would do there.
pub async fn plan(conn: &mut sasae_db::Conn, text: &str) -> Option<Vec<String>> {
    if conn.engine() == sasae_db::Engine::Postgres {
        conn.prepare_text(text).await.expect(text);
        return None;
    }
    let parameters = (1..=20).filter(|n| text.contains(&format!("?{n}"))).count();
    let nothing = vec![sasae_db::Value::Null; parameters];
    let rows: Vec<(i64, i64, i64, String)> =
        conn.query_text(&format!("EXPLAIN QUERY PLAN {text}"), &nothing).await.expect(text);
    Some(rows.into_iter().map(|(.., step)| step).collect())
}
