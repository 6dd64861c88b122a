//! `greenchain serve`: the API, live.

mod args;
mod database;
mod demo;
mod tenant;

pub(crate) use args::ServeArgs;
pub(crate) use database::{DatabaseArgs, runtime};
pub(crate) use tenant::{TenantArgs, tenant};

use crate::Answer;
use anyhow::{Context, Result, bail};
use events::{SystemClock, Tenant};
use server::{Config, Limits, MAIN, MqttSettings, Server, Tls};
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use tracing_subscriber::filter::LevelFilter;

pub(crate) fn serve(args: &ServeArgs) -> Result<Answer> {
    log(args);
    let config = config(args)?;
    // Held until the process ends, however it ends.
    let _alone = args.database.alone()?;
    runtime()?.block_on(async {
        if args.demo {
            demo::expect_empty(&args.database).await?;
        }
        let store = args.database.open().await?;
        let server = Server::bind(config, store, Arc::new(SystemClock)).await?;
        let mut stderr = std::io::stderr();
        writeln!(stderr, "greenchain serves at {}", server.url())?;
        writeln!(stderr, "what it takes is told at {}/api/openapi.json", server.url())?;
        if args.demo {
            demo::fill(&server).await?;
        } else if let Some(link) = server.first_link(MAIN).await? {
            writeln!(stderr, "nobody can sign in yet. The first administrator comes in by")?;
            writeln!(stderr, "  {link}")?;
            writeln!(stderr, "which works once, for three days; each start makes a new one")?;
        }
        server.run(told_to_stop()).await;
        // A closed standard error leaves nobody to tell.
        let _ = writeln!(std::io::stderr(), "stopped");
        Ok(Answer::Yes)
    })
}

/// Until Ctrl-C, or the word of the system.
async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => drop(terminate.recv().await),
            Err(fault) => {
                tracing::warn!(%fault, "the signal to end cannot be heard");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
}

fn config(args: &ServeArgs) -> Result<Config> {
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => {
            Some(Tls { certificate: certificate.clone(), key: key.clone() })
        }
        (None, None) => None,
        _ => bail!("a certificate needs its key. Give both --tls-cert and --tls-key"),
    };
    let outside = !args.listen.ip().is_loopback();
    let public = args.public_url.as_deref().is_some_and(|url| url.starts_with("https:"));
    if outside && tls.is_none() && !public && !args.insecure {
        bail!(
            "{} can be reached from outside, and passwords would travel in the open. Give --tls-cert and --tls-key, or --public-url https://… of a proxy before it, or --insecure",
            args.listen
        );
    }
    let oidc = args.oidc.as_deref().map(server::read_oidc).transpose()?.unwrap_or_default();
    Ok(Config {
        mqtt: mqtt(args)?,
        schedule_every: Duration::from_secs(args.schedule_seconds),
        data: args.database.data.clone(),
        listen: args.listen,
        public_url: args.public_url.clone(),
        tls,
        behind_proxy: args.behind_proxy,
        webhooks_to_private: args.webhooks_to_private,
        oidc,
        limits: Limits {
            requests_per_s: args.requests_per_s,
            request: Duration::from_secs(args.request_seconds),
            ..Limits::default()
        },
    })
}

/// The broker, if there is one.
fn mqtt(args: &ServeArgs) -> Result<Option<MqttSettings>> {
    let Some(url) = &args.mqtt else { return Ok(None) };
    let tenants = args.mqtt_tenant.iter().map(|name| Tenant::new(name));
    let settings = MqttSettings::parse(url, tenants.collect::<std::result::Result<_, _>>()?)?;
    let client_id = args.mqtt_client_id.clone();
    Ok(Some(MqttSettings { ca: args.mqtt_ca.clone(), client_id, ..settings }))
}

/// A line for each request and each fault, on standard error.
fn log(args: &ServeArgs) {
    let level = if args.quiet { LevelFilter::WARN } else { LevelFilter::INFO };
    let lines = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr);
    // A second logger of the process is refused; the first is as good.
    let _ = if args.log_json { lines.json().try_init() } else { lines.try_init() };
}

/// Makes the data folder.
pub(crate) fn make_folder(path: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(path)
        .with_context(|| format!("{}: cannot be made. Give another --data", path.display()))
}
