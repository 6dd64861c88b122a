//! Several files in one request, as a form sends them.

use crate::app::App;
use crate::asked::{Asking, ToAsk};
use crate::caller::Caller;
use crate::problem::Problem;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// Files of one request.
const FILES_MAX: usize = 64;
/// Bytes of a file's name.
const NAME_MAX: usize = 100;

/// Files by name.
pub(crate) struct Folder {
    pub(crate) asking: Asking,
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

impl FromRequest<App> for Folder {
    type Rejection = Problem;

    /// Each part is a file; its name is that of the part. What is said under an idempotency key are the
    /// files, not the words between them: these differ each time.
    async fn from_request(request: Request, state: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let head = ToAsk::of(&parts)?;
        let request = Request::from_parts(parts, body);
        let mut form = Multipart::from_request(request, state).await.map_err(|rejection| {
            let detail = format!("{}. Send files as multipart/form-data", rejection.body_text());
            Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", detail)
        })?;
        let (mut files, mut said): (Vec<(String, Vec<u8>)>, Vec<u8>) = Default::default();
        while let Some(part) = form.next_field().await.map_err(|fault| broken(&fault))? {
            let name = part.name().unwrap_or_default().to_owned();
            check(&name, &files)?;
            let bytes = part.bytes().await.map_err(|fault| broken(&fault))?.to_vec();
            said.extend(format!("{name} {}\n", events::Digest::of(&bytes)).into_bytes());
            files.push((name, bytes));
        }
        if files.is_empty() {
            return Err(Problem::malformed("there are no files. Send each as a part of a form"));
        }
        Ok(Self { asking: Asking::of(&head, caller, &said), files })
    }
}

/// Files as the document tells of them: `first` are those that are named there.
pub(crate) fn files_schema(first: &[(&str, &str)], example: Value) -> RefOr<Schema> {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let name = text().pattern(Some(format!("^[A-Za-z0-9_-][A-Za-z0-9_.-]{{0,{}}}$", NAME_MAX - 1)));
    let mut files = ObjectBuilder::new()
        .min_properties(Some(1))
        .max_properties(Some(FILES_MAX))
        .property_names(Some(name.build()))
        .additional_properties(Some(text()))
        .examples([example]);
    for (name, what) in first {
        files = files.property(*name, text().description(Some(*what)));
    }
    files.into()
}

fn check(name: &str, files: &[(String, Vec<u8>)]) -> Result<(), Problem> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let good = (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(plain);
    if !good || name.starts_with('.') {
        let shown: String = name.chars().take(60).collect();
        let detail = format!("`{shown}` is not the name of a file. Name the part orders.csv");
        return Err(Problem::content("/", detail));
    }
    if files.iter().any(|(other, _)| other == name) {
        return Err(Problem::content("/", format!("`{name}` comes twice. Send it once")));
    }
    if files.len() == FILES_MAX {
        let detail = format!("more than {FILES_MAX} files. Send what the scenario needs");
        return Err(Problem::content("/", detail));
    }
    Ok(())
}

fn broken(fault: &MultipartError) -> Problem {
    if fault.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let detail = "the files are larger than this takes. Divide them";
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail);
    }
    Problem::malformed(format!("the form broke off: {}. Send it again", fault.body_text()))
}
