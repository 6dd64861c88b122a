//! Topics: `greenchain/TENANT/sites/SITE/…`, names percent-encoded as in an address.

use crate::config::decoded;
use crate::routes::orders::encoded;
use events::Tenant;
use operations::Id;

/// All that the devices of a tenant publish.
pub(super) fn readings_of(tenant: &Tenant) -> String {
    format!("greenchain/{}/sites/+/readings", encoded(tenant.as_str()))
}

/// A topic of a site.
pub(super) fn of_site(tenant: &Tenant, site: &str, end: &str) -> String {
    format!("greenchain/{}/sites/{}/{end}", encoded(tenant.as_str()), encoded(site))
}

/// The tenant and the site whose readings come by a topic.
pub(super) fn read(topic: &str) -> Option<(Tenant, Id)> {
    let mut parts = topic.split('/');
    let [root, tenant, sites, site, end] = std::array::from_fn(|_| parts.next());
    let is_ours = (root, sites, end) == (Some("greenchain"), Some("sites"), Some("readings"));
    if !is_ours || parts.next().is_some() {
        return None;
    }
    Some((Tenant::new(&decoded(tenant?)?).ok()?, Id::new(decoded(site?)?).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_names_tenant_and_site() {
        for (topic, expect, why) in [
            ("greenchain/main/sites/W1/readings", Some(("main", "W1")), "plain"),
            ("greenchain/main/sites/a%2Fb%2B/readings", Some(("main", "a/b+")), "encoded"),
            ("greenchain/main/sites/W1/schedule", None, "another end"),
            ("greenchain/main/sites/W1/readings/more", None, "longer"),
            ("greenchain/main/sites//readings", None, "no site"),
            ("greenchain//sites/W1/readings", None, "no tenant"),
            ("other/main/sites/W1/readings", None, "another root"),
            ("greenchain/main/sites/%F/readings", None, "broken off"),
        ] {
            let found = read(topic);
            let found = found.as_ref().map(|(tenant, site)| (tenant.as_str(), site.as_str()));
            assert_eq!(found, expect, "{why}");
        }
        let tenant = Tenant::new("main").unwrap();
        let topic = of_site(&tenant, "a/b#", "readings");
        assert_eq!(read(&topic).unwrap().1.as_str(), "a/b#", "{topic}");
    }
}
