//! A page of a list as JSON: the room's rows, with the headers `x-total-count` and `link`.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Asked, Count, ListPage};
use crate::error::{Error, Result};
use crate::route::{Content, Operation};
use crate::web::api::{self, Answer};

/// How many rows there are in all: `205`, or `2000+`.
const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// Rows of one page.
#[derive(Debug)]
pub struct PageOf<T> {
    rows: api::Listed<T>,
    headers: HeaderMap,
}

impl<T> PageOf<T> {
    /// A page as it was read; `of` makes the body of a row.
    ///
    /// # Errors
    /// Conditions that cannot be read; none else.
    pub fn of<R>(asked: &Asked, listed: ListPage<R>, of: impl FnMut(R) -> T) -> Result<PageOf<T>> {
        let mut headers = HeaderMap::new();
        let total = match listed.count {
            Count::Exactly(count) => count.to_string(),
            Count::AtLeast(count) => format!("{count}+"),
        };
        headers.insert(TOTAL, HeaderValue::from_str(&total).map_err(Error::internal)?);
        let mut ways = Vec::new();
        if asked.page() > 1 {
            ways.push(format!("<{}>; rel=\"prev\"", asked.reference(asked.page() - 1)));
        }
        if listed.more {
            ways.push(format!("<{}>; rel=\"next\"", asked.reference(asked.page() + 1)));
        }
        if !ways.is_empty() {
            headers.insert(header::LINK, HeaderValue::from_str(&ways.join(", ")).map_err(Error::internal)?);
        }
        Ok(PageOf { rows: api::Listed(listed.rows.into_iter().map(of).collect()), headers })
    }
}

impl<T: Serialize> IntoResponse for PageOf<T> {
    fn into_response(self) -> Response {
        (self.headers, self.rows).into_response()
    }
}

impl<T: Serialize + ToSchema> Answer for PageOf<T> {
    fn describe(operation: &mut Operation) {
        operation.gives = Some(Content::json_list::<T>());
    }
}
