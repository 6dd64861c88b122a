//! What all requests share: the store, the time, the folder, and how far each tenant has come.

use crate::asked::Asking;
use crate::config::{Config, OidcSettings};
use crate::energy::network::Networks;
use crate::ground::Grounds;
use crate::http::stopped;
use crate::jobs::Jobs;
use crate::problem::Problem;
use crate::provider::Provider;
use crate::rate::Rates;
use crate::tenancy::Tenancy;
use events::{
    Clock, Expected, NewEvent, Payload, Projection, Store, StreamId, Tenant, Timestamp, Write,
};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

/// Passwords that are hashed at a time.
const HASHES_MAX: usize = 2;
/// Ledger queries at a time.
const QUERIES_MAX: usize = 2;

/// The server's own state. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

/// What the clones share.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) config: Config,
    /// All that is shown.
    pub(crate) projections: Vec<Arc<dyn Projection>>,
    tenants: Mutex<HashMap<Tenant, Arc<Tenancy>>>,
    /// Goes up with what is appended: projections and carriers have work.
    pub(crate) appended: watch::Sender<u64>,
    /// True once the server stops.
    pub(crate) stopping: watch::Receiver<bool>,
    pub(crate) rates: Rates,
    pub(crate) grounds: Grounds,
    pub(crate) jobs: Jobs,
    pub(crate) networks: Networks,
    pub(crate) http: reqwest::Client,
    /// The OpenID providers of the tenants that have one.
    pub(crate) providers: HashMap<Tenant, Provider>,
    /// Passwords that are hashed at a time.
    pub(crate) hashes: Semaphore,
    /// Ledger queries at a time.
    pub(crate) queries: Semaphore,
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// The providers of the settings, not asked anything yet.
fn providers(config: &Config) -> Result<HashMap<Tenant, Provider>, reqwest::Error> {
    let reached_at = config.reached_at();
    let provider = |(tenant, settings): (&Tenant, &OidcSettings)| {
        let back = format!("{reached_at}/api/v1/oidc/{tenant}/callback");
        Ok((tenant.clone(), Provider::new(settings.clone(), back)?))
    };
    config.oidc.iter().map(provider).collect()
}

impl App {
    pub(crate) fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        config: Config,
        stopping: watch::Receiver<bool>,
    ) -> Result<Self, reqwest::Error> {
        Ok(Self(Arc::new(Shared {
            rates: Rates::new(config.limits.requests_per_s),
            http: crate::carrier::client(config.webhooks_to_private)?,
            providers: providers(&config)?,
            store,
            clock,
            config,
            projections: crate::projections(),
            tenants: Mutex::default(),
            appended: watch::Sender::new(0),
            stopping,
            grounds: Grounds::default(),
            jobs: Jobs::default(),
            networks: Networks::default(),
            hashes: Semaphore::new(HASHES_MAX),
            queries: Semaphore::new(QUERIES_MAX),
        })))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The same, as days and forecasts count it.
    pub(crate) fn instant(&self) -> quantity::Instant {
        quantity::Instant::from_unix(self.now().micros().div_euclid(1_000_000))
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Waits until something is appended, the server stops, or the time is over.
    pub(crate) async fn wait(&self, appended: &mut watch::Receiver<u64>, longest: Duration) {
        let mut stopping = self.stopping.clone();
        let news = async {
            tokio::select! {
                _ = appended.changed() => (),
                () = stopped(&mut stopping) => (),
            }
        };
        // The end of the time is as good a reason to look as news.
        let _ = timeout(longest, news).await;
    }

    /// What this server knows of a tenant.
    pub(crate) fn tenancy(&self, tenant: &Tenant) -> Arc<Tenancy> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.entry(tenant.clone()).or_default().clone()
    }

    /// What this server knows of a tenant, where it has met it.
    pub(crate) fn tenancy_known(&self, tenant: &Tenant) -> Option<Arc<Tenancy>> {
        let tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.get(tenant).cloned()
    }

    /// Where people reach the server.
    pub(crate) fn public_url(&self) -> String {
        self.config.reached_at()
    }

    /// Erases the data of a person, and says so in the trail.
    pub(crate) async fn erase_person(&self, asking: &Asking, person: &str) -> Result<(), Problem> {
        let mut head = self.head(asking);
        self.store.erase(&head.tenant, person, head.recorded_at).await?;
        let payload = Payload::of(&serde_json::json!({"person": person}))?;
        let event_type = "person-erased".into();
        head.writes.push(Write {
            stream: StreamId::new("person", person)?,
            expected: Expected::Any,
            events: vec![NewEvent { event_type, schema_version: 1, payload }],
        });
        let tenant = head.tenant.clone();
        self.knows(&tenant, self.store.append(head).await?.last, None);
        Ok(())
    }

    /// Folder of a tenant's files. A tenant's name has no letter that leads out of it but dots.
    pub(crate) fn folder(&self, tenant: &Tenant) -> PathBuf {
        self.config.data.join("tenants").join(format!("t-{tenant}"))
    }

    /// Bytes that nobody can guess.
    pub(crate) fn random<const N: usize>() -> Result<[u8; N], Problem> {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).map_err(|fault| Problem::internal(&fault))?;
        Ok(bytes)
    }

    /// An id that nobody has: time first, so that ids sort by age (UUID version 7, RFC 9562).
    pub(crate) fn new_id(&self) -> Result<String, Problem> {
        let random = Self::random::<10>()?;
        let millis = (self.now().micros() / 1_000).max(0) as u64;
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&random);
        bytes[6] = bytes[6] & 0x0f | 0x70;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Ok(events::EventId::from_bytes(bytes).to_string())
    }
}
