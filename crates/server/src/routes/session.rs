//! Signing in and out, and who one is.

use crate::app::App;
use crate::asked::{Asked, Asking, json};
use crate::blobs::run;
use crate::caller::{COOKIE, Caller};
use crate::problem::Problem;
use access::projection::{account_key, login_key};
use access::{
    AcceptInvitation, Account, EndSession, Id, Login, NewSession, Permission, PersonData, Role,
    Secret, SessionEnd, SetPassword, SignIn, Token, TokenKind, check_invitation, password,
};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use events::{Append, Executed, Projection, Tenant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "tenant": "main", "login": "anna@example.org", "password": "four words nobody joins"
}))]
pub(crate) struct SignInBody {
    /// Whose house.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_.-]+$")]
    tenant: String,
    /// The login name.
    #[schema(min_length = 1, max_length = 128)]
    login: String,
    /// The password.
    #[schema(min_length = 1, max_length = 256, write_only)]
    password: String,
}

/// Who follows an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "token": "gci_main.administrator.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "password": "four words nobody joins"
}))]
pub(crate) struct AcceptBody {
    /// The token in the invitation's link.
    #[schema(min_length = 1, max_length = 256)]
    token: String,
    /// The password that is to be: 15 to 256 characters.
    #[schema(min_length = 15, max_length = 256, write_only)]
    password: String,
}

/// A change of one's password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "present": "four words nobody joins", "new": "four other words nobody joins"
}))]
pub(crate) struct PasswordBody {
    /// The password as it is.
    #[schema(min_length = 1, max_length = 256, write_only)]
    present: String,
    /// The password that is to be: 15 to 256 characters.
    #[schema(min_length = 15, max_length = 256, write_only)]
    new: String,
}

/// Who one is.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "tenant": "main", "account": "a1b2c3", "name": "Anna Schmidt", "roles": ["planner"],
    "permissions": ["orders-read"], "csrf": "9CXL0qUqf3dQ"
}))]
pub(crate) struct WhoAmI {
    tenant: String,
    account: Id,
    /// The person's name; null where it was erased.
    name: Option<String>,
    roles: BTreeSet<Role>,
    permissions: BTreeSet<Permission>,
    /// What each request that changes something sends in `X-CSRF-Token`; null for a key.
    csrf: Option<String>,
}

/// Sign in
#[utoipa::path(post, path = "/api/v1/session", tag = "People", request_body = SignInBody,
    responses((status = 200, description = "Signed in; the cookie holds the session", body = WhoAmI),
        (status = 401, description = "Wrong login or password", body = crate::problem::ProblemDocument,
            content_type = "application/problem+json")))]
pub(crate) async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    crate::asked::expect_media(&headers, "application/json")?;
    let body: SignInBody = json(&bytes)?;
    let wrong = || {
        let detail = "wrong login or password, or too many tries: then wait a while";
        Problem::new(StatusCode::UNAUTHORIZED, "wrong-login-or-password", detail)
    };
    let (Ok(tenant), Ok(login)) = (Tenant::new(&body.tenant), Login::parse(&body.login)) else {
        return Err(wrong());
    };
    app.look(&tenant).await?;
    let account = app.row(&tenant, access::AccessProjection.name(), &login_key(&login)).await?;
    let account = account.and_then(|id| Id::parse(&id).ok());
    let person = match &account {
        Some(account) => app.person_data(&tenant, account).await?,
        None => None,
    };
    // An unknown login costs as much as a known one.
    let salt = App::random()?;
    let (known, password) = (account.clone().zip(person.clone()), body.password);
    let (proof, rehashed) = app
        .hashing(move || {
            let proof = password::prove(known.as_ref().map(|(id, data)| (id, data)), &password);
            let kept = known.and_then(|(_, data)| data.password).filter(|_| proof.is_some());
            let rehashed = kept.and_then(|kept| password::rehash(&password, &kept, salt));
            Ok((proof, rehashed))
        })
        .await?;
    let Some(account) = account else { return Err(wrong()) };
    let (session, token) = App::new_session(&tenant)?;
    let command = SignIn {
        account: account.clone(),
        proof: proof.clone(),
        session,
        rehashed: person.zip(rehashed),
        now: app.now(),
    };
    let head = Append::new(tenant.clone(), format!("account/{account}"), app.now());
    match app.store.execute(&head, &command, &|_| ()).await? {
        Executed::Done(appended) => app.knows(&tenant, appended.last, None),
        Executed::Nothing | Executed::Refused(_) => return Err(wrong()),
    }
    if proof.is_none() {
        return Err(wrong());
    }
    app.signed_in(&tenant, &account, &token).await
}

/// Follow an invitation: set a password and be signed in
#[utoipa::path(post, path = "/api/v1/invitations/accept", tag = "People", request_body = AcceptBody,
    responses((status = 200, description = "Signed in; the cookie holds the session", body = WhoAmI),
        (status = 409, description = "The invitation is not valid", body = crate::problem::ProblemDocument,
            content_type = "application/problem+json")))]
pub(crate) async fn accept_invitation(
    State(app): State<App>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    crate::asked::expect_media(&headers, "application/json")?;
    let body: AcceptBody = json(&bytes)?;
    let token = Token::parse(&body.token).ok().filter(|token| token.kind == TokenKind::Invitation);
    let invalid = || {
        let detail = "The token is not that of an invitation. Take it whole from the link";
        Problem::content("/token", detail).by("invitation")
    };
    let token = token.ok_or_else(invalid)?;
    app.look(&token.tenant).await?;
    let row: Option<Account> = app.access_row(&token.tenant, &account_key(&token.id)).await?;
    check_invitation(row.as_ref(), &token.secret, app.now())?;
    let person = app.person_data(&token.tenant, &token.id).await?.ok_or_else(invalid)?;
    let (login, salt) = (person.details.login.clone(), App::random()?);
    let password = app.hashing(move || Ok(password::hash(&body.password, &login, salt)?)).await?;
    let (session, session_token) = App::new_session(&token.tenant)?;
    let command = AcceptInvitation {
        account: token.id.clone(),
        secret: token.secret,
        person,
        password,
        session,
        now: app.now(),
    };
    let head = Append::new(token.tenant.clone(), format!("account/{}", token.id), app.now());
    app.record(&head, &command).await?;
    app.signed_in(&token.tenant, &token.id, &session_token).await
}

/// Who one is
#[utoipa::path(get, path = "/api/v1/session", tag = "People",
    responses((status = 200, description = "Who one is", body = WhoAmI)))]
pub(crate) async fn who_am_i(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<WhoAmI>, Problem> {
    let principal = &caller.principal;
    let person = app.person_data(&principal.tenant, &principal.account).await?;
    let account: Option<Account> =
        app.access_row(&principal.tenant, &account_key(&principal.account)).await?;
    Ok(Json(WhoAmI {
        tenant: principal.tenant.to_string(),
        account: principal.account.clone(),
        name: person.map(|person| person.details.name),
        roles: account.map(|account| account.view().roles).unwrap_or_default(),
        permissions: principal.permissions.clone(),
        csrf: principal.csrf.clone(),
    }))
}

/// Sign out
#[utoipa::path(delete, path = "/api/v1/session", tag = "People",
    responses((status = 204, description = "Signed out")))]
pub(crate) async fn sign_out(State(app): State<App>, asking: Asking) -> Result<Response, Problem> {
    let principal = asking.caller.principal.clone();
    let Some(session) = principal.session.clone() else {
        let detail = "a key has no session. Revoke it where keys are";
        return Err(Problem::new(StatusCode::CONFLICT, "no-session", detail));
    };
    let account = principal.account.clone();
    let command = EndSession { session, account, why: SessionEnd::SignedOut };
    app.record(&app.head(&asking), &command).await?;
    let cookie = app.cookie("", 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// Set another password; all other sessions end
#[utoipa::path(put, path = "/api/v1/session/password", tag = "People", request_body = PasswordBody,
    responses((status = 204, description = "It is set")))]
pub(crate) async fn set_password(
    State(app): State<App>,
    asked: Asked<PasswordBody>,
) -> Result<StatusCode, Problem> {
    let principal = asked.asking.caller.principal.clone();
    let account = principal.account.clone();
    let person = app.person_data(&principal.tenant, &account).await?;
    let gone = || Problem::new(StatusCode::GONE, "erased", "the person's data were erased");
    let person = person.ok_or_else(gone)?;
    let (known, salt) = ((account.clone(), person.clone()), App::random()?);
    let (proof, password) = app
        .hashing(move || {
            let proof = password::prove(Some((&known.0, &known.1)), &asked.body.present);
            let login = &known.1.details.login;
            Ok((proof, password::hash(&asked.body.new, login, salt)?))
        })
        .await?;
    let known = proof.is_some();
    let keeps = principal.session.clone();
    let command = SetPassword { account, proof, person, password, keeps, now: app.now() };
    app.record(&app.head(&asked.asking), &command).await?;
    if known {
        Ok(StatusCode::NO_CONTENT)
    } else {
        let detail = "the present password is another. Type it again";
        Err(Problem::content("/present", detail).by("password"))
    }
}

/// The cookie that a browser gets whose person has signed in.
pub(super) fn signed_in_cookie(app: &App, token: &Token) -> HeaderValue {
    app.cookie(&token.reveal(), access::session::SESSION_SECONDS)
}

impl App {
    /// The data of an account's person.
    pub(crate) async fn person_data(
        &self,
        tenant: &Tenant,
        account: &Id,
    ) -> Result<Option<PersonData>, Problem> {
        let person = self.store.person(tenant, &PersonData::id_of(account)).await?;
        let data = person.map(|person| PersonData::read(&person)).transpose();
        data.map_err(|fault| Problem::internal(&fault))
    }

    /// Work on passwords: off the threads that serve, few at a time, each takes 19 MiB.
    async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let busy = |_| Problem::internal(&"the gate of hashing is closed");
        let _turn = self.hashes.acquire().await.map_err(busy)?;
        run(work).await
    }

    pub(super) fn new_session(tenant: &Tenant) -> Result<(NewSession, Token), Problem> {
        let (id, secret) = (Id::from_random(Self::random()?), Secret::from_random(Self::random()?));
        let session = NewSession { id: id.clone(), digest: secret.digest() };
        Ok((session, Token { kind: TokenKind::Session, tenant: tenant.clone(), id, secret }))
    }

    /// The cookie of a session; no page script reads it, no other site's request carries it.
    fn cookie(&self, token: &str, seconds: i64) -> HeaderValue {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let text = format!(
            "{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
        );
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }

    pub(super) fn is_secure(&self) -> bool {
        let public = self.config.public_url.as_deref();
        self.config.tls.is_some() || public.is_some_and(|url| url.starts_with("https:"))
    }

    /// The answer to who has just signed in.
    async fn signed_in(
        &self,
        tenant: &Tenant,
        account: &Id,
        token: &Token,
    ) -> Result<Response, Problem> {
        let row: Option<Account> = self.access_row(tenant, &account_key(account)).await?;
        let view = row.map(|account| account.view());
        let person = self.person_data(tenant, account).await?;
        let body = WhoAmI {
            tenant: tenant.to_string(),
            account: account.clone(),
            name: person.map(|person| person.details.name),
            roles: view.as_ref().map(|view| view.roles.clone()).unwrap_or_default(),
            permissions: view.map(|view| view.permissions).unwrap_or_default(),
            csrf: Some(access::session::csrf_token(&token.secret)),
        };
        let cookie = signed_in_cookie(self, token);
        Ok(([(header::SET_COOKIE, cookie)], Json(body)).into_response())
    }
}
