//! The table of routes. A route cannot be added without its gate: the same
//! call that mounts the handler enters it here, and the authorization test
//! walks this table.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, on};

use super::layer;
use super::watch::watch;
use crate::app::{App, Settings};
use crate::profile::Function;

/// Who may knock at a route at all; what they then see is the row rules' matter.
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
}

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Route {
    /// HTTP method.
    pub method: Method,
    /// Path as axum writes it.
    pub path: &'static str,
    /// Who may knock.
    pub gate: Gate,
}

/// The routes put together so far.
pub struct Routes {
    app: App,
    router: Router<App>,
    table: Vec<Route>,
}

impl Routes {
    /// An empty table.
    pub fn new(app: App) -> Routes {
        Routes { app, router: Router::new(), table: Vec::new() }
    }

    /// What the installation sets.
    pub fn settings(&self) -> &Settings {
        self.app.settings()
    }

    /// Mounts a page or a query.
    pub fn get<H, T>(self, path: &'static str, gate: Gate, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.mount(Method::GET, MethodFilter::GET, path, gate, handler)
    }

    /// Mounts a step that changes something.
    pub fn post<H, T>(self, path: &'static str, gate: Gate, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.mount(Method::POST, MethodFilter::POST, path, gate, handler)
    }

    fn mount<H, T>(mut self, method: Method, filter: MethodFilter, path: &'static str, gate: Gate, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let guarded = on(filter, handler).layer(from_fn_with_state((self.app.clone(), gate, path), layer::enter));
        self.router = self.router.route(path, guarded);
        self.table.push(Route { method, path, gate });
        self
    }

    /// Lets a room add its routes.
    pub fn room(self, add: fn(Routes) -> Routes) -> Routes {
        add(self)
    }

    /// The table, for the authorization test and for `ARCHITECTURE.md`.
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// The finished router with the shell's outer layers.
    pub fn into_router(self) -> Router {
        let fallback = from_fn_with_state((self.app.clone(), Gate::Public, "*"), layer::enter);
        let missing = Router::new().fallback(layer::missing).layer(fallback);
        let inner = super::headers::outer(self.router.fallback_service(missing.with_state(self.app.clone())));
        inner.layer(from_fn_with_state(self.app.clone(), watch)).with_state(self.app)
    }
}
