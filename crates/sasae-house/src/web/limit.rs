//! A limit on how often one network address may ask for something, and whose address that is.

use std::future::Future;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::handler::Handler;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Result};

/// From so many addresses on, those that have been quiet are forgotten.
const MANY: usize = 10_000;

/// The network address that a request came from: that of the connection, or what a trusted proxy
/// says of it. `None` for a request from within the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Peer(pub Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Peer> {
        let ctx = Ctx::from_request_parts(parts, state).await?;
        let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let proxies = &ctx.app().settings().proxies;
        Ok(Peer(info.map(|ConnectInfo(address)| proxies.client(address.ip(), &parts.headers))))
    }
}

/// How often one network address may do something in a minute. Memory of this process only: it
/// protects this process.
#[derive(Debug, Clone)]
pub struct Limit(Option<Arc<DefaultKeyedRateLimiter<IpAddr>>>);

impl Limit {
    /// A limit per minute; 0 means none.
    pub fn per_minute(times: u32) -> Limit {
        Limit(NonZeroU32::new(times).map(|times| Arc::new(RateLimiter::keyed(Quota::per_minute(times)))))
    }

    /// Whether this address may once more.
    pub fn admits(&self, address: Option<IpAddr>) -> bool {
        let (Some(limiter), Some(address)) = (&self.0, address) else { return true };
        if limiter.len() > MANY {
            limiter.retain_recent();
        }
        limiter.check_key(&household_of(address)).is_ok()
    }

    /// The handler behind this limit.
    pub fn around<H>(&self, handler: H) -> Limited<H> {
        Limited { limit: self.clone(), handler }
    }
}

/// A provider gives a household one address of version 4, or a network of 2⁶⁴ of version 6.
pub(super) fn household_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// A handler behind a limit.
#[derive(Debug, Clone)]
pub struct Limited<H> {
    limit: Limit,
    handler: H,
}

impl<H: Handler<T, App>, T> Handler<T, App> for Limited<H> {
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, app: App) -> Self::Future {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match Peer::from_request_parts(&mut parts, &app).await {
                Ok(Peer(address)) if self.limit.admits(address) => {
                    self.handler.call(Request::from_parts(parts, body), app).await
                }
                Ok(_) => Error::TooMany.into_response(),
                Err(error) => error.into_response(),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(limit: &Limit, address: &str, times: usize) -> usize {
        (0..times).filter(|_| limit.admits(Some(address.parse().unwrap()))).count()
    }

    #[test]
    fn each_address_has_a_limit_of_its_own() {
        let limit = Limit::per_minute(6);

        assert_eq!(admitted(&limit, "203.0.113.9", 9), 6);
        assert_eq!(admitted(&limit, "203.0.113.10", 9), 6);
    }

    #[test]
    fn the_addresses_of_one_network_of_version_6_share_a_limit() {
        let limit = Limit::per_minute(6);

        let one = admitted(&limit, "2001:db8:1:2::1", 4);
        let two = admitted(&limit, "2001:db8:1:2:ffff::2", 4);
        let neighbour = admitted(&limit, "2001:db8:1:3::1", 4);

        assert_eq!((one, two, neighbour), (4, 2, 4));
    }

    #[test]
    fn without_a_number_or_an_address_there_is_no_limit() {
        let none = Limit::per_minute(0);
        let limit = Limit::per_minute(1);

        assert_eq!(admitted(&none, "203.0.113.9", 50), 50);
        assert!((0..50).all(|_| limit.admits(None)));
    }
}
