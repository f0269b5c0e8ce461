//! What happens around the program: it is killed, its disk fills up, its database goes away, it is
//! asked to stop, somebody reads its log. Nothing acknowledged is lost, nothing is half written,
//! whoever waits is told what to do, and the log tells of nobody.

#![expect(clippy::unwrap_used, reason = "a test whose program or file is not there cannot go on")]

mod city;
mod files;
mod mail;
mod server;
mod stopped;
mod told;

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use sasae_db::{Db, Engine, Options};
use sasae_test::{TestDb, both_engines};

use crate::city::{City, Sent, TENANT};
use crate::server::{Server, expect};

/// The longest that a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// The most that one client sends.
const MOST: usize = 60;

/// Asks again and again until there is an answer.
fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "{what} did not happen");
        thread::yield_now();
    }
}

/// Five clients send at the same time, each until it gets no answer; after so many
/// acknowledgements the server is killed.
fn kill_in_traffic(city: &City, server: &mut Server, round: usize, acknowledgements: usize) -> Vec<Sent> {
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        let clients: Vec<_> = (0..5)
            .map(|client| {
                let (tell, address) = (tell.clone(), server.address.clone());
                scope.spawn(move || {
                    let mut all = Vec::new();
                    for turn in 0..MOST {
                        let text = format!("{round}-{client}-{turn} 新聞がたまっている");
                        let mut sent = match (client, turn % 2) {
                            (0, 0) => city.person(&text),
                            (0, _) => city.own_notice(&text),
                            _ => city.notice(&text),
                        };
                        sent.answer = sent.request.send(&address).ok();
                        let answered = sent.answer.is_some();
                        let acknowledged = sent.is_acknowledged();
                        all.push(sent);
                        if !answered {
                            break;
                        }
                        assert!(acknowledged, "{:?}", all.last());
                        tell.send(()).unwrap();
                    }
                    all
                })
            })
            .collect();
        for _ in 0..acknowledgements {
            told.recv_timeout(PATIENCE).expect("the server acknowledges");
        }
        server.kill();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    })
}

both_engines! {
    async fn a_killed_server_keeps_all_that_it_acknowledged_and_no_half_of_anything(db: TestDb) {
        db.db.close().await.unwrap();
        let city = City::set_up(&db.url);
        let mut all = Vec::new();

        for (round, acknowledgements) in [1, 6, 20, 45].into_iter().enumerate() {
            let mut server = Server::start(&city.url);
            let sent = kill_in_traffic(&city, &mut server, round, acknowledgements);
            let restarted = Server::start(&city.url);
            for one in sent.iter().filter(|one| one.is_acknowledged()) {
                if let Some((_, receipt)) = one.answer.as_ref().unwrap().location.split_once("receipt=") {
                    let state = restarted.get(&format!("/receipt?receipt={receipt}"), "").body;
                    assert!(state.contains("届（とど）きました"), "{receipt} was acknowledged");
                }
            }
            for one in &sent {
                one.send_again(&restarted);
            }
            assert!(sent.iter().filter(|one| one.is_acknowledged()).count() >= acknowledgements);
            assert!(sent.iter().any(|one| one.answer.is_none()), "it was killed in the middle");
            all.extend(sent);
        }

        city.check(&all).await;
    }
}

/// A city in a file of its own.
struct Place {
    _folder: tempfile::TempDir,
    file: PathBuf,
    url: String,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sasae.sqlite");
        let url = format!("sqlite:{}", file.display());
        Place { _folder: folder, file, url }
    }

    fn log_length(&self) -> u64 {
        let mut log = self.file.clone().into_os_string();
        log.push("-wal");
        std::fs::metadata(log).map_or(0, |log| log.len())
    }
}

#[tokio::test]
async fn a_file_that_may_not_grow_is_told_and_the_same_form_is_taken_once_there_is_room() {
    let place = Place::new();
    let city = City::set_up(&place.url);
    let mut server = Server::start_where_files_may_not_grow(&place.url);
    let long = "新聞がたまっています。".repeat(150);
    let mut own = city.own_notice("庭に洗濯物が出たまま");
    own.answer = own.request.send(&server.address).ok();
    let id = own.made();
    let mut all = vec![own];

    server.limit_files(Some(place.log_length() + (256 << 10)));
    let mut refused = loop {
        assert!(all.len() < 500, "the file grew without end");
        let mut sent = city.notice(&format!("{} {long}", all.len()));
        sent.answer = Some(sent.request.send(&server.address).unwrap());
        if !sent.is_acknowledged() {
            break sent;
        }
        all.push(sent);
    };
    server.limit_files(Some(0));
    let call = city.own_notice(&format!("その間の {long}"));
    let told = call.request.send(&server.address).unwrap();
    let start = server.get("/", "");
    let receipt = all[1].answer.as_ref().unwrap().location.split_once('=').unwrap().1.to_owned();
    let asked = server.get(&format!("/receipt?receipt={receipt}"), "");
    let noted = server.get(&format!("/notices/{id}"), &city.token);
    server.limit_files(None);
    let after = server.get(&format!("/notices/{id}"), &city.token);
    refused.send_again(&server);
    call.send_again(&server);

    let page = refused.answer.take().unwrap();
    assert_eq!(page.status, 507, "{}", page.body);
    for words in ["受（う）けつけが できません", "もう一度（いちど） 送（おく）る", &refused.text]
    {
        assert!(page.body.contains(words), "{words}");
    }
    assert_eq!(told.status, 507, "{}", told.body);
    assert!(told.body.contains("ディスクの空きを増やしてから"), "{}", told.body);
    assert_eq!((start.status, asked.status), (200, 200), "what is only read still answers");
    assert!(asked.body.contains("届（とど）きました"));
    assert!(noted.status == 507 && !noted.body.contains("洗濯物"), "without its audit row nothing leaves");
    assert!(after.status == 200 && after.body.contains("洗濯物"), "{}", after.body);
    all.extend([refused, call]);
    server.kill();
    city.check(&all).await;
}

#[test]
fn a_second_server_on_the_same_file_is_refused_and_the_first_goes_on() {
    let place = Place::new();
    let city = City::set_up(&place.url);
    let first = Server::start(&city.url);

    let second = expect(3, &["serve", "--listen", "127.0.0.1:0", "--database", &city.url], "");
    let import = expect(3, &["user", "add", "zwei", "--staff", "担当 一郎", "--database", &city.url], "");
    let sent = city.notice("二つめの前に").request.send(&first.address).unwrap();

    for said in [second, import] {
        assert!(said.contains("ほかの sasae（process") && said.contains("それを止めてから"), "{said}");
    }
    assert_eq!(sent.status, 303, "{}", sent.body);
}

/// The address of the same database for a second party, under a name of its own.
fn beside(url: &str) -> String {
    format!("{url}{}application_name=faults", if url.contains('?') { '&' } else { '?' })
}

/// Ends the program's own connections of a kind; says how many.
async fn end_connections(db: &Db, kind: &str) -> usize {
    let mut read = db.read(TENANT).await.unwrap();
    let text = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name = 'sasae' AND {kind}"
    );
    read.query_text::<(bool,)>(&text, &[]).await.unwrap().len()
}

#[test]
fn a_connection_lost_in_the_middle_is_told_and_the_same_form_is_taken_once() {
    sasae_test::run(Engine::Postgres, &[], |test: TestDb| async move {
        test.db.close().await.unwrap();
        let city = City::set_up(&test.url);
        let server = Server::start(&city.url);
        let db = Db::open(&beside(&test.url), &Options::default()).await.unwrap();
        let mut all =
            vec![city.notice("まえに"), city.notice("とちゅうで"), city.person("とちゅうの人"), city.notice("あとで")];

        all[0].answer = all[0].request.send(&server.address).ok();
        let mut lock = db.begin(TENANT).await.unwrap();
        lock.execute_text("LOCK TABLE audit_head IN ACCESS EXCLUSIVE MODE", &[]).await.unwrap();
        let requests = [all[1].request.clone(), all[2].request.clone()];
        let waiting = requests.map(|request| {
            let address = server.address.clone();
            thread::spawn(move || request.send(&address).unwrap())
        });
        let mut ended = 0;
        let started = Instant::now();
        while ended < 2 {
            assert!(started.elapsed() < PATIENCE, "both requests wait for the lock");
            ended += end_connections(&db, "wait_event_type = 'Lock'").await;
        }
        let [page, problem] = waiting.map(|one| one.join().unwrap());
        lock.commit().await.unwrap();
        end_connections(&db, "state = 'idle'").await;
        all[3].answer = Some(wait_for("the server comes back", || {
            let answer = all[3].request.send(&server.address).unwrap();
            assert!(matches!(answer.status, 303 | 503), "{answer:?}");
            (answer.status == 303).then_some(answer)
        }));
        for one in &all {
            one.send_again(&server);
        }

        assert_eq!(page.status, 503, "{}", page.body);
        for words in ["受（う）けつけが できません", "とちゅうで", "もう一度（いちど） 送（おく）る"]
        {
            assert!(page.body.contains(words), "{words}");
        }
        assert_eq!(problem.status, 503, "{}", problem.body);
        assert!(problem.body.contains("同じ Idempotency-Key"), "{}", problem.body);
        drop(server);
        db.close().await.unwrap();
        city.check(&all).await;
    });
}
