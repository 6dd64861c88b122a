//! Accounts: who works here, and as what.

use crate::app::App;
use crate::asked::{Asked, Asking};
use crate::caller::Caller;
use crate::execute::Recorded;
use crate::extract::{Named, Wanted};
use crate::problem::Problem;
use crate::view::{Page, Paging, Range, tagged};
use access::projection::account_key;
use access::{
    Account, AccountView, ChangeRoles, CloseAccount, Details, Id, InviteAccount, PersonData,
    RenewInvitation, Role, Secret, Token, TokenKind,
};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use events::Projection;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Who is invited, and as what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Anna Schmidt", "login": "anna@example.org", "roles": ["planner"]
}))]
pub(crate) struct InviteBody {
    /// The person's name.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What the person will type to sign in.
    #[schema(min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9_.@+-]+$")]
    login: String,
    /// Where mail reaches the person.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// What the person is to do.
    #[schema(min_items = 1)]
    roles: BTreeSet<Role>,
}

/// What a person is to do.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"roles": ["planner", "sustainability"]}))]
pub(crate) struct RolesBody {
    /// All roles from now on.
    #[schema(min_items = 1)]
    roles: BTreeSet<Role>,
}

/// An account and the invitation to it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "a1b2c3", "link": "https://green.example/invitation#gci_main.a1b2c3.AAAA"
}))]
pub(crate) struct Invited {
    /// The account's id.
    id: String,
    /// To be handed to the person; it is shown this once. Null where the request was sent again:
    /// then renew it.
    link: Option<String>,
}

/// A person who works here.
#[derive(Serialize, ToSchema)]
pub(crate) struct Worker {
    #[serde(flatten)]
    account: AccountView,
    /// Null where the data were erased.
    details: Option<Details>,
}

/// Invite a person
#[utoipa::path(post, path = "/api/v1/accounts", tag = "People", request_body = InviteBody,
    responses((status = 201, description = "Invited", body = Invited)))]
pub(crate) async fn invite(
    State(app): State<App>,
    asked: Asked<InviteBody>,
) -> Result<Response, Problem> {
    let mut asking = asked.asking;
    let (account, secret) = (Id::from_random(App::random()?), Secret::from_random(App::random()?));
    let InviteBody { name, login, email, roles } = asked.body;
    let login = access::Login::parse(&login)?;
    let command = InviteAccount {
        account: account.clone(),
        details: Details { name, login, email },
        roles,
        digest: secret.digest(),
        giver: asking.caller.principal.permissions.clone(),
        now: app.now(),
    };
    if let Some(once) = &mut asking.once {
        once.answer = account.to_string();
    }
    let recorded = app.execute(&asking, &Account::stream(&account), &command).await?;
    let link = (!recorded.replayed).then(|| app.invitation(&asking.caller, &account, secret));
    let id = recorded.answer.unwrap_or_else(|| account.to_string());
    Ok((StatusCode::CREATED, Json(Invited { id, link })).into_response())
}

/// Renew an invitation, or let a person who forgot the password set another
#[utoipa::path(post, path = "/api/v1/accounts/{account}/invitation", tag = "People",
    params(("account" = String, Path, description = "Id of the account", max_length = 64)),
    responses((status = 200, description = "Renewed; the earlier link ends", body = Invited)))]
pub(crate) async fn renew_invitation(
    State(app): State<App>,
    Named(account): Named<String>,
    asking: Asking,
) -> Result<Json<Invited>, Problem> {
    let account = id(&account)?;
    let secret = Secret::from_random(App::random()?);
    let giver = asking.caller.principal.permissions.clone();
    let digest = secret.digest();
    let command = RenewInvitation { account: account.clone(), digest, giver, now: app.now() };
    let recorded = app.execute(&asking, &Account::stream(&account), &command).await?;
    let link = (!recorded.replayed).then(|| app.invitation(&asking.caller, &account, secret));
    Ok(Json(Invited { id: account.to_string(), link }))
}

/// All who work here
#[utoipa::path(get, path = "/api/v1/accounts", tag = "People", params(Paging),
    responses((status = 200, description = "A page of accounts", body = Page<Worker>)))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Wanted(paging): Wanted<Paging>,
) -> Result<Json<Page<Worker>>, Problem> {
    let projection = access::AccessProjection;
    let range = Range { projection: projection.name(), prefix: "account/".into() };
    let page = app.page(caller.tenant(), &range, &paging).await?;
    let accounts: Vec<AccountView> = page
        .items
        .iter()
        .map(|row| Ok(serde_json::from_str::<Account>(row.get())?.view()))
        .collect::<Result<_, serde_json::Error>>()
        .map_err(|fault| Problem::internal(&fault))?;
    let mut items = Vec::new();
    for account in accounts {
        let person = app.person_data(caller.tenant(), &account.id).await?;
        items.push(Worker { account, details: person.map(|person| person.details) });
    }
    Ok(Json(Page { items, next: page.next }))
}

/// One who works here
#[utoipa::path(get, path = "/api/v1/accounts/{account}", tag = "People",
    params(("account" = String, Path, description = "Id of the account", max_length = 64)),
    responses((status = 200, description = "The account", body = Worker),
        (status = 304, description = "As the caller has it")))]
pub(crate) async fn one(
    State(app): State<App>,
    Named(account): Named<String>,
    headers: HeaderMap,
    caller: Caller,
) -> Result<Response, Problem> {
    let account = id(&account)?;
    let row: Option<Account> = app.access_row(caller.tenant(), &account_key(&account)).await?;
    let row = row.ok_or_else(|| Problem::missing("account", account.as_str()))?;
    let person = app.person_data(caller.tenant(), &account).await?;
    let details = person.map(|person| person.details);
    let worker = Worker { account: row.view(), details };
    let json = serde_json::to_string(&worker).map_err(|fault| Problem::internal(&fault))?;
    tagged(&headers, json)
}

/// Give a person other roles
#[utoipa::path(put, path = "/api/v1/accounts/{account}/roles", tag = "People", request_body = RolesBody,
    params(("account" = String, Path, description = "Id of the account", max_length = 64)),
    responses((status = 200, description = "Changed", body = Recorded)))]
pub(crate) async fn change_roles(
    State(app): State<App>,
    Named(account): Named<String>,
    asked: Asked<RolesBody>,
) -> Result<Response, Problem> {
    let account = id(&account)?;
    let giver = asked.asking.caller.principal.permissions.clone();
    let command = ChangeRoles { account: account.clone(), roles: asked.body.roles, giver };
    let recorded = app.execute(&asked.asking, &Account::stream(&account), &command).await?;
    Ok(recorded.answer())
}

/// Close an account for good: its sessions and keys end
#[utoipa::path(delete, path = "/api/v1/accounts/{account}", tag = "People",
    params(("account" = String, Path, description = "Id of the account", max_length = 64)),
    responses((status = 200, description = "Closed", body = Recorded)))]
pub(crate) async fn close(
    State(app): State<App>,
    Named(account): Named<String>,
    asking: Asking,
) -> Result<Response, Problem> {
    let account = id(&account)?;
    let command = CloseAccount { account: account.clone() };
    let recorded = app.execute(&asking, &Account::stream(&account), &command).await?;
    Ok(recorded.answer())
}

/// Erase the personal data of a closed account
#[utoipa::path(delete, path = "/api/v1/accounts/{account}/person", tag = "People",
    params(("account" = String, Path, description = "Id of the account", max_length = 64)),
    responses((status = 204, description = "Erased")))]
pub(crate) async fn erase(
    State(app): State<App>,
    Named(account): Named<String>,
    asking: Asking,
) -> Result<StatusCode, Problem> {
    let account = id(&account)?;
    let tenant = asking.caller.tenant();
    let row: Option<Account> = app.access_row(tenant, &account_key(&account)).await?;
    let row = row.ok_or_else(|| Problem::missing("account", account.as_str()))?;
    if row.view().state != access::AccountState::Closed {
        let detail = "the account is in use. Close it first";
        return Err(Problem::new(StatusCode::CONFLICT, "account-in-use", detail));
    }
    app.erase_person(&asking, &PersonData::id_of(&account)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The id of an account or key in a path.
pub(crate) fn id(text: &str) -> Result<Id, Problem> {
    Id::parse(text).map_err(|_| Problem::missing("account or key", text))
}

impl App {
    /// The link of an invitation. The token stands behind `#`: no server's log ever sees it.
    fn invitation(&self, caller: &Caller, account: &Id, secret: Secret) -> String {
        let (tenant, id) = (caller.tenant().clone(), account.clone());
        let token = Token { kind: TokenKind::Invitation, tenant, id, secret };
        format!("{}/invitation#{}", self.public_url(), token.reveal())
    }
}
