//! What stands around every request: its limit by address, its counters.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use sasae_core::clock::Clock;
use sasae_core::id::Id;
use sasae_test::{TestDb, both_engines};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tower::ServiceExt as _;

use crate::app::{App, Settings};
use crate::migrations::MIGRATIONS;
use crate::network::{Proxies, ProxyHeader};
use crate::rooms::ROOMS;
use crate::testing::{TENANT, TestApp};
use crate::web::measures;
use crate::web::router;
use crate::web::serve::serve_within;

/// Reports a notice over a connection from `peer`, which says whom it speaks for.
async fn report(router: &Router, peer: &str, forwarded_for: &str, ward: Id) -> StatusCode {
    let fields = [("kind", "not_seen"), ("what", "見かけない"), ("area", &ward.to_string())];
    let mut request = Request::builder()
        .method("POST")
        .uri("/report")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("x-forwarded-for", forwarded_for)
        .body(Body::from(serde_html_form::to_string(fields).unwrap()))
        .unwrap();
    request.extensions_mut().insert(ConnectInfo::<SocketAddr>(format!("{peer}:40000").parse().unwrap()));
    router.clone().oneshot(request).await.unwrap().status()
}

/// The value of a label in every line of the counters.
fn values<'a>(text: &'a str, label: &str) -> HashSet<&'a str> {
    let start = format!("{label}=\"");
    text.lines().filter_map(|line| line.split_once(&start)?.1.split_once('"')).map(|(value, _)| value).collect()
}

both_engines! {
    migrations = MIGRATIONS;

    async fn neighbours_behind_a_trusted_proxy_do_not_share_their_six_notices_a_minute(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let settings = Settings {
            tenant: TENANT.to_owned(),
            proxies: Proxies::new(&["10.0.0.0/8".to_owned()], ProxyHeader::XForwardedFor).unwrap(),
            ..Settings::default()
        };
        let app = App::new(db.db.clone(), ROOMS, Clock::system(), settings).unwrap();
        let router = router::build(&app);

        let mut neighbours = Vec::new();
        for _ in 0..7 {
            neighbours.push(report(&router, "10.0.0.1", "203.0.113.9", test.wards[0]).await);
        }
        let other = report(&router, "10.0.0.1", "203.0.113.10", test.wards[0]).await;
        // One who calls directly and writes a new address each time stays who it is.
        let mut forger = Vec::new();
        for n in 0..7 {
            forger.push(report(&router, "198.51.100.1", &format!("203.0.113.{n}"), test.wards[0]).await);
        }

        for seven in [neighbours, forger] {
            assert_eq!(seven[..6], [StatusCode::SEE_OTHER; 6]);
            assert_eq!(seven[6], StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!(other, StatusCode::SEE_OTHER);
    }

    async fn the_counters_name_routes_and_neither_records_nor_what_was_asked(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await;
        let staff = test.staff("甲区担当", "coordinator", test.wards[0]).await;
        test.account(staff, "ours").await;
        let token = test.sign_in("ours").await;
        let ward = test.wards[0].to_string();
        let person = [("family", "山田"), ("given", "花子"), ("area", ward.as_str()), ("not_same", "yes")];
        let made = test.post("/persons", Some(&token), &person).await;
        for path in [made.location.as_str(), "/search?q=yamada", "/persons/yamada", "/yamada/hanako", "/notices"] {
            test.get(path, Some(&token)).await;
        }
        let strange = Request::builder().method("YAMADA").uri("/notices").body(Body::empty()).unwrap();
        test.send(strange).await;

        let text = measures::text(&test.app).await.unwrap();

        let routes = router::routes(&test.app);
        let patterns: HashSet<&str> = routes.table().iter().map(|route| route.path).chain(["*"]).collect();
        let counted = values(&text, "route");
        assert!(counted.is_subset(&patterns), "{counted:?}");
        assert!(["/persons", "/persons/{id}", "/search", "*"].iter().all(|route| counted.contains(route)), "{counted:?}");
        assert!(values(&text, "method").is_subset(&HashSet::from(["GET", "POST", "other"])), "{text}");
        for line in ["sasae_sessions 1", "sasae_audit_waiting 0", "sasae_requests_under_way 0"] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        let id = made.location.trim_start_matches("/persons/").split('?').next().unwrap();
        assert!(made.status == StatusCode::SEE_OTHER && id.len() == 36, "{made:?}");
        let whole = text.to_lowercase();
        assert!(!whole.contains(id) && !whole.contains("yamada") && !whole.contains(TENANT), "{text}");
        assert!(text.is_ascii(), "{text}");
    }

    async fn a_connection_that_asks_for_nothing_is_closed_and_an_address_holds_only_so_many(db: TestDb) {
        let test = TestApp::new(db.db.clone()).await.with_settings(|settings| settings.connections_per_address = 2);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let app = test.app.clone();
        let head = Duration::from_secs(2);
        let serving = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            serve_within(&app, listener, stopped, head).await
        });
        let read = async |mut stream: TcpStream| {
            let mut said = Vec::new();
            // A connection that is cut off may say so as an error.
            let _cut = timeout(Duration::from_secs(20), stream.read_to_end(&mut said)).await.expect("it is closed in time");
            String::from_utf8_lossy(&said).into_owned()
        };

        let silent = TcpStream::connect(address).await.unwrap();
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET /sign-in HTTP/1.1\r\nHost: a\r\nX-Slow: ").await.unwrap();
        let mut third = TcpStream::connect(address).await.unwrap();
        // The third is dropped at once, while the first two still have time.
        let _refused = third.write_all(b"GET /sign-in HTTP/1.1\r\nHost: a\r\n\r\n").await;
        let refused = read(third).await;
        let (silent, slow) = (read(silent).await, read(slow).await);
        let mut later = TcpStream::connect(address).await.unwrap();
        later.write_all(b"GET /sign-in HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        // The answer comes, and the connection is closed when nothing follows.
        let answered = read(later).await;
        stop.send(()).unwrap();
        serving.await.unwrap().unwrap();

        assert_eq!(refused, "");
        assert!(!silent.contains("200 OK") && !slow.contains("200 OK"), "{silent} {slow}");
        assert!(answered.starts_with("HTTP/1.1 200 OK"), "{answered}");
    }
}
