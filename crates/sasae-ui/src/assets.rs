//! The style sheet and the scripts, which travel inside the binary: municipal
//! networks are closed, so nothing may come from another address.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use sha2::{Digest, Sha256};

/// A file that the browser fetches once and keeps.
#[derive(Debug)]
pub struct Asset {
    /// Its name under `/assets/`.
    pub name: &'static str,
    /// Media type for the `Content-Type` header.
    pub media_type: &'static str,
    /// What is sent.
    pub bytes: &'static [u8],
    /// First 16 hex digits of the SHA-256 of `bytes`; part of the address, so
    /// that a new version is never hidden by an old copy.
    pub hash: String,
}

static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    [
        asset("app.css", "text/css; charset=utf-8", include_bytes!("../assets/app.css")),
        asset("app.js", "text/javascript; charset=utf-8", include_bytes!("../assets/app.js")),
        asset("htmx.min.js", "text/javascript; charset=utf-8", include_bytes!("../assets/htmx.min.js")),
        asset("icon.svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
    ]
});

fn asset(name: &'static str, media_type: &'static str, bytes: &'static [u8]) -> Asset {
    let mut hash = hex::encode(Sha256::digest(bytes));
    hash.truncate(16);
    Asset { name, media_type, bytes, hash }
}

/// Finds a file by its name under `/assets/`.
pub fn find_asset(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// The address of a file with its hash, for example `/assets/app.css?v=0a1b…`.
pub fn asset_href(name: &str) -> String {
    match find_asset(name) {
        Some(asset) => format!("/assets/{name}?v={}", asset.hash),
        None => format!("/assets/{name}"),
    }
}

/// Answers `GET /assets/{name}`: the file, 304 where the browser's copy is
/// current, or a bare 404.
///
/// Mounted as `.route("/assets/{name}", get(|Path(name), headers| async move {
/// asset_response(&name, &headers) }))`.
pub fn asset_response(name: &str, request: &HeaderMap) -> Response {
    let Some(asset) = find_asset(name) else {
        return plain(StatusCode::NOT_FOUND, None, Body::empty());
    };
    let tag = format!("\"{}\"", asset.hash);
    let unchanged = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|given| given.trim() == tag));
    if unchanged {
        plain(StatusCode::NOT_MODIFIED, Some((asset, tag)), Body::empty())
    } else {
        plain(StatusCode::OK, Some((asset, tag)), Body::from(asset.bytes))
    }
}

fn plain(status: StatusCode, file: Option<(&Asset, String)>, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    if let Some((asset, tag)) = file {
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(asset.media_type));
        // The hash in the address changes with the content, so a copy is good for a year.
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("public, max-age=31536000, immutable"));
        if let Ok(value) = header::HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, value);
        }
    }
    response
}
