//! The program is asked to stop.

use std::net::TcpStream;

use sasae_test::{TestDb, both_engines};

use crate::city::City;
use crate::server::Server;
use crate::wait_for;

/// Waits until it takes no new connections.
fn closed(server: &Server) {
    wait_for("the server closes its door", || TcpStream::connect(&server.address).is_err().then_some(()));
}

both_engines! {
    async fn a_server_that_is_asked_to_stop_answers_what_is_under_way_and_ends_well(db: TestDb) {
        db.db.close().await.unwrap();
        let city = City::set_up(&db.url);
        let log = db.folder.join("log");
        let mut server = Server::start_with(&city.url, &[("SASAE_STOP_SECONDS", "60"), ("SASAE_LOG", "info")], &log);
        let mut form = city.notice("止める前に書きはじめた");
        let mut call = city.person("止める前に書きはじめた二つめ");

        let (one, two) = (form.request.clone(), call.request.clone());
        let begun = [one.begin(&server.address).unwrap(), two.begin(&server.address).unwrap()];
        server.ask_to_stop();
        closed(&server);
        let still_there = server.ended().is_none();
        let [one, two] = begun.map(|begun| begun.finish().unwrap());
        let ended = wait_for("the server ends", || server.ended());

        assert!(still_there, "it waits for what is under way");
        assert_eq!((one.status, two.status), (303, 201), "{one:?} {two:?}");
        assert_eq!(ended.code(), Some(0));
        (form.answer, call.answer) = (Some(one), Some(two));
        city.check(&[form, call]).await;
        let log = std::fs::read_to_string(log).unwrap();
        assert!(log.contains("method=\"POST\" route=\"/report\" status=303 ms="), "{log}");
    }

    async fn a_request_that_does_not_end_is_cut_off_after_the_time_that_is_set(db: TestDb) {
        db.db.close().await.unwrap();
        let city = City::set_up(&db.url);
        let mut server = Server::start_with(&city.url, &[("SASAE_STOP_SECONDS", "1")], &db.folder.join("log"));
        let endless = city.notice("終わりまで送られない").request;

        let begun = endless.begin(&server.address).unwrap();
        server.ask_to_stop();
        let ended = wait_for("the server ends", || server.ended());

        assert_eq!(ended.code(), Some(0));
        assert!(begun.finish().is_err(), "nobody is there to take the rest");
        city.check(&[]).await;
    }

    async fn one_who_asks_a_second_time_does_not_wait(db: TestDb) {
        db.db.close().await.unwrap();
        let city = City::set_up(&db.url);
        let mut server = Server::start_with(&city.url, &[("SASAE_STOP_SECONDS", "3600")], &db.folder.join("log"));
        let endless = city.notice("終わりまで送られない").request;

        let begun = endless.begin(&server.address).unwrap();
        server.ask_to_stop();
        closed(&server);
        let waits = server.ended().is_none();
        server.ask_to_stop();
        let ended = wait_for("the server ends", || server.ended());

        assert!(waits, "the first time it waits");
        assert_eq!(ended.code(), Some(0));
        assert!(begun.finish().is_err());
        city.check(&[]).await;
    }
}
