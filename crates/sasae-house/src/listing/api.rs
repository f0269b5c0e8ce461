//! A page of a list as JSON: the room's rows, with the headers `x-total-count` and `link`.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Count, ListPage, ListQuery};
use crate::error::{Error, Result};
use crate::route::{Content, Operation};
use crate::web::RowPage;
use crate::web::api::{self, Answer};

/// How many rows there are in all: `205`, or `1000+`.
const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// Rows of one page.
#[derive(Debug)]
pub struct PageOf<T> {
    rows: api::Listed<T>,
    headers: HeaderMap,
}

impl<T> PageOf<T> {
    /// A page of a room that counts its rows itself: `count` rows in all, of which `rows` stand on page
    /// `page` and further ones follow where `more` is true; `reference` makes the query of another page.
    ///
    /// # Errors
    /// A header that cannot hold the count or an address; neither is expected.
    pub fn counted(
        rows: Vec<T>,
        count: Count,
        (page, more): (i64, bool),
        reference: impl Fn(i64) -> String,
    ) -> Result<Self> {
        PageOf::with(rows, Some(&total(count)), (page, more), reference)
    }

    /// A page of rows that nobody counts; only the ways to other pages are told.
    ///
    /// # Errors
    /// A header that cannot hold an address; none is expected.
    pub fn of_rows(part: RowPage<T>, reference: impl Fn(i64) -> String) -> Result<Self> {
        PageOf::with(part.rows, None, (part.page, part.more), reference)
    }

    /// A page as it was read; `of` makes the body of a row.
    ///
    /// # Errors
    /// A header that cannot hold the count or an address; an address is encoded, so none is expected.
    pub fn of<R>(asked: &ListQuery, listed: ListPage<R>, of: impl FnMut(R) -> T) -> Result<Self> {
        let total = total(listed.count);
        let rows = listed.rows.into_iter().map(of).collect();
        PageOf::with(rows, Some(&total), (asked.page(), listed.more), |page| asked.reference(page))
    }

    fn with(
        rows: Vec<T>,
        total: Option<&str>,
        (page, more): (i64, bool),
        reference: impl Fn(i64) -> String,
    ) -> Result<Self> {
        let mut headers = HeaderMap::new();
        if let Some(total) = total {
            headers.insert(TOTAL, HeaderValue::from_str(total).map_err(Error::internal)?);
        }
        let mut ways = Vec::new();
        if page > 1 {
            ways.push(format!("<{}>; rel=\"prev\"", reference(page - 1)));
        }
        if more {
            ways.push(format!("<{}>; rel=\"next\"", reference(page + 1)));
        }
        if !ways.is_empty() {
            headers.insert(header::LINK, HeaderValue::from_str(&ways.join(", ")).map_err(Error::internal)?);
        }
        Ok(PageOf { rows: api::Listed(rows), headers })
    }
}

impl<T> PageOf<T> {
    /// The same page where the API gives an object, which has the rows in one of its fields.
    pub fn within<B>(self, of: impl FnOnce(Vec<T>) -> B) -> PageIn<B> {
        PageIn { body: api::Shown(of(self.rows.0)), headers: self.headers }
    }
}

/// Rows of one page in an object, with the headers of [`PageOf`].
#[derive(Debug)]
pub struct PageIn<B> {
    body: api::Shown<B>,
    headers: HeaderMap,
}

fn total(count: Count) -> String {
    match count {
        Count::Exactly(count) => count.to_string(),
        Count::AtLeast(count) => format!("{count}+"),
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

impl<B: Serialize> IntoResponse for PageIn<B> {
    fn into_response(self) -> Response {
        (self.headers, self.body).into_response()
    }
}

impl<B: Serialize + ToSchema> Answer for PageIn<B> {
    fn describe(operation: &mut Operation) {
        operation.gives = Some(Content::json::<B>());
    }
}
