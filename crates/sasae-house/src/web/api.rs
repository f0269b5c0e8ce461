//! Handlers of the API. What the description tells of one is read from its signature, so that it
//! cannot say anything else than what the handler takes and gives.

use std::future::Future;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query};
use axum::handler::Handler;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sasae_core::id::Id;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::form::{Form, Seen};
use super::limit::Peer;
use super::multipart::{Upload, Uploaded};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::room::Pending;
use crate::route::{Content, Operation, Table};

/// What a handler of the API takes from a request.
pub trait Argument {
    /// Adds what it means for a client.
    fn describe(operation: &mut Operation);
}

/// What a handler of the API answers where all is well.
pub trait Answer: IntoResponse {
    /// Adds what it means for a client.
    fn describe(operation: &mut Operation);
}

/// A handler whose signature describes it.
pub trait ApiHandler<T>: Handler<T, App> {
    /// What it takes and gives.
    fn describe() -> Operation;
}

macro_rules! api_handler {
    ($($argument:ident),+) => {
        impl<F, Fut, Out, M, $($argument,)+> ApiHandler<(M, $($argument,)+)> for F
        where
            F: FnOnce($($argument,)+) -> Fut + Handler<(M, $($argument,)+), App>,
            Fut: Future<Output = Result<Out>>,
            Out: Answer,
            $($argument: Argument,)+
        {
            fn describe() -> Operation {
                let mut operation = Operation::default();
                $($argument::describe(&mut operation);)+
                Out::describe(&mut operation);
                operation
            }
        }
    };
}

api_handler!(A);
api_handler!(A, B);
api_handler!(A, B, C);
api_handler!(A, B, C, D);
api_handler!(A, B, C, D, E);

/// A body with which a step answers. When the very same submission comes a second time nothing is done
/// again, and the same body is read once more: as it stands now, and only as far as the reader may see
/// it now.
pub trait StepBody: Sized {
    /// Reads the body of the record to which the first submission led.
    fn again(ctx: Ctx, led_to: LedTo) -> impl Future<Output = Result<Self>> + Send;
}

/// Where an accepted submission led: `/api/cases/{id}`, or `/api/cases/{id}#{entry}` for an entry that has
/// no address of its own.
#[derive(Debug)]
pub struct LedTo(String);

impl LedTo {
    /// The record or entry of the step.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the place names no record.
    pub fn id(&self) -> Result<Id> {
        let (path, entry) = self.0.split_once('#').unwrap_or((&self.0, ""));
        if !entry.is_empty() {
            return entry.parse().map_err(|_| Error::NotFound);
        }
        path.rsplit('/').find_map(|part| part.parse().ok()).ok_or(Error::NotFound)
    }

    /// The record whose page or address it is, whatever entry the step was about.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the place names no record.
    pub fn record(self) -> Result<Id> {
        LedTo(self.0.split('#').next().unwrap_or_default().to_owned()).id()
    }
}

/// How a step of the API answers the second time.
pub(super) type Again = fn(Ctx, String) -> Pending<'static, Response>;

/// What a step answers where all is well.
pub trait StepAnswer: Answer {
    /// The same answer, for the very same submission.
    fn again(ctx: Ctx, led_to: LedTo) -> Pending<'static, Response>;
}

/// A handler of a step, which can answer a second time.
pub trait StepHandler<T>: ApiHandler<T> {
    /// The same answer, for a submission that led to a place.
    fn again(ctx: Ctx, led_to: String) -> Pending<'static, Response>;
}

macro_rules! step_handler {
    ($($argument:ident),+) => {
        impl<F, Fut, Out, M, $($argument,)+> StepHandler<(M, $($argument,)+)> for F
        where
            F: FnOnce($($argument,)+) -> Fut + Handler<(M, $($argument,)+), App>,
            Fut: Future<Output = Result<Out>>,
            Out: StepAnswer,
            $($argument: Argument,)+
        {
            fn again(ctx: Ctx, led_to: String) -> Pending<'static, Response> {
                Out::again(ctx, LedTo(led_to))
            }
        }
    };
}

step_handler!(A);
step_handler!(A, B);
step_handler!(A, B, C);
step_handler!(A, B, C, D);
step_handler!(A, B, C, D, E);

macro_rules! says_nothing {
    ($($argument:ty),+) => {
        $(impl Argument for $argument {
            fn describe(_: &mut Operation) {}
        })+
    };
}

says_nothing!(Ctx, HeaderMap, Peer, Extension<Arc<Table>>);

impl Argument for Seen {
    fn describe(operation: &mut Operation) {
        operation.seen = true;
    }
}

impl<T: IntoParams> Argument for Query<T> {
    fn describe(operation: &mut Operation) {
        operation.asks::<T>();
    }
}

impl<T: ToSchema> Argument for Form<T> {
    fn describe(operation: &mut Operation) {
        operation.takes = Some(Content::json::<T>());
    }
}

impl<T: Uploaded> Argument for Upload<T> {
    fn describe(operation: &mut Operation) {
        let content = Content::json::<T::Described>();
        operation.takes = Some(Content { media: "multipart/form-data", ..content });
    }
}

impl<T: PathParts> Argument for Path<T> {
    fn describe(operation: &mut Operation) {
        T::formats(&mut operation.path);
    }
}

/// The parts of a path that change.
pub trait PathParts {
    /// Adds the format of each.
    fn formats(formats: &mut Vec<Option<&'static str>>);
}

impl PathParts for Id {
    fn formats(formats: &mut Vec<Option<&'static str>>) {
        formats.push(Some("uuid"));
    }
}

impl PathParts for String {
    fn formats(formats: &mut Vec<Option<&'static str>>) {
        formats.push(None);
    }
}

macro_rules! path_parts {
    ($($part:ident),+) => {
        impl<$($part: PathParts),+> PathParts for ($($part,)+) {
            fn formats(formats: &mut Vec<Option<&'static str>>) {
                $($part::formats(formats);)+
            }
        }
    };
}

path_parts!(A, B);
path_parts!(A, B, C);

/// A record, or what stands after a step.
#[derive(Debug)]
pub struct Shown<T>(pub T);

/// What a step has made.
#[derive(Debug)]
pub struct Made<T>(pub T);

/// Several records.
#[derive(Debug)]
pub struct Listed<T>(pub Vec<T>);

/// The id of a record that a step has made or ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdBody {
    /// The record.
    #[schema(value_type = String, format = "uuid")]
    pub id: Id,
}

impl StepBody for IdBody {
    async fn again(_: Ctx, led_to: LedTo) -> Result<IdBody> {
        Ok(IdBody { id: led_to.id()? })
    }
}

impl<T: StepBody + Serialize + ToSchema + Send + 'static> StepAnswer for Shown<T> {
    fn again(ctx: Ctx, led_to: LedTo) -> Pending<'static, Response> {
        Box::pin(async move { Ok(Shown(T::again(ctx, led_to).await?).into_response()) })
    }
}

impl<T: StepBody + Serialize + ToSchema + Send + 'static> StepAnswer for Made<T> {
    fn again(ctx: Ctx, led_to: LedTo) -> Pending<'static, Response> {
        Box::pin(async move { Ok(Made(T::again(ctx, led_to).await?).into_response()) })
    }
}

fn json<T: Serialize>(status: StatusCode, body: &T) -> Response {
    match serde_json::to_vec(body) {
        Ok(text) => (status, [(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => Error::internal(error).into_response(),
    }
}

impl<T: Serialize> IntoResponse for Shown<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}

impl<T: Serialize> IntoResponse for Made<T> {
    fn into_response(self) -> Response {
        json(StatusCode::CREATED, &self.0)
    }
}

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}

impl<T: Serialize + ToSchema> Answer for Shown<T> {
    fn describe(operation: &mut Operation) {
        operation.gives = Some(Content::json::<T>());
    }
}

impl<T: Serialize + ToSchema> Answer for Made<T> {
    fn describe(operation: &mut Operation) {
        operation.status = StatusCode::CREATED;
        operation.gives = Some(Content::json::<T>());
    }
}

impl<T: Serialize + ToSchema> Answer for Listed<T> {
    fn describe(operation: &mut Operation) {
        operation.gives = Some(Content::json_list::<T>());
    }
}
