//! Signing in by a tenant's OpenID provider: away to it, and back.
//!
//! The session's cookie is `SameSite=Strict`, and the provider sends the browser back from another
//! site: no redirect from there would carry it. So the way back ends in a small page of ours that leads
//! on, and what the browser asks for from that page it asks for with the cookie. Who links a provider
//! to their account passes such a page before, to show the session in which they began.

use super::session::signed_in_cookie;
use crate::app::App;
use crate::caller::{self, Caller};
use crate::extract::{Named, Wanted};
use crate::problem::{Problem, ProblemDocument};
use crate::provider::{FAILURE_PAUSE_S, Metadata, Provider, ProviderFault};
use access::oidc::{
    Callback, FLOW_SECONDS, Flow, Identity, OidcFault, authorization_url, login_to_link,
};
use access::projection::{identity_key, login_key};
use access::{
    AccessProjection, EndSession, Id, Link, Principal, SessionEnd, SignInByProvider, Token,
    TokenKind, subject_digest,
};
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use events::{Append, Projection, Tenant};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// Name of the cookie that ties a flow to the browser.
const COOKIE: &str = "greenchain-oidc";
/// Rule of the problem that a flow is not this browser's.
const NOT_THIS_FLOW: &str = "oidc-flow";

/// With what the provider sends the browser back.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Back {
    /// What we turn into a token at the provider.
    #[param(example = "SplxlOBeZQQYbYS6WxSbIA")]
    code: Option<String>,
    /// What we gave the browser to take along.
    #[param(example = "0kyzN2cNYr1fX6cbWg7FMcTjPTHcvpOhLmHfTcQqCS0")]
    state: Option<String>,
    /// The provider's name for why there is no code.
    #[param(example = "access_denied")]
    error: Option<String>,
    /// The provider (RFC 9207).
    #[param(example = "https://id.example.org")]
    iss: Option<String>,
    /// Our own page led here, with the session that is to be linked.
    #[param(example = "1")]
    again: Option<String>,
}

/// Sign in by the tenant's OpenID provider: the browser is sent there
#[utoipa::path(get, path = "/api/v1/oidc/{tenant}/start", tag = "People",
    params(("tenant" = String, Path, description = "Whose house", example = "main",
        max_length = 64)),
    responses((status = 302, description = "To the provider",
        headers(("Location" = String, description = "Where people sign in at the provider"),
            ("Set-Cookie" = String, description = "Ties the way back to this browser, for ten minutes"))),
        (status = 404, description = "The tenant has no provider", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 502, description = "The provider does not answer, or not as it should",
            body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn start(
    State(app): State<App>,
    Named(tenant): Named<String>,
) -> Result<Response, Problem> {
    let (tenant, provider) = app.provider(&tenant)?;
    app.to_provider(&tenant, provider, &Flow::from_random(App::random()?), None).await
}

/// Link the tenant's OpenID provider to one's own account: the browser is sent there
#[utoipa::path(get, path = "/api/v1/oidc/{tenant}/link", tag = "People",
    params(("tenant" = String, Path, description = "Whose house: that of the session",
        example = "main", max_length = 64)),
    responses((status = 302, description = "To the provider",
        headers(("Location" = String, description = "Where people sign in at the provider"),
            ("Set-Cookie" = String, description = "Ties the way back to this browser and session"))),
        (status = 404, description = "The session is of another tenant, or that has no provider",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "A key is no person: only a session links",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 502, description = "The provider does not answer, or not as it should",
            body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn link(
    State(app): State<App>,
    Named(tenant): Named<String>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (tenant, provider) = app.provider(&tenant)?;
    if *caller.tenant() != tenant {
        return Err(no_provider(tenant.as_str()));
    }
    let session = session_token(&headers).ok_or_else(|| {
        let detail = "a key is no person who could be at the provider. Sign in, then link";
        Problem::new(StatusCode::CONFLICT, "no-session", detail)
    })?;
    let flow = Flow::from_random(App::random()?);
    app.to_provider(&tenant, provider, &flow, Some(&session)).await
}

/// Back from the tenant's OpenID provider
#[utoipa::path(get, path = "/api/v1/oidc/{tenant}/callback", tag = "People",
    params(("tenant" = String, Path, description = "Whose house", example = "main",
        max_length = 64), Back),
    responses((status = 200, description = "Signed in; the cookie holds the session, and the page leads \
            on to `/`. For who links: a page that leads here again, with the session",
            headers(("Set-Cookie" = String, description = "The session; the flow's cookie is removed")),
            body = String, content_type = "text/html",
            example = json!("<!doctype html><meta http-equiv=\"refresh\" content=\"0;url=/\">")),
        (status = 400, description = "The flow did not begin in this browser, or too long ago",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The provider refused, or its person has no account here",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "The tenant has no provider", body = ProblemDocument,
            content_type = "application/problem+json"),
        (status = 409, description = "The provider's person is another account's, so it is not linked",
            body = ProblemDocument, content_type = "application/problem+json"),
        (status = 502, description = "The provider does not answer, or not as it should",
            body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn callback(
    State(app): State<App>,
    Named(tenant): Named<String>,
    Wanted(back): Wanted<Back>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (tenant, provider) = app.provider(&tenant)?;
    let Some((flow, tie)) = flow_of(&headers) else {
        return Err(told(&tenant, &OidcFault::NotThisFlow.into()));
    };
    if tie.is_some() && back.again.is_none() && session_token(&headers).is_none() {
        // The browser comes from the provider's site, without the session's cookie.
        let query = uri.query().unwrap_or_default();
        return Ok(leads_to(&format!("{}?{query}&again=1", uri.path()), "Going on …"));
    }
    let done = app.came_back((&tenant, provider), &back.asked(), &flow, tie, &headers).await;
    let other_flow = done.as_ref().is_err_and(|problem| problem.rule() == NOT_THIS_FLOW);
    let mut response = done.into_response();
    if !other_flow {
        // Its code was used, or will never be. A stranger's link to here ends nobody's flow.
        response.headers_mut().append(header::SET_COOKIE, app.flow_cookie(&tenant, "", 0));
    }
    Ok(response)
}

impl Back {
    fn asked(self) -> Callback {
        let Self { code, state, error, iss, again: _ } = self;
        Callback { code, state, error, iss }
    }
}

/// The session of a request, if that is who asks.
fn session_token(headers: &HeaderMap) -> Option<Token> {
    caller::token(headers).filter(|token| token.kind == TokenKind::Session)
}

/// The flow of a request's cookie, and its tie to a session.
fn flow_of(headers: &HeaderMap) -> Option<(Flow, Option<String>)> {
    let text = caller::cookie(headers, COOKIE)?;
    let (flow, tie) = match text.split_once('.') {
        Some((flow, tie)) => (flow, Some(tie.to_owned())),
        None => (text, None),
    };
    Some((Flow::of_cookie(flow).ok()?, tie))
}

fn no_provider(tenant: &str) -> Problem {
    Problem::missing("OpenID provider of a tenant", tenant)
}

/// What a person is told of a fault; the log has the rest.
fn told(tenant: &Tenant, fault: &ProviderFault) -> Problem {
    tracing::warn!(%tenant, %fault, "no sign-in by the provider");
    match fault {
        ProviderFault::Oidc(OidcFault::NotThisFlow) => Problem::new(
            StatusCode::BAD_REQUEST,
            NOT_THIS_FLOW,
            "this sign-in did not begin in this browser, or too long ago. Begin anew",
        ),
        // By the standard 400 is an answer to the code, 401 to our secret (RFC 6749, section 5.2).
        ProviderFault::Oidc(OidcFault::Refused(_))
        | ProviderFault::Status { status: StatusCode::BAD_REQUEST, .. } => Problem::new(
            StatusCode::UNAUTHORIZED,
            "oidc-refused",
            "the provider did not let you in. Begin anew, or sign in by password",
        ),
        _ => Problem::new(
            StatusCode::BAD_GATEWAY,
            "oidc-provider",
            "the provider does not answer, or not as it should. Try again in a while, or sign in by \
             password; whoever keeps this server finds the reason in its log",
        )
        .retry_after(FAILURE_PAUSE_S.unsigned_abs()),
    }
}

fn not_linked() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "oidc-not-linked",
        "the provider knows you, but no account here is linked to that. Sign in by password and link \
         the provider, or ask an administrator for an invitation",
    )
}

/// A page that leads on within our own site.
fn leads_to(url: &str, words: &str) -> Response {
    let escaped = url.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    Html(format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
         <meta http-equiv=\"refresh\" content=\"0;url={escaped}\"><title>greenchain</title>\
         <p>{words} <a href=\"{escaped}\">Go on</a></p></html>\n"
    ))
    .into_response()
}

impl App {
    /// The provider of a tenant.
    fn provider(&self, tenant: &str) -> Result<(Tenant, &Provider), Problem> {
        let named = Tenant::new(tenant).map_err(|_| no_provider(tenant))?;
        let provider = self.providers.get(&named).ok_or_else(|| no_provider(tenant))?;
        Ok((named, provider))
    }

    /// Sends the browser to the provider, with the cookie by which it is known when it is back.
    async fn to_provider(
        &self,
        tenant: &Tenant,
        provider: &Provider,
        flow: &Flow,
        session: Option<&Token>,
    ) -> Result<Response, Problem> {
        let metadata = provider.metadata(self.now()).await;
        let metadata: Arc<Metadata> = metadata.map_err(|fault| told(tenant, &fault))?;
        let url = authorization_url(&metadata.discovery, &provider.client(), flow);
        let location = HeaderValue::from_str(&url).map_err(|fault| Problem::internal(&fault))?;
        let cookie = match session {
            Some(session) => format!("{}.{}", flow.cookie(), flow.tie(&session.secret)),
            None => flow.cookie(),
        };
        let cookie = self.flow_cookie(tenant, &cookie, FLOW_SECONDS);
        let headers = [(header::LOCATION, location), (header::SET_COOKIE, cookie)];
        Ok((StatusCode::FOUND, headers).into_response())
    }

    /// The cookie of a flow: sent when the provider's site leads back here, and nowhere else.
    fn flow_cookie(&self, tenant: &Tenant, value: &str, seconds: i64) -> HeaderValue {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let text = format!(
            "{COOKIE}={value}; Path=/api/v1/oidc/{tenant}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        );
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }

    async fn came_back(
        &self,
        (tenant, provider): (&Tenant, &Provider),
        callback: &Callback,
        flow: &Flow,
        tie: Option<String>,
        headers: &HeaderMap,
    ) -> Result<Response, Problem> {
        let person = match tie {
            Some(tie) => {
                let session = session_token(headers).filter(|session| {
                    session.tenant == *tenant && flow.is_tied(&session.secret, &tie)
                });
                if session.is_none() {
                    return Err(told(tenant, &OidcFault::NotThisFlow.into()));
                }
                Some(caller::principal(self, headers).await?)
            }
            None => None,
        };
        let identity = provider.identity(callback, flow, self.now()).await;
        let identity = identity.map_err(|fault| told(tenant, &fault))?;
        let (account, link) = match &person {
            Some(person) => (person.account.clone(), Link::ByPerson),
            None => self.account_of(tenant, provider, &identity).await?,
        };
        self.let_in(tenant, account, link, identity, person).await
    }

    /// Whose account the provider's person has, or may have.
    async fn account_of(
        &self,
        tenant: &Tenant,
        provider: &Provider,
        identity: &Identity,
    ) -> Result<(Id, Link), Problem> {
        let id = async |key: String| -> Result<Option<Id>, Problem> {
            let row = self.row(tenant, AccessProjection.name(), &key).await?;
            Ok(row.and_then(|id| Id::parse(&id).ok()))
        };
        let digest = subject_digest(&identity.issuer, &identity.subject);
        if let Some(account) = id(identity_key(&digest)).await? {
            return Ok((account, Link::Never));
        }
        let login = login_to_link(identity, &provider.client());
        if let Some(login) = login
            && let Some(account) = id(login_key(&login)).await?
        {
            return Ok((account, Link::ByAddress));
        }
        tracing::info!(%tenant, "a provider's person has no account");
        Err(not_linked())
    }

    /// Records the sign-in; the answer sets the session's cookie and leads on.
    async fn let_in(
        &self,
        tenant: &Tenant,
        account: Id,
        link: Link,
        identity: Identity,
        person: Option<Principal>,
    ) -> Result<Response, Problem> {
        let Identity { issuer, subject, .. } = identity;
        let (session, token) = Self::new_session(tenant)?;
        let now = self.now();
        let command =
            SignInByProvider { account: account.clone(), issuer, subject, link, session, now };
        let head = Append::new(tenant.clone(), format!("account/{account}"), now);
        if let Err(refused) = self.record(&head, &command).await {
            if !refused.status.is_client_error() {
                return Err(refused);
            }
            tracing::info!(%tenant, %account, rule = refused.rule(), "no sign-in by the provider");
            // Whoever is signed in may know what is in the way; anybody else learns of no account.
            return Err(if person.is_some() { refused } else { not_linked() });
        }
        if let Some(before) = person.and_then(|person| person.session) {
            // The browser has another one from now on.
            let command = EndSession { session: before, account, why: SessionEnd::Ended };
            self.record(&head, &command).await?;
        }
        let cookie = signed_in_cookie(self, &token);
        Ok(([(header::SET_COOKIE, cookie)], leads_to("/", "You are signed in.")).into_response())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flow_and_its_tie_come_in_the_cookie_of_that_name() {
        let (flow, session) = (Flow::from_random([1; 32]), access::Secret::from_random([2; 32]));
        let (text, tie) = (flow.cookie(), flow.tie(&session));
        for (cookie, expect, why) in [
            (format!("{COOKIE}={text}"), Some(None), "a flow"),
            (format!("greenchain=x; {COOKIE}={text}.{tie}"), Some(Some(tie.clone())), "and a tie"),
            (format!("{COOKIE}={text}."), Some(Some(String::new())), "a tie to nothing"),
            (format!("{COOKIE}={}", &text[1..]), None, "too short"),
            (format!("x{COOKIE}={text}"), None, "another name"),
            (format!("{COOKIE}="), None, "removed"),
        ] {
            let headers = HeaderMap::from_iter([(header::COOKIE, cookie.parse().unwrap())]);
            assert_eq!(flow_of(&headers).map(|(_, tie)| tie), expect, "{why}");
        }
    }

    #[tokio::test]
    async fn a_page_leads_on_and_nothing_breaks_out_of_its_attributes() {
        let response = leads_to("/x?state=\"><script>&a='", "Going on");
        let bytes = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(text.contains("content=\"0;url=/x?state=&quot;>&lt;script>&amp;a='\""), "{text}");
    }

    #[test]
    fn what_a_person_is_told_depends_on_whose_fault_it_is() {
        let tenant = Tenant::new("main").unwrap();
        let status =
            |status| ProviderFault::Status { what: "answer", status, error: String::new() };
        for (fault, expect) in [
            (OidcFault::NotThisFlow.into(), 400),
            (OidcFault::Refused("access_denied".into()).into(), 401),
            (status(StatusCode::BAD_REQUEST), 401),
            (status(StatusCode::UNAUTHORIZED), 502),
            (OidcFault::UnknownKey.into(), 502),
            (OidcFault::Claim("aud").into(), 502),
        ] {
            assert_eq!(told(&tenant, &fault).status.as_u16(), expect, "{fault}");
        }
    }
}
