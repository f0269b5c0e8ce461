//! Serving requests on a listener until it is told to stop.

use std::future::Future;
use std::net::SocketAddr;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

use crate::app::App;
use crate::web::router;

/// Serves until `stop` is ready; requests that are under way are answered first.
///
/// # Errors
/// What the listener says.
pub async fn serve(
    app: &App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router::build(app).into_make_service_with_connect_info::<SocketAddr>();
    // A page is written in one piece, and nobody gains from waiting to fill a packet.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
