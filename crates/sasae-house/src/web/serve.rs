//! Serving requests on a listener until it is told to stop.
//!
//! Nobody holds a connection without using it: the head of a request must come within a time, also the
//! next one on a connection that stays open, and one network address may hold only so many.

use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use super::limit::household_of;
use crate::app::App;
use crate::web::router;

/// How long the head of a request may take, and how long a connection may stay open without one.
const HEAD: Duration = Duration::from_secs(30);
/// Most connections of all together; whoever comes later waits until one is closed.
const MOST: usize = 900;

/// Serves until `stop` is ready; requests that are under way are answered first.
///
/// # Errors
/// What the listener says.
pub async fn serve(
    app: &App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    serve_within(app, listener, stop, HEAD).await
}

/// The same with another time for the head of a request.
///
/// # Errors
/// What the listener says.
pub async fn serve_within(
    app: &App,
    mut listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
    head: Duration,
) -> std::io::Result<()> {
    let service = router::build(app).into_make_service_with_connect_info::<SocketAddr>();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head);
    let held = Held::new(app.settings().connections_per_address);
    let room = Arc::new(Semaphore::new(MOST));
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let accepted = async {
            let place = room.clone().acquire_owned().await;
            // Waits by itself where the system has no more connections to give.
            (Listener::accept(&mut listener).await, place)
        };
        let ((stream, peer), place) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        let address = peer.ip().to_canonical();
        // A proxy speaks for many.
        let guard = if app.settings().proxies.trusts(address) { None } else { held.take(address) };
        if guard.is_none() && !app.settings().proxies.trusts(address) {
            tracing::debug!("an address holds too many connections");
            continue;
        }
        // A page is written in one piece, and nobody gains from waiting to fill a packet.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        // Making a service of the router cannot fail.
        let Ok(service) = service.clone().oneshot(peer).await;
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
            drop((guard, place));
        });
    }
    drop(listener);
    graceful.shutdown().await;
    Ok(())
}

/// How many connections each address holds.
#[derive(Debug, Clone)]
struct Held {
    most: usize,
    of: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Held {
    fn new(most: usize) -> Held {
        Held { most, of: Arc::default() }
    }

    /// Counts one more; `None` where the address holds enough of them.
    fn take(&self, address: IpAddr) -> Option<Hold> {
        let address = household_of(address);
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let count = of.entry(address).or_default();
        if self.most > 0 && *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Hold { held: self.clone(), address })
    }
}

/// A connection that is counted.
struct Hold {
    held: Held,
    address: IpAddr,
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut of = self.held.of.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = of.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                of.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_so_many_connections_and_gets_them_back() {
        let held = Held::new(2);
        let (one, other) = ("203.0.113.9".parse().unwrap(), "203.0.113.10".parse().unwrap());

        let first = held.take(one);
        let second = held.take(one);
        let third = held.take(one);
        let neighbour = held.take(other);
        drop(first);
        let again = held.take(one);

        assert!(second.is_some() && third.is_none() && neighbour.is_some() && again.is_some());
        drop((second, neighbour, again));
        assert!(held.of.lock().unwrap().is_empty());
        let any = Held::new(0);
        assert!((0..500).map(|_| any.take(one)).collect::<Vec<_>>().iter().all(Option::is_some));
    }
}
