//! A plan is made: the open orders of a scenario through the planner, into a folder of files.

use crate::app::App;
use crate::blobs::run;
use crate::jobs::{Ended, Running};
use crate::problem::Problem;
use crate::releasing::{RELEASE_FILE, to_release};
use crate::taking::{Arrived, tables};
use carbon::Registry;
use events::{Append, Command, Digest, Tenant};
use intake::{File, Ground};
use operations::field::{Amount, FileEntry, Id, Sha256, Text};
use operations::view::fold;
use operations::{
    FailPlan, FinishPlan, OrderBody, OrderStatus, OrderView, PlanStatus, PlanView, Recipient,
    ScenarioView, StartPlan, key, stream,
};
use planner::{PlanError, Step};
use serde_json::{Map, Value};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::OutputFolder;

/// Persons that are read at a time.
const PAGE: usize = 1_000;
/// Whoever was to make it died so often that it is its own fault.
const ATTEMPTS_MAX: u32 = 5;

/// What the server itself does is done in this name.
pub(crate) const ACTOR: &str = "server";

impl App {
    /// A plan as its events have it now.
    pub(crate) async fn plan(&self, tenant: &Tenant, id: &Id) -> Result<PlanView, Problem> {
        let own = stream::plan(id);
        let history = self.store.history(tenant, std::slice::from_ref(&own)).await?;
        let view = fold(history.stream(&own)).map_err(|fault| Problem::internal(&fault))?;
        view.ok_or_else(|| Problem::missing("plan", id))
    }

    /// Where the files of a plan lie.
    pub(crate) fn plan_folder(&self, tenant: &Tenant, id: &Id) -> PathBuf {
        // The digest: an id may hold what no file's name may.
        let name = Digest::of(id.as_bytes()).to_string();
        self.folder(tenant).join("plans").join(name)
    }

    /// Does what a job decides.
    pub(crate) async fn say(&self, tenant: &Tenant, command: &dyn Command) -> Result<(), Problem> {
        let head = Append::new(tenant.clone(), ACTOR, self.now());
        self.record(&head, command).await.map(drop)
    }

    /// The open orders of a scenario with their recipients; those whose data were erased are left out.
    async fn open_orders(&self, tenant: &Tenant, scenario: &Id) -> Result<Vec<Arrived>, Problem> {
        let prefix = key::of_scenario(scenario, OrderStatus::Open.name());
        let views: Vec<OrderView> = self.all(tenant, prefix).await?;
        let mut orders = Vec::new();
        for page in views.chunks(PAGE) {
            let ids: Vec<String> = page.iter().map(|view| view.recipient.clone()).collect();
            let persons = self.store.persons(tenant, &ids).await?;
            for view in page {
                let recipient = persons.get(&view.recipient).and_then(Recipient::of);
                if let Some(recipient) = recipient {
                    orders.push(arrived(view.clone(), recipient)?);
                }
            }
        }
        Ok(orders)
    }
}

fn arrived(view: OrderView, recipient: Recipient) -> Result<Arrived, Problem> {
    let id = Id::new(view.id).map_err(|fault| Problem::internal(&fault))?;
    let body = OrderBody {
        scenario: view.scenario,
        placed_at: view.placed_at,
        origin_site: view.origin_site,
        promised_by: view.promised_by,
        option: view.option,
        recipient,
        items: view.items,
    };
    Ok(Arrived { id, body })
}

/// Makes a plan, or says why it cannot be made.
pub(crate) async fn make(
    app: &App,
    tenant: &Tenant,
    id: &Id,
    attempt: u32,
    running: &Arc<Running>,
) -> Result<Ended, Problem> {
    let view = app.plan(tenant, id).await?;
    if !matches!(view.status, PlanStatus::Asked | PlanStatus::Running) {
        return Ok(Ended::Done);
    }
    let fail = |reason: String| FailPlan { id: id.clone(), reason };
    if attempt > ATTEMPTS_MAX {
        let reason = format!("{ATTEMPTS_MAX} attempts broke off. See the log of the server");
        app.say(tenant, &fail(reason)).await?;
        return Ok(Ended::Done);
    }
    app.say(tenant, &StartPlan { id: id.clone(), attempt: view.attempt + 1 }).await?;
    running.tell("orders are gathered".into());
    let scenario = scenario_at(app, tenant, &view).await?;
    let orders = app.open_orders(tenant, &view.scenario).await?;
    let ground = app.ground(tenant, &scenario).await?;
    let inputs = app.files(tenant, &scenario).await?;
    let work = Work {
        plan: id.clone(),
        ground,
        orders,
        inputs,
        folder: app.plan_folder(tenant, id),
        running: running.clone(),
    };
    match run(move || Ok(work.plan())).await? {
        Ok(made) => {
            let finish = FinishPlan { id: id.clone(), summary: made.summary, files: made.files };
            finished(app.say(tenant, &finish).await)
        }
        Err(Broken::Stopped) if app.is_stopping() => Ok(Ended::LetGo),
        // It was cancelled: that is recorded already.
        Err(Broken::Stopped) => Ok(Ended::Done),
        Err(Broken::Fault(reason)) => finished(app.say(tenant, &fail(reason)).await),
    }
}

/// A plan that was cancelled in its last moment stays so.
fn finished(said: Result<(), Problem>) -> Result<Ended, Problem> {
    match said {
        Err(problem) if problem.status.is_server_error() => Err(problem),
        _ => Ok(Ended::Done),
    }
}

/// The scenario as it was when the plan was asked for.
pub(crate) async fn scenario_at(
    app: &App,
    tenant: &Tenant,
    plan: &PlanView,
) -> Result<ScenarioView, Problem> {
    let own = stream::scenario(&plan.scenario);
    let history = app.store.history(tenant, std::slice::from_ref(&own)).await?;
    let events = history.stream(&own);
    let then = &events[..events.len().min(plan.scenario_version as usize)];
    let view = fold(then).map_err(|fault| Problem::internal(&fault))?;
    view.ok_or_else(|| Problem::missing("scenario", &plan.scenario))
}

/// What a plan is made of.
struct Work {
    plan: Id,
    ground: Arc<Ground>,
    orders: Vec<Arrived>,
    inputs: Vec<(String, Vec<u8>)>,
    folder: PathBuf,
    running: Arc<Running>,
}

/// A plan that was made.
struct Made {
    summary: Map<String, Value>,
    files: Vec<FileEntry>,
}

/// Why there is no plan.
enum Broken {
    Stopped,
    Fault(String),
}

impl<E: std::fmt::Display> From<E> for Broken {
    fn from(fault: E) -> Self {
        Self::Fault(fault.to_string())
    }
}

impl Work {
    fn plan(mut self) -> Result<Made, Broken> {
        let tables = tables(&self.orders).map_err(|problem| Broken::Fault(problem.detail))?;
        let files: Vec<File> =
            tables.iter().map(|(name, bytes)| File { name, bytes: bytes.as_slice() }).collect();
        let orders = self.ground.orders(&files)?;
        let scenario = self.ground.with_orders(orders);
        let running = self.running.clone();
        let mut outcome =
            planner::run(&scenario, Registry::built_in(), &|step| tell(&running, step)).map_err(
                |fault| match fault {
                    PlanError::Stopped => Broken::Stopped,
                    other => other.into(),
                },
            )?;
        self.running.tell("the ledger and the report are written".into());
        // What the plan was made of goes into its ledger: that can be planned again.
        self.inputs.retain(|(name, _)| !is_orders(name));
        self.inputs.extend(tables);
        let parent = self.folder.parent().expect("a plan's folder lies in a folder");
        std::fs::create_dir_all(parent)?;
        let target = OutputFolder::begin(&self.folder)?;
        let summary = output::write(&scenario, &mut outcome, &self.inputs, &target)
            .map_err(|fault| Broken::Fault(format!("{fault:#}")))?;
        let release = to_release(&self.plan, &scenario, &outcome)?;
        target.write(RELEASE_FILE, &serde_json::to_vec(&release)?)?;
        let mut files = Vec::new();
        list(target.path(), target.path(), &mut files)?;
        files.sort_by(|a, b| a.name.cmp(&b.name));
        target.commit()?;
        if self.running.is_stopped() {
            return Err(Broken::Stopped);
        }
        Ok(Made { summary: serde_json::from_str(&summary)?, files })
    }
}

fn tell(running: &Running, step: Step) -> ControlFlow<()> {
    let Step { case, day, last, .. } = step;
    running.tell(format!("{}: {day} planned, orders until {last}", case.name()));
    if running.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// A table of orders, of which the server has its own.
pub(crate) fn is_orders(name: &str) -> bool {
    let table = name.split('.').next().unwrap_or_default();
    ["orders", "order_items"].contains(&table)
}

/// The files under a folder, by their names below `root`.
#[expect(clippy::disallowed_methods, reason = "the server reads the files that it wrote")]
fn list(root: &Path, folder: &Path, files: &mut Vec<FileEntry>) -> Result<(), Broken> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(root, &path, files)?;
            continue;
        }
        let bytes = std::fs::read(&path)?;
        let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
        files.push(FileEntry {
            name: Text::new(name)?,
            sha256: Sha256::new(Digest::of(&bytes).to_string())?,
            bytes: Amount::new(bytes.len() as u64)?,
        });
    }
    Ok(())
}
