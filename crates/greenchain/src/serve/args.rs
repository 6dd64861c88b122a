//! Arguments of `serve`.

use super::DatabaseArgs;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Arguments of `serve`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  greenchain serve                                   on this machine, data in greenchain-data\n  greenchain serve --demo --data demo                filled with the built-in scenario, an account for each role\n  greenchain serve --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem\n  greenchain serve --database-url postgres://greenchain@db/greenchain --public-url https://green.example --listen 0.0.0.0:8080 --behind-proxy\n  greenchain serve --mqtt mqtt://broker              readings of devices by MQTT, schedules back"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Where people reach it, as it stands in links
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Certificate chain, PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Private key, PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// A proxy of yours stands before it: believe its X-Forwarded-For
    #[arg(long)]
    pub(crate) behind_proxy: bool,
    /// Serve to the outside without TLS
    #[arg(long)]
    pub(crate) insecure: bool,
    /// Let webhooks reach private addresses
    #[arg(long)]
    pub(crate) webhooks_to_private: bool,
    /// OpenID providers by which people sign in, TOML
    #[arg(long, value_name = "FILE")]
    pub(crate) oidc: Option<PathBuf>,
    /// Broker of MQTT to which devices publish: mqtt://HOST, mqtts://USER:PASSWORD@HOST
    #[arg(long, value_name = "URL", env = "GREENCHAIN_MQTT_URL", hide_env_values = true)]
    pub(crate) mqtt: Option<String>,
    /// Tenant whose devices publish there; may be given again
    #[arg(long, value_name = "NAME", default_value = "main", requires = "mqtt")]
    pub(crate) mqtt_tenant: Vec<String>,
    /// Authority that the broker's certificate is from, PEM; else the system's
    #[arg(long, value_name = "FILE", requires = "mqtt")]
    pub(crate) mqtt_ca: Option<PathBuf>,
    /// Name of this server at the broker; each server has its own
    #[arg(long, value_name = "NAME", default_value = "greenchain", requires = "mqtt")]
    pub(crate) mqtt_client_id: String,
    /// How often schedules are made, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 900, hide = true,
        value_parser = clap::value_parser!(u64).range(1..=900))]
    pub(crate) schedule_seconds: u64,
    /// Requests of one caller per second, twice as many at once; 0: without limit
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) requests_per_s: u32,
    /// How long a request may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) request_seconds: u64,
    /// Fill an empty data folder with the built-in scenario, and an account for each role
    #[arg(long)]
    pub(crate) demo: bool,
    /// Log only what is wrong
    #[arg(long)]
    pub(crate) quiet: bool,
    /// Log as JSON, a line each
    #[arg(long)]
    pub(crate) log_json: bool,
}
