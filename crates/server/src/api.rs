//! Routes with what the OpenAPI document says of them. A route is entered with the permission that it
//! asks for: the guard and the document take it from the same place, so that neither can forget it.

use crate::app::App;
use crate::caller::{Demand, guard};
use crate::problem::{MEDIA_TYPE, ProblemDocument};
use access::Permission;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use serde_json::json;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Required, Response, ResponseBuilder};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Name, in the document, of what an operation demands: a permission, `signed-in` or `none`.
pub(crate) const DEMAND: &str = "x-greenchain-demand";

/// Routes in the making.
pub(crate) struct Api {
    app: App,
    router: OpenApiRouter<App>,
}

impl Api {
    pub(crate) fn new(app: App, document: utoipa::openapi::OpenApi) -> Self {
        Self { app, router: OpenApiRouter::with_openapi(document) }
    }

    /// A route for those who hold a permission.
    pub(crate) fn holding(self, permission: Permission, route: UtoipaMethodRouter<App>) -> Self {
        self.with(Demand::Holding(permission), route)
    }

    /// A route for those who hold a permission, whose bodies have a limit of their own.
    pub(crate) fn sized(
        self,
        limit: DefaultBodyLimit,
        permission: Permission,
        (schemas, paths, methods): UtoipaMethodRouter<App>,
    ) -> Self {
        self.holding(permission, (schemas, paths, methods.layer(limit)))
    }

    /// A route for whoever is signed in or has a key.
    pub(crate) fn signed_in(self, route: UtoipaMethodRouter<App>) -> Self {
        self.with(Demand::SignedIn, route)
    }

    /// A route for all.
    pub(crate) fn open(self, route: UtoipaMethodRouter<App>) -> Self {
        self.with(Demand::Nothing, route)
    }

    fn with(self, demand: Demand, (schemas, mut paths, methods): UtoipaMethodRouter<App>) -> Self {
        for (path, item) in &mut paths.paths {
            for (method, operation) in operations(item) {
                complete(operation, method, path, demand);
            }
        }
        let methods = methods.route_layer(from_fn_with_state((self.app.clone(), demand), guard));
        Self { router: self.router.routes((schemas, paths, methods)), ..self }
    }

    /// The routes, and the document of them all.
    pub(crate) fn into_parts(self) -> (axum::Router<App>, utoipa::openapi::OpenApi) {
        self.router.split_for_parts()
    }
}

/// The operations of a path by method.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("delete", &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// The name of an operation for programs that are made from the document: `get-orders-order`.
fn operation_id(method: &str, path: &str) -> String {
    let path = path.trim_start_matches("/api/v1").replace(['{', '}'], "");
    format!("{method}{}", path.replace('/', "-"))
}

/// Adds what is true of every operation.
fn complete(operation: &mut Operation, method: &str, path: &str, demand: Demand) {
    let extension = Extensions::builder().add(DEMAND, json!(demand.name())).build();
    operation.extensions.get_or_insert_default().merge(extension);
    operation.operation_id = Some(operation_id(method, path));
    let writes = method != "get";
    let guarded = demand != Demand::Nothing;
    if guarded {
        let schemes = ["key", "session"];
        operation.security =
            Some(schemes.map(|name| SecurityRequirement::new(name, [""; 0])).into());
    }
    if guarded && writes {
        let parameters = operation.parameters.get_or_insert_default();
        parameters.push(RefOr::T(idempotency_key()));
        parameters.push(RefOr::T(if_match()));
    }
    let named = path.contains('{');
    let body = operation.request_body.is_some();
    for (status, applies, what) in [
        ("400", true, "The request is malformed"),
        ("401", guarded, "Nobody is signed in, or the key is not valid"),
        ("403", guarded, "The caller may not do this"),
        ("404", named || (body && guarded), "There is no such thing"),
        ("408", true, "The request took too long"),
        ("409", writes && guarded, "It cannot be done as things stand"),
        ("410", writes && guarded, "It was erased"),
        ("412", writes && guarded, "Somebody else changed it in between"),
        ("413", writes, "The body is too large"),
        ("415", body, "The body is of another media type"),
        ("422", writes, "The content cannot be taken"),
        ("429", true, "Too many requests"),
        ("503", true, "The server is stopping, or its database cannot be reached"),
    ] {
        if applies {
            let entry = operation.responses.responses.entry(status.to_owned());
            entry.or_insert_with(|| RefOr::T(problem(what)));
        }
    }
}

fn problem(what: &str) -> Response {
    let schema = Ref::from_schema_name(<ProblemDocument as utoipa::ToSchema>::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(what).content(MEDIA_TYPE, content).build()
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn idempotency_key() -> Parameter {
    let key = text().min_length(Some(1)).max_length(Some(128)).pattern(Some("^[!-~]+$")).build();
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("Makes the request take effect once, however often it is sent"))
        .schema(Some(key))
        .example(Some(json!("8e03978e-40d5-43dd-bc93-6894a57f9324")))
        .build()
}

fn if_match() -> Parameter {
    let any = text().enum_values(Some(["*"])).build();
    let tag = text().pattern(Some("^\"[0-9]{1,18}\"$")).build();
    let tag = AnyOfBuilder::new().item(any).item(tag);
    ParameterBuilder::new()
        .name("If-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The ETag that the caller saw: refused if it has changed since"))
        .schema(Some(tag))
        .example(Some(json!("*")))
        .build()
}
