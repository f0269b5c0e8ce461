//! The description of the JSON API (OpenAPI 3.1), served at `/api/openapi.json`.
//!
//! It is made of the table of routes alone: each route of the API says what it takes and gives by
//! the signature of its handler.
//!
//! **Architecture Invariant:** two types with one name are refused; a test makes the document.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::lang::Words;
use crate::room::Room;
use crate::route::{Content, Gate, Operation, Route, Table};
use crate::web::Routes;
use crate::web::api::Answer;

/// Where the description is served.
pub const PATH: &str = "/api/openapi.json";

/// What this room offers.
pub static ROOM: Room = Room { routes, ..Room::new("openapi", Words("API の説明", "Description of the API")) };

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    routes.api_get(PATH, Gate::Public, Words("API の説明", "Description of the API"), show)
}

/// The schemas of the document. Each remembers the Rust type that it was made of.
#[derive(Default)]
struct Schemas(BTreeMap<String, (Value, &'static str)>);

impl Schemas {
    /// Adds what a body consists of.
    fn add(&mut self, content: &Content) -> Result<()> {
        for (place, (name, schema)) in content.schemas.iter().enumerate() {
            let schema = serde_json::to_value(schema).map_err(Error::internal)?;
            // The first one is the body itself; of those it refers to only the schema is known.
            let rust = if place == 0 { content.rust } else { "" };
            let (known, of) = self.0.entry(name.clone()).or_insert_with(|| (schema.clone(), rust));
            if *known != schema || (!rust.is_empty() && !of.is_empty() && *of != rust) {
                return Err(Error::internal(format!("two types of the API are called {name}: {of} and {rust}")));
            }
            if of.is_empty() {
                *of = rust;
            }
        }
        Ok(())
    }
}

/// The whole document.
///
/// # Errors
/// When two types have one name.
pub fn document(table: &Table) -> Result<Value> {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas = Schemas::default();
    for route in table.iter() {
        let Some(describe) = route.describe else { continue };
        let what = describe();
        for content in what.takes.iter().chain(&what.gives) {
            schemas.add(content)?;
        }
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        item[route.method.as_str().to_ascii_lowercase()] = operation(route, &what)?;
    }
    let mut named: Map<String, Value> = schemas.0.into_iter().map(|(name, (schema, _))| (name, schema)).collect();
    named.insert("Problem".to_owned(), problem());
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sasae",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
            "description": "The same room functions as the pages, under the same row rules and audit. \
                Sign in at /api/session and send the token as a bearer token.",
        },
        "servers": [{ "url": "/" }],
        "security": [{ "bearer": [] }],
        "paths": paths,
        "components": {
            "schemas": named,
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
        },
    }))
}

/// RFC 9457, with the errors beside the fields.
fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "status", "title"],
        "properties": {
            "type": { "type": "string" },
            "status": { "type": "integer" },
            "title": { "type": "string" },
            "detail": { "type": "string" },
            "instance": { "type": "string" },
            "revision": { "type": "integer", "description": "The revision that stands, after a stale edit." },
            "limit": { "type": "integer", "description": "Most bytes, where too much was sent." },
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["field", "message"],
                    "properties": { "field": { "type": "string" }, "message": { "type": "string" } },
                },
            },
        },
    })
}

fn operation(route: &Route, what: &Operation) -> Result<Value> {
    let mut operation = json!({
        "operationId": id_of(route),
        "summary": route.name.1,
        "x-summary-ja": route.name.0,
        "parameters": parameters(route, what)?,
        "responses": responses(route, what),
    });
    if let Some(takes) = &what.takes {
        let required = takes.media != "application/json" || !required_of(takes).is_empty();
        operation["requestBody"] = json!({ "required": required, "content": content(takes) });
    }
    if route.gate == Gate::Public {
        operation["security"] = json!([]);
    }
    Ok(operation)
}

/// The fields that a body must have.
fn required_of(content: &Content) -> Vec<String> {
    let own = content.schemas.first().and_then(|(_, schema)| serde_json::to_value(schema).ok());
    let required = own.as_ref().and_then(|own| own["required"].as_array());
    required.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

fn parameters(route: &Route, what: &Operation) -> Result<Vec<Value>> {
    let mut parameters: Vec<Value> = names_in(route.path)
        .enumerate()
        .map(|(place, name)| {
            let mut schema = json!({ "type": "string" });
            if let Some(Some(format)) = what.path.get(place) {
                schema["format"] = json!(format);
            }
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
        .collect();
    for one in &what.query {
        parameters.push(serde_json::to_value(one).map_err(Error::internal)?);
    }
    if route.method != Method::GET {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "schema": { "type": "string", "format": "uuid" },
            "description": "The same key with the same body is answered as the first time, and nothing is done again.",
        }));
    }
    if what.seen {
        parameters.push(json!({
            "name": "If-Match", "in": "header", "required": true, "schema": { "type": "string" },
            "description": "The revision of the record that was read.",
        }));
    }
    Ok(parameters)
}

fn responses(route: &Route, what: &Operation) -> Value {
    let changes = route.method != Method::GET;
    let guarded = route.gate != Gate::Public;
    let named = names_in(route.path).next().is_some();
    let problem = |what: &str| {
        json!({
            "description": what,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    let mut responses = json!({ "default": problem("Anything else that went wrong") });
    let well = if what.status == StatusCode::CREATED { "Made" } else { "Done, or the record" };
    responses[what.status.as_str()] = json!({ "description": well });
    if let Some(gives) = &what.gives {
        responses[what.status.as_str()]["content"] = content(gives);
    }
    let mut add = |when: bool, status: StatusCode, what: &str| {
        if when {
            responses[status.as_str()] = problem(what);
        }
    };
    let readable = named || changes || !what.query.is_empty();
    add(readable, StatusCode::BAD_REQUEST, "The address, the query, a header or the body cannot be read");
    add(guarded || route.secret, StatusCode::UNAUTHORIZED, "Nobody is signed in");
    add(guarded, StatusCode::FORBIDDEN, "The reader holds no post today, or may not do this");
    let hidden = named || matches!(route.gate, Gate::Function(_) | Gate::AnyOf(_));
    add(hidden, StatusCode::NOT_FOUND, "It is not there, or the reader may not know that it is");
    add(what.seen, StatusCode::CONFLICT, "Somebody saved the record in between");
    add(changes, StatusCode::PAYLOAD_TOO_LARGE, &format!("More than {} bytes were sent", route.limit));
    add(changes, StatusCode::UNPROCESSABLE_ENTITY, "Errors beside fields, or a rule of the room refuses");
    responses
}

fn content(content: &Content) -> Value {
    let schema = match &content.name {
        Some(name) => json!({ "$ref": format!("#/components/schemas/{name}") }),
        None => json!({}),
    };
    let schema = if content.list { json!({ "type": "array", "items": schema }) } else { schema };
    json!({ content.media: { "schema": schema } })
}

/// The names in braces of a path.
fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
}

fn id_of(route: &Route) -> String {
    let words = route.path.trim_start_matches(crate::route::API).replace(['{', '}'], "").replace(['/', '.', '-'], "_");
    format!("{}_{words}", route.method.as_str().to_ascii_lowercase())
}

/// The document as it is sent.
#[derive(Debug)]
pub struct Description(String);

impl IntoResponse for Description {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

impl Answer for Description {
    fn describe(operation: &mut Operation) {
        operation.gives = Some(Content::plain("application/json"));
    }
}

/// `GET /api/openapi.json`
async fn show(Extension(table): Extension<Arc<Table>>) -> Result<Description> {
    if let Some(made) = table.document.get() {
        return Ok(Description(made.clone()));
    }
    let made = document(&table)?.to_string();
    Ok(Description(table.document.get_or_init(|| made).clone()))
}
