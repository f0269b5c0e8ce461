//! Requests answered within this process, without a connection: for the
//! benchmark, which sees what they ask of the database.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt as _;

use crate::account::session::COOKIE;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::router;

/// The whole application, asked from within.
#[derive(Clone)]
pub struct Inside(Router);

/// What came back.
#[derive(Debug)]
pub struct ServedAnswer {
    /// Its status.
    pub status: StatusCode,
    /// The token of the session that the answer opened.
    pub token: Option<String>,
    /// Its body.
    pub body: Bytes,
}

impl Inside {
    /// The application.
    pub fn new(app: &App) -> Inside {
        Inside(router::build(app))
    }

    /// Asks for a page, or sends a form, as whoever has the session's token.
    ///
    /// # Errors
    /// When the address is none.
    pub async fn ask(&self, path: &str, token: &str, form: Option<String>) -> Result<ServedAnswer> {
        let request = Request::builder()
            .method(if form.is_some() { "POST" } else { "GET" })
            .uri(path)
            .header(header::COOKIE, format!("{COOKIE}={token}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.unwrap_or_default()))
            .map_err(Error::internal)?;
        let response = self.0.clone().oneshot(request).await.map_err(Error::internal)?;
        let cookie = response.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
        let token = cookie
            .and_then(|cookie| cookie.strip_prefix(COOKIE)?.strip_prefix('=')?.split(';').next())
            .map(str::to_owned);
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.map_err(Error::internal)?;
        Ok(ServedAnswer { status, token, body })
    }
}
