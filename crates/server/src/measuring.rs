//! Plan against actual: what happened, as far as it was measured, valued like the plan.

use crate::app::App;
use crate::blobs::run;
use crate::problem::Problem;
use crate::view::end_of;
use axum::http::StatusCode;
use carbon::{Case, Line, Registry};
use events::Tenant;
use intake::Ground;
use lake::Lake;
use operations::actual::{Actual, Difference, Facts, Planned, Wrapping, actual, explain};
use operations::field::{Id, LocalDay};
use operations::view::View;
use operations::{ParcelView, PlanStatus, PlanView, RoundView, VehicleView, key, stream};
use packaging::solution::Material;
use quantity::{Distance, Fixed};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Rows that are read at a time.
const PAGE: u32 = 1_000;

/// What is known of a plan that was carried out.
pub(crate) struct Measured {
    /// What was done, valued.
    pub(crate) lines: Vec<Line>,
    /// Beside the plan, a row a thing.
    pub(crate) differences: Vec<Difference>,
}

impl App {
    /// What a plan came to.
    pub(crate) async fn measured(&self, tenant: &Tenant, id: &Id) -> Result<Measured, Problem> {
        let plan = self.plan(tenant, id).await?;
        if !matches!(plan.status, PlanStatus::Releasing | PlanStatus::Released) {
            let status = plan.status.name();
            let detail = format!("plan `{id}` is {status}. Release it, and let it be worked");
            return Err(Problem::new(StatusCode::CONFLICT, "plan-not-released", detail));
        }
        let scenario = crate::making::scenario_at(self, tenant, &plan).await?;
        let days = days(&plan)?;
        let work = Measuring {
            plan: id.clone(),
            ground: self.ground(tenant, &scenario).await?,
            ledger: self.plan_folder(tenant, id).join("ledger"),
            facts: self.facts(tenant, id, &scenario, &days).await?,
            days,
        };
        run(move || work.measure()).await
    }

    async fn facts(
        &self,
        tenant: &Tenant,
        plan: &Id,
        scenario: &operations::ScenarioView,
        days: &[LocalDay],
    ) -> Result<Facts, Problem> {
        let mut facts = Facts::default();
        let rounds: Vec<RoundView> = self.all(tenant, key::of_plan(plan)).await?;
        facts.rounds = rounds.into_iter().map(|one| (one.id.clone(), one)).collect();
        let parcels: Vec<ParcelView> = self.all(tenant, key::of_plan(plan)).await?;
        facts.parcels = parcels.into_iter().map(|one| (one.id.clone(), one)).collect();
        let mut streams = Vec::new();
        for site in &scenario.sites {
            streams.extend(days.iter().map(|day| stream::meter(&site.site, day)));
        }
        let vehicles: Vec<VehicleView> = self.all(tenant, key::IDS.into()).await?;
        for vehicle in vehicles {
            let vehicle = Id::new(vehicle.id).map_err(|fault| Problem::internal(&fault))?;
            streams.push(stream::vehicle(&vehicle));
        }
        let history = self.store.history(tenant, &streams).await?;
        for event in streams.iter().flat_map(|one| history.stream(one)) {
            facts.take(event).map_err(|fault| Problem::internal(&fault))?;
        }
        Ok(facts)
    }

    /// All rows of a kind whose keys begin so, up to date.
    pub(crate) async fn all<V: View + DeserializeOwned>(
        &self,
        tenant: &Tenant,
        prefix: String,
    ) -> Result<Vec<V>, Problem> {
        self.fresh(tenant, V::PROJECTION).await?;
        let before = end_of(&prefix);
        let (mut after, mut all) = (prefix, Vec::new());
        loop {
            let rows = self.store.rows(tenant, V::PROJECTION, &after, &before, PAGE).await?;
            let Some((last, _)) = rows.last() else { return Ok(all) };
            after.clone_from(last);
            for (_, row) in &rows {
                all.push(serde_json::from_str(row).map_err(|fault| Problem::internal(&fault))?);
            }
        }
    }
}

/// The days that a plan covers, as its summary lists them.
fn days(plan: &PlanView) -> Result<Vec<LocalDay>, Problem> {
    let listed = plan.summary.as_ref().and_then(|summary| summary.get("days"));
    let days: Vec<LocalDay> = listed
        .map(|days| serde_json::from_value(days.clone()))
        .transpose()
        .map_err(|fault| Problem::internal(&fault))?
        .unwrap_or_default();
    Ok(days)
}

/// All that measuring needs, off the threads that serve.
struct Measuring {
    plan: Id,
    ground: Arc<Ground>,
    ledger: PathBuf,
    facts: Facts,
    days: Vec<LocalDay>,
}

impl Measuring {
    fn measure(self) -> Result<Measured, Problem> {
        let broken = |fault: &dyn std::fmt::Display| Problem::internal(fault);
        let lake = Lake::open(&self.ledger).map_err(|fault| broken(&fault))?;
        let lines = output::lines::read(&lake, "\"case\" = 'plan'");
        let lines = lines.map_err(|fault| broken(&fault))?;
        let used = output::lines::factors(&self.ledger, &lake).map_err(|fault| broken(&fault))?;
        let scenario = self.ground.scenario();
        let (cartons, bags) = (self.cartons()?, self.bags()?);
        let ways_home = self.ways_home()?;
        let fixed = |share: f64| Fixed::from_f64(share).unwrap_or(Fixed::from_integer(1));
        let planned = Planned {
            plan: &self.plan,
            lines: &lines,
            days: &self.days,
            cartons: &cartons,
            bags: &bags,
            ways_home: &ways_home,
            grid_factor: carbon::default_grid(&scenario.country).0,
            charging_efficiency: fixed(scenario.energy.charging_efficiency),
            // Cartons may come back for as long as anybody remembers.
            household_recycling: None,
        };
        let Actual { activities, open } = actual(&planned, &self.facts);
        let registry = known(&used).map_err(|fault| broken(&fault))?;
        let done = carbon::account(Case::Actual, activities, &registry);
        let done = done.map_err(|fault| broken(&fault))?;
        let differences = explain(&lines, &done, &open);
        Ok(Measured { lines: done, differences })
    }

    fn cartons(&self) -> Result<BTreeMap<Id, Wrapping>, Problem> {
        let factor_id: Arc<str> =
            planner::material_factor(Material::NewBoard).unwrap_or_default().into();
        let kinds = self.ground.scenario().cartons.iter().map(|kind| {
            Ok((id(&kind.id)?, Wrapping { mass: kind.tare, factor_id: factor_id.clone() }))
        });
        kinds.collect()
    }

    fn bags(&self) -> Result<BTreeMap<Id, Wrapping>, Problem> {
        let kinds = self.ground.scenario().solution.bags.iter().filter_map(|kind| {
            let factor_id = planner::material_factor(kind.material)?.into();
            Some(id(&kind.id).map(|id| (id, Wrapping { mass: kind.tare, factor_id })))
        });
        kinds.collect()
    }

    /// From each station to each site that packs.
    fn ways_home(&self) -> Result<BTreeMap<(Id, Id), Distance>, Problem> {
        let sites = &self.ground.scenario().sites;
        let stations = sites.iter().filter(|site| site.kind == network::SiteKind::Station);
        let mut ways = BTreeMap::new();
        for station in stations {
            for home in sites.iter().filter(|site| site.kind == network::SiteKind::Warehouse) {
                let way = station.point.great_circle(home.point);
                ways.insert((id(&station.id)?, id(&home.id)?), way);
            }
        }
        Ok(ways)
    }
}

fn id(text: &str) -> Result<Id, Problem> {
    Id::new(text).map_err(|fault| Problem::internal(&fault))
}

/// The house's factors, and those that only the plan knows.
fn known(used: &Registry) -> Result<Registry, carbon::RegistryError> {
    let mut registry = Registry::built_in();
    for factor in used.iter() {
        if registry.edition(&factor.id, &factor.edition).is_none() {
            registry.add(factor.clone())?;
        }
    }
    Ok(registry)
}
