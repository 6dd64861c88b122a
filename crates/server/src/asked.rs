//! What a request that changes something carries: who asks, the body, and what makes it safe to send
//! again (`Idempotency-Key`) or to refuse when somebody else was faster (`If-Match`).

use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Place, Problem};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use events::{Digest, Once};
use serde::de::DeserializeOwned;

/// Header that makes a request that is sent twice take effect once.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Bytes of such a key. With the caller's name before it, it is kept in 255.
pub(crate) const KEY_MAX: usize = 128;

/// Who asks, and under which conditions.
pub(crate) struct Asking {
    pub(crate) caller: Caller,
    /// Answers kept for requests that are sent again.
    pub(crate) once: Option<Once>,
    /// The version that the caller saw.
    pub(crate) version: Option<u64>,
}

/// A request with a body of JSON.
pub(crate) struct Asked<T> {
    pub(crate) asking: Asking,
    pub(crate) body: T,
}

/// A request whose body is taken as it is.
pub(crate) struct Uploaded {
    pub(crate) asking: Asking,
    pub(crate) bytes: Bytes,
}

impl Asking {
    pub(crate) fn of(parts: &ToAsk, caller: Caller, body: &[u8]) -> Self {
        let once = parts.key.as_ref().map(|key| {
            let mut said = format!("{} {}\n", parts.method, parts.uri).into_bytes();
            said.extend(body);
            // Two people who choose the same key do not meet.
            let key = format!("{}/{key}", caller.principal.actor);
            Once { key, request: Digest::of(&said), answer: String::new() }
        });
        Self { caller, once, version: parts.version }
    }
}

/// What the head of a request says.
pub(crate) struct ToAsk {
    method: Method,
    uri: Uri,
    key: Option<String>,
    version: Option<u64>,
}

impl ToAsk {
    pub(crate) fn of(parts: &Parts) -> Result<Self, Problem> {
        let uri = parts.extensions.get::<axum::extract::OriginalUri>();
        Ok(Self {
            method: parts.method.clone(),
            uri: uri.map_or_else(|| parts.uri.clone(), |uri| uri.0.clone()),
            key: idempotency_key(&parts.headers)?,
            version: if_match(&parts.headers)?,
        })
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    match key.to_str() {
        Ok(key)
            if (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) =>
        {
            Ok(Some(key.to_owned()))
        }
        _ => Err(Problem::malformed(format!(
            "Idempotency-Key is not 1 to {KEY_MAX} visible ASCII characters. Send a UUID"
        ))),
    }
}

/// The version in `If-Match: "7"`; none for `*`.
fn if_match(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(tag) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = tag.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match version.and_then(|version| version.parse().ok()) {
        Some(version) => Ok(Some(version)),
        None => Err(Problem::malformed(
            "If-Match is not the ETag of a reading of this. Send it as it came, with its quotes",
        )),
    }
}

async fn bytes(request: Request, state: &App) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "the body is larger than this takes. Divide it",
        ),
        _ => Problem::malformed("the body broke off. Send it again"),
    })
}

impl FromRequest<App> for Uploaded {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let head = ToAsk::of(&parts)?;
        let bytes = bytes(Request::from_parts(parts, body), state).await?;
        Ok(Self { asking: Asking::of(&head, caller, &bytes), bytes })
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &App) -> Result<Self, Problem> {
        expect_media(request.headers(), "application/json")?;
        let Uploaded { asking, bytes } = Uploaded::from_request(request, state).await?;
        Ok(Self { asking, body: json(&bytes)? })
    }
}

impl FromRequest<App> for Asking {
    type Rejection = Problem;

    /// A request without a body.
    async fn from_request(request: Request, state: &App) -> Result<Self, Problem> {
        let Uploaded { asking, bytes } = Uploaded::from_request(request, state).await?;
        if !bytes.is_empty() {
            return Err(Problem::malformed("this takes no body. Leave it out"));
        }
        Ok(asking)
    }
}

/// Refuses a body of another media type.
pub(crate) fn expect_media(headers: &HeaderMap, wanted: &'static str) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let bare = given.map(|given| given.split(';').next().unwrap_or_default().trim());
    if bare.is_some_and(|bare| bare.eq_ignore_ascii_case(wanted)) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "media-type",
        format!("the body must be {wanted}. Say so in Content-Type"),
    ))
}

/// JSON, or where it is wrong.
pub(crate) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|fault| {
        let pointer = pointer(fault.path());
        let inner = fault.into_inner();
        if inner.is_data() {
            return Problem::content(pointer, inner.to_string());
        }
        let place = Place { pointer: Some(pointer), detail: inner.to_string(), ..Place::default() };
        Problem::malformed(format!("the body is not JSON: {inner}")).with(vec![place])
    })?;
    reader.end().map_err(|_| Problem::malformed("the body goes on after its JSON value"))?;
    Ok(value)
}

/// A path as a JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => "/?".into(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read by the derive")]
    struct Body {
        items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read by the derive")]
    struct Item {
        quantity: u32,
    }

    #[test]
    fn a_fault_of_the_body_says_where() {
        for (text, status, pointer, why) in [
            (
                r#"{"items":[{"quantity":1},{"quantity":-1}]}"#,
                422,
                Some("/items/1/quantity"),
                "sign",
            ),
            (r#"{"items":[],"more":1}"#, 422, Some("/more"), "unknown"),
            (r#"{"items":["#, 400, Some("/items"), "cut off"),
            (r#"{"items":[]} x"#, 400, None, "more after it"),
        ] {
            let problem = json::<Body>(text.as_bytes()).unwrap_err();
            let document = problem.document();
            let found = document.errors.first().and_then(|place| place.pointer.as_deref());
            assert_eq!((document.status, found), (status, pointer), "{why}: {document:?}");
        }
    }

    #[test]
    fn if_match_takes_an_etag_as_it_came() {
        let headers = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, value.parse().unwrap());
            headers
        };
        for (value, expect) in
            [("\"7\"", Some(Some(7))), ("*", Some(None)), ("7", None), ("W/\"7\"", None)]
        {
            assert_eq!(if_match(&headers(value)).ok(), expect, "{value}");
        }
        assert_eq!(if_match(&HeaderMap::new()).ok(), Some(None));
    }
}
