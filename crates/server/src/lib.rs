//! The server: the HTTP API over the event store, the jobs and the carriers behind it. It wires, and
//! knows no rule of the domain: those are in `operations`, `access`, `planner` and `carbon`.
//!
//! Read: [`config`], `oidc_file` (OpenID providers), `openapi` (every route with the permission it asks
//! for), `api` (what is true of all routes), `caller` (who asks, and the guard), `asked` and `upload`
//! (what a request carries), `execute` (a command to its answer), `view` (what is shown), `tenancy` (how
//! fresh it is), `problem` (what is answered else), `routes` (the handlers), `pages` (the door for
//! people). Behind them: `blobs` (files by content), `ground` (scenarios that orders are checked
//! against), `taking` (orders in), `jobs` (long work) with `making` (plans) and `releasing`, `measuring`
//! (plan against actual), `energy` (readings, schedules, alarms), `mqtt` (devices that publish), `webhook` and `carrier` (messages out), `provider` (an OpenID provider),
//! `keeping` (projections, retention), `demo`.
//! Around them: [`http`] (connections, TLS, the end), `telemetry`, `rate`.

pub mod config;
mod oidc_file;
mod problem;
mod rate;
mod telemetry;
mod app;
mod tenancy;
mod caller;
mod extract;
mod asked;
mod upload;
mod execute;
mod view;
mod blobs;
mod ground;
mod taking;
mod jobs;
mod making;
mod releasing;
mod measuring;
mod energy;
mod mqtt;
mod webhook;
mod carrier;
mod provider;
mod keeping;
mod demo;
mod api;
mod routes;
mod pages;
mod openapi;
pub mod http;

pub use config::{ClientSecret, Config, Limits, MqttSettings, MqttUrlFault, OidcSettings, Tls};
pub use demo::DemoAccount;
pub use http::TlsError;
pub use oidc_file::{OidcFault, OidcFileError, read_oidc};

use app::App;
use events::{Clock, EventsError, Executed, Projection, Store, Tenant, Timestamp};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// The tenant of an installation that has but one.
pub const MAIN: &str = "main";

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The event store.
    #[error(transparent)]
    Events(#[from] EventsError),
    /// The address.
    #[error("{address} cannot be listened to: {fault}. Give another with --listen")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why not.
        fault: std::io::Error,
    },
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The authority of the broker.
    #[error("the broker of MQTT: {0}")]
    Mqtt(TlsError),
    /// The client for webhooks.
    #[error("no client for webhooks: {0}")]
    Client(#[from] reqwest::Error),
    /// A demonstration.
    #[error("the demonstration cannot be set up: {0}")]
    Demo(String),
    /// No random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}

/// All that is shown: the projections of every crate.
pub fn projections() -> Vec<Arc<dyn Projection>> {
    let mut all = operations::projections();
    all.push(Arc::new(access::AccessProjection));
    all.push(Arc::new(webhook::Webhooks));
    all
}

/// A link with which the first administrator of a tenant comes in at `url`; `None` once there is one.
/// An earlier link ends.
pub async fn first_link(
    store: &Store,
    url: &str,
    tenant: &str,
    now: Timestamp,
) -> Result<Option<String>, ServeError> {
    let tenant = Tenant::new(tenant)?;
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(ServeError::Random)?;
    let secret = access::Secret::from_random(random);
    let (command, token) = access::first_administrator(tenant.clone(), secret, now);
    let head = events::Append::new(tenant, making::ACTOR, now);
    Ok(match store.execute(&head, &command, &|_| ()).await? {
        Executed::Done(_) => {
            let url = url.trim_end_matches('/');
            Some(format!("{url}/invitation#{}", token.reveal()))
        }
        Executed::Nothing | Executed::Refused(_) => None,
    })
}

/// A server that listens and does not serve yet.
pub struct Server {
    app: App,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    stop: watch::Sender<bool>,
}

impl Server {
    /// Opens an address over a store.
    pub async fn bind(
        mut config: Config,
        store: Store,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ServeError> {
        let tls = config.tls.as_ref().map(http::acceptor).transpose()?;
        if let Some(mqtt) = &config.mqtt {
            mqtt::tls(mqtt).map_err(ServeError::Mqtt)?;
        }
        let address = config.listen;
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|fault| ServeError::Listen { address, fault })?;
        if let Ok(bound) = listener.local_addr() {
            config.listen = bound;
        }
        let (stop, stopping) = watch::channel(false);
        let app = App::new(store, clock, config, stopping)?;
        Ok(Self { app, listener, tls, stop })
    }

    /// Where it is reached.
    pub fn url(&self) -> String {
        self.app.public_url()
    }

    /// A link with which the first administrator of a tenant comes in; `None` once there is one.
    /// An earlier link ends.
    pub async fn first_link(&self, tenant: &str) -> Result<Option<String>, ServeError> {
        first_link(&self.app.store, &self.url(), tenant, self.app.now()).await
    }

    /// Fills an empty store with a scenario, given by its files, and an account for each role. The plan is
    /// made, released and half worked once the server runs.
    pub async fn demonstrate(
        &self,
        files: Vec<(String, Vec<u8>)>,
    ) -> Result<Vec<DemoAccount>, ServeError> {
        let told = |problem: problem::Problem| ServeError::Demo(problem.detail);
        let tenant = Tenant::new(MAIN)?;
        let accounts = demo::accounts(&self.app, &tenant).await.map_err(told)?;
        let plan = demo::begin(&self.app, &tenant, files).await.map_err(told)?;
        tokio::spawn(demo::live(self.app.clone(), tenant, plan));
        Ok(accounts)
    }

    /// Serves until `stop` is done, then ends in peace: no new requests, those under way within the
    /// grace, jobs laid down for the next server.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { app, listener, tls, stop: stopper } = self;
        telemetry::recorder();
        let (router, _) = openapi::router(&app);
        let work = [
            tokio::spawn(keeping::keep(app.clone())),
            tokio::spawn(jobs::work(app.clone())),
            tokio::spawn(carrier::carry(app.clone())),
            tokio::spawn(energy::watch::watch(app.clone())),
            tokio::spawn(mqtt::serve(app.clone())),
        ];
        let (limits, stopping) = (app.config.limits, app.stopping.clone());
        let serving = tokio::spawn(http::serve(listener, tls, router, limits, stopping));
        stop.await;
        stopper.send_replace(true);
        let ended = serving.await;
        for task in work {
            // What a job writes it writes whole: the end of the grace may cut it off.
            if tokio::time::timeout(limits.grace, task).await.is_err() {
                tracing::warn!("work in the background was cut off at the end of the grace");
            }
        }
        if let Err(fault) = ended {
            tracing::error!(%fault, "serving broke");
        }
        app.store.close().await;
    }
}
