//! Scenarios that orders are checked against, read once and kept for a while.

use crate::app::App;
use crate::blobs::run;
use crate::problem::Problem;
use events::Tenant;
use intake::{File, Ground};
use operations::ScenarioView;
use operations::view::View;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Scenarios kept in memory.
const KEPT_MAX: usize = 8;

/// A scenario of a tenant, and its version.
type Key = (Tenant, String, u64);

/// Those that are kept, the latest used first.
#[derive(Default)]
pub(crate) struct Grounds(Mutex<VecDeque<(Key, Arc<Ground>)>>);

impl Grounds {
    fn find(&self, key: &Key) -> Option<Arc<Ground>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(held, _)| held == key)?;
        let found = kept.remove(at)?;
        let ground = found.1.clone();
        kept.push_front(found);
        Some(ground)
    }

    fn keep(&self, key: Key, ground: Arc<Ground>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((key, ground));
        kept.truncate(KEPT_MAX);
    }
}

impl App {
    /// A scenario as it is shown.
    pub(crate) async fn scenario(
        &self,
        tenant: &Tenant,
        id: &str,
    ) -> Result<ScenarioView, Problem> {
        let key = operations::key::id(id);
        let row = self.remembered_row(tenant, ScenarioView::PROJECTION, &key).await?;
        let row = row.ok_or_else(|| Problem::missing("scenario", id))?;
        serde_json::from_str(&row).map_err(|fault| Problem::internal(&fault))
    }

    /// The files of a scenario.
    pub(crate) async fn files(
        &self,
        tenant: &Tenant,
        scenario: &ScenarioView,
    ) -> Result<Vec<(String, Vec<u8>)>, Problem> {
        let mut files = Vec::new();
        for file in &scenario.files {
            files.push((file.name.to_string(), self.kept(tenant, &file.sha256).await?));
        }
        Ok(files)
    }

    /// A scenario, checked, as ground for orders.
    pub(crate) async fn ground(
        &self,
        tenant: &Tenant,
        scenario: &ScenarioView,
    ) -> Result<Arc<Ground>, Problem> {
        let key = (tenant.clone(), scenario.id.clone(), scenario.version);
        if let Some(ground) = self.grounds.find(&key) {
            return Ok(ground);
        }
        let files = self.files(tenant, scenario).await?;
        let ground = Arc::new(run(move || Ok(intake::ground(&borrow(&files))?.0)).await?);
        self.grounds.keep(key, ground.clone());
        Ok(ground)
    }
}

/// As `intake` takes them.
pub(crate) fn borrow(files: &[(String, Vec<u8>)]) -> Vec<File<'_>> {
    files.iter().map(|(name, bytes)| File { name, bytes }).collect()
}
