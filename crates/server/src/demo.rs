//! A demonstration: a scenario is set, planned, released and half worked, by the same commands as any
//! other, with an account for each role.

use crate::app::App;
use crate::asked::Asking;
use crate::caller::Caller;
use crate::problem::Problem;
use access::{
    AcceptInvitation, Details, Id as AccountId, InviteAccount, Login, NewSession, PersonData,
    Principal, Role, Secret, password, permissions_of,
};
use events::{Append, Command, Tenant};
use operations::field::{Amount, Id, Text};
use operations::round::{HandedOver, NotHandedOver, RoundKind};
use operations::{
    AskPlan, AskRelease, DepartBody, DepartRound, LoadBody, LoadParcel, OrderStatus, PackBody,
    PackParcel, ParcelView, PlanBody, PlanStatus, ReturnBody, ReturnRound, RoundView, ServeStop,
    StopBody, VehicleView, key,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// The scenario's id.
const SCENARIO: &str = "demo";
/// In how many rounds of the demonstration something is left to do.
const LEFT: usize = 3;

/// An account that was made.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// What is typed: the name of its role.
    pub login: String,
    /// The password, the same for all.
    pub password: String,
}

/// Makes an account for each role.
pub(crate) async fn accounts(app: &App, tenant: &Tenant) -> Result<Vec<DemoAccount>, Problem> {
    let text = format!("demo {}", AccountId::from_random(App::random()?));
    let secret = Secret::from_random(App::random()?);
    let (first, token) = access::first_administrator(tenant.clone(), secret, app.now());
    say(app, tenant, &first).await?;
    let mut made = vec![accept(app, tenant, (token.id, token.secret), &text).await?];
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Administrator) {
        let invited = (AccountId::from_random(App::random()?), Secret::from_random(App::random()?));
        let login = Login::parse(role.name())?;
        let invite = InviteAccount {
            account: invited.0.clone(),
            details: Details { name: format!("Demo {}", role.name()), login, email: None },
            roles: BTreeSet::from([role]),
            digest: invited.1.digest(),
            giver: permissions_of(&BTreeSet::from([Role::Administrator])),
            now: app.now(),
        };
        say(app, tenant, &invite).await?;
        made.push(accept(app, tenant, invited, &text).await?);
    }
    Ok(made)
}

/// Sets the password of an account that was invited.
async fn accept(
    app: &App,
    tenant: &Tenant,
    (account, secret): (AccountId, Secret),
    text: &str,
) -> Result<DemoAccount, Problem> {
    let person = app.person_data(tenant, &account).await?;
    let person: PersonData = person.ok_or_else(|| Problem::internal(&"it was just made"))?;
    let login = person.details.login.clone();
    let hash = password::hash(text, &login, App::random()?)?;
    // Nobody holds the secret of this session: it ends by itself.
    let digest = Secret::from_random(App::random()?).digest();
    let session = NewSession { id: AccountId::from_random(App::random()?), digest };
    let accept =
        AcceptInvitation { account, secret, person, password: hash, session, now: app.now() };
    say(app, tenant, &accept).await?;
    Ok(DemoAccount { login: login.to_string(), password: text.to_owned() })
}

async fn say(app: &App, tenant: &Tenant, command: &dyn Command) -> Result<(), Problem> {
    let head = Append::new(tenant.clone(), "demo", app.now());
    app.record(&head, command).await.map(drop)
}

fn id(text: impl Into<String>) -> Result<Id, Problem> {
    Id::new(text).map_err(|fault| Problem::internal(&fault))
}

/// Sets the scenario and asks for its plan.
pub(crate) async fn begin(
    app: &App,
    tenant: &Tenant,
    files: Vec<(String, Vec<u8>)>,
) -> Result<Id, Problem> {
    let account = AccountId::parse("demo").map_err(|fault| Problem::internal(&fault))?;
    let principal = Principal {
        tenant: tenant.clone(),
        actor: "demo".into(),
        account,
        session: None,
        permissions: BTreeSet::new(),
        csrf: None,
    };
    let caller = Caller { principal: Arc::new(principal), request: "demo".into() };
    let asking = Asking { caller, once: None, version: None };
    let scenario = id(SCENARIO)?;
    app.set_scenario(&asking, &scenario, files).await?;
    let orders = app.count_orders(tenant, &scenario, OrderStatus::Open).await?;
    let plan = id(app.new_id()?)?;
    let options = serde_json::Map::new();
    let body = PlanBody { scenario, options };
    say(app, tenant, &AskPlan { id: plan.clone(), orders, body }).await?;
    Ok(plan)
}

/// Once the plan is there: releases it and works most of it.
pub(crate) async fn live(app: App, tenant: Tenant, plan: Id) {
    if let Err(problem) = work(&app, &tenant, &plan).await {
        tracing::warn!(fault = problem.detail, "the demonstration stands still");
    }
}

async fn work(app: &App, tenant: &Tenant, plan: &Id) -> Result<(), Problem> {
    wait_for(app, tenant, plan, PlanStatus::Finished).await?;
    say(app, tenant, &AskRelease { id: plan.clone() }).await?;
    wait_for(app, tenant, plan, PlanStatus::Released).await?;
    let parcels: Vec<ParcelView> = app.all(tenant, key::of_plan(plan)).await?;
    for parcel in &parcels {
        pack(app, tenant, parcel).await?;
    }
    let rounds: Vec<RoundView> = app.all(tenant, key::of_plan(plan)).await?;
    let (feeders, deliveries): (Vec<_>, Vec<_>) =
        rounds.into_iter().partition(|round| round.kind == RoundKind::Feeder);
    let done = feeders.len() + deliveries.len().saturating_sub(LEFT);
    for (number, round) in feeders.iter().chain(&deliveries).enumerate() {
        if app.is_stopping() {
            return Ok(());
        }
        drive(app, tenant, round, number < done).await?;
    }
    tracing::info!("the demonstration is set: {done} rounds are back, the others are on their way");
    Ok(())
}

/// Says what a rule may refuse; false where it does.
async fn may_say(app: &App, tenant: &Tenant, command: &dyn Command) -> Result<bool, Problem> {
    match say(app, tenant, command).await {
        Ok(()) => Ok(true),
        Err(problem) if problem.status.is_server_error() => Err(problem),
        Err(problem) => {
            tracing::debug!(refusal = problem.detail, "the demonstration leaves it");
            Ok(false)
        }
    }
}

async fn pack(app: &App, tenant: &Tenant, parcel: &ParcelView) -> Result<(), Problem> {
    let body = PackBody {
        site: parcel.site.clone(),
        package: parcel.planned_package.clone(),
        gross_g: Some(parcel.planned_gross_g),
    };
    may_say(app, tenant, &PackParcel { id: id(parcel.id.as_str())?, body }).await.map(drop)
}

async fn wait_for(
    app: &App,
    tenant: &Tenant,
    plan: &Id,
    status: PlanStatus,
) -> Result<(), Problem> {
    while !app.is_stopping() {
        let view = app.plan(tenant, plan).await?;
        if view.status == status {
            return Ok(());
        }
        if matches!(view.status, PlanStatus::Failed | PlanStatus::Cancelled) {
            return Err(Problem::internal(&view.reason.unwrap_or_default()));
        }
        sleep(Duration::from_millis(200)).await;
    }
    Err(Problem::internal(&"the server stops"))
}

/// Loads and drives a round; to its end, or until half of its stops are served.
async fn drive(
    app: &App,
    tenant: &Tenant,
    round: &RoundView,
    to_the_end: bool,
) -> Result<(), Problem> {
    let own = id(round.id.as_str())?;
    let mut loaded = BTreeSet::new();
    for parcel in round.stops.iter().flat_map(|stop| &stop.parcels) {
        let body = LoadBody { round: own.clone() };
        if may_say(app, tenant, &LoadParcel { id: parcel.clone(), body }).await? {
            loaded.insert(parcel);
        }
    }
    let vehicles: Vec<VehicleView> = app.all(tenant, key::IDS.into()).await?;
    let free = vehicles.into_iter().find(|vehicle| {
        vehicle.site == round.site
            && vehicle.vehicle_type == round.vehicle_type
            && vehicle.round.is_none()
    });
    let Some(free) = free else { return Ok(()) };
    let body = DepartBody { vehicle: id(free.id)?, odometer_m: None };
    if !may_say(app, tenant, &DepartRound { id: own.clone(), body }).await? {
        return Ok(());
    }
    let served = if to_the_end { round.stops.len() } else { round.stops.len() / 2 };
    for (number, stop) in round.stops.iter().enumerate().take(served) {
        let here = stop.parcels.iter().filter(|parcel| loaded.contains(parcel)).cloned();
        serve(app, tenant, &own, (number, stop.site.is_some()), here.collect()).await?;
    }
    if to_the_end {
        // A little more than planned, as it goes.
        let more = |planned: Amount| {
            Amount::new(planned.get() * 104 / 100).map_err(|fault| Problem::internal(&fault))
        };
        let body = ReturnBody {
            distance_m: more(round.planned_distance_m)?,
            fuel_ml: round.planned_fuel_ml.map(more).transpose()?,
            energy_wh: round.planned_energy_wh.map(more).transpose()?,
        };
        may_say(app, tenant, &ReturnRound { id: own, body }).await?;
    }
    Ok(())
}

/// Serves a stop with these parcels. At every fortieth door nobody is at home.
async fn serve(
    app: &App,
    tenant: &Tenant,
    round: &Id,
    (number, ours): (usize, bool),
    parcels: Vec<Id>,
) -> Result<(), Problem> {
    let reason = Text::new("nobody at home").map_err(|fault| Problem::internal(&fault))?;
    let away = !ours && number % 40 == 39;
    let (delivered, failed) = if away { (Vec::new(), parcels) } else { (parcels, Vec::new()) };
    let body = StopBody {
        stop: number as u32,
        delivered: delivered.into_iter().map(|parcel| HandedOver { parcel, proof: None }).collect(),
        failed: failed
            .into_iter()
            .map(|parcel| NotHandedOver { parcel, reason: reason.clone() })
            .collect(),
    };
    may_say(app, tenant, &ServeStop { id: round.clone(), body }).await.map(drop)
}
