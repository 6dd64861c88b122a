//! What lies in the outbox goes to the broker, site by site in its order.

use super::session::{self, Broken};
use super::{OUTBOX, topic};
use crate::app::App;
use crate::config::MqttSettings;
use events::{Backoff, Claimed, Tenant, Wanted};
use rumqttc::AsyncClient;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::time::Duration;
use tokio::sync::oneshot;

/// Longer than sending takes.
const LEASE_S: u32 = 60;
/// A broker that is away is no fault of a message: it is tried until it arrives.
const BACKOFF: Backoff = Backoff { first_s: 1, longest_s: 60, attempts_max: u32::MAX };
/// Messages claimed at a time, each of another site.
const AT_ONCE: u32 = 16;

/// What lies in the outbox.
#[derive(Deserialize)]
struct ToSend {
    to: String,
    body: Box<RawValue>,
}

/// Carries until the connection is `gone`; what did not arrive by then is back in the outbox.
pub(super) async fn carry(
    app: &App,
    settings: &MqttSettings,
    client: &AsyncClient,
    mut gone: oneshot::Receiver<()>,
) -> Result<(), Broken> {
    let mut appended = app.appended.subscribe();
    loop {
        let mut sent = 0;
        for tenant in &settings.tenants {
            let wanted = Wanted {
                topic: OUTBOX,
                lease_s: LEASE_S,
                limit: AT_ONCE,
                attempts_max: BACKOFF.attempts_max,
            };
            let claimed = app.store.claim(tenant, wanted, app.now()).await?;
            sent += claimed.len();
            send(app, tenant, client, &claimed).await?;
        }
        if sent == 0 {
            tokio::select! {
                () = app.wait(&mut appended, Duration::from_secs(1)) => {}
                _ = &mut gone => return Err(Broken::Closed),
            }
        }
    }
}

/// Sends one after another; from the first that does not arrive they go back.
async fn send(
    app: &App,
    tenant: &Tenant,
    client: &AsyncClient,
    claimed: &[Claimed],
) -> Result<(), Broken> {
    for (place, one) in claimed.iter().enumerate() {
        if let Err(broken) = publish(tenant, client, one).await {
            let told = broken.to_string();
            for kept in &claimed[place..] {
                app.store.undelivered(tenant, kept, BACKOFF, app.now(), &told).await?;
            }
            return Err(broken);
        }
        app.store.delivered(tenant, one).await?;
    }
    Ok(())
}

async fn publish(tenant: &Tenant, client: &AsyncClient, claimed: &Claimed) -> Result<(), Broken> {
    let ToSend { to, body } = serde_json::from_str(claimed.message.payload.as_str())
        .map_err(|fault| Broken::Store(fault.to_string()))?;
    let topic = topic::of_site(tenant, &claimed.message.key, &to);
    session::publish(client, topic, body.get().as_bytes().to_vec(), to == "schedule").await
}
