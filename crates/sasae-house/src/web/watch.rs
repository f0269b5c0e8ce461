//! What stands around every request: its number, its span in the log, and what is counted of it.
//!
//! **Architecture Invariant:** span and counters know the pattern of the route, never the address
//! that was called, because an address holds ids and what somebody looked for.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use sasae_core::id::Id;
use tracing::Instrument as _;

use crate::app::App;

/// The number of a request: in its span, in its audit row, and on the page of a failure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number(pub Id);

/// The name of a method; anyone can send any word as one.
fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Answers within a span and counts the answer.
pub(super) async fn watch(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let under_way = app.meter().begin();
    let number = app.clock().new_id();
    let method = name_of(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("*", MatchedPath::as_str);
    request.extensions_mut().insert(Number(number));
    let span = tracing::info_span!(
        "request",
        id = %number,
        method,
        route,
        status = tracing::field::Empty,
        ms = tracing::field::Empty,
    );
    let response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), started.elapsed());
    drop(under_way);
    app.meter().answered(method, route, status, took);
    span.record("status", status);
    span.record("ms", (took.as_secs_f64() * 10_000.0).round() / 10.0);
    span.in_scope(|| tracing::info!("answered"));
    response
}
