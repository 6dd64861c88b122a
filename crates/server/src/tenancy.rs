//! How far this server has come with a tenant: what it appended, what its projections took.

use crate::app::App;
use crate::problem::Problem;
use crate::webhook::Subscription;
use events::{EventsError, Projection, Tenant};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// What a server knows of a tenant.
#[derive(Default)]
pub(crate) struct Tenancy {
    /// Position of the last event that is known to be there.
    appended: AtomicU64,
    /// Position of each projection, as far as this server knows.
    taken: Mutex<HashMap<String, u64>>,
    /// One step of projecting at a time.
    turn: tokio::sync::Mutex<()>,
    /// To whom events are sent.
    subscriptions: RwLock<Arc<[Subscription]>>,
}

impl Tenancy {
    /// An event at that position is there.
    pub(crate) fn knows(&self, position: u64) {
        self.appended.fetch_max(position, Ordering::AcqRel);
    }

    fn taken(&self, projection: &str) -> Option<u64> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.get(projection).copied()
    }

    fn take(&self, projection: &str, position: u64) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.insert(projection.to_owned(), position);
    }

    fn subscriptions(&self) -> Arc<[Subscription]> {
        self.subscriptions.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The projection has every event that this server knows of.
    fn is_fresh(&self, projection: &str) -> bool {
        self.taken(projection).is_some_and(|at| at >= self.appended.load(Ordering::Acquire))
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
        if tenancy.taken(crate::webhook::PROJECTION).is_none() {
            self.fresh(tenant, crate::webhook::PROJECTION).await?;
        }
        Ok(tenancy.subscriptions())
    }

    /// Lets a projection take every event that this server knows of: whoever wrote reads what they
    /// wrote.
    pub(crate) async fn fresh(&self, tenant: &Tenant, projection: &str) -> Result<(), Problem> {
        let tenancy = self.tenancy(tenant);
        if tenancy.is_fresh(projection) {
            return Ok(());
        }
        let known = self.projections.iter().find(|known| known.name() == projection);
        let known = known.ok_or_else(|| Problem::internal(&"no such projection"))?;
        let _turn = tenancy.turn.lock().await;
        if !tenancy.is_fresh(projection) {
            self.catch_up(tenant, &tenancy, known.as_ref()).await?;
        }
        Ok(())
    }

    /// Lets all projections of a tenant take what is there, whoever wrote it.
    pub(crate) async fn project_all(&self, tenant: &Tenant) -> Result<(), EventsError> {
        let tenancy = self.tenancy(tenant);
        tenancy.knows(self.store.head(tenant).await?.0);
        for projection in &self.projections {
            if !tenancy.is_fresh(projection.name()) {
                let _turn = tenancy.turn.lock().await;
                self.catch_up(tenant, &tenancy, projection.as_ref()).await?;
            }
        }
        Ok(())
    }

    /// Under the tenant's turn. Rows of other code than ours are made anew first.
    async fn catch_up(
        &self,
        tenant: &Tenant,
        tenancy: &Tenancy,
        projection: &dyn Projection,
    ) -> Result<(), EventsError> {
        loop {
            let position = match self.store.project(tenant, projection).await {
                Ok(progress) if progress.caught_up => progress.position,
                Ok(_) => continue,
                Err(EventsError::Revision { .. }) => {
                    tracing::info!(%tenant, projection = projection.name(), "made anew");
                    self.store.rebuild(tenant, projection, None).await?.position
                }
                Err(fault) => return Err(fault),
            };
            tenancy.take(projection.name(), position);
            if projection.name() == crate::webhook::PROJECTION {
                let found = crate::webhook::subscriptions(&self.store, tenant).await?;
                let mut held =
                    tenancy.subscriptions.write().unwrap_or_else(PoisonError::into_inner);
                *held = found.into();
            }
            return Ok(());
        }
    }
}
