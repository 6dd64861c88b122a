//! What a server is told at its start.

use events::Tenant;
use std::collections::{BTreeMap, BTreeSet};
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
    /// The broker to which devices publish.
    pub mqtt: Option<MqttSettings>,
    /// How often the schedules of sites are made: a quarter hour, but for tests.
    pub schedule_every: Duration,
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

/// A broker of MQTT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MqttSettings {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// By TLS.
    pub tls: bool,
    /// Whom it is to trust by TLS, in PEM; the system's authorities where it is left out.
    pub ca: Option<PathBuf>,
    /// Who we are to it.
    pub user: Option<String>,
    /// By which we show it.
    pub password: Option<ClientSecret>,
    /// Our name at the broker, which keeps what comes while we are away. Each server has its own.
    pub client_id: String,
    /// The tenants whose devices publish there; nothing is written for another.
    pub tenants: BTreeSet<Tenant>,
}

/// Why a broker's URL is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the URL of the broker {0}. Write mqtts://USER:PASSWORD@HOST:8883")]
pub struct MqttUrlFault(&'static str);

impl MqttSettings {
    /// From `mqtt://HOST` or `mqtts://USER:PASSWORD@HOST:PORT`, parts of it percent-encoded as in any URL.
    pub fn parse(url: &str, tenants: BTreeSet<Tenant>) -> Result<Self, MqttUrlFault> {
        let parsed = reqwest::Url::parse(url).map_err(|_| MqttUrlFault("cannot be read"))?;
        let tls = match parsed.scheme() {
            "mqtt" => false,
            "mqtts" => true,
            _ => return Err(MqttUrlFault("is not of MQTT")),
        };
        let host = parsed.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or(MqttUrlFault("names no host"))?;
        if !matches!(parsed.path(), "" | "/") || parsed.query().is_some() {
            return Err(MqttUrlFault("has a path"));
        }
        let plain = |text: &str| {
            decoded(text).ok_or(MqttUrlFault("has a user or a password that is no text"))
        };
        let user =
            Some(parsed.username()).filter(|user| !user.is_empty()).map(plain).transpose()?;
        let password = parsed.password().map(plain).transpose()?;
        Ok(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: parsed.port().unwrap_or(if tls { 8_883 } else { 1_883 }),
            tls,
            ca: None,
            user,
            password: password.map(ClientSecret),
            client_id: "greenchain".to_owned(),
            tenants,
        })
    }
}

/// A text whose bytes are percent-encoded; none where they are no UTF-8.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let [high, low] =
                    [rest.next()?, rest.next()?].map(|one| (one as char).to_digit(16));
                (high? * 16 + low?) as u8
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brokers_url_is_read_and_its_password_never_shown() {
        let read = |url| MqttSettings::parse(url, BTreeSet::new());
        let found = read("mqtts://roof:p%40ss@broker.example").unwrap();
        assert_eq!((found.host.as_str(), found.port, found.tls), ("broker.example", 8_883, true));
        assert_eq!(found.user.as_deref(), Some("roof"));
        assert_eq!(found.password, Some(ClientSecret("p@ss".into())));
        assert!(!format!("{found:?}").contains("p@ss"));
        let bare = read("mqtt://127.0.0.1:1999").unwrap();
        assert_eq!((bare.port, bare.tls, bare.user), (1_999, false, None));
        assert_eq!(read("mqtt://[::1]").unwrap().host, "::1");
        for (url, why) in [
            ("http://broker", "another scheme"),
            ("mqtt://", "no host"),
            ("mqtt://broker/topic", "a path"),
            ("broker:1883", "no scheme"),
            ("mqtt://%ff@broker", "no UTF-8"),
        ] {
            assert!(read(url).is_err(), "{why}");
        }
    }
}
