//! What is answered when a request cannot be done: a problem document (RFC 9457).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use events::{EventsError, Refusal, RefusalKind};
use intake::Faults;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::ToSchema;

/// Media type of a problem document.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// A problem, as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:greenchain:problem:parcel-already-loaded",
    "title": "Conflict",
    "status": 409,
    "detail": "parcel P20171125-00001 is on round R20171125-003. Unload it first",
    "errors": []
}))]
pub(crate) struct ProblemDocument {
    /// A name of the rule that speaks, which never changes.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The status in words.
    pub(crate) title: String,
    /// The status.
    #[schema(minimum = 400, maximum = 599)]
    pub(crate) status: u16,
    /// What is wrong, with its values, and the mend.
    pub(crate) detail: String,
    /// Each single fault, where there are several.
    pub(crate) errors: Vec<Place>,
}

/// A single fault and where it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Place {
    /// JSON pointer into the body, or name of a parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pointer: Option<String>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    /// The row of the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) row: Option<u64>,
    /// The column of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<String>,
    /// What is wrong, and the mend.
    pub(crate) detail: String,
}

/// Why a request cannot be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    rule: Cow<'static, str>,
    pub(crate) detail: String,
    errors: Vec<Place>,
    retry_after_s: Option<u64>,
}

impl Problem {
    /// A problem of that status; `rule` is a name that never changes.
    pub(crate) fn new(status: StatusCode, rule: &'static str, detail: impl Into<String>) -> Self {
        let (rule, errors) = (rule.into(), Vec::new());
        Self { status, rule, detail: detail.into(), errors, retry_after_s: None }
    }

    /// The request itself is malformed.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", detail)
    }

    /// There is no such thing.
    pub(crate) fn missing(what: &str, id: &str) -> Self {
        let id: String = id.chars().take(64).collect();
        Self::new(StatusCode::NOT_FOUND, "not-found", format!("there is no {what} `{id}`"))
    }

    /// A value of the body that cannot be taken.
    pub(crate) fn content(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let place =
            Place { pointer: Some(pointer.into()), detail: detail.clone(), ..Place::default() };
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "content", detail).with(vec![place])
    }

    /// Something of ours broke: the caller is told no more than that, the log all.
    pub(crate) fn internal(fault: &dyn std::fmt::Display) -> Self {
        tracing::error!(%fault, "internal fault");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the server met a fault of its own. Tell its keeper the request id",
        )
    }

    /// Named by another rule than its kind's.
    pub(crate) fn by(self, rule: &'static str) -> Self {
        Self { rule: rule.into(), ..self }
    }

    /// The name of the rule that speaks.
    pub(crate) fn rule(&self) -> &str {
        &self.rule
    }

    /// With single faults.
    pub(crate) fn with(self, errors: Vec<Place>) -> Self {
        Self { errors, ..self }
    }

    /// To be asked again after so many seconds.
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after_s: Some(seconds), ..self }
    }

    /// As it is sent.
    pub(crate) fn document(&self) -> ProblemDocument {
        ProblemDocument {
            kind: format!("urn:greenchain:problem:{}", self.rule),
            title: self.status.canonical_reason().unwrap_or("Problem").into(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.document())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"greenchain\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.kind {
            RefusalKind::Missing => StatusCode::NOT_FOUND,
            RefusalKind::State if refusal.rule == "version" => StatusCode::PRECONDITION_FAILED,
            RefusalKind::State => StatusCode::CONFLICT,
            RefusalKind::Content => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, refusal.rule, refusal.detail)
    }
}

impl From<EventsError> for Problem {
    fn from(error: EventsError) -> Self {
        let detail = error.to_string();
        match error {
            EventsError::Text { .. } => Self::new(StatusCode::BAD_REQUEST, "text", detail),
            EventsError::Conflict { .. } => Self::new(StatusCode::CONFLICT, "conflict", detail),
            EventsError::KeyReused { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", detail)
            }
            EventsError::Erased { .. } => Self::new(StatusCode::GONE, "erased", detail),
            EventsError::Closed => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "stopping",
                "the server is stopping. Ask again in a moment",
            )
            .retry_after(5),
            EventsError::Database(_) => {
                tracing::error!(fault = detail, "database");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "database",
                    "the database cannot be reached now. Ask again with the same idempotency key",
                )
                .retry_after(5)
            }
            other => Self::internal(&other),
        }
    }
}

impl From<Faults> for Problem {
    fn from(faults: Faults) -> Self {
        let places = faults.first.iter().map(place).collect();
        let detail = format!("{} faults in the files; the first are listed", faults.total);
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "files", detail).with(places)
    }
}

/// A fault of a file with its place.
pub(crate) fn place(fault: &intake::Fault) -> Place {
    let place = fault.place();
    Place {
        pointer: None,
        file: Some(place.file.to_owned()),
        row: place.row,
        column: place.column.map(str::to_owned),
        detail: fault.to_string(),
    }
}
