//! Long work, off the requests: plans are made, releases written. What is to be done lies in the outbox,
//! so that a job whose server dies is begun again by whoever comes next.

use crate::app::App;
use crate::http::stopped;
use crate::making::make;
use crate::problem::Problem;
use crate::releasing::release;
use events::{Append, Claimed, EventsError, Message, Payload, Tenant, Wanted};
use operations::field::Id;
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;
use utoipa::ToSchema;

/// Topic of jobs.
const TOPIC: &str = "job";
/// A job whose server says nothing for so long is another server's.
const LEASE_S: u32 = 30;
/// How often a server says that it goes on.
const EXTEND: Duration = Duration::from_secs(10);
/// Who was to do it died so often that it is its own fault.
const ATTEMPTS_MAX: u32 = 20;

/// How far a job is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"text": "plan: 2017-11-25 planned, orders until 2017-11-30"}))]
pub(crate) struct Told {
    /// In words.
    pub(crate) text: String,
}

/// A job of this server.
pub(crate) struct Running {
    pub(crate) told: watch::Sender<Told>,
    stop: AtomicBool,
}

impl Running {
    /// The job should end: nobody wants it, or the server stops.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub(crate) fn tell(&self, text: String) {
        self.told.send_replace(Told { text });
    }
}

/// The jobs of this server by plan.
#[derive(Default)]
pub(crate) struct Jobs(Mutex<HashMap<(Tenant, String), Arc<Running>>>);

impl Jobs {
    fn begin(&self, tenant: &Tenant, plan: &str) -> Arc<Running> {
        let told = watch::Sender::new(Told::default());
        let running = Arc::new(Running { told, stop: AtomicBool::new(false) });
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.insert((tenant.clone(), plan.to_owned()), running.clone());
        running
    }

    fn end(&self, tenant: &Tenant, plan: &str) {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.remove(&(tenant.clone(), plan.to_owned()));
    }

    /// The job of a plan, where this server is at it.
    pub(crate) fn of(&self, tenant: &Tenant, plan: &str) -> Option<Arc<Running>> {
        let jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.get(&(tenant.clone(), plan.to_owned())).cloned()
    }

    /// Ends the job of a plan, where this server is at it.
    pub(crate) fn stop(&self, tenant: &Tenant, plan: &str) {
        if let Some(running) = self.of(tenant, plan) {
            running.stop.store(true, Ordering::Relaxed);
        }
    }
}

/// Messages for what an append asks to be done.
pub(crate) fn messages(append: &Append) -> Vec<Message> {
    let events = append.writes.iter().flat_map(|write| {
        write.events.iter().map(move |event| (write.stream.id(), event.event_type.as_str()))
    });
    let asked = events.filter(|(_, event)| ["plan-asked", "plan-release-asked"].contains(event));
    asked
        .filter_map(|(plan, event)| {
            let payload = Payload::of(&json!({"plan": plan, "asked": event})).ok()?;
            Some(Message { topic: TOPIC.into(), key: plan.into(), payload })
        })
        .collect()
}

/// Does what is to be done, one job at a time, until the server stops.
pub(crate) async fn work(app: App) {
    let mut appended = app.appended.subscribe();
    while !app.is_stopping() {
        match work_due(&app).await {
            Ok(true) => {}
            Ok(false) => app.wait(&mut appended, Duration::from_secs(2)).await,
            Err(fault) => {
                tracing::warn!(%fault, "jobs could not be looked for");
                app.wait(&mut appended, Duration::from_secs(5)).await;
            }
        }
    }
}

/// Does one job of each tenant that has some; false where there was none.
async fn work_due(app: &App) -> Result<bool, EventsError> {
    let mut worked = false;
    for tenant in app.store.tenants_with_messages(app.now()).await? {
        if app.is_stopping() {
            break;
        }
        let wanted =
            Wanted { topic: TOPIC, lease_s: LEASE_S, limit: 1, attempts_max: ATTEMPTS_MAX };
        for claimed in app.store.claim(&tenant, wanted, app.now()).await? {
            worked = true;
            keep(app, &tenant, &claimed).await?;
        }
    }
    Ok(worked)
}

/// Does a job and keeps it meanwhile.
async fn keep(app: &App, tenant: &Tenant, claimed: &Claimed) -> Result<(), EventsError> {
    let plan = claimed.message.key.clone();
    let running = app.jobs.begin(tenant, &plan);
    let keeping = {
        let (app, tenant, claimed) = (app.clone(), tenant.clone(), claimed.clone());
        let running = running.clone();
        let mut stopping = app.stopping.clone();
        async move {
            loop {
                tokio::select! {
                    () = sleep(EXTEND) => {}
                    () = stopped(&mut stopping) => break,
                }
                let kept = app.store.extend(&tenant, &claimed, LEASE_S, app.now()).await;
                if matches!(kept, Ok(false)) {
                    break;
                }
            }
            running.stop.store(true, Ordering::Relaxed);
            std::future::pending::<()>().await;
        }
    };
    let outcome = tokio::select! {
        outcome = run(app, tenant, claimed, &running) => outcome,
        () = keeping => Ok(Ended::LetGo),
    };
    app.jobs.end(tenant, &plan);
    match outcome {
        Ok(Ended::Done) => app.store.delivered(tenant, claimed).await.map(drop),
        // The next server, or this one once it is back, begins at once.
        Ok(Ended::LetGo) => app.store.extend(tenant, claimed, 0, app.now()).await.map(drop),
        Err(problem) => {
            tracing::warn!(%tenant, plan, fault = problem.detail, "a job waits for another try");
            app.store.extend(tenant, claimed, LEASE_S, app.now()).await.map(drop)
        }
    }
}

/// How a job ended.
pub(crate) enum Ended {
    /// There is nothing more to do.
    Done,
    /// The server stops, or another one has it.
    LetGo,
}

async fn run(
    app: &App,
    tenant: &Tenant,
    claimed: &Claimed,
    running: &Arc<Running>,
) -> Result<Ended, Problem> {
    let plan = Id::new(claimed.message.key.clone()).map_err(|fault| Problem::internal(&fault))?;
    if claimed.message.payload.as_str().contains("plan-release-asked") {
        release(app, tenant, &plan, running).await
    } else {
        make(app, tenant, &plan, claimed.attempt, running).await
    }
}
