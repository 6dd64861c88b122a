//! Who is behind a request, and whether they may do what they ask.

use crate::app::App;
use crate::problem::Problem;
use crate::telemetry::RequestId;
use access::projection::{account_key, key_key, read_row, session_key};
use access::{
    AccessProjection, Denied, Permission, Principal, Token, TokenKind, authenticate_key,
    authenticate_session,
};
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use events::{Projection, Tenant};
use serde::de::DeserializeOwned;
use std::net::SocketAddr;
use std::sync::Arc;

/// Name of the session's cookie.
pub(crate) const COOKIE: &str = "greenchain";
/// Header that shows that a request of a session comes from our own page.
pub(crate) const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");
/// Where a proxy says whom it speaks for.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What an operation asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    /// A permission.
    Holding(Permission),
    /// To be somebody.
    SignedIn,
    /// Nothing.
    Nothing,
}

impl Demand {
    /// As the OpenAPI document names it.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Holding(permission) => permission.to_string(),
            Self::SignedIn => "signed-in".into(),
            Self::Nothing => "none".into(),
        }
    }
}

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) principal: Arc<Principal>,
    /// Id of the request.
    pub(crate) request: String,
}

impl Caller {
    pub(crate) fn tenant(&self) -> &Tenant {
        &self.principal.tenant
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        // The guard of the route put it there; a route without guard has no caller.
        parts.extensions.get::<Self>().cloned().ok_or_else(unknown)
    }
}

fn unknown() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "not-signed-in",
        "Not signed in, or not any more. Sign in again, or give a key that is valid",
    )
}

fn too_many(seconds: u64) -> Problem {
    let detail = format!("too many requests. Ask again in {seconds} s");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail).retry_after(seconds)
}

/// Lets a request pass that fulfils what its operation asks.
pub(crate) async fn guard(
    State((app, demand)): State<(App, Demand)>,
    mut request: Request,
    next: Next,
) -> Response {
    let asking = Knock {
        place: format!("from/{}", origin(&app, &request)),
        headers: request.headers().clone(),
        changes: !request.method().is_safe(),
        id: request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
    };
    match admit(&app, demand, asking).await {
        Ok(Some(caller)) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Ok(None) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// What the guard looks at.
struct Knock {
    place: String,
    headers: HeaderMap,
    changes: bool,
    id: String,
}

async fn admit(app: &App, demand: Demand, asking: Knock) -> Result<Option<Caller>, Problem> {
    let Knock { place, headers, changes, id } = asking;
    let take = |who: &str| app.rates.take(who, app.now()).map_err(too_many);
    if demand == Demand::Nothing {
        return take(&place).map(|()| None);
    }
    let principal = match principal(app, &headers).await {
        Ok(principal) => principal,
        Err(problem) => {
            // Guessing of secrets is counted where it comes from.
            take(&place)?;
            return Err(problem);
        }
    };
    take(&format!("{}/{}", principal.tenant, principal.actor))?;
    if principal.csrf.is_some() && changes {
        let given = headers.get(&CSRF).and_then(|value| value.to_str().ok());
        if !principal.csrf_matches(given.unwrap_or_default()) {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "csrf",
                "the request does not show that it comes from our page. Send X-CSRF-Token",
            ));
        }
    }
    if let Demand::Holding(permission) = demand
        && let Err(refusal) = principal.check(permission)
    {
        let detail = refusal.detail;
        return Err(Problem::new(StatusCode::FORBIDDEN, "not-permitted", detail));
    }
    Ok(Some(Caller { principal: Arc::new(principal), request: id }))
}

/// Where a request comes from.
fn origin(app: &App, request: &Request) -> String {
    let forwarded = request.headers().get(&FORWARDED_FOR).and_then(|value| value.to_str().ok());
    // The last entry is the one that our own proxy wrote.
    let forwarded = forwarded.and_then(|list| list.rsplit(',').next()).map(str::trim);
    match forwarded.filter(|_| app.config.behind_proxy) {
        Some(address) => address.chars().take(64).collect(),
        None => request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or_else(String::new, |peer| peer.0.ip().to_string()),
    }
}

/// The token of a request: a key in `Authorization`, or a session in the cookie.
pub(crate) fn token(headers: &HeaderMap) -> Option<Token> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
        let token = Token::parse(text.trim()).ok()?;
        return (scheme.eq_ignore_ascii_case("bearer") && token.kind == TokenKind::Key)
            .then_some(token);
    }
    let token = Token::parse(cookie(headers, COOKIE)?).ok()?;
    (token.kind == TokenKind::Session).then_some(token)
}

/// The value of a request's cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, named: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|one| one.split_once('='));
    pairs.find(|(name, _)| name.trim() == named).map(|(_, text)| text.trim())
}

/// Who holds the token of a request.
pub(crate) async fn principal(app: &App, headers: &HeaderMap) -> Result<Principal, Problem> {
    let token = token(headers).ok_or_else(unknown)?;
    let mut found = authenticate(app, &token).await?;
    // Another server may have let them in a moment ago.
    if found.is_err() && app.look(&token.tenant).await? {
        found = authenticate(app, &token).await?;
    }
    found.map_err(|Denied { reason }| {
        tracing::info!(tenant = %token.tenant, id = %token.id, ?reason, "denied");
        unknown()
    })
}

/// Who holds a token, by what this server knows.
async fn authenticate(app: &App, token: &Token) -> Result<Result<Principal, Denied>, Problem> {
    Ok(if token.kind == TokenKind::Key {
        let key = app.access_row(&token.tenant, &key_key(&token.id)).await?;
        authenticate_key(token, key.as_ref(), app.now())
    } else {
        let session: Option<access::Session> =
            app.access_row(&token.tenant, &session_key(&token.id)).await?;
        let account = match &session {
            Some(session) => app.access_row(&token.tenant, &account_key(session.account())).await?,
            None => None,
        };
        authenticate_session(token, session.as_ref(), account.as_ref(), app.now())
    })
}

impl App {
    /// A row of who may come in, up to date.
    pub(crate) async fn access_row<T: DeserializeOwned>(
        &self,
        tenant: &Tenant,
        key: &str,
    ) -> Result<Option<T>, Problem> {
        let row = self.remembered_row(tenant, AccessProjection.name(), key).await?;
        row.map(|row| read_row(&row)).transpose().map_err(|fault| Problem::internal(&fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn a_key_comes_in_authorization_and_a_session_in_the_cookie() {
        let secret = access::Secret::from_random([7; 32]);
        let text = |kind| {
            let tenant = Tenant::new("acme").unwrap();
            let id = access::Id::parse("k1").unwrap();
            Token { kind, tenant, id, secret: secret.clone() }.reveal()
        };
        let (key, session) = (text(TokenKind::Key), text(TokenKind::Session));
        for (headers, expect, why) in [
            (headers(header::AUTHORIZATION, &format!("Bearer {key}")), true, "a key"),
            (headers(header::AUTHORIZATION, &format!("bearer {key}")), true, "in any case"),
            (headers(header::AUTHORIZATION, &format!("Basic {key}")), false, "another scheme"),
            (headers(header::AUTHORIZATION, &format!("Bearer {session}")), false, "no key"),
            (headers(header::COOKIE, &format!("a=b; greenchain={session}")), true, "a session"),
            (headers(header::COOKIE, &format!("greenchain={key}")), false, "no session"),
            (HeaderMap::new(), false, "nothing"),
        ] {
            assert_eq!(token(&headers).is_some(), expect, "{why}");
        }
    }
}
