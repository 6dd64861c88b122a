//! What a server is told at its start.

use events::Tenant;
use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Where a server listens, what it holds, and its limits.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of all that is not in the database: files of scenarios and plans.
    pub data: PathBuf,
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where people reach it, as it stands in links: `https://green.example`.
    pub public_url: Option<String>,
    /// Certificate chain and private key in PEM.
    pub tls: Option<Tls>,
    /// A proxy of ours stands before it: `X-Forwarded-For` is believed.
    pub behind_proxy: bool,
    /// Webhooks may reach private addresses.
    pub webhooks_to_private: bool,
    /// By whose word people may sign in, besides by password: at most one provider a tenant.
    pub oidc: BTreeMap<Tenant, OidcSettings>,
    /// Its limits.
    pub limits: Limits,
}

impl Config {
    /// Where people reach it, without a slash at the end.
    pub(crate) fn reached_at(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let own = || format!("{scheme}://{}", self.listen);
        self.public_url.as_deref().map_or_else(own, |url| url.trim_end_matches('/').into())
    }
}

/// Files of a certificate.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Certificate chain.
    pub certificate: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

/// How a tenant's people sign in by an OpenID provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcSettings {
    /// The provider, as its tokens name it.
    pub issuer: String,
    /// What the provider calls us.
    pub client_id: String,
    /// By which we show the provider who we are.
    pub client_secret: ClientSecret,
    /// What is asked for: `openid` and others.
    pub scopes: Vec<String>,
    /// An e-mail address that the provider verified may link a person to an invited account.
    pub link_by_email: bool,
    /// It may be reached on a private address.
    pub allow_private: bool,
}

/// A client's secret. Debug shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(pub String);

impl fmt::Debug for ClientSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientSecret(..)")
    }
}

/// What a caller may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body.
    pub body_bytes: usize,
    /// Bytes of an upload of files or of many orders.
    pub upload_bytes: usize,
    /// Requests of one caller per second; twice as many at once. 0: without limit.
    pub requests_per_s: u32,
    /// How long a request may take.
    pub request: Duration,
    /// How long the headers of a request may take.
    pub headers: Duration,
    /// How long requests may go on once the server stops.
    pub grace: Duration,
    /// Rows of a ledger query.
    pub query_rows: usize,
    /// How long a ledger query may take.
    pub query: Duration,
    /// Memory of a ledger query, in bytes.
    pub query_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            upload_bytes: 256 << 20,
            requests_per_s: 200,
            request: Duration::from_mins(1),
            headers: Duration::from_secs(10),
            grace: Duration::from_secs(20),
            query_rows: 10_000,
            query: Duration::from_secs(20),
            query_bytes: 512 << 20,
        }
    }
}
