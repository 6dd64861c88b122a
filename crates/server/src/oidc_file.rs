//! The file of `greenchain serve --oidc`: a table for each tenant that has an OpenID provider.
//!
//! All faults of a file are told at once, each with its key, its value and the mend. A secret is never
//! told, whatever is wrong with it.

use crate::config::{ClientSecret, OidcSettings};
use events::Tenant;
use reqwest::Url;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use toml::{Table, Value};

/// Bytes of a value that is looked at.
const VALUE_MAX: usize = 1_024;
/// Keys of a tenant's table.
const KEYS: [&str; 7] = [
    "issuer",
    "client_id",
    "client_secret",
    "client_secret_file",
    "scopes",
    "link_by_email",
    "allow_private",
];

/// All that is wrong with a file of OpenID providers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct OidcFileError {
    file: String,
    /// In the order of the file's keys.
    pub faults: Vec<OidcFault>,
}

impl fmt::Display for OidcFileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.faults.iter().enumerate() {
            let line = if at > 0 { "\n" } else { "" };
            write!(formatter, "{line}{}: {fault}", self.file)?;
        }
        Ok(())
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcFault {
    /// The file cannot be read.
    #[error("{0}. Name a TOML file with a table [tenants.NAME] for each provider")]
    Unreadable(String),
    /// It is no TOML.
    #[error("line {row}: {message}")]
    Syntax {
        /// From 1.
        row: usize,
        /// The parser's complaint.
        message: String,
    },
    /// A key that is needed is not there.
    #[error("{key} is absent. {mend}")]
    Absent {
        /// Which.
        key: String,
        /// What to write.
        mend: &'static str,
    },
    /// A key that has no meaning here.
    #[error("{key} is not a key of this file. {mend}")]
    Unknown {
        /// Which.
        key: String,
        /// What to write.
        mend: String,
    },
    /// A value that cannot be taken.
    #[error("{key} is `{value}`: {what}. {mend}")]
    Value {
        /// Whose.
        key: String,
        /// What it is; of a secret, dots.
        value: String,
        /// What is wrong with it.
        what: String,
        /// What to write.
        mend: &'static str,
    },
}

/// Reads a file of OpenID providers, and the files of secrets that it names.
#[expect(clippy::disallowed_methods, reason = "the server reads its settings at its start")]
pub fn read_oidc(path: &Path) -> Result<BTreeMap<Tenant, OidcSettings>, OidcFileError> {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|fault| fault.to_string());
    let folder = path.parent().unwrap_or(Path::new(""));
    let parsed = match read(path) {
        Ok(text) => parse(&text, &|named| read(&folder.join(named))),
        Err(fault) => Err(vec![OidcFault::Unreadable(fault)]),
    };
    parsed.map_err(|faults| OidcFileError { file: path.display().to_string(), faults })
}

/// Reads the text of a file.
///
/// - `secret_file`: the text of a file beside it.
fn parse(
    text: &str,
    secret_file: &dyn Fn(&str) -> Result<String, String>,
) -> Result<BTreeMap<Tenant, OidcSettings>, Vec<OidcFault>> {
    let table: Table = text.parse().map_err(|error| vec![syntax(text, &error)])?;
    let mut faults = Vec::new();
    for key in table.keys().filter(|key| *key != "tenants") {
        let mend = "Put it under [tenants.NAME]".into();
        faults.push(OidcFault::Unknown { key: shown(key), mend });
    }
    let absent = || OidcFault::Absent {
        key: "tenants".into(),
        mend: "Write a table [tenants.NAME] for each tenant with a provider",
    };
    let tenants = table.get("tenants").and_then(Value::as_table).filter(|all| !all.is_empty());
    let Some(tenants) = tenants else {
        faults.push(absent());
        return Err(faults);
    };
    let mut found = BTreeMap::new();
    for (name, values) in tenants {
        let mut reader = Reader { path: format!("tenants.{}", shown(name)), faults: &mut faults };
        if let Some((tenant, settings)) = reader.tenant(name, values, secret_file) {
            found.insert(tenant, settings);
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

/// The place and words of the parser's complaint: never the line itself, which may be the secret's.
fn syntax(text: &str, error: &toml::de::Error) -> OidcFault {
    let at = error.span().map_or(0, |span| span.start);
    let row = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
    OidcFault::Syntax { row, message: shown(error.message()) }
}

/// A text of the file, fit for one line of a terminal.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// Why a text cannot be taken, and what to write.
type Wrong = (&'static str, &'static str);

/// The values of one tenant, and what is wrong with them.
struct Reader<'a> {
    path: String,
    faults: &'a mut Vec<OidcFault>,
}

impl Reader<'_> {
    fn tenant(
        &mut self,
        name: &str,
        values: &Value,
        secret_file: &dyn Fn(&str) -> Result<String, String>,
    ) -> Option<(Tenant, OidcSettings)> {
        let n_faults = self.faults.len();
        let tenant = Tenant::new(name);
        if tenant.is_err() {
            let mend = "Name it as the tenant is named: 1 to 64 of A-Z a-z 0-9 _ . -".into();
            self.faults.push(OidcFault::Unknown { key: self.path.clone(), mend });
        }
        let Some(values) = values.as_table() else {
            let mend = "Write it as a table, [tenants.NAME]".into();
            self.faults.push(OidcFault::Unknown { key: self.path.clone(), mend });
            return None;
        };
        for key in values.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            let mend = format!("There are {}", KEYS.join(", "));
            self.faults.push(OidcFault::Unknown { key: self.key(&shown(key)), mend });
        }
        let allow_private = self.truth(values, "allow_private");
        let issuer =
            self.text(values, "issuer", "Write the provider's URL, as its metadata has it");
        let issuer = self.fits("issuer", issuer, |text| expect_issuer(text, allow_private));
        let client_id = self.text(values, "client_id", "Write what the provider calls greenchain");
        let client_id = self.fits("client_id", client_id, expect_plain);
        let client_secret = self.secret(values, secret_file);
        let scopes = self.scopes(values);
        let link_by_email = self.truth(values, "link_by_email");
        if self.faults.len() > n_faults {
            return None;
        }
        let settings = OidcSettings {
            issuer: issuer?,
            client_id: client_id?,
            client_secret: ClientSecret(client_secret?),
            scopes,
            link_by_email,
            allow_private,
        };
        Some((tenant.ok()?, settings))
    }

    fn key(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }

    fn wrong(&mut self, key: &str, value: &str, what: impl Into<String>, mend: &'static str) {
        let (key, value, what) = (self.key(key), shown(value), what.into());
        self.faults.push(OidcFault::Value { key, value, what, mend });
    }

    /// Text that has to be there.
    fn text(&mut self, values: &Table, key: &str, mend: &'static str) -> Option<String> {
        match values.get(key) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => {
                self.wrong(key, &other.to_string(), "not text", "Put it in quotes");
                None
            }
            None => {
                self.faults.push(OidcFault::Absent { key: self.key(key), mend });
                None
            }
        }
    }

    /// The text, where it is as it has to be.
    fn fits(
        &mut self,
        key: &str,
        text: Option<String>,
        expect: impl Fn(&str) -> Result<(), Wrong>,
    ) -> Option<String> {
        let text = text?;
        match expect(&text) {
            Ok(()) => Some(text),
            Err((what, mend)) => {
                self.wrong(key, &text, what, mend);
                None
            }
        }
    }

    fn truth(&mut self, values: &Table, key: &str) -> bool {
        match values.get(key) {
            None => false,
            Some(Value::Boolean(truth)) => *truth,
            Some(other) => {
                self.wrong(key, &other.to_string(), "neither true nor false", "Write one of them");
                false
            }
        }
    }

    /// From the file itself or from one beside it.
    fn secret(
        &mut self,
        values: &Table,
        secret_file: &dyn Fn(&str) -> Result<String, String>,
    ) -> Option<String> {
        const BOTH: &str = "Write client_secret_file, the file that holds it, or client_secret";
        let (written, named) = (values.get("client_secret"), values.get("client_secret_file"));
        let (key, secret): (_, String) = match (written, named) {
            (None, None) => {
                self.faults.push(OidcFault::Absent { key: self.key("client_secret"), mend: BOTH });
                return None;
            }
            (Some(_), Some(_)) => {
                self.wrong("client_secret", "…", "there is client_secret_file too", BOTH);
                return None;
            }
            (Some(Value::String(secret)), None) => ("client_secret", secret.clone()),
            (Some(_), None) => {
                self.wrong("client_secret", "…", "not text", "Put it in quotes");
                return None;
            }
            (None, Some(_)) => {
                let named = self.text(values, "client_secret_file", BOTH)?;
                match secret_file(&named) {
                    // An editor ends the last line.
                    Ok(text) => ("client_secret_file", text.trim_end_matches(['\r', '\n']).into()),
                    Err(fault) => {
                        const MEND: &str = "Name a file that can be read, from this file's folder";
                        self.wrong("client_secret_file", &named, fault, MEND);
                        return None;
                    }
                }
            }
        };
        if let Err((what, mend)) = expect_plain(&secret) {
            self.wrong(key, "…", what, mend);
            return None;
        }
        Some(secret)
    }

    fn scopes(&mut self, values: &Table) -> Vec<String> {
        const MEND: &str =
            "Write a list of names with openid: [\"openid\", \"profile\", \"email\"]";
        let Some(value) = values.get("scopes") else {
            return ["openid", "profile", "email"].map(str::to_owned).into();
        };
        // RFC 6749, section 3.3.
        let plain = |text: &str| {
            (1..=VALUE_MAX).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
        };
        let names: Option<Vec<String>> = value.as_array().and_then(|all| {
            all.iter()
                .map(|one| one.as_str().filter(|text| plain(text)).map(str::to_owned))
                .collect()
        });
        match names {
            Some(names) if names.iter().any(|name| name == "openid") => names,
            Some(_) => {
                self.wrong("scopes", &value.to_string(), "openid is not among them", MEND);
                Vec::new()
            }
            None => {
                self.wrong("scopes", &value.to_string(), "not a list of names", MEND);
                Vec::new()
            }
        }
    }
}

/// Printable ASCII (RFC 6749, appendix A).
fn expect_plain(text: &str) -> Result<(), Wrong> {
    let plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    if text.is_empty() || text.len() > VALUE_MAX || !text.bytes().all(plain) {
        return Err(("not 1 to 1,024 printable ASCII characters", "Copy it from the provider"));
    }
    Ok(())
}

/// An https URL without query (Discovery, section 3); on this machine, and only where that is allowed,
/// an http one.
fn expect_issuer(text: &str, allow_private: bool) -> Result<(), Wrong> {
    const MEND: &str = "Write the provider's URL as its metadata has it: https://id.example.org";
    let url = Url::parse(text).map_err(|_| ("not a URL", MEND))?;
    let local = ["localhost", "127.0.0.1", "[::1]"].contains(&url.host_str().unwrap_or_default());
    match url.scheme() {
        "https" => {}
        "http" if local && allow_private => {}
        "http" if local => {
            return Err(("on this machine", "Set allow_private = true, if that is meant"));
        }
        _ => return Err(("not over https", MEND)),
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(("an issuer has no query and no fragment", MEND));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(("an issuer holds no name and no password", MEND));
    }
    if text.len() > VALUE_MAX || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(("too long, or with spaces", MEND));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &str = r#"
        [tenants.main]
        issuer = "https://id.example.org/realms/green"
        client_id = "greenchain"
        client_secret_file = "oidc.secret"
        link_by_email = true

        [tenants."north.eu"]
        issuer = "http://127.0.0.1:9000"
        client_id = "north"
        client_secret = "hush"
        scopes = ["openid", "email"]
        allow_private = true
    "#;

    fn file(named: &str) -> Result<String, String> {
        match named {
            "oidc.secret" => Ok("from the file\n".into()),
            "empty" => Ok("\n".into()),
            _ => Err("No such file".into()),
        }
    }

    fn told(text: &str) -> String {
        let faults = parse(text, &file).unwrap_err();
        OidcFileError { file: "oidc.toml".into(), faults }.to_string()
    }

    #[test]
    fn a_provider_for_each_tenant() {
        let found = parse(GOOD, &file).unwrap();
        let main = &found[&Tenant::new("main").unwrap()];
        assert_eq!(main.issuer, "https://id.example.org/realms/green");
        assert_eq!(main.client_secret.0, "from the file");
        assert_eq!(main.scopes, ["openid", "profile", "email"]);
        assert!(main.link_by_email && !main.allow_private);
        let north = &found[&Tenant::new("north.eu").unwrap()];
        assert_eq!((north.client_secret.0.as_str(), north.scopes.len()), ("hush", 2));
        assert!(north.allow_private && !north.link_by_email, "nobody is linked unless it is said");
        assert!(!format!("{found:?}").contains("hush"));
    }

    #[test]
    fn each_fault_names_its_key_its_value_and_the_mend() {
        for (from, to, expect) in [
            (
                "https://id",
                "http://id",
                "tenants.main.issuer is `http://id.example.org/realms/green`: not over https. Write the provider's URL",
            ),
            ("https://id", "id", "tenants.main.issuer is `id.example.org/realms/green`: not a URL"),
            ("realms/green", "x?a=1", "an issuer has no query"),
            ("https://id", "https://a:b@id", "an issuer holds no name"),
            (
                "allow_private = true",
                "",
                "tenants.north.eu.issuer is `http://127.0.0.1:9000`: on this machine. Set allow_private = true",
            ),
            ("\"greenchain\"", "7", "tenants.main.client_id is `7`: not text. Put it in quotes"),
            ("\"greenchain\"", "\"\"", "tenants.main.client_id is ``: not 1 to 1,024"),
            ("client_id = \"greenchain\"", "", "tenants.main.client_id is absent. Write what"),
            (
                "oidc.secret",
                "gone",
                "tenants.main.client_secret_file is `gone`: No such file. Name a file",
            ),
            ("oidc.secret", "empty", "tenants.main.client_secret_file is `…`: not 1 to 1,024"),
            (
                "client_secret_file = \"oidc.secret\"",
                "",
                "tenants.main.client_secret is absent. Write client_secret_file",
            ),
            (
                "link_by_email = true",
                "client_secret = \"hush hush\"",
                "there is client_secret_file too",
            ),
            ("\"hush\"", "[\"hush hush\"]", "tenants.north.eu.client_secret is `…`: not text"),
            (
                "link_by_email = true",
                "link_by_email = \"true\"",
                "tenants.main.link_by_email is `\"true\"`: neither true nor false",
            ),
            (
                "\"openid\", ",
                "",
                "tenants.north.eu.scopes is `[\"email\"]`: openid is not among them",
            ),
            ("\"openid\", ", "\"open id\", ", "not a list of names"),
            (
                "link_by_email",
                "link-by-email",
                "tenants.main.link-by-email is not a key of this file. There are issuer",
            ),
            (
                "north.eu",
                "north/eu",
                "tenants.north/eu is not a key of this file. Name it as the tenant",
            ),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            let told = told(&text);
            assert!(told.starts_with("oidc.toml: ") && told.contains(expect), "{expect}: {told}");
            assert!(!told.contains("hush"), "no secret is told: {told}");
        }
    }

    #[test]
    fn all_faults_are_told_and_a_file_without_providers_is_one() {
        let told_twice = told(&GOOD.replace("https:", "ftp:").replace("\"north\"", "1"));
        assert_eq!(told_twice.lines().count(), 2, "{told_twice}");
        assert!(told("").contains("tenants is absent"));
        assert!(told("tenants = 1").contains("tenants is absent"));
        assert!(
            told("issuer = \"x\"\n[tenants.main]").contains("issuer is not a key of this file")
        );
        assert!(told("tenants.main = 1").contains("tenants.main is not a key"));
        let broken = told("\n[tenants.main]\nclient_secret = \"hush");
        assert!(broken.starts_with("oidc.toml: line 3: ") && !broken.contains("hush"), "{broken}");
        let path = Path::new("no/such/oidc.toml");
        assert!(read_oidc(path).unwrap_err().to_string().starts_with("no/such/oidc.toml: No such"));
    }

    proptest! {
        #[test]
        fn no_text_brings_the_reader_down(text in "\\PC{0,80}", value in "\\PC{0,20}") {
            let _ = parse(&text, &file);
            let quoted = GOOD.replacen("greenchain", &value, 1);
            if let Ok(found) = parse(&quoted, &file) {
                prop_assert_eq!(&found[&Tenant::new("main").unwrap()].client_id, &value);
            }
        }
    }
}
