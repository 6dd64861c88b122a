//! What is shown: rows of projections, one or many, with tags and pages.

use crate::app::App;
use crate::problem::Problem;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::Tenant;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

/// Rows of a page where nothing else is asked for.
const PAGE: u32 = 100;
/// Rows of a page at the most.
pub(crate) const PAGE_MAX: u32 = 1_000;

/// Which page.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    /// `next` of the page before.
    #[param(max_length = 512, pattern = "^[A-Za-z0-9_-]*$")]
    pub(crate) cursor: Option<String>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 1000, example = 100)]
    pub(crate) limit: Option<u32>,
}

/// A page of things.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The things, in the order of their ids.
    pub(crate) items: Vec<T>,
    /// Where the next page begins; null at the end.
    pub(crate) next: Option<String>,
}

/// Where rows of a projection lie.
pub(crate) struct Range<'a> {
    pub(crate) projection: &'a str,
    /// What their keys begin with; it ends in `/`.
    pub(crate) prefix: String,
}

/// How long a page is to be.
pub(crate) fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked {
        None => Ok(PAGE),
        Some(limit) if (1..=PAGE_MAX).contains(&limit) => Ok(limit),
        Some(limit) => {
            Err(Problem::malformed(format!("limit is `{limit}`. Write 1 to {PAGE_MAX}")))
        }
    }
}

/// A place between rows, as callers hold it.
pub(crate) fn cursor(after: &str) -> String {
    URL_SAFE_NO_PAD.encode(after)
}

/// The place that a cursor names.
pub(crate) fn place(cursor: Option<&str>) -> Result<String, Problem> {
    let Some(cursor) = cursor else { return Ok(String::new()) };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.filter(|text| text.len() <= 255 && !text.contains('\0')).ok_or_else(|| {
        Problem::malformed("cursor is not the `next` of a page. Take it as it came").by("cursor")
    })
}

/// The number that a cursor of numbered things names: 0 before the first.
///
/// - `of`: what they are, for whoever sent another's cursor.
pub(crate) fn number(cursor: Option<&str>, of: &str) -> Result<u64, Problem> {
    let after = place(cursor)?;
    let after = if after.is_empty() { Ok(0) } else { after.parse::<u32>() };
    after.map(u64::from).map_err(|_| {
        let detail = format!("cursor is not the `next` of a page of {of}. Take it as it came");
        Problem::malformed(detail).by("cursor")
    })
}

/// Behind all keys that begin so. A prefix ends in `/`; `0` is the letter after it.
pub(crate) fn end_of(prefix: &str) -> String {
    format!("{}0", prefix.trim_end_matches('/'))
}

impl App {
    /// The row of a thing, up to date.
    pub(crate) async fn row(
        &self,
        tenant: &Tenant,
        projection: &str,
        key: &str,
    ) -> Result<Option<String>, Problem> {
        self.fresh(tenant, projection).await?;
        Ok(self.store.row(tenant, projection, key).await?)
    }

    /// A page of rows, up to date.
    pub(crate) async fn page(
        &self,
        tenant: &Tenant,
        range: &Range<'_>,
        paging: &Paging,
    ) -> Result<Page<Box<RawValue>>, Problem> {
        self.fresh(tenant, range.projection).await?;
        let limit = limit(paging.limit)?;
        let after = format!("{}{}", range.prefix, place(paging.cursor.as_deref())?);
        let before = end_of(&range.prefix);
        let mut rows =
            self.store.rows(tenant, range.projection, &after, &before, limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let last = rows.last().map(|(key, _)| cursor(&key[range.prefix.len()..]));
        let next = last.filter(|_| more);
        let items = rows.into_iter().map(|(_, value)| raw(value)).collect::<Result<_, _>>()?;
        Ok(Page { items, next })
    }
}

/// A row's text, as JSON within JSON.
pub(crate) fn raw(value: String) -> Result<Box<RawValue>, Problem> {
    RawValue::from_string(value).map_err(|fault| Problem::internal(&fault))
}

/// Only the version of whatever is shown.
#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

/// A single thing with its tag; 304 where the caller has it already.
pub(crate) fn tagged(headers: &HeaderMap, json: String) -> Result<Response, Problem> {
    let versioned: Versioned =
        serde_json::from_str(&json).map_err(|fault| Problem::internal(&fault))?;
    let tag = format!("\"{}\"", versioned.version);
    let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|given| {
        let given = given.to_str().unwrap_or_default();
        given.split(',').any(|one| one.trim() == "*" || one.trim().trim_start_matches("W/") == tag)
    });
    let mut response = if known {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        let mut response = Response::new(Body::from(json));
        let media = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, media);
        response
    };
    let tag = HeaderValue::from_str(&tag).map_err(|fault| Problem::internal(&fault))?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}
