//! Mounting of routes. A route cannot be mounted without its gate and its name, and one of the API
//! not without what it takes and gives: the same call enters it into the table.
//!
//! A handler is boxed when it is mounted, so that the layer around all handlers is compiled once and not
//! once for each handler.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use axum::{Extension, Router};

use super::api::{Again, ApiHandler, StepHandler};
use super::layer;
use super::watch::watch;
use crate::app::{App, Settings};
use crate::lang::Words;
pub use crate::route::{Gate, Route, Table};

/// An answer to come.
type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler of whatever arguments.
pub(super) type Run = Arc<dyn Fn(Request, App) -> Answering + Send + Sync>;

fn boxed<H, T>(handler: H) -> Run
where
    H: Handler<T, App>,
    T: 'static,
{
    Arc::new(move |request, app| Box::pin(handler.clone().call(request, app)))
}

/// A handler with its route and all that stands around it.
#[derive(Clone)]
struct Mounted {
    route: Arc<Route>,
    run: Run,
    again: Option<Again>,
}

impl Handler<Mounted, App> for Mounted {
    type Future = Answering;

    fn call(self, request: Request, app: App) -> Answering {
        Box::pin(layer::enter(app, self.route, (self.run, self.again), request))
    }
}

/// The routes put together so far.
pub struct Routes {
    app: App,
    mounted: Vec<(Route, Run, Option<Again>)>,
}

impl Routes {
    /// An empty table.
    pub fn new(app: App) -> Routes {
        Routes { app, mounted: Vec::new() }
    }

    /// What the installation sets.
    pub fn settings(&self) -> &Settings {
        self.app.settings()
    }

    /// Mounts a page or a query.
    pub fn get<H, T>(self, path: &'static str, gate: Gate, name: Words, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.mount(Route::new(Method::GET, path, gate, name), boxed(handler), None)
    }

    /// Mounts a step that changes something.
    pub fn post<H, T>(self, path: &'static str, gate: Gate, name: Words, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.mount(Route::new(Method::POST, path, gate, name), boxed(handler), None)
    }

    /// Mounts a query of the API.
    pub fn api_get<H, T>(self, path: &'static str, gate: Gate, name: Words, handler: H) -> Routes
    where
        H: ApiHandler<T>,
        T: 'static,
    {
        let route = Route { describe: Some(H::describe), ..Route::new(Method::GET, path, gate, name) };
        self.mount(route, boxed(handler), None)
    }

    /// Mounts a step of the API.
    pub fn api_post<H, T>(self, path: &'static str, gate: Gate, name: Words, handler: H) -> Routes
    where
        H: StepHandler<T>,
        T: 'static,
    {
        let route = Route { describe: Some(H::describe), ..Route::new(Method::POST, path, gate, name) };
        self.mount(route, boxed(handler), Some(H::again))
    }

    fn mount(mut self, route: Route, run: Run, again: Option<Again>) -> Routes {
        self.mounted.push((route, run, again));
        self
    }

    fn last(mut self, change: impl FnOnce(&mut Route)) -> Routes {
        if let Some((route, ..)) = self.mounted.last_mut() {
            change(route);
        }
        self
    }

    /// What is sent to the route mounted last holds a password or a code.
    pub fn secret(self) -> Routes {
        self.last(|route| route.secret = true)
    }

    /// So many bytes may be sent to the route mounted last.
    pub fn limit(self, bytes: usize) -> Routes {
        self.last(|route| route.limit = bytes)
    }

    /// What is sent to the route mounted last is still being typed.
    pub fn draft(self) -> Routes {
        self.last(|route| route.draft = true)
    }

    /// Lets a room add its routes.
    pub fn room(self, add: fn(Routes) -> Routes) -> Routes {
        add(self)
    }

    /// The table of what is mounted.
    pub fn table(&self) -> Table {
        Table::new(self.mounted.iter().map(|(route, ..)| Arc::new(route.clone())).collect())
    }

    /// The finished router with the shell's outer layers.
    pub fn into_router(self) -> Router {
        let table = Arc::new(self.table());
        let mut router: Router<App> = Router::new();
        for (route, run, again) in self.mounted {
            let filter = if route.method == Method::POST { MethodFilter::POST } else { MethodFilter::GET };
            router = router.route(route.path, on(filter, Mounted { route: Arc::new(route), run, again }));
        }
        let nowhere = Route::new(Method::GET, "*", Gate::Public, Words("ない画面", "No such page"));
        let router = router.fallback(Mounted { route: Arc::new(nowhere), run: boxed(layer::missing), again: None });
        let watched = from_fn_with_state(self.app.clone(), watch);
        super::headers::outer(router).layer(Extension(table)).layer(watched).with_state(self.app)
    }
}
