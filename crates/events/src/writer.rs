//! Group commit: appends that wait together become durable together.
//!
//! While one transaction is on its way to the disk the next appends queue up; the writer then takes all
//! that wait. A tenant always goes through the same lane, so that a process never waits for itself on
//! the row of a tenant. A batch that the database refuses is tried again append by append: one bad append
//! does not take others down.

use crate::append::{Append, Appended};
use crate::error::EventsError;
use crate::plan::Planned;
use crate::store::Backend;
use crate::text::Tenant;
use serde_json::json;
use std::collections::BTreeMap;
use tokio::sync::{mpsc, oneshot};

/// Appends that may wait in a lane before callers have to.
const WAITING: usize = 4_096;
/// Events of one transaction, past which no further append is taken in.
const EVENTS: usize = 8_192;
/// Appends of one transaction.
const APPENDS: usize = 1_024;
/// Lanes on PostgreSQL. SQLite has one writer.
const LANES: usize = 4;

pub(crate) type Answer = Result<Appended, EventsError>;

struct Job {
    append: Append,
    answer: oneshot::Sender<Answer>,
}

/// The door to the lanes.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    lanes: Vec<mpsc::Sender<Job>>,
}

impl Writer {
    /// Starts the lanes; they end when the last writer is gone and nothing waits any more.
    pub(crate) fn start(backend: &Backend) -> Self {
        let lanes = match backend {
            Backend::Sqlite(_) => 1,
            Backend::Postgres(_) => LANES,
        };
        let start = |_| {
            let (sender, receiver) = mpsc::channel(WAITING);
            tokio::spawn(run(backend.clone(), receiver));
            sender
        };
        Self { lanes: (0..lanes).map(start).collect() }
    }

    pub(crate) async fn append(&self, append: Append) -> Answer {
        let (answer, answered) = oneshot::channel();
        let lane = &self.lanes[lane(&append.tenant, self.lanes.len())];
        lane.send(Job { append, answer }).await.map_err(|_| EventsError::Closed)?;
        answered.await.map_err(|_| EventsError::Closed)?
    }
}

/// FNV-1a: the same lane in every run.
fn lane(tenant: &Tenant, n_lanes: usize) -> usize {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    (tenant.as_str().bytes().fold(0xcbf2_9ce4_8422_2325, step) % n_lanes as u64) as usize
}

async fn run(backend: Backend, mut queue: mpsc::Receiver<Job>) {
    while let Some(first) = queue.recv().await {
        let mut n_events = first.append.n_events();
        let mut batch = vec![first];
        while n_events < EVENTS
            && batch.len() < APPENDS
            && let Ok(job) = queue.try_recv()
        {
            n_events += job.append.n_events();
            batch.push(job);
        }
        let mut groups: BTreeMap<Tenant, Vec<Job>> = BTreeMap::new();
        for job in batch {
            groups.entry(job.append.tenant.clone()).or_default().push(job);
        }
        match &backend {
            Backend::Sqlite(_) => commit(&backend, groups.into_iter().collect()).await,
            Backend::Postgres(_) => {
                for group in groups {
                    commit(&backend, vec![group]).await;
                }
            }
        }
    }
}

async fn commit(backend: &Backend, groups: Vec<(Tenant, Vec<Job>)>) {
    let mut appends = Vec::with_capacity(groups.len());
    let mut callers = Vec::with_capacity(groups.len());
    for (tenant, jobs) in groups {
        let (of_tenant, answers): (Vec<Append>, Vec<oneshot::Sender<Answer>>) =
            jobs.into_iter().map(|job| (job.append, job.answer)).unzip();
        appends.push((tenant, of_tenant));
        callers.push(answers);
    }
    let results = match backend.commit(appends.clone()).await {
        Ok(results) => results,
        Err(fault) => one_by_one(backend, appends, &fault).await,
    };
    for (answer, caller) in results.into_iter().flatten().zip(callers.into_iter().flatten()) {
        // A caller that has gone away does not want to know.
        drop(caller.send(answer));
    }
}

async fn one_by_one(
    backend: &Backend,
    groups: Vec<(Tenant, Vec<Append>)>,
    fault: &EventsError,
) -> Vec<Vec<Answer>> {
    let n_appends: usize = groups.iter().map(|(_, appends)| appends.len()).sum();
    let mut all = Vec::with_capacity(groups.len());
    for (tenant, appends) in groups {
        let mut answers = Vec::with_capacity(appends.len());
        for append in appends {
            // After a fault of the connection the first commit may have taken effect: only an append
            // that takes effect once may be sent again.
            let again = n_appends > 1 && (append.once.is_some() || refused(fault));
            answers.push(if again {
                let result = backend.commit(vec![(tenant.clone(), vec![append])]).await;
                result.and_then(|mut groups| groups.remove(0).remove(0))
            } else {
                Err(fault.clone())
            });
        }
        all.push(answers);
    }
    all
}

/// The database answered, and with a refusal: nothing was written.
fn refused(fault: &EventsError) -> bool {
    match fault {
        EventsError::Database(error) => error.as_database_error().is_some(),
        _ => true,
    }
}

fn list<T>(rows: impl Iterator<Item = T>) -> Option<String>
where
    T: serde::Serialize,
{
    let rows: Vec<T> = rows.collect();
    (!rows.is_empty()).then(|| json!(rows).to_string())
}

pub(crate) fn versions_list(planned: &Planned) -> Option<String> {
    list(planned.moved.iter().map(|(stream, moved)| {
        let (first, last) = (moved.first_month, moved.last_month);
        json!([stream.kind(), stream.id(), moved.version, first, last])
    }))
}

pub(crate) fn months_list(planned: &Planned) -> Option<String> {
    list(planned.months.iter())
}

pub(crate) fn kept_list(planned: &Planned) -> Option<String> {
    list(planned.kept.iter().map(|kept| {
        let (request, at) = (kept.request.to_string(), kept.recorded_at.micros());
        json!([kept.key, request, kept.answer, kept.first, kept.last, at])
    }))
}

pub(crate) fn messages_list(planned: &Planned) -> Option<String> {
    list(planned.messages.iter().map(|(seq, at, message)| {
        json!([seq, message.topic, message.key, message.payload.as_str(), at.micros()])
    }))
}

pub(crate) fn persons_list(planned: &Planned) -> Option<String> {
    list(planned.persons.values().map(|(at, person)| {
        let keep_until = person.keep_until.map(crate::Timestamp::micros);
        json!([person.person, person.data.as_str(), at.micros(), keep_until])
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_spread_over_the_lanes_and_keep_theirs() {
        let lanes: Vec<usize> =
            (0..64).map(|n| lane(&Tenant::new(&format!("t{n}")).unwrap(), 4)).collect();
        assert!((0..4).all(|wanted| lanes.iter().filter(|lane| **lane == wanted).count() > 4));
        assert_eq!(lane(&Tenant::new("t0").unwrap(), 4), lanes[0]);
    }
}
