//! How far this server has come with a tenant: what it appended, what its projections took, rows that it
//! remembers.

use crate::app::App;
use crate::problem::Problem;
use crate::webhook::{self, Subscription};
use access::AccessProjection;
use events::{EventsError, Projection, Tenant, Timestamp, Together};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// How long a row is remembered, in µs: what another server changed is seen by then.
const REMEMBERED: i64 = 1_000_000;
/// Rows that are remembered; past it all are forgotten.
const REMEMBERED_MAX: usize = 4_096;

/// What a server knows of a tenant.
#[derive(Default)]
pub(crate) struct Tenancy {
    reach: Mutex<HashMap<String, Reach>>,
    remembered: Mutex<HashMap<(String, String), Remembered>>,
    /// One step of projecting at a time.
    turn: tokio::sync::Mutex<()>,
    /// To whom events are sent.
    subscriptions: RwLock<Arc<[Subscription]>>,
}

/// How far this server knows a projection to be.
#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    /// Position of the last event it takes that is known to be there.
    wanted: u64,
    /// Position of the last event that it took; `None` where that is not known.
    taken: Option<u64>,
    /// Goes up whenever its rows may be others than before.
    changes: u64,
}

impl Reach {
    fn is_fresh(&self) -> bool {
        self.taken.is_some_and(|taken| taken >= self.wanted)
    }
}

struct Remembered {
    row: Arc<str>,
    /// Of its projection, before it was read.
    changes: u64,
    at: Timestamp,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Tenancy {
    fn reach(&self, projection: &str) -> Reach {
        lock(&self.reach).get(projection).copied().unwrap_or_default()
    }

    /// Goes up whenever rows of a projection may be others than before.
    pub(crate) fn changes(&self, projection: &str) -> u64 {
        self.reach(projection).changes
    }

    fn with_reach(&self, projection: &str, change: impl FnOnce(&mut Reach)) {
        let mut all = lock(&self.reach);
        match all.get_mut(projection) {
            Some(reach) => change(reach),
            None => change(all.entry(projection.to_owned()).or_default()),
        }
    }

    /// An event that this projection takes is at that position.
    fn wants(&self, projection: &str, position: u64) {
        self.with_reach(projection, |reach| {
            reach.wanted = reach.wanted.max(position);
            reach.changes += 1;
        });
    }

    /// All projections took a step together. Returns whether rows of that one may have changed.
    fn took(&self, projection: &str, step: &Together) -> bool {
        let mut changed = false;
        self.with_reach(projection, |reach| {
            // Where the step did not begin where ours had ended, another server took some between.
            let ours = reach.taken.is_some_and(|taken| taken >= step.from);
            changed = !ours || step.touched.contains(projection);
            reach.taken = reach.taken.max(Some(step.position));
            reach.changes += u64::from(changed);
        });
        changed
    }

    fn remembered(&self, key: &(String, String), changes: u64, now: Timestamp) -> Option<Arc<str>> {
        let all = lock(&self.remembered);
        let known = all.get(key)?;
        let age = now.micros().saturating_sub(known.at.micros());
        let good = known.changes == changes && (0..REMEMBERED).contains(&age);
        good.then(|| known.row.clone())
    }

    fn remember(&self, key: (String, String), known: Remembered) {
        let mut all = lock(&self.remembered);
        if all.len() >= REMEMBERED_MAX {
            all.clear();
        }
        all.insert(key, known);
    }

    fn subscriptions(&self) -> Arc<[Subscription]> {
        self.subscriptions.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl App {
    /// To whom events of a tenant are sent. A server that has just started looks first: what is written
    /// before its first look at the webhooks would be sent to nobody.
    pub(crate) async fn subscriptions(
        &self,
        tenant: &Tenant,
    ) -> Result<Arc<[Subscription]>, Problem> {
        let tenancy = self.tenancy(tenant);
        if tenancy.reach(webhook::PROJECTION).taken.is_none() {
            self.fresh(tenant, webhook::PROJECTION).await?;
        }
        Ok(tenancy.subscriptions())
    }

    /// What this server knows of a tenant; `None` where there is none of that name. Strangers name tenants
    /// as they like: nothing is written or kept for a name alone.
    async fn tenancy_there(&self, tenant: &Tenant) -> Result<Option<Arc<Tenancy>>, Problem> {
        if let Some(tenancy) = self.tenancy_known(tenant) {
            return Ok(Some(tenancy));
        }
        let (position, _) = self.store.head(tenant).await?;
        Ok((position > 0).then(|| self.tenancy(tenant)))
    }

    /// Looks how far a tenant has come, whichever server wrote; true where that is news to this one.
    pub(crate) async fn look(&self, tenant: &Tenant) -> Result<bool, Problem> {
        let (position, _) = self.store.head(tenant).await?;
        if position == 0 {
            return Ok(false);
        }
        let taken = self.tenancy(tenant).reach(AccessProjection.name()).taken;
        let is_news = taken.is_none_or(|taken| taken < position);
        if is_news {
            self.knows(tenant, position, None);
        }
        Ok(is_news)
    }

    /// Events were appended up to that position.
    ///
    /// - `kinds`: the kinds of their streams; `None` where these are not known.
    pub(crate) fn knows(&self, tenant: &Tenant, position: u64, kinds: Option<&BTreeSet<String>>) {
        let tenancy = self.tenancy(tenant);
        for projection in &self.projections {
            if kinds.is_none_or(|kinds| kinds.iter().any(|kind| projection.takes(kind))) {
                tenancy.wants(projection.name(), position);
            }
        }
    }

    /// Lets a projection take every event that this server knows of at this moment: whoever wrote reads
    /// what they wrote.
    pub(crate) async fn fresh(&self, tenant: &Tenant, projection: &str) -> Result<(), Problem> {
        let Some(tenancy) = self.tenancy_there(tenant).await? else { return Ok(()) };
        let wanted = tenancy.reach(projection).wanted;
        let is_behind = || tenancy.reach(projection).taken.is_none_or(|taken| taken < wanted);
        while is_behind() {
            let _turn = tenancy.turn.lock().await;
            if is_behind() {
                let stepped = self.step(tenant, &tenancy).await;
                // A fault of another projection is not this one's.
                if is_behind() && stepped? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The row of a thing, up to date; remembered, where this server knows of no change.
    pub(crate) async fn remembered_row(
        &self,
        tenant: &Tenant,
        projection: &str,
        key: &str,
    ) -> Result<Option<Arc<str>>, Problem> {
        let Some(tenancy) = self.tenancy_there(tenant).await? else { return Ok(None) };
        let now = self.now();
        let reach = tenancy.reach(projection);
        let place = (projection.to_owned(), key.to_owned());
        if reach.is_fresh()
            && let Some(row) = tenancy.remembered(&place, reach.changes, now)
        {
            return Ok(Some(row));
        }
        let row: Option<Arc<str>> = self.row(tenant, projection, key).await?.map(Into::into);
        if let Some(row) = row.clone() {
            tenancy.remember(place, Remembered { row, changes: reach.changes, at: now });
        }
        Ok(row)
    }

    /// Lets all projections of a tenant take what is there, whoever wrote it.
    pub(crate) async fn project_all(&self, tenant: &Tenant) -> Result<(), EventsError> {
        let tenancy = self.tenancy(tenant);
        let head = self.store.head(tenant).await?.0;
        let is_behind = || {
            let all = lock(&tenancy.reach);
            let taken = |name: &str| all.get(name).and_then(|reach| reach.taken);
            self.projections.iter().any(|one| taken(one.name()).is_none_or(|taken| taken < head))
        };
        // The turn is given away after each step: others wait for no more than theirs.
        while is_behind() {
            let _turn = tenancy.turn.lock().await;
            if is_behind() && self.step(tenant, &tenancy).await? {
                break;
            }
        }
        Ok(())
    }

    /// Under the tenant's turn: a step of all projections. True once there was no more to take.
    async fn step(&self, tenant: &Tenant, tenancy: &Tenancy) -> Result<bool, EventsError> {
        let all: Vec<&dyn Projection> = self.projections.iter().map(AsRef::as_ref).collect();
        let step = match self.store.project_together(tenant, &all).await {
            Ok(Some(step)) => step,
            // One that is new, or made by other code, or broken: that is its own affair.
            Ok(None) | Err(EventsError::Revision { .. } | EventsError::Apply { .. }) => {
                return self.one_by_one(tenant, tenancy).await.map(|()| true);
            }
            Err(fault) => return Err(fault),
        };
        for projection in &all {
            let changed = tenancy.took(projection.name(), &step);
            if changed && projection.name() == webhook::PROJECTION {
                self.subscribe(tenant, tenancy).await?;
            }
        }
        Ok(step.caught_up)
    }

    /// Each projection takes what is there. Rows of other code than ours are made anew first; a fault of
    /// one keeps no other back.
    async fn one_by_one(&self, tenant: &Tenant, tenancy: &Tenancy) -> Result<(), EventsError> {
        if self.store.head(tenant).await?.0 == 0 {
            // Of a tenant that has written nothing nothing is kept.
            return Ok(());
        }
        let mut first_fault = Ok(());
        for projection in &self.projections {
            match self.catch_up(tenant, projection.as_ref()).await {
                Ok(position) => tenancy.with_reach(projection.name(), |reach| {
                    reach.taken = reach.taken.max(Some(position));
                    reach.changes += 1;
                }),
                Err(fault) => first_fault = first_fault.and(Err(fault)),
            }
        }
        self.subscribe(tenant, tenancy).await?;
        first_fault
    }

    async fn catch_up(
        &self,
        tenant: &Tenant,
        projection: &dyn Projection,
    ) -> Result<u64, EventsError> {
        loop {
            match self.store.project(tenant, projection).await {
                Ok(progress) if progress.caught_up => return Ok(progress.position),
                Ok(_) => {}
                Err(EventsError::Revision { .. }) => {
                    tracing::info!(%tenant, projection = projection.name(), "made anew");
                    return Ok(self.store.rebuild(tenant, projection, None).await?.position);
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    async fn subscribe(&self, tenant: &Tenant, tenancy: &Tenancy) -> Result<(), EventsError> {
        let found = webhook::subscriptions(&self.store, tenant).await?;
        let mut held = tenancy.subscriptions.write().unwrap_or_else(PoisonError::into_inner);
        *held = found.into();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(from: u64, position: u64, touched: &[&str]) -> Together {
        let touched = touched.iter().map(|&name| name.to_owned()).collect();
        Together { from, position, caught_up: true, touched }
    }

    fn tenancy() -> Tenancy {
        let tenancy = Tenancy::default();
        tenancy.took("access", &step(0, 10, &["access"]));
        tenancy
    }

    #[test]
    fn a_projection_is_behind_only_by_events_that_it_takes() {
        let tenancy = tenancy();
        assert!(!tenancy.reach("orders").is_fresh(), "of that nothing is known");
        assert!(tenancy.reach("access").is_fresh());
        tenancy.wants("access", 12);
        assert!(!tenancy.reach("access").is_fresh());
        tenancy.took("access", &step(10, 11, &[]));
        assert!(!tenancy.reach("access").is_fresh());
        tenancy.took("access", &step(11, 15, &["access"]));
        assert!(tenancy.reach("access").is_fresh());
        tenancy.took("access", &step(12, 14, &[]));
        assert_eq!(tenancy.reach("access").taken, Some(15), "it never goes back");
    }

    fn wrote(tenancy: &Tenancy) -> bool {
        tenancy.wants("access", 11);
        true
    }

    #[test]
    fn a_row_is_remembered_until_something_may_have_changed_it() {
        for (change, expect, why) in [
            ((|_| false) as fn(&Tenancy) -> bool, true, "nothing happened"),
            (|all| all.took("access", &step(10, 20, &["orders"])), true, "of others"),
            (wrote, false, "this server wrote"),
            (|all| all.took("access", &step(10, 20, &["access"])), false, "it took some"),
            (|all| all.took("access", &step(14, 20, &[])), false, "another server took some"),
        ] {
            let tenancy = tenancy();
            let key = ("access".to_owned(), "key/k1".to_owned());
            let at = Timestamp::from_micros(5);
            let changes = tenancy.reach("access").changes;
            tenancy.remember(key.clone(), Remembered { row: "{}".into(), changes, at });
            change(&tenancy);
            let changes = tenancy.reach("access").changes;
            let seen = |micros| {
                tenancy.remembered(&key, changes, Timestamp::from_micros(5 + micros)).is_some()
            };
            assert_eq!(seen(REMEMBERED - 1), expect, "{why}");
            assert!(!seen(REMEMBERED), "{why}: it is too old");
            assert!(!seen(-1), "{why}: the clock went back");
        }
    }
}
