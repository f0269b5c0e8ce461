//! What a route says of itself: who may ask for it, what it is called, how much may be sent to it,
//! whether what is sent is secret, and, in the API, what it takes and gives.
//!
//! The table of all routes is put together once, while the program starts, and travels with every
//! request. The layer around the handlers, the audit's words, the description of the API and the
//! tests read it; nothing else knows an address by heart.

use std::sync::{Arc, OnceLock};

use axum::http::{Method, StatusCode};
use utoipa::openapi::path::Parameter;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

use crate::lang::{Lang, Words};
use crate::profile::Function;

/// Most bytes of a form or a JSON body, unless the route says otherwise.
pub const BODY_LIMIT: usize = 512 * 1024;

/// Where the addresses of the API begin.
pub const API: &str = "/api/";

/// Who may ask for a route at all; what they then see is the row rules' matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Anyone, without an account.
    Public,
    /// Anyone with a password, also before the second factor.
    Account,
    /// Anyone signed in who holds a post.
    Staff,
    /// Signed in with a post that carries this function somewhere.
    Function(&'static Function),
    /// Signed in with a post that carries one of these functions somewhere.
    AnyOf(&'static [&'static Function]),
}

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Route {
    /// HTTP method.
    pub method: Method,
    /// Path as axum writes it.
    pub path: &'static str,
    /// Who may ask for it.
    pub gate: Gate,
    /// What the page or the step is called: a noun, because the audit says where something was read
    /// or written.
    pub name: Words,
    /// Most bytes that may be sent.
    pub limit: usize,
    /// What is sent holds a password or a code: it is never shown again, and no trace of it is kept.
    pub secret: bool,
    /// What is sent is a form that is still being typed: it uses up no key, and nothing is given back.
    pub draft: bool,
    /// What it takes and gives; in the API alone.
    pub describe: Option<fn() -> Operation>,
}

impl Route {
    /// A route with the usual limit, whose form holds nothing secret.
    pub fn new(method: Method, path: &'static str, gate: Gate, name: Words) -> Route {
        Route { method, path, gate, name, limit: BODY_LIMIT, secret: false, draft: false, describe: None }
    }

    /// How the audit trail writes what is done: `GET /persons/{id}`.
    pub fn act(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether it is a page for residents, who have no account.
    pub fn is_for_residents(&self) -> bool {
        self.gate == Gate::Public && !self.is_api() && !self.path.starts_with("/sign-in")
    }

    /// Whether it belongs to the API.
    pub fn is_api(&self) -> bool {
        self.path.starts_with(API)
    }
}

/// The routes of the application.
#[derive(Debug, Default)]
pub struct Table {
    routes: Vec<Arc<Route>>,
    /// The description of the API, from the moment on which somebody has asked for it.
    pub document: OnceLock<String>,
}

impl Table {
    /// A table of these routes.
    pub fn new(routes: Vec<Arc<Route>>) -> Table {
        Table { routes, document: OnceLock::new() }
    }

    /// Every route, in the order of the rooms.
    pub fn iter(&self) -> impl Iterator<Item = &Route> {
        self.routes.iter().map(|route| &**route)
    }

    /// What the page or step is called with which something was done; `None` for acts of commands.
    pub fn place(&self, act: &str, lang: Lang) -> Option<String> {
        let (method, path) = act.split_once(' ')?;
        let route = self.iter().find(|route| route.path == path && route.method == method)?;
        let program = match route.is_api() {
            true => lang.t("（ほかのプログラムから）", " (by another program)"),
            false => "",
        };
        Some(format!("{}{program}", route.name.get(lang)))
    }
}

/// A body of the API, in one direction.
#[derive(Clone)]
pub struct Content {
    /// Its media type.
    pub media: &'static str,
    /// The Rust type, by which two types with one name are told apart.
    pub rust: &'static str,
    /// The name of its schema; `None` where it has none (a file).
    pub name: Option<String>,
    /// Whether it is a list of them.
    pub list: bool,
    /// Its own schema and those that it refers to.
    pub schemas: Vec<(String, RefOr<Schema>)>,
}

impl Content {
    /// A type as JSON.
    pub fn json<T: ToSchema>() -> Content {
        let name = T::name().into_owned();
        let mut schemas = vec![(name.clone(), T::schema())];
        T::schemas(&mut schemas);
        Content { media: "application/json", rust: std::any::type_name::<T>(), name: Some(name), list: false, schemas }
    }

    /// A list of a type as JSON.
    pub fn json_list<T: ToSchema>() -> Content {
        Content { list: true, ..Content::json::<T>() }
    }

    /// Something of a media type without a schema.
    pub fn plain(media: &'static str) -> Content {
        Content { media, rust: "", name: None, list: false, schemas: Vec::new() }
    }
}

/// What a route of the API takes and gives, as the signature of its handler says.
#[derive(Clone)]
pub struct Operation {
    /// The format of each part of the path that changes, in their order; `None` for any word.
    pub path: Vec<Option<&'static str>>,
    /// What may stand behind the question mark.
    pub query: Vec<Parameter>,
    /// Whether the revision that the writer saw has to be sent.
    pub seen: bool,
    /// What is sent.
    pub takes: Option<Content>,
    /// The status where all is well.
    pub status: StatusCode,
    /// What is answered then.
    pub gives: Option<Content>,
}

impl Default for Operation {
    fn default() -> Operation {
        Operation { path: Vec::new(), query: Vec::new(), seen: false, takes: None, status: StatusCode::OK, gives: None }
    }
}

impl Operation {
    /// Adds what a query may say.
    pub fn asks<T: IntoParams>(&mut self) {
        self.query.extend(T::into_params(|| Some(utoipa::openapi::path::ParameterIn::Query)));
    }
}
