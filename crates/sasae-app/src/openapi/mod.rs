//! The description of the JSON API (OpenAPI 3.1), made from the table of
//! routes and the rooms' own input structs, and served at `/api/openapi.json`.
//!
//! **Architecture Invariant:** a route below `/api/` that changes something has
//! its body here; a test compares both tables.

#[cfg(test)]
mod tests;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lang::Words;
use crate::room::Room;
use crate::web::router;
use crate::web::routes::Route;
use crate::web::{Gate, Reply, Routes};
use crate::{account, attachment, case, consultation, figures, notice, person, staff, task, thread};

/// Where the description is served.
pub const PATH: &str = "/api/openapi.json";

/// What this room offers.
pub static ROOM: Room = Room { routes, ..Room::new("openapi", Words("API の説明", "Description of the API")) };

/// The routes of this room.
pub fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Gate::Public, show)
}

/// A route's body: its path, the schema's name, and the schema; no schema where
/// the step needs no input.
type Body = (&'static str, &'static str, Option<RefOr<Schema>>);

fn body<T: ToSchema>(path: &'static str, name: &'static str) -> Body {
    (path, name, Some(T::schema()))
}

/// The bodies of every route that changes something.
fn bodies() -> Vec<Body> {
    vec![
        body::<account::security::ApiSignIn>("/api/session", "SignInForm"),
        body::<notice::NoticeForm>("/api/notices", "NoticeForm"),
        body::<notice::TriageForm>("/api/notices/{id}/triage", "TriageForm"),
        body::<consultation::IntakeForm>("/api/consultations", "IntakeForm"),
        body::<consultation::SettleForm>("/api/consultations/{id}/settle", "SettleForm"),
        body::<consultation::IdentifyForm>("/api/consultations/{id}/person", "IdentifyForm"),
        body::<attachment::api::AttachmentUpload>("/api/files/of/{kind}/{record}", "AttachmentUpload"),
        body::<attachment::EraseForm>("/api/files/{id}/erase", "EraseForm"),
        body::<person::PersonForm>("/api/persons", "PersonForm"),
        body::<person::PersonForm>("/api/persons/{id}", "PersonForm"),
        body::<person::LeaveForm>("/api/persons/{id}/leave", "LeaveForm"),
        body::<person::RestrictionForm>("/api/persons/{id}/restrictions", "RestrictionForm"),
        ("/api/persons/{id}/restrictions/{restriction}/lift", "", None),
        body::<person::EntrustmentForm>("/api/persons/{id}/entrustments", "EntrustmentForm"),
        body::<person::api::EndForm>("/api/persons/{id}/entrustments/{entrustment}/end", "EndForm"),
        body::<case::OpenForm>("/api/cases", "OpenForm"),
        body::<case::PersonForm>("/api/cases/{id}/persons", "CasePersonForm"),
        body::<case::RoleForm>("/api/cases/{id}/roles", "RoleForm"),
        body::<case::AnswerForm>("/api/cases/{id}/roles/{role}/answer", "AnswerForm"),
        body::<case::api::DoneForm>("/api/cases/{id}/roles/{role}/done", "DoneForm"),
        ("/api/cases/{id}/roles/{role}/end", "", None),
        ("/api/cases/{id}/agree", "", None),
        body::<case::LeadForm>("/api/cases/{id}/lead", "LeadForm"),
        body::<case::AssessmentForm>("/api/cases/{id}/assessments", "AssessmentForm"),
        body::<case::PlanForm>("/api/cases/{id}/plans", "PlanForm"),
        body::<case::GoalForm>("/api/cases/{id}/goals/{goal}", "GoalForm"),
        body::<case::ContactForm>("/api/cases/{id}/contacts", "ContactForm"),
        body::<case::MonitoringForm>("/api/cases/{id}/monitoring", "MonitoringForm"),
        body::<case::CloseForm>("/api/cases/{id}/close", "CloseForm"),
    ]
}

/// What a route answers when all is well.
struct Answer {
    method: Method,
    path: &'static str,
    status: StatusCode,
    /// Name of the schema.
    name: String,
    /// Whether it is a list of them.
    list: bool,
    /// The schema, and those that it refers to.
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Answer {
    fn of<T: ToSchema>(method: Method, path: &'static str, status: StatusCode) -> Answer {
        let mut schemas = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut schemas);
        Answer { method, path, status, name: T::name().into_owned(), list: false, schemas }
    }

    fn list(self) -> Answer {
        Answer { list: true, ..self }
    }

    fn schema(&self) -> Value {
        let one = json!({ "$ref": format!("#/components/schemas/{}", self.name) });
        if self.list { json!({ "type": "array", "items": one }) } else { one }
    }
}

fn shown<T: ToSchema>(path: &'static str) -> Answer {
    Answer::of::<T>(Method::GET, path, StatusCode::OK)
}

fn made<T: ToSchema>(path: &'static str) -> Answer {
    Answer::of::<T>(Method::POST, path, StatusCode::CREATED)
}

fn changed<T: ToSchema>(path: &'static str) -> Answer {
    Answer::of::<T>(Method::POST, path, StatusCode::OK)
}

/// The answer of every route but this description's own.
fn answers() -> Vec<Answer> {
    vec![
        made::<account::security::SessionBody>("/api/session"),
        shown::<task::DueBody>("/api/today").list(),
        shown::<notice::store::Notice>("/api/notices").list(),
        made::<notice::api::ReportedBody>("/api/notices"),
        shown::<notice::store::Notice>("/api/notices/{id}"),
        changed::<notice::store::Notice>("/api/notices/{id}/triage"),
        shown::<consultation::store::Consultation>("/api/consultations").list(),
        made::<consultation::api::ConsultationBody>("/api/consultations"),
        shown::<consultation::api::ConsultationBody>("/api/consultations/{id}"),
        changed::<consultation::api::ConsultationBody>("/api/consultations/{id}/settle"),
        changed::<consultation::api::ConsultationBody>("/api/consultations/{id}/person"),
        shown::<person::api::FoundBody>("/api/persons"),
        made::<person::api::MadeBody>("/api/persons"),
        shown::<person::store::Person>("/api/persons/{id}"),
        changed::<person::store::Person>("/api/persons/{id}"),
        changed::<person::store::Person>("/api/persons/{id}/leave"),
        shown::<person::HouseholdView>("/api/persons/{id}/household"),
        made::<person::api::MadeBody>("/api/persons/{id}/restrictions"),
        changed::<person::api::MadeBody>("/api/persons/{id}/restrictions/{restriction}/lift"),
        made::<person::api::MadeBody>("/api/persons/{id}/entrustments"),
        changed::<person::api::MadeBody>("/api/persons/{id}/entrustments/{entrustment}/end"),
        shown::<person::api::LookBody>("/api/persons/{id}/looks").list(),
        shown::<attachment::api::AttachmentBody>("/api/files/of/{kind}/{record}").list(),
        made::<attachment::api::AttachmentBody>("/api/files/of/{kind}/{record}"),
        shown::<attachment::api::FileContent>("/api/files/{id}"),
        changed::<attachment::api::AttachmentBody>("/api/files/{id}/erase"),
        shown::<thread::pages::ThreadBody>("/api/thread/{kind}/{id}"),
        shown::<figures::pages::FiguresBody>("/api/figures"),
        shown::<case::store::CaseRow>("/api/cases").list(),
        made::<case::api::MadeBody>("/api/cases"),
        shown::<case::api::CaseBody>("/api/cases/{id}"),
        changed::<case::api::CaseBody>("/api/cases/{id}/persons"),
        made::<case::api::MadeBody>("/api/cases/{id}/roles"),
        changed::<case::api::CaseBody>("/api/cases/{id}/roles/{role}/answer"),
        changed::<case::api::CaseBody>("/api/cases/{id}/roles/{role}/done"),
        changed::<case::api::CaseBody>("/api/cases/{id}/roles/{role}/end"),
        changed::<case::api::CaseBody>("/api/cases/{id}/agree"),
        changed::<case::api::CaseBody>("/api/cases/{id}/lead"),
        made::<case::api::MadeBody>("/api/cases/{id}/assessments"),
        made::<case::api::MadeBody>("/api/cases/{id}/plans"),
        changed::<case::api::CaseBody>("/api/cases/{id}/goals/{goal}"),
        shown::<case::store::ContactPage>("/api/cases/{id}/contacts"),
        made::<case::api::MadeBody>("/api/cases/{id}/contacts"),
        made::<case::api::MadeBody>("/api/cases/{id}/monitoring"),
        changed::<case::api::CaseBody>("/api/cases/{id}/close"),
        shown::<staff::overview::Overview>("/api/organisation"),
    ]
}

/// The whole document.
pub fn document(table: &[Route]) -> Result<Value> {
    let (bodies, answers) = (bodies(), answers());
    let mut paths: Map<String, Value> = Map::new();
    for route in table.iter().filter(|route| route.path.starts_with("/api/")) {
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        item[route.method.as_str().to_ascii_lowercase()] = operation(route, &bodies, &answers);
    }
    let mut schemas = Map::new();
    for (_, name, schema) in &bodies {
        if let Some(schema) = schema {
            schemas.insert((*name).to_owned(), serde_json::to_value(schema).map_err(Error::internal)?);
        }
    }
    for (name, schema) in answers.iter().flat_map(|answer| &answer.schemas) {
        schemas.insert(name.clone(), serde_json::to_value(schema).map_err(Error::internal)?);
    }
    schemas.insert("Problem".to_owned(), problem());
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
            "schemas": schemas,
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
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": { "field": { "type": "string" }, "message": { "type": "string" } },
                },
            },
        },
    })
}

fn operation(route: &Route, bodies: &[Body], answers: &[Answer]) -> Value {
    let changes = route.method != Method::GET;
    let mut parameters: Vec<Value> = names_in(route.path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    if changes {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "schema": { "type": "string", "format": "uuid" },
            "description": "The same key with the same body is answered with the first result.",
        }));
        parameters.push(json!({
            "name": "If-Match", "in": "header", "schema": { "type": "string" },
            "description": "The revision that was read, for steps that change a record.",
        }));
    }
    let answer = |what: &str| {
        json!({
            "description": what,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    let mut operation = json!({
        "operationId": id_of(route),
        "parameters": parameters,
        "responses": {
            "401": answer("Nobody is signed in"),
            "404": answer("It is not there, or the reader may not know that it is"),
        },
    });
    let well = answers.iter().find(|answer| answer.path == route.path && answer.method == route.method);
    let (status, schema) = well.map_or((StatusCode::OK, json!({})), |answer| (answer.status, answer.schema()));
    let what = if status == StatusCode::CREATED { "Made" } else { "Done, or the record" };
    let kind = well.map_or(JSON, |answer| kind_of(&answer.name));
    operation["responses"][status.as_str()] = json!({ "description": what, "content": { kind: { "schema": schema } } });
    if changes {
        operation["responses"]["409"] = answer("Somebody saved the record in between");
        operation["responses"]["422"] = answer("Errors beside fields, or a rule of the room refuses");
        if let Some((_, name, Some(_))) = bodies.iter().find(|(path, ..)| *path == route.path) {
            let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
            operation["requestBody"] = json!({ "required": true, "content": { kind_of(name): { "schema": schema } } });
        }
    }
    if route.gate == Gate::Public {
        operation["security"] = json!([]);
    }
    operation
}

const JSON: &str = "application/json";

/// How a body travels.
fn kind_of(schema: &str) -> &'static str {
    match schema {
        "AttachmentUpload" => "multipart/form-data",
        "FileContent" => "application/octet-stream",
        _ => JSON,
    }
}

/// The names in braces of a path.
fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
}

fn id_of(route: &Route) -> String {
    let words = route.path.trim_start_matches("/api/").replace(['{', '}'], "").replace(['/', '.', '-'], "_");
    format!("{}_{words}", route.method.as_str().to_ascii_lowercase())
}

/// `GET /api/openapi.json`
async fn show(ctx: Ctx) -> Reply {
    let routes = router::routes(ctx.app());
    crate::web::json(StatusCode::OK, &document(routes.table())?)
}
